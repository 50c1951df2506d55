"""``newsvane``: which command is meant? One file a command, loaded when it is called, so that the others cost nothing.

Every error of the tree in ``streams.errors`` becomes one line on stderr and its exit status; wrong use becomes one
line with a hint. A reader of stdout that has had enough (``| head``) is no error.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer
from typer._click.exceptions import ClickException, NoArgsIsHelpError, UsageError  # typer has no door to them
from typer.core import TyperGroup

from streams import __version__
from streams.cli.groups import HELP_COLUMNS, new_group, tidy
from streams.cli.output import silence_stdout
from streams.errors import NewsvaneError

INTERRUPTED = 130

COMMANDS = {
    "demo": ("demo:demo", "Run the bundled sample stream and print its alerts."),
    "run": ("run:run", "Run the line: raw articles become alerts, until stopped."),
    "ingest": ("ingest:ingest", "Put articles into the log: files, folders, feeds, stdin."),
    "tail": ("tail:tail", "Show alerts, or any other topic, as they come."),
    "ack": ("acknowledge:ack", "Acknowledge an alert, until its stance changes."),
    "mute": ("silence:mute", "Mute an alert's story for a while."),
    "wrong": ("judge:wrong", "Mark an alert as wrong."),
    "relabel": ("judge:relabel", "Say which label an alert should have."),
    "feedback": ("judge:app", "What people said: list, comment, undo, export."),
    "silence": ("silence:app", "Hide certain alerts for a while: add, list, show, end."),
    "subscribe": ("subscribe:app", "Send alerts somewhere: add, change, list, show, test."),
    "watch": ("watch:app", "Say what to look for: apply, list, show, test, disable."),
    "replay": ("replay:app", "Run the past again, isolated: run, list, show, verify, drop."),
    "deliver": ("deliver:deliver", "Send alerts to the destinations of subscriptions, until stopped."),
    "deliveries": ("deliveries:app", "See what was sent and why not: list, show, retry, replay."),
    "serve": ("serve:serve", "Serve dashboard, API and feeds, and send alerts, until stopped."),
    "web": ("serve:web", "Serve dashboard, API, event stream and feeds, until stopped."),
    "token": ("token:app", "Say who may use the web: create, list, revoke."),
    "backtest": ("backtest:backtest", "Say what a watch would have found, and what an edit gains and loses."),
    "clean": ("filters:clean", "Filter: raw articles to clean ones."),
    "dedupe": ("filters:dedupe", "Filter: clean articles to articles with a verdict."),
    "detect": ("filters:detect", "Filter: articles to matches of watches."),
    "stance": ("stance:app", "Filter: matches (or articles) to mentions; draft a question, explain."),
    "why": ("why:why", "Say why an article is an alert, or why it is none."),
    "outcomes": ("outcomes:outcomes", "Count what each stage did with its records."),
    "dlq": ("dlq:app", "Look at rejected records; send them again or drop them."),
    "store": ("store:app", "Fill the SQL read model, build it again, look at it."),
    "topics": ("topics:app", "Create the topics, or compare them with the contract."),
    "check": ("check:check", "Show the settings and try the broker."),
}
"""Where each command is, and its line in the list; in the order of first need."""

EPILOG = (
    "Settings come from NEWSVANE_* variables; 'newsvane check' lists them. Exit status: 0 done; 1 not done, or some "
    "input was refused; 2 wrong use or setting; 130 interrupted."
)


class Commands(TyperGroup):
    """The group of ``COMMANDS``; help lists them without loading one."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        return load_command(cmd_name) if cmd_name in COMMANDS else None

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:  # before typer makes it a failure
            silence_stdout()
            raise typer.Exit from None

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, help_) for name, (_, help_) in COMMANDS.items()])


def load_command(name: str) -> Any:
    """Import one command and make it what the parser calls."""
    module, _, attribute = COMMANDS[name][0].partition(":")
    found = getattr(importlib.import_module(f"streams.cli.{module}"), attribute)
    if isinstance(found, typer.Typer):
        group = found
    else:
        group = new_group()
        group.command(name)(found)
    command = typer.main.get_command(group)
    command.name = name
    return tidy(command)


def _print_version(is_wanted: bool) -> None:
    if is_wanted:
        print(f"newsvane {__version__}")
        raise typer.Exit


def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Media monitoring as a stream: raw news articles in, alerts about who said what under which condition out.

    Start with 'newsvane demo'. Then 'newsvane run' in one terminal, and
    'newsvane ingest FILE' and 'newsvane tail alerts' in another.
    """


def build() -> Any:
    """The whole command line."""
    app = new_group(cls=Commands, epilog=EPILOG)
    app.callback()(_root)
    return typer.main.get_command(app)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit status."""
    try:
        status = build().main(args=arguments, prog_name="newsvane", standalone_mode=False)
        sys.stdout.flush()
    except NoArgsIsHelpError as error:
        print(error.format_message())
        return 2
    except ClickException as error:
        print(explain_usage(error), file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:
        silence_stdout()
        return 0
    except NewsvaneError as error:
        print(f"newsvane: {one_line(str(error))}", file=sys.stderr)
        return error.exit_status
    except KeyboardInterrupt:
        return INTERRUPTED
    return status if isinstance(status, int) else 0


def explain_usage(error: ClickException) -> str:
    """What was wrong with the call and where its help is, in two lines at most."""
    message = one_line(error.format_message())
    text = f"newsvane: {message[:1].lower()}{message[1:].rstrip('.')}"
    context = error.ctx if isinstance(error, UsageError) else None
    hint = f"see '{context.command_path if context is not None else 'newsvane'} --help'"
    return f"{text}; {hint}" if len(text) + len(hint) < HELP_COLUMNS else f"{text};\n{hint}"


def one_line(text: str) -> str:
    return " ".join(text.split())

"""``newsvane stance``: a filter (filters.py), and beside it ``init`` and ``explain``.

The first word decides: ``init`` and ``explain`` are commands, anything else is the filter's. A file of that name is
given as ``./init``.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from streams.cli.groups import new_group, tidy
from streams.cli.output import note, put, put_bytes
from streams.errors import UsageError

LANGUAGES = ("en", "ru", "pl")


class BesideFilter(TyperGroup):
    """A group whose words are the filter's unless the first names a command."""

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        if args and args[0] in self.commands:
            return super().make_context(info_name, args, parent, **extra)
        return self.own.make_context(info_name, args, parent, **extra)

    @property
    def own(self) -> Any:
        """The filter."""
        from streams.cli.filters import stance

        group = new_group()
        group.command("stance")(stance)
        return tidy(typer.main.get_command(group))


app = new_group("Read what articles say on a watch's question.", cls=BesideFilter)


@app.command()
def init(
    question: Annotated[str | None, typer.Option(metavar="TEXT", help="such as 'Will Acme accept the offer?'")] = None,
    holder: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="whose words count, the first decides; may be repeated")
    ] = None,
    target: Annotated[
        list[str] | None, typer.Option(metavar="WORDS", help="what it is about: offer, sanctions; may be repeated")
    ] = None,
    action: Annotated[
        list[str] | None,
        typer.Option(metavar="WORDS", help="words for doing it: 'accept*'; may be repeated; default: common ones"),
    ] = None,
    language: Annotated[
        list[str] | None, typer.Option(metavar="CODE", help="en, ru or pl; may be repeated; default: en")
    ] = None,
    id_: Annotated[
        str | None, typer.Option("--id", metavar="ID", help="the watch's id; default: made of the question")
    ] = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="write there; default: standard output")] = None,
) -> None:
    """Draft a watch that asks a question: a valid YAML file with explanations.

    What no option gives is asked for on a terminal. docs/stance-watch.md tells how to go on.
    """
    from streams.cli.watch_files import read_watch_text
    from streams.stance.template import draft_watch

    question = question or _ask("question", "Question")
    holders = holder or _split(_ask("holder", "Whose words count (names, by commas)"))
    targets = target or _split(_ask("target", "What is it about (words, by commas)"))
    languages = language or ["en"]
    for code in languages:
        if code not in LANGUAGES:
            raise UsageError(f"--language '{code}' is not read; expected {', '.join(LANGUAGES)}")
    text = draft_watch(question, holders, targets, list(dict.fromkeys(languages)), action or (), id_ or "")
    file = read_watch_text(text, str(out or "the draft"))
    for warning in file.warnings():
        note(f"warning: {warning}")
    if out is None:
        sys.stdout.write(text)
        return
    try:
        with out.open("x", encoding="utf-8") as handle:
            handle.write(text)
    except FileExistsError:
        raise UsageError(f"{out} is there already; name another file") from None
    except OSError as error:
        raise UsageError(f"{out} can't be written: {error.strerror}") from None
    note(f"{out}: watch '{file.watch_id}'; edit it, then: newsvane stance explain ARTICLE --watch {out}")


def _ask(option: str, prompt: str) -> str:
    if not sys.stdin.isatty():
        raise UsageError(f"--{option} is missing; expected a value, as there is no terminal to ask on")
    return str(typer.prompt(prompt, err=True)).strip()


def _split(answer: str) -> list[str]:
    return [part.strip() for part in answer.split(",") if part.strip()]


@app.command()
def explain(
    article: Annotated[
        str,
        typer.Argument(
            metavar="ARTICLE",
            help="a file (a record as JSON, or text whose first line is the title), - for stdin, or an article's id",
            show_default=False,
        ),
    ],
    watch: Annotated[
        str, typer.Option("--watch", metavar="FILE|ID", help="a watch file, or the id of a shipped watch")
    ],
    language: Annotated[
        str | None, typer.Option(metavar="CODE", help="take it for this language; default: guessed")
    ] = None,
    published: Annotated[
        str | None, typer.Option(metavar="TIME", help="when a text was published; default: its arrival")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object")] = False,
) -> None:
    """Say which sentences were looked at, what was taken, what was left, and why.

    The rules that the answer names are those of docs/stance.md, in their order.
    """
    import orjson

    from streams.cli.filter_watches import read_named
    from streams.cli.stance_explain import explanation, lines_of, read_article
    from streams.cli.watch_files import SINCE_EVER

    asked = read_named(watch).as_watch(1, SINCE_EVER, "local")
    found = explanation(read_article(article, language, published), asked)
    if as_json:
        put_bytes(orjson.dumps(found))
        return
    for line in lines_of(found):
        put(line)

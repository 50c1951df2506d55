"""A group of commands with plain help, whose errors ``main`` tells."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

import typer

HELP_COLUMNS: Final = 80
CONTEXT: Final[dict[str, Any]] = {"help_option_names": ["-h", "--help"], "max_content_width": HELP_COLUMNS}


def new_group(help_: str | None = None, **options: Any) -> typer.Typer:
    """A Typer that draws no boxes and catches nothing."""
    return typer.Typer(
        help=help_,
        rich_markup_mode=None,
        add_completion=False,
        pretty_exceptions_enable=False,
        no_args_is_help=True,
        context_settings=CONTEXT,
        **options,
    )


def tidy(command: Any) -> Any:
    """Let help name arguments as we do, without the types that Typer adds; also in the commands of a group."""
    for parameter in command.params:
        if parameter.param_type_name == "argument" and parameter.metavar:
            parameter.display_type_rich = lambda ctx: ""
            parameter._usage_display_name = partial(_usage_name, parameter)
    for inner in getattr(command, "commands", {}).values():
        tidy(inner)
    return command


def _usage_name(parameter: Any) -> str:
    name = parameter.metavar if parameter.nargs == 1 else f"{parameter.metavar.rstrip('…')}…"
    return name if parameter.required else f"[{name}]"

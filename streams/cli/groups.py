"""A group of commands with plain help, whose errors ``main`` tells."""

from __future__ import annotations

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

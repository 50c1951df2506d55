"""``newsvane why``: why is this article an alert, or none? One answer over all stages."""

from __future__ import annotations

import os
from typing import Annotated

import orjson
import typer

from streams.cli.bootstrap import ensure_ready
from streams.cli.output import put, put_bytes
from streams.settings import read_settings


def why(
    subject: Annotated[
        str,
        typer.Argument(
            metavar="URL|ID",
            help="an article's URL, or the id (four digits will do) of an article or alert",
            show_default=False,
        ),
    ],
    watch: Annotated[
        str | None, typer.Option(metavar="ID", help="for which watch; needless where only one can be meant")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object")] = False,
) -> None:
    """Say what became of an article, stage by stage, up to who was told.

    The store is brought up to date first, so that this works without a running line.
    """
    from streams.store.database import open_store
    from streams.store.fill import fill_to_end
    from streams.store.why import explain_why, why_lines

    settings = read_settings(os.environ)
    log = ensure_ready(settings)
    try:
        store = open_store(settings)
        try:
            fill_to_end(store, log)
            answer = explain_why(store, log, subject, watch)
        finally:
            store.close()
    finally:
        log.close()
    if as_json:
        put_bytes(orjson.dumps(answer.as_json()))
        return
    for line in why_lines(answer):
        put(line)

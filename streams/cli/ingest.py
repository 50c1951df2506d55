"""``newsvane ingest``: put articles into the log. Exit status 0: all accepted; 1: some refused; 2: wrong use."""

from __future__ import annotations

import os
from typing import Annotated

import typer
from rich.console import Console

from schemas import topic_of
from streams.cli.bootstrap import ensure_ready
from streams.errors import UsageError
from streams.ingest.admit import KIND, Terms, outlet_option, published_option
from streams.ingest.encodings import check_encoding
from streams.ingest.inputs import FORMATS, Format, total_bytes
from streams.ingest.progress import progress_on
from streams.ingest.report import PersonReporter
from streams.ingest.run import Request, run_ingest
from streams.log.open import sqlite_path
from streams.settings import Settings, read_settings

_INTERRUPTED = 130


def ingest(
    sources: Annotated[
        list[str],
        typer.Argument(metavar="FILE|DIR|-|URL…", help="files, folders, - for standard input, addresses of feeds"),
    ],
    outlet: Annotated[
        str | None,
        typer.Option(metavar="HOST", help="the publisher of all articles; default: their own, or their URL's"),
    ] = None,
    published: Annotated[
        str | None, typer.Option(metavar="TIME", help="when those were published that do not say, in ISO 8601")
    ] = None,
    backfill: Annotated[bool, typer.Option("--backfill", help="mark them as history, which pages nobody")] = False,
    format_: Annotated[
        str, typer.Option("--format", metavar="FORMAT", help=f"what the input is: {', '.join(FORMATS)}")
    ] = "auto",
    encoding: Annotated[
        str | None, typer.Option(metavar="NAME", help="its encoding; default: UTF-8, or what a page or feed declares")
    ] = None,
    restart: Annotated[
        bool, typer.Option("--restart", help="begin an interrupted ingest again and not where it stopped")
    ] = False,
) -> None:
    """Put articles into the log: JSON lines, JSON, HTML pages, RSS, Atom or text.

    Each may be gzipped. What can't be taken is named with its reason.
    After an interruption, the same command goes on where it stopped.

    Exit status: 0 all taken, 1 some refused, 2 wrong use.
    """
    settings = read_settings(os.environ)
    request = Request(
        tuple(sources),
        Terms(
            outlet=outlet_option(outlet) if outlet is not None else None,
            published_at=published_option(published) if published is not None else None,
            backfill=backfill,
            max_record_bytes=settings.max_record_bytes,
        ),
        _format(format_),
        check_encoding(encoding) if encoding is not None else None,
        restart,
        _address(settings),
    )
    raise typer.Exit(_run(settings, request))


def _run(settings: Settings, request: Request) -> int:
    log = ensure_ready(settings)
    try:
        console = Console(stderr=True)
        partitions = log.partitions(topic_of(KIND).name)
        folder = sqlite_path(settings.broker).parent if settings.is_embedded else settings.data_dir
        total = total_bytes(request.sources) if console.is_terminal else None
        with PersonReporter(console, folder, total) as reporter:
            try:
                summary = run_ingest(request, progress_on(log, settings.data_dir), partitions, reporter)
            except KeyboardInterrupt:
                console.print("interrupted; the same command goes on where files stopped", highlight=False)
                return _INTERRUPTED
        typer.echo(reporter.closing(summary))
        return 1 if summary.refused else 0
    finally:
        log.close()


def _address(settings: Settings) -> str:
    """What tells the places of several logs apart in one folder of local state."""
    return f"{settings.broker} {settings.namespace}"


def _format(text: str) -> Format:
    for known in FORMATS:
        if text.lower() == known:
            return known
    raise UsageError(f"--format {text!r} is unknown; expected one of {', '.join(FORMATS)}")

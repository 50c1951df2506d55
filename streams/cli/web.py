"""``newsvane web``: serve the API, the event stream, the feeds and the pages from this process, until stopped."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import threading
from typing import Annotated

import typer

from streams.cli.bootstrap import ensure_ready
from streams.cli.output import note
from streams.cli.run import set_up_logging
from streams.settings import Settings, read_settings


def web(
    no_fill: Annotated[bool, typer.Option("--no-fill", help="leave filling the store to another process")] = False,
) -> None:
    """Serve the dashboard, the API, the event stream and the feeds, until Ctrl-C or SIGTERM.

    Fills the store beside it, unless --no-fill. Without a token it serves this machine alone;
    'newsvane token create' makes one.
    """
    settings = read_settings(os.environ)
    set_up_logging(settings)
    ensure_ready(settings).close()
    asyncio.run(serve(settings, fills=not no_fill))
    note("stopped")


async def serve(settings: Settings, fills: bool) -> None:
    """Web, and the filler in a thread, until a signal or until the filler fails."""
    # FastAPI takes a third of a second to import: only now
    from streams.store.fill import run_filler
    from streams.web.server import run_web

    stop, stop_filling = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    filling = asyncio.create_task(asyncio.to_thread(run_filler, settings, stop_filling)) if fills else None
    if filling is not None:
        filling.add_done_callback(lambda _: stop.set())
    try:
        await run_web(settings, stop, lambda address: note(f"web at {address}; Ctrl-C stops"))
    finally:
        stop_filling.set()
        if filling is not None:
            with contextlib.suppress(asyncio.CancelledError):
                await filling

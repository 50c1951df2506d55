"""``newsvane serve`` and ``newsvane web``: what runs behind the line, in one process, until stopped.

The parts (store filler, web, deliveries) are independent: each keeps its own place in the topics. One that fails ends
the process, so that whoever started it (a supervisor, or ``newsvane run``) starts all of it again.
"""

from __future__ import annotations

import asyncio
import os
import threading
from typing import Annotated

import typer

from streams.cli.bootstrap import ensure_ready
from streams.cli.output import note
from streams.cli.run import set_up_logging
from streams.cli.stopping import stop_on_signals
from streams.errors import InfrastructureError
from streams.settings import Settings, read_settings


def serve(
    with_parent: Annotated[
        bool, typer.Option("--with-parent", help="end with stdin, as the child of 'newsvane run' does", hidden=True)
    ] = False,
) -> None:
    """Serve the dashboard, API and feeds, and send alerts to their destinations.

    'newsvane run' starts it by itself on the embedded log. On a cluster run
    one beside the workers, or its parts apart: 'newsvane web' and
    'newsvane deliver'.
    """
    settings = read_settings(os.environ)
    set_up_logging(settings)
    ensure_ready(settings).close()
    asyncio.run(_run_parts(settings, fills=True, delivers=True, with_parent=with_parent))
    if not with_parent:
        note("stopped")


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
    asyncio.run(_run_parts(settings, fills=not no_fill, delivers=False))
    note("stopped")


async def _run_parts(settings: Settings, fills: bool, delivers: bool, with_parent: bool = False) -> None:
    """Run them until a signal, or until one of them ends by itself: its error is this one's."""
    # FastAPI takes a third of a second to import: only now
    from streams.deliver.run import run_deliver
    from streams.store.fill import run_filler
    from streams.web.server import run_web

    stop, stop_filling = asyncio.Event(), threading.Event()
    stop_on_signals(stop)
    if with_parent:
        threading.Thread(
            target=_wait_for_parent, args=(asyncio.get_running_loop(), stop), name="newsvane-parent", daemon=True
        ).start()
    parts: dict[str, asyncio.Task[None]] = {
        "the web server": asyncio.create_task(run_web(settings, stop, lambda url: note(f"dashboard at {url}")))
    }
    if fills:
        parts["the store's filler"] = asyncio.create_task(asyncio.to_thread(run_filler, settings, stop_filling))
    if delivers:
        parts["delivery"] = asyncio.create_task(run_deliver(settings, stop))
    asked = asyncio.create_task(stop.wait())
    await asyncio.wait([*parts.values(), asked], return_when=asyncio.FIRST_COMPLETED)
    ended = [] if stop.is_set() else [name for name, part in parts.items() if part.done()]
    stop.set()
    stop_filling.set()
    await asyncio.gather(*parts.values(), asked, return_exceptions=True)
    for part in parts.values():
        if (error := part.exception()) is not None:
            raise error
    if ended:
        raise InfrastructureError(f"{ended[0]} ended by itself; start it again")


def _wait_for_parent(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    """Whatever ended the parent, its end of our stdin is closed then."""
    while os.read(0, 1024):  # past sys.stdin, whose lock the interpreter wants at its end
        pass
    loop.call_soon_threadsafe(stop.set)

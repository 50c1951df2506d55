"""``newsvane deliver``: send what subscriptions ask for, in this process, until stopped."""

from __future__ import annotations

import asyncio
import os
import time

from streams.cli.bootstrap import ensure_ready
from streams.cli.output import counted, note
from streams.cli.run import set_up_logging
from streams.cli.stopping import stop_on_signals
from streams.desk.board import read_board
from streams.settings import Settings, read_settings


def deliver() -> None:
    """Send alerts to the destinations of the subscriptions, until Ctrl-C or SIGTERM.

    'newsvane run' delivers too; this is for a process of its own. One a group: a second one is refused.
    """
    settings = read_settings(os.environ)
    set_up_logging(settings)
    log = ensure_ready(settings)
    try:
        active = sum(each["status"] == "active" for each in read_board(log).subscriptions())
    finally:
        log.close()
    asyncio.run(_deliver(settings, active))
    note("stopped; what was not answered yet is sent again at the next start")


async def _deliver(settings: Settings, active: int) -> None:
    from streams.deliver.run import run_deliver

    began = time.monotonic()
    stop = asyncio.Event()
    stop_on_signals(stop)

    def say_ready() -> None:
        note(
            f"ready after {time.monotonic() - began:.1f} s: {counted(active, 'active subscription')} on "
            f"{settings.broker.rpartition('@')[2]}, group {settings.group}; Ctrl-C stops"
        )

    await run_deliver(settings, stop, on_ready=say_ready)

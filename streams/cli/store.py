"""``newsvane store``: the SQL read model: fill it, build it again, say how it stands."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from typing import Annotated, Any

import orjson
import typer

from streams.cli.bootstrap import ensure_ready
from streams.cli.groups import new_group
from streams.cli.output import counted, note, put, put_bytes, table
from streams.settings import read_settings

app = new_group("The SQL read model that the dashboard and the API read: fill it, build it again, look at it.")


@app.command()
def fill(
    until_idle: Annotated[bool, typer.Option("--until-idle", help="end when everything is in the store")] = False,
) -> None:
    """Keep the store up to date with the topics, until Ctrl-C.

    'newsvane run' does this by itself; this is for a store in a process of its own. Several may run at once.
    """
    from streams.store.database import open_store
    from streams.store.fill import fill_to_end, run_filler

    settings = read_settings(os.environ)
    logging.basicConfig(level=settings.log_level.upper(), format="newsvane: %(message)s", stream=sys.stderr)
    log = ensure_ready(settings)
    try:
        store = open_store(settings)
        try:
            read = fill_to_end(store, log)
        finally:
            store.close()
    finally:
        log.close()
    note(f"the store has everything; {counted(read, 'record')} read")
    if until_idle:
        return
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    try:
        run_filler(settings, stop)
    finally:
        stop.set()


@app.command()
def rebuild(
    yes: Annotated[bool, typer.Option("--yes", help="also where the store has what the topics no longer hold")] = False,
) -> None:
    """Build all rows again from the topics, beside the old ones.

    Readers go on meanwhile. What the topics no longer hold would be gone: it is named first, and without --yes nothing
    is changed. Tokens and sessions stay.
    """
    from streams.store.database import open_store
    from streams.store.rebuild import Loss
    from streams.store.rebuild import rebuild as build

    settings = read_settings(os.environ)
    log = ensure_ready(settings)
    store = None

    def agree(losses: tuple[Loss, ...]) -> bool:
        for loss in losses:
            newest = f", the newest of {loss.newest}" if loss.newest else ""
            note(f"the topics no longer hold {loss.count:,} {loss.kind} that the store has{newest}")
        return yes

    try:
        store = open_store(settings, any_version=True)
        built = build(store, log, agree)
    finally:
        if store is not None:
            store.close()
        log.close()
    if not built.is_done:
        note("nothing was changed; with --yes these rows are dropped")
        raise typer.Exit(1)
    put(f"built again from {counted(built.records, 'record')}")


@app.command()
def status(as_json: Annotated[bool, typer.Option("--json", help="one JSON object")] = False) -> None:
    """Show rows, positions, lag and size."""
    from streams.store.database import open_store
    from streams.store.status import read_status

    settings = read_settings(os.environ)
    log = ensure_ready(settings)
    try:
        store = open_store(settings)
        try:
            found = read_status(store, log)
        finally:
            store.close()
    finally:
        log.close()
    if as_json:
        put_bytes(orjson.dumps(found.as_json()))
        return
    put(f"{found.database}: {found.size_bytes / 1e6:,.1f} MB, built {counted(found.generation + 1, 'time')}")
    put(f"behind the topics by {counted(found.lag, 'record')}; texts from {found.texts_from or '(none)'} on")
    put()
    for line in table(("rows", "number"), [(name, number) for name, number in found.rows.items() if number]):
        put(line)
    put()
    positions: list[tuple[Any, ...]] = [
        (each.topic, each.partition, each.position, each.lag or 0, each.missed, each.unreadable)
        for each in found.positions
        if each.position or each.lag
    ]
    for line in table(("topic", "partition", "position", "lag", "missed", "unreadable"), positions):
        put(line)

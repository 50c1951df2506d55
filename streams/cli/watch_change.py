"""Put new versions of watches on the log, and wait until they count.

A version counts for articles that arrive at or after its ``effective_from``, which lies half a second ahead: by then
every running worker, which looks for changes five times a second, has read it. So no article is looked at by a version
that a replay would not choose. The clock is read here and nowhere behind.
"""

from __future__ import annotations

import getpass
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from schemas import topic_of
from streams.cli.bootstrap import append_watches, watch_records
from streams.cli.watch_book import Watches, read_book
from streams.log.protocol import Log
from streams.log.sqlite import SqliteLog
from streams.model.times import format_utc_ms, parse_utc
from streams.model.watch import Watch

AHEAD = timedelta(milliseconds=500)
_VERSIONED = ("version", "effective_from", "status", "changed_by", "change_reason", "history_from")

Plan = Callable[[Watches], Sequence[Watch]]
"""Which versions to append, given what is there. Their ``effective_from`` is stamped here."""


def user_name() -> str:
    """Who is at this terminal."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user without a name
        return "local"


def definition_of(watch: Watch) -> dict[str, Any]:
    """What a file says of a watch, without what a version adds."""
    return {key: value for key, value in watch.items() if key not in _VERSIONED}


def change_watches(log: Log, plan: Plan) -> list[Watch]:
    """Append what the plan wants and wait until it counts; return it.

    On the embedded log reading and appending are one transaction, so two changes at once get two versions.
    """
    with ExitStack() as stack:
        tx = stack.enter_context(log.transaction()) if isinstance(log, SqliteLog) else None
        book = read_book(log)
        now = datetime.now(UTC)
        changes = [_stamped(watch, book, now) for watch in plan(book)]
        if changes and tx is not None:
            tx.append(topic_of("watch").name, watch_records(log, changes))
        elif changes:
            append_watches(log, changes)
    for watch in changes:
        wait_until(parse_utc(watch["effective_from"]))
    return changes


def _stamped(watch: Watch, book: Watches, now: datetime) -> Watch:
    """Half a second ahead, and after the version before also where a clock was set back."""
    effective = now + AHEAD
    before = book.latest(watch["watch_id"])
    if before is not None:
        effective = max(effective, parse_utc(before["effective_from"]) + timedelta(milliseconds=1))
    return cast(Watch, {**watch, "effective_from": format_utc_ms(effective)})


def wait_until(at: datetime) -> None:
    left = (at - datetime.now(UTC)).total_seconds()
    if left > 0:
        time.sleep(left + 0.001)

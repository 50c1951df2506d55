"""The filler: reads every topic that the store keeps, from where it stands, and applies it.

It belongs to no consumer group: its position is a row beside its rows, so that kill -9 repeats nothing wrongly, and
several fillers on one store do no harm: whoever comes second finds the position moved and goes on from there.
What retention deleted from a topic stays in the store; what it deleted before it was read is counted as missed.

Newest rows are there some 50 ms after their records: between two batches it waits that long, so that a busy line makes
few large transactions and not hundreds of small ones.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from schemas import topics
from streams.clock import Clock, utc_now
from streams.errors import BrokerUnavailable, StoreBroken, TopicMissing
from streams.log.connect import connect
from streams.log.protocol import Log, StoredRecord
from streams.model.times import format_utc_ms
from streams.settings import Settings
from streams.store.apply import apply_batch, move_position
from streams.store.database import Store, open_store
from streams.store.tables import TABLES, Tables

KINDS: Final = (
    "watch",
    "subscription",
    "silence",
    "acknowledgement",
    "feedback",
    "article-deduped",
    "mention",
    "statement",
    "alert",
    "delivery",
    "dead-letter",
    "dead-letter-status",
)
"""What the store keeps, in the order in which a rebuild reads it. Articles come with their verdict, as dedupe sends
them: their own topic has the text and everything else, so the clean ones are not needed."""

BATCH_RECORDS: Final = 500
_GATHER_S: Final = 0.05
_POLL_S: Final = 0.1
_RETRY_S: Final = (0.5, 1.0, 2.0, 5.0)
_PRUNE_EVERY: Final = timedelta(hours=1)
_PRUNE_STEP: Final = 500

_LOG = logging.getLogger(__name__)
At = tuple[str, int]


def topics_read() -> list[str]:
    """The topics that the store keeps."""
    return [name for kind in KINDS for name, topic in topics().items() if topic.record == kind]


def run_filler(settings: Settings, stop: threading.Event, now: Clock = utc_now) -> None:
    """Fill until ``stop``. Waits for topics that are not there yet and for a database or broker that does not answer.

    Raises SettingError at once, StoreBroken where the store was filled from another log or is of another version.
    """
    store = open_store(settings)
    try:
        filler = Filler(store, settings, now)
        failures = 0
        while not stop.is_set():
            try:
                filler.run(stop)
            except WrongLog:
                raise
            except (TopicMissing, BrokerUnavailable, StoreBroken) as error:
                if failures == 0 and not isinstance(error, TopicMissing):
                    _LOG.warning("the filler waits: %s", error)
                stop.wait(_RETRY_S[min(failures, len(_RETRY_S) - 1)])
                failures = 0 if filler.is_up else failures + 1
    finally:
        store.close()


class WrongLog(StoreBroken):
    """The store was filled from another log than this one."""


class Filler:
    """Fills one store from one log."""

    def __init__(self, store: Store, settings: Settings, now: Clock = utc_now) -> None:
        self._store, self._settings, self._now = store, settings, now
        self._pruned_at: datetime | None = None
        self.is_up = False

    def run(self, stop: threading.Event) -> None:
        """Fill until ``stop``, on a connection of its own."""
        self.is_up = False
        log = connect(self._settings)
        try:
            while not stop.is_set():
                self._follow(log, stop)
        finally:
            log.close()

    def _follow(self, log: Log, stop: threading.Event) -> None:
        """Until ``stop``, or until somebody else has moved a position."""
        at = positions_on(self._store, log)
        self.is_up = True
        for batch in log.follow(topics_read(), at, _POLL_S):
            if stop.is_set():
                return
            for part in _by_partition(batch):
                where = part[0].topic, part[0].partition
                part = [stored for stored in part if stored.offset >= at[where]]
                for start in range(0, len(part), BATCH_RECORDS):
                    records = part[start : start + BATCH_RECORDS]
                    applied = apply_batch(self._store, TABLES, records, at[where], _no_check)
                    if applied.stale:
                        return
                    at[where] = applied.position
            self._prune_now_and_then()
            if batch and len(batch) < BATCH_RECORDS:
                stop.wait(_GATHER_S)

    def _prune_now_and_then(self) -> None:
        days, now = self._settings.store_text_days, self._now()
        if days and (self._pruned_at is None or now - self._pruned_at >= _PRUNE_EVERY):
            self._pruned_at = now
            prune_texts(self._store, now - timedelta(days=days))


def fill_to_end(
    store: Store, log: Log, tables: Tables = TABLES, check: Callable[[Connection], None] | None = None
) -> int:
    """Apply everything that is in the topics now; return the number of records that were read."""
    count = 0
    at = positions_on(store, log, tables)
    for (topic, partition), position in at.items():
        end = log.end_offset(topic, partition)
        while position < end:
            batch = log.read(topic, partition, position, BATCH_RECORDS)
            if not batch:
                break
            applied = apply_batch(store, tables, batch, position, check or _no_check)
            position = applied.position
            count += 0 if applied.stale else len(batch)
    return count


def positions_on(store: Store, log: Log, tables: Tables = TABLES) -> dict[At, int]:
    """Where to go on, for each partition of the log. What retention deleted in the meantime is counted as missed.

    Raises WrongLog where the store is ahead of the log.
    """
    p = tables.positions
    with store.reading() as db:
        known = {(row.topic, row.partition): int(row.next_offset) for row in db.execute(sa.select(p))}
    at: dict[At, int] = {}
    for topic in topics_read():
        for partition in range(log.partitions(topic)):
            where = (topic, partition)
            position, end = known.get(where, 0), log.end_offset(topic, partition)
            if position > end:
                raise WrongLog(
                    f"{topic}[{partition}]@{position}: the store has read further than the log goes ({end}); it was "
                    "filled from another log; set NEWSVANE_STORE to another database, or run 'newsvane store rebuild'"
                )
            start = log.start_offset(topic, partition)
            if position < start and topics()[topic].cleanup == "delete":
                # a new store promises nothing about what was gone before it
                missed = start - position if where in known else 0
                if missed:
                    _LOG.warning("%s[%d]: retention deleted %d records before the store read them", *where, missed)
                move_position(store, tables, topic, partition, missed, start)
                position = start
            at[where] = position
    return at


def prune_texts(store: Store, before: datetime) -> int:
    """Delete the texts of articles that arrived before this; return how many. Small steps: others get their turn."""
    t = TABLES.article_texts
    oldest = sa.select(t.c.place).where(t.c.arrived_at < format_utc_ms(before)).limit(_PRUNE_STEP)
    count = 0
    while True:
        with store.writing() as db:
            places = list(db.execute(oldest).scalars())
            db.execute(sa.delete(t).where(t.c.place.in_(places)))
        count += len(places)
        if len(places) < _PRUNE_STEP:
            return count


def _by_partition(batch: list[StoredRecord]) -> Iterator[list[StoredRecord]]:
    parts: dict[At, list[StoredRecord]] = {}
    for stored in batch:
        parts.setdefault((stored.topic, stored.partition), []).append(stored)
    yield from parts.values()


def _no_check(db: Connection) -> None:
    """Nothing more to ask: the position is enough."""

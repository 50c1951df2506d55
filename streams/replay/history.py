"""A new watch reads what arrived before it: stories and the baseline of stances fill, and nobody is alerted.

A version with ``history_from`` owns what arrived between that and the watch's first version
(``streams.model.watch``); the line knows that by itself for whatever it processes from now on. What it has processed
already is brought here:

1. Each record of articles-deduped whose article is history goes through detect for this watch alone; what matches is
   appended to ``matches``. stance and alert of the live line do the rest: such mentions are ``backfill``.
2. Articles may have been judged anew meanwhile, and our match may have come behind the better one. So what came into
   the topic since is read again, until nothing of it is history. The last word on an article is then its last verdict,
   as in a replay from the start, which finds the same records to the byte.

Each match carries a cause of its own kind (``history-…/partition/offset``): stance passes over what it has had, so a
kill or a second call adds nothing. The place is kept as well, in the transaction of the batch on the embedded log, in a
file on Kafka. Where retention took articles-deduped, the articles come from a replay as far as dedupe.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol, cast

import orjson

from schemas import topic_of
from streams.detect.step import MatcherBook, step
from streams.engine.outgoing import Outbox, Outgoing
from streams.engine.position import REISSUE_HEADER, Cause
from streams.errors import InfrastructureError
from streams.log.protocol import Log, NewRecord
from streams.log.sqlite import SqliteLog
from streams.model.ids import digest
from streams.model.records import DedupedArticle
from streams.model.step import Emit
from streams.model.times import epoch_ms, parse_utc
from streams.model.watch import Watch, WatchBook, is_history, version_at
from streams.replay.backtest_source import read_articles
from streams.replay.ranges import Range

_STAGE: Final = "history"
FROM_REPLAY: Final = "replay"
_BATCH: Final = 100
OnShare = Callable[[float], None]


@dataclass(slots=True)
class Place:
    """The next offset of each partition of articles-deduped; ``is_done``: everything was brought."""

    offsets: dict[str, int] = field(default_factory=dict)
    is_done: bool = False
    matched: int = 0

    def encode(self) -> bytes:
        return orjson.dumps({"offsets": self.offsets, "is_done": self.is_done, "matched": self.matched})

    @classmethod
    def decode(cls, raw: bytes) -> Place:
        values = orjson.loads(raw)
        return cls(values["offsets"], values["is_done"], values["matched"])


class Keeper(Protocol):
    """Appends a batch and keeps the place behind it."""

    def load(self, key: str) -> Place: ...

    def commit(self, key: str, place: Place, records: list[Outgoing]) -> None: ...


class SqliteKeeper:
    """In one transaction."""

    def __init__(self, log: SqliteLog) -> None:
        self._log = log

    def load(self, key: str) -> Place:
        rows = self._log.query(
            "SELECT value FROM state WHERE stage = ? AND partition = 0 AND key = ?", (_STAGE, key.encode())
        )
        return Place.decode(rows[0][0]) if rows else Place()

    def commit(self, key: str, place: Place, records: list[Outgoing]) -> None:
        with self._log.transaction() as tx:
            for topic, batch in _by_topic(records).items():
                tx.append(topic, batch)
            tx.execute("INSERT OR REPLACE INTO state VALUES (?, 0, ?, ?)", (_STAGE, key.encode(), place.encode()))


class FileKeeper:
    """Appended first, then a file: a kill in between repeats a batch, which stance knows by its causes."""

    def __init__(self, log: Log, folder: Path) -> None:
        self._log, self._folder = log, folder

    def load(self, key: str) -> Place:
        try:
            return Place.decode((self._folder / f"{key}.json").read_bytes())
        except FileNotFoundError:
            return Place()

    def commit(self, key: str, place: Place, records: list[Outgoing]) -> None:
        for topic, batch in _by_topic(records).items():
            self._log.append(topic, batch)
        path = self._folder / f"{key}.json"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            fresh = path.with_suffix(f".{os.getpid()}")
            fresh.write_bytes(place.encode())
            fresh.replace(path)
        except OSError as error:
            raise InfrastructureError(
                f"no place can be kept in '{self._folder}': {error.strerror}; see NEWSVANE_DATA_DIR"
            ) from error


def keeper_on(log: Log, data_dir: Path) -> Keeper:
    return SqliteKeeper(log) if isinstance(log, SqliteLog) else FileKeeper(log, data_dir / _STAGE)


@dataclass(frozen=True, slots=True)
class Filled:
    """``read``: records looked at now; ``matched``: what matched, over all calls; ``was_done``: nothing was left."""

    read: int
    matched: int
    was_done: bool


def history_range(versions: list[Watch], carrier: Watch) -> Range:
    """What arrived between the carrier's ``history_from`` and the first version."""
    start, end = carrier["history_from"], versions[0]["effective_from"]
    return Range(epoch_ms(parse_utc(start)), epoch_ms(parse_utc(end)))


def carriers_of(versions: list[Watch]) -> list[Watch]:
    return [watch for watch in versions if "history_from" in watch]


def fill(
    live: Log,
    source: Log,
    versions: list[Watch],
    carrier: Watch,
    keeper: Keeper,
    on_share: OnShare = lambda share: None,
    now_ms: Callable[[], int] = lambda: int(time.time() * 1000),
    source_name: str = "",
) -> Filled:
    """Bring the carrier's history to the live line. ``source`` has the articles: the live log, or a replay's of this
    name. Call it when the version counts already. Idempotent, and goes on where it was killed."""
    key = _key(carrier, source_name)
    place = keeper.load(key)
    if place.is_done:
        return Filled(0, place.matched, True)
    book = WatchBook()
    for watch in versions:
        book.apply(watch)
    matchers = MatcherBook(book)
    chosen = history_range(versions, carrier)
    outbox = Outbox(_Partitions(live), now_ms())
    read = 0
    while True:
        found = 0
        for stored, article, share in read_articles(source, chosen, _as_int(place.offsets)):
            read += 1
            place.offsets[str(stored.partition)] = stored.offset + 1
            arrived_at = article["arrived_at"]
            if is_history(carrier, arrived_at) and version_at(versions, arrived_at) is carrier:
                cause = Cause(f"{_STAGE}-{key}", stored.partition, stored.offset, 0)
                is_reissue = REISSUE_HEADER in dict(stored.headers)
                for output in step(cast(DedupedArticle, article), matchers).outputs:
                    outbox.add(topic_of("match"), cast(Emit, output).record, cause, is_reissue=is_reissue)
                    found += 1
            if read % _BATCH == 0:
                place.matched += len(outbox.records)
                keeper.commit(key, place, outbox.records)
                outbox = Outbox(_Partitions(live), now_ms())
                on_share(share)
        place.matched += len(outbox.records)
        place.is_done = not found
        keeper.commit(key, place, outbox.records)
        outbox = Outbox(_Partitions(live), now_ms())
        if place.is_done:
            return Filled(read, place.matched, False)


def is_filled(keeper: Keeper, carrier: Watch) -> Filled | None:
    """What was brought, if all of it was, from whichever source."""
    live, replayed = (keeper.load(_key(carrier, source_name)) for source_name in ("", FROM_REPLAY))
    # what the live log still had is brought last, so it marks the end of both
    return Filled(0, live.matched + replayed.matched, True) if live.is_done else None


def _key(carrier: Watch, source_name: str) -> str:
    return digest(_STAGE, carrier["watch_id"], str(carrier["version"]), source_name)


class _Partitions:
    """The number of a topic's partitions, asked once."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._known: dict[str, int] = {}

    def __call__(self, topic: str) -> int:
        if topic not in self._known:
            self._known[topic] = self._log.partitions(topic)
        return self._known[topic]


def _as_int(offsets: Mapping[str, int]) -> dict[int, int]:
    return {int(partition): offset for partition, offset in offsets.items()}


def _by_topic(records: list[Outgoing]) -> dict[str, list[NewRecord]]:
    found: dict[str, list[NewRecord]] = {}
    for each in records:
        found.setdefault(each.topic, []).append(
            NewRecord(each.partition, each.key, each.value, each.timestamp_ms, each.headers)
        )
    return found

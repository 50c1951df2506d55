"""Copy the records of a range into the replay's own log: values, keys, headers and timestamps as they are.

All partitions go forward together in the order of their timestamps, at most ``LEAD`` records ahead of the line that
takes them. What dedupe and alert forget depends on the time of arrival, and nothing may be forgotten early because one
partition ran ahead: once the copy is so long that something is forgotten at all, it waits at the end of each day of the
source until every stage is through. A batch and the source's next offsets are one transaction, so a copy that was
killed at any moment goes on where it was.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heapreplace
from typing import Final

from schemas import topic_of
from streams.log.protocol import Log, NewRecord, StoredRecord
from streams.log.sqlite import SqliteLog
from streams.replay.manifest import GROUP, Manifest
from streams.replay.ranges import REPLAYABLE

COPY_GROUP: Final = "copy"
LEAD: Final = 10_000
_BATCH: Final = 200
_PAGE: Final = 500
_WAIT_S: Final = 0.05
_DAY_MS: Final = 86_400_000
_REMEMBERED_MS: Final = 44 * _DAY_MS
"""A day less than what dedupe, the most forgetful stage, remembers."""


@dataclass(slots=True)
class Copied:
    """How far the copy is: records looked at, of so many; and those taken."""

    seen: int
    total: int
    taken: int = 0
    is_done: bool = False
    error: BaseException | None = field(default=None, repr=False)


class _Reader:
    """One partition of the source, page by page."""

    def __init__(self, source: Log, topic: str, partition: int, offset: int, end: int) -> None:
        self._source, self._topic, self._end = source, topic, end
        self.partition, self.offset = partition, offset
        self._page: list[StoredRecord] = []
        self._at = 0

    def head(self) -> StoredRecord | None:
        if self._at == len(self._page):
            self._page = self._source.read(self._topic, self.partition, self.offset, _PAGE) if self._is_open() else []
            self._at = 0
            if not self._page or self._page[0].offset >= self._end:
                self.offset, self._page = self._end, []  # nothing is left below the end: retention took it
                return None
        stored = self._page[self._at]
        return stored if stored.offset < self._end else None

    def advance(self) -> None:
        self.offset = self._page[self._at].offset + 1
        self._at += 1

    def _is_open(self) -> bool:
        return self.offset < self._end


def copy(
    source: Log, target: SqliteLog, manifest: Manifest, copied: Copied, stop: threading.Event, lead: int = LEAD
) -> None:
    """Copy what is not there yet; ``copied`` tells how far it is. Returns early when ``stop`` is set."""
    topic, chosen = manifest.topic, manifest.copied_range
    places = target.committed(COPY_GROUP, topic)
    readers = [
        _Reader(source, topic, int(partition), places.get(int(partition), start), manifest.ends[partition])
        for partition, start in manifest.starts.items()
    ]
    first = sum(manifest.starts.values())
    copied.total = manifest.most_records
    copied.taken = _appended(target, topic)
    inputs = [topic_of(kind).name for kind in REPLAYABLE[REPLAYABLE.index(manifest.kind) : _last(manifest) + 1]]
    drain_at: int | None = None
    queue = [(stored.timestamp_ms, index) for index, reader in enumerate(readers) if (stored := reader.head())]
    heapify(queue)
    while queue and not stop.is_set():
        batch: list[NewRecord] = []
        looked_at = 0
        if queue and drain_at is None:
            drain_at = _first_ms(target, topic, queue[0][0]) + _REMEMBERED_MS
        while queue and looked_at < _BATCH:
            at_ms, index = queue[0]
            if drain_at is not None and at_ms >= drain_at:
                if not batch:
                    _wait(lambda: _is_through(target, inputs), stop)
                    drain_at = at_ms - at_ms % _DAY_MS + _DAY_MS
                break
            reader = readers[index]
            stored = reader.head()
            assert stored is not None, (topic, reader.partition)
            looked_at += 1
            if chosen.has(manifest.kind, stored):
                batch.append(NewRecord(stored.partition, stored.key, stored.value, stored.timestamp_ms, stored.headers))
            reader.advance()
            following = reader.head()
            if following is None:
                heappop(queue)
            else:
                heapreplace(queue, (following.timestamp_ms, index))
        with target.transaction() as tx:
            if batch:
                tx.append(topic, batch)
            tx.commit_offsets(COPY_GROUP, {(topic, reader.partition): reader.offset for reader in readers})
        copied.taken += len(batch)
        copied.seen = sum(reader.offset for reader in readers) - first
        _wait(lambda: copied.taken - _taken_by_line(target, topic) <= lead, stop)
    if not stop.is_set():
        copied.seen, copied.is_done = copied.total, True


def _wait(is_reached: Callable[[], bool], stop: threading.Event) -> None:
    while not is_reached() and not stop.wait(_WAIT_S):
        pass


def _last(manifest: Manifest) -> int:
    """The place in ``REPLAYABLE`` of what the last stage reads."""
    return len(REPLAYABLE) - 1 if manifest.last_stage == "alert" else REPLAYABLE.index("article-clean")


def _first_ms(target: SqliteLog, topic: str, default: int) -> int:
    """The time of the first record that was copied."""
    firsts = [target.read(topic, partition, 0, max_records=1) for partition in range(target.partitions(topic))]
    return min((records[0].timestamp_ms for records in firsts if records), default=default)


def _is_through(target: SqliteLog, topics: Sequence[str]) -> bool:
    """Whether every stage has taken all that is there, in the order of the line."""
    for topic in topics:
        committed = target.committed(GROUP, topic)
        for partition in range(target.partitions(topic)):
            if committed.get(partition, 0) < target.end_offset(topic, partition):
                return False
    return True


def _appended(target: SqliteLog, topic: str) -> int:
    return sum(target.end_offset(topic, partition) for partition in range(target.partitions(topic)))


def _taken_by_line(target: SqliteLog, topic: str) -> int:
    return sum(target.committed(GROUP, topic).values())

"""Copy the records of a range into the replay's own log: values, keys, headers and timestamps as they are.

All partitions go forward together in the order of their timestamps, at most ``LEAD`` records ahead of the line that
takes them: what dedupe and alert forget depends on the time of arrival, so a partition must not run away. A batch and
the source's next offsets are one transaction, so a copy that was killed at any moment goes on where it was.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import heapify, heappop, heapreplace
from typing import Final

from streams.log.protocol import Log, NewRecord, StoredRecord
from streams.log.sqlite import SqliteLog
from streams.replay.manifest import GROUP, Manifest

COPY_GROUP: Final = "copy"
LEAD: Final = 10_000
_BATCH: Final = 200
_PAGE: Final = 500
_WAIT_S: Final = 0.05


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
    queue = [(stored.timestamp_ms, index) for index, reader in enumerate(readers) if (stored := reader.head())]
    heapify(queue)
    while queue and not stop.is_set():
        batch: list[NewRecord] = []
        looked_at = 0
        while queue and looked_at < _BATCH:
            _, index = queue[0]
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
        _wait_for_the_line(lambda: copied.taken - _taken_by_line(target, topic), lead, stop)
    if not stop.is_set():
        copied.seen, copied.is_done = copied.total, True


def _wait_for_the_line(ahead: Callable[[], int], lead: int, stop: threading.Event) -> None:
    while ahead() > lead and not stop.wait(_WAIT_S):
        pass


def _appended(target: SqliteLog, topic: str) -> int:
    return sum(target.end_offset(topic, partition) for partition in range(target.partitions(topic)))


def _taken_by_line(target: SqliteLog, topic: str) -> int:
    return sum(target.committed(GROUP, topic).values())

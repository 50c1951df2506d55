"""What may go from the embedded log, and how its file gets smaller.

Order: by time, by size, by key (compacted topics), then the free pages go back and the WAL is emptied. Every step is a
small transaction of its own, so that other writers get their turn; a kill between two steps loses nothing.

Compaction keeps the last record of each key, and a tombstone for ``delete.retention.ms`` (a day) after its arrival, so
that every follower sees it. The last record of a partition always stays. A pass reads the new records into a map of
their keys, at most ``MAX_KEYS`` of them, then drops what they supersede; it is worth a scan once the new ones are a
tenth of the old.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from streams.log.protocol import TopicSpec
from streams.log.sqlite_file import BLOCK, OFFSET_BITS, in_our_words

if TYPE_CHECKING:
    from streams.log.sqlite import Transaction

MAX_KEYS: Final = 200_000
TOMBSTONE_MS: Final = 86_400_000
_STEP: Final = 200  # records deleted in one transaction: some milliseconds
_PAGES: Final = 256  # pages given back in one transaction: a megabyte
_NEW_SHARE: Final = 0.1

_DELETE = "DELETE FROM record WHERE id = ?"
_SIZE = "coalesce(length(key), 0) + coalesce(length(value), 0) + coalesce(length(headers), 0)"


class Retention:
    """One enforcement. ``transaction`` is that of the log whose connection this is."""

    def __init__(
        self,
        path: Path,
        db: sqlite3.Connection,
        transaction: Callable[[], AbstractContextManager[Transaction]],
        topics: Mapping[str, TopicSpec],
    ) -> None:
        self._path = path
        self._db = db
        self._transaction = transaction
        self._topics = topics

    def enforce(self, now_ms: int) -> dict[str, int]:
        deleted: dict[str, int] = {}
        with in_our_words(self._path):
            slots = self._db.execute("SELECT slot, topic FROM partition ORDER BY slot").fetchall()
            for slot, topic in slots:
                spec = self._topics[topic]
                if spec.cleanup == "compact":
                    count = self._compact(slot, now_ms, int(spec.config.get("delete.retention.ms", TOMBSTONE_MS)))
                else:
                    count = self._delete_oldest(slot, spec, now_ms)
                if count:
                    deleted[topic] = deleted.get(topic, 0) + count
            self._give_space_back()
        return deleted

    def _delete_oldest(self, slot: int, spec: TopicSpec, now_ms: int) -> int:
        if spec.retention_ms < 0 and spec.retention_bytes < 0:
            return 0
        oldest_kept_ms = now_ms - spec.retention_ms if spec.retention_ms >= 0 else None
        deleted = 0
        while True:
            (kept_bytes,) = self._db.execute("SELECT bytes FROM partition WHERE slot = ?", (slot,)).fetchone()
            excess = kept_bytes - spec.retention_bytes if spec.retention_bytes >= 0 else 0
            doomed: list[tuple[int, int]] = []
            for row_id, timestamp_ms, size in self._rows(slot, f"id, timestamp_ms, {_SIZE}", 0):
                if excess <= 0 and (oldest_kept_ms is None or timestamp_ms >= oldest_kept_ms):
                    break
                doomed.append((row_id, size))
                excess -= size
            if not doomed:
                return deleted
            deleted += self._delete(slot, doomed)

    def _rows(self, slot: int, columns: str, offset: int) -> list[tuple[Any, ...]]:
        """The next rows from an offset on. One call is one read transaction."""
        first = slot << OFFSET_BITS
        return self._db.execute(
            f"SELECT {columns} FROM record WHERE id >= ? AND id < ? ORDER BY id LIMIT {_STEP}",  # noqa: S608 - ours
            (first + offset, first + (1 << OFFSET_BITS)),
        ).fetchall()

    def _delete(self, slot: int, doomed: list[tuple[int, int]]) -> int:
        with self._transaction() as tx:
            # counted by what is really gone: another process may be enforcing at the same time
            gone = [size for row_id, size in doomed if tx.execute(_DELETE, (row_id,)).rowcount]
            tx.execute(
                "UPDATE partition SET records = records - ?, bytes = bytes - ? WHERE slot = ?",
                (len(gone), sum(gone), slot),
            )
            tx.executemany(
                "DELETE FROM time_block WHERE first_id = ?"
                " AND NOT EXISTS (SELECT 1 FROM record WHERE id >= first_id AND id < first_id + ?)",
                [(block, BLOCK) for block in sorted({row_id & -BLOCK for row_id, _ in doomed})],
            )
        return len(gone)

    def _compact(self, slot: int, now_ms: int, tombstone_ms: int) -> int:
        first = slot << OFFSET_BITS
        end, records, clean_end, oldest_tombstone = self._db.execute(
            "SELECT end_offset, records, compacted_to, oldest_tombstone_ms FROM partition WHERE slot = ?", (slot,)
        ).fetchone()
        expired = oldest_tombstone is not None and now_ms - oldest_tombstone >= tombstone_ms
        if not expired and (end == clean_end or end - clean_end < records * _NEW_SHARE):
            return 0
        latest, new_end = self._latest_keys(slot, clean_end, end)
        deleted = 0
        tombstones = []
        offset = 0
        while rows := self._rows(slot, f"id, key, value IS NULL, timestamp_ms, {_SIZE}", offset):
            doomed = []
            for row_id, key, is_tombstone, timestamp_ms, size in rows:
                at = row_id - first
                if at >= new_end:
                    break
                is_old = latest.get(key, -1) > at
                is_over = is_tombstone and at < clean_end and now_ms - timestamp_ms >= tombstone_ms
                if (is_old or is_over) and at != end - 1:
                    doomed.append((row_id, size))
                elif is_tombstone:
                    tombstones.append(timestamp_ms)
            if doomed:
                deleted += self._delete(slot, doomed)
            offset = rows[-1][0] - first + 1
            if offset >= new_end:
                break
        with self._transaction() as tx:
            tx.execute(
                "UPDATE partition SET compacted_to = ?, oldest_tombstone_ms = ? WHERE slot = ?",
                (new_end, min(tombstones, default=None), slot),
            )
        return deleted

    def _latest_keys(self, slot: int, offset: int, end: int) -> tuple[dict[bytes, int], int]:
        """The last offset of each key from ``offset`` on, and the offset up to which the map is complete."""
        first = slot << OFFSET_BITS
        latest: dict[bytes, int] = {}
        while offset < end and len(latest) < MAX_KEYS and (rows := self._rows(slot, "id, key", offset)):
            for row_id, key in rows:
                if row_id - first >= end:
                    return latest, end
                latest[key] = row_id - first
            offset = rows[-1][0] - first + 1
        return latest, offset if len(latest) >= MAX_KEYS else end

    def _give_space_back(self) -> None:
        while self._db.execute("PRAGMA freelist_count").fetchone()[0]:
            # fetchall matters: the pragma frees a page a step
            self._db.execute(f"PRAGMA incremental_vacuum({_PAGES})").fetchall()
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

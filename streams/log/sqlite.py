"""The embedded log: topics, positions and stage state in one SQLite file (WAL).

Who may use it: any number of processes read and append; writers take turns and wait for each other. One object belongs
to one thread at a time. A worker takes ``worker_lock(group)`` first.

Limits. ``append`` is one transaction, and a writer in another process waits until it ends: bulk writers pass batches
of about 100 records (a small writer then waits some milliseconds, with 1,000 it would be half a hundred). No read
transaction outlives a call, because an open one keeps the WAL from being reused and lets it grow without bound. Do not
put the file on a network file system: SQLite's locks and shared memory do not work there.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple

import orjson

from streams.errors import InfrastructureError, TopicMissing
from streams.log.headers import decode_headers, encode_headers
from streams.log.limits import check_records
from streams.log.lock import worker_lock
from streams.log.protocol import NewRecord, StoredRecord, TopicSpec
from streams.log.sqlite_file import BLOCK, OFFSET_BITS, Synchronous, connect, in_our_words
from streams.log.sqlite_retention import Retention

_WAKE_S = 0.005
_TRY_AGAIN_S = 0.0002
_WAL_MAX_BYTES = 32 << 20
_BYTES_OF_HEADERS = 64  # what a record without key and value counts for in ``max_bytes``, roughly


@dataclass(frozen=True, slots=True)
class _Topic:
    slots: tuple[int, ...]
    compact: bool


class DataVersion(NamedTuple):
    """Differs from an earlier one if anything was committed since, by this object or by any other."""

    of_others: int
    of_us: int


class Transaction:
    """Appends, positions and statements that become durable together. Made by ``SqliteLog.transaction``."""

    def __init__(self, log: SqliteLog, db: sqlite3.Connection) -> None:
        self._log = log
        self._db = db

    def append(self, topic: str, records: Sequence[NewRecord]) -> list[int]:
        """Append all and return their offsets in order. Raises InvalidRecord before anything is written."""
        known = self._log.find_topic(topic)
        sizes = check_records(topic, len(known.slots), known.compact, records)
        ends: dict[int, int] = {}
        written: dict[int, list[int]] = {}
        blocks: dict[int, int] = {}
        rows = []
        offsets = []
        for record, size in zip(records, sizes, strict=True):
            partition, key, value, timestamp_ms, headers = record
            slot = known.slots[partition]
            offset = ends.get(slot)
            if offset is None:
                (offset,) = self._db.execute("SELECT end_offset FROM partition WHERE slot = ?", (slot,)).fetchone()
                written[slot] = [0, 0]
            ends[slot] = offset + 1
            offsets.append(offset)
            row_id = slot << OFFSET_BITS | offset
            rows.append((row_id, timestamp_ms, key, encode_headers(headers) if headers else None, value))
            block = row_id & -BLOCK
            if timestamp_ms > blocks.get(block, -1):
                blocks[block] = timestamp_ms
            counts = written[slot]
            counts[0] += 1
            counts[1] += size
        self._db.executemany("INSERT INTO record VALUES (?, ?, ?, ?, ?)", rows)
        self._db.executemany(
            "INSERT INTO time_block VALUES (?, ?) ON CONFLICT (first_id)"
            " DO UPDATE SET max_timestamp_ms = max(max_timestamp_ms, excluded.max_timestamp_ms)",
            sorted(blocks.items()),
        )
        self._db.executemany(
            "UPDATE partition SET end_offset = ?, records = records + ?, bytes = bytes + ? WHERE slot = ?",
            [(end, *written[slot], slot) for slot, end in ends.items()],
        )
        return offsets

    def commit_offsets(self, group: str, offsets: Mapping[tuple[str, int], int]) -> None:
        """Set the next offset that the group will read, by topic and partition."""
        self._db.executemany(
            "INSERT INTO committed VALUES (?, ?, ?, ?)"
            " ON CONFLICT (group_name, topic, partition) DO UPDATE SET next_offset = excluded.next_offset",
            [(group, topic, partition, offset) for (topic, partition), offset in offsets.items()],
        )

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> sqlite3.Cursor:
        return self._db.execute(sql, parameters)

    def executemany(self, sql: str, parameters: Iterable[Sequence[Any]]) -> None:
        self._db.executemany(sql, parameters)


class SqliteLog:
    """``streams.log.protocol.Log`` in one file.

    ``synchronous="FULL"`` survives a power cut with every acknowledged record; "NORMAL" survives every kill of a
    process and may lose the last commits in a power cut, never the file's consistency.
    """

    def __init__(self, path: Path | str, *, synchronous: Synchronous = "FULL", busy_timeout_s: float = 15.0) -> None:
        self.path = Path(path)
        self._db = connect(self.path, synchronous, busy_timeout_s)
        self._busy_timeout_s = busy_timeout_s
        self._wal_path = self.path.with_name(self.path.name + "-wal")
        self._topics: dict[str, _Topic] = {}
        self._commits = 0
        self._seen: DataVersion | None = None

    # Topics

    def create_topics(self, specs: Iterable[TopicSpec]) -> list[str]:
        created = []
        with self.transaction() as tx:
            for spec in specs:
                inserted = tx.execute(
                    "INSERT INTO topic VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO NOTHING",
                    (
                        spec.name,
                        spec.partitions,
                        spec.cleanup,
                        spec.retention_ms,
                        spec.retention_bytes,
                        orjson.dumps(dict(spec.config), option=orjson.OPT_SORT_KEYS).decode(),
                    ),
                )
                if inserted.rowcount:
                    tx.executemany(
                        "INSERT INTO partition (topic, partition) VALUES (?, ?)",
                        [(spec.name, partition) for partition in range(spec.partitions)],
                    )
                    created.append(spec.name)
        return created

    def describe_topics(self) -> dict[str, TopicSpec]:
        rows = self._all("SELECT name, partitions, cleanup, retention_ms, retention_bytes, config FROM topic")
        return {row[0]: TopicSpec(row[0], row[1], row[2], row[3], row[4], orjson.loads(row[5])) for row in rows}

    def partitions(self, topic: str) -> int:
        return len(self.find_topic(topic).slots)

    def find_topic(self, topic: str) -> _Topic:
        """What an append needs to know of a topic. Raises TopicMissing. Topics are never changed, so it is kept."""
        known = self._topics.get(topic)
        if known is None:
            rows = self._all(
                "SELECT slot, cleanup FROM topic JOIN partition ON topic = name WHERE name = ? ORDER BY partition",
                (topic,),
            )
            if not rows:
                raise TopicMissing(f"topic '{topic}' is not in '{self.path}'; create it with 'newsvane topics apply'")
            known = _Topic(tuple(slot for slot, _ in rows), rows[0][1] == "compact")
            if not self._db.in_transaction:  # one that rolls back may take the topic with it
                self._topics[topic] = known
        return known

    # Writing

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Write as one: everything in the block is durable when it ends, or nothing if it raises.

        Other writers wait meanwhile, so keep it short. Reads on this object see what the block has written so far.
        """
        if self._db.in_transaction:
            raise RuntimeError("transactions do not nest")
        with in_our_words(self.path):
            self._begin()
            try:
                yield Transaction(self, self._db)
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:  # a full disk has rolled it back already
                    self._db.execute("ROLLBACK")
                raise
        self._commits += 1
        self._curb_wal()

    def _begin(self) -> None:
        # SQLite's own waiting sleeps up to 100 ms at a time and so misses the gaps of a bulk writer
        deadline = time.monotonic() + self._busy_timeout_s
        self._db.execute("PRAGMA busy_timeout = 0")
        try:
            while True:
                try:
                    self._db.execute("BEGIN IMMEDIATE")
                    return
                except sqlite3.OperationalError as error:
                    if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                        raise
                    time.sleep(_TRY_AGAIN_S)
        finally:
            self._db.execute(f"PRAGMA busy_timeout = {int(self._busy_timeout_s * 1000)}")

    def append(self, topic: str, records: Sequence[NewRecord]) -> list[int]:
        if not records:
            return []
        with self.transaction() as tx:
            return tx.append(topic, records)

    def commit(self, group: str, topic: str, offsets: Mapping[int, int]) -> None:
        for partition in offsets:
            self._slot(topic, partition)
        with self.transaction() as tx:
            tx.commit_offsets(group, {(topic, partition): offset for partition, offset in offsets.items()})

    def _curb_wal(self) -> None:
        # automatic checkpoints never wait: readers that overlap without a gap would let the WAL grow for ever
        try:
            too_long = self._wal_path.stat().st_size > _WAL_MAX_BYTES
        except FileNotFoundError:
            return
        if too_long:
            self._all("PRAGMA wal_checkpoint(TRUNCATE)")

    # Reading

    def read(
        self, topic: str, partition: int, offset: int, max_records: int = 1000, max_bytes: int = 8 << 20
    ) -> list[StoredRecord]:
        first = self._slot(topic, partition) << OFFSET_BITS
        records: list[StoredRecord] = []
        size = 0
        with in_our_words(self.path):
            cursor = self._db.execute(
                "SELECT id, timestamp_ms, key, headers, value FROM record WHERE id >= ? AND id < ? ORDER BY id LIMIT ?",
                (first + max(offset, 0), first + (1 << OFFSET_BITS), max_records),
            )
            try:
                for row_id, timestamp_ms, key, blob, value in cursor:
                    size += len(key or b"") + len(value or b"") + len(blob or b"") + _BYTES_OF_HEADERS
                    if size > max_bytes and records:
                        break
                    at = row_id - first
                    headers = self._headers(blob, topic, partition, at) if blob is not None else ()
                    records.append(StoredRecord(topic, partition, at, timestamp_ms, key, value, headers))
            finally:
                cursor.close()  # ends the read transaction
        return records

    def _headers(self, blob: bytes, topic: str, partition: int, offset: int) -> tuple[tuple[str, bytes], ...]:
        try:
            return decode_headers(blob)
        except ValueError as error:
            raise InfrastructureError(
                f"{topic}[{partition}]@{offset}: log file '{self.path}' is damaged ({error}); restore it from a copy"
            ) from error

    def start_offset(self, topic: str, partition: int) -> int:
        first = self._slot(topic, partition) << OFFSET_BITS
        rows = self._all(
            "SELECT id FROM record WHERE id >= ? AND id < ? ORDER BY id LIMIT 1", (first, first + (1 << OFFSET_BITS))
        )
        return rows[0][0] - first if rows else self.end_offset(topic, partition)

    def end_offset(self, topic: str, partition: int) -> int:
        slot = self._slot(topic, partition)
        return int(self._all("SELECT end_offset FROM partition WHERE slot = ?", (slot,))[0][0])

    def offset_at(self, topic: str, partition: int, timestamp_ms: int) -> int:
        first = self._slot(topic, partition) << OFFSET_BITS
        rows = self._all(
            "SELECT id FROM time_block CROSS JOIN record ON id >= first_id AND id < first_id + ?"
            " WHERE first_id >= ? AND first_id < ? AND max_timestamp_ms >= ? AND timestamp_ms >= ?"
            " ORDER BY first_id, id LIMIT 1",
            (BLOCK, first, first + (1 << OFFSET_BITS), timestamp_ms, timestamp_ms),
        )
        return rows[0][0] - first if rows else self.end_offset(topic, partition)

    def committed(self, group: str, topic: str) -> dict[int, int]:
        return dict(
            self._all(
                "SELECT partition, next_offset FROM committed WHERE group_name = ? AND topic = ? ORDER BY partition",
                (group, topic),
            )
        )

    # Following

    def data_version(self) -> DataVersion:
        """A cheap token (microseconds) that differs after every commit of anyone."""
        (version,) = self._db.execute("PRAGMA data_version").fetchone()
        return DataVersion(version, self._commits)

    def changed(self) -> bool:
        """Whether anyone has committed since the last call; True at the first."""
        now = self.data_version()
        changed = now != self._seen
        self._seen = now
        return changed

    def wait_for_change(self, since: DataVersion, timeout_s: float) -> bool:
        """Sleep until someone commits after ``since`` was taken; False after the time-out."""
        deadline = time.monotonic() + timeout_s
        while self.data_version() == since:
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            time.sleep(min(left, _WAKE_S))
        return True

    def follow(
        self,
        topics: Iterable[str],
        start: Literal["start", "end"] | Mapping[tuple[str, int], int],
        poll_s: float = 0.25,
    ) -> Iterator[list[StoredRecord]]:
        positions: dict[tuple[str, int], int] = {}
        for topic in topics:
            for partition in range(self.partitions(topic)):
                end = self.end_offset(topic, partition)
                position = 0 if start == "start" else end if start == "end" else start.get((topic, partition), 0)
                if position > end:
                    raise InfrastructureError(
                        f"{topic}[{partition}]@{position} is past the end, {end}; was the topic created anew?"
                    )
                positions[topic, partition] = position
        return self._follow(positions, poll_s)

    def _follow(self, positions: dict[tuple[str, int], int], poll_s: float) -> Iterator[list[StoredRecord]]:
        while True:
            version = self.data_version()
            news = False
            ends = {
                (topic, partition): end
                for topic, partition, end in self._all("SELECT topic, partition, end_offset FROM partition")
            }
            for (topic, partition), position in positions.items():
                end = ends[topic, partition]
                if position >= end:
                    continue
                news = True
                batch = self.read(topic, partition, position)
                # nothing below the end: all of it was deleted
                positions[topic, partition] = batch[-1].offset + 1 if batch else end
                if batch:
                    yield batch
            if not news and not self.wait_for_change(version, poll_s):
                yield []

    # Upkeep

    def enforce_retention(self, now_ms: int) -> dict[str, int]:
        """Delete, compact, give the space back to the file system. Writers get their turn between small steps.

        The oldest of a topic go while they arrived more than ``retention_ms`` ago; so one with a time in the future
        keeps what came after it. Then they go while the rest has more than ``retention_bytes``, by partition.
        """
        return Retention(self.path, self._db, self.transaction, self.describe_topics()).enforce(now_ms)

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> list[Any]:
        """Rows of one read, for who keeps tables of his own in this file (the stages' state)."""
        return self._all(sql, parameters)

    def worker_lock(self, group: str) -> AbstractContextManager[Path]:
        """Hold the right to be the worker of this group on this file. Raises WorkerLocked."""
        return worker_lock(self.path, group)

    def close(self) -> None:
        self._db.close()

    def _slot(self, topic: str, partition: int) -> int:
        slots = self.find_topic(topic).slots
        if not 0 <= partition < len(slots):
            raise TopicMissing(f"topic '{topic}' has no partition {partition}; it has 0-{len(slots) - 1}")
        return slots[partition]

    def _all(self, sql: str, parameters: Sequence[Any] = ()) -> list[Any]:
        with in_our_words(self.path):
            return self._db.execute(sql, parameters).fetchall()

"""The keeper of the embedded log: a batch is one SQLite transaction over outputs, state, position and group offset."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby, islice

from streams.engine.keeper import Holding, Slot, parse_handle
from streams.engine.outgoing import Outgoing
from streams.engine.position import POSITION_KEY, Position
from streams.log.protocol import NewRecord, StoredRecord
from streams.log.sqlite import SqliteLog

_SCAN_PAGE = 256
_KEYS_AT_ONCE = 128


class SqliteShelf:
    """The state table's rows of one stage and partition."""

    def __init__(self, log: SqliteLog, stage: str, partition: int) -> None:
        self._log, self._stage, self._partition = log, stage, partition

    def get(self, key: bytes) -> bytes | None:
        rows = self._log.query(
            "SELECT value FROM state WHERE stage = ? AND partition = ? AND key = ?", (self._stage, self._partition, key)
        )
        return rows[0][0] if rows else None

    def scan(self, first: bytes, last: bytes) -> Iterator[tuple[bytes, bytes]]:
        while True:  # in pages: no read transaction stays open between two steps of the caller
            page = self._log.query(
                "SELECT key, value FROM state WHERE stage = ? AND partition = ? AND key >= ? AND key < ?"
                " ORDER BY key LIMIT ?",
                (self._stage, self._partition, first, last, _SCAN_PAGE),
            )
            yield from page
            if len(page) < _SCAN_PAGE:
                return
            first = page[-1][0] + b"\x00"

    def find_keys(self, keys: Iterable[bytes]) -> set[bytes]:
        found: set[bytes] = set()
        rest = iter(keys)
        while some := tuple(islice(rest, _KEYS_AT_ONCE)):
            rows = self._log.query(
                f"SELECT key FROM state WHERE stage = ? AND partition = ? AND key IN ({', '.join('?' * len(some))})",  # noqa: S608
                (self._stage, self._partition, *some),
            )
            found.update(key for (key,) in rows)
        return found


class SqliteKeeper:
    """Implements ``streams.engine.keeper.Keeper``. ``on_commit`` wakes the readers in this process."""

    def __init__(self, log: SqliteLog, group: str, on_commit: Callable[[], None]) -> None:
        self._log, self._group, self._on_commit = log, group, on_commit

    def _stage(self, slot: Slot) -> str:
        return f"{self._group}/{slot.stage}"

    async def take(self, slot: Slot) -> Holding:
        shelf = SqliteShelf(self._log, self._stage(slot), slot.partition)
        raw = shelf.get(POSITION_KEY)
        position = Position.decode(raw) if raw is not None else Position()
        claimed = position.claimed(position.epoch + 1)
        with self._log.transaction() as tx:
            tx.execute("INSERT OR REPLACE INTO state VALUES (?, ?, ?, ?)", self._row(slot, claimed))
        return Holding(slot, shelf, claimed)

    async def commit(
        self, holding: Holding, position: Position, writes: Mapping[bytes, bytes | None], outputs: Sequence[Outgoing]
    ) -> None:
        slot = holding.slot
        stage = self._stage(slot)
        with self._log.transaction() as tx:
            # stable: the order inside a topic is kept
            for topic, group in groupby(sorted(outputs, key=lambda out: out.topic), key=lambda out: out.topic):
                tx.append(topic, [NewRecord(o.partition, o.key, o.value, o.timestamp_ms, o.headers) for o in group])
            puts = [(stage, slot.partition, key, value) for key, value in writes.items() if value is not None]
            gone = [(stage, slot.partition, key) for key, value in writes.items() if value is None]
            tx.executemany("INSERT OR REPLACE INTO state VALUES (?, ?, ?, ?)", [*puts, self._row(slot, position)])
            tx.executemany("DELETE FROM state WHERE stage = ? AND partition = ? AND key = ?", gone)
            tx.commit_offsets(self._group, {(slot.topic, slot.partition): position.offset})
        holding.position = position
        self._on_commit()

    async def let_go(self, holding: Holding) -> None:
        holding.position.is_open = False
        with self._log.transaction() as tx:
            tx.execute("INSERT OR REPLACE INTO state VALUES (?, ?, ?, ?)", self._row(holding.slot, holding.position))

    def forget(self, slot: Slot) -> None:
        """Nobody takes a slot of an embedded log away: there is one worker."""

    async def fetch(self, topic: str, handles: Sequence[bytes]) -> list[StoredRecord | None]:
        records: list[StoredRecord | None] = []
        for handle in handles:
            partition, offset = parse_handle(handle)
            found = self._log.read(topic, partition, offset, max_records=1)
            records.append(found[0] if found and found[0].offset == offset else None)
        return records

    async def read_one(self, topic: str, partition: int, offset: int) -> StoredRecord | None:
        return next(iter(self._log.read(topic, partition, offset, max_records=1)), None)

    async def close(self) -> None:
        """The log is closed by who opened it."""

    def _row(self, slot: Slot, position: Position) -> tuple[str, int, bytes, bytes]:
        return self._stage(slot), slot.partition, POSITION_KEY, position.encode()


class RecentRecords:
    """The last input records by handle, so that a revision seldom needs the log. Bounded by bytes."""

    def __init__(self, max_bytes: int = 64 << 20) -> None:
        self._records: OrderedDict[tuple[str, int, int], StoredRecord] = OrderedDict()
        self._size, self._max_bytes = 0, max_bytes

    def add(self, record: StoredRecord) -> None:
        key = (record.topic, record.partition, record.offset)
        if key in self._records:
            return
        self._records[key] = record
        self._size += len(record.value or b"")
        while self._size > self._max_bytes:
            _, old = self._records.popitem(last=False)
            self._size -= len(old.value or b"")

    def get(self, topic: str, partition: int, offset: int) -> StoredRecord | None:
        return self._records.get((topic, partition, offset))

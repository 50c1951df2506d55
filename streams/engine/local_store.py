"""The state of a worker on Kafka, on its own disk: a copy of its changelogs, restored from where it stopped.

One SQLite file a worker. It only ever holds what the changelog has acknowledged, with the changelog's offset beside
it, so it can be lost or old and is never wrong. Several workers on one folder take a file each (``state-0.db`` …).
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import islice
from pathlib import Path

from streams.errors import InfrastructureError, WorkerLocked
from streams.log.lock import worker_lock

_SCAN_PAGE = 256
_KEYS_AT_ONCE = 128
_MAX_WORKERS = 64
# Compaction drops tombstones a day after (Kafka's delete.retention.ms): an older copy may have missed one.
_MAX_AGE_S = 12 * 3600

# Entries have a row id: with values of a kilobyte a tree of whole rows costs three times as much to write.
_SCHEMA = """
CREATE TABLE IF NOT EXISTS entry (
    slot TEXT NOT NULL, key BLOB NOT NULL, value BLOB NOT NULL, PRIMARY KEY (slot, key)
) STRICT;
CREATE TABLE IF NOT EXISTS restored (
    slot TEXT PRIMARY KEY, next_offset INTEGER NOT NULL, epoch INTEGER NOT NULL, at_s INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
"""


class LocalStore:
    """Entries by slot, and how far each slot's changelog was read."""

    def __init__(self, folder: Path, group: str) -> None:
        self._stack = ExitStack()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self.path = self._take_file(folder, group)
            self._db = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = NORMAL")
            self._db.execute("PRAGMA cache_size = -65536")
            self._db.executescript(_SCHEMA)
        except (OSError, sqlite3.Error) as error:
            self._stack.close()
            raise InfrastructureError(
                f"state folder '{folder}' cannot be used: {error}; set NEWSVANE_DATA_DIR"
            ) from error

    def _take_file(self, folder: Path, group: str) -> Path:
        for number in range(_MAX_WORKERS):
            path = folder / f"state-{number}.db"
            try:
                self._stack.enter_context(worker_lock(path, group))
            except WorkerLocked:
                continue
            return path
        raise InfrastructureError(f"state folder '{folder}' has {_MAX_WORKERS} workers already; set NEWSVANE_DATA_DIR")

    def restored_to(self, slot: str) -> tuple[int, int]:
        """(next changelog offset, highest epoch seen); (0, 0) for a slot that has to be read from the start."""
        row = self._db.execute("SELECT next_offset, epoch, at_s FROM restored WHERE slot = ?", (slot,)).fetchone()
        if row is None or time.time() - row[2] > _MAX_AGE_S:
            return 0, 0
        return int(row[0]), int(row[1])

    def clear(self, slot: str) -> None:
        self._db.execute("BEGIN")
        self._db.execute("DELETE FROM entry WHERE slot = ?", (slot,))
        self._db.execute("DELETE FROM restored WHERE slot = ?", (slot,))
        self._db.execute("COMMIT")

    def write(self, slot: str, entries: Iterable[tuple[bytes, bytes | None]], next_offset: int, epoch: int) -> None:
        """Apply entries (None deletes) and note how far the changelog is applied, together."""
        entries = list(entries)
        try:
            self._db.execute("BEGIN")
            self._db.executemany(
                "INSERT OR REPLACE INTO entry VALUES (?, ?, ?)", [(slot, k, v) for k, v in entries if v is not None]
            )
            self._db.executemany(
                "DELETE FROM entry WHERE slot = ? AND key = ?", [(slot, k) for k, v in entries if v is None]
            )
            self._db.execute(
                "INSERT OR REPLACE INTO restored VALUES (?, ?, ?, ?)", (slot, next_offset, epoch, int(time.time()))
            )
            self._db.execute("COMMIT")
        except sqlite3.Error as error:
            raise InfrastructureError(f"state file '{self.path}' cannot be written: {error}") from error

    def get(self, slot: str, key: bytes) -> bytes | None:
        row = self._db.execute("SELECT value FROM entry WHERE slot = ? AND key = ?", (slot, key)).fetchone()
        return row[0] if row else None

    def scan(self, slot: str, first: bytes, last: bytes) -> Iterator[tuple[bytes, bytes]]:
        while True:
            page = self._db.execute(
                "SELECT key, value FROM entry WHERE slot = ? AND key >= ? AND key < ? ORDER BY key LIMIT ?",
                (slot, first, last, _SCAN_PAGE),
            ).fetchall()
            yield from page
            if len(page) < _SCAN_PAGE:
                return
            first = page[-1][0] + b"\x00"

    def find_keys(self, slot: str, keys: Iterable[bytes]) -> set[bytes]:
        """Which of these keys the slot has."""
        found: set[bytes] = set()
        rest = iter(keys)
        while some := tuple(islice(rest, _KEYS_AT_ONCE)):
            marks = ", ".join("?" * len(some))
            rows = self._db.execute(f"SELECT key FROM entry WHERE slot = ? AND key IN ({marks})", (slot, *some))  # noqa: S608
            found.update(key for (key,) in rows)
        return found

    def close(self) -> None:
        self._db.close()
        self._stack.close()

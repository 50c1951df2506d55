"""A stage's view of its state while a batch is under way: reads fall through to the disk, writes wait for the commit.

A record that fails takes its own writes back (``undo_record``) without those of its neighbours.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator
from typing import Protocol


class Shelf(Protocol):
    """The committed entries of one stage and partition, on disk."""

    def get(self, key: bytes) -> bytes | None: ...

    def scan(self, first: bytes, last: bytes) -> Iterator[tuple[bytes, bytes]]: ...

    def find_keys(self, keys: Iterable[bytes]) -> set[bytes]:
        """Which of these it has."""
        ...


class Overlay:
    """Implements ``streams.model.state.State`` over a shelf."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._batch: dict[bytes, bytes | None] = {}
        self._record: dict[bytes, bytes | None] = {}
        self._absent: set[bytes] = set()
        self._keys: list[bytes] = []  # of both, ascending: a scan must not look at everything that waits
        self.size_bytes = 0

    def get(self, key: bytes) -> bytes | None:
        if key in self._record:
            return self._record[key]
        if key in self._batch:
            return self._batch[key]
        return None if key in self._absent else self._shelf.get(key)

    def look_ahead(self, keys: Iterable[bytes]) -> None:
        """Learn which of these the disk does not have: all at once that costs a tenth of asking for each."""
        keys = sorted(set(keys))
        self._absent.update(set(keys) - self._shelf.find_keys(keys))

    def put(self, key: bytes, value: bytes) -> None:
        self._write(key, value)

    def delete(self, key: bytes) -> None:
        self._write(key, None)

    def _write(self, key: bytes, value: bytes | None) -> None:
        if key not in self._record and key not in self._batch:
            insort(self._keys, key)
        self._record[key] = value

    def _pending(self, key: bytes) -> bytes | None:
        return self._record[key] if key in self._record else self._batch[key]

    def scan(self, first: bytes, last: bytes) -> Iterator[tuple[bytes, bytes]]:
        waiting = self._keys[bisect_left(self._keys, first) : bisect_left(self._keys, last)]
        pending = [(key, self._pending(key)) for key in waiting]
        index = 0
        for key, value in self._shelf.scan(first, last):
            while index < len(pending) and pending[index][0] < key:
                mine = pending[index]
                if mine[1] is not None:
                    yield mine[0], mine[1]
                index += 1
            if index == len(pending) or pending[index][0] != key:
                yield key, value
        for key, waits in pending[index:]:
            if waits is not None:
                yield key, waits

    def keep_record(self) -> None:
        """Make the record's writes part of the batch."""
        for key, value in self._record.items():
            self.size_bytes += len(key) + len(value or b"")
        self._batch.update(self._record)
        self._record.clear()

    def undo_record(self) -> None:
        """Forget the record's writes."""
        for key in self._record:
            if key not in self._batch:
                del self._keys[bisect_left(self._keys, key)]
        self._record.clear()

    def writes(self) -> dict[bytes, bytes | None]:
        """The batch's writes; None deletes."""
        return self._batch

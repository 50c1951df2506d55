"""A stage's view of its state while a batch is under way: reads fall through to the disk, writes wait for the commit.

A record that fails takes its own writes back (``undo_record``) without those of its neighbours.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol


class Shelf(Protocol):
    """The committed entries of one stage and partition, on disk."""

    def get(self, key: bytes) -> bytes | None: ...

    def scan(self, first: bytes, last: bytes) -> Iterator[tuple[bytes, bytes]]: ...


class Overlay:
    """Implements ``streams.model.state.State`` over a shelf."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._batch: dict[bytes, bytes | None] = {}
        self._record: dict[bytes, bytes | None] = {}
        self.size_bytes = 0

    def get(self, key: bytes) -> bytes | None:
        if key in self._record:
            return self._record[key]
        if key in self._batch:
            return self._batch[key]
        return self._shelf.get(key)

    def put(self, key: bytes, value: bytes) -> None:
        self._record[key] = value

    def delete(self, key: bytes) -> None:
        self._record[key] = None

    def scan(self, first: bytes, last: bytes) -> Iterator[tuple[bytes, bytes]]:
        pending = {key: value for key, value in self._batch.items() if first <= key < last}
        pending.update((key, value) for key, value in self._record.items() if first <= key < last)
        waiting = sorted(pending)
        index = 0
        for key, value in self._shelf.scan(first, last):
            while index < len(waiting) and waiting[index] < key:
                mine = pending[waiting[index]]
                if mine is not None:
                    yield waiting[index], mine
                index += 1
            if index < len(waiting) and waiting[index] == key:
                continue
            yield key, value
        for key in waiting[index:]:
            mine = pending[key]
            if mine is not None:
                yield key, mine

    def keep_record(self) -> None:
        """Make the record's writes part of the batch."""
        for key, value in self._record.items():
            self.size_bytes += len(key) + len(value or b"")
        self._batch.update(self._record)
        self._record.clear()

    def undo_record(self) -> None:
        """Forget the record's writes."""
        self._record.clear()

    def writes(self) -> dict[bytes, bytes | None]:
        """The batch's writes; None deletes."""
        return self._batch

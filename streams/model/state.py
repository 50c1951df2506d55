"""What a stage remembers: an ordered map of bytes for one partition, whoever keeps it.

A stage's function reads and writes it as a value; the engine decides where it lives (a SQLite table, a changelog on
Kafka) and makes its writes, the outputs and the position move together.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator
from typing import Protocol


class State(Protocol):
    """An ordered map. ``scan`` yields in ascending order of key and sees writes made before it was called."""

    def get(self, key: bytes) -> bytes | None: ...

    def put(self, key: bytes, value: bytes) -> None: ...

    def delete(self, key: bytes) -> None: ...

    def scan(self, first: bytes, last: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Yield the entries with ``first <= key < last``."""
        ...


class DictState:
    """State in memory: for filters, tests and replays that fit."""

    def __init__(self) -> None:
        self._values: dict[bytes, bytes] = {}
        self._keys: list[bytes] = []

    def get(self, key: bytes) -> bytes | None:
        return self._values.get(key)

    def put(self, key: bytes, value: bytes) -> None:
        if key not in self._values:
            insort(self._keys, key)
        self._values[key] = value

    def delete(self, key: bytes) -> None:
        if self._values.pop(key, None) is not None:
            del self._keys[bisect_left(self._keys, key)]

    def scan(self, first: bytes, last: bytes) -> Iterator[tuple[bytes, bytes]]:
        lo, hi = bisect_left(self._keys, first), bisect_left(self._keys, last)
        for key in self._keys[lo:hi]:
            yield key, self._values[key]

    def find_keys(self, keys: Iterable[bytes]) -> set[bytes]:
        """Which of these it has."""
        return self._values.keys() & set(keys)

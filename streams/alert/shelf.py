"""Where does the alert stage keep what it knows of one watch? In the ordered byte map, under readable keys.

A key is the watch's id and the parts, joined by NUL (a NUL inside a part is escaped), so that a prefix of parts is a
range and the parts sort as text. Values are JSON. ``Tally`` counts the members of a statement or a story as they come
and go: what one member costs does not depend on how many there are.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

import orjson

from streams.alert.facts import Facts
from streams.model.records import Reach
from streams.model.state import State

MAX_FIRST = 50

_NULL = b"null"
_NUL = b"\x00"
_AFTER_NUL = b"\x01"


def _encode(part: str) -> bytes:
    if "\x00" in part or "\x01" in part:
        part = part.replace("\x01", "\x01\x02").replace("\x00", "\x01\x01")
    return part.encode("utf-8", "surrogatepass")


def _decode(raw: bytes) -> str:
    if _AFTER_NUL in raw:
        raw = raw.replace(b"\x01\x01", b"\x00").replace(b"\x01\x02", b"\x01")
    return raw.decode("utf-8", "surrogatepass")


class Shelf:
    """One watch's entries in the state of its partition, for the length of one step. What ``get`` returns is shared
    with later calls: do not change it."""

    def __init__(self, state: State, watch_id: str) -> None:
        self._state = state
        self._watch = _encode(watch_id)
        self._read: dict[tuple[str, ...], Any] = {}

    def _key(self, parts: tuple[str, ...]) -> bytes:
        return _NUL.join((self._watch, *map(_encode, parts)))

    def raw(self, *parts: str) -> bytes | None:
        return self._state.get(self._key(parts))

    def put_raw(self, value: bytes, *parts: str) -> None:
        self._read.pop(parts, None)
        self._state.put(self._key(parts), value)

    def get(self, *parts: str) -> Any:
        """The value, or None."""
        if parts not in self._read:
            raw = self._state.get(self._key(parts))
            self._read[parts] = None if raw is None else orjson.loads(raw)
        return self._read[parts]

    def put(self, value: Any, *parts: str) -> None:
        self._read.pop(parts, None)
        self._state.put(self._key(parts), _NULL if value is None else orjson.dumps(value))

    def drop(self, *parts: str) -> None:
        self._read.pop(parts, None)
        self._state.delete(self._key(parts))

    def scan(self, *parts: str, first: str | None = None, last: str | None = None) -> Iterator[tuple[list[str], Any]]:
        """Yield the entries under a prefix in order, each with the parts after it; ``first`` and ``last`` (exclusive)
        bound the next part. Take a list before writing."""
        prefix = self._key(parts) + _NUL
        low = prefix if first is None else prefix + _encode(first)
        high = prefix[:-1] + _AFTER_NUL if last is None else prefix + _encode(last)
        for key, value in self._state.scan(low, high):
            yield (
                [_decode(part) for part in key[len(prefix) :].split(_NUL)],
                None if value == _NULL else orjson.loads(value),
            )

    def first(self, *parts: str) -> tuple[list[str], Any] | None:
        return next(self.scan(*parts), None)


class Tally:
    """The members of every statement (or story), in order of publication, and what reach counts of them."""

    def __init__(self, shelf: Shelf, kind: str) -> None:
        self._shelf = shelf
        self._members, self._first = f"{kind}members", f"{kind}first"
        self._outlets, self._counts = f"{kind}outlets", f"{kind}counts"

    def add(self, owner: str, facts: Facts, value: Any) -> None:
        self._shelf.put(value, self._members, owner, *facts.order)
        self._count(owner, facts, 1)
        first = self.first(owner)
        if len(first) < MAX_FIRST or facts.order < (first[-1][0], first[-1][1]):
            first = sorted([*first, [*facts.order, value]], key=lambda member: (member[0], member[1]))
            self._shelf.put(first[:MAX_FIRST], self._first, owner)

    def remove(self, owner: str, facts: Facts) -> None:
        self._shelf.drop(self._members, owner, *facts.order)
        self._count(owner, facts, -1)
        first = self.first(owner)
        if facts.order <= (first[-1][0], first[-1][1]):
            again = [[*order, value] for order, value in islice(self._shelf.scan(self._members, owner), MAX_FIRST)]
            if again:
                self._shelf.put(again, self._first, owner)
            else:
                self._shelf.drop(self._first, owner)

    def _count(self, owner: str, facts: Facts, by: int) -> None:
        outlet = facts.mention["outlet"]
        before = self._shelf.get(self._outlets, owner, outlet) or 0
        if before + by:
            self._shelf.put(before + by, self._outlets, owner, outlet)
        else:
            self._shelf.drop(self._outlets, owner, outlet)
        outlets = (before + by > 0) - (before > 0)
        deltas = (
            outlets,
            by,
            by * (facts.mention["dedupe"]["kind"] != "original"),
            by * (not facts.mention["backfill"]),
            by * (facts.mention["label"] != "not-assessed"),
        )
        counts = [a + b for a, b in zip(self.counts(owner), deltas, strict=True)]
        if counts[1]:
            self._shelf.put(counts, self._counts, owner)
        else:
            self._shelf.drop(self._counts, owner)

    def counts(self, owner: str) -> list[int]:
        """Outlets, articles, copies, articles that are no backfill, articles that were assessed."""
        return self._shelf.get(self._counts, owner) or [0, 0, 0, 0, 0]

    def reach(self, owner: str) -> Reach:
        outlets, articles, copies, _, _ = self.counts(owner)
        return {"outlets": outlets, "articles": articles, "copies": copies}

    def first(self, owner: str) -> list[Any]:
        """The first 50 members in order, each as [published_at, mention_id, value]. They are kept together, because
        a busy owner is asked for them with every new member."""
        return self._shelf.get(self._first, owner) or []

    def everyone(self, owner: str) -> list[str]:
        """All mention ids, in order."""
        return [mention_id for (_, mention_id), _ in self._shelf.scan(self._members, owner)]

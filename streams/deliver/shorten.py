"""How does a JSON document fit into so many bytes? By leaving out the ends of lists and texts, and saying so.

Steps, each stricter than the one before, until it fits: longest list and text allowed. Objects keep their keys, ids and
numbers stay whole; a URL is whole or null. Where a step left something out, ``shortened`` at the top says at which
JSON pointer and how many items or characters. If even the last step does not fit, the first scalars of the top level
stay, and of objects there their scalars. What is not JSON (lone surrogates, huge integers, other types) is made so.

The work is bounded by the bytes, not by the document: a step ends as soon as it can't fit.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import islice
from typing import Any

import orjson

STEPS = ((1_000, 20_000), (50, 2_000), (20, 1_000), (10, 500), (5, 300), (3, 200), (1, 120))
LAST_STEPS = ((50, 120), (10, 60))
"""Scalars of the top level and of its objects: how many of each, and how long."""
MAX_DEPTH = 12
MAX_KEYS = 100
MAX_KEY_CHARACTERS = 64
MAX_NOTES = 20
MAX_POINTER_CHARACTERS = 120
_LARGEST = 2**63 - 1


class _TooLong(Exception):
    """This step does not fit."""


def is_surely_longer(document: Any, most_bytes: int) -> bool:
    """Whether its JSON has more bytes, told by an estimate from below whose work they bound.

    >>> is_surely_longer({"a": ["x" * 50] * 10**6}, 1000), is_surely_longer({"a": ["x" * 50]}, 1000)
    (True, False)
    """
    waiting, bytes_ = [document], 0
    while waiting:
        value = waiting.pop()
        bytes_ += 1
        if isinstance(value, str):
            bytes_ += len(value)
        elif isinstance(value, dict | list):
            bytes_ += len(value)
            if bytes_ <= most_bytes:
                waiting += value.values() if isinstance(value, dict) else value
        if bytes_ > most_bytes:
            return True
    return False


def shorten(document: Mapping[str, Any], most_bytes: int) -> dict[str, Any]:
    """The document, or as much of it as fits. Deterministic; never raises for its content."""
    for items, characters in STEPS:
        try:
            short = _Shortening(items, characters, most_bytes).of(document)
        except _TooLong:
            continue
        if len(orjson.dumps(short)) <= most_bytes:
            return short
    for keys, characters in LAST_STEPS:
        short = {**_scalars(document, keys, characters), "shortened": {"": "all but some scalars left out"}}
        if len(orjson.dumps(short)) <= most_bytes:
            return short
    return {"shortened": {"": "all left out"}}


class _Shortening:
    def __init__(self, items: int, characters: int, most_bytes: int) -> None:
        self._items, self._characters, self._left = items, characters, most_bytes
        self._notes: dict[str, str] = {}
        self._more = 0

    def of(self, document: Mapping[str, Any]) -> dict[str, Any]:
        short: dict[str, Any] = self._object(document, "", 0)
        if self._notes:
            short["shortened"] = dict(self._notes)
            if self._more:
                short["shortened"][""] = f"{self._more} more places"
        return short

    def _value(self, value: Any, at: str, depth: int) -> Any:
        self._spend(2)  # a digit and a comma
        if isinstance(value, str):
            return self._text(value, at)
        if value is None or isinstance(value, bool | int | float):
            return _number(value)
        if depth >= MAX_DEPTH:
            self._note(at, "deeper than is sent")
            return None
        if isinstance(value, Mapping):
            return self._object(value, at, depth + 1)
        if isinstance(value, list | tuple):
            kept = [self._value(each, f"{at}/{n}", depth + 1) for n, each in enumerate(value[: self._items])]
            if len(value) > self._items:
                self._note(at, f"{len(value) - self._items} of {len(value)} items left out")
            return kept
        return self._text(str(value), at)

    def _object(self, value: Mapping[str, Any], at: str, depth: int) -> dict[str, Any]:
        short = {}
        for key, each in islice(value.items(), MAX_KEYS):
            name = _sound(str(key)[:MAX_KEY_CHARACTERS])
            self._spend(len(name))
            short[name] = self._value(each, f"{at}/{name}", depth)
        if len(value) > MAX_KEYS:
            self._note(at, f"{len(value) - MAX_KEYS} of {len(value)} keys left out")
        return short

    def _text(self, text: str, at: str) -> str | None:
        if len(text) <= self._characters:
            self._spend(len(text))
            return _sound(text)
        self._note(at, f"{len(text) - self._characters + 1} of {len(text)} characters left out")
        if text.startswith(("http://", "https://")):
            return None  # half an address leads elsewhere
        self._spend(self._characters)
        return _cut(text, self._characters)

    def _note(self, at: str, what: str) -> None:
        if len(self._notes) < MAX_NOTES:
            self._notes[at[:MAX_POINTER_CHARACTERS]] = what
        else:
            self._more += 1

    def _spend(self, bytes_: int) -> None:
        self._left -= bytes_
        if self._left < 0:
            raise _TooLong


def _number(value: float | int | None) -> float | int | None:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if value is None or -_LARGEST <= value <= _LARGEST else None


def _sound(text: str) -> str:
    """Without lone surrogates, which no UTF-8 has."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _cut(text: str, characters: int) -> str:
    return _sound(text[: characters - 1]) + "…" if len(text) > characters else _sound(text)


def _scalars(value: Mapping[str, Any], keys: int, characters: int, depth: int = 0) -> dict[str, Any]:
    short: dict[str, Any] = {}
    for key, each in islice(value.items(), keys):
        name = _sound(str(key)[:MAX_KEY_CHARACTERS])
        if isinstance(each, str):
            short[name] = _cut(each, characters)
        elif each is None or isinstance(each, bool | int | float):
            short[name] = _number(each)
        elif isinstance(each, Mapping) and depth == 0:
            short[name] = _scalars(each, keys, characters, depth + 1)
    return short

"""How does a JSON document fit into so many bytes? By leaving out the ends of lists and texts, and saying so.

Steps, each stricter than the one before, until it fits: longest list and text allowed. Objects keep their keys, ids and
numbers stay whole; a URL is whole or null. Where a step left something out, ``shortened`` at the top says at which
JSON pointer and how many items or characters. If even the last step does not fit, scalars of the top level stay, and
of objects there their scalars. What is not JSON (lone surrogates, huge integers, other types) is made so.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import islice
from typing import Any

import orjson

STEPS = ((1_000, 20_000), (50, 2_000), (20, 1_000), (10, 500), (5, 300), (3, 200), (1, 120))
MAX_DEPTH = 12
MAX_KEYS = 100
MAX_KEY_CHARACTERS = 64
MAX_NOTES = 20
MAX_POINTER_CHARACTERS = 120
_LARGEST = 2**63 - 1


def shorten(document: Mapping[str, Any], most_bytes: int) -> dict[str, Any]:
    """The document, or as much of it as fits. Deterministic; never raises for its content."""
    for items, characters in STEPS:
        short = _Shortening(items, characters).of(document)
        if len(orjson.dumps(short)) <= most_bytes:
            return short
    short = {key: _scalars(value) for key, value in islice(short.items(), MAX_KEYS)}
    short["shortened"] = {"": "more than its scalars"}
    if len(orjson.dumps(short)) <= most_bytes:
        return short
    return {"shortened": {"": "everything"}}


class _Shortening:
    def __init__(self, items: int, characters: int) -> None:
        self._items, self._characters = items, characters
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
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, str):
            return self._text(value, at)
        if isinstance(value, int):
            return value if -_LARGEST <= value <= _LARGEST else None
        if isinstance(value, float):
            return value if math.isfinite(value) else None
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
            name = _sound(str(key))[:MAX_KEY_CHARACTERS]
            short[name] = self._value(each, f"{at}/{name}", depth)
        if len(value) > MAX_KEYS:
            self._note(at, f"{len(value) - MAX_KEYS} of {len(value)} keys left out")
        return short

    def _text(self, text: str, at: str) -> str | None:
        if len(text) <= self._characters:
            return _sound(text)
        self._note(at, f"{len(text) - self._characters} of {len(text)} characters left out")
        if text.startswith(("http://", "https://")):
            return None  # half an address leads elsewhere
        return _sound(text[: self._characters - 1]) + "…"

    def _note(self, at: str, what: str) -> None:
        if len(self._notes) < MAX_NOTES:
            self._notes[at[:MAX_POINTER_CHARACTERS]] = what
        else:
            self._more += 1


def _sound(text: str) -> str:
    """Without lone surrogates, which no UTF-8 has."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _scalars(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: each for key, each in value.items() if not isinstance(each, dict | list)}
    return None if isinstance(value, list) else value

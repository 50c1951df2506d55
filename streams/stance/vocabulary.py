"""Where do the patterns of a watch and of a language's grammar occur in a sentence?

A pattern is a row of words. ``stem*`` is any word with that beginning, ``..`` up to two words of any kind,
``...`` up to eight, ``<number>`` one in digits; a pattern does not reach over a colon, a semicolon or a full stop. All
patterns of one language lie in one table by their first word, so a sentence is read once whatever their number.
A mark that lies wholly inside a longer one of the same tag is dropped.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from streams.stance.text import Word, parts_of

GAPS = {"...": 8, "..": 2}
"""How many words of any kind each sign of a gap may stand for."""
NUMBER = "<number>"
"""The sign of any number in digits."""
_MEMO_LIMIT = 50_000
_STOPS = frozenset(":;.!?")


class Mark(NamedTuple):
    """Words ``start`` to ``end`` (exclusive) of a sentence carry ``tag``; ``value`` says which entry."""

    start: int
    end: int
    tag: str
    value: str


class _Pattern(NamedTuple):
    rest: tuple[str, ...]
    tag: str
    value: str
    gate: str
    """A whole word of the rest: a sentence without it is not looked at further."""


class _Starting(NamedTuple):
    alone: tuple[_Pattern, ...]
    by_second: dict[str, list[_Pattern]]
    other: tuple[_Pattern, ...]


_NOTHING: list[_Pattern] = []
_UNMARKED = _Starting((), {}, ())


class Vocabulary:
    """A compiled set of patterns."""

    def __init__(self, entries: Iterable[tuple[str, str, str]]) -> None:
        """Take (tag, value, pattern) rows."""
        self._whole: dict[str, list[_Pattern]] = {}
        self._stems: dict[str, list[_Pattern]] = {}
        self._memo: dict[str, _Starting] = {}
        for tag, value, pattern in entries:
            parts = parts_of(pattern)
            first, rest = parts[0], tuple(parts[1:])
            table, key = (self._stems, first[:-1]) if first.endswith("*") else (self._whole, first)
            table.setdefault(key, []).append(_Pattern(rest, tag, value, _gate(rest)))
        self._longest = max(map(len, self._stems), default=0)

    def marks(self, words: Sequence[Word]) -> list[Mark]:
        """All marks of a sentence, in order of their first word, the longer first."""
        forms = [word.form for word in words]
        stops = [bool(word.gap) and word.gap != " " and not _STOPS.isdisjoint(word.gap) for word in words]
        found: list[Mark] = []
        last = len(forms) - 1
        memo = self._memo
        known = frozenset(("", *forms))
        new = tuple.__new__  # half the time of Mark(...)
        for index, form in enumerate(forms):
            starting = memo.get(form) or self._starting(form)
            if starting is _UNMARKED:
                continue
            for pattern in starting.alone:
                found.append(new(Mark, (index, index + 1, pattern.tag, pattern.value)))  # noqa: PERF401 (measured)
            if index == last:
                break
            for pattern in starting.by_second.get(forms[index + 1], _NOTHING) if starting.by_second else _NOTHING:
                end = _match(pattern.rest, forms, stops, index + 1)
                if end:
                    found.append(Mark(index, end, pattern.tag, pattern.value))
            for pattern in starting.other:
                end = _match(pattern.rest, forms, stops, index + 1) if pattern.gate in known else 0
                if end:
                    found.append(Mark(index, end, pattern.tag, pattern.value))
        found.sort(key=_order)
        return _without_inner(found)

    def _starting(self, form: str) -> _Starting:
        known = self._memo.get(form)
        if known is None:
            patterns = list(self._whole.get(form, ()))
            for length in range(1, min(len(form), self._longest) + 1):
                patterns.extend(self._stems.get(form[:length], ()))
            known = _sorted(patterns)
            if len(self._memo) < _MEMO_LIMIT:
                self._memo[form] = known
        return known


def _order(mark: Mark) -> tuple[int, int, str, str]:
    start, end, tag, value = mark
    return start, -end, tag, value


def _gate(rest: tuple[str, ...]) -> str:
    return next(
        (part for part in reversed(rest) if part not in GAPS and not part.endswith("*") and not part.startswith("<")),
        "",
    )


def _sorted(patterns: list[_Pattern]) -> _Starting:
    """Patterns that begin with one word, by what must follow it: nothing, a certain word, anything else."""
    alone = tuple(pattern for pattern in patterns if not pattern.rest)
    by_second: dict[str, list[_Pattern]] = {}
    other = []
    for pattern in patterns:
        if not pattern.rest:
            continue
        second = pattern.rest[0]
        if second in GAPS or second == NUMBER or second.endswith("*"):
            other.append(pattern)
        else:
            by_second.setdefault(second, []).append(pattern)
    return _Starting(alone, by_second, tuple(other)) if patterns else _UNMARKED


def _match(rest: tuple[str, ...], forms: list[str], stops: list[bool], index: int) -> int:
    """The end of the match, or 0. A gap takes the nearest word that fits what follows it."""
    position = 0
    while position < len(rest):
        part = rest[position]
        if part in GAPS:
            reach = GAPS[part] + 1
            position += 1
            part = rest[position]
            for skip in range(index, min(index + reach, len(forms))):
                if stops[skip]:
                    return 0
                if _fits(part, forms[skip]):
                    index = skip
                    break
            else:
                return 0
        if index >= len(forms) or stops[index] or not _fits(part, forms[index]):
            return 0
        index += 1
        position += 1
    return index


def _fits(part: str, form: str) -> bool:
    if part == NUMBER:
        return form[:1].isdigit()
    return form.startswith(part[:-1]) if part.endswith("*") else form == part


def _without_inner(marks: list[Mark]) -> list[Mark]:
    longest: dict[str, Mark] = {}
    kept = []
    for mark in marks:
        outer = longest.get(mark.tag)
        if outer is not None and outer.end >= mark.end and (outer.start, outer.end) != (mark.start, mark.end):
            continue
        if outer is None or outer.end < mark.end:
            longest[mark.tag] = mark
        kept.append(mark)
    return kept

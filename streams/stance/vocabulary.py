"""Where do the patterns of a watch and of a language's grammar occur in a sentence?

A pattern is a row of words. ``stem*`` is any word with that beginning, ``..`` up to two words of any kind,
``...`` up to eight, ``<number>`` one in digits; a pattern does not reach over a colon, a semicolon or a full stop. All
patterns of one language lie in one table by their first word, so a sentence is read once whatever their number.
A mark that lies wholly inside a longer one of the same tag is dropped; so the marks of one tag begin and end in order.

Limits: what a word begins is remembered for 10,000 words a table, then forgotten, so that no text fills the memory.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal, NamedTuple

from streams.stance.text import Sentence, parts_of

GAPS = {"...": 8, "..": 2}
"""How many words of any kind each sign of a gap may stand for."""
NUMBER = "<number>"
"""The sign of any number in digits."""
MEMO_WORDS = 10_000
_STOPS = re.compile(r"[:;.!?]")
_WHOLE, _STEM, _DIGITS = range(3)


class Mark(NamedTuple):
    """Words ``start`` to ``end`` (exclusive) of a sentence carry ``tag``; ``value`` says which entry."""

    start: int
    end: int
    tag: str
    value: str


class _Step(NamedTuple):
    """One word of a pattern: how many words may come before it (0: none), how it is compared, and with what."""

    reach: int
    kind: int
    word: str


class _Pattern(NamedTuple):
    rest: tuple[_Step, ...]
    tag: str
    value: str
    gate: str
    """A whole word of the rest: a sentence without it is not looked at further."""


class _Starting(NamedTuple):
    alone: tuple[tuple[str, str], ...]
    """Tag and value of the patterns of one word, in their order."""
    by_second: dict[str, list[_Pattern]]
    other: tuple[_Pattern, ...]


_NOTHING: list[_Pattern] = []


class Vocabulary:
    """A compiled set of patterns."""

    def __init__(self, entries: Iterable[tuple[str, str, str]]) -> None:
        """Take (tag, value, pattern) rows."""
        self._whole: dict[str, list[_Pattern]] = {}
        self._stems: dict[str, list[_Pattern]] = {}
        self._memo: dict[str, _Starting | Literal[False]] = {}
        self.tags: set[str] = set()
        for tag, value, pattern in entries:
            parts = parts_of(pattern)
            first, rest = parts[0], _steps(parts[1:])
            table, key = (self._stems, first[:-1]) if first.endswith("*") else (self._whole, first)
            table.setdefault(key, []).append(_Pattern(rest, tag, value, _gate(rest)))
            self.tags.add(tag)
        self._longest = max(map(len, self._stems), default=0)

    def marks(self, sentence: Sentence) -> list[Mark]:
        """All marks of a sentence, in order of their first word, the longer first."""
        return sorted((mark for marks in self.by_tag(sentence).values() for mark in marks), key=_order)

    def by_tag(self, sentence: Sentence) -> dict[str, list[Mark]]:
        """The marks of a sentence by their tag, each tag's in order of their first word, the longer first."""
        forms = sentence.forms
        memo = self._memo
        found: dict[str, list[Mark]] = {}
        last = len(forms) - 1
        known: frozenset[str] | None = None
        stops: list[bool] | None = None
        new = tuple.__new__  # half the time of Mark(...)
        startings = list(map(memo.get, forms))
        if None in startings:
            startings = [self._starting(form) for form in forms]
        if not any(startings):
            return found
        for index, starting in enumerate(startings):
            if not starting:
                continue
            alone, by_second, other = starting
            if index < last and (other or by_second):
                patterns = by_second.get(forms[index + 1], _NOTHING)
                if other:
                    if known is None:
                        known = frozenset(("", *forms))
                    patterns = [*patterns, *(pattern for pattern in other if pattern.gate in known)]
                if patterns:
                    if stops is None:
                        stops = _stops(sentence)
                    _add_longer(found, patterns, forms, stops, index)
            for tag, value in alone:
                marks = found.get(tag)
                if marks is None:
                    found[tag] = [new(Mark, (index, index + 1, tag, value))]
                elif marks[-1][1] <= index or (marks[-1][0] == index and marks[-1][1] == index + 1):
                    marks.append(new(Mark, (index, index + 1, tag, value)))
        return found

    def _starting(self, form: str) -> _Starting | Literal[False]:
        known = self._memo.get(form)
        if known is None:
            patterns = list(self._whole.get(form, ()))
            for length in range(1, min(len(form), self._longest) + 1):
                patterns.extend(self._stems.get(form[:length], ()))
            known = patterns != [] and _sorted(patterns)
            if len(self._memo) >= MEMO_WORDS:
                self._memo.clear()
            self._memo[form] = known
        return known


def join_marks(first: list[Mark], second: list[Mark]) -> list[Mark]:
    """The marks of one tag from two vocabularies."""
    kept: list[Mark] = []
    for mark in sorted((*first, *second), key=_order):
        if not kept or kept[-1].end < mark.end or (kept[-1].start, kept[-1].end) == (mark.start, mark.end):
            kept.append(mark)
    return kept


def _order(mark: Mark) -> tuple[int, int, str, str]:
    start, end, tag, value = mark
    return start, -end, tag, value


def _add_longer(
    found: dict[str, list[Mark]], patterns: Iterable[_Pattern], forms: list[str], stops: list[bool], index: int
) -> None:
    """Add the marks of more than one word that begin at ``index`` and lie in no longer one."""
    longer = []
    for pattern in patterns:
        end = _match(pattern.rest, forms, stops, index + 1)
        if end:
            longer.append(Mark(index, end, pattern.tag, pattern.value))
    if len(longer) > 1:
        longer.sort(key=_order)
    for mark in longer:
        marks = found.setdefault(mark.tag, [])
        if not marks or marks[-1].end < mark.end or marks[-1][:2] == mark[:2]:
            marks.append(mark)


def _stops(sentence: Sentence) -> list[bool]:
    """For each word, whether a sign that no pattern reaches over stands before it."""
    if _STOPS.search(sentence.signs) is None:
        return [False] * len(sentence.gaps)
    return [gap != " " and _STOPS.search(gap) is not None for gap in sentence.gaps]


def _steps(parts: list[str]) -> tuple[_Step, ...]:
    """
    >>> _steps(["..", "troop*"])
    (_Step(reach=3, kind=1, word='troop'),)
    """
    steps = []
    reach = 0
    for part in parts:
        if part in GAPS:
            reach = GAPS[part] + 1
        elif part == NUMBER:
            steps.append(_Step(reach, _DIGITS, ""))
            reach = 0
        else:
            is_stem = part.endswith("*")
            steps.append(_Step(reach, _STEM if is_stem else _WHOLE, part.removesuffix("*")))
            reach = 0
    return tuple(steps)


def _gate(rest: tuple[_Step, ...]) -> str:
    return next((step.word for step in reversed(rest) if step.kind == _WHOLE and not step.word.startswith("<")), "")


def _sorted(patterns: list[_Pattern]) -> _Starting:
    """Patterns that begin with one word, by what must follow it: nothing, a certain word, anything else."""
    alone = tuple(sorted((pattern.tag, pattern.value) for pattern in patterns if not pattern.rest))
    by_second: dict[str, list[_Pattern]] = {}
    other = []
    for pattern in patterns:
        if not pattern.rest:
            continue
        second = pattern.rest[0]
        if second.reach or second.kind != _WHOLE:
            other.append(pattern)
        else:
            by_second.setdefault(second.word, []).append(pattern)
    return _Starting(alone, by_second, tuple(other))


def _match(rest: tuple[_Step, ...], forms: list[str], stops: list[bool], index: int) -> int:
    """The end of the match, or 0. A gap takes the nearest word that fits what follows it."""
    count = len(forms)
    for reach, kind, word in rest:
        for skip in range(index, min(index + (reach or 1), count)):
            if stops[skip]:
                return 0
            form = forms[skip]
            if form == word if kind == _WHOLE else form.startswith(word) if kind == _STEM else form[0].isdigit():
                index = skip + 1
                break
        else:
            return 0
    return index

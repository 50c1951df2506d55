"""Where do the patterns of a watch and of a language's grammar occur in a sentence?

A pattern is a row of words. ``stem*`` is any word with that beginning, ``..`` up to two words of any kind,
``...`` up to eight, ``<number>`` one in digits; a pattern does not reach over a colon, a semicolon or a full stop. All
patterns of one language lie in one tree by their words, so a sentence is read once whatever their number.
A mark that lies wholly inside a longer one of the same tag is dropped; so the marks of one tag begin and end in order.

Limits: what a word begins is remembered for 10,000 words a table, then forgotten, so that no text fills the memory.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Sequence
from itertools import compress, count
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


class _Gapped(NamedTuple):
    """The rest of a pattern from a gap on."""

    rest: tuple[_Step, ...]
    tag: str
    value: str
    gate: str
    """A whole word of the rest: a sentence without it is not looked at further."""


class _Node:
    """Where patterns with the same beginning part: what ends here, and what may follow."""

    __slots__ = ("digits", "ends", "gapped", "is_plain", "stems", "whole")

    def __init__(self) -> None:
        self.ends: list[tuple[str, str]] = []
        self.whole: dict[str, _Node] = {}
        self.stems: dict[str, _Node] = {}
        self.digits: _Node | None = None
        self.gapped: list[_Gapped] = []
        self.is_plain = True
        """Whether only certain words may follow."""

    def add(self, steps: Sequence[_Step], tag: str, value: str) -> None:
        """Add a pattern that goes on from here."""
        node = self
        for place, (reach, kind, word) in enumerate(steps):
            node.is_plain = node.is_plain and kind == _WHOLE and not reach
            if reach:
                node.gapped.append(_Gapped(tuple(steps[place:]), tag, value, _gate(steps[place:])))
                return
            if kind == _DIGITS:
                node.digits = node.digits or _Node()
                node = node.digits
            else:
                node = (node.whole if kind == _WHOLE else node.stems).setdefault(word, _Node())
        node.ends.append((tag, value))


class _Starting(NamedTuple):
    """What a word begins. One of the last three must follow, or stand behind, for a longer pattern."""

    alone: tuple[tuple[str, str], ...]
    """Tag and value of the patterns that it is alone, in their order."""
    longer: tuple[_Node, ...]
    words: Container[str]
    stems: tuple[str, ...]
    gates: frozenset[str]
    """Words behind gaps; "" for one that is no whole word, or for any digits."""


class _Memo(dict[str, _Starting | Literal[False]]):
    """What each word begins, found when it is first asked for."""

    def __init__(self, root: _Node) -> None:
        super().__init__()
        self._root = root
        self._longest = max(map(len, root.stems), default=0)

    def __missing__(self, form: str) -> _Starting | Literal[False]:
        root = self._root
        stems = (form[:length] for length in range(1, min(len(form), self._longest) + 1))
        found = [root.whole.get(form), *(root.stems.get(stem) for stem in stems)]
        nodes = [node for node in found if node is not None]
        longer = tuple(node for node in nodes if node.whole or not node.is_plain)
        words: Container[str] = (
            longer[0].whole if len(longer) == 1 else {word for node in longer for word in node.whole}
        )
        gates = {rest.gate for node in longer for rest in node.gapped}
        if any(node.digits is not None for node in longer):
            gates.add("")
        starting: _Starting | Literal[False] = bool(nodes) and _Starting(
            tuple(sorted(end for node in nodes for end in node.ends)),
            longer,
            words,
            tuple(stem for node in longer for stem in node.stems),
            frozenset(gates),
        )
        if len(self) >= MEMO_WORDS:
            self.clear()
        self[form] = starting
        return starting


class Vocabulary:
    """A compiled set of patterns."""

    def __init__(self, entries: Iterable[tuple[str, str, str]]) -> None:
        """Take (tag, value, pattern) rows."""
        root = _Node()
        self.tags: set[str] = set()
        for tag, value, pattern in entries:
            root.add(_steps(parts_of(pattern)), tag, value)
            self.tags.add(tag)
        self._memo = _Memo(root)

    def marks(self, sentence: Sentence) -> list[Mark]:
        """All marks of a sentence, in order of their first word, the longer first."""
        return sorted((mark for marks in self.by_tag(sentence).values() for mark in marks), key=_order)

    def by_tag(self, sentence: Sentence) -> dict[str, list[Mark]]:
        """The marks of a sentence by their tag, each tag's in order of their first word, the longer first."""
        forms = sentence.forms
        found: dict[str, list[Mark]] = {}
        stops: list[bool] | None = None
        new = tuple.__new__  # half the time of Mark(...)
        startings = list(map(self._memo.__getitem__, forms))
        pairs = zip(count(), startings, (*forms[1:], ""), strict=False)
        for index, (alone, longer, words, stems, gates), second in compress(pairs, startings):  # type: ignore[misc]
            if longer and (
                second in words
                or (stems and second.startswith(stems))
                or (gates and ("" in gates or not gates.isdisjoint(sentence.known)))
            ):
                if stops is None:
                    stops = _stops(sentence)
                _add_longer(found, longer, sentence, stops, index)
            for tag, value in alone:
                if tag not in found:
                    found[tag] = [new(Mark, (index, index + 1, tag, value))]
                    continue
                marks = found[tag]
                start, end, _, _ = marks[-1]
                if end <= index or (start == index and end == index + 1):
                    marks.append(new(Mark, (index, index + 1, tag, value)))
        return found


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
    found: dict[str, list[Mark]], nodes: Iterable[_Node], sentence: Sentence, stops: list[bool], index: int
) -> None:
    """Add the marks of more than one word that begin at ``index`` and lie in no longer one."""
    longer: list[Mark] = []
    for node in nodes:
        _follow(node, sentence, stops, index, index + 1, longer)
    if len(longer) > 1:
        longer.sort(key=_order)
    for mark in longer:
        marks = found.setdefault(mark.tag, [])
        if not marks or marks[-1].end < mark.end or marks[-1][:2] == mark[:2]:
            marks.append(mark)


def _follow(node: _Node, sentence: Sentence, stops: list[bool], start: int, index: int, found: list[Mark]) -> None:
    """Add what goes on from a node with the word at ``index``. Neither a word nor a gap reaches over a stop."""
    forms = sentence.forms
    while index < len(forms) and not stops[index]:
        form = forms[index]
        if not node.is_plain:
            others = [node.stems[stem] for stem in node.stems if form.startswith(stem)] if node.stems else []
            if node.digits is not None and form[0].isdigit():
                others.append(node.digits)
            for child in others:
                found.extend([Mark(start, index + 1, tag, value) for tag, value in child.ends])
                _follow(child, sentence, stops, start, index + 1, found)
            for rest, tag, value, gate in node.gapped:
                end = _match(rest, forms, stops, index) if not gate or gate in sentence.known else 0
                if end:
                    found.append(Mark(start, end, tag, value))
        if form not in node.whole:
            return
        node = node.whole[form]
        index += 1
        for tag, value in node.ends:
            found.append(Mark(start, index, tag, value))


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


def _gate(rest: Sequence[_Step]) -> str:
    return next((step.word for step in reversed(rest) if step.kind == _WHOLE), "")


def _match(rest: tuple[_Step, ...], forms: list[str], stops: list[bool], index: int) -> int:
    """The end of the match, or 0. A gap takes the nearest word that fits what follows it."""
    last = len(forms)
    for reach, kind, word in rest:
        for skip in range(index, min(index + (reach or 1), last)):
            if stops[skip]:
                return 0
            form = forms[skip]
            if form == word if kind == _WHOLE else form.startswith(word) if kind == _STEM else form[0].isdigit():
                index = skip + 1
                break
        else:
            return 0
    return index

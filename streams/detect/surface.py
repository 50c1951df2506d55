"""One article as the matcher sees it: its folded words in one string, and the way from there back to the article.

``joined`` is `` word word ␂ word … ``: single spaces around every word, a barrier between title and text (not with
``plain``, which joins the two without a gap) and in place of every masked span, so that no phrase and no NEAR
crosses one. A phrase is in the article if `` its words `` are in ``joined``; offsets are worked out for matches only.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Container, Mapping, Sequence
from typing import Any, NamedTuple

from streams.detect.fold import BARRIER, Edits, Folding
from streams.model.records import Field

_GAP = f" {BARRIER} "
_SPACES = re.compile(r" {2,}+")
SEGMENT = 1 << 20
"""Added to word numbers for every barrier passed: farther than any NEAR reaches."""


MAX_STEPS = 100
"""Occurrences of a word that are stepped over to find its place; beyond, a list of all places is made once."""


class Found(NamedTuple):
    """A stretch of ``joined`` that a term of the query covers, without its surrounding spaces."""

    start: int
    end: int
    term: str


class Surface:
    """The words of one article. ``masked`` hides the boilerplate; explanations also look at it unmasked.

    ``asked`` and ``present`` are what a presearcher leaves here: the pieces that it looked for, and what it found.
    """

    __slots__ = (
        "_barriers",
        "_fold",
        "_gaps",
        "_pieces",
        "_raw",
        "_raw_starts",
        "_title_end",
        "asked",
        "folding",
        "joined",
        "language",
        "outlet",
        "present",
    )

    def __init__(self, article: Mapping[str, Any], folding: Folding, masked: bool = True) -> None:
        title, text = article["title"], article["text"]
        if BARRIER in title or BARRIER in text:
            title, text = title.replace(BARRIER, " "), text.replace(BARRIER, " ")
        self.folding = folding
        self.language: str = article["language"]
        self.outlet: str = article["outlet"]
        raw = f" {title} " if folding.rule == "plain" else f" {title}{_GAP}"
        self._pieces: list[tuple[Field, int]] = [("title", 0), ("text", 0)]
        self._raw_starts = [1, len(raw)]
        spans = article.get("boilerplate") if masked else None
        if spans:
            parts, kept = [raw], 0
            length = len(raw)
            for start, end in merge_spans(spans, len(text)):
                parts += [text[kept:start], _GAP]
                length += start - kept + len(_GAP)
                self._pieces.append(("text", end))
                self._raw_starts.append(length)
                kept = end
            parts += [text[kept:], " "]
            raw = "".join(parts)
        else:
            raw = f"{raw}{text} "
        self._raw = raw
        self._fold: tuple[str, Edits] | None = None
        self.joined = folding.join(raw)
        self.asked: Container[str] = ()
        self.present: Container[str] = ()
        self._gaps: tuple[list[int], list[int]] | None = None
        self._barriers: list[int] | None = None
        self._title_end = -1

    @property
    def _folded(self) -> str:
        return self._with_offsets()[0]

    @property
    def _edits(self) -> Edits:
        return self._with_offsets()[1]

    def _with_offsets(self) -> tuple[str, Edits]:
        """The folded text in step with the raw one; few articles are asked for it."""
        if self._fold is None:
            self._fold = self.folding.fold(self._raw)
        return self._fold

    def region(self, title_only: bool) -> tuple[int, int]:
        """Where in ``joined`` to look, with the spaces around the words."""
        if not title_only:
            return 0, len(self.joined)
        if self._title_end < 0:
            if self.folding.rule == "words":
                self._title_end = self.joined.index(BARRIER)
            else:
                head = self._folded[: self._to_folded(self._raw_starts[1])]
                self._title_end = len(" ".join(head.split())) + 2
        return 0, self._title_end

    def segment_of(self, word: int) -> int:
        """How many barriers stand before this word number."""
        if self._barriers is None:
            self._barriers = [i for i, token in enumerate(self.joined.split()) if token == BARRIER]
        return bisect_right(self._barriers, word)

    def locate(self, found: Found) -> tuple[Field, int, int]:
        """Field, start and end of a stretch in the article as it came: Unicode code points, end exclusive.

        With ``plain`` a phrase may run from the title into the text; it is given as far as the title goes.
        """
        word_end = self.joined.index(" ", found.start)
        first = self._folded_start(found.start, word_end)
        if word_end == found.end:
            last = first + found.end - found.start
        else:
            word = self.joined.rindex(" ", 0, found.end) + 1
            last = self._folded_start(word, found.end) + found.end - word
        first, last = self._to_raw(first), self._to_raw(last)
        piece = bisect_right(self._raw_starts, first) - 1
        field, start = self._pieces[piece]
        if field == "title":
            last = min(last, self._raw_starts[1] - 1)
        shift = start - self._raw_starts[piece]
        return field, first + shift, last + shift

    def _folded_start(self, at: int, end: int) -> int:
        """Where the word at ``joined[at:end]`` begins in the folded text: it is the same in the order of its likes."""
        word = self.joined[at - 1 : end]
        earlier = self.joined.count(word, 0, at - 1)
        if earlier > MAX_STEPS:
            return self._folded_by_gaps(at)
        place = -1
        for _ in range(earlier + 1):
            place = self._folded.index(word, place + 1)
        return place + 1

    def _folded_by_gaps(self, at: int) -> int:
        """The same by a list of all places where separators were dropped: dear to make, cheap to ask."""
        if self._gaps is None:
            joined_at, removed = [], []
            total = 0
            for gap in _SPACES.finditer(self._folded):
                joined_at.append(gap.start() - total + 1)
                total += gap.end() - gap.start() - 1
                removed.append(total)
            self._gaps = joined_at, removed
        joined_at, removed = self._gaps
        index = bisect_right(joined_at, at)
        return at + removed[index - 1] if index else at

    def _to_raw(self, folded: int) -> int:
        if not self._edits:
            return folded
        edit = bisect_right(self._edits, (folded, len(self._folded) * 2 + 2)) - 1
        if edit < 0:
            return folded
        folded_at, raw_at = self._edits[edit]
        return raw_at + folded - folded_at

    def _to_folded(self, raw: int) -> int:
        edit = bisect_left([raw_at for _, raw_at in self._edits], raw + 1) - 1
        if edit < 0:
            return raw
        folded_at, raw_at = self._edits[edit]
        return folded_at + raw - raw_at


def merge_spans(spans: Sequence[Mapping[str, Any]], length: int) -> list[tuple[int, int]]:
    """The spans ascending, clipped to the text and merged where they touch; empty ones are left out."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted((max(0, int(span["start"])), min(length, int(span["end"]))) for span in spans):
        if start >= end:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged

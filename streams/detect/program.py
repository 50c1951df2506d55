"""A query made ready to run: its words folded, negation kept where it stands, each node able to test an article.

Every node can be tested; a node of words also gives the stretches that it covers (``found``), and what may stand on a
side of NEAR gives them with word numbers (``spans``). ``needed`` is what an article must hold for a match, as few and
as rare things as possible: of a conjunction one child, of a disjunction all; the presearcher looks for these alone.

NEAR counts as Lucene's span queries do: n - 1 words may stand between, overlapping sides are near. As the side of
another NEAR, a NEAR stands for its shortest stretches, from the first word of one side to the last of the other.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple, Protocol

from streams.detect.fold import Folding
from streams.detect.surface import SEGMENT, Found, Surface
from streams.query import ast

# words that say nothing about an article: the presearcher takes another part of the query if there is one
COMMON = re.compile(
    r"a|an|and|as|at|be|but|by|for|from|has|have|in|is|its?|not|of|on|or|s|said|that|the|this|to|was|were|with|и|в|на|не|что|с"
)


MAX_SPANS = 10_000
"""Occurrences of one term in one article that NEAR looks at: more than any article has, fewer than hostile text can."""


class Need(NamedTuple):
    """``kind`` text: a piece of ``Surface.joined``; lang, outlet: the article's own."""

    kind: str
    value: str


class Span(NamedTuple):
    """Word numbers, end exclusive, and what to highlight."""

    start: int
    end: int
    found: tuple[Found, ...]


class Program(Protocol):
    def test(self, surface: Surface) -> bool: ...

    def found(self, surface: Surface) -> Iterator[Found]:
        """The stretches that make a tested node true, each leaf's in ascending order."""
        ...

    def spans(self, surface: Surface) -> list[Span]: ...

    def needed(self) -> list[Need] | None:
        """One of these must be there, or there is no match; None: nothing can be said."""
        ...


class Leafless:
    """What covers no words."""

    def found(self, surface: Surface) -> Iterator[Found]:
        return iter(())

    def spans(self, surface: Surface) -> list[Span]:
        return []


@dataclass(frozen=True, slots=True)
class Words:
    """A term or phrase without inner wildcards: a plain substring of ``joined``; ``open`` ends in ``*``."""

    needle: str
    count: int
    term: str
    title_only: bool
    open: bool

    def test(self, surface: Surface) -> bool:
        if self.title_only:
            return surface.joined.find(self.needle, *surface.region(True)) >= 0
        if self.needle in surface.asked:
            return self.needle in surface.present
        return self.needle in surface.joined

    def found(self, surface: Surface) -> Iterator[Found]:
        joined, needle = surface.joined, self.needle
        at, limit = surface.region(self.title_only)
        while (at := joined.find(needle, at, limit)) >= 0:
            end = at + len(needle)
            yield Found(at + 1, joined.index(" ", end) if self.open else end - 1, self.term)
            at += 1

    def spans(self, surface: Surface) -> list[Span]:
        return number(surface, self.found(surface), self.count)

    def needed(self) -> list[Need]:
        return [Need("text", self.needle)]


@dataclass(frozen=True, slots=True)
class Pattern:
    """A term or phrase with wildcards inside: a linear regular expression over ``joined``."""

    regex: re.Pattern[str]
    piece: str
    count: int
    term: str
    title_only: bool

    def test(self, surface: Surface) -> bool:
        return self.regex.search(surface.joined, *surface.region(self.title_only)) is not None

    def found(self, surface: Surface) -> Iterator[Found]:
        at, limit = surface.region(self.title_only)
        while match := self.regex.search(surface.joined, at, limit):
            yield Found(match.start() + 1, match.end(), self.term)
            at = match.start() + 1

    def spans(self, surface: Surface) -> list[Span]:
        return number(surface, self.found(surface), self.count)

    def needed(self) -> list[Need]:
        return [Need("text", self.piece)]


@dataclass(frozen=True, slots=True)
class Meta(Leafless):
    """``lang:`` or ``outlet:``, compared whole, case folded; a language also with its region (en for en-GB)."""

    kind: str
    value: str
    regex: re.Pattern[str] | None

    def test(self, surface: Surface) -> bool:
        own = (surface.language if self.kind == "lang" else surface.outlet).casefold()
        if self.regex is not None:
            return self.regex.fullmatch(own) is not None
        return own == self.value or (self.kind == "lang" and own.startswith(self.value + "-"))

    def needed(self) -> list[Need] | None:
        return [Need(self.kind, self.value)] if self.regex is None else None


@dataclass(frozen=True, slots=True)
class AllOf(Leafless):
    children: tuple[Program, ...]

    def test(self, surface: Surface) -> bool:
        return all(child.test(surface) for child in self.children)

    def found(self, surface: Surface) -> Iterator[Found]:
        for child in self.children:
            yield from child.found(surface)

    def needed(self) -> list[Need] | None:
        return cheapest([child.needed() for child in self.children])


@dataclass(frozen=True, slots=True)
class AnyOf:
    children: tuple[Program, ...]

    def test(self, surface: Surface) -> bool:
        return any(child.test(surface) for child in self.children)

    def found(self, surface: Surface) -> Iterator[Found]:
        for child in self.children:
            if child.test(surface):
                yield from child.found(surface)

    def spans(self, surface: Surface) -> list[Span]:
        return sorted(span for child in self.children for span in child.spans(surface))

    def needed(self) -> list[Need] | None:
        needs: list[Need] = []
        for child in self.children:
            more = child.needed()
            if more is None:
                return None
            needs += more
        return list(dict.fromkeys(needs))


@dataclass(frozen=True, slots=True)
class NoneOf(Leafless):
    child: Program

    def test(self, surface: Surface) -> bool:
        return not self.child.test(surface)

    def needed(self) -> list[Need] | None:
        return None


@dataclass(frozen=True, slots=True)
class NearBy:
    left: Program
    right: Program
    distance: int

    def test(self, surface: Surface) -> bool:
        return self.left.test(surface) and self.right.test(surface) and any(True for _ in self._joints(surface))

    def found(self, surface: Surface) -> Iterator[Found]:
        for span in self._joints(surface):
            yield from span.found

    def spans(self, surface: Surface) -> list[Span]:
        """The shortest stretches: none holds another, so a chain of NEAR stays linear."""
        shortest: list[Span] = []
        for span in sorted(self._joints(surface), key=lambda span: (span.end, -span.start)):
            if not shortest or span.start > shortest[-1].start:
                shortest.append(span)
        return shortest

    def _joints(self, surface: Surface) -> Iterator[Span]:
        """Each left side with the right sides nearest to it: after, before, overlapping."""
        right = self.right.spans(surface)
        left = self.left.spans(surface) if right else []
        starts = [span.start for span in right]
        by_end = sorted(right, key=lambda span: (span.end, span.start))
        ends = [span.end for span in by_end]
        for span in left:
            after = bisect_left(starts, span.end)
            before = bisect_right(ends, span.start) - 1
            if after < len(right) and starts[after] - span.end < self.distance:
                yield joint(span, right[after])
            if before >= 0 and span.start - ends[before] < self.distance:
                yield joint(by_end[before], span)
            if after > before + 1:  # more begin before our end than end before our start: one of them overlaps us
                yield joint(span, next(right[i] for i in range(after - 1, -1, -1) if right[i].end > span.start))

    def needed(self) -> list[Need] | None:
        return cheapest([self.left.needed(), self.right.needed()])


def joint(a: Span, b: Span) -> Span:
    return Span(min(a.start, b.start), max(a.end, b.end), a.found + b.found)


def number(surface: Surface, found: Iterator[Found], count: int) -> list[Span]:
    """Put word numbers to stretches in ascending order; a barrier between two puts them out of reach."""
    spans = []
    at = word = 0
    for stretch in islice(found, MAX_SPANS):
        word += surface.joined.count(" ", at, stretch.start) - (1 if at == 0 else 0)
        at = stretch.start
        place = word + SEGMENT * surface.segment_of(word)
        spans.append(Span(place, place + count, (stretch,)))
    return spans


def cost(needs: list[Need]) -> float:
    """How often an article will hold one of these: long words are rare, phrases rarer, common words everywhere."""
    total = 0.0
    for need in needs:
        words = need.value.split()
        letters = sum(1 if COMMON.fullmatch(word) else len(word) for word in words)
        total += 1000.0 if need.kind == "lang" else 100.0 * 2.0 ** (-letters - (0 if need.value[-1:] == " " else -3))
    return total


def cheapest(choices: list[list[Need] | None]) -> list[Need] | None:
    """Of what several children need, the one that the fewest articles hold; the first of equals."""
    known = [needs for needs in choices if needs is not None]
    return min(known, key=cost, default=None)


def compile_query(node: ast.Node, folding: Folding, title_only: bool = False) -> Program:
    """Make a parsed query ready to run under this rule of folding."""
    match node:
        case ast.Term(text) | ast.Phrase(text):
            return compile_words(text, folding, title_only)
        case ast.And(nodes):
            return AllOf(tuple(compile_query(child, folding, title_only) for child in nodes))
        case ast.Or(nodes):
            return AnyOf(tuple(compile_query(child, folding, title_only) for child in nodes))
        case ast.Not(ast.Not(child)):
            return compile_query(child, folding, title_only)
        case ast.Not(ast.And(nodes)):  # so that an anchored child of a double negation is seen by the presearcher
            return AnyOf(tuple(compile_query(ast.Not(child), folding, title_only) for child in nodes))
        case ast.Not(ast.Or(nodes)):
            return AllOf(tuple(compile_query(ast.Not(child), folding, title_only) for child in nodes))
        case ast.Not(ast.Within(name, child)):
            return compile_query(ast.Within(name, ast.Not(child)), folding, title_only)
        case ast.Not(child):
            return NoneOf(compile_query(child, folding, title_only))
        case ast.Near(left, right, distance):
            return NearBy(compile_query(left, folding, title_only), compile_query(right, folding, title_only), distance)
        case ast.Within("title", child):
            return compile_query(child, folding, True)
        case ast.Within(name, child):
            return compile_meta(name, child)


def compile_words(text: str, folding: Folding, title_only: bool) -> Program:
    words = folding.words(text)
    joined = " ".join(words)
    if "?" not in joined and "*" not in joined[:-1]:
        is_open = joined.endswith("*")
        needle = f" {joined[:-1]}" if is_open else f" {joined} "
        return Words(needle, len(words), text, title_only, is_open)
    regex = "".join(f" {glob(word)}" for word in words)
    pieces = re.split(r"[*?]+", f" {joined} ")
    return Pattern(re.compile(regex), max(pieces, key=lambda piece: len(piece.strip())), len(words), text, title_only)


def glob(word: str) -> str:
    """One word with wildcards as an expression that never goes back over what it has passed, up to the word's end."""
    *heads, last = [re.escape(piece).replace(r"\?", "[^ ]") for piece in re.sub(r"\*+", "*", word).split("*")]
    if not heads:
        return f"{last}(?= )"
    first, *middle = heads
    inner = "".join(f"(?>[^ ]*?{piece})" for piece in middle)
    return f"{first}{inner}(?>[^ ]*)(?= )" if not last else f"{first}{inner}[^ ]*{last}(?= )"


def compile_meta(name: str, node: ast.Node) -> Program:
    match node:
        case ast.Term(text) | ast.Phrase(text):
            value = text.casefold()
            wild = "*" in value or "?" in value
            simple = re.sub(r"\*+", "*", value)
            regex = re.compile(f"{glob(simple).removesuffix('(?= )')}") if wild else None
            return Meta(name, value, regex)
        case ast.And(nodes):
            return AllOf(tuple(compile_meta(name, child) for child in nodes))
        case ast.Or(nodes):
            return AnyOf(tuple(compile_meta(name, child) for child in nodes))
        case ast.Not(child):
            return NoneOf(compile_meta(name, child))
        case _:
            raise TypeError(f"the parser lets no {type(node).__name__} into {name}:")

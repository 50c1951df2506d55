"""A document with the marks of one watch's axis and one language's grammar on every sentence.

Each language's grammar is compiled once, each axis's words once for each language: what ``ground`` reads of a document
by grammar serves all watches, ``mark`` adds one watch's words. ``Marked`` answers the questions that the rules ask of a
sentence: which marks carry a tag, which cover a word, where an utterance begins and ends.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from streams.stance.axis import Axis, Words
from streams.stance.english import ENGLISH
from streams.stance.language import Language
from streams.stance.polish import POLISH
from streams.stance.russian import RUSSIAN
from streams.stance.text import Document, MadeOnce, Sentence, Word, read
from streams.stance.vocabulary import Mark, Vocabulary, join_marks

LANGUAGES: Mapping[str, Language] = {"en": ENGLISH, "ru": RUSSIAN, "pl": POLISH}
ACTORS = ("holder", "description", "person", "side", "pronoun", "first")
"""Tags of those who may speak or act."""
_SENSED = ("holder", "own", "action", "avoid", "act", "act-force")
"""Tags that do not count inside another sense of the words ("Minsk agreements")."""
_DATED = (*_SENSED, "modal")
"""Tags that do not count on the name of a month ("March 2" is no march, "2 May" no possibility)."""
_BEFORE_MONTH = frozenset(
    (
        "in",
        "since",
        "until",
        "till",
        "last",
        "next",
        "early",
        "late",
        "mid",
        "by",
        "of",
        "from",
        "before",
        "after",
        "this",
    )
)
_DATELINE = re.compile(
    r"[A-ZА-ЯЁ][^()\n.!?«“\"]{1,50}\([^()\n]{2,50}\)\s*[-–—]+\s"
    r"|[A-ZА-ЯЁ][A-ZА-ЯЁ /-]{2,30}(?:,[^()\n.!?]{1,30})?\s[-–—]+\s"
)
"""Where an agency reports from, and its name: "MINSK, March 2 (Wire) - ", "MINSK — "."""


class Ground:
    """A sentence as no watch changes it: with the marks of its language's grammar.

    ``said``: for each word, the utterance that it is in, or -1 (a quoted scrap is narration); ``begin``: the first word
    behind a dateline.
    """

    __slots__ = ("begin", "is_spoken", "marks", "number", "said", "sentence")

    def __init__(self, number: int, sentence: Sentence, begin: int, utterances: frozenset[int]) -> None:
        self.number = number
        self.sentence = sentence
        self.begin = begin
        self.marks: dict[str, list[Mark]] = {}
        self.said: tuple[int, ...] = (-1,) * len(sentence.forms)
        if sentence.quotes:
            self.said = tuple([quote if quote in utterances else -1 for quote in sentence.quotes])
        self.is_spoken = bool(sentence.quotes) and max(self.said) >= 0


class Marked:
    """One sentence with its marks by tag. ``number`` is its place in the document."""

    def __init__(self, ground: Ground, marks: Mapping[str, Sequence[Mark]]) -> None:
        self.number = ground.number
        self.sentence = ground.sentence
        self.said = ground.said
        self.is_spoken = ground.is_spoken
        """Whether a word of the sentence is in an utterance."""
        self.begin = ground.begin
        self.gaps = ground.sentence.gaps
        self.marks = marks
        self._covers: dict[int, dict[str, Mark]] | None = None

    @MadeOnce
    def words(self) -> tuple[Word, ...]:
        return self.sentence.words

    def all(self, tag: str) -> Sequence[Mark]:
        return self.marks.get(tag, ())

    def within(self, tag: str, start: int, end: int) -> list[Mark]:
        """The marks of a tag that lie in words start to end."""
        marks = self.marks.get(tag)
        return [mark for mark in marks if start <= mark[0] and mark[1] <= end] if marks else []

    def covering(self, tag: str, index: int) -> Mark | None:
        """The first mark of a tag that covers the word."""
        covers = self._covers
        if covers is None:
            covers = self._cover()
        tags = covers.get(index)
        return None if tags is None else tags.get(tag)

    def at(self, tags: Sequence[str], index: int) -> Mark | None:
        """The first mark of one of the tags that covers the word."""
        covers = self._covers
        if covers is None:
            covers = self._cover()
        covering = covers.get(index)
        if covering is None:
            return None
        for tag in tags:
            if tag in covering:
                return covering[tag]
        return None

    def covers(self) -> Mapping[int, Mapping[str, Mark]]:
        """For each marked word all marks that cover it, one for each tag."""
        covers = self._covers
        return self._cover() if covers is None else covers

    def _cover(self) -> dict[int, dict[str, Mark]]:
        """For each marked word, the first mark of each tag that covers it."""
        covers: defaultdict[int, dict[str, Mark]] = defaultdict(dict)
        for tag, marks in self.marks.items():
            for found in marks:
                start, end, _, _ = found
                covers[start].setdefault(tag, found)
                if end - start > 1:
                    for index in range(start + 1, end):
                        covers[index].setdefault(tag, found)
        self._covers = covers
        return covers

    def utterance(self, index: int) -> int:
        """The utterance that the word is in, or -1."""
        return self.said[index]

    def segment(self, index: int) -> tuple[int, int]:
        """The run of words around ``index`` in the same utterance, or in the same narration."""
        said = self.said
        if not self.is_spoken:
            return 0, len(said)
        inside = said[index]
        start = index
        while start > 0 and said[start - 1] == inside:
            start -= 1
        end = index + 1
        while end < len(said) and said[end] == inside:
            end += 1
        return start, end

    def segments(self) -> Iterator[tuple[int, int]]:
        """All such runs, in their order."""
        place = 0
        while place < len(self.said):
            start, end = self.segment(place)
            yield start, end
            place = end


def _rows(axis: Axis, language: Language) -> Iterator[tuple[str, str, str]]:
    code = language.code

    def rows(tag: str, value: str, words: Words) -> Iterator[tuple[str, str, str]]:
        for pattern in words.get(code, ()):
            yield tag, value, pattern

    for holder in axis.holders:
        yield from rows("holder", holder.id, holder.aliases)
        yield from rows("description", holder.id, holder.descriptions)
        yield from rows("description", holder.id, {code: _of_the_country(holder.descriptions.get(code, ()))})
        yield from rows("office", holder.id, {code: _offices(holder.descriptions.get(code, ()))})
    yield from rows("person", "", axis.people)
    yield from rows("side", "", axis.sides)
    yield from rows("own", "", axis.own)
    yield from rows("force", "", axis.forces)
    yield from rows("target", "", axis.target)
    for action in axis.actions:
        yield from rows("action", action.needs, action.words)
    for action in axis.avoids:
        yield from rows("avoid", action.needs, action.words)
    for act in axis.acts:
        yield from rows("act" if act.needs == "nothing" else "act-force", act.stance, act.words)
    for trigger in axis.triggers:
        yield from rows("trigger", trigger.id, trigger.words)
    yield from rows("level", "", axis.levels)
    yield from rows("met", "", axis.met)
    yield from rows("excluded", "", axis.excluded)


def _of_the_country(descriptions: Sequence[str]) -> tuple[str, ...]:
    """ "The ministry" is also "the country's ministry"."""
    return tuple(f"country 's {found[4:]}" for found in descriptions if found.startswith("the "))


def _offices(descriptions: Sequence[str]) -> tuple[str, ...]:
    """ "The president", as a headline ends: "… – president"."""
    return tuple(found.removeprefix("the ") for found in descriptions)


def _grammar_rows(language: Language) -> Iterator[tuple[str, str, str]]:
    for tag, values in language.grammar.items():
        for value, patterns in values.items():
            for pattern in patterns:
                yield tag, value, pattern


@lru_cache(maxsize=8)
def grammar_of(code: str) -> Vocabulary:
    """The compiled grammar of a language, which all watches share."""
    return Vocabulary(_grammar_rows(LANGUAGES[code]))


_VOCABULARIES: dict[tuple[int, str], tuple[Axis, Vocabulary]] = {}


def vocabulary_of(axis: Axis, language: str) -> Vocabulary:
    """The compiled words of an axis; kept for as long as the axis is (axes themselves are cached by content)."""
    key = (id(axis), language)
    known = _VOCABULARIES.get(key)
    if known is None or known[0] is not axis:
        if len(_VOCABULARIES) >= 512:
            _VOCABULARIES.clear()
        known = (axis, Vocabulary(_rows(axis, LANGUAGES[language])))
        _VOCABULARIES[key] = known
    return known[1]


@lru_cache(maxsize=2)
def ground(text: str, code: str) -> tuple[Document, tuple[Ground, ...]]:
    """Read a text and mark the grammar in every sentence; kept for the next watch that asks about the same article."""
    document = read(text)
    vocabulary, months = grammar_of(code), day_words(code)[1]
    utterances = frozenset(index for index, quote in enumerate(document.quotes) if quote.is_utterance)
    grounds = []
    for number, sentence in enumerate(document.sentences):
        found = Ground(number, sentence, _dateline_words(document, sentence), utterances)
        found.marks = _counted(vocabulary.by_tag(sentence), found, months)
        grounds.append(found)
    return document, tuple(grounds)


def mark(grounds: Sequence[Ground], vocabulary: Vocabulary, code: str) -> list[Marked]:
    """Add the marks of a watch's vocabulary to every sentence of a document."""
    months = day_words(code)[1]
    shared = vocabulary.tags & grammar_of(code).tags
    marked = []
    for each in grounds:
        found = vocabulary.by_tag(each.sentence)
        if found:
            if "excluded" in found:
                _drop_other_senses(found)
            found = _counted(found, each, months)
            for tag in shared:
                if tag in found and tag in each.marks:
                    found[tag] = join_marks(each.marks[tag], found[tag])
        marked.append(Marked(each, {**each.marks, **found} if found else each.marks))
    return marked


def _drop_other_senses(found: dict[str, list[Mark]]) -> None:
    """Drop the marks that stand inside another sense of their words."""
    senses = found["excluded"]
    for tag in _SENSED:
        if tag in found:
            found[tag] = [
                item for item in found[tag] if not any(s.start < item.end and item.start < s.end for s in senses)
            ]


def _counted(found: dict[str, list[Mark]], place: Ground, months: Mapping[str, int]) -> dict[str, list[Mark]]:
    """The marks that are no part of a dateline, and no month."""
    if place.begin:
        found = {tag: [item for item in marks if item.start >= place.begin] for tag, marks in found.items()}
    if not months.keys().isdisjoint(place.sentence.forms):
        words = place.sentence.words
        for tag in _DATED:
            if tag in found:
                found[tag] = [item for item in found[tag] if not _is_month(words, item, months)]
    return found


def _dateline_words(document: Document, sentence: Sentence) -> int:
    """How many words of a sentence are the dateline that opens its paragraph."""
    start = sentence.start
    if start and document.text[start - 1] != "\n":
        return 0
    found = _DATELINE.match(document.text, start, sentence.end)
    return 0 if found is None else bisect_right(sentence.ends, found.end())


def _is_month(words: Sequence[Word], found: Mark, months: Mapping[str, int]) -> bool:
    """Whether a mark begins with the name of a month beside a number, or behind a word of time."""
    word = words[found.start]
    if word.form not in months or not word.is_capital:
        return False
    before = words[found.start - 1].form if found.start else ""
    after = words[found.start + 1].form if found.start + 1 < len(words) else ""
    return before[:1].isdigit() or after[:1].isdigit() or before in _BEFORE_MONTH


@lru_cache(maxsize=8)
def day_words(code: str) -> tuple[Mapping[str, int], Mapping[str, int]]:
    """Weekday and month words of a language, to their numbers (Monday 0, January 1)."""
    language = LANGUAGES[code]
    weekdays = {word: number for number, words in enumerate(language.weekdays) for word in words}
    months = {word: number + 1 for number, words in enumerate(language.months) for word in words}
    return weekdays, months

"""A document with the marks of one watch's axis and one language's grammar on every sentence.

The vocabulary is compiled once for each (axis, language). ``Marked`` answers the questions that the rules ask of a
sentence: which marks carry a tag, which cover a word, where an utterance begins and ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from streams.stance.axis import Axis, Words
from streams.stance.english import ENGLISH
from streams.stance.language import Language
from streams.stance.polish import POLISH
from streams.stance.russian import RUSSIAN
from streams.stance.text import Document, Sentence, Word
from streams.stance.vocabulary import Mark, Vocabulary

LANGUAGES: Mapping[str, Language] = {"en": ENGLISH, "ru": RUSSIAN, "pl": POLISH}
ACTORS = ("holder", "description", "person", "side", "pronoun", "first")
"""Tags of those who may speak or act."""
_SENSED = ("holder", "own", "action", "avoid", "act")
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


@dataclass(frozen=True, slots=True)
class Marked:
    """One sentence with its marks by tag. ``number`` is its place in the document."""

    number: int
    sentence: Sentence
    words: tuple[Word, ...]
    marks: Mapping[str, tuple[Mark, ...]]
    cover: Mapping[int, Mapping[str, Mark]]
    """For each marked word, the first mark of each tag that covers it."""
    said: tuple[int, ...]
    """For each word, the utterance that it is in, or -1: a quoted scrap is narration."""
    begin: int = 0
    """The first word behind a dateline."""

    def all(self, tag: str) -> tuple[Mark, ...]:
        return self.marks.get(tag, ())

    def within(self, tag: str, start: int, end: int) -> list[Mark]:
        """The marks of a tag that lie in words start to end."""
        return [mark for mark in self.all(tag) if start <= mark.start and mark.end <= end]

    def covering(self, tag: str, index: int) -> Mark | None:
        tags = self.cover.get(index)
        return None if tags is None else tags.get(tag)

    def at(self, tags: Sequence[str], index: int) -> Mark | None:
        """The first mark of one of the tags that covers the word."""
        covering = self.cover.get(index)
        if covering is None:
            return None
        for tag in tags:
            if tag in covering:
                return covering[tag]
        return None

    def utterance(self, index: int) -> int:
        """The utterance that the word is in, or -1."""
        return self.said[index]

    def segment(self, index: int) -> tuple[int, int]:
        """The run of words around ``index`` in the same utterance, or in the same narration."""
        inside = self.utterance(index)
        start = index
        while start > 0 and self.utterance(start - 1) == inside:
            start -= 1
        end = index + 1
        while end < len(self.words) and self.utterance(end) == inside:
            end += 1
        return start, end


def _rows(axis: Axis, language: Language) -> Iterator[tuple[str, str, str]]:
    code = language.code

    def rows(tag: str, value: str, words: Words) -> Iterator[tuple[str, str, str]]:
        for pattern in words.get(code, ()):
            yield tag, value, pattern

    for tag, values in language.grammar.items():
        for value, patterns in values.items():
            yield from rows(tag, value, {code: patterns})
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
        yield from rows("act", act.stance, act.words)
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


_VOCABULARIES: dict[tuple[int, str], tuple[Axis, Vocabulary]] = {}


def vocabulary_of(axis: Axis, language: str) -> Vocabulary:
    """The compiled vocabulary; kept for as long as the axis is (axes themselves are cached by content)."""
    key = (id(axis), language)
    known = _VOCABULARIES.get(key)
    if known is None or known[0] is not axis:
        if len(_VOCABULARIES) >= 512:
            _VOCABULARIES.clear()
        known = (axis, Vocabulary(_rows(axis, LANGUAGES[language])))
        _VOCABULARIES[key] = known
    return known[1]


def mark(document: Document, vocabulary: Vocabulary, code: str) -> list[Marked]:
    """Mark every sentence of a document."""
    months = day_words(code)[1]
    utterances = frozenset(index for index, quote in enumerate(document.quotes) if quote.is_utterance)
    marked = []
    for number, sentence in enumerate(document.sentences):
        by_tag: dict[str, list[Mark]] = {}
        cover: dict[int, dict[str, Mark]] = {}
        found_marks = vocabulary.marks(sentence.words)
        senses = [found for found in found_marks if found.tag == "excluded"]
        begin = _dateline_words(document, sentence)
        for found in found_marks:
            if found.start < begin or (found.tag in _DATED and _is_month(sentence.words, found, months)):
                continue
            if senses and found.tag in _SENSED and any(s.start < found.end and found.start < s.end for s in senses):
                continue
            start, end, tag, _ = found
            if tag in by_tag:
                by_tag[tag].append(found)
            else:
                by_tag[tag] = [found]
            for index in range(start, end):
                if index not in cover:
                    cover[index] = {tag: found}
                elif tag not in cover[index]:
                    cover[index][tag] = found
        said = tuple([word.quote if word.quote in utterances else -1 for word in sentence.words])
        marks = {tag: tuple(found) for tag, found in by_tag.items()}
        marked.append(Marked(number, sentence, sentence.words, marks, cover, said, begin))
    return marked


def _dateline_words(document: Document, sentence: Sentence) -> int:
    """How many words of a sentence are the dateline that opens its paragraph."""
    start = sentence.start
    if start and document.text[start - 1] != "\n":
        return 0
    found = _DATELINE.match(document.text, start, sentence.end)
    return 0 if found is None else sum(word.end <= found.end() for word in sentence.words)


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

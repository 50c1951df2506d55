"""The matcher against a reference that knows nothing of presearchers, tables or joined text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from hypothesis import example, given
from hypothesis import strategies as st

from streams.detect.fold import fold_letter
from streams.detect.matcher import Matcher
from streams.model.records import DedupedArticle
from streams.query.ast import And, Near, Node, Not, Or, Phrase, Term, Within
from streams.query.syntax import parse
from tests.property.queries import trees
from tests.unit.detect.articles import article, masked, watch


@dataclass(frozen=True)
class Word:
    text: str
    field: str
    segment: int
    start: int
    end: int


def words_of(one: DedupedArticle) -> list[Word]:
    """The words of title and text, letter by letter; a masked span ends a segment."""
    words: list[Word] = []
    segment = 0
    for field, text, spans in (("title", one["title"], []), ("text", one["text"], one["boilerplate"])):
        hidden = {at for span in spans for at in range(span["start"], span["end"])}
        segment += 1
        letters, since = "", 0
        for at, c in enumerate(text + " "):
            folded = " " if at in hidden else fold_letter(c)
            if folded.strip():
                since = since if letters else at
                letters += folded
            elif folded and letters:
                words.append(Word(letters, field, segment, since, at))
                letters = ""
            segment += at in hidden
    return words


def pattern(text: str) -> list[re.Pattern[str]]:
    folded = "".join(c if c in "*?" else fold_letter(c) for c in text)
    return [re.compile(re.escape(w).replace(r"\*", ".*").replace(r"\?", ".")) for w in folded.split()]


def stretches(node: Node, words: list[Word], title: bool) -> Iterator[tuple[int, int]]:
    match node:
        case Term(text) | Phrase(text):
            wanted = pattern(text)
            for at in range(len(words) - len(wanted) + 1):
                here = words[at : at + len(wanted)]
                if (
                    len({word.segment for word in here}) == 1
                    and (not title or here[0].field == "title")
                    and all(want.fullmatch(word.text) for want, word in zip(wanted, here, strict=True))
                ):
                    yield at, at + len(wanted)
        case Or(children):
            for child in children:
                yield from stretches(child, words, title)
        case Within("title", child):
            yield from stretches(child, words, True)
        case _:
            raise TypeError(node)


def holds(node: Node, words: list[Word], one: DedupedArticle, title: bool = False) -> bool:
    match node:
        case And(children):
            return all(holds(child, words, one, title) for child in children)
        case Or(children):
            return any(holds(child, words, one, title) for child in children)
        case Not(child):
            return not holds(child, words, one, title)
        case Near(left, right, distance):
            return any(
                words[a].segment == words[b].segment
                and max(a_end, b_end) - min(a, b) - (a_end - a) - (b_end - b) < distance
                for a, a_end in stretches(left, words, title)
                for b, b_end in stretches(right, words, title)
            )
        case Within("title", child):
            return holds(child, words, one, True)
        case Within(name, child):
            return is_own(child, one["language"] if name == "lang" else one["outlet"])
        case _:
            return any(True for _ in stretches(node, words, title))


def is_own(node: Node, own: str) -> bool:
    if isinstance(node, Or):
        return any(is_own(child, own) for child in node.children)
    assert isinstance(node, Term)
    return re.fullmatch(re.escape(node.text).replace(r"\*", ".*"), own) is not None


VOCABULARY = [
    "army",
    "ARMIES",
    "war",
    "Minsk",
    "Belarus",
    "cafe\u0301",
    "Café",
    "еще",
    "ЕЩЁ",
    "Strasse",
    "straße",
    "anti",
    "минск",
]
GAPS = [" ", "  ", ", ", "-", "\n\n", "’", " — ", " \u2009", " x "]


@st.composite
def articles(draw: st.DrawFn) -> DedupedArticle:
    def prose(limit: int) -> str:
        pairs = draw(st.lists(st.tuples(st.sampled_from(VOCABULARY), st.sampled_from(GAPS)), max_size=limit))
        return "".join(word + gap for word, gap in pairs)

    text = prose(14)
    bounds = st.integers(0, len(text))
    spans = [sorted(span) for span in draw(st.lists(st.tuples(bounds, bounds), max_size=2))]
    return article(
        prose(4),
        text,
        language=draw(st.sampled_from(["en", "ru", "de"])),
        outlet=draw(st.sampled_from(["a.example", "b.example"])),
        boilerplate=masked(*((start, end) for start, end in spans)),
    )


@given(st.lists(trees(), min_size=1, max_size=5), st.lists(articles(), min_size=1, max_size=3))
@example(["army OR (lang:en AND NOT war)"], [article("", "x")])
def test_matches_equal_the_reference(queries: list[str], them: list[DedupedArticle]) -> None:
    """The presearcher loses no match, the exact matcher invents none, and many watches match as each alone."""
    matcher = Matcher([watch(query, f"w{i}") for i, query in enumerate(queries)])
    for one in them:
        words = words_of(one)
        expected = [f"w{i}" for i, query in enumerate(queries) if holds(parse(query), words, one)]
        assert expected == [match["watch_id"] for match in matcher.match(one)]


@given(trees(), articles())
def test_highlights_cover_words_of_the_article(query: str, one: DedupedArticle) -> None:
    """A highlight covers whole words of its field, outside boilerplate, in ascending order."""
    words = words_of(one)
    for match in Matcher([watch(query)]).match(one):
        places = [(h["field"] == "text", h["start"], h["end"]) for h in match["highlights"]]
        assert sorted(set(places)) == places
        starts = {(word.field, word.start) for word in words}
        ends = {(word.field, word.end) for word in words}
        for h in match["highlights"]:
            assert ((h["field"], h["start"]) in starts, (h["field"], h["end"]) in ends) == (True, True)

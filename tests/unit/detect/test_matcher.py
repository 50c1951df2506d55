"""What a query matches, what it does not, and what is highlighted."""

from __future__ import annotations

import pytest

from streams.detect.matcher import Matcher
from streams.model.records import Field
from tests.unit.detect.articles import article, masked, watch

TITLE = "Belarus says it will join"
TEXT = "Mr. Lukashenko's anti-war army -- only  if attacked, he said. A joint force.\n\nMore on the army."


def matches(query: str, title: str = TITLE, text: str = TEXT, tokens: str = "words") -> bool:
    matcher = Matcher([watch(query, tokens=tokens)])
    assert {} == matcher.broken
    return bool(matcher.match(article(title, text)))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("belarus", True),
        ("BELARUS AND Army", True),
        ("bela", False),
        ("bela*", True),
        ("arm?", True),
        ("army?", False),
        ("att*k*d", True),
        ("att*x*d", False),
        ("lu*enko", True),
        ('"only if attacked"', True),
        ('"only if att*"', True),
        ('"on* if attack?d"', True),
        ('"if only attacked"', False),
        ('"will join mr"', False),
        ("anti-war", True),
        ('"anti war army"', True),
        ("Lukashenko", True),
        ("Lukashenko's", True),
        ("title:army", False),
        ("title:belarus", True),
        ('title:("says it" AND join)', True),
        ("title:jo*n", True),
        ("title:ar*y", False),
        ("lang:en AND army", True),
        ("lang:(de OR en)", True),
        ("lang:de AND army", False),
        ("outlet:daily.example", True),
        ("outlet:daily.*", True),
        ("outlet:daily", False),
        ("army NOT lang:en", False),
        ("army NOT lang:de", True),
        ("army AND NOT navy", True),
        ("army -attacked", False),
        ("NOT (navy OR NOT army)", True),
        ("army NEAR/1 war", True),
        ("army NEAR/1 anti", False),
        ("army NEAR/2 anti", True),
        ("attacked NEAR/2 only", True),
        ('army NEAR/1 ("joint force" OR "only if")', True),
        ('(war NEAR/1 army) NEAR/1 "only if"', True),
        ('(war NEAR/1 army) NEAR/1 "if attacked"', False),
        ("join NEAR/9 mr", False),
        ("title:belarus NEAR/2 title:it", True),
        ("belarus NEAR/2 title:it", True),
        ("army NEAR/2 title:it", False),
        ("arm* NEAR/1 wa?", True),
    ],
)
def test_query_semantics(query: str, expected: bool) -> None:
    """Words are folded, title and text are apart, phrases and NEAR count words."""
    assert expected is matches(query)


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("erdogan", "President Erdoğan", True),
        ("Erdoğan", "president ERDOGAN", True),
        ("Łódź", "in Lodz today", True),
        ("strasse", "Die Straße", True),
        ("straße*", "STRASSEN", True),
        ("еще", "ещё нет", True),
        ("мои", "мой дом", False),
        ("мой", "мои\u0306 дом", True),
        ("cafe", "the cafe\u0301 there", True),
        ("lukashenko", "Luka\u00adshenko", True),
        ("ОДНАКО", "Однако", True),
        ("O'Brien", "Mr O’Brien", True),
        ("Ισχύς", "ΙΣΧΥΣ", True),
        ("istanbul", "İSTANBUL", True),
        ("東京", "東京 で", True),
        ("東", "東京", False),
    ],
)
def test_folding(query: str, text: str, expected: bool) -> None:
    """Latin and Greek diacritics, ё, ß, soft hyphens and composition don't matter; other letters do."""
    assert expected is matches(query, "", text)


def test_plain_tokens_join_title_and_text() -> None:
    """With ``tokens: plain`` a phrase runs from the title into the text and diacritics count."""
    assert [True, False, True, False] == [
        matches('"will join mr"', tokens="plain"),
        matches("erdogan", "", "Erdoğan", tokens="plain"),
        matches("title:join", tokens="plain"),
        matches("title:mr", tokens="plain"),
    ]


def highlighted(query: str, title: str, text: str, tokens: str = "words") -> list[tuple[Field, str, str]]:
    """The highlights as field, the very text that they cover, and term."""
    one = article(title, text)
    found = Matcher([watch(query, tokens=tokens)]).match(one)[0]["highlights"]
    fields = {"title": title, "text": text}
    return [(h["field"], fields[h["field"]][h["start"] : h["end"]], h["term"]) for h in found]


@pytest.mark.parametrize("tokens", ["words", "plain"])
def test_highlights_are_in_document_order(tokens: str) -> None:
    """Highlights cover the words as they stand in the article, in the order of the document; NOT gives none."""
    assert [
        ("title", "Belarus", "belarus"),
        ("text", "army", "arm*"),
        ("text", "only  if attacked", "only if attacked"),
        ("text", "army", "arm*"),
    ] == highlighted('belarus AND (arm* OR navy) AND "only if attacked" AND NOT peace', TITLE, TEXT, tokens)


def test_near_highlights_only_what_is_near() -> None:
    """The army at the end is too far away to be highlighted."""
    assert [("text", "war", "war"), ("text", "army", "army")] == highlighted("army NEAR/2 war", TITLE, TEXT)


@pytest.mark.parametrize(
    ("text", "query", "shown"),
    [
        ("Große Straße, weiß!", "weiß", "weiß"),
        ("ﬁne e\u0301 cafe\u0301 x", "café", "cafe\u0301"),
        ("a\u00adb  Luka\u00adshenko.", "lukashenko", "Luka\u00adshenko"),
        ("😀 “Минск”,  ещё", "еще", "ещё"),
        ("𝒳 İİ end", "end", "end"),
    ],
)
def test_offsets_survive_folding(text: str, query: str, shown: str) -> None:
    """Offsets are code points of the article's own text, also where folding lengthens or shortens it."""
    assert [("text", shown, query)] == highlighted(query, "ß", text)


def test_plain_highlight_across_the_title_ends_with_it() -> None:
    """A phrase from title to text is shown as far as the title goes."""
    assert [("title", "will join", "will join mr")] == highlighted('"will join mr"', TITLE, TEXT, "plain")


def test_highlights_are_bounded() -> None:
    """A word that is there ten thousand times is highlighted fifty times, the first ones."""
    found = Matcher([watch("army")]).match(article("", "army " * 10_000))[0]["highlights"]
    assert [i * 5 for i in range(50)] == [h["start"] for h in found]


def test_boilerplate_is_not_there() -> None:
    """A word only in boilerplate is no match and no reason against one; its twin outside is found and highlighted."""
    text = "support our army now. The army said so."
    one = article("", text, boilerplate=masked((0, 21)))
    matcher = Matcher([watch("army", "a"), watch("support", "b"), watch("said NOT support", "c")])
    assert [
        {
            "watch_id": "a",
            "watch_version": 1,
            "highlights": [{"field": "text", "start": 26, "end": 30, "term": "army"}],
        },
        {
            "watch_id": "c",
            "watch_version": 1,
            "highlights": [{"field": "text", "start": 31, "end": 35, "term": "said"}],
        },
    ] == matcher.match(one)


@pytest.mark.parametrize("width", [1, 2, 30])
def test_nothing_jumps_across_a_masked_span(width: int) -> None:
    """Phrases and NEAR end at a masked span, however short it is."""
    text = "only" + "x" * width + "if attacked"
    one = article("", text, boilerplate=masked((4, 4 + width)))
    matcher = Matcher([watch('"only if"', "a"), watch("only NEAR/9 if", "b"), watch("only AND if", "c")])
    assert ["c"] == [match["watch_id"] for match in matcher.match(one)]


def test_unsorted_and_overlapping_spans() -> None:
    """Spans may overlap, touch, be empty, or reach past the text."""
    one = article("", "aa bb cc dd ee", boilerplate=masked((9, 99), (0, 4), (3, 5), (6, 6)))
    found = Matcher([watch("aa OR bb OR cc OR dd OR ee")]).match(one)
    assert [{"field": "text", "start": 6, "end": 8, "term": "cc"}] == found[0]["highlights"]


def test_scope() -> None:
    """Languages (also with a region), outlets and countries limit a watch; an unknown country is in no country."""
    scopes = {
        "all": {"languages": [], "outlets": [], "countries": []},
        "country": {"languages": [], "outlets": [], "countries": ["GB"]},
        "english": {"languages": ["en"], "outlets": [], "countries": []},
        "german": {"languages": ["de"], "outlets": [], "countries": []},
        "other": {"languages": [], "outlets": ["other.example"], "countries": []},
    }
    matcher = Matcher([watch("army", watch_id, scope=scope) for watch_id, scope in scopes.items()])
    assert ["all", "english"] == [match["watch_id"] for match in matcher.match(article("", "army", language="en-GB"))]
    known = article("", "army", country="GB")
    assert ["all", "country", "english"] == [match["watch_id"] for match in matcher.match(known)]


def test_a_broken_watch_does_not_stop_the_others() -> None:
    """A query that does not parse is kept in ``broken``."""
    matcher = Matcher([watch("(army", "a"), watch("army", "b")])
    assert ["b"] == [match["watch_id"] for match in matcher.match(article("", "army"))]
    assert {"a": "query error at line 1, column 1: '(' is never closed; add ')'"} == {
        watch_id: str(error) for watch_id, error in matcher.broken.items()
    }


def test_no_watches_and_no_words() -> None:
    """An empty book matches nothing, an empty article matches no word."""
    assert [] == Matcher([]).match(article("army", "army"))
    assert [] == Matcher([watch("army")]).match(article("", " \n "))


def test_control_characters_of_the_matcher_in_an_article() -> None:
    """Characters that the matcher uses itself are separators when an article brings them."""
    one = article("aa\x02bb", "cc\x01dd\x02ee \x00 ff")
    matcher = Matcher([watch('title:"aa bb" AND "cc dd ee" AND ff')])
    assert 1 == len(matcher.match(one))


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("ab" * 500_000, "ab*cd*ef*gh AND ab*"),
        ("ab cd " * 170_000, '"ab* cd* ab* cd* xx"'),
        ("ab " * 330_000, "ab NEAR/100 ab NEAR/100 xyz NEAR/9 ab"),
        ("ab " * 330_000, "ab NEAR/100 (ab OR ab*) NEAR/100 ab"),
        ("e\u0301" * 400_000, "ab OR eee*f"),
        ("x" * 2 + "\u0301" * 900_000, "ab"),
    ],
)
@pytest.mark.timeout(30)
def test_hostile_text_takes_bounded_time(text: str, query: str) -> None:
    """A megabyte made to hurt is matched in linear time."""
    Matcher([watch(query)]).match(article("", text))

"""What holds for every input of clean."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from streams.clean.boilerplate import find_boilerplate, without_spans
from streams.clean.dates import believe, parse_claimed
from streams.clean.headline import split_headline
from streams.clean.language import detect_language
from streams.clean.phrases import APPEALS
from streams.clean.repair import repair, repair_line
from streams.clean.snippet import snippet_text
from streams.clean.step import clean_article, step
from streams.clean.urls import canonicalise_url, outlet_of
from streams.clean.versions import diff_versions, undo
from streams.errors import InvalidRecord
from streams.model.records import RawArticle
from streams.model.state import DictState
from streams.model.times import parse_utc

_ODD = "\x00\x81\x85\x9d\xad\r\u200b\u200d\u2028\u202e\ufeff\ud800\udc00\u0301\u0323ÃÂâ€™©Ð°İ&;amp#39<>/\"'="
ANY = st.text(st.one_of(st.characters(), st.sampled_from(_ODD)), max_size=60)
PIECES = st.lists(
    st.sampled_from(
        ["https://", "www.", "m.", "amp.", "a.example", "/", "/amp", "..", ".", "?", "&", "=", "utm_source", "#",
         "#!", "%2", "%41", "é", "google.com/url?url=", ":80", "@", "%25", "//", "\n", ".html", "&amp;", "b=1",
         "a=2", "+", "[", "\\"]
    ),
    max_size=14,
).map("".join)  # fmt: skip
LINES = st.lists(
    st.one_of(
        st.sampled_from(
            [
                *[phrase for appeal in APPEALS for phrase in appeal.phrases][::9],
                *("Read more", "Advertisement", "Support A!", "The army said no.", "", "© 2020 A", "We use cookies."),
            ]
        ),
        st.text(max_size=20),
    ),
    max_size=12,
).map("\n".join)


@given(ANY)
@settings(max_examples=400)
def test_repair_is_idempotent(text: str) -> None:
    """Repairing twice is repairing once, and the result can be encoded."""
    repaired = repair(text)
    assert repaired == repair(repaired)
    assert repaired.encode().decode() == repaired
    assert not set(repaired) & set("\x00\r\x0b\x85\u200b\u202e")


@given(ANY)
def test_titles_are_one_line(text: str) -> None:
    """A title has no line ends and stays itself when repaired again."""
    title = repair_line(text)
    assert title == repair_line(title)
    assert len(title.splitlines()) <= 1


@given(st.one_of(PIECES, PIECES.map("https://a.example/".__add__), ANY))
@settings(max_examples=600)
def test_canonical_urls_are_idempotent(url: str) -> None:
    """The canonical URL of a canonical URL is itself; an outlet's outlet too."""
    canonical = canonicalise_url(url)
    assert canonical == canonicalise_url(canonical)
    outlet = outlet_of(url)
    assert outlet == outlet_of(outlet)


@given(LINES, st.sampled_from(["", "a.example"]))
@settings(max_examples=300)
def test_spans_are_in_order(text: str, outlet: str) -> None:
    """Spans lie inside the text, in order, without overlap, and begin and end with a character."""
    spans = find_boilerplate(text, outlet)
    at = 0
    for span in spans:
        assert at <= span["start"] < span["end"] <= len(text)
        passage = text[span["start"] : span["end"]]
        assert passage == passage.strip()
        at = span["end"]
    assert len(text) - sum(span["end"] - span["start"] for span in spans) == len(without_spans(text, spans))


@given(LINES, st.sampled_from(["", "The army said no."]))
def test_headline_moves_spans(text: str, title: str) -> None:
    """Taking the headline out changes no marked passage."""
    spans = find_boilerplate(text, "a.example")
    _, rest, moved = split_headline(text, title, spans)
    assert [text[span["start"] : span["end"]] for span in spans] == [
        rest[span["start"] : span["end"]] for span in moved
    ]


@given(LINES, LINES)
def test_diffs_are_reversible(old: str, new: str) -> None:
    """The old text comes back out of the new one and the diff."""
    assert old == undo(new, diff_versions(old, new, "x"))


@given(
    st.one_of(
        ANY, st.from_regex(r"[0-9]{1,4}[-/. ][0-9A-Za-z]{1,9}[-/. ,][0-9]{1,4}[T ]?[0-9:+Z]{0,9}", fullmatch=True)
    )
)
@settings(max_examples=400)
def test_dates_never_raise(claim: str) -> None:
    """Any claim is a time or None, and what is published is within bounds."""
    parse_claimed(claim)
    arrived_at = parse_utc("2023-02-16T12:00:00Z")
    published_at, _ = believe((claim,), arrived_at)
    assert "1963-01-01" < published_at < "2023-02-18"


@given(ANY, st.one_of(st.none(), ANY))
def test_language_never_raises(text: str, claimed: str | None) -> None:
    """Any text has a language of two letters, or none."""
    language = detect_language(text, "", claimed)
    assert language == "und" or len(language) == 2


@given(ANY)
def test_snippets_never_raise(html: str) -> None:
    """Any fragment has a text."""
    assert isinstance(snippet_text(html), str)


@given(ANY, ANY, LINES)
@settings(max_examples=150)
def test_again_is_a_repeat(title: str, url: str, text: str) -> None:
    """Whatever comes in, the second time it is a repeat, and the record is the same in a new memory."""
    raw: RawArticle = {
        "outlet": "a.example", "arrived_at": "2023-02-16T12:00:00.000Z", "title": title, "url": url, "text": text,
    }  # fmt: skip
    state = DictState()
    try:
        first = step(raw, None, state)
    except InvalidRecord:
        return
    assert ("cleaned", "repeat") == (first.outcome, step(raw, None, state).outcome)
    assert first == step(raw, None, DictState())
    cleaned = clean_article(raw)
    assert cleaned["text"] == repair(cleaned["text"])

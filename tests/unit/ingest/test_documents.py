"""Articles out of JSON, pages and text files."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest

from streams.errors import RefusedInput
from streams.ingest import documents
from streams.ingest.candidate import Candidate
from streams.ingest.documents import canonical_address, read_json, read_lines, read_page, read_text

MOST = 1_000_000


def seen(candidates: Iterator[Candidate]) -> list[tuple[int | None, Any]]:
    """Line and fields, or line and reason."""
    return [(one.line, one.refusal.reason if one.refusal else one.fields) for one in candidates]


def test_a_bad_line_is_refused_alone() -> None:
    """Its neighbours pass, blank lines don't count as articles, and the last line needs no end."""
    raw = b'\xef\xbb\xbf{"a":1}\r\n\n{"a":\n[1]\nnull\n{"a":"\xff"}\n{"a":"\\ud800"}\n' + b"[" * 5000 + b'\n{"a":2}'
    assert [
        (1, {"a": 1}),
        (3, "not-json"),
        (4, "not-an-object"),
        (5, "not-an-object"),
        (6, "not-utf8"),
        (7, "lone-surrogate"),
        (8, "nesting"),
        (9, {"a": 2}),
    ] == seen(read_lines(io.BytesIO(raw), MOST))


def test_a_line_over_the_limit_is_passed_over_without_being_kept() -> None:
    """Memory follows the limit and not the line."""
    raw = b'{"a":"' + b"x" * 10_000 + b'"}\n{"a":2}\n'
    assert [(1, "too-large"), (2, {"a": 2})] == seen(read_lines(io.BytesIO(raw), 1_000))


def test_lines_that_are_behind_are_passed_over() -> None:
    """Line numbers stay those of the file."""
    raw = b'{"a":1}\n{"a":2}\n\n{"a":3}\n'
    assert [(4, {"a": 3})] == seen(read_lines(io.BytesIO(raw), MOST, skip=2))


def test_utf16_is_refused_once() -> None:
    """Not once a line."""
    with pytest.raises(RefusedInput, match="say --encoding utf-16"):
        seen(read_lines(io.BytesIO('{"a":1}\n{"a":2}\n'.encode("utf-16")), MOST))


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"", []),
        (b" \n ", []),
        (b'{"a":1}', [(1, {"a": 1})]),
        (b'\n{"a":1}\n{"a":\n', [(2, {"a": 1}), (3, "not-json")]),
        (b'{\n  "a": 1\n}\n', [(None, {"a": 1})]),
        (b'[{"a":1}, 2, {"a":3}]', [(1, {"a": 1}), (2, "not-an-object"), (3, {"a": 3})]),
        (b'\xef\xbb\xbf[\n{"a":1}]', [(1, {"a": 1})]),
        (b'[{"a":1},', [(None, "not-json")]),
        (b"17", [(None, "not-an-object")]),
        (b'{\n"a": "\xff"}', [(None, "not-utf8")]),
    ],
)
def test_json_is_an_object_an_array_or_lines(raw: bytes, expected: list[Any]) -> None:
    """The first line tells which."""
    assert expected == seen(read_json(io.BytesIO(raw), MOST))


def test_articles_of_an_array_that_are_behind_are_passed_over() -> None:
    """An interrupted array goes on."""
    assert [(2, {"a": 2})] == seen(read_json(io.BytesIO(b'[{"a":1},{"a":2}]'), MOST, skip=1))


def test_a_json_document_over_the_limit_is_refused_with_a_hint(monkeypatch: pytest.MonkeyPatch) -> None:
    """It has to be read whole, JSON lines don't."""
    monkeypatch.setattr(documents, "MAX_DOCUMENT_BYTES", 1 << 20)
    with pytest.raises(RefusedInput, match="write it as JSON lines"):
        seen(read_json(io.BytesIO(b"[" + b" " * (2 << 20) + b"]"), MOST))


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("<p>Ж".encode(), "<p>Ж"),
        (b"\xef\xbb\xbf<p>", "<p>"),
        ('<meta charset="windows-1251"><p>Ж'.encode("cp1251"), '<meta charset="windows-1251"><p>Ж'),
        (
            '<META http-equiv=x content="text/html; charset=KOI8-R">Ж'.encode("koi8-r"),
            '<META http-equiv=x content="text/html; charset=KOI8-R">Ж',
        ),
        (b'<?xml version="1.0" encoding="ISO-8859-1"?>\x93', '<?xml version="1.0" encoding="ISO-8859-1"?>“'),
        ("<p>Ж".encode("utf-16"), "<p>Ж"),
        (b"<meta charset=nonsense><p>", "<meta charset=nonsense><p>"),
    ],
)
def test_a_page_is_read_in_the_encoding_that_it_declares(raw: bytes, expected: str) -> None:
    """Mark, XML declaration or meta charset; Latin-1 as browsers read it."""
    assert [{"html": expected}] == [one.fields for one in read_page(io.BytesIO(raw), MOST, None)]


def test_what_the_caller_and_the_server_say_comes_before_the_page() -> None:
    """--encoding, then the header's charset."""
    raw = '<meta charset="utf-8">Ж'.encode("cp1251")
    html = '<meta charset="utf-8">Ж'
    url = "https://a.example/1"
    assert [{"html": html}] == [one.fields for one in read_page(io.BytesIO(raw), MOST, "cp1251", "utf-8")]
    assert [{"html": html, "url": url}] == [
        one.fields for one in read_page(io.BytesIO(raw), MOST, None, "windows-1251", url)
    ]


def test_bytes_that_are_not_as_declared_are_refused_and_never_replaced() -> None:
    """With their position."""
    with pytest.raises(RefusedInput, match="not UTF-8: byte 0xff at position 3"):
        seen(read_page(io.BytesIO(b"<p>\xff"), MOST, None))
    with pytest.raises(RefusedInput, match="byte 0x98 at position 29"):
        seen(read_page(io.BytesIO(b'<meta charset="windows-1251">\x98'), MOST, None))


def test_a_page_over_the_limit_is_refused_before_it_is_read_whole() -> None:
    """Also when it is a bomb in a gzip."""
    with pytest.raises(RefusedInput, match="more than 4,000 bytes"):
        seen(read_page(io.BytesIO(b"x" * 5_000), 1_000, None))


def test_a_text_is_one_article_with_its_lines_untouched() -> None:
    """Clean finds the title in it; only the byte order mark goes."""
    assert [(None, {"text": " Support us!\r\n\r\nTitle\n\x00"})] == seen(
        read_text(io.BytesIO(b"\xef\xbb\xbf Support us!\r\n\r\nTitle\n\x00"), MOST, None)
    )


def test_a_text_in_utf16_needs_to_be_said() -> None:
    """Refused with a hint; taken with it."""
    raw = "Ж".encode("utf-16")
    with pytest.raises(RefusedInput, match="say --encoding utf-16"):
        seen(read_text(io.BytesIO(raw), MOST, None))
    assert [(None, {"text": "Ж"})] == seen(read_text(io.BytesIO(raw), MOST, "utf-16"))


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<link rel="canonical" href="https://gazette.example/a">', "https://gazette.example/a"),
        ("<LINK href='https://gazette.example/a' rel=canonical />", "https://gazette.example/a"),
        ('<meta property="og:url" content="https://gazette.example/b">', "https://gazette.example/b"),
        ('<link rel="stylesheet" href="https://cdn.example/x">', ""),
        ('<link rel="canonical" href="/relative">', ""),
        ("<link " * 20_000, ""),
        ("<link " + "rel=canonical " * 20_000, ""),
    ],
)
def test_a_page_says_whose_it_is(html: str, expected: str) -> None:
    """By its canonical address; a hostile head costs a bounded time."""
    assert expected == canonical_address(html)

"""Snippets and pages."""

from __future__ import annotations

import subprocess
import sys

import pytest

from streams.clean.extract import check_page, extract_page
from streams.clean.extraction import Extraction
from streams.clean.snippet import is_page, snippet_text
from streams.errors import InvalidRecord

SENTENCE = (
    "The army stays in its barracks near the border, the ministry said on Thursday, and nobody has orders to move. "
)
PAGE = f"""<!DOCTYPE html><html lang="en-GB"><head><title>Army stays | Gazette</title>
<meta property="article:published_time" content="2023-02-16T12:00:00Z"><meta name="author" content="Jane Roe">
<link rel="canonical" href="https://gazette.example/army"><style>p {{ color: red }}</style>
<script>var secret = "<p>never text</p>";</script></head>
<body><nav><a href="/">Home</a></nav><article><h1>Army stays</h1>
<p>Lead: {SENTENCE * 2}</p><p>{SENTENCE * 3}</p><script>alert("never text")</script><p>{SENTENCE * 2}</p></article>
<footer>Imprint</footer></body></html>"""


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>One<br>two</p><p>Three &amp;amp; four</p>", "One\ntwo\n\nThree & four"),
        ("&lt;p&gt;Escaped &amp;lt; once&lt;/p&gt;", "Escaped < once"),
        ('<img src="//t.example/1.gif" alt="a > b"/>News', "News"),
        ("<script>alert('x')</script>News<style>p{}</style>", "News"),
        ("a < b and <!-- c > d --> e", "a < b and e"),
        ("<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>", "<script>alert(1)</script>"),
        ("News <unclosed", "News"),
        ("<div>\n  spaced \t out\n</div>", "spaced out"),
        ("", ""),
    ],
)
def test_snippets(html: str, expected: str) -> None:
    """A fragment gives its text; what it spells with entities is text, never a tag."""
    assert expected == snippet_text(html)


def test_pages_are_told_from_snippets() -> None:
    """A page has the tags of one, or is long and has paragraphs."""
    assert [True, True, False, False] == [
        is_page(html) for html in (PAGE, f"<p>{SENTENCE * 20}</p>" * 5, "<p>News</p>", "x" * 10_000)
    ]


def test_extracts_a_page() -> None:
    """Body, lead included, and the page's claims; scripts, styles and navigation never."""
    said = extract_page(PAGE)
    assert [True, True, False, False, False] == [
        part in said.text for part in ("Lead: The army", SENTENCE.strip(), "never text", "color", "Imprint")
    ]
    assert (
        Extraction(
            text=said.text,
            title="Army stays",
            author="Jane Roe",
            published_at="2023-02-16T12:00:00Z",
            language_claimed="en-GB",
            canonical_url="https://gazette.example/army",
        )
        == said
    )


def test_script_in_a_title_is_text() -> None:
    """Markup that a title spells stays text."""
    page = PAGE.replace("<h1>Army stays</h1>", "").replace(
        "<title>Army stays | Gazette</title>", "<title>&lt;script&gt;alert(1)&lt;/script&gt; Army</title>"
    )
    assert "<script>alert(1)</script> Army" == extract_page(page).title


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("<div>" * 100_000, "html-nesting"),
        ("<html>" + "<b><i>" * 5_000, "html-nesting"),
        ("x" * (9 << 20), "too-large"),
    ],
)
def test_bombs_are_refused(html: str, reason: str) -> None:
    """A page that no parser should see is a dead letter with a reason."""
    with pytest.raises(InvalidRecord) as refused:
        extract_page(html)
    assert (reason, "/html") == (refused.value.reason, refused.value.field)


def test_sloppy_pages_pass() -> None:
    """End tags that HTML lets one leave out, scripts and comments add no depth."""
    check_page("<p><li><td>" * 10_000 + "<script>" + "<div>" * 5_000 + "</script><!--" + "<div>" * 5_000 + "-->")


def test_extractor_stands_alone() -> None:
    """A child process imports the extractor by itself; the stage does not load the parser."""
    script = "import sys, streams.clean.step; assert 'trafilatura' not in sys.modules; import streams.clean.extract"
    assert 0 == subprocess.run([sys.executable, "-c", script], check=False).returncode


@pytest.mark.parametrize(
    "html", ["<" * 500_000, "<a x='" * 150_000, '<a href="' * 100_000, "<!--" * 250_000, "<script>" * 100_000]
)
def test_hostile_snippets_are_linear(html: str) -> None:
    """A megabyte of broken markup ends."""
    snippet_text(html)
    assert isinstance(is_page(html), bool)

"""Articles out of RSS and Atom."""

from __future__ import annotations

import io
import tracemalloc
from typing import Any

import pytest

from streams.errors import RefusedInput
from streams.ingest.candidate import Candidate
from streams.ingest.feeds import read_feed

RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
  xmlns:atom="http://www.w3.org/2005/Atom">
<channel>
<title>Gazette</title><link>https://www.gazette.example/</link><language>en-gb</language>
<atom:link href="https://www.gazette.example/rss" rel="self"/>
<item>
<title>Minsk &amp;amp; Kyiv</title><link>/news/1?a=1&amp;b=2</link><guid isPermaLink="false">g-1</guid>
<pubDate>Thu, 16 Feb 2023 12:00:00 GMT</pubDate><dc:creator>A. Writer</dc:creator>
<description><![CDATA[<p>Short</p>]]></description>
<content:encoded><![CDATA[<p>Long <b>text</b></p>]]></content:encoded>
</item>
<item><guid>https://gazette.example/2</guid><title>Only a title</title></item>
</channel></rss>"""

RSS1 = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="https://gazette.example/rdf"><title>G</title><link>https://gazette.example</link></channel>
<item rdf:about="urn:1"><title>One</title><link>https://gazette.example/1</link><description>Text</description>
<dc:date>2023-02-16T12:00:00Z</dc:date></item>
</rdf:RDF>"""

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="ru" xml:base="https://vesti.example/x/">
<link rel="self" href="https://vesti.example/atom"/><link href="https://vesti.example/"/>
<author><name>Вести</name></author>
<entry><id>urn:1</id><title type="html">A &lt;b&gt;B&lt;/b&gt;</title><link rel="alternate" href="1"/>
<published>2023-02-16T12:00:00Z</published><updated>2023-02-17T12:00:00Z</updated>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Да &amp; нет</p></div></content></entry>
<entry><id>urn:2</id><title>Two</title><updated>2023-02-17T12:00:00Z</updated><summary>1 &lt; 2</summary>
<author><name>A</name></author><author><name>B</name></author></entry>
</feed>"""


def read(text: str | bytes, **options: Any) -> list[Candidate]:
    raw = text.encode() if isinstance(text, str) else text
    return list(read_feed(io.BytesIO(raw), **options))


def test_rss_2() -> None:
    """Full HTML before the snippet, relative links made whole, the channel's language and host for its items."""
    assert [
        Candidate(
            1,
            7,
            {
                "id": "g-1",
                "url": "https://www.gazette.example/news/1?a=1&b=2",
                "title": "Minsk &amp; Kyiv",
                "html": "<p>Long <b>text</b></p>",
                "author": "A. Writer",
                "published_at": "Thu, 16 Feb 2023 12:00:00 GMT",
                "language": "en-gb",
            },
            context="https://www.gazette.example/",
        ),
        Candidate(
            2,
            13,
            {
                "id": "https://gazette.example/2",
                "url": "https://gazette.example/2",
                "title": "Only a title",
                "language": "en-gb",
                "text": "",
            },
            context="https://www.gazette.example/",
        ),
    ] == read(RSS)


def test_rss_1() -> None:
    """Items beside the channel, in a namespace."""
    assert [
        {
            "id": "urn:1",
            "url": "https://gazette.example/1",
            "title": "One",
            "html": "Text",
            "published_at": "2023-02-16T12:00:00Z",
        }
    ] == [one.fields for one in read(RSS1)]


def test_atom() -> None:
    """Text and HTML are told apart, the first publication counts, base and language are inherited."""
    assert [
        {
            "id": "urn:1",
            "url": "https://vesti.example/x/1",
            "title": "A <b>B</b>",
            "author": "Вести",
            "published_at": "2023-02-16T12:00:00Z",
            "language": "ru",
            "feed": "https://vesti.example/atom",
            "html": '<p xmlns="http://www.w3.org/1999/xhtml">Да &amp; нет</p>',
        },
        {
            "id": "urn:2",
            "title": "Two",
            "author": "A, B",
            "published_at": "2023-02-17T12:00:00Z",
            "language": "ru",
            "feed": "https://vesti.example/atom",
            "text": "1 < 2",
        },
    ] == [one.fields for one in read(ATOM)]


def test_an_address_is_the_feed_of_its_articles() -> None:
    """And the base of their links."""
    (article, _) = read(RSS, url="https://cdn.example/rss")
    assert article.fields is not None
    assert ("https://cdn.example/rss", "https://cdn.example/news/1?a=1&b=2", "https://cdn.example/rss") == (
        article.fields["feed"],
        article.fields["url"],
        article.context,
    )


def test_articles_that_are_behind_are_passed_over() -> None:
    """An interrupted feed goes on."""
    assert [2] == [one.number for one in read(RSS, skip=1)]


def test_white_space_before_the_declaration_is_forgiven() -> None:
    """Some servers send it."""
    assert read(RSS)[0].fields == read("\ufeff\n\n" + RSS)[0].fields


def test_other_encodings_are_read_as_declared_or_as_said() -> None:
    """By the XML declaration, or by --encoding."""
    declared = RSS.replace("UTF-8", "windows-1251").replace("Only a title", "Минск").encode("cp1251")
    said = RSS.replace("Only a title", "Минск").encode("cp1251")
    titles = [one.fields["title"] for one in read(declared) + read(said, encoding="windows-1251") if one.fields]
    assert ["Minsk &amp; Kyiv", "Минск"] * 2 == titles


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "not-xml"),
        (b"<rss><channel>", "not-xml"),
        (b"<html><body/></html>", "not-a-feed"),
        (b'<!DOCTYPE rss [<!ENTITY a "b">]><rss><channel><item><title>&a;</title></item></channel></rss>', "entities"),
        (
            b'<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><item><title>&x;</title></item></channel></rss>',
            "entities",
        ),
        (b"<rss><channel><item><title>\xff</title></item></channel></rss>", "not-utf8"),
    ],
)
def test_what_is_no_feed_is_refused(raw: bytes, reason: str) -> None:
    """Entities are neither expanded nor fetched."""
    with pytest.raises(RefusedInput) as caught:
        read(raw)
    assert reason == caught.value.reason


def test_articles_before_a_break_are_taken() -> None:
    """What follows is not read, and said so with its line."""
    articles = read_feed(io.BytesIO(RSS.replace("<item><guid>", "<item>\x01<guid>").encode()))
    assert next(articles).number == 1
    with pytest.raises(RefusedInput, match="breaks off in line 13"):
        next(articles)


def test_entity_bomb_costs_nothing() -> None:
    """The billion laughs are refused at the declaration."""
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<!DOCTYPE rss [<!ENTITY l0 "ha">{levels}]><rss><channel><item><title>&l11;</title></item></channel></rss>'
    tracemalloc.start()
    with pytest.raises(RefusedInput, match="entities"):
        read(bomb)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10_000_000


def test_a_declared_doctype_without_entities_is_harmless() -> None:
    """RSS 0.91 has one; it is not fetched."""
    doctype = '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://127.0.0.1:9/rss.dtd">'
    feed = doctype + "<rss version='0.91'><channel><item><title>T</title></item></channel></rss>"
    assert [{"title": "T", "text": ""}] == [one.fields for one in read(feed)]

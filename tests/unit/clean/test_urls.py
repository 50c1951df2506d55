"""Canonical URLs and outlets."""

from __future__ import annotations

import pytest

from streams.clean.urls import canonicalise_url, is_web_url, outlet_of

BASE = "https://gazette.example/world/army"


@pytest.mark.parametrize(
    "variant",
    [
        "http://www.Gazette.example:80/world/army/",
        "https://gazette.example:443/world/army?utm_source=rss&utm_medium=x&fbclid=1",
        "https://m.gazette.example/world/army#comments",
        "https://amp.gazette.example/world/army?outputType=amp",
        "https://www.gazette.example/world/army/amp/",
        "https://gazette.example/world/army?amp=1",
        "https://gazette.example/world/./x/../army",
        "https://gazette.example/w%6Frld/army",
        "https://user:secret@gazette.example/world/army",
        "https://gazette-example.cdn.ampproject.org/c/s/www.gazette.example/world/army/amp",
        "https://www.google.com/url?sa=t&url=https%3A%2F%2Fgazette.example%2Fworld%2Farmy&usg=x",
        "  https://gazette.example/world/\narmy ",
    ],
)
def test_variants_meet(variant: str) -> None:
    """Every variant of a page has one canonical URL."""
    assert BASE == canonicalise_url(variant)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://gazette.example/a?b=2&a=1&a=0", "https://gazette.example/a?a=1&a=0&b=2"),
        ("https://gazette.example/#!/news/1", "https://gazette.example/#!/news/1"),
        ("https://gazette.example/a%2fb%zz", "https://gazette.example/a%2Fb%25zz"),
        ("https://новости.example/мир", "https://xn--b1amnebsh.example/%D0%BC%D0%B8%D1%80"),
        ("https://gazette.example:8443/a", "https://gazette.example:8443/a"),
        ("https://gazette.example/amp", "https://gazette.example/amp"),
        ("https://news.google.com/articles/opaque", "https://news.google.com/articles/opaque"),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ("", ""),
    ],
)
def test_keeps_what_matters(url: str, expected: str) -> None:
    """What tells pages apart stays; what is no web URL stays as it is."""
    assert expected == canonicalise_url(url)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://www.gazette.example/1", "gazette.example"),
        ("m.themoscowtimes.com", "themoscowtimes.com"),
        ("https://news.bbc.co.uk/1", "bbc.co.uk"),
        ("http://127.0.0.1:8000/x", "127.0.0.1"),
        ("not a url", ""),
        ("", ""),
    ],
)
def test_outlets(url: str, expected: str) -> None:
    """The outlet is the registrable domain, by the public suffix list that is on board."""
    assert expected == outlet_of(url)


def test_only_web_urls_are() -> None:
    """A link that a browser would run is no web URL."""
    assert [True, False, False, False] == [
        is_web_url(url) for url in ("https://a.example", "javascript:alert(1)", "/news/1", "https://exa mple/")
    ]

"""Everything bad that the tests know, and what it gets at each entrance; ``docs/bad-input.md`` says the same.

``value`` is a line of a JSON-lines file and, with an outlet and a time where it has none, a value on ``articles-raw``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import orjson

ACCEPTED = "accepted"
TEXT = "The ministry said on Thursday that the army stays in its barracks near the border and has no orders to move."


@dataclass(frozen=True, slots=True)
class Case:
    """``at_file`` and ``at_topic``: ``refused `reason```, ``dead letter `reason``` or ``accepted``."""

    name: str
    make: Callable[[str], bytes]
    at_file: str
    at_topic: str


def article(**fields: object) -> Callable[[str], bytes]:
    """A raw article of one outlet each, as a foreign program would write it to the topic."""

    def make(outlet: str) -> bytes:
        base = {"outlet": outlet, "arrived_at": "2026-03-02T12:00:00.000Z", "id": outlet}
        return orjson.dumps({**base, **fields})

    return make


def raw(value: bytes) -> Callable[[str], bytes]:
    return lambda _: value


def with_escape(escape: bytes) -> Callable[[str], bytes]:
    """An article whose text has the escape where this stands: @."""
    return lambda outlet: article(text=f"{TEXT} @")(outlet).replace(b"@", escape)


@cache
def nested(levels: int) -> bytes:
    return b"[" * levels + b"]" * levels


def deep(levels: int) -> Callable[[str], bytes]:
    return lambda outlet: article(text=TEXT, deep="@")(outlet).replace(b'"@"', nested(levels))


def page(body: str, title: str = "Army stays") -> str:
    return f"<!DOCTYPE html><html><head><title>{title}</title></head><body>{body}</body></html>"


_PARAGRAPHS = f"<article><p>{TEXT}</p><p>{TEXT} So it stays.</p></article>"
_LAUGHS = (
    "<!DOCTYPE html [<!ENTITY a0 'ha'>"
    + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10))
    + f"]><html><body>{_PARAGRAPHS}<p>&a9;</p></body></html>"
)

CASES = (
    Case("not JSON", raw(b"{not json"), "refused `not-json`", "dead letter `not-json`"),
    Case("JSON that is no object", raw(b"42"), "refused `not-an-object`", "dead letter `not-an-object`"),
    Case("not UTF-8", with_escape(b"caf\xe9"), "refused `not-utf8`", "dead letter `not-utf8`"),
    Case("a lone surrogate", with_escape(b"\\ud800"), "refused `lone-surrogate`", "dead letter `lone-surrogate`"),
    Case("nesting 10,000 deep", deep(10_000), "refused `nesting`", "dead letter `nesting`"),
    Case("nesting 300 deep", deep(300), "refused `nesting`", "dead letter `nesting`"),
    Case("a field of the wrong type", article(text=5), "refused `schema`", "dead letter `schema`"),
    Case("neither text nor html", article(title="Army stays"), "refused `schema`", "dead letter `schema`"),
    Case("empty text beside a title", article(text="", title="Army stays"), ACCEPTED, ACCEPTED),
    Case("everything empty", article(text="", title=" "), "refused `empty`", "dead letter `empty-text`"),
    Case("20 MB of text", article(text="word " * 4_000_000), "refused `too-large`", "refused `too-large`"),
    Case("5 MB of text", article(text="word " * 1_000_000), "refused `too-large`", "dead letter `schema`"),
    Case("NUL and control characters", article(text=f"{TEXT}\0\x01\x1b[31m {TEXT}"), ACCEPTED, ACCEPTED),
    Case("NUL in the outlet's name", article(text=TEXT, outlet="a\0.example"), "refused `schema`", ACCEPTED),
    Case("published in 1602", article(text=TEXT, published_at="1602-03-20T00:00:00Z"), ACCEPTED, ACCEPTED),
    Case("published in 2602", article(text=TEXT, published_at="2602-03-20T00:00:00Z"), ACCEPTED, ACCEPTED),
    Case("published on 31/02/2026", article(text=TEXT, published_at="31/02/2026"), ACCEPTED, ACCEPTED),
    Case("arrived in 2602", article(text=TEXT, arrived_at="2602-03-20T00:00:00.000Z"), ACCEPTED, ACCEPTED),
    Case("a script in a title", article(text=TEXT, title="<script>alert(1)</script> Army"), ACCEPTED, ACCEPTED),
    Case(
        "a script in a page's title", article(html=page(_PARAGRAPHS, "<script>alert(1)</script>")), ACCEPTED, ACCEPTED
    ),
    Case(
        "a page of 100,000 nested elements",
        article(html=page("<div>" * 100_000 + TEXT)),
        "dead letter `html-nesting`",
        "dead letter `html-nesting`",
    ),
    Case("a page with the billion laughs", article(html=_LAUGHS), ACCEPTED, ACCEPTED),
    Case(
        "a page with an attribute of 100,000 characters",
        article(html=page(f'{_PARAGRAPHS}<p class="{"x" * 100_000}">{TEXT}</p>')),
        ACCEPTED,
        ACCEPTED,
    ),
    Case(
        "a page that takes too long to extract",
        article(html=page("<p>a<b>b</b></p>" * 200_000)),
        "dead letter `extraction-killed`",
        "dead letter `extraction-killed`",
    ),
)

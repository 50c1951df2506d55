"""Addresses in pages: which outside addresses may be followed, and how a view's own address changes by one part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import urlencode, urlsplit

_MOST: Final = 2_000


def outside_link(url: object) -> str | None:
    """The address if a reader may follow it: http or https, with a host, without anything that is no address.

    >>> outside_link("https://outlet.example/a"), outside_link("javascript:alert(1)"), outside_link("//x.example")
    ('https://outlet.example/a', None, None)
    """
    if not isinstance(url, str) or len(url) > _MOST or not url.isprintable() or any(sign in url for sign in "\\\"'<> "):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.hostname else None


def address(path: str, given: Mapping[str, str | Sequence[str] | None], **changes: str | Sequence[str] | None) -> str:
    """The path with these parameters, changed; None and empty ones go.

    >>> address("/", {"watch": "a", "period": "7d"}, period="all", q=None)
    '/?watch=a&period=all'
    """
    merged = {**given, **changes}
    pairs = [(name, value) for name, value in merged.items() if value]
    return f"{path}?{urlencode(pairs, doseq=True)}" if pairs else path

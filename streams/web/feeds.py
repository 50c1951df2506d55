"""A watch's alerts as a feed: JSON Feed 1.1 and Atom, for readers that know nothing of Newsvane.

An entry is an alert under a stable id; when the alert changes, the entry's time of change does too, and the order is by
that. Everything is text: no HTML is made of an article's words, and an address that is not http or https is no link.
Readers can't send headers, so a token that reads this feed alone may stand in the query (``?token=``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any, Final
from urllib.parse import urlsplit
from xml.sax.saxutils import escape, quoteattr

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from streams.deliver.notification import alert_text, alert_title
from streams.model.times import parse_utc
from streams.model.watch import Watch
from streams.store import queries
from streams.web.access import require_feed
from streams.web.answers import CACHE, etag_of, matches
from streams.web.context import web_of
from streams.web.lists import FILTERS, filters_of
from streams.web.parameters import Parameter, parse
from streams.web.watch_hint import find_watch

router = APIRouter()
JSON_FEED: Final = "application/feed+json"
ATOM: Final = "application/atom+xml"
PARAMETERS: Final = (
    *(FILTERS[name] for name in ("label", "kind", "severity", "holder", "outlet", "language")),
    Parameter("limit", "Most entries of a page.", "number", low=1, high=200, default=50),
    Parameter("cursor", "Where to go on: as in the link to the next page."),
    Parameter("token", "A token that reads this feed alone, for readers that can't send headers."),
)
_ABOUT: Final = "https://www.jsonfeed.org/version/1.1/#extensions"
_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NOTHING_YET: Final = "1970-01-01T00:00:00Z"


@router.get("/feeds/{watch_id}.json", name="get_json_feed")
def get_json_feed(request: Request) -> Response:
    """The alerts of a watch as JSON Feed 1.1."""
    return _feed(request, "json")


@router.get("/feeds/{watch_id}.atom", name="get_atom_feed")
def get_atom_feed(request: Request) -> Response:
    """The alerts of a watch as Atom."""
    return _feed(request, "atom")


def _feed(request: Request, kind: str) -> Response:
    watch_id = request.path_params["watch_id"]
    require_feed(request, watch_id)
    values = parse(request.query_params, PARAMETERS)
    web = web_of(request)
    watch = find_watch(web, watch_id)
    names = ("label", "kind", "severity", "holder", "outlet", "language")
    filters = replace(filters_of(values, names), watch=(watch_id,))
    page = queries.alerts(web.store, filters, order="changed", limit=values["limit"], cursor=values["cursor"])
    base = web.settings.web_public_url.rstrip("/") or f"{request.url.scheme}://{request.url.netloc}"
    own = f"{base}{request.url.path}" + (f"?{request.url.query}" if request.url.query else "")
    next_ = None
    if page.next_cursor is not None:
        following = request.url.include_query_params(cursor=page.next_cursor)
        next_ = f"{base}{following.path}?{following.query}"
    if kind == "json":
        body = orjson.dumps(json_feed(watch, page.items, base, own, next_))
        media_type = JSON_FEED
    else:
        body = atom_feed(watch, page.items, base, own, next_).encode()
        media_type = f"{ATOM}; charset=utf-8"
    return _conditional(request, body, media_type, page.items)


def _conditional(request: Request, body: bytes, media_type: str, items: Sequence[Any]) -> Response:
    changed_at = parse_utc(max((item["changed_at"] for item in items), default=_NOTHING_YET)).replace(microsecond=0)
    tag = etag_of(body)
    headers = {**CACHE, "ETag": tag, "Last-Modified": format_datetime(changed_at, usegmt=True)}
    known = request.headers.get("if-none-match")
    is_known = matches(known, tag) if known is not None else _is_since(request, changed_at)
    if is_known:
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type=media_type)


def _is_since(request: Request, changed_at: datetime) -> bool:
    text = request.headers.get("if-modified-since")
    if not text:
        return False
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return False
    return changed_at <= (at.replace(tzinfo=UTC) if at.tzinfo is None else at)


def json_feed(watch: Watch, alerts: Sequence[Any], base: str, own: str, next_: str | None) -> dict[str, Any]:
    """The feed as an object."""
    feed: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": watch["title"],
        "home_page_url": f"{base}/",
        "feed_url": own,
        "description": watch["question"] or watch["title"],
        "items": [_json_item(alert, base) for alert in alerts],
    }
    if next_ is not None:
        feed["next_url"] = next_
    return feed


def _json_item(alert: Any, base: str) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": entry_id(alert),
        "url": f"{base}/alerts/{alert['alert_id']}",
        "title": alert_title(alert),
        "content_text": alert_text(alert),
        "date_published": alert["first_published_at"],
        "date_modified": alert["changed_at"],
        "authors": [{"name": alert["article"]["outlet"]}],
        "tags": [alert["watch_id"], alert["label"], alert["severity"], alert["kind"]],
        "_newsvane": {"about": _ABOUT, **{name: alert[name] for name in _KEPT}},
    }
    if "language" in alert:
        item["language"] = alert["language"]
    link = safe_link(alert["article"]["url"])
    if link is not None:
        item["external_url"] = link
    return item


_KEPT: Final = (
    "alert_id", "watch_id", "watch_version", "revision", "kind", "severity", "label", "question", "story_id",
    "statement_id", "statement", "change", "article", "reach", "first_published_at", "first_arrived_at",
)  # fmt: skip


def atom_feed(watch: Watch, alerts: Sequence[Any], base: str, own: str, next_: str | None) -> str:
    """The feed as XML."""
    updated = max((alert["changed_at"] for alert in alerts), default=_NOTHING_YET)
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom">',
        f"<id>urn:newsvane:watch:{_xml(watch['watch_id'])}</id>",
        f'<title type="text">{_xml(watch["title"])}</title>',
        f'<subtitle type="text">{_xml(watch["question"] or watch["title"])}</subtitle>',
        f"<updated>{updated}</updated>",
        "<author><name>Newsvane</name></author>",
        "<generator>Newsvane</generator>",
        f'<link rel="self" type="{ATOM}" href={_attribute(own)}/>',
        f'<link rel="alternate" type="text/html" href={_attribute(f"{base}/")}/>',
    ]
    if next_ is not None:
        lines.append(f'<link rel="next" type="{ATOM}" href={_attribute(next_)}/>')
    for alert in alerts:
        lines += _entry(alert, base)
    return "\n".join([*lines, "</feed>", ""])


def _entry(alert: Any, base: str) -> list[str]:
    link = safe_link(alert["article"]["url"])
    related = [f'<link rel="related" href={_attribute(link)}/>'] if link else []
    return [
        "<entry>",
        f"<id>{entry_id(alert)}</id>",
        f'<title type="text">{_xml(alert_title(alert))}</title>',
        f"<updated>{alert['changed_at']}</updated>",
        f"<published>{alert['first_published_at']}</published>",
        f"<author><name>{_xml(alert['article']['outlet'])}</name></author>",
        f'<link rel="alternate" type="text/html" href={_attribute(f"{base}/alerts/" + alert["alert_id"])}/>',
        *related,
        *(f"<category term={_attribute(term)}/>" for term in (alert["watch_id"], alert["label"], alert["severity"])),
        f'<content type="text">{_xml(alert_text(alert))}</content>',
        "</entry>",
    ]


def entry_id(alert: Any) -> str:
    """The same as long as the alert lives, whatever changes in it."""
    return f"urn:newsvane:alert:{alert['alert_id']}"


def safe_link(url: object) -> str | None:
    """The address, if it leads to a page and does nothing else.

    >>> safe_link("https://a.example/1"), safe_link("javascript:alert(1)"), safe_link("https://a.example/<b>")
    ('https://a.example/1', None, 'https://a.example/%3Cb%3E')
    """
    if not isinstance(url, str) or not url.isprintable():
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or not parts.netloc or " " in url or "\\" in url:
        return None
    for char, code in (("<", "%3C"), (">", "%3E"), ('"', "%22"), ("'", "%27"), ("`", "%60")):
        url = url.replace(char, code)
    return url


def _xml(text: str) -> str:
    return escape(_NOT_XML.sub("\ufffd", text))


def _attribute(text: str) -> str:
    return quoteattr(_NOT_XML.sub("\ufffd", text))

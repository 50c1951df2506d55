"""What does a filter make of a record that lacks what earlier stages give it? Its defaults, in one place.

A raw article needs ``text`` or ``html``. Numbers are taken for texts in ``id``, ``title``, ``published_at``,
``language`` and ``author``. ``outlet``: the URL's, else ``unknown.example``. ``arrived_at``: the claimed time of
publication, which is thereby believed, if it lies between 1900 and 2100; else the fixed time ``UNDATED``, so that the
same input gives the same output on any day.

A record without ``article_id`` is a raw article: it is cleaned by itself. One without a verdict gets that of an
article that stands alone.
"""

from __future__ import annotations

from typing import Any, cast

from schemas import validate
from streams.clean.dates import parse_claimed
from streams.clean.extraction import Extraction
from streams.clean.step import clean_article
from streams.clean.urls import outlet_of
from streams.dedupe.batch import judge
from streams.dedupe.step import RULES as DEDUPE_RULES
from streams.errors import InvalidRecord
from streams.model.records import Article, RawArticle
from streams.model.times import format_utc_ms, parse_utc

UNKNOWN_OUTLET = "unknown.example"
UNDATED = "2000-01-01T00:00:00.000Z"
_EARLIEST_YEAR, _LATEST_YEAR = 1900, 2099
_TEXTS = ("id", "title", "published_at", "language", "author")

Record = dict[str, Any]


def is_raw(record: Record) -> bool:
    return "article_id" not in record


def raw_of(record: Record) -> RawArticle:
    """A raw article as ingest would have stamped it, apart from a default ``arrived_at``. Raises InvalidRecord."""
    if not any(isinstance(record.get(field), str) for field in ("text", "html")):
        raise InvalidRecord("schema", "the record has no text; expected a raw article with at least 'text' or 'html'")
    raw = dict(record)
    for field in _TEXTS:
        value = raw.get(field)
        if isinstance(value, int | float) and not isinstance(value, bool):
            raw[field] = str(value)
    if raw.get("id", "") is None:
        del raw["id"]
    if not raw.get("outlet"):
        url = raw.get("url")
        raw["outlet"] = (outlet_of(url) if isinstance(url, str) else "") or UNKNOWN_OUTLET
    if raw.get("backfill", False) is None:
        del raw["backfill"]
    validate("article-raw", {**raw, "arrived_at": raw.get("arrived_at") or UNDATED})
    return cast(RawArticle, raw)


def arrived(raw: RawArticle, extraction: Extraction | None) -> RawArticle:
    """The article with a time of arrival: its own, else that of its first claim of publication, else UNDATED."""
    if raw.get("arrived_at"):
        return raw
    for claim in (raw.get("published_at"), extraction.published_at if extraction is not None else None):
        claimed = parse_claimed(claim)
        if claimed is not None and _EARLIEST_YEAR <= claimed.at.year <= _LATEST_YEAR:
            return cast(RawArticle, {**raw, "arrived_at": format_utc_ms(claimed.at)})
    return cast(RawArticle, {**raw, "arrived_at": UNDATED})


def clean_alone(raw: RawArticle, extraction: Extraction | None) -> Article:
    """Clean one article as if it were the only one."""
    return clean_article(arrived(raw, extraction), extraction)


def as_clean(record: Record, raw: RawArticle | None, extraction: Extraction | None) -> Record:
    """A clean article that holds its schema, with readable times. Raises InvalidRecord."""
    if raw is not None:
        return cast(Record, clean_alone(raw, extraction))
    validate("article-deduped" if "dedupe" in record else "article-clean", record)
    for field in ("published_at", "arrived_at"):
        try:
            parse_utc(record[field])
        except ValueError:
            raise InvalidRecord(
                "bad-time", f"{field} {record[field]!r} is no time; expected RFC 3339", f"/{field}"
            ) from None
    return record


def as_deduped(record: Record, raw: RawArticle | None, extraction: Extraction | None) -> Record:
    """A clean article with its verdict; that of one that stands alone, unless it has one. Raises InvalidRecord."""
    article = as_clean(record, raw, extraction)
    if "dedupe" in article:
        return article
    verdict = judge([cast(Article, article)])[0]
    return {**article, "dedupe": verdict, "rules": {**article["rules"], "dedupe": DEDUPE_RULES}}

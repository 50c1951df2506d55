"""What goes into the log for an article that was found? Names, outlet, stamp, then the contract.

Order of the rules: common other names are understood where the canonical field is missing or empty; the outlet is
found; ``--published`` is the time of those that claim none; ``arrived_at`` is stamped, over whatever came, because
retention counts it; then size, schema and emptiness are checked. All other fields go on as they came, and nothing is
repaired here: that is clean's work, whose rules may improve while the log keeps what was said.

Outlet: ``--outlet``, else the article's own, else the registrable domain of its URL, else that of the feed's link or of
the page's canonical address. Lower case, in Punycode, without ``www.``; a name that is no host (``Reuters``) stays one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

import idna

from schemas import encode, topic_of, validate
from streams.clean.urls import outlet_of
from streams.errors import InvalidRecord, RefusedInput, UsageError
from streams.log.partition import partition_for
from streams.log.protocol import NewRecord
from streams.model.times import format_utc, format_utc_ms

KIND: Final = "article-raw"

OTHER_NAMES: Final = {
    "published_at": ("published", "date", "pubDate"),
    "outlet": ("source", "domain"),
    "text": ("body", "content"),
    "language": ("lang",),
    "html": ("description_html",),
}
_LONG: Final = frozenset({"text", "html"})
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_HOST: Final = re.compile(r"[^\s/?#@:]+(?:\.[^\s/?#@:]+)+\.?")

_HINTS: Final = {
    "not-json": "mend or remove it",
    "not-an-object": "write one article as one object",
    "not-utf8": "say --encoding, or mend it",
    "schema": "mend the field",
    "nesting": "flatten it",
    "lone-surrogate": "mend the escape",
    "number": "write it as a text",
}


@dataclass(frozen=True, slots=True)
class Terms:
    """What the caller says about all articles of an ingest, and the limit of the settings."""

    outlet: str | None = None
    published_at: str | None = None
    backfill: bool = False
    max_record_bytes: int = 4_194_304


def admit(found: Mapping[str, Any], context: str, terms: Terms, now_ms: int, partitions: int) -> NewRecord:
    """Make the log's record of an article. Raises RefusedInput."""
    record = with_canonical_names(found)
    outlet = terms.outlet or _outlet(record, context)
    record["outlet"] = outlet
    if terms.published_at and not record.get("published_at"):
        record["published_at"] = terms.published_at
    if terms.backfill:
        record["backfill"] = True
    record["arrived_at"] = stamp(now_ms)
    try:
        value = encode(record)
        if len(value) > terms.max_record_bytes:
            raise too_large(len(value), terms.max_record_bytes)
        validate(KIND, record)
    except InvalidRecord as error:
        raise refusal_of(error) from None
    if not any(_has_words(record.get(name)) for name in ("text", "html", "title")):
        raise RefusedInput("empty", "text, html and title are empty; leave it out, or look at what the outlet sends")
    key = topic_of(KIND).key_of(record)
    return NewRecord(partition_for(key, partitions), key, value, now_ms)


def with_canonical_names(found: Mapping[str, Any]) -> dict[str, Any]:
    """Understand common other names. The other name stays beside its copy, except for text and HTML, which are moved:
    an article is carried once.

    >>> with_canonical_names({"source": "a.example", "body": "Yes."})
    {'source': 'a.example', 'outlet': 'a.example', 'text': 'Yes.'}
    """
    record = dict(found)
    for name, others in OTHER_NAMES.items():
        if record.get(name):
            continue
        for other in others:
            value = record.get(other)
            if isinstance(value, str) and value:
                record[name] = value
                if name in _LONG:
                    del record[other]
                break
    number = record.get("id")
    if isinstance(number, int) and not isinstance(number, bool):
        record["id"] = str(number)  # databases count; the contract says text
    return record


def _outlet(record: Mapping[str, Any], context: str) -> str:
    own = record.get("outlet")
    if own is not None and not isinstance(own, str):
        raise RefusedInput("schema", f"/outlet is {own!r:.60}; expected the outlet's host name; mend the field")
    if own and (name := normalise_outlet(own)):
        return name
    for url in (record.get("url"), context):
        if isinstance(url, str) and url and (name := outlet_of(url)):
            return name
    raise RefusedInput("no-outlet", "no outlet: neither a field 'outlet' nor a URL names one; give --outlet")


@lru_cache(maxsize=8192)
def normalise_outlet(name: str) -> str:
    """The outlet as it is keyed. Raises RefusedInput for control characters.

    >>> normalise_outlet("WWW.Gazette.Example"), normalise_outlet("bücher.example"), normalise_outlet("Le  Monde")
    ('gazette.example', 'xn--bcher-kva.example', 'le monde')
    """
    if "://" in name and (host := outlet_of(name)):
        return host
    name = " ".join(name.split()).lower()
    if _CONTROL.search(name):
        raise RefusedInput("schema", f"/outlet is {name!r:.60}; expected a name without control characters; mend it")
    if not _HOST.fullmatch(name):
        return name
    name = name.rstrip(".")
    if not name.isascii():
        try:
            name = idna.encode(name, uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            return name
    rest = name.removeprefix("www.")
    return rest if "." in rest else name


def outlet_option(text: str) -> str:
    """The value of --outlet. Raises UsageError."""
    try:
        name = normalise_outlet(text)
        name.encode()
    except (RefusedInput, UnicodeEncodeError):
        name = ""
    if not name or len(name) > 253:
        raise UsageError(f"--outlet {text!r:.60} is no outlet; expected a host name such as themoscowtimes.com")
    return name


def published_option(text: str) -> str:
    """The value of --published, in UTC; a time without a zone is UTC, a date is its midnight. Raises UsageError.

    >>> published_option("2023-02-16"), published_option("2023-02-16T14:00+02:00")
    ('2023-02-16T00:00:00Z', '2023-02-16T12:00:00Z')
    """
    try:
        at = datetime.fromisoformat(text.strip())
        at = at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
        if at.year < 1000:  # the wire has four digits
            raise ValueError
        return format_utc(at)
    except (ValueError, OverflowError):
        raise UsageError(
            f"--published {text!r:.60} is no time; expected ISO 8601 such as 2023-02-16T12:00:00Z"
        ) from None


@lru_cache(maxsize=8)
def stamp(now_ms: int) -> str:
    """The time of arrival on the wire, exactly the milliseconds that the log has."""
    return format_utc_ms(datetime.fromtimestamp(now_ms // 1000, UTC).replace(microsecond=now_ms % 1000 * 1000))


def too_large(size: int | str, limit: int) -> RefusedInput:
    """The refusal of an article over the limit; ``size`` is in bytes, or in words where it was not counted."""
    shown = size if isinstance(size, str) else f"{size:,} bytes"
    return RefusedInput(
        "too-large", f"{shown}; at most {limit:,} are taken; shorten it or raise NEWSVANE_MAX_RECORD_BYTES"
    )


def refusal_of(error: InvalidRecord) -> RefusedInput:
    """A breach of the contract as a refusal that says what to do."""
    message = str(error).removeprefix(f"{KIND}: ").removeprefix("the value is ")
    hint = _HINTS.get(error.reason)
    return RefusedInput(error.reason, f"{message}; {hint}" if hint else message)


def _has_words(value: object) -> bool:
    return isinstance(value, str) and bool(value) and not value.isspace()

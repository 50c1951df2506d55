"""What may be asked of a list: filters, a limit, a cursor; and what comes back: a page.

Lists have a total order, newest first, and a cursor is the place of the last item in it (keyset pagination): rows that
come or go meanwhile move nothing. A cursor is opaque to callers and checked; it fits any filters of the same list.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import orjson

from streams.errors import WrongCursor, WrongFilter
from streams.model.times import format_utc

MAX_LIMIT: Final = 500
DEFAULT_LIMIT: Final = 50
MAX_VALUES: Final = 50
MAX_WORDS: Final = 20
_MAX_CURSOR: Final = 400
_MAX_VALUE: Final = 300
_MAX_Q: Final = 500
_TERM: Final = re.compile(r'(-?)(?:"([^"]*)"?|([^\s"]+))')
_WORD: Final = re.compile(r"\w")

Row = dict[str, Any]
Key = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Filters:
    """All must hold; an empty tuple or None means any, several values mean one of them.

    ``since`` (inclusive) and ``until`` (exclusive) are RFC 3339 times or dates, of publication (statements: of
    utterance, dead letters, deliveries and feedback: of arrival or change). ``q`` is what people type: words that must
    all be there, "phrases", a trailing * for any ending, a leading - for what must not be there.
    Which list knows which filter: see ``queries.py``; a list ignores what its records don't have.
    """

    watch: tuple[str, ...] = ()
    label: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    severity: tuple[str, ...] = ()
    holder: tuple[str, ...] = ()
    outlet: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    lane: tuple[str, ...] = ()
    story: tuple[str, ...] = ()
    subscription: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None
    q: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """``next_cursor`` is None on the last page."""

    items: list[Row]
    next_cursor: str | None


NO_FILTERS: Final = Filters()


@dataclass(frozen=True, slots=True)
class Term:
    """One part of what people search for: a word or a phrase."""

    text: str
    is_prefix: bool = False
    is_unwanted: bool = False


def check_filters(filters: Filters) -> Filters:
    """The filters with times as the wire has them. Raises WrongFilter for the first that can't be meant."""
    for name in Filters.__dataclass_fields__:
        value = getattr(filters, name)
        values = value if isinstance(value, tuple) else () if value is None else (value,)
        if len(values) > MAX_VALUES:
            raise WrongFilter(name, f"({len(values)} values)", f"at most {MAX_VALUES} values")
        for each in values:
            longest = _MAX_Q if name == "q" else _MAX_VALUE
            if not isinstance(each, str) or len(each) > longest or not _is_text(each):
                raise WrongFilter(name, each, f"a text of at most {longest} characters, without control characters")
    since, until = _time("since", filters.since), _time("until", filters.until)
    if since is not None and until is not None and since > until:
        raise WrongFilter("until", filters.until, f"a time after since ({since})")
    given = {name: getattr(filters, name) for name in Filters.__dataclass_fields__}
    return Filters(**{**given, "since": since, "until": until})


def check_limit(limit: int) -> int:
    if not 1 <= limit <= MAX_LIMIT:
        raise WrongFilter("limit", limit, f"a whole number of 1-{MAX_LIMIT}")
    return limit


def write_cursor(list_: str, key: Sequence[str | int]) -> str:
    """
    >>> read_cursor("alerts", (str, str), write_cursor("alerts", ("2023-02-16T12:00:00Z", "ab")))
    ('2023-02-16T12:00:00Z', 'ab')
    """
    return base64.urlsafe_b64encode(orjson.dumps([list_, *key])).rstrip(b"=").decode()


def read_cursor(list_: str, types: Sequence[type], cursor: str | None) -> Key | None:
    """The place that a cursor of this list holds. Raises WrongCursor for anything that this list never gave."""
    if cursor is None:
        return None
    try:
        if len(cursor) > _MAX_CURSOR:
            raise ValueError
        raw = cursor.encode("ascii")
        found = orjson.loads(base64.b64decode(raw + b"=" * (-len(raw) % 4), altchars=b"-_", validate=True))
        name, *key = found
        if name != list_ or [type(part) for part in key] != list(types):
            raise ValueError
        if any(_is_beyond(part) for part in key):
            raise ValueError
    except (ValueError, TypeError, binascii.Error):
        raise WrongCursor(
            f"cursor {cursor[:40]!r} is not one of {list_}; expected the next_cursor of an earlier answer of this "
            "list; leave it out to begin at the newest"
        ) from None
    return tuple(key)


def read_terms(q: str) -> tuple[Term, ...]:
    """What a person searches for. Never fails: a sign that means nothing is passed over.

    >>> read_terms('belarus "will join" troop* -sport')[1:]
    (Term(text='will join', is_prefix=False, is_unwanted=False), Term(text='troop', is_prefix=True, is_unwanted=False),\
 Term(text='sport', is_prefix=False, is_unwanted=True))
    """
    terms = []
    for unwanted, phrase, word in _TERM.findall(q):
        is_prefix = bool(word) and word.endswith("*")
        text = (phrase or word.rstrip("*")).strip()
        if _WORD.search(text):
            terms.append(Term(text, is_prefix, bool(unwanted)))
    return tuple(terms[:MAX_WORDS])


def _time(field: str, text: str | None) -> str | None:
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text.strip())
        at = at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
        if at.year < 1000:
            raise ValueError
        return format_utc(at)
    except (ValueError, OverflowError):
        raise WrongFilter(field, text, "a time such as 2023-02-16T12:00:00Z, or a date such as 2023-02-16") from None


def _is_text(text: str) -> bool:
    return not any(ord(char) < 32 or char == "\x7f" or "\ud800" <= char <= "\udfff" for char in text)


def _is_beyond(part: str | int) -> bool:
    if isinstance(part, int):
        return not -(1 << 63) <= part < 1 << 63
    return not _is_text(part)

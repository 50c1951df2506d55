"""When was an article published, and may that be believed?

A claimed time is read in the shapes that news has, in this order: digits alone (``20230216``, seconds or milliseconds
since 1970), ISO 8601 and RFC 3339, RFC 822, then dates in words and with dots or slashes in six languages. A time
without a zone is taken as UTC, a date without a time as midnight UTC; ``assumed`` says so. Believed is what lies
within 60 years before and one day after the arrival: 1602, 2602 and 9999 are not, 1987 is.

Limits: ``03/04/2023`` may be March or April, so it is nothing. Named zones are those of RFC 822 and a few of Europe.
Nothing here raises an exception, whatever came in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Literal

from streams.model.times import BELIEVED_FUTURE, BELIEVED_PAST, format_utc

MAX_CHARS = 100

Assumed = Literal["zone", "time"]


@dataclass(frozen=True, slots=True)
class ClaimedTime:
    """A time in UTC; ``assumed`` names what the claim did not say: its zone, or its time and zone."""

    at: datetime
    assumed: Assumed | None


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_TOKEN = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?|(\d+)|([^\W\d_]+)|([+\-−](?=\d{2}:?\d{2}\b))")
_NUMERIC = re.compile(r"(\d{1,4})([./\-])(\d{1,2})\2(\d{1,4})\b")
_OFFSET = re.compile(r"(?:\s|(?<=\d)|GMT|UTC)([+\-−])(\d{2}):?(\d{2})\s*\Z")
_MONTHS = (
    ("jan", "sty", "janv", "янв", "січ", "jän"),
    ("feb", "lut", "fév", "фев", "лют"),
    ("mar", "märz", "мар", "берез", "mär"),
    ("apr", "kwi", "avr", "апр", "квіт"),
    ("may", "maj", "mai", "мая", "май", "трав"),
    ("jun", "cze", "juin", "июн", "черв"),
    ("jul", "lip", "juil", "июл", "лип"),
    ("aug", "sie", "août", "aoû", "авг", "серп"),
    ("sep", "wrz", "сен", "верес"),
    ("oct", "okt", "paź", "окт", "жовт"),
    ("nov", "lis", "ноя", "листоп"),
    ("dec", "dez", "gru", "déc", "дек", "груд"),
)
_MONTH_OF = {name: number for number, names in enumerate(_MONTHS, 1) for name in names}
_ZONES = {
    "z": 0, "utc": 0, "gmt": 0, "ut": 0, "est": -300, "edt": -240, "cst": -360, "cdt": -300, "mst": -420, "mdt": -360,
    "pst": -480, "pdt": -420, "cet": 60, "cest": 120, "eet": 120, "eest": 180, "msk": 180, "bst": 60,
}  # fmt: skip


def parse_claimed(claim: object) -> ClaimedTime | None:
    """Read a claimed time; None for what cannot be read.

    >>> parse_claimed("16 Feb 2023")
    ClaimedTime(at=datetime.datetime(2023, 2, 16, 0, 0, tzinfo=datetime.timezone.utc), assumed='time')
    >>> parse_claimed("0000-00-00") is None
    True
    """
    if isinstance(claim, bool) or not isinstance(claim, str | int | float):
        return None
    text = str(claim).strip()
    if not text or len(text) > MAX_CHARS:
        return None
    try:
        return _parse(text)
    except (ValueError, OverflowError, ArithmeticError):
        return None


def is_believed(at: datetime, arrived_at: datetime) -> bool:
    return arrived_at - BELIEVED_PAST <= at <= arrived_at + BELIEVED_FUTURE


def believe(claims: tuple[object, ...], arrived_at: datetime) -> tuple[str, ClaimedTime | None]:
    """Return ``published_at`` as it goes on the wire, and the first claim that may be believed, if one may."""
    for claim in claims:
        claimed = parse_claimed(claim)
        if claimed is not None and is_believed(claimed.at, arrived_at):
            return format_utc(claimed.at), claimed
    return format_utc(arrived_at), None


def _parse(text: str) -> ClaimedTime | None:
    if text.isascii() and text.replace(".", "", 1).isdigit() and text[0] != "." and text.find(".") not in (1, 2):
        return _from_digits(text)
    if _ISO_DATE.match(text):
        try:
            return _zoned(datetime.fromisoformat(text), date_only=len(text) == 10)
        except ValueError:
            pass
    return _from_words(text)


def _from_digits(text: str) -> ClaimedTime | None:
    whole = text.partition(".")[0]
    if len(text) == 8 and text == whole:
        return ClaimedTime(datetime(int(text[:4]), int(text[4:6]), int(text[6:]), tzinfo=UTC), "time")
    if len(text) == 14 and text == whole:
        return ClaimedTime(datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC), "zone")
    per_second = {9: 1, 10: 1, 12: 1000, 13: 1000, 15: 10**6, 16: 10**6}.get(len(whole))
    if per_second is None:
        return None
    return ClaimedTime(_EPOCH + timedelta(seconds=int(whole) // per_second), None)


def _zoned(at: datetime, date_only: bool) -> ClaimedTime:
    if at.tzinfo is not None:
        return ClaimedTime(at.astimezone(UTC), None)
    return ClaimedTime(at.replace(tzinfo=UTC), "time" if date_only else "zone")


def _from_words(text: str) -> ClaimedTime | None:
    """RFC 822 and what people write: one date, perhaps a time, perhaps a zone, in any order."""
    offset: timedelta | None = None
    stated = _OFFSET.search(text)
    if stated is not None and ":" in text:
        minutes = int(stated[2]) * 60 + int(stated[3])
        offset = timedelta(minutes=minutes if stated[1] == "+" else -minutes)
        text = text[: stated.start(1)]
    date: tuple[int, int, int] | None = None
    numeric = _NUMERIC.search(text)
    if numeric is not None:
        date = _numeric_date(int(numeric[1]), numeric[2], int(numeric[3]), int(numeric[4]), len(numeric[4]))
        if date is None:
            return None
        text = text[: numeric.start()] + " " + text[numeric.end() :]
    clock: tuple[int, int, int] | None = None
    month: int | None = None
    numbers: list[str] = []
    half = 0
    for match in _TOKEN.finditer(text):
        if match[1] is not None:
            if clock is None:
                clock = int(match[1]), int(match[2]), int(match[3] or 0)
        elif match[4] is not None:
            numbers.append(match[4])
        elif match[5] is not None:
            word = match[5].lower()
            if word in ("am", "pm"):
                half = 1 if word == "am" else 2
            elif offset is None and word in _ZONES and clock is not None:
                offset = timedelta(minutes=_ZONES[word])
            elif month is None and numeric is None:
                month = _month(word)
    if date is None:
        if month is None or len(numbers) < 2:
            return None
        day, year = (numbers[1], numbers[0]) if len(numbers[0]) == 4 else (numbers[0], numbers[1])
        date = _full_year(int(year), len(year)), month, int(day)
    if clock is None:
        return ClaimedTime(datetime(*date, tzinfo=UTC), "time")
    hour = clock[0] % 12 + (12 if half == 2 else 0) if half and clock[0] <= 12 else clock[0]
    zone = timezone(offset) if offset is not None else None
    return _zoned(datetime(*date, hour, clock[1], min(clock[2], 59), tzinfo=zone), date_only=False)


def _numeric_date(first: int, sign: str, second: int, third: int, digits: int) -> tuple[int, int, int] | None:
    if first > 31:
        return first, second, third
    year = _full_year(third, digits)
    if sign == "/" and first <= 12 and second <= 12 and first != second:
        return None  # day and month could be either
    return (year, first, second) if second > 12 and sign != "." else (year, second, first)


def _full_year(year: int, digits: int) -> int:
    if digits == 4:
        return year
    if digits == 2:  # RFC 2822, 4.3
        return year + (2000 if year < 50 else 1900)
    raise ValueError(f"year of {digits} digits")


def _month(word: str) -> int | None:
    for length in (6, 5, 4, 3):
        if len(word) >= length and word[:length] in _MONTH_OF:
            return _MONTH_OF[word[:length]]
    return None

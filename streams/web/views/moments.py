"""How do times read on a page, and where do the marks of a time axis stand? All times are UTC, and pages say so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from streams.model.times import parse_utc

_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_HOURS: Final = (1, 2, 3, 6, 12)
_DAYS: Final = (1, 2, 5, 7, 14)
_MONTH_STEPS: Final = (1, 2, 3, 6, 12, 24, 60, 120)


def read_moment(text: str) -> datetime:
    """A time of a record, or a day as its beginning.

    >>> read_moment("2023-02-16").hour
    0
    """
    return parse_utc(text if "T" in text else f"{text}T00:00:00Z")


def show_day(text: str) -> str:
    """
    >>> show_day("2023-02-16T12:00:00Z"), show_day("no day")
    ('16 Feb 2023', 'no day')
    """
    try:
        at = read_moment(text)
    except ValueError:
        return text
    return f"{at.day} {_MONTHS[at.month - 1]} {at.year}"


def show_moment(text: str) -> str:
    """
    >>> show_moment("2023-02-16T12:05:09Z"), show_moment("2023-02-16")
    ('16 Feb 2023, 12:05', '16 Feb 2023')
    """
    if "T" not in text:
        return show_day(text)
    try:
        at = read_moment(text)
    except ValueError:
        return text
    return f"{show_day(text)}, {at.hour:02}:{at.minute:02}"


def show_since(seconds: float) -> str:
    """How long something lasts or lasted, in its two greatest units at most.

    >>> show_since(90), show_since(26 * 3600), show_since(0)
    ('1 min', '1 d 2 h', 'less than a minute')
    """
    minutes = int(seconds // 60)
    if minutes < 1:
        return "less than a minute"
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    days, hours = divmod(hours, 24)
    return f"{days} d {hours} h" if hours and days < 10 else f"{days} d"


def place_ticks(begin: datetime, end: datetime, most: int = 8) -> list[tuple[datetime, str]]:
    """The marks of a time axis with their words, at round times, at most ``most``.

    >>> [words for _, words in place_ticks(datetime(2023, 2, 14, tzinfo=UTC), datetime(2023, 2, 17, tzinfo=UTC))]
    ['14 Feb', '12:00', '15 Feb', '12:00', '16 Feb', '12:00', '17 Feb']
    """
    length = end - begin
    if length <= timedelta(0):
        return [(begin, _day_words(begin))]
    for hours in _HOURS:
        if length / timedelta(hours=hours) <= most:
            return _even(begin, end, timedelta(hours=hours))
    for days in _DAYS:
        if length / timedelta(days=days) <= most:
            return _even(begin, end, timedelta(days=days))
    for months in _MONTH_STEPS:
        found = _monthly(begin, end, months)
        if len(found) <= most:
            return found
    return [(begin, str(begin.year)), (end, str(end.year))]


def _even(begin: datetime, end: datetime, step: timedelta) -> list[tuple[datetime, str]]:
    day = begin.replace(hour=0, minute=0, second=0, microsecond=0)
    at = day + ((begin - day) // step) * step if step < timedelta(days=1) else day
    found = []
    while at <= end:
        if at >= begin:
            words = _day_words(at) if at.hour == 0 and at.minute == 0 else f"{at.hour:02}:{at.minute:02}"
            found.append((at, words))
        at += step
    return found


def _monthly(begin: datetime, end: datetime, months: int) -> list[tuple[datetime, str]]:
    number = begin.year * 12 + begin.month - 1
    number += -number % months
    found = []
    while number // 12 < 9999:
        at = datetime(number // 12, number % 12 + 1, 1, tzinfo=UTC)
        if at > end:
            break
        if at >= begin:
            found.append((at, str(at.year) if months >= 12 else f"{_MONTHS[at.month - 1]} {at.year}"))
        number += months
    return found


def _day_words(at: datetime) -> str:
    return f"{at.day} {_MONTHS[at.month - 1]}"

"""Times are aware UTC. On the wire: ``YYYY-MM-DDTHH:MM:SSZ`` (``arrived_at`` with milliseconds), RFC 3339."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final

_DURATION: Final = re.compile(r"([0-9]{1,7})([smhdw])")
_SECONDS: Final = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
BELIEVED_PAST = timedelta(days=365 * 60)
BELIEVED_FUTURE = timedelta(days=1)


def parse_utc(text: str) -> datetime:
    """Read a time that this project wrote. Raises ValueError for anything else, also for a time without a zone."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone")
    return at.astimezone(UTC)


def format_utc(at: datetime) -> str:
    """Whole seconds, UTC.

    >>> format_utc(datetime(2023, 2, 16, 12, tzinfo=UTC))
    '2023-02-16T12:00:00Z'
    """
    return at.astimezone(UTC).isoformat()[:19] + "Z" if at.year >= 1000 else at.isoformat()  # strftime takes 3 us


def format_utc_ms(at: datetime) -> str:
    """Milliseconds, UTC.

    >>> format_utc_ms(datetime(2023, 2, 16, 12, tzinfo=UTC))
    '2023-02-16T12:00:00.000Z'
    """
    at = at.astimezone(UTC)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"


def epoch_ms(at: datetime) -> int:
    """Milliseconds since 1970, as Kafka counts them."""
    return int(at.timestamp() * 1000)


def parse_duration(text: str) -> int:
    """Seconds of such as 30s, 5m, 4h, 2d, 1w. Raises ValueError for anything else.

    >>> parse_duration("4h")
    14400
    """
    found = _DURATION.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{text!r:.60} is no duration; expected a number with s, m, h, d or w, such as 30s, 5m, 4h")
    return int(found[1]) * _SECONDS[found[2]]


def format_duration(seconds: int) -> str:
    """The largest unit that divides it, as ``parse_duration`` reads it; weeks are told in days.

    >>> format_duration(14400), format_duration(90), format_duration(0)
    ('4h', '90s', '0s')
    """
    unit = next((unit for unit in "dhm" if seconds and seconds % _SECONDS[unit] == 0), "s")
    return f"{seconds // _SECONDS[unit]}{unit}"

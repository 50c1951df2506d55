"""Times and durations as people type them after an option."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from streams.errors import UsageError
from streams.model.times import epoch_ms, parse_duration


def read_duration(text: str, option: str) -> timedelta:
    """
    >>> read_duration("45d", "--warm-up")
    datetime.timedelta(days=45)
    """
    try:
        return timedelta(seconds=parse_duration(text))
    except ValueError as error:
        raise UsageError(f"{option} {error}") from None


def read_when(text: str, option: str, now: datetime) -> int:
    """Milliseconds since 1970 of a time, or of so long before ``now``; never before 1970. A time without a zone is UTC.

    >>> read_when("2m", "--from", datetime(1970, 1, 1, 0, 5, tzinfo=UTC))
    180000
    >>> read_when("1970-01-02", "--from", datetime(2026, 1, 1, tzinfo=UTC))
    86400000
    """
    try:
        return max(epoch_ms(now) - parse_duration(text) * 1000, 0)
    except ValueError:
        pass
    try:
        at = datetime.fromisoformat(text.strip())
        return max(epoch_ms(at if at.tzinfo else at.replace(tzinfo=UTC)), 0)
    except (ValueError, OverflowError):
        raise UsageError(
            f"{option} {text!r:.60} is no time; expected ISO 8601 such as 2026-03-01T12:00Z, or how long ago, "
            "such as 12h, 30d"
        ) from None

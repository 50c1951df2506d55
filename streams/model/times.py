"""Times are aware UTC. On the wire: ``YYYY-MM-DDTHH:MM:SSZ`` (``arrived_at`` with milliseconds), RFC 3339."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

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

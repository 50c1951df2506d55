"""Which period does a dashboard show? The words of its address: ``period`` is 24h, 7d, 30d or all; ``since`` and
``until`` say it exactly and come first. Without any of them the shortest period that has an alert is taken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from streams.model.times import format_utc

LENGTHS: Final = {"24h": timedelta(hours=24), "7d": timedelta(days=7), "30d": timedelta(days=30)}
CHOICES: Final = (*LENGTHS, "all")
WORDS: Final = {"24h": "24 hours", "7d": "7 days", "30d": "30 days", "all": "All"}


@dataclass(frozen=True, slots=True)
class Period:
    """``name`` is one of CHOICES or ``custom``; ``since`` and ``until`` are times of the wire, None where open."""

    name: str
    since: str | None
    until: str | None


def read_period(name: str | None, since: str | None, until: str | None, now: datetime) -> Period | None:
    """The period that an address asks for; None where it asks for none.

    >>> read_period("24h", None, None, datetime.fromisoformat("2023-02-16T12:00:00+00:00"))
    Period(name='24h', since='2023-02-15T12:00:00Z', until=None)
    """
    if since or until:
        return Period("custom", since, until)
    if name in LENGTHS:
        return Period(str(name), format_utc(now - LENGTHS[str(name)]), None)
    return Period("all", None, None) if name == "all" else None


def choose_period(now: datetime, has_alert_since: Callable[[str], bool]) -> str:
    """The shortest period of a week or more with an alert, else all."""
    for name in ("7d", "30d"):
        if has_alert_since(format_utc(now - LENGTHS[name])):
            return name
    return "all"

"""When does a digest or a heartbeat go? At fixed boundaries, so that a restart finds the same ones.

An interval counts from midnight: of UTC, or of the subscription's ``time_zone`` where its timing names one. An
interval of whole days counts days from 1970-01-01; ``digest_at`` (``HH:MM``) moves midnight there. A day in which the
clock is set has boundaries by that clock: the hour that is skipped or repeated shortens or lengthens one window.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_DAY_S = 86_400
_EPOCH_DAY = date(1970, 1, 1).toordinal()


def boundary_after(at_ms: int, interval_s: int, timing: Mapping[str, Any] | None = None) -> int:
    """The first boundary later than a time, in milliseconds since 1970.

    >>> boundary_after(3_600_000, 3600)
    7200000
    >>> boundary_after(0, 86400, {"time_zone": "Europe/Berlin", "digest_at": "07:00"})
    21600000
    """
    timing = timing or {}
    zone, offset = zone_of(timing.get("time_zone")), _offset_of(timing.get("digest_at"))
    local = datetime.fromtimestamp(at_ms / 1000, zone).replace(tzinfo=None) - offset
    days = max(interval_s // _DAY_S, 1)
    midnight = datetime.combine(local.date(), datetime.min.time())
    # the block of days that holds this time
    midnight -= timedelta(days=(midnight.toordinal() - _EPOCH_DAY) % days)
    steps = int((local - midnight).total_seconds()) // interval_s + 1 if interval_s < _DAY_S else 1
    while True:
        wall = midnight + timedelta(seconds=steps * interval_s if interval_s < _DAY_S else days * _DAY_S * steps)
        if interval_s < _DAY_S:
            wall = min(wall, midnight + timedelta(days=1))  # the last window of a day ends with it
        found = int((wall + offset).replace(tzinfo=zone).timestamp() * 1000)
        if found > at_ms:
            return found
        steps += 1  # the clock was set back
        if interval_s < _DAY_S and wall == midnight + timedelta(days=1):
            midnight, steps = wall, 1


def zone_of(name: str | None) -> ZoneInfo | Any:
    """The time zone of that name; UTC for none, and for one that this machine does not know."""
    if not name:
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def _offset_of(text: str | None) -> timedelta:
    if not text:
        return timedelta(0)
    hours, _, minutes = text.partition(":")
    return timedelta(hours=int(hours), minutes=int(minutes))

"""The alerts of late, for the preview of a silence: what it would have hidden."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from streams.store import queries
from streams.store.paging import Filters
from streams.web.context import Web

_MOST: Final = 2_000


def recent_alerts(web: Web, watches: tuple[str, ...], since: str = "") -> list[Mapping[str, Any]]:
    """The alerts that arrived since, the last changed first: old news that came lately would have been told lately."""
    found: list[Mapping[str, Any]] = []
    cursor = None
    while len(found) < _MOST:
        page = queries.alerts(web.store, Filters(watch=watches[:50]), order="changed", limit=500, cursor=cursor)
        found += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
    return [alert for alert in found if alert["first_arrived_at"] >= since]

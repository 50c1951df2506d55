"""Does a subscription take this alert? Its watches and its filters; all must hold, an empty list means any."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from streams.model.records import Alert


def takes_watch(subscription: Mapping[str, Any], watch_id: str) -> bool:
    return not subscription["watches"] or watch_id in subscription["watches"]


def passes_filters(filters: Mapping[str, Any], alert: Alert) -> bool:
    """Whether kind, severity, label, language, outlet and reach are wanted. ``backfill`` is not asked here: history
    that a subscription does not want has a recorded fate of its own."""
    tests = (
        (filters["kinds"], alert["kind"]),
        (filters["severities"], alert["severity"]),
        (filters["labels"], alert["label"]),
        (filters["languages"], alert.get("language") or "und"),
    )
    if not all(not wanted or value in wanted for wanted, value in tests):
        return False
    outlets = filters.get("outlets") or ()
    if outlets and not any(carrier["outlet"] in outlets for carrier in (alert["article"], *alert["carriers"])):
        return False
    return bool(alert["reach"]["outlets"] >= filters["min_outlets"])

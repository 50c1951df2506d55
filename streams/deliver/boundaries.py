"""What goes at a boundary of time, whatever happened: digests, closing summaries of silences, heartbeats.

Each has an id made of what it closes, so that it goes once. A digest and a summary are sent although what they hold
was acknowledged since; an empty one does not exist. A heartbeat goes even where nothing happened: that is its point. If
deliver was down over several boundaries, one heartbeat goes, for the latest.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from streams.deliver.fates import (
    DIGEST,
    HEARTBEAT,
    SUMMARY,
    Decision,
    Told,
    build_record,
    read_time,
    window_id_of,
    wire_time,
)  # fmt: skip
from streams.deliver.heartbeat import judge
from streams.deliver.people import People
from streams.deliver.state import Draft, Key
from streams.deliver.windows import boundary_after

Subscription = Mapping[str, Any]
Facts = Mapping[int, Mapping[str, Any]]
"""The facts of the line (``heartbeat.py``) by the seconds that they look back."""


def plan_boundaries(draft: Draft, people: People, now_ms: int, decisions: list[Decision], facts: Facts) -> None:
    """Decide what has come to its boundary."""
    for key in draft.table("digest"):
        if read_time(key[2]) <= now_ms:
            _close(draft, people, now_ms, decisions, key, DIGEST)
    for key in draft.table("hidden"):
        if people.has_ended(key[2], now_ms):
            _close(draft, people, now_ms, decisions, key, SUMMARY)
    for subscription in people.subscriptions() if facts else ():
        boundary = heartbeat_due(draft, people, subscription, now_ms)
        known = facts.get(subscription["timing"]["heartbeat_interval_s"])
        if boundary is not None and known is not None:
            _beat(draft, subscription, boundary, now_ms, decisions, known)


def heartbeat_due(draft: Draft, people: People, subscription: Subscription, now_ms: int) -> int | None:
    """The boundary whose heartbeat is to be sent now, in milliseconds; None for none."""
    interval_s = subscription["timing"]["heartbeat_interval_s"]
    if interval_s is None or subscription["status"] != "active":
        return None
    known = draft.get(("subscription", subscription["subscription_id"]))
    since = known["since"] if known is not None else people.created_ms(subscription["subscription_id"])
    last = max(since, (known["beaten"] or 0) if known is not None else 0)
    boundary = boundary_after(last, interval_s, subscription["timing"])
    if boundary > now_ms:
        return None
    # the last one that is not in the future; a window lasts two intervals at most, where a clock was set back
    recent = max(boundary, boundary_after(now_ms - 2 * interval_s * 1000, interval_s, subscription["timing"]))
    while recent <= now_ms:
        boundary, recent = recent, boundary_after(recent, interval_s, subscription["timing"])
    return boundary


def _close(draft: Draft, people: People, now_ms: int, decisions: list[Decision], key: Key, event_type: str) -> None:
    _, subscription_id, what = key
    subscription = people.subscription(subscription_id)
    bucket = draft.get(key)
    draft.drop(key)
    if subscription is None or bucket is None:
        return
    told = [Told(alert_id, each["revision"], each["material"]) for alert_id, each in sorted(bucket["alerts"].items())]
    data: dict[str, Any]
    count = f"{len(told)} alert" if len(told) == 1 else f"{len(told)} alerts"
    if event_type == DIGEST:
        why, silence_id, data = f"digest of {what}: {count} collected", None, {"window_ends_at": what}
    else:
        silence = people.silence(what)
        whose = f"of {silence['actor']} ({silence['reason']}) " if silence is not None else ""
        why, silence_id = f"the silence {whose}has ended: {count} hidden", what
        data = {"silence": dict(silence) if silence is not None else {"silence_id": what}}
    is_active = subscription["status"] == "active"
    watches = {view["watch_id"] for each in told if (view := draft.get(("alert", each.alert_id))) is not None}
    decisions.append(
        Decision(
            build_record(
                subscription,
                window_id_of(subscription_id, "digest" if event_type == DIGEST else "silence", what),
                event_type,
                told,
                "pending" if is_active else "disabled",
                why if is_active else f"{why}; the subscription is disabled",
                now_ms,
                next(iter(watches)) if len(watches) == 1 else None,
                silence_id=silence_id,
                window_ends_at=data.get("window_ends_at"),
            ),
            data,
        )
    )
    for each in told if is_active else ():
        thread = ("thread", subscription_id, each.alert_id)
        if draft.get(thread) is not None:
            draft.edit(thread).update(opened=True, sent_ms=now_ms)


def _beat(
    draft: Draft, subscription: Subscription, boundary: int, now_ms: int, decisions: list[Decision],
    facts: Mapping[str, Any],
) -> None:  # fmt: skip
    subscription_id = subscription["subscription_id"]
    key = ("subscription", subscription_id)
    draft.edit(key, {"since": boundary, "beaten": None})["beaten"] = boundary
    verdict, reasons = judge(facts)
    what = wire_time(boundary)
    record = build_record(
        subscription,
        window_id_of(subscription_id, "heartbeat", what),
        HEARTBEAT,
        [],
        "pending",
        f"heartbeat of {what}: {verdict}; " + "; ".join(reasons),
        now_ms,
        None,
        window_ends_at=what,
    )
    decisions.append(
        Decision(record, {"window_ends_at": what, "verdict": verdict, "reasons": reasons, "facts": dict(facts)})
    )

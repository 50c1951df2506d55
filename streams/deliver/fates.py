"""Delivery records: what was decided for which alerts, for which subscription, and why.

``delivery_id`` is derived from what is told, never drawn, so that a restart decides the same thing under the same id.
The id of one alert's notification is that of subscription, alert and revision. Where the same revision is told a second
time (it is back after something else was told, or is repeated because nobody acknowledged it) the one before is part of
the id. Several alerts in one notification: the ids of each; a digest, a heartbeat, a closing summary: what they close.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal

from streams.deliver.material import Material
from streams.model.ids import digest
from streams.model.times import epoch_ms, format_utc_ms, parse_utc

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

OPENED: Final = "newsvane.alert.opened"
UPDATED: Final = "newsvane.alert.updated"
REPEATED: Final = "newsvane.alert.repeated"
GROUP: Final = "newsvane.alert.group"
DIGEST: Final = "newsvane.digest"
SUMMARY: Final = "newsvane.silence.ended"
HEARTBEAT: Final = "newsvane.heartbeat"
COLLECTIONS: Final = (DIGEST, SUMMARY)
"""What lists alerts whose fate was recorded before."""

MAX_REASON_CHARACTERS: Final = 2_000
State = Literal[
    "pending", "silenced", "acknowledged", "grouped", "capped", "expired", "disabled", "delivered", "failed",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """One alert at one material state, as a delivery record lists it."""

    alert_id: str
    revision: str
    material: Material

    def as_entry(self) -> dict[str, Any]:
        return {"alert_id": self.alert_id, "revision": self.revision, "material": dict(self.material)}


@dataclass(frozen=True, slots=True)
class Decision:
    """A delivery record, new. ``pending`` is to be sent; everything else is final. ``data`` goes into the payload."""

    record: dict[str, Any]
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_sent(self) -> bool:
        return bool(self.record["state"] == "pending")


def delivery_id_of(subscription_id: str, alert_id: str, revision: str, after: str | None = None) -> str:
    """``after``: the delivery before, where the same revision is told again."""
    parts = ("delivery", subscription_id, alert_id, revision)
    return digest(*parts) if after is None else digest(*parts, "after", after)


def window_id_of(subscription_id: str, kind: str, what: str) -> str:
    """Of a digest or a heartbeat (its boundary), of a closing summary (its silence)."""
    return digest("delivery", subscription_id, kind, what)


def group_id_of(subscription_id: str, ids: Sequence[str]) -> str:
    """Of one notification for several alerts; that of the only one otherwise."""
    return ids[0] if len(ids) == 1 else digest("delivery", subscription_id, "group", *sorted(ids))


def build_record(
    subscription: Mapping[str, Any],
    delivery_id: str,
    event_type: str,
    told: Sequence[Told],
    state: State,
    reason: str,
    now_ms: int,
    watch_id: str | None,
    **more: Any,
) -> dict[str, Any]:
    """A delivery record as it is when it is decided; ``more`` are optional fields, left out where they are None."""
    at = wire_time(now_ms)
    is_one = len(told) == 1 and event_type not in COLLECTIONS
    return {
        "delivery_id": delivery_id,
        "subscription_id": subscription["subscription_id"],
        "subscription_version": subscription["version"],
        "event_type": event_type,
        "watch_id": watch_id,
        "alert_id": told[0].alert_id if is_one else None,
        "revision": told[0].revision if is_one else None,
        "alerts": [each.as_entry() for each in told],
        "state": state,
        "reason": reason[:MAX_REASON_CHARACTERS],
        "attempt": 0,
        "next_attempt_at": at if state == "pending" else None,
        "created_at": at,
        "changed_at": at,
        "response": None,
        **{name: value for name, value in more.items() if value is not None},
    }


def wire_time(at_ms: int) -> str:
    """Milliseconds since 1970 as a record has them.

    >>> wire_time(1676548837123)
    '2023-02-16T12:00:37.123Z'
    """
    return format_utc_ms(_EPOCH + timedelta(milliseconds=at_ms))


def read_time(text: str) -> int:
    """A record's time as milliseconds since 1970, exactly."""
    return epoch_ms(parse_utc(text))

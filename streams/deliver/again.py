"""How is a delivery sent once more? By a record of it that says ``pending`` and who asked; command line and web write
such records to the topic of deliveries, and the process that delivers takes them from there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from streams.deliver.fates import MAX_REASON_CHARACTERS, read_time, wire_time

MISSED: Final = ("failed", "refused", "disabled", "retrying")
"""States after which something did not arrive that should have."""
AGAIN: Final = ("delivered", "failed", "refused", "disabled")
"""What a replay sends again."""


def build_again(record: Mapping[str, Any], actor: str, now_ms: int) -> dict[str, Any]:
    """The record that asks for it: from the first attempt, under the same id."""
    at_ms = max(now_ms, read_time(record["changed_at"]) + 1)
    return {
        **record,
        "state": "pending",
        "reason": f"{record['reason']}; sent again, asked by {actor}"[:MAX_REASON_CHARACTERS],
        "attempt": 0,
        "next_attempt_at": wire_time(now_ms),
        "changed_at": wire_time(at_ms),
        "actor": actor,
    }

"""What a rejected record leaves behind: why, where it lies, and enough of it to recognise it, but not all of it."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from streams.errors import InvalidRecord
from streams.log.limits import MAX_TIMESTAMP_MS
from streams.log.protocol import StoredRecord
from streams.model.ids import digest
from streams.model.times import format_utc_ms

RULES = "1"
PREFIX_CHARACTERS = 500
MESSAGE_CHARACTERS = 500
KEY_BYTES = 1_024


def dead_letter(stored: StoredRecord, stage: str, error: InvalidRecord) -> dict[str, Any]:
    """The record for the dead-letter topic: a function of the rejected record and the error alone."""
    value = stored.value or b""
    # a foreign producer may claim any time, also one that no calendar has
    arrived_ms = min(max(stored.timestamp_ms, 0), MAX_TIMESTAMP_MS)
    return {
        "dead_letter_id": digest("dead-letter", stored.topic, str(stored.partition), str(stored.offset)),
        "topic": stored.topic,
        "partition": stored.partition,
        "offset": stored.offset,
        "arrived_at": format_utc_ms(datetime.fromtimestamp(arrived_ms / 1000, UTC)),
        "stage": stage,
        "reason": error.reason,
        "message": str(error)[:MESSAGE_CHARACTERS],
        "field": error.field,
        "size_bytes": len(value),
        "sha256": sha256(value).hexdigest(),
        # four bytes a character at most; bytes that are no UTF-8 show as \\xhh
        "prefix": value[: 4 * PREFIX_CHARACTERS].decode("utf-8", "backslashreplace")[:PREFIX_CHARACTERS],
        "rules": {"engine": RULES},
    }

"""From what a stage returns to what goes on the wire: topic, partition, key, value and the coordinate of the cause."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from schemas import Topic, encode
from streams.engine.position import CAUSE_HEADER, REISSUE_HEADER, Cause
from streams.errors import InvalidRecord
from streams.log.limits import MAX_RECORD_BYTES
from streams.log.partition import partition_for
from streams.log.protocol import Headers

# Room for key, headers and the framing of a batch.
MAX_OUTPUT_BYTES = MAX_RECORD_BYTES - (64 << 10)


class Outgoing(NamedTuple):
    """One record on its way out. ``timestamp_ms`` is its arrival in its own topic, which is what retention counts: with
    the time of the article's arrival, a backlog of old articles would be deleted between two stages."""

    topic: str
    partition: int
    key: bytes
    value: bytes
    timestamp_ms: int
    headers: Headers


class Outbox:
    """Collects what the records of one batch send, in order."""

    def __init__(self, partitions: Callable[[str], int], now_ms: int) -> None:
        self._partitions, self._now_ms = partitions, now_ms
        self.records: list[Outgoing] = []

    def add(self, topic: Topic, record: Mapping[str, Any], cause: Cause, *, is_reissue: bool = False) -> None:
        """Encode and address one record. Raises InvalidRecord for what can't be encoded."""
        headers: Headers = ((CAUSE_HEADER, cause.encode()),)
        if is_reissue:
            headers += ((REISSUE_HEADER, b"1"),)
        value = encode(record)
        if len(value) > MAX_OUTPUT_BYTES:
            raise InvalidRecord(
                "too-large", f"its {topic.name} record has {len(value):,} bytes; at most {MAX_OUTPUT_BYTES:,} are sent"
            )
        partition = partition_for(topic.partition_key_of(record), self._partitions(topic.name))
        self.records.append(Outgoing(topic.name, partition, topic.key_of(record), value, self._now_ms, headers))

    def add_raw(self, topic: Topic, key: bytes, value: bytes, cause: Cause) -> None:
        """Address one record that is encoded already, under a key of its own (a dead letter keeps the original's)."""
        partition = partition_for(key, self._partitions(topic.name))
        self.records.append(
            Outgoing(topic.name, partition, key, value, self._now_ms, ((CAUSE_HEADER, cause.encode()),))
        )

"""Reading one place after another with one consumer: fetched ahead, given out within limits."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from kafka import KafkaConsumer, TopicPartition, errors

from streams.log.protocol import StoredRecord


class Reader:
    """One consumer and what it has fetched ahead for one place in one partition."""

    def __init__(self, consumer: KafkaConsumer) -> None:
        self._consumer = consumer
        self._at: TopicPartition | None = None
        self._ahead: list[StoredRecord] = []
        self.position = -1

    def place(self, topic: str, partition: int, offset: int) -> None:
        """Go there; costs nothing where the last read ended."""
        at = TopicPartition(topic, partition)
        if at != self._at:
            self._consumer.assign([at])
        if at != self._at or offset != self.position:
            self._consumer.seek(at, offset)
            self._at, self._ahead, self.position = at, [], offset

    def take(self, max_records: int, max_bytes: int, wait_ms: int) -> list[StoredRecord]:
        """Up to so much of what is here. The rest stays for the next call."""
        if not self._ahead:
            self.fill(max_records, wait_ms)
        count = size = 0
        for record in self._ahead[:max_records]:
            size += len(record.key or b"") + len(record.value or b"")
            if count and size > max_bytes:
                break
            count += 1
        taken, self._ahead = self._ahead[:count], self._ahead[count:]
        if taken:
            self.position = taken[-1].offset + 1
        return taken

    def fill(self, max_records: int, wait_ms: int) -> None:
        with suppress(errors.OffsetOutOfRangeError):  # the caller compares with start and end
            for found in self._consumer.poll(timeout_ms=wait_ms, max_records=max_records).values():
                self._ahead += [stored_record(record) for record in found]
        if not self._ahead and self._at is not None:
            # the consumer passes over deleted offsets without returning anything
            self.position = max(self.position, self._consumer.position(self._at))

    def close(self) -> None:
        self._consumer.close()


def stored_record(record: Any) -> StoredRecord:
    headers = tuple((name, value or b"") for name, value in record.headers)
    return StoredRecord(
        record.topic, record.partition, record.offset, record.timestamp, record.key, record.value, headers
    )

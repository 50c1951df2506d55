"""What is in a topic now, from its start or a time to its present end, without a group and without following it."""

from __future__ import annotations

from collections.abc import Iterator

from streams.log.protocol import Log, StoredRecord


def read_topic(
    log: Log, topic: str, since_ms: int | None = None, *, only_partition: int | None = None
) -> Iterator[StoredRecord]:
    """Yield the records of each partition in turn, up to the end as it is at the call."""
    for partition in range(log.partitions(topic)) if only_partition is None else (only_partition,):
        end = log.end_offset(topic, partition)
        offset = log.start_offset(topic, partition) if since_ms is None else log.offset_at(topic, partition, since_ms)
        while offset < end:
            batch = log.read(topic, partition, offset)
            if not batch:
                break
            for stored in batch:
                if stored.offset < end:
                    yield stored
            offset = batch[-1].offset + 1

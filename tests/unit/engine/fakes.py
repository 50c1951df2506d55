"""A changelog in memory and the producer that writes it: what the keeper on Kafka talks to."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, cast

from streams.log.protocol import Log, StoredRecord


@dataclass(slots=True)
class Metadata:
    offset: int


class Batch:
    """One record batch; ``capacity`` records fit."""

    def __init__(self, capacity: int) -> None:
        self.records: list[tuple[bytes | None, bytes | None, list[tuple[str, bytes]]]] = []
        self._capacity = capacity

    def append(
        self, *, key: bytes | None, value: bytes | None, timestamp: int | None, headers: list[tuple[str, bytes]]
    ) -> object | None:
        if len(self.records) >= self._capacity:
            return None
        self.records.append((key, value, headers))
        return self


@dataclass
class Cluster:
    """Topics of partitions. ``sent`` has the topics in the order of their batches; ``failing`` topics acknowledge
    nothing."""

    capacity: int = 1_000
    topics: dict[tuple[str, int], list[StoredRecord]] = field(default_factory=dict)
    sent: list[str] = field(default_factory=list)
    failing: dict[str, Exception] = field(default_factory=dict)

    def of(self, topic: str, partition: int = 0) -> list[StoredRecord]:
        return self.topics.setdefault((topic, partition), [])

    def add(
        self, topic: str, key: bytes | None, value: bytes | None, headers: Iterable[tuple[str, bytes]] = ()
    ) -> None:
        stored = self.of(topic)
        offset = stored[-1].offset + 1 if stored else 0
        stored.append(StoredRecord(topic, 0, offset, 0, key, value, tuple(headers)))

    def compact(self, topic: str) -> None:
        """Keep the last record of each key, as the cleaner does."""
        stored = self.of(topic)
        last = {record.key: record.offset for record in stored}
        stored[:] = [record for record in stored if last[record.key] == record.offset]

    # what a producer does

    def create_batch(self) -> Batch:
        return Batch(self.capacity)

    async def send_batch(self, batch: Batch, topic: str, *, partition: int) -> asyncio.Future[Metadata]:
        future: asyncio.Future[Metadata] = asyncio.get_running_loop().create_future()
        self.sent.append(topic)
        if (error := self.failing.get(topic)) is not None:
            future.set_exception(error)
            return future
        end = self.end_offset(topic, partition)
        for key, value, headers in batch.records:
            self.add(topic, key, value, headers)
        future.set_result(Metadata(end))
        return future

    # what a log does

    def end_offset(self, topic: str, partition: int) -> int:
        stored = self.of(topic, partition)
        return stored[-1].offset + 1 if stored else 0

    def read(self, topic: str, partition: int, offset: int, max_records: int = 1000) -> list[StoredRecord]:
        return [record for record in self.of(topic, partition) if record.offset >= offset][:max_records]

    def as_log(self) -> Log:
        return cast(Log, cast(Any, self))

"""Several lines on one Kafka: the same topics under a prefix of their own. A replay is such a line, and so is a test.

On SQLite a line is a file, and nothing of this is needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Literal

from streams.log.protocol import Log, NewRecord, StoredRecord, TopicSpec


class NamespacedLog:
    """Implements ``streams.log.protocol.Log`` over another log; topics and groups outside the prefix do not exist."""

    def __init__(self, log: Log, prefix: str) -> None:
        self._log, self._prefix = log, prefix

    def create_topics(self, specs: Iterable[TopicSpec]) -> list[str]:
        created = self._log.create_topics([replace(spec, name=self._prefix + spec.name) for spec in specs])
        return [name.removeprefix(self._prefix) for name in created]

    def describe_topics(self) -> dict[str, TopicSpec]:
        return {
            name.removeprefix(self._prefix): replace(spec, name=name.removeprefix(self._prefix))
            for name, spec in self._log.describe_topics().items()
            if name.startswith(self._prefix)
        }

    def partitions(self, topic: str) -> int:
        return self._log.partitions(self._prefix + topic)

    def append(self, topic: str, records: Sequence[NewRecord]) -> list[int]:
        return self._log.append(self._prefix + topic, records)

    def read(
        self, topic: str, partition: int, offset: int, max_records: int = 1000, max_bytes: int = 8 << 20
    ) -> list[StoredRecord]:
        return self._ours(self._log.read(self._prefix + topic, partition, offset, max_records, max_bytes))

    def start_offset(self, topic: str, partition: int) -> int:
        return self._log.start_offset(self._prefix + topic, partition)

    def end_offset(self, topic: str, partition: int) -> int:
        return self._log.end_offset(self._prefix + topic, partition)

    def offset_at(self, topic: str, partition: int, timestamp_ms: int) -> int:
        return self._log.offset_at(self._prefix + topic, partition, timestamp_ms)

    def committed(self, group: str, topic: str) -> dict[int, int]:
        return self._log.committed(self._prefix + group, self._prefix + topic)

    def commit(self, group: str, topic: str, offsets: Mapping[int, int]) -> None:
        self._log.commit(self._prefix + group, self._prefix + topic, offsets)

    def follow(
        self,
        topics: Iterable[str],
        start: Literal["start", "end"] | Mapping[tuple[str, int], int],
        poll_s: float = 0.25,
    ) -> Iterator[list[StoredRecord]]:
        begin = start
        if not isinstance(start, str):
            begin = {(self._prefix + topic, partition): offset for (topic, partition), offset in start.items()}
        for batch in self._log.follow([self._prefix + topic for topic in topics], begin, poll_s):
            yield self._ours(batch)

    def enforce_retention(self, now_ms: int) -> dict[str, int]:
        return {}  # Kafka's own work

    def close(self) -> None:
        self._log.close()

    def _ours(self, records: list[StoredRecord]) -> list[StoredRecord]:
        return [record._replace(topic=record.topic.removeprefix(self._prefix)) for record in records]

"""The log: topics of ordered, durable records. Two implementations, one behaviour (``tests/contract/test_log.py``).

The broker URL decides which: ``sqlite:///path`` (one file, WAL) or ``kafka://host:port,…``. Ingest, replay, delivery,
the web and the command line use it directly; agents reach it through the engine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, Protocol

Headers = tuple[tuple[str, bytes], ...]


class StoredRecord(NamedTuple):
    """One record as the log has it. ``timestamp_ms`` is the time of arrival; a value of None is a tombstone."""

    topic: str
    partition: int
    offset: int
    timestamp_ms: int
    key: bytes | None
    value: bytes | None
    headers: Headers


class NewRecord(NamedTuple):
    """One record to append, to a partition that the caller chose (``partition_for`` hashes as Kafka's clients do)."""

    partition: int
    key: bytes | None
    value: bytes | None
    timestamp_ms: int
    headers: Headers = ()


@dataclass(frozen=True, slots=True)
class TopicSpec:
    """A topic as its YAML declares it. ``retention_ms`` and ``retention_bytes`` of -1: without end."""

    name: str
    partitions: int
    cleanup: Literal["delete", "compact"] = "delete"
    retention_ms: int = -1
    retention_bytes: int = -1
    config: Mapping[str, str] = field(default_factory=dict)


class Log(Protocol):
    """Topics of ordered records. Every method may raise an ``InfrastructureError``; none loses what it acknowledged."""

    def create_topics(self, specs: Iterable[TopicSpec]) -> list[str]:
        """Create those that do not exist; return their names. An existing topic is left as it is."""
        ...

    def describe_topics(self) -> dict[str, TopicSpec]:
        """Every topic that exists, as it is configured."""
        ...

    def partitions(self, topic: str) -> int:
        """The number of partitions. Raises TopicMissing."""
        ...

    def append(self, topic: str, records: Sequence[NewRecord]) -> list[int]:
        """Append all, durably, and return their offsets in order.

        SQLite: all or nothing. Kafka: all or nothing for each partition (one record batch each, or a
        refusal of what would not fit one).
        """
        ...

    def read(
        self, topic: str, partition: int, offset: int, max_records: int = 1000, max_bytes: int = 8 << 20
    ) -> list[StoredRecord]:
        """Records at and after ``offset``, in order, without waiting; an empty list at the end. Deleted offsets are
        passed over. At least one record comes if there is one, also above ``max_bytes``."""
        ...

    def start_offset(self, topic: str, partition: int) -> int: ...

    def end_offset(self, topic: str, partition: int) -> int:
        """The offset that the next record gets. It never falls, whatever retention deletes."""
        ...

    def offset_at(self, topic: str, partition: int, timestamp_ms: int) -> int:
        """The first offset whose time of arrival is at or after this; the end offset if there is none."""
        ...

    def committed(self, group: str, topic: str) -> dict[int, int]:
        """The next offset that the group will read, by partition; a partition without a commit is absent."""
        ...

    def commit(self, group: str, topic: str, offsets: Mapping[int, int]) -> None:
        """For readers that keep their place here and are no Faust worker (delivery, tools)."""
        ...

    def follow(
        self,
        topics: Iterable[str],
        start: Literal["start", "end"] | Mapping[tuple[str, int], int],
        poll_s: float = 0.25,
    ) -> Iterator[list[StoredRecord]]:
        """Yield batches for ever, without a group; an empty list after about ``poll_s`` without news, so that the
        caller can stop. Order holds inside a partition."""
        ...

    def enforce_retention(self, now_ms: int) -> dict[str, int]:
        """Delete what retention and compaction allow; return the number of records deleted by topic. Kafka does this
        by itself and returns nothing."""
        ...

    def close(self) -> None: ...

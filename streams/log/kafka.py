"""The log on Apache Kafka, by kafka-python: for topics, seeks by time, bulk reading and appends without a worker.

An append is one record batch for each partition: it is held back until it is whole, then flushed, and what would not
fit one batch is refused, so that a batch is stored whole or not at all. The producer is idempotent: a retry does not
repeat. An append that ends in BrokerUnavailable may have been stored all the same; ids are derived from content, so
appending it again does no harm.

One object belongs to one thread at a time; processes that fork open their own. Kafka enforces retention by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic, sleep
from typing import Any, Final, Literal, TypeVar

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition, errors
from kafka.admin import ConfigResource, ConfigResourceType
from kafka.codec import has_snappy, has_zstd
from kafka.protocol.consumer import OffsetSpec
from kafka.structs import OffsetAndMetadata

from streams.errors import BrokerUnavailable, InfrastructureError, InvalidRecord, TopicMissing
from streams.log.kafka_client import KafkaSecurity, in_our_words, wait_for_broker
from streams.log.kafka_reader import Reader, stored_record
from streams.log.limits import MAX_BATCH_BYTES, check_records
from streams.log.protocol import NewRecord, StoredRecord, TopicSpec

_T = TypeVar("_T")

_RECORD_OVERHEAD: Final = 40  # varints of a record, rounded up
_HEADER_OVERHEAD: Final = 10
_BATCH_OVERHEAD: Final = 100
_DECLARED: Final = ("cleanup.policy", "retention.ms", "retention.bytes")
_HOLD_MS: Final = 60_000  # longer than any loop over one batch: only flush() sends
_FOLLOW_WAIT_MS: Final = 500  # the broker answers as soon as there is something
_READ_WAIT_MS: Final = 10  # a fetch that waits at the end of one partition holds up the next


@dataclass(frozen=True, slots=True)
class _Topic:
    partitions: int
    compact: bool
    max_batch_bytes: int


class KafkaLog:
    """``streams.log.protocol.Log`` on a cluster. Connects on first use.

    ``timeout_s`` is how long a broker may be silent before BrokerUnavailable; an append retries for three times that.
    ``replication_factor`` of -1 takes the cluster's default.
    """

    def __init__(
        self,
        servers: Sequence[str],
        security: KafkaSecurity | None = None,
        *,
        timeout_s: float = 10.0,
        replication_factor: int = -1,
    ) -> None:
        self.servers = tuple(servers)
        self.address = ",".join(self.servers)
        self._timeout_s = timeout_s
        self._replication_factor = replication_factor
        self._options = {
            "bootstrap_servers": list(self.servers),
            "bootstrap_timeout_ms": int(timeout_s * 1000),
            "request_timeout_ms": int(timeout_s * 1000),
            "reconnect_backoff_max_ms": 1000,
            **(security or KafkaSecurity()).client_options(),
        }
        self._admin_client: KafkaAdminClient | None = None
        self._producer_client: KafkaProducer | None = None
        self._reader: Reader | None = None
        self._topics: dict[str, _Topic] = {}

    # Topics

    def create_topics(self, specs: Iterable[TopicSpec]) -> list[str]:
        wanted = {spec.name: spec for spec in specs}
        with in_our_words(self.address):
            existing = set(self._admin().list_topics())
            missing = [name for name in wanted if name not in existing]
            if not missing:
                return []
            answer = self._admin().create_topics(
                {
                    name: {
                        "num_partitions": wanted[name].partitions,
                        "replication_factor": self._replication_factor,
                        "configs": _to_configs(wanted[name]),
                    }
                    for name in missing
                },
                raise_errors=False,
            )
            created = []
            for topic in answer["topics"]:
                error = errors.for_code(topic["error_code"])
                if error is errors.NoError:
                    created.append(topic["name"])
                elif error is not errors.TopicAlreadyExistsError:  # another process may be applying the same list
                    raise InfrastructureError(
                        f"kafka '{self.address}': topic '{topic['name']}' was not created: "
                        f"{topic.get('error_message') or error.__name__}"
                    )
            self._admin().wait_for_topics(missing, timeout_ms=int(self._timeout_s * 1000))
        return created

    def describe_topics(self) -> dict[str, TopicSpec]:
        with in_our_words(self.address):
            topics = {
                topic["name"]: len(topic["partitions"])
                for topic in self._admin().describe_topics()
                if not topic["is_internal"]
            }
            configs = self._configs(sorted(topics))
        return {name: _to_spec(name, topics[name], configs[name]) for name in sorted(topics)}

    def partitions(self, topic: str) -> int:
        return self._find_topic(topic).partitions

    def _find_topic(self, topic: str) -> _Topic:
        known = self._topics.get(topic)
        if known is None:
            with in_our_words(self.address):
                (described,) = self._admin().describe_topics([topic])
                if described["error_code"]:
                    raise TopicMissing(
                        f"topic '{topic}' is not on kafka '{self.address}'; create it with 'newsvane topics apply'"
                    )
                configs = self._configs([topic])[topic]
            known = _Topic(
                len(described["partitions"]),
                "compact" in configs["cleanup.policy"]["value"],
                min(int(configs["max.message.bytes"]["value"]), MAX_BATCH_BYTES),
            )
            self._topics[topic] = known
        return known

    def _configs(self, topics: Sequence[str]) -> dict[str, dict[str, dict[str, Any]]]:
        """Every setting of the topics: its ``value`` and ``config_source``."""
        if not topics:
            return {}
        resources = [ConfigResource(ConfigResourceType.TOPIC, topic) for topic in topics]
        return dict(self._admin().describe_configs(resources, config_filter="all")["topic"])

    # Writing

    def append(self, topic: str, records: Sequence[NewRecord]) -> list[int]:
        if not records:
            return []
        known = self._find_topic(topic)
        sizes = check_records(topic, known.partitions, known.compact, records)
        _check_batches(topic, known.max_batch_bytes, records, sizes)
        with in_our_words(self.address):
            producer = self._producer()
            try:
                futures = [
                    producer.send(topic, record.value, record.key, list(record.headers), record.partition,
                                  record.timestamp_ms)
                    for record in records
                ]  # fmt: skip
                producer.flush(self._timeout_s * 3)
                return [future.get(0).offset for future in futures]
            except BaseException:
                self._drop_producer()  # with whatever it still holds back
                raise

    def commit(self, group: str, topic: str, offsets: Mapping[int, int]) -> None:
        for partition in offsets:
            self._check_partition(topic, partition)
        if not offsets:
            return
        wanted = {TopicPartition(topic, partition): OffsetAndMetadata(offset) for partition, offset in offsets.items()}

        def alter() -> None:
            for at, error in self._admin().alter_group_offsets(group, wanted).items():
                if issubclass(error, errors.RetriableError):
                    raise error()
                if error is not errors.NoError:
                    raise InfrastructureError(
                        f"kafka '{self.address}': group '{group}' cannot commit {topic}[{at.partition}]"
                        f" ({error.__name__}); a group with running workers commits by them alone"
                    )

        self._ask(alter)

    # Reading

    def read(
        self, topic: str, partition: int, offset: int, max_records: int = 1000, max_bytes: int = 8 << 20
    ) -> list[StoredRecord]:
        self._check_partition(topic, partition)
        with in_our_words(self.address):
            if self._reader is None:
                self._reader = Reader(self._consumer(_READ_WAIT_MS))
            self._reader.place(topic, partition, max(offset, 0))
            deadline = None
            while not (records := self._reader.take(max_records, max_bytes, wait_ms=0)):
                now = monotonic()
                if deadline is None:
                    start, end = self._offset(topic, partition, OffsetSpec.EARLIEST), self.end_offset(topic, partition)
                    deadline = now + self._timeout_s * 2
                    if self._reader.position < start:
                        self._reader.place(topic, partition, start)
                if self._reader.position >= end:
                    return []
                if now > deadline:
                    raise BrokerUnavailable(f"{topic}[{partition}]@{offset}: kafka '{self.address}' sends nothing")
                self._reader.fill(max_records, wait_ms=200)
            return records

    def start_offset(self, topic: str, partition: int) -> int:
        return self._offset(topic, partition, OffsetSpec.EARLIEST)

    def end_offset(self, topic: str, partition: int) -> int:
        return self._offset(topic, partition, OffsetSpec.LATEST)

    def offset_at(self, topic: str, partition: int, timestamp_ms: int) -> int:
        found = self._offset(topic, partition, max(timestamp_ms, 0))
        return found if found >= 0 else self.end_offset(topic, partition)

    def committed(self, group: str, topic: str) -> dict[int, int]:
        wanted = [TopicPartition(topic, partition) for partition in range(self.partitions(topic))]
        found = self._ask(lambda: self._admin().list_group_offsets({group: wanted})).get(group, {})
        return {at.partition: place.offset for at, place in sorted(found.items()) if place.offset >= 0}

    def follow(
        self,
        topics: Iterable[str],
        start: Literal["start", "end"] | Mapping[tuple[str, int], int],
        poll_s: float = 0.25,
    ) -> Iterator[list[StoredRecord]]:
        positions: dict[TopicPartition, int] = {}
        for topic in topics:
            for partition in range(self.partitions(topic)):
                end = self.end_offset(topic, partition)
                position = 0 if start == "start" else end if start == "end" else start.get((topic, partition), 0)
                if position > end:
                    raise InfrastructureError(
                        f"{topic}[{partition}]@{position} is past the end, {end}; was the topic created anew?"
                    )
                positions[TopicPartition(topic, partition)] = max(position, self.start_offset(topic, partition))
        return self._follow(positions, poll_s)

    def _follow(self, positions: dict[TopicPartition, int], poll_s: float) -> Iterator[list[StoredRecord]]:
        with in_our_words(self.address):
            consumer = self._consumer(_FOLLOW_WAIT_MS)
            try:
                consumer.assign(sorted(positions))
                for at, position in positions.items():
                    consumer.seek(at, position)
                answered_at = monotonic()
                while True:
                    try:
                        polled = consumer.poll(timeout_ms=int(poll_s * 1000), max_records=1000)
                    except errors.OffsetOutOfRangeError as error:  # retention has overtaken us
                        for at in error.args[0]:
                            consumer.seek(at, self.start_offset(at.topic, at.partition))
                        continue
                    if polled or not positions:
                        answered_at = monotonic()
                    elif monotonic() - answered_at > self._timeout_s:
                        # a consumer without a broker is just quiet: ask, and say so
                        self.end_offset(*next(iter(positions)))
                        answered_at = monotonic()
                    if not polled:
                        yield []
                    for found in polled.values():
                        yield [stored_record(record) for record in found]
            finally:
                consumer.close()

    # Upkeep

    def enforce_retention(self, now_ms: int) -> dict[str, int]:
        return {}

    def close(self) -> None:
        self._drop_producer()
        if self._reader is not None:
            self._reader.close()
            self._reader = None
        if self._admin_client is not None:
            self._admin_client.close()
            self._admin_client = None

    def _check_partition(self, topic: str, partition: int) -> None:
        if not 0 <= partition < self.partitions(topic):
            raise TopicMissing(f"topic '{topic}' has no partition {partition}; it has 0-{self.partitions(topic) - 1}")

    def _offset(self, topic: str, partition: int, which: int) -> int:
        self._check_partition(topic, partition)
        at = TopicPartition(topic, partition)
        return int(self._ask(lambda: self._admin().list_partition_offsets({at: which}))[at].offset)

    def _ask(self, question: Callable[[], _T]) -> _T:
        """Ask until there is an answer: a coordinator or leader may not be there yet, or be moving."""
        deadline = monotonic() + self._timeout_s
        with in_our_words(self.address):
            while True:
                try:
                    return question()
                except errors.RetriableError as error:
                    if monotonic() > deadline or isinstance(error, errors.UnknownTopicOrPartitionError):
                        raise
                    sleep(0.1)

    def _admin(self) -> KafkaAdminClient:
        if self._admin_client is None:
            wait_for_broker(self.servers, self._timeout_s)
            self._admin_client = KafkaAdminClient(**self._options)
        return self._admin_client

    def _producer(self) -> KafkaProducer:
        if self._producer_client is None:
            wait_for_broker(self.servers, self._timeout_s)
            self._producer_client = KafkaProducer(
                **self._options,
                metrics_enabled=False,
                acks="all",
                enable_idempotence=True,
                compression_type="zstd" if has_zstd() else "snappy" if has_snappy() else None,
                batch_size=2 * MAX_BATCH_BYTES,  # never reached: _check_batches comes first
                linger_ms=_HOLD_MS,
                max_request_size=2 * MAX_BATCH_BYTES,
                max_block_ms=int(self._timeout_s * 1000),
                delivery_timeout_ms=_HOLD_MS + int(self._timeout_s * 3000),
                allow_auto_create_topics=False,
            )
        return self._producer_client

    def _drop_producer(self) -> None:
        producer, self._producer_client = self._producer_client, None
        if producer is not None:
            # close() alone first waits for what is held back, and leaves its thread running if that does not end
            producer._sender.force_close()
            with suppress(errors.KafkaError):
                producer.close(timeout=1)

    def _consumer(self, wait_ms: int) -> KafkaConsumer:
        wait_for_broker(self.servers, self._timeout_s)
        return KafkaConsumer(
            **self._options,
            metrics_enabled=False,
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="none",
            fetch_max_wait_ms=wait_ms,
            allow_auto_create_topics=False,
            fetch_max_bytes=2 * MAX_BATCH_BYTES,
            max_partition_fetch_bytes=MAX_BATCH_BYTES,
        )


def _to_configs(spec: TopicSpec) -> dict[str, str]:
    return {
        "cleanup.policy": spec.cleanup,
        "retention.ms": str(spec.retention_ms),
        "retention.bytes": str(spec.retention_bytes),
        "max.message.bytes": str(MAX_BATCH_BYTES),
        **spec.config,
    }


def _to_spec(name: str, partitions: int, configs: dict[str, dict[str, Any]]) -> TopicSpec:
    own = {
        key: str(config["value"])
        for key, config in configs.items()
        if config["config_source"] == "DYNAMIC_TOPIC_CONFIG" and key not in _DECLARED
    }
    return TopicSpec(
        name,
        partitions,
        "compact" if "compact" in configs["cleanup.policy"]["value"] else "delete",
        int(configs["retention.ms"]["value"]),
        int(configs["retention.bytes"]["value"]),
        own,
    )


def _check_batches(topic: str, max_bytes: int, records: Sequence[NewRecord], sizes: Sequence[int]) -> None:
    totals: dict[int, int] = {}
    for record, size in zip(records, sizes, strict=True):
        framed = size + _RECORD_OVERHEAD + _HEADER_OVERHEAD * len(record.headers)
        totals[record.partition] = totals.get(record.partition, _BATCH_OVERHEAD) + framed
    for partition, total in totals.items():
        if total > max_bytes:
            raise InvalidRecord(
                "too-large",
                f"{topic}[{partition}]: a batch of {total:,} bytes is over {max_bytes:,}; append fewer records at once",
            )

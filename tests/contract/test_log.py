"""One behaviour, two logs: what every reader and writer may rely on, whichever the broker URL names."""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Literal

import pytest

from streams.errors import InfrastructureError, InvalidRecord, TopicMissing
from streams.log.limits import MAX_BATCH_BYTES, MAX_RECORD_BYTES
from streams.log.open import open_log
from streams.log.protocol import Log, NewRecord, StoredRecord, TopicSpec

DEADLINE_S = 50.0
HOUR_MS = 3_600_000
# as every topic of ours declares it
LARGE = {"max.message.bytes": str(MAX_BATCH_BYTES)}
NOW_MS = int(time.time() * 1000)


@dataclass(frozen=True)
class Store:
    """A log under test; ``url`` opens it again, for other threads and processes."""

    kind: str
    url: str
    log: Log
    unique: Callable[[str], str]

    def topic(
        self,
        partitions: int = 1,
        cleanup: Literal["delete", "compact"] = "delete",
        retention_ms: int = -1,
        retention_bytes: int = -1,
        **config: str,
    ) -> str:
        name = self.unique("topic")
        dotted = {key.replace("_", "."): value for key, value in config.items()}
        self.log.create_topics([TopicSpec(name, partitions, cleanup, retention_ms, retention_bytes, dotted)])
        return name

    def enforce_until(self, done: Callable[[], bool], now_ms: int = NOW_MS) -> None:
        """Let retention happen: by our call, or by Kafka in its own time."""
        deadline = time.monotonic() + DEADLINE_S
        while True:
            self.log.enforce_retention(now_ms)
            if done():
                return
            assert time.monotonic() < deadline, "retention did not delete in time"
            time.sleep(0.1)


@pytest.fixture(params=["sqlite", pytest.param("kafka", marks=pytest.mark.kafka)])
def store(request: pytest.FixtureRequest, tmp_path: Path, unique: Callable[[str], str]) -> Iterator[Store]:
    kind = request.param
    url = f"sqlite:///{tmp_path}/log.db" if kind == "sqlite" else request.getfixturevalue("kafka_url")
    with closing(open_log(url)) as log:
        yield Store(kind, url, log, unique)


def new(value: bytes | None, partition: int = 0, key: bytes | None = b"k", at_ms: int = NOW_MS) -> NewRecord:
    return NewRecord(partition, key, value, at_ms)


def read_all(log: Log, topic: str, partition: int = 0, offset: int = 0) -> list[StoredRecord]:
    records: list[StoredRecord] = []
    while batch := log.read(topic, partition, offset):
        records += batch
        offset = batch[-1].offset + 1
    return records


def values(records: list[StoredRecord]) -> list[bytes | None]:
    return [record.value for record in records]


# Topics


def test_topics_are_described_as_they_were_declared(store: Store) -> None:
    """Creating is done once, leaves an existing topic alone, and describing gives back what was declared."""
    specs = [
        TopicSpec(store.unique("history"), 3, config=LARGE),
        TopicSpec(store.unique("short"), 1, "delete", 5 * HOUR_MS, 1 << 30, config=LARGE),
        TopicSpec(store.unique("compact"), 2, "compact", config={"delete.retention.ms": "1000", **LARGE}),
    ]
    names = [spec.name for spec in specs]
    assert names == store.log.create_topics(specs)
    changed = TopicSpec(names[0], 9)
    assert [] == store.log.create_topics([changed, *specs[1:]])
    described = store.log.describe_topics()
    assert specs == [described[name] for name in names]
    assert [3, 1, 2] == [store.log.partitions(name) for name in names]


def test_a_missing_topic_or_partition_is_named(store: Store) -> None:
    """Nothing is created by the way: using what does not exist is an error that names it."""
    topic = store.topic()
    absent = store.unique("absent")
    uses: list[Callable[[], object]] = [
        lambda: store.log.partitions(absent),
        lambda: store.log.append(absent, [new(b"1")]),
        lambda: store.log.read(absent, 0, 0),
        lambda: store.log.end_offset(absent, 0),
        lambda: store.log.follow([absent], "start"),
        lambda: store.log.commit("group", absent, {0: 1}),
        lambda: store.log.read(topic, 1, 0),
        lambda: store.log.end_offset(topic, -1),
    ]
    for use in uses:
        with pytest.raises(TopicMissing, match=f"{absent}|{topic}"):
            use()
    assert absent not in store.log.describe_topics()


# Appending and reading


def test_order_and_offsets_within_a_partition(store: Store) -> None:
    """Offsets count from 0 in each partition, in the order of the batch, and reading gives that order back."""
    topic = store.topic(partitions=2)
    assert [0, 0, 1] == store.log.append(topic, [new(b"a", 0), new(b"b", 1), new(b"c", 0)])
    assert [1, 2] == store.log.append(topic, [new(b"d", 1), new(b"e", 0)])
    assert [] == store.log.append(topic, [])
    assert [b"a", b"c", b"e"] == values(read_all(store.log, topic, 0))
    assert [b"b", b"d"] == values(read_all(store.log, topic, 1))
    assert [3, 2] == [store.log.end_offset(topic, partition) for partition in (0, 1)]


def test_a_record_comes_back_whole(store: Store) -> None:
    """Keys, values, headers and time come back byte for byte: also none, empty, repeated and binary ones."""
    topic = store.topic()
    headers = (("cause", b"articles-raw[3]@1042"), ("cause", b""), ("имя", b"\x00\xff"))
    records = [
        NewRecord(0, b"key", b"value", NOW_MS, headers),
        NewRecord(0, None, b"no key", NOW_MS - 5),
        NewRecord(0, b"tombstone", None, NOW_MS, (("why", b"superseded"),)),
        NewRecord(0, b"", b"", 0),
        NewRecord(0, b"k", bytes(range(256)) * 20_000, NOW_MS),
    ]
    store.log.append(topic, records)
    assert [
        StoredRecord(topic, 0, offset, record.timestamp_ms, record.key, record.value, record.headers)
        for offset, record in enumerate(records)
    ] == read_all(store.log, topic)


@pytest.mark.parametrize(
    ("reason", "bad"),
    [
        ("partition", new(b"x", partition=2)),
        ("partition", new(b"x", partition=-1)),
        ("timestamp", new(b"x", at_ms=-1)),
        ("timestamp", new(b"x", at_ms=1 << 62)),
        ("no-key", new(b"x", key=None)),
        ("empty", new(None, key=None)),
        ("too-large", new(bytes(MAX_RECORD_BYTES))),
        ("headers", NewRecord(0, b"k", b"x", NOW_MS, (("\ud800", b""),))),
    ],
)
def test_a_record_that_cannot_be_stored_refuses_the_whole_batch(store: Store, reason: str, bad: NewRecord) -> None:
    """A batch is stored whole or not at all, in every partition that it touches; the reason is a code."""
    topic = store.topic(partitions=2, cleanup="compact" if reason == "no-key" else "delete")
    with pytest.raises(InvalidRecord) as caught:
        store.log.append(topic, [new(b"a", 0), new(b"b", 1), bad, new(b"c", 0)])
    assert reason in (caught.value.reason, "empty")
    assert [0, 0] == [store.log.end_offset(topic, partition) for partition in (0, 1)]
    assert [0] == store.log.append(topic, [new(b"good")])


def test_read_from_an_offset_within_limits(store: Store) -> None:
    """Reading starts at the offset, stops at the limits, gives at least one record, and nothing at the end."""
    topic = store.topic()
    store.log.append(topic, [new(b"%d" % number * 1000) for number in range(10)])
    assert [b"7" * 1000, b"8" * 1000, b"9" * 1000] == values(store.log.read(topic, 0, 7))
    assert [4, 5] == [record.offset for record in store.log.read(topic, 0, 4, max_records=2)]
    assert [6, 7] == [record.offset for record in store.log.read(topic, 0, 6, max_bytes=2500)]
    assert [8] == [record.offset for record in store.log.read(topic, 0, 8, max_bytes=1)]
    assert [9] == [record.offset for record in store.log.read(topic, 0, 9)]
    assert [] == store.log.read(topic, 0, 10)
    assert [] == store.log.read(topic, 0, 1000)
    store.log.append(topic, [new(b"late")])
    assert [b"late"] == values(store.log.read(topic, 0, 10))


def test_reading_the_end_is_prompt(store: Store) -> None:
    """Reading does not wait for records that are not there."""
    topic = store.topic(partitions=3)
    store.log.append(topic, [new(b"x", partition) for partition in range(3)])
    began = time.monotonic()
    assert [1, 0, 1, 0, 1, 0] == [
        len(store.log.read(topic, partition, offset)) for partition in range(3) for offset in (0, 1)
    ]
    assert time.monotonic() - began < 5


def test_seek_by_time_of_arrival(store: Store) -> None:
    """The first offset at or after a time, also where times go back and forth; without one, the end."""
    topic = store.topic(partitions=2)
    base = NOW_MS - HOUR_MS
    late_first = [500, 100, 900, 200, 300, 901, 50]
    for after_ms in late_first:
        store.log.append(topic, [new(b"x", 0, at_ms=base + after_ms)])
    store.log.append(topic, [new(b"x", 0, at_ms=base + 1000 + number) for number in range(1000)])
    expected = {0: 0, 500: 0, 501: 2, 900: 2, 901: 5, 902: 7, 1000: 7, 1999: 1006, 2000: 1007}
    assert expected == {after_ms: store.log.offset_at(topic, 0, base + after_ms) for after_ms in expected}
    assert 0 == store.log.offset_at(topic, 1, base)


def test_commits_belong_to_a_group(store: Store) -> None:
    """A committed offset is the next one to read, kept by group, topic and partition; without a commit it is absent."""
    topic, other = store.topic(partitions=3), store.topic(partitions=3)
    group = store.unique("group")
    assert {} == store.log.committed(group, topic)
    store.log.commit(group, topic, {0: 5, 2: 0})
    store.log.commit(group, topic, {0: 7})
    store.log.commit(group, topic, {})
    assert {0: 7, 2: 0} == store.log.committed(group, topic)
    assert {} == store.log.committed(group, other)
    assert {} == store.log.committed(store.unique("group"), topic)
    with closing(open_log(store.url)) as again:
        assert {0: 7, 2: 0} == again.committed(group, topic)


# Following


def test_several_followers_see_everything_beside_a_writer(store: Store) -> None:
    """Each follower gets each record once, in the order of its partition, while a writer appends."""
    topic = store.topic(partitions=2)
    total = 400
    seen: list[dict[int, list[int]]] = [{0: [], 1: []} for _ in range(3)]

    def follow(found: dict[int, list[int]]) -> None:
        deadline = time.monotonic() + DEADLINE_S
        with closing(open_log(store.url)) as log:
            for batch in log.follow([topic], "start", poll_s=0.05):
                for record in batch:
                    found[record.partition].append(int(record.value or b""))
                if sum(map(len, found.values())) >= total or time.monotonic() > deadline:
                    return

    followers = [threading.Thread(target=follow, args=(found,)) for found in seen]
    for follower in followers:
        follower.start()
    for first in range(0, total, 10):
        store.log.append(topic, [new(b"%d" % number, number % 2) for number in range(first, first + 10)])
    for follower in followers:
        follower.join()
    assert [{0: list(range(0, total, 2)), 1: list(range(1, total, 2))}] * 3 == seen


def test_follow_from_a_place(store: Store) -> None:
    """Following starts at the start, the end or given offsets, and yields an empty list when it is quiet."""
    topic = store.topic(partitions=2)
    store.log.append(topic, [new(b"a", 0), new(b"b", 0), new(b"c", 1)])

    def until_quiet(records: Iterator[list[StoredRecord]]) -> list[bytes | None]:
        found: list[bytes | None] = []
        quiet = 0
        while quiet < 3:  # a slow broker may need more than one look
            batch = next(records)
            found += values(batch)
            quiet = 0 if batch else quiet + 1
        return sorted(found, key=lambda value: value or b"")

    everything = store.log.follow([topic], "start")
    news = store.log.follow([topic], "end")
    placed = store.log.follow([topic], {(topic, 0): 1, (topic, 1): 1})
    assert [[b"a", b"b", b"c"], [], [b"b"]] == [until_quiet(each) for each in (everything, news, placed)]
    store.log.append(topic, [new(b"d", 1)])
    assert [[b"d"]] * 3 == [until_quiet(each) for each in (everything, news, placed)]
    with pytest.raises(InfrastructureError, match="past the end"):
        store.log.follow([topic], {(topic, 0): 99})


# Retention


def test_retention_by_time_of_arrival(store: Store) -> None:
    """What arrived too long ago goes, from the front; what is young stays, whatever else the record says."""
    topic = store.topic(retention_ms=HOUR_MS, segment_ms="1000")
    store.log.append(topic, [new(b"old", at_ms=NOW_MS - 3 * HOUR_MS + number) for number in range(300)])
    store.log.append(topic, [new(b"young")])
    store.enforce_until(lambda: store.log.start_offset(topic, 0) == 300)
    assert [b"young"] == values(read_all(store.log, topic))
    assert [b"young"] == values(read_all(store.log, topic, offset=17))


def test_retention_by_size(store: Store) -> None:
    """The oldest go while the partition is larger than its limit; the newest stay."""
    topic = store.topic(retention_bytes=2 << 20, segment_bytes=str(1 << 20))
    for number in range(80):
        store.log.append(topic, [new(bytes([number]) + os.urandom(100_000))])
    store.enforce_until(lambda: store.log.start_offset(topic, 0) >= 50)
    kept = read_all(store.log, topic)
    assert list(range(kept[0].offset, 80)) == [record.offset for record in kept]
    assert 10 <= len(kept) <= 30


def test_history_without_end_stays(store: Store) -> None:
    """A topic without retention keeps what is older than anything else."""
    topic = store.topic()
    store.log.append(topic, [new(b"1970", at_ms=1), new(b"now")])
    assert {} == store.log.enforce_retention(NOW_MS + 1000 * HOUR_MS)
    assert [b"1970", b"now"] == values(read_all(store.log, topic))


def test_compaction_keeps_the_latest_of_each_key(store: Store) -> None:
    """Of each key the last record stays under its offset; a tombstone goes too after its time."""
    config = {"segment.ms": "100", "min.cleanable.dirty.ratio": "0.01", "delete.retention.ms": "100"}
    topic = store.unique("compact")
    store.log.create_topics([TopicSpec(topic, 1, "compact", config=config)])
    old = NOW_MS - HOUR_MS
    store.log.append(topic, [new(b"%d" % number, key=b"%d" % (number % 3), at_ms=old) for number in range(30)])
    store.log.append(topic, [new(None, key=b"1", at_ms=old + 1)])
    number = 0

    def is_compact() -> bool:
        # Kafka leaves its newest segment alone, and makes another when a record comes later than segment.ms
        nonlocal number
        number += 1
        at_ms = old + 1000 * number
        store.log.append(topic, [new(b"tick %d" % number, key=b"tick", at_ms=at_ms)])
        kept = [record for record in read_all(store.log, topic) if record.key != b"tick"]
        return [(27, b"0", b"27"), (29, b"2", b"29")] == [(at.offset, at.key, at.value) for at in kept]

    store.enforce_until(is_compact)
    last = read_all(store.log, topic)[-1]
    assert (30 + number, b"tick %d" % number) == (last.offset, last.value)


def test_offsets_never_restart(store: Store) -> None:
    """When everything was deleted, the next record gets the next offset, and a reader from 0 finds it."""
    topic = store.topic(retention_ms=1000, segment_ms="1000")
    store.log.append(topic, [new(b"x", at_ms=NOW_MS - HOUR_MS) for _ in range(50)])
    store.enforce_until(lambda: store.log.start_offset(topic, 0) == 50)
    assert (50, 50, []) == (
        store.log.start_offset(topic, 0),
        store.log.end_offset(topic, 0),
        read_all(store.log, topic),
    )
    with closing(open_log(store.url)) as again:
        assert [50] == again.append(topic, [new(b"next", at_ms=int(time.time() * 1000) + HOUR_MS // 2)])
        followed = again.follow([topic], "start")
        assert [50] == [record.offset for record in next(followed)]
    assert [(50, b"next")] == [(record.offset, record.value) for record in store.log.read(topic, 0, 0)]


# Kills


def _append_until_killed(url: str, topic: str, acknowledged: Connection) -> None:
    log = open_log(url)
    batch = 0
    while True:
        log.append(topic, [new(b"%d.%d" % (batch, number), number % 2) for number in range(20)])
        acknowledged.send(batch)
        batch += 1


def test_kill_9_of_a_writer(store: Store) -> None:
    """Whenever a writer is killed, no acknowledged record is lost and no batch is half in a partition."""
    topic = store.topic(partitions=2)
    spawn = multiprocessing.get_context("spawn")
    reader, writer = spawn.Pipe(duplex=False)
    process = spawn.Process(target=_append_until_killed, args=(store.url, topic, writer), daemon=True)
    process.start()
    writer.close()
    acknowledged = [reader.recv() for _ in range(30)]
    process.kill()
    process.join()
    with suppress(EOFError):
        while True:
            acknowledged.append(reader.recv())
    reader.close()
    for partition in (0, 1):
        found = [record.value for record in read_all(store.log, topic, partition)]
        batches = len(found) // 10
        assert acknowledged == list(range(len(acknowledged)))
        assert len(acknowledged) <= batches <= len(acknowledged) + 1
        assert [b"%d.%d" % (batch, number) for batch in range(batches) for number in range(partition, 20, 2)] == found
    assert store.log.append(topic, [new(b"after")])

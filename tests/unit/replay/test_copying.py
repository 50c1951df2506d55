"""Is the copy whole and in order, whenever it is stopped?"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from schemas import topic_of
from streams.log.protocol import NewRecord, StoredRecord, TopicSpec
from streams.log.sqlite import SqliteLog
from streams.replay import copying
from streams.replay.copying import Copied, copy
from streams.replay.manifest import GROUP, Manifest, Request
from streams.replay.ranges import RAW, Range
from streams.replay.run import plan
from streams.settings import Settings
from tests.unit.replay.places import NOW

TOPIC = topic_of(RAW).name
PARTITIONS = 3
DAY_MS = 86_400_000


def new_log(path: Path) -> SqliteLog:
    log = SqliteLog(path)
    log.create_topics([TopicSpec(TOPIC, PARTITIONS), TopicSpec(topic_of("watch").name, 1)])
    return log


@pytest.fixture
def source(tmp_path: Path) -> Iterator[SqliteLog]:
    """A thousand records, ten seconds apart, over the partitions by turns; headers, keys and values of their own."""
    log = new_log(tmp_path / "source.db")
    for number in range(1000):
        record = NewRecord(number % PARTITIONS, b"k%d" % (number % 7), b"{%d" % number, number * 10_000, (("h", b"1"),))
        log.append(TOPIC, [record])
    yield log
    log.close()


@pytest.fixture
def target(tmp_path: Path) -> Iterator[SqliteLog]:
    log = new_log(tmp_path / "target.db")
    yield log
    log.close()


def commit(folder: Path, offsets: dict[int, int]) -> None:
    """As the line does beside the copy: by a log object of its own, since one serves one thread."""
    with closing(SqliteLog(folder / "target.db")) as log:
        log.commit(GROUP, TOPIC, offsets)


def manifest_of(source: SqliteLog, from_ms: int | None, to_ms: int) -> Manifest:
    return plan(source, Settings(), Request(TOPIC, RAW, Range(from_ms, to_ms), 0, ()), NOW)


def all_of(log: SqliteLog) -> list[tuple[object, ...]]:
    found = [each for partition in range(PARTITIONS) for each in log.read(TOPIC, partition, 0, 10_000)]
    return [(each.partition, each.timestamp_ms, each.key, each.value, each.headers) for each in found]


def test_records_are_copied_as_they_are(source: SqliteLog, target: SqliteLog) -> None:
    """Partition, order, key, value, headers and timestamp."""
    copied = Copied(0, 0)
    copy(source, target, manifest_of(source, None, 10**12), copied, threading.Event())
    assert all_of(source) == all_of(target)
    assert (1000, 1000, 1000, True) == (copied.seen, copied.total, copied.taken, copied.is_done)


def test_a_range_is_cut_to_the_record(source: SqliteLog, target: SqliteLog) -> None:
    """Of the hour that is read behind the end nothing is taken."""
    copy(source, target, manifest_of(source, 2_000_000, 3_000_000), Copied(0, 0), threading.Event())
    assert [each for each in all_of(source) if 2_000_000 <= int(str(each[1])) < 3_000_000] == all_of(target)


def test_a_copy_that_dies_goes_on(source: SqliteLog, target: SqliteLog) -> None:
    """Killed after any batch, and in a batch: the same records, once."""
    manifest = manifest_of(source, None, 10**12)

    class Dying:
        def __init__(self, reads: int) -> None:
            self.left = reads

        def read(self, topic: str, partition: int, offset: int, max_records: int) -> list[StoredRecord]:
            self.left -= 1
            if self.left < 0:
                raise OSError("killed")
            return source.read(topic, partition, offset, min(max_records, 40))

    for reads in (3, 5, 9, 14):
        with pytest.raises(OSError, match="killed"):
            copy(Dying(reads), target, manifest, Copied(0, 0), threading.Event())  # type: ignore[arg-type]
    copy(source, target, manifest, Copied(0, 0), threading.Event())
    assert all_of(source) == all_of(target)


def test_it_waits_for_the_line(tmp_path: Path, source: SqliteLog, target: SqliteLog) -> None:
    """No more than the lead, and a batch, ahead of what the line has taken."""
    stop, copied = threading.Event(), Copied(0, 0)
    thread = threading.Thread(
        target=copy, args=(source, target, manifest_of(source, None, 10**12), copied, stop), kwargs={"lead": 300}
    )
    thread.start()
    try:
        while copied.taken < 300:
            stop.wait(0.005)
        assert not stop.wait(0.15)
        assert copied.taken <= 300 + copying._BATCH
        commit(tmp_path, dict.fromkeys(range(PARTITIONS), 1000))
        thread.join(5)
        assert (1000, True) == (copied.taken, copied.is_done)
    finally:
        stop.set()
        thread.join()


def test_where_something_is_forgotten_a_day_ends_before_the_next_begins(tmp_path: Path, target: SqliteLog) -> None:
    """After what dedupe remembers, the copy waits at midnight until every stage is through."""
    source = new_log(tmp_path / "long.db")
    for day in (0, 50, 50, 51):
        source.append(TOPIC, [NewRecord(0, b"k", b"{}", day * DAY_MS + 5)])
    for kind in ("article-clean", "article-deduped", "match", "mention"):
        target.create_topics([TopicSpec(topic_of(kind).name, 1)])
    stop, copied = threading.Event(), Copied(0, 0)
    thread = threading.Thread(target=copy, args=(source, target, manifest_of(source, None, 10**12), copied, stop))
    thread.start()
    try:
        seen = []
        for offset in (1, 3):
            while copied.taken < offset:
                stop.wait(0.005)
            stop.wait(0.1)
            seen.append(copied.taken)
            commit(tmp_path, {0: offset})
        thread.join(5)
        assert ([1, 3], 4) == (seen, copied.taken)
    finally:
        stop.set()
        thread.join()
        source.close()


def test_a_plan_says_what_is_missing(source: SqliteLog) -> None:
    """From the start it is exact; from elsewhere it says how much was left out."""
    assert [] == manifest_of(source, None, 10**12).missing
    later = manifest_of(source, 2_000_000, 10**12)
    assert ["200 records of articles-raw before 1970-01-01T00:33:20.000Z, where the warm-up begins, were left out"] == (
        later.missing
    )
    assert not later.is_exact
    assert replace(later, missing=[]).is_exact

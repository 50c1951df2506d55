"""The embedded log where it is special: its traps do not bite, and what is wrong with a file is told in one line."""

from __future__ import annotations

import multiprocessing
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

from streams.errors import DiskFull, InfrastructureError, WorkerLocked
from streams.log import sqlite_retention
from streams.log.protocol import NewRecord, TopicSpec
from streams.log.sqlite import SqliteLog
from streams.log.sqlite_file import APPLICATION_ID, SCHEMA_VERSION

MB = 1 << 20
SPAWN = multiprocessing.get_context("spawn")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log.db"


@pytest.fixture
def log(path: Path) -> Iterator[SqliteLog]:
    with closing(SqliteLog(path, synchronous="NORMAL")) as opened:
        opened.create_topics([TopicSpec("articles", 1), TopicSpec("brief", 2, retention_ms=1000)])
        yield opened


def batch(count: int, size: int = 100, at_ms: int = 0) -> list[NewRecord]:
    return [NewRecord(0, b"key", bytes(size), at_ms + number) for number in range(count)]


def wal_bytes(path: Path) -> int:
    return path.with_name(path.name + "-wal").stat().st_size


# The traps


def test_readers_do_not_let_the_wal_grow(log: SqliteLog, path: Path) -> None:
    """Followers that stopped half-way, and one that never rests, leave the WAL small during 50,000 inserts."""
    log.append("articles", batch(2000))
    with closing(SqliteLog(path)) as paused, closing(SqliteLog(path)) as busy:
        half_way = paused.follow(["articles"], "start")
        next(half_way)
        stop = threading.Event()
        read = 0

        def follow() -> None:
            nonlocal read
            for records in busy.follow(["articles"], "start", poll_s=0.01):
                read += len(records)
                if stop.is_set() and not records:
                    return

        follower = threading.Thread(target=follow)
        follower.start()
        largest = 0
        for _ in range(500):
            log.append("articles", batch(100, 1000))
            largest = max(largest, wal_bytes(path))
        stop.set()
        follower.join()
    assert largest < 48 * MB
    assert 52_000 == read


def test_the_file_shrinks_after_deletion(log: SqliteLog, path: Path) -> None:
    """Space of deleted records goes back to the file system, and the WAL is emptied."""
    for number in range(20):
        log.append("brief", batch(100, 10_000, number))
    assert path.stat().st_size + wal_bytes(path) > 20 * MB
    assert {"brief": 2000} == log.enforce_retention(1_000_000)
    assert path.stat().st_size < MB
    assert 0 == wal_bytes(path)


def test_offsets_go_on_after_deletion_and_a_new_start(log: SqliteLog, path: Path) -> None:
    """An emptied partition goes on with the next offset, also for a process that opens the file later."""
    log.append("brief", batch(10))
    log.enforce_retention(1_000_000)
    log.close()
    with closing(SqliteLog(path)) as again:
        assert [10, 11] == again.append("brief", batch(2))
        assert [0] == again.append("brief", [NewRecord(1, b"k", b"v", 0)])


def _append_in_bulk(path: Path, ready: Connection, stop: Any) -> None:
    with closing(SqliteLog(path, synchronous="NORMAL")) as log:
        while not stop.is_set():
            log.append("articles", batch(100, 4400))
            if ready is not None:
                ready.send(True)
                ready.close()
                ready = None  # type: ignore[assignment]


def test_a_small_writer_gets_its_turn_beside_a_bulk_writer(log: SqliteLog, path: Path) -> None:
    """While another process appends in batches of 100, single appends wait milliseconds, not seconds."""
    reader, writer = SPAWN.Pipe(duplex=False)
    stop = SPAWN.Event()
    bulk = SPAWN.Process(target=_append_in_bulk, args=(path, writer, stop), daemon=True)
    bulk.start()
    reader.recv()
    waits = []
    for _ in range(300):
        began = time.monotonic()
        log.append("brief", batch(1))
        waits.append(time.monotonic() - began)
        time.sleep(0.002)
    stop.set()
    bulk.join()
    reader.close()
    writer.close()
    print(f"small writer: p50 {sorted(waits)[150] * 1000:.1f} ms, p99 {sorted(waits)[297] * 1000:.1f} ms")
    assert sorted(waits)[297] < 0.5


def _report_delays(path: Path, delays: Connection) -> None:
    with closing(SqliteLog(path)) as log:
        delays.send(0.0)
        for records in log.follow(["articles"], "start", poll_s=5):
            for record in records:
                delays.send(time.time() - float(record.value or b""))


def test_readers_in_other_processes_wake_within_milliseconds(log: SqliteLog, path: Path) -> None:
    """A follower in another process sees an append at once, although its poll interval is seconds."""
    reader, writer = SPAWN.Pipe(duplex=False)
    follower = SPAWN.Process(target=_report_delays, args=(path, writer), daemon=True)
    follower.start()
    reader.recv()
    delays = []
    for _ in range(20):
        log.append("articles", [NewRecord(0, None, str(time.time()).encode(), 0)])
        delays.append(reader.recv())
    follower.kill()
    follower.join()
    reader.close()
    writer.close()
    print(f"wake-up: median {sorted(delays)[10] * 1000:.1f} ms")
    assert sorted(delays)[10] < 0.1


# Transactions


def test_outputs_state_and_position_are_one(log: SqliteLog) -> None:
    """What a transaction appends, commits and writes is there together, or not at all after an exception."""

    def contents() -> tuple[int, dict[int, int], list[Any]]:
        state = log.query("SELECT stage, partition, key, value FROM state")
        return log.end_offset("articles", 0), log.committed("clean", "brief"), state

    def write(tx: Any) -> None:
        tx.append("articles", batch(2))
        tx.commit_offsets("clean", {("brief", 0): 7, ("brief", 1): 9})
        tx.executemany("INSERT INTO state VALUES (?, ?, ?, ?)", [("clean", 0, b"a", b"1"), ("clean", 0, b"b", b"2")])

    def write_and_fail() -> None:
        with log.transaction() as tx:
            write(tx)
            raise KeyError

    with pytest.raises(KeyError):
        write_and_fail()
    assert (0, {}, []) == contents()
    with log.transaction() as tx:
        write(tx)
        assert [2, 3] == tx.append("articles", batch(2))
    assert (4, {0: 7, 1: 9}, [("clean", 0, b"a", b"1"), ("clean", 0, b"b", b"2")]) == contents()


def test_changes_are_told_cheaply(log: SqliteLog, path: Path) -> None:
    """``changed`` is true after a commit of this or of another object, and false otherwise."""
    assert [True, False] == [log.changed(), log.changed()]
    log.append("articles", batch(1))
    assert [True, False] == [log.changed(), log.changed()]
    with closing(SqliteLog(path)) as other:
        other.append("articles", batch(1))
    assert [True, False] == [log.changed(), log.changed()]
    assert not log.wait_for_change(log.data_version(), 0.01)


def test_a_second_writer_waits_and_then_gives_up(log: SqliteLog, path: Path) -> None:
    """A lock that is held too long is an error that names the file, and nothing was written."""
    with closing(SqliteLog(path, busy_timeout_s=0.05)) as other:
        with log.transaction(), pytest.raises(InfrastructureError, match=r"log\.db' stayed locked"):
            other.append("articles", batch(1))
        assert [0] == other.append("articles", batch(1))


# Seeks and compaction against a plain model


def test_seek_by_time_agrees_with_a_scan(log: SqliteLog) -> None:
    """With times in any order and a front that was deleted, a seek finds what a scan of the rest finds."""
    times = [(number * 7919) % 3000 for number in range(3000)]
    for first in range(0, 3000, 500):
        log.append("brief", [NewRecord(0, None, b"v", at) for at in times[first : first + 500]])
    log.enforce_retention(3500)
    start = log.start_offset("brief", 0)
    seeks = (0, 1, 500, 1000, 2000, 2500, 2990, 2999, 3000)
    scanned = {at: next((o for o in range(start, 3000) if times[o] >= at), 3000) for at in seeks}
    assert scanned == {at: log.offset_at("brief", 0, at) for at in seeks}


def test_compaction_in_small_passes_ends_in_the_same(log: SqliteLog, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pass that has room for few keys leaves the rest to the next; in the end each key has its last record."""
    monkeypatch.setattr(sqlite_retention, "MAX_KEYS", 50)
    log.create_topics([TopicSpec("alerts", 1, "compact")])
    keys = [b"%d" % ((number * 31) % 700) for number in range(3000)]
    log.append("alerts", [NewRecord(0, key, None if key == b"13" else b"v", 0) for key in keys])
    for _ in range(200):
        log.enforce_retention(0)
    expected = sorted({key: offset for offset, key in enumerate(keys)}.values())
    assert expected == [record.offset for record in log.read("alerts", 0, 0)]
    gone = sorted(offset for offset in expected if keys[offset] != b"13")
    log.enforce_retention(sqlite_retention.TOMBSTONE_MS)
    assert gone == [record.offset for record in log.read("alerts", 0, 0)]
    assert [(700 - 1, 3000)] == log.query("SELECT records, compacted_to FROM partition WHERE topic = 'alerts'")


# What can be wrong


def test_a_full_disk_is_told_and_loses_nothing(log: SqliteLog) -> None:
    """When the file cannot grow, the batch is refused whole, the rest stays readable, and space helps."""
    log.append("articles", batch(10))
    (pages,) = log.query("PRAGMA page_count")[0]
    log.query(f"PRAGMA max_page_count = {pages + 20}")
    with pytest.raises(DiskFull, match="cannot grow"):
        log.append("articles", batch(1000, 1000))
    assert 10 == log.end_offset("articles", 0) == len(log.read("articles", 0, 0))
    log.query("PRAGMA max_page_count = 100000")
    assert 10 == log.append("articles", batch(1000, 1000))[0]


def test_a_second_worker_is_refused(log: SqliteLog, path: Path) -> None:
    """A group has one worker on a file: the second is told the holder's pid and the lock file; others are free."""
    with closing(SqliteLog(path)) as other:
        with log.worker_lock("clean/1") as lock_file:
            with (
                pytest.raises(WorkerLocked, match=rf"pid {os.getpid()}.*{lock_file.name}"),
                other.worker_lock("clean/1"),
            ):
                pass
            with other.worker_lock("dedupe"):
                pass
        with other.worker_lock("clean/1"):
            pass


def _live_on(born: Connection) -> None:
    born.send(os.getpid())
    time.sleep(60)


def _hold_lock(path: Path, held: Connection) -> None:
    with SqliteLog(path).worker_lock("clean"):
        multiprocessing.get_context("fork").Process(target=_live_on, args=(held,)).start()
        time.sleep(60)


def test_the_lock_dies_with_its_process(log: SqliteLog, path: Path) -> None:
    """After kill -9 of a worker the next one starts at once, although a child process of the dead one lives on."""
    reader, writer = SPAWN.Pipe(duplex=False)
    worker = SPAWN.Process(target=_hold_lock, args=(path, writer))
    worker.start()
    child = reader.recv()
    with pytest.raises(WorkerLocked, match=f"pid {worker.pid}"), log.worker_lock("clean"):
        pass
    worker.kill()
    worker.join()
    with log.worker_lock("clean"):
        os.kill(child, 9)
    reader.close()
    writer.close()


def _create(path: Path) -> None:
    for number in range(20):
        with closing(SqliteLog(path.with_name(f"{number}.db"))) as log:
            log.create_topics([TopicSpec("articles", 2)])
            log.append("articles", batch(1))


def test_processes_may_create_the_file_at_once(tmp_path: Path) -> None:
    """Whoever comes first makes the schema; nobody fails, and space will be given back."""
    workers = [SPAWN.Process(target=_create, args=(tmp_path / "log.db",)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [0, 0, 0] == [worker.exitcode for worker in workers]
    for number in range(20):
        with closing(SqliteLog(tmp_path / f"{number}.db")) as log:
            assert (3, [(2,)]) == (log.end_offset("articles", 0), log.query("PRAGMA auto_vacuum"))


@pytest.mark.parametrize(
    ("pragmas", "message"),
    [
        (f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {SCHEMA_VERSION + 1};", "upgrade Newsvane"),
        ("PRAGMA application_id = 7;", "another program"),
        ("CREATE TABLE a (b);", "another program"),
    ],
)
def test_a_file_of_others_is_refused_and_left_alone(path: Path, pragmas: str, message: str) -> None:
    """A newer log and a database of another program are told in one line and not changed by a byte."""
    with closing(sqlite3.connect(path)) as db:
        db.executescript(pragmas)
    before = path.read_bytes()
    with pytest.raises(InfrastructureError, match=message) as caught:
        SqliteLog(path)
    assert "\n" not in str(caught.value)
    assert before == path.read_bytes()
    assert [path] == list(path.parent.iterdir())


def test_what_is_no_database_is_refused(path: Path) -> None:
    """A text file, a folder and a missing folder are each told in one line with the path."""
    path.write_text("not a database, but long enough to look like one\n" * 100)
    with pytest.raises(InfrastructureError, match=r"log\.db' is not a SQLite database"):
        SqliteLog(path)
    with pytest.raises(InfrastructureError, match=r"folder '.*/absent' does not exist"):
        SqliteLog(path.parent / "absent" / "log.db")
    with pytest.raises(InfrastructureError, match="cannot be read or written"):
        SqliteLog(path.parent)


def test_damage_is_told_and_not_read_over(log: SqliteLog, path: Path) -> None:
    """A damaged page or a damaged header blob ends a read with the file's name, never with records missing."""
    log.append("articles", batch(500, 1000))
    log.append("brief", [NewRecord(0, b"k", b"v", 0, (("cause", b"x"),))])
    log.enforce_retention(0)
    with log.transaction() as tx:
        tx.execute("UPDATE record SET headers = x'0005000000ff' WHERE headers IS NOT NULL")
    with pytest.raises(InfrastructureError, match=r"brief\[0\]@0: log file .* is damaged"):
        log.read("brief", 0, 0)
    log.enforce_retention(0)
    log.close()
    with path.open("r+b") as file:
        file.seek(4096 * 12)
        file.write(b"\xa5" * 4096 * 40)
    with closing(SqliteLog(path)) as again, pytest.raises(InfrastructureError, match="is damaged"):
        again.read("articles", 0, 0)

"""Run a replay: the same agents over a copy of the past, on a log of its own.

1. ``plan`` looks where the range lies in the source and writes it down; nothing is copied yet.
2. ``run`` makes the replay's log (topics without retention, the watches), copies in one thread and lets the agents of
   ``streams.app`` work in this one, until everything is copied and processed.

Nothing live is written: the source is only read, and destinations, silences and tokens are not on the replay's log.
Killed at any moment, ``run`` goes on: the copy knows its place by the transaction of its last batch, the agents theirs
by their commits. Limits: one process; run it under ``os.nice`` beside a live line.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from schemas import encode, topic_of, topics_on
from streams.clock import Clock, utc_now
from streams.errors import InfrastructureError, UsageError
from streams.log.connect import connect
from streams.log.lock import worker_lock
from streams.log.protocol import Log, NewRecord, StoredRecord, TopicSpec
from streams.log.sqlite import SqliteLog
from streams.model.times import format_utc_ms
from streams.model.watch import Watch
from streams.replay.copying import Copied, copy
from streams.replay.manifest import (
    COPY_LOCK,
    DATABASE,
    GROUP,
    Manifest,
    Request,
    Shelf,
    new_id,
    settings_of,
)
from streams.replay.ranges import Range, time_of
from streams.settings import Settings

_WINDOW_S: Final = 10.0
_STAGES: Final = ("clean", "dedupe", "detect", "stance", "alert")


@dataclass(frozen=True, slots=True)
class Advance:
    """How far a replay is: of ``records`` this share is through all stages; at which rate, and how long it takes."""

    records: int
    share: float
    per_s: float
    left_s: float | None


OnAdvance = Callable[[Advance], None]


def plan(source: Log, settings: Settings, request: Request, now: datetime) -> Manifest:
    """Find the range in the source. Raises UsageError where it is empty there."""
    chosen = request.range.check()
    warm_from = None if chosen.from_ms is None else max(chosen.from_ms - request.warm_up_ms, 0)
    copied = Range(warm_from, chosen.to_ms, chosen.by)
    seek, stop = copied.seek_ms(), copied.stop_ms(request.kind)
    starts, ends, gone, before = {}, {}, 0, 0
    for partition in range(source.partitions(request.topic)):
        first = source.start_offset(request.topic, partition)
        start = first if seek is None else source.offset_at(request.topic, partition, seek)
        end = source.end_offset(request.topic, partition)
        if stop is not None:
            end = min(end, source.offset_at(request.topic, partition, stop))
        starts[str(partition)], ends[str(partition)] = start, max(end, start)
        gone += first
        before += start - first
    missing = []
    if gone:
        missing.append(f"retention has deleted the first {gone:,} records of {request.topic}")
    if before or (copied.from_ms is not None and copied.by == "published"):
        assert warm_from is not None
        left_out = f"{before:,} records of {request.topic} before" if before else "what was published before"
        missing.append(f"{left_out} {time_of(warm_from)}, where the warm-up begins, were left out")
    manifest = Manifest(
        replay_id=new_id(request, now),
        key=request.key(),
        created_at=format_utc_ms(now),
        source=settings.broker,
        namespace=settings.namespace,
        group=settings.group,
        topic=request.topic,
        kind=request.kind,
        from_ms=chosen.from_ms,
        to_ms=chosen.to_ms,
        by=chosen.by,
        warm_from_ms=warm_from,
        last_stage=request.last_stage,
        watches=None if request.watches is None else list(request.watches),
        starts=starts,
        ends=ends,
        missing=missing,
    )
    if not manifest.most_records:
        raise UsageError(
            f"nothing to replay: {manifest.in_words()} has no records; see what is there with "
            f"'newsvane tail {request.topic} --no-follow -n 1'"
        )
    return manifest


def run(settings: Settings, shelf: Shelf, manifest: Manifest, on_advance: OnAdvance, now: Clock = utc_now) -> Manifest:
    """Run or go on with a replay; return its manifest, whose state is still ``running`` if a signal ended it.

    Raises WorkerLocked if another process works at it, and the InfrastructureError that ended it.
    """
    folder = shelf.place(manifest.replay_id)
    began = time.monotonic()
    with ExitStack() as stack:
        stack.enter_context(worker_lock(folder / DATABASE, COPY_LOCK))
        own = settings_of(settings, folder)
        source = connect(settings)
        stack.callback(source.close)
        target = connect(own, synchronous="NORMAL")
        stack.callback(target.close)
        assert isinstance(target, SqliteLog)
        set_up(target, source, manifest)
        if not _work(settings, own, manifest, target, on_advance):
            return manifest
        records, warm = _count(target, manifest)
    done = replace(
        manifest,
        state="done",
        finished_at=format_utc_ms(now()),
        worked_s=round(time.monotonic() - began, 3),
        records=records,
        warm_records=warm,
    )
    shelf.write(done)
    return done


def set_up(target: SqliteLog, source: Log, manifest: Manifest) -> None:
    """Topics as many-parted as the source's and kept for ever; the watches, or those that are pinned. Idempotent."""
    there = source.describe_topics()
    target.create_topics(
        TopicSpec(
            name=topic.name,
            partitions=there[topic.name].partitions if topic.name in there else topic.partitions,
            cleanup=topic.cleanup,
            config=topic.config,
        )
        for topic in topics_on("sqlite")
    )
    topic = topic_of("watch")
    if target.end_offset(topic.name, 0):
        return
    if manifest.watches is None:
        records = [
            NewRecord(0, stored.key, stored.value, stored.timestamp_ms, stored.headers)
            for stored in read_all(source, topic.name)
        ]
    else:
        records = [NewRecord(0, topic.key_of(watch), encode(watch), 0) for watch in manifest.watches]
    target.append(topic.name, records)


def read_all(log: Log, topic: str) -> Iterator[StoredRecord]:
    """What is in the topic now, one partition after the other."""
    for partition in range(log.partitions(topic)):
        offset, end = log.start_offset(topic, partition), log.end_offset(topic, partition)
        while offset < end:
            batch = log.read(topic, partition, offset)
            if not batch:
                break
            yield from (stored for stored in batch if stored.offset < end)
            offset = batch[-1].offset + 1


def _work(settings: Settings, own: Settings, manifest: Manifest, target: SqliteLog, on_advance: OnAdvance) -> bool:
    """Copy and process to the end; False if a signal came first."""
    # Faust takes half a second to import: only now
    from streams.app import build_agents
    from streams.engine.worker import Callbacks, measure_progress, run_worker

    copied = Copied(0, manifest.most_records)
    stop = threading.Event()
    thread = threading.Thread(
        target=_copy, args=(settings, own, manifest, copied, stop), name="newsvane-replay-copy", daemon=True
    )
    meter = Meter(copied, on_advance)
    stages: dict[str, str] = {}

    def build(line: object) -> None:
        build_agents(line, manifest.last_stage)  # type: ignore[arg-type]
        stages.update(line.stages)  # type: ignore[attr-defined]

    thread.start()
    try:
        while True:
            while not (copied.taken or copied.is_done or copied.error):
                if not thread.is_alive():
                    break
                stop.wait(0.02)
            if run_worker(own, build, until_idle=True, callbacks=Callbacks(on_progress=meter.advance)):
                return False
            if copied.error is not None:
                raise copied.error
            progress = measure_progress(target, stages, GROUP)
            meter.advance(progress)
            if copied.is_done and all(done >= end for done, end in progress.values()):
                return True
            if not thread.is_alive() and not copied.is_done:
                raise InfrastructureError("copying ended by itself; the same command goes on where it was")
    finally:
        stop.set()
        thread.join(30)


def _copy(settings: Settings, own: Settings, manifest: Manifest, copied: Copied, stop: threading.Event) -> None:
    try:
        with ExitStack() as stack:
            source = connect(settings)
            stack.callback(source.close)
            target = connect(own, synchronous="NORMAL")
            stack.callback(target.close)
            assert isinstance(target, SqliteLog)
            copy(source, target, manifest, copied, stop)
    except BaseException as error:
        copied.error = error


class Meter:
    """Makes one number of the stages' positions, and a rate of its last ten seconds."""

    def __init__(self, copied: Copied, on_advance: OnAdvance, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._copied, self._on_advance, self._monotonic = copied, on_advance, monotonic
        self._looks: deque[tuple[float, float]] = deque()

    def advance(self, progress: dict[str, tuple[int, int]]) -> None:
        copied = self._copied
        share = copied.seen / copied.total if copied.total else 1.0
        for stage in _STAGES:  # what waits before a stage is not through
            done, end = progress.get(stage, (0, 0))
            share *= done / end if end else 1.0
        at = self._monotonic()
        self._looks.append((at, share))
        while self._looks[0][0] < at - _WINDOW_S:
            self._looks.popleft()
        since, before = self._looks[0]
        per_s = max(share - before, 0.0) / (at - since) * copied.total if at > since else 0.0
        left = (1 - share) * copied.total / per_s if per_s > 0 else None
        self._on_advance(Advance(copied.total, share, per_s, left))


def _count(target: SqliteLog, manifest: Manifest) -> tuple[int, int]:
    """Records of the replayed topic, and those of them that only warmed up."""
    topic = manifest.topic
    total = sum(target.end_offset(topic, partition) for partition in range(target.partitions(topic)))
    if manifest.warm_from_ms is None and manifest.from_ms is None:
        return total, 0
    chosen = manifest.range
    return total, sum(not chosen.has(manifest.kind, stored) for stored in read_all(target, topic))


def own_log(settings: Settings, shelf: Shelf, manifest: Manifest) -> SqliteLog:
    """The replay's log, for reading. Raises UsageError where nothing was written yet."""
    folder: Path = shelf.place(manifest.replay_id)
    if not (folder / DATABASE).exists():
        raise UsageError(f"replay {manifest.replay_id} has nothing yet; go on with 'newsvane replay resume'")
    log = connect(settings_of(settings, folder))
    assert isinstance(log, SqliteLog)
    return log


def read_watches(log: Log) -> list[Watch]:
    """Every version of every watch on the log, in order."""
    from schemas import decode
    from streams.errors import InvalidRecord

    found: list[Watch] = []
    for stored in read_all(log, topic_of("watch").name):
        try:
            found.append(decode("watch", stored.value or b""))  # type: ignore[arg-type]
        except InvalidRecord:
            continue  # the workers pass over it too
    return found

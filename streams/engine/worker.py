"""A worker process from its first to its last breath: log, state, followers, Faust, signals.

It starts only after the topics exist and every watch is known, is ready when Faust has assigned partitions, and stops
on SIGINT, SIGTERM, the end of its input (``until_idle``) or a failure; batches under way are finished and committed.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import faust
from aiokafka.errors import KafkaError

from schemas import topic_of, topics_on
from streams.engine.faust_app import build_app
from streams.engine.follow import Follower
from streams.engine.keeper import Keeper
from streams.engine.keeper_kafka import KafkaKeeper
from streams.engine.keeper_sqlite import SqliteKeeper
from streams.engine.line import Line
from streams.engine.local_store import LocalStore
from streams.engine.transport_kafka import KafkaTransport
from streams.engine.transport_sqlite import SqliteTransport
from streams.errors import BrokerUnavailable, InfrastructureError
from streams.log.connect import connect
from streams.log.protocol import Log, StoredRecord
from streams.log.provision import check_topics_exist
from streams.log.sqlite import SqliteLog
from streams.model.watch import WatchBook
from streams.settings import Settings

_LOG = logging.getLogger(__name__)
_IDLE_LOOKS = 2
_IDLE_S = 0.15
_IDLE_KAFKA_S = 0.6  # forty questions to the broker each time
_HOUSEKEEPING_S = 60.0
_STOP_S = 4.0
_END_S = 20.0
# A batch makes thousands of containers and hardly a cycle; the default, 700, walks the heap tens of times a batch.
_GC_AFTER = 50_000


Progress = dict[str, tuple[int, int]]
"""(records done, records there) of each stage's input, over all partitions."""


@dataclass(frozen=True, slots=True)
class Callbacks:
    """What the caller wants to know: when the worker is ready, and now and then how far each stage is."""

    on_ready: Callable[[], None] = lambda: None
    on_progress: Callable[[Progress], None] | None = None


def run_worker(
    settings: Settings,
    build_agents: Callable[[Line], None],
    *,
    until_idle: bool = False,
    callbacks: Callbacks | None = None,
) -> bool:
    """Run until stopped; return whether a signal did it. Raises the InfrastructureError that ended it, if one did."""
    try:
        import uvloop

        factory: Any = uvloop.new_event_loop
    except ImportError:  # not built for this platform
        factory = None
    end = _End()
    try:
        with asyncio.Runner(loop_factory=factory) as runner:
            return runner.run(_run(settings, build_agents, until_idle, callbacks or Callbacks(), end))
    finally:
        end.is_reached()


def leave_process(status: int) -> None:
    """End now: clients of a broker that is gone leave threads behind that the interpreter would wait for."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


class _End:
    """Makes sure that a worker that is ending ends: what is not committed is done again, a half-dead one is not."""

    def __init__(self) -> None:
        self._timer: threading.Timer | None = None

    def begins(self, failure: asyncio.Future[None]) -> None:
        def force() -> None:
            error = failure.exception() if failure.done() and not failure.cancelled() else None
            print(f"newsvane: {error or 'the worker did not end by itself'}", file=sys.stderr)
            leave_process(1)

        self._timer = threading.Timer(_END_S, force)
        self._timer.daemon = True
        self._timer.start()

    def is_reached(self) -> None:
        if self._timer is not None:
            self._timer.cancel()


async def _run(
    settings: Settings,
    build_agents: Callable[[Line], None],
    until_idle: bool,
    callbacks: Callbacks,
    end: _End,
) -> bool:
    with ExitStack() as stack:
        # The input is durable before we see it, so what a power cut takes of our commits is only done again.
        log = connect(settings, synchronous="NORMAL") if settings.is_embedded else connect(settings)
        stack.callback(log.close)
        check_topics_exist(log, topics_on("sqlite" if settings.is_embedded else "kafka"), settings.broker)
        if isinstance(log, SqliteLog):
            stack.enter_context(log.worker_lock(settings.group))
        app = build_app(settings, settings.data_dir / "faust")
        _make_data_dir(settings)
        keeper, stored = _make_keeper(app, settings, log)
        book = WatchBook()
        line = Line(app, settings, keeper, log, book, stored)
        stack.enter_context(_watch_threads(line))
        build_agents(line)
        follower = Follower(lambda: connect(settings), topic_of("watch").name, "watch", line.apply_watch, line.fail)
        await follower.start()
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop.set)
        tasks: list[asyncio.Task[Any]] = []
        try:
            stack.enter_context(_spare_collector())
            await _start(app, line, settings)
            callbacks.on_ready()
            tasks = [
                asyncio.create_task(stop.wait()),
                asyncio.create_task(_watch_progress(log, line, settings, until_idle, callbacks)),
                asyncio.create_task(_keep_house(settings)),
                asyncio.create_task(_watch_faust(app)),
            ]
            await asyncio.wait([*tasks, line.failure], return_when=asyncio.FIRST_COMPLETED)
            for task in tasks:
                if task.done() and not task.cancelled() and (error := task.exception()) is not None:
                    line.fail(error)
        finally:
            for task in tasks:
                task.cancel()
            end.begins(line.failure)
            await line.stop()
            await _stop(app)
            try:
                await follower.stop()
            except InfrastructureError as error:  # the first failure is the one to tell
                line.fail(error)
            await keeper.close()
        if line.failure.done():
            raise line.failure.exception() or InfrastructureError("the line ended without a reason")
        line.failure.cancel()
        return stop.is_set()


@contextmanager
def _watch_threads(line: Line) -> Iterator[None]:
    """Crash with a thread that dies, Faust's consumer above all; one that dies while we stop is in order."""
    loop, before = asyncio.get_running_loop(), threading.excepthook

    def ended(thread: threading.ExceptHookArgs) -> None:
        if line.is_stopping:
            _LOG.debug("a thread did not stop in order: %s", thread.exc_type.__name__)
            return
        what = f"{thread.exc_type.__name__}: {thread.exc_value}"
        loop.call_soon_threadsafe(line.fail, InfrastructureError(f"a thread ended by itself ({what}); restarting"))

    threading.excepthook = ended
    try:
        yield
    finally:
        threading.excepthook = before


def _make_data_dir(settings: Settings) -> None:
    try:
        (settings.data_dir / "faust").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InfrastructureError(
            f"data folder '{settings.data_dir}' cannot be used: {error.strerror}; set NEWSVANE_DATA_DIR"
        ) from error


def _make_keeper(app: Any, settings: Settings, log: Log) -> tuple[Keeper, Callable[[Any], StoredRecord]]:
    if isinstance(log, SqliteLog):
        transport = SqliteTransport(app.conf.broker_consumer, app, log=log)
        app.transport = transport
        app.producer_transport = transport
        return SqliteKeeper(log, settings.group, transport.wake), lambda record: record
    app.transport = app.producer_transport = KafkaTransport(app.conf.broker_consumer, app)
    store = LocalStore(settings.data_dir / "state", settings.group)
    keeper = KafkaKeeper(lambda: app.producer._producer, log, store, settings.namespace)

    def stored(record: Any) -> StoredRecord:
        converted = StoredRecord(
            record.topic.removeprefix(settings.namespace),
            record.partition,
            record.offset,
            record.timestamp,
            record.key,
            record.value,
            record.headers,
        )
        keeper.recent.add(converted)
        return converted

    return keeper, stored


@contextmanager
def _spare_collector() -> Iterator[None]:
    """What was loaded for the process's life (modules, watches, tables) is not walked again until this ends."""
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(_GC_AFTER, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


async def _start(app: faust.App, line: Line, settings: Settings) -> None:
    """Start Faust and wait until partitions are assigned and streams flow."""
    starting = asyncio.create_task(app.start())
    await asyncio.wait([starting, line.failure], return_when=asyncio.FIRST_COMPLETED)
    if line.failure.done():
        starting.cancel()
        await line.failure
    try:
        await starting
    except (OSError, KafkaError) as error:
        raise BrokerUnavailable(f"broker {settings.broker} does not answer ({error}); is it running?") from error
    deadline = time.monotonic() + 4 * settings.kafka_session_timeout_s
    while app.rebalancing or not app.consumer.assignment():
        if app.crashed or time.monotonic() > deadline:
            raise InfrastructureError(f"no partitions were assigned to group '{settings.group}' on {settings.broker}")
        await asyncio.sleep(0.01)


async def _stop(app: faust.App) -> None:
    try:
        await asyncio.wait_for(app.stop(), _STOP_S)
    except TimeoutError:
        _LOG.warning("faust did not stop within %s s; everything was committed before", _STOP_S)


async def _watch_faust(app: faust.App) -> None:
    """Crash with Faust: a dead service inside a living process would be a silent stop."""
    while True:
        if app.crashed or app.should_stop:
            raise InfrastructureError(f"faust stopped by itself: {app.crash_reason or 'no reason given'}")
        await asyncio.sleep(0.5)


async def _watch_progress(log: Log, line: Line, settings: Settings, until_idle: bool, callbacks: Callbacks) -> None:
    """Report progress; with ``until_idle`` return when every stage has reached the end of its input and stays there."""
    if not until_idle and callbacks.on_progress is None:
        await asyncio.Event().wait()
    own = None if isinstance(log, SqliteLog) else connect(settings)  # the keeper's is for one call at a time
    try:
        quiet = 0
        while quiet < _IDLE_LOOKS or not until_idle:
            await asyncio.sleep(_IDLE_S if own is None else _IDLE_KAFKA_S)
            if own is None:
                progress = measure_progress(log, line.stages, settings.group)
            else:
                progress = await asyncio.to_thread(measure_progress, own, line.stages, settings.group)
            if callbacks.on_progress is not None:
                callbacks.on_progress(progress)
            is_done = all(done >= end for done, end in progress.values())
            quiet = quiet + 1 if is_done and not line.is_busy else 0
    finally:
        if own is not None:
            own.close()


def measure_progress(log: Log, stages: dict[str, str], group: str) -> Progress:
    progress = {}
    for stage, topic in stages.items():
        committed = log.committed(group, topic)
        done = end = 0
        for partition in range(log.partitions(topic)):
            end += log.end_offset(topic, partition)
            done += max(committed.get(partition, 0), log.start_offset(topic, partition))
        progress[stage] = (done, end)
    return progress


async def _keep_house(settings: Settings) -> None:
    """Retention of the embedded log, through a connection and a thread of its own; Kafka does its own."""
    if not settings.is_embedded:
        await asyncio.Event().wait()
    while True:
        await asyncio.sleep(_HOUSEKEEPING_S)
        await asyncio.to_thread(_enforce_retention, settings)


def _enforce_retention(settings: Settings) -> None:
    log = connect(settings)
    try:
        log.enforce_retention(int(time.time() * 1000))
    finally:
        log.close()

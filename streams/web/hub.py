"""One thread follows the topic of alerts, every listener hears it: nothing missed, nothing twice, no queue without end.

A listener joins at the hub's position P. If it has a position of its own, the records from there up to P are read from
the log first (the gap), and then what the hub had queued meanwhile goes on from P: no hole and no overlap, because both
count by offsets. The gap's reader looks at some records before the gap, so that it knows their repeats.

A listener's queue is bounded: one that does not read is dropped with a line in the log, and comes back with its last
id. Latency: the embedded log wakes its follower within 5 ms; without listeners the thread looks four times a second.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Final, Literal

from schemas import topic_of
from streams.errors import InfrastructureError
from streams.log.protocol import Log, StoredRecord
from streams.settings import Settings
from streams.web.alert_event import Event, Filters, Repeats, read_event
from streams.web.position import Position, check_of, log_name

_LOG = logging.getLogger(__name__)
QUEUE_EVENTS: Final = 1_000
QUEUE_BYTES: Final = 16 << 20
_LOOK_BACK: Final = 200
_WITHOUT_LISTENERS_S: Final = 0.25
_POLL_S: Final = 0.1
_AGAIN_S: Final = 1.0
_PAGE: Final = 200

Reset = Literal["malformed", "another-log", "too-old"]


class Listener:
    """One stream. ``wait`` is called by its own task alone, the rest on the same event loop."""

    def __init__(self, name: str, filters: Filters, position: Position) -> None:
        self.name = name
        self.filters = filters
        self.joined_at = position
        self.position = position
        self.is_dropped = False
        self.is_ended = False
        self.on_drop: Callable[[], None] | None = None
        self._queue: deque[tuple[Position, bytes]] = deque()
        self._bytes = 0
        self._news = asyncio.Event()

    def offer(self, event: Event, encoded: bytes) -> bool:
        """Queue it if it is wanted; False where the queue is full."""
        if not self.filters.admit(event):
            if not self._queue:
                self.position = event.position
            return True
        if len(self._queue) >= QUEUE_EVENTS or self._bytes + len(encoded) > QUEUE_BYTES:
            return False
        self._queue.append((event.position, encoded))
        self._bytes += len(encoded)
        self._news.set()
        return True

    def end(self, *, dropped: bool = False) -> None:
        self.is_ended, self.is_dropped = True, dropped
        self._news.set()
        if dropped and self.on_drop is not None:
            self.on_drop()

    async def wait(self, timeout_s: float) -> bytes | None:
        """What is queued, in one piece; b"" after the time-out, None at the end."""
        if not self._queue and not self.is_ended:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), timeout_s)
        if self.is_ended:
            return None
        self._news.clear()
        if not self._queue:
            return b""
        self.position = self._queue[-1][0]
        taken = b"".join(encoded for _, encoded in self._queue)
        self._queue.clear()
        self._bytes = 0
        return taken


class Hub:
    """Made by ``build_web``; its lifespan starts and stops it."""

    def __init__(self, open_log: Callable[[], Log], settings: Settings) -> None:
        self._open_log = open_log
        self._topic = topic_of("alert").name
        self._name = log_name(settings.broker, settings.namespace, self._topic)
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._listeners: set[Listener] = set()
        self._ready: asyncio.Event = asyncio.Event()
        self._position: Position | None = None
        self._gap_lock = threading.Lock()
        self._gap_log: Log | None = None

    @property
    def is_ready(self) -> bool:
        """Whether the topic is being followed."""
        return self._ready.is_set()

    @property
    def listeners(self) -> int:
        return len(self._listeners)

    async def start(self) -> None:
        """Begin at the end of the topic. A log that does not answer is asked again, while the server runs."""
        self._loop = asyncio.get_running_loop()
        self._stop.clear()
        self._ready = asyncio.Event()
        self._thread = threading.Thread(target=self._keep_following, name="newsvane-alerts", daemon=True)
        self._thread.start()

    async def stop(self) -> None:
        """End every stream, then the thread."""
        self.end_streams()
        self._stop.set()
        self._wake.set()
        if self._thread is not None:
            await asyncio.to_thread(self._thread.join, 2.0)
        with self._gap_lock:
            if self._gap_log is not None:
                self._gap_log.close()
                self._gap_log = None

    def end_streams(self) -> None:
        """Ask every listener to end, and admit no more."""
        self._stop.set()
        for listener in list(self._listeners):
            listener.end()

    async def join(self, name: str, filters: Filters, deadline_s: float = 5.0) -> Listener:
        """A listener that hears everything from the hub's position on. Raises InfrastructureError without a log."""
        try:
            await asyncio.wait_for(self._ready.wait(), deadline_s)
        except TimeoutError:
            raise InfrastructureError("the alerts can't be followed: the log does not answer") from None
        assert self._position is not None
        listener = Listener(name, filters, self._position)
        self._listeners.add(listener)
        if self._stop.is_set():
            listener.end()
        self._wake.set()
        return listener

    def leave(self, listener: Listener) -> None:
        self._listeners.discard(listener)

    # The gap between a client's position and the hub's

    def check(self, position: Position) -> Reset | None:
        """Why this position can't be continued from, or None. Asks the log: call it from a thread."""
        if position.log != self._name:
            return "another-log"
        with self._gap() as log:
            count = log.partitions(self._topic)
            if len(position.offsets) > count:
                return "another-log"
            is_compacted = log.describe_topics()[self._topic].cleanup == "compact"
            for partition, offset in enumerate(position.offsets):
                if offset > log.end_offset(self._topic, partition):
                    return "another-log"
                # compaction keeps the last record of every alert, so nothing that counts is missing
                if not is_compacted and offset < log.start_offset(self._topic, partition):
                    return "too-old"
            if position.partition >= 0:
                last = position.offsets[position.partition] - 1
                found = log.read(self._topic, position.partition, max(last, 0), max_records=1)
                if last < 0 or (found and found[0].offset == last and check_of(found[0]) != position.check):
                    return "another-log"
        return None

    def read_gap(self, since: Position, upto: Position, filters: Filters) -> Iterator[tuple[Position, bytes]]:
        """The events after ``since`` and before ``upto``, in pages: a position and what it adds. Blocking."""
        offsets = since.offsets + (0,) * (len(upto.offsets) - len(since.offsets))
        at = Position(since.log, offsets, since.partition, since.check)
        for partition, end in enumerate(upto.offsets):
            begin, repeats = offsets[partition], Repeats()
            offset = max(0, begin - _LOOK_BACK) if begin < end else end
            while offset < end:
                with self._gap() as log:
                    records = log.read(self._topic, partition, offset, max_records=_PAGE)
                if not records:
                    break
                offset = records[-1].offset + 1
                page: list[bytes] = []
                for record in records:
                    if record.offset >= end:
                        break
                    event = read_event(record, at, repeats)
                    if record.offset < begin:
                        continue
                    at = at.after(record)
                    if event is not None and filters.admit(event):
                        page.append(event.encode())
                yield at, b"".join(page)

    def _gap(self) -> _Borrowed:
        return _Borrowed(self)

    # The thread

    def _keep_following(self) -> None:
        repeats = Repeats()
        position: Position | None = None
        told = False
        while not self._stop.is_set():
            log: Log | None = None
            try:
                log = self._open_log()
                if position is None:
                    position = self._begin(log, repeats)
                told = False
                for reached in self._follow(log, position, repeats):
                    position = reached
                    if self._stop.is_set():
                        return
            except Exception as error:
                if not self._stop.is_set() and not told:
                    _LOG.error("following %s: %s; trying again", self._topic, error)
                    told = True
                self._stop.wait(_AGAIN_S)
            finally:
                if log is not None:
                    with suppress(Exception):
                        log.close()

    def _begin(self, log: Log, repeats: Repeats) -> Position:
        """The end of the topic, with the repeats of its last records known."""
        offsets = tuple(log.end_offset(self._topic, partition) for partition in range(log.partitions(self._topic)))
        position = Position(self._name, offsets)
        newest: StoredRecord | None = None
        for partition, end in enumerate(offsets):
            for record in log.read(self._topic, partition, max(0, end - _LOOK_BACK), max_records=_LOOK_BACK):
                if record.offset < end:
                    read_event(record, position, repeats)
                    if record.offset == end - 1 and (newest is None or record.timestamp_ms >= newest.timestamp_ms):
                        newest = record
        if newest is not None:
            position = Position(self._name, offsets, newest.partition, check_of(newest))
        self._call(self._set_ready, position)
        return position

    def _follow(self, log: Log, position: Position, repeats: Repeats) -> Iterator[Position]:
        start = {(self._topic, partition): offset for partition, offset in enumerate(position.offsets)}
        for batch in log.follow([self._topic], start, poll_s=_POLL_S):
            events: list[tuple[Event, bytes]] = []
            for record in batch:
                event = read_event(record, position, repeats)
                position = position.after(record)
                if event is not None:
                    events.append((event, event.encode()))
            if batch:
                self._call(self._deliver, position, events)
            yield position
            if not self._listeners and not batch:
                self._wake.wait(_WITHOUT_LISTENERS_S)
                self._wake.clear()

    def _call(self, function: Callable[..., None], *arguments: object) -> None:
        assert self._loop is not None
        with suppress(RuntimeError):  # the loop has ended before us
            self._loop.call_soon_threadsafe(function, *arguments)

    # On the event loop

    def _set_ready(self, position: Position) -> None:
        self._position = position
        self._ready.set()

    def _deliver(self, position: Position, events: list[tuple[Event, bytes]]) -> None:
        self._position = position
        slow = [
            listener
            for listener in self._listeners
            if not all(listener.offer(event, encoded) for event, encoded in events)
        ]
        for listener in slow:
            self._listeners.discard(listener)
            _LOG.warning("stream of %s dropped: it does not read; it can come back with its last id", listener.name)
            listener.end(dropped=True)


class _Borrowed:
    """The log that gaps are read with: one for all, a page at a time."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    def __enter__(self) -> Log:
        hub = self._hub
        hub._gap_lock.acquire()
        try:
            if hub._gap_log is None:
                hub._gap_log = hub._open_log()
            return hub._gap_log
        except BaseException:
            hub._gap_lock.release()
            raise

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        hub = self._hub
        if kind is not None and hub._gap_log is not None:
            with suppress(Exception):
                hub._gap_log.close()
            hub._gap_log = None
        hub._gap_lock.release()

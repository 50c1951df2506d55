"""The records of the topics that deliver follows, from a thread into the event loop, never more than a few batches."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Final, cast

from schemas import decode, validate
from streams.errors import BrokerUnavailable, InvalidRecord
from streams.log.protocol import Log, StoredRecord
from streams.model.records import Alert

MAX_BATCHES: Final = 4
_POLL_S: Final = 0.1
_RETRY_S: Final = (0.5, 1.0, 2.0, 5.0)
_LOG = logging.getLogger(__name__)

Place = tuple[str, int]
Batch = Sequence[StoredRecord]


class Inbox:
    """Follows topics with a log of its own. A broker that does not answer is waited for."""

    def __init__(self, open_log: Callable[[], Log], topics: Sequence[str], start: Mapping[Place, int]) -> None:
        self._open_log, self._topics, self._next = open_log, topics, dict(start)
        self._loop = asyncio.get_running_loop()
        self._queue: asyncio.Queue[Batch | BaseException] = asyncio.Queue()
        self._room = threading.Semaphore(MAX_BATCHES)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="newsvane-deliver-inbox", daemon=True)
        self._thread.start()

    async def get(self, timeout_s: float) -> Batch | None:
        """The next batch; an empty one says that everything was read for now; None after the time-out."""
        try:
            async with asyncio.timeout(timeout_s):  # wait_for of Python 3.11 may swallow a cancellation
                found = await self._queue.get()
        except TimeoutError:
            return None
        self._room.release()
        if isinstance(found, BaseException):
            raise found
        return found

    def stop(self) -> None:
        """Ask the thread to end; it takes what ``_POLL_S`` says, or as long as the broker is silent."""
        self._stop.set()

    def _run(self) -> None:
        failures = 0
        while not self._stop.is_set():
            try:
                log = self._open_log()
                try:
                    for batch in log.follow(self._topics, self._next, _POLL_S):
                        failures = 0
                        self._next |= {(each.topic, each.partition): each.offset + 1 for each in batch}
                        if not self._put(batch):
                            return
                finally:
                    log.close()
            except BrokerUnavailable as error:
                _LOG.warning("delivery waits for the broker: %s", error)
                self._stop.wait(_RETRY_S[min(failures, len(_RETRY_S) - 1)])
                failures += 1
            except BaseException as error:
                self._put(error)
                return

    def _put(self, item: Batch | BaseException) -> bool:
        """Wait for room and hand it over; False if it is time to end. Two empty batches say no more than one."""
        if not item and not isinstance(item, BaseException) and not self._queue.empty():
            return not self._stop.is_set()
        while not self._room.acquire(timeout=_POLL_S):
            if self._stop.is_set():
                return False
        if self._stop.is_set():
            return False
        try:
            self._loop.call_soon_threadsafe(self._queue.put_nowait, item)
        except RuntimeError:  # the loop has ended
            return False
        return True


def read_alert(stored: StoredRecord) -> Alert | None:
    """An alert off the topic; None for what is none, which anybody may have written there."""
    try:
        record = decode("alert", stored.value or b"")
        validate("alert", record)
    except InvalidRecord as error:
        _LOG.error("%s[%d]@%d: %s; this alert is passed over", stored.topic, stored.partition, stored.offset, error)
        return None
    return cast(Alert, record)

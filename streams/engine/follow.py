"""Follow a configuration topic without a group: read to its end before the first record, then keep up.

Each follower has a log of its own in a thread of its own, so that a slow broker can't hold up the agents.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from typing import Any

from schemas import decode, validate
from streams.engine.work import coordinate
from streams.errors import InfrastructureError, InvalidRecord
from streams.log.protocol import Log, StoredRecord

_LOG = logging.getLogger(__name__)
_POLL_S = 0.1


class Follower:
    """Calls ``apply(record)`` on the event loop for every valid record of the topic, in order."""

    def __init__(
        self,
        open_log: Callable[[], Log],
        topic: str,
        kind: str,
        apply: Callable[[Any], None],
        on_failure: Callable[[BaseException], None],
    ) -> None:
        self._open_log, self._topic, self._kind, self._apply = open_log, topic, kind, apply
        self._on_failure = on_failure
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._next: dict[int, int] = {}

    async def start(self) -> None:
        """Return when everything that is in the topic now has been applied."""
        log = await asyncio.to_thread(self._open_log)
        for stored in await asyncio.to_thread(self._read_to_end, log):
            self._take(stored)
        loop = asyncio.get_running_loop()
        self._thread = threading.Thread(
            target=self._keep_up, args=(log, loop), name=f"newsvane-follow-{self._topic}", daemon=True
        )
        self._thread.start()

    def _read_to_end(self, log: Log) -> list[StoredRecord]:
        records: list[StoredRecord] = []
        for partition in range(log.partitions(self._topic)):
            offset, end = self._next.get(partition, 0), log.end_offset(self._topic, partition)
            while offset < end:
                batch = log.read(self._topic, partition, offset)
                if not batch:
                    break
                records += batch
                offset = batch[-1].offset + 1
            self._next[partition] = end
        return records

    def _keep_up(self, log: Log, loop: asyncio.AbstractEventLoop) -> None:
        try:
            while not self._stop.wait(_POLL_S):  # a change may take a second: no need to be woken for it
                for stored in self._read_to_end(log):
                    loop.call_soon_threadsafe(self._take, stored)
        except Exception as error:
            if not self._stop.is_set():
                loop.call_soon_threadsafe(self._on_failure, error)
        finally:
            log.close()

    def _take(self, stored: StoredRecord) -> None:
        try:
            record = decode(self._kind, stored.value or b"")
            validate(self._kind, record)
            self._apply(record)
        except InvalidRecord as error:
            _LOG.error("%s: %s; this %s is passed over", coordinate(stored), error, self._kind)

    async def stop(self) -> None:
        self._stop.set()
        if self._thread is not None:
            await asyncio.to_thread(self._thread.join, 5.0)
            if self._thread.is_alive():
                raise InfrastructureError(f"following {self._topic} does not stop")

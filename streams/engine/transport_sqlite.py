"""Faust on the embedded log: one process has every partition, the log wakes it, and the keeper commits.

The consumer reads through the process's one ``SqliteLog``, on the event loop: a read takes microseconds to a few
milliseconds, and there is no heartbeat that it could starve. Producing goes through the keeper alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from faust.assignor.partition_assignor import PartitionAssignor
from faust.transport import base
from faust.transport.consumer import Consumer
from faust.transport.producer import Producer
from faust.types import TP

from streams.engine.consumer import BatchConsumer
from streams.log.protocol import StoredRecord
from streams.log.sqlite import DataVersion, SqliteLog

# How often other processes' commits are looked for; a look costs some 100 us with the wake-up.
_WAKE_S = 0.004
_QUIET_WAKE_S = 0.02
_QUIET_AFTER_S = 2.0
_MAX_BYTES = 4 << 20


class LocalAssignor(PartitionAssignor):
    """Everything is ours and active; Faust asks before it lets streams flow."""

    tps: ClassVar[set[TP]] = set()

    def assigned_actives(self) -> set[TP]:
        return self.tps

    def assigned_standbys(self) -> set[TP]:
        return set()

    def is_active(self, tp: TP) -> bool:
        return tp in self.tps

    def is_standby(self, tp: TP) -> bool:
        return False


class SqliteConsumer(BatchConsumer, Consumer):
    consumer_stopped_errors: ClassVar[tuple[type[BaseException], ...]] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._ours: SqliteTransport = self.transport  # type: ignore[assignment]
        self._log = self._ours.log
        self._assigned: set[TP] = set()
        self._next: dict[TP, int] = {}
        self._exhausted: dict[TP, DataVersion] = {}
        self._empty_at: tuple[DataVersion, int] | None = None
        self._news_at = 0.0

    async def subscribe(self, topics: Iterable[str]) -> None:
        tps = {TP(topic, partition) for topic in topics for partition in range(self._log.partitions(topic))}
        self._assigned = tps
        LocalAssignor.tps = tps

        async def assign() -> None:
            # not inside subscribe(): the callbacks wait for it to return
            self.app.on_rebalance_start()
            await self.on_partitions_revoked(set())
            await self.on_partitions_assigned(tps, self.app.consumer_generation_id)

        self.add_future(assign())

    async def _getmany(
        self,
        active_partitions: set[TP] | None,
        timeout: float,  # noqa: ASYNC109 - Faust calls it by this name
    ) -> dict[TP, list[StoredRecord]]:
        deadline = self.loop.time() + timeout
        batch_records = self.app.conf.broker_max_poll_records
        while True:
            version = self._log.data_version()
            wanted = self._assigned if active_partitions is None else active_partitions
            seen = (version, len(wanted))
            if seen == self._empty_at and self.loop.time() < deadline:  # nobody has committed: nothing to look for
                is_quiet = self.loop.time() - self._news_at > _QUIET_AFTER_S
                await self._ours.wait_for_news(_QUIET_WAKE_S if is_quiet else _WAKE_S)
                continue
            records = {}
            for tp in sorted(wanted):
                if self._exhausted.get(tp) == version:
                    continue
                batch = self._log.read(tp.topic, tp.partition, self._next.get(tp, 0), batch_records, _MAX_BYTES)
                if batch:
                    records[tp] = batch
                    self._next[tp] = batch[-1].offset + 1
                else:
                    self._exhausted[tp] = version
            self._empty_at = None if records else seen
            if records:
                self._news_at = self.loop.time()
            if records or self.loop.time() >= deadline:
                return records

    async def seek_to_committed(self) -> Mapping[TP, int]:
        for tp in self._assigned:
            self._next[tp] = self._log.committed(self.app.conf.id, tp.topic).get(tp.partition, 0)
        self._exhausted.clear()
        self._empty_at = None
        return {tp: self._next[tp] for tp in self._assigned}

    async def _seek(self, partition: TP, offset: int) -> None:
        self._next[partition] = offset
        self._exhausted.clear()
        self._empty_at = None

    async def seek_wait(self, partitions: Mapping[TP, int]) -> None:
        for tp, offset in partitions.items():
            await self._seek(tp, offset)

    async def seek_to_beginning(self, *partitions: TP) -> None:
        for tp in partitions:
            await self._seek(tp, 0)

    async def _commit(self, offsets: Mapping[TP, int]) -> bool:
        """The keeper has committed already, in the transaction of the batch."""
        return True

    def assignment(self) -> set[TP]:
        return set(self._assigned)

    async def position(self, tp: TP) -> int | None:
        return self._next.get(tp)

    def highwater(self, tp: TP) -> int:
        return self._log.end_offset(tp.topic, tp.partition)

    async def highwaters(self, *partitions: TP) -> Mapping[TP, int]:
        return {tp: self.highwater(tp) for tp in partitions}

    async def earliest_offsets(self, *partitions: TP) -> Mapping[TP, int]:
        return {tp: self._log.start_offset(tp.topic, tp.partition) for tp in partitions}

    def topic_partitions(self, topic: str) -> int | None:
        return self._log.partitions(topic)

    def key_partition(self, topic: str, key: bytes | None, partition: int | None = None) -> int | None:
        raise AssertionError("the keeper chooses partitions")

    async def create_topic(self, topic: str, partitions: int, replication: int, **kwargs: Any) -> None:
        raise AssertionError("topics are created from schemas/topics alone")

    def _new_topicpartition(self, topic: str, partition: int) -> TP:
        return TP(topic, partition)

    def _to_message(self, tp: TP, record: Any) -> Any:
        raise AssertionError("batches are not converted record by record")


class SqliteProducer(Producer):
    """Faust wants a producer; what agents send goes through the keeper."""

    async def create_topic(self, topic: str, partitions: int, replication: int, **kwargs: Any) -> None:
        raise AssertionError("topics are created from schemas/topics alone")

    async def send(self, topic: str, *args: Any, **kwargs: Any) -> Any:
        raise AssertionError(f"{topic}: agents send through the keeper")

    async def send_and_wait(self, topic: str, *args: Any, **kwargs: Any) -> Any:
        raise AssertionError(f"{topic}: agents send through the keeper")

    async def flush(self) -> None:
        pass

    def key_partition(self, topic: str, key: bytes) -> TP:
        raise AssertionError("the keeper chooses partitions")

    def supports_headers(self) -> bool:
        return True


class SqliteTransport(base.Transport):
    Consumer: ClassVar[type[Any]] = SqliteConsumer
    Producer: ClassVar[type[Any]] = SqliteProducer
    default_port = 0
    driver_version = "sqlite"

    def __init__(self, url: Any, app: Any, loop: Any = None, *, log: SqliteLog) -> None:
        super().__init__(url, app, loop)
        self.log = log
        self._news = asyncio.Event()

    def wake(self) -> None:
        """A batch was committed in this process: somebody may have work."""
        self._news.set()

    async def wait_for_news(self, timeout_s: float) -> None:
        """Return at once after ``wake``; other processes' commits are seen by asking again after the time-out."""
        timer = self.loop.call_later(timeout_s, self._news.set)  # cheaper than a task a time
        await self._news.wait()
        timer.cancel()
        self._news.clear()

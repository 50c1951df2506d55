"""The line of agents: takes each batch that Faust delivers through decode, stage, commit, and stops on the unexpected.

An agent never sees an exception of its stage: Faust would acknowledge the batch and go on. What is a record's fault
is a dead letter by then (``work``); anything else ends the line (``failure``), uncommitted, and the process with it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from functools import partial
from typing import Any

import faust
from faust.types import TP

from schemas import topic_of
from streams.engine.consumer import BatchSchema
from streams.engine.keeper import Holding, Keeper, PartitionLost, Slot
from streams.engine.pool import Pool
from streams.engine.work import Work
from streams.errors import InfrastructureError, InvalidRecord
from streams.log.protocol import Log, StoredRecord
from streams.model.watch import Watch, WatchBook
from streams.settings import Settings

_LOG = logging.getLogger(__name__)
_WATCH_WAIT_S = 30.0
# Batches that wait in each lane: one to be taken with the next, no more memory than that.
_WAITING_BATCHES = 2
_LET_GO_S = 3.0
# What is under way between the broker and a lane when it is sought back comes out of turn as well.
_MOST_READS_AGAIN = 20

Stage = Callable[[Work], Awaitable[Any]]


class Line:
    """What agents are built with, and what runs them."""

    def __init__(
        self,
        app: faust.App,
        settings: Settings,
        keeper: Keeper,
        log: Log,
        book: WatchBook,
        stored: Callable[[Any], StoredRecord],
    ) -> None:
        self.app, self.settings, self.keeper, self.log, self.book = app, settings, keeper, log, book
        self.stages: dict[str, str] = {}
        self.failure: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.is_stopping = False
        self._stored = stored
        self._held: dict[Slot, Holding] = {}
        self._busy: set[Slot] = set()
        self._at_rest = asyncio.Event()
        self._lanes: dict[Slot, asyncio.Queue[Any]] = {}
        self._tasks: list[asyncio.Task[None]] = []
        # one suspect at a time in all lanes: who dies over it dies over no other's
        self._suspect = asyncio.Lock()
        self._partitions: dict[str, int] = {}
        self._read_again_from: dict[Slot, tuple[int, int]] = {}
        self._pools: list[Pool] = []
        self._book_changed = asyncio.Event()
        app.on_partitions_revoked.connect(self._on_revoked)  # type: ignore[arg-type]

    # What an agent module uses

    def agent(self, name: str, reads: str) -> Callable[[Stage], Stage]:
        """Make the decorated coroutine the agent ``name`` over the topic of the record kind ``reads``."""

        def register(stage: Stage) -> Stage:
            topic = topic_of(reads).name
            self.stages[name] = topic
            channel = self.app.topic(self.settings.namespace + topic, schema=BatchSchema())

            async def run(stream: Any) -> None:
                try:
                    async for event in stream.events():
                        slot = self._slot(name, event.message.tp)
                        lane = self._lanes.get(slot)
                        if lane is None:
                            lane = self._lanes[slot] = asyncio.Queue(_WAITING_BATCHES)
                            take = partial(self._run_batch, name, reads, stage)
                            self._tasks.append(asyncio.create_task(self._run_lane(slot, lane, take)))
                        self._busy.add(slot)
                        self._at_rest.clear()
                        await lane.put(event.message)
                finally:
                    if not (self.is_stopping or self.app.should_stop):  # Faust would live on without it
                        self.fail(InfrastructureError(f"agent {name} ended by itself; restarting"))

            self.app.agent(channel, name=f"newsvane.{name}")(run)
            return stage

        return register

    def pool(self, target: str) -> Pool:
        """Processes that call ``target`` and may be killed."""
        settings = self.settings
        pool = Pool(target, settings.extract_processes, settings.extract_cpu_s, settings.extract_memory_mb)
        self._pools.append(pool)
        return pool

    def apply_watch(self, watch: Watch) -> None:
        self.book.apply(watch)
        self._book_changed.set()

    async def know_watches(self, versions: Iterable[tuple[str, int]]) -> None:
        """Return when the book has these versions: another worker may have seen a change before us."""
        missing = {pair for pair in versions if self.book.get(*pair) is None}
        deadline = asyncio.get_running_loop().time() + _WATCH_WAIT_S
        while missing:
            self._book_changed.clear()
            left = deadline - asyncio.get_running_loop().time()
            try:
                await asyncio.wait_for(self._book_changed.wait(), max(left, 0.0))
            except TimeoutError:
                watch_id, version = min(missing)
                raise InfrastructureError(f"watch '{watch_id}' v{version} matched, but is not on its topic") from None
            missing = {pair for pair in missing if self.book.get(*pair) is None}

    # One batch

    async def _run_lane(self, slot: Slot, lane: asyncio.Queue[Any], take: Callable[..., Awaitable[bool]]) -> None:
        """One slot's batches, strictly in order. Slots go side by side: one's acknowledgement holds up no other.

        What has come in meanwhile is taken together: under load batches grow by themselves.
        """
        while True:
            messages = [await lane.get()]
            while not lane.empty():
                messages.append(lane.get_nowait())
            try:
                await take(*messages)
            finally:
                if lane.empty():
                    self._busy.discard(slot)
                if not self._busy:
                    self._at_rest.set()

    async def _run_batch(self, name: str, kind: str, stage: Stage, *messages: Any) -> bool:
        """Take delivered batches of one slot through; False when the line has failed or is stopping."""
        if self.is_stopping or self.failure.done():
            return False
        slot = self._slot(name, messages[0].tp)
        try:
            batches = [
                [self._stored(record) for record in message.value]
                for message in messages
                if message.generation_id == self.app.consumer_generation_id
            ]
            if batches:
                await self._process(slot, kind, stage, batches)
        except PartitionLost as error:
            _LOG.warning("%s", error)
            self._held.pop(slot, None)
        except asyncio.CancelledError:
            if not (self.is_stopping or self.app.should_stop):  # a lane that nobody works in would be a silent stop
                self.fail(InfrastructureError(f"agent {name} ended by itself; restarting"))
            raise
        except BaseException as error:
            self.fail(error)
            return False
        return True

    async def _process(self, slot: Slot, kind: str, stage: Stage, batches: list[list[StoredRecord]]) -> None:
        holding = self._held.get(slot)
        if holding is None:
            holding = self._held[slot] = await self.keeper.take(slot)
        records = await self._take_in_turn(holding, batches)
        # also where nothing is left to do: a worker that died between its state and its commit has done it
        self._declare_applied(holding)
        if holding.position.is_suspicious:
            for record in records:
                if record.offset >= holding.position.offset:
                    async with self._suspect:
                        await self._process_alone(holding, kind, stage, record)
            holding.position.attempts = 0
            return
        while records := [record for record in records if record.offset >= holding.position.offset]:
            work = self._work(holding, kind, records)
            await stage(work)
            await self._commit(work)

    async def _process_alone(self, holding: Holding, kind: str, stage: Stage, record: StoredRecord) -> None:
        """Workers died at this position twice: note each record before it is tried, refuse what killed twice."""
        position = holding.position.copy()
        position.alone = position.alone + 1 if position.trying == position.offset else 1
        position.trying = position.offset
        if position.alone > 2:
            work = self._work(holding, kind, [record])
            work.refuse(InvalidRecord("kills-worker", "its worker died over it twice; not tried again"))
        else:
            work = self._work(holding, kind, [record])
            # noted right before it is applied: what a stage prepares in other processes can't kill this one
            work.before_apply = partial(self.keeper.commit, holding, position, {}, ())
            await stage(work)
        work.position.alone = 0
        await self._commit(work)

    async def _commit(self, work: Work) -> None:
        try:
            await self.keeper.commit(work.holding, work.position, work.state.writes(), work.outbox.records)
        except BaseException:
            work.holding.memory = None
            raise
        self._declare_applied(work.holding)

    def _declare_applied(self, holding: Holding) -> None:
        consumer: Any = self.app.consumer
        tp = TP(self.settings.namespace + holding.slot.topic, holding.slot.partition)
        consumer.declare_applied(tp, holding.position.offset)

    def _work(self, holding: Holding, kind: str, records: list[StoredRecord]) -> Work:
        return Work(
            holding,
            kind,
            records[: self.settings.batch_records],
            self.partitions,
            self.keeper.fetch,
            int(time.time() * 1000),
        )

    async def _take_in_turn(self, holding: Holding, batches: list[list[StoredRecord]]) -> list[StoredRecord]:
        """The records that follow on the position. Nothing may be passed over: where a batch is missing, what comes
        behind it is dropped and read again from the position.

        Faust hands over what was fetched before a rebalance as if it belonged to the assignment after it. A gap of
        the log itself (retention, compaction) is right.
        """
        slot, expected = holding.slot, holding.position.offset
        records: list[StoredRecord] = []
        for batch in batches:
            first = batch[0].offset
            if first > expected:
                there = await self.keeper.read_one(slot.topic, slot.partition, expected)
                if there is not None and there.offset < first:
                    await self._read_again(slot, expected, first)
                    return records
            records += batch
            expected = max(expected, batch[-1].offset + 1)
        if records:
            self._read_again_from.pop(slot, None)
        return records

    async def _read_again(self, slot: Slot, expected: int, delivered: int) -> None:
        """Seek back to ``expected``; fail where that does not help."""
        offset, times = self._read_again_from.get(slot, (expected, 0))
        times = times + 1 if offset == expected else 1
        if times > _MOST_READS_AGAIN:
            raise InfrastructureError(
                f"{slot}: offset {delivered} was delivered {times} times,"
                f" but {expected} is not processed yet; restarting"
            )
        self._read_again_from[slot] = (expected, times)
        consumer: Any = self.app.consumer
        await consumer.seek_back(TP(self.settings.namespace + slot.topic, slot.partition), expected)

    def partitions(self, topic: str) -> int:
        count = self._partitions.get(topic)
        if count is None:
            count = self._partitions[topic] = self.log.partitions(topic)
        return count

    def _slot(self, stage: str, tp: TP) -> Slot:
        return Slot(stage, self._logical(tp.topic), tp.partition)

    def _logical(self, topic: str) -> str:
        return topic.removeprefix(self.settings.namespace)

    # Ownership and the end

    async def _on_revoked(self, _: Any, revoked: set[Any], **__: Any) -> None:
        gone = {(self._logical(tp.topic), tp.partition) for tp in revoked}
        for slot, holding in list(self._held.items()):
            if (slot.topic, slot.partition) in gone:
                if slot not in self._busy:
                    try:
                        await self.keeper.let_go(holding)
                    except InfrastructureError as error:
                        _LOG.warning("%s", error)
                self._held.pop(slot, None)
                self.keeper.forget(slot)

    def fail(self, error: BaseException) -> None:
        """End the line: the first error is the one to tell."""
        if not self.failure.done():
            self.failure.set_exception(error)

    async def stop(self) -> None:
        """Let the batches under way finish, then give everything back."""
        self.is_stopping = True
        if self._busy and not self.failure.done():
            at_rest = asyncio.ensure_future(self._at_rest.wait())
            either: list[asyncio.Future[Any]] = [at_rest, self.failure]
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            at_rest.cancel()
        for task in self._tasks:
            task.cancel()
        if not self.failure.done():
            for holding in list(self._held.values()):
                await self.keeper.let_go(holding)
            self._held.clear()
        elif isinstance(self.failure.exception(), InfrastructureError):
            # the world's fault: nobody shall hold it against the record that was at hand
            with suppress(TimeoutError):
                await asyncio.wait_for(self._let_go_if_possible(), _LET_GO_S)
        for pool in self._pools:
            pool.close()

    async def _let_go_if_possible(self) -> None:
        for slot, holding in list(self._held.items()):
            if slot not in self._busy:
                with suppress(InfrastructureError):
                    await self.keeper.let_go(holding)

    @property
    def is_busy(self) -> bool:
        return bool(self._busy)

    def positions(self) -> dict[Slot, int]:
        return {slot: holding.position.offset for slot, holding in self._held.items()}

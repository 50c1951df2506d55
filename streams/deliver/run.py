"""The process that delivers: topics in, decisions, attempts, the topic of deliveries out.

One event loop. A thread follows the topics (``inbox.py``); the planner decides, here, on the state in memory; the
outbox writes plan and positions in one transaction, in a thread of its own; the dispatcher attempts (``dispatch.py``);
answers go back to the outbox (``sending.py``); what was written goes to the topic of deliveries. Nothing is sent that
is not written, nothing is forgotten that was read; a kill between an attempt and its record costs one attempt more,
under the same id. Clock, randomness and the environment come in as arguments.
"""

from __future__ import annotations

import asyncio
import logging
import os
import random as chance
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any, Final, cast

from schemas import decode, encode, topic_of, validate
from streams.clock import Clock, utc_now
from streams.deliver.background import Threads
from streams.deliver.boundaries import heartbeat_due
from streams.deliver.destinations import Destination, Spec, open_destination
from streams.deliver.dispatch import Dispatcher
from streams.deliver.facts import gather_facts
from streams.deliver.fates import read_time
from streams.deliver.inbox import Inbox, Place, read_alert
from streams.deliver.messages import Quotes, make_notification, pack
from streams.deliver.outbox import Outbox, Waiting
from streams.deliver.people import BoardPeople
from streams.deliver.place import line_of, outbox_path, sole_deliverer
from streams.deliver.planner import NO_FACTS, AlertRevised, Bodies, plan
from streams.deliver.rebuild import fold
from streams.deliver.secrets import Secrets
from streams.deliver.sending import Sender
from streams.deliver.state import Change, Draft
from streams.desk.board import Board, change, take
from streams.desk.subscribe import build_status
from streams.errors import BrokerUnavailable, InfrastructureError, InvalidRecord, NewsvaneError, RefusedChange
from streams.log.connect import connect
from streams.log.partition import partition_for
from streams.log.protocol import NewRecord, StoredRecord
from streams.log.topic_reader import read_topic
from streams.model.times import epoch_ms
from streams.settings import Settings

ACTOR: Final = "newsvane deliver"
BOARD_KINDS: Final = ("subscription", "silence", "acknowledgement")
TICK_S: Final = 1.0
PUBLISH_RECORDS: Final = 500
MAX_TOLD: Final = 20_000
_DRAIN_S: Final = 2.0  # what is cut off is made again; with _STOP_S well within a container's ten seconds
_STOP_S: Final = 1.0
_HOUSEKEEPING_MS: Final = 3_600_000
_RETRY_S: Final = 0.5
_LOG = logging.getLogger(__name__)

Changes = Sequence[Change]


async def run_deliver(
    settings: Settings,
    stop: asyncio.Event,
    *,
    now: Clock = utc_now,
    random: Callable[[], float] = chance.random,
    environ: Mapping[str, str] | None = None,
    open_: Callable[[Spec], Destination] | None = None,
    on_ready: Callable[[], None] | None = None,
) -> None:
    """Deliver until ``stop``. Raises WorkerLocked if somebody does already, InfrastructureError for a broken world."""
    secrets = Secrets(os.environ if environ is None else environ, settings.secrets_file)
    path = outbox_path(settings)
    with sole_deliverer(path):
        outbox = Outbox(path, line_of(settings))
        try:
            opener = open_ or (lambda spec: open_destination(spec, settings, secrets))
            await Deliverer(settings, outbox, now, random, opener).run(stop, on_ready)
        finally:
            outbox.close()


class Deliverer:
    """One run. ``open_destination`` makes the sender of a destination."""

    def __init__(
        self,
        settings: Settings,
        outbox: Outbox,
        now: Clock,
        random: Callable[[], float],
        opener: Callable[[Spec], Destination],
    ) -> None:
        self._settings, self._outbox, self._now = settings, outbox, now
        self._disk = ThreadPoolExecutor(1, "newsvane-deliver-outbox")
        self._threads = Threads(16)
        self._log = connect(settings)
        self._log_turn, self._telling = asyncio.Lock(), asyncio.Lock()
        self._board = Board()
        self._people = BoardPeople(self._board)
        self._state = outbox.load_state()
        self._written = asyncio.Event()
        self._written.set()
        self._sender = Sender(
            outbox, self._on_disk, self._people, self._now_ms, random, self._disable, self._written.set
        )
        self._dispatcher = Dispatcher(opener, self._sender.on_answer, now)
        self._alerts, self._deliveries = topic_of("alert").name, topic_of("delivery").name
        self._kinds = {topic_of(kind).name: kind for kind in BOARD_KINDS}
        self._ends: dict[Place, int] = {}
        self._moved: dict[Place, int] = {}
        self._told: dict[tuple[Any, Any], bool] = {}
        self._is_caught_up = self._is_ending = False
        self._kept_house_ms = 0

    def _now_ms(self) -> int:
        return epoch_ms(self._now())

    async def _on_disk(self, function: Callable[..., Any], *arguments: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._disk, function, *arguments)

    async def _on_log(self, function: Callable[[], Any]) -> Any:
        # who is cancelled leaves the call to itself, and the log is nobody else's until it has ended
        return await asyncio.shield(self._call_log(function))

    async def _call_log(self, function: Callable[[], Any]) -> Any:
        async with self._log_turn:
            return await self._threads.run(function)

    async def run(self, stop: asyncio.Event, on_ready: Callable[[], None] | None) -> None:
        inbox = None
        tasks: list[asyncio.Task[Any]] = []
        try:
            start = await self._on_log(self._prepare)
            inbox = Inbox(lambda: connect(self._settings), [self._alerts, self._deliveries, *self._kinds], start)
            tasks = [
                asyncio.create_task(work)
                for work in (self._decide(inbox, on_ready), self._keep_answers(), self._publish(), stop.wait())
            ]
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            if inbox is not None:
                inbox.stop()
            await self._end(tasks)

    async def _end(self, tasks: Sequence[asyncio.Task[Any]]) -> None:
        """Let attempts end that are about to; write and tell what was answered."""
        self._is_ending = True
        for task in tasks[:1]:
            task.cancel()
        try:
            await self._dispatcher.drain(_DRAIN_S)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._dispatcher.close()
        await self._sender.write_answers()
        with suppress(TimeoutError, NewsvaneError):
            async with asyncio.timeout(_STOP_S):
                await self._publish_all()
        self._disk.shutdown(wait=True)
        if not self._log_turn.locked():
            self._log.close()

    # Start

    def _prepare(self) -> dict[Place, int]:
        """Read what people decided and what others delivered; return where each topic goes on."""
        log, positions = self._log, self._outbox.positions()
        start: dict[Place, int] = {}
        for topic, kind in self._kinds.items():
            for partition in range(log.partitions(topic)):
                start[topic, partition] = log.end_offset(topic, partition)
            for stored in read_topic(log, topic):
                take(self._board, kind, stored.value)
        for key in self._state.table("heir"):
            self._board.apply("alert", cast("Mapping[str, Any]", self._state.get(key)))
        for topic in (self._alerts, self._deliveries):
            for partition in range(log.partitions(topic)):
                start[topic, partition] = at = positions.get((topic, partition), 0)
                if at > (end := log.end_offset(topic, partition)):
                    raise InfrastructureError(
                        f"{topic}[{partition}]@{at}: outbox '{self._outbox.path}' has read further than the log goes "
                        f"({end}); was the log made anew? delete the outbox then"
                    )
        start |= self._catch_up(start)
        for partition in range(log.partitions(self._alerts)):
            end = log.end_offset(self._alerts, partition)
            if end > start[self._alerts, partition]:
                self._ends[self._alerts, partition] = end
        return start

    def _catch_up(self, start: Mapping[Place, int]) -> dict[Place, int]:
        """Fold in what the topic of deliveries has and the outbox does not."""
        moved: dict[Place, int] = {}
        for partition in range(self._log.partitions(self._deliveries)):
            at, end = start[self._deliveries, partition], self._log.end_offset(self._deliveries, partition)
            while at < end:
                batch = self._log.read(self._deliveries, partition, at)
                at = batch[-1].offset + 1 if batch else end
                moved[self._deliveries, partition] = at
                changes, _ = self._take_over(batch, {(self._deliveries, partition): at})
                self._state.apply(changes)
        return moved

    def _take_over(
        self, batch: Sequence[StoredRecord], positions: Mapping[Place, int]
    ) -> tuple[Changes, list[Waiting]]:
        """Write what others tell about deliveries. In the outbox's thread; the caller applies the changes."""
        found = []
        for stored in batch:
            with suppress(InvalidRecord):
                record = decode("delivery", stored.value or b"")
                if self._told.pop((record.get("delivery_id"), record.get("changed_at")), False):
                    continue  # what this process wrote itself
                validate("delivery", record)
                if not self._outbox.knows(record):
                    found.append(record)
        changes = fold(self._state, self._people, found) if found else []
        return changes, self._outbox.take_over(found, changes, positions) if found or positions else []

    # Deciding

    async def _decide(self, inbox: Inbox, on_ready: Callable[[], None] | None) -> None:
        while not self._is_ending:
            if not self._is_caught_up and not self._ends:
                await self._catch_breath(on_ready)
            batch = await inbox.get(self._patience_s())
            if batch:
                await self._take(batch)
            elif self._is_caught_up:
                await self._plan([])
                await self._keep_house()
            elif batch is not None:
                self._ends.clear()  # there is nothing more: what is missing below the end was compacted away
            if self._is_caught_up:
                await self._sender.send_due(self._dispatcher)

    async def _catch_breath(self, on_ready: Callable[[], None] | None) -> None:
        """Everything that was there has been read: now things may be sent."""
        self._is_caught_up = True
        self._sender.add(await self._on_disk(self._outbox.waiting))
        await self._sender.end_disabled()
        if on_ready is not None:
            on_ready()

    def _patience_s(self) -> float:
        """Until the next thing is due; a boundary of time is looked for at every tick."""
        due = [at for at in (self._state.next_due(), self._sender.next_due()) if at is not None]
        return min(max((min(due, default=1 << 62) - self._now_ms()) / 1000, 0.0), TICK_S)

    async def _take(self, batch: Sequence[StoredRecord]) -> None:
        events, others, has_news_of_people = [], [], False
        for stored in batch:
            place = (stored.topic, stored.partition)
            if stored.topic in self._kinds:
                take(self._board, self._kinds[stored.topic], stored.value)
                has_news_of_people = True
                continue
            self._moved[place] = stored.offset + 1
            if self._ends.get(place, 1 << 62) <= stored.offset + 1:
                del self._ends[place]
            if stored.topic == self._deliveries:
                others.append(stored)
            elif stored.value is not None:
                alert = read_alert(stored)
                if alert is not None:
                    self._board.apply("alert", cast("Mapping[str, Any]", alert))
                    events.append(AlertRevised(alert, stored.timestamp_ms))
        if others:
            changes, waiting = await self._on_disk(self._take_over, others, {})
            self._state.apply(changes)
            if self._is_caught_up:
                self._sender.add(waiting)
        if has_news_of_people and self._is_caught_up:
            await self._sender.end_disabled()
        if events or has_news_of_people:
            await self._plan(events)

    async def _plan(self, events: Sequence[AlertRevised]) -> None:
        """Decide, write, and know what is to be sent. Positions of what decides nothing are written with the next."""
        now_ms = self._now_ms()
        facts = await self._facts(now_ms) if self._is_caught_up else NO_FACTS
        made = plan(
            self._state, self._people, events, now_ms, self._outbox.bodies, facts, is_caught_up=self._is_caught_up
        )
        if not made.changes and not made.decisions and not events:
            return
        positions, self._moved = self._moved, {}
        bodies = Bodies({alert["alert_id"]: alert for alert in made.bodies}, self._outbox.bodies)
        quotes: Quotes = {}
        decided = [
            (each.record, pack(make_notification(each.record, bodies, each.data, quotes)) if each.is_sent else None)
            for each in made.decisions
        ]
        waiting = await self._on_disk(self._outbox.commit_plan, made.changes, made.bodies, decided, positions)
        self._state.apply(made.changes)
        wanted = {each.delivery_id for each in waiting}
        self._sender.add(
            waiting, [(record, words) for record, words in decided if words and record["delivery_id"] in wanted]
        )
        if decided:
            self._written.set()

    async def _facts(self, now_ms: int) -> dict[int, Mapping[str, Any]]:
        """The facts for the heartbeats that are due, by their interval."""
        draft = Draft(self._state)
        intervals = {
            subscription["timing"]["heartbeat_interval_s"]
            for subscription in self._people.subscriptions()
            if heartbeat_due(draft, self._people, subscription, now_ms) is not None
        }
        facts: dict[int, Mapping[str, Any]] = {}
        for interval_s in sorted(intervals):
            try:
                gather = partial(gather_facts, self._log, self._settings.group, interval_s, now_ms)
                facts[interval_s] = await self._on_log(gather)
            except NewsvaneError as error:
                facts[interval_s] = {"window_s": interval_s, "error": str(error)}
        return facts

    async def _keep_house(self) -> None:
        now_ms = self._now_ms()
        if now_ms - self._kept_house_ms >= _HOUSEKEEPING_MS:
            self._kept_house_ms = now_ms
            await self._on_disk(self._outbox.forget_old, now_ms)

    # Answers

    async def _keep_answers(self) -> None:
        while True:
            await self._sender.answered.wait()
            await self._sender.write_answers()
            await self._sender.send_due(self._dispatcher)

    async def _disable(self, subscription_id: str, detail: str) -> None:
        """A new version of a subscription whose destination is gone; its own topic brings it back here."""
        now = self._now()

        def disable(board: Board) -> list[Any]:
            before = board.subscription(subscription_id)
            if before is None or before["status"] != "active":
                return []
            reason = f"the destination answered 410 Gone ({detail})" if detail else "the destination answered 410 Gone"
            return [build_status(before, "disabled", actor=ACTOR, now=now, reason=reason)]

        with suppress(RefusedChange):
            made = await self._on_log(lambda: change(self._log, "subscription", disable))
            for record in made:
                self._board.apply("subscription", record)
            await self._sender.end_disabled()

    # Telling the topic

    async def _publish(self) -> None:
        while True:
            await self._written.wait()
            self._written.clear()
            try:
                await self._publish_all()
            except BrokerUnavailable as error:
                _LOG.warning("deliveries are not told to the broker yet: %s", error)
                await asyncio.sleep(_RETRY_S)
                self._written.set()

    async def _publish_all(self) -> None:
        # who is cancelled leaves it to itself: a batch told and not marked is told again, as by a broker beyond _STOP_S
        await asyncio.shield(self._tell())

    async def _tell(self) -> None:
        async with self._telling:
            while rows := await self._on_disk(self._outbox.unpublished, PUBLISH_RECORDS):
                records = [record for _, record in rows]
                await self._on_log(partial(self._append, records))
                await self._on_disk(self._outbox.mark_published, rows[-1][0])

    def _append(self, records: Sequence[dict[str, Any]]) -> None:
        topic = topic_of("delivery")
        partitions = self._log.partitions(topic.name)
        if len(self._told) > MAX_TOLD:
            self._told.clear()  # it saves time alone: the outbox knows them too
        self._told |= {(record["delivery_id"], record["changed_at"]): True for record in records}
        self._log.append(
            topic.name,
            [
                NewRecord(
                    partition_for(topic.partition_key_of(record), partitions),
                    topic.key_of(record),
                    encode(record),
                    read_time(record["changed_at"]),
                )
                for record in records
            ],
        )

"""Which delivery is attempted now, and what follows from its answer? Between the outbox and the dispatcher.

A subscription has at most ``MAX_UNDER_WAY`` deliveries with the dispatcher; the others wait in the outbox, known here
by time and id alone. A destination that asks to be left alone (``throttled``) gets nothing until its time has come.
Answers are collected and written in one transaction for all that came meanwhile.
"""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, Final

from streams.deliver.answer import Answer
from streams.deliver.dispatch import Delivery, Dispatcher
from streams.deliver.fates import MAX_REASON_CHARACTERS, read_time, wire_time
from streams.deliver.messages import make_notification, pack, unpack
from streams.deliver.outbox import Outbox, Waiting
from streams.deliver.people import People
from streams.deliver.schedule import MAX_RETRY_AFTER_S, after_attempt

MAX_UNDER_WAY: Final = 4
MAX_FRESH: Final = 2_000
"""So many words are kept at hand for a first attempt; those of a longer queue are read from the file in their turn."""
Record = dict[str, Any]
InThread = Callable[..., Awaitable[Any]]
"""Calls a function of the outbox in the outbox's thread."""


class Sender:
    """Feeds the dispatcher. ``on_gone`` is told the subscription whose destination answered 410."""

    def __init__(
        self,
        outbox: Outbox,
        in_thread: InThread,
        people: People,
        now_ms: Callable[[], int],
        random: Callable[[], float],
        on_gone: Callable[[str, str], Awaitable[None]],
        on_written: Callable[[], None],
    ) -> None:
        self._outbox, self._in_thread, self._people = outbox, in_thread, people
        self._now_ms, self._random, self._on_gone, self._on_written = now_ms, random, on_gone, on_written
        self._waiting: dict[str, list[Waiting]] = {}
        self._under_way: dict[str, set[str]] = {}
        self._held_until: dict[str, int] = {}
        self._fresh: dict[str, tuple[Record, bytes]] = {}
        self._records: dict[str, tuple[Record, str]] = {}
        self._answers: list[tuple[Delivery, Answer]] = []
        self._writing = asyncio.Lock()
        self.answered = asyncio.Event()

    def add(self, waiting: Iterable[Waiting], fresh: Iterable[tuple[Record, bytes]] = ()) -> None:
        """Know of deliveries that are to be attempted; ``fresh`` ones need not be read from the file."""
        for each in waiting:
            if each.delivery_id not in self._under_way.get(each.subscription_id, ()):
                heapq.heappush(self._waiting.setdefault(each.subscription_id, []), each)
        for record, words in fresh:
            if len(self._fresh) < MAX_FRESH:
                self._fresh[record["delivery_id"]] = (record, words)

    def next_due(self) -> int | None:
        """When something can be attempted next."""
        times = [
            max(heap[0].next_attempt_ms, self._held_until.get(subscription_id, 0))
            for subscription_id, heap in self._waiting.items()
            if heap and len(self._under_way.get(subscription_id, ())) < MAX_UNDER_WAY
        ]
        return min(times, default=None)

    async def send_due(self, dispatcher: Dispatcher) -> None:
        """Hand what is due to the dispatcher, the earliest first, each subscription its share."""
        now_ms = self._now_ms()
        for subscription_id in [key for key, heap in self._waiting.items() if heap]:
            if self._held_until.get(subscription_id, 0) > now_ms:
                continue
            heap, under_way = self._waiting[subscription_id], self._under_way.setdefault(subscription_id, set())
            while heap and heap[0].next_attempt_ms <= now_ms and len(under_way) < MAX_UNDER_WAY:
                each = heapq.heappop(heap)
                if each.delivery_id not in under_way:
                    await self._submit(dispatcher, each, under_way)

    async def _submit(self, dispatcher: Dispatcher, each: Waiting, under_way: set[str]) -> None:
        fresh = self._fresh.pop(each.delivery_id, None)
        if fresh is not None:
            (record, words), why = fresh, fresh[0]["reason"]
        else:
            found = await self._in_thread(self._outbox.delivery, each.delivery_id)
            if found is None or found[0]["next_attempt_at"] is None:
                return  # it got another fate meanwhile
            if read_time(found[0]["next_attempt_at"]) > self._now_ms():
                return  # its turn is later, and listed so
            record, why, words = found
        subscription = self._people.subscription(each.subscription_id)
        if subscription is None or subscription["status"] != "active":
            return  # ``end_disabled`` gives it its fate
        if words is None:
            words = pack(make_notification(record, self._outbox.bodies))
            await self._in_thread(self._outbox.keep_words, each.delivery_id, words)
        under_way.add(each.delivery_id)
        self._records[each.delivery_id] = (record, why)
        dispatcher.submit(each.delivery_id, each.subscription_id, subscription["destination"], unpack(words))

    async def on_answer(self, delivery: Delivery, answer: Answer) -> None:
        """For the dispatcher: keep the answer; the next attempt of this destination does not wait for the disk."""
        if answer.verdict == "throttled" and answer.retry_after_s is not None:
            wait_ms = int(min(answer.retry_after_s, MAX_RETRY_AFTER_S) * 1000)
            self._held_until[delivery.destination_key] = self._now_ms() + wait_ms
        self._answers.append((delivery, answer))
        self.answered.set()

    async def write_answers(self) -> None:
        """Write everything that was answered, and know what is to be tried again.

        Who is cancelled leaves it to itself, and the next call awaits it: an answer that got no record would be asked
        for again at the next start.
        """
        await asyncio.shield(self._write())

    async def _write(self) -> None:
        async with self._writing:
            self.answered.clear()
            answers, self._answers = self._answers, []
            if not answers:
                return
            try:
                records, again = self._records_of(answers)
                await self._in_thread(self._outbox.record_changes, records)
            except BaseException:
                self._answers[:0] = answers  # for the last write, or for whoever asks what went wrong
                raise
            for delivery, answer in answers:
                self._under_way[delivery.destination_key].discard(delivery.delivery_id)
                del self._records[delivery.delivery_id]
                if answer.verdict == "gone":
                    await self._on_gone(delivery.destination_key, answer.detail)
            self.add(again)
            self._on_written()

    def _records_of(self, answers: Sequence[tuple[Delivery, Answer]]) -> tuple[list[Record], list[Waiting]]:
        records, again = [], []
        for delivery, answer in answers:
            record = self._after(delivery, answer)
            records.append(record)
            if record["next_attempt_at"] is not None:
                at = read_time(record["next_attempt_at"])
                again.append(Waiting(at, 0, delivery.delivery_id, delivery.destination_key))
        return records, again

    def _after(self, delivery: Delivery, answer: Answer) -> Record:
        record, why = self._records[delivery.delivery_id]
        attempt, now_ms = record["attempt"] + 1, self._now_ms()
        verdict = after_attempt(answer, attempt, self._random)
        reason = f"{why}; {verdict.reason}" if verdict.state != "delivered" else why
        at = None if verdict.wait_s is None else wire_time(now_ms + int(verdict.wait_s * 1000))
        return {
            **record,
            "state": verdict.state,
            "attempt": attempt,
            "reason": reason[:MAX_REASON_CHARACTERS],
            "next_attempt_at": at,
            # later than the record before, whatever the clock says: the newest of a delivery is the last
            "changed_at": wire_time(max(now_ms, read_time(record["changed_at"]) + 1)),
            "response": answer.as_response(),
        }

    async def end_disabled(self) -> None:
        """Give what waits for a disabled subscription its fate."""
        ended = []
        for subscription_id, heap in self._waiting.items():
            subscription = self._people.subscription(subscription_id)
            if not heap or (subscription is not None and subscription["status"] == "active"):
                continue
            why = (subscription or {}).get("change_reason") or "by its owner"
            for each in heap:
                self._fresh.pop(each.delivery_id, None)
                found = await self._in_thread(self._outbox.delivery, each.delivery_id)
                if found is None or found[0]["next_attempt_at"] is None:
                    continue
                changed_ms = max(self._now_ms(), read_time(found[0]["changed_at"]) + 1)
                reason = f"{found[1]}; the subscription was disabled: {why}"
                ended.append(
                    {
                        **found[0],
                        "state": "disabled",
                        "reason": reason[:MAX_REASON_CHARACTERS],
                        "next_attempt_at": None,
                        "changed_at": wire_time(changed_ms),
                    }
                )
            heap.clear()
        if ended:
            await self._in_thread(self._outbox.record_changes, ended)
            self._on_written()

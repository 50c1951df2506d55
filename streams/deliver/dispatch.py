"""Who may be sent to right now? Each destination has a queue and a task of its own; none waits for another.

- In a destination's queue the order is kept, and one attempt is under way at a time.
- ``fast_limit`` attempts may run at once. One that lasts longer than ``slow_after_s`` gives its place back and goes on
  as one of the ``slow_limit`` slow ones; a destination whose last attempt was slow begins there. So those that hang
  fill the slow places, and the others never wait for them. Where no slow place is left, an attempt that turns slow is
  ended as ``retry``.
- A destination is opened when it has something to send, anew when its spec has changed, and closed when it was idle.

The answer of every attempt goes to ``on_answer``, awaited in the destination's own task; nothing is retried here. An
error of ``on_answer`` (nobody keeps the answers) stops everything: ``submit`` and ``drain`` raise it from then on.
``submit`` holds what it is given in memory: what must outlast a kill is the outbox's.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

from streams.deliver.answer import Answer
from streams.deliver.destinations import Destination, Spec, answer_of_error
from streams.deliver.notification import Notification


@dataclass(frozen=True, slots=True)
class Delivery:
    """One attempt to make. ``spec`` is the ``destination`` of a Subscription record."""

    delivery_id: str
    destination_key: str
    spec: Spec
    notification: Notification


@dataclass(slots=True, eq=False)
class _Lane:
    """One destination: what waits for it, and what is open."""

    waiting: deque[Delivery] = field(default_factory=deque)
    task: asyncio.Task[None] | None = None
    spec: Spec | None = None
    destination: Destination | None = None
    was_slow: bool = False
    idle: asyncio.TimerHandle | None = None


class Dispatcher:
    """Sends what is submitted: side by side for different destinations, in order within one. For one event loop."""

    def __init__(
        self,
        open_destination: Callable[[Spec], Destination],
        on_answer: Callable[[Delivery, Answer], Awaitable[None]],
        now: Callable[[], datetime],
        *,
        fast_limit: int = 256,
        slow_limit: int = 256,
        slow_after_s: float = 1.0,
        idle_close_s: float = 30.0,
    ) -> None:
        self._open, self._on_answer, self._now = open_destination, on_answer, now
        self._fast, self._slow = asyncio.Semaphore(fast_limit), asyncio.Semaphore(slow_limit)
        self._slow_after_s, self._idle_close_s = slow_after_s, idle_close_s
        self._lanes: dict[str, _Lane] = {}
        self._closing: set[asyncio.Task[None]] = set()
        self._error: BaseException | None = None
        self._quiet = asyncio.Event()
        self._quiet.set()
        self._busy = 0

    def submit(self, delivery_id: str, destination_key: str, spec: Spec, notification: Notification) -> None:
        """Queue one attempt. Neither blocks nor raises for what a destination does."""
        self._raise_error()
        lane = self._lanes.setdefault(destination_key, _Lane())
        lane.waiting.append(Delivery(delivery_id, destination_key, spec, notification))
        if lane.task is None:
            if lane.idle is not None:
                lane.idle.cancel()
                lane.idle = None
            self._busy += 1
            self._quiet.clear()
            lane.task = asyncio.create_task(self._run(destination_key, lane))

    def is_busy(self, destination_key: str) -> bool:
        """Whether something is queued or under way for this destination."""
        lane = self._lanes.get(destination_key)
        return lane is not None and lane.task is not None

    def count_waiting(self) -> int:
        """Queued attempts that are not under way."""
        return sum(len(lane.waiting) for lane in self._lanes.values())

    async def drain(self, timeout_s: float) -> bool:
        """Wait until nothing is queued or under way; False if that takes longer."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._quiet.wait()
        except TimeoutError:
            return False
        self._raise_error()
        return True

    async def close(self) -> None:
        """End what is under way, without an answer, drop what is queued, and close every destination."""
        lanes = list(self._lanes.values())
        tasks = [lane.task for lane in lanes if lane.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for lane in lanes:
            if lane.idle is not None:
                lane.idle.cancel()
            await self._shut(lane)
        await asyncio.gather(*self._closing, return_exceptions=True)
        self._lanes.clear()

    async def _run(self, key: str, lane: _Lane) -> None:
        try:
            while lane.waiting and self._error is None:
                delivery = lane.waiting.popleft()
                answer = await self._attempt(lane, delivery)
                try:
                    await self._on_answer(delivery, answer)
                except Exception as error:
                    self._error = error
        finally:
            lane.task = None
            lane.idle = asyncio.get_running_loop().call_later(self._idle_close_s, self._retire, key, lane)
            self._busy -= 1
            if not self._busy or self._error is not None:
                self._quiet.set()

    async def _attempt(self, lane: _Lane, delivery: Delivery) -> Answer:
        place = self._slow if lane.was_slow else self._fast
        await place.acquire()
        send = asyncio.create_task(self._send(lane, delivery))
        try:
            await asyncio.wait({send}, timeout=self._slow_after_s)
            if send.done():
                lane.was_slow = False
                return send.result()
            lane.was_slow = True
            if place is self._fast:
                if self._slow.locked():
                    return Answer("retry", None, None, "too many destinations are slow at once", self._slow_ms)
                await self._slow.acquire()  # not locked: does not wait
                place.release()
                place = self._slow
            return await send
        finally:
            if not send.done():
                send.cancel()
                await asyncio.gather(send, return_exceptions=True)
            place.release()

    @property
    def _slow_ms(self) -> int:
        return round(self._slow_after_s * 1000)

    async def _send(self, lane: _Lane, delivery: Delivery) -> Answer:
        try:
            if lane.destination is None or lane.spec != delivery.spec:
                await self._shut(lane)
                lane.destination, lane.spec = self._open(delivery.spec), delivery.spec
            return await lane.destination.send(delivery.notification, self._now())
        except Exception as error:
            return answer_of_error(error)

    def _retire(self, key: str, lane: _Lane) -> None:
        if self._lanes.get(key) is lane:
            del self._lanes[key]
        task = asyncio.get_running_loop().create_task(self._shut(lane))
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    @staticmethod
    async def _shut(lane: _Lane) -> None:
        destination, lane.destination, lane.spec = lane.destination, None, None
        if destination is not None:
            await destination.close()

    def _raise_error(self) -> None:
        if self._error is not None:
            raise self._error

"""A line over a real file without Faust: what a test delivers to an agent, and what the line made of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple, cast

import faust
import orjson
from faust.types import TP

from streams.engine.keeper_sqlite import SqliteKeeper
from streams.engine.line import Line
from streams.engine.outcomes import read_outcomes, read_positions
from streams.engine.position import Position
from streams.engine.work import Work
from streams.log.protocol import StoredRecord
from streams.log.sqlite import SqliteLog
from streams.model.watch import WatchBook
from streams.settings import Settings

RAW = TP("articles-raw", 0)
Stage = Callable[[Work], Awaitable[Any]]


class Message(NamedTuple):
    value: list[StoredRecord]
    tp: TP = RAW
    generation_id: int = 1


class App:
    """As much of Faust as a line sees."""

    consumer_generation_id = 1
    should_stop = False

    def __init__(self) -> None:
        self.declared: list[tuple[TP, int]] = []
        self.sought: list[tuple[TP, int]] = []
        self.agents: dict[str, Any] = {}
        self.consumer = self
        self.on_partitions_revoked = self

    def connect(self, handler: Any) -> None:
        self.revoke = handler

    def declare_applied(self, tp: TP, offset: int) -> None:
        self.declared.append((tp, offset))

    async def seek_back(self, tp: TP, offset: int) -> None:
        self.sought.append((tp, offset))

    def topic(self, name: str, **_: Any) -> str:
        return name

    def agent(self, _: str, name: str) -> Callable[[Any], None]:
        return lambda function: self.agents.update({name: function})


class Delivered:
    """A stream of Faust's: what is put there is delivered, and it never ends."""

    def __init__(self) -> None:
        self.queue: asyncio.Queue[Message] = asyncio.Queue()

    async def events(self) -> Any:
        while True:
            yield Event(await self.queue.get())


class Event(NamedTuple):
    message: Message


class Rig:
    """A line over a real file."""

    def __init__(self, log: SqliteLog) -> None:
        self.log, self.app = log, App()
        self._delivered = Delivered()
        self._agents: list[asyncio.Task[None]] = []
        self.keeper = SqliteKeeper(log, "newsvane", lambda: None)
        self.line = Line(
            cast(faust.App, self.app), Settings(), self.keeper, log, WatchBook(), lambda record: cast(Any, record)
        )

    async def run(self, stage: Stage, records: list[StoredRecord] | None = None, generation: int = 1) -> bool:
        """Deliver a batch to an agent as Faust does; whether the line is well when it is done."""
        if not self._agents:
            self.line.agent("clean", reads="article-raw")(self._work)
            self._agents.append(asyncio.create_task(self.app.agents["newsvane.clean"](self._delivered)))
        self._stage = stage
        batch = self.log.read("articles-raw", 0, 0) if records is None else records
        self._delivered.queue.put_nowait(Message(batch, generation_id=generation))
        for _ in range(10_000):
            await asyncio.sleep(0.001)
            if self.failure is not None or (self._delivered.queue.empty() and not self.line.is_busy):
                return self.failure is None
        raise AssertionError("not done in time")

    async def _work(self, work: Work) -> None:
        await self._stage(work)

    @property
    def failure(self) -> BaseException | None:
        return self.line.failure.exception() if self.line.failure.done() else None

    @property
    def position(self) -> Position:
        ((_, position),) = read_positions(self.log, "newsvane")
        return position

    @property
    def outcomes(self) -> dict[str, int]:
        return read_outcomes(self.log, "newsvane").get("clean", {})

    def letters(self) -> list[dict[str, Any]]:
        return [orjson.loads(stored.value or b"") for stored in self.log.read("articles-raw-dlq", 0, 0)]

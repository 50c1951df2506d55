"""Who is sent to when: order within a destination; between them nothing but limits that the slow can't use up."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest

from streams.deliver.answer import Answer
from streams.deliver.destinations import NotAllowed, Spec
from streams.deliver.dispatch import Delivery, Dispatcher
from streams.deliver.notification import Notification
from tests.receivers import AT, notification, until

DELIVERED = Answer("delivered", 204, None, "HTTP 204", 1)


@dataclass(slots=True)
class Desk:
    """Fake destinations: what was opened, sent, closed and answered; ``gates`` hold up those that are named."""

    events: list[tuple[str, str]] = field(default_factory=list)
    answers: list[tuple[str, str]] = field(default_factory=list)
    gates: dict[str, asyncio.Event] = field(default_factory=dict)
    sending: int = 0
    most: int = 0

    def open(self, spec: Spec) -> Fake:
        if spec["kind"] == "refused":
            raise NotAllowed("not here")
        self.events.append(("open", spec["address"]))
        return Fake(self, spec["address"])

    async def keep(self, delivery: Delivery, answer: Answer) -> None:
        self.answers.append((delivery.delivery_id, answer.verdict))

    def sent(self) -> list[str]:
        return [what for kind, what in self.events if kind == "send"]


@dataclass(slots=True)
class Fake:
    desk: Desk
    name: str

    async def send(self, message: Notification, at: datetime) -> Answer:
        assert AT == at
        self.desk.events.append(("send", message.delivery_id))
        self.desk.sending += 1
        self.desk.most = max(self.desk.most, self.desk.sending)
        try:
            if self.name in self.desk.gates:
                await self.desk.gates[self.name].wait()
            if self.name == "broken":
                raise ValueError("whsec_secret in a message of a library")
        finally:
            self.desk.sending -= 1
        return DELIVERED

    async def close(self) -> None:
        self.desk.events.append(("close", self.name))


def spec(name: str, kind: str = "fake") -> dict[str, Any]:
    return {"kind": kind, "address": name}


def run(story: Callable[[Desk, Dispatcher], Awaitable[None]], **limits: Any) -> Desk:
    async def begin() -> Desk:
        desk = Desk()
        dispatcher = Dispatcher(desk.open, desk.keep, lambda: AT, **{"slow_after_s": 0.02, **limits})
        await story(desk, dispatcher)
        await dispatcher.close()
        return desk

    return asyncio.run(begin())


def submit(dispatcher: Dispatcher, name: str, *ids: str, kind: str = "fake") -> None:
    for delivery_id in ids:
        dispatcher.submit(delivery_id, name, spec(name, kind), notification(delivery_id=delivery_id))


def test_one_destination_gets_them_in_order() -> None:
    """One attempt at a time, opened once, closed at the end."""

    async def story(desk: Desk, dispatcher: Dispatcher) -> None:
        assert not dispatcher.is_busy("a")
        submit(dispatcher, "a", *"1234")
        assert dispatcher.is_busy("a")
        assert 4 == dispatcher.count_waiting()
        assert await dispatcher.drain(5)
        assert not dispatcher.is_busy("a")

    desk = run(story)
    sends = [("send", each) for each in "1234"]
    assert ([("open", "a"), *sends, ("close", "a")], 1) == (desk.events, desk.most)
    assert [(each, "delivered") for each in "1234"] == desk.answers


def test_those_that_hang_hold_up_nobody() -> None:
    """More of them than all places: every other destination gets all of its own meanwhile, the order kept."""

    async def story(desk: Desk, dispatcher: Dispatcher) -> None:
        hanging, others = [f"hang{n}" for n in range(12)], [f"ok{n}" for n in range(12)]
        desk.gates = {name: asyncio.Event() for name in hanging}
        for name in hanging:
            submit(dispatcher, name, f"{name}-1", f"{name}-2")
        for name in others:
            submit(dispatcher, name, f"{name}-1", f"{name}-2")
        await until(lambda: not any(dispatcher.is_busy(name) for name in others))
        told = [each for each in desk.answers if each[0].startswith("ok")]
        assert sorted((f"{name}-{n}", "delivered") for name in others for n in (1, 2)) == sorted(told)
        assert not await dispatcher.drain(0)

    assert run(story, fast_limit=4, slow_limit=2).most <= 6


def test_a_slow_one_keeps_its_attempt_while_there_is_a_place() -> None:
    """It moves to the slow places and ends as it ends; where none is left it is told to try again."""

    async def story(desk: Desk, dispatcher: Dispatcher) -> None:
        desk.gates = {name: asyncio.Event() for name in "abc"}
        submit(dispatcher, "a", "a1", "a2")
        await until(dispatcher._slow.locked)
        submit(dispatcher, "b", "b1")
        await until(lambda: not dispatcher.is_busy("b"))
        assert [("b1", "retry")] == desk.answers
        for gate in desk.gates.values():
            gate.set()
        assert await dispatcher.drain(5)
        assert [("b1", "retry"), ("a1", "delivered"), ("a2", "delivered")] == desk.answers
        assert (4, 1) == (dispatcher._fast._value, dispatcher._slow._value)

    run(story, fast_limit=4, slow_limit=1)


def test_a_changed_spec_opens_anew() -> None:
    """The next attempt goes to the new address; the old one is closed first."""

    async def story(desk: Desk, dispatcher: Dispatcher) -> None:
        submit(dispatcher, "a", "1")
        dispatcher.submit("2", "a", spec("b"), notification(delivery_id="2"))
        assert await dispatcher.drain(5)

    assert [("open", "a"), ("send", "1"), ("close", "a"), ("open", "b"), ("send", "2"), ("close", "b")] == run(
        story
    ).events


def test_an_idle_destination_is_closed() -> None:
    """And opened again when it is needed."""

    async def story(desk: Desk, dispatcher: Dispatcher) -> None:
        for number in "12":
            submit(dispatcher, "a", number)
            assert await dispatcher.drain(5)
            await until(lambda: ("close", "a") in desk.events[-1:])
        assert {} == dispatcher._lanes

    assert ["1", "2"] == run(story, idle_close_s=0.01).sent()


def test_errors_are_answers() -> None:
    """A refusal, and an error of a library whose message is not passed on."""

    async def story(desk: Desk, dispatcher: Dispatcher) -> None:
        submit(dispatcher, "a", "1", kind="refused")
        submit(dispatcher, "broken", "2")
        assert await dispatcher.drain(5)

    assert [("1", "refused"), ("2", "retry")] == sorted(run(story).answers)


def test_an_answer_that_nobody_keeps_stops_all() -> None:
    """What can't be recorded must not go on being sent."""

    async def story(desk: Desk, dispatcher: Dispatcher) -> None:
        async def fail(delivery: Delivery, answer: Answer) -> None:
            raise OSError("disk full")

        dispatcher._on_answer = fail
        submit(dispatcher, "a", "1", "2")
        with pytest.raises(OSError, match="disk full"):
            await dispatcher.drain(5)
        with pytest.raises(OSError, match="disk full"):
            submit(dispatcher, "b", "3")
        assert ["1"] == desk.sent()

    run(story)


def test_closing_ends_what_is_under_way() -> None:
    """Without an answer: it is sent again later, under the same id."""

    async def story(desk: Desk, dispatcher: Dispatcher) -> None:
        desk.gates = {"a": asyncio.Event()}
        submit(dispatcher, "a", "1", "2")
        await until(lambda: desk.sending > 0)

    desk = run(story)
    assert ([], 0, ["1"], ("close", "a")) == (desk.answers, desk.sending, desk.sent(), desk.events[-1])

"""The sender holds what is to be sent now in memory, and leaves the rest in the outbox."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from streams.deliver import sending
from streams.deliver.answer import Answer
from streams.deliver.dispatch import Delivery, Dispatcher
from streams.deliver.fates import Told, build_record, wire_time
from streams.deliver.messages import make_notification, pack
from streams.deliver.outbox import Outbox
from streams.deliver.people import People
from streams.deliver.sending import MAX_UNDER_WAY, InThread, Sender

NOW_MS = 1_772_000_000_000
SUBSCRIPTION: dict[str, Any] = {
    "subscription_id": "desk",
    "version": 1,
    "status": "active",
    "destination": {"kind": "webhook"},
}


class Anybody:
    """People with one subscription."""

    def subscription(self, subscription_id: str) -> dict[str, Any] | None:
        return SUBSCRIPTION if subscription_id == "desk" else None


class Submissions:
    """A dispatcher that only remembers."""

    def __init__(self) -> None:
        self.ids: list[str] = []

    def submit(self, delivery_id: str, *_: object) -> None:
        self.ids.append(delivery_id)


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    found = Outbox(tmp_path / "outbox.db", "log newsvane.db, group newsvane")
    yield found
    found.close()


async def _here(function: Callable[..., Any], *arguments: Any) -> Any:
    return function(*arguments)


async def _nobody(subscription_id: str, detail: str) -> None:
    raise AssertionError((subscription_id, detail))


def _decide(number: int) -> tuple[dict[str, Any], bytes]:
    told = Told(f"{number:032x}", "r" * 32, cast(Any, {}))
    record = build_record(
        SUBSCRIPTION, f"{number:032x}", "newsvane.alert.opened", [told], "pending", "why", NOW_MS, "north"
    )
    return record, pack(make_notification(record, {}))


def test_a_queue_for_a_destination_that_hangs_stays_on_disk(outbox: Outbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Words are kept at hand for a bounded number; the others are sent all the same, in their order."""
    monkeypatch.setattr(sending, "MAX_FRESH", 2)
    decided = [_decide(number) for number in range(6)]
    submitted = Submissions()
    sender = Sender(outbox, _here, cast(People, Anybody()), lambda: NOW_MS, lambda: 0.0, _nobody, lambda: None)
    sender.add(outbox.commit_plan([], [], decided, {}), decided)

    assert wire_time(NOW_MS) == decided[0][0]["next_attempt_at"]
    assert 2 == len(sender._fresh)
    asyncio.run(sender.send_due(cast(Dispatcher, submitted)))
    assert [record["delivery_id"] for record, _ in decided[:MAX_UNDER_WAY]] == submitted.ids
    assert {} == sender._fresh


async def _answered(outbox: Outbox, in_thread: InThread) -> Sender:
    """A sender that has heard of its one delivery that it was taken, and has not written it."""
    decided, submitted = [_decide(0)], Submissions()
    sender = Sender(outbox, in_thread, cast(People, Anybody()), lambda: NOW_MS, lambda: 0.0, _nobody, lambda: None)
    sender.add(outbox.commit_plan([], [], decided, {}), decided)
    await sender.send_due(cast(Dispatcher, submitted))
    delivery = Delivery(submitted.ids[0], "desk", SUBSCRIPTION["destination"], cast(Any, None))
    await sender.on_answer(delivery, Answer("delivered", 204, None, "", 1))
    return sender


def _state(outbox: Outbox) -> str:
    found = outbox.delivery(_decide(0)[0]["delivery_id"])
    assert found is not None
    return str(found[0]["state"])


def test_an_answer_is_written_though_its_writer_is_cancelled(outbox: Outbox) -> None:
    """At a stop: the write waits for its turn on the disk, its task is cancelled, and the last write awaits it."""

    async def scenario() -> None:
        begun, turn = asyncio.Event(), asyncio.Event()

        async def in_turn(function: Callable[..., Any], *arguments: Any) -> Any:
            begun.set()
            await turn.wait()
            return function(*arguments)

        sender = await _answered(outbox, in_turn)
        writing = asyncio.create_task(sender.write_answers())
        await begun.wait()
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
        asyncio.get_running_loop().call_soon(turn.set)
        await sender.write_answers()

    asyncio.run(scenario())
    assert "delivered" == _state(outbox)


def test_an_answer_whose_write_fails_is_written_by_the_next(outbox: Outbox) -> None:
    """A disk that says no once costs no answer."""

    async def scenario() -> None:
        refusals = [OSError("no space left")]

        async def refuse_once(function: Callable[..., Any], *arguments: Any) -> Any:
            if refusals:
                raise refusals.pop()
            return function(*arguments)

        sender = await _answered(outbox, refuse_once)
        with pytest.raises(OSError, match="no space left"):
            await sender.write_answers()
        await sender.write_answers()

    asyncio.run(scenario())
    assert "delivered" == _state(outbox)

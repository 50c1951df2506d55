from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Any

import orjson
import pytest

from streams.engine.keeper import Holding, Slot
from streams.engine.overlay import Overlay
from streams.engine.position import Position
from streams.engine.work import Item, Work
from streams.errors import InvalidRecord
from streams.log.protocol import StoredRecord
from streams.model.state import DictState
from streams.model.step import Emit, Step

Effect = Callable[[Item, Overlay], Step]


def refuse(item: Item, state: Overlay) -> Step:
    raise InvalidRecord("schema", "no time", "/published_at")


def break_down(item: Item, state: Overlay) -> Step:
    raise KeyError("a fault of ours")


def send_what_nobody_can_encode(item: Item, state: Overlay) -> Step:
    return Step("cleaned", (Emit("article-clean", {"language": "en", "text": object()}),))


async def fetch(topic: str, handles: Sequence[bytes]) -> list[StoredRecord | None]:
    raise AssertionError("nothing is sent again here")


@pytest.mark.parametrize(
    ("effect", "expected"),
    [(refuse, "index"), (break_down, None), (send_what_nobody_can_encode, None)],
)
def test_memory_stays_unless_it_may_have_learned_what_is_taken_back(
    effect: Effect, expected: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    """A refused record costs no reload; after a fault, or an output that can't be sent, memory is built again."""
    caplog.set_level(logging.CRITICAL)
    holding = Holding(Slot("dedupe", "articles-clean", 0), DictState(), Position(), memory="index")
    record: dict[str, Any] = {"outlet": "herald.example", "text": "News", "arrived_at": "2026-03-01T00:00:00.000Z"}
    stored = StoredRecord("articles-raw", 0, 0, 0, b"k", orjson.dumps(record), ())
    work = Work(holding, "article-raw", [stored], lambda topic: 1, fetch, 0)
    assert 1 == asyncio.run(work.apply(effect))
    assert (expected, ["articles-raw-dlq"]) == (holding.memory, [out.topic for out in work.outbox.records])


def lengths(records: list[Any]) -> list[int]:
    return [len(record["text"]) for record in records]


@pytest.mark.parametrize(("odd", "expected"), [({"text": "As ever"}, [4, 7]), ({}, [None, None])])
def test_what_can_not_be_prepared_together_is_left_to_each_record_s_turn(
    odd: dict[str, Any], expected: list[int | None]
) -> None:
    """One record at fault takes neither the batch with it nor its neighbours."""
    values = [orjson.dumps({"text": "News"}), b"no JSON", orjson.dumps(odd)]
    headers = (("cause", b"articles-clean/0/1/0"),)
    stored = [StoredRecord("articles-clean", 0, at, 0, b"k", value, headers) for at, value in enumerate(values)]
    holding = Holding(Slot("dedupe", "articles-clean", 0), DictState(), Position())
    work = Work(holding, "article-clean", stored, lambda topic: 1, fetch, 0)
    asyncio.run(work.prepare(lengths))
    assert expected == [item.extra for item in work.items if item.failure is None]


def test_what_the_disk_does_not_have_is_still_found_once_it_is_written() -> None:
    """Looking ahead saves questions to the disk and changes no answer."""
    shelf = DictState()
    shelf.put(b"a", b"1")
    state = Overlay(shelf)
    state.look_ahead([b"b", b"a", b"c", b"a"])
    state.put(b"b", b"2")
    state.keep_record()
    state.put(b"c", b"3")
    before = [state.get(key) for key in (b"a", b"b", b"c", b"d")]
    state.undo_record()
    assert ([b"1", b"2", b"3", None], [b"1", b"2", None]) == (before, [state.get(key) for key in (b"a", b"b", b"c")])

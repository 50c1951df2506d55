"""A batch on its way through the line, without Faust: what is committed, what stops the line, what is passed over."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from schemas import topics_on
from streams.engine.dead_letters import KEY_BYTES
from streams.engine.keeper import PartitionLost, Slot
from streams.engine.outcomes import read_outcomes
from streams.engine.overlay import Overlay
from streams.engine.position import CAUSE_HEADER
from streams.engine.work import Item, Work
from streams.errors import DiskFull, InfrastructureError
from streams.log.protocol import NewRecord, StoredRecord
from streams.log.provision import apply_topics
from streams.log.sqlite import SqliteLog
from streams.model.step import Emit, Step
from tests.unit.engine.rig import RAW, Event, Rig, Stage

SLOT = Slot("clean", "articles-raw", 0)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[SqliteLog]:
    log = SqliteLog(tmp_path / "line.db", synchronous="NORMAL")
    apply_topics(log, topics_on("sqlite"), 1)
    yield log
    log.close()


def feed(log: SqliteLog, count: int, **fields: Any) -> None:
    log.append("articles-raw", [NewRecord(0, b"a.example", raw(number, **fields), 0) for number in range(count)])


def raw(number: int, **fields: Any) -> bytes:
    article = {"outlet": "a.example", "arrived_at": "2026-03-02T12:00:00.000Z", "text": "Yes.", "id": str(number)}
    return orjson.dumps(article | fields)


def count(item: Item, state: Overlay) -> Step:
    """Number the articles, and send a record on for each."""
    number = int(state.get(b"n") or b"0") + 1
    state.put(b"n", str(number).encode())
    return Step("cleaned", (Emit("article-clean", {"language": "en", "number": number}),))


async def work_well(work: Work) -> None:
    await work.apply(count)


def failing_at(offset: int, error: BaseException) -> Stage:
    def step(item: Item, state: Overlay) -> Step:
        if item.stored.offset == offset:
            raise error
        return count(item, state)

    async def stage(work: Work) -> None:
        await work.apply(step)

    return stage


def numbers(log: SqliteLog) -> list[int]:
    return [orjson.loads(stored.value or b"")["number"] for stored in log.read("articles-clean", 0, 0)]


def run(scenario: Coroutine[Any, Any, None]) -> None:
    asyncio.run(scenario)


def test_hazard_1_2_3_an_error_of_the_world_commits_nothing_and_stops(log: SqliteLog) -> None:
    """1, 2, 3: nothing of the batch is acknowledged, the line ends, and the next one does all of it, once."""
    feed(log, 10)

    async def scenario() -> None:
        broken = Rig(log)
        assert not await broken.run(failing_at(7, DiskFull("no space")))
        assert isinstance(broken.failure, DiskFull)
        assert ([(RAW, 0)], [], 0) == (broken.app.declared, numbers(log), broken.position.offset)
        assert not await broken.run(work_well), "a line that has failed takes no more"
        await broken.line.stop()
        healed = Rig(log)
        assert await healed.run(work_well)
        assert (RAW, 10) == healed.app.declared[-1]
        assert ({"cleaned": 10}, list(range(1, 11))) == (healed.outcomes, numbers(log))

    run(scenario())


def test_hazard_2_a_bug_of_ours_costs_one_record(log: SqliteLog) -> None:
    """2, 3: an exception in a stage is that record's dead letter, without its writes; the agent goes on."""
    feed(log, 5)

    async def scenario() -> None:
        rig = Rig(log)
        assert await rig.run(failing_at(2, KeyError("bug")))
        assert ({"cleaned": 4, "rejected": 1}, [1, 2, 3, 4]) == (rig.outcomes, numbers(log))
        assert [("internal-error", 2)] == [(letter["reason"], letter["offset"]) for letter in rig.letters()]
        assert None is rig.failure

    run(scenario())


def test_hazard_11_an_agent_that_ends_takes_the_process_along(log: SqliteLog) -> None:
    """11: Faust would live on without it; here the line fails, and with it the worker."""

    class Ended:
        async def events(self) -> Any:
            nothing: list[Event] = []
            for event in nothing:
                yield event

    async def scenario() -> None:
        rig = Rig(log)
        rig.line.agent("clean", reads="article-raw")(work_well)
        await rig.app.agents["newsvane.clean"](Ended())
        assert "agent clean ended by itself; restarting" == str(rig.failure)
        orderly = Rig(log)
        orderly.line.agent("clean", reads="article-raw")(work_well)
        orderly.line.is_stopping = True
        await orderly.app.agents["newsvane.clean"](Ended())
        assert None is orderly.failure

    run(scenario())


def test_hazard_11_work_that_is_cancelled_takes_the_process_along(log: SqliteLog) -> None:
    """11: whoever cancels a batch under way, the line does not go on without it."""
    feed(log, 3)

    async def scenario() -> None:
        rig = Rig(log)
        assert not await rig.run(failing_at(1, asyncio.CancelledError()))
        assert "agent clean ended by itself; restarting" == str(rig.failure)
        assert {} == rig.outcomes

    run(scenario())


def test_hazard_12_nothing_is_passed_over(log: SqliteLog) -> None:
    """12: a batch that begins behind records that nobody has processed is dropped and they are read again."""
    feed(log, 10)

    async def scenario() -> None:
        rig = Rig(log)
        for _ in range(3):  # what was fetched before the seek
            assert await rig.run(work_well, log.read("articles-raw", 0, 5))
        assert ([(RAW, 0)] * 3, {}) == (rig.app.sought, rig.outcomes)
        assert await rig.run(work_well)
        assert ((RAW, 10), {"cleaned": 10}) == (rig.app.declared[-1], rig.outcomes)

    run(scenario())


def test_hazard_12_what_is_never_delivered_stops_the_line(log: SqliteLog) -> None:
    """12: where reading again does not bring what is missing, the line stops; nothing behind it is committed."""
    feed(log, 10)

    async def scenario() -> None:
        rig = Rig(log)
        while await rig.run(work_well, log.read("articles-raw", 0, 5)):
            assert len(rig.app.sought) <= 20
        assert (
            "clean of articles-raw[0]: offset 5 was delivered 21 times, but 0 is not processed yet; restarting"
            == str(rig.failure)
        )
        assert ([], {}) == (numbers(log), rig.outcomes)

    run(scenario())


def test_hazard_12_a_gap_of_the_log_is_no_gap(log: SqliteLog) -> None:
    """12: what retention deleted is not waited for."""
    feed(log, 10)

    async def scenario() -> None:
        with log.transaction() as tx:  # as retention does
            tx.execute("DELETE FROM record WHERE id IN (SELECT id FROM record ORDER BY id LIMIT 5)")
        rig = Rig(log)
        assert await rig.run(work_well, log.read("articles-raw", 0, 0))
        assert ([], (RAW, 10), {"cleaned": 5}) == (rig.app.sought, rig.app.declared[-1], rig.outcomes)

    run(scenario())


def test_hazard_7_what_is_delivered_again_is_passed_over(log: SqliteLog) -> None:
    """7: the same batch twice, an older one, and a batch of an older generation change nothing."""
    feed(log, 10)

    async def scenario() -> None:
        rig = Rig(log)
        for _ in range(2):
            assert await rig.run(work_well)
        assert await rig.run(work_well, log.read("articles-raw", 0, 0, 3))
        feed(log, 5)
        assert await rig.run(work_well, log.read("articles-raw", 0, 10), generation=0)
        assert ({"cleaned": 10}, 10) == (rig.outcomes, rig.position.offset)

    run(scenario())


def test_a_lost_partition_drops_the_batch_and_no_more(log: SqliteLog) -> None:
    """What went to another worker is dropped; the line goes on, and takes the partition again when it comes back."""
    feed(log, 3)

    async def lose(work: Work) -> None:
        raise PartitionLost("went to another worker")

    async def scenario() -> None:
        rig = Rig(log)
        assert await rig.run(lose)
        assert (None, {}, {}) == (rig.failure, rig.line.positions(), rig.outcomes)
        assert await rig.run(work_well)
        assert {"cleaned": 3} == rig.outcomes

    run(scenario())


def test_a_revoked_partition_is_given_back_in_order(log: SqliteLog) -> None:
    """After a rebalance the next owner knows that nobody died here."""
    feed(log, 3)

    async def scenario() -> None:
        rig = Rig(log)
        await rig.run(work_well)
        assert rig.position.is_open
        await rig.app.revoke(None, {RAW})
        assert (False, {}) == (rig.position.is_open, rig.line.positions())

    run(scenario())


def restarts(log: SqliteLog, stage: Stage, times: int) -> list[BaseException | None]:
    async def once() -> BaseException | None:
        rig = Rig(log)
        await rig.run(stage)
        await rig.line.stop()
        return rig.failure

    return [asyncio.run(once()) for _ in range(times)]


def test_an_error_of_the_world_is_never_held_against_a_record(log: SqliteLog) -> None:
    """However often a worker stops for a full disk or a missing broker, no record becomes a dead letter for it."""
    feed(log, 5)
    failures = restarts(log, failing_at(2, InfrastructureError("the broker is away")), 10)
    assert [InfrastructureError] * 10 == [type(failure) for failure in failures]
    assert [None] == restarts(log, work_well, 1)
    assert {"cleaned": 5} == read_outcomes(log, "newsvane")["clean"]


def test_a_record_that_breaks_the_engine_itself_is_a_dead_letter_in_the_end(log: SqliteLog) -> None:
    """What ends the process at one record again and again, and is no error of the world, is refused."""
    feed(log, 5)
    failures = restarts(log, failing_at(2, SystemExit(3)), 6)
    assert [SystemExit] * 4 == [type(failure) for failure in failures[:4]]
    assert [None, None] == failures[4:]
    assert {"cleaned": 4, "rejected": 1} == read_outcomes(log, "newsvane")["clean"]
    assert ["kills-worker"] == [letter["reason"] for letter in letters_of(log)]


def letters_of(log: SqliteLog) -> list[dict[str, Any]]:
    return [orjson.loads(stored.value or b"") for stored in log.read("articles-raw-dlq", 0, 0)]


def stored(offset: int, value: bytes | None, key: bytes | None = b"a.example", **more: Any) -> StoredRecord:
    return StoredRecord("articles-raw", 0, offset, more.get("timestamp_ms", 0), key, value, more.get("headers", ()))


def test_hazard_4_13_what_cannot_be_decoded_or_written_is_a_dead_letter(log: SqliteLog) -> None:
    """4, 13: no value, a value that does not decode, surrogates, deep nesting, an oversized output, a key, a time or a
    header that nobody should write: each is settled at its record, and its neighbours pass."""

    def step(item: Item, state: Overlay) -> Step:
        what = item.record.get("title")
        if what == "surrogate":
            return Step("cleaned", (Emit("article-clean", {"language": "\ud800"}),))
        if what == "deep":
            nested: dict[str, Any] = {}
            for _ in range(300):
                nested = {"inner": nested}
            return Step("cleaned", (Emit("article-clean", {"language": "en", **nested}),))
        if what == "large":
            return Step("cleaned", (Emit("article-clean", {"language": "en", "text": "x" * 9_000_000}),))
        return count(item, state)

    async def stage(work: Work) -> None:
        await work.apply(step)

    records = [
        stored(0, raw(0)),
        stored(1, None),
        stored(2, b"{not json"),
        stored(3, b"\xff"),
        stored(4, b"[" * 5_000),
        stored(5, b'{"text": "\\ud800"}'),
        stored(6, raw(6, text=5)),
        stored(7, raw(7, title="surrogate")),
        stored(8, raw(8, title="deep")),
        stored(9, raw(9, title="large")),
        stored(10, b"{", key=b"k" * 5_000_000),
        stored(11, b"{", timestamp_ms=1 << 62),
        stored(12, b"{", timestamp_ms=-1),
        stored(13, b"{", key=None),
        stored(14, b"{", headers=((CAUSE_HEADER, b"a/0/99999999999999999999999/0"),)),
        stored(15, raw(15), headers=((CAUSE_HEADER, b"\xff"), ("epoch", b""), ("x", b"y"))),
    ]

    async def scenario() -> None:
        rig = Rig(log)
        assert await rig.run(stage, records), rig.failure
        expected = [
            "tombstone", "not-json", "not-utf8", "nesting", "lone-surrogate", "schema", "lone-surrogate", "nesting",
            "too-large", *["not-json"] * 5,
        ]  # fmt: skip
        letters = rig.letters()
        assert expected == [letter["reason"] for letter in letters]
        assert list(range(1, 15)) == [letter["offset"] for letter in letters]
        assert {"cleaned": 2, "rejected": 14} == rig.outcomes
        assert {"1970-01-01", "9999-12-31"} == {letter["arrived_at"][:10] for letter in letters}
        assert KEY_BYTES == max(len(one.key or b"") for one in log.read("articles-raw-dlq", 0, 0))
        assert all(len(letter["prefix"]) <= 500 for letter in letters)
        assert (16, [1, 2]) == (rig.position.offset, numbers(log))

    run(scenario())


def test_hazard_16_an_agent_runs_without_a_broker(log: SqliteLog) -> None:
    """16: what an agent does can be tested with no broker, no Faust and no waiting for a yield that never comes."""
    feed(log, 3)

    async def scenario() -> None:
        assert await Rig(log).run(work_well)
        assert [1, 2, 3] == numbers(log)

    run(scenario())

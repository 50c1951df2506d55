"""The keeper on Kafka: what is acknowledged before what, who owns a partition, what a restore believes."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from aiokafka.errors import KafkaError, RequestTimedOutError

from streams.engine.keeper import Holding, PartitionLost, Slot
from streams.engine.keeper_kafka import KafkaKeeper
from streams.engine.local_store import LocalStore
from streams.engine.outgoing import Outgoing
from streams.engine.position import POSITION_KEY, Position
from streams.errors import InfrastructureError
from tests.unit.engine.fakes import Cluster

SLOT = Slot("clean", "articles-raw", 0)
CHANGELOG = "clean-state"
OUTPUTS = [Outgoing("articles-clean", 0, b"en", b"{}", 0, ())]

_serial = itertools.count()


@contextmanager
def worker(cluster: Cluster, folder: Path) -> Iterator[KafkaKeeper]:
    """A worker's keeper with a disk of its own."""
    store = LocalStore(folder, "group")
    keeper = KafkaKeeper(lambda: cluster, cluster.as_log(), store)
    try:
        yield keeper
    finally:
        store.close()


@pytest.fixture
def disk(tmp_path: Path) -> Callable[[], Path]:
    return lambda: tmp_path / str(next(_serial))


def run(coroutine: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(coroutine)


def ahead(holding: Holding, offset: int) -> Position:
    position = holding.position.copy()
    position.offset = offset
    return position


def entries(holding: Holding) -> dict[bytes, bytes]:
    return dict(holding.shelf.scan(b"\x01", b"\xff"))


def test_hazard_6_outputs_come_before_the_state(disk: Callable[[], Path]) -> None:
    """6: nothing is believed sent that was not acknowledged: outputs first, then state and position in one batch."""
    cluster = Cluster()

    async def scenario(keeper: KafkaKeeper) -> None:
        holding = await keeper.take(SLOT)
        await keeper.commit(holding, ahead(holding, 5), {b"a": b"1"}, OUTPUTS)
        assert 5 == holding.position.offset

    with worker(cluster, disk()) as keeper:
        run(scenario(keeper))
    assert [CHANGELOG, "articles-clean", CHANGELOG] == cluster.sent
    assert [POSITION_KEY, b"a", POSITION_KEY] == [record.key for record in cluster.of(CHANGELOG)]


@pytest.mark.parametrize("failing", ["articles-clean", CHANGELOG])
def test_hazard_6_without_acknowledgement_nothing_is_committed(disk: Callable[[], Path], failing: str) -> None:
    """6: when a broker acknowledges no output, or no state, the batch is not committed and the worker is told."""
    cluster = Cluster()

    async def scenario(keeper: KafkaKeeper) -> None:
        holding = await keeper.take(SLOT)
        cluster.failing[failing] = RequestTimedOutError()
        with pytest.raises(InfrastructureError, match=r"not (acknowledged|written)"):
            await keeper.commit(holding, ahead(holding, 5), {b"a": b"1"}, OUTPUTS)
        assert 0 == holding.position.offset
        assert {} == entries(holding)

    with worker(cluster, disk()) as keeper:
        run(scenario(keeper))
    assert [POSITION_KEY] == [record.key for record in cluster.of(CHANGELOG)]


def test_hazard_5_a_batch_of_outputs_is_split_and_awaited(disk: Callable[[], Path]) -> None:
    """5, 6: outputs beyond one record batch go in several, in order, and one failure among them fails the commit."""
    cluster = Cluster(capacity=3)
    outputs = [Outgoing("articles-clean", 0, b"en", str(number).encode(), 0, ()) for number in range(8)]

    async def scenario(keeper: KafkaKeeper) -> None:
        holding = await keeper.take(SLOT)
        await keeper.commit(holding, ahead(holding, 8), {}, outputs)
        cluster.failing["articles-clean"] = KafkaError()
        with pytest.raises(InfrastructureError):
            await keeper.commit(holding, ahead(holding, 16), {}, outputs)
        assert 8 == holding.position.offset

    with worker(cluster, disk()) as keeper:
        run(scenario(keeper))
    assert [output.value for output in outputs] == [record.value for record in cluster.of("articles-clean")]


def test_a_state_beyond_one_record_batch_is_refused_whole(disk: Callable[[], Path]) -> None:
    """State and position can't be torn apart: what does not fit one batch is told, and nothing of it is written."""
    cluster = Cluster(capacity=3)

    async def scenario(keeper: KafkaKeeper) -> None:
        holding = await keeper.take(SLOT)
        with pytest.raises(InfrastructureError, match="lower NEWSVANE_BATCH_RECORDS"):
            await keeper.commit(holding, ahead(holding, 5), {bytes([n]): b"1" for n in range(1, 9)}, ())

    with worker(cluster, disk()) as keeper:
        run(scenario(keeper))
    assert [POSITION_KEY] == [record.key for record in cluster.of(CHANGELOG)]


def test_a_zombie_is_noticed_by_the_owner(disk: Callable[[], Path]) -> None:
    """A worker that was given up and wakes may append once: the owner stops at its next commit, uncommitted."""
    cluster = Cluster()

    async def scenario(zombie: KafkaKeeper, owner: KafkaKeeper) -> None:
        old = await zombie.take(SLOT)
        new = await owner.take(SLOT)
        with pytest.raises(InfrastructureError, match="another worker wrote it"):
            await zombie.commit(old, ahead(old, 3), {b"a": b"zombie"}, ())
        with pytest.raises(InfrastructureError, match="another worker wrote it"):
            await owner.commit(new, ahead(new, 5), {b"b": b"owner"}, ())

    with worker(cluster, disk()) as zombie, worker(cluster, disk()) as owner:
        run(scenario(zombie, owner))


@pytest.mark.parametrize("is_compacted", [False, True])
def test_what_a_zombie_wrote_is_passed_over_and_repaired(disk: Callable[[], Path], is_compacted: bool) -> None:
    """A restore believes the highest epoch alone and writes again what a zombie had overwritten, so that a later
    restore is right also after compaction."""
    cluster = Cluster()

    async def first(zombie: KafkaKeeper, owner: KafkaKeeper) -> None:
        old = await zombie.take(SLOT)
        await zombie.commit(old, ahead(old, 2), {b"a": b"first"}, ())
        new = await owner.take(SLOT)
        await owner.commit(new, ahead(new, 9), {b"a": b"owner", b"b": b"owner"}, ())
        with pytest.raises(InfrastructureError):
            await zombie.commit(old, ahead(old, 3), {b"a": b"zombie", b"c": b"zombie"}, ())

    with worker(cluster, disk()) as zombie, worker(cluster, disk()) as owner:
        run(first(zombie, owner))
    for _ in range(2):
        with worker(cluster, disk()) as fresh:
            holding = run(fresh.take(SLOT))
            assert (9, {b"a": b"owner", b"b": b"owner"}) == (holding.position.offset, entries(holding))
        if is_compacted:
            cluster.compact(CHANGELOG)


def test_compaction_loses_no_state(disk: Callable[[], Path]) -> None:
    """What is left after compaction restores to the same entries, position and epoch."""
    cluster = Cluster()

    async def scenario(keeper: KafkaKeeper) -> dict[bytes, bytes]:
        holding = await keeper.take(SLOT)
        for offset in range(1, 30):
            writes = {f"k{offset % 7}".encode(): str(offset).encode() if offset % 5 else None}
            await keeper.commit(holding, ahead(holding, offset), writes, ())
        return entries(holding)

    with worker(cluster, disk()) as keeper:
        expected = run(scenario(keeper))
    before = len(cluster.of(CHANGELOG))
    cluster.compact(CHANGELOG)
    assert len(cluster.of(CHANGELOG)) < before / 4
    with worker(cluster, disk()) as keeper:
        holding = run(keeper.take(SLOT))
        assert (expected, 29, 2) == (entries(holding), holding.position.offset, holding.position.epoch)


def test_somebody_who_keeps_writing_is_told_of(disk: Callable[[], Path]) -> None:
    """A claim that never lands where the restore ended ends with the group's name for it, not in a loop."""
    cluster = Cluster()
    end_offset = cluster.end_offset

    def restless(topic: str, partition: int) -> int:
        end = end_offset(topic, partition)
        cluster.add(topic, b"foreign", b"x", [("epoch", b"1")])
        return end

    cluster.end_offset = restless  # type: ignore[method-assign]
    with worker(cluster, disk()) as keeper, pytest.raises(InfrastructureError, match="is the group used twice"):
        run(keeper.take(SLOT))


def test_a_topic_that_was_created_anew_is_read_anew(disk: Callable[[], Path]) -> None:
    """A local copy that is ahead of the changelog belongs to another topic: it is dropped."""
    cluster, folder = Cluster(), disk()

    async def scenario(keeper: KafkaKeeper) -> None:
        holding = await keeper.take(SLOT)
        await keeper.commit(holding, ahead(holding, 5), {b"a": b"1"}, ())

    with worker(cluster, folder) as keeper:
        run(scenario(keeper))
    cluster.topics.clear()
    with worker(cluster, folder) as keeper:
        holding = run(keeper.take(SLOT))
        assert ({}, 0) == (entries(holding), holding.position.offset)


def test_a_lost_partition_drops_the_batch_under_way(disk: Callable[[], Path]) -> None:
    """After a rebalance a batch that is still under way sends and writes nothing."""
    cluster = Cluster()

    async def scenario(keeper: KafkaKeeper) -> None:
        holding = await keeper.take(SLOT)
        keeper.forget(SLOT)
        with pytest.raises(PartitionLost):
            await keeper.commit(holding, ahead(holding, 5), {b"a": b"1"}, OUTPUTS)
        await keeper.let_go(holding)  # no longer ours: nothing to give back

    with worker(cluster, disk()) as keeper:
        run(scenario(keeper))
    assert [CHANGELOG] == cluster.sent


def test_letting_go_tells_the_next_that_nobody_died(disk: Callable[[], Path]) -> None:
    """A slot that was given back in order is not open; one that was not counts as a death."""
    cluster = Cluster()

    async def scenario(keeper: KafkaKeeper, is_orderly: bool) -> int:
        holding = await keeper.take(SLOT)
        if is_orderly:
            await keeper.let_go(holding)
        return holding.position.attempts

    attempts = []
    for is_orderly in (True, False, False, True, True):
        with worker(cluster, disk()) as keeper:
            attempts.append(run(scenario(keeper, is_orderly)))
    assert [0, 0, 1, 2, 0] == attempts


def test_what_retention_deleted_is_told_as_gone(disk: Callable[[], Path]) -> None:
    """It can't be read ever again: the revision is passed over, where an error of the world would stop us for ever."""
    cluster = Cluster()
    cluster.add("articles-clean", b"en", b"{}")

    async def scenario(keeper: KafkaKeeper) -> None:
        found, gone = await keeper.fetch("articles-clean", [b"0/0", b"0/7"])
        assert found is not None
        assert (b"{}", None) == (found.value, gone)

    with worker(cluster, disk()) as keeper:
        run(scenario(keeper))

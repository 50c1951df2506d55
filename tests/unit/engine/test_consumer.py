"""The consumer that Faust is given: whole batches, and commits of what was declared alone."""

from __future__ import annotations

import asyncio
from typing import Any, NamedTuple

from faust.types import TP

from streams.engine.consumer import BatchConsumer

TP0 = TP("articles-raw", 0)


class Record(NamedTuple):
    offset: int


class Message:
    acked = False


class FaustConsumer:
    """The part of Faust's consumer that is built upon."""

    def __init__(self) -> None:
        self._read_offset: dict[TP, int | None] = {TP0: None}
        self._unacked_messages: set[Any] = set()
        self.delivered: list[Any] = []
        self.revoked: list[set[TP]] = []
        self.suspend_flow = asyncio.Event()

    async def callback(self, message: Any) -> None:
        self.delivered.append(message)

    async def wait_first(self, call: Any, suspended: Any) -> None:
        suspended.close()
        await call

    async def on_partitions_revoked(self, revoked: Any) -> None:
        self.revoked.append(set(revoked))


class Consumer(BatchConsumer, FaustConsumer):
    pass


def test_hazard_12_only_what_was_declared_is_committed() -> None:
    """12, 1, 2: acknowledging a message commits nothing, gaps count for nothing, later ones don't overtake; only what
    the keeper has declared applied is offered for commit."""
    consumer = Consumer()
    message = Message()
    consumer._unacked_messages.add(message)
    assert consumer.ack(message)
    assert (set(), None, []) == (
        consumer._unacked_messages,
        consumer._new_offset(TP0),
        list(consumer._filter_tps_with_pending_acks()),
    )
    consumer.declare_applied(TP0, 5)
    assert (5, [TP0], [TP0], []) == (
        consumer._new_offset(TP0),
        list(consumer._filter_tps_with_pending_acks()),
        list(consumer._filter_tps_with_pending_acks({"articles-raw"})),
        list(consumer._filter_tps_with_pending_acks({"matches"})),
    )


def test_hazard_12_a_lost_partition_is_not_committed() -> None:
    """12: what was declared before a rebalance is not committed over the next owner's work."""
    consumer = Consumer()
    consumer.declare_applied(TP0, 5)
    asyncio.run(consumer.on_partitions_revoked([TP0]))
    assert (None, [{TP0}]) == (consumer._new_offset(TP0), consumer.revoked)


def test_hazard_1_a_batch_is_one_message() -> None:
    """1, 3: no ``take()`` is needed, whose ``finally`` acknowledges: a fetched batch is one message with one
    generation, without what was delivered before."""

    async def scenario() -> Consumer:
        consumer = Consumer()
        await consumer._hand_over(TP0, [Record(3), Record(4), Record(7)], 2)
        await consumer._hand_over(TP0, [Record(4), Record(7), Record(8)], 2)
        await consumer._hand_over(TP0, [Record(8)], 2)
        return consumer

    consumer = asyncio.run(scenario())
    assert [(7, [3, 4, 7], 2), (8, [8], 2)] == [
        (message.offset, [record.offset for record in message.value], message.generation_id)
        for message in consumer.delivered
    ]

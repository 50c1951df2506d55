"""Outputs, state and position move together. One protocol; ``keeper_sqlite`` and ``keeper_kafka`` keep it.

What a keeper promises, whatever is killed and whenever: a committed batch is whole (its outputs are in the log, its
writes and its position are in the state), and of one that was not committed no trace is in the state. Its outputs may
be in the log already; they come again with the same causes, and the next stage passes over them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from streams.engine.outgoing import Outgoing
from streams.engine.overlay import Shelf
from streams.engine.position import Position
from streams.errors import InfrastructureError
from streams.log.protocol import StoredRecord


class PartitionLost(InfrastructureError):
    """The slot went to another worker while a batch was under way. The batch is dropped; the other one does it."""


class Slot(NamedTuple):
    """One stage's share of one input partition."""

    stage: str
    topic: str
    partition: int

    def __str__(self) -> str:
        return f"{self.stage} of {self.topic}[{self.partition}]"


@dataclass(slots=True)
class Holding:
    """What a worker holds of a slot: the entries on disk and the position; valid until it is let go.

    ``memory`` is a stage's index in RAM over the entries. It is dropped whenever they may differ, and built again.
    """

    slot: Slot
    shelf: Shelf
    position: Position
    memory: Any = None


class Keeper(Protocol):
    """Keeps the state of every stage of one worker."""

    async def take(self, slot: Slot) -> Holding:
        """Restore the state to its last commit and claim it, so that an older owner's late writes can be told."""
        ...

    async def commit(
        self, holding: Holding, position: Position, writes: Mapping[bytes, bytes | None], outputs: Sequence[Outgoing]
    ) -> None:
        """Make a batch durable. After it ``holding.position`` is the new one."""
        ...

    async def let_go(self, holding: Holding) -> None:
        """Give the slot back in order: whoever takes it next knows that nobody died over it."""
        ...

    def forget(self, slot: Slot) -> None:
        """The slot went to another worker: touch nothing."""
        ...

    async def fetch(self, topic: str, handles: Sequence[bytes]) -> list[StoredRecord | None]:
        """Read the input records that these handles (``partition/offset``) name, in order of the handles.

        None for one that retention has deleted: trying again would not bring it back."""
        ...

    async def read_one(self, topic: str, partition: int, offset: int) -> StoredRecord | None:
        """Read the first record at or after ``offset``; None at the end."""
        ...

    async def close(self) -> None: ...


def handle_of(partition: int, offset: int) -> bytes:
    return f"{partition}/{offset}".encode()


def parse_handle(handle: bytes) -> tuple[int, int]:
    partition, _, offset = handle.partition(b"/")
    return int(partition), int(offset)

"""Where a stage stands in one partition: the one record that moves together with its state and its outputs.

It holds the next input offset, the counts of outcomes, and for every upstream partition the last cause applied: a
worker that died after its outputs and before its position sends them again, and the next stage knows them by their
cause and passes over them. So nothing is counted twice, however often anything is killed.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import NamedTuple

import orjson

# Stage keys are text; a key that begins with NUL can't be one of theirs.
POSITION_KEY = b"\x00position"
CAUSE_HEADER = "cause"
REISSUE_HEADER = "reissue"
_MAX_OFFSET = (1 << 63) - 1
_MAX_TOPIC = 249  # as on Kafka


class Cause(NamedTuple):
    """Which input record of the stage before made this record, and its place among that record's outputs."""

    topic: str
    partition: int
    offset: int
    place: int

    def encode(self) -> bytes:
        return f"{self.topic}/{self.partition}/{self.offset}/{self.place}".encode()

    @classmethod
    def decode(cls, raw: bytes) -> Cause | None:
        """Read a header; None for one that is not ours: anybody may write to a topic."""
        parts = raw.split(b"/")
        if len(parts) != 4:
            return None
        try:
            cause = cls(parts[0].decode("ascii"), int(parts[1]), int(parts[2]), int(parts[3]))
        except ValueError:
            return None
        # a position that can't be written would stop every worker, again and again
        return cause if len(parts[0]) <= _MAX_TOPIC and all(0 <= n <= _MAX_OFFSET for n in cause[1:]) else None


@dataclass(slots=True)
class Position:
    """``is_open`` says that a worker owns the partition and has not let go: found at a start, it died.

    ``trying`` is the offset where the last owner began, ``attempts`` how often one died there without getting on, and
    ``alone`` how often the record there was tried by itself: a record that kills its worker twice is a dead letter.
    """

    offset: int = 0
    epoch: int = 0
    is_open: bool = False
    trying: int = -1
    attempts: int = 0
    alone: int = 0
    causes: dict[str, tuple[int, int]] = field(default_factory=dict)
    outcomes: dict[str, int] = field(default_factory=dict)

    def encode(self) -> bytes:
        return orjson.dumps(
            {
                "offset": self.offset,
                "epoch": self.epoch,
                "open": self.is_open,
                "trying": self.trying,
                "attempts": self.attempts,
                "alone": self.alone,
                "causes": self.causes,
                "outcomes": self.outcomes,
            },
            option=orjson.OPT_SORT_KEYS,
        )

    @classmethod
    def decode(cls, raw: bytes) -> Position:
        value = orjson.loads(raw)
        return cls(
            offset=value["offset"],
            epoch=value["epoch"],
            is_open=value["open"],
            trying=value["trying"],
            attempts=value["attempts"],
            alone=value["alone"],
            causes={upstream: (at[0], at[1]) for upstream, at in value["causes"].items()},
            outcomes=value["outcomes"],
        )

    def copy(self) -> Position:
        return replace(self, causes=dict(self.causes), outcomes=dict(self.outcomes))

    def claimed(self, epoch: int) -> Position:
        """The position as its next owner writes it down before touching anything."""
        claimed = self.copy()
        claimed.epoch = epoch
        stuck = self.is_open and self.trying == self.offset
        claimed.attempts = self.attempts + 1 if stuck else int(self.is_open)
        if not stuck:
            claimed.alone = 0
        claimed.trying = self.offset
        claimed.is_open = True
        return claimed

    @property
    def is_suspicious(self) -> bool:
        """Workers died here twice without getting on: take one record at a time."""
        return self.attempts >= 2

    def is_applied(self, cause: Cause) -> bool:
        """Whether the record with this cause was applied before."""
        last = self.causes.get(f"{cause.topic}/{cause.partition}")
        return last is not None and (cause.offset, cause.place) <= last

    def note_cause(self, cause: Cause) -> None:
        self.causes[f"{cause.topic}/{cause.partition}"] = (cause.offset, cause.place)

    def count(self, outcome: str, by: int = 1) -> None:
        total = self.outcomes.get(outcome, 0) + by
        if total:
            self.outcomes[outcome] = total
        else:
            self.outcomes.pop(outcome, None)

"""Where is a listener in the topic of alerts? The id of an event: the vector of the next offsets, with two checks.

``<log>:<o0>.<o1>.…:<partition>:<check>``: eight digits that tell this log from another, the offset after the last
record of each partition that came before or with this event, and of the last record its partition and eight digits of
its hash (``-`` where nothing came yet). A file that was deleted and made anew has the same address; the last record
then has another hash, or the vector lies past the end.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from streams.log.protocol import StoredRecord
from streams.model.ids import digest

_POSITION: Final = re.compile(r"([0-9a-f]{8}):([0-9]{1,15}(?:\.[0-9]{1,15}){0,999}):(?:-|([0-9]{1,4}):([0-9a-f]{8}))")


@dataclass(frozen=True, slots=True)
class Position:
    """``partition`` and ``check`` are those of the last record, -1 and "" without one."""

    log: str
    offsets: tuple[int, ...]
    partition: int = -1
    check: str = ""

    def __str__(self) -> str:
        """
        >>> str(Position("00c0ffee", (3, 0)))
        '00c0ffee:3.0:-'
        """
        last = "-" if self.partition < 0 else f"{self.partition}:{self.check}"
        return f"{self.log}:{'.'.join(map(str, self.offsets))}:{last}"

    def after(self, record: StoredRecord) -> Position:
        """The position once this record has been passed."""
        offsets = list(self.offsets)
        offsets[record.partition] = record.offset + 1
        return Position(self.log, tuple(offsets), record.partition, check_of(record))


def parse_position(text: str) -> Position | None:
    """Read an id that a client gave back; None for one that is none.

    >>> parse_position("00c0ffee:3.0:-")
    Position(log='00c0ffee', offsets=(3, 0), partition=-1, check='')
    >>> parse_position("7") is None
    True
    """
    parts = _POSITION.fullmatch(text)
    if parts is None:
        return None
    offsets = tuple(map(int, parts[2].split(".")))
    if parts[3] is None:
        return Position(parts[1], offsets)
    partition = int(parts[3])
    return Position(parts[1], offsets, partition, parts[4]) if partition < len(offsets) else None


def log_name(broker: str, namespace: str, topic: str) -> str:
    """Eight digits for this topic of this log."""
    return digest("log", broker, namespace, topic)[:8]


def check_of(record: StoredRecord) -> str:
    """Eight digits for this record at this place."""
    return digest("record", str(record.timestamp_ms), record.key or b"", record.value or b"")[:8]

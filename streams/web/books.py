"""What do people want and say, as of this moment? Watches and the board, read from their topics and kept up to date.

The store lags a little behind the log; who changes something must see it at once and must not overwrite what somebody
else has just changed. So what people edit is answered from the log itself: each look reads what came since the last.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import Final

from schemas import decode, topic_of
from streams.desk.board import KINDS, Board, take
from streams.errors import InvalidRecord
from streams.log.protocol import Log
from streams.model.watch import Watch, WatchBook

_KINDS: Final = ("watch", *KINDS)


class Books:
    """Used under the context's log: one thread at a time."""

    def __init__(self) -> None:
        self.watches = WatchBook()
        self.board = Board()
        self._next: dict[tuple[str, int], int] = {}
        self._lock = threading.Lock()

    def catch_up(self, log: Log) -> Books:
        """Read what is new."""
        with self._lock:
            for kind in _KINDS:
                topic = topic_of(kind).name
                for partition in range(log.partitions(topic)):
                    self._read(log, kind, topic, partition)
        return self

    def _read(self, log: Log, kind: str, topic: str, partition: int) -> None:
        while batch := log.read(topic, partition, self._next.get((topic, partition), 0)):
            for stored in batch:
                if kind != "watch":
                    take(self.board, kind, stored.value)
                    continue
                with suppress(InvalidRecord, KeyError):  # anybody may write to a topic; the workers pass over it too
                    self.watches.apply(decode(kind, stored.value or b""))  # type: ignore[arg-type]  # as above
            self._next[topic, partition] = batch[-1].offset + 1

    def current(self) -> list[Watch]:
        """The latest version of each watch, by id."""
        return [watch for id_ in self.watches.ids() if (watch := self.watches.latest(id_)) is not None]

"""Which watches are on the log now? Every version of every watch, read from its topic once, without following it."""

from __future__ import annotations

from collections.abc import Iterator

from schemas import decode, topic_of
from streams.errors import InvalidRecord
from streams.log.protocol import Log
from streams.log.topic_reader import read_topic
from streams.model.watch import Watch, WatchBook


class Watches(WatchBook):
    """The book as a command reads it."""

    def current(self) -> list[Watch]:
        """The latest version of each watch, by id."""
        return [watch for watch_id in self.ids() if (watch := self.latest(watch_id)) is not None]


def read_book(log: Log) -> Watches:
    """Read the topic to its end. A record that is no watch is passed over, as the workers do."""
    book = Watches()
    for watch in _records(log):
        book.apply(watch)
    return book


def _records(log: Log) -> Iterator[Watch]:
    for stored in read_topic(log, topic_of("watch").name):
        try:
            yield decode("watch", stored.value or b"")  # type: ignore[misc]  # its writers validate
        except InvalidRecord:
            continue

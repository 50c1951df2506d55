"""Which records of a topic does a range mean, and where are they to be looked for?

A range has a start (or none: from the beginning of the log) and an end, which is not in it. It counts

- by arrival: what the log stamped on raw articles, ``arrived_at`` on what was made of them. The start is an indexed
  seek. Two ingests may have stamped a little out of order, so reading goes on for an hour of the log behind the end;
- by publication: the believed ``published_at``. An article is believed to be published at most a day after it
  arrived, so reading begins a day before the start and goes on to the end of the log. A raw article that does not say
  when it was published counts by its arrival, also where its page would say it: pages are not opened for this.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal

from schemas import decode, topic_of
from streams.clean.dates import believe
from streams.errors import InvalidRecord, UsageError
from streams.log.protocol import StoredRecord
from streams.model.times import BELIEVED_FUTURE, epoch_ms, format_utc_ms, parse_utc

By = Literal["arrival", "published"]
RAW: Final = "article-raw"

_DISORDER_MS: Final = 3_600_000
_FUTURE_MS: Final = int(BELIEVED_FUTURE.total_seconds() * 1000)


def time_of(ms: int) -> str:
    """The wire's time of milliseconds since 1970."""
    return format_utc_ms(datetime.fromtimestamp(ms / 1000, UTC))


def in_words(ms: int) -> str:
    """For people: to the minute, UTC.

    >>> in_words(60_000)
    '1970-01-01 00:01'
    """
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%d %H:%M")


@dataclass(frozen=True, slots=True)
class Range:
    """``from_ms`` None: from the beginning of the log. ``to_ms`` is not in it."""

    from_ms: int | None
    to_ms: int
    by: By = "arrival"

    def check(self) -> Range:
        """Raises UsageError for a range in which nothing can be."""
        if self.from_ms is not None and self.from_ms >= self.to_ms:
            raise UsageError(
                f"the range is empty: --from {time_of(self.from_ms)} is not before --to {time_of(self.to_ms)}"
            )
        return self

    def holds(self, ms: int) -> bool:
        return (self.from_ms is None or self.from_ms <= ms) and ms < self.to_ms

    def holds_record(self, record: Any) -> bool:
        """Whether a record that clean or a later stage made lies in it."""
        return self.holds(epoch_ms(parse_utc(record["arrived_at" if self.by == "arrival" else "published_at"])))

    def seek_ms(self) -> int | None:
        """The earliest arrival that may be in it; None: the beginning of the log."""
        if self.from_ms is None or self.by == "arrival":
            return self.from_ms
        return max(self.from_ms - _FUTURE_MS, 0)

    def stop_ms(self, kind: str) -> int | None:
        """Nothing that reached its topic at or after this is in it; None: anything may be. What stages made got its
        timestamp when they made it, which may be long after the article's arrival."""
        return self.to_ms + _DISORDER_MS if self.by == "arrival" and kind == RAW else None

    def has(self, kind: str, stored: StoredRecord) -> bool:
        """Whether a record as it lies on its topic is in it. What can't be decoded counts by its timestamp."""
        if kind == RAW and self.by == "arrival":
            return self.holds(stored.timestamp_ms)
        try:
            record = decode(kind, stored.value or b"")
            if kind == RAW:
                arrived_at = datetime.fromtimestamp(stored.timestamp_ms / 1000, UTC)
                published_at, _ = believe((record.get("published_at"),), arrived_at)
                return self.holds(epoch_ms(parse_utc(published_at)))
            return self.holds_record(record)
        except (InvalidRecord, KeyError, TypeError, ValueError):
            return self.holds(stored.timestamp_ms)


def kind_to_replay(topic: str) -> str:
    """The record kind of a topic that an agent reads. Raises UsageError that says what to do instead."""
    name = topic.strip()
    kinds = {topic_of(kind).name: kind for kind in REPLAYABLE}
    if name in kinds:
        return kinds[name]
    offered = f"expected one of {', '.join(kinds)}"
    if name.endswith("-dlq"):
        raise UsageError(f"topic '{name}' holds dead letters; send them again with 'newsvane dlq retry'; {offered}")
    if name in _OUTPUTS:
        raise UsageError(f"topic '{name}' is what the line writes last, no agent reads it; {offered}")
    if name in _SETTINGS:
        raise UsageError(f"topic '{name}' is read whole by every replay; {offered}")
    raise UsageError(f"topic '{name:.60}' is none that agents read; {offered}")


REPLAYABLE: Final = (RAW, "article-clean", "article-deduped", "match", "mention")
"""What agents read, in the order of the line."""
MATCHED: Final = ("match", "mention")
"""What was matched already: another watch changes nothing of it."""
_OUTPUTS: Final = frozenset(topic_of(kind).name for kind in ("alert", "statement", "delivery"))
_SETTINGS: Final = frozenset(
    topic_of(kind).name for kind in ("watch", "subscription", "silence", "acknowledgement", "feedback")
)

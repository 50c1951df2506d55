"""Where do the articles of a backtest come from? As they came out of dedupe, which no watch decides.

The live line's ``articles-deduped`` has them ready where its retention (45 days) and its work cover the range; that is
the quick way. Where they do not, the raw articles are replayed as far as dedupe, on a log of the replay's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from schemas import decode, topic_of
from streams.errors import InvalidRecord
from streams.log.protocol import Log, StoredRecord
from streams.replay.ranges import RAW, Range

DEDUPED: Final = "article-deduped"


@dataclass(frozen=True, slots=True)
class Cover:
    """``is_kept``: retention took nothing of the range. ``is_covered``: and the line has processed all of it. ``why``:
    in words, for a person."""

    is_kept: bool
    is_covered: bool
    why: str


def cover(log: Log, group: str, chosen: Range) -> Cover:
    """Whether the live line's articles-deduped has the range."""
    topic = topic_of(DEDUPED).name
    seek = chosen.seek_ms()
    for partition in range(log.partitions(topic)):
        first = log.start_offset(topic, partition)
        if not first:
            continue
        kept = log.read(topic, partition, first, max_records=1)
        # what was deleted got here before what is kept, and arrived no later than it got here
        if seek is None or not kept or kept[0].timestamp_ms > seek:
            return Cover(False, False, f"the retention of {topic} took a part of the range")
    waiting = _waiting(log, group, RAW, chosen) + _waiting(log, group, "article-clean", None)
    if waiting:
        return Cover(True, False, f"the live line has not processed {waiting:,} articles of it yet")
    return Cover(True, True, f"the live line's {topic}")


def _waiting(log: Log, group: str, kind: str, chosen: Range | None) -> int:
    """Records of the range that the group has not taken."""
    topic = topic_of(kind).name
    committed = log.committed(group, topic)
    stop = None if chosen is None else chosen.stop_ms(kind)
    waiting = 0
    for partition in range(log.partitions(topic)):
        end = log.end_offset(topic, partition)
        if stop is not None:
            end = min(end, log.offset_at(topic, partition, stop))
        done = max(committed.get(partition, 0), log.start_offset(topic, partition))
        waiting += max(end - done, 0)
    return waiting


def read_articles(
    log: Log, chosen: Range, places: Mapping[int, int] | None = None
) -> Iterator[tuple[StoredRecord, Any, float]]:
    """Each record of articles-deduped that may be in the range, as it lies there and decoded, with the share that is
    read. ``places``: the offsets, by partition, to go on at."""
    topic = topic_of(DEDUPED).name
    seek = chosen.seek_ms()
    spans = [
        (
            partition,
            places[partition]
            if places and partition in places
            else log.start_offset(topic, partition)
            if seek is None
            else log.offset_at(topic, partition, seek),
            log.end_offset(topic, partition),
        )
        for partition in range(log.partitions(topic))
    ]
    total = sum(max(end - start, 0) for _, start, end in spans) or 1
    done = 0
    for partition, start, end in spans:
        offset = start
        while offset < end:
            batch = log.read(topic, partition, offset)
            if not batch:
                break
            for stored in batch:
                if stored.offset >= end:
                    break
                try:
                    yield stored, decode(DEDUPED, stored.value or b""), (done + stored.offset + 1 - start) / total
                except InvalidRecord:
                    continue
            offset = batch[-1].offset + 1
        done += max(end - start, 0)

"""What of the line does a heartbeat tell? Collected from the log alone, without reading what it need not.

Counts are differences of offsets; the lag of a stage is what its group has not committed. Outlets are the keys of raw
articles: they are looked through only where a window and the one before hold at most ``MAX_LOOKED_THROUGH`` articles,
because the records have to be read for it; otherwise ``outlets`` and ``silent_outlets`` are None.
"""

from __future__ import annotations

from typing import Any, Final

from schemas import dead_letters_of, topic_of
from streams.deliver.fates import wire_time
from streams.log.protocol import Log

MAX_LOOKED_THROUGH: Final = 5_000
_INPUTS: Final = {
    "clean": "article-raw",
    "dedupe": "article-clean",
    "detect": "article-deduped",
    "stance": "match",
    "alert": "mention",
}


def gather_facts(log: Log, group: str, window_s: int, now_ms: int) -> dict[str, Any]:
    """The facts that ``heartbeat.judge`` reads, for the window that ends now."""
    start_ms = now_ms - window_s * 1000
    return {
        "window_s": window_s,
        **_articles(log, start_ms, start_ms - window_s * 1000),
        "stages": {stage: _lag(log, group, topic_of(kind).name, now_ms) for stage, kind in _INPUTS.items()},
        "dead_letters": {
            topic: _count_since(log, topic, start_ms)
            for topic in (dead_letters_of(topic_of(kind).name).name for kind in _INPUTS.values())
        },
    }


def _articles(log: Log, start_ms: int, before_ms: int) -> dict[str, Any]:
    topic = topic_of("article-raw").name
    articles, last_ms = 0, 0
    spans = []
    for partition in range(log.partitions(topic)):
        first, before = log.offset_at(topic, partition, start_ms), log.offset_at(topic, partition, max(before_ms, 0))
        end = log.end_offset(topic, partition)
        articles += end - first
        spans.append((partition, before, first, end))
        newest = log.read(topic, partition, end - 1, 1) if end > log.start_offset(topic, partition) else []
        last_ms = max([last_ms, *(stored.timestamp_ms for stored in newest)])
    found: dict[str, Any] = {
        "articles": articles,
        "last_arrived_at": wire_time(last_ms) if last_ms else None,
        "outlets": None,
        "silent_outlets": None,
    }
    if sum(end - before for _, before, _, end in spans) <= MAX_LOOKED_THROUGH:
        now: set[str] = set()
        then: set[str] = set()
        for partition, before, first, end in spans:
            then |= _keys(log, topic, partition, before, first)
            now |= _keys(log, topic, partition, first, end)
        found |= {"outlets": len(now), "silent_outlets": sorted(then - now)}
    return found


def _keys(log: Log, topic: str, partition: int, offset: int, end: int) -> set[str]:
    keys = set()
    while offset < end:
        batch = log.read(topic, partition, offset, min(end - offset, 500))
        if not batch:
            break
        keys |= {(stored.key or b"").decode("utf-8", "replace") for stored in batch if stored.offset < end}
        offset = batch[-1].offset + 1
    return keys


def _lag(log: Log, group: str, topic: str, now_ms: int) -> dict[str, Any]:
    committed = log.committed(group, topic)
    lag, behind_s = 0, 0
    for partition in range(log.partitions(topic)):
        end, start = log.end_offset(topic, partition), log.start_offset(topic, partition)
        at = max(committed.get(partition, 0), start)
        if at < end:
            lag += end - at
            waiting = log.read(topic, partition, at, 1)
            behind_s = max([behind_s, *((now_ms - stored.timestamp_ms) // 1000 for stored in waiting)])
    return {"lag": lag, "behind_s": behind_s}


def _count_since(log: Log, topic: str, start_ms: int) -> int:
    return sum(
        log.end_offset(topic, partition) - log.offset_at(topic, partition, start_ms)
        for partition in range(log.partitions(topic))
    )

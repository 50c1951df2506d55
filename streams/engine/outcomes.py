"""What did each stage do with its records? The counts of outcomes, as the stages' position records have them.

Read from the log alone, beside running workers: the state table of the embedded log, the changelogs on Kafka, whose
last position record is looked for from the end. Faust is not imported for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from schemas import topics_on
from streams.engine.position import POSITION_KEY, Position
from streams.log.protocol import Log
from streams.log.sqlite import SqliteLog

STAGES: Final = ("clean", "dedupe", "detect", "stance", "alert")
"""In the order of the line."""

_FIRST_LOOK: Final = 64  # a position closes every batch of a changelog: it is near the end


def changelog_of(stage: str) -> str:
    """The changelog of a stage; ``schemas/topics`` declares one for each, and a test holds the two together."""
    return f"{stage}-state"


def read_outcomes(log: Log, group: str) -> dict[str, dict[str, int]]:
    """The counts of outcomes of each stage over all partitions; stages in the order of the line, outcomes by name."""
    totals: dict[str, dict[str, int]] = {stage: {} for stage in STAGES}
    for stage, position in read_positions(log, group):
        counts = totals.setdefault(stage, {})
        for outcome, number in position.outcomes.items():
            counts[outcome] = counts.get(outcome, 0) + number
    return {stage: dict(sorted(counts.items())) for stage, counts in totals.items() if counts}


def read_positions(log: Log, group: str) -> list[tuple[str, Position]]:
    """Every stage's position in each of its partitions, as far as it has begun."""
    if isinstance(log, SqliteLog):
        rows = log.query("SELECT stage, value FROM state WHERE key = ? ORDER BY stage, partition", (POSITION_KEY,))
        mine = ((*stage.rpartition("/"), value) for stage, value in rows)
        return [(stage, Position.decode(value)) for of_group, _, stage, value in mine if of_group == group]
    return list(_in_changelogs(log))


def _in_changelogs(log: Log) -> Iterator[tuple[str, Position]]:
    declared = {topic.name for topic in topics_on("kafka")}
    for stage in STAGES:
        topic = changelog_of(stage)
        for partition in range(log.partitions(topic)) if topic in declared else ():
            position = _last_position(log, topic, partition)
            if position is not None:
                yield stage, position


def _last_position(log: Log, topic: str, partition: int) -> Position | None:
    """Look at the last records, then at more and more of them."""
    start, end = log.start_offset(topic, partition), log.end_offset(topic, partition)
    upto, span = end, _FIRST_LOOK
    while upto > start:
        begin = max(start, upto - span)
        found: Position | None = None
        offset = begin
        while offset < upto:
            batch = log.read(topic, partition, offset)
            if not batch:
                break
            for stored in batch:
                if stored.key == POSITION_KEY and stored.offset < upto:
                    found = Position.decode(stored.value) if stored.value is not None else None
            offset = batch[-1].offset + 1
        if found is not None:
            return found
        upto, span = begin, 4 * span
    return None

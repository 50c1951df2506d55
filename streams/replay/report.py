"""What did a replay find in its range? Counts by watch, from the replay's own log; the warm-up is left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import orjson

from schemas import topics
from streams.engine.outcomes import read_outcomes
from streams.log.sqlite import SqliteLog
from streams.replay.manifest import GROUP, Manifest
from streams.replay.verify import final_records

Record = dict[str, Any]


def alerts_in_range(log: SqliteLog, manifest: Manifest) -> list[Record]:
    """The final alerts with an article in the range, by first publication."""
    articles = {mention["article_id"] for mention in mentions_in_range(log, manifest)}
    alerts = (orjson.loads(value) for value in final_records(log, "alert").values())
    found = [alert for alert in alerts if any(carrier["article_id"] in articles for carrier in alert["carriers"])]
    return sorted(found, key=lambda alert: (alert["first_published_at"], alert["alert_id"]))


def mentions_in_range(log: SqliteLog, manifest: Manifest) -> Iterator[Record]:
    chosen = manifest.range
    for value in final_records(log, "mention").values():
        mention = orjson.loads(value)
        if chosen.holds_record(mention):
            yield mention


def summarise(log: SqliteLog, manifest: Manifest) -> Record:
    """One object for people and machines. A replay that runs has the counts of this moment."""
    watches: dict[str, Counter[str]] = {}
    for mention in mentions_in_range(log, manifest):
        counts = watches.setdefault(mention["watch_id"], Counter())
        counts["articles"] += 1
        counts["copies"] += mention["dedupe"]["kind"] != "original"
    for alert in alerts_in_range(log, manifest):
        counts = watches.setdefault(alert["watch_id"], Counter())
        counts["alerts"] += 1
        counts["changes"] += alert["change"] is not None
    letters = [name for name in topics() if name.endswith("-dlq")]
    return {
        "replay_id": manifest.replay_id,
        "state": manifest.state,
        "topic": manifest.topic,
        "range": manifest.in_words(),
        "is_exact": manifest.is_exact,
        "missing": manifest.missing,
        "records": manifest.records,
        "warm_records": manifest.warm_records,
        "worked_s": manifest.worked_s,
        "watches": {
            watch_id: {name: counts[name] for name in ("articles", "copies", "alerts", "changes")}
            for watch_id, counts in sorted(watches.items())
        },
        "outcomes": read_outcomes(log, GROUP),
        "dead_letters": sum(log.end_offset(name, p) for name in letters for p in range(log.partitions(name))),
    }

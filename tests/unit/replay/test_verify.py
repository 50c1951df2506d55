"""Is every difference between a replay and the live line found, and is its cause the right one?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from schemas import topic_of, topics_on
from streams.log.protocol import NewRecord
from streams.log.provision import apply_topics
from streams.log.sqlite import SqliteLog
from streams.model.times import epoch_ms, parse_utc
from streams.replay.manifest import Manifest
from streams.replay.verify import Verdict, verify
from tests.unit.replay.test_manifest import manifest

BY_ID = {"mention": "mention_id", "statement": "statement_id", "alert": "alert_id"}
Put = Callable[..., None]


class Both:
    """A live log and a replay's, with the same watch, mention, statement and alert."""

    def __init__(self, folder: Path) -> None:
        self.live, self.own = SqliteLog(folder / "live.db"), SqliteLog(folder / "own.db")
        for log in (self.live, self.own):
            apply_topics(log, topics_on("sqlite"))
            put(log, "watch", watch())
            for kind in BY_ID:
                put(log, kind, record(kind))

    def verify(self, **changes: Any) -> Verdict:
        topic = topic_of("mention").name
        ends = {partition: self.live.end_offset(topic, partition) for partition in range(self.live.partitions(topic))}
        self.live.commit("newsvane", topic, ends)  # the alert stage has taken them
        return verify(self.live, self.own, chosen(**changes), "newsvane")


def chosen(**changes: Any) -> Manifest:
    return replace(manifest(), to_ms=epoch_ms(parse_utc("2026-03-05T00:00:00Z")), **changes)


def watch(version: int = 1, effective_from: str = "1970-01-01T00:00:00.000Z", query: str = "acme") -> dict[str, Any]:
    return {
        "watch_id": "acme", "version": version, "effective_from": effective_from, "status": "active", "query": query,
    }  # fmt: skip


def record(kind: str, number: int = 1, day: int = 2, **more: Any) -> dict[str, Any]:
    article = f"a{number}"
    common: dict[str, Any] = {BY_ID[kind]: f"{kind}-{number}", "watch_id": "acme", "rules": {"clean": "1"}}
    if kind == "mention":
        common |= {
            "article_id": article, "arrived_at": f"2026-03-{day:02d}T00:00:00.000Z", "title": "Acme",
            "published_at": f"2026-03-{day:02d}T00:00:00Z", "dedupe": {"original_id": article},
        }  # fmt: skip
    else:
        common |= {"status": "live" if kind == "alert" else "asserted", "carriers": [{"article_id": article}]}
    return {**common, **more}


def put(log: SqliteLog, kind: str, record: dict[str, Any]) -> None:
    log.append(topic_of(kind).name, [NewRecord(0, b"k", orjson.dumps(record), 0)])


@pytest.fixture
def both(tmp_path: Path) -> Iterator[Both]:
    found = Both(tmp_path)
    yield found
    found.live.close()
    found.own.close()


def causes(verdict: Verdict) -> list[tuple[str, str, str | None]]:
    return [(each.kind, each.side, each.cause) for each in verdict.differences]


def test_equal_is_equal(both: Both) -> None:
    """Of several records under an id the last one counts, and one that was superseded is none."""
    put(both.own, "alert", record("alert", title="before"))
    put(both.own, "alert", record("alert"))
    put(both.live, "alert", record("alert", 7))
    put(both.live, "alert", record("alert", 7, status="superseded"))
    put(both.live, "mention", record("mention", 7, day=3))
    put(both.own, "mention", record("mention", 7, day=3))
    verdict = both.verify()
    assert [] == verdict.differences
    assert {"mention": 2, "statement": 1, "alert": 1} == dict(verdict.equal)
    assert verdict.equal == verdict.compared


def test_without_evidence_nothing_is_explained(both: Both) -> None:
    """One byte, a record too few, a record too many: each is told with its fields."""
    put(both.live, "mention", record("mention", title="Acme!"))
    put(both.live, "mention", record("mention", 2))
    put(both.own, "statement", record("statement", 1, rank=3))
    put(both.own, "mention", record("mention", 3))
    verdict = both.verify()
    assert [
        ("mention", "different", None), ("mention", "only live", None), ("mention", "only replayed", None),
        ("statement", "different", None),
    ] == causes(verdict)  # fmt: skip
    assert (("title",), ("rank",)) == (verdict.differences[0].fields, verdict.differences[3].fields)
    assert 4 == len(verdict.unexplained) == verdict.as_record()["unexplained"]


def test_the_order_of_fields_is_a_difference(both: Both) -> None:
    """To the byte means to the byte."""
    put(both.live, "mention", dict(reversed(record("mention").items())))
    (difference,) = both.verify().differences
    assert ("order of fields",) == difference.fields


def test_another_watch(both: Both) -> None:
    """A pinned watch is compared alone, and differs because it is another."""
    put(both.own, "mention", record("mention", watch_version=2))
    put(both.own, "watch", watch(query="acme AND bid"))
    assert [("mention", "different", "watch")] == causes(both.verify(watches=[watch(query="acme AND bid")]))


def test_a_later_version_is_no_other_watch_for_earlier_articles(both: Both) -> None:
    """What counts is the version of the article's arrival."""
    put(both.live, "watch", watch(2, "2026-03-04T00:00:00.000Z", "acme AND bid"))
    put(both.live, "mention", record("mention", title="Acme!"))
    assert [("mention", "different", None)] == causes(both.verify())


def test_other_rules(both: Both) -> None:
    """Said with both versions."""
    put(both.live, "alert", record("alert", rules={"clean": "0"}))
    (difference,) = both.verify().differences
    assert ("rules", "live clean 0, replayed clean 1") == (difference.cause, difference.detail)


def test_a_live_line_that_is_behind(both: Both) -> None:
    """What it has not processed it can't have found."""
    put(both.own, "mention", record("mention", 2))
    assert [("mention", "only replayed", None)] == causes(both.verify())
    put(both.live, "article-raw", {"x": 1})
    assert [("mention", "only replayed", "not-processed")] == causes(both.verify())


def test_what_came_after_the_range(both: Both) -> None:
    """A mention outside is not compared; a story that also rests on one says so."""
    put(both.live, "mention", record("mention", 2, day=6))
    put(both.live, "alert", record("alert", carriers=[{"article_id": "a1"}, {"article_id": "a2"}]))
    verdict = both.verify()
    assert (1, [("alert", "different", "outside-range")]) == (verdict.outside["mention"], causes(verdict))


def test_what_the_replay_lacks(both: Both) -> None:
    """An approximate replay's differences have its reason; an exact one's have none."""
    put(both.live, "mention", record("mention", dedupe={"original_id": "before"}))
    assert [("mention", "different", None)] == causes(both.verify())
    missing = ["retention has deleted the first 10 records of articles-raw"]
    assert [("mention", "different", "outside-range")] == causes(both.verify(missing=missing))
    put(both.live, "mention", record("mention", version=2))
    assert [("mention", "different", "retention")] == causes(both.verify(missing=missing))
    assert [("mention", "different", "warm-up")] == causes(both.verify(missing=["7 records were left out"]))

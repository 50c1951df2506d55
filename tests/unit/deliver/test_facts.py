"""The facts of a heartbeat, from a log alone."""

from __future__ import annotations

from pathlib import Path

from schemas import topic_of, topics_on
from streams.deliver.facts import gather_facts
from streams.deliver.fates import wire_time
from streams.log.protocol import NewRecord
from streams.log.provision import apply_topics
from streams.log.sqlite import SqliteLog
from tests.unit.deliver.newsroom import HOUR, MINUTE, NOON_MS


def test_the_facts_of_a_window(tmp_path: Path) -> None:
    """Articles of the window, outlets that fell silent, the lag of a stage with its age, rejected records."""
    log = SqliteLog(tmp_path / "line.db")
    apply_topics(log, topics_on("sqlite"), 1)
    raw = topic_of("article-raw").name
    ages = {"a.example": 90 * MINUTE, "b.example": 80 * MINUTE, "c.example": 10 * MINUTE, "d.example": 5 * MINUTE}
    log.append(raw, [NewRecord(0, outlet.encode(), b"{}", NOON_MS - age) for outlet, age in ages.items()])
    log.append(raw, [NewRecord(0, b"a.example", b"{}", NOON_MS - MINUTE)])
    log.append(f"{raw}-dlq", [NewRecord(0, b"x", b"{}", NOON_MS - 2 * HOUR), NewRecord(0, b"x", b"{}", NOON_MS - 1)])
    log.commit("newsvane", raw, {0: 3})
    facts = gather_facts(log, "newsvane", 3600, NOON_MS)
    log.close()
    assert {
        "window_s": 3600,
        "articles": 3,
        "last_arrived_at": wire_time(NOON_MS - MINUTE),
        "outlets": 3,
        "silent_outlets": ["b.example"],
    } == {name: value for name, value in facts.items() if name not in ("stages", "dead_letters")}
    assert {"lag": 2, "behind_s": 300} == facts["stages"]["clean"]
    assert {"lag": 0, "behind_s": 0} == facts["stages"]["alert"]
    assert 1 == facts["dead_letters"][f"{raw}-dlq"]

"""The outbox: what is written together, what it knows, whose file it is."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from streams.deliver.fates import Told, build_record, wire_time
from streams.deliver.outbox import Outbox, Waiting
from streams.errors import InfrastructureError
from tests.unit.deliver.newsroom import DAY, NOON_MS, alert, subscription

LINE = "log line.db, group newsvane"


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    found = Outbox(tmp_path / "outbox.db", LINE)
    yield found
    found.close()


def record(delivery_id: str = "a" * 32, state: str = "pending", **more: Any) -> dict[str, Any]:
    told = [Told("b" * 32, "c" * 32, {"label": "joins"})]
    at = NOON_MS
    built = build_record(subscription(), delivery_id, "newsvane.alert.opened", told, "pending", "why", at, "north")
    return built | {"state": state, "next_attempt_at": built["next_attempt_at"] if state == "pending" else None} | more


def test_a_plan_is_written_as_one(outbox: Outbox, tmp_path: Path) -> None:
    """State, bodies, deliveries, positions and what the topic is to be told are there after a reopening."""
    body = alert()
    key = ("alert", body["alert_id"])
    waiting = outbox.commit_plan([(key, {"since": 1})], [body], [(record(), b"words")], {("alerts", 0): 7})
    assert [Waiting(NOON_MS, 1, "a" * 32, "desk")] == waiting
    again = Outbox(tmp_path / "outbox.db", LINE)
    assert [(key, {"since": 1})] == list(again.load_state().records())
    assert body == again.bodies[body["alert_id"]]
    assert {("alerts", 0): 7} == again.positions()
    assert waiting == again.waiting()
    assert [(1, record())] == again.unpublished(10)
    assert (record(), "why", b"words") == again.delivery("a" * 32)
    again.close()


def test_a_delivery_that_was_decided_stays_as_it_is(outbox: Outbox) -> None:
    """The same plan twice, as after a kill whose commit was not noticed, sends and tells once."""
    outbox.commit_plan([], [], [(record(), b"words")], {})
    outbox.record_changes([record(state="delivered", next_attempt_at=None, changed_at=wire_time(NOON_MS + 5))])
    assert [] == outbox.commit_plan([], [], [(record(), b"other")], {})
    assert [] == outbox.waiting()
    assert ["pending", "delivered"] == [each["state"] for _, each in outbox.unpublished(10)]


def test_what_is_published_is_forgotten_after_it_was_acknowledged(outbox: Outbox) -> None:
    """And only up to there."""
    outbox.commit_plan([], [], [(record("a" * 32), b""), (record("b" * 32), b"")], {})
    outbox.mark_published(1)
    assert [2] == [seq for seq, _ in outbox.unpublished(10)]


def test_it_takes_over_what_is_newer(outbox: Outbox) -> None:
    """A record of another process is known by its time; one that asks to send again is waited for."""
    done = record(state="delivered", next_attempt_at=None, changed_at=wire_time(NOON_MS + 5))
    assert [] == outbox.take_over([done], [], {})
    assert outbox.knows(done)
    assert outbox.knows(record())
    asked = record(next_attempt_at=wire_time(NOON_MS + 9), changed_at=wire_time(NOON_MS + 9), actor="anna")
    assert not outbox.knows(asked)
    assert [NOON_MS + 9] == [each.next_attempt_ms for each in outbox.take_over([asked], [], {})]
    assert [] == outbox.unpublished(10)


def test_old_words_go_before_old_deliveries(outbox: Outbox) -> None:
    """What waits stays, however old."""
    outbox.commit_plan([], [], [(record("a" * 32), b"words"), (record("b" * 32, "silenced"), None)], {})
    outbox.forget_old(NOON_MS + 200 * DAY)
    assert outbox.delivery("a" * 32) is not None
    assert None is outbox.delivery("b" * 32)


def test_a_file_of_another_line_or_program_is_refused(tmp_path: Path) -> None:
    """With a line that says whose it is and what to do."""
    Outbox(tmp_path / "outbox.db", LINE).close()
    with pytest.raises(InfrastructureError, match="group newsvane, not to kafka other"):
        Outbox(tmp_path / "outbox.db", "kafka other")
    other = sqlite3.connect(tmp_path / "other.db")
    other.execute("CREATE TABLE theirs (x)")
    other.commit()
    other.close()
    with pytest.raises(InfrastructureError, match="database of another program"):
        Outbox(tmp_path / "other.db", LINE)
    (tmp_path / "text.db").write_text("this is no database at all, and it is long enough to be looked at" * 20)
    with pytest.raises(InfrastructureError, match="cannot be used"):
        Outbox(tmp_path / "text.db", LINE)

"""The board over the topics: what is read, what is passed over, and how two changes at once come out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from schemas import topic_of, topics_on
from streams.desk.acknowledge import build_acknowledgement
from streams.desk.board import Board, append, change, read_board
from streams.desk.subscribe import build_status
from streams.errors import InvalidRecord
from streams.log.protocol import Log, NewRecord
from streams.log.provision import apply_topics
from streams.log.sqlite import SqliteLog
from tests.unit.desk.factory import NOW, alert, example, later, superseded


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    log = SqliteLog(tmp_path / "line.db")
    apply_topics(log, topics_on("sqlite"), None)
    yield log
    log.close()


def test_what_is_appended_is_read(log: Log) -> None:
    """Every version is kept, the latest counts."""
    first: Any = example("subscription", "webhook")
    second = build_status(first, "disabled", actor="bo", now=NOW)
    for record in (first, second):
        append(log, "subscription", record)
    board = read_board(log)
    assert ([second], [first, second]) == (
        board.subscriptions(),
        board.history("subscription", first["subscription_id"]),
    )
    stored = log.read(topic_of("subscription").name, 0, 0)
    assert [b"desk-north-hook"] * 2 == [each.key for each in stored]
    assert 1_676_548_800_000 == stored[1].timestamp_ms


def test_what_does_not_hold_is_not_appended(log: Log) -> None:
    """The schema is asked first."""
    with pytest.raises(InvalidRecord):
        append(log, "silence", {**example("silence", "a-day"), "matchers": []})
    assert [] == read_board(log).silences()


def test_what_others_wrote_wrongly_is_passed_over(log: Log) -> None:
    """Anybody may write to a topic."""
    topic = topic_of("feedback").name
    log.append(topic, [NewRecord(0, b"x", value, 0) for value in (b"", b"{", b"[]", b"{}", None)])
    append(log, "feedback", example("feedback", "wrong"))
    assert [example("feedback", "wrong")] == read_board(log).all_feedback()


def test_a_change_sees_what_is_there(log: Log) -> None:
    """The plan gets the board as it is at that moment; what it returns is appended, or nothing."""
    append(log, "subscription", example("subscription", "webhook"))

    def disable(board: Board) -> list[Any]:
        found = board.subscription("desk-north-hook")
        assert found is not None
        return [build_status(found, "disabled", actor="bo", now=NOW)] if found["status"] == "active" else []

    assert [1, 0] == [len(change(log, "subscription", disable)) for _ in range(2)]
    found = read_board(log).subscription("desk-north-hook")
    assert found is not None
    assert (2, "disabled") == (found["version"], found["status"])


def test_of_two_records_of_one_version_the_later_made_counts() -> None:
    """Two writers on Kafka at once; whatever the order in which they are read."""
    first: Any = example("subscription", "webhook")
    one = {**first, "title": "one", "changed_at": "2023-02-02T00:00:00.000Z"}
    two = {**first, "title": "two", "changed_at": "2023-02-03T00:00:00.000Z"}
    for order in ((one, two), (two, one), (two, one, two, one)):
        board = Board()
        for record in order:
            board.apply("subscription", record)
        assert [two] == board.subscriptions()


def test_acknowledgements_follow_the_alert(log: Log) -> None:
    """Those of the alerts whose place it took, the earliest first, and the stories with them."""
    found = alert()
    heir = alert(alert_id="b" * 32, story_id="c" * 32)
    later_one = build_acknowledgement(heir, actor="bo", now=later(hours=1))
    first = build_acknowledgement(found, actor="mira", now=NOW)
    board = Board()
    for record in (later_one, first):
        board.apply("acknowledgement", record)
    assert [later_one] == board.acknowledgements_of("b" * 32)
    board.apply("alert", superseded(found, "b" * 32))
    assert [first, later_one] == board.acknowledgements_of("b" * 32)
    assert {found["alert_id"], found["story_id"]} == board.inherited_by("b" * 32)


def test_a_circle_of_successors_ends() -> None:
    """What no alert stage writes must not hang a reader."""
    board = Board()
    board.apply("alert", superseded(alert(alert_id="a" * 32), "b" * 32))
    board.apply("alert", superseded(alert(alert_id="b" * 32), "a" * 32))
    assert board.successor_of("a" * 32) in ("a" * 32, "b" * 32)
    assert "b" * 32 in board.inherited_by("a" * 32)


def test_a_kind_that_is_not_peoples_is_a_mistake() -> None:
    """Of the program, not of its input."""
    with pytest.raises(LookupError):
        Board().apply("mention", {})

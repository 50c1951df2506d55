"""The board is a function of the set of records: order and repeats change nothing."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from streams.desk.acknowledge import build_acknowledgement, build_withdrawal, standing
from streams.desk.board import Board
from streams.desk.judge import build_comment, build_relabel, build_undo, build_wrong, subject_of_alert
from streams.desk.silence import build_end, build_silence, matchers_from, silences_alert
from tests.unit.desk.factory import alert, later, superseded

ALERTS = [alert(alert_id=f"{n}" * 32, story_id=f"{n}" * 32) for n in (1, 2, 3)]
LABELS = ("refuses", "prepares", "joins")
ACTIONS = ("acknowledge", "withdraw", "wrong", "relabel", "comment", "undo", "silence", "end", "supersede", "return")

Step = tuple[str, int, int]
Entry = tuple[str, Any]


def play(steps: list[Step]) -> list[Entry]:
    """The records that somebody makes by these steps, each of what is there then."""
    board, made = Board(), []
    for minute, (action, which, choice) in enumerate(steps):
        found, now = ALERTS[which], later(minutes=minute)
        record = _record(board, action, found, choice, now)
        if record is not None:
            board.apply(*record)
            made.append(record)
    return made


def _record(board: Board, action: str, found: Any, choice: int, now: Any) -> Entry | None:
    subject = subject_of_alert(found)
    said, silences = board.all_feedback(), [each for each in board.silences() if each["status"] == "active"]
    held = [each for each in board.acknowledgements_of(found["alert_id"]) if each["status"] == "active"]
    match action:
        case "acknowledge":
            return "acknowledgement", build_acknowledgement(found, actor="mira", now=now)
        case "withdraw" if held:
            return "acknowledgement", build_withdrawal(held[choice % len(held)], actor="bo", now=now)
        case "wrong":
            return "feedback", build_wrong(subject, actor="mira", now=now)
        case "relabel":
            return "feedback", build_relabel(subject, LABELS[choice % 3], actor="bo", now=now)
        case "comment":
            return "feedback", build_comment(subject, "so it is", actor="bo", now=now)
        case "undo" if said:
            return "feedback", build_undo(said[choice % len(said)], actor="bo", now=now)
        case "silence":
            matchers = matchers_from(found)
            return "silence", build_silence(matchers, ends_at=later(days=9), reason="r", actor="mira", now=now)
        case "end" if silences:
            return "silence", build_end(silences[choice % len(silences)], actor="bo", now=now)
        case "supersede" if ALERTS[choice % 3] is not found:
            return "alert", superseded(found, ALERTS[choice % 3]["alert_id"])
        case "return":
            return "alert", found
    return None


def seen(board: Board) -> list[Any]:
    """All that a reader can ask."""
    asked = []
    for found in ALERTS:
        id_, inherited = found["alert_id"], board.inherited_by(found["alert_id"])
        at = later(days=1)
        asked += [
            board.acknowledgements_of(id_), standing(board.acknowledgements_of(id_), found, at), board.feedback_of(id_),
            board.effective_label(id_, found["label"]), board.successor_of(id_), inherited,
            [silences_alert(each, found, at, inherited) for each in board.silences()],
        ]  # fmt: skip
    return [*asked, board.silences(), board.acknowledgements(), board.all_feedback(), board.standing_feedback()]


def board_of(entries: list[Entry]) -> Board:
    board = Board()
    for kind, record in entries:
        board.apply(kind, record)
    return board


steps = st.lists(st.tuples(st.sampled_from(ACTIONS), st.integers(0, 2), st.integers(0, 5)), max_size=25)


@settings(max_examples=150, deadline=None)
@given(steps=steps, data=st.data())
def test_reading_twice_or_in_another_order_gives_the_same_board(steps: list[Step], data: st.DataObject) -> None:
    """People's records in any order, with any repeats; alerts keep their own order, as their topic does."""
    made = play(steps)
    expected = seen(board_of(made))
    assert expected == seen(board_of([*made, *made]))
    alerts = [entry for entry in made if entry[0] == "alert"]
    people = [entry for entry in made if entry[0] != "alert"]
    shuffled = data.draw(st.permutations(people))
    repeats = data.draw(st.lists(st.sampled_from(people), max_size=10)) if people else []
    assert expected == seen(board_of([*shuffled, *alerts, *repeats]))


@settings(max_examples=100, deadline=None)
@given(steps=steps, which=st.integers(0, 2))
def test_undoing_gives_back_what_was(steps: list[Step], which: int) -> None:
    """A judgement and its undoing leave every label as it was; an undone undoing leaves the judgement."""
    made = [entry for entry in play(steps) if entry[0] == "feedback"]
    found, before = ALERTS[which], board_of(made)
    id_, label = found["alert_id"], found["label"]
    wrong = build_wrong(subject_of_alert(found), actor="ann", now=later(days=1))
    undo = build_undo(wrong, actor="ann", now=later(days=1))
    redo = build_undo(undo, actor="ann", now=later(days=1, seconds=1))
    more: list[Entry] = [("feedback", wrong), ("feedback", undo), ("feedback", redo)]
    labels = [board_of([*made, *more[:n]]).effective_label(id_, label) for n in range(4)]
    own = before.effective_label(id_, label)
    assert [own, "none", own, "none"] == labels

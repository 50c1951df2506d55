"""What a feedback says, what stands after undoing, and which cases come of it."""

from __future__ import annotations

from typing import Any

import pytest

from schemas import validate
from streams.desk.board import Board
from streams.desk.judge import (
    build_comment,
    build_relabel,
    build_undo,
    build_wrong,
    export_cases,
    judged_articles,
    subject_of_alert,
    subject_of_mention,
)
from streams.errors import RefusedChange
from streams.model.ids import digest
from streams.model.people import Feedback
from tests.unit.desk.factory import NOW, WATCH_ID, alert, example, later, superseded

FOUND = alert()
ALERT_ID = FOUND["alert_id"]
SUBJECT = subject_of_alert(FOUND)


def board_of(*feedback: Feedback) -> Board:
    board = Board()
    for each in feedback:
        board.apply("feedback", each)
    return board


def test_what_is_said_names_what_it_is_about() -> None:
    """Alert, the mention and the article that speaks for it, the label then, the rules, who and when."""
    said = build_relabel(SUBJECT, "refuses", actor="mira", now=NOW, comment=" he said no ")
    validate("feedback", said)
    article_id = FOUND["article"]["article_id"]
    assert {
        "kind": "relabel", "watch_id": WATCH_ID, "watch_version": 1, "alert_id": ALERT_ID,
        "mention_id": digest("mention", article_id, WATCH_ID), "article_id": article_id, "label_before": "conditional",
        "label": "refuses", "comment": "he said no", "actor": "mira", "given_at": "2023-02-16T12:00:00.000Z",
        "rules": FOUND["rules"],
    } == {name: value for name, value in said.items() if name != "feedback_id"}  # fmt: skip


def test_a_mention_can_be_judged_without_an_alert() -> None:
    """An article that should have alerted, or should not have matched."""
    mention: Any = example("mention", "conditional")
    said = build_wrong(subject_of_mention(mention), actor="mira", now=NOW)
    assert (None, mention["mention_id"]) == (said["alert_id"], said["mention_id"])


def test_the_last_judgement_counts_and_undoing_gives_back_the_one_before() -> None:
    """Wrong means none; an undone judgement counts no more, an undone undo counts no more either."""
    wrong = build_wrong(SUBJECT, actor="mira", now=NOW)
    relabel = build_relabel(SUBJECT, "refuses", actor="bo", now=later(minutes=1))
    undo = build_undo(relabel, actor="bo", now=later(minutes=2))
    redo = build_undo(undo, actor="bo", now=later(minutes=3))
    steps = [(), (wrong,), (wrong, relabel), (wrong, relabel, undo), (wrong, relabel, undo, redo)]
    labels = [board_of(*step).effective_label(ALERT_ID, "conditional") for step in steps]
    assert ["conditional", "none", "refuses", "none", "refuses"] == labels
    assert [wrong, relabel] == board_of(*steps[-1]).feedback_of(ALERT_ID)


def test_a_judgement_is_about_the_label_as_it_was() -> None:
    """When the alert says something else, its label is its own again."""
    board = board_of(build_relabel(SUBJECT, "refuses", actor="mira", now=NOW))
    assert ("refuses", "joins") == tuple(board.effective_label(ALERT_ID, label) for label in ("conditional", "joins"))


def test_a_comment_changes_no_label() -> None:
    """It stands among the feedback, and needs words."""
    said = build_comment(SUBJECT, "see the second paragraph", actor="mira", now=NOW)
    board = board_of(said)
    assert ("conditional", [said]) == (board.effective_label(ALERT_ID, "conditional"), board.feedback_of(ALERT_ID))
    with pytest.raises(RefusedChange):
        build_comment(SUBJECT, "  ", actor="mira", now=NOW)


def test_an_undo_comes_after_what_it_undoes() -> None:
    """Also in the same millisecond and where the clock was set back."""
    wrong = build_wrong(SUBJECT, actor="mira", now=NOW)
    for now in (NOW, later(hours=-1)):
        undo = build_undo(wrong, actor="mira", now=now)
        assert "2023-02-16T12:00:00.001Z" == undo["given_at"]
        assert [] == board_of(wrong, undo).feedback_of(ALERT_ID)
    with pytest.raises(RefusedChange, match="nothing to do"):
        build_undo(wrong, actor="mira", now=NOW, is_undone=True)


def test_an_undo_of_something_later_does_nothing() -> None:
    """A made-up circle of undoings comes to an end."""
    first = build_wrong(SUBJECT, actor="mira", now=NOW)
    one: Feedback = {**build_undo(first, actor="a", now=later(hours=1)), "feedback_id": "a" * 32, "undoes": "b" * 32}
    two: Feedback = {**build_undo(first, actor="b", now=later(hours=2)), "feedback_id": "b" * 32, "undoes": "a" * 32}
    board = board_of(first, one, two)
    assert ([False, True, False], [first]) == (
        [board.is_undone(each["feedback_id"]) for each in (first, one, two)],
        board.feedback_of(ALERT_ID),
    )


def test_labels_are_those_of_the_watch() -> None:
    """A slip of the pen is told the nearest; the label that it has already is no relabel."""
    with pytest.raises(RefusedChange, match=r"did you mean joins\?"):
        build_relabel(SUBJECT, "join", actor="mira", now=NOW, known_labels=["refuses", "joins"])
    with pytest.raises(RefusedChange, match="another label"):
        build_relabel(SUBJECT, "conditional", actor="mira", now=NOW)


def test_feedback_follows_the_alert() -> None:
    """What was said about an alert counts for the one that took its place, also over two steps."""
    wrong = build_wrong(SUBJECT, actor="mira", now=NOW)
    board = board_of(wrong)
    board.apply("alert", superseded(FOUND, "b" * 32))
    board.apply("alert", superseded(alert(alert_id="b" * 32), "c" * 32))
    assert ("c" * 32, [wrong]) == (board.successor_of(ALERT_ID), board.feedback_of("c" * 32))
    board.apply("alert", FOUND)  # it is back under its own id
    assert (ALERT_ID, []) == (board.successor_of(ALERT_ID), board.feedback_of("c" * 32))


def test_cases_are_what_stands_with_the_text_of_the_article() -> None:
    """One case an article and watch; the last judgement; a wrong one has no holder."""
    wrong = build_wrong(SUBJECT, actor="mira", now=NOW)
    relabel = build_relabel(SUBJECT, "refuses", actor="bo", now=later(minutes=1), comment="he said no")
    article_id = FOUND["article"]["article_id"]
    article = {"language": "en", "published_at": "2023-02-16T10:00:00Z", "title": "T", "text": "Never, said Kell."}
    board = board_of(wrong, relabel)
    assert {article_id} == judged_articles(board)
    cases, missing = export_cases(board, {ALERT_ID: FOUND}, {article_id: article})
    assert ([], 1) == (missing, len(cases))
    assert {
        **article, "id": f"feedback-{relabel['feedback_id'][:12]}", "family": "feedback", "text_is": "article",
        "label": "refuses", "holder": "kell", "label_before": "conditional", "kind": "relabel", "watch_id": WATCH_ID,
        "watch_version": 1, "alert_id": ALERT_ID, "mention_id": relabel["mention_id"], "article_id": article_id,
        "actor": "bo", "given_at": relabel["given_at"], "comment": "he said no", "feedback_id": relabel["feedback_id"],
        "rules": FOUND["rules"],
    } == cases[0]  # fmt: skip
    only_wrong, _ = export_cases(board_of(wrong), {ALERT_ID: FOUND}, {article_id: article})
    assert ("none", None) == (only_wrong[0]["label"], only_wrong[0]["holder"])


def test_where_the_article_is_gone_the_evidence_stands_in() -> None:
    """And where the alert is gone as well, the feedback is named as without a case."""
    wrong = build_wrong(SUBJECT, actor="mira", now=NOW)
    cases, missing = export_cases(board_of(wrong), {ALERT_ID: FOUND}, {})
    assert FOUND["statement"] is not None
    assert ("evidence", FOUND["statement"]["evidence"]["text"]) == (cases[0]["text_is"], cases[0]["text"])
    assert [] == missing
    assert ([], [wrong]) == export_cases(board_of(wrong), {}, {})

"""An alert as a card: what people did with it is read from the board as of now."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from streams.desk.acknowledge import build_acknowledgement, build_withdrawal
from streams.desk.board import Board
from streams.desk.judge import build_comment, build_relabel, build_undo, subject_of_alert
from streams.desk.silence import build_end, build_silence, matchers_from
from streams.web.views.cards import make_card, rank_of, show_matchers
from tests.unit.store import makers

NOW = datetime(2026, 3, 5, 12, tzinfo=UTC)
LATER = datetime(2026, 3, 5, 13, tzinfo=UTC)
UNTIL = datetime(2026, 3, 6, 12, tzinfo=UTC)


def board_with(**records: Any) -> Board:
    board = Board()
    for kind, made in records.items():
        for each in made:
            board.apply(kind, each)
    return board


def test_an_acknowledgement_shows_until_it_is_withdrawn() -> None:
    """Also where the store has not read it yet, and not any more where it still has it."""
    alert: Any = makers.alert("one")
    made = build_acknowledgement(alert, actor="anna", now=NOW)
    back = build_withdrawal(made, actor="anna", now=LATER)
    assert made == make_card(alert, (), board_with(acknowledgement=[made]), NOW).acknowledgement
    stale = {**alert, "acknowledgement": made}
    assert None is make_card(stale, (), board_with(acknowledgement=[made, back]), LATER).acknowledgement


def test_a_silence_shows_while_it_holds() -> None:
    """Until its end, or until somebody ends it."""
    alert: Any = makers.alert("one")
    made = build_silence(matchers_from(alert), ends_at=UNTIL, reason="known", actor="anna", now=NOW, alert=alert)
    board = board_with(silence=[made])
    assert made == make_card(alert, (), board, LATER).silence
    assert None is make_card(alert, (), board, UNTIL).silence
    board.apply("silence", build_end(made, actor="anna", now=LATER))
    assert None is make_card(alert, (), board, LATER).silence
    assert "watch is" in show_matchers(made)


def test_a_judgement_and_comments_show_until_taken_back() -> None:
    """The last judgement of the label as it is; comments beside it."""
    alert: Any = makers.alert("one")
    subject = subject_of_alert(alert)
    relabelled = build_relabel(subject, "joins-not", actor="anna", now=NOW)
    comment = build_comment(subject, "look again", actor="ben", now=LATER)
    board = board_with(feedback=[relabelled, comment])
    card = make_card(alert, (), board, LATER)
    assert (relabelled, [comment]) == (card.judgement, card.comments)
    board.apply("feedback", build_undo(relabelled, actor="anna", now=LATER))
    assert None is make_card(alert, (), board, LATER).judgement


def test_a_label_off_the_scale_has_no_rank() -> None:
    """A scale of one is its near end."""
    assert [0, None] == [rank_of("a", ["a"]), rank_of("b", ["a"])]

"""Positions, and the causes by which a repeat is known."""

from __future__ import annotations

import pytest

from streams.engine.position import Cause, Position


def test_a_position_comes_back_as_it_was() -> None:
    """Every field survives the disk."""
    position = Position(7, 3, True, 7, 2, 1, {"articles-raw/0": (6, 1)}, {"cleaned": 5})
    assert position == Position.decode(position.encode())


def test_hazard_7_a_repeat_is_known_by_its_cause() -> None:
    """7: what a killed worker had sent already comes again with the same cause, which is applied once."""
    position = Position()
    position.note_cause(Cause("articles-raw", 0, 5, 1))
    seen = [Cause("articles-raw", 0, 5, 0), Cause("articles-raw", 0, 5, 1), Cause("articles-raw", 0, 4, 9)]
    new = [Cause("articles-raw", 0, 5, 2), Cause("articles-raw", 0, 6, 0), Cause("articles-raw", 1, 0, 0)]
    assert [True] * 3 + [False] * 3 == [position.is_applied(cause) for cause in (*seen, *new)]


def test_deaths_are_counted_only_where_nothing_was_done() -> None:
    """An owner that died and got on, or was stopped in order, leaves no suspicion; two deaths at one offset do."""
    position = Position().claimed(1)
    assert (0, True, 0) == (position.attempts, position.is_open, position.trying)
    died_once = position.claimed(2)
    died_twice = died_once.claimed(3)
    assert [False, False, True] == [one.is_suspicious for one in (position, died_once, died_twice)]
    got_on = died_twice.copy()
    got_on.offset, got_on.alone = 9, 2
    after = got_on.claimed(4)
    assert (1, 0, 9) == (after.attempts, after.alone, after.trying)
    stopped = died_twice.copy()
    stopped.is_open = False
    assert 0 == stopped.claimed(4).attempts


@pytest.mark.parametrize(
    "header",
    [
        b"", b"a", b"a/b/c/d", b"a/1/2", b"a/1/2/3/4", b"\xff/1/2/3", b"a/-1/2/3", b"a/1/99999999999999999999/0",
        b"a/1/2/" + b"9" * 5_000, b"x" * 300 + b"/1/2/3",
    ],
)  # fmt: skip
def test_a_foreign_header_is_no_cause(header: bytes) -> None:
    """Anybody may write to a topic: a header that is not ours, or could not be written to a position, is ignored."""
    assert None is Cause.decode(header)


def test_a_cause_comes_back() -> None:
    """A header of ours reads as it was written, and fits a position."""
    cause = Cause("articles-raw", 3, (1 << 63) - 1, 2)
    assert cause == Cause.decode(cause.encode())
    position = Position()
    position.note_cause(cause)
    assert position == Position.decode(position.encode())

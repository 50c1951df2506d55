"""What is remembered of articles that came by HTTP is bounded."""

from __future__ import annotations

from streams.web.intake import MOST_BYTES, MOST_KEYS, Intake


def test_the_oldest_keys_are_forgotten_first() -> None:
    """A thousand keys are remembered, however short their answers."""
    intake = Intake()
    for number in range(MOST_KEYS + 2):
        intake.keep(("anna", str(number)), "print", b"{}", 202)
    assert (MOST_KEYS, 2 * MOST_KEYS) == (len(intake.answers), intake.size)
    assert [("anna", "2"), ("anna", str(MOST_KEYS + 1))] == [next(iter(intake.answers)), next(reversed(intake.answers))]


def test_large_answers_are_fewer() -> None:
    """Who sends millions of lines under new keys fills no memory."""
    intake = Intake()
    half = b"x" * (MOST_BYTES // 2)
    for number in range(5):
        intake.keep(("anna", str(number)), "print", half, 202)
    assert [("anna", "3"), ("anna", "4")] == list(intake.answers)
    assert MOST_BYTES == intake.size

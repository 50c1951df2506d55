"""What follows an attempt: the retry schedule of Standard Webhooks."""

from __future__ import annotations

import pytest

from streams.deliver.answer import Answer
from streams.deliver.schedule import MAX_ATTEMPTS, MAX_RETRY_AFTER_S, WAITS_S, Verdict, after_attempt


def never() -> float:
    return 0.0


def always() -> float:
    return 1.0


def answer(verdict: str, retry_after_s: float | None = None, detail: str = "answered 503") -> Answer:
    return Answer(verdict, None, retry_after_s, detail, 10)  # type: ignore[arg-type]


def test_the_waits_grow_as_the_standard_says() -> None:
    """0, 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h: ten attempts."""
    waits = [after_attempt(answer("retry"), attempt, never).wait_s for attempt in range(1, 11)]
    assert [5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400, None] == waits
    assert 10 == MAX_ATTEMPTS


@pytest.mark.parametrize("attempt", range(1, 10))
def test_jitter_only_lengthens_by_up_to_a_tenth(attempt: int) -> None:
    """So that what failed together does not come back together."""
    assert pytest.approx(WAITS_S[attempt - 1] * 1.1) == after_attempt(answer("retry"), attempt, always).wait_s


def test_after_the_last_attempt_it_is_given_up() -> None:
    """With the last answer in the reason."""
    assert Verdict("failed", None, "answered 503; given up after 10 attempts") == after_attempt(
        answer("retry"), 10, never
    )


def test_retry_after_is_honoured_within_a_day_and_never_shortens() -> None:
    """A destination may ask for more time, not for less and not for ever."""
    waits = [after_attempt(answer("throttled", asked), 2, never).wait_s for asked in (None, 1, 1000, 10**9)]
    assert [300, 300, 1000, MAX_RETRY_AFTER_S] == waits


def test_what_is_final() -> None:
    """Delivered, refused, failed and gone are not tried again."""
    states = [after_attempt(answer(kind), 1, never) for kind in ("delivered", "refused", "failed", "gone")]
    assert [("delivered", None), ("refused", None), ("failed", None), ("disabled", None)] == [
        (verdict.state, verdict.wait_s) for verdict in states
    ]

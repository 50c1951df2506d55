"""What follows one attempt to send? The retry schedule of Standard Webhooks 1.0, as a pure function.

The first attempt is at once; after the n-th that failed the next one waits 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h,
20 h, 24 h, each longer by up to a tenth (jitter, from the random source passed in), so that a thousand deliveries that
failed together do not come back together. After the tenth attempt it is given up. ``Retry-After`` makes the wait
longer, never shorter, and counts for at most a day. 410 disables the subscription. What can never be sent, and where
this installation does not send, is final at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from streams.deliver.answer import Answer

WAITS_S: Final = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
MAX_ATTEMPTS: Final = len(WAITS_S) + 1
MAX_RETRY_AFTER_S: Final = 86_400
JITTER: Final = 0.1

State = Literal["delivered", "retrying", "failed", "refused", "disabled"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a delivery is after an attempt; ``wait_s`` until the next one, None for never again."""

    state: State
    wait_s: float | None
    reason: str


def after_attempt(answer: Answer, attempt: int, random: Callable[[], float]) -> Verdict:
    """Decide by the answer to attempt number ``attempt`` (from 1). ``random`` gives numbers from 0 to 1."""
    detail = answer.detail.strip().rstrip(".;")
    if answer.verdict == "delivered":
        return Verdict("delivered", None, detail or "taken")
    if answer.verdict == "gone":
        return Verdict("disabled", None, f"{detail or 'the destination is gone (410)'}; the subscription is disabled")
    if answer.verdict in ("refused", "failed"):
        return Verdict("refused" if answer.verdict == "refused" else "failed", None, detail)
    if attempt >= MAX_ATTEMPTS:
        return Verdict("failed", None, f"{detail}; given up after {attempt} attempts")
    wait_s = WAITS_S[attempt - 1] * (1 + JITTER * random())
    if answer.retry_after_s is not None:
        wait_s = max(wait_s, min(answer.retry_after_s, MAX_RETRY_AFTER_S))
    return Verdict("retrying", wait_s, f"{detail}; attempt {attempt} of {MAX_ATTEMPTS}")

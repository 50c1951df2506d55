"""What became of one attempt to send? The verdict says what to do next; deliver's outbox decides when.

- ``delivered``: taken; never again.
- ``retry``: not taken this time (a status that is not 2xx, a time-out, no connection, a secret that is not there yet).
- ``throttled``: the destination asks to be left alone for a while (429, 502, 504).
- ``gone``: 410; the subscription is to be disabled.
- ``refused``: this installation does not send there (address, scheme or kind is not allowed).
- ``failed``: can never be sent as it is.

``detail`` is for people and holds neither an address nor a secret nor a byte of what the destination answered.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Verdict = Literal["delivered", "retry", "throttled", "gone", "refused", "failed"]
MAX_DETAIL_CHARACTERS = 500


@dataclass(frozen=True, slots=True)
class Answer:
    """``status`` is that of HTTP, None where none came; ``retry_after_s`` what the destination asked for, bounded."""

    verdict: Verdict
    status: int | None
    retry_after_s: float | None
    detail: str
    took_ms: int

    def as_response(self) -> dict[str, Any]:
        """``response`` of a Delivery record."""
        return {
            "status": self.status,
            "error": None if self.verdict == "delivered" else self.detail[:MAX_DETAIL_CHARACTERS],
            "retry_after_s": None if self.retry_after_s is None else round(self.retry_after_s),
            "duration_ms": self.took_ms,
        }

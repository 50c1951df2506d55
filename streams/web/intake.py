"""What this process remembers of articles that came in by HTTP: answers by their key, and the lag of a moment ago."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

MOST_KEYS: Final = 1_000
MOST_BYTES: Final = 64 << 20
"""Of all answers together: one of half a million lines has 20 MB."""


@dataclass(slots=True)
class Intake:
    """``answers``: by actor and Idempotency-Key, a hash of what was sent, the answer and its status."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    answers: OrderedDict[tuple[str, str], tuple[str, bytes, int]] = field(default_factory=OrderedDict)
    size: int = 0
    lag: int = 0
    lag_asked_at: datetime | None = None

    def keep(self, key: tuple[str, str], fingerprint: str, body: bytes, status: int) -> None:
        """Remember an answer; the oldest are forgotten first. The caller holds the lock."""
        self.answers[key] = (fingerprint, body, status)
        self.size += len(body)
        while len(self.answers) > MOST_KEYS or self.size > MOST_BYTES:
            self.size -= len(self.answers.popitem(last=False)[1][1])

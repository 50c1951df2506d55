"""What this process remembers of articles that came in by HTTP: answers by their key, and the lag of a moment ago."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(slots=True)
class Intake:
    """``answers``: by actor and Idempotency-Key, a hash of what was sent, the answer and its status."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    answers: OrderedDict[tuple[str, str], tuple[str, bytes, int]] = field(default_factory=OrderedDict)
    lag: int = 0
    lag_asked_at: datetime | None = None

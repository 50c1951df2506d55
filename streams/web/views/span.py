"""Which stretch of time does a view show, and where in it does a moment stand? Places are per cent of the width."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from streams.web.views.moments import place_ticks

LEAST: Final = timedelta(hours=6)
_EDGE: Final = 0.02


@dataclass(frozen=True, slots=True)
class Tick:
    x: float
    words: str


@dataclass(frozen=True, slots=True)
class Span:
    """From ``begin`` to ``end``, which comes after it."""

    begin: datetime
    end: datetime

    def x(self, at: datetime) -> float:
        """Per cent from the left, within 0 and 100."""
        share = (at - self.begin) / (self.end - self.begin)
        return round(min(max(share, 0.0), 1.0) * 100, 3)

    def ticks(self, most: int = 7) -> list[Tick]:
        return [Tick(self.x(at), words) for at, words in place_ticks(self.begin, self.end, most)]


def make_span(begin: datetime, end: datetime, *, padded: bool = False) -> Span:
    """A span that is never empty; ``padded`` leaves some room on both sides, so that no point stands on the edge."""
    if end - begin < LEAST:
        middle = begin + (end - begin) / 2
        begin, end = middle - LEAST / 2, middle + LEAST / 2
    room = (end - begin) * _EDGE if padded else timedelta(0)
    return Span(begin - room, end + room)

"""How much was written, and how much of it was copied? Bars over time, copies on top of originals, gaps as gaps.

Buckets are joined until at most ``MOST_BARS`` are left, so that a bar can be seen and hit on a phone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from streams.web.views.moments import read_moment, show_day, show_moment
from streams.web.views.span import Span, Tick
from streams.web.views.timeline import Gap, draw_gaps

MOST_BARS: Final = 90
HEIGHT: Final = 120
_JOINS: Final = {"hour": (1, 2, 3, 6, 12, 24), "day": (1, 2, 7, 14, 28, 91, 182, 364)}
_STEP: Final = {"hour": timedelta(hours=1), "day": timedelta(days=1)}


@dataclass(frozen=True, slots=True)
class Bar:
    """``x`` and ``width`` in per cent; heights in pixels from the bottom."""

    x: float
    width: float
    original_height: float
    copy_height: float
    originals: int
    copies: int
    words: str


@dataclass(frozen=True, slots=True)
class Volume:
    bars: list[Bar]
    gaps: list[Gap]
    ticks: list[Tick]
    levels: list[tuple[int, float]]
    originals: int
    copies: int
    per: str


def draw_volume(
    points: Sequence[Mapping[str, Any]], gaps: Sequence[Mapping[str, Any]], bucket: str, span: Span
) -> Volume:
    """``points`` and ``gaps`` as ``queries.volumes`` has them; those outside of the span are left out."""
    step = _STEP[bucket]
    shown = [
        each for each in points if read_moment(each["at"]) + step > span.begin and read_moment(each["at"]) < span.end
    ]
    join = next((many for many in _JOINS[bucket] if len(shown) <= many * MOST_BARS), _JOINS[bucket][-1])
    groups = [shown[start : start + join] for start in range(0, len(shown), join)]
    top = nice_top(max((sum(each["originals"] + each["copies"] for each in group) for group in groups), default=0))
    bars = []
    for group in groups:
        originals, copies = (sum(each[name] for each in group) for name in ("originals", "copies"))
        if not originals and not copies:
            continue
        begin = read_moment(group[0]["at"])
        x, end = span.x(begin), span.x(begin + len(group) * step)
        heights = [round(count / top * (HEIGHT - 8), 2) for count in (originals, copies)]
        words = f"{_when(group, bucket)}: {_counted(originals, 'original', 'originals')}, "
        words += _counted(copies, "copy", "copies")
        width = round(max((end - x) * 0.84, 0.3), 3)
        bars.append(Bar(round(x + (end - x) * 0.08, 3), width, heights[0], heights[1], originals, copies, words))
    levels = [(level, round(HEIGHT - level / top * (HEIGHT - 8), 2)) for level in sorted({top // 2, top} - {0})]
    total = [sum(each[name] for each in shown) for name in ("originals", "copies")]
    return Volume(bars, draw_gaps(gaps, span), span.ticks(), levels, total[0], total[1], _per(bucket, join))


def nice_top(most: int) -> int:
    """The round number at the top of the scale.

    >>> [nice_top(number) for number in (0, 3, 11, 170)]
    [2, 4, 20, 200]
    """
    step = 1
    while True:
        for factor in (2, 4, 10):
            if most <= factor * step:
                return factor * step
        step *= 10


def _when(group: Sequence[Mapping[str, Any]], bucket: str) -> str:
    first, last = group[0]["at"], group[-1]["at"]
    show = show_moment if bucket == "hour" else show_day
    return show(first) if first == last else f"{show(first)} to {show(last)}"


def _per(bucket: str, join: int) -> str:
    return f"per {bucket}" if join == 1 else f"per {join} {bucket}s"


def _counted(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"

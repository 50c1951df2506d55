"""What is printed: each figure with its target, its cost and the load of the machine; as tables, and as JSON.

Figures are printed as soon as their part is done, so that an interrupted run has shown something.
"""

from __future__ import annotations

import os
import textwrap
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from tests.benchmarks.measure import Spent


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be reached: at most (or with ``at_least``, at least) this much of the figure's unit."""

    limit: float
    at_least: bool = False

    def is_reached(self, value: float) -> bool:
        return value >= self.limit if self.at_least else value <= self.limit

    def __str__(self) -> str:
        return f"{'>=' if self.at_least else '<='} {self.limit:,g}"


@dataclass(frozen=True, slots=True)
class Figure:
    """One number. ``spent`` is what the measured process took for all of it, ``load`` the 1-minute load average
    right after."""

    name: str
    value: float
    unit: str
    target: Target | None = None
    spent: Spent | None = None
    load: float = 0.0

    @property
    def is_reached(self) -> bool | None:
        return None if self.target is None else self.target.is_reached(self.value)


@dataclass(frozen=True, slots=True)
class Section:
    """The figures of one part; ``notes`` say what was skipped, and details worth a line."""

    title: str
    figures: Sequence[Figure]
    notes: Sequence[str] = ()


def figure(name: str, value: float, unit: str, target: Target | None = None, spent: Spent | None = None) -> Figure:
    """A figure with the load of this moment."""
    return Figure(name, value, unit, target, spent, os.getloadavg()[0])


WIDTH = 98
HEAD = ("", "figure", "target", "reached", "wall s", "CPU s", "load")


def render(section: Section) -> str:
    """The section as a table of plain text, under 100 columns.

    >>> print(render(Section("walk", [Figure("speed", 4.5, "km/h", Target(4, at_least=True), Spent(2, 1), 0.5)])))
    walk
               figure  target  reached  wall s  CPU s  load
      speed  4.5 km/h    >= 4      yes     2.0    1.0   0.5
    """
    rows = [HEAD, *(_row(each) for each in section.figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    lines = [section.title]
    if section.figures:
        for name, *cells in rows:
            aligned = "  ".join(cell.rjust(width) for cell, width in zip(cells, widths[1:], strict=True))
            lines.append(f"  {name.ljust(widths[0])}  {aligned}".rstrip())
    notes = [textwrap.fill(note, WIDTH, initial_indent="  ", subsequent_indent="    ") for note in section.notes]
    return "\n".join([*lines, *notes])


def _row(each: Figure) -> tuple[str, ...]:
    reached = {None: "", True: "yes", False: "NO"}[each.is_reached]
    spent = (f"{each.spent.wall_s:.1f}", f"{each.spent.cpu_s:.1f}") if each.spent else ("", "")
    target = str(each.target) if each.target else ""
    return each.name, f"{show(each.value)} {each.unit}".rstrip(), target, reached, *spent, f"{each.load:.1f}"


def show(value: float) -> str:
    """Three digits that count, and never fewer than the whole number has.

    >>> show(0.2345), show(4.5), show(123.4), show(12345.6)
    ('0.234', '4.5', '123', '12,346')
    """
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def as_json(section: Section) -> dict[str, Any]:
    return {
        "title": section.title,
        "figures": [
            {
                **asdict(each),
                "spent": each.spent._asdict() if each.spent else None,
                "reached": each.is_reached,
            }
            for each in section.figures
        ],
        "notes": list(section.notes),
    }


def middle(values: Sequence[Spent]) -> Spent:
    """The medians of wall and CPU time."""
    return Spent(median(each.wall_s for each in values), median(each.cpu_s for each in values))


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of the values is not above.

    >>> quantile([3.0, 1.0, 2.0, 4.0], 0.5), quantile([3.0, 1.0, 2.0, 4.0], 0.99)
    (2.0, 4.0)
    """
    ordered = sorted(values)
    return ordered[max(0, -int(-share * len(ordered) // 1) - 1)]

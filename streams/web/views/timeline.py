"""Who stood where, when? The stance timeline as things to draw: rows of the watch's ordered scale, points on them.

Words and acts have a lane each. In a lane the scale runs from its near end (below) to its far end (above). A holder has
one colour and one shape everywhere; the steps between a holder's points show since when a stance holds. Points of a row
that would cover each other are set apart in steps, in the order of time. A point without a place on the scale stands
in a row of its own at the bottom. Where nothing was collected there is a gap, and steps across it are drawn broken.

No step leads to what does not stand: words that were withdrawn, and those about which outlets contradict each other.
What the holder disputes still stands if the day has nothing else. A denial of older words is a point of its own, and
none leads there either.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from streams.model.records import Objection
from streams.model.words import clean, objector_in_words, position_in_words, quote
from streams.web.views.moments import read_moment, show_day, show_moment
from streams.web.views.span import Span, Tick

ROW: Final = 44
"""Height of a row in pixels."""
TOP: Final = 10
SERIES: Final = 6
"""Distinct colours and shapes; further holders share them."""
_APART: Final = 1.4
_OFFSETS: Final = (0, -12, 12, -6, 6, -18, 18)
_TRIGGER_ROOM: Final = 14.0
_MOST_TRIGGER: Final = 28
_CLAUSE: Final = re.compile(r"\b(only if|even if|if|unless|until) [^;(]+")
LANES: Final = {"word": "Words", "act": "Acts"}


@dataclass(frozen=True, slots=True)
class Point:
    """``x`` in per cent, ``y`` in pixels. ``trigger`` is there where a condition has one and room beside it."""

    statement_id: str
    alert_id: str | None
    holder: str
    series: int
    stance: str
    lane: str
    x: float
    y: int
    at: str
    when: str
    position: str
    evidence: str
    condition: str | None
    trigger: str | None
    direction: str | None
    was: str | None
    objection: str | None
    status: str
    stands: bool
    carriers: int
    reach: str

    @property
    def is_asserted(self) -> bool:
        return self.status == "asserted"

    @property
    def words(self) -> str:
        """What a screen reader says."""
        parts = [f"{self.when}, {self.holder}, {LANES.get(self.lane, self.lane).lower()}: {self.position}"]
        if self.direction:
            parts.append(f"{self.direction}, was {self.was}")
        if self.objection:
            parts.append(self.objection)
        elif not self.is_asserted:
            parts.append(self.status)
        return ". ".join([*parts, self.evidence, self.reach])


@dataclass(frozen=True, slots=True)
class Step:
    """A holder's way from one point to the next: along the row, then up or down."""

    series: int
    x1: float
    y1: int
    x2: float
    y2: int
    is_broken: bool


@dataclass(frozen=True, slots=True)
class Lane:
    name: str
    title: str
    rows: list[tuple[str, int]]
    height: int
    points: list[Point]
    steps: list[Step]


@dataclass(frozen=True, slots=True)
class Holder:
    holder_id: str
    name: str
    series: int
    latest: str
    since: str
    count: int


@dataclass(frozen=True, slots=True)
class Gap:
    x: float
    width: float
    words: str


@dataclass(frozen=True, slots=True)
class Timeline:
    lanes: list[Lane]
    holders: list[Holder]
    gaps: list[Gap]
    ticks: list[Tick]
    points: list[Point]
    is_cut: bool


def draw_timeline(
    labels: Sequence[str], holders: Sequence[Mapping[str, Any]], gaps: Sequence[Mapping[str, Any]], span: Span,
    *, is_cut: bool = False,
) -> Timeline:  # fmt: skip
    """``holders`` and ``gaps`` as ``queries.stance_timeline`` has them."""
    holes = draw_gaps(gaps, span)
    series = {each["holder_id"]: number % SERIES for number, each in enumerate(holders)}
    said = [
        (point, each, series[each["holder_id"]])
        for each in holders
        for point in each["points"]
        if span.begin <= read_moment(point["said_at"]) <= span.end
    ]
    said.sort(key=lambda one: (read_moment(one[0]["said_at"]), one[0]["statement_id"]))
    lanes = [_draw_lane(name, labels, [one for one in said if one[0]["lane"] == name], span, holes) for name in LANES]
    lanes = [lane for lane in lanes if lane.points or lane.name == "word"]
    points = sorted((point for lane in lanes for point in lane.points), key=lambda each: (each.at, each.statement_id))
    return Timeline(lanes, _holders(holders, series), holes, span.ticks(), points, is_cut)


def draw_gaps(gaps: Sequence[Mapping[str, Any]], span: Span) -> list[Gap]:
    """The stretches of the span in which nothing was collected."""
    found = []
    for gap in gaps:
        since, until = read_moment(gap["since"]), read_moment(gap["until"])
        if until <= span.begin or since >= span.end:
            continue
        x = span.x(since)
        words = f"nothing collected from {show_moment(gap['since'])} to {show_moment(gap['until'])}"
        found.append(Gap(x, round(max(span.x(until) - x, 0.2), 3), words))
    return found


def _holders(holders: Sequence[Mapping[str, Any]], series: Mapping[str, int]) -> list[Holder]:
    found = []
    for each in holders:
        words = [point for point in each["points"] if point["lane"] == "word"]
        standing = [point for point in words if point["status"] == "asserted"] or words
        last = (standing or each["points"])[-1:]
        latest = clean(last[0]["stance"], 60) if last else ""
        since = show_day(last[0]["said_at"]) if last else ""
        name = clean(each["holder"], 80)
        found.append(Holder(each["holder_id"], name, series[each["holder_id"]], latest, since, len(each["points"])))
    return found


Said = tuple[Mapping[str, Any], Mapping[str, Any], int]


def _draw_lane(name: str, labels: Sequence[str], said: Sequence[Said], span: Span, gaps: Sequence[Gap]) -> Lane:
    rows = list(reversed(labels))
    rows += sorted({point["stance"] for point, _, _ in said} - set(rows))
    y_of = {label: TOP + number * ROW + ROW // 2 for number, label in enumerate(rows)}
    points: list[Point] = []
    last_x: dict[str, list[float]] = {}
    for point, holder, series in said:
        x = span.x(read_moment(point["said_at"]))
        near = [each for each in last_x.get(point["stance"], []) if x - each < _APART]
        last_x[point["stance"]] = [*near, x]
        y = y_of[point["stance"]] + _OFFSETS[len(near) % len(_OFFSETS)]
        points.append(_draw_point(point, holder, series, x, y))
    steps = _draw_steps(points, gaps)
    shown = [(clean(label, 40), y_of[label]) for label in rows]
    return Lane(name, LANES[name], shown, TOP + max(len(rows), 1) * ROW, _without_crowding(points), steps)


def _draw_point(point: Mapping[str, Any], holder: Mapping[str, Any], series: int, x: float, y: int) -> Point:
    condition, change, reach = point["condition"], point["change"], point["reach"]
    objection = point.get("objection")
    if change is not None and "objection" in change:
        objection = objection or change["objection"]
        if change["direction"] != "corrected" or point["status"] != "asserted":
            change = None  # what is wrong with the point itself: its mark tells it
    is_contested = objection is None or objection["by"] == "outlets"
    position: Any = {**point, "condition": condition, "default": point["default"]}
    trigger = None
    if condition is not None:
        found = _CLAUSE.search(position_in_words(position))
        trigger = clean(found[0] if found else condition["trigger"], _MOST_TRIGGER)
    copies = f", {reach['copies']} of them copies" if reach["copies"] else ""
    return Point(
        statement_id=point["statement_id"],
        alert_id=point["alert_id"],
        holder=clean(holder["holder"], 80),
        series=series,
        stance=clean(point["stance"], 40),
        lane=point["lane"],
        x=x,
        y=y,
        at=point["said_at"],
        when=show_moment(point["said_at"]),
        position=position_in_words(position),
        evidence=quote(point["evidence"]["text"]),
        condition=quote(condition["text"]) if condition is not None else None,
        trigger=trigger,
        direction=clean(change["direction"], 20) if change else None,
        was=clean(change["from_stance"], 40) if change else None,
        objection=_objection(objection) if objection is not None else None,
        status=clean(point["status"], 20),
        stands=point["status"] == "asserted" or (point["status"] == "disputed" and not is_contested),
        carriers=point["carriers"],
        reach=f"{reach['articles']} {'article' if reach['articles'] == 1 else 'articles'}{copies}",
    )


def _objection(objection: Mapping[str, Any]) -> str:
    """``withdrawn by the holder's side on 18 Feb 2023: “…” (outlet)``"""
    one = cast(Objection, objection)
    evidence, outlet = quote(one["evidence"]), clean(one["article"]["outlet"], 80)
    return f"{clean(one['kind'], 20)}: {objector_in_words(one)}, {show_day(one['on'])}, {evidence} ({outlet})"


def _without_crowding(points: Sequence[Point]) -> list[Point]:
    """A trigger is written beside its point only where the next point of the row, and the edge, leave room."""
    shown = []
    for number, point in enumerate(points):
        row = [each.x for each in points[number + 1 :] if each.stance == point.stance]
        following = min(row, default=100.0)
        if point.trigger is not None and following - point.x < _TRIGGER_ROOM:
            fields = {name: getattr(point, name) for name in Point.__dataclass_fields__}
            shown.append(Point(**{**fields, "trigger": None}))
        else:
            shown.append(point)
    return shown


def _draw_steps(points: Sequence[Point], gaps: Sequence[Gap]) -> list[Step]:
    steps = []
    last: dict[str, Point] = {}
    undisputed = {(point.holder, point.at[:10]) for point in points if point.is_asserted}
    for point in points:
        if not point.stands or (not point.is_asserted and (point.holder, point.at[:10]) in undisputed):
            continue
        before = last.get(point.holder)
        if before is not None:
            is_broken = any(before.x < gap.x + gap.width and gap.x < point.x for gap in gaps)
            steps.append(Step(point.series, before.x, before.y, point.x, point.y, is_broken))
        last[point.holder] = point
    return steps

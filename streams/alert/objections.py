"""Which positions do not stand as they were told? Marks on the entries of one line, from its takebacks and its days.

``withdrawn`` and ``corrected``: by the holder, from any outlet; by an outlet, for its own reports. What the takeback
names is sought among the positions of that stance (of any but the near end of the axis, if it names none): those of
the day that it gives, within three days, else the nearest up to 14 days back. Outlets date one utterance differently,
so what was said up to three days before the nearest goes with it. Nothing that was said later is taken back. Where
others than the correcting outlet and its copies have it, the outlet's word is against theirs: ``disputed``.

``disputed`` by the holder ("I never said that …"): the nearest position of that stance, up to 90 days back.

``disputed`` by outlets: on one day independent outlets (other outlet, other cluster of copies) have the holder at the
far end of the axis and at the near end or under a condition, and no article has both: who has both tells a range or a
turn. A side that is firm beats one that is thin (``positions.py``), which alone is disputed; else both are.

What is withdrawn, and what outlets dispute, is off the timeline. What the holder or one outlet disputes stays on it,
unless the same day has an undisputed position: nothing else has taken its place, and what was said was said. By
disputing one side of a contradiction the holder settles it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from itertools import combinations, islice
from typing import Literal, Protocol, TypedDict

from streams.alert.positions import Backer, Position
from streams.model.records import Carrier, Objection, Takeback

WITHDRAW_DAYS = 14
DISPUTE_DAYS = 90
NEAR_DAYS = 3
MOST_BACKERS = 20
"""So many of a side's articles, by outlet, are asked whether they are independent of the other side's: were they all of
one outlet, more would hardly tell."""

Entry = tuple[str, Position]
"""The day of a position, and the position."""


class Witnesses(Protocol):
    """What the marks ask of the articles behind the positions."""

    def of(self, statement: str) -> Iterator[Backer]:
        """All articles that are evidence for it, by outlet."""
        ...

    def have_one_article(self, one: str, other: str) -> bool: ...


ContradictionsOf = Callable[[Sequence[Entry]], dict[str, "Mark"]]


class Told(TypedDict):
    """A takeback with the article that has it."""

    takeback: Takeback
    article: Carrier
    outlet: str
    cluster: str


class Mark(TypedDict):
    """What is wrong with a position, and the other side."""

    status: Literal["withdrawn", "disputed"]
    objection: Objection


def is_off(mark: Mark | None) -> bool:
    """Whether the position is off the timeline."""
    return mark is not None and (mark["status"] == "withdrawn" or mark["objection"]["by"] == "outlets")


def mark_entries(
    entries: Sequence[Entry], takebacks: Iterable[Told], backers: Witnesses, contradictions: ContradictionsOf
) -> dict[str, Mark]:
    """The marks by statement. ``takebacks`` in the order in which they count: of two on one position the first.
    ``contradictions`` marks a day's positions that no takeback marks (``contradictions_of``, which may be remembered).
    """
    withdrawn: dict[str, Mark] = {}
    disputed: dict[str, Mark] = {}
    for told in takebacks:
        for position in _targets(entries, told["takeback"]):
            name = position["statement"]
            mark = _mark(told, position, backers)
            if mark is not None:
                (withdrawn if mark["status"] == "withdrawn" else disputed).setdefault(name, mark)
    marks = {**disputed, **withdrawn}
    standing = [entry for entry in entries if entry[1]["statement"] not in marks]
    return contradictions(standing) | marks


def contradicts(one: Position, other: Position) -> bool:
    """Whether nobody of one mind holds both: the far end without a condition, and less than that.

    What lies between, such as preparing, goes with either.
    """
    if other["end"] == "far":
        one, other = other, one
    is_less = other["end"] == "near" or (other["condition"] is not None and other["condition"]["kind"] != "concessive")
    return one["end"] == "far" and other["end"] != "far" and is_less and other["default"] != one["stance"]


def is_split(positions: Iterable[Position]) -> bool:
    """Whether the marks of these positions, of one day, hang on who has them."""
    return any(contradicts(one, other) for one, other in combinations(positions, 2))


def _targets(entries: Sequence[Entry], takeback: Takeback) -> list[Position]:
    on, said_at = date.fromisoformat(takeback["on"]), takeback["said_at"]
    before = DISPUTE_DAYS if takeback["kind"] == "disputed" else WITHDRAW_DAYS
    fitting = []
    for day, position in entries:
        if takeback["stance"] is None and position["end"] == "near":
            continue
        if takeback["stance"] is not None and position["stance"] != takeback["stance"]:
            continue
        back = (on - date.fromisoformat(day)).days
        is_named = said_at is None or abs((date.fromisoformat(day) - date.fromisoformat(said_at)).days) <= NEAR_DAYS
        if back >= 0 and (back <= before or said_at is not None) and is_named:
            fitting.append((back, position))
    nearest = min((back for back, _ in fitting), default=0)
    return [position for back, position in fitting if back <= nearest + NEAR_DAYS]


def _mark(told: Told, position: Position, backers: Witnesses) -> Mark | None:
    takeback = told["takeback"]
    objection: Objection = {
        "kind": takeback["kind"],
        "by": takeback["by"],
        "on": takeback["on"],
        "instead": takeback["instead"],
        "evidence": takeback["evidence"]["text"],
        "article": told["article"],
    }
    if takeback["kind"] == "disputed":
        return {"status": "disputed", "objection": objection}
    if takeback["by"] == "outlet" and _have_others(told, position, backers):
        return {"status": "disputed", "objection": {**objection, "kind": "disputed"}}
    return {"status": "withdrawn", "objection": objection}


def _have_others(told: Told, position: Position, backers: Witnesses) -> bool:
    """Whether somebody has it who has it not from the outlet that takes it back."""
    found = list(backers.of(position["statement"]))
    own = {cluster for outlet, cluster in found if outlet == told["outlet"]} | {told["cluster"]}
    return any(outlet != told["outlet"] and cluster not in own for outlet, cluster in found)


def contradictions_of(day: str, positions: Iterable[Position], backers: Witnesses) -> dict[str, Mark]:
    """The marks of a day's positions by each other."""
    marks: dict[str, Mark] = {}
    ordered = sorted(positions, key=lambda position: position["rank"])
    stances = list(dict.fromkeys(position["stance"] for position in ordered))
    for one, other in combinations(stances, 2):
        sides = [[position for position in ordered if position["stance"] == stance] for stance in (one, other)]
        if all(contradicts(a, b) for a in sides[0] for b in sides[1]):
            _settle(day, sides, backers, marks)
    return marks


def _settle(day: str, sides: Sequence[Sequence[Position]], backers: Witnesses, marks: dict[str, Mark]) -> None:
    """Mark the weaker of two sides, or both, if different outlets have them."""
    names = [[position["statement"] for position in side] for side in sides]
    if any(backers.have_one_article(one, other) for one in names[0] for other in names[1]):
        return
    if not any(_are_independent(one, other, backers) for one in names[0] for other in names[1]):
        return
    firm = [any(position["is_firm"] for position in side) for side in sides]
    for number, against in ((0, sides[1][0]), (1, sides[0][0])):
        if firm[number] and not firm[1 - number]:
            continue
        for position in sides[number]:
            objection: Objection = {
                "kind": "disputed",
                "by": "outlets",
                "on": day,
                "instead": against["stance"],
                "evidence": against["evidence"],
                "article": against["article"],
            }
            marks.setdefault(position["statement"], {"status": "disputed", "objection": objection})


def _are_independent(one: str, other: str, backers: Witnesses) -> bool:
    """Whether an article of the one and one of the other differ in outlet and in cluster."""
    others = list(islice(backers.of(other), MOST_BACKERS))
    return any(a[0] != b[0] and a[1] != b[1] for a in islice(backers.of(one), MOST_BACKERS) for b in others)

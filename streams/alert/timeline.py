"""When did a holder's position change? A fold over what they said, in the order in which they said it.

A position is the word statement that speaks for a day (``streams/model/precedence.py``), so a refusal beside a
conditional on one day is no change. Acts have a lane of their own and move nothing here; neither do statements that
are not asserted, that are known from a headline or an outlet's report alone, or that are off the watch's axis. Then,
day by day:

1. the first position on file is the baseline and no change;
2. the same stance with the same trigger is the standing position, confirmed; "since" stays its first day;
3. a stance that is the default of the standing one is no change: who stays out unless attacked has said both (this is
   the hysteresis: the two halves of one position may take turns for weeks);
4. everything else is a change: ``reverted`` if it takes back the last change within 14 days, ``hardened`` towards the
   far end of the axis, ``softened`` towards the near end. The same stance on an easier trigger has hardened too
   (from "if attacked" to "if Moscow asks"): triggers are ordered by the watch (``stance: trigger_order``, else
   ``attack < threat < ally-request < mandate < opportunity``). An unknown trigger compares with none.

Because the order is that of the utterances, an article that comes late changes the past, and what followed from it.
What is forgotten is folded into a baseline first, so that a change after a year is still a change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import groupby
from typing import Any, TypedDict

from streams.alert.facts import Facts, day_number
from streams.alert.shelf import Shelf
from streams.model.precedence import precedence
from streams.model.records import Condition, StanceChange, Statement

REVERT_DAYS = 14
TRIGGER_ORDER = ("attack", "threat", "ally-request", "mandate", "opportunity")
_FIRM = {"direct", "mixed", "indirect"}


class Position(TypedDict):
    """A statement as a step of the timeline. ``level`` counts along the axis, ``ease`` along the triggers."""

    statement: str
    statement_id: str
    stance: str
    default: str | None
    level: int
    ease: int | None
    condition: Condition | None
    said_at: str
    evidence: str
    rank: list[Any]


class Standing(TypedDict):
    """Where a fold stands after the day ``until``."""

    until: str
    position: Position | None
    before: Position | None
    changed_on: str | None


def position_of(statement: str, statement_id: str, said: Statement, facts: Facts) -> Position | None:
    """The statement as a position, or None if it does not move the timeline."""
    if said["lane"] != "word" or said["status"] != "asserted" or said["directness"] not in _FIRM:
        return None
    if said["stance"] not in facts.axis:
        return None
    order = tuple((facts.watch["stance"] or {}).get("trigger_order") or TRIGGER_ORDER)
    condition = said["condition"]
    # "even if they ask" waits for nothing
    trigger = condition["trigger"] if condition and condition["kind"] != "concessive" else None
    return {
        "statement": statement,
        "statement_id": statement_id,
        "stance": said["stance"],
        "default": said["default"],
        "level": facts.axis.index(said["stance"]),
        "ease": order.index(trigger) if trigger in order else None,
        "condition": condition,
        "said_at": said["said_at"],
        "evidence": said["evidence"]["text"],
        "rank": list(precedence(said, facts.axis)),
    }


def fold(start: Standing, days: Iterable[tuple[str, Position]]) -> tuple[Standing, dict[str, StanceChange]]:
    """Walk the days after ``start``; return where it ends and the changes, by the statement that made them."""
    until, standing = start["until"], start["position"]
    before, changed_on = start["before"], start["changed_on"]
    changes: dict[str, StanceChange] = {}
    for day, position in days:
        until = day
        if standing is None:
            standing = position
        elif _is_same(standing, position):
            if standing["ease"] is None and position["ease"] is not None:
                standing = position
        elif position["stance"] != standing["default"] or position["stance"] == standing["stance"]:
            back = before is not None and changed_on is not None and _is_same(before, position)
            if back and day_number(day) - day_number(changed_on or day) <= REVERT_DAYS:
                direction = "reverted"
            else:
                harder = (position["level"], position["ease"] or 0) > (standing["level"], standing["ease"] or 0)
                direction = "hardened" if harder else "softened"
            changes[position["statement"]] = {
                "from_stance": standing["stance"],
                "to_stance": position["stance"],
                "direction": direction,
                "previous_statement_id": standing["statement_id"],
                "previous_said_at": standing["said_at"],
                "previous_evidence": standing["evidence"],
                "previous_condition": standing["condition"],
            }
            before, standing, changed_on = standing, position, day
    return {"until": until, "position": standing, "before": before, "changed_on": changed_on}, changes


def _is_same(one: Position, other: Position) -> bool:
    if one["stance"] != other["stance"]:
        return False
    return one["ease"] is None or other["ease"] is None or one["ease"] == other["ease"]


class Timeline:
    """The positions of every holder of one watch, and the changes that follow from them."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def change(self, holder_id: str, statement: str) -> StanceChange | None:
        found: StanceChange | None = (self._shelf.get("changes", holder_id) or {}).get(statement)
        return found

    def place(self, statement: str, holder_id: str | None, position: Position | None) -> set[str]:
        """Put a statement at its day, or take it away; return the statements whose change is another now."""
        known: str | None = self._shelf.get("position-of", statement)
        holder_id = holder_id or known
        if holder_id is None:
            return set()
        day = statement[-10:]
        before = None if known is None else self._shelf.get("positions", known, day, statement)
        if position is None or day <= self._start(holder_id)["until"]:
            if known is None:
                return set()
            self._shelf.drop("positions", known, day, statement)
            self._shelf.drop("position-of", statement)
        elif before == position:
            return set()
        else:
            self._shelf.put(position, "positions", holder_id, day, statement)
            self._shelf.put(holder_id, "position-of", statement)
        return self._refold(holder_id)

    def forget(self, holder_id: str, is_carried: Callable[[str], bool], horizon: str) -> None:
        """Fold the days before ``horizon`` into the baseline, from the oldest, up to the first whose statements
        somebody still carries."""
        settled: list[tuple[str, str, Position]] = []
        for (day, statement), position in self._shelf.scan("positions", holder_id, last=horizon):
            if is_carried(statement):
                settled = [entry for entry in settled if entry[0] != day]
                break
            settled.append((day, statement, position))
        if settled:
            standing, _ = fold(self._start(holder_id), _by_day((day, position) for day, _, position in settled))
            self._shelf.put(standing, "baseline", holder_id)
            for day, statement, _ in settled:
                self._shelf.drop("positions", holder_id, day, statement)
                self._shelf.drop("position-of", statement)
            self._refold(holder_id)

    def holders(self) -> list[str]:
        return list(dict.fromkeys(holder_id for (holder_id, *_), _ in self._shelf.scan("positions")))

    def _start(self, holder_id: str) -> Standing:
        start: Standing | None = self._shelf.get("baseline", holder_id)
        return start or {"until": "", "position": None, "before": None, "changed_on": None}

    def _refold(self, holder_id: str) -> set[str]:
        entries = ((day, position) for (day, _), position in self._shelf.scan("positions", holder_id))
        _, changes = fold(self._start(holder_id), _by_day(entries))
        before = self._shelf.get("changes", holder_id) or {}
        if before == changes:
            return set()
        if changes:
            self._shelf.put(changes, "changes", holder_id)
        else:
            self._shelf.drop("changes", holder_id)
        return {name for name in (*before, *changes) if before.get(name) != changes.get(name)}


def _by_day(entries: Iterable[tuple[str, Position]]) -> Iterable[tuple[str, Position]]:
    """The position that speaks for each day."""
    for day, group in groupby(entries, key=lambda entry: entry[0]):
        yield day, min((position for _, position in group), key=lambda position: position["rank"])

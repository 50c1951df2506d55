"""When did a holder's position change? A walk over what they said (or did), in the order in which they said it.

The position of a day is that of its firm statements which speaks for the rest (``streams/model/precedence.py``), else
of its thin ones (``positions.py``); what is disputed and still stands speaks for a day that has nothing else. So a
refusal beside a conditional on one day is no change. Then, day by day:

1. the first position on file is the baseline and no change, on whatever evidence;
2. the same stance with the same trigger is the standing position, confirmed; "since" stays its first day;
3. a stance that is the default of the standing one confirms it too: who stays out unless attacked has said both, and
   the two halves of one position may take turns for weeks;
4. another position on thin evidence is not yet a change: it waits for a second day with the same position within 14
   days (that day then makes the change), for words in quotation marks, or for a second outlet. Whatever confirms the
   standing position drops it;
5. everything else is a change: ``reverted`` if it takes back the last change within 14 days, ``hardened`` towards the
   far end of the axis, ``softened`` towards the near end. The same stance on an easier trigger has hardened too
   (from "if attacked" to "if Moscow asks"): triggers are ordered by the watch (``stance: trigger_order``, else
   ``attack < threat < ally-request < mandate < opportunity``). An unknown trigger compares with none.

Rules 3 and 4 are the hysteresis. Because the order is that of the utterances, an article that comes late changes the
past, and what followed from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import TypedDict

from streams.alert.facts import day_number
from streams.alert.objections import Entry, Mark, is_off
from streams.alert.positions import Position
from streams.model.records import StanceChange

REVERT_DAYS = 14
REPEAT_DAYS = 14
NOTHING = "none"
"""The stance of a holder of whom nothing is on file."""


class Standing(TypedDict):
    """Where a walk stands after the day ``until``. ``waiting`` is a thin position of the day ``waiting_since``."""

    until: str
    position: Position | None
    before: Position | None
    changed_on: str | None
    waiting: Position | None
    waiting_since: str


NOWHERE: Standing = {
    "until": "",
    "position": None,
    "before": None,
    "changed_on": None,
    "waiting": None,
    "waiting_since": "",
}


def walk(
    start: Standing, entries: Sequence[Entry], marks: Mapping[str, Mark]
) -> tuple[Standing, dict[str, StanceChange]]:
    """Go through the days after ``start``; return where that ends and the changes, by the statement that tells them:
    the one that made a change, or the one that an objection is about."""
    standing = start
    changes: dict[str, StanceChange] = {}
    stood: list[tuple[str, str]] = [("", _stance(start))]
    for day, position in _speakers(entries, marks):
        before = standing
        standing = _take(standing, day, position)
        if standing["changed_on"] == day and before["position"] is not None:
            changes[position["statement"]] = _change(before, day, position)
        stood.append((day, _stance(standing)))
    for _, position in entries:
        mark = marks.get(position["statement"])
        if mark is not None:
            now = max(entry for entry in stood if entry[0] <= mark["objection"]["on"])[1]
            changes[position["statement"]] = _objected(position, mark, now)
    return standing, changes


def _speakers(entries: Iterable[Entry], marks: Mapping[str, Mark]) -> Iterable[Entry]:
    """The position that speaks for each day."""
    for day, group in groupby(entries, key=lambda entry: entry[0]):
        held = [position for _, position in group if not is_off(marks.get(position["statement"]))]
        if held:
            yield day, min(held, key=lambda each: (each["statement"] in marks, not each["is_firm"], each["rank"]))


def _take(standing: Standing, day: str, position: Position) -> Standing:
    now, waiting = standing["position"], standing["waiting"]
    settled: Standing = {**standing, "until": day, "waiting": None, "waiting_since": ""}
    if now is None:
        return {**settled, "position": position}
    if _is_same(now, position):
        return {**settled, "position": position} if now["ease"] is None and position["ease"] is not None else settled
    if position["stance"] == now["default"] and position["stance"] != now["stance"]:
        return settled
    is_repeated = waiting is not None and _is_same(waiting, position)
    if not position["is_firm"] and not (is_repeated and _days(standing["waiting_since"], day) <= REPEAT_DAYS):
        return {**settled, "waiting": position, "waiting_since": day}
    return {**settled, "position": position, "before": now, "changed_on": day}


def _change(standing: Standing, day: str, position: Position) -> StanceChange:
    now, before, changed_on = standing["position"], standing["before"], standing["changed_on"]
    assert now is not None
    if before is not None and changed_on is not None and _is_same(before, position):
        is_back = _days(changed_on, day) <= REVERT_DAYS
    else:
        is_back = False
    harder = (position["level"], position["ease"] or 0) > (now["level"], now["ease"] or 0)
    return {
        "from_stance": now["stance"],
        "to_stance": position["stance"],
        "direction": "reverted" if is_back else "hardened" if harder else "softened",
        "previous_statement_id": now["statement_id"],
        "previous_said_at": now["said_at"],
        "previous_evidence": now["evidence"],
        "previous_condition": now["condition"],
    }


def _objected(position: Position, mark: Mark, now: str) -> StanceChange:
    objection = mark["objection"]
    is_corrected = objection["kind"] == "corrected" and objection["instead"] is not None
    return {
        "from_stance": position["stance"],
        "to_stance": objection["instead"] or now if is_corrected else now,
        "direction": objection["kind"],
        "previous_statement_id": position["statement_id"],
        "previous_said_at": position["said_at"],
        "previous_evidence": position["evidence"],
        "previous_condition": position["condition"],
        "objection": objection,
    }


def _is_same(one: Position, other: Position) -> bool:
    if one["stance"] != other["stance"]:
        return False
    return one["ease"] is None or other["ease"] is None or one["ease"] == other["ease"]


def _stance(standing: Standing) -> str:
    return NOTHING if standing["position"] is None else standing["position"]["stance"]


def _days(first: str, last: str) -> int:
    return day_number(last) - day_number(first)

"""Where do the timelines of a watch stand? They are kept here, and folded again when something in them changed.

A line is one holder's words or acts (``positions.py``). Its entries are the positions of the statements by day, and the
takebacks of the holder's words; what does not stand is marked (``objections.py``), then the days are walked
(``fold.py``). All three are functions of the set of mentions. A takeback that many articles tell is one entry, with the
words of the earliest.

What is forgotten is folded into a baseline first, so that a change after a year is still a change. A takeback is
forgotten once every position that it could be about is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from streams.alert.facts import Facts, carrier_of
from streams.alert.fold import NOWHERE, Standing, walk
from streams.alert.objections import Entry, Mark, Told, Witnesses, contradictions_of, is_split, mark_entries
from streams.alert.positions import Position
from streams.alert.shelf import Shelf
from streams.model.ids import digest
from streams.model.records import StanceChange, Takeback

WORDS = "word"


class Timeline:
    """The positions of every holder of one watch, and the changes that follow from them."""

    def __init__(self, shelf: Shelf, backers: Witnesses) -> None:
        self._shelf = shelf
        self._backers = backers

    def change(self, line: str, statement: str) -> StanceChange | None:
        found: StanceChange | None = (self._shelf.get("changes", line) or {}).get(statement)
        return found

    def mark(self, line: str, statement: str) -> Mark | None:
        found: Mark | None = (self._shelf.get("marks", line) or {}).get(statement)
        return found

    def place(self, statement: str, line: str | None, position: Position | None) -> set[str]:
        """Put a statement at its day, or take it away; return the line that has to be folded again, if any."""
        known: str | None = self._shelf.get("position-of", statement)
        line = line or known
        if line is None:
            return set()
        day = statement[-10:]
        assert known in (None, line), f"{statement}: from {known} to {line}"  # a node has one holder and lane
        before = None if known is None else self._shelf.get("positions", known, day, statement)
        if position is None or day <= self._start(line)["until"]:
            if known is None:
                return set()
            self._shelf.drop("positions", known, day, statement)
            self._shelf.drop("position-of", statement)
        elif before == position:
            return {line} if self._shelf.get("delicate", line) else set()
        else:
            self._shelf.put(position, "positions", line, day, statement)
            self._shelf.put(line, "position-of", statement)
        return {line}

    def take_back(self, removed: Iterable[Facts], added: Iterable[Facts]) -> set[str]:
        """Take mentions' takebacks out and in; return the lines that have to be folded again."""
        touched: dict[tuple[str, str, str], None] = {}
        for facts in removed:
            for place, _ in _told_in(facts):
                self._shelf.drop("takeback-told", *place, *facts.order)
                touched[place] = None
        for facts in added:
            for place, told in _told_in(facts):
                self._shelf.put(told, "takeback-told", *place, *facts.order)
                touched[place] = None
        lines = set()
        for place in sorted(touched):
            first = self._shelf.first("takeback-told", *place)
            known = self._shelf.get("takeback", *place)
            if first is None:
                self._shelf.drop("takeback", *place)
            elif known != first[1]:
                self._shelf.put(first[1], "takeback", *place)
            else:
                continue
            lines.add(place[0])
        return lines

    def refold(self, lines: Iterable[str], touched: Collection[str] = ()) -> tuple[set[str], set[str]]:
        """Fold these lines; return the statements whose change is another now, and those whose mark is. ``touched``:
        every statement whose position or evidence may be another than when its line was folded last."""
        changed: set[str] = set()
        marked: set[str] = set()
        days = {statement[-10:] for statement in touched}
        for line in sorted(lines):
            entries = self._entries(line)
            takebacks = self._takebacks(line)
            marks = self._marks(line, entries, takebacks, days)
            _, changes = walk(self._start(line), entries, marks)
            changed |= self._keep("changes", line, changes)
            marked |= self._keep("marks", line, marks)
            is_delicate = any(told["takeback"]["by"] == "outlet" for told in takebacks)
            is_delicate = is_delicate or self._shelf.first("split", line) is not None
            self._keep("delicate", line, {"": True} if is_delicate else {})
        return changed, marked

    def _marks(
        self, line: str, entries: Sequence[Entry], takebacks: Sequence[Told], days: Collection[str]
    ) -> dict[str, Mark]:
        """The marks of a line; what a day's positions do to each other is remembered until the day changes."""

        def contradictions(standing: Sequence[Entry]) -> dict[str, Mark]:
            known = {day: value for (day,), value in list(self._shelf.scan("split", line))}
            marks: dict[str, Mark] = {}
            for day, group in groupby(standing, key=lambda entry: entry[0]):
                positions = [position for _, position in group]
                if len(positions) < 2 or not is_split(positions):
                    continue
                names = [position["statement"] for position in positions]
                before = known.pop(day, None)
                if before is not None and before[0] == names and day not in days:
                    marks |= before[1]
                    continue
                now = contradictions_of(day, positions, self._backers)
                marks |= now
                if before != [names, now]:
                    self._shelf.put([names, now], "split", line, day)
            for day in known:
                self._shelf.drop("split", line, day)
            return marks

        return mark_entries(entries, takebacks, self._backers, contradictions)

    def forget(self, line: str, is_carried: Callable[[str], bool], horizon: str) -> None:
        """Fold the days before ``horizon`` into the baseline, from the oldest, up to the first whose statements
        somebody still carries."""
        entries = self._entries(line)
        settled: list[Entry] = []
        for day, position in entries:
            if day >= horizon:
                break
            if is_carried(position["statement"]):
                settled = [entry for entry in settled if entry[0] != day]
                break
            settled.append((day, position))
        if settled:
            marks = self._marks(line, entries, self._takebacks(line), ())
            standing, _ = walk(self._start(line), settled, marks)
            self._shelf.put(standing, "baseline", line)
            for day, position in settled:
                self._shelf.drop("positions", line, day, position["statement"])
                self._shelf.drop("position-of", position["statement"])
        first = next((day for day, _ in entries[len(settled) :]), horizon)
        is_old = False
        for (on, key), _ in list(self._shelf.scan("takeback", line, last=min(first, horizon))):
            is_old = True
            self._shelf.drop("takeback", line, on, key)
            for order, _ in list(self._shelf.scan("takeback-told", line, on, key)):
                self._shelf.drop("takeback-told", line, on, key, *order)
        if settled or is_old:
            self.refold([line])

    def lines(self) -> list[str]:
        """The lines that have something to forget."""
        found = [line for index in ("positions", "takeback") for (line, *_), _ in self._shelf.scan(index)]
        return list(dict.fromkeys(found))

    def _start(self, line: str) -> Standing:
        start: Standing | None = self._shelf.get("baseline", line)
        return start or NOWHERE

    def _entries(self, line: str) -> Sequence[Entry]:
        return [(day, position) for (day, _), position in self._shelf.scan("positions", line)]

    def _takebacks(self, line: str) -> Sequence[Told]:
        return [told for _, told in self._shelf.scan("takeback", line)]

    def _keep(self, kind: str, line: str, now: dict[str, Any]) -> set[str]:
        """Keep a map by statement; return the statements for which it has another value than before."""
        before = self._shelf.get(kind, line) or {}
        if before == now:
            return set()
        if now:
            self._shelf.put(now, kind, line)
        else:
            self._shelf.drop(kind, line)
        return {name for name in (*before, *now) if before.get(name) != now.get(name)}


def _told_in(facts: Facts) -> Iterator[tuple[tuple[str, str, str], Told]]:
    """The takebacks of a mention, each with its place: line, day, and a hash of what makes it one."""
    mention = facts.mention
    for takeback in mention.get("takebacks", ()):
        outlet = mention["outlet"] if takeback["by"] == "outlet" else ""
        place = f"{WORDS}:{takeback['holder_id']}", takeback["on"], _key(takeback, outlet)
        told: Told = {
            "takeback": takeback,
            "article": carrier_of(mention),
            "outlet": mention["outlet"],
            "cluster": mention["dedupe"]["cluster_id"],
        }
        yield place, told


def _key(takeback: Takeback, outlet: str) -> str:
    told = (takeback["kind"], takeback["by"], takeback["stance"], takeback["instead"], takeback["said_at"])
    return digest("takeback", *(each or "" for each in told), outlet)

"""What does a statement put on its holder's timeline, and on what evidence? A ``Position``, thin or firm.

A position is an asserted statement on the watch's axis. Words and acts have lines of their own (``line_of``). Known
from a headline alone it is no position; an outlet's own report counts for acts, which are seen, and not for words,
which are heard.

A position is firm if it is an act, is quoted (direct or mixed) anywhere, or has independent backers: two outlets whose
articles are not copies of each other. Who owns an outlet is not known to the line, so a group's papers count as
independent as soon as they write for themselves. Everything else is thin: indirect speech in a single outlet.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any, Literal, TypedDict

from streams.alert.facts import Facts, carrier_of
from streams.alert.shelf import Shelf
from streams.alert.statements import Statements
from streams.model.precedence import precedence
from streams.model.records import Carrier, Condition, Statement

TRIGGER_ORDER = ("attack", "threat", "ally-request", "mandate", "opportunity")
_KNOWN = {"word": {"direct", "mixed", "indirect"}, "act": {"direct", "mixed", "indirect", "reported"}}
_QUOTED = {"direct", "mixed"}

Backer = tuple[str, str]
"""Outlet and cluster of copies of an article."""


class Position(TypedDict):
    """A statement as a step of a timeline. ``level`` counts along the axis, ``ease`` along the triggers; ``end`` is
    near or far where the axis ends; ``article`` is the one that knows it best."""

    statement: str
    statement_id: str
    stance: str
    default: str | None
    level: int
    end: Literal["near", "far"] | None
    ease: int | None
    condition: Condition | None
    said_at: str
    evidence: str
    rank: list[Any]
    is_firm: bool
    article: Carrier


def line_of(said: Statement) -> str:
    """The timeline of a holder's words or acts."""
    return f"{said['lane']}:{said['holder_id']}"


def is_backing(said: Statement) -> bool:
    """Whether an article that has it like this counts as evidence for the position."""
    return said["status"] == "asserted" and said["directness"] in _KNOWN[said["lane"]]


def position_of(statement: str, statement_id: str, said: Statement, facts: Facts, has_backers: bool) -> Position | None:
    """The statement as a position, or None if it moves no timeline. ``has_backers``: independent ones."""
    if not is_backing(said) or said["stance"] not in facts.axis:
        return None
    order = tuple((facts.watch["stance"] or {}).get("trigger_order") or TRIGGER_ORDER)
    condition = said["condition"]
    # "even if they ask" waits for nothing
    trigger = condition["trigger"] if condition and condition["kind"] != "concessive" else None
    level = facts.axis.index(said["stance"])
    return {
        "statement": statement,
        "statement_id": statement_id,
        "stance": said["stance"],
        "default": said["default"],
        "level": level,
        "end": "near" if level == 0 else "far" if level == len(facts.axis) - 1 else None,
        "ease": order.index(trigger) if trigger in order else None,
        "condition": condition,
        "said_at": said["said_at"],
        "evidence": said["evidence"]["text"],
        "rank": list(precedence(said, facts.axis)),
        "is_firm": said["lane"] == "act" or said["directness"] in _QUOTED or has_backers,
        "article": carrier_of(facts.mention),
    }


class Backers:
    """The articles that are evidence for a statement, found by outlet and by cluster."""

    def __init__(self, shelf: Shelf, statements: Statements) -> None:
        self._shelf = shelf
        self._statements = statements

    def follow(self, mention_id: str, facts: Facts | None) -> None:
        """Bring the index up to date with what a mention carries now; ``facts`` is None if it is gone."""
        before: list[Any] = self._shelf.get("backs", mention_id) or []
        after: list[Any] = []
        if facts is not None:
            carried = sorted(self._statements.carried_by(mention_id))
            backed = [name for name in carried if is_backing(self._statements.wording_in(facts, name))]
            if backed:
                after = [facts.mention["outlet"], facts.mention["dedupe"]["cluster_id"], backed]
        if before == after:
            return
        if before:
            outlet, cluster, names = before
            for name in names:
                self._shelf.drop("backed-outlet", name, outlet, mention_id)
                self._shelf.drop("backed-cluster", name, cluster, mention_id)
            for pair in _of_one_day(names):
                self._shelf.drop("backed-together", *pair, mention_id)
            self._shelf.drop("backs", mention_id)
        if after:
            outlet, cluster, names = after
            for name in names:
                self._shelf.put(cluster, "backed-outlet", name, outlet, mention_id)
                self._shelf.put(None, "backed-cluster", name, cluster, mention_id)
            for pair in _of_one_day(names):
                self._shelf.put(None, "backed-together", *pair, mention_id)
            self._shelf.put(after, "backs", mention_id)

    def of(self, statement: str) -> Iterator[Backer]:
        for (outlet, _), cluster in self._shelf.scan("backed-outlet", statement):
            yield outlet, cluster

    def have_one_article(self, one: str, other: str) -> bool:
        """Whether some article is evidence for both, which are of one day."""
        return self._shelf.first("backed-together", min(one, other), max(one, other)) is not None

    def are_independent(self, statement: str) -> bool:
        """Whether two of them differ in outlet and cluster: they do as soon as there are two outlets and two clusters
        (else one outlet or one cluster would stand in all of them)."""
        return self._has_two("backed-outlet", statement) and self._has_two("backed-cluster", statement)

    def _has_two(self, index: str, statement: str) -> bool:
        first = self._shelf.first(index, statement)
        if first is None:
            return False
        return next(self._shelf.scan(index, statement, first=f"{first[0][0]}\x01"), None) is not None


def _of_one_day(names: Sequence[str]) -> list[tuple[str, str]]:
    """The pairs of an article's statements that are of one day."""
    return [pair for pair in combinations(sorted(names), 2) if pair[0][-10:] == pair[1][-10:]]

"""Which utterances are one statement, and which articles carry it?

1. Utterances of one position on one day are one node, whatever their words and languages. A node is known by its three
   earliest wordings in each language.
2. Two nodes of one holder, lane and stance, at most three days apart, with conditions that may be one (equal, or one
   without a trigger that was named), have an edge if

   a. two wordings of one language are alike, in more than the words of the question; or
   b. two wordings are told alike by names and numbers (``telling.py``); or
   c. they have no language in common and nothing contradicts: on one day, if each has a condition and one of the
      triggers is not known; on two days running, if the position is the same and their first articles are at most
      eighteen hours apart (a translation over midnight).
3. A node joins the earliest published leader with an edge to it (``streams/model/leaders.py``), never by chains. A
   statement is a leader with those who joined it. Its id is a hash of the watch, the position and the leader's day.

So the same position taken again on another day, in other words or more than three days apart, is a new statement; an
old quote repeated weeks later is the old one, because its utterance is of the old day: by its date, or because it is
known (``quotes.py``). A mention carries a statement once, with its best wording.

Two occasions of one day are one statement. To tell them apart, wordings of a day would have to contradict each other;
forty write-ups of one press conference do so all the time, each with its own half of the names and numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from itertools import islice, product
from typing import Any

from streams.alert.facts import (
    PLAIN,
    UNNAMED,
    Facts,
    are_compatible,
    carrier_of,
    day_number,
    wording_rank,
)
from streams.alert.shelf import Shelf, Tally
from streams.alert.telling import (
    Profile,
    are_told_alike,
    are_worded_alike,
    do_contradict,
    profile_of,
    vocabulary_of,
)
from streams.model.ids import digest
from streams.model.leaders import Order, settle
from streams.model.records import Statement
from streams.model.times import parse_utc

NEAR_DAYS = 3
NEAR_HOURS = 18
MAX_WORDINGS = 3
MAX_LOOKED_AT = 12
"""How many wordings of a language are looked at for three different ones."""


class Utterances:
    """The graph of rules 1 to 3. An entry per node: [published_at, mention_id, leader]; its wordings by language."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._profiles: dict[str, list[Profile]] = {}
        self._edges: dict[tuple[str, str], bool] = {}

    def order(self, node: str) -> Order:
        """By the first article. One article may be the first of two nodes, so their names decide then."""
        published_at, mention_id, _ = self._shelf.get("utterance", *_place(node))
        return published_at, f"{mention_id} {node}"

    def leader(self, node: str) -> str | None:
        entry = self._shelf.get("utterance", *_place(node))
        return entry[2] if entry else None

    def set_leader(self, node: str, leader: str | None) -> None:
        place = _place(node)
        self._shelf.put([*self._shelf.get("utterance", *place)[:2], leader], "utterance", *place)

    def wordings(self, node: str) -> dict[str, list[Any]]:
        return self._shelf.get("wordings", *_place(node)) or {}

    def put(self, node: str, wordings: dict[str, list[Any]]) -> bool:
        """Set the wordings of a node, none for one that is no more; return whether anything changed."""
        known = self.wordings(node)
        if known == wordings:
            return False
        self._profiles.clear()
        self._edges.clear()
        if not wordings:
            self._shelf.drop("utterance", *_place(node))
            self._shelf.drop("wordings", *_place(node))
            return True
        self._shelf.put(
            [*min(said[0][:2] for said in wordings.values()), self.leader(node)], "utterance", *_place(node)
        )
        self._shelf.put(wordings, "wordings", *_place(node))
        return True

    def near(self, node: str) -> list[str]:
        """The other nodes of the claim within three days whose condition may be the same."""
        claim, day, condition = _place(node)
        middle, reach = date.fromisoformat(day), timedelta(days=NEAR_DAYS)
        first, last = middle - min(reach, middle - date.min), middle + min(reach, date.max - middle)
        return [
            f"{claim}.{other}@{other_day}"
            for (other_day, other), _ in self._shelf.scan("utterance", claim, first=str(first), last=f"{last}\x02")
            if (other_day, other) != (day, condition) and are_compatible(condition, other)
        ]

    def neighbours(self, node: str) -> list[str]:
        return [other for other in self.near(node) if self._has_edge(*sorted((node, other)))]

    def _has_edge(self, one: str, other: str) -> bool:
        if (one, other) not in self._edges:
            self._edges[one, other] = self._are_one(one, other)
        return self._edges[one, other]

    def _are_one(self, one: str, other: str) -> bool:
        """Rule 2."""
        (_, day, condition), (_, other_day, other_condition) = _place(one), _place(other)
        days = abs(day_number(day) - day_number(other_day))
        pairs = list(product(self._profiles_of(one), self._profiles_of(other)))
        for a, b in pairs:
            if (a.language == b.language and are_worded_alike(a, b)) or are_told_alike(a, b, days):
                return True
        if days == 0:
            may_be = PLAIN not in (condition, other_condition) and UNNAMED in (condition[0], other_condition[0])
        else:
            apart = abs(parse_utc(self.order(one)[0]) - parse_utc(self.order(other)[0]))
            may_be = days == 1 and condition == other_condition and apart <= timedelta(hours=NEAR_HOURS)
        return may_be and not any(a.language == b.language or do_contradict(a, b) for a, b in pairs)

    def _profiles_of(self, node: str) -> list[Profile]:
        if node not in self._profiles:
            wordings = self.wordings(node)
            self._profiles[node] = [Profile(*packed) for _, said in sorted(wordings.items()) for _, _, packed in said]
        return self._profiles[node]


def _place(node: str) -> tuple[str, str, str]:
    """The claim, day and condition of a node: its place on the shelf, where the days of a claim are in a row."""
    position, day = node.split("@")
    claim, condition = position.split(".")
    return claim, day, condition


class Statements:
    """What the watch knows of its statements. A statement is named by the node that leads it."""

    def __init__(self, shelf: Shelf, watch_id: str, load: Callable[[str], Facts]) -> None:
        self._shelf = shelf
        self._watch_id = watch_id
        self._load = load
        self._graph = Utterances(shelf)
        self.tally = Tally(shelf, "statement-")

    def statement_id(self, statement: str) -> str:
        return digest("statement", self._watch_id, *statement.split("@"))

    def of_utterance(self, utterance: str) -> str | None:
        """The statement that an utterance belongs to, or None if nobody carries it."""
        return self._graph.leader(utterance)

    def carried_by(self, mention_id: str) -> dict[str, str]:
        """The statements of a mention, each with the rank of its wording there."""
        return {statement: rank for statement, (rank, _) in (self._shelf.get("carries", mention_id) or {}).items()}

    def utterances_of(self, statement: str) -> list[str]:
        near = [node for node in self._graph.near(statement) if self._graph.leader(node) == statement]
        return [statement, *near] if self._graph.leader(statement) == statement else near

    def leading(self, statement: str) -> tuple[Facts, Statement] | None:
        """The mention that knows the statement best and earliest, and its wording; None if nobody carries it."""
        found = self._shelf.first("statement-lead", statement)
        if found is None:
            return None
        facts = self._load(found[0][2])
        return facts, self.wording_in(facts, statement)

    def wording_in(self, facts: Facts, statement: str) -> Statement:
        """How a mention that carries the statement has it."""
        wordings = [said for node, said in facts.utterances.items() if self.of_utterance(node) == statement]
        return min(wordings, key=wording_rank)

    def apply(self, removed: Iterable[Facts], added: Iterable[Facts]) -> tuple[set[str], set[str], set[str]]:
        """Take mentions out and in.

        Returns the statements whose carriers changed, the utterances that went to another statement, and the mentions
        that may carry others than before.
        """
        touched: set[tuple[str, str]] = set()
        dirty: set[str] = set()
        for facts in removed:
            carried = self._shelf.get("carries", facts.mention_id) or {}
            self._uncarry(facts, carried)
            self._shelf.drop("carries", facts.mention_id)
            dirty |= carried.keys()
            language = facts.mention["language"]
            for node in facts.utterances:
                self._shelf.drop("said", node, language, *facts.order)
                touched.add((node, language))
        added = list(added)
        for facts in added:
            language = facts.mention["language"]
            known = vocabulary_of(facts.watch["stance"], facts.mention["language"]) if facts.utterances else None
            for node, statement in facts.utterances.items():
                if known is not None:
                    profile = profile_of(statement["evidence"]["text"], language, known)
                    self._shelf.put(profile.packed(), "said", node, language, *facts.order)
                touched.add((node, language))
        changed = self._settle(touched)
        moved = {facts.mention_id: facts for facts in added}
        for node in sorted(changed):
            for (_, _, mention_id), _ in list(self._shelf.scan("said", node)):
                if mention_id not in moved:
                    moved[mention_id] = self._load(mention_id)
        for _, facts in sorted(moved.items()):
            dirty |= self._carry(facts)
        return dirty, changed, set(moved)

    def _settle(self, touched: set[tuple[str, str]]) -> set[str]:
        """Put the nodes in order after their articles in a language changed, and their leaders right."""
        changed: dict[str, dict[str, list[Any]]] = {}
        for node, language in sorted(touched):
            wordings = changed.setdefault(node, {**self._graph.wordings(node)})
            wordings[language] = self._first_wordings(node, language)
        unsettled: set[str] = set()
        gone: set[str] = set()
        for node, found in changed.items():
            wordings = {language: said for language, said in sorted(found.items()) if said}
            if not self._graph.put(node, wordings):
                continue
            near = self._graph.near(node)
            unsettled.update(near)
            if wordings:
                unsettled.add(node)
                continue
            gone.add(node)
            for other in near:
                if self._graph.leader(other) == node:
                    self._graph.set_leader(other, None)
        return set(settle(self._graph, unsettled - gone)) | gone

    def _first_wordings(self, node: str, language: str) -> list[list[Any]]:
        """The earliest wordings of a language that differ in their words, each with its place in the order."""
        found: list[list[Any]] = []
        for order, packed in islice(self._shelf.scan("said", node, language), MAX_LOOKED_AT):
            if all(packed[1] != known[2][1] for known in found):
                found.append([*order, packed])
                if len(found) == MAX_WORDINGS:
                    break
        return found

    def _carry(self, facts: Facts) -> set[str]:
        """Make the mention a carrier of exactly its statements; return those in which something changed."""
        said: dict[str, list[Statement]] = {}
        for node, statement in facts.utterances.items():
            leader = self._graph.leader(node)
            if leader is not None:
                said.setdefault(leader, []).append(statement)
        best = {leader: min(wordings, key=wording_rank) for leader, wordings in said.items()}
        carried = {leader: [wording_rank(text), text["evidence"]["text"]] for leader, text in best.items()}
        before = self._shelf.get("carries", facts.mention_id) or {}
        changed = {leader for leader in (*before, *carried) if before.get(leader) != carried.get(leader)}
        self._uncarry(facts, {leader: known for leader, known in before.items() if leader in changed})
        for leader in changed & carried.keys():
            rank, text = carried[leader]
            self.tally.add(leader, facts, [carrier_of(facts.mention), text])
            self._shelf.put(None, "statement-lead", leader, rank, *facts.order)
        if changed and carried:
            self._shelf.put(dict(sorted(carried.items())), "carries", facts.mention_id)
        elif changed:
            self._shelf.drop("carries", facts.mention_id)
        return changed

    def _uncarry(self, facts: Facts, carried: dict[str, list[str]]) -> None:
        for leader, (rank, _) in carried.items():
            self.tally.remove(leader, facts)
            self._shelf.drop("statement-lead", leader, rank, *facts.order)

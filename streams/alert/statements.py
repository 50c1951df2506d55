"""Which utterances are one statement, and which articles carry it?

1. Utterances of one position on one day are one node, whatever their words; its words are those of the earliest.
2. Nodes of one position within three days of each other are joined when their words are alike ("he said on Wednesday"
   beside "on Thursday"), each to the earliest published leader (``streams/model/leaders.py``), never by chains.
3. A statement is a leader with those who joined it. Its id is a hash of the watch, the position and the leader's day.

So an old quote repeated weeks later joins the old statement, and the same position taken again on another day, in
other words or more than three days apart, is a new one. A mention carries a statement once, with its best wording.
Limit: two utterances of one position on one day cannot be told apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta

from streams.alert.facts import Facts, carrier_of, wording, wording_rank
from streams.alert.shelf import Shelf, Tally
from streams.alert.words import are_wordings_alike
from streams.model.ids import digest
from streams.model.leaders import Order, settle
from streams.model.records import Statement

NEAR_DAYS = 3


class Utterances:
    """The graph of rules 1 to 3. An entry per node: [published_at, mention_id, words, leader]."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def order(self, node: str) -> Order:
        published_at, mention_id, _, _ = self._shelf.get("utterance", *node.split("@"))
        return published_at, mention_id

    def leader(self, node: str) -> str | None:
        entry = self._shelf.get("utterance", *node.split("@"))
        return entry[3] if entry else None

    def set_leader(self, node: str, leader: str | None) -> None:
        entry = self._shelf.get("utterance", *node.split("@"))
        self._shelf.put([*entry[:3], leader], "utterance", *node.split("@"))

    def near(self, node: str) -> Iterator[tuple[str, list[str]]]:
        """Yield the other nodes of the position within three days, with their words."""
        position, day = node.split("@")
        middle, reach = date.fromisoformat(day), timedelta(days=NEAR_DAYS)
        first, last = middle - min(reach, middle - date.min), middle + min(reach, date.max - middle)
        for (other,), entry in list(self._shelf.scan("utterance", position, first=str(first), last=f"{last}\x02")):
            if other != day:
                yield f"{position}@{other}", entry[2]

    def neighbours(self, node: str) -> list[str]:
        words = self._shelf.get("utterance", *node.split("@"))[2]
        return [other for other, others in self.near(node) if are_wordings_alike(words, others)]


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
        near = [node for node, _ in self._graph.near(statement) if self._graph.leader(node) == statement]
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
        touched: set[str] = set()
        dirty: set[str] = set()
        for facts in removed:
            carried = self._shelf.get("carries", facts.mention_id) or {}
            self._uncarry(facts, carried)
            self._shelf.drop("carries", facts.mention_id)
            dirty |= carried.keys()
            for node in facts.utterances:
                self._shelf.drop("said", node, *facts.order)
                touched.add(node)
        added = list(added)
        for facts in added:
            for node, statement in facts.utterances.items():
                self._shelf.put(wording(statement), "said", node, *facts.order)
                touched.add(node)
        changed = self._settle(touched)
        moved = {facts.mention_id: facts for facts in added}
        for node in sorted(changed):
            for (_, mention_id), _ in list(self._shelf.scan("said", node)):
                if mention_id not in moved:
                    moved[mention_id] = self._load(mention_id)
        for _, facts in sorted(moved.items()):
            dirty |= self._carry(facts)
        return dirty, changed, set(moved)

    def _settle(self, touched: set[str]) -> set[str]:
        """Put the nodes in order after their articles changed, and their leaders right."""
        unsettled: set[str] = set()
        gone: set[str] = set()
        for node in touched:
            place = node.split("@")
            known = self._shelf.get("utterance", *place)
            first = self._shelf.first("said", node)
            if first is None:
                if known:
                    self._shelf.drop("utterance", *place)
                    gone.add(node)
                    for other, _ in self._graph.near(node):
                        unsettled.add(other)
                        if self._graph.leader(other) == node:
                            self._graph.set_leader(other, None)
                continue
            entry = [*first[0], first[1]]
            if known is None or known[:3] != entry:
                self._shelf.put([*entry, known[3] if known else None], "utterance", *place)
                unsettled.add(node)
                unsettled |= {other for other, _ in self._graph.near(node)}
        return set(settle(self._graph, unsettled - gone)) | gone

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

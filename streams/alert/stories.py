"""Which articles are about one happening?

1. Copies (one ``cluster_id``) are always together; the earliest of them speaks for all.
2. Clusters whose earliest article has the same main utterance are one unit, named by it; a cluster without a statement
   is a unit of its own. The unit's heading is that of its earliest article.
3. Two units have an edge if each is currently about a statement that the other is currently about as well, whatever
   the days between the articles; or if their headings are alike within ``alerts.story_days`` (on one day it is enough
   that they open alike). What an article repeats as background joins nothing: the next press conference is a story of
   its own.
4. A unit joins the earliest published leader with an edge to it (``streams/model/leaders.py``), never by chains. A
   story is a leader with those who joined it.

The id of a story is a hash of the watch and the leader's main statement, or else of the leading title and its day.
Because of rule 2 the two thousandth carrier of a statement changes a count and not the graph.
Limit: articles without title and lead that say nothing are one story a day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta

from streams.alert.facts import Facts, Heading, carrier_of, heading_of
from streams.alert.shelf import Shelf, Tally
from streams.alert.statements import Statements
from streams.model.ids import digest
from streams.model.leaders import Order, settle_index

LEADING, FOLLOWING = "leading-heading", "following-heading"


class Units:
    """The graph of rules 3 and 4, as an index: its order, leader and heading for each unit.

    The headings of leaders are indexed apart from those of their followers: a story of a thousand headings costs a
    newcomer one comparison, not a thousand.
    """

    def __init__(self, shelf: Shelf, statements: Statements) -> None:
        self._shelf = shelf
        self._statements = statements
        self._headings: dict[str, Heading] = {}

    def order(self, node: str) -> Order:
        published_at, mention_id = self._shelf.get("unit", node)
        return published_at, mention_id

    def leader(self, node: str) -> str | None:
        leader: str | None = self._shelf.get("unit-leader", node)
        return leader

    def set_leader(self, node: str, leader: str) -> None:
        before = self.leader(node)
        if before is not None:
            self._shelf.drop("unit-followers", before, node)
        self._shelf.put(leader, "unit-leader", node)
        self._shelf.put(None, "unit-followers", leader, node)
        if before is None:
            self._index(node, leader == node)
        elif (leader == node) != (before == node):
            self._unindex(node)
            self._index(node, leader == node)

    def earliest_leader(self, node: str) -> str | None:
        own = self.order(node)
        near = ((self.order(other), other) for other in self._near(node, LEADING))
        earlier = ((order, other) for order, other in near if order < own and self.leader(other) == other)
        return min(earlier, default=(own, None))[1]

    def claimable(self, node: str) -> list[str]:
        own = self.order(node)
        found = []
        for other in self.near(node):
            leader = self.leader(other)
            if self.order(other) > own and (leader is None or self.order(leader) > own):
                found.append(other)
        return found

    def near(self, node: str) -> set[str]:
        """All units with an edge to this one."""
        return self._near(node, LEADING, FOLLOWING)

    def followers(self, node: str) -> list[str]:
        return [other for (other,), _ in self._shelf.scan("unit-followers", node) if other != node]

    def heading(self, node: str) -> Heading:
        if node not in self._headings:
            day, days, title_key, *stems = self._shelf.get("unit-heading", node)
            keys, title, lead = map(frozenset, stems)
            self._headings[node] = Heading(day, days, title_key, keys, title, lead)
        return self._headings[node]

    def put(self, node: str, order: Order, heading: Heading) -> None:
        """Set or change the order and heading of a unit."""
        if self._shelf.get("unit", node) is not None:
            self._unindex(node)
        self._shelf.put(order, "unit", node)
        stems = map(sorted, (heading.keys, heading.title, heading.lead))
        self._shelf.put([heading.day, heading.days, heading.title_key, *stems], "unit-heading", node)
        self._headings[node] = heading
        leader = self.leader(node)
        if leader is not None:
            self._index(node, leader == node)

    def remove(self, node: str) -> None:
        self._unindex(node)
        leader = self.leader(node)
        if leader is not None:
            self._shelf.drop("unit-followers", leader, node)
        for follower in self.followers(node):
            self._shelf.drop("unit-followers", node, follower)
            self._shelf.drop("unit-leader", follower)
            self._unindex(follower)
        for kind in ("unit", "unit-heading", "unit-leader"):
            self._shelf.drop(kind, node)
        del self._headings[node]

    def _unindex(self, node: str) -> None:
        heading = self.heading(node)
        for key in (*heading.keys, heading.title_key):
            self._shelf.drop(LEADING, key, heading.day, node)
            self._shelf.drop(FOLLOWING, key, heading.day, node)

    def _index(self, node: str, leads: bool) -> None:
        heading = self.heading(node)
        for key in (*heading.keys, heading.title_key):
            self._shelf.put(None, LEADING if leads else FOLLOWING, key, heading.day, node)

    def _near(self, node: str, *indexes: str) -> set[str]:
        found: set[str] = set()
        for (utterance,), _ in list(self._shelf.scan("about", node)):
            statement = self._statements.of_utterance(utterance)
            for said in self._statements.utterances_of(statement) if statement else ():
                found.update(other for (other,), _ in self._shelf.scan("told-by", said))
        heading = self.heading(node)
        day, reach = date.fromisoformat(heading.day), timedelta(days=heading.days)
        first, last = day - min(reach, day - date.min), day + min(reach, date.max - day)
        candidates = {
            other
            for key in (*heading.keys, heading.title_key)
            for index in indexes
            for (_, other), _ in self._shelf.scan(index, key, first=str(first), last=f"{last}\x02")
        }
        found.update(other for other in candidates - found if heading.is_like(self.heading(other)))
        found.discard(node)
        return found


class Stories:
    """What the watch knows of its stories. A story is named by the unit that leads it."""

    def __init__(self, shelf: Shelf, watch_id: str, statements: Statements, load: Callable[[str], Facts]) -> None:
        self._shelf = shelf
        self._watch_id = watch_id
        self._statements = statements
        self._load = load
        self._graph = Units(shelf, statements)
        self.tally = Tally(shelf, "story-")

    def story_id(self, story: str) -> str:
        kind, _, name = story.partition(":")
        statement = self._statements.of_utterance(name) if kind == "said" else None
        if statement is not None:
            return digest("story", self._watch_id, self._statements.statement_id(statement))
        heading = self._graph.heading(story)
        return digest("story", self._watch_id, heading.title_key, heading.day)

    def of_mention(self, mention_id: str) -> str | None:
        story: str | None = self._shelf.get("story-of", mention_id)
        return story

    def mentions_in(self, story: str) -> list[str]:
        """All mentions of a story, in order."""
        return self.tally.everyone(story)

    def mentions_of(self, unit: str) -> list[str]:
        return [mention_id for (_, mention_id), _ in self._shelf.scan("unit-members", unit)]

    def first_arrived_at(self, story: str) -> str:
        found = self._shelf.first("story-arrival", story)
        assert found is not None, story
        return found[0][0]

    def apply(
        self, removed: Iterable[Facts], added: Iterable[Facts], changed: Iterable[str]
    ) -> tuple[set[str], set[str]]:
        """Take mentions out and in, after the statements did; ``changed`` utterances went to another statement.

        Returns the stories in which something changed, also those that are no more, and the mentions that may have
        moved.
        """
        added = list(added)
        dirty: set[str] = set()
        restless: set[str] = set()
        units: set[str] = set()
        clusters: set[str] = set()
        for facts in removed:
            dirty |= self._tell(facts, None)
            clusters.add(facts.mention["dedupe"]["cluster_id"])
            self._shelf.drop("cluster", facts.mention["dedupe"]["cluster_id"], *facts.order)
            units |= self._join(facts, None, restless)
        movers = {facts.mention_id: facts for facts in added}
        for facts in added:
            clusters.add(facts.mention["dedupe"]["cluster_id"])
            self._shelf.put(facts.main, "cluster", facts.mention["dedupe"]["cluster_id"], *facts.order)
        for cluster in sorted(clusters):
            self._assign(cluster, movers)
        for _, facts in sorted(movers.items()):
            cluster = facts.mention["dedupe"]["cluster_id"]
            units |= self._join(facts, self._shelf.get("cluster-unit", cluster), restless)
        gone = {unit for unit in sorted(units) if not self._head(unit, restless, movers)}
        for said in sorted(changed):
            restless.update(unit for (unit,), _ in self._shelf.scan("told-by", said))
        for unit in sorted(self._settle(restless, gone)):
            for mention_id in self.mentions_of(unit):
                if mention_id not in movers:
                    movers[mention_id] = self._load(mention_id)
        for _, facts in sorted(movers.items()):
            unit = self._shelf.get("unit-of", facts.mention_id)
            dirty |= self._tell(facts, self._graph.leader(unit))
        led = {leader for leader in map(self._graph.leader, restless - gone) if leader is not None}
        return dirty | led, set(movers)

    def _assign(self, cluster: str, movers: dict[str, Facts]) -> None:
        """Give a cluster the unit that its earliest article asks for; if that is another, all its articles move."""
        head = self._shelf.first("cluster", cluster)
        before = self._shelf.get("cluster-unit", cluster)
        if head is None:
            self._shelf.drop("cluster-unit", cluster)
            return
        unit = f"said:{head[1]}" if head[1] else f"copies:{cluster}"
        if unit == before:
            return
        self._shelf.put(unit, "cluster-unit", cluster)
        for (_, mention_id), _ in list(self._shelf.scan("cluster", cluster)):
            if mention_id not in movers:
                movers[mention_id] = self._load(mention_id)

    def _join(self, facts: Facts, unit: str | None, restless: set[str]) -> set[str]:
        """Move a mention to a unit; return the units that it left and joined. A unit that is about another utterance
        than before gets restless."""
        before = self._shelf.get("unit-of", facts.mention_id)
        if before == unit:
            return set()
        for name, by in ((before, -1), (unit, 1)):
            if name is None:
                continue
            if by > 0:
                self._shelf.put(None, "unit-members", name, *facts.order)
            else:
                self._shelf.drop("unit-members", name, *facts.order)
            for utterance in sorted(facts.current):
                count = (self._shelf.get("about", name, utterance) or 0) + by
                if count:
                    self._shelf.put(count, "about", name, utterance)
                    self._shelf.put(None, "told-by", utterance, name)
                else:
                    self._shelf.drop("about", name, utterance)
                    self._shelf.drop("told-by", utterance, name)
                if count == max(by, 0):
                    restless.add(name)
        if unit is None:
            self._shelf.drop("unit-of", facts.mention_id)
        else:
            self._shelf.put(unit, "unit-of", facts.mention_id)
        return {name for name in (before, unit) if name is not None}

    def _head(self, unit: str, restless: set[str], movers: Mapping[str, Facts]) -> bool:
        """Put the unit's order and heading right after its members changed; False if it has none left."""
        first = self._shelf.first("unit-members", unit)
        known = self._shelf.get("unit", unit)
        if first is None:
            if known is not None:
                restless.update(self._graph.followers(unit))
                self._graph.remove(unit)
            return False
        (published_at, mention_id), _ = first
        if known == [published_at, mention_id] and mention_id not in movers:
            return True
        heading = heading_of(self._load(mention_id))
        if known != [published_at, mention_id] or self._graph.heading(unit) != heading:
            self._graph.put(unit, (published_at, mention_id), heading)
            restless.add(unit)
        return True

    def _settle(self, restless: set[str], gone: set[str]) -> dict[str, str | None]:
        """Settle the units whose order or edges changed, with all that this can touch: who follows them may have lost
        the edge, and where they lead, whoever is near may have gained one."""
        touched = set(restless)
        for unit in restless - gone:
            touched.update(self._graph.followers(unit))
            if self._graph.leader(unit) == unit:
                touched |= self._graph.near(unit)
        return settle_index(self._graph, touched - gone)

    def _tell(self, facts: Facts, story: str | None) -> set[str]:
        """Move a mention to a story; return the stories that it left and joined."""
        before = self.of_mention(facts.mention_id)
        if before == story:
            return set()
        arrived_at = facts.mention["arrived_at"]
        if before is not None:
            self.tally.remove(before, facts)
            self._shelf.drop("story-arrival", before, arrived_at, facts.mention_id)
            self._shelf.drop("story-of", facts.mention_id)
        if story is not None:
            self.tally.add(story, facts, carrier_of(facts.mention))
            self._shelf.put(None, "story-arrival", story, arrived_at, facts.mention_id)
            self._shelf.put(story, "story-of", facts.mention_id)
        return {name for name in (before, story) if name is not None}

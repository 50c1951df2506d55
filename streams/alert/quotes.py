"""Was this quotation said before? Then an article that repeats it without a date tells of the old utterance.

1. A quotation counts if it is direct and asserted, and whatever else its article has under the same position is like
   it. Two of one holder, lane and stance, with triggers that may be one, are alike if they have eight words in a row
   in common, half of the shorter one and at least three that tell something: no stopwords and no words of the watch's
   question; a name or a number counts twice. So "we do not want war and will not send our soldiers to Ukraine" is a
   stock phrase, however long.
2. A quotation is *known since* the day on which its article arrived, for backfill since its publication: a page under
   an old date with new words makes nothing old. It joins the earliest known leader that it is like
   (``streams/model/leaders.py``) if that was said before and known before, whatever the days between. With one of the
   same two days it is grouped as well, so that leaders are few. What its article dates ("on 12 February") keeps its
   day.
3. A mention's utterance with such a quotation is of the leader's day.

Candidates are found by fingerprints of four words, the least hash of every five neighbours (winnowing; Schleimer et al.
2003): two that have eight words in a row in common share one. Leaders and followers are indexed apart, so what a
newcomer costs does not grow with those who repeat a quotation; and the order within a day is that of hashes, so that
no order of arrival makes leaders change often.

What is forgotten stays here while somebody remembered repeats it: the next repeat is no news either.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple
from zlib import crc32

from streams.alert.facts import Facts, are_compatible
from streams.alert.shelf import Shelf
from streams.alert.telling import Vocabulary, profile_of, telling_words, vocabulary_of
from streams.alert.words import are_wordings_alike, in_order, stems, words
from streams.model.ids import digest
from streams.model.leaders import Order, settle_index
from streams.model.records import Mention, Statement

ROW = 8
ROW_SHARE = 0.5
TELLING = 3
GRAM = 4
WINDOW = ROW - GRAM + 1
LEADING, FOLLOWING = "quote-leading", "quote-following"

Text = tuple[list[str], list[int]]
"""The words of a quotation, and the places of those that tell something."""


class Node(NamedTuple):
    """What decides the edges of a quotation, besides its words; its name is the parts joined by "/"."""

    claim: str
    position: str
    since: str
    day: str
    dated: str
    text: str

    @property
    def order(self) -> Order:
        return self.since, "/".join((self.day, self.text, self.position, self.dated))

    def may_join(self, earlier: Node) -> bool:
        if not are_compatible(self.position, earlier.position):
            return False
        if (self.since, self.day) == (earlier.since, earlier.day):
            return True
        return not self.dated and earlier.since < self.since and earlier.day < self.day


class Quotes:
    """What the watch knows of quotations, and the days that mentions owe to them."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._graph = _Graph(shelf)

    def dates_of(self, mention_id: str) -> dict[str, str]:
        """The utterances of a mention, as its article has them, that are of another day than it says."""
        return self._shelf.get("dated", mention_id) or {}

    def keep(self, mention_id: str, dates: Mapping[str, str]) -> None:
        if dates:
            self._shelf.put(dates, "dated", mention_id)
        else:
            self._shelf.drop("dated", mention_id)

    def apply(self, removed: Iterable[str], added: Iterable[Facts]) -> dict[str, dict[str, str]]:
        """Take mentions out and in, the latter as their articles have them.

        Returns what ``keep`` has to be told of those mentions whose dates are other ones now.
        """
        asked: set[str] = set()
        left: set[str] = set()
        for mention_id in removed:
            asked.add(mention_id)
            left |= self._leave(mention_id)
        restless: set[str] = set()
        for facts in added:
            asked.add(facts.mention_id)
            restless |= self._enter(facts)
        for name in sorted(left):
            if self._graph.has(name) and not self._is_said(name):
                restless |= self._graph.remove(name)
        changed = settle_index(self._graph, {name for name in restless if self._graph.has(name)})
        for name in changed:
            asked.update(mention_id for (mention_id,), _ in self._shelf.scan("quoted-by", name))
        dates = {mention_id: self._dates_now(mention_id) for mention_id in sorted(asked)}
        return {mention_id: now for mention_id, now in dates.items() if now != self.dates_of(mention_id)}

    def forget(self, mention_ids: Iterable[str]) -> None:
        """Drop mentions that are remembered no longer, and what nobody repeats any more."""
        for mention_id in mention_ids:
            for name in sorted(self._leave(mention_id)):
                if self._graph.has(name) and not self._is_said(name) and not self._graph.followers(name):
                    self._graph.remove(name)
            self._shelf.drop("dated", mention_id)

    def _enter(self, facts: Facts) -> set[str]:
        """Put a mention in; return the quotations that are new."""
        new: set[str] = set()
        names: dict[str, str] = {}
        known = vocabulary_of(facts.watch["stance"], facts.mention["language"]) if facts.utterances else None
        for utterance, statement in facts.utterances.items():
            text = quotation(statement, facts.mention["language"], known) if known else None
            if text is None:
                continue
            name = names[utterance] = "/".join(_node_of(utterance, facts.mention, text))
            self._shelf.put(None, "quoted-by", name, facts.mention_id)
            if not self._graph.has(name):
                self._graph.put(name, text)
                new.add(name)
        if names:
            self._shelf.put(names, "quotes", facts.mention_id)
        return new

    def _leave(self, mention_id: str) -> set[str]:
        names = set((self._shelf.get("quotes", mention_id) or {}).values())
        self._shelf.drop("quotes", mention_id)
        for name in names:
            self._shelf.drop("quoted-by", name, mention_id)
        return names

    def _is_said(self, name: str) -> bool:
        return self._shelf.first("quoted-by", name) is not None

    def _dates_now(self, mention_id: str) -> dict[str, str]:
        dates = {}
        for utterance, name in (self._shelf.get("quotes", mention_id) or {}).items():
            leader = self._graph.leader(name)
            assert leader is not None, name
            day = Node(*leader.split("/")).day
            if day != utterance[-10:]:
                dates[utterance] = day
        return dates


def quotation(statement: Statement, language: str, known: Vocabulary) -> Text | None:
    """What rule 1 compares of a statement, or None if it does not count."""
    if statement["directness"] != "direct" or statement["status"] != "asserted":
        return None
    said = statement["evidence"]["text"]
    found = in_order(said)
    if len(found) < ROW:
        return None
    telling = telling_words(found, language, known, profile_of(said, language, known))
    if len(telling) < TELLING:
        return None
    own = stems(words(said))
    if all(are_wordings_alike(own, stems(words(other["text"]))) for other in statement.get("wordings", ())):
        return found, telling
    return None


def are_repeated(one: Text, other: Text) -> bool:
    """Whether two quotations are alike by rule 1; the longest row counts."""
    others = {tuple(other[0][place : place + ROW]) for place in range(len(other[0]) - ROW + 1)}
    least = ROW_SHARE * min(len(one[0]), len(other[0]))
    begin = end = 0
    for place in range(len(one[0]) - ROW + 1):
        if tuple(one[0][place : place + ROW]) not in others:
            continue
        if place > end - ROW + 1:
            begin = place
        end = place + ROW
        if end - begin >= least and sum(begin <= telling < end for telling in one[1]) >= TELLING:
            return True
    return False


def fingerprints(found: list[str]) -> list[str]:
    """The least hashes of four words in every five neighbours, as keys.

    >>> len(fingerprints("we will not leave our barracks on my watch".split()))
    2
    """
    hashes = [crc32(" ".join(found[place : place + GRAM]).encode()) for place in range(len(found) - GRAM + 1)]
    return sorted({f"{min(hashes[place : place + WINDOW]):08x}" for place in range(len(hashes) - WINDOW + 1)})


def _node_of(utterance: str, mention: Mention, text: Text) -> Node:
    place, day = utterance.split("@")
    claim, position = place.split(".")
    since = mention["published_at"] if mention["backfill"] else mention["arrived_at"]
    dated = "" if day == mention["published_at"][:10] else "dated"
    return Node(claim, position, since[:10], day, dated, digest("quote", *text[0]))


class _Graph:
    """The graph of rule 2, as an index: its words, and its leader, for each quotation."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def has(self, name: str) -> bool:
        return self._shelf.get("quote", name) is not None

    def put(self, name: str, text: Text) -> None:
        self._shelf.put([*text, None], "quote", name)

    def order(self, node: str) -> Order:
        return Node(*node.split("/")).order

    def leader(self, node: str) -> str | None:
        entry = self._shelf.get("quote", node)
        return entry[2] if entry else None

    def set_leader(self, node: str, leader: str) -> None:
        found, telling, before = self._shelf.get("quote", node)
        if before is not None:
            self._shelf.drop("quote-followers", before, node)
        self._shelf.put([found, telling, leader], "quote", node)
        self._shelf.put(None, "quote-followers", leader, node)
        if before is None:
            self._index(node, found, leader == node)
        elif (leader == node) != (before == node):
            self._unindex(node, found)
            self._index(node, found, leader == node)

    def earliest_leader(self, node: str) -> str | None:
        own = self.order(node)
        near = ((self.order(other), other) for other in self._near(node, LEADING))
        return min(((order, other) for order, other in near if order < own), default=(own, None))[1]

    def claimable(self, node: str) -> list[str]:
        own = self.order(node)
        found = []
        for other in self._near(node, LEADING, FOLLOWING):
            leader = self.leader(other)
            if self.order(other) > own and (leader is None or self.order(leader) > own):
                found.append(other)
        return sorted(found)

    def followers(self, node: str) -> list[str]:
        return [other for (other,), _ in self._shelf.scan("quote-followers", node) if other != node]

    def remove(self, name: str) -> set[str]:
        """Drop a quotation; return those that have no leader now. A leader that was kept for it alone goes as well."""
        found, _, leader = self._shelf.get("quote", name)
        followers = self.followers(name)
        for follower in followers:
            text = self._shelf.get("quote", follower)
            self._shelf.drop("quote-followers", name, follower)
            self._shelf.put([*text[:2], None], "quote", follower)
            self._unindex(follower, text[0])
        self._unindex(name, found)
        self._shelf.drop("quote", name)
        if leader is not None:
            self._shelf.drop("quote-followers", leader, name)
            if leader != name and self._shelf.first("quoted-by", leader) is None and not self.followers(leader):
                return {*followers, *self.remove(leader)}
        return set(followers)

    def _near(self, node: str, *indexes: str) -> set[str]:
        text = self._shelf.get("quote", node)
        own = Node(*node.split("/"))
        found = {
            other
            for key in fingerprints(text[0])
            for index in indexes
            for (other,), _ in self._shelf.scan(index, own.claim, key)
        }
        found.discard(node)
        return {other for other in found if self._is_edge(own, text, other)}

    def _is_edge(self, own: Node, text: Text, name: str) -> bool:
        node, other = Node(*name.split("/")), self._shelf.get("quote", name)
        if node.order < own.order:
            return own.may_join(node) and are_repeated(other, text)
        return node.may_join(own) and are_repeated(text, other)

    def _index(self, node: str, found: list[str], leads: bool) -> None:
        claim, _, _ = node.partition("/")
        for key in fingerprints(found):
            self._shelf.put(None, LEADING if leads else FOLLOWING, claim, key, node)

    def _unindex(self, node: str, found: list[str]) -> None:
        claim, _, _ = node.partition("/")
        for key in fingerprints(found):
            self._shelf.drop(LEADING, claim, key, node)
            self._shelf.drop(FOLLOWING, claim, key, node)

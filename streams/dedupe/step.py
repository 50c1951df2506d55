"""Is this article a copy, and whose? One article in, its verdict out, and the verdicts that it changes.

Order of the rules:
 1. the same record again: ``repeat``, no output. The same article_id with another record: the higher version counts
    (then the later publication, arrival, rules), it is sent again as a revision, and the outcome is ``repeat`` too;
 2. candidates share a band (``sketch.py``), are compared (``compare.py``) and make the edges of a graph;
 3. ``settle_index`` (``model/leaders.py``): an article belongs to the earliest leader that it is a copy of, else it
    leads. So verdicts depend on the set of articles and not on their order;
 4. verdicts of earlier articles that came out differently are sent again, and their counts moved.

Versions of one URL are never copies of each other, so a later version may be an original of its own beside the cluster
of the first one; copies of it that are also copies of the first belong to the first, which is earlier.

Limits: the order decides only where memory ends (``memory.py``). An article that precedes all of n copies changes all
n verdicts, so copies that arrive latest first cost n revisions each; in any other order few do.
"""

from __future__ import annotations

from collections.abc import Iterable

from streams.dedupe.compare import WINDOW_S, Likeness
from streams.dedupe.memory import REMEMBERED, Memory
from streams.dedupe.remembered import Remembered, digest_of, pack, remember, unpack, verdict_in
from streams.dedupe.sketch import Sketch
from streams.dedupe.verdict import Verdict, compare_articles, judge_copy, judge_original
from streams.model.leaders import Order, settle_index
from streams.model.records import Article
from streams.model.state import State
from streams.model.step import Emit, Reissue, Step

RULES = "1"
KIND = "article-deduped"


def step(article: Article, handle: bytes, state: State, memory: Memory, sketch: Sketch | None = None) -> Step:
    """Judge one article. ``memory`` is the cache of this ``state``; both are changed.

    ``sketch`` is the article's, where it was made before: for many at once that costs half as much (``sketch_all``)."""
    article_id = article["article_id"]
    digest = digest_of(article)
    # the memory has a node for every entry: for a new article the disk need not be asked
    known = state.get(REMEMBERED + article_id.encode()) if article_id in memory.nodes else None
    if known is None:
        item = remember(article, digest, handle, sketch)
        verdict, outputs, recounts = _settle(item, [], state, memory)
        memory.evict(state)
        return Step(verdict.kind, (Emit(KIND, _deduped(article, verdict)), *outputs), recounts)
    before = unpack(article_id, known)
    if digest == before.digest:
        return Step("repeat")
    item = remember(article, digest, handle, sketch)
    if item.rank < before.rank:
        return Step("repeat")
    kind = Verdict.unpack(before, verdict_in(known)).kind
    followers = sorted(_Copies(state, memory).followers(article_id))  # from a set: its order is nobody's business
    expired = memory.nodes[article_id].expired
    memory.remove(before)
    verdict, outputs, recounts = _settle(item, followers, state, memory, expired)
    memory.evict(state)
    if verdict.kind != kind:
        recounts = ((kind, verdict.kind), *recounts)
    return Step("repeat", (Emit(KIND, _deduped(article, verdict), reissue=True), *outputs), recounts)


def _settle(
    item: Remembered, followers: list[str], state: State, memory: Memory, expired: bool = False
) -> tuple[Verdict, tuple[Reissue, ...], tuple[tuple[str, str], ...]]:
    """Put the article in and make every verdict right; its own, and the changes of others."""
    memory.add(item, expired=expired)
    copies = _Copies(state, memory)
    copies.items[item.article_id] = item
    changed = settle_index(copies, [item.article_id, *followers])
    outputs, recounts = [], []
    # a follower that stays follows a revised leader: its time and their likeness may have changed
    staying = [each for each in followers if each not in changed]
    for article_id in staying:
        copies.set_leader(article_id, item.article_id)
    own = copies.judge(item.article_id)
    _put(item, own.pack(), state, memory)
    for article_id in (*changed, *staying):
        if article_id == item.article_id:
            continue
        other, verdict = copies.item(article_id), copies.judge(article_id)
        packed, before = verdict.pack(), verdict_in(copies.entries[article_id])
        if packed == before:
            continue
        _put(other, packed, state, memory)
        was, now = Verdict.unpack(other, before).record(), verdict.record()
        if was != now:
            outputs.append(Reissue(KIND, other.handle, {"dedupe": now, "rules": _rules(other.rules)}))
        if was["kind"] != now["kind"]:
            recounts.append((was["kind"], now["kind"]))
    return own, tuple(outputs), tuple(recounts)


def _put(item: Remembered, verdict: bytes, state: State, memory: Memory) -> None:
    data = pack(item, verdict)
    state.put(REMEMBERED + item.article_id.encode(), data)
    memory.keep_recent(item.article_id, data, item)


def _deduped(article: Article, verdict: Verdict) -> dict[str, object]:
    return {**article, "dedupe": verdict.record(), "rules": _rules(article["rules"])}


def _rules(rules: dict[str, str]) -> dict[str, str]:
    return {**rules, "dedupe": RULES}


class _Copies:
    """The remembered articles as an ``Index`` of who is whose copy, for one step."""

    def __init__(self, state: State, memory: Memory) -> None:
        self._state = state
        self._memory = memory
        self.items: dict[str, Remembered] = {}
        self.entries: dict[str, bytes] = {}
        self._found: dict[tuple[str, str], Likeness] = {}
        self._leaders_of: tuple[str, list[Order]] = "", []

    def compare(self, follower: str, leader: str) -> Likeness | None:
        likeness = self._found.get((follower, leader))
        if likeness is None:
            likeness = compare_articles(self.item(follower), self.item(leader))
            if likeness is not None:
                self._found[follower, leader] = likeness
        return likeness

    def item(self, article_id: str) -> Remembered:
        item = self.items.get(article_id)
        if item is None:
            recent = self._memory.recent.get(article_id)
            if recent is None:
                data = self._state.get(REMEMBERED + article_id.encode())
                if data is None:
                    raise AssertionError(f"{article_id} is indexed but not remembered")
                recent = data, unpack(article_id, data)
                self._memory.keep_recent(article_id, *recent)
            self.entries[article_id], item = recent
            self.items[article_id] = item
        return item

    def order(self, node: str) -> Order:
        return self._memory.nodes[node].order

    def leader(self, node: str) -> str | None:
        leader = self._memory.nodes[node].leader
        return None if leader is None else leader[1]

    def set_leader(self, node: str, leader: str) -> None:
        if self._leaders_of[0] != node:  # a node is no candidate of its own
            self._leaders_of = "", []
        self._memory.set_leader(self.item(node), self.order(leader))

    def earliest_leader(self, node: str) -> str | None:
        own = self.order(node)
        for order in sorted(self._leaders_near(node)):
            if order >= own:
                return None
            if self.compare(node, order[1]) is not None:
                return order[1]
        return None

    def claimable(self, node: str) -> list[str]:
        own, memory = self.order(node), self._memory
        if own >= memory.latest:
            return []
        item = self.item(node)
        found = self._leaders_near(node) + self._candidates(item, memory.followers.find(item.sketch.bands))
        claimable = []
        for order in found:
            other = order[1]
            leader = memory.nodes[other].leader
            if order > own and (leader is None or leader > own) and self.compare(other, node) is not None:
                claimable.append(other)
        return claimable

    def _leaders_near(self, node: str) -> list[Order]:
        """The leaders that may be this node's copies, looked up once as long as no other node's leader changes."""
        of, found = self._leaders_of
        if of != node:
            item = self.item(node)
            found = self._candidates(item, self._memory.leaders.find(item.sketch.bands))
            self._leaders_of = node, found
        return found

    def followers(self, node: str) -> list[str]:
        memory, leader = self._memory, self.order(node)
        found = memory.followers.find(self.item(node).sketch.bands)
        return [other for other in found if other != node and memory.nodes[other].leader == leader]

    def _candidates(self, item: Remembered, found: Iterable[str]) -> list[Order]:
        nodes, url_key, published_s = self._memory.nodes, item.url_key, item.published_s
        return [
            node.order
            for node in map(nodes.__getitem__, found)
            if node.url_key != url_key and abs(node.published_s - published_s) <= WINDOW_S
        ]

    def judge(self, node: str) -> Verdict:
        item, leader = self.item(node), self.leader(node)
        if leader is None or leader == node:
            return judge_original(item)
        likeness = self.compare(node, leader)
        if likeness is None:
            raise AssertionError(f"{node} follows {leader} without being its copy")
        return judge_copy(item, self.item(leader), likeness)

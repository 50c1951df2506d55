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
from streams.dedupe.memory import REMEMBERED, VERDICT, Memory
from streams.dedupe.remembered import Remembered, digest_of, pack, remember, unpack
from streams.dedupe.verdict import Verdict, compare_articles, judge_copy, judge_original
from streams.model.leaders import Order, settle_index
from streams.model.records import Article
from streams.model.state import State
from streams.model.step import Emit, Reissue, Step

RULES = "1"
KIND = "article-deduped"


def step(article: Article, handle: bytes, state: State, memory: Memory) -> Step:
    """Judge one article. ``memory`` is the cache of this ``state``; both are changed."""
    article_id = article["article_id"]
    digest = digest_of(article)
    known = state.get(REMEMBERED + article_id.encode())
    if known is None:
        item = remember(article, digest, handle)
        outputs, recounts = _settle(item, [], state, memory)
        verdict = _verdict(article_id, state)
        memory.evict(state)
        return Step(verdict.kind, (Emit(KIND, _deduped(article, verdict)), *outputs), recounts)
    before = unpack(article_id, known)
    if digest == before.digest:
        return Step("repeat")
    item = remember(article, digest, handle)
    if item.rank < before.rank:
        return Step("repeat")
    kind = _verdict(article_id, state).kind
    followers = sorted(_Copies(state, memory).followers(article_id))  # from a set: its order is nobody's business
    expired = memory.nodes[article_id].expired
    memory.remove(before)
    outputs, recounts = _settle(item, followers, state, memory, expired)
    verdict = _verdict(article_id, state)
    memory.evict(state)
    if verdict.kind != kind:
        recounts = ((kind, verdict.kind), *recounts)
    return Step("repeat", (Emit(KIND, _deduped(article, verdict), reissue=True), *outputs), recounts)


def _settle(
    item: Remembered, followers: list[str], state: State, memory: Memory, expired: bool = False
) -> tuple[tuple[Reissue, ...], tuple[tuple[str, str], ...]]:
    """Put the article in and make every verdict right; its own is in the state afterwards."""
    state.put(REMEMBERED + item.article_id.encode(), pack(item))
    memory.add(item, expired=expired)
    copies = _Copies(state, memory)
    copies.items[item.article_id] = item
    changed = settle_index(copies, [item.article_id, *followers])
    outputs, recounts = [], []
    # a follower that stays follows a revised leader: its time and their likeness may have changed
    staying = [each for each in followers if each not in changed]
    for article_id in staying:
        copies.set_leader(article_id, item.article_id)
    for article_id in (*changed, *staying):
        key = VERDICT + article_id.encode()
        verdict = copies.judge(article_id)
        packed, before = verdict.pack(), state.get(key)
        if packed == before:
            continue
        state.put(key, packed)
        if article_id == item.article_id or before is None:
            continue
        was, now = Verdict.unpack(before).record(), verdict.record()
        if was != now:
            other = copies.item(article_id)
            outputs.append(Reissue(KIND, other.handle, {"dedupe": now, "rules": _rules(other.rules)}))
        if was["kind"] != now["kind"]:
            recounts.append((was["kind"], now["kind"]))
    return tuple(outputs), tuple(recounts)


def _verdict(article_id: str, state: State) -> Verdict:
    data = state.get(VERDICT + article_id.encode())
    if data is None:
        raise AssertionError(f"{article_id} is remembered without a verdict")
    return Verdict.unpack(data)


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
        self._found: dict[tuple[str, str], Likeness] = {}

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
            data = self._state.get(REMEMBERED + article_id.encode())
            if data is None:
                raise AssertionError(f"{article_id} is indexed but not remembered")
            item = self.items[article_id] = unpack(article_id, data)
        return item

    def order(self, node: str) -> Order:
        return self._memory.nodes[node].order

    def leader(self, node: str) -> str | None:
        leader = self._memory.nodes[node].leader
        return None if leader is None else leader[1]

    def set_leader(self, node: str, leader: str) -> None:
        self._memory.set_leader(self.item(node), self.order(leader))

    def earliest_leader(self, node: str) -> str | None:
        item = self.item(node)
        found = self._candidates(item, self._memory.leaders.find(item.sketch.bands))
        for order, other in sorted(found):
            if order >= item.order:
                return None
            if self.compare(node, other) is not None:
                return other
        return None

    def claimable(self, node: str) -> list[str]:
        item, memory = self.item(node), self._memory
        if item.order >= memory.latest:
            return []
        bands = item.sketch.bands
        found = self._candidates(item, memory.leaders.find(bands) | memory.followers.find(bands))
        claimable = []
        for order, other in found:
            leader = memory.nodes[other].leader
            if order > item.order and (leader is None or leader > item.order) and self.compare(other, node) is not None:
                claimable.append(other)
        return claimable

    def followers(self, node: str) -> list[str]:
        memory, leader = self._memory, self.order(node)
        found = memory.followers.find(self.item(node).sketch.bands)
        return [other for other in found if other != node and memory.nodes[other].leader == leader]

    def _candidates(self, item: Remembered, found: Iterable[str]) -> list[tuple[Order, str]]:
        nodes, url_key, published_s = self._memory.nodes, item.url_key, item.published_s
        return [
            (node.order, other)
            for other in found
            for node in (nodes[other],)
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

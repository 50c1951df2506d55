"""Where are the candidates? The index of the remembered articles in RAM: a pure cache of the state.

Buckets by band (``sketch.py``) lead from an article to those that may be its copies; leaders and followers have
buckets apart, because an article in order only asks for leaders, and of a text with 10,000 copies there is one.

Eviction: the watermark is the greatest believed time seen, min(published, arrived). An article *expires* when it was
published more than 45 days before it (the window of 30 and some slack for late ones), or when more than
``Limits.live`` are alive: then the earliest published. The expired are kept on, first expired first gone, up to
``Limits.expired``: so an input smaller than that is judged as a whole whatever its order, and ten years of history in
order of time find their copies in bounded memory. What leaves, leaves altogether; its followers keep their verdict.

RAM: 22 bucket entries and one node an article, about 2.2 kB, and the last 4,000 entries read or written, unpacked.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from heapq import heappop, heappush

from streams.dedupe.compare import DAY_S
from streams.dedupe.remembered import Remembered, unpack, verdict_in
from streams.dedupe.verdict import Verdict
from streams.model.leaders import Order
from streams.model.state import State

REMEMBERED, EXPIRED, WATERMARK = b"a", b"x", b"w"
LIFETIME_S = 45 * DAY_S
RECENT = 4_000


@dataclass(frozen=True, slots=True)
class Limits:
    """How many articles are remembered at most."""

    live: int = 2_000_000
    expired: int = 200_000


@dataclass(slots=True)
class Node:
    """One remembered article. ``leader`` is None, and the node in no bucket, until it is settled; it may name an
    article that has left."""

    order: Order
    published_s: int
    url_key: int
    leader: Order | None = None
    expired: bool = False


class Buckets:
    """Articles by band. Most buckets have one: those need no container, and are looked up without a loop."""

    def __init__(self) -> None:
        self._one: dict[int, str] = {}
        self._many: dict[int, dict[str, None]] = {}

    def add(self, bands: tuple[int, ...], article_id: str) -> None:
        one, many = self._one, self._many
        if not any(map(one.get, bands)) and many.keys().isdisjoint(bands):
            one.update(dict.fromkeys(bands, article_id))
            return
        for band in bands:
            bucket = many.get(band)
            if bucket is not None:
                bucket[article_id] = None
                continue
            other = one.setdefault(band, article_id)
            if other != article_id:
                del one[band]
                many[band] = {other: None, article_id: None}

    def remove(self, bands: tuple[int, ...], article_id: str) -> None:
        one, many = self._one, self._many
        for band in bands:
            if one.get(band) == article_id:
                del one[band]
                continue
            bucket = many.get(band)
            if bucket is not None:
                bucket.pop(article_id, None)
                if len(bucket) == 1:
                    (one[band],) = bucket
                    del many[band]

    def find(self, bands: tuple[int, ...]) -> set[str]:
        found = set(filter(None, map(self._one.get, bands)))
        many = self._many
        for band in many.keys() & bands:
            found.update(many[band])
        return found

    def contents(self) -> dict[int, frozenset[str]]:
        one = {band: frozenset((article_id,)) for band, article_id in self._one.items()}
        return one | {band: frozenset(bucket) for band, bucket in self._many.items()}


@dataclass(slots=True)
class Memory:
    """``latest`` is at or after the publication of every node."""

    limits: Limits = field(default_factory=Limits)
    nodes: dict[str, Node] = field(default_factory=dict)
    leaders: Buckets = field(default_factory=Buckets)
    followers: Buckets = field(default_factory=Buckets)
    watermark: int = 0
    latest: Order = ("", "")
    live: list[Order] = field(default_factory=list)
    live_count: int = 0
    expired: deque[tuple[int, str]] = field(default_factory=deque)
    recent: dict[str, tuple[bytes, Remembered]] = field(default_factory=dict)

    def keep_recent(self, article_id: str, entry: bytes, item: Remembered) -> None:
        """Hold what was just read or written: articles alike come together, and reading costs more than comparing."""
        self.recent.pop(article_id, None)
        self.recent[article_id] = entry, item
        if len(self.recent) > RECENT:
            del self.recent[next(iter(self.recent))]

    @classmethod
    def load(cls, state: State, limits: Limits | None = None) -> Memory:
        """Build the index from what the state holds."""
        memory = cls(limits or Limits())
        for key, value in state.scan(EXPIRED, _after(EXPIRED)):
            memory.expired.append((int.from_bytes(key[1:], "big"), value.decode()))
        expired = {article_id for _, article_id in memory.expired}
        for key, value in state.scan(REMEMBERED, _after(REMEMBERED)):
            item = unpack(key[1:].decode(), value)
            leader = Verdict.unpack(item, verdict_in(value)).leader
            memory.add(item, leader, item.article_id in expired)
        memory.watermark = max(memory.watermark, int.from_bytes(state.get(WATERMARK) or b"", "big"))
        return memory

    def add(self, item: Remembered, leader: Order | None = None, expired: bool = False) -> None:
        node = Node(item.order, item.published_s, item.url_key, leader, expired)
        self.nodes[item.article_id] = node
        self.watermark = max(self.watermark, item.believed_s)
        self.latest = max(self.latest, node.order)
        if leader is not None:
            self._buckets(node).add(item.sketch.bands, item.article_id)
        if not expired:
            heappush(self.live, node.order)
            self.live_count += 1

    def remove(self, item: Remembered) -> None:
        """Forget a node. Its place in the order of leaving goes with it, except among the expired."""
        node = self.nodes.pop(item.article_id)
        self._buckets(node).remove(item.sketch.bands, item.article_id)
        if not node.expired:
            self.live_count -= 1

    def set_leader(self, item: Remembered, leader: Order) -> None:
        node = self.nodes[item.article_id]
        was = self._buckets(node) if node.leader is not None else None
        node.leader = leader
        now = self._buckets(node)
        if was is not now:
            if was is not None:
                was.remove(item.sketch.bands, item.article_id)
            now.add(item.sketch.bands, item.article_id)

    def _buckets(self, node: Node) -> Buckets:
        return self.leaders if node.leader == node.order else self.followers

    def evict(self, state: State) -> None:
        """Let go what is too old or too much. Each article costs this once or twice in its life."""
        while self.live and self._first_live_expires():
            order = heappop(self.live)
            article_id = order[1]
            node = self.nodes.get(article_id)
            if node is None or node.order != order or node.expired:
                continue  # a revision has moved it
            node.expired = True
            self.live_count -= 1
            number = self.expired[-1][0] + 1 if self.expired else 0
            self.expired.append((number, article_id))
            state.put(EXPIRED + number.to_bytes(8, "big"), article_id.encode())
        while len(self.expired) > self.limits.expired:
            number, article_id = self.expired.popleft()
            self._forget(article_id, state)
            state.delete(EXPIRED + number.to_bytes(8, "big"))

    def _first_live_expires(self) -> bool:
        order = self.live[0]
        node = self.nodes.get(order[1])
        if node is None or node.order != order or node.expired:
            return True
        return node.published_s < self.watermark - LIFETIME_S or self.live_count > self.limits.live

    def _forget(self, article_id: str, state: State) -> None:
        key = article_id.encode()
        data = state.get(REMEMBERED + key)
        if data is None or article_id not in self.nodes:
            raise AssertionError(f"{article_id} is queued to leave but not remembered")
        item = unpack(article_id, data)
        if item.believed_s >= self.watermark:
            state.put(WATERMARK, max(0, self.watermark).to_bytes(8, "big"))
        self.remove(item)
        state.delete(REMEMBERED + key)
        self.recent.pop(key.decode(), None)

    def contents(self) -> tuple[object, ...]:
        """All that may decide anything, for comparing two memories."""
        live = sorted(article_id for article_id, node in self.nodes.items() if not node.expired)
        nodes = sorted(self.nodes.items())
        buckets = self.leaders.contents(), self.followers.contents()
        return nodes, live, self.live_count, list(self.expired), self.watermark, *buckets


def _after(prefix: bytes) -> bytes:
    return bytes((prefix[0] + 1,))

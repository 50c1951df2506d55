"""Which record leads a group: a pure function of the set of records and their edges, never of arrival order.

The rule: walk the nodes in the order (published_at, id). A node with an edge to an earlier leader joins the earliest
such leader; a node without one leads itself. So nobody belongs to a group by a chain of edges, only by an edge to its
leader. ``settle`` keeps this true after a change by looking again only at what the change can reach: a node's leader
depends on earlier neighbours alone, so one pass in ascending order is enough. Articles (copies), mentions (stories)
and statements (carriers) are all grouped by it.

Who can list the neighbours of a node gives a ``Graph`` to ``settle``. Where a node may have thousands of them (copies
of one text), an ``Index`` that answers narrower questions goes to ``settle_index``: only a *leader* that comes or goes
can change others, and only those behind it.
"""

from __future__ import annotations

from collections.abc import Iterable
from heapq import heapify, heappop, heappush
from typing import Protocol

Order = tuple[str, str]
"""(published_at, id): RFC 3339 in UTC with fixed width sorts as text."""


class Graph(Protocol):
    """Nodes with symmetric edges. ``leader`` is None for a node that was not settled yet."""

    def order(self, node: str) -> Order: ...

    def neighbours(self, node: str) -> Iterable[str]: ...

    def leader(self, node: str) -> str | None: ...

    def set_leader(self, node: str, leader: str) -> None: ...


class Index(Protocol):
    """Nodes with symmetric edges, that never need all neighbours of a node at once."""

    def order(self, node: str) -> Order: ...

    def leader(self, node: str) -> str | None: ...

    def set_leader(self, node: str, leader: str) -> None: ...

    def earliest_leader(self, node: str) -> str | None:
        """The earliest neighbour before this node that leads itself now."""
        ...

    def claimable(self, node: str) -> Iterable[str]:
        """The neighbours behind this node whose leader, if they have one, comes after this node."""
        ...

    def followers(self, node: str) -> Iterable[str]:
        """The other nodes whose leader this node is."""
        ...


def settle(graph: Graph, touched: Iterable[str]) -> dict[str, str | None]:
    """Make every leader right again after ``touched`` nodes came or their edges changed.

    Returns the nodes whose leader changed with the leader that they had before, in ascending order of the nodes.
    For a changed edge, pass both ends; for a removed node, its former neighbours. Idempotent.
    """
    return settle_index(_Scan(graph), touched)


def settle_index(index: Index, touched: Iterable[str]) -> dict[str, str | None]:
    """As ``settle``. For a new node it is enough to pass the node, for a removed one its former followers."""
    doubtful = set(touched)
    offers: dict[str, str] = {}
    queue = [(index.order(node), node) for node in doubtful]
    heapify(queue)
    changed: dict[str, str | None] = {}
    seen: set[str] = set()
    while queue:
        _, node = heappop(queue)
        if node in seen:
            continue
        seen.add(node)
        before = index.leader(node)
        # nobody who was not touched lost its leader unless it became doubtful, so the best offer is its leader now
        leader = (index.earliest_leader(node) or node) if node in doubtful or before is None else offers[node]
        if leader == before:
            continue
        index.set_leader(node, leader)
        changed[node] = before
        if leader == node:
            for other in index.claimable(node):
                offers.setdefault(other, node)  # offers come in ascending order: the first is the best
                heappush(queue, (index.order(other), other))
        elif before == node:
            for other in index.followers(node):
                doubtful.add(other)
                heappush(queue, (index.order(other), other))
    return changed


class _Scan:
    """An index by looking at all neighbours."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self.order = graph.order
        self.leader = graph.leader
        self.set_leader = graph.set_leader

    def earliest_leader(self, node: str) -> str | None:
        order, leader = self.order, self.leader
        own = order(node)
        earlier = (
            (order(other), other)
            for other in self._graph.neighbours(node)
            if leader(other) == other and order(other) < own
        )
        return min(earlier, default=(own, None))[1]

    def claimable(self, node: str) -> list[str]:
        own = self.order(node)
        return [
            other
            for other in self._graph.neighbours(node)
            if self.order(other) > own and self._leads_from_behind(self.leader(other), own)
        ]

    def _leads_from_behind(self, leader: str | None, own: Order) -> bool:
        return leader is None or self.order(leader) > own

    def followers(self, node: str) -> list[str]:
        return [other for other in self._graph.neighbours(node) if self.leader(other) == node and other != node]

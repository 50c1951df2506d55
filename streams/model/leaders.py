"""Which record leads a group: a pure function of the set of records and their edges, never of arrival order.

The rule: walk the nodes in the order (published_at, id). A node with an edge to an earlier leader joins the earliest
such leader; a node without one leads itself. So nobody belongs to a group by a chain of edges, only by an edge to its
leader. ``settle`` keeps this true after a change by looking again only at what the change can reach: a node's leader
depends on earlier neighbours alone, so one pass in ascending order is enough. Articles (copies), mentions (stories)
and statements (carriers) are all grouped by it.
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


def settle(graph: Graph, touched: Iterable[str]) -> dict[str, str | None]:
    """Make every leader right again after ``touched`` nodes came or their edges changed.

    Returns the nodes whose leader changed with the leader that they had before, in ascending order of the nodes.
    For a removed node, pass its former neighbours. Idempotent.
    """
    queue = [(graph.order(node), node) for node in set(touched)]
    heapify(queue)
    changed: dict[str, str | None] = {}
    seen: set[str] = set()
    while queue:
        order, node = heappop(queue)
        if node in seen:
            continue
        seen.add(node)
        earlier = (
            (graph.order(other), other)
            for other in graph.neighbours(node)
            if graph.order(other) < order and graph.leader(other) == other
        )
        leader = min(earlier, default=(order, node))[1]
        before = graph.leader(node)
        if leader == before:
            continue
        graph.set_leader(node, leader)
        changed[node] = before
        if node in (leader, before):
            for other in graph.neighbours(node):
                if graph.order(other) > order and other not in seen:
                    heappush(queue, (graph.order(other), other))
    return changed

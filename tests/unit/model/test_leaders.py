from __future__ import annotations

from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from streams.model.leaders import Order, settle, settle_index

NODES = [f"n{i}" for i in range(8)]
Change = tuple[str, str, str]


class Model:
    """A small graph that answers as Graph and as Index, and remembers what was asked."""

    def __init__(self, times: dict[str, int]) -> None:
        self.times = times
        self.nodes: dict[str, str | None] = {}
        self.edges: set[frozenset[str]] = set()

    def order(self, node: str) -> Order:
        return str(self.times[node]), node

    def neighbours(self, node: str) -> Iterable[str]:
        return [other for other in self.nodes if frozenset((node, other)) in self.edges and other != node]

    def leader(self, node: str) -> str | None:
        return self.nodes[node]

    def set_leader(self, node: str, leader: str) -> None:
        self.nodes[node] = leader

    def earliest_leader(self, node: str) -> str | None:
        leaders = [each for each in self.neighbours(node) if self.nodes[each] == each]
        return min((each for each in leaders if self.order(each) < self.order(node)), key=self.order, default=None)

    def claimable(self, node: str) -> Iterable[str]:
        behind = [each for each in self.neighbours(node) if self.order(each) > self.order(node)]
        return [
            each
            for each in behind
            for leader in (self.nodes[each],)
            if leader is None or leader not in self.nodes or self.order(leader) > self.order(node)
        ]

    def followers(self, node: str) -> Iterable[str]:
        return [each for each in self.nodes if self.nodes[each] == node and each != node]

    def naive(self) -> dict[str, str]:
        """Walk all in order: the definition."""
        leaders: dict[str, str] = {}
        for node in sorted(self.nodes, key=self.order):
            earlier = [each for each in self.neighbours(node) if leaders.get(each) == each]
            leaders[node] = min(earlier, key=self.order, default=node)
        return leaders


CHANGES = st.lists(
    st.tuples(st.sampled_from(["add", "remove", "edge"]), st.sampled_from(NODES), st.sampled_from(NODES))
)
TIMES = st.fixed_dictionaries({node: st.integers(0, 4) for node in NODES})


def apply(model: Model, potential: set[frozenset[str]], change: Change, indexed: bool) -> None:
    """One change and the settling that its kind asks for."""
    kind, node, other = change
    run = settle_index if indexed else settle
    before = dict(model.nodes)
    if kind == "add" and node not in model.nodes:
        model.nodes[node] = None
        model.edges |= {pair for pair in potential if node in pair}
        touched = [node]
    elif kind == "remove" and node in model.nodes:
        touched = list(model.followers(node) if indexed else model.neighbours(node))
        del model.nodes[node]
        before.pop(node)
    elif kind == "edge" and node in model.nodes and other in model.nodes and node != other:
        model.edges ^= {frozenset((node, other))}
        potential ^= {frozenset((node, other))}
        touched = [node, other]
    else:
        return
    changed = run(model, touched)
    expected = model.naive()
    assert expected == model.nodes
    differing = [each for each in sorted(expected, key=model.order) if expected[each] != before.get(each)]
    assert {each: before.get(each) for each in differing} == changed
    assert differing == list(changed)
    assert {} == run(model, list(model.nodes))


@given(TIMES, st.sets(st.frozensets(st.sampled_from(NODES), min_size=2, max_size=2)), CHANGES, st.booleans())
def test_settling_after_each_change_equals_walking_all_in_order(
    times: dict[str, int], edges: set[frozenset[str]], changes: list[Change], indexed: bool
) -> None:
    """Nodes come and go, edges appear and vanish: leaders and the reported differences are those of the definition."""
    model, potential = Model(times), set(edges)
    for change in changes:
        apply(model, potential, change, indexed)


def test_nobody_belongs_by_a_chain() -> None:
    """a - b - c: b follows a, so c leads itself."""
    model = Model({"a": 0, "b": 1, "c": 2})
    model.nodes = {"a": None, "b": None, "c": None}
    model.edges = {frozenset("ab"), frozenset("bc")}
    assert {"a": None, "b": None, "c": None} == settle(model, ["a", "b", "c"])
    assert {"a": "a", "b": "a", "c": "c"} == model.nodes

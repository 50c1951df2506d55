"""What a query is once it is read: a tree of frozen values, independent of how words are folded or matched.

A leaf keeps its text as typed; ``streams.detect`` decides what its words are. ``And`` and ``Or`` hold two or more
children and never a child of their own kind (the parser flattens), so depth counts nesting and not length. ``at`` is
the offset of the node in the query text; two nodes that differ only there are equal.

To add to the language: another proximity is another value of ``Near`` (``ordered``, ``unit``), another field another
name in ``FIELDS``, and ``atleastN(…)``, ``cs(…)``, ``exact(…)`` and ``@lists`` are nodes with one child like ``Not``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

FieldName = Literal["title", "lang", "outlet"]
TEXT_FIELDS: Final[frozenset[str]] = frozenset({"title"})
"""Fields whose value is words of the article; the others are compared whole."""
FIELDS: Final[dict[str, FieldName]] = {"title": "title", "lang": "lang", "outlet": "outlet"}
PLANNED_FIELDS: Final[frozenset[str]] = frozenset(
    {"lead", "body", "domain", "url", "author", "country", "speaker", "in_quote", "stance"}
)


@dataclass(frozen=True, slots=True)
class Term:
    """One bare word, perhaps with wildcards. A word that splits (``anti-war``, ``O'Brien``) is matched as a phrase."""

    text: str
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Phrase:
    """What stood between quotes: its words, next to each other and in this order."""

    text: str
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class And:
    children: tuple[Node, ...]
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Or:
    children: tuple[Node, ...]
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    child: Node
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Near:
    """Both sides at most ``distance`` words apart, in either order; adjacent words are 1 apart."""

    left: Node
    right: Node
    distance: int
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Within:
    """``title:``, ``lang:`` or ``outlet:`` before a term, a phrase or a group. Fields do not nest."""

    name: FieldName
    child: Node
    at: int = field(default=0, compare=False)


Leaf: TypeAlias = Term | Phrase
Node: TypeAlias = Term | Phrase | And | Or | Not | Near | Within


def children(node: Node) -> tuple[Node, ...]:
    """The direct children, in the order of the query."""
    match node:
        case And(nodes) | Or(nodes):
            return nodes
        case Not(child) | Within(_, child):
            return (child,)
        case Near(left, right):
            return (left, right)
        case _:
            return ()


def walk(node: Node) -> Iterator[Node]:
    """Yield the node and everything under it, in the order of the query."""
    stack = [node]
    while stack:
        here = stack.pop()
        yield here
        stack.extend(reversed(children(here)))


def is_anchored(node: Node, negated: bool = False) -> bool:
    """Whether a match needs at least one thing that is there. ``NOT a`` and ``a OR NOT b`` are not anchored.

    >>> is_anchored(And((Term("a"), Not(Term("b"))))), is_anchored(Or((Term("a"), Not(Term("b")))))
    (True, False)
    """
    match node:
        case Not(child):
            return is_anchored(child, not negated)
        case And(nodes) | Or(nodes):
            one_is_enough = isinstance(node, And) != negated
            found = (is_anchored(child, negated) for child in nodes)
            return any(found) if one_is_enough else all(found)
        case Within(_, child):
            return is_anchored(child, negated)
        case _:
            return not negated

"""Why a watch matched an article, or why not: clause by clause, for ``newsvane why`` and ``newsvane watch test``.

The order of the answer is that of the matcher: scope first, then the query as its author wrote it. A clause that
would hold if boilerplate counted says so, with the place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from streams.detect.fold import FOLDINGS, Folding
from streams.detect.matcher import highlight, scope_misses, token_rule
from streams.detect.program import Program, compile_query
from streams.detect.surface import Surface, merge_spans
from streams.model.records import Highlight
from streams.model.watch import Watch
from streams.query import ast
from streams.query.printer import write
from streams.query.syntax import parse

MAX_PLACES = 5


@dataclass(frozen=True, slots=True)
class Clause:
    """One node of the query. ``held`` is whether it is true of the article; ``detail`` says where, or why not."""

    query: str
    held: bool
    detail: str
    is_negation: bool = False
    children: tuple[Clause, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """``decisive`` names what decided: the limits of scope that were missed, or the clauses that did not hold."""

    watch_id: str
    watch_version: int
    matched: bool
    out_of_scope: tuple[str, ...]
    clause: Clause
    decisive: tuple[str, ...]
    highlights: tuple[Highlight, ...]

    def lines(self) -> Iterator[str]:
        """The explanation for a terminal."""
        yield f"watch {self.watch_id} v{self.watch_version}: {'matched' if self.matched else 'not matched'}"
        for reason in self.out_of_scope:
            yield f"  out of scope: {reason}"
        stack = [(self.clause, 1)]
        while stack:
            clause, depth = stack.pop()
            yield f"{'  ' * depth}{'yes' if clause.held else 'no '} {clause.query}: {clause.detail}"
            stack.extend((child, depth + 1) for child in reversed(clause.children))


def explain(watch: Watch, article: Mapping[str, Any]) -> Explanation:
    """Say why the watch matches the article, or why not. Raises QueryError if its query does not parse."""
    folding = FOLDINGS[token_rule(watch)]
    root = parse(watch["query"])
    surface = Surface(article, folding)
    unmasked = Surface(article, folding, masked=False)
    clause = _Explainer(article, folding, surface, unmasked).clause(root, False)
    misses = tuple(scope_misses(watch["scope"], article))
    matched = clause.held and not misses
    program = compile_query(root, folding)
    return Explanation(
        watch["watch_id"],
        watch["version"],
        matched,
        misses,
        clause,
        () if matched else misses or tuple(_failures(clause)),
        tuple(highlight(program, surface)) if clause.held else (),
    )


@dataclass(frozen=True, slots=True)
class _Explainer:
    article: Mapping[str, Any]
    folding: Folding
    surface: Surface
    unmasked: Surface

    def clause(self, node: ast.Node, title_only: bool) -> Clause:
        program = compile_query(node, self.folding, title_only)
        held = program.test(self.surface)
        is_whole = isinstance(node, ast.Within) and node.name not in ast.TEXT_FIELDS
        deeper = title_only or (isinstance(node, ast.Within) and not is_whole)
        parts = () if is_whole else tuple(self.clause(child, deeper) for child in ast.children(node))
        shown = f"title:{write(node)}" if title_only and isinstance(node, ast.Leaf) else write(node)
        return Clause(shown, held, self._detail(node, program, held), isinstance(node, ast.Not), parts)

    def _detail(self, node: ast.Node, program: Program, held: bool) -> str:
        if isinstance(node, ast.Within) and node.name not in ast.TEXT_FIELDS:
            return f"the article's {'language' if node.name == 'lang' else 'outlet'} is {self._own(node.name)}"
        if isinstance(node, ast.And | ast.Or | ast.Within):
            return "holds" if held else "does not hold"
        if isinstance(node, ast.Not):
            return "not there" if held else "it is there"
        if held:
            return f"found at {', '.join(self._places(program, self.surface))}"
        if program.test(self.unmasked):
            hidden = ", ".join(self._places(program, self.unmasked, only_masked=True))
            return f"only in boilerplate at {hidden}" if hidden else "only together with boilerplate"
        return "sides not near enough" if isinstance(node, ast.Near) else "not found"

    def _own(self, meta: str) -> str:
        return self.surface.language if meta == "lang" else self.surface.outlet

    def _places(self, program: Program, surface: Surface, only_masked: bool = False) -> Iterator[str]:
        places = (surface.locate(found) for found in program.found(surface))
        if only_masked:
            spans = merge_spans(self.article["boilerplate"], len(self.article["text"]))
            places = (
                (field, start, end)
                for field, start, end in places
                if field == "text" and any(start < upto and end > since for since, upto in spans)
            )
        return (f"{field} {start}-{end}" for field, start, end in islice(places, MAX_PLACES))


def _failures(clause: Clause) -> Iterator[str]:
    """The lowest clauses that explain why this one does not hold."""
    failing = [child for child in clause.children if not child.held]
    if failing and not clause.is_negation:
        for child in failing:
            yield from _failures(child)
    else:
        yield f"{clause.query}: {clause.detail}"

"""What parses but probably does not mean what its author wants: warnings with positions, in the order of the query.

The rules: ``side-by-side`` two things without an operator · ``mixed`` AND and OR without parentheses · ``lower-case``
and, or, not, near as words · ``single-letter`` · ``short-prefix`` a wildcard after two letters · ``repeated`` the same
thing twice in one AND or OR · ``near-itself`` · ``punctuation`` a ``?`` that was meant as a question mark ·
``no-text`` a query of outlets or languages alone. A query that does not parse has no warnings, only its QueryError.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from streams.query.ast import TEXT_FIELDS, And, Near, Node, Or, Phrase, Term, Within, walk
from streams.query.printer import write
from streams.query.syntax import Remark, parse_with_remarks
from streams.query.tokens import place

_LOWER = frozenset({"and", "or", "not", "near", "onear"})
_PIECE = re.compile(r"[\w*?]+")


@dataclass(frozen=True, slots=True)
class LintWarning:
    line: int
    column: int
    code: str
    message: str

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.message} [{self.code}]"


def lint(query: str) -> list[LintWarning]:
    """Warn of traps. Raises QueryError if the query does not parse."""
    parsed = parse_with_remarks(query)
    remarks = {*parsed.remarks, *_of_tree(parsed.root)}
    found = []
    for remark in sorted(remarks, key=lambda remark: (remark.at, remark.code, remark.message)):
        where = place(query, remark.at)
        found.append(LintWarning(where.line, where.column, remark.code, remark.message))
    return found


def _of_tree(root: Node) -> Iterator[Remark]:
    compared_whole: set[int] = set()
    searches_text = False
    for node in walk(root):
        match node:
            case Within(name, child) if name not in TEXT_FIELDS:
                compared_whole.update(id(inner) for inner in walk(child))
            case Term() | Phrase() if id(node) not in compared_whole:
                searches_text = True
                yield from _of_words(node)
            case And(nodes) | Or(nodes):
                yield from _repeated(nodes)
            case Near(left, right) if left == right:
                yield Remark(
                    node.at, "near-itself", "both sides of NEAR are the same: one occurrence is enough to match"
                )
            case _:
                pass
    if not searches_text:
        yield Remark(root.at, "no-text", "no word is asked for: every article of that language or outlet matches")


def _of_words(node: Term | Phrase) -> Iterator[Remark]:
    lowered = node.text.casefold()
    if isinstance(node, Term) and lowered.split("/")[0] in _LOWER:
        yield Remark(node.at, "lower-case", f"'{node.text}' is read as a word: operators are upper case")
        return
    if len(node.text) == 1:
        yield Remark(node.at, "single-letter", f"'{node.text}' is a single letter and matches almost everything")
    if isinstance(node, Phrase) and node.text.endswith("?"):
        yield Remark(node.at, "punctuation", "'?' at the end stands for exactly one letter, not for a question mark")
    for piece in _PIECE.findall(node.text):
        letters = re.split(r"[*?]", piece, maxsplit=1)[0]
        if "*" in piece and len(letters) < 3:
            yield Remark(node.at, "short-prefix", f"'{piece}' matches every word that begins with '{letters}'")


def _repeated(nodes: tuple[Node, ...]) -> Iterator[Remark]:
    seen: set[Node] = set()
    for node in nodes:
        if node in seen:
            yield Remark(node.at, "repeated", f"{write(node)} is there twice")
        seen.add(node)

"""Laws of the query language."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from streams.errors import QueryError
from streams.query.ast import is_anchored
from streams.query.lint import lint
from streams.query.printer import write
from streams.query.syntax import parse
from tests.property.queries import trees


@given(trees())
def test_print_and_parse_round_trip(text_and_tree: str) -> None:
    """Reading what was printed gives the same tree, and printing it again the same text."""
    tree = parse(text_and_tree)
    assert tree == parse(write(tree))
    assert write(tree) == write(parse(write(tree)))
    assert is_anchored(tree)


PIECES = [
    "aa",
    "b*",
    "cc?",
    "(",
    ")",
    '"',
    "“",
    "AND",
    "OR",
    "NOT",
    "-",
    "NEAR/3",
    "NEAR",
    "title:",
    "lang:",
    "x:",
    "\n",
    "é",
]


@given(st.lists(st.sampled_from([*PIECES, " "])).map("".join) | st.text(max_size=60))
def test_any_text_is_a_query_or_a_query_error(text: str) -> None:
    """No text crashes the parser; an error lies inside the text; what parses can be linted and printed."""
    error = mistake_in(text)
    if error is None:
        tree = parse(text)
        assert tree == parse(write(tree))
        lint(text)
    else:
        lines = text.split("\n")
        assert 1 <= error.line <= len(lines)
        assert 1 <= error.column <= len(lines[error.line - 1]) + 1


def mistake_in(text: str) -> QueryError | None:
    try:
        parse(text)
    except QueryError as error:
        return error
    return None

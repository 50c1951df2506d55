"""Which traps the linter names, and where."""

from __future__ import annotations

import pytest

from streams.errors import QueryError
from streams.query.lint import LintWarning, lint


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("belarus AND army", []),
        ("belarus army", [(1, 9, "side-by-side")]),
        ("belarus -sport", []),
        ("belarus OR minsk AND army", [(1, 12, "mixed")]),
        ("belarus OR (minsk AND army)", []),
        ("belarus and army", [(1, 9, "lower-case"), (1, 9, "side-by-side"), (1, 13, "side-by-side")]),
        ("belarus AND\n x", [(2, 2, "single-letter")]),
        ("be* AND army", [(1, 1, "short-prefix")]),
        ("bel* AND army", []),
        ("army OR Minsk OR army", [(1, 18, "repeated")]),
        ("army NEAR/3 army", [(1, 1, "near-itself")]),
        ('"will they join?"', [(1, 1, "punctuation")]),
        ("outlet:x AND lang:en", [(1, 1, "no-text")]),
    ],
)
def test_warns(query: str, found: list[tuple[int, int, str]]) -> None:
    """A trap is named with line, column and code; a clean query has no warnings."""
    assert found == [(warning.line, warning.column, warning.code) for warning in lint(query)]


def test_mixed_in_parentheses_is_clear() -> None:
    """Parentheses around the AND say that it is meant."""
    assert [] == [warning for warning in lint("belarus OR (minsk AND army)") if warning.code == "mixed"]


def test_warning_reads_as_one_line() -> None:
    """A warning prints as place, message and code."""
    message = "'x' is a single letter and matches almost everything"
    assert [LintWarning(1, 1, "single-letter", message), "line 1, column 1: " + message + " [single-letter]"] == [
        lint("x")[0],
        str(lint("x")[0]),
    ]


def test_a_query_that_does_not_parse_has_no_warnings() -> None:
    """Lint raises the QueryError of the parser."""
    with pytest.raises(QueryError):
        lint("(a")

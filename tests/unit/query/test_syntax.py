"""What each construct of the query language reads as, and what a bad query is told."""

from __future__ import annotations

import pytest

from streams.errors import QueryError
from streams.query.ast import And, Near, Node, Not, Or, Phrase, Term, Within
from streams.query.printer import write
from streams.query.syntax import parse

A, B, C, D = Term("aa"), Term("bb"), Term("cc"), Term("dd")


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ("aa AND bb OR cc", Or((And((A, B)), C))),
        ("aa OR bb AND cc", Or((A, And((B, C))))),
        ("(aa OR bb) AND cc", And((Or((A, B)), C))),
        ("aa AND (bb AND cc)", And((A, B, C))),
        ("aa bb", And((A, B))),
        ("aa NOT bb", And((A, Not(B)))),
        ("aa AND NOT bb", And((A, Not(B)))),
        ("aa -bb", And((A, Not(B)))),
        ("-(aa OR bb) cc", And((Not(Or((A, B))), C))),
        ("aa AND NOT bb NEAR/3 cc", And((A, Not(Near(B, C, 3))))),
        ("aa NEAR/2 bb NEAR/3 cc", Near(Near(A, B, 2), C, 3)),
        ("aa NEAR/2 (bb OR “cc  dd”)", Near(A, Or((B, Phrase("cc dd"))), 2)),
        ("title:aa OR title:(aa AND bb)", Or((Within("title", A), Within("title", And((A, B)))))),
        ('lang:(aa OR bb) AND outlet:"cc dd"', And((Within("lang", Or((A, B))), Within("outlet", Phrase("cc dd"))))),
        ("title: aa", Within("title", A)),
        ("„aa bb“", Phrase("aa bb")),
        ("O’Brien AND anti-war", And((Term("O’Brien"), Term("anti-war")))),
        ("and OR wom?n OR mobili*", Or((Term("and"), Term("wom?n"), Term("mobili*")))),
        ("10:30", Term("10:30")),
        ("NOT NOT aa", Not(Not(A))),
    ],
)
def test_reads_as(query: str, tree: Node) -> None:
    """Precedence is () > NEAR > NOT > AND > OR, side by side is AND, and the printed form reads as the same."""
    assert parse(query) == tree
    assert parse(write(tree)) == tree


@pytest.mark.parametrize(
    ("query", "line", "column", "message"),
    [
        ("", 1, 1, "the query is empty; write at least one word"),
        ("aa AND\nttle:bb", 2, 1, "unknown field 'ttle:'; did you mean title:"),
        (
            "aa OR http://bb",
            1,
            7,
            "unknown field 'http:'; fields are title:, lang:, outlet:; quote a word that holds a colon",
        ),
        ("lead:aa", 1, 1, "field 'lead:' is not there yet; fields are title:, lang:, outlet:"),
        ("(aa", 1, 1, "'(' is never closed; add ')'"),
        ("aa)", 1, 3, "')' without '('; remove it, or open a parenthesis before it"),
        ("()", 1, 2, "')' where a word was expected; remove it, or put a word before it"),
        ('aa "bb', 1, 4, 'the quotation mark " is never closed; close the phrase with another one'),
        ('aa OR " - "', 1, 7, "there is no word between the quotes; write a phrase or remove them"),
        ("aa AND", 1, 7, "the query ends where a word was expected; finish or remove the operator"),
        ("aa OR OR bb", 1, 7, "OR where a word was expected; put a word on both sides, or quote it"),
        ("aa NEAR/3 NEAR/2 bb", 1, 11, "NEAR/2 where a word was expected; put a word on both sides, or quote it"),
        ("aa NEAR bb", 1, 4, "unknown operator 'NEAR'; proximity is written NEAR/5"),
        ("aa W/3 bb", 1, 4, "unknown operator 'W/3'; proximity is written NEAR/3"),
        ("aa ONEAR/7 bb", 1, 4, "unknown operator 'ONEAR/7'; proximity is written NEAR/7"),
        ("aa w/s bb", 1, 4, "unknown operator 'w/s'; proximity is written NEAR/5"),
        ("aa && bb", 1, 4, "unknown operator '&&'; write AND"),
        ("aa NEAR/0 bb", 1, 4, "NEAR/0 is out of range; use 1 to 1000"),
        (
            "aa NEAR/2 (bb AND cc)",
            1,
            12,
            "AND cannot stand on a side of NEAR; only words, phrases and ORs of them; take it out of the NEAR",
        ),
        ("aa NEAR/2 lang:en", 1, 11, "'lang:' cannot stand on a side of NEAR; AND it instead"),
        ("title:(aa lang:en)", 1, 11, "'lang:' inside 'title:'; take it out and join the two with AND"),
        ("title:AND", 1, 7, "nothing after 'title:'; give a word, phrase or group"),
        ("*ion", 1, 1, "'*ion' begins with a wildcard; put at least two letters before it"),
        ("a*", 1, 1, "too few letters before the wildcard in 'a*'; put at least two letters before it"),
        (
            "NOT aa",
            1,
            1,
            "the query has nothing but NOT and would match almost every article; AND it with what must be there",
        ),
        (
            "aa OR NOT bb",
            1,
            7,
            "this side of OR has nothing but NOT and would match almost every article; AND it with what must be there",
        ),
        ("aa ---", 1, 4, "there is no word in '---'"),
    ],
)
def test_refuses(query: str, line: int, column: int, message: str) -> None:
    """A bad query is refused with the place of the first mistake and what to do about it."""
    with pytest.raises(QueryError) as caught:
        parse(query)
    start = f"query error at line {line}, column {column}: {message}"
    assert (line, column) == (caught.value.line, caught.value.column)
    assert str(caught.value).startswith(start)


@pytest.mark.parametrize(
    "query",
    [
        "(" * 5_000 + "aa" + ")" * 5_000,
        "NOT " * 5_000 + "aa",
        " NEAR/2 ".join(["aa"] * 5_000),
        "(" * 49 + " NEAR/2 bb) NEAR/2 (".join(["aa"] * 49),
        "a" * 100_001,
        "title:" * 10_000,
        "-" * 50_000 + "(",
    ],
)
def test_hostile_queries_are_refused_fast(query: str) -> None:
    """Depth and length have limits of their own; no query exhausts the stack."""
    with pytest.raises(QueryError):
        parse(query)


def test_long_flat_query() -> None:
    """Thousands of alternatives are one flat OR, not a deep tree."""
    words = [f"word{i}" for i in range(5_000)]
    assert Or(tuple(map(Term, words))) == parse(" OR ".join(words))


def test_deep_but_allowed_query() -> None:
    """What the limits allow can be printed and read again."""
    query = "(" * 20 + "aa" + "".join(" NEAR/2 bb) OR cc" for _ in range(20))
    tree = parse(query)
    assert tree == parse(write(tree))

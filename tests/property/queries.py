"""Random queries over a small vocabulary, as text."""

from __future__ import annotations

from hypothesis import strategies as st

from streams.errors import QueryError
from streams.query.ast import is_anchored
from streams.query.syntax import parse

WORDS = ["army", "war", "minsk", "belarus", "café", "ещё", "straße", "anti-war"]
WILD = ["ar*", "wa?", "be*us", "mi*", "str*e", "ми*"]


def _leaf() -> st.SearchStrategy[str]:
    word = st.sampled_from(WORDS + WILD)
    return word | st.lists(word, min_size=1, max_size=3).map(lambda words: f'"{" ".join(words)}"')


def _side() -> st.SearchStrategy[str]:
    either = st.lists(_leaf(), min_size=2, max_size=3).map(lambda leaves: f"({' OR '.join(leaves)})")
    return _leaf() | either | _leaf().map(lambda leaf: f"title:{leaf}")


def near() -> st.SearchStrategy[str]:
    return st.tuples(_side(), st.integers(1, 4), _side()).map(lambda t: f"{t[0]} NEAR/{t[1]} {t[2]}")


def _grow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    several = st.lists(inner, min_size=2, max_size=3)
    return (
        several.map(lambda parts: f"({' AND '.join(parts)})")
        | several.map(lambda parts: f"({' OR '.join(parts)})")
        | inner.map(lambda part: f"NOT {part}")
    )


def trees() -> st.SearchStrategy[str]:
    """Queries that are not refused: what a negation alone would match is left out."""
    meta = st.sampled_from(["lang:en", "lang:(ru OR en)", "outlet:a.example", "outlet:a*", "title:(army OR NOT war)"])
    leaves = _leaf() | near() | meta | _leaf().map(lambda leaf: f"title:{leaf}")
    return st.recursive(leaves, _grow, max_leaves=8).map(lambda query: f"({query})").filter(_is_accepted)


def _is_accepted(query: str) -> bool:
    try:
        return is_anchored(parse(query))
    except QueryError:
        return False

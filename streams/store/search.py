"""How does what a person typed become a full-text search? FTS5 on SQLite, tsvector on PostgreSQL.

Terms are handed over quoted and as parameters: no sign in them is an operator. SQLite folds case and accents,
PostgreSQL case alone (configuration ``simple``); neither stems, because watches are in many languages.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Select

from streams.store.paging import Term, read_terms
from streams.store.tables import SEARCH, TABLES

INDEX: Final = sa.table(SEARCH, sa.column("rowid", sa.BigInteger), sa.column(SEARCH, sa.Text))
_WORDS: Final = re.compile(r"\w+")


def text_match(q: str, is_sqlite: bool) -> ColumnElement[bool]:
    """A condition on the index (SQLite: ``INDEX``; PostgreSQL: ``article_texts``). Without a wanted word: false."""
    terms = read_terms(q)
    if all(term.is_unwanted for term in terms):
        return sa.false()
    if is_sqlite:
        return INDEX.c[SEARCH].op("MATCH")(to_fts5(terms))
    return TABLES.article_texts.c.search.op("@@", is_comparison=True)(_to_tsquery(terms))


def matching_articles(q: str, is_sqlite: bool) -> Select[Any]:
    """The ids of the articles whose title or text match."""
    texts = TABLES.article_texts
    condition = text_match(q, is_sqlite)
    found = sa.select(texts.c.article_id).where(condition)
    is_joined = is_sqlite and not isinstance(condition, sa.False_)
    return found.where(texts.c.place == INDEX.c.rowid) if is_joined else found


def has_words(column: ColumnElement[str], q: str) -> list[ColumnElement[bool]]:
    """Conditions on a column of folded words, for short records: every term is in it somewhere."""
    terms = read_terms(q)
    if all(term.is_unwanted for term in terms):
        return [sa.false()]
    found = [(column.contains(fold(term.text), autoescape=True), term.is_unwanted) for term in terms]
    return [sa.not_(condition) if is_unwanted else condition for condition, is_unwanted in found]


def fold(text: str) -> str:
    """Text as ``words`` columns hold it."""
    return " ".join(text.casefold().split())


def to_fts5(terms: Sequence[Term]) -> str:
    """
    >>> to_fts5([Term("war"), Term("troop", is_prefix=True), Term("sport", is_unwanted=True)])
    '("war" AND "troop"*) NOT "sport"'
    """

    def quoted(term: Term) -> str:
        return '"' + term.text.replace('"', '""').replace("\x00", " ") + '"' + "*" * term.is_prefix

    wanted = " AND ".join(quoted(term) for term in terms if not term.is_unwanted)
    unwanted = "".join(f" NOT {quoted(term)}" for term in terms if term.is_unwanted)
    return f"({wanted}){unwanted}"


def _to_tsquery(terms: Sequence[Term]) -> ColumnElement[Any]:
    def query(term: Term) -> ColumnElement[Any]:
        if not term.is_prefix:
            return sa.func.phraseto_tsquery(sa.literal_column("'simple'"), term.text)
        words = _WORDS.findall(term.text)  # nothing else may reach to_tsquery, which has a syntax
        return sa.func.to_tsquery(sa.literal_column("'simple'"), " <-> ".join(f"'{word}'" for word in words) + ":*")

    whole: ColumnElement[Any] | None = None
    for term in terms:
        part = query(term)
        part = sa.literal_column("!!").op("")(part) if term.is_unwanted else part
        whole = part if whole is None else whole.op("&&")(part)
    assert whole is not None
    return whole

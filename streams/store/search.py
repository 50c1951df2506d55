"""How does what a person typed become a full-text search? FTS5 on SQLite, tsvector on PostgreSQL.

Terms are handed over quoted and as parameters: no sign in them is an operator. SQLite folds case and accents,
PostgreSQL case alone (configuration ``simple``); neither stems, because watches are in many languages.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import ColumnElement
from sqlalchemy.engine import Connection

from streams.store.paging import Term, read_terms
from streams.store.tables import SEARCH, TABLES

INDEX: Final = sa.table(SEARCH, sa.column("rowid", sa.BigInteger), sa.column(SEARCH, sa.Text))
_FREQUENT: Final = 20_000
"""From so many articles on a word is frequent: a list of so many places costs what some hundred single tries cost."""
_WORDS: Final = re.compile(r"\w+")


def text_match(q: str, is_sqlite: bool) -> ColumnElement[bool]:
    """A condition on the index (SQLite: ``INDEX``; PostgreSQL: ``article_texts``). Without a wanted word: false."""
    terms = read_terms(q)
    if all(term.is_unwanted for term in terms):
        return sa.false()
    if is_sqlite:
        return INDEX.c[SEARCH].op("MATCH")(to_fts5(terms))
    return TABLES.article_texts.c.search.op("@@", is_comparison=True)(_to_tsquery(terms))


def matching_mentions(db: Connection, q: str) -> ColumnElement[bool]:
    """A condition on mentions: title or text of their article match.

    SQLite: a rare word is looked up once and gives a short list of places; for a frequent one each mention is tried in
    its turn, and a page is soon full. (A mention has its article's place, but for one in a milliard that shares its
    second and thirty bits of its id with another.)
    """
    m = TABLES.mentions
    condition = text_match(q, db.dialect.name == "sqlite")
    if isinstance(condition, sa.False_):
        return condition
    if db.dialect.name != "sqlite":
        return m.c.article_id.in_(sa.select(TABLES.article_texts.c.article_id).where(condition))
    places = sa.select(INDEX.c.rowid).where(condition)
    few = sa.select(sa.func.count()).select_from(places.limit(_FREQUENT).subquery())
    if (db.execute(few).scalar() or 0) < _FREQUENT:
        return m.c.place.in_(places)
    return sa.exists(sa.select(sa.literal(1)).select_from(INDEX).where(condition, INDEX.c.rowid == m.c.place))


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

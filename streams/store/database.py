"""Which database is the read model, and how is it opened? SQLite by default, PostgreSQL by URL.

SQLite: one file in WAL mode, any number of readers beside one writer; a writer takes its turn at the beginning of its
transaction (BEGIN IMMEDIATE), so that it never finds out at the end that another was faster. PostgreSQL: psycopg 3.
No transaction outlives a ``with`` block.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from streams.errors import SettingError, StoreBroken
from streams.settings import Settings
from streams.store.tables import META, SCHEMA_VERSION, TABLES, Tables, notes, search_index

BUSY_TIMEOUT_S: Final = 15.0
_EXPECTED = "expected sqlite:///relative/file.db, sqlite:////absolute/file.db or postgresql://user@host:port/database"
_VERSION = "schema_version"
_GENERATION = "generation"
_LOCK_KEY = 0x6E657773  # any number that is ours: creation takes turns on PostgreSQL


@dataclass(frozen=True, slots=True)
class Store:
    """An open read model; may be shared by threads."""

    engine: Engine

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent view. Keep it short. Raises StoreBroken."""
        with _in_our_words(), self.engine.connect() as db, db.begin():
            yield db

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction: all of the block or, if it raises, nothing. Raises StoreBroken."""
        with _in_our_words(), self.engine.connect() as db:
            db = db.execution_options(newsvane_writes=True)
            with db.begin():
                yield db

    def close(self) -> None:
        self.engine.dispose()


def open_store(settings: Settings, *, any_version: bool = False) -> Store:
    """Open the read model that the settings name, and make what is missing.

    Raises SettingError for a URL that is none, StoreBroken for a database that can't be used or that another version
    made (``any_version``: a rebuild wants it all the same).
    """
    store = Store(make_engine(settings.store))
    try:
        version = _prepare(store)
    except BaseException:
        store.close()
        raise
    if version != SCHEMA_VERSION and not any_version:
        store.close()
        raise StoreBroken(
            f"the store has version {version} of the tables, this Newsvane has {SCHEMA_VERSION}; "
            "run 'newsvane store rebuild'"
        )
    return store


def make_engine(url: str) -> Engine:
    """The engine of a store's URL, not connected yet. Raises SettingError."""
    scheme, separator, rest = url.partition("://")
    if separator and scheme == "sqlite" and rest.startswith("/") and len(rest) > 1 and not rest.endswith("/"):
        path = Path(unquote(rest[1:]))
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreBroken(f"the store's folder '{path.parent}' can't be made: {error.strerror}") from None
        engine = sa.create_engine(
            sa.URL.create("sqlite", database=str(path)), pool_size=8, max_overflow=56, pool_timeout=BUSY_TIMEOUT_S
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    if separator and scheme in ("postgresql", "postgres"):
        try:
            return sa.create_engine(
                f"postgresql+psycopg://{rest}",
                pool_size=8,
                max_overflow=24,
                pool_timeout=BUSY_TIMEOUT_S,
                pool_pre_ping=True,
                connect_args={"connect_timeout": 10},
            )
        except (ArgumentError, ValueError):
            # the text is not repeated: it may hold a password
            raise SettingError(f"setting NEWSVANE_STORE is a malformed postgresql URL; {_EXPECTED}") from None
    raise SettingError(f"setting NEWSVANE_STORE names no known database ('{scheme[:20]}'); {_EXPECTED}")


def read_note(db: Connection, name: str) -> str | None:
    return db.execute(sa.select(notes.c.value).where(notes.c.name == name)).scalar()


def write_note(db: Connection, name: str, value: str) -> None:
    db.execute(sa.delete(notes).where(notes.c.name == name))
    db.execute(sa.insert(notes).values(name=name, value=value))


def generation_of(db: Connection) -> int:
    """How often the tables were built; names of indexes end in it."""
    return int(read_note(db, _GENERATION) or 0)


def note_build(db: Connection, generation: int) -> None:
    """Write down that the tables are of this version now."""
    write_note(db, _GENERATION, str(generation))
    write_note(db, _VERSION, str(SCHEMA_VERSION))


def create_tables(db: Connection, tables: Tables, prefix: str = "") -> None:
    """Create this set of tables, with what full-text search needs."""
    tables.metadata.create_all(db)
    if db.dialect.name == "sqlite":
        for statement in search_index(prefix):
            db.exec_driver_sql(statement)
    else:
        texts = tables.article_texts.name
        db.exec_driver_sql(f"CREATE INDEX gin_{prefix}search_{_build_of(tables)} ON {texts} USING gin (search)")


def _build_of(tables: Tables) -> str:
    return str(tables.articles.metadata.naming_convention["pk"]).rpartition("_")[2]


def _prepare(store: Store) -> int:
    """Create what is missing; return the version of the tables that are there."""
    with store.reading() as db:
        if sa.inspect(db).has_table(notes.name) and (version := read_note(db, _VERSION)):
            return int(version)
    with store.writing() as db:
        if not store.is_sqlite:
            db.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK_KEY)))
        META.create_all(db, tables=[notes])
        if version := read_note(db, _VERSION):
            return int(version)
        create_tables(db, TABLES)
        note_build(db, 0)
    return SCHEMA_VERSION


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions begin where we say, also before a CREATE
    connection.execute(f"PRAGMA busy_timeout = {int(BUSY_TIMEOUT_S * 1000)}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA journal_size_limit = 67108864")


def _begin_sqlite(db: Connection) -> None:
    db.exec_driver_sql("BEGIN IMMEDIATE" if db.get_execution_options().get("newsvane_writes") else "BEGIN")


@contextmanager
def _in_our_words() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        raise StoreBroken(f"the store: {_first_line(error.orig)}; see NEWSVANE_STORE") from error
    except SQLAlchemyError as error:
        raise StoreBroken(f"the store: {_first_line(error)}; see NEWSVANE_STORE") from error
    except sqlite3.Error as error:
        raise StoreBroken(f"the store: {_first_line(error)}; see NEWSVANE_STORE") from error


def _first_line(error: object) -> str:
    return str(error).strip().partition("\n")[0][:300]

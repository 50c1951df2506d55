"""Is this file one of our logs, and what does its damage mean? Schema, opening, and the errors of SQLite in our words.

A record's row id is ``slot << 40 | offset``, where a slot is one partition of one topic: the table is its own index
and an append to the last partition is an append to the file. ``time_block`` has the greatest timestamp of each run of
256 offsets, so a seek by time skips whole runs and is right where timestamps go back and forth; after deletions its
values are upper bounds. ``partition`` keeps the high water, so offsets never restart.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Literal

from streams.errors import DiskFull, InfrastructureError, NewsvaneError

APPLICATION_ID: Final = 0x4E575356  # "NWSV"
SCHEMA_VERSION: Final = 1
OFFSET_BITS: Final = 40
BLOCK: Final = 256

Synchronous = Literal["NORMAL", "FULL"]

_SCHEMA = """
CREATE TABLE topic (
    name TEXT PRIMARY KEY, partitions INTEGER NOT NULL, cleanup TEXT NOT NULL,
    retention_ms INTEGER NOT NULL, retention_bytes INTEGER NOT NULL, config TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE partition (
    slot INTEGER PRIMARY KEY, topic TEXT NOT NULL, partition INTEGER NOT NULL,
    end_offset INTEGER NOT NULL DEFAULT 0,
    records INTEGER NOT NULL DEFAULT 0, bytes INTEGER NOT NULL DEFAULT 0,
    compacted_to INTEGER NOT NULL DEFAULT 0, oldest_tombstone_ms INTEGER,
    UNIQUE (topic, partition)
) STRICT;
CREATE TABLE record (
    id INTEGER PRIMARY KEY, timestamp_ms INTEGER NOT NULL, key BLOB, headers BLOB, value BLOB
) STRICT;
CREATE TABLE time_block (first_id INTEGER PRIMARY KEY, max_timestamp_ms INTEGER NOT NULL) STRICT;
CREATE TABLE committed (
    group_name TEXT NOT NULL, topic TEXT NOT NULL, partition INTEGER NOT NULL, next_offset INTEGER NOT NULL,
    PRIMARY KEY (group_name, topic, partition)
) STRICT, WITHOUT ROWID;
CREATE TABLE state (
    stage TEXT NOT NULL, partition INTEGER NOT NULL, key BLOB NOT NULL, value BLOB NOT NULL,
    PRIMARY KEY (stage, partition, key)
) STRICT;
"""


def connect(path: Path, synchronous: Synchronous, busy_timeout_s: float) -> sqlite3.Connection:
    """Open or create the file. Raises InfrastructureError in one line for what is no log of ours."""
    if not path.parent.is_dir():
        raise InfrastructureError(f"log file '{path}': folder '{path.parent}' does not exist; create it")
    with in_our_words(path):
        db = sqlite3.connect(path, timeout=busy_timeout_s, isolation_level=None, check_same_thread=False)
        try:
            _recognise(db, path)
            # only now: a file of another program is left exactly as it was. auto_vacuum counts before the first page
            db.execute("PRAGMA auto_vacuum = INCREMENTAL")
            _switch_to_wal(db, time.monotonic() + busy_timeout_s)
            db.execute(f"PRAGMA synchronous = {synchronous}")
            db.execute(f"PRAGMA journal_size_limit = {16 << 20}")
            db.execute("BEGIN IMMEDIATE")
            if db.execute("PRAGMA user_version").fetchone() == (0,):
                for statement in _SCHEMA.split(";\n"):
                    db.execute(statement)
                db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
            db.execute("COMMIT")
        except BaseException:
            db.close()
            raise
    return db


def _recognise(db: sqlite3.Connection, path: Path) -> None:
    db.execute("BEGIN")  # one look: another process may be creating the schema
    (tables,) = db.execute("SELECT count(*) FROM sqlite_master").fetchone()
    (application_id,) = db.execute("PRAGMA application_id").fetchone()
    (version,) = db.execute("PRAGMA user_version").fetchone()
    db.execute("COMMIT")
    if application_id != APPLICATION_ID and (application_id or version or tables):
        raise InfrastructureError(f"'{path}' is a database of another program; name another file")
    if version > SCHEMA_VERSION:
        raise InfrastructureError(
            f"log file '{path}' has schema version {version}, this program knows {SCHEMA_VERSION}; upgrade Newsvane"
        )


def _switch_to_wal(db: sqlite3.Connection, deadline: float) -> None:
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            # this one does not wait for a lock by itself: two processes may be creating the file
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.005)


@contextmanager
def in_our_words(path: Path) -> Iterator[None]:
    """Turn what SQLite says about disk, lock and damage into our errors; a programmer's mistake passes through."""
    try:
        yield
    except sqlite3.Error as error:
        translated = _translate(path, error)
        if translated is None:
            raise
        raise translated from error


def _translate(path: Path, error: sqlite3.Error) -> NewsvaneError | None:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_FULL:
        return DiskFull(f"log file '{path}' cannot grow ({error}); free disk space or shorten the retention")
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return InfrastructureError(f"log file '{path}' stayed locked by another process; see which one writes for long")
    if code == sqlite3.SQLITE_NOTADB:
        return InfrastructureError(f"'{path}' is not a SQLite database; name another file")
    if code == sqlite3.SQLITE_CORRUPT:
        return InfrastructureError(f"log file '{path}' is damaged ({error}); restore it from a copy")
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR):
        return InfrastructureError(f"log file '{path}' cannot be read or written ({error}); check rights and disk")
    return None

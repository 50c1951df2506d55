"""What is still to be sent, and what was decided so far? One SQLite file, which survives a kill at any moment.

Tables: the planner's state; the last record of every alert that it knows; every delivery with its last record and,
while it may be sent, its words; the positions in the input topics; and what the topic of deliveries has yet to be told.
Each method that writes is one transaction, synchronised to disk: a plan with its positions, an attempt with its result.
So an alert is either not read yet, or decided, and a delivery that was decided is sent until there is an answer.

``publish`` rows are deleted after the topic has acknowledged them: each change of state gets there at least once. The
file can be rebuilt from the topic (``rebuild.py``). One object belongs to one thread at a time.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple, cast

import orjson

from streams.deliver.fates import read_time
from streams.deliver.state import Change, Key, PlannerState
from streams.errors import DiskFull, InfrastructureError
from streams.model.records import Alert

APPLICATION_ID: Final = 0x4E575344  # "NWSD"
VERSION: Final = 1
OPEN_STATES: Final = ("pending", "retrying")
KEEP_WORDS_MS: Final = 14 * 86_400_000
KEEP_DELIVERIES_MS: Final = 90 * 86_400_000

_SCHEMA: Final = """
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE planner (key TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE body (alert_id TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE position (
    topic TEXT NOT NULL, partition INTEGER NOT NULL, next_offset INTEGER NOT NULL, PRIMARY KEY (topic, partition)
) STRICT, WITHOUT ROWID;
CREATE TABLE delivery (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, delivery_id TEXT NOT NULL UNIQUE, subscription_id TEXT NOT NULL,
    state TEXT NOT NULL, next_attempt_ms INTEGER, changed_ms INTEGER NOT NULL, why TEXT NOT NULL,
    record BLOB NOT NULL, words BLOB
) STRICT;
CREATE INDEX delivery_open ON delivery (next_attempt_ms) WHERE next_attempt_ms IS NOT NULL;
CREATE INDEX delivery_changed ON delivery (changed_ms);
CREATE TABLE publish (seq INTEGER PRIMARY KEY AUTOINCREMENT, record BLOB NOT NULL) STRICT;
"""

Record = dict[str, Any]
Place = tuple[str, int]


class Waiting(NamedTuple):
    """A delivery that is to be attempted at a time."""

    next_attempt_ms: int
    seq: int
    delivery_id: str
    subscription_id: str


class Outbox:
    """``line`` names the log and group whose alerts these are: a file of another line is refused."""

    def __init__(self, path: Path, line: str) -> None:
        self.path = path
        with self._in_our_words():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = _connect(path)
            try:
                self.is_new = self._prepare(line)
            except BaseException:
                self._db.close()
                raise
        self.bodies: Mapping[str, Alert] = _Bodies(path)

    def _prepare(self, line: str) -> bool:
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        (application,) = self._db.execute("PRAGMA application_id").fetchone()
        if version == 0 and application == 0:
            (tables,) = self._db.execute("SELECT count(*) FROM sqlite_master").fetchone()
            if tables:
                raise InfrastructureError(f"'{self.path}' is a database of another program; name another folder")
            with self._transaction():
                for statement in _SCHEMA.strip().split(";\n"):
                    self._db.execute(statement)
                self._db.execute("INSERT INTO about VALUES ('line', ?)", (line,))
                self._db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                self._db.execute(f"PRAGMA user_version = {VERSION}")
            return True
        if application != APPLICATION_ID or version > VERSION:
            raise InfrastructureError(
                f"outbox '{self.path}' has application id {application:#x} and version {version}, this program knows "
                f"{VERSION}; upgrade Newsvane or name another folder"
            )
        (found,) = self._db.execute("SELECT value FROM about WHERE name = 'line'").fetchone()
        if found != line:
            raise InfrastructureError(f"outbox '{self.path}' belongs to {found}, not to {line}; name another folder")
        return False

    # What is there

    def load_state(self) -> PlannerState:
        with self._in_our_words():
            rows = self._db.execute("SELECT key, value FROM planner")
            return PlannerState((tuple(orjson.loads(key)), orjson.loads(value)) for key, value in rows)

    def positions(self) -> dict[Place, int]:
        """The next offset to read, by topic and partition."""
        with self._in_our_words():
            rows = self._db.execute("SELECT topic, partition, next_offset FROM position").fetchall()
        return {(topic, partition): offset for topic, partition, offset in rows}

    def waiting(self) -> list[Waiting]:
        """Everything that is to be attempted, the earliest first."""
        with self._in_our_words():
            rows = self._db.execute(
                "SELECT next_attempt_ms, seq, delivery_id, subscription_id FROM delivery"
                " WHERE next_attempt_ms IS NOT NULL ORDER BY next_attempt_ms, seq"
            ).fetchall()
        return [Waiting(*row) for row in rows]

    def delivery(self, delivery_id: str) -> tuple[Record, str, bytes | None] | None:
        """Its last record, why it was decided, and its words."""
        with self._in_our_words():
            row = self._db.execute(
                "SELECT record, why, words FROM delivery WHERE delivery_id = ?", (delivery_id,)
            ).fetchone()
        return (orjson.loads(row[0]), row[1], row[2]) if row is not None else None

    def unpublished(self, limit: int) -> list[tuple[int, Record]]:
        """What the topic has yet to be told, in the order of events."""
        with self._in_our_words():
            rows = self._db.execute("SELECT seq, record FROM publish ORDER BY seq LIMIT ?", (limit,)).fetchall()
        return [(seq, orjson.loads(record)) for seq, record in rows]

    # What happens

    def commit_plan(
        self,
        changes: Iterable[Change],
        bodies: Iterable[Alert],
        decided: Iterable[tuple[Record, bytes | None]],
        positions: Mapping[Place, int],
    ) -> list[Waiting]:
        """Write a plan and how far the topics were read; return what it has to be sent.

        A delivery id that is there already stays as it is: it was decided before.
        """
        new = []
        with self._transaction():
            self._change(changes)
            self._db.executemany(
                "INSERT INTO body VALUES (?, ?) ON CONFLICT (alert_id) DO UPDATE SET value = excluded.value",
                [(alert["alert_id"], orjson.dumps(alert)) for alert in bodies],
            )
            for record, words in decided:
                waiting = self._insert(record, words)
                if waiting is not None:
                    new += [waiting] if waiting.next_attempt_ms >= 0 else []
                    self._db.execute("INSERT INTO publish (record) VALUES (?)", (orjson.dumps(record),))
            self._move(positions)
        return new

    def record_changes(self, records: Sequence[Record]) -> None:
        """Write the new states of deliveries that are there, and tell them to the topic."""
        with self._transaction():
            for record in records:
                self._update(record)
                self._db.execute("INSERT INTO publish (record) VALUES (?)", (orjson.dumps(record),))

    def keep_words(self, delivery_id: str, words: bytes) -> None:
        with self._transaction():
            self._db.execute("UPDATE delivery SET words = ? WHERE delivery_id = ?", (words, delivery_id))

    def mark_published(self, last_seq: int) -> None:
        """Everything up to this has been acknowledged by the topic."""
        with self._transaction():
            self._db.execute("DELETE FROM publish WHERE seq <= ?", (last_seq,))

    def take_over(
        self, records: Sequence[Record], changes: Iterable[Change], positions: Mapping[Place, int]
    ) -> list[Waiting]:
        """Write what the topic of deliveries tells that this file does not know; return what is to be sent of it."""
        with self._transaction():
            self._change(changes)
            for record in records:
                if self._insert(record, None) is None:
                    self._update(record)
            self._move(positions)
            ids = [record["delivery_id"] for record in records if record["state"] in OPEN_STATES]
        return [waiting for waiting in self.waiting() if waiting.delivery_id in set(ids)] if ids else []

    def knows(self, record: Mapping[str, Any]) -> bool:
        """Whether this record, or a later one of its delivery, is in the file."""
        with self._in_our_words():
            row = self._db.execute(
                "SELECT changed_ms FROM delivery WHERE delivery_id = ?", (record["delivery_id"],)
            ).fetchone()
        return row is not None and row[0] >= read_time(record["changed_at"])

    def forget_old(self, now_ms: int) -> None:
        """Drop the words of what is done, and what the topic has forgotten as well."""
        with self._transaction():
            self._db.execute(
                "UPDATE delivery SET words = NULL"
                " WHERE changed_ms < ? AND next_attempt_ms IS NULL AND words IS NOT NULL",
                (now_ms - KEEP_WORDS_MS,),
            )
            self._db.execute(
                "DELETE FROM delivery WHERE changed_ms < ? AND next_attempt_ms IS NULL", (now_ms - KEEP_DELIVERIES_MS,)
            )
            self._db.execute(
                "DELETE FROM body WHERE NOT EXISTS"
                " (SELECT 1 FROM planner WHERE key = json_array('alert', body.alert_id))"
            )

    def close(self) -> None:
        cast(_Bodies, self.bodies).close()
        self._db.close()

    def _change(self, changes: Iterable[Change]) -> None:
        for key, value in changes:
            if value is None:
                self._db.execute("DELETE FROM planner WHERE key = ?", (_key(key),))
            else:
                self._db.execute(
                    "INSERT INTO planner VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                    (_key(key), orjson.dumps(value)),
                )

    def _insert(self, record: Record, words: bytes | None) -> Waiting | None:
        """A new row; None if the id is there. ``next_attempt_ms`` of -1: nothing is to be attempted."""
        at = read_time(record["next_attempt_at"]) if record["state"] in OPEN_STATES else None
        cursor = self._db.execute(
            "INSERT INTO delivery"
            " (delivery_id, subscription_id, state, next_attempt_ms, changed_ms, why, record, words)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (delivery_id) DO NOTHING",
            (
                record["delivery_id"], record["subscription_id"], record["state"], at,
                read_time(record["changed_at"]), record["reason"], orjson.dumps(record), words,
            ),
        )  # fmt: skip
        if cursor.rowcount == 0:
            return None
        return Waiting(
            -1 if at is None else at, cursor.lastrowid or 0, record["delivery_id"], record["subscription_id"]
        )

    def _update(self, record: Record) -> None:
        at = read_time(record["next_attempt_at"]) if record["state"] in OPEN_STATES else None
        self._db.execute(
            "UPDATE delivery SET state = ?, next_attempt_ms = ?, changed_ms = ?, record = ? WHERE delivery_id = ?",
            (record["state"], at, read_time(record["changed_at"]), orjson.dumps(record), record["delivery_id"]),
        )

    def _move(self, positions: Mapping[Place, int]) -> None:
        self._db.executemany(
            "INSERT INTO position VALUES (?, ?, ?)"
            " ON CONFLICT (topic, partition) DO UPDATE SET next_offset = excluded.next_offset",
            [(topic, partition, offset) for (topic, partition), offset in positions.items()],
        )

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._in_our_words():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    @contextmanager
    def _in_our_words(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            if code == sqlite3.SQLITE_FULL:
                raise DiskFull(f"outbox '{self.path}' cannot grow ({error}); free disk space") from error
            raise InfrastructureError(
                f"outbox '{self.path}' cannot be used ({error}); check rights and disk. A damaged file may be deleted: "
                "it is built again from the topic of deliveries"
            ) from error
        except OSError as error:
            raise InfrastructureError(f"outbox '{self.path}' cannot be opened: {error.strerror}") from error


class _Bodies(Mapping[str, Alert]):
    """The last record of each alert, through a connection of its own: read from another thread than what writes."""

    def __init__(self, path: Path) -> None:
        self._db = _connect(path)

    def __getitem__(self, alert_id: str) -> Alert:
        row = self._db.execute("SELECT value FROM body WHERE alert_id = ?", (alert_id,)).fetchone()
        if row is None:
            raise KeyError(alert_id)
        return cast(Alert, orjson.loads(row[0]))

    def __iter__(self) -> Iterator[str]:
        return iter([row[0] for row in self._db.execute("SELECT alert_id FROM body ORDER BY alert_id")])

    def __len__(self) -> int:
        (count,) = self._db.execute("SELECT count(*) FROM body").fetchone()
        return int(count)

    def close(self) -> None:
        self._db.close()


def _connect(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=10, isolation_level=None, check_same_thread=False)
    try:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
    except BaseException:
        db.close()
        raise
    return db


def _key(key: Key) -> str:
    return orjson.dumps(key).decode()

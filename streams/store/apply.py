"""Records of one topic partition become rows, together with the position behind them: all or nothing.

Applying is idempotent: the last record under an id wins, as on the topic; what is counted (outlets, volumes) moves by
the difference to the row that was there. Records that the position is past are passed over. A record that can't be
read, or that the database can't hold, is counted as unreadable and its neighbours pass: a foreign record in a topic
must not stop the store.

Fillers take turns: each locks the generation note first (SQLite: each write transaction is alone anyway), so that two
of them, or one and the swap of a rebuild, never work on one row.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
import sqlalchemy as sa
from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DataError, IntegrityError

from schemas import decode, topics, validate
from streams.errors import InvalidRecord
from streams.log.protocol import StoredRecord
from streams.store import rows
from streams.store.counts import Counts
from streams.store.database import Store
from streams.store.rows import Record, Values
from streams.store.tables import SEARCHED_CHARACTERS, Tables, notes

_LOG = logging.getLogger(__name__)
_UNHOLDABLE: Final = (DataError, IntegrityError, OverflowError, UnicodeError)
_READ_FAILURES: Final = (KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError)
_IN_CHUNK: Final = 400

Read = tuple[Record, bytes, int]
"""A record, its bytes and its time in the log."""


@dataclass(frozen=True, slots=True)
class Applied:
    """``position``: the next offset, as the database has it now. ``stale``: it was another than the caller thought,
    and nothing was written: read again from there."""

    position: int
    stale: bool
    unreadable: int = 0


def apply_batch(
    store: Store, tables: Tables, batch: Sequence[StoredRecord], expected: int, check: Callable[[Connection], None]
) -> Applied:
    """Apply records of one partition that follow ``expected``; ``check`` may refuse inside the transaction."""
    try:
        return _apply(store, tables, batch, expected, check)
    except _UNHOLDABLE:
        pass
    except Exception as error:
        if not isinstance(error.__cause__, _UNHOLDABLE):
            raise
    if len(batch) == 1:
        _LOG.error("%s[%d]@%d: the store can't hold this record; it is passed over", *batch[0][:3])
        return _apply(store, tables, batch, expected, check, skip=True)
    applied = Applied(expected, False)
    unreadable = 0
    for stored in batch:
        applied = apply_batch(store, tables, [stored], applied.position, check)
        if applied.stale:
            return applied
        unreadable += applied.unreadable
    return Applied(applied.position, False, unreadable)


def _apply(
    store: Store,
    tables: Tables,
    batch: Sequence[StoredRecord],
    expected: int,
    check: Callable[[Connection], None],
    skip: bool = False,
) -> Applied:
    topic, partition = batch[0].topic, batch[0].partition
    with store.writing() as db:
        lock(db)
        check(db)
        position = _position(db, tables, topic, partition)
        if position != expected:
            return Applied(position, True)
        kind = topics()[topic].record or ""
        read: list[Read] = []
        gone: list[bytes] = []
        unreadable = 0
        for stored in batch:
            if stored.value is None:
                gone.append(stored.key or b"")
            elif (record := None if skip else _decode(kind, stored)) is None:
                unreadable += 1
            else:
                read.append((record, stored.value, stored.timestamp_ms))
        Writer(db, tables).write(kind, read, gone)
        p = tables.positions
        following = batch[-1].offset + 1
        moved = {"next_offset": following, "unreadable": p.c.unreadable + unreadable}
        db.execute(sa.update(p).where(p.c.topic == topic, p.c.partition == partition).values(moved))
    return Applied(following, False, unreadable)


def lock(db: Connection) -> None:
    """Take the turn of writers, until the transaction ends."""
    if db.dialect.name != "sqlite":
        db.execute(sa.select(notes.c.value).where(notes.c.name == "generation").with_for_update())


def _position(db: Connection, tables: Tables, topic: str, partition: int) -> int:
    p = tables.positions
    query = sa.select(p.c.next_offset).where(p.c.topic == topic, p.c.partition == partition)
    found = db.execute(query).scalar()
    if found is None:
        db.execute(sa.insert(p).values(topic=topic, partition=partition, next_offset=0, missed=0, unreadable=0))
        return 0
    return int(found)


def move_position(store: Store, tables: Tables, topic: str, partition: int, missed: int, to: int) -> None:
    """Pass over what retention deleted before it was read; ``missed`` is how many offsets that were."""
    with store.writing() as db:
        lock(db)
        before = _position(db, tables, topic, partition)
        if before < to:
            p = tables.positions
            moved = {"next_offset": to, "missed": p.c.missed + missed}
            db.execute(sa.update(p).where(p.c.topic == topic, p.c.partition == partition).values(moved))


def _decode(kind: str, stored: StoredRecord) -> Record | None:
    try:
        record = decode(kind, stored.value or b"")
        validate(kind, record)
        Writer.preview(kind, (record, stored.value or b"", stored.timestamp_ms))
    except InvalidRecord as error:
        _LOG.error("%s[%d]@%d: %s; the store passes over it", stored.topic, stored.partition, stored.offset, error)
    except _READ_FAILURES as error:
        place = f"{stored.topic}[{stored.partition}]@{stored.offset}"
        _LOG.error("%s: no %s that the store understands (%s); it is passed over", place, kind, type(error).__name__)
    else:
        return record
    return None


class Writer:
    """Writes the records of one kind into the tables, inside of one transaction."""

    def __init__(self, db: Connection, tables: Tables) -> None:
        self._db, self._t = db, tables
        self._counts = Counts(db, tables)

    @staticmethod
    def preview(kind: str, read: Read) -> None:
        """Make the rows and throw them away: what fails here would fail a whole batch."""
        record, value, timestamp_ms = read
        value.decode()
        if kind == "article-deduped":
            rows.article_row(record), rows.first_place(record), rows.article_text_row(record)
            Counts.hours_of(record)
        elif kind == "mention":
            rows.mention_row(record, value), rows.holders_of(record), Counts.hours_of(record)
        elif kind in ("statement", "alert"):
            rows.carriers_of(record), rows.time_of(timestamp_ms)

    def write(self, kind: str, read: Sequence[Read], gone: Sequence[bytes]) -> None:
        ids = [key.rpartition(b"/")[2].decode("utf-8", "replace") for key in gone]
        t = self._t
        if kind == "article-deduped":
            self._articles(read)
        elif kind == "mention":
            self._mentions(read)
        elif kind == "statement":
            self._spread(t.statements, t.statement_articles, "statement_id", rows.statement_row, read, ids)
        elif kind == "alert":
            self._spread(t.alerts, t.alert_articles, "alert_id", rows.alert_row, read, ids)
        elif kind in _VERSIONED:
            name, key = _VERSIONED[kind]
            self._upsert(getattr(t, name), [rows.version_row(key, record, value) for record, value, _ in read])
        elif kind == "delivery":
            self._upsert(t.deliveries, [rows.delivery_row(record, value) for record, value, _ in read])
            lists = {record["delivery_id"]: rows.alerts_of(record) for record, _, _ in read}
            self._replace(t.delivery_alerts, "delivery_id", lists, lambda alert_id: {"alert_id": alert_id})
        elif kind in _PLAIN:
            name, make = _PLAIN[kind]
            self._upsert(getattr(t, name), [make(record, value) for record, value, _ in read])
            if kind == "dead-letter-status" and ids:
                self._delete(t.dead_letter_statuses, "dead_letter_id", ids)
        self._counts.flush()

    def _articles(self, read: Sequence[Read]) -> None:
        t, texts = self._t.articles, self._t.article_texts
        last = {record["article_id"]: record for record, _, _ in read}
        before = self._find(t, "article_id", list(last))
        kept = self._find(texts, "article_id", list(last))
        wanted = [rows.first_place(record) for record in last.values()]
        taken: dict[int, str] = {place: row.article_id for place, row in self._find(t, "place", wanted).items()}
        values, gone, new = [], [], []
        for article_id, record in last.items():
            known = before.get(article_id)
            row = rows.article_row(record)
            if known is not None and known.published_at == row["published_at"]:
                row["place"] = known.place
            else:
                row["place"] = self._free_place(rows.first_place(record), article_id, taken)
            taken[row["place"]] = article_id
            values.append(row)
            if known is not None:
                self._counts.article(known._mapping, -1)
            self._counts.article(row, 1)
            text = {**rows.article_text_row(record), "place": row["place"]}
            old = kept.get(article_id)
            if old is None or any(getattr(old, name) != value for name, value in text.items()):
                gone += [article_id] if old is not None else []
                new.append(text)
        self._delete(texts, "article_id", gone)
        self._upsert(t, values)
        if new:
            new.sort(key=lambda row: row["place"])  # SQLite's full-text index writes ascending rows together
            statement = sa.insert(texts)
            if self._db.dialect.name != "sqlite":
                new = [{**row, "searched": f"{row['title']} {row['text']}"[:SEARCHED_CHARACTERS]} for row in new]
                vector = sa.func.to_tsvector(sa.literal_column("'simple'"), sa.bindparam("searched", type_=sa.Text))
                statement = statement.values(search=vector)
            self._db.execute(statement, new)

    def _free_place(self, place: int, article_id: str, taken: Mapping[int, str]) -> int:
        t = self._t.articles
        owner = taken.get(place)
        while owner is not None and owner != article_id:
            place += 1  # two ids share 30 bits within one second
            owner = taken.get(place) or self._db.execute(sa.select(t.c.article_id).where(t.c.place == place)).scalar()
        return place

    def _mentions(self, read: Sequence[Read]) -> None:
        t = self._t.mentions
        last = {record["mention_id"]: (record, value) for record, value, _ in read}
        before = self._find(t, "mention_id", list(last))
        values = [rows.mention_row(record, value) for record, value in last.values()]
        for row in values:
            known = before.get(row["mention_id"])
            if known is not None:
                self._counts.mention(known._mapping, -1)
            self._counts.mention(row, 1)
        self._upsert(t, values)
        lists = {mention_id: rows.holders_of(record) for mention_id, (record, _) in last.items()}
        self._replace(self._t.mention_holders, "mention_id", lists, lambda holder_id: {"holder_id": holder_id})

    def _spread(
        self,
        table: Table,
        articles: Table,
        key: str,
        make: Callable[[Record, bytes, int], Values],
        read: Sequence[Read],
        gone: Sequence[str],
    ) -> None:
        """Statements and alerts: the record, the articles that carry it, and the stories that it touches."""
        last = {record[key]: (record, value, at) for record, value, at in read}
        before = self._find(table, key, [*last, *gone])
        touched = {(row.watch_id, row.story_id) for row in before.values()}
        values = [make(record, value, at) for record, value, at in last.values()]
        touched |= {(row["watch_id"], row["story_id"]) for row in values}
        self._upsert(table, values)
        lists = {id_: rows.carriers_of(record) for id_, (record, _, _) in last.items()}
        self._delete(articles, key, [*lists, *gone])
        self._delete(table, key, list(gone))
        carried = [
            {key: id_, "article_id": article_id, "outlet": outlet}
            for id_, found in lists.items()
            for article_id, outlet in found.items()
        ]
        if carried:
            self._db.execute(sa.insert(articles), carried)
        for watch_id, story_id in sorted(touched):
            self._tell_story(watch_id, story_id)

    def _tell_story(self, watch_id: str, story_id: str) -> None:
        a, s, t = self._t.alerts, self._t.statements, self._t.stories
        alert = self._db.execute(
            sa.select(a.c.record)
            .where(a.c.story_id == story_id, a.c.watch_id == watch_id, a.c.status == "live")
            .order_by(a.c.alert_id)
            .limit(1)
        ).scalar()
        said = sa.select(s.c.record).where(s.c.story_id == story_id, s.c.watch_id == watch_id)
        found = [orjson.loads(each) for each in self._db.execute(said.where(s.c.status != "superseded")).scalars()]
        row = rows.story_row(watch_id, story_id, orjson.loads(alert) if alert else None, found)
        if row is None:
            self._db.execute(sa.delete(t).where(t.c.watch_id == watch_id, t.c.story_id == story_id))
        else:
            self._upsert(t, [row])

    def _replace(
        self, table: Table, key: str, lists: Mapping[str, Sequence[str]], row: Callable[[str], Values]
    ) -> None:
        self._delete(table, key, list(lists))
        new = [{key: id_, **row(each)} for id_, found in lists.items() for each in found]
        if new:
            self._db.execute(sa.insert(table), new)

    def _find(self, table: Table, key: str, ids: Sequence[Any]) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        for start in range(0, len(ids), _IN_CHUNK):
            query = sa.select(table).where(table.c[key].in_(ids[start : start + _IN_CHUNK]))
            found |= {getattr(row, key): row for row in self._db.execute(query)}
        return found

    def _delete(self, table: Table, key: str, ids: Sequence[str]) -> None:
        for start in range(0, len(ids), _IN_CHUNK):
            self._db.execute(sa.delete(table).where(table.c[key].in_(ids[start : start + _IN_CHUNK])))

    def _upsert(self, table: Table, values: Sequence[Values]) -> None:
        """Insert or take the place of the row with the same key; of several with one key the last wins."""
        keys = [column.name for column in table.primary_key]
        last = list({tuple(row[key] for key in keys): row for row in values}.values())
        if not last:
            return
        insert: Any = sqlite.insert if self._db.dialect.name == "sqlite" else postgresql.insert
        statement = insert(table)
        changed = {name: statement.excluded[name] for name in last[0] if name not in keys}
        self._db.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed), last)


_VERSIONED: Final = {
    "watch": ("watches", "watch_id"),
    "subscription": ("subscriptions", "subscription_id"),
    "silence": ("silences", "silence_id"),
}
_PLAIN: Final[dict[str, tuple[str, Callable[[Record, bytes], Values]]]] = {
    "acknowledgement": ("acknowledgements", rows.acknowledgement_row),
    "feedback": ("feedback", rows.feedback_row),
    "dead-letter": ("dead_letters", rows.dead_letter_row),
    "dead-letter-status": ("dead_letter_statuses", rows.dead_letter_status_row),
}

"""One thing by its id: an article with all that belongs to it, a mention, statement, story, alert, watch, delivery.

An id that was superseded leads to its successor, so that old links work; ``requested_id`` then says what was asked for.
"""

from __future__ import annotations

import re
from typing import Any, Final

import orjson
import sqlalchemy as sa
from sqlalchemy import Table
from sqlalchemy.engine import Connection

from streams.errors import WrongFilter
from streams.store.database import Store
from streams.store.marks import mark_alerts
from streams.store.paging import Row
from streams.store.tables import TABLES

MAX_CLUSTER: Final = 100
_MAX_STEPS: Final = 20
_HEX: Final = re.compile(r"[0-9a-f]{4,32}")
_KINDS: Final[dict[str, tuple[Table, str]]] = {
    "alert": (TABLES.alerts, "alert_id"),
    "article": (TABLES.articles, "article_id"),
    "mention": (TABLES.mentions, "mention_id"),
    "statement": (TABLES.statements, "statement_id"),
    "delivery": (TABLES.deliveries, "delivery_id"),
}


def article(store: Store, article_id: str, watch_id: str | None = None) -> Row | None:
    """The article as its topic has it, and besides:

    ``text`` is null and ``has_text`` false where the store no longer keeps the text; ``mentions`` (of one watch, or of
    all, by watch: label, highlights, statements, left_out, watch_version, ``alert_ids``); ``cluster`` (up to 100
    members in order of publication: article_id, outlet, url, title, published_at, kind, reason) and ``cluster_size``;
    ``versions`` of its URL in order (article_id, version, title, published_at, arrived_at).
    """
    t, texts = TABLES.articles, TABLES.article_texts
    with store.reading() as db:
        row = db.execute(sa.select(t).where(t.c.article_id == article_id)).first()
        if row is None:
            return None
        kept = db.execute(sa.select(texts).where(texts.c.article_id == article_id)).first()
        found: Row = orjson.loads(row.record)
        found |= {"has_text": kept is not None, "text": None, "boilerplate": []}
        if kept is not None:
            found |= {**orjson.loads(kept.record), "text": kept.text}
        found["mentions"] = _mentions(db, article_id, watch_id)
        members = sa.select(t).where(t.c.cluster_id == row.cluster_id).order_by(t.c.place).limit(MAX_CLUSTER)
        found["cluster"] = [_member(each) for each in db.execute(members)]
        found["cluster_size"] = db.execute(
            sa.select(sa.func.count()).select_from(t).where(t.c.cluster_id == row.cluster_id)
        ).scalar()
        names = ("article_id", "version", "title", "published_at", "arrived_at")
        versions = sa.select(*(t.c[name] for name in names)).where(t.c.url_id == row.url_id)
        ordered = versions.order_by(t.c.version, t.c.published_at, t.c.article_id)
        found["versions"] = [dict(each) for each in db.execute(ordered).mappings()]
    return found


def alert(store: Store, alert_id: str) -> Row | None:
    """The alert, or the one that took its place. Besides: as in ``queries.alerts``, and ``requested_id``,
    ``statement_record`` (the statement over all its carriers, or null), ``deliveries`` (up to 100, newest first)."""
    t, statements = TABLES.alerts, TABLES.statements
    with store.reading() as db:
        row = last_in_line(db, t, "alert_id", alert_id)
        if row is None:
            return None
        (found,) = mark_alerts(db, [(orjson.loads(row.record), row.changed_at)])
        said = db.execute(sa.select(statements.c.record).where(statements.c.statement_id == row.statement_id)).scalar()
        held, sent = TABLES.delivery_alerts, TABLES.deliveries
        query = sa.select(sent.c.record).select_from(sent.join(held, held.c.delivery_id == sent.c.delivery_id))
        query = query.where(held.c.alert_id.in_({row.alert_id, alert_id}))
        newest = query.order_by(sent.c.changed_at.desc(), sent.c.delivery_id).limit(100)
        return {
            **found,
            "requested_id": alert_id,
            "statement_record": orjson.loads(said) if said else None,
            "deliveries": [orjson.loads(record) for record in db.execute(newest).scalars()],
        }


def statement(store: Store, statement_id: str) -> Row | None:
    """The statement, or the one that took its place. Besides: ``requested_id``."""
    with store.reading() as db:
        row = last_in_line(db, TABLES.statements, "statement_id", statement_id)
    return None if row is None else {**orjson.loads(row.record), "requested_id": statement_id}


def mention(store: Store, mention_id: str) -> Row | None:
    return _one(store, TABLES.mentions, "mention_id", mention_id)


def delivery(store: Store, delivery_id: str) -> Row | None:
    return _one(store, TABLES.deliveries, "delivery_id", delivery_id)


def story(store: Store, watch_id: str, story_id: str) -> Row | None:
    """The story as ``queries.stories`` has it. Besides: ``alert`` and ``statement_records``."""
    t, said = TABLES.stories, TABLES.statements
    with store.reading() as db:
        record = db.execute(sa.select(t.c.record).where(t.c.watch_id == watch_id, t.c.story_id == story_id)).scalar()
        if record is None:
            return None
        found: Row = orjson.loads(record)
        query = sa.select(said.c.record).where(said.c.watch_id == watch_id, said.c.story_id == story_id)
        query = query.where(said.c.status != "superseded").order_by(said.c.said_at, said.c.statement_id)
        found["statement_records"] = [orjson.loads(each) for each in db.execute(query).scalars()]
        found["alert"] = None
        if found["alert_id"] is not None:
            a = TABLES.alerts
            row = db.execute(sa.select(a).where(a.c.alert_id == found["alert_id"])).one()
            (found["alert"],) = mark_alerts(db, [(orjson.loads(row.record), row.changed_at)])
    return found


def watch(store: Store, watch_id: str, version: int | None = None) -> Row | None:
    """The newest version of the watch, or this one."""
    found = watch_history(store, watch_id)
    if version is None:
        return found[-1] if found else None
    return next((each for each in found if each["version"] == version), None)


def watch_history(store: Store, watch_id: str) -> list[Row]:
    """All versions, oldest first."""
    t = TABLES.watches
    query = sa.select(t.c.record).where(t.c.watch_id == watch_id).order_by(t.c.version)
    with store.reading() as db:
        return [orjson.loads(record) for record in db.execute(query).scalars()]


def find_ids(store: Store, beginning: str, *, limit: int = 10) -> list[tuple[str, str]]:
    """The things whose id begins so: (kind, id), of alerts, articles, mentions, statements and deliveries.

    Raises WrongFilter for less than four or other than hexadecimal digits.
    """
    if not _HEX.fullmatch(beginning):
        raise WrongFilter("id", beginning, "4-32 hexadecimal digits in lower case")
    found = []
    with store.reading() as db:
        for kind, (table, key) in _KINDS.items():
            column = table.c[key]
            query = sa.select(column).where(column >= beginning, column < beginning + "g").order_by(column)
            found += [(kind, each) for each in db.execute(query.limit(limit)).scalars()]
    return found[:limit]


def _one(store: Store, table: Table, key: str, value: str) -> Row | None:
    with store.reading() as db:
        record = db.execute(sa.select(table.c.record).where(table.c[key] == value)).scalar()
    return None if record is None else orjson.loads(record)


def last_in_line(db: Connection, table: Table, key: str, value: str) -> Any:
    """The row of this id, or of the last of its successors that is there."""
    row = db.execute(sa.select(table).where(table.c[key] == value)).first()
    for _ in range(_MAX_STEPS):
        if row is None or row.successor_id is None:
            break
        following = db.execute(sa.select(table).where(table.c[key] == row.successor_id)).first()
        if following is None:
            break
        row = following
    return row


def _mentions(db: Connection, article_id: str, watch_id: str | None) -> list[Row]:
    t, carried, a = TABLES.mentions, TABLES.alert_articles, TABLES.alerts
    query = sa.select(t.c.record).where(t.c.article_id == article_id).order_by(t.c.watch_id)
    if watch_id is not None:
        query = query.where(t.c.watch_id == watch_id)
    found = [orjson.loads(record) for record in db.execute(query).scalars()]
    alerts = sa.select(a.c.watch_id, a.c.alert_id).select_from(a.join(carried, carried.c.alert_id == a.c.alert_id))
    alerts = alerts.where(carried.c.article_id == article_id, a.c.status == "live").order_by(a.c.alert_id)
    led = [tuple(row) for row in db.execute(alerts)]
    return [{**each, "alert_ids": [id_ for watch, id_ in led if watch == each["watch_id"]]} for each in found]


def _member(row: Any) -> Row:
    reason = orjson.loads(row.record)["dedupe"]["reason"]
    names = ("article_id", "outlet", "url", "title", "published_at", "kind")
    return {**{name: getattr(row, name) for name in names}, "reason": reason}

"""What is in the store? One function a list, one a thing; nothing here writes.

A list takes ``Filters``, a limit and a cursor and gives a ``Page``, newest first. An item is the record as its topic
has it (``streams.model.records``) with a few fields of the store beside it, named in each docstring. A thing that is
not there is None. Raises WrongFilter, WrongCursor, StoreBroken.

| list | order | filters |
|---|---|---|
| articles | published_at | watch, label, holder, kind (original, exact, near), outlet, language, since, until, q |
| mentions | published_at | watch, label, holder, kind, outlet, language, since, until, q |
| statements | said_at | watch, label, holder, lane, status, story, outlet, since, until, q |
| stories | first_published_at | watch, label, holder, outlet, since, until, q |
| alerts | first_published_at, or changed_at | all but lane and subscription |
| deliveries | changed_at | watch, subscription, status (its state), kind (its event type), since, until |
| dead_letters | arrived_at | kind (its reason), status, since, until |
| feedback | given_at | watch, kind, since, until |
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, Literal

import orjson
import sqlalchemy as sa
from sqlalchemy import ColumnElement, Select, Table
from sqlalchemy.engine import Connection

from streams.errors import WrongFilter
from streams.model.times import epoch_ms, parse_utc
from streams.store.database import Store, open_store
from streams.store.insight import StanceTimeline, Volumes, facets, outlets, stance_timeline, volumes
from streams.store.marks import mark_alerts
from streams.store.paging import (
    DEFAULT_LIMIT,
    NO_FILTERS,
    Filters,
    Page,
    Row,
    check_filters,
    check_limit,
    read_cursor,
    write_cursor,
)
from streams.store.search import INDEX, has_words, matching_mentions, text_match
from streams.store.tables import TABLES
from streams.store.things import alert, article, delivery, find_ids, mention, statement, story, watch, watch_history

__all__ = [
    "Filters",
    "Page",
    "Row",
    "StanceTimeline",
    "Store",
    "Volumes",
    "acknowledgements",
    "alert",
    "alerts",
    "article",
    "articles",
    "dead_letters",
    "deliveries",
    "delivery",
    "facets",
    "feedback",
    "find_ids",
    "mention",
    "mentions",
    "open_store",
    "outlets",
    "silences",
    "stance_timeline",
    "statement",
    "statements",
    "stories",
    "story",
    "subscriptions",
    "volumes",
    "watch",
    "watch_history",
    "watches",
]

Condition = ColumnElement[bool]
_TEXT_KEY: Final = (str, str)
_PLACE_KEY: Final = (int, str)


def articles(
    store: Store, filters: Filters = NO_FILTERS, *, limit: int = DEFAULT_LIMIT, cursor: str | None = None
) -> Page:
    """Articles without their texts. Besides: ``labels``, the label that each watch gives."""
    filters, t = check_filters(filters), TABLES.articles
    of_watch = bool(filters.watch or filters.label or filters.holder)
    ms = TABLES.mentions
    place: ColumnElement[int] = ms.c.place if of_watch else t.c.place
    query = sa.select(t.c.article_id, place, t.c.record)

    # beside an outlet, kind and language choose too little for their index to be walked
    def hide(column: ColumnElement[str]) -> ColumnElement[str]:
        return sa.func.coalesce(column, "") if filters.outlet else column

    where = [*_any(hide(t.c.kind), filters.kind), *_any(hide(t.c.language), filters.language)]
    where += _any(t.c.outlet, filters.outlet)
    if of_watch:
        # several watches may have the article: it is shown once, by the first of them
        first = ms.alias()
        query = query.select_from(ms.join(t, t.c.article_id == ms.c.article_id))
        where += _of_watch(filters, ms)
        if len(filters.watch) != 1:
            earlier = [first.c.article_id == ms.c.article_id, first.c.mention_id < ms.c.mention_id]
            where.append(~sa.exists().where(*earlier, *_of_watch(filters, first)))
    order: Sequence[ColumnElement[Any]] = ()
    if filters.q is not None and not of_watch:
        where.append(text_match(filters.q, store.is_sqlite))
        if store.is_sqlite:
            query = query.select_from(INDEX.join(t, t.c.place == INDEX.c.rowid))
            place = INDEX.c.rowid
            order = (place.desc(),)  # its own order, without sorting all that match
        else:
            query = query.select_from(t.join(TABLES.article_texts, TABLES.article_texts.c.place == t.c.place))
    where += _between_places(place, filters)
    with store.reading() as db:
        if filters.q is not None and of_watch:
            where.append(matching_mentions(db, filters.q))
        key = (place, t.c.article_id)
        rows, next_cursor = _page(db, "articles", query.where(*where), key, _PLACE_KEY, limit, cursor, order)
        labels = _labels(db, [row.article_id for row in rows])
    items = [{**orjson.loads(row.record), "labels": labels.get(row.article_id, {})} for row in rows]
    return Page(items, next_cursor)


def mentions(
    store: Store, filters: Filters = NO_FILTERS, *, limit: int = DEFAULT_LIMIT, cursor: str | None = None
) -> Page:
    """Articles as watches see them: label, statements, what was left out."""
    filters, t = check_filters(filters), TABLES.mentions
    where = [*_of_watch(filters, t), *_any(t.c.kind, filters.kind), *_any(t.c.outlet, filters.outlet)]
    where += [*_any(t.c.language, filters.language), *_between_places(t.c.place, filters)]
    with store.reading() as db:
        if filters.q is not None:
            where.append(matching_mentions(db, filters.q))
        query = sa.select(t.c.mention_id, t.c.place, t.c.record).where(*where)
        rows, next_cursor = _page(db, "mentions", query, (t.c.place, t.c.mention_id), _PLACE_KEY, limit, cursor)
    return Page([orjson.loads(row.record) for row in rows], next_cursor)


def statements(
    store: Store, filters: Filters = NO_FILTERS, *, limit: int = DEFAULT_LIMIT, cursor: str | None = None
) -> Page:
    """Who says what, over all articles that carry it; not the superseded unless ``status`` asks for them."""
    filters, t = check_filters(filters), TABLES.statements
    where = [*_any(t.c.watch_id, filters.watch), *_any(t.c.stance, filters.label), *_any(t.c.lane, filters.lane)]
    where += [*_any(t.c.holder_id, filters.holder), *_any(t.c.story_id, filters.story)]
    where += _any(t.c.status, filters.status) or [t.c.status != "superseded"]
    where += _between(t.c.said_at, filters)
    if filters.outlet:
        carried = TABLES.statement_articles
        where.append(
            _exists(carried, carried.c.statement_id == t.c.statement_id, *_any(carried.c.outlet, filters.outlet))
        )
    if filters.q is not None:
        where += has_words(t.c.words, filters.q)
    query = sa.select(t.c.statement_id, t.c.said_at, t.c.record).where(*where)
    return _records(store, "statements", query, (t.c.said_at, t.c.statement_id), _TEXT_KEY, limit, cursor)


def stories(
    store: Store, filters: Filters = NO_FILTERS, *, limit: int = DEFAULT_LIMIT, cursor: str | None = None
) -> Page:
    """Happenings: ``story_id``, ``watch_id``, ``title``, ``label``, ``alert_id`` (null where the watch's rules raise no
    alert), ``holder``, ``holder_id``, ``reach``, ``first_published_at``, ``statements`` (their ids)."""
    filters, t = check_filters(filters), TABLES.stories
    where = [*_any(t.c.watch_id, filters.watch), *_any(t.c.label, filters.label), *_any(t.c.holder_id, filters.holder)]
    where += [*_any(t.c.story_id, filters.story), *_between(t.c.first_published_at, filters)]
    if filters.outlet:
        carried = TABLES.alert_articles
        where.append(_exists(carried, carried.c.alert_id == t.c.alert_id, *_any(carried.c.outlet, filters.outlet)))
    if filters.q is not None:
        where += has_words(t.c.words, filters.q)
    query = sa.select(t.c.story_id, t.c.first_published_at, t.c.watch_id, t.c.record).where(*where)
    key = (t.c.first_published_at, t.c.story_id, t.c.watch_id)
    return _records(store, "stories", query, key, (str, str, str), limit, cursor)


def alerts(
    store: Store,
    filters: Filters = NO_FILTERS,
    *,
    order: Literal["published", "changed"] = "published",
    limit: int = DEFAULT_LIMIT,
    cursor: str | None = None,
) -> Page:
    """Live alerts, unless ``status`` asks for superseded ones. Besides: ``changed_at`` (when this revision was
    written), ``acknowledgement`` (the newest active one, or null), ``is_acknowledged`` (it was for this label; its end
    is for the caller's clock), ``feedback`` (what was not undone, newest first)."""
    filters, t = check_filters(filters), TABLES.alerts
    if order not in ("published", "changed"):
        raise WrongFilter("order", order, "published or changed")
    where = [*_any(t.c.watch_id, filters.watch), *_any(t.c.label, filters.label), *_any(t.c.kind, filters.kind)]
    where += [*_any(t.c.severity, filters.severity), *_any(t.c.holder_id, filters.holder)]
    where += [*_any(t.c.story_id, filters.story), *(_any(t.c.status, filters.status) or [t.c.status == "live"])]
    where += _between(t.c.first_published_at, filters)
    if filters.outlet:
        carried = TABLES.alert_articles
        where.append(_exists(carried, carried.c.alert_id == t.c.alert_id, *_any(carried.c.outlet, filters.outlet)))
    if filters.language:
        a = TABLES.articles
        where.append(_exists(a, a.c.article_id == t.c.article_id, *_any(a.c.language, filters.language)))
    if filters.q is not None:
        where += has_words(t.c.words, filters.q)
    by = t.c.first_published_at if order == "published" else t.c.changed_at
    query = sa.select(t.c.alert_id, by, t.c.changed_at.label("changed"), t.c.record).where(*where)
    name = f"alerts-{order}"
    with store.reading() as db:
        rows, next_cursor = _page(db, name, query, (by, t.c.alert_id), _TEXT_KEY, limit, cursor)
        return Page(mark_alerts(db, [(orjson.loads(row.record), row.changed) for row in rows]), next_cursor)


def deliveries(
    store: Store,
    filters: Filters = NO_FILTERS,
    *,
    alert_id: str | None = None,
    limit: int = DEFAULT_LIMIT,
    cursor: str | None = None,
) -> Page:
    """The last state of each notification."""
    filters, t = check_filters(filters), TABLES.deliveries
    where = [*_any(t.c.watch_id, filters.watch), *_any(t.c.subscription_id, filters.subscription)]
    where += [*_any(t.c.state, filters.status), *_any(t.c.event_type, filters.kind)]
    where += _between(t.c.changed_at, filters)
    if alert_id is not None:
        held = TABLES.delivery_alerts
        where.append(_exists(held, held.c.delivery_id == t.c.delivery_id, held.c.alert_id == alert_id))
    query = sa.select(t.c.delivery_id, t.c.changed_at, t.c.record).where(*where)
    return _records(store, "deliveries", query, (t.c.changed_at, t.c.delivery_id), _TEXT_KEY, limit, cursor)


def dead_letters(
    store: Store, filters: Filters = NO_FILTERS, *, limit: int = DEFAULT_LIMIT, cursor: str | None = None
) -> Page:
    """Rejected records. Besides: ``status`` (open, retried, dropped) and ``status_record`` (who and why, or null)."""
    filters, t, s = check_filters(filters), TABLES.dead_letters, TABLES.dead_letter_statuses
    status = sa.func.coalesce(s.c.status, "open")
    where = [*_any(t.c.reason, filters.kind), *_any(status, filters.status), *_between(t.c.arrived_at, filters)]
    query = sa.select(t.c.dead_letter_id, t.c.arrived_at, t.c.record, status.label("status"), s.c.record.label("said"))
    query = query.select_from(t.outerjoin(s, s.c.dead_letter_id == t.c.dead_letter_id)).where(*where)

    def item(row: Any) -> Row:
        said = orjson.loads(row.said) if row.said else None
        return {**orjson.loads(row.record), "status": row.status, "status_record": said}

    key = (t.c.arrived_at, t.c.dead_letter_id)
    return _records(store, "dead-letters", query, key, _TEXT_KEY, limit, cursor, item)


def feedback(
    store: Store, filters: Filters = NO_FILTERS, *, limit: int = DEFAULT_LIMIT, cursor: str | None = None
) -> Page:
    """What people said, all of it. Besides: ``is_undone``."""
    filters, t = check_filters(filters), TABLES.feedback
    where = [*_any(t.c.watch_id, filters.watch), *_any(t.c.kind, filters.kind), *_between(t.c.given_at, filters)]
    other = t.alias()
    undone = sa.exists().where(other.c.undoes == t.c.feedback_id).label("undone")
    query = sa.select(t.c.feedback_id, t.c.given_at, t.c.record, undone).where(*where)

    def item(row: Any) -> Row:
        return {**orjson.loads(row.record), "is_undone": bool(row.undone)}

    return _records(store, "feedback", query, (t.c.given_at, t.c.feedback_id), _TEXT_KEY, limit, cursor, item)


def watches(store: Store, *, status: str | None = None) -> list[Row]:
    """The newest version of each watch, by id. Besides: ``volume`` (articles matched: originals, copies)."""
    v = TABLES.volumes
    counted = sa.select(v.c.watch_id, sa.func.sum(v.c.originals), sa.func.sum(v.c.copies))
    counted = counted.where(v.c.axis == "published", v.c.watch_id != "").group_by(v.c.watch_id)
    with store.reading() as db:
        found = _newest(db, TABLES.watches, "watch_id", status)
        counts = {row[0]: {"originals": int(row[1]), "copies": int(row[2])} for row in db.execute(counted)}
    return [{**item, "volume": counts.get(item["watch_id"], {"originals": 0, "copies": 0})} for item in found]


def subscriptions(store: Store, *, status: str | None = None) -> list[Row]:
    """The newest version of each subscription, by id."""
    with store.reading() as db:
        return _newest(db, TABLES.subscriptions, "subscription_id", status)


def silences(store: Store, *, status: str | None = None) -> list[Row]:
    """The newest version of each silence, by id; whether one has run out is for the caller's clock."""
    with store.reading() as db:
        return _newest(db, TABLES.silences, "silence_id", status)


def acknowledgements(store: Store, *, status: str | None = None) -> list[Row]:
    """The newest version of each acknowledgement, by id."""
    with store.reading() as db:
        return _newest(db, TABLES.acknowledgements, "acknowledgement_id", status)


def _newest(db: Connection, table: Table, key: str, status: str | None) -> list[Row]:
    later = table.alias()
    is_last = ~sa.exists().where(later.c[key] == table.c[key], later.c.version > table.c.version)
    query = sa.select(table.c.record).where(is_last).order_by(table.c[key])
    if status is not None:
        query = query.where(table.c.status == status)
    return [orjson.loads(record) for record in db.execute(query).scalars()]


def _labels(db: Connection, article_ids: Sequence[str]) -> dict[str, dict[str, str]]:
    t = TABLES.mentions
    found: dict[str, dict[str, str]] = {}
    query = sa.select(t.c.article_id, t.c.watch_id, t.c.label).where(t.c.article_id.in_(article_ids))
    for article_id, watch_id, label in db.execute(query.order_by(t.c.watch_id)):
        found.setdefault(article_id, {})[watch_id] = label
    return found


def _records(
    store: Store,
    name: str,
    query: Select[Any],
    key: Sequence[ColumnElement[Any]],
    types: Sequence[type],
    limit: int,
    cursor: str | None,
    item: Callable[[Any], Row] = lambda row: orjson.loads(row.record),
) -> Page:
    with store.reading() as db:
        rows, next_cursor = _page(db, name, query, key, types, limit, cursor)
    return Page([item(row) for row in rows], next_cursor)


def _page(
    db: Connection,
    name: str,
    query: Select[Any],
    key: Sequence[ColumnElement[Any]],
    types: Sequence[type],
    limit: int,
    cursor: str | None,
    order: Sequence[ColumnElement[Any]] = (),
) -> tuple[list[Any], str | None]:
    """The rows behind the cursor, newest first, and the cursor behind them if there are more."""
    check_limit(limit)
    after = read_cursor(name, types, cursor)
    query = query.add_columns(*(column.label(f"key_{at}") for at, column in enumerate(key)))
    if after is not None:
        query = query.where(key[0] <= after[0])  # SQLite's full-text index can seek by this one alone
        query = query.where(sa.tuple_(*key) < sa.tuple_(*(sa.literal(part) for part in after)))
    rows = list(db.execute(query.order_by(*(order or [column.desc() for column in key])).limit(limit + 1)))
    if len(rows) <= limit:
        return rows, None
    last = rows[limit - 1]
    return rows[:limit], write_cursor(name, [getattr(last, f"key_{at}") for at in range(len(key))])


def _of_watch(filters: Filters, mentions_: Any) -> list[Condition]:
    """Conditions on mentions (or an alias of them)."""
    where = [*_any(mentions_.c.watch_id, filters.watch), *_any(mentions_.c.label, filters.label)]
    if filters.holder:
        holders = TABLES.mention_holders
        where.append(
            _exists(holders, holders.c.mention_id == mentions_.c.mention_id, *_any(holders.c.holder_id, filters.holder))
        )
    return where


def _any(column: ColumnElement[Any], values: Sequence[str]) -> list[Condition]:
    if not values:
        return []
    return [column == values[0] if len(values) == 1 else column.in_(values)]


def _between(column: ColumnElement[Any], filters: Filters) -> list[Condition]:
    # without its Z a bound sorts right before its second, whether a column has milliseconds or not
    since = [column >= filters.since[:19]] if filters.since else []
    return [*since, column < filters.until[:19]] if filters.until else since


def _between_places(place: ColumnElement[int], filters: Filters) -> list[Condition]:
    """Times of publication as places: the index that orders the list also begins and ends it."""
    since = [place >= epoch_ms(parse_utc(filters.since)) // 1000 << 30] if filters.since else []
    return [*since, place < epoch_ms(parse_utc(filters.until)) // 1000 << 30] if filters.until else since


def _exists(table: Table, *where: Condition) -> Condition:
    return sa.exists(sa.select(sa.literal(1)).select_from(table).where(*where))

"""What is known about one article and one watch? Collected from the store, and from ``articles-raw`` through the log.

The store answers for everything behind dedupe. Whether an article ever came in is looked up in ``articles-raw`` itself:
in the partition of the outlet, the newest records first in bounds (``MAX_SCAN``), and what was looked at is said.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from schemas import topic_of
from streams.clean.urls import canonicalise_url, is_web_url, outlet_of
from streams.detect.explain import Explanation, explain
from streams.errors import InvalidRecord, UsageError
from streams.log.partition import partition_for
from streams.log.protocol import Log
from streams.model.ids import digest
from streams.model.watch import Watch, WatchBook
from streams.store import things
from streams.store.database import Store
from streams.store.marks import mark_alerts
from streams.store.paging import Row
from streams.store.tables import TABLES

MAX_SCAN: Final = 100_000
_CHUNK: Final = 1_000
_HEX: Final = re.compile(r"[0-9a-f]{4,32}")
_RUN: Final = re.compile(r"[A-Za-z0-9_.-]+")
_MAX_LETTERS: Final = 20


@dataclass(frozen=True, slots=True)
class Arrival:
    """One record of ``articles-raw``."""

    partition: int
    offset: int
    arrived_at: str
    is_backfill: bool


@dataclass(frozen=True, slots=True)
class Scan:
    """What of ``articles-raw`` was looked at; ``is_whole``: everything that it still has of the outlet."""

    records: int
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """``article`` is as ``things.article`` gives it. ``watch`` is the version that counts for the article's arrival,
    ``latest`` the newest. ``explanation`` is detect's answer; None where the text is gone or no version counted;
    ``in_boilerplate``: it would match if boilerplate counted.
    ``alert`` is as lists give it. ``via``: how the article belongs to it: leads, carries, copy, statement."""

    subject: str
    watch_id: str
    url: str | None = None
    arrivals: tuple[Arrival, ...] = ()
    scan: Scan | None = None
    letters: tuple[Row, ...] = ()
    article: Row | None = None
    original: Row | None = None
    latest: Watch | None = None
    watch: Watch | None = None
    query_error: str | None = None
    explanation: Explanation | None = None
    in_boilerplate: bool = False
    mention: Row | None = None
    newer_mention: Row | None = None
    statements: tuple[Row, ...] = ()
    alert: Row | None = None
    via: str | None = None
    superseded: tuple[str, ...] = ()
    deliveries: tuple[Row, ...] = ()
    subscriptions: tuple[Row, ...] = ()
    silences: tuple[Row, ...] = ()
    lag: int = 0
    asked_alert: str | None = None


def collect_facts(
    store: Store, log: Log | None, subject: str, watch_id: str | None = None, max_scan: int = MAX_SCAN
) -> Facts:
    """Look everything up. Raises UsageError for a subject or watch that can't be meant."""
    url, article_id, alert_id = _resolve(store, subject)
    with store.reading() as db:
        book = _read_book(db)
        if alert_id is not None:
            row = things.last_in_line(db, TABLES.alerts, "alert_id", alert_id)
            article_id, own_watch = row.article_id, row.watch_id
            if watch_id is not None and watch_id != own_watch:
                raise UsageError(f"alert {alert_id} is of watch '{own_watch}', not of '{watch_id}'; leave --watch out")
            watch_id = own_watch
        elif url is not None and article_id is None:
            article_id = _article_of(db, url)
        watch_id = _one_watch(db, book, watch_id, article_id)
    article = things.article(store, article_id, watch_id) if article_id is not None else None
    with store.reading() as db:
        arrivals, scan = _scan(log, url, article, max_scan)
        known = Facts(
            subject,
            watch_id,
            url or (article or {}).get("url"),
            arrivals,
            scan,
            _letters(db, arrivals, url, article),
            article,
            latest=book.latest(watch_id),
            asked_alert=alert_id,
        )
        return known if article is None else _behind_dedupe(db, known, article, book)


def _behind_dedupe(db: Connection, known: Facts, article: Row, book: WatchBook) -> Facts:
    watch_id = known.watch_id
    watch = next((each for each in book.at(article["arrived_at"]) if each["watch_id"] == watch_id), None)
    mention = next(iter(article["mentions"]), None)
    if mention is not None:  # it says itself which version looked at it
        watch = book.get(watch_id, mention["watch_version"]) or watch
    explanation, query_error, in_boilerplate = None, None, False
    if watch is not None and article["has_text"]:
        try:
            explanation = explain(watch, article)
            in_boilerplate = not explanation.matched and explain(watch, {**article, "boilerplate": []}).matched
        except InvalidRecord as error:
            query_error = str(error)
    said = _statements(db, watch_id, article["article_id"])
    alert, via = _alert(db, watch_id, article, said, known.asked_alert)
    a = TABLES.alerts
    took_in: Sequence[str] = ()
    deliveries: Sequence[Row] = ()
    if alert is not None:
        succeeded = sa.select(a.c.alert_id).where(a.c.successor_id == alert["alert_id"]).order_by(a.c.alert_id)
        took_in = list(db.execute(succeeded).scalars())
        deliveries = _deliveries(db, [alert["alert_id"], *took_in])
    original_id = article["dedupe"]["original_id"]
    is_copy = original_id != article["article_id"]
    return Facts(
        subject=known.subject,
        watch_id=watch_id,
        url=known.url,
        arrivals=known.arrivals,
        scan=known.scan,
        letters=known.letters,
        article=article,
        original=_record(db, TABLES.articles, "article_id", original_id) if is_copy else None,
        latest=known.latest,
        watch=watch,
        query_error=query_error,
        explanation=explanation,
        in_boilerplate=in_boilerplate,
        mention=mention,
        newer_mention=_newer(db, watch_id, article) if mention is not None else None,
        statements=tuple(said),
        alert=alert,
        via=via,
        superseded=tuple(took_in),
        deliveries=tuple(deliveries),
        subscriptions=tuple(each for each in _newest(db, "subscriptions") if _takes(each, watch_id)),
        silences=tuple(_newest(db, "silences")),
        asked_alert=known.asked_alert,
    )


def _resolve(store: Store, subject: str) -> tuple[str | None, str | None, str | None]:
    """(canonical URL, article, alert) that the subject names."""
    subject = subject.strip()
    if _HEX.fullmatch(subject):
        found = things.find_ids(store, subject)
        exact = [each for each in found if each[1] == subject]
        found = exact or found
        if not found:
            if len(subject) == 32:
                return None, subject, None
            raise UsageError(f"no alert, article, mention or statement has an id that begins with '{subject}'")
        if len(found) > 1:
            shown = ", ".join(f"{kind} {id_[:12]}…" for kind, id_ in found[:5])
            raise UsageError(f"'{subject}' begins the ids of several things: {shown}; give more of it")
        ((kind, id_),) = found
        return _named(store, kind, id_)
    if is_web_url(subject):
        return canonicalise_url(subject), None, None
    if "." in subject and not subject.startswith((".", "/")) and " " not in subject:
        return canonicalise_url(f"https://{subject}"), None, None
    raise UsageError(f"{subject!r:.80} is neither a URL nor an id; expected https://…, or 4-32 hexadecimal digits")


def _named(store: Store, kind: str, id_: str) -> tuple[str | None, str | None, str | None]:
    if kind == "article":
        return None, id_, None
    if kind == "alert":
        return None, None, id_
    with store.reading() as db:
        if kind == "mention":
            return None, _record(db, TABLES.mentions, "mention_id", id_)["article_id"], None  # type: ignore[index]
        if kind == "delivery":
            alert_id = (_record(db, TABLES.deliveries, "delivery_id", id_) or {}).get("alert_id")
            if alert_id is None:
                raise UsageError(f"delivery {id_} is a digest or a heartbeat; name one of its alerts")
            return None, None, alert_id
        carried = TABLES.statement_articles
        query = sa.select(carried.c.article_id).where(carried.c.statement_id == id_).order_by(carried.c.article_id)
        article_id = db.execute(query.limit(1)).scalar()
    if article_id is None:
        raise UsageError(f"statement {id_} has no articles any more; name the statement that took its place")
    return None, article_id, None


def _article_of(db: Connection, url: str) -> str | None:
    """The newest version under a canonical URL."""
    t = TABLES.articles
    query = sa.select(t.c.article_id).where(t.c.url_id == digest("url", url))
    return db.execute(query.order_by(t.c.version.desc(), t.c.place.desc()).limit(1)).scalar()


def _one_watch(db: Connection, book: WatchBook, watch_id: str | None, article_id: str | None) -> str:
    """The watch that was named, or the only one that can be meant."""
    known = book.ids()
    if watch_id is not None:
        if watch_id not in known:
            raise UsageError(f"watch '{watch_id}' is not known; there are: {', '.join(known[:20]) or 'none'}")
        return watch_id
    m = TABLES.mentions
    query = sa.select(m.c.watch_id).where(m.c.article_id == article_id).order_by(m.c.watch_id)
    seen = list(db.execute(query).scalars()) if article_id else []
    for found in (seen, known):
        if len(found) == 1:
            return found[0]
    raise UsageError(f"say which watch with --watch; there are: {', '.join(known[:20]) or 'none, apply one first'}")


def _scan(log: Log | None, url: str | None, article: Row | None, most: int) -> tuple[tuple[Arrival, ...], Scan | None]:
    """The records of ``articles-raw`` with this URL."""
    url = url or (article or {}).get("url")
    if log is None or url is None:
        return (), None
    topic = topic_of("article-raw")
    outlet = article["outlet"] if article is not None else outlet_of(url)
    partition = partition_for(outlet.encode(), log.partitions(topic.name))
    start, end = log.start_offset(topic.name, partition), log.end_offset(topic.name, partition)
    first = max(start, end - most)
    needle = max(_RUN.findall(url.partition("://")[2].partition("/")[2]), key=len, default="").encode()
    found, offset, looked_at = [], first, 0
    while offset < end:
        batch = log.read(topic.name, partition, offset, _CHUNK)
        if not batch:
            break
        for stored in batch:
            looked_at += 1
            if stored.value is None or needle not in stored.value:
                continue
            try:
                raw = orjson.loads(stored.value)
            except orjson.JSONDecodeError:
                continue
            claimed = raw.get("url") if isinstance(raw, dict) else None
            if isinstance(claimed, str) and is_web_url(claimed) and canonicalise_url(claimed) == url:
                arrived_at = str(raw.get("arrived_at") or "")
                found.append(Arrival(partition, stored.offset, arrived_at, bool(raw.get("backfill"))))
        offset = batch[-1].offset + 1
    return tuple(found), Scan(looked_at, first == start)


def _letters(db: Connection, arrivals: Sequence[Arrival], url: str | None, article: Row | None) -> tuple[Row, ...]:
    """The dead letters of its raw records, and those of later stages whose beginning names it."""
    t, s = TABLES.dead_letters, TABLES.dead_letter_statuses
    raw = topic_of("article-raw").name
    same = [
        sa.and_(t.c.topic == raw, t.c.partition == each.partition, t.c.offset == each.offset)
        for each in arrivals[-_MAX_LETTERS:]
    ]
    if article is not None:
        same.append(sa.and_(t.c.topic != raw, t.c.record.contains(article["article_id"], autoescape=True)))
    if not same:
        return ()
    status = sa.func.coalesce(s.c.status, "open").label("status")
    query = sa.select(t.c.record, status).select_from(t.outerjoin(s, s.c.dead_letter_id == t.c.dead_letter_id))
    rows = db.execute(query.where(sa.or_(*same)).order_by(t.c.arrived_at, t.c.dead_letter_id).limit(_MAX_LETTERS))
    return tuple({**orjson.loads(row.record), "status": row.status} for row in rows)


def _alert(
    db: Connection, watch_id: str, article: Row, said: Sequence[Row], asked: str | None
) -> tuple[Row | None, str | None]:
    """The live alert of the article's story, and how the article belongs to it.

    Alerts name 50 articles; one behind them is found by the text that it copies, or by what it says."""
    a, named = TABLES.alerts, TABLES.alert_articles
    live = sa.select(a).where(a.c.watch_id == watch_id, a.c.status == "live")
    if asked is not None:
        row = things.last_in_line(db, a, "alert_id", asked)
        return _marked(db, row), "leads" if row.article_id == article["article_id"] else "carries"
    joined = live.select_from(a.join(named, named.c.alert_id == a.c.alert_id))
    members = [each["article_id"] for each in article["cluster"]]
    searches = [
        (joined.where(named.c.article_id == article["article_id"]), "carries"),
        (live.where(a.c.story_id.in_([each["story_id"] for each in said])), "statement"),
        (joined.where(named.c.article_id.in_(members)), "copy"),
    ]
    if not article["mentions"]:
        return None, None
    for query, via in searches:
        row = db.execute(query.order_by(a.c.first_published_at, a.c.alert_id).limit(1)).first()
        if row is not None:
            leads = row.article_id == article["article_id"]
            return _marked(db, row), "leads" if leads else via
    return None, None


def _marked(db: Connection, row: Any) -> Row:
    return mark_alerts(db, [(orjson.loads(row.record), row.changed_at)])[0]


def _statements(db: Connection, watch_id: str, article_id: str) -> list[Row]:
    s, carried = TABLES.statements, TABLES.statement_articles
    query = sa.select(s.c.record).select_from(s.join(carried, carried.c.statement_id == s.c.statement_id))
    query = query.where(carried.c.article_id == article_id, s.c.watch_id == watch_id, s.c.status != "superseded")
    return [orjson.loads(each) for each in db.execute(query.order_by(s.c.said_at, s.c.statement_id)).scalars()]


def _newer(db: Connection, watch_id: str, article: Row) -> Row | None:
    """The mention of a later version of its URL, which counts instead."""
    m, t = TABLES.mentions, TABLES.articles
    query = sa.select(m.c.record).select_from(m.join(t, t.c.article_id == m.c.article_id))
    query = query.where(t.c.url_id == article["url_id"], m.c.watch_id == watch_id, t.c.version > article["version"])
    record = db.execute(query.order_by(t.c.version.desc()).limit(1)).scalar()
    return orjson.loads(record) if record else None


def _deliveries(db: Connection, alert_ids: Sequence[str]) -> list[Row]:
    held, t = TABLES.delivery_alerts, TABLES.deliveries
    query = sa.select(t.c.record).where(
        t.c.delivery_id.in_(sa.select(held.c.delivery_id).where(held.c.alert_id.in_(alert_ids)))
    )
    ordered = query.order_by(t.c.changed_at, t.c.delivery_id).limit(200)
    return [orjson.loads(each) for each in db.execute(ordered).scalars()]


def _newest(db: Connection, name: str) -> list[Row]:
    table = getattr(TABLES, name)
    key = next(iter(table.primary_key)).name
    later = table.alias()
    is_last = ~sa.exists().where(later.c[key] == table.c[key], later.c.version > table.c.version)
    query = sa.select(table.c.record).where(is_last, table.c.status == "active").order_by(table.c[key])
    return [orjson.loads(each) for each in db.execute(query).scalars()]


def _takes(subscription: Row, watch_id: str) -> bool:
    return not subscription["watches"] or watch_id in subscription["watches"]


def _record(db: Connection, table: sa.Table, key: str, value: str) -> Row | None:
    record = db.execute(sa.select(table.c.record).where(table.c[key] == value)).scalar()
    return None if record is None else orjson.loads(record)


def _read_book(db: Connection) -> WatchBook:
    book = WatchBook()
    for record in db.execute(sa.select(TABLES.watches.c.record)).scalars():
        book.apply(cast(Watch, orjson.loads(record)))
    return book

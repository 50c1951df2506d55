"""Numbers and lines to draw: volumes over time, the stance of each holder over time, outlets, what there is to choose.

A gap is a stretch of time in which no article of any outlet came in between the first and the last that did: nobody
can tell silence of the world from silence of the feeds, so it must not look like a zero. On the axis of publication
it is time of which no outlet's article reached us.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from streams.errors import WrongFilter
from streams.model.precedence import axis_labels
from streams.model.times import format_utc, parse_utc
from streams.store.database import Store
from streams.store.paging import Filters, Row, check_filters
from streams.store.tables import TABLES

MAX_BUCKETS: Final = 2_000
MAX_POINTS: Final = 2_000
Bucket = Literal["hour", "day"]
Axis = Literal["published", "arrived"]
_STEP: Final = {"hour": timedelta(hours=1), "day": timedelta(days=1)}
_HOUR: Final = 13  # digits of 2023-02-16T12
_DIGITS: Final = {"hour": _HOUR, "day": 10}


@dataclass(frozen=True, slots=True)
class Volumes:
    """``points``: one a bucket without a hole, oldest first: ``at`` (its start), ``originals``, ``copies``,
    ``labels`` (articles by label), ``is_gap``. ``gaps``: the same gaps as stretches, ``since`` and ``until``."""

    watch_id: str | None
    bucket: Bucket
    axis: Axis
    since: str | None
    until: str | None
    points: list[Row]
    gaps: list[Row]


@dataclass(frozen=True, slots=True)
class StanceTimeline:
    """``labels``: the watch's axis from its near end to its far one. ``holders``: ``holder_id``, ``holder`` and
    ``points``, the oldest first, each with statement_id, stance, lane, said_at, status, condition, default, evidence,
    first_published_at, reach, carriers (their number), story_id, alert_id (or null), change (of that alert, or null
    where another statement made it). ``gaps``: days without any article. ``is_cut``: the oldest are left out."""

    watch_id: str
    labels: list[str]
    holders: list[Row]
    gaps: list[Row]
    is_cut: bool


def volumes(
    store: Store,
    *,
    watch_id: str | None = None,
    bucket: Bucket = "day",
    axis: Axis = "published",
    since: str | None = None,
    until: str | None = None,
) -> Volumes:
    """Articles a bucket, of one watch or of all that came in, originals and copies apart.

    Without ``since`` it begins at the first article, or 2,000 buckets before the end. Raises WrongFilter for a range of
    more buckets.
    """
    if bucket not in _STEP:
        raise WrongFilter("bucket", bucket, "hour or day")
    if axis not in ("published", "arrived"):
        raise WrongFilter("axis", axis, "published or arrived")
    checked = check_filters(Filters(since=since, until=until))
    digits, step = _DIGITS[bucket], _STEP[bucket]
    nothing = Volumes(watch_id, bucket, axis, checked.since, checked.until, [], [])
    with store.reading() as db:
        first, last = _ends(db, axis, "", digits)
        # what was asked for, else from the first article to the last of any outlet
        begin = checked.since[:digits] if checked.since else first
        if watch_id is not None and not checked.since:
            begin = min(filter(None, (first, _ends(db, axis, watch_id, digits)[0])), default="")
        end = _last_bucket(checked.until, bucket) if checked.until else last
        if not begin or not end or begin > end:
            return nothing
        begin_at, end_at = _start(begin), _start(end)
        count = (end_at - begin_at) // step + 1
        if count > MAX_BUCKETS:
            if checked.since:
                raise WrongFilter("since", since, f"a range of at most {MAX_BUCKETS:,} buckets; it has {count:,}")
            begin_at = end_at - (MAX_BUCKETS - 1) * step
        keys = _keys(begin_at, end_at, bucket)
        until_hour = _last_bucket(checked.until, "hour") if checked.until else f"{keys[-1]}T23"[:_HOUR]
        own = _counts(db, axis, watch_id or "", digits, keys[0], until_hour)
        heard = set(own) if watch_id is None else _heard(db, axis, digits, keys[0], until_hour)
    tail = "T00:00:00Z" if bucket == "day" else ":00:00Z"
    empty: Row = {"originals": 0, "copies": 0, "labels": {}}
    points = [
        {"at": key + tail, **own.get(key, empty), "is_gap": key not in heard and first <= key <= last} for key in keys
    ]
    return Volumes(watch_id, bucket, axis, checked.since, checked.until, points, _stretches(points, step))


def stance_timeline(
    store: Store, watch_id: str, *, holder: str | None = None, since: str | None = None, until: str | None = None
) -> StanceTimeline:
    """What each holder of a watch said and did, by the time of saying."""
    checked = check_filters(Filters(since=since, until=until, holder=(holder,) if holder else ()))
    t, a, w = TABLES.statements, TABLES.alerts, TABLES.watches
    query = sa.select(t.c.record, a.c.alert_id, a.c.statement_id.label("leads"), a.c.record.label("alert"))
    joined = t.outerjoin(a, sa.and_(a.c.story_id == t.c.story_id, a.c.watch_id == t.c.watch_id, a.c.status == "live"))
    query = query.select_from(joined).where(t.c.watch_id == watch_id, t.c.status != "superseded")
    if holder:
        query = query.where(t.c.holder_id == holder)
    if checked.since:
        query = query.where(t.c.said_at >= checked.since[:19])
    if checked.until:
        query = query.where(t.c.said_at < checked.until[:19])
    newest = query.order_by(t.c.said_at.desc(), t.c.statement_id.desc()).limit(MAX_POINTS + 1)
    with store.reading() as db:
        rows = list(db.execute(newest))
        defined = sa.select(w.c.record).where(w.c.watch_id == watch_id).order_by(w.c.version.desc()).limit(1)
        record = db.execute(defined).scalar()
    holders: dict[str, Row] = {}
    for row in reversed(rows[:MAX_POINTS]):
        said = orjson.loads(row.record)
        known = holders.setdefault(said["holder_id"], {"holder_id": said["holder_id"], "holder": "", "points": []})
        known["holder"] = said["holder"]
        known["points"].append(_point(said, row))
    stance = orjson.loads(record)["stance"] if record else None
    days = (
        volumes(store, bucket="day", since=since, until=until) if since else volumes(store, bucket="day", until=until)
    )
    ordered = sorted(holders.values(), key=lambda each: (-len(each["points"]), each["holder_id"]))
    return StanceTimeline(watch_id, list(axis_labels(stance)), ordered, days.gaps, len(rows) > MAX_POINTS)


def outlets(store: Store, *, silent_since: str | None = None) -> list[Row]:
    """Each outlet: ``articles``, ``copies``, ``copies_share``, ``first_arrived_at``, ``last_arrived_at``,
    ``last_published_at``, ``is_silent`` (nothing arrived since ``silent_since``); the busiest first."""
    t = TABLES.outlets
    bound = check_filters(Filters(since=silent_since)).since
    with store.reading() as db:
        rows = db.execute(sa.select(t).order_by(t.c.articles.desc(), t.c.outlet)).mappings().all()
    return [
        {
            **row,
            "copies_share": round(row["copies"] / row["articles"], 4) if row["articles"] else 0.0,
            "is_silent": bound is not None and row["last_arrived_at"] < bound[:19],
        }
        for row in rows
    ]


def facets(store: Store, watch_id: str | None = None) -> dict[str, list[Row]]:
    """What there is to filter by: ``labels``, ``holders``, ``languages``, ``outlets``, each by number of articles (for
    holders: of statements), at most 200."""
    m, s, a = TABLES.mentions, TABLES.statements, TABLES.articles
    of_watch = [m.c.watch_id == watch_id] if watch_id else []
    said_of = [s.c.watch_id == watch_id] if watch_id else []
    read = m if watch_id else a

    def counted(db: Connection, name: str, column: Any, table: Any, where: list[Any]) -> list[Row]:
        number = sa.func.count()
        query = sa.select(column, number).select_from(table).where(*where).group_by(column)
        return [{name: row[0], "count": row[1]} for row in db.execute(query.order_by(number.desc(), column).limit(200))]

    with store.reading() as db:
        named = sa.select(s.c.holder_id, sa.func.max(s.c.holder), sa.func.count()).where(
            s.c.status != "superseded", *said_of
        )
        holders = db.execute(named.group_by(s.c.holder_id).order_by(sa.func.count().desc(), s.c.holder_id).limit(200))
        return {
            "labels": counted(db, "label", m.c.label, m, of_watch),
            "holders": [{"holder_id": row[0], "holder": row[1], "count": row[2]} for row in holders],
            "languages": counted(db, "language", read.c.language, read, of_watch),
            "outlets": counted(db, "outlet", read.c.outlet, read, of_watch),
        }


def _counts(db: Connection, axis: str, watch_id: str, digits: int, begin: str, until_hour: str) -> dict[str, Row]:
    """What was counted in each bucket, from the first hour that begins so to the last, which is in it."""
    v = TABLES.volumes
    where = _between(axis, watch_id, begin, until_hour)
    if digits == _HOUR:  # each is a row already
        query = sa.select(v.c.hour, v.c.label, v.c.originals, v.c.copies).where(*where).order_by(v.c.label)
    else:
        key = sa.func.substr(v.c.hour, 1, digits)
        query = sa.select(key, v.c.label, sa.func.sum(v.c.originals), sa.func.sum(v.c.copies)).where(*where)
        query = query.group_by(key, v.c.label).order_by(v.c.label)
    found: dict[str, Row] = {}
    for at, label, originals, copies in db.execute(query).all():
        point = found.get(at)
        if point is None:
            point = found[at] = {"originals": 0, "copies": 0, "labels": {}}
        point["originals"] += int(originals)  # PostgreSQL sums to a decimal
        point["copies"] += int(copies)
        if label:
            point["labels"][label] = int(originals + copies)
    return found


def _heard(db: Connection, axis: str, digits: int, begin: str, until_hour: str) -> set[str]:
    """The buckets in which any article came."""
    key = sa.func.substr(TABLES.volumes.c.hour, 1, digits)
    query = sa.select(key).where(*_between(axis, "", begin, until_hour)).distinct()
    return set(db.execute(query).scalars().all())


def _between(axis: str, watch_id: str, begin: str, until_hour: str) -> tuple[sa.ColumnElement[bool], ...]:
    v = TABLES.volumes
    return v.c.axis == axis, v.c.watch_id == watch_id, v.c.hour >= begin, v.c.hour <= until_hour


def _ends(db: Connection, axis: str, watch_id: str, digits: int) -> tuple[str, str]:
    v = TABLES.volumes
    query = sa.select(sa.func.min(v.c.hour), sa.func.max(v.c.hour))
    row = db.execute(query.where(v.c.axis == axis, v.c.watch_id == watch_id)).one()
    return (row[0] or "")[:digits], (row[1] or "")[:digits]


def _keys(begin: datetime, end: datetime, bucket: Bucket) -> list[str]:
    """The beginnings of the buckets' times, of each from the first to the last. Hours are spelled, not computed: 2,000
    of them cost 15 ms otherwise."""
    days = [format_utc(begin + timedelta(days=number))[:10] for number in range((end.date() - begin.date()).days + 1)]
    if bucket == "day":
        return days
    hours = [f"{day}T{hour:02d}" for day in days for hour in range(24)]
    return hours[begin.hour : len(hours) - 23 + end.hour]


def _start(key: str) -> datetime:
    return parse_utc(f"{key}:00:00Z" if len(key) == 13 else f"{key}T00:00:00Z")


def _last_bucket(until: str, bucket: Bucket) -> str:
    """The bucket that holds the last moment before ``until``."""
    return format_utc(parse_utc(until) - timedelta(seconds=1))[: _DIGITS[bucket]]


def _stretches(points: list[Row], step: timedelta) -> list[Row]:
    gaps: list[Row] = []
    for number, point in enumerate(points):
        if not point["is_gap"]:
            continue
        until = points[number + 1]["at"] if number + 1 < len(points) else format_utc(parse_utc(point["at"]) + step)
        if gaps and gaps[-1]["until"] == point["at"]:
            gaps[-1]["until"] = until
        else:
            gaps.append({"since": point["at"], "until": until})
    return gaps


def _point(said: Row, row: Any) -> Row:
    names = ("statement_id", "stance", "lane", "said_at", "status", "condition", "default", "evidence")
    change = orjson.loads(row.alert)["change"] if row.alert and row.leads == said["statement_id"] else None
    return {
        **{name: said[name] for name in (*names, "first_published_at", "reach", "story_id")},
        "carriers": said["reach"]["articles"],
        "alert_id": row.alert_id,
        "change": change,
        "objection": said.get("objection"),
    }

"""The numbers that are kept beside the rows: articles an outlet, articles and mentions an hour.

They move by differences, in the transaction of the rows, so that they always equal a count over the rows; each version
of an article counts. The times of an outlet are looked up in the rows, after they are written.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from streams.model.times import parse_utc
from streams.store.tables import Tables

_AXES: Final = {"published": "published_at", "arrived": "arrived_at"}
_IN_CHUNK: Final = 400
_HOUR: Final = 13  # digits of 2023-02-16T12


class Counts:
    """Collects the differences of one transaction."""

    def __init__(self, db: Connection, tables: Tables) -> None:
        self._db, self._t = db, tables
        self._volumes: dict[tuple[str, str, str, str], list[int]] = {}
        self._outlets: dict[str, dict[str, int]] = {}

    @staticmethod
    def hours_of(record: Mapping[str, Any]) -> tuple[str, ...]:
        """The record's hour on each axis. Raises ValueError for what is no time."""
        for name in _AXES.values():
            parse_utc(record[name])
        return tuple(record[name][:_HOUR] for name in _AXES.values())

    def article(self, row: Mapping[Any, Any], by: int) -> None:
        self._volume(row, "", "", by)
        outlet = self._outlets.setdefault(row["outlet"], {"articles": 0, "copies": 0})
        outlet["articles"] += by
        outlet["copies"] += by if row["kind"] != "original" else 0

    def mention(self, row: Mapping[Any, Any], by: int) -> None:
        self._volume(row, row["watch_id"], row["label"], by)

    def _volume(self, row: Mapping[Any, Any], watch_id: str, label: str, by: int) -> None:
        for axis, name in _AXES.items():
            counted = self._volumes.setdefault((axis, watch_id, label, row[name][:_HOUR]), [0, 0])
            counted[row["kind"] != "original"] += by

    def flush(self) -> None:
        """Write the differences."""
        self._write_volumes()
        self._write_outlets()
        self._volumes.clear()
        self._outlets.clear()

    def _write_volumes(self) -> None:
        v = self._t.volumes
        names = ("axis", "watch_id", "label", "hour")
        changed = [
            {**dict(zip(names, key, strict=True)), "originals": originals, "copies": copies}
            for key, (originals, copies) in sorted(self._volumes.items())
            if originals or copies
        ]
        if changed:
            insert: Any = sqlite.insert if self._db.dialect.name == "sqlite" else postgresql.insert
            statement = insert(v)
            summed = {name: v.c[name] + statement.excluded[name] for name in ("originals", "copies")}
            self._db.execute(statement.on_conflict_do_update(index_elements=names, set_=summed), changed)
            self._db.execute(sa.delete(v).where(v.c.originals == 0, v.c.copies == 0))

    def _write_outlets(self) -> None:
        """The counts by their differences; then the times, each found at one end of an index."""
        t, a = self._t.outlets, self._t.articles
        if not self._outlets:
            return
        insert: Any = sqlite.insert if self._db.dialect.name == "sqlite" else postgresql.insert
        statement = insert(t)
        times = ("first_arrived_at", "last_arrived_at", "last_published_at")
        new = [{"outlet": name, **dict.fromkeys(times, ""), **self._outlets[name]} for name in sorted(self._outlets)]
        summed = {name: t.c[name] + statement.excluded[name] for name in ("articles", "copies")}
        self._db.execute(statement.on_conflict_do_update(index_elements=["outlet"], set_=summed), new)
        self._db.execute(sa.delete(t).where(t.c.articles == 0))
        of_outlet = a.c.outlet == t.c.outlet
        first, last = (
            sa.select(end(a.c.arrived_at)).where(of_outlet).scalar_subquery() for end in (sa.func.min, sa.func.max)
        )
        latest = sa.select(a.c.published_at).where(of_outlet).order_by(a.c.place.desc()).limit(1).scalar_subquery()
        found = dict(zip(times, (first, last, latest), strict=True))
        names = sorted(self._outlets)
        for start in range(0, len(names), _IN_CHUNK):
            some = names[start : start + _IN_CHUNK]
            self._db.execute(sa.update(t).where(t.c.outlet.in_(some)).values(found))

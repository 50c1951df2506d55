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
        t = self._t.outlets
        names = sorted(self._outlets)
        known = {row.outlet: row for row in self._db.execute(sa.select(t).where(t.c.outlet.in_(names)))}
        a = self._t.articles
        for name in names:
            added, row = self._outlets[name], known.get(name)
            counted = {each: added[each] + (getattr(row, each) if row else 0) for each in ("articles", "copies")}
            if not counted["articles"]:
                self._db.execute(sa.delete(t).where(t.c.outlet == name))
                continue
            # one at a time: SQLite finds either end in the index, but reads all of it for both at once
            first, last = (
                self._db.execute(sa.select(end(a.c.arrived_at)).where(a.c.outlet == name)).scalar_one()
                for end in (sa.func.min, sa.func.max)
            )
            latest = sa.select(a.c.published_at).where(a.c.outlet == name).order_by(a.c.place.desc()).limit(1)
            times = {
                "first_arrived_at": first,
                "last_arrived_at": last,
                "last_published_at": self._db.execute(latest).scalar_one(),
            }
            if row is None:
                self._db.execute(sa.insert(t).values(outlet=name, **counted, **times))
            else:
                self._db.execute(sa.update(t).where(t.c.outlet == name).values(**counted, **times))

"""What is in the store, how far it has read, and how far it is behind."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from streams.log.protocol import Log
from streams.store.database import Store, generation_of
from streams.store.fill import topics_read
from streams.store.tables import TABLES


@dataclass(frozen=True, slots=True)
class TopicStatus:
    """``lag``: records of the topic that are not in the store yet. ``missed``: offsets that retention deleted first."""

    topic: str
    partition: int
    position: int
    end: int | None
    missed: int
    unreadable: int

    @property
    def lag(self) -> int | None:
        return None if self.end is None else max(self.end - self.position, 0)


@dataclass(frozen=True, slots=True)
class StoreStatus:
    """``rows`` by table. ``texts_from``: the earliest arrival whose text is kept."""

    database: str
    size_bytes: int
    generation: int
    rows: dict[str, int]
    positions: list[TopicStatus]
    texts_from: str | None

    @property
    def lag(self) -> int:
        return sum(each.lag or 0 for each in self.positions)

    def as_json(self) -> dict[str, Any]:
        names = ("topic", "partition", "position", "end", "lag", "missed", "unreadable")
        return {
            "database": self.database,
            "size_bytes": self.size_bytes,
            "generation": self.generation,
            "lag": self.lag,
            "texts_from": self.texts_from,
            "rows": self.rows,
            "positions": [{name: getattr(each, name) for name in names} for each in self.positions],
        }


def read_status(store: Store, log: Log | None = None) -> StoreStatus:
    """Without a log there is no lag to tell."""
    p, texts = TABLES.positions, TABLES.article_texts
    with store.reading() as db:
        rows = {
            table.name: int(db.execute(sa.select(sa.func.count()).select_from(table)).scalar() or 0)
            for table in TABLES.all()
            if table is not p
        }
        known = {(row.topic, row.partition): row for row in db.execute(sa.select(p))}
        generation = generation_of(db)
        texts_from = db.execute(sa.select(sa.func.min(texts.c.arrived_at))).scalar()
        size = _size(store, db)
    ends: dict[tuple[str, int], int] = {}
    if log is not None:
        for topic in topics_read():
            ends |= {(topic, each): log.end_offset(topic, each) for each in range(log.partitions(topic))}
    positions = []
    for topic, partition in sorted({*known, *ends}):
        row = known.get((topic, partition))
        numbers = (row.next_offset, row.missed, row.unreadable) if row is not None else (0, 0, 0)
        end = ends.get((topic, partition))
        positions.append(TopicStatus(topic, partition, numbers[0], end, numbers[1], numbers[2]))
    return StoreStatus(
        store.engine.url.render_as_string(hide_password=True), size, generation, rows, positions, texts_from
    )


def _size(store: Store, db: sa.Connection) -> int:
    if not store.is_sqlite:
        return int(db.execute(sa.select(sa.func.pg_database_size(sa.func.current_database()))).scalar() or 0)
    path = Path(store.engine.url.database or "")
    files = (path, path.with_name(path.name + "-wal"))
    return sum(file.stat().st_size for file in files if file.exists())

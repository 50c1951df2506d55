"""Records into a store without a log, and all of its rows out of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from streams.log.protocol import StoredRecord
from streams.store.apply import Applied, apply_batch
from streams.store.database import Store
from streams.store.tables import TABLES, Tables


def take(store: Store, records: Sequence[StoredRecord], tables: Tables = TABLES) -> Applied:
    """Apply records of one partition, the first of which is where the store stands."""
    return apply_batch(store, tables, records, records[0].offset, lambda db: None)


def dump(store: Store, *names: str) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of these tables (all without a name), in the order of their keys."""
    with store.reading() as db:
        found = {}
        for table in TABLES.all():
            if not names or table.name in names:
                query = sa.select(table).order_by(*table.primary_key)
                found[table.name] = [tuple(row) for row in db.execute(query)]
    return found

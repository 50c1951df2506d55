"""Build the rows again from the topics, beside those that readers see, and put them in their place at once.

1. A fresh set of tables (``fresh_*``) is filled from the start of every topic; readers and the filler go on.
2. What the old rows have and the fresh ones don't is what the topics no longer hold. If there is any, nothing is
   replaced unless the caller agreed: the fresh tables go, the old ones stay.
3. The last records are taken in, and one transaction drops the old tables and renames the fresh ones. A filler that
   runs finds its position moved and goes on from the new one.

A rebuild that is killed leaves fresh tables behind, which the next one removes. Of two at once the later wins and the
earlier ends with an error. Tables of others (tokens, sessions) are not touched.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy import Table
from sqlalchemy.engine import Connection

from streams.errors import StoreBroken
from streams.log.protocol import Log
from streams.store.apply import lock
from streams.store.database import Store, create_tables, generation_of, note_build, read_note, write_note
from streams.store.fill import fill_to_end
from streams.store.tables import FRESH, SCHEMA_VERSION, SEARCH, TABLES, Tables, make_tables, search_index

_RUN: Final = "rebuild"
_KEYS: Final = {
    "articles": "article_id",
    "mentions": "mention_id",
    "statements": "statement_id",
    "alerts": "alert_id",
    "deliveries": "delivery_id",
    "dead_letters": "dead_letter_id",
    "feedback": "feedback_id",
    "acknowledgements": "acknowledgement_id",
    "silences": "silence_id",
    "subscriptions": "subscription_id",
    "watches": "watch_id",
}


@dataclass(frozen=True, slots=True)
class Loss:
    """So many things of a kind that the store has and the topics no longer hold; ``newest``: when the latest of them
    came in, where the kind has such a time."""

    kind: str
    count: int
    newest: str | None


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """``is_done`` is false where the losses were not agreed to: everything is as it was."""

    is_done: bool
    records: int
    losses: tuple[Loss, ...]


def rebuild(store: Store, log: Log, agree: Callable[[tuple[Loss, ...]], bool]) -> Rebuilt:
    """Build, compare, ask ``agree`` if anything would be lost, and replace. Texts are pruned afterwards, as ever."""
    with store.writing() as db:
        lock(db)
        generation = max(generation_of(db), int(read_note(db, _RUN) or 0)) + 1
        write_note(db, _RUN, str(generation))
        _drop(db, FRESH)
        fresh = make_tables(FRESH, generation)
        create_tables(db, fresh, FRESH)
    check = _still_ours(generation)
    records = fill_to_end(store, log, fresh, check)
    with store.reading() as db:
        losses = _losses(db, fresh)
    if losses and not agree(losses):
        with store.writing() as db:
            lock(db)
            check(db)
            _drop(db, FRESH)
        return Rebuilt(False, records, losses)
    # what came while the comparison ran; what still comes is for the filler
    records += fill_to_end(store, log, fresh, check)
    with store.writing() as db:
        lock(db)
        check(db)
        _swap(db, fresh, generation)
    return Rebuilt(True, records, losses)


def _still_ours(generation: int) -> Callable[[Connection], None]:
    def check(db: Connection) -> None:
        if read_note(db, _RUN) != str(generation):
            raise StoreBroken("another 'newsvane store rebuild' began after this one and took over; this one ends")

    return check


def _swap(db: Connection, fresh: Tables, generation: int) -> None:
    _drop(db, "")
    quote = db.dialect.identifier_preparer.quote
    is_sqlite = db.dialect.name == "sqlite"
    if is_sqlite:
        for verb in ("come", "go"):
            db.exec_driver_sql(f"DROP TRIGGER {FRESH}article_texts_{verb}")
        db.exec_driver_sql(f"ALTER TABLE {FRESH}{SEARCH} RENAME TO {SEARCH}")
    for table in fresh.all():
        name = table.name.removeprefix(FRESH)
        db.exec_driver_sql(f"ALTER TABLE {quote(table.name)} RENAME TO {quote(name)}")
    if is_sqlite:
        for statement in search_index()[1:]:
            db.exec_driver_sql(statement)
    note_build(db, generation)


def _drop(db: Connection, prefix: str) -> None:
    """Drop our tables with this prefix, those that are there."""
    there = set(sa.inspect(db).get_table_names())
    quote = db.dialect.identifier_preparer.quote
    if db.dialect.name == "sqlite":
        db.exec_driver_sql(f"DROP TABLE IF EXISTS {prefix}{SEARCH}")
    for table in TABLES.all():
        if prefix + table.name in there:
            db.exec_driver_sql(f"DROP TABLE {quote(prefix + table.name)}")


def _losses(db: Connection, fresh: Tables) -> tuple[Loss, ...]:
    there = set(sa.inspect(db).get_table_names())
    if read_note(db, "schema_version") != str(SCHEMA_VERSION):
        return ()  # tables of another version can't be compared by these names
    found = []
    for name, key in _KEYS.items():
        old: Table = getattr(TABLES, name)
        new: Table = getattr(fresh, name)
        if old.name not in there:
            continue
        is_gone = ~sa.exists().where(new.c[key] == old.c[key])
        times = [old.c[each] for each in ("arrived_at", "changed_at", "given_at") if each in old.c]
        newest = sa.func.max(times[0]) if times else sa.null()
        count, last = db.execute(sa.select(sa.func.count(), newest).select_from(old).where(is_gone)).one()
        if count:
            found.append(Loss(name.replace("_", " "), int(count), last))
    return tuple(found)

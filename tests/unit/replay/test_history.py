"""Is a watch's past brought once and whole, whatever is killed, and with the last word on each article?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from schemas import topic_of, topics_on
from streams.engine.outgoing import Outgoing
from streams.engine.position import CAUSE_HEADER, Cause, Position
from streams.log.protocol import NewRecord, StoredRecord
from streams.log.provision import apply_topics
from streams.log.sqlite import SqliteLog
from streams.model.times import epoch_ms, parse_utc
from streams.model.watch import Watch
from streams.query.watch_file import read_watch, to_watch
from streams.replay.history import (
    FileKeeper,
    Filled,
    Keeper,
    Place,
    SqliteKeeper,
    carriers_of,
    fill,
    history_range,
    is_filled,
)
from tests.unit.replay.test_backtest import article, copy_of

DEDUPED = topic_of("article-deduped").name
MATCHES = topic_of("match").name
KEEPERS = pytest.mark.parametrize(
    "make", [lambda log, folder: SqliteKeeper(log), lambda log, folder: FileKeeper(log, folder / "history")],
    ids=["sqlite", "file"],
)  # fmt: skip
Make = Callable[[SqliteLog, Path], Keeper]


def watch() -> Watch:
    new = to_watch(read_watch("id: acme\ntitle: Acme\nquery: acme\n", "w"), 1, "2026-03-10T00:00:00.000Z", "tests")
    return {**new, "history_from": "2026-03-02T00:00:00.000Z"}


@pytest.fixture
def log(tmp_path: Path) -> Iterator[SqliteLog]:
    found = SqliteLog(tmp_path / "line.db")
    apply_topics(found, topics_on("sqlite"))
    yield found
    found.close()


def put(log: SqliteLog, *articles: dict[str, Any]) -> None:
    for each in articles:
        at = epoch_ms(parse_utc(each["arrived_at"])) + 50
        log.append(DEDUPED, [NewRecord(int(each["article_id"], 16) % 2, b"k", orjson.dumps(each), at)])


_WATCH = watch()


def id_of(number: int) -> str:
    return f"{number:032x}"


def matches(log: SqliteLog) -> list[StoredRecord]:
    return [each for p in range(log.partitions(MATCHES)) for each in log.read(MATCHES, p, 0, 10_000)]


def run(log: SqliteLog, keeper: Keeper) -> Filled:
    return fill(log, log, [_WATCH], _WATCH, keeper, now_ms=lambda: 7)


@KEEPERS
def test_what_arrived_before_the_watch_is_brought_once(log: SqliteLog, tmp_path: Path, make: Make) -> None:
    """Not what came before its history, not what its first version saw, nothing that does not match; and not again."""
    put(log, article(1, day=1), article(2, day=2), article(3, day=9), article(4, day=10), article(5, "Nothing", day=5))
    keeper = make(log, tmp_path)
    assert Filled(4, 2, False) == run(log, keeper)
    found = [orjson.loads(each.value or b"") for each in matches(log)]
    assert sorted([id_of(2), id_of(3)]) == sorted(match["article_id"] for match in found)
    assert [("acme", 1)] * 2 == [(entry["watch_id"], entry["watch_version"]) for m in found for entry in m["watches"]]
    assert Filled(0, 2, True) == run(log, keeper)
    assert len(matches(log)) == 2


@KEEPERS
def test_killed_at_any_moment_stance_gets_each_once(log: SqliteLog, tmp_path: Path, make: Make) -> None:
    """A batch that came twice has the same causes, so a position passes over it; nothing is left out."""
    put(log, *(article(number, day=3) for number in range(1, 451)))
    keeper = make(log, tmp_path)

    class Dying:
        """Dies before the place is kept, with the batch appended where that is not one step."""

        def load(self, key: str) -> Place:
            return keeper.load(key)

        def commit(self, key: str, place: Place, records: list[Outgoing]) -> None:
            if isinstance(keeper, FileKeeper) and records:
                log.append(MATCHES, [NewRecord(*record[1:]) for record in records])
            raise OSError("killed")

    with pytest.raises(OSError, match="killed"):
        run(log, Dying())
    run(log, keeper)
    positions: dict[int, Position] = {}
    applied = []
    for stored in sorted(matches(log), key=lambda each: (each.partition, each.offset)):
        cause = Cause.decode(dict(stored.headers)[CAUSE_HEADER])
        assert cause is not None
        position = positions.setdefault(stored.partition, Position())
        if not position.is_applied(cause):
            position.note_cause(cause)
            applied.append(orjson.loads(stored.value or b"")["article_id"])
    assert sorted(id_of(number) for number in range(1, 451)) == sorted(applied)


def test_the_last_word_is_the_last_verdict(log: SqliteLog, tmp_path: Path) -> None:
    """An article that was judged anew while it was brought comes again, behind."""
    put(log, article(1, day=3), article(2, day=4))
    keeper = SqliteKeeper(log)

    class Judging(SqliteKeeper):
        is_first = True

        def commit(self, key: str, place: Place, records: list[Outgoing]) -> None:
            super().commit(key, place, records)
            if self.is_first:
                self.is_first = False
                put(log, copy_of(2, 1, day=4))

    assert Filled(3, 3, False) == run(log, Judging(log))
    last = {m["article_id"]: m for m in (orjson.loads(each.value or b"") for each in matches(log))}
    assert {id_of(1): "original", id_of(2): "exact"} == {key: m["dedupe"]["kind"] for key, m in last.items()}
    assert run(log, keeper).was_done
    assert Filled(0, 3, True) == is_filled(keeper, _WATCH)
    assert is_filled(keeper, {**_WATCH, "version": 2}) is None


def test_carriers_and_their_range() -> None:
    """From ``history_from`` up to the first version."""
    later: Watch = {**_WATCH, "version": 2, "effective_from": "2026-03-20T00:00:00.000Z"}
    del later["history_from"]
    assert [_WATCH] == carriers_of([_WATCH, later])
    chosen = history_range([_WATCH, later], _WATCH)
    assert (parse("2026-03-02"), parse("2026-03-10"), "arrival") == (chosen.from_ms, chosen.to_ms, chosen.by)


def parse(day: str) -> int:
    return epoch_ms(parse_utc(f"{day}T00:00:00Z"))

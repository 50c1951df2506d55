"""The store is a function of the topics: not of how they were cut into batches, nor of repeats and crashes."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from streams.log.protocol import StoredRecord
from streams.settings import Settings
from streams.store.database import open_store
from tests.unit.store import makers as m
from tests.unit.store.filling import dump, take

NUMBERS = st.integers(0, 5)
HOURS = st.integers(0, 3)


@st.composite
def records_of(draw: st.DrawFn) -> list[list[StoredRecord]]:
    """What five topics hold: revisions, moves between stories, ends, repeats."""

    def some(make: Any) -> list[Any]:
        return draw(st.lists(st.composite(make)(), max_size=8))

    def article(draw_: st.DrawFn) -> dict[str, Any]:
        number = draw_(NUMBERS)
        changes = {"dedupe": m.copy_of(draw_(NUMBERS))} if draw_(st.booleans()) else {}
        return m.article(
            number, draw_(HOURS), title=f"Title {draw_(HOURS)}", outlet=f"{draw_(HOURS)}.example", **changes
        )

    def mention(draw_: st.DrawFn) -> dict[str, Any]:
        said = [m.said(holder_id=f"h{draw_(HOURS)}") for _ in range(draw_(HOURS))]
        return m.mention(draw_(NUMBERS), draw_(HOURS), label=f"l{draw_(HOURS)}", statements=said)

    def statement(draw_: st.DrawFn) -> dict[str, Any]:
        record = m.statement(str(draw_(NUMBERS)), str(draw_(HOURS)), (draw_(NUMBERS), 9))
        return m.ended(record, m.statement(str(draw_(NUMBERS)))["statement_id"]) if draw_(st.booleans()) else record

    def alert(draw_: st.DrawFn) -> dict[str, Any]:
        record = m.alert(str(draw_(HOURS)), (draw_(NUMBERS), 9), label=f"l{draw_(HOURS)}")
        return m.ended(record, m.alert(str(draw_(HOURS)))["alert_id"]) if draw_(st.booleans()) else record

    def delivery(draw_: st.DrawFn) -> dict[str, Any]:
        return m.delivery(str(draw_(HOURS)), m.alert(str(draw_(HOURS)))["alert_id"], attempt=draw_(HOURS))

    makers = {"article-deduped": article, "mention": mention, "statement": statement, "alert": alert}
    return [m.stored(kind, *some(make)) for kind, make in {**makers, "delivery": delivery}.items()]


def cut(draw: st.DrawFn, records: list[StoredRecord]) -> list[list[StoredRecord]]:
    """The records in batches, some of which come twice."""
    batches = []
    while records:
        size = draw(st.integers(1, len(records)))
        batches += [records[:size]] * draw(st.integers(1, 2))
        records = records[size:]
    return batches


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_any_cut_gives_the_same_rows(data: st.DataObject) -> None:
    """All at once and topic by topic, or in any batches, some repeated, the topics in any order."""
    found = data.draw(records_of())
    with TemporaryDirectory() as folder:
        stores = [open_store(Settings(store=f"sqlite:///{Path(folder)}/{name}.db")) for name in ("whole", "cut")]
        try:
            for records in filter(None, found):
                take(stores[0], records)
            queues = [data.draw(st.composite(cut)(records)) for records in found]
            while queues := [queue for queue in queues if queue]:
                take(stores[1], data.draw(st.sampled_from(queues)).pop(0))
            assert dump(stores[0]) == dump(stores[1])
        finally:
            for store in stores:
                store.close()

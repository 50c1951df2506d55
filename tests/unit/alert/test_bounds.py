"""What is forgotten, what a false date can do, and what the thousandth carrier costs."""

from __future__ import annotations

import random

from streams.model.records import Takeback
from streams.model.state import DictState
from tests.unit.alert.factory import Desk, changes, mention, statement


def test_forgetting() -> None:
    """What was last touched 90 days before the latest arrival is forgotten silently, and the state stays bounded; the
    holder's last position stays, so that a change after a year is a change."""
    desk = Desk()
    desk.take(mention("a", statement("refuses", "2022-02-10"), published_at="2022-02-10T12:00:00Z"))
    grown = _size(desk)
    for number in range(60):
        desk.take(mention(f"n{number}", published_at=f"2022-{7 + number // 28:02d}-{1 + number % 28:02d}T12:00:00Z"))
        if number == 5:
            assert grown < _size(desk)
    sent = len(desk.sent)
    desk.take(mention("b", statement("joins", "2023-02-16")))
    assert sent + 2 == len(desk.sent)
    assert [("hardened", "refuses", "joins", "2022-02-10")] == changes(desk)
    assert b"2022-02-10T12:00:00Z" not in b"".join(key for key, _ in desk.state.scan(b"", b"\xff"))
    for number in range(6):
        desk.take(mention(f"z{number}", published_at=f"2024-02-{1 + number * 2:02d}T12:00:00Z", title=f"T{number}"))
    assert [("hardened", "refuses", "joins", "2022-02-10")] == changes(desk)


def test_what_was_withdrawn_stays_withdrawn_when_it_is_forgotten() -> None:
    """The baseline is what stood, and a takeback is kept as long as what it took back, then forgotten with it."""
    desk = Desk()
    denial: Takeback = {
        "holder_id": "lukashenko",
        "kind": "withdrawn",
        "by": "holder",
        "stance": "joins",
        "instead": None,
        "said_at": None,
        "on": "2022-02-13",
        "evidence": {"field": "text", "text": "mistranslated", "start": 0, "end": 13},
    }
    desk.take(
        mention("a", statement("refuses", "2022-02-10"), published_at="2022-02-10T12:00:00Z"),
        mention("b", statement("joins", "2022-02-12"), published_at="2022-02-12T12:00:00Z"),
        mention("c", published_at="2022-02-13T12:00:00Z", takebacks=[denial]),
    )
    assert [("withdrawn", "joins", "refuses", "2022-02-12")] == changes(desk)
    late = statement("joins", "2022-02-12")
    desk.take(mention("d", late, published_at="2022-05-01T12:00:00Z", title="Reminder"))
    for number in range(8):
        desk.take(mention(f"n{number}", published_at=f"2022-07-{1 + number:02d}T12:00:00Z", title=f"N{number}"))
    assert [("withdrawn", "joins", "refuses", "2022-02-12")] == changes(desk)
    for number in range(8):
        desk.take(mention(f"z{number}", published_at=f"2023-02-{1 + number:02d}T12:00:00Z", title=f"Z{number}"))
    assert [] == [key for key, _ in desk.state.scan(b"", b"\xff") if b"takeback" in key]
    desk.take(mention("e", statement("joins", "2023-02-16")))
    assert ("hardened", "refuses", "joins", "2022-02-10") in changes(desk)


def test_old_quote_after_forgetting() -> None:
    """A statement older than the window when its story first appears is background, and does not alert."""
    desk = Desk()
    assert "noted" == desk.take(mention("a", statement(said_at="2022-02-16"))).outcome


def test_false_date_forgets_nothing() -> None:
    """A publication date in 2602 moves no horizon: arrival decides what is old."""
    desk = Desk()
    desk.take(mention("a", statement()))
    future = mention("b", published_at="2602-01-01T00:00:00Z", arrived_at="2023-02-16T13:00:00.000Z", title="Odd")
    desk.take(future)
    assert "carried" == desk.take(mention("c", statement())).outcome


def test_cost_of_a_carrier() -> None:
    """The thousandth carrier writes as much as the hundredth: no more entries, and lists of bounded size."""
    written: list[int] = []

    class Counting(DictState):
        def put(self, key: bytes, value: bytes) -> None:
            written.append(len(value))
            super().put(key, value)

    desk = Desk(state=Counting())
    costs = {}
    order = list(range(1000))
    random.Random(7).shuffle(order)
    for count, number in enumerate(order, 1):
        written.clear()
        desk.take(mention(f"m{number:04d}", statement(), outlet=f"o{number % 50}.example"))
        costs[count] = (len(written), sum(written))
    assert costs[100][0] >= costs[1000][0]
    assert 40_000 > costs[1000][1]


def _size(desk: Desk) -> int:
    return sum(1 for _ in desk.state.scan(b"", b"\xff"))

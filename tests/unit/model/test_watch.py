"""Which version of a watch looks at an article, also at one that was there before the watch?"""

from __future__ import annotations

from typing import Any, cast

import pytest

from streams.model.watch import Watch, WatchBook, is_history


def version(number: int, effective_from: str, **more: Any) -> Watch:
    watch = {
        "watch_id": "acme",
        "version": number,
        "effective_from": f"{effective_from}T00:00:00.000Z",
        "status": "active",
    }
    return cast(Watch, watch | more)


def book_of(*versions: Watch) -> WatchBook:
    book = WatchBook()
    for watch in versions:
        book.apply(watch)
    return book


@pytest.mark.parametrize(
    ("day", "expected"),
    [("01-09", []), ("01-10", [2]), ("01-31", [2]), ("02-01", [1]), ("02-28", [1]), ("03-01", [2])],
)
def test_history_lies_before_the_first_version(day: str, expected: list[int]) -> None:
    """A version with ``history_from`` gets what arrived since then and before version 1; the rest is as ever."""
    book = book_of(version(1, "2026-02-01"), version(2, "2026-03-01", history_from="2026-01-10T00:00:00.000Z"))
    assert expected == [watch["version"] for watch in book.at(f"2026-{day}T00:00:00.000Z")]


def test_the_earliest_version_keeps_its_history() -> None:
    """A later version that reaches further back takes only what nobody had."""
    book = book_of(
        version(1, "2026-02-01", history_from="2026-01-20T00:00:00.000Z"),
        version(2, "2026-03-01", history_from="2026-01-10T00:00:00.000Z"),
    )
    found = {day: [each["version"] for each in book.at(f"2026-01-{day}T00:00:00.000Z")] for day in ("09", "15", "25")}
    assert {"09": [], "15": [2], "25": [1]} == found


def test_history_is_what_came_before_its_version() -> None:
    """Only a version with ``history_from`` has history, and what arrives from its start on is none."""
    old = version(1, "2026-02-01", history_from="2026-01-20T00:00:00.000Z")
    assert is_history(old, "2026-01-31T23:59:59.999Z")
    assert not is_history(old, "2026-02-01T00:00:00.000Z")
    assert not is_history(version(1, "2026-02-01"), "2026-01-31T23:59:59.999Z")

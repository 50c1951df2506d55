"""Boundaries of digests and heartbeats: fixed, in order, by a clock that may be set."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.deliver.fates import read_time, wire_time
from streams.deliver.windows import boundary_after


def boundaries(start: str, interval_s: int, count: int, **timing: str) -> list[str]:
    at, found = read_time(start), []
    for _ in range(count):
        at = boundary_after(at, interval_s, timing)
        found.append(wire_time(at)[5:16])
    return found


def test_hours_and_days_of_utc() -> None:
    """On the hour, at midnight; the boundary itself belongs to the window before."""
    assert ["02-16T13:00", "02-16T14:00"] == boundaries("2023-02-16T12:00:00.000Z", 3600, 2)
    assert ["02-17T00:00", "02-18T00:00"] == boundaries("2023-02-16T12:00:00.000Z", 86_400, 2)


def test_a_daily_digest_stays_at_its_time_over_the_change_of_the_clock() -> None:
    """07:00 in Berlin is 05:00 in summer and 06:00 in winter."""
    found = boundaries("2026-10-23T12:00:00.000Z", 86_400, 3, time_zone="Europe/Berlin", digest_at="07:00")
    assert ["10-24T05:00", "10-25T06:00", "10-26T06:00"] == found


def test_an_interval_that_does_not_divide_the_day_begins_anew_at_midnight() -> None:
    """So the boundaries are the same every day."""
    assert ["02-16T15:00", "02-16T20:00", "02-17T00:00", "02-17T05:00"] == boundaries(
        "2023-02-16T12:00:00.000Z", 5 * 3600, 4
    )


@given(
    at_ms=st.integers(0, 4_000_000_000_000),
    interval_s=st.sampled_from([60, 3600, 7200, 18_000, 86_400, 604_800]),
    zone=st.sampled_from([None, "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Nowhere/Land"]),
)
def test_a_boundary_is_later_and_not_far(at_ms: int, interval_s: int, zone: str | None) -> None:
    """Whatever the clock does, the next boundary lies ahead, at most two intervals or a day and an hour."""
    found = boundary_after(at_ms, interval_s, {"time_zone": zone})
    assert at_ms < found <= at_ms + max(2 * interval_s, interval_s + 7_200) * 1000


@pytest.mark.parametrize("interval_s", [3600, 86_400])
def test_the_boundary_after_is_the_same_for_the_whole_window(interval_s: int) -> None:
    """A restart inside of a window finds the same digest."""
    start = read_time("2026-03-29T00:00:00.000Z")
    timing = {"time_zone": "Europe/Berlin"}
    end = boundary_after(start, interval_s, timing)
    assert {end} == {boundary_after(at, interval_s, timing) for at in range(start, end, 600_000)}

"""Does the progress bar tell how much is through all stages, how fast, and how long it takes yet?"""

from __future__ import annotations

from streams.replay.copying import Copied
from streams.replay.run import Advance, Meter


def test_share_rate_and_time_left() -> None:
    """What waits before a stage is not through; the rate is that of the last seconds and never negative."""
    copied, told, clock = Copied(100, 200), list[Advance](), iter([0.0, 5.0, 6.0])
    meter = Meter(copied, told.append, lambda: next(clock))
    meter.advance({"clean": (50, 100), "dedupe": (0, 0)})
    meter.advance({"clean": (100, 100), "dedupe": (100, 100), "detect": (100, 100)})
    meter.advance({"clean": (100, 100), "dedupe": (100, 100), "detect": (20, 100)})
    assert [
        Advance(200, 0.25, 0.0, None),
        Advance(200, 0.5, 10.0, 10.0),
        Advance(200, 0.1, 0.0, None),
    ] == told


def test_an_empty_range_is_through() -> None:
    """Nothing to do is all done."""
    told: list[Advance] = []
    Meter(Copied(0, 0), told.append, lambda: 0.0).advance({})
    assert [Advance(0, 1.0, 0.0, None)] == told

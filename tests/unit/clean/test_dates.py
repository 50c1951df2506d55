"""Claimed times: their shapes, and which are believed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from streams.clean.dates import believe, parse_claimed

NOON = datetime(2023, 2, 16, 12, tzinfo=UTC)
DAY = datetime(2023, 2, 16, tzinfo=UTC)
ARRIVED = datetime(2023, 2, 16, 13, 0, 0, 250_000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("claim", "at", "assumed"),
    [
        ("2023-02-16T12:00:00Z", NOON, None),
        ("2023-02-16T15:00:00+03:00", NOON, None),
        ("Thu, 16 Feb 2023 12:00:00 GMT", NOON, None),
        ("Thu, 16 Feb 2023 07:00:00 EST", NOON, None),
        ("1676548800", NOON, None),
        ("1676548800000", NOON, None),
        (1676548800, NOON, None),
        ("2023-02-16 12:00:00", NOON, "zone"),
        ("20230216120000", NOON, "zone"),
        ("February 16, 2023 12:00 pm", NOON, "zone"),
        ("16 февраля 2023, 12:00", NOON, "zone"),
        ("2023-02-16", DAY, "time"),
        ("16 Feb 2023", DAY, "time"),
        ("16.02.2023", DAY, "time"),
        ("16/02/2023", DAY, "time"),
        ("20230216", DAY, "time"),
        ("16 lutego 2023", DAY, "time"),
    ],
)
def test_shapes_of_news(claim: object, at: datetime, assumed: str | None) -> None:
    """Each shape gives the same instant, and says what it left open."""
    claimed = parse_claimed(claim)
    assert claimed is not None
    assert (at, assumed) == (claimed.at, claimed.assumed)


@pytest.mark.parametrize(
    "claim",
    [
        "",
        "Sunday",
        "0000-00-00",
        "2023-02-31",
        "03/04/2023",
        "31/02/2026",
        "9" * 5000,
        "9999-12-31T23:59:59-12:00",
        None,
        True,
    ],
)
def test_nonsense_is_nothing(claim: object) -> None:
    """What cannot be read, or read in two ways, is None and never an exception."""
    assert parse_claimed(claim) is None


@pytest.mark.parametrize("claim", ["1602-02-16", "2602-02-16T00:00:00Z", "9999-12-31", "1900-01-01", "2023-02-18"])
def test_out_of_bounds_is_not_believed(claim: str) -> None:
    """An unbelievable claim gives way to the arrival, in whole seconds."""
    assert ("2023-02-16T13:00:00Z", None) == believe((claim,), ARRIVED)


def test_first_believable_claim_counts() -> None:
    """A page's own date stands in for a feed's wrong one."""
    published_at, claimed = believe(("2602-01-01", "1987-02-26"), ARRIVED)
    assert ("1987-02-26T00:00:00Z", True) == (published_at, claimed is not None)

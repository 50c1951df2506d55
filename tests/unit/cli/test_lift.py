"""What a filter makes of a record that lacks what earlier stages give it."""

from __future__ import annotations

from typing import Any

import pytest

from streams.clean.extraction import Extraction
from streams.cli.lift import UNDATED, arrived, as_deduped, raw_of
from streams.errors import InvalidRecord

TEXT = "The council met on Monday. It decided nothing, and nobody was surprised."


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ({"text": TEXT}, {"text": TEXT, "outlet": "unknown.example"}),
        ({"text": TEXT, "id": 7, "title": None}, {"text": TEXT, "id": "7", "title": None, "outlet": "unknown.example"}),
        ({"text": TEXT, "id": None}, {"text": TEXT, "outlet": "unknown.example"}),
        (
            {"html": "<p>x", "url": "https://www.news.gazette.example/1"},
            {"html": "<p>x", "url": "https://www.news.gazette.example/1", "outlet": "gazette.example"},
        ),
        ({"text": TEXT, "gold": [1]}, {"text": TEXT, "gold": [1], "outlet": "unknown.example"}),
    ],
)
def test_defaults_of_a_raw_article(record: dict[str, Any], expected: dict[str, Any]) -> None:
    """Text or HTML is enough; numbers are taken for texts; unknown fields stay."""
    assert dict(raw_of(record)) == expected


@pytest.mark.parametrize("record", [{}, {"title": "x"}, {"text": 7}, {"text": None, "html": None}])
def test_an_article_without_text_is_refused(record: dict[str, Any]) -> None:
    """Neither text nor html: the message says what is expected."""
    with pytest.raises(InvalidRecord, match="expected a raw article with at least 'text' or 'html'"):
        raw_of(record)


@pytest.mark.parametrize(
    ("published_at", "page_says", "expected"),
    [
        ("2023-02-16T12:00:00Z", None, "2023-02-16T12:00:00.000Z"),
        ("16 Feb 2023", None, "2023-02-16T00:00:00.000Z"),
        (None, "2023-02-17T10:00:00Z", "2023-02-17T10:00:00.000Z"),
        ("soon", None, UNDATED),
        ("1602-01-01", None, UNDATED),
        ("2602-01-01", None, UNDATED),
        (None, None, UNDATED),
    ],
)
def test_the_default_time_of_arrival_is_a_function_of_the_article(
    published_at: str | None, page_says: str | None, expected: str
) -> None:
    """It is the believable claim, so that it is believed; else one fixed time. No clock is read."""
    raw = raw_of({"text": TEXT, "published_at": published_at})
    assert arrived(raw, Extraction(text=TEXT, published_at=page_says))["arrived_at"] == expected


def test_a_stated_time_of_arrival_stays() -> None:
    """Defaults are for what is missing."""
    raw = raw_of({"text": TEXT, "arrived_at": "2024-01-01T00:00:00.000Z", "published_at": "2023-01-01"})
    assert arrived(raw, None)["arrived_at"] == "2024-01-01T00:00:00.000Z"


def test_an_article_without_verdict_gets_that_of_one_that_stands_alone() -> None:
    """It is an original, of itself; one with a verdict keeps it."""
    article = as_deduped({}, raw_of({"text": TEXT, "id": "a"}), None)
    verdict = article["dedupe"]
    assert (verdict["kind"], verdict["original_id"]) == ("original", article["article_id"])
    assert as_deduped(article, None, None) is article

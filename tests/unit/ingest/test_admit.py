"""What goes into the log for an article that was found."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from streams.errors import RefusedInput, UsageError
from streams.ingest.admit import Terms, admit, normalise_outlet, outlet_option, published_option, with_canonical_names
from streams.log.partition import partition_for

NOW_MS = 1_700_000_000_123
STAMP = "2023-11-14T22:13:20.123Z"


def admitted(found: dict[str, Any], terms: Terms | None = None, context: str = "") -> dict[str, Any]:
    record: dict[str, Any] = orjson.loads(admit(found, context, terms or Terms(), NOW_MS, 4).value or b"")
    return record


def refused(found: dict[str, Any], terms: Terms | None = None) -> tuple[str, str]:
    with pytest.raises(RefusedInput) as caught:
        admit(found, "", terms or Terms(), NOW_MS, 4)
    return caught.value.reason, str(caught.value)


def test_stamp_key_partition_and_timestamp_agree() -> None:
    """The time of arrival is the log's timestamp, and the outlet is the key that chooses the partition."""
    record = admit({"text": "Yes.", "outlet": "Gazette.Example"}, "", Terms(), NOW_MS, 4)
    assert (partition_for(b"gazette.example", 4), b"gazette.example", NOW_MS) == (
        record.partition,
        record.key,
        record.timestamp_ms,
    )
    expected = {"text": "Yes.", "outlet": "gazette.example", "arrived_at": STAMP}
    assert expected == orjson.loads(record.value or b"")


def test_an_arrival_that_came_along_is_not_believed() -> None:
    """Retention counts the arrival, so only ingest says it."""
    found = {"text": "Yes.", "outlet": "a.example", "arrived_at": "1999-01-01T00:00:00Z"}
    assert admitted(found)["arrived_at"] == STAMP


def test_unknown_fields_go_on_as_they_came() -> None:
    """Nothing that ingest does not know is changed, also where it is nested."""
    found = {"text": "Yes.", "outlet": "a.example", "x": {"y": [1, None, "ü"]}, "source": {"name": "A"}}
    assert {**found, "arrived_at": STAMP} == admitted(found)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ({"published": "2022"}, {"published": "2022", "published_at": "2022"}),
        ({"date": "a", "pubDate": "b"}, {"date": "a", "pubDate": "b", "published_at": "a"}),
        ({"published_at": "1", "date": "2"}, {"published_at": "1", "date": "2"}),
        ({"published_at": None, "pubDate": "2"}, {"published_at": "2", "pubDate": "2"}),
        ({"domain": "a.example"}, {"domain": "a.example", "outlet": "a.example"}),
        ({"source": {"id": 1}, "domain": "a"}, {"source": {"id": 1}, "domain": "a", "outlet": "a"}),
        ({"text": "", "content": "c"}, {"text": "c"}),
        ({"text": "t", "body": "b"}, {"text": "t", "body": "b"}),
        ({"lang": "be"}, {"lang": "be", "language": "be"}),
        ({"description_html": "<p>"}, {"html": "<p>"}),
        ({"id": 17}, {"id": "17"}),
        ({"id": True}, {"id": True}),
        ({"date": 20230216}, {"date": 20230216}),
    ],
)
def test_common_other_names_are_understood(found: dict[str, Any], expected: dict[str, Any]) -> None:
    """Only where the canonical field is missing or empty, and only texts."""
    assert expected == with_canonical_names(found)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("WWW.Gazette.Example", "gazette.example"),
        ("gazette.example.", "gazette.example"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("https://news.gazette.example/a", "gazette.example"),
        ("Le  Monde ", "le monde"),
        ("www.example", "www.example"),
    ],
)
def test_outlets_have_one_spelling(name: str, expected: str) -> None:
    """Lower case, Punycode, without www."""
    assert expected == normalise_outlet(name)


def test_order_in_which_the_outlet_is_found() -> None:
    """--outlet, the article's own, its URL, what the input knows."""
    found = {"text": "Yes.", "outlet": "own.example", "url": "https://www.url.example/1"}
    given = [
        admitted(found, Terms(outlet="given.example"), "https://feed.example"),
        admitted(found, None, "https://feed.example"),
        admitted({**found, "outlet": " "}, None, "https://feed.example"),
        admitted({"text": "Yes.", "url": None}, None, "https://feed.example/rss"),
    ]
    assert ["given.example", "own.example", "url.example", "feed.example"] == [one["outlet"] for one in given]


def test_published_and_backfill_are_said_for_those_that_do_not_say() -> None:
    """--published is the time of an article that claims none; a claim stays, however odd."""
    terms = Terms(outlet="a.example", published_at="2023-02-16T12:00:00Z", backfill=True)
    odd = admitted({"text": "Yes.", "published_at": "31/02/1602"}, terms)
    none = admitted({"text": "Yes.", "published_at": ""}, terms)
    assert [("31/02/1602", True), ("2023-02-16T12:00:00Z", True)] == [
        (one["published_at"], one["backfill"]) for one in (odd, none)
    ]


@pytest.mark.parametrize(
    ("fields", "reason", "part"),
    [
        ({"text": "Yes.", "outlet": None}, "no-outlet", "give --outlet"),
        ({"text": "Yes.", "outlet": ["a"]}, "schema", "/outlet is ['a']"),
        ({"text": "Yes.", "outlet": "a\x00b"}, "schema", "without control characters"),
        ({"text": "Yes.", "outlet": "a" * 254}, "schema", "/outlet"),
        ({"title": "Yes"}, "schema", "expected text or html"),
        ({"text": "Yes.", "title": [1]}, "schema", "/title is a list of 1"),
        ({"text": "Yes.", "published_at": 1665187200}, "schema", "/published_at is 1665187200"),
        ({"text": " \n", "title": ""}, "empty", "text, html and title are empty"),
        ({"text": "x" * 5_000_000}, "too-large", "at most 4,194,304 are taken"),
    ],
)
def test_refusals_name_field_and_reason(fields: dict[str, Any], reason: str, part: str) -> None:
    """Every refusal says what was wrong and what to do."""
    found_reason, message = refused({"outlet": "a.example", **fields})
    assert reason == found_reason
    assert part in message


def test_deep_nesting_is_refused() -> None:
    """What can't be written again is not taken."""
    nested: list[Any] = []
    for _ in range(300):
        nested = [nested]
    assert refused({"text": "Yes.", "outlet": "a.example", "x": nested})[0] == "nesting"


@pytest.mark.parametrize("text", ["a\x00b", "<script>alert(1)</script>", "\ufeff\u200b", "x" * 100_000])
def test_odd_text_is_taken(text: str) -> None:
    """Repairing is clean's work; the log keeps what was said."""
    assert admitted({"text": text, "title": "<script>", "outlet": "a.example"})["text"] == text


def test_title_alone_is_enough_beside_an_empty_text() -> None:
    """Many feeds send only titles."""
    assert admitted({"text": "", "title": "Yes", "outlet": "a.example"})["title"] == "Yes"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2023-02-16T12:00:00Z", "2023-02-16T12:00:00Z"),
        ("2023-02-16T14:00+02:00", "2023-02-16T12:00:00Z"),
        ("2023-02-16", "2023-02-16T00:00:00Z"),
    ],
)
def test_published_is_iso_8601(text: str, expected: str) -> None:
    """A time without a zone is UTC."""
    assert expected == published_option(text)


@pytest.mark.parametrize("text", ["yesterday", "", "2023-02-31", "0001-01-01T00:00+23:00"])
def test_published_that_is_no_time_is_wrong_use(text: str) -> None:
    """One line that shows an example."""
    with pytest.raises(UsageError, match="expected ISO 8601 such as"):
        published_option(text)


@pytest.mark.parametrize("text", ["", " ", "a\nb\x00", "a\udcff", "a" * 300])
def test_outlet_that_is_none_is_wrong_use(text: str) -> None:
    """One line that shows an example."""
    with pytest.raises(UsageError, match="expected a host name such as"):
        outlet_option(text)

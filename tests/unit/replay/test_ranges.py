"""What does a range mean, and which topics may be replayed?"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from streams.cli.when import read_duration, read_when
from streams.errors import UsageError
from streams.log.protocol import StoredRecord
from streams.model.times import epoch_ms, parse_utc
from streams.replay.ranges import RAW, Range, kind_to_replay, time_of

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
DAY_MS = 86_400_000


def ms(text: str) -> int:
    return epoch_ms(parse_utc(text))


def stored(record: dict[str, Any] | bytes, at: str) -> StoredRecord:
    value = record if isinstance(record, bytes) else orjson.dumps(record)
    return StoredRecord("t", 0, 0, ms(at), b"k", value, ())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("30d", "2026-02-08T12:00:00.000Z"),
        ("2w", "2026-02-24T12:00:00.000Z"),
        ("0s", "2026-03-10T12:00:00.000Z"),
        ("2026-03-01", "2026-03-01T00:00:00.000Z"),
        ("2026-03-01T12:00+03:00", "2026-03-01T09:00:00.000Z"),
        ("999999w", "1970-01-01T00:00:00.000Z"),
    ],
)
def test_times_are_absolute_or_ago(text: str, expected: str) -> None:
    """ISO 8601, UTC where no zone is named, or a duration before now; never before 1970."""
    try:
        assert expected == time_of(read_when(text, "--from", NOW))
    except UsageError:
        assert text == "999999w"  # beyond what a date can be: told as wrong use


@pytest.mark.parametrize("text", ["", "yesterday", "30", "d", "-3d", "2026-13-01", "9999999999d"])
def test_what_is_no_time_is_wrong_use(text: str) -> None:
    """One line that names the option and what is expected."""
    with pytest.raises(UsageError, match="--from"):
        read_when(text, "--from", NOW)


def test_a_duration_is_a_number_and_a_unit() -> None:
    """Anything else names the option."""
    assert read_duration("36h", "--warm-up").total_seconds() == 129_600
    with pytest.raises(UsageError, match="--warm-up '45' is no duration"):
        read_duration("45", "--warm-up")


def test_the_end_is_not_in_a_range() -> None:
    """From is, to is not; without a start everything before the end is."""
    chosen = Range(ms("2026-03-01T00:00:00Z"), ms("2026-03-02T00:00:00Z"))
    assert [False, True, True, False] == [
        chosen.holds(ms(at))
        for at in ("2026-02-28T23:59:59Z", "2026-03-01T00:00:00Z", "2026-03-01T23:59:59Z", "2026-03-02T00:00:00Z")
    ]
    assert Range(None, 10).holds(0)
    with pytest.raises(UsageError, match="the range is empty"):
        Range(10, 10).check()


def test_arrival_is_the_logs_on_raw_articles_and_their_own_afterwards() -> None:
    """What a stage made was appended later than the article arrived."""
    chosen = Range(ms("2026-03-01T00:00:00Z"), ms("2026-03-02T00:00:00Z"))
    arrived = {"arrived_at": "2026-03-01T10:00:00.000Z"}
    late = "2026-03-09T00:00:00Z"
    assert chosen.has("article-deduped", stored(arrived, late))
    assert not chosen.has(RAW, stored(arrived, late))
    assert (chosen.to_ms + 3_600_000, None) == (chosen.stop_ms(RAW), chosen.stop_ms("article-deduped"))


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("2026-03-01T08:00:00Z", True),
        ("2026-02-01T08:00:00Z", False),
        ("2602-03-01T08:00:00Z", True),  # not believed: it counts by its arrival
        (None, True),
        ("no date", True),
    ],
)
def test_publication_is_what_is_believed(claim: str | None, expected: bool) -> None:
    """As clean will believe it: within bounds of the arrival, else the arrival."""
    chosen = Range(ms("2026-03-01T00:00:00Z"), ms("2026-03-02T00:00:00Z"), "published")
    assert expected == chosen.has(RAW, stored({"published_at": claim}, "2026-03-01T12:00:00Z"))
    assert ms("2026-03-01T00:00:00Z") - DAY_MS == chosen.seek_ms()


@pytest.mark.parametrize("value", [b"", b"{", b"[]", b"{}", b'{"arrived_at": 3}'])
@pytest.mark.parametrize("kind", [RAW, "article-clean"])
def test_what_cannot_be_read_counts_by_its_timestamp(kind: str, value: bytes) -> None:
    """It becomes a dead letter in the replay, as it did live."""
    chosen = Range(ms("2026-03-01T00:00:00Z"), ms("2026-03-02T00:00:00Z"))
    assert chosen.has(kind, stored(value, "2026-03-01T12:00:00Z"))
    assert not chosen.has(kind, stored(value, "2026-03-03T12:00:00Z"))


@pytest.mark.parametrize(
    ("topic", "said"),
    [
        ("alerts", "no agent reads it"),
        ("statements", "no agent reads it"),
        ("articles-raw-dlq", "newsvane dlq retry"),
        ("watches", "read whole by every replay"),
        ("silences", "read whole by every replay"),
        ("articles", "none that agents read"),
    ],
)
def test_topics_that_make_no_sense_say_what_to_do(topic: str, said: str) -> None:
    """And name those that do."""
    with pytest.raises(UsageError, match=said) as caught:
        kind_to_replay(topic)
    assert "articles-raw, articles-clean, articles-deduped, matches, mentions" in str(caught.value)

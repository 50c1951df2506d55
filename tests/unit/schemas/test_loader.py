"""The loader: decoding, checking and encoding at the edge, with messages that a person understands."""

from __future__ import annotations

from typing import Any

import pytest

from schemas import dead_letters_of, decode, encode, topic_of, topics_on, validate
from streams.errors import InvalidRecord

RAW: dict[str, Any] = {"outlet": "a.example", "arrived_at": "2023-02-16T12:00:00.000Z", "text": "Слово"}


def nested(levels: int) -> dict[str, Any]:
    record: dict[str, Any] = {}
    for _ in range(levels - 1):
        record = {"a": record}
    return record


@pytest.mark.parametrize(
    ("value", "reason", "message"),
    [
        (b'{"a":', "not-json", "article-raw: the value is not JSON: unexpected end of data at character 5"),
        (b"", "not-json", "article-raw: the value is not JSON: Input is a zero-length, empty document at character 0"),
        (b'{"a":"\xff"}', "not-utf8", "article-raw: the value is not UTF-8: byte 0xff at position 6"),
        (b"[" * 10_000, "nesting", "article-raw: the value is nested deeper than 1,024 levels; expected a flat record"),
        (b"[1]", "not-an-object", "article-raw: the value is a JSON array; expected an object"),
        (b"null", "not-an-object", "article-raw: the value is a JSON null; expected an object"),
        (
            b'{"a":"\\ud800"}',
            "lone-surrogate",
            "article-raw: lone surrogate escape at character 6, which no text can hold",
        ),
    ],
)
def test_what_is_no_record_is_named(value: bytes, reason: str, message: str) -> None:
    """Each kind of broken value has its own reason, and the place where there is one."""
    with pytest.raises(InvalidRecord) as caught:
        decode("article-raw", value)
    assert (reason, message) == (caught.value.reason, str(caught.value))


def test_unknown_fields_and_control_characters_survive() -> None:
    """What we don't know goes through unchanged, NUL and all."""
    record = {**RAW, "paywall": {"kind": "metered"}, "text": "a\x00b"}
    validate("article-raw", record)
    assert record == decode("article-raw", encode(record))


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ({"a": "\ud800"}, "lone-surrogate"),
        ({"\ud800": 1}, "lone-surrogate"),
        (nested(255), "nesting"),
        ({"a": 2**70}, "number"),
    ],
)
def test_what_cannot_be_written_is_an_invalid_record(record: dict[str, Any], reason: str) -> None:
    """A record that the wire can't carry is a dead letter and never a crash."""
    with pytest.raises(InvalidRecord) as caught:
        encode(record)
    assert reason == caught.value.reason


def test_nesting_up_to_the_limit_is_written() -> None:
    """254 levels go out as they came."""
    assert nested(254) == decode("article-raw", encode(nested(254)))


def test_programmers_mistakes_are_no_invalid_records() -> None:
    """A value of a type that is never on the wire, an unknown kind, an unknown topic: not the record's fault."""
    with pytest.raises(TypeError):
        encode({"a": object()})
    with pytest.raises(LookupError, match="record kind 'articel' is unknown"):
        validate("articel", RAW)
    with pytest.raises(LookupError, match="ask dead_letters_of"):
        topic_of("dead-letter")
    with pytest.raises(LookupError, match="'alerts' has no dead letters"):
        dead_letters_of("alerts")


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"outlet": ""}, "/outlet", "is ''; expected the outlet's host name, 1 to 253 characters"),
        ({"text": None}, "", "article-raw: expected text or html, at least one of them a string"),
        ({"title": True}, "/title", "/title is true; expected string or null"),
        ({"title": 1.5}, "/title", "/title is 1.5; expected string or null"),
        ({"title": ["x"] * 9}, "/title", "/title is a list of 9; expected string or null"),
        ({"backfill": None}, "/backfill", "/backfill is null; expected boolean"),
        ({"title": "x" * 2001}, "/title", "…' (2,001 characters); expected at most 2,000 characters"),
        (
            {"arrived_at": "yesterday"},
            "/arrived_at",
            "expected a time after 1970 with a zone (RFC 3339), such as 2023-02-16T12:00:00.000Z",
        ),
    ],
)
def test_a_breach_is_told_with_field_value_and_expectation(change: dict[str, Any], field: str, message: str) -> None:
    """The message names the field, shortens the value and says what was expected."""
    with pytest.raises(InvalidRecord) as caught:
        validate("article-raw", {**RAW, **change})
    assert field == caught.value.field
    assert message in str(caught.value)
    assert len(str(caught.value)) < 250


def test_a_missing_field_is_told_before_rules_over_several() -> None:
    """An empty record lacks its first field; that it has no text either comes later."""
    with pytest.raises(InvalidRecord, match=r"^article-raw: /arrived_at is missing$"):
        validate("article-raw", {})


def test_a_secret_in_the_wrong_place_is_not_repeated() -> None:
    """Messages end in logs: a field that may hold a secret is refused without being shown."""
    destination = {
        "kind": "chat",
        "address": "https://user:hunter2@chat.example/hook",
        "address_secret": "hunter3",
        "signing_secrets": ["whsec_hunter4"],
        "timeout_s": 5,
    }
    for kept in ("address", "address_secret", "signing_secrets"):
        harmless: dict[str, Any] = {"address": None, "address_secret": None, "signing_secrets": []}
        record = {"destination": {**destination, **harmless, kept: destination[kept]}}
        with pytest.raises(InvalidRecord) as caught:
            validate("subscription", {**SUBSCRIPTION, **record})
        assert "is refused and not shown; expected" in str(caught.value)
        assert "hunter" not in str(caught.value)


def test_text_of_the_greatest_length_is_accepted() -> None:
    """Four million characters, whatever their bytes; one more is refused."""
    validate("article-raw", {**RAW, "text": "ы" * 4_000_000})
    with pytest.raises(InvalidRecord, match=r"/text is .* \(4,000,001 characters\)"):
        validate("article-raw", {**RAW, "text": "ы" * 4_000_001})


def test_keys_are_the_fields_joined() -> None:
    """The key is finer than the partition where compaction needs it."""
    alert = {"watch_id": "w", "alert_id": "a1"}
    assert (topic_of("alert").key_of(alert), topic_of("alert").partition_key_of(alert)) == (b"w/a1", b"w")
    assert "газета.example".encode() == topic_of("article-raw").key_of({"outlet": "газета.example"})


@pytest.mark.parametrize(("outlet", "reason"), [(None, "schema"), (5, "schema"), ("\ud800.example", "lone-surrogate")])
def test_a_record_without_its_key_is_invalid(outlet: object, reason: str) -> None:
    """A key that can't be made is the record's fault, with the field named."""
    with pytest.raises(InvalidRecord) as caught:
        topic_of("article-raw").key_of({"outlet": outlet})
    assert (reason, "/outlet") == (caught.value.reason, caught.value.field)


def test_dead_letters_are_keyed_by_the_original() -> None:
    """Nobody may make a dead letter's key from its fields."""
    with pytest.raises(LookupError, match="articles-raw-dlq takes its keys from elsewhere"):
        dead_letters_of("articles-raw").key_of({"dead_letter_id": "x"})


def test_only_kafka_has_changelogs() -> None:
    """The embedded log keeps states in tables, so it has no topics for them."""
    names = {log: {topic.name for topic in topics_on(log)} for log in ("sqlite", "kafka")}
    assert {"clean-state", "dedupe-state", "detect-state", "stance-state", "alert-state"} == (
        names["kafka"] - names["sqlite"]
    )
    assert names["sqlite"] <= names["kafka"]


SUBSCRIPTION: dict[str, Any] = {
    "subscription_id": "s",
    "version": 1,
    "status": "active",
    "title": "S",
    "owner": "o",
    "watches": [],
    "filters": {"kinds": [], "severities": [], "labels": [], "languages": [], "min_outlets": 0, "backfill": False},
    "timing": {
        "group_wait_s": 0,
        "group_interval_s": 0,
        "repeat_interval_s": None,
        "hourly_cap": None,
        "digest_interval_s": None,
        "heartbeat_interval_s": None,
        "max_age_s": 60,
    },
    "changed_by": "o",
    "changed_at": "2023-02-16T12:00:00.000Z",
}

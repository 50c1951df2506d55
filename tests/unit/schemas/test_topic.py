"""Topic files are read strictly: a typing mistake is an error and never a default."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.topic import BadDeclaration, Topic, parse_retention, parse_size, parse_topic
from streams.log.protocol import TopicSpec

DOCUMENT: dict[str, Any] = {
    "name": "alerts",
    "description": "One alert a story.",
    "writers": ["alert"],
    "readers": ["web"],
    "record": "alert",
    "key": ["watch_id", "alert_id"],
    "partition_by": ["watch_id"],
    "retention": "45d",
    "retention_size": "20GB",
    "cleanup": "compact",
    "config": {"max.message.bytes": 1000},
    "logs": ["kafka"],
}


def test_a_file_becomes_a_topic() -> None:
    """Everything that the file says is in the value, units resolved."""
    assert Topic(
        name="alerts",
        description="One alert a story.",
        writers=("alert",),
        readers=("web",),
        record="alert",
        key_fields=("watch_id", "alert_id"),
        partition_fields=("watch_id",),
        partitions=4,
        partitions_of=None,
        scales=True,
        retention_ms=45 * 86_400_000,
        retention_bytes=20 * 10**9,
        cleanup="compact",
        config={"max.message.bytes": "1000"},
        logs=("kafka",),
    ) == parse_topic(DOCUMENT, "alerts.yaml")


def test_the_installation_chooses_the_partitions_of_a_topic_that_scales() -> None:
    """A number written in the file is fixed; without one the caller's number counts."""
    scaling, fixed = parse_topic(DOCUMENT, "alerts.yaml"), parse_topic({**DOCUMENT, "partitions": 1}, "alerts.yaml")
    assert [topic.spec(n).partitions for topic in (scaling, fixed) for n in (None, 12)] == [4, 12, 1, 1]
    assert scaling.spec() == TopicSpec(
        "alerts", 4, "compact", 45 * 86_400_000, 20 * 10**9, {"max.message.bytes": "1000"}
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"retension": "7d"}, r"unknown fields \['retension'\]"),
        ({"name": "alert"}, "it declares the topic 'alert'"),
        ({"writers": ["alerter"]}, r"writers \['alerter'\]; expected some of alert, clean"),
        ({"readers": []}, "readers is empty"),
        ({"readers": ["web", "web"]}, "readers .* expected a list of different texts"),
        ({"key": "watch_id"}, "key 'watch_id'; expected a list"),
        ({"partition_by": ["alert_id"]}, "is no prefix of the key"),
        ({"cleanup": "compact,delete"}, "expected delete or compact"),
        ({"partitions": True}, "partitions True; expected a whole number above 0"),
        ({"partitions": 0}, "expected a whole number above 0"),
        ({"partitions": 2, "partitions_of": "matches"}, "not both"),
        ({"retention": 7}, "retention 7; expected 'forever' or a number"),
        ({"config": {"max.message.bytes": 1.5}}, "expected Kafka settings"),
        ({"config": {"preallocate": True}}, "expected Kafka settings"),
        ({"logs": ["redis"]}, "expected sqlite, kafka or both"),
        ({"record": 5}, "expected the name of a schema or null"),
        ({"description": " "}, "description ' '; expected a text"),
    ],
)
def test_a_wrong_file_is_refused_by_name(change: dict[str, Any], message: str) -> None:
    """The error names the file, the field, the value and what was expected."""
    with pytest.raises(BadDeclaration, match=f"^alerts.yaml: .*{message}"):
        parse_topic({**DOCUMENT, **change}, "alerts.yaml")


def test_a_file_without_a_field_is_refused() -> None:
    """Nothing is assumed."""
    with pytest.raises(BadDeclaration, match=r"missing fields \['retention'\]"):
        parse_topic({name: value for name, value in DOCUMENT.items() if name != "retention"}, "alerts.yaml")
    with pytest.raises(BadDeclaration, match="expected a mapping, it is list"):
        parse_topic([], "alerts.yaml")


@pytest.mark.parametrize("text", ["45", "45 d", "d", "-1", "0d", "1.5d", "45D", "7 days", "", "1w", None, 45, "٤d"])
def test_durations_need_a_known_unit(text: object) -> None:
    """No guessing: a retention that is read wrongly deletes history."""
    with pytest.raises(BadDeclaration, match=r"retention .*; expected 'forever' or a number with m, h or d"):
        parse_retention(text, "x.yaml")


@pytest.mark.parametrize("text", ["20", "20gb", "20GiB", "0GB", None])
def test_sizes_need_a_known_unit(text: object) -> None:
    """The same for sizes."""
    with pytest.raises(BadDeclaration, match="retention_size"):
        parse_size(text, "x.yaml")


def test_durations_and_sizes() -> None:
    """Units are minutes, hours and days, and powers of ten."""
    assert [parse_retention(text, "x") for text in ("forever", "90m", "12h")] == [-1, 90 * 60_000, 12 * 3_600_000]
    assert [parse_size(text, "x") for text in ("unlimited", "500MB", "1TB")] == [-1, 500 * 10**6, 10**12]

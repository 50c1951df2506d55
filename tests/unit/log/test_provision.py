"""Declared topics against those that exist."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import cast

import pytest

from schemas import topics, topics_on
from streams.log.protocol import Log, TopicSpec
from streams.log.provision import Problem, apply_topics, check_topics, compare, planned

DAY_MS = 86_400_000


class FakeLog:
    """The two methods of a log that provisioning uses."""

    def __init__(self, existing: dict[str, TopicSpec] | None = None) -> None:
        self.existing = existing or {}

    def describe_topics(self) -> dict[str, TopicSpec]:
        return dict(self.existing)

    def create_topics(self, specs: Iterable[TopicSpec]) -> list[str]:
        created = [spec for spec in specs if spec.name not in self.existing]
        self.existing |= {spec.name: spec for spec in created}
        return [spec.name for spec in created]


def log(existing: dict[str, TopicSpec] | None = None) -> Log:
    return cast(Log, FakeLog(existing))


def test_missing_topics_are_created_once() -> None:
    """All on an empty log, nothing the second time, and then there is nothing to complain about."""
    empty, declared = log(), topics_on("kafka")
    assert [topic.name for topic in declared] == apply_topics(empty, declared)
    assert apply_topics(empty, declared) == []
    assert check_topics(empty, declared) == []


def test_the_number_of_partitions_is_chosen_for_topics_that_scale() -> None:
    """Agents' topics and their changelogs follow the installation; configuration and dead letters have one."""
    empty = log()
    apply_topics(empty, topics_on("kafka"), partitions=12)
    numbers = {name: spec.partitions for name, spec in empty.describe_topics().items()}
    names = ("articles-raw", "clean-state", "alerts", "watches", "articles-raw-dlq", "dead-letter-status")
    assert [numbers[name] for name in names] == [12, 12, 12, 1, 1, 1]
    assert check_topics(empty, topics_on("kafka")) == []


def test_a_changelog_gets_the_partitions_that_its_input_has() -> None:
    """State belongs to the input's partition of the same number, whatever was asked for."""
    existing = {"matches": topics()["matches"].spec(7)}
    specs = {spec.name: spec for spec in planned(topics_on("kafka"), existing, partitions=2)}
    assert (specs["stance-state"].partitions, specs["clean-state"].partitions) == (7, 2)


def test_existing_topics_are_left_as_they_are() -> None:
    """Applying creates; it never changes what holds records."""
    odd = replace(topics()["alerts"].spec(), partitions=9, retention_ms=5)
    existing = log({"alerts": odd})
    apply_topics(existing, topics_on("sqlite"), partitions=3)
    assert odd == existing.describe_topics()["alerts"]


@pytest.mark.parametrize(
    ("name", "change", "kind", "message"),
    [
        (
            "watches",
            {"partitions": 3},
            "partitions",
            "topic watches has 3 partitions; expected 1; its order needs that; create it anew and copy its records",
        ),
        (
            "articles-raw",
            {"retention_ms": 7 * DAY_MS},
            "retention",
            "topic articles-raw has retention.ms=604800000; expected -1; set it on the log (kafka-configs.sh on Kafka) "
            "or change the declaration; records are deleted too early",
        ),
        (
            "articles-clean",
            {"retention_ms": -1},
            "retention",
            "topic articles-clean has retention.ms=-1; expected 3888000000; set it on the log (kafka-configs.sh on "
            "Kafka) or change the declaration",
        ),
        (
            "alerts",
            {"cleanup": "delete"},
            "cleanup",
            "topic alerts has cleanup.policy=delete; expected compact; set it on the log (kafka-configs.sh on Kafka) "
            "or change the declaration",
        ),
        (
            "alerts",
            {"config": {}},
            "config",
            "topic alerts has max.message.bytes=unset; expected 8388608; set it on the log (kafka-configs.sh on Kafka) "
            "or change the declaration",
        ),
        (
            "clean-state",
            {"partitions": 2},
            "partitions",
            "topic clean-state has 2 partitions; expected as many as articles-raw, 4; stop the workers and create "
            "clean-state anew; the state has to be built again by a replay",
        ),
    ],
)
def test_each_difference_is_one_line_of_what_to_do(
    name: str, change: dict[str, object], kind: str, message: str
) -> None:
    """One problem for one difference, with the value, the expectation and the way out."""
    existing = {topic.name: topic.spec() for topic in topics_on("kafka")}
    existing[name] = replace(existing[name], **change)  # type: ignore[arg-type]
    assert [Problem(name, kind, message)] == compare(topics_on("kafka"), existing)  # type: ignore[arg-type]


def test_a_missing_topic_is_one_problem() -> None:
    """Nothing else is said about what is not there."""
    existing = {topic.name: topic.spec() for topic in topics_on("sqlite") if topic.name != "feedback"}
    message = "topic feedback is missing; create it with 'newsvane topics apply'"
    assert [Problem("feedback", "missing", message)] == compare(topics_on("sqlite"), existing)


def test_a_brokers_other_settings_are_no_problem() -> None:
    """Only what is declared is compared."""
    existing = {topic.name: topic.spec() for topic in topics_on("kafka")}
    spec = existing["alerts"]
    existing["alerts"] = replace(spec, config={**spec.config, "segment.ms": "1"}, partitions=9)
    assert compare(topics_on("kafka"), existing) == []

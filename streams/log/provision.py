"""Are the topics there as declared? Create the missing ones; compare the rest and say what to do.

Nothing that exists is changed: a topic's partitions decide where keys lie, and its retention decides what is deleted,
so a difference is a decision for a person. A topic with ``partitions_of`` gets as many partitions as its model *has*,
not as many as the declaration would give it: a changelog's partition belongs to the input's of the same number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from streams.errors import TopicMissing
from streams.log.protocol import Log, TopicSpec


class Declared(Protocol):
    """A topic as ``schemas`` declares it."""

    @property
    def name(self) -> str: ...

    @property
    def partitions_of(self) -> str | None: ...

    @property
    def scales(self) -> bool: ...

    def spec(self, partitions: int | None = None) -> TopicSpec: ...


@dataclass(frozen=True, slots=True)
class Problem:
    """One difference between what is declared and what exists, and what to do about it."""

    topic: str
    kind: Literal["missing", "partitions", "retention", "cleanup", "config"]
    message: str


def apply_topics(log: Log, topics: Iterable[Declared], partitions: int | None = None) -> list[str]:
    """Create the topics that are missing; return their names in order.

    ``partitions``: how many the scaling topics get; None for the declared number.
    """
    existing = log.describe_topics()
    missing = [spec for spec in planned(topics, existing, partitions) if spec.name not in existing]
    return log.create_topics(missing) if missing else []


def check_topics(log: Log, topics: Iterable[Declared]) -> list[Problem]:
    """Compare the declared topics with the log's; no problems, no entries."""
    return compare(topics, log.describe_topics())


def check_topics_exist(log: Log, topics: Iterable[Declared], broker: str) -> None:
    """Raises TopicMissing, which says how to create them; ``broker`` is for its message."""
    existing = log.describe_topics()
    missing = sorted(topic.name for topic in topics if topic.name not in existing)
    if missing:
        others = f" and {len(missing) - 1} more do" if len(missing) > 1 else " does"
        raise TopicMissing(
            f"topic '{missing[0]}'{others} not exist on {broker}; create them with 'newsvane topics apply'"
        )


def planned(
    topics: Iterable[Declared], existing: Mapping[str, TopicSpec], partitions: int | None = None
) -> list[TopicSpec]:
    """What to create where it is missing, with the partitions of those that are followed."""
    declared = list(topics)
    specs = {topic.name: topic.spec(partitions) for topic in declared}
    for topic in declared:
        followed = topic.partitions_of
        model = existing.get(followed) or specs.get(followed) if followed is not None else None
        if model is not None:
            specs[topic.name] = replace(specs[topic.name], partitions=model.partitions)
    return list(specs.values())


def compare(topics: Iterable[Declared], existing: Mapping[str, TopicSpec]) -> list[Problem]:
    """Every difference, in the order of the declaration. How many partitions a scaling topic has is the
    installation's choice and no problem, unless another topic has to have as many."""
    problems = []
    for topic in topics:
        found, expected = existing.get(topic.name), topic.spec()
        if found is None:
            problems.append(
                Problem(topic.name, "missing", f"topic {topic.name} is missing; create it with 'newsvane topics apply'")
            )
            continue
        problems += _partitions(topic, expected, found, existing)
        problems += _settings(expected, found)
    return problems


def _partitions(
    topic: Declared, expected: TopicSpec, found: TopicSpec, existing: Mapping[str, TopicSpec]
) -> list[Problem]:
    name = topic.name
    if topic.partitions_of is not None:
        model = existing.get(topic.partitions_of)
        if model is None or model.partitions == found.partitions:
            return []
        why = f"as many as {topic.partitions_of}, {model.partitions}"
        what = f"stop the workers and create {name} anew; the state has to be built again by a replay"
    elif not topic.scales and found.partitions != expected.partitions:
        why = str(expected.partitions)
        what = "its order needs that; create it anew and copy its records"
    else:
        return []
    return [Problem(name, "partitions", f"topic {name} has {_count(found.partitions)}; expected {why}; {what}")]


def _settings(expected: TopicSpec, found: TopicSpec) -> list[Problem]:
    name = expected.name
    problems = []
    for setting, want, has in (
        ("retention.ms", expected.retention_ms, found.retention_ms),
        ("retention.bytes", expected.retention_bytes, found.retention_bytes),
    ):
        if want != has:
            loss = "; records are deleted too early" if has >= 0 and (want < 0 or has < want) else ""
            problems.append(Problem(name, "retention", _differs(name, setting, str(has), str(want)) + loss))
    if expected.cleanup != found.cleanup:
        problems.append(Problem(name, "cleanup", _differs(name, "cleanup.policy", found.cleanup, expected.cleanup)))
    for setting, value in sorted(expected.config.items()):
        if found.config.get(setting) != value:
            has_value = found.config.get(setting, "unset")
            problems.append(Problem(name, "config", _differs(name, setting, has_value, value)))
    return problems


def _differs(name: str, setting: str, has: str, want: str) -> str:
    what = "set it on the log (kafka-configs.sh on Kafka) or change the declaration"
    return f"topic {name} has {setting}={has}; expected {want}; {what}"


def _count(partitions: int) -> str:
    return f"{partitions} partition" if partitions == 1 else f"{partitions} partitions"

"""What is a topic? One YAML file each in ``topics/``: writers, readers, record, key, partitions, retention, compaction.

A file says everything or is refused: unknown and missing fields, retentions without a unit, and values of the wrong
type are errors that name the file. ``partitions`` may be left out: the topic then has as many as the installation
chooses (``DEFAULT_PARTITIONS`` unless told); a written number is fixed. ``partitions_of`` follows another topic.

The key may be finer than the partition: compaction keeps the last record of a *key*, while order and state belong to a
*partition*. So ``alerts`` has the key watch_id/alert_id and is partitioned by watch_id.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from streams.errors import InvalidRecord
from streams.log.protocol import TopicSpec

DEFAULT_PARTITIONS = 4
ROOMS = frozenset(
    {"ingest", "clean", "dedupe", "detect", "stance", "alert", "deliver", "store", "web", "replay", "cli"}
)
"""Who may write and read topics: the stages and the rooms around them."""

LogKind = Literal["sqlite", "kafka"]

_FIELDS = frozenset(
    [
        "name",
        "description",
        "writers",
        "readers",
        "record",
        "key",
        "partition_by",
        "retention",
        "cleanup",
        "config",
        "logs",
    ]
)
_OPTIONAL = frozenset({"partitions", "partitions_of", "retention_size"})
_DURATION = re.compile(r"([1-9][0-9]*)(m|h|d)")
_DURATION_MS = {"m": 60_000, "h": 3_600_000, "d": 86_400_000}
_SIZE = re.compile(r"([1-9][0-9]*)(MB|GB|TB)")
_SIZE_BYTES = {"MB": 10**6, "GB": 10**9, "TB": 10**12}


class BadDeclaration(ValueError):
    """A topic file is wrong: a programmer's mistake, found by the tests."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic as declared. ``record`` None: binary. ``scales``: the installation may choose the partitions."""

    name: str
    description: str
    writers: tuple[str, ...]
    readers: tuple[str, ...]
    record: str | None
    key_fields: tuple[str, ...]
    partition_fields: tuple[str, ...]
    partitions: int
    partitions_of: str | None
    scales: bool
    retention_ms: int
    retention_bytes: int
    cleanup: Literal["delete", "compact"]
    config: Mapping[str, str]
    logs: tuple[LogKind, ...]

    def key_of(self, record: Mapping[str, Any]) -> bytes:
        """The record's key: its key fields joined by '/'. Raises InvalidRecord where one is missing."""
        return self._joined(self.key_fields, record)

    def partition_key_of(self, record: Mapping[str, Any]) -> bytes:
        """What chooses the record's partition; a prefix of the key or all of it."""
        return self._joined(self.partition_fields, record)

    def spec(self, partitions: int | None = None) -> TopicSpec:
        """The topic for ``Log.create_topics``; ``partitions`` is the installation's number for those that scale."""
        return TopicSpec(
            name=self.name,
            partitions=partitions if partitions is not None and self.scales else self.partitions,
            cleanup=self.cleanup,
            retention_ms=self.retention_ms,
            retention_bytes=self.retention_bytes,
            config=self.config,
        )

    def _joined(self, fields: tuple[str, ...], record: Mapping[str, Any]) -> bytes:
        if not fields:
            raise LookupError(f"topic {self.name} takes its keys from elsewhere, not from fields of a record")
        parts = []
        for field in fields:
            value = record.get(field)
            if not isinstance(value, str):
                raise InvalidRecord(
                    "schema",
                    f"{field} is needed as a key of {self.name}; expected a text, it is {value!r:.60}",
                    f"/{field}",
                )
            parts.append(value)
        try:
            return "/".join(parts).encode()
        except UnicodeEncodeError as error:
            raise InvalidRecord(
                "lone-surrogate",
                f"{' or '.join(fields)} holds a lone surrogate, which UTF-8 can't carry",
                f"/{fields[0]}",
            ) from error


def parse_topic(document: object, file: str) -> Topic:
    """Read one YAML document. ``partitions_of`` is left to the caller, who knows the others."""
    if not isinstance(document, dict):
        raise BadDeclaration(f"{file}: expected a mapping, it is {type(document).__name__}")
    unknown, missing = sorted(set(document) - _FIELDS - _OPTIONAL), sorted(_FIELDS - set(document))
    if unknown or missing:
        raise BadDeclaration(f"{file}: unknown fields {unknown}, missing fields {missing}")
    if {"partitions", "partitions_of"} <= set(document):
        raise BadDeclaration(f"{file}: partitions or partitions_of, not both")
    if f"{document['name']}.yaml" != file:
        raise BadDeclaration(f"{file}: it declares the topic {document['name']!r}; file and topic share their name")
    from_original = document["key"] == "original" and document["partition_by"] == "original"
    key = () if from_original else _texts(document, "key", file)
    partition_by = () if from_original else _texts(document, "partition_by", file)
    if key[: len(partition_by)] != partition_by:
        raise BadDeclaration(f"{file}: partition_by {partition_by} is no prefix of the key {key}")
    cleanup = document["cleanup"]
    if cleanup not in ("delete", "compact"):
        raise BadDeclaration(f"{file}: cleanup {cleanup!r}; expected delete or compact")
    partitions = document.get("partitions", DEFAULT_PARTITIONS)
    if type(partitions) is not int or partitions < 1:
        raise BadDeclaration(f"{file}: partitions {partitions!r}; expected a whole number above 0")
    record, config = document["record"], document["config"]
    if record is not None and not isinstance(record, str):
        raise BadDeclaration(f"{file}: record {record!r}; expected the name of a schema or null")
    if not isinstance(config, dict) or not all(isinstance(k, str) and type(v) in (str, int) for k, v in config.items()):
        raise BadDeclaration(f"{file}: config {config!r}; expected Kafka settings with texts or whole numbers")
    return Topic(
        name=document["name"],
        description=_text(document, "description", file),
        writers=_rooms(document, "writers", file),
        readers=_rooms(document, "readers", file),
        record=record,
        key_fields=key,
        partition_fields=partition_by,
        partitions=partitions,
        partitions_of=_text(document, "partitions_of", file) if "partitions_of" in document else None,
        scales="partitions" not in document,
        retention_ms=parse_retention(document["retention"], file),
        retention_bytes=parse_size(document.get("retention_size", "unlimited"), file),
        cleanup=cleanup,
        config={setting: str(value) for setting, value in config.items()},
        logs=_logs(document, file),
    )


def parse_retention(text: object, file: str) -> int:
    """Milliseconds of '90m', '12h', '45d'; -1 of 'forever'.

    >>> parse_retention("45d", "x.yaml")
    3888000000
    """
    if text == "forever":
        return -1
    found = _DURATION.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise BadDeclaration(f"{file}: retention {text!r}; expected 'forever' or a number with m, h or d, such as 45d")
    return int(found[1]) * _DURATION_MS[found[2]]


def parse_size(text: object, file: str) -> int:
    """Bytes a partition of '500MB', '20GB', '1TB'; -1 of 'unlimited'."""
    if text == "unlimited":
        return -1
    found = _SIZE.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise BadDeclaration(f"{file}: retention_size {text!r}; expected 'unlimited' or a number with MB, GB or TB")
    return int(found[1]) * _SIZE_BYTES[found[2]]


def _text(document: dict[str, Any], field: str, file: str) -> str:
    value = document[field]
    if not isinstance(value, str) or not value.strip():
        raise BadDeclaration(f"{file}: {field} {value!r}; expected a text")
    return value


def _texts(document: dict[str, Any], field: str, file: str) -> tuple[str, ...]:
    value = document[field]
    if not isinstance(value, list) or not all(isinstance(part, str) for part in value) or len(set(value)) != len(value):
        raise BadDeclaration(f"{file}: {field} {value!r}; expected a list of different texts")
    return tuple(value)


def _rooms(document: dict[str, Any], field: str, file: str) -> tuple[str, ...]:
    names = _texts(document, field, file)
    strangers = sorted(set(names) - ROOMS)
    if strangers or not names:
        raise BadDeclaration(f"{file}: {field} {strangers or 'is empty'}; expected some of {', '.join(sorted(ROOMS))}")
    return names


def _logs(document: dict[str, Any], file: str) -> tuple[LogKind, ...]:
    known: dict[str, LogKind] = {"sqlite": "sqlite", "kafka": "kafka"}
    names = _texts(document, "logs", file)
    if not names or not set(names) <= set(known):
        raise BadDeclaration(f"{file}: logs {names}; expected sqlite, kafka or both")
    return tuple(known[name] for name in names)

"""The wire contracts: topics, records, examples, and the loader. ``docs/contracts.md`` explains them."""

from schemas.loader import (
    dead_letters_of,
    decode,
    encode,
    records,
    topic_of,
    topics,
    topics_on,
    validate,
)
from schemas.topic import DEFAULT_PARTITIONS, LogKind, Topic

__all__ = [
    "DEFAULT_PARTITIONS",
    "LogKind",
    "Topic",
    "dead_letters_of",
    "decode",
    "encode",
    "records",
    "topic_of",
    "topics",
    "topics_on",
    "validate",
]

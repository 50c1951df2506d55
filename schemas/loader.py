"""Which topics and records are there, and does this record hold? The door to the wire contracts.

``topics()`` reads ``topics/*.yaml`` once; ``validate`` compiles ``records/*.schema.json`` at the first use of a kind.
Decoding and checking are two steps, because a filter reads lines that are already dictionaries. Limits: a record is an
object of at most 1,024 levels on the way in and of 254 on the way out (orjson's limits), in UTF-8 without lone
surrogates.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import orjson
import yaml
from jsonschema_rs import Draft202012Validator, RegexOptions

from schemas.explain import explain
from schemas.topic import BadDeclaration, LogKind, Topic, parse_topic
from streams.errors import InvalidRecord

DEAD_LETTER = "dead-letter"
# libyaml where PyYAML has it: every command reads the declarations at its start
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def topics() -> Mapping[str, Topic]:
    """Every declared topic by name, in the order of names."""
    found = {}
    for path in _files("topics", ".yaml"):
        document = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506  # it is a safe loader
        topic = parse_topic(document, path.name)
        found[topic.name] = topic
    for topic in found.values():
        followed = topic.partitions_of
        if followed is not None and (followed not in found or not found[followed].scales):
            raise BadDeclaration(
                f"{topic.name}.yaml: partitions_of {followed!r}; expected a topic without fixed partitions"
            )
    return dict(sorted(found.items()))


def topics_on(log: LogKind) -> tuple[Topic, ...]:
    """The topics that this log has; Kafka has the changelogs of the stages besides."""
    return tuple(topic for topic in topics().values() if log in topic.logs)


@cache
def topic_of(kind: str) -> Topic:
    """The one topic of a record kind. Dead letters have many: ``dead_letters_of`` finds the right one."""
    if kind == DEAD_LETTER:
        raise LookupError("dead letters have a topic for each input topic; ask dead_letters_of(topic)")
    found = [topic for topic in topics().values() if topic.record == kind]
    if len(found) != 1:
        raise LookupError(f"record kind {kind!r} has {len(found)} topics; expected one in schemas/topics")
    return found[0]


def dead_letters_of(topic: str) -> Topic:
    """The twin of an agent's input topic."""
    twin = topics().get(f"{topic}-dlq")
    if twin is None:
        raise LookupError(f"topic {topic!r} has no dead letters; it is no agent's input")
    return twin


@cache
def records() -> Mapping[str, Mapping[str, Any]]:
    """Every record's JSON Schema by kind, in the order of names."""
    suffix = ".schema.json"
    return {path.name.removesuffix(suffix): orjson.loads(path.read_bytes()) for path in _files("records", suffix)}


def validate(kind: str, record: Mapping[str, Any]) -> None:
    """Hold a record against its schema. Raises InvalidRecord that names the field, its value and what was expected."""
    validator = _validator(kind)
    if not validator.is_valid(record):
        raise explain(kind, records()[kind], validator, record)


def decode(kind: str, value: bytes) -> dict[str, Any]:
    """Read a value off the wire, without checking its schema. Raises InvalidRecord for what is no JSON object."""
    try:
        record = orjson.loads(value)
    except orjson.JSONDecodeError as error:
        raise _undecodable(kind, value, error) from error
    if not isinstance(record, dict):
        raise InvalidRecord("not-an-object", f"{kind}: the value is a JSON {_json_type(record)}; expected an object")
    return record


def encode(record: Mapping[str, Any]) -> bytes:
    """Write a record. Raises InvalidRecord for what UTF-8 or JSON can't carry."""
    try:
        return orjson.dumps(record)
    except TypeError as error:
        text = str(error)
        if "surrogates" in text:
            raise InvalidRecord(
                "lone-surrogate", "the record holds a lone surrogate, which UTF-8 can't carry"
            ) from error
        if "ecursion" in text:
            raise InvalidRecord(
                "nesting", "the record is nested deeper than 254 levels, which can't be written"
            ) from error
        if "64-bit" in text:
            raise InvalidRecord("number", "the record holds a whole number beyond 64 bits") from error
        raise


@cache
def _validator(kind: str) -> Draft202012Validator:
    schema = records().get(kind)
    if schema is None:
        raise LookupError(f"record kind {kind!r} is unknown; expected one of {', '.join(records())}")
    # RegexOptions: the automaton engine, linear in the text, since the texts are hostile
    return Draft202012Validator(dict(schema), validate_formats=True, pattern_options=RegexOptions())


def _undecodable(kind: str, value: bytes, error: orjson.JSONDecodeError) -> InvalidRecord:
    try:
        value.decode()
    except UnicodeDecodeError as bad:
        return InvalidRecord(
            "not-utf8", f"{kind}: the value is not UTF-8: byte 0x{value[bad.start]:02x} at position {bad.start}"
        )
    if "depth limit" in error.msg or "ecursion" in error.msg:
        return InvalidRecord("nesting", f"{kind}: the value is nested deeper than 1,024 levels; expected a flat record")
    if "surrogate" in error.msg:
        return InvalidRecord(
            "lone-surrogate", f"{kind}: lone surrogate escape at character {error.pos}, which no text can hold"
        )
    return InvalidRecord("not-json", f"{kind}: the value is not JSON: {error.msg} at character {error.pos}")


def _json_type(value: object) -> str:
    names = {type(None): "null", bool: "boolean", str: "string", list: "array"}
    return names.get(type(value), "number")


def _files(folder: str, suffix: str) -> list[Traversable]:
    entries = (path for path in files("schemas").joinpath(folder).iterdir() if path.name.endswith(suffix))
    return sorted(entries, key=lambda path: path.name)

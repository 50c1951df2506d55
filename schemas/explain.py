"""Why does a record not hold? One line that a person understands: the field, its value, what was expected.

The first error counts, nearest to the record's top, then in the order of pointers. What was expected comes from the
schema's ``x-expected`` beside the broken rule, else from the rule itself. A value is shortened to 60 characters and
text around it is never shown: messages go to logs and dead letters, payloads don't.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from jsonschema_rs import Draft202012Validator, ValidationError

from streams.errors import InvalidRecord

SHOWN_CHARACTERS = 60
CONSIDERED_ERRORS = 100
"""A hostile record may break a rule a million times; the first hundred say enough."""


def explain(
    kind: str, schema: Mapping[str, Any], validator: Draft202012Validator, record: Mapping[str, Any]
) -> InvalidRecord:
    """Turn the first breach into an InvalidRecord with reason ``schema``."""
    breaches = []
    for error in validator.iter_errors(record):
        breaches.append((len(error.instance_path), pointer(culprit_path(error)), error))
        if len(breaches) == CONSIDERED_ERRORS:
            break
    _, at, first = min(breaches, key=lambda breach: breach[:2])
    rule = first.kind.name
    if rule == "required":
        message = f"{kind}: {at} is missing"
    else:
        message = f"{kind}: {at or 'the record'} {_shown(first, record)}; expected {_expected(first, schema)}"
    return InvalidRecord("schema", message, at)


def culprit_path(error: ValidationError) -> list[str | int]:
    """Where the breach is; for a missing field, where it should be."""
    path = list(error.instance_path)
    missing = getattr(error.kind, "property", None)
    return [*path, missing] if error.kind.name == "required" and isinstance(missing, str) else path


def pointer(path: Sequence[str | int]) -> str:
    """A JSON pointer (RFC 6901).

    >>> pointer(["statements", 0, "evidence"])
    '/statements/0/evidence'
    """
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def _shown(error: ValidationError, record: Mapping[str, Any]) -> str:
    value: Any = record
    for part in error.instance_path:
        value = value[part]
    if isinstance(value, str):
        text = value if len(value) <= SHOWN_CHARACTERS else value[: SHOWN_CHARACTERS - 1] + "…"
        size = f" ({len(value):,} characters)" if len(value) > SHOWN_CHARACTERS else ""
        return f"is {text!r}{size}"
    if isinstance(value, dict):
        return "is an object" if error.instance_path else "does not hold"
    if isinstance(value, list):
        return f"is a list of {len(value)}"
    return f"is {value!r:.60}".replace("None", "null").replace("True", "true").replace("False", "false")


def _expected(error: ValidationError, schema: Mapping[str, Any]) -> str:
    parent, limit = _rule(error, schema)
    said = parent.get("x-expected")
    if isinstance(said, str):
        return said
    match error.kind.name:
        case "type":
            kinds = [limit] if isinstance(limit, str) else limit
            return " or ".join(str(one) for one in kinds)
        case "enum":
            return "one of " + ", ".join(str(one) for one in limit)
        case "const":
            return f"{limit!r}"
        case "maxLength":
            return f"at most {limit:,} characters"
        case "minLength":
            return f"at least {limit:,} characters"
        case "maxItems":
            return f"at most {limit:,} entries"
        case "minItems":
            return f"at least {limit:,} entries"
        case "minimum":
            return f"{limit} or more"
        case "maximum":
            return f"{limit} or less"
        case "pattern":
            return f"a text of the form {limit}"
        case rule:
            return f"what its schema says ({rule})"


def _rule(error: ValidationError, schema: Mapping[str, Any]) -> tuple[Mapping[str, Any], Any]:
    """The part of the schema that was broken, and the value of the broken keyword; references are followed."""
    node: Any = schema
    parent: Any = schema
    for part in error.schema_path:
        while isinstance(node, dict) and "$ref" in node and part not in node:
            node = _resolve(schema, node["$ref"])
        parent = node
        if part == "$ref":
            node = _resolve(schema, node["$ref"])
            continue
        if isinstance(node, dict) and part not in node:
            return {}, None
        node = node[part]
    return (parent if isinstance(parent, dict) else {}), node


def _resolve(schema: Mapping[str, Any], reference: str) -> Any:
    node: Any = schema
    for part in reference.removeprefix("#/").split("/"):
        node = node[part]
    return node

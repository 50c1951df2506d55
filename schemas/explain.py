"""Why does a record not hold? One line that a person understands: the field, its value, what was expected.

One breach is told: breaches of one field before rules over several fields, nearest to the record's top first, then in
the order of pointers. What was expected comes from the schema's ``x-expected`` beside the broken rule, else from the
rule itself. A value is shortened to 60 characters, and not shown where the schema says ``x-secret``: messages go to
logs and dead letters, payloads and secrets don't.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from jsonschema_rs import Draft202012Validator, ValidationError, ValidationErrorKind

from streams.errors import InvalidRecord

SHOWN_CHARACTERS = 60
CONSIDERED_BREACHES = 100
"""A hostile record may break a rule a million times; the first hundred say enough."""


def explain(
    kind: str, schema: Mapping[str, Any], validator: Draft202012Validator, record: Mapping[str, Any]
) -> InvalidRecord:
    """Turn the first breach into an InvalidRecord with reason ``schema``."""
    first = first_breach(schema, validator, record)
    at, rule = pointer(culprit_path(first)), first.kind.name
    if rule == "required":
        message = f"{kind}: {at} is missing"
    elif at:
        message = f"{kind}: {at} {_shown(first, schema, record)}; expected {_expected(first, schema)}"
    else:
        message = f"{kind}: expected {_expected(first, schema)}"
    return InvalidRecord("schema", message, at)


def first_breach(
    schema: Mapping[str, Any], validator: Draft202012Validator, record: Mapping[str, Any]
) -> ValidationError:
    """The breach to tell, of a record that does not hold."""
    breaches = islice(_single(validator.iter_errors(record), schema), CONSIDERED_BREACHES)
    return min(
        breaches,
        key=lambda error: (
            isinstance(error.kind, ValidationErrorKind.AnyOf),
            len(error.instance_path),
            pointer(culprit_path(error)),
        ),
    )


def culprit_path(error: ValidationError) -> list[str | int]:
    """Where the breach is; for a missing field, where it should be."""
    path = list(error.instance_path)
    return [*path, error.kind.property] if isinstance(error.kind, ValidationErrorKind.Required) else path


def pointer(path: Sequence[str | int]) -> str:
    """A JSON pointer (RFC 6901).

    >>> pointer(["statements", 0, "evidence"])
    '/statements/0/evidence'
    """
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def _single(errors: Iterable[ValidationError], schema: Mapping[str, Any]) -> Iterator[ValidationError]:
    """Look inside "an object like this, or null": what is wrong with the object says more than that it is not null."""
    for error in errors:
        kind = error.kind
        if isinstance(kind, ValidationErrorKind.AnyOf) and "x-expected" not in _rule(error, schema)[0]:
            here = list(error.instance_path)
            fitting = [
                branch
                for branch in kind.context
                if not any(one.kind.name == "type" and list(one.instance_path) == here for one in branch)
            ]
            if fitting:
                yield from _single(fitting[0], schema)
                continue
        yield error


def _shown(error: ValidationError, schema: Mapping[str, Any], record: Mapping[str, Any]) -> str:
    if _rule(error, schema)[0].get("x-secret") is True:
        return "is refused and not shown"
    value: Any = record
    for part in error.instance_path:
        value = value[part]
    match value:
        case str():
            short = value if len(value) <= SHOWN_CHARACTERS else value[: SHOWN_CHARACTERS - 1] + "…"
            size = f" ({len(value):,} characters)" if len(value) > SHOWN_CHARACTERS else ""
            return f"is {short!r}{size}"
        case dict():
            return "is an object"
        case list():
            return f"is a list of {len(value)}"
        case None:
            return "is null"
        case bool():
            return f"is {str(value).lower()}"
        case _:
            return f"is {value!r:.60}"


def _expected(error: ValidationError, schema: Mapping[str, Any]) -> str:
    parent, limit = _rule(error, schema)
    said = parent.get("x-expected")
    if isinstance(said, str):
        return said
    match error.kind.name:
        case "type":
            return _alternatives([limit] if isinstance(limit, str) else limit)
        case "enum":
            return _alternatives("null" if one is None else str(one) for one in limit)
        case "anyOf":
            return "an object as the schema describes it, or null"
        case "maxLength":
            return f"at most {limit:,} characters"
        case "minLength":
            return f"at least {limit:,} characters"
        case "maxItems":
            return f"at most {limit:,} entries"
        case "minItems":
            return f"at least {limit:,} entries"
        case "minimum":
            return f"{limit:,} or more"
        case "maximum":
            return f"{limit:,} or less"
        case "pattern":
            return f"a text of the form {limit}"
        case rule:
            return f"what its schema says ({rule})"


def _alternatives(names: Iterable[str]) -> str:
    """
    >>> _alternatives(["live", "superseded", "null"])
    'live, superseded or null'
    """
    *most, last = names
    return f"{', '.join(most)} or {last}" if most else last


def _rule(error: ValidationError, schema: Mapping[str, Any]) -> tuple[Mapping[str, Any], Any]:
    """The part of the schema that holds the broken keyword, and the keyword's value."""
    parent: Any = schema
    node: Any = schema
    for part in error.schema_path:
        parent, node = node, node[part]
    return parent, node

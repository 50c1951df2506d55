"""Growth is allowed, taking back is not."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from schemas.compatibility import breaks, shape_of

SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "string", "pattern": "^[a-z]+$", "maxLength": 10},
        "kind": {"type": "string", "enum": ["a", "b"]},
        "count": {"type": "integer", "minimum": 0},
        "inner": {"description": "nullable", "anyOf": [{"$ref": "#/$defs/inner"}, {"type": "null"}]},
        "list": {"type": "array", "items": {"$ref": "#/$defs/inner"}},
        "map": {"type": "object", "additionalProperties": {"type": "string"}},
    },
    "allOf": [{"x-expected": "id or kind", "anyOf": [{"required": ["id"]}, {"required": ["kind"]}]}],
    "$defs": {"inner": {"type": "object", "required": ["x"], "properties": {"x": {"type": ["string", "null"]}}}},
}


def changed(path: str, value: Any) -> dict[str, Any]:
    """The schema with the value at a path; None takes the key away."""
    schema = deepcopy(SCHEMA)
    *parents, last = path.split("/")
    node: Any = schema
    for part in parents:
        node = node[int(part)] if isinstance(node, list) else node[part]
    if value is None:
        del node[last]
    else:
        node[last] = value
    return schema


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        ("properties/kind", None, ["/kind is gone"]),
        ("required", ["id", "kind"], ["/kind is newly required"]),
        ("required", [], ["/id is no longer promised"]),
        ("properties/count/type", "string", ["/count: type narrowed from ['integer'] to ['string']"]),
        ("$defs/inner/properties/x/type", "string", None),
        ("properties/kind/enum", ["a"], ["/kind: enum narrowed from ['a', 'b'] to ['a']"]),
        ("properties/count/enum", [1], ["/count: enum narrowed from any to [1]"]),
        ("properties/id/maxLength", 9, ["/id: maxLength lowered from 10 to 9"]),
        ("properties/kind/maxLength", 9, ["/kind: maxLength lowered from none to 9"]),
        ("properties/count/minimum", 1, ["/count: minimum raised from 0 to 1"]),
        ("properties/id/pattern", "^[a-y]+$", ["/id: pattern changed"]),
        ("properties/list/minItems", 1, ["/list: minItems raised from none to 1"]),
        ("properties/map/additionalProperties/type", "integer", None),
        ("allOf/0/anyOf", [{"required": ["id"]}], ["the record: allOf changed"]),
        (
            "properties/inner",
            {"$ref": "#/$defs/inner"},
            ["/inner: type narrowed from ['null', 'object'] to ['object']"],
        ),
    ],
)
def test_what_is_taken_back_is_refused(path: str, value: Any, expected: list[str] | None) -> None:
    """Each kind of breaking change is found, also behind references, in lists and in maps."""
    found = breaks(shape_of(SCHEMA), shape_of(changed(path, value)))
    assert found
    assert expected is None or expected == found


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("properties/new", {"type": "string"}),
        ("properties/kind/enum", ["a", "b", "c"]),
        ("properties/kind/enum", None),
        ("properties/count/type", ["integer", "null"]),
        ("properties/id/maxLength", 20),
        ("properties/id/maxLength", None),
        ("properties/id/pattern", None),
        ("properties/count/description", "a number"),
        ("allOf/0/x-expected", "one of id and kind"),
        ("allOf/0/anyOf", [{"required": ["id"]}, {"required": ["kind"]}, {"required": ["count"]}]),
        ("allOf", None),
    ],
)
def test_growth_and_words_are_allowed(path: str, value: Any) -> None:
    """New optional fields, wider types and limits, and what only people read."""
    assert breaks(shape_of(SCHEMA), shape_of(changed(path, value))) == []

"""May this schema take the place of the published one? Readers and records of the old shape must go on working.

A schema's shape is, for every pointer into a record, what a reader relies on and a writer is bound by: types, enum,
required fields, pattern and bounds, with references followed. Growth is allowed (a new optional field, a wider type,
enum or bound). Refused: a field that is gone, a field that is newly required or no longer promised, a narrowed type,
enum, pattern or bound. A change that is refused wants a new topic.

Limits: rules over several fields (anyOf of alternatives, if/then) are compared as a whole and may only go away, or gain
an alternative.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Shape = dict[str, dict[str, Any]]

_UPPER = ("maxLength", "maxItems", "maximum")
_LOWER = ("minLength", "minItems", "minimum")
_WHOLE = ("pattern", "format", "allOf")


def shape_of(schema: Mapping[str, Any]) -> Shape:
    """The shape by pointer; '' is the record itself, ``/*`` the items of a list or the values of a map."""
    return dict(sorted(_walk(schema, schema, "")))


def breaks(published: Shape, current: Shape) -> list[str]:
    """What of the published shape no longer holds, one line each."""
    lines = []
    for at, before in published.items():
        where = at or "the record"
        after = current.get(at)
        if after is None:
            lines.append(f"{where} is gone")
            continue
        old_types, new_types = set(before["types"]), set(after["types"])
        if new_types and (not old_types or not old_types <= new_types):
            lines.append(f"{where}: type narrowed from {sorted(old_types) or 'any'} to {sorted(new_types)}")
        if "enum" in after and not _within(before.get("enum"), after["enum"]):
            lines.append(f"{where}: enum narrowed from {before.get('enum', 'any')} to {after['enum']}")
        old_required, new_required = set(before.get("required", ())), set(after.get("required", ()))
        lines += [f"{at}/{name} is newly required" for name in sorted(new_required - old_required)]
        lines += [f"{at}/{name} is no longer promised" for name in sorted(old_required - new_required)]
        for bound in _UPPER:
            if bound in after and after[bound] < before.get(bound, float("inf")):
                lines.append(f"{where}: {bound} lowered from {before.get(bound, 'none')} to {after[bound]}")
        for bound in _LOWER:
            if bound in after and after[bound] > before.get(bound, float("-inf")):
                lines.append(f"{where}: {bound} raised from {before.get(bound, 'none')} to {after[bound]}")
        lines += [f"{where}: {rule} changed" for rule in _WHOLE if rule in after and not _holds(rule, before, after)]
    return lines


def _holds(rule: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether what was allowed under this rule still is."""
    if rule != "allOf" or rule not in before:
        return bool(after[rule] == before.get(rule))
    return all(any(_is_as_wide(old, new) for old in before[rule]) for new in after[rule])


def _is_as_wide(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Equal, or alternatives to which some were added."""
    return old == new or ({"anyOf"} == set(old) == set(new) and _within(old["anyOf"], new["anyOf"]))


def _within(old: list[Any] | None, new: list[Any]) -> bool:
    return old is not None and all(value in new for value in old)


def _walk(root: Mapping[str, Any], node: Mapping[str, Any], at: str) -> Iterator[tuple[str, dict[str, Any]]]:
    node, nullable = _resolved(root, node)
    kinds = node.get("type", [])
    types = sorted({*([kinds] if isinstance(kinds, str) else kinds), *(["null"] if nullable else [])})
    kept = ("enum", *_UPPER, *_LOWER, *_WHOLE)
    shape = {"types": types, **{rule: _unworded(node[rule]) for rule in kept if rule in node}}
    if "required" in node:
        shape["required"] = sorted(node["required"])
    yield at, shape
    for name, child in node.get("properties", {}).items():
        yield from _walk(root, child, f"{at}/{name}")
    for rule in ("items", "additionalProperties"):
        if isinstance(node.get(rule), Mapping):
            yield from _walk(root, node[rule], f"{at}/*")


def _unworded(rule: Any) -> Any:
    """Without what only people read."""
    if isinstance(rule, Mapping):
        return {name: _unworded(part) for name, part in rule.items() if not name.startswith("x-")}
    return [_unworded(part) for part in rule] if isinstance(rule, list) else rule


def _resolved(root: Mapping[str, Any], node: Mapping[str, Any]) -> tuple[Mapping[str, Any], bool]:
    """Follow a reference, also inside "this or null"."""
    nullable = False
    branches = node.get("anyOf")
    if branches is not None and {"type": "null"} in branches:
        node, nullable = next(branch for branch in branches if branch != {"type": "null"}), True
    while "$ref" in node:
        node = root["$defs"][node["$ref"].removeprefix("#/$defs/")]
    return node, nullable

"""What does a watch ask? Its ``stance`` block, checked strictly and made into values.

The block's shape is described in docs/stance.md and shown by the shipped watches. Every error names the path of the
culprit (``stance.holders[1].authority``), the value, what is expected and what to do. Unknown keys are errors: a
typing mistake must not silently switch a rule off.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, NoReturn, get_args

import orjson

from streams.errors import InvalidRecord
from streams.model.watch import Watch

Role = Literal["negative", "conditional", "preparation", "positive"]
Authority = Literal["state", "official", "other"]
Needs = Literal["nothing", "target", "force", "move", "voice", "condition", "answer"]
Gender = Literal["he", "she", "it", "they"]
Words = Mapping[str, tuple[str, ...]]
"""Patterns by language."""

READABLE = ("en", "ru", "pl")
MAX_AXES = 512
NONE = "none"
NOT_ASSESSED = "not-assessed"


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody whose word counts. ``spoken_by``: the holder whose statement a metonym's statement is, if both agree."""

    id: str
    name: str
    role: str
    authority: Authority
    pronoun: Gender
    spoken_by: str | None
    aliases: Words
    descriptions: Words


@dataclass(frozen=True, slots=True)
class Action:
    """Words for doing (or for keeping out of) what the question asks.

    ``needs``: what must stand beside them; ``move``: a force, for which a holder's own "we" may stand; ``voice``:
    nothing, but only in a holder's own words; ``condition``: one that names a trigger; ``answer``: one that names the
    watch's first trigger.
    """

    needs: Needs
    words: Words


@dataclass(frozen=True, slots=True)
class Act:
    """Words for a deed that bears on the question and the label that it stands for.

    ``needs``: nothing, or ``force``: forces among the words ("moved … to the border").
    """

    stance: str
    needs: Literal["nothing", "force"]
    words: Words


@dataclass(frozen=True, slots=True)
class Trigger:
    id: str
    words: Words


@dataclass(frozen=True, slots=True)
class Axis:
    languages: tuple[str, ...]
    labels: tuple[str, ...]
    roles: Mapping[str, Role]
    holders: tuple[Holder, ...]
    people: Words
    sides: Words
    own: Words
    forces: Words
    target: Words
    actions: tuple[Action, ...]
    avoids: tuple[Action, ...]
    acts: tuple[Act, ...]
    triggers: tuple[Trigger, ...]
    levels: Words
    """Words for the level at which an intention would hold ("at <number> a share"): conditions of a kind."""
    met: Words
    excluded: Words

    def label(self, role: Role) -> str:
        """The label that plays a role. Every role has exactly one."""
        return next(label for label in self.labels if self.roles[label] == role)

    def holder(self, holder_id: str) -> Holder:
        return next(holder for holder in self.holders if holder.id == holder_id)

    def reads(self, language: str) -> bool:
        return language in self.languages


_AXES: dict[int, tuple[object, Axis]] = {}
"""Axes by their blocks, which are held so that no other gets their number."""


def axis_of(watch: Watch) -> Axis | None:
    """The watch's axis, or None where it asks no question. Raises InvalidRecord with the path of the culprit.

    A block that was asked for is taken to be unchanged when it comes again: records are never edited in place.
    """
    block = watch["stance"]
    if block is None:
        return None
    known = _AXES.get(id(block))
    if known is None or known[0] is not block:
        if len(_AXES) >= MAX_AXES:
            _AXES.clear()
        known = _AXES[id(block)] = block, _parsed(orjson.dumps(block))
    return known[1]


@lru_cache(maxsize=MAX_AXES)
def _parsed(block: bytes) -> Axis:
    return parse_axis(orjson.loads(block))


def parse_axis(block: object) -> Axis:
    """Check a ``stance`` block and make it an Axis."""
    root = _mapping(block, "stance")
    allowed = ("languages", "axis", "holders", "others", "proposition", "acts", "triggers", "levels", "met", "excluded")
    _only(root, allowed, "stance")
    languages = tuple(_strings(_need(root, "languages", "stance"), "stance.languages"))
    for index, language in enumerate(languages):
        if language not in READABLE:
            _fail(f"stance.languages[{index}]", language, f"one of {', '.join(READABLE)}")
    labels, roles = _labels(_need(root, "axis", "stance"))
    holders = _holders(_need(root, "holders", "stance"))
    others = _mapping(root.get("others", {}), "stance.others")
    _only(others, ("people", "sides"), "stance.others")
    path = "stance.proposition"
    proposition = _mapping(_need(root, "proposition", "stance"), path)
    _only(proposition, ("own", "forces", "target", "actions", "avoids"), path)
    return Axis(
        languages,
        labels,
        roles,
        holders,
        _words(others.get("people", {}), "stance.others.people"),
        _words(others.get("sides", {}), "stance.others.sides"),
        _words(_need(proposition, "own", path), f"{path}.own"),
        _words(proposition.get("forces", {}), f"{path}.forces"),
        _words(proposition.get("target", {}), f"{path}.target"),
        _actions(_need(proposition, "actions", path), f"{path}.actions"),
        _actions(proposition.get("avoids", []), f"{path}.avoids"),
        _acts(root.get("acts", []), labels),
        _triggers(root.get("triggers", [])),
        _words(root.get("levels", {}), "stance.levels"),
        _words(root.get("met", {}), "stance.met"),
        _words(root.get("excluded", {}), "stance.excluded"),
    )


def _labels(value: object) -> tuple[tuple[str, ...], dict[str, Role]]:
    roles: dict[str, Role] = {}
    for index, item in enumerate(_sequence(value, "stance.axis")):
        path = f"stance.axis[{index}]"
        entry = _mapping(item, path)
        _only(entry, ("id", "role"), path)
        label = _string(_need(entry, "id", path), f"{path}.id")
        if label in roles or label in (NONE, NOT_ASSESSED):
            _fail(f"{path}.id", label, "a label that is not taken (none and not-assessed are)")
        roles[label] = _choice(_need(entry, "role", path), get_args(Role), f"{path}.role")
    if sorted(roles.values()) != sorted(get_args(Role)):
        _fail("stance.axis", ", ".join(roles.values()), f"each role once: {', '.join(get_args(Role))}")
    return tuple(roles), roles


def _holders(value: object) -> tuple[Holder, ...]:
    holders: list[Holder] = []
    keys = ("id", "name", "role", "authority", "pronoun", "spoken_by", "aliases", "descriptions")
    for index, item in enumerate(_sequence(value, "stance.holders")):
        path = f"stance.holders[{index}]"
        entry = _mapping(item, path)
        _only(entry, keys, path)
        spoken_by = entry.get("spoken_by")
        holders.append(
            Holder(
                _string(_need(entry, "id", path), f"{path}.id"),
                _string(_need(entry, "name", path), f"{path}.name"),
                _string(_need(entry, "role", path), f"{path}.role"),
                _choice(_need(entry, "authority", path), get_args(Authority), f"{path}.authority"),
                _choice(entry.get("pronoun", "it"), get_args(Gender), f"{path}.pronoun"),
                None if spoken_by is None else _string(spoken_by, f"{path}.spoken_by"),
                _words(_need(entry, "aliases", path), f"{path}.aliases"),
                _words(entry.get("descriptions", {}), f"{path}.descriptions"),
            )
        )
    ids = [holder.id for holder in holders]
    for index, holder in enumerate(holders):
        if ids.index(holder.id) != index:
            _fail(f"stance.holders[{index}].id", holder.id, "an id that no other holder has")
        if holder.spoken_by is not None and holder.spoken_by not in ids:
            _fail(f"stance.holders[{index}].spoken_by", holder.spoken_by, f"one of {', '.join(ids)}")
    return tuple(holders)


def _actions(value: object, path: str) -> tuple[Action, ...]:
    actions = []
    for index, item in enumerate(_sequence(value, path, empty=True)):
        where = f"{path}[{index}]"
        entry = _mapping(item, where)
        _only(entry, ("needs", *READABLE), where)
        needs: Needs = _choice(_need(entry, "needs", where), get_args(Needs), f"{where}.needs")
        actions.append(Action(needs, _words({k: v for k, v in entry.items() if k != "needs"}, where)))
    return tuple(actions)


def _acts(value: object, labels: tuple[str, ...]) -> tuple[Act, ...]:
    acts = []
    for index, item in enumerate(_sequence(value, "stance.acts", empty=True)):
        path = f"stance.acts[{index}]"
        entry = _mapping(item, path)
        _only(entry, ("stance", "needs", *READABLE), path)
        stance: str = _choice(_need(entry, "stance", path), labels, f"{path}.stance")
        needs: Literal["nothing", "force"] = _choice(
            entry.get("needs", "nothing"), ("nothing", "force"), f"{path}.needs"
        )
        acts.append(Act(stance, needs, _words({k: v for k, v in entry.items() if k in READABLE}, path)))
    return tuple(acts)


def _triggers(value: object) -> tuple[Trigger, ...]:
    triggers = []
    for index, item in enumerate(_sequence(value, "stance.triggers", empty=True)):
        path = f"stance.triggers[{index}]"
        entry = _mapping(item, path)
        _only(entry, ("id", *READABLE), path)
        trigger_id = _string(_need(entry, "id", path), f"{path}.id")
        triggers.append(Trigger(trigger_id, _words({k: v for k, v in entry.items() if k != "id"}, path)))
    return tuple(triggers)


def _words(value: object, path: str) -> dict[str, tuple[str, ...]]:
    words = _mapping(value, path)
    _only(words, READABLE, path)
    checked = {}
    for language, patterns in words.items():
        where = f"{path}.{language}"
        checked[language] = tuple(_strings(patterns, where))
        for index, pattern in enumerate(checked[language]):
            parts = pattern.split()
            opens, closes = ("*", "<number>", "...", ".."), ("...", "..")
            if not parts or parts[0] in opens or parts[-1] in closes or ".. .." in pattern:
                _fail(f"{where}[{index}]", pattern, "words, 'stem*', '<number>', and '..' or '...' between words only")
    return checked


def _mapping(value: object, path: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        _fail(path, value, "a mapping")
    return value


def _sequence(value: object, path: str, empty: bool = False) -> Sequence[Any]:
    if not isinstance(value, list) or not (value or empty):
        _fail(path, value, "a list" if empty else "a list with at least one entry")
    return value


def _strings(value: object, path: str) -> list[str]:
    return [_string(item, f"{path}[{index}]") for index, item in enumerate(_sequence(value, path, empty=True))]


def _string(value: object, path: str) -> str:
    if not isinstance(value, str) or not value.strip():
        _fail(path, value, "text (quote words such as yes, no, on and off)")
    return value


def _choice(value: object, allowed: Sequence[str], path: str) -> Any:
    if value not in allowed:
        _fail(path, value, f"one of {', '.join(allowed)}")
    return value


def _need(entry: Mapping[str, Any], key: str, path: str) -> Any:
    if key not in entry:
        _fail(path, "nothing", f"the key '{key}'")
    return entry[key]


def _only(entry: Mapping[str, Any], keys: Sequence[str], path: str) -> None:
    for key in entry:
        if key not in keys:
            _fail(f"{path}.{key}", "an unknown key", f"one of {', '.join(keys)}")


def _fail(path: str, value: object, expected: str) -> NoReturn:
    pointer = "/" + path.replace("[", "/").replace("]", "").replace(".", "/")
    raise InvalidRecord("stance", f"{path} is {str(value)[:80]!r}; expected {expected}; see docs/stance.md", pointer)

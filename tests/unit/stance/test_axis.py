"""A watch's stance block is read strictly."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from streams.errors import InvalidRecord
from streams.stance.axis import axis_of, parse_axis
from tests.unit.stance.cases import shipped


def block() -> dict[str, Any]:
    return {
        "languages": ["en"],
        "axis": [
            {"id": "rejects", "role": "negative"},
            {"id": "conditional", "role": "conditional"},
            {"id": "negotiates", "role": "preparation"},
            {"id": "accepts", "role": "positive"},
        ],
        "holders": [
            {"id": "board", "name": "Acme", "role": "board", "authority": "state", "aliases": {"en": ["acme"]}}
        ],
        "proposition": {"own": {"en": ["acme"]}, "actions": [{"needs": "nothing", "en": ["accept* the offer"]}]},
    }


def test_the_shipped_watch_reads() -> None:
    """The labels of the shipped watch are ordered from refusing to joining."""
    axis = axis_of(shipped())
    assert axis is not None
    assert ("refuses", "conditional", "prepares", "joins") == axis.labels


def test_a_small_block_reads() -> None:
    """Only languages, axis, holders and a proposition are needed."""
    assert ("rejects", "accepts") == (parse_axis(block()).label("negative"), parse_axis(block()).label("positive"))


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("languages",), ["xx"], "stance.languages[0] is 'xx'; expected one of en, ru"),
        (("axis", 0, "role"), "no", "stance.axis[0].role is 'no'; expected one of"),
        (("axis", 0, "role"), "positive", "stance.axis is "),
        (("holders", 0, "authority"), "king", "stance.holders[0].authority is 'king'; expected one of"),
        (("holders", 0, "alias"), {}, "stance.holders[0].alias is 'an unknown key'"),
        (("holders", 0, "spoken_by"), "ceo", "stance.holders[0].spoken_by is 'ceo'; expected one of board"),
        (("proposition", "actions", 0, "needs"), "luck", "stance.proposition.actions[0].needs is 'luck'"),
        (("proposition", "own", "en"), ["... acme"], "stance.proposition.own.en[0] is '... acme'"),
        (("proposition", "own", "en"), [False], "stance.proposition.own.en[0] is 'False'; expected text"),
    ],
)
def test_an_error_names_the_path_and_what_is_expected(path: tuple[Any, ...], value: Any, message: str) -> None:
    """Whoever writes a watch is told where it is wrong."""
    broken = deepcopy(block())
    target: Any = broken
    for key in path[:-1]:
        target = target[key]
    target[path[-1]] = value
    with pytest.raises(InvalidRecord) as caught:
        parse_axis(broken)
    assert str(caught.value).startswith(message)

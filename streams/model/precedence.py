"""Which statement speaks for an article or a story: one rule for the article's label and for the alert.

Of the asserted statements the first wins by, in this order:

1. the speaker: one who speaks for the state (authority ``state``) before anybody else;
2. the lane: a word before an act (acts have a timeline of their own);
3. the day of the utterance: the latest ``said_at`` first, so that background quotes never lead;
4. what it says: the far end of the watch's axis, then whatever carries a condition ("even if" is none), then the rest
   of the axis from its far end, then a stance that is not on the axis. For ``refuses < conditional < prepares < joins``
   that is joins, conditional, prepares, refuses: a conditional says more than the plain refusal beside it;
5. how we know: a direct quote before mixed, indirect, headline and reported;
6. the place: the title before the text, then the earliest.

Statements that are equal in all of this are ordered by their own words, so the order of the input never decides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from streams.model.records import Statement

_DIRECTNESS = {"direct": 0, "mixed": 1, "indirect": 2, "headline": 3, "reported": 4}

Rank = tuple[bool, bool, int, int, int, bool, int, int, str, str, str]


def axis_labels(stance: Mapping[str, Any] | None) -> tuple[str, ...]:
    """The labels of a watch's axis from the near end to the far one, given as names or as mappings with an ``id``.

    >>> axis_labels({"axis": ["refuses", {"id": "joins", "title": "joins the war"}]})
    ('refuses', 'joins')
    """
    entries = (stance or {}).get("axis") or ()
    labels = (entry.get("id") if isinstance(entry, Mapping) else entry for entry in entries)
    return tuple(str(label) for label in labels if label)


def stance_rank(statement: Statement, axis: Sequence[str]) -> int:
    """Rule 4 as a number: 0 says most."""
    stance = statement["stance"]
    if axis and stance == axis[-1]:
        return 0
    condition = statement["condition"]
    if condition is not None and condition["kind"] != "concessive":
        return 1
    return 1 + len(axis) - axis.index(stance) if stance in axis else 2 + len(axis)


def precedence(statement: Statement, axis: Sequence[str]) -> Rank:
    """A sort key: ascending order puts the statement that speaks for the rest first."""
    evidence = statement["evidence"]
    return (
        statement["authority"] != "state",
        statement["lane"] != "word",
        -_day_number(statement["said_at"]),
        stance_rank(statement, axis),
        _DIRECTNESS.get(statement["directness"], len(_DIRECTNESS)),
        evidence["field"] != "title",
        evidence["start"],
        evidence["end"],
        evidence["text"],
        statement["holder_id"],
        statement["stance"],
    )


def principal(statements: Sequence[Statement], axis: Sequence[str]) -> Statement | None:
    """The statement that speaks for all of them, or None if none is asserted."""
    asserted = [statement for statement in statements if statement["status"] == "asserted"]
    return min(asserted, key=lambda statement: precedence(statement, axis), default=None)


def _day_number(said_at: str) -> int:
    """The day of an RFC 3339 time or date as a number that sorts as the day does."""
    digits = said_at[:10].replace("-", "")
    return int(digits) if digits.isascii() and digits.isdigit() else 0

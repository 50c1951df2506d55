"""What is the gist of a story? Its main statement, what else is said, and what the main one changes.

1. Of the statements that its articles assert the first by ``streams/model/precedence.py`` is the main one.
2. If that was withdrawn or corrected (``objections.py``) and the holder has another asserted statement of the same lane
   in the story, this is the main one in its place: the wording that a correction restores.
3. The change is the one that the main statement tells. If it tells none, or is what a correction restored, it is the
   withdrawal or correction of the story's other words of the same line. An article that corrects itself under its own
   address has no other article to correct: its own takeback is the change then.

What nobody asserts is never the main statement, so an article that only withdraws something tells nothing of its own:
the withdrawal is told where the words were told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from streams.alert.facts import Facts, carrier_of
from streams.alert.objections import Mark
from streams.alert.positions import line_of
from streams.model.precedence import Rank, precedence
from streams.model.records import StanceChange, Statement, Takeback

Told = tuple[str, Facts, Statement]
"""A statement of a story (its node), the mention that knows it best there, and its wording."""
MarkOf = Callable[[str, Statement], Mark | None]
ChangeOf = Callable[[str, Statement], StanceChange | None]


@dataclass(frozen=True, slots=True)
class Gist:
    """The statements have the status that they have after all takebacks."""

    main: Told | None
    also: Sequence[Statement]
    change: StanceChange | None


def gist_of(told: Iterable[Told], mark_of: MarkOf, change_of: ChangeOf, id_of: Callable[[str], str]) -> Gist:
    """Order what a story tells. ``change_of`` knows the changes of the statements that are at home in it."""
    ordered = sorted(told, key=_order)
    marks = {name: mark for name, _, said in ordered if (mark := mark_of(name, said)) is not None}
    main, lost = _main(ordered, marks)
    change = None
    if main is not None:
        change = change_of(main[0], main[2])
        taken_back = None if lost is None else change_of(lost[0], lost[2])
        if taken_back is not None and (change is None or _restores(taken_back, main)):
            change = taken_back
        if change is None or change["direction"] != "corrected":
            change = _self_corrected(main, ordered, id_of) or change
    shown = [(name, facts, _marked(said, marks.get(name))) for name, facts, said in ordered]
    first = next((entry for entry in shown if main is not None and entry[0] == main[0]), None)
    return Gist(first, [said for name, _, said in shown if main is None or name != main[0]], change)


def _main(ordered: Sequence[Told], marks: Mapping[str, Mark]) -> tuple[Told | None, Told | None]:
    """The main statement, and the first of its line that was withdrawn."""
    asserted = [entry for entry in ordered if entry[2]["status"] == "asserted"]
    if not asserted:
        return None, None
    line = line_of(asserted[0][2])
    same = [entry for entry in asserted if line_of(entry[2]) == line]
    lost = [entry for entry in same if _is_withdrawn(marks.get(entry[0]))]
    standing = [entry for entry in same if entry not in lost]
    main = asserted[0] if asserted[0] in standing or not standing else standing[0]
    return main, next(iter(lost), None)


def _order(entry: Told) -> tuple[bool, Rank, str]:
    statement, facts, said = entry
    return said["status"] != "asserted", precedence(said, facts.axis), statement


def _is_withdrawn(mark: Mark | None) -> bool:
    return mark is not None and mark["status"] == "withdrawn"


def _restores(change: StanceChange, main: Told) -> bool:
    return change["direction"] == "corrected" and change["to_stance"] == main[2]["stance"]


def _self_corrected(main: Told, ordered: Sequence[Told], id_of: Callable[[str], str]) -> StanceChange | None:
    """The correction that the article which tells the main statement has of its own words."""
    _, facts, said = main
    for takeback in facts.mention.get("takebacks", ()):
        if takeback["kind"] != "corrected" or takeback["instead"] != said["stance"]:
            continue
        for name, _, wrong in ordered:
            is_it = wrong["holder_id"] == takeback["holder_id"] == said["holder_id"]
            if is_it and wrong["stance"] == takeback["stance"] and wrong["status"] == "withdrawn":
                return _correction(takeback, facts, said, wrong, id_of(name))
    return None


def _correction(takeback: Takeback, facts: Facts, said: Statement, wrong: Statement, wrong_id: str) -> StanceChange:
    return {
        "from_stance": wrong["stance"],
        "to_stance": said["stance"],
        "direction": "corrected",
        "previous_statement_id": wrong_id,
        "previous_said_at": wrong["said_at"],
        "previous_evidence": wrong["evidence"]["text"],
        "previous_condition": wrong["condition"],
        "objection": {
            "kind": "corrected",
            "by": takeback["by"],
            "on": takeback["on"],
            "instead": takeback["instead"],
            "evidence": takeback["evidence"]["text"],
            "article": carrier_of(facts.mention),
        },
    }


def _marked(said: Statement, mark: Mark | None) -> Statement:
    return said if mark is None or said["status"] != "asserted" else {**said, "status": mark["status"]}

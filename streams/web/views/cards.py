"""How does an analyst read an alert on a page? The lines of ``model/words.py``, what people did with it, its links.

What people did comes from the board as of now; the store's own reading adds what it knows about alerts that this one
took the place of.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast

from streams.desk.acknowledge import is_acknowledged
from streams.desk.board import Board
from streams.desk.silence import silences_alert
from streams.model.people import Acknowledgement, Feedback, Silence
from streams.model.records import Alert
from streams.model.words import alert_lines, clean, holder_in_words, label_in_words, quote
from streams.web.views.moments import show_moment

RAMP: Final = 5
_DIRECTIONS: Final = {
    "hardened": "up",
    "softened": "down",
    "reverted": "back",
    "withdrawn": "gone",
    "corrected": "mended",
    "disputed": "open",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One labelled line; ``note`` is what stands beside the text, more quietly."""

    name: str
    text: str
    note: str


@dataclass(frozen=True, slots=True)
class Card:
    """``rank``: the label's place on the watch's scale, 0 (near end) to RAMP - 1, or None off it."""

    alert: Mapping[str, Any]
    alert_id: str
    revision: str
    label: str
    rank: int | None
    severity: str
    kind: str
    news: str
    direction: str | None
    is_gone: bool
    """Whether the words were withdrawn."""
    holder: str
    role: str
    question: str
    evidence: str
    directness: str
    title: str
    outlet: str
    published: str
    lines: list[Line]
    acknowledgement: Acknowledgement | None
    silence: Silence | None
    judgement: Feedback | None
    comments: list[Feedback]
    labels: list[str]

    @property
    def headline(self) -> str:
        """What is announced."""
        said = f", {self.holder}" if self.holder else ""
        return f"{self.label}{said}: {self.evidence or self.title}"


def rank_of(label: str, labels: Sequence[str]) -> int | None:
    """The place of a label on a scale of any length as one of RAMP colours.

    >>> [rank_of(label, ["a", "b", "c"]) for label in ("a", "b", "c", "d")]
    [0, 2, 4, None]
    """
    if label not in labels:
        return None
    return round(labels.index(label) * (RAMP - 1) / max(len(labels) - 1, 1))


def make_card(row: Mapping[str, Any], labels: Sequence[str], board: Board, now: datetime) -> Card:
    """``row`` as ``queries.alerts`` has it, ``labels`` the watch's scale."""
    alert = cast(Alert, row)
    said = alert["statement"]
    holder, role = holder_in_words(said) if said else ("", "")
    change = alert["change"]
    lines = [_line(name, text) for name, text in alert_lines(alert)]
    evidence = next((line for line in lines if line.name == "Evidence"), None)
    shown = [line for line in lines if line.name not in ("Evidence", "Article")]
    silenced = [
        each for each in board.silences() if silences_alert(each, alert, now, board.inherited_by(alert["alert_id"]))
    ]
    standing = _feedback(row, board)
    judged = [each for each in standing if each["kind"] in ("wrong", "relabel") and _is_about(each, alert)]
    return Card(
        alert=row,
        alert_id=alert["alert_id"],
        revision=alert["revision"],
        label=label_in_words(alert),
        rank=rank_of(alert["label"], labels),
        severity=alert["severity"],
        kind=alert["kind"],
        news=clean(change["direction"], 20) if change else "first on file",
        direction=_DIRECTIONS.get(change["direction"]) if change else None,
        is_gone=said is not None and said["status"] == "withdrawn",
        holder=holder,
        role=role.strip("()"),
        question=clean(alert["question"] or ""),
        evidence=evidence.text if evidence else "",
        directness=evidence.note if evidence else "",
        title=clean(alert["article"]["title"]) or "(without a title)",
        outlet=clean(alert["article"]["outlet"], 100),
        published=show_moment(alert["article"]["published_at"]),
        lines=shown,
        acknowledgement=_acknowledgement(row, board, now),
        silence=silenced[-1] if silenced else None,
        judgement=judged[-1] if judged else None,
        comments=[each for each in standing if each["kind"] == "comment"],
        labels=[clean(label, 40) for label in labels],
    )


def phrase_of(row: Mapping[str, Any]) -> str:
    """What a silence by phrase would begin with: the first words of the title."""
    return " ".join(clean(row["article"]["title"], 80).split()[:6])


def show_matchers(silence: Mapping[str, Any]) -> str:
    """A silence's matchers in words."""
    parts = []
    for each in silence["matchers"]:
        name = each["field"].removesuffix("_id").replace("_", " ")
        sign = "is" if each["operator"] == "=" else "is not"
        value = quote(each["value"], 60) if each["field"] == "phrase" else clean(each["value"], 60)
        parts.append(
            f"{name} {sign} {value[:12] + '…' if len(value) == 32 and each['field'].endswith('_id') else value}"
        )
    return " and ".join(parts)


def _line(name: str, text: str) -> Line:
    main, _, note = text.partition("   ")
    return Line(name, main, note)


def _acknowledgement(row: Mapping[str, Any], board: Board, now: datetime) -> Acknowledgement | None:
    alert = cast(Alert, row)
    found = {each["acknowledgement_id"]: each for each in board.acknowledgements_of(alert["alert_id"])}
    stored = row.get("acknowledgement")
    if stored is not None and stored["acknowledgement_id"] not in found:
        found[stored["acknowledgement_id"]] = board.acknowledgement(stored["acknowledgement_id"]) or stored
    holding = [each for each in found.values() if is_acknowledged(each, alert, now)]
    return max(holding, key=lambda each: (each["acknowledged_at"], each["acknowledgement_id"]), default=None)


def _feedback(row: Mapping[str, Any], board: Board) -> list[Feedback]:
    found = {each["feedback_id"]: each for each in board.feedback_of(row["alert_id"])}
    for each in row.get("feedback", ()):
        if each["feedback_id"] not in found and not board.is_undone(each["feedback_id"]):
            found[each["feedback_id"]] = each
    return sorted(found.values(), key=lambda each: (each["given_at"], each["feedback_id"]))


def _is_about(said: Feedback, alert: Alert) -> bool:
    return said["label_before"] in (alert["label"], None)

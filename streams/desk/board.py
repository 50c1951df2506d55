"""What have people written down so far? Every version of subscriptions, silences, acknowledgements and feedback.

One reading for the command line, the web and delivery: ``read_board`` reads the four topics to their end, ``apply``
takes one more record of them as it comes. The board is a function of the *set* of records: what comes twice or in
another order changes nothing, and of two records with one id and version the one changed later counts.

Feedback and acknowledgements of an alert that was superseded count for the alert that took its place. The board knows
successors only if it is shown alerts (``apply("alert", record)``); superseded ones are enough.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from typing import Any, Final, TypeVar, cast

import orjson

from schemas import decode, encode, topic_of, validate
from streams.errors import InvalidRecord
from streams.log.partition import partition_for
from streams.log.protocol import Log, NewRecord
from streams.log.sqlite import SqliteLog
from streams.log.topic_reader import read_topic
from streams.model.people import Acknowledgement, Feedback, PeopleKind, Silence, Subscription
from streams.model.times import epoch_ms, parse_utc

KINDS: Final[tuple[PeopleKind, ...]] = ("subscription", "silence", "acknowledgement", "feedback")
NO_LABEL: Final = "none"
"""The label of an article that says nothing about the question: what a wrong alert should have had."""

_ID: Final = {kind: f"{kind}_id" for kind in KINDS}
_MADE_AT: Final = ("changed_at", "given_at", "acknowledged_at")
_Versioned = TypeVar("_Versioned", Subscription, Silence, Acknowledgement)
Record = Mapping[str, Any]


class Board:
    """Current and past versions of what people wrote."""

    def __init__(self) -> None:
        self._versions: dict[str, dict[str, dict[int, Record]]] = {kind: {} for kind in KINDS}
        self._about: dict[str, dict[str, set[str]]] = {"acknowledgement": {}, "feedback": {}}
        self._heirs: dict[str, str] = {}
        self._ancestors: dict[str, set[str]] = {}
        self._stories: dict[str, str] = {}
        self._undone: set[str] | None = None

    def apply(self, kind: str, record: Record) -> None:
        """Take one record of a kind of people's, or an alert for its successor. Raises KeyError where fields lack."""
        if kind == "alert":
            self._succeed(record)
            return
        if kind not in self._versions:
            raise LookupError(f"record kind {kind!r} is none of people's; expected one of {', '.join(KINDS)}, alert")
        id_ = record[_ID[cast(PeopleKind, kind)]]
        number = record.get("version", 1)
        versions = self._versions[kind].setdefault(id_, {})
        known = versions.get(number)
        if known is None or _rank(known) < _rank(record):
            versions[number] = record
            self._undone = None
        if kind in self._about and record["alert_id"] is not None:
            self._about[kind].setdefault(record["alert_id"], set()).add(id_)

    def subscription(self, subscription_id: str) -> Subscription | None:
        """Its latest version."""
        return cast("Subscription | None", self._latest("subscription", subscription_id))

    def subscriptions(self) -> list[Subscription]:
        """The latest version of each, by id."""
        return cast("list[Subscription]", self._all("subscription"))

    def silence(self, silence_id: str) -> Silence | None:
        return cast("Silence | None", self._latest("silence", silence_id))

    def silences(self) -> list[Silence]:
        """The latest version of each, the earliest made first."""
        found = cast("list[Silence]", self._all("silence"))
        return sorted(found, key=lambda silence: (silence["created_at"], silence["silence_id"]))

    def acknowledgement(self, acknowledgement_id: str) -> Acknowledgement | None:
        return cast("Acknowledgement | None", self._latest("acknowledgement", acknowledgement_id))

    def acknowledgements(self) -> list[Acknowledgement]:
        """The latest version of each, the earliest made first."""
        found = cast("list[Acknowledgement]", self._all("acknowledgement"))
        return sorted(found, key=lambda ack: (ack["acknowledged_at"], ack["acknowledgement_id"]))

    def acknowledgements_of(self, alert_id: str) -> list[Acknowledgement]:
        """The latest version of each of this alert and of those whose place it took, the earliest made first."""
        found = cast("list[Acknowledgement]", self._about_alert("acknowledgement", alert_id))
        return sorted(found, key=lambda ack: (ack["acknowledged_at"], ack["acknowledgement_id"]))

    def feedback(self, feedback_id: str) -> Feedback | None:
        return cast("Feedback | None", self._latest("feedback", feedback_id))

    def all_feedback(self) -> list[Feedback]:
        """Everything that was said, also what was undone, and the undoing; the earliest first."""
        return sorted(cast("list[Feedback]", self._all("feedback")), key=_said)

    def standing_feedback(self) -> list[Feedback]:
        """What was said and not taken back, without the undoings; the earliest first."""
        return [said for said in self.all_feedback() if self._stands(said)]

    def is_undone(self, feedback_id: str) -> bool:
        return feedback_id in self._undone_ids()

    def feedback_of(self, alert_id: str) -> list[Feedback]:
        """What was said about this alert and those whose place it took and not taken back; the earliest first."""
        found = cast("list[Feedback]", self._about_alert("feedback", alert_id))
        return sorted((said for said in found if self._stands(said)), key=_said)

    def judgement_of(self, alert_id: str, label: str) -> Feedback | None:
        """The last standing wrong or relabel of the alert as it was with this label; another label is another claim."""
        return next(
            (
                said
                for said in reversed(self.feedback_of(alert_id))
                if said["kind"] in ("wrong", "relabel") and said["label_before"] in (label, None)
            ),
            None,
        )

    def effective_label(self, alert_id: str, label: str) -> str:
        """The label that people gave it instead of this one, ``none`` if they called it wrong; else this one."""
        said = self.judgement_of(alert_id, label)
        if said is None:
            return label
        return NO_LABEL if said["kind"] == "wrong" else said["label"]

    def history(self, kind: PeopleKind, id_: str) -> list[Record]:
        """Every version, in their order."""
        versions = self._versions[kind].get(id_, {})
        return [versions[number] for number in sorted(versions)]

    def ids(self, kind: PeopleKind) -> list[str]:
        return sorted(self._versions[kind])

    def successor_of(self, alert_id: str) -> str:
        """The alert that has its place now; itself if none took it."""
        seen = set()
        while alert_id in self._heirs and alert_id not in seen:
            seen.add(alert_id)
            alert_id = self._heirs[alert_id]
        return alert_id

    def inherited_by(self, alert_id: str) -> set[str]:
        """The alerts whose place it took, also through others, and their stories: what counted for them counts here."""
        found: set[str] = set()
        ahead = [alert_id]
        while ahead:
            new = self._ancestors.get(ahead.pop(), set()) - found - {alert_id}
            found |= new
            ahead += sorted(new)
        return found | {self._stories[ancestor] for ancestor in found if ancestor in self._stories}

    def _succeed(self, alert: Record) -> None:
        alert_id = alert["alert_id"]
        heir = alert.get("successor_id") if alert["status"] == "superseded" else None
        before = self._heirs.pop(alert_id, None)
        if before is not None:
            self._ancestors[before].discard(alert_id)
        if heir is not None and heir != alert_id:
            self._heirs[alert_id] = heir
            self._ancestors.setdefault(heir, set()).add(alert_id)
            self._stories[alert_id] = alert["story_id"]

    def _about_alert(self, kind: str, alert_id: str) -> list[Record | None]:
        about = self._about[kind]
        ids = {id_ for each in {alert_id, *self.inherited_by(alert_id)} for id_ in about.get(each, ())}
        return [self._latest(kind, id_) for id_ in ids]

    def _stands(self, said: Feedback) -> bool:
        return said["kind"] != "undo" and said["feedback_id"] not in self._undone_ids()

    def _undone_ids(self) -> set[str]:
        if self._undone is None:
            self._undone = _undone(self.all_feedback())
        return self._undone

    def _latest(self, kind: str, id_: str) -> Record | None:
        versions = self._versions[kind].get(id_)
        return versions[max(versions)] if versions else None

    def _all(self, kind: str) -> list[Record]:
        return [versions[max(versions)] for _, versions in sorted(self._versions[kind].items())]


def read_board(log: Log, *, with_alerts: bool = False) -> Board:
    """Read the four topics to their end; ``with_alerts`` also the alerts, for their successors.

    A record that can't be read is passed over: anybody may write to a topic.
    """
    board = Board()
    for kind in (*KINDS, "alert") if with_alerts else KINDS:
        for stored in read_topic(log, topic_of(kind).name):
            take(board, kind, stored.value)
    return board


def take(board: Board, kind: str, value: bytes | None) -> Record | None:
    """Apply a value off a topic and return it as a record; None for one that doesn't hold."""
    if value is None:
        return None
    try:
        record = decode(kind, value)
        if kind != "alert":  # the alert stage has validated its own
            validate(kind, record)
        board.apply(kind, record)
    except (InvalidRecord, KeyError):
        return None
    return record


def append(log: Log, kind: PeopleKind, record: Record) -> None:
    """Validate a record and put it on its topic. Raises InvalidRecord that names the field."""
    log.append(topic_of(kind).name, [_new_record(log, kind, record)])


def change(log: Log, kind: PeopleKind, plan: Callable[[Board], Sequence[_Versioned | Feedback]]) -> list[Any]:
    """Append the records that the plan makes of what is there; return them.

    On the embedded log reading and appending are one transaction, so two changes at once get two versions.
    """
    with ExitStack() as stack:
        tx = stack.enter_context(log.transaction()) if isinstance(log, SqliteLog) else None
        records = list(plan(read_board(log)))
        new = [_new_record(log, kind, cast(Record, record)) for record in records]
        if new:
            (log if tx is None else tx).append(topic_of(kind).name, new)
    return records


def _new_record(log: Log, kind: PeopleKind, record: Record) -> NewRecord:
    validate(kind, record)
    topic = topic_of(kind)
    partition = partition_for(topic.partition_key_of(record), log.partitions(topic.name))
    return NewRecord(partition, topic.key_of(record), encode(record), epoch_ms(parse_utc(_made_at(record))))


def _made_at(record: Record) -> str:
    return next(str(record[field]) for field in _MADE_AT if field in record)


def _rank(record: Record) -> tuple[str, bytes]:
    """Which of two records of one version counts: the one made later; the bytes settle what is left."""
    return _made_at(record), orjson.dumps(record, option=orjson.OPT_SORT_KEYS)


def _said(feedback: Feedback) -> tuple[str, str]:
    return feedback["given_at"], feedback["feedback_id"]


def _undone(said: Sequence[Feedback]) -> set[str]:
    """What is taken back, of feedback in its order: the last undo counts first, so an undo can be undone itself.

    An undo reaches only what was said before it; so there is no circle.
    """
    undone: set[str] = set()
    at = {each["feedback_id"]: _said(each) for each in said}
    for each in reversed(said):
        if each["kind"] == "undo" and each["feedback_id"] not in undone:
            target = each["undoes"]
            if target in at and at[target] < _said(each):
                undone.add(target)
    return undone

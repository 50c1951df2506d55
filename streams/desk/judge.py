"""What do people say about alerts and labels? Wrong, another label, a comment; and the undoing of each.

A judgement is about the label as it was (``label_before``): when the alert gets another label, it is another claim. An
undo takes a feedback back and is one itself, so it can be undone too. Nothing is ever deleted: ``Board`` says what
stands (``streams/desk/board.py``). ``export_cases`` makes labelled cases of it, for evals.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, cast

import orjson

from schemas import validate
from streams.desk.board import NO_LABEL, Board
from streams.errors import RefusedChange
from streams.model.ids import digest
from streams.model.people import Feedback, FeedbackKind
from streams.model.records import Alert, Mention
from streams.model.times import format_utc_ms, parse_utc

JUDGEMENTS: Final = ("wrong", "relabel")
FAMILY: Final = "feedback"
"""Where an exported case comes from, beside the families of written ones."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What is judged; at least one of the three ids is there."""

    watch_id: str
    watch_version: int
    alert_id: str | None
    mention_id: str | None
    article_id: str | None
    label: str | None
    rules: Mapping[str, str]


def subject_of_alert(alert: Alert) -> Subject:
    """An alert, by the article that speaks for it."""
    article_id, watch_id = alert["article"]["article_id"], alert["watch_id"]
    mention_id = digest("mention", article_id, watch_id)
    return Subject(
        watch_id, alert["watch_version"], alert["alert_id"], mention_id, article_id, alert["label"], alert["rules"]
    )


def subject_of_mention(mention: Mention) -> Subject:
    """An article as one watch sees it, whether it alerts or not."""
    return Subject(
        mention["watch_id"], mention["watch_version"], None, mention["mention_id"], mention["article_id"],
        mention["label"], mention["rules"],
    )  # fmt: skip


def build_wrong(subject: Subject, *, actor: str, now: datetime, comment: str | None = None) -> Feedback:
    """It should not be: the article says nothing about the watch's question."""
    return _build("wrong", subject, actor, now, comment)


def build_relabel(
    subject: Subject,
    label: str,
    *,
    actor: str,
    now: datetime,
    comment: str | None = None,
    known_labels: Collection[str] | None = None,
) -> Feedback:
    """Another label is right. ``known_labels``: those of the watch; None: not checked. Raises RefusedChange."""
    if known_labels is not None and label not in known_labels:
        near = difflib.get_close_matches(label, list(known_labels), n=1)
        remedy = f"did you mean {near[0]}?" if near else "choose one of them"
        raise RefusedChange("label", label, f"one of {', '.join(known_labels)}", remedy)
    if label == subject.label:
        raise RefusedChange("label", label, "another label than it has", "nothing to do; 'feedback comment' says more")
    return _build("relabel", subject, actor, now, comment, label=label)


def build_comment(subject: Subject, comment: str, *, actor: str, now: datetime) -> Feedback:
    """Words for the others; they change no label."""
    if not comment.strip():
        raise RefusedChange("comment", comment, "words", "say something")
    return _build("comment", subject, actor, now, comment)


def build_undo(
    feedback: Feedback, *, actor: str, now: datetime, comment: str | None = None, is_undone: bool = False
) -> Feedback:
    """Take a feedback back, also an undo. ``is_undone``: it was taken back already, which is refused."""
    if is_undone:
        raise RefusedChange(
            "undoes", feedback["feedback_id"], "feedback that stands", "it is undone already; nothing to do"
        )
    subject = Subject(
        feedback["watch_id"], feedback["watch_version"], feedback["alert_id"], feedback["mention_id"],
        feedback["article_id"], feedback["label_before"], feedback["rules"],
    )  # fmt: skip
    # an undo reaches only what was said before it, also where the clock was set back
    at = max(now, parse_utc(feedback["given_at"]) + timedelta(milliseconds=1))
    return _build("undo", subject, actor, at, comment, undoes=feedback["feedback_id"])


def _build(
    kind: FeedbackKind, subject: Subject, actor: str, now: datetime, comment: str | None, **more: Any
) -> Feedback:
    at = format_utc_ms(now)
    about = {
        "watch_id": subject.watch_id,
        "alert_id": subject.alert_id,
        "mention_id": subject.mention_id,
        "article_id": subject.article_id,
        **({"feedback_id": more["undoes"]} if "undoes" in more else {}),
    }
    feedback: dict[str, Any] = {
        "feedback_id": digest("feedback", kind, orjson.dumps(about, option=orjson.OPT_SORT_KEYS), actor, at),
        "kind": kind,
        "watch_id": subject.watch_id,
        "watch_version": subject.watch_version,
        "alert_id": subject.alert_id,
        "mention_id": subject.mention_id,
        "article_id": subject.article_id,
        "label_before": subject.label,
        "actor": actor,
        "given_at": at,
        "rules": dict(subject.rules),
        **more,
    }
    if comment and comment.strip():
        feedback["comment"] = comment.strip()
    validate("feedback", feedback)
    return cast(Feedback, feedback)


Case = dict[str, Any]


def judged_articles(board: Board) -> set[str]:
    """The articles that ``export_cases`` wants to read."""
    return {said["article_id"] for said in _judgements(board) if said["article_id"] is not None}


def export_cases(
    board: Board, alerts: Mapping[str, Alert], articles: Mapping[str, Mapping[str, Any]]
) -> tuple[list[Case], list[Feedback]]:
    """Labelled cases of the judgements that stand, and those without any text to label.

    The last judgement about an article and watch counts. ``articles``: title, text, language and published_at by
    article_id; where the article is gone, the evidence of its alert stands in (``text_is: evidence``). The shape is
    that of ``tests/evals/stance``; what else is known of the judgement is beside it.
    """
    last: dict[tuple[str, str], Feedback] = {}
    for said in _judgements(board):
        last[(said["watch_id"], said["article_id"] or said["mention_id"] or said["alert_id"] or "")] = said
    cases, missing = [], []
    for said in last.values():
        alert = alerts.get(said["alert_id"] or "")
        words = _words(said, alert, articles)
        if words is None:
            missing.append(said)
            continue
        label = NO_LABEL if said["kind"] == "wrong" else said["label"]
        speaks = alert["statement"] if alert is not None and label != NO_LABEL else None
        cases.append(
            {
                "id": f"{FAMILY}-{said['feedback_id'][:12]}",
                "family": FAMILY,
                **words,
                "label": label,
                "holder": speaks["holder_id"] if speaks is not None else None,
                **{name: said.get(name) for name in _KEPT},
            }
        )
    return cases, missing


_KEPT: Final = (
    "label_before", "kind", "watch_id", "watch_version", "alert_id", "mention_id", "article_id", "actor", "given_at",
    "comment", "feedback_id", "rules",
)  # fmt: skip


def _judgements(board: Board) -> Iterable[Feedback]:
    return (said for said in board.standing_feedback() if said["kind"] in JUDGEMENTS)


def _words(said: Feedback, alert: Alert | None, articles: Mapping[str, Mapping[str, Any]]) -> dict[str, Any] | None:
    article = articles.get(said["article_id"] or "")
    if article is not None:
        found = {name: article[name] for name in ("language", "published_at", "title", "text")}
        return {**found, "text_is": "article"}
    if alert is None or alert["article"]["article_id"] != said["article_id"] or alert["statement"] is None:
        return None
    return {
        "language": alert.get("language", "und"),
        "published_at": alert["article"]["published_at"],
        "title": alert["article"]["title"],
        "text": alert["statement"]["evidence"]["text"],
        "text_is": "evidence",
    }

"""``newsvane wrong``, ``relabel``, ``feedback``: say what is wrong with an alert, and take it back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from schemas import decode, topic_of
from streams.cli.desk_view import (
    SHORT_ID,
    Actor,
    AlertId,
    Desk,
    Json,
    by,
    find_id,
    minute,
    name_alert,
    now,
    open_desk,
    put_record,
)
from streams.cli.groups import new_group
from streams.cli.output import counted, neutralise, note, put, put_bytes, table
from streams.desk.board import Board, append
from streams.desk.judge import (
    Subject,
    build_comment,
    build_relabel,
    build_undo,
    build_wrong,
    export_cases,
    judged_articles,
    subject_of_alert,
)
from streams.errors import InvalidRecord, NewsvaneError
from streams.log.topic_reader import read_topic
from streams.model.people import Feedback
from streams.model.records import Alert

COMMENT_CHARACTERS = 80

app = new_group("Look at what people said about alerts; comment, undo, export as eval cases.")

Comment = Annotated[str | None, typer.Option("--comment", metavar="TEXT", help="why, in your words")]


def wrong(alert_id: AlertId, comment: Comment = None, actor: Actor = None) -> None:
    """Mark an alert as wrong: it says nothing about the watch's question.

    It stays, marked. 'newsvane feedback undo' takes the mark back.
    """
    with open_desk() as desk:
        alert = desk.alert(alert_id)
        given = _give(desk, alert, lambda subject: build_wrong(subject, actor=by(actor), now=now(), comment=comment))
    put(f"{name_alert(alert)}: marked wrong; {_how_to_undo(given)}")


def relabel(
    alert_id: AlertId,
    label: Annotated[str, typer.Argument(metavar="LABEL", help="the right label, of the watch's axis, or none")],
    comment: Comment = None,
    actor: Actor = None,
) -> None:
    """Say which label an alert should have.

    It counts for the alert as it is now: once it says something else, the label is its own again.
    """
    with open_desk() as desk:
        alert = desk.alert(alert_id)
        labels = desk.labels_of([alert["watch_id"]])
        given = _give(
            desk,
            alert,
            lambda subject: build_relabel(
                subject, label, actor=by(actor), now=now(), comment=comment, known_labels=labels
            ),
        )
    put(f"{name_alert(alert)}: should be {label}; {_how_to_undo(given)}")


@app.command("comment")
def comment_(
    alert_id: AlertId,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="what you want to say to the others")],
    actor: Actor = None,
) -> None:
    """Say something about an alert; its label stays."""
    with open_desk() as desk:
        alert = desk.alert(alert_id)
        given = _give(desk, alert, lambda subject: build_comment(subject, text, actor=by(actor), now=now()))
    put(f"{name_alert(alert)}: commented; {_how_to_undo(given)}")


@app.command()
def undo(
    feedback_id: Annotated[str, typer.Argument(metavar="FEEDBACK", help="its id, or the first four or more digits")],
    comment: Comment = None,
    actor: Actor = None,
) -> None:
    """Take a feedback back, also an undo."""
    with open_desk() as desk:

        def plan(board: Board) -> list[Feedback]:
            id_ = find_id(board.ids("feedback"), feedback_id, "feedback", "newsvane feedback list --all")
            found = board.feedback(id_)
            assert found is not None
            is_undone = board.is_undone(id_)
            return [build_undo(found, actor=by(actor), now=now(), comment=comment, is_undone=is_undone)]

        given = desk.change("feedback", plan)[0]
    put(f"{given['undoes'][:SHORT_ID]}: undone; {_how_to_undo(given)}")


@app.command("list")
def list_(
    alert_id: Annotated[
        str | None, typer.Option("--alert", metavar="ALERT", help="only about this alert and those it took over from")
    ] = None,
    all_: Annotated[bool, typer.Option("--all", help="also what was undone, and the undoings")] = False,
    as_json: Json = False,
) -> None:
    """List what people said: when, who, what, about which alert."""
    with open_desk() as desk:
        board = desk.board
        said = board.all_feedback() if all_ else board.standing_feedback()
        if alert_id is not None:
            alert = desk.alert(alert_id)["alert_id"]
            about = {alert, *board.inherited_by(alert)}
            said = [each for each in said if each["alert_id"] in about]
        undone = {each["feedback_id"] for each in said if board.is_undone(each["feedback_id"])}
    if as_json:
        for each in said:
            put_record(each)
        return
    if not said:
        put("no feedback")
        return
    rows = [
        (each["feedback_id"][:SHORT_ID], minute(each["given_at"]), neutralise(each["actor"]),
         _what(each) + (" (undone)" if each["feedback_id"] in undone else ""),
         (each["alert_id"] or each["article_id"] or "")[:SHORT_ID],
         neutralise(each.get("comment", ""), COMMENT_CHARACTERS))
        for each in said
    ]  # fmt: skip
    for line in table(("id", "given", "by", "what", "alert", "comment"), rows):
        put(line)


@app.command()
def export(
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help="where to; default: stdout")] = None,
) -> None:
    """Export what stands as labelled cases, JSON lines.

    One case for each article and watch that was called wrong or relabelled, with its text, the right label, and who
    said so. A text that retention has deleted is replaced by the alert's evidence.
    """
    with open_desk() as desk:
        articles = _articles(desk, judged_articles(desk.board))
        cases, missing = export_cases(desk.board, desk.alerts, articles)
    lines = [orjson.dumps(case) for case in cases]
    if file is None:
        for line in lines:
            put_bytes(line)
    else:
        try:
            file.write_bytes(b"".join(line + b"\n" for line in lines))
        except OSError as error:
            raise NewsvaneError(f"file '{file}' can't be written: {error.strerror}; choose another") from error
    note(f"{counted(len(cases), 'case')} exported")
    for said in missing:
        note(f"feedback {said['feedback_id'][:SHORT_ID]} has no case: its article is no longer on the log")


def _give(desk: Desk, alert: Alert, build: Callable[[Subject], Feedback]) -> Feedback:
    given = build(subject_of_alert(alert))
    append(desk.log, "feedback", given)
    return given


def _how_to_undo(given: Feedback) -> str:
    return f"undo with 'newsvane feedback undo {given['feedback_id'][:SHORT_ID]}'"


def _what(said: Feedback) -> str:
    match said["kind"]:
        case "relabel":
            return f"{neutralise(said['label_before'] or '?')} -> {neutralise(said['label'])}"
        case "undo":
            return f"undo {said['undoes'][:SHORT_ID]}"
        case kind:
            return kind


def _articles(desk: Desk, wanted: set[str]) -> Mapping[str, Mapping[str, Any]]:
    """The texts of these articles, as far as the log still has them."""
    found: dict[str, Mapping[str, Any]] = {}
    for stored in read_topic(desk.log, topic_of("article-clean").name) if wanted else ():
        try:
            article = decode("article-clean", stored.value or b"")
        except InvalidRecord:
            continue
        if article.get("article_id") in wanted:
            found[article["article_id"]] = article
    return found

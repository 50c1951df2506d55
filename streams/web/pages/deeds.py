"""What people do on pages: acknowledge, silence, judge, comment, and the undoing of each. Forms, script or not.

A form leads back to its page; the page's own script asks for the alert's card instead and puts it in place. What was
done is read from the log again, so the answer already shows it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, cast

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from streams.desk.acknowledge import build_acknowledgement, build_withdrawal
from streams.desk.board import NO_LABEL, Board, change
from streams.desk.judge import build_comment, build_relabel, build_undo, build_wrong, subject_of_alert
from streams.desk.silence import build_end, build_silence, matchers_from, preview, read_end
from streams.errors import RefusedChange
from streams.model.people import Matcher, PeopleKind, Silence
from streams.model.precedence import axis_labels
from streams.model.records import Alert
from streams.model.times import format_utc
from streams.store import queries
from streams.web.access import Caller
from streams.web.context import Web, web_of
from streams.web.pages.frame import HEADERS, fill, go_back, is_part_wanted, read_books, read_deed, render
from streams.web.problems import Problem
from streams.web.recent import recent_alerts
from streams.web.views.cards import make_card

router = APIRouter(include_in_schema=False)
PREVIEW_DAYS: Final = 7
_ABOUT: Final = ("story", "outlet", "holder", "phrase")
Form = dict[str, str]
Plan = Callable[[Board], Sequence[Any]]


@router.post("/alerts/{alert_id}/silence/preview")
async def show_preview(request: Request) -> Response:
    """What the silence would have hidden in the last week, before it is made."""
    caller, form = await read_deed(request)
    return await run_in_threadpool(_preview, request, caller, form)


@router.post("/alerts/{alert_id}/{deed}")
async def do(request: Request) -> Response:
    """Do one of ``DEEDS`` with an alert."""
    caller, form = await read_deed(request)
    return await run_in_threadpool(_do, request, caller, form)


def _do(request: Request, caller: Caller, form: Form) -> Response:
    deed = DEEDS.get(request.path_params["deed"])
    if deed is None:
        raise Problem("not-found", "this can't be done with an alert; load the page again")
    kind, plan = deed
    web = web_of(request)
    alert = _alert(web, request.path_params["alert_id"])
    made = plan(web, alert, caller, form)
    with web.log() as log:
        change(log, kind, made)
    if not is_part_wanted(request):
        return go_back(form, f"alert-{alert['alert_id']}")
    return _card(request, web, alert, form)


def _card(request: Request, web: Web, alert: Alert, form: Form) -> Response:
    books, _ = read_books(web)
    watch = books.watches.latest(alert["watch_id"])
    card = make_card(cast(Any, alert), axis_labels(watch["stance"]) if watch else (), books.board, web.clock())
    values = {"card": card, "here": form.get("return", "/"), "is_open": True, "with_watch": form.get("with") == "watch"}
    return HTMLResponse(fill(request, "card_part.html", values), headers=HEADERS)


def _alert(web: Web, alert_id: str) -> Alert:
    row = queries.alert(web.store, alert_id)
    if row is None:
        raise Problem("not-found", "this alert is not there; load the page again")
    return cast(Alert, row)


def _acknowledge(web: Web, alert: Alert, caller: Caller, form: Form) -> Plan:
    now, reason = web.clock(), form.get("reason", "").strip() or None
    return lambda board: [build_acknowledgement(alert, actor=caller.actor, now=now, reason=reason)]


def _unacknowledge(web: Web, alert: Alert, caller: Caller, form: Form) -> Plan:
    def plan(board: Board) -> Sequence[Any]:
        standing = [each for each in board.acknowledgements_of(alert["alert_id"]) if each["status"] == "active"]
        named = board.acknowledgement(form.get("acknowledgement_id", ""))
        if named is not None and named["status"] == "active" and named not in standing:
            standing.append(named)
        return [build_withdrawal(each, actor=caller.actor, now=web.clock()) for each in standing]

    return plan


def _matchers(alert: Alert, form: Form) -> list[Matcher]:
    about = form.get("about", "story")
    if about not in _ABOUT:
        raise RefusedChange("about", about, f"one of {', '.join(_ABOUT)}", "choose one of them")
    phrase = form.get("phrase", "").strip() if about == "phrase" else None
    return matchers_from(alert, outlet=about == "outlet", holder=about == "holder", phrase=phrase)


def _make_silence(web: Web, alert: Alert, caller: Caller, form: Form) -> Silence:
    now = web.clock()
    return build_silence(
        _matchers(alert, form),
        ends_at=read_end(form.get("length", "24h"), now),
        reason=form.get("reason", ""),
        actor=caller.actor,
        now=now,
        alert=alert,
    )


def _silence(web: Web, alert: Alert, caller: Caller, form: Form) -> Plan:
    made = _make_silence(web, alert, caller, form)
    return lambda board: [made]


def _unsilence(web: Web, alert: Alert, caller: Caller, form: Form) -> Plan:
    def plan(board: Board) -> Sequence[Any]:
        found = board.silence(form.get("silence_id", ""))
        if found is None:
            raise Problem("not-found", "this silence is not there; load the page again")
        return [build_end(found, actor=caller.actor, now=web.clock())]

    return plan


def _judge(web: Web, alert: Alert, caller: Caller, form: Form) -> Plan:
    now, said = web.clock(), form.get("comment", "").strip() or None
    subject = subject_of_alert(alert)
    label = form.get("label", NO_LABEL)
    if label == NO_LABEL:
        return lambda board: [build_wrong(subject, actor=caller.actor, now=now, comment=said)]
    books, _ = read_books(web)
    watch = books.watches.latest(alert["watch_id"])
    known = axis_labels(watch["stance"]) if watch else ()
    return lambda board: [build_relabel(subject, label, actor=caller.actor, now=now, comment=said, known_labels=known)]


def _comment(web: Web, alert: Alert, caller: Caller, form: Form) -> Plan:
    now = web.clock()
    return lambda board: [build_comment(subject_of_alert(alert), form.get("comment", ""), actor=caller.actor, now=now)]


def _undo(web: Web, alert: Alert, caller: Caller, form: Form) -> Plan:
    def plan(board: Board) -> Sequence[Any]:
        found = board.feedback(form.get("feedback_id", ""))
        if found is None:
            raise Problem("not-found", "this is not on file; load the page again")
        is_undone = board.is_undone(found["feedback_id"])
        return [build_undo(found, actor=caller.actor, now=web.clock(), is_undone=is_undone)]

    return plan


def _preview(request: Request, caller: Caller, form: Form) -> Response:
    web = web_of(request)
    alert = _alert(web, request.path_params["alert_id"])
    made = _make_silence(web, alert, caller, {**form, "reason": form.get("reason", "").strip() or "not said yet"})
    seconds = PREVIEW_DAYS * 86_400
    since = format_utc(web.clock().fromtimestamp(web.clock().timestamp() - seconds, web.clock().tzinfo))
    found = preview(made, cast("list[Alert]", recent_alerts(web, (alert["watch_id"],), since)))
    values = {"alert": alert, "silence": made, "found": found, "form": form, "days": PREVIEW_DAYS, "notice": None}
    return render(request, "silence.html", values)


DEEDS: Final[Mapping[str, tuple[PeopleKind, Callable[[Web, Alert, Caller, Form], Plan]]]] = {
    "acknowledge": ("acknowledgement", _acknowledge),
    "unacknowledge": ("acknowledgement", _unacknowledge),
    "silence": ("silence", _silence),
    "unsilence": ("silence", _unsilence),
    "judge": ("feedback", _judge),
    "comment": ("feedback", _comment),
    "undo": ("feedback", _undo),
}
"""What a form may ask for: the kind of the record, and what plans it."""

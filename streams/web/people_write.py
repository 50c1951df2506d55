"""What people do, by HTTP: silences and their preview, acknowledgements, feedback.

The records are built by the desk, which the command line uses too; the actor is the caller's name, never what a body
says. Building and appending are one step on the embedded log, so two at once get two versions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, cast

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from streams.desk.acknowledge import build_acknowledgement, build_withdrawal
from streams.desk.board import Board, change
from streams.desk.judge import (
    Subject,
    build_comment,
    build_relabel,
    build_undo,
    build_wrong,
    subject_of_alert,
    subject_of_mention,
)
from streams.desk.silence import build_end, build_silence, preview, read_end
from streams.model.people import Matcher, PeopleKind, Silence
from streams.model.precedence import axis_labels
from streams.model.records import Alert, Mention
from streams.model.times import format_utc_ms
from streams.store import queries
from streams.web.access import Caller, require
from streams.web.answers import answer
from streams.web.bodies import Body, read_json
from streams.web.context import Web, web_of
from streams.web.parameters import ID, Parameter, parse
from streams.web.problems import one_field
from streams.web.recent import recent_alerts
from streams.web.things import missing
from streams.web.watch_hint import find_watch
from streams.web.watch_write import REASON

router = APIRouter()
_ID: Final = {"type": "string", "pattern": ID}
REASON_GIVEN: Final = {"type": ["string", "null"], "maxLength": 2_000, "description": "Why, in your words."}
_END: Final = "How long, such as 30m, 24h or 7d, or a time with a zone."
_MATCHER: Final = {
    "type": "object",
    "required": ["field", "operator", "value"],
    "additionalProperties": False,
    "properties": {
        "field": {
            "enum": [
                "watch_id",
                "alert_id",
                "story_id",
                "kind",
                "severity",
                "label",
                "holder_id",
                "outlet",
                "language",
                "phrase",
            ]
        },
        "operator": {"enum": ["=", "!="]},
        "value": {"type": "string", "minLength": 1, "maxLength": 500},
    },
}
SILENCE: Final = Body(
    "NewSilence",
    {
        "matchers": {
            "type": "array",
            "items": _MATCHER,
            "minItems": 1,
            "maxItems": 20,
            "description": "All must hold.",
        },
        "ends_at": {"type": "string", "minLength": 1, "maxLength": 64, "description": _END},
        "reason": {"type": "string", "minLength": 1, "maxLength": 2_000, "description": "Why; others will ask."},
        "pierced_by_hardening": {"type": "boolean", "description": "Tell a hardening all the same; true."},
        "alert_id": {"type": ["string", "null"], "pattern": ID, "description": "The alert that it is made from."},
    },
    ("matchers", "ends_at", "reason"),
    "Which alerts not to tell, for how long, and why.",
)
ACKNOWLEDGEMENT: Final = Body(
    "NewAcknowledgement",
    {
        "alert_id": {**_ID, "description": "The alert."},
        "reason": REASON_GIVEN,
        "expires_at": {
            "type": ["string", "null"],
            "maxLength": 64,
            "description": f"{_END} Null: when the stance changes.",
        },
    },
    ("alert_id",),
    "Somebody has taken note of an alert as it is now.",
)
FEEDBACK: Final = Body(
    "NewFeedback",
    {
        "kind": {"enum": ["wrong", "relabel", "comment", "undo"], "description": "What you say."},
        "alert_id": {**_ID, "description": "Of this alert; or mention_id."},
        "mention_id": {**_ID, "description": "Of this mention."},
        "label": {"type": "string", "minLength": 1, "maxLength": 64, "description": "The right label, of a relabel."},
        "comment": {"type": "string", "minLength": 1, "maxLength": 10_000, "description": "In your words."},
        "undoes": {**_ID, "description": "The feedback that an undo takes back."},
    },
    ("kind",),
    "An alert or mention is wrong, has another label, or deserves a word; or a feedback is taken back.",
)
DAYS: Final = Parameter("days", "Of so many days back.", "number", low=1, high=90, default=7)


def require_manager(request: Request, *parameters: Parameter) -> tuple[Caller, dict[str, Any]]:
    """The caller, who may change things, and the values of the query. Raises Problem."""
    caller = require(request, "manage")
    return caller, parse(request.query_params, parameters)


def append_one(web: Web, kind: PeopleKind, plan: Callable[[Board], Any]) -> Any:
    """Append the record that ``plan`` builds from the board as it is at that moment, and return it."""
    with web.log() as log:
        (record,) = change(log, kind, lambda board: [plan(board)])
    return record


def append_next(
    request: Request, kind: PeopleKind, find: Callable[[Board, str], Any], build: Callable[..., Any]
) -> Any:
    """Append what ``build`` makes of the record that the address names. Raises Problem where there is none."""
    caller, values = require_manager(request, REASON)
    web = web_of(request)

    def plan(board: Board) -> Any:
        before = find(board, request.path_params[f"{kind}_id"])
        if before is None:
            raise missing(kind, request)
        return build(before, actor=caller.actor, now=web.clock(), reason=values["reason"])

    return append_one(web, kind, plan)


def _alert(web: Web, alert_id: str) -> Alert:
    """The alert, or what took its place. Raises Problem."""
    found = queries.alert(web.store, alert_id)
    if found is None:
        raise one_field("not-found", "/alert_id", alert_id, "the id of an alert", "/v1/alerts lists them")
    return cast(Alert, found)


# Silences


def _silence(web: Web, caller: Caller, given: Mapping[str, Any], now: datetime) -> Silence:
    alert = _alert(web, given["alert_id"]) if given.get("alert_id") else None
    watches = tuple(m["value"] for m in given["matchers"] if m["field"] == "watch_id" and m["operator"] == "=")
    for watch_id in watches:
        find_watch(web, watch_id)
    return build_silence(
        cast("list[Matcher]", given["matchers"]),
        ends_at=read_end(given["ends_at"], now),
        reason=given["reason"],
        actor=caller.actor,
        now=now,
        pierced_by_hardening=given.get("pierced_by_hardening", True),
        alert=alert,
        seen=cast("list[Alert]", list(recent_alerts(web, watches))),
    )


@router.post("/v1/silences", name="create_silence")
async def create_silence(request: Request) -> Response:
    """Silence alerts: by their watch, story, outlet, holder, words; with a reason and an end."""
    caller, _ = await run_in_threadpool(require_manager, request)
    given = SILENCE.check(await read_json(request))
    web = web_of(request)

    def write() -> Response:
        silence = _silence(web, caller, given, web.clock())
        append_one(web, "silence", lambda board: silence)
        location = {"Location": f"/v1/silences/{silence['silence_id']}"}
        return answer(request, silence, status=201, headers=location)

    return await run_in_threadpool(write)


@router.post("/v1/silences/preview", name="preview_silence")
async def preview_silence(request: Request) -> Response:
    """What this silence would have hidden lately. Nothing is written."""
    caller, values = await run_in_threadpool(require_manager, request, DAYS)
    given = SILENCE.check(await read_json(request))
    web = web_of(request)

    def show() -> Response:
        now = web.clock()
        silence = _silence(web, caller, given, now)
        watches = tuple(m["value"] for m in silence["matchers"] if m["field"] == "watch_id" and m["operator"] == "=")
        since = format_utc_ms(now - timedelta(days=values["days"]))
        seen = preview(silence, cast("list[Alert]", recent_alerts(web, watches, since)))
        value = {"days": values["days"], "hidden": seen.hidden, "pierced": seen.pierced}
        return answer(request, value, headers={"Cache-Control": "no-store"})

    return await run_in_threadpool(show)


@router.delete("/v1/silences/{silence_id}", name="end_silence")
def end_silence(request: Request) -> Response:
    """End a silence before its time."""
    return answer(request, append_next(request, "silence", Board.silence, build_end))


# Acknowledgements


@router.post("/v1/acknowledgements", name="create_acknowledgement")
async def create_acknowledgement(request: Request) -> Response:
    """Take note of an alert; it ends when the stance changes."""
    caller, _ = await run_in_threadpool(require_manager, request)
    given = ACKNOWLEDGEMENT.check(await read_json(request))
    web = web_of(request)

    def write() -> Response:
        alert, now = _alert(web, given["alert_id"]), web.clock()
        end = read_end(given["expires_at"], now) if given.get("expires_at") else None
        record = build_acknowledgement(alert, actor=caller.actor, now=now, reason=given.get("reason"), expires_at=end)
        append_one(web, "acknowledgement", lambda board: record)
        return answer(request, record, status=201)

    return await run_in_threadpool(write)


@router.delete("/v1/acknowledgements/{acknowledgement_id}", name="withdraw_acknowledgement")
def withdraw_acknowledgement(request: Request) -> Response:
    """Take an acknowledgement back."""
    return answer(request, append_next(request, "acknowledgement", Board.acknowledgement, build_withdrawal))


# Feedback


def _needed(given: Mapping[str, Any], name: str) -> str:
    if name not in given:
        what = f"a value for kind '{given['kind']}'"
        raise one_field("invalid", f"/{name}", None, what, "add it")
    return str(given[name])


def _subject(web: Web, given: Mapping[str, Any]) -> Subject:
    if "mention_id" in given and "alert_id" not in given:
        mention = queries.mention(web.store, given["mention_id"])
        if mention is None:
            raise one_field("not-found", "/mention_id", given["mention_id"], "the id of a mention", "see /v1/mentions")
        return subject_of_mention(cast(Mention, mention))
    return subject_of_alert(_alert(web, _needed(given, "alert_id")))


@router.post("/v1/feedback", name="create_feedback")
async def create_feedback(request: Request) -> Response:
    """Say that an alert or a mention is wrong, has another label, or comment on it; or undo that."""
    caller, _ = await run_in_threadpool(require_manager, request)
    given = FEEDBACK.check(await read_json(request))
    web = web_of(request)

    def write() -> Response:
        now, actor, comment = web.clock(), caller.actor, given.get("comment")
        if given["kind"] == "undo":
            wanted = _needed(given, "undoes")

            def undo(board: Board) -> Any:
                before = board.feedback(wanted)
                if before is None:
                    raise one_field("not-found", "/undoes", wanted, "the id of a feedback", "see /v1/feedback")
                return build_undo(before, actor=actor, now=now, comment=comment, is_undone=board.is_undone(wanted))

            return answer(request, append_one(web, "feedback", undo), status=201)
        subject = _subject(web, given)
        if given["kind"] == "wrong":
            record = build_wrong(subject, actor=actor, now=now, comment=comment)
        elif given["kind"] == "relabel":
            label, watch = _needed(given, "label"), find_watch(web, subject.watch_id)
            known = [*axis_labels(watch["stance"]), "none"] if watch["stance"] else None
            record = build_relabel(subject, label, actor=actor, now=now, comment=comment, known_labels=known)
        else:
            record = build_comment(subject, _needed(given, "comment"), actor=actor, now=now)
        append_one(web, "feedback", lambda board: record)
        return answer(request, record, status=201)

    return await run_in_threadpool(write)

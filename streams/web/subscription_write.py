"""Subscriptions, by HTTP: made, changed, stopped, let go on, and tried with a sample.

The records are built by the desk, which the command line uses too; the actor is the caller's name, never the body's.
"""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from streams.deliver.guard import check_url
from streams.deliver.sample import send_sample
from streams.desk.board import Board
from streams.desk.subscribe import build_status, build_subscription
from streams.model.people import Subscription
from streams.model.precedence import axis_labels
from streams.web.access import Caller
from streams.web.answers import answer
from streams.web.bodies import Body, read_json
from streams.web.books import Books
from streams.web.context import web_of
from streams.web.parameters import WATCH_ID
from streams.web.people_write import REASON_GIVEN, append_next, append_one, require_manager
from streams.web.problems import one_field
from streams.web.things import etag_of_version, missing
from streams.web.watch_hint import look
from streams.web.watch_write import check_match

router = APIRouter()
_ANY: Final = {"type": "object"}
_SUBSCRIPTION: Final = {
    "title": {"type": "string", "minLength": 1, "maxLength": 200, "description": "What people call it."},
    "owner": {"type": "string", "minLength": 1, "maxLength": 200, "description": "Whose it is; you."},
    "watches": {"type": "array", "items": {"type": "string"}, "maxItems": 1_000, "description": "Empty: all."},
    "filters": {**_ANY, "description": "Which of their alerts."},
    "destination": {**_ANY, "description": "Where they go. Secrets are references: env:NEWSVANE_SECRET_… or file:KEY."},
    "timing": {**_ANY, "description": "When they go; durations such as 30s, 5m, 4h."},
    "change_reason": REASON_GIVEN,
}
SUBSCRIPTION: Final = Body("SubscriptionDefinition", _SUBSCRIPTION, (), "Which alerts go where, and when.")
NEW_SUBSCRIPTION: Final = Body(
    "NewSubscription",
    {"subscription_id": {"type": "string", "pattern": WATCH_ID, "description": "Its id."}, **_SUBSCRIPTION},
    ("subscription_id", "destination"),
    "A subscription and its id.",
)


@router.post("/v1/subscriptions", name="create_subscription")
async def create_subscription(request: Request) -> Response:
    """A new subscription: which alerts go to which destination."""
    caller, _ = await run_in_threadpool(require_manager, request)
    given = dict(NEW_SUBSCRIPTION.check(await read_json(request)))
    return await run_in_threadpool(_subscribe, request, caller, given.pop("subscription_id"), given, is_new=True)


@router.put("/v1/subscriptions/{subscription_id}", name="put_subscription")
async def put_subscription(request: Request) -> Response:
    """Change a subscription: what is given is laid over what is there. Needs If-Match."""
    caller, _ = await run_in_threadpool(require_manager, request)
    given = dict(SUBSCRIPTION.check(await read_json(request)))
    return await run_in_threadpool(
        _subscribe, request, caller, request.path_params["subscription_id"], given, is_new=False
    )


def _subscribe(request: Request, caller: Caller, id_: str, given: dict[str, Any], is_new: bool) -> Response:
    web = web_of(request)
    reason = given.pop("change_reason", None)
    watches = look(web, Books.current)
    labels = {label for watch in watches if watch["stance"] for label in axis_labels(watch["stance"])}

    def plan(board: Board) -> Subscription:
        before = board.subscription(id_)
        if is_new and before is not None:
            change_it = f"PUT /v1/subscriptions/{id_} with If-Match changes it"
            raise one_field("conflict", "/subscription_id", id_, "an id that is free", change_it)
        if not is_new:
            if before is None:
                raise missing("subscription", request)
            check_match(request, etag_of_version(before))
        return build_subscription(
            id_,
            given,
            actor=caller.actor,
            now=web.clock(),
            before=before,
            reason=reason,
            known_watches=[watch["watch_id"] for watch in watches],
            known_labels=labels,
            check_url=lambda url: check_url(url, web.settings.allow_private),
        )

    record = append_one(web, "subscription", plan)
    headers = {"Location": f"/v1/subscriptions/{id_}"} if is_new else {}
    return answer(request, record, status=201 if is_new else 200, etag=etag_of_version(record), headers=headers)


@router.delete("/v1/subscriptions/{subscription_id}", name="disable_subscription")
def disable_subscription(request: Request) -> Response:
    """Stop a subscription; its history stays. Needs If-Match."""
    return _set_status(request, "disabled")


@router.post("/v1/subscriptions/{subscription_id}/enable", name="enable_subscription")
def enable_subscription(request: Request) -> Response:
    """Let a stopped subscription send again. Needs If-Match."""
    return _set_status(request, "active")


def _set_status(request: Request, status: str) -> Response:
    def build(before: Subscription, **change: Any) -> Subscription:
        check_match(request, etag_of_version(before))
        return build_status(before, status, **change)

    record = append_next(request, "subscription", Board.subscription, build)
    return answer(request, record, etag=etag_of_version(record))


@router.post("/v1/subscriptions/{subscription_id}/test", name="test_subscription")
def test_subscription(request: Request) -> Response:
    """Send a sample to its destination, once, and say what came back."""
    require_manager(request)
    web = web_of(request)
    found = look(web, lambda books: books.board.subscription(request.path_params["subscription_id"]))
    if found is None:
        raise missing("subscription", request)
    sent = send_sample(web.settings, found, now=web.clock)
    return answer(request, {"verdict": sent.verdict, **sent.as_response()}, headers={"Cache-Control": "no-store"})

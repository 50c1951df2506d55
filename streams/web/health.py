"""Is the server up, can it answer, and what would a monitor count? No token is needed, and no content is told."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from streams.errors import InfrastructureError, NewsvaneError
from streams.store import queries
from streams.web.answers import answer
from streams.web.articles_in import lag_of
from streams.web.context import Web, web_of

router = APIRouter()
_FRESH = {"Cache-Control": "no-store"}


@router.get("/healthz", name="is_up")
async def is_up(request: Request) -> Response:
    """The process lives."""
    return PlainTextResponse("up\n", headers=_FRESH)


@router.get("/readyz", name="is_ready")
async def is_ready(request: Request) -> Response:
    """Whether log and store answer, how many raw articles wait, and whether alerts are followed."""
    web = web_of(request)
    found = await run_in_threadpool(_look, web)
    found["follows_alerts"] = web.hub.is_ready
    found["streams"] = web.hub.listeners
    is_good = found["log"] == "answers" and found["store"] == "answers" and found["follows_alerts"]
    return answer(request, {"ready": is_good, **found}, status=200 if is_good else 503, headers=_FRESH)


def _look(web: Web) -> dict[str, Any]:
    found: dict[str, Any] = {"log": "answers", "store": "answers", "lag": None, "newest_alert_at": None}
    try:
        found["lag"] = lag_of(web)
    except (NewsvaneError, OSError):
        found["log"] = "does not answer"
    try:
        newest = queries.alerts(web.store, order="changed", limit=1).items
        found["newest_alert_at"] = newest[0]["changed_at"] if newest else None
    except InfrastructureError:
        found["store"] = "does not answer"
    return found

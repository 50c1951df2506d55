"""Is the server up, and can it answer? For load balancers and people; no token is needed and nothing is told."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

router = APIRouter(include_in_schema=False)


@router.get("/healthz")
async def is_up(request: Request) -> Response:
    return PlainTextResponse("up\n", headers={"Cache-Control": "no-store"})

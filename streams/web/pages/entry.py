"""The login form, and the choice of light or dark. Posting the login itself is ``streams/web/login.py``."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from streams.web.access import caller_of, check_same_site
from streams.web.context import web_of
from streams.web.login import read_form, safe_target
from streams.web.pages.frame import THEME_COOKIE, THEMES, go_back, render

router = APIRouter(include_in_schema=False)
_YEAR_S: Final = 31_536_000


@router.get("/login")
async def show_login(request: Request) -> Response:
    caller = await run_in_threadpool(caller_of, request)
    target = safe_target(request.query_params.get("next"))
    if caller is not None and caller.via == "session":
        return RedirectResponse(target, 303, {"Cache-Control": "no-store"})
    is_open = caller is not None and caller.via == "open"
    return render(request, "login.html", {"problem": None, "target": target, "is_open": is_open})


@router.post("/theme")
async def choose_theme(request: Request) -> Response:
    """Form fields ``theme`` and ``return``. Changes nothing but the look in this browser, so it needs no login."""
    check_same_site(request)
    form = await read_form(request)
    theme = form.get("theme", "")
    response = go_back(form)
    if theme in THEMES:
        response.set_cookie(
            THEME_COOKIE, theme, max_age=_YEAR_S, path="/", samesite="lax", secure=web_of(request).is_https
        )
    return response

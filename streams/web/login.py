"""A browser logs in with a token, and out again. The form here is plain; pages may put their own in its place."""

from __future__ import annotations

from html import escape
from typing import Final

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from streams.web.access import CSRF_FIELD, CSRF_HEADER, caller_of, check_form, check_same_site
from streams.web.context import web_of
from streams.web.problems import Problem, one_field
from streams.web.sessions import COOKIE, LONGEST

router = APIRouter(include_in_schema=False)
_MOST_FIELDS: Final = 10


@router.get("/login")
def show_login(request: Request) -> Response:
    target = escape(safe_target(request.query_params.get("next")), quote=True)
    return HTMLResponse(
        "<!doctype html><html lang=en><meta charset=utf-8><title>Newsvane: log in</title>"
        "<main><h1>Log in</h1><form method=post action=/login>"
        f'<input type=hidden name=next value="{target}">'
        "<label>Token <input name=token type=password autocomplete=current-password required autofocus></label> "
        "<button>Log in</button></form></main></html>"
    )


@router.post("/login")
async def log_in(request: Request) -> Response:
    """Form fields ``token`` and ``next``. Sets the session's cookie."""
    check_same_site(request)
    web = web_of(request)
    address = request.client.host if request.client else "?"
    wait = web.failed_logins.wait_s(address)
    if wait:
        raise Problem(
            "too-many-failures", f"too many failed logins; try again in {wait} s", headers={"Retry-After": str(wait)}
        )
    form = await read_form(request)
    text = form.get("token", "").strip()
    token = await run_in_threadpool(web.tokens.find, text)
    if token is None or token.state(web.clock()) != "active" or not set(token.scopes) & {"read", "manage"}:
        web.failed_logins.note(address)
        if token is not None and token.state(web.clock()) == "expired":
            raise Problem("expired-token", f"token '{token.name}' expired at {token.expires_at}; ask for another")
        raise Problem("not-authenticated", "this token does not log in here; look at it again, or ask for another")
    web.failed_logins.forget(address)
    secret = await run_in_threadpool(web.sessions.begin, token)
    response = RedirectResponse(safe_target(form.get("next")), 303, {"Cache-Control": "no-store"})
    response.set_cookie(
        COOKIE,
        secret,
        max_age=int(LONGEST.total_seconds()),
        path="/",
        httponly=True,
        samesite="strict",
        secure=web.is_https,
    )
    return response


@router.post("/logout")
async def log_out(request: Request) -> Response:
    """Form field ``csrf_token``, or the header ``X-CSRF-Token``. Ends the session."""
    check_same_site(request)
    web = web_of(request)
    secret = request.cookies.get(COOKIE)
    caller = await run_in_threadpool(caller_of, request)
    if caller is not None and caller.via == "session" and secret:
        given = request.headers.get(CSRF_HEADER) or (await read_form(request)).get(CSRF_FIELD)
        check_form(caller, given)
        await run_in_threadpool(web.sessions.end, secret)
    response = RedirectResponse("/login", 303, {"Cache-Control": "no-store"})
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict", secure=web.is_https)
    return response


async def read_form(request: Request) -> dict[str, str]:
    """The text fields of a urlencoded form. Raises Problem for another content type."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise one_field("wrong-content-type", "Content-Type", kind, "application/x-www-form-urlencoded", "send a form")
    try:
        async with request.form(max_files=0, max_fields=_MOST_FIELDS) as form:
            return {name: value for name, value in form.items() if isinstance(value, str)}
    except ValueError as error:
        raise Problem("malformed", f"the form can't be read: {error}") from None


def safe_target(target: str | None) -> str:
    """Where to go after a login: a path of this server, never another host.

    >>> safe_target("/watches?q=a"), safe_target("//evil.example"), safe_target("/\\\\evil.example")
    ('/watches?q=a', '/', '/')
    """
    if target is None or not target.startswith("/") or target[1:2] in ("/", "\\") or not target.isprintable():
        return "/"
    return target if "\\" not in target and len(target) < 2000 else "/"

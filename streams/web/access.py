"""Who is calling, and may they? One answer for the API, the feeds and the pages.

Order of the rules: a bearer token; a session cookie; without any token on this server, everybody on this machine (the
server is bound to loopback then, and hears only to loopback's names). A state-changing request of a browser must come
from this site (Sec-Fetch-Site, else Origin); with a cookie, or as a form, it also carries the CSRF value, in the header
``X-CSRF-Token`` or the form's field ``csrf_token``.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from starlette.requests import Request

from streams.web.context import Web, web_of
from streams.web.problems import Problem
from streams.web.sessions import COOKIE, csrf_of
from streams.web.tokens import FEED, SCOPES, Token

CSRF_HEADER: Final = "x-csrf-token"
CSRF_FIELD: Final = "csrf_token"
_LONGEST_ID: Final = 200
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_FORMS: Final = ("application/x-www-form-urlencoded", "multipart/form-data", "text/plain")


@dataclass(frozen=True, slots=True)
class Caller:
    """``actor`` is the name that changes are made under; ``csrf`` what forms of this caller carry, if they need it."""

    actor: str
    scopes: frozenset[str]
    via: str
    csrf: str | None = None

    def may(self, scope: str) -> bool:
        return scope in self.scopes


def caller_of(request: Request) -> Caller | None:
    """Who is calling; None for nobody in particular. Raises Problem for a token that is wrong or has expired.

    Asks the store: call it from a thread.
    """
    known = getattr(request.state, "caller", None)
    if known is not None:
        return known if isinstance(known, Caller) else None
    found = _find(request, web_of(request))
    request.state.caller = found
    return found


def require(request: Request, scope: str) -> Caller:
    """The caller, who has this scope and, for a change, comes from this site. Raises Problem."""
    for name, value in request.path_params.items():
        if not (str(value).isprintable() and len(str(value)) <= _LONGEST_ID):
            raise Problem("not-found", f"{name} can't be one: it has control characters, or more than {_LONGEST_ID}")
    caller = caller_of(request)
    if caller is None:
        raise Problem(
            "not-authenticated",
            "send 'Authorization: Bearer <token>', or log in at /login; 'newsvane token create' makes a token",
            headers={"WWW-Authenticate": 'Bearer realm="newsvane"'},
        )
    if not caller.may(scope):
        held = ", ".join(sorted(caller.scopes)) or "none"
        raise Problem("not-allowed", f"this needs the scope '{scope}'; '{caller.actor}' has {held}")
    if request.method not in _SAFE:
        check_same_site(request)
        check_csrf(request, caller)
    return caller


def require_feed(request: Request, watch_id: str) -> None:
    """A reader of feeds can't send headers: a token that reads this feed alone may be in the query. Raises Problem."""
    text = request.query_params.get("token")
    if text is None:
        require(request, "read")
        return
    token = _token(web_of(request), text)
    if f"{FEED}{watch_id}" not in token.scopes:
        raise Problem(
            "not-allowed",
            f"this token does not read the feed of '{watch_id}'; 'newsvane token create NAME --feed {watch_id}'",
        )


def check_same_site(request: Request) -> None:
    """Refuse a change that another site made a browser ask for. Raises Problem."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        if site not in ("same-origin", "none"):
            raise Problem("cross-site", "this change was asked for by a page of another site; open it from this server")
        return
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc.lower() != request.headers.get("host", "").lower():
        raise Problem("cross-site", "this change was asked for by a page of another site; open it from this server")


def check_csrf(request: Request, caller: Caller) -> None:
    """Raises Problem where the value is needed and is not there. Forms are read by their route: see ``check_form``."""
    if caller.via == "bearer" or caller.csrf is None:
        return
    is_form = request.headers.get("content-type", "").partition(";")[0].strip().lower() in _FORMS
    given = request.headers.get(CSRF_HEADER)
    if is_form and given is None:
        return  # the route calls check_form once it has read the form
    if caller.via == "session" or given is not None:
        _compare(given or "", caller.csrf)


def check_form(caller: Caller, given: object) -> None:
    """The value in a form's field ``csrf_token``. Raises Problem."""
    if caller.via != "bearer" and caller.csrf is not None:
        _compare(given if isinstance(given, str) else "", caller.csrf)


def _compare(given: str, expected: str) -> None:
    if not hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode()):
        raise Problem("csrf", "the request carries no valid CSRF value; load the page again and repeat")


def _find(request: Request, web: Web) -> Caller | None:
    header = request.headers.get("authorization")
    if header is not None:
        scheme, _, text = header.partition(" ")
        if scheme.lower() != "bearer":
            raise _wrong("the Authorization header is no bearer token; send 'Authorization: Bearer <token>'")
        token = _token(web, text.strip())
        return Caller(token.name, frozenset(token.scopes), "bearer")
    secret = request.cookies.get(COOKIE)
    if secret and (found := web.sessions.find(secret)) is not None:
        return Caller(found.name, frozenset(found.scopes), "session", csrf_of(secret))
    if web.is_open():
        return Caller(web.local_name, frozenset(SCOPES), "open", web.open_csrf)
    return None


def _token(web: Web, text: str) -> Token:
    token = web.tokens.find(text)
    if token is None:
        raise _wrong("the token is not known here; 'newsvane token list' shows those that are")
    state = token.state(web.clock())
    if state == "expired":
        raise Problem(
            "expired-token",
            f"token '{token.name}' expired at {token.expires_at}; make another with 'newsvane token create'",
            headers={"WWW-Authenticate": 'Bearer realm="newsvane", error="invalid_token", error_description="expired"'},
        )
    if state == "revoked":
        raise _wrong(f"token '{token.name}' was revoked; make another with 'newsvane token create'")
    return token


def _wrong(detail: str) -> Problem:
    return Problem(
        "not-authenticated", detail, headers={"WWW-Authenticate": 'Bearer realm="newsvane", error="invalid_token"'}
    )

"""What holds for every answer and every request, before any route: headers, host names, sizes, and no loose ends.

Plain ASGI, so that a stream stays a stream. Order: what nobody caught becomes a 500 in our shape; security headers are
set on every answer; without tokens only loopback's names are heard (a page elsewhere may have its own name point here:
DNS rebinding) and nothing that came through a proxy; a body over the limit is refused by its announced length before
it is read, or as soon as what was read says so.
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from streams.web.context import LOOPBACK, Web
from streams.web.problems import Problem, internal, one_field, problem_of, respond

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_FORWARDED: Final = ("forwarded", "x-forwarded-for", "x-forwarded-host")


class Guard:
    """The outermost layer of the application."""

    def __init__(self, app: ASGIApp, web: Web) -> None:
        self._app, self._web = app, web

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        has_begun = False

        async def send_guarded(message: Message) -> None:
            nonlocal has_begun
            if message["type"] == "http.response.start":
                has_begun = True
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if self._web.is_https:
                    headers.setdefault("Strict-Transport-Security", "max-age=31536000")
            await send(message)

        limit = self._web.settings.web_max_body_bytes
        try:
            headers = Headers(scope=scope)
            await self._check_host(headers)
            _check_length(headers, limit)
            await self._app(scope, _Bounded(receive, limit), send_guarded)
        except Exception as error:
            if has_begun:
                raise
            problem = problem_of(error) if isinstance(error, Problem) else internal(error)
            await respond(Request(scope), problem)(scope, receive, send_guarded)

    async def _check_host(self, headers: Headers) -> None:
        host = headers.get("host", "")
        name = urlsplit(f"//{host}").hostname if _is_plain(host) else None
        if name is None:
            raise Problem("malformed", "the Host header names no host")
        if name in LOOPBACK and not any(header in headers for header in _FORWARDED):
            return
        if await run_in_threadpool(self._web.is_open):
            raise Problem(
                "wrong-host",
                "without tokens this server hears to localhost and 127.0.0.1 alone, and not through a proxy; "
                "make a token with 'newsvane token create'",
            )


def _is_plain(host: str) -> bool:
    try:
        return bool(host) and len(host) < 300 and not set(host) & set("/?#@ \\") and urlsplit(f"//{host}").port != 0
    except ValueError:
        return False


def _check_length(headers: Headers, limit: int) -> None:
    text = headers.get("content-length")
    if text is not None and (not text.isascii() or not text.isdecimal()):
        raise Problem("malformed", "the Content-Length header is no number")
    if text is not None and int(text[:20]) > limit:
        raise too_large(int(text[:20]), limit)


def too_large(size: int, limit: int, name: str = "the body") -> Problem:
    """The refusal of a body over the limit."""
    return one_field(
        "too-large",
        name,
        f"{size:,} bytes",
        f"at most {limit:,} bytes",
        "send it in parts, or use 'newsvane ingest'",
        headers={"Connection": "close"},
    )


class _Bounded:
    """``receive`` that stops at a limit, whatever length was announced."""

    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive, self._limit, self._size = receive, limit, 0

    async def __call__(self) -> Any:
        message = await self._receive()
        if message["type"] == "http.request":
            self._size += len(message.get("body", b""))
            if self._size > self._limit:
                raise too_large(self._size, self._limit)
        return message

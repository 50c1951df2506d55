"""HEAD, for every route: the answer of GET without its body, which is neither sent nor read to its end.

Readers of feeds, monitors and link checkers ask by HEAD. What is a stream (events, an export) ends at its first piece.
"""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class _HasEnded(OSError):
    """Nobody listens any more: what servers tell an application whose caller has gone."""


class HeadAsGet:
    """The layer around all others."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return
        has_ended = False

        async def send_headers(message: Message) -> None:
            nonlocal has_ended
            if message["type"] != "http.response.body":
                await send(message)
                return
            if not has_ended:
                has_ended = True
                await send({"type": "http.response.body", "body": b"", "more_body": False})
            if message.get("more_body", False):
                raise _HasEnded("HEAD takes no body")

        try:
            await self._app({**scope, "method": "GET"}, receive, send_headers)
        except Exception:
            if not has_ended:
                raise

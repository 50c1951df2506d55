"""``GET /v1/alerts/stream``: alerts as server-sent events, as they come and from where a client left off.

An event's id is a position in the topic (``position.py``). A client that comes back with one (the header
``Last-Event-ID``, or the parameter ``last_event_id``) gets what it missed first. One that can't be continued from gets
``event: reset`` with the reason, and then what comes: it should load the list of alerts anew. Every 15 s a comment
shows that the stream lives; it carries the position, so that a filter that lets nothing through does not age.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from typing import Any, Final

import orjson
from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from streams.web.access import require
from streams.web.alert_event import Filters
from streams.web.context import web_of
from streams.web.hub import Hub, Listener, Reset
from streams.web.parameters import WATCH_ID, Parameter, parse
from streams.web.position import Position, parse_position

_LOG = logging.getLogger(__name__)
HEARTBEAT_S: Final = 15.0
RETRY_MS: Final = 2_000
router = APIRouter()

PARAMETERS: Final = (
    Parameter("watch", "Only alerts of this watch; may be repeated.", pattern=WATCH_ID, many=True),
    Parameter("kind", "Only alerts of this kind; may be repeated.", many=True),
    Parameter(
        "severity", "Only of this severity; may be repeated.", choices=("notice", "warning", "critical"), many=True
    ),
    Parameter("label", "Only with this label; may be repeated.", many=True),
    Parameter("last_event_id", "Where to go on; the header Last-Event-ID comes first."),
)

_RESET: Final[dict[Reset, str]] = {
    "malformed": "the id is none that this stream has given",
    "another-log": "the id is of another log, or of one that was made anew",
    "too-old": "the topic does not reach back that far",
}


@router.get("/v1/alerts/stream")
async def stream_alerts(request: Request) -> Response:
    await run_in_threadpool(require, request, "read")
    values = parse(request.query_params, PARAMETERS)
    filters = Filters(values["watch"], values["kind"], values["severity"], values["label"])
    given = request.headers.get("last-event-id") or values["last_event_id"]
    hub = web_of(request).hub
    name = ":".join(map(str, request.client)) if request.client else "a client"
    listener = await hub.join(name, filters)
    return EventStream(hub, listener, given)


class EventStream(Response):
    """The answer; it ends when the client goes, does not read, or the server stops."""

    def __init__(self, hub: Hub, listener: Listener, given: str | None) -> None:
        self.hub, self.listener, self.given = hub, listener, given
        self.status_code = 200
        self.background = None
        self.raw_headers = [
            (b"content-type", b"text/event-stream; charset=utf-8"),
            (b"cache-control", b"no-store"),
            (b"x-accel-buffering", b"no"),
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        pump = asyncio.create_task(self._pump(send))
        gone = asyncio.create_task(_wait_until_gone(receive))
        loop = asyncio.get_running_loop()
        self.listener.on_drop = lambda: _call_soon(loop, scope, pump)
        try:
            await asyncio.wait({pump, gone}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self.hub.leave(self.listener)
            for task in (pump, gone):
                task.cancel()
            results = await asyncio.gather(pump, gone, return_exceptions=True)
        for result in results:
            if isinstance(result, Exception) and not isinstance(result, OSError):
                raise result

    async def _pump(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})

        async def put(piece: bytes) -> None:
            await send({"type": "http.response.body", "body": piece, "more_body": True})

        listener = self.listener
        await put(b"retry: %d\n\n" % RETRY_MS)
        await self._fill_gap(put)
        await put(b"id: %b\n\n" % str(listener.position).encode())
        while (piece := await listener.wait(HEARTBEAT_S)) is not None:
            await put(piece or b": alive\nid: %b\n\n" % str(listener.position).encode())
        await send({"type": "http.response.body", "body": b": the server stops\n\n", "more_body": False})

    async def _fill_gap(self, put: Any) -> None:
        if self.given is None:
            return
        since = parse_position(self.given)
        reason: Reset | None = "malformed"
        if since is not None:
            reason = await run_in_threadpool(self.hub.check, since)
        if since is None or reason is not None:
            data = orjson.dumps({"reason": reason, "detail": _RESET[reason or "malformed"]})
            await put(b"event: reset\nid: %b\ndata: %b\n\n" % (str(self.listener.joined_at).encode(), data))
            return
        pages = self.hub.read_gap(since, self.listener.joined_at, self.listener.filters)
        while (page := await run_in_threadpool(_next, pages)) is not None:
            if page[1]:
                await put(page[1])


def _next(pages: Iterator[tuple[Position, bytes]]) -> tuple[Position, bytes] | None:
    return next(pages, None)


async def _wait_until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _call_soon(loop: asyncio.AbstractEventLoop, scope: Scope, pump: asyncio.Task[None]) -> None:
    loop.call_soon(_cut, scope, pump)


def _cut(scope: Scope, pump: asyncio.Task[None]) -> None:
    """A client that does not read would keep its connection, and what is queued for it, for ever."""
    from streams.web.server import TRANSPORTS

    transport = TRANSPORTS.get(tuple(scope.get("client") or ()))
    if transport is not None:
        transport.abort()
    pump.cancel()

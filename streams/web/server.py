"""Serve the application on a port, inside a running event loop, until it is asked to stop.

Who may reach it: on loopback, tokens are optional; on any other host a server without tokens is refused at the start.
Streams are ended first, so that stopping takes no longer than the answers under way, three seconds at most.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable, Iterator
from typing import Any, Final

import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.h11_impl import H11Protocol

from streams.errors import InfrastructureError, SettingError
from streams.log.connect import connect
from streams.settings import Settings
from streams.store.database import open_store
from streams.web.app import build_web
from streams.web.context import Web, is_loopback

STOP_S: Final = 2
_BACKLOG: Final = 1024


async def run_web(settings: Settings, stop: asyncio.Event, on_ready: Callable[[str], None]) -> None:
    """Serve until ``stop`` is set; ``on_ready`` gets the address once it answers. Installs no signal handlers.

    Raises SettingError for a host that needs tokens and has none, InfrastructureError for a port that is taken.
    """
    store = await asyncio.to_thread(open_store, settings)
    try:
        app = build_web(settings, lambda: connect(settings), store)
        web: Web = app.state.web
        await asyncio.to_thread(check_host, web)
        with bind(settings.web_host, settings.web_port) as listening:
            await _serve(app, web, listening, stop, on_ready)
    finally:
        store.close()


def check_host(web: Web) -> None:
    """Raises SettingError where anybody could come in."""
    host = web.settings.web_host
    if not is_loopback(host) and not web.tokens.has_any():
        raise SettingError(
            f"setting NEWSVANE_WEB_HOST={host!r} would let anybody in: there is no token; make one with "
            "'newsvane token create NAME', or stay on 127.0.0.1"
        )


def bind(host: str, port: int) -> contextlib.AbstractContextManager[socket.socket]:
    """A listening socket. Raises InfrastructureError with what to do."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError as error:
        raise SettingError(f"setting NEWSVANE_WEB_HOST={host!r} is no host of this machine: {error}") from None
    family, kind, protocol, _, address = found[0]
    listening = socket.socket(family, kind, protocol)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(_BACKLOG)
        listening.setblocking(False)
    except OSError as error:
        listening.close()
        raise InfrastructureError(
            f"{host}:{port} can't be served: {error.strerror}; set NEWSVANE_WEB_PORT (0: a free one)"
        ) from None
    return listening


def address_of(listening: socket.socket) -> str:
    """What a browser opens."""
    host, port = listening.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{shown}:{port}/"


async def _serve(
    app: FastAPI, web: Web, listening: socket.socket, stop: asyncio.Event, on_ready: Callable[[str], None]
) -> None:
    config = uvicorn.Config(
        app,
        http=_Protocol,
        loop="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=STOP_S,
        ws="none",
        h11_max_incomplete_event_size=64 << 10,
    )
    server = _Server(config, lambda: on_ready(address_of(listening)))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
        web.hub.end_streams()
        server.should_exit = True
        await serving
    except asyncio.CancelledError:
        web.hub.end_streams()
        server.should_exit = server.force_exit = True
        await asyncio.shield(serving)
        raise
    finally:
        stopping.cancel()
    if not server.has_started:
        raise InfrastructureError("the web server did not start; its log says why")


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, on_started: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_started = on_started
        self.has_started = False

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals belong to the process that we are a part of."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self.has_started = True
            self._on_started()


class _Protocol(H11Protocol):
    """Lets a stream that does not read be cut off: closing alone would wait for it."""

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        if self.client is not None:
            TRANSPORTS[self.client] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        if self.client is not None:
            TRANSPORTS.pop(self.client, None)
        super().connection_lost(exc)


TRANSPORTS: dict[tuple[str, int], asyncio.Transport] = {}
"""Open connections by the client's address."""

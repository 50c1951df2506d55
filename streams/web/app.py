"""The application: which routers it has, in which order, and what it is built from.

``build_web`` reads no environment and opens no port: the server does. Pages register their routes first, so that a
page may replace the plain login form.
"""

from __future__ import annotations

import getpass
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from streams import __version__
from streams.clock import Clock, utc_now
from streams.errors import NewsvaneError
from streams.log.protocol import Log
from streams.settings import Settings
from streams.store.database import Store
from streams.web import login, pages
from streams.web.context import Web
from streams.web.head import HeadAsGet
from streams.web.hub import Hub
from streams.web.openapi import ROOMS, describe
from streams.web.problems import Problem, problem_of, respond
from streams.web.security import Guard
from streams.web.sessions import FailedLogins, Sessions
from streams.web.tokens import Tokens


def build_web(settings: Settings, open_log: Callable[[], Log], store: Store, clock: Clock = utc_now) -> FastAPI:
    """The ASGI application. ``open_log`` is called once for the event stream and once for the routes; its lifespan
    starts and stops the event stream. The caller closes the store."""
    tokens = Tokens(store, clock)
    web = Web(
        settings=settings,
        open_log=open_log,
        store=store,
        clock=clock,
        tokens=tokens,
        sessions=Sessions(store, tokens, clock),
        failed_logins=FailedLogins(clock),
        local_name=local_user(),
        hub=Hub(open_log, settings),
    )

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await web.hub.start()
        try:
            yield
        finally:
            await web.hub.stop()
            web.close()

    app = FastAPI(
        title="Newsvane",
        version=__version__,
        lifespan=lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.web = web
    for kind in (Problem, HTTPException, NewsvaneError):
        app.add_exception_handler(kind, _answer)
    app.add_exception_handler(RequestValidationError, _answer)
    app.add_middleware(Guard, web=web)
    app.add_middleware(HeadAsGet)  # the last one added is the outermost
    pages.register(app, web)
    for room in (login, *ROOMS):
        app.include_router(room.router)
    describe(app)
    return app


async def _answer(request: Request, error: Exception) -> Response:
    return respond(request, problem_of(error))


def local_user() -> str:
    """Who changes things while there are no tokens: the user who started the server."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user without a name
        return "local"

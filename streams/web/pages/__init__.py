"""The pages that people open in a browser: rendered here, with little script on top.

``frame`` is what they share; ``dashboard``, ``lists`` and ``things`` show, ``deeds`` changes, ``entry`` lets in. What
they show is made by the pure functions of ``streams/web/views``.
"""

from __future__ import annotations

from fastapi import FastAPI

from streams.web.context import Web
from streams.web.pages import dashboard, deeds, entry, frame, lists, static, things

ROOMS = (static, entry, dashboard, lists, things, deeds)


def register(app: FastAPI, web: Web) -> None:
    """Add the pages to the application, and let it tell problems as pages."""
    frame.ENVIRONMENT.globals["static_address"] = static.static_address
    app.state.problem_page = frame.show_problem
    for room in ROOMS:
        app.include_router(room.router)

"""What all pages share: the templates, the frame around a page, problems as pages, and how a form is read.

Templates escape everything (autoescape for every file); an undefined name in one is an error. A page is HTML for the
caller alone (``private, no-store``): it carries the caller's CSRF value.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote as quote_url

import jinja2
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from streams import __version__
from streams.errors import InfrastructureError
from streams.model.words import clean, label_in_words
from streams.web.access import Caller, caller_of, check_form, require
from streams.web.books import Books
from streams.web.context import Web, web_of
from streams.web.login import read_form, safe_target
from streams.web.problems import Problem
from streams.web.views.cards import rank_of, show_matchers
from streams.web.views.links import address, outside_link
from streams.web.views.moments import show_day, show_moment
from streams.web.views.reading import show_text

TEMPLATES: Final = Path(__file__).resolve().parent.parent / "templates"
THEME_COOKIE: Final = "newsvane_theme"
THEMES: Final = ("auto", "light", "dark")
HEADERS: Final = {"Cache-Control": "private, no-store", "Vary": "Cookie, Authorization"}


def make_environment() -> jinja2.Environment:
    """The templates, compiled when they are first used."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters |= {
        "clean": lambda text, most=280: clean(str(text), most),
        "moment": show_moment,
        "day": show_day,
        "shown": show_text,
        "outside": outside_link,
        "label": lambda label: label_in_words({"label": label}),  # type: ignore[typeddict-item]  # reads the label alone
        "counted": lambda number, one, many: f"{number:,} {one if number == 1 else many}",
        "matchers": show_matchers,
        "part": lambda text: quote_url(str(text), safe=""),
    }
    environment.globals |= {"address": address, "rank_of": rank_of, "version": __version__}
    return environment


ENVIRONMENT: Final = make_environment()


def theme_of(request: Request) -> str:
    theme = request.cookies.get(THEME_COOKIE, "auto")
    return theme if theme in THEMES else "auto"


def render(request: Request, name: str, values: Mapping[str, Any], *, status: int = 200) -> Response:
    """A page. ``values`` go to the template beside what every page has."""
    return HTMLResponse(fill(request, name, values), status, HEADERS)


def fill(request: Request, name: str, values: Mapping[str, Any]) -> str:
    """The template's text; a part of a page is a template as well."""
    caller: Caller | None = getattr(request.state, "caller", None)
    path = request.url.path
    query = request.url.query
    common = {
        "theme": theme_of(request),
        "caller": caller,
        "csrf": (caller.csrf if caller else None) or "",
        "may_manage": caller is not None and caller.may("manage"),
        "is_session": caller is not None and caller.via == "session",
        "path": path,
        "here": f"{path}?{query}" if query else path,
    }
    text = ENVIRONMENT.get_template(name).render({**common, **values})
    return text.encode("utf-8", "replace").decode("utf-8")  # lone surrogates of an address


def read_books(web: Web) -> tuple[Books, str | None]:
    """Watches and board as of now; where the log does not answer, as they were, and a notice."""
    try:
        with web.log() as log:
            return web.books.catch_up(log), None
    except InfrastructureError:
        return web.books, "The log does not answer. What people did most recently may be missing here."


async def read_deed(request: Request) -> tuple[Caller, dict[str, str]]:
    """Who does something, and the fields of the form. Raises Problem for another site, no right or no CSRF value."""
    caller = await run_in_threadpool(require, request, "manage")
    form = await read_form(request)
    check_form(caller, form.get("csrf_token"))
    return caller, form


def go_back(form: Mapping[str, str], anchor: str = "") -> Response:
    """To the page that the form was on."""
    target = safe_target(form.get("return"))
    return RedirectResponse(target + (f"#{anchor}" if anchor else ""), 303, {"Cache-Control": "no-store"})


def is_part_wanted(request: Request) -> bool:
    """Whether the page's own script asks for the changed part alone."""
    return request.headers.get("newsvane-part") == "alert"


def show_problem(request: Request, problem: Problem) -> Response:
    """A problem as a page; who is not logged in is led to the login."""
    if not hasattr(request.state, "caller"):
        _try_caller(request)
    if problem.code == "not-authenticated" and request.method == "GET" and request.url.path != "/login":
        here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        target = f"/login?next={quote_url(here, safe='')}"
        if request.headers.get("sec-fetch-site") == "cross-site":
            # a link in a mail or a chat: the browser holds the cookie back until one of our own pages asks
            return HTMLResponse(fill(request, "bounce.html", {"target": target}), 200, {**HEADERS, **problem.headers})
        return RedirectResponse(target, 303, {"Cache-Control": "no-store"})
    headers = {**HEADERS, **problem.headers, "Cache-Control": "no-store"}
    if request.url.path == "/login":
        target = safe_target(request.query_params.get("next"))
        values = {"problem": problem, "target": target, "is_open": False}
        return HTMLResponse(fill(request, "login.html", values), problem.status, headers)
    return HTMLResponse(fill(request, "problem.html", {"problem": problem}), problem.status, headers)


def _try_caller(request: Request) -> None:
    try:
        caller_of(request)
    except Exception:
        request.state.caller = None


def web_and_caller(request: Request) -> Web:
    """The server's context, once it is clear that the caller may read. Raises Problem."""
    require(request, "read")
    return web_of(request)

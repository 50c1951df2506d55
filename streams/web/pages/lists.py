"""``/alerts``, ``/search``, ``/outlets``: lists with filters in their address, newest first, a page at a time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from fastapi import APIRouter
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from streams.model.precedence import axis_labels
from streams.model.times import format_utc
from streams.store import queries
from streams.store.paging import Filters, read_terms
from streams.web.pages.frame import read_books, render, web_and_caller
from streams.web.parameters import WATCH_ID, Parameter, parse
from streams.web.views.cards import make_card

router = APIRouter(include_in_schema=False)
LIMIT: Final = 30
SILENT: Final = timedelta(hours=48)

_CURSOR: Final = Parameter("cursor", "Where to go on.")
_COMMON: Final = (
    Parameter("watch", "Of this watch.", pattern=WATCH_ID),
    Parameter("label", "With this label."),
    Parameter("outlet", "Of this outlet."),
    Parameter("since", "Not before this time or day.", "time"),
    Parameter("until", "Before this time or day.", "time"),
    Parameter("q", "Words."),
    _CURSOR,
)
ALERTS: Final = (
    *_COMMON,
    Parameter("severity", "Of this severity.", choices=("notice", "warning", "critical")),
    Parameter("kind", "Of this kind.", choices=("first-mention", "stance-change", "corrected", "retracted")),
    Parameter("holder", "Of this holder."),
    Parameter("order", "By publication or last change.", choices=("published", "changed"), default="published"),
)
SEARCH: Final = (*_COMMON, Parameter("language", "In this language."), Parameter("kind", "Original or copy."))


def read(request: Request, known: tuple[Parameter, ...]) -> dict[str, Any]:
    """The parameters; a form sends its empty fields too, and they mean nothing. Raises Problem."""
    given = [(name, value) for name, value in request.query_params.multi_items() if value]
    return parse(QueryParams(given), known)


def filters_of(values: dict[str, Any]) -> Filters:
    many = {
        name: (values[name],)
        for name in ("watch", "label", "outlet", "severity", "kind", "holder", "language")
        if values.get(name)
    }
    return Filters(**many, since=values["since"], until=values["until"], q=values["q"])


@router.get("/alerts")
def show_alerts(request: Request) -> Response:
    web = web_and_caller(request)
    values = read(request, ALERTS)
    books, notice = read_books(web)
    page = queries.alerts(web.store, filters_of(values), order=values["order"], limit=LIMIT, cursor=values["cursor"])
    scales = {each["watch_id"]: axis_labels(each["stance"]) for each in books.current()}
    now = web.clock()
    cards = [make_card(row, scales.get(row["watch_id"], ()), books.board, now) for row in page.items]
    shown = {
        "notice": notice,
        "cards": cards,
        "next_cursor": page.next_cursor,
        "given": values,
        "watches": books.current(),
        "facets": queries.facets(web.store, values["watch"]),
    }
    return render(request, "alerts.html", shown)


@router.get("/search")
def show_search(request: Request) -> Response:
    web = web_and_caller(request)
    values = read(request, SEARCH)
    books, notice = read_books(web)
    is_asked = any(values[name] for name in ("q", "watch", "label", "outlet", "language", "since", "until", "kind"))
    page = queries.articles(web.store, filters_of(values), limit=LIMIT, cursor=values["cursor"]) if is_asked else None
    has_words = not values["q"] or any(not term.is_unwanted for term in read_terms(values["q"]))
    shown = {
        "notice": notice,
        "given": values,
        "page": page,
        "has_words": has_words,
        "watches": books.current(),
        "scales": {each["watch_id"]: axis_labels(each["stance"]) for each in books.current()},
        "facets": queries.facets(web.store, values["watch"]),
    }
    return render(request, "search.html", shown)


@router.get("/outlets")
def show_outlets(request: Request) -> Response:
    web = web_and_caller(request)
    read(request, ())
    now = web.clock()
    found = queries.outlets(web.store, silent_since=format_utc(now - SILENT))
    most = max((each["articles"] for each in found), default=1)
    return render(request, "outlets.html", {"outlets": found, "most": max(most, 1), "notice": None})

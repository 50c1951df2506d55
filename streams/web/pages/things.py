"""``/alerts/{id}``, ``/articles/{id}``, ``/watches`` and ``/watches/{id}``: one thing with all that belongs to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from streams.desk.acknowledge import why_ended
from streams.errors import NewsvaneError, UsageError
from streams.model.precedence import axis_labels
from streams.store import queries
from streams.store.why import Why, explain_why
from streams.web.context import Web
from streams.web.pages.frame import read_books, render, web_and_caller
from streams.web.pages.lists import read
from streams.web.parameters import WATCH_ID, Parameter
from streams.web.problems import Problem
from streams.web.views.cards import make_card, phrase_of
from streams.web.views.reading import cut, marks_of, show_changes

router = APIRouter(include_in_schema=False)
ARTICLE: Final = (
    Parameter("watch", "As this watch sees it.", pattern=WATCH_ID),
    Parameter("boilerplate", "Leave the boilerplate out.", choices=("hide",)),
)


@router.get("/alerts/{alert_id}")
def show_alert(request: Request) -> Response:
    web = web_and_caller(request)
    read(request, ())
    asked = request.path_params["alert_id"]
    row = queries.alert(web.store, asked)
    if row is None:
        row = _by_beginning(web, asked)
    if row is None:
        raise Problem("not-found", f"no alert has the id '{asked[:40]}'; the list of alerts has those that are there")
    if row["alert_id"] != asked:
        return RedirectResponse(f"/alerts/{row['alert_id']}", 303, {"Cache-Control": "no-store"})
    books, notice = read_books(web)
    watch = books.watches.latest(row["watch_id"])
    now = web.clock()
    card = make_card(row, axis_labels(watch["stance"]) if watch else (), books.board, now)
    board = books.board
    acknowledgements = [
        (each, why_ended(each, row, now))  # type: ignore[arg-type]  # a row is the alert and more
        for each in board.acknowledgements_of(row["alert_id"])
    ]
    about = {row["alert_id"], *board.inherited_by(row["alert_id"])}
    said = [each for each in board.all_feedback() if each["alert_id"] in about]
    shown = {
        "notice": notice,
        "card": card,
        "row": row,
        "watch": watch,
        "acknowledgements": acknowledgements,
        "said": [(each, board.is_undone(each["feedback_id"])) for each in said],
        "statement": row["statement_record"],
        "phrase": phrase_of(row),
    }
    return render(request, "alert.html", shown)


@router.get("/alerts/{alert_id}/revision")
def show_revision(request: Request) -> Response:
    """Which revision of the alert pages show now; empty where it is not there yet. For the live script."""
    web = web_and_caller(request)
    row = queries.alert(web.store, request.path_params["alert_id"])
    found = "" if row is None else row["revision"]
    return PlainTextResponse(found, headers={"Cache-Control": "no-store"})


def _by_beginning(web: Web, asked: str) -> dict[str, Any] | None:
    """People write down the first digits of an id."""
    try:
        found = [id_ for kind, id_ in queries.find_ids(web.store, asked) if kind == "alert"]
    except NewsvaneError:
        return None
    return queries.alert(web.store, found[0]) if len(found) == 1 else None


@router.get("/articles/{article_id}")
def show_article(request: Request) -> Response:
    web = web_and_caller(request)
    values = read(request, ARTICLE)
    found = queries.article(web.store, request.path_params["article_id"])
    if found is None:
        raise Problem("not-found", "no article has this id; look for its words in the search")
    books, notice = read_books(web)
    mentions = {each["watch_id"]: each for each in found["mentions"]}
    chosen = values["watch"] if values["watch"] in mentions else _most_telling(mentions)
    mention = mentions.get(chosen or "")
    watch = books.watches.latest(chosen) if chosen else None
    asked = values["watch"] or chosen or next(iter(books.watches.ids()), None)
    why, why_failed = _why(web, found["article_id"], asked)
    text = found["text"] or ""
    paragraphs = cut(text, marks_of(found["boilerplate"], mention, "text"))
    shown = {
        "notice": notice,
        "article": found,
        "mention": mention,
        "mentions": mentions,
        "chosen": chosen,
        "scale": axis_labels(watch["stance"]) if watch else (),
        "title": cut(found["title"].replace("\n", " "), marks_of((), mention, "title")),
        "paragraphs": [each for each in paragraphs if not (values["boilerplate"] and each.is_boilerplate)],
        "hides": bool(values["boilerplate"]),
        "boilerplate_count": sum(each.is_boilerplate for each in paragraphs),
        "changes": show_changes(text, found.get("diff", {}).get("changes", ())),
        "asked": asked,
        "watches": books.current(),
        "why": why,
        "why_failed": why_failed,
    }
    return render(request, "article.html", shown)


def _most_telling(mentions: Mapping[str, Any]) -> str | None:
    """The watch with the most statements in the article, else the first."""
    return min(mentions, key=lambda id_: (-len(mentions[id_]["statements"]), id_), default=None)


def _why(web: Web, article_id: str, watch_id: str | None) -> tuple[Why | None, str | None]:
    """What became of the article for this watch, stage by stage; or why that can't be said."""
    if watch_id is None:
        return None, None
    try:
        return explain_why(web.store, None, article_id, watch_id), None
    except UsageError as error:
        return None, str(error)


@router.get("/watches")
def show_watches(request: Request) -> Response:
    web = web_and_caller(request)
    read(request, ())
    books, notice = read_books(web)
    counted = {each["watch_id"]: each["volume"] for each in queries.watches(web.store)}
    newest = {}
    for each in books.current():
        found = queries.alerts(web.store, queries.Filters(watch=(each["watch_id"],)), limit=1).items
        newest[each["watch_id"]] = found[0] if found else None
    none = {"originals": 0, "copies": 0}
    shown = [(each, counted.get(each["watch_id"], none), newest[each["watch_id"]]) for each in books.current()]
    return render(request, "watches.html", {"notice": notice, "watches": shown})


@router.get("/watches/{watch_id}")
def show_watch(request: Request) -> Response:
    web = web_and_caller(request)
    values = read(request, (Parameter("version", "This version.", "number", low=1, high=1_000_000),))
    books, notice = read_books(web)
    history = books.watches.history(request.path_params["watch_id"])
    number = values["version"] or (history[-1]["version"] if history else 0)
    watch = next((each for each in history if each["version"] == number), None)
    if watch is None:
        raise Problem("not-found", "there is no such watch or version; /watches lists those that are there")
    silences = [
        each
        for each in books.board.silences()
        if any(matcher["field"] == "watch_id" and matcher["value"] == watch["watch_id"] for matcher in each["matchers"])
    ]
    shown = {
        "notice": notice,
        "watch": watch,
        "history": list(reversed(history)),
        "labels": axis_labels(watch["stance"]),
        "holders": (watch["stance"] or {}).get("holders") or [],
        "facets": queries.facets(web.store, watch["watch_id"]),
        "silences": list(reversed(silences))[:20],
        "now": web.clock().strftime("%Y-%m-%dT%H:%M:%S.000Z"),
    }
    return render(request, "watch.html", shown)

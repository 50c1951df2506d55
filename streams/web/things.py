"""``GET /v1/<things>/<id>``: one thing with what belongs to it, and the numbers and lines that a dashboard draws.

What people edit (watches, silences, subscriptions, acknowledgements) is answered from the log, so that a change is seen
at once, with its version as ETag; everything else from the store.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from typing import Any, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from streams.desk.acknowledge import is_acknowledged
from streams.desk.silence import is_in_force
from streams.model.people import Acknowledgement
from streams.model.times import format_utc
from streams.model.watch import Watch
from streams.store import queries
from streams.store.why import explain_why
from streams.web.access import require
from streams.web.answers import answer, csv_answer
from streams.web.books import Books
from streams.web.context import Web, web_of
from streams.web.parameters import ID, WATCH_ID, Parameter, parse
from streams.web.problems import Problem, one_field
from streams.web.watch_hint import check_watches, find_watch, look

router = APIRouter()
STATUS: Final = Parameter("status", "With this status.", choices=("active", "disabled"))
VERSION: Final = Parameter("version", "This version; the latest without.", "number", low=1, high=1_000_000)
WATCH: Final = Parameter("watch", "Of this watch.", pattern=WATCH_ID)
SINCE: Final = Parameter("since", "Not before this time or day.", "time")
UNTIL: Final = Parameter("until", "Before this time or day.", "time")
FORMAT: Final = Parameter("format", "json or csv.", choices=("json", "csv"), default="json")
SILENT_HOURS: Final = Parameter(
    "silent_hours",
    "After so many hours without an article an outlet is silent.",
    "number",
    low=1,
    high=8760,
    default=48,
)
PARAMETERS: Final[dict[str, tuple[Parameter, ...]]] = {
    "/v1/articles/{article_id}": (WATCH,),
    "/v1/watches": (STATUS,),
    "/v1/watches/{watch_id}": (VERSION,),
    "/v1/watches/{watch_id}/timeline": (Parameter("holder", "Of this holder, by id."), SINCE, UNTIL),
    "/v1/volumes": (
        WATCH,
        Parameter("bucket", "How wide a point is.", choices=("hour", "day"), default="day"),
        Parameter("axis", "By publication, or by arrival.", choices=("published", "arrived"), default="published"),
        SINCE,
        UNTIL,
        FORMAT,
    ),
    "/v1/outlets": (SILENT_HOURS, FORMAT),
    "/v1/facets": (WATCH,),
    "/v1/why": (
        Parameter("article", "The article: its URL, its id, or the id of an alert."),
        Parameter("watch", "For this watch.", pattern=WATCH_ID),
    ),
    "/v1/silences": (Parameter("status", "With this status.", choices=("active", "ended")),),
    "/v1/subscriptions": (STATUS,),
    "/v1/acknowledgements": (
        Parameter("status", "With this status.", choices=("active", "withdrawn")),
        Parameter("alert_id", "Of this alert.", pattern=ID),
    ),
}
"""The query parameters of each route here; a route that is not named takes none."""


def read_parameters(request: Request) -> dict[str, Any]:
    """The parameters of this route. Raises Problem."""
    return parse(request.query_params, PARAMETERS.get(request.scope["route"].path, ()))


def _thing(path: str, name: str, find: Callable[[Web, Request], Any], about: str) -> None:
    def show(request: Request) -> Response:
        require(request, "read")
        found = find(web_of(request), request)
        if found is None:
            raise missing(path.split("/")[2].removesuffix("s"), request)
        return answer(request, found)

    show.__doc__ = about
    router.add_api_route(path, show, methods=["GET"], name=f"get_{name}")


def missing(thing: str, request: Request) -> Problem:
    """Nothing under this id."""
    id_ = "/".join(request.path_params.values())
    field = list(request.path_params)[-1]
    return one_field("not-found", field, id_, f"the id of a {thing} that is there", "look it up in the list")


def _read_article(web: Web, request: Request) -> Any:
    values = read_parameters(request)
    if values["watch"]:
        check_watches(web, [values["watch"]])
    return queries.article(web.store, request.path_params["article_id"], values["watch"])


def _by_id(find: Callable[[Any, str], Any], field: str) -> Callable[[Web, Request], Any]:
    def read(web: Web, request: Request) -> Any:
        read_parameters(request)
        return find(web.store, request.path_params[field])

    return read


def _read_alert(web: Web, request: Request) -> Any:
    read_parameters(request)
    found = queries.alert(web.store, request.path_params["alert_id"])
    if found is not None and found["acknowledgement"] is not None:
        found["is_acknowledged"] = is_acknowledged(found["acknowledgement"], found, web.clock())  # type: ignore[arg-type]
    return found


def _read_story(web: Web, request: Request) -> Any:
    read_parameters(request)
    return queries.story(web.store, request.path_params["watch_id"], request.path_params["story_id"])


_thing("/v1/articles/{article_id}", "article", _read_article, "An article: text, mentions, copies, versions.")
_thing("/v1/mentions/{mention_id}", "mention", _by_id(queries.mention, "mention_id"), "An article as a watch sees it.")
_thing(
    "/v1/statements/{statement_id}",
    "statement",
    _by_id(queries.statement, "statement_id"),
    "A statement, or the one that took its place.",
)
_thing("/v1/stories/{watch_id}/{story_id}", "story", _read_story, "A story of a watch: its alert and statements.")
_thing("/v1/alerts/{alert_id}", "alert", _read_alert, "An alert, or the one that took its place.")
_thing(
    "/v1/deliveries/{delivery_id}",
    "delivery",
    _by_id(queries.delivery, "delivery_id"),
    "The last state of a notification.",
)


# What people edit: from the log


def etag_of_version(record: Any) -> str:
    """The ETag of what people edit: its version."""
    return f'"v{record["version"]}"'


@router.get("/v1/watches", name="list_watches")
def list_watches(request: Request) -> Response:
    """The latest version of each watch, by id, with the number of articles that it matched."""
    require(request, "read")
    status = read_parameters(request)["status"]
    web = web_of(request)
    counted = {each["watch_id"]: each["volume"] for each in queries.watches(web.store)}
    none = {"originals": 0, "copies": 0}
    items = [
        {**watch, "volume": counted.get(watch["watch_id"], none)}
        for watch in look(web, Books.current)
        if status is None or watch["status"] == status
    ]
    return answer(request, {"items": items})


@router.get("/v1/watches/{watch_id}", name="get_watch")
def get_watch(request: Request) -> Response:
    """A watch: its latest version, or the one that is asked for. Its ETag is what If-Match takes."""
    require(request, "read")
    version = read_parameters(request)["version"]
    web = web_of(request)
    latest = find_watch(web, request.path_params["watch_id"])
    if version is None:
        return answer(request, latest, etag=etag_of_version(latest))
    found = look(web, lambda books: books.watches.get(latest["watch_id"], version))
    if found is None:
        raise one_field("not-found", "version", version, f"1 to {latest['version']}", "see its history")
    return answer(request, found, etag=etag_of_version(found))


@router.get("/v1/watches/{watch_id}/history", name="get_watch_history")
def get_watch_history(request: Request) -> Response:
    """Every version of a watch, the oldest first: since when, by whom, why."""
    require(request, "read")
    read_parameters(request)
    web = web_of(request)
    latest = find_watch(web, request.path_params["watch_id"])
    history: list[Watch] = look(web, lambda books: books.watches.history(latest["watch_id"]))
    return answer(request, {"items": history})


@router.get("/v1/watches/{watch_id}/timeline", name="get_watch_timeline")
def get_watch_timeline(request: Request) -> Response:
    """What each holder said and did, by the time of saying, with the gaps in what we collected."""
    require(request, "read")
    values = read_parameters(request)
    web = web_of(request)
    watch = find_watch(web, request.path_params["watch_id"])
    line = queries.stance_timeline(
        web.store, watch["watch_id"], holder=values["holder"], since=values["since"], until=values["until"]
    )
    return answer(request, asdict(line))


@router.get("/v1/silences", name="list_silences")
def list_silences(request: Request) -> Response:
    """The latest version of each silence, and whether it is in force now."""
    require(request, "read")
    status = read_parameters(request)["status"]
    web = web_of(request)
    now = web.clock()
    items = [
        {**each, "is_in_force": is_in_force(each, now)}
        for each in look(web, lambda books: books.board.silences())
        if status is None or each["status"] == status
    ]
    return answer(request, {"items": items})


@router.get("/v1/silences/{silence_id}", name="get_silence")
def get_silence(request: Request) -> Response:
    """A silence."""
    require(request, "read")
    read_parameters(request)
    web = web_of(request)
    found = look(web, lambda books: books.board.silence(request.path_params["silence_id"]))
    if found is None:
        raise missing("silence", request)
    return answer(request, {**found, "is_in_force": is_in_force(found, web.clock())}, etag=None)


@router.get("/v1/subscriptions", name="list_subscriptions")
def list_subscriptions(request: Request) -> Response:
    """The latest version of each subscription, by id. Secrets are references."""
    require(request, "read")
    status = read_parameters(request)["status"]
    items = [
        each
        for each in look(web_of(request), lambda books: books.board.subscriptions())
        if status is None or each["status"] == status
    ]
    return answer(request, {"items": items})


@router.get("/v1/subscriptions/{subscription_id}", name="get_subscription")
def get_subscription(request: Request) -> Response:
    """A subscription. Its ETag is what If-Match takes."""
    require(request, "read")
    read_parameters(request)
    found = look(web_of(request), lambda books: books.board.subscription(request.path_params["subscription_id"]))
    if found is None:
        raise missing("subscription", request)
    return answer(request, found, etag=etag_of_version(found))


@router.get("/v1/acknowledgements", name="list_acknowledgements")
def list_acknowledgements(request: Request) -> Response:
    """Who took note of which alert; the latest version of each."""
    require(request, "read")
    values = read_parameters(request)
    alert_id = values["alert_id"]

    def read(books: Books) -> list[Acknowledgement]:
        return books.board.acknowledgements_of(alert_id) if alert_id else books.board.acknowledgements()

    items = [
        each for each in look(web_of(request), read) if values["status"] is None or each["status"] == values["status"]
    ]
    return answer(request, {"items": items})


# Numbers


@router.get("/v1/volumes", name="get_volumes")
def get_volumes(request: Request) -> Response:
    """Articles an hour or day, originals and copies apart, with the gaps in what we collected."""
    require(request, "read")
    values = read_parameters(request)
    web = web_of(request)
    if values["watch"]:
        check_watches(web, [values["watch"]])
    found = queries.volumes(
        web.store,
        watch_id=values["watch"],
        bucket=values["bucket"],
        axis=values["axis"],
        since=values["since"],
        until=values["until"],
    )
    if values["format"] == "csv":
        columns = ("at", "originals", "copies", "is_gap", "labels")
        return csv_answer("volumes", columns, lambda _: (found.points, None))
    return answer(request, asdict(found))


@router.get("/v1/outlets", name="list_outlets")
def list_outlets(request: Request) -> Response:
    """Each outlet with its numbers, the busiest first, and whether it has gone silent."""
    require(request, "read")
    values = read_parameters(request)
    web = web_of(request)
    bound = (web.clock() - timedelta(hours=values["silent_hours"])).replace(minute=0, second=0, microsecond=0)
    items = queries.outlets(web.store, silent_since=format_utc(bound))
    if values["format"] == "csv":
        columns = [
            "outlet",
            "articles",
            "copies",
            "copies_share",
            "first_arrived_at",
            "last_arrived_at",
            "last_published_at",
            "is_silent",
        ]
        return csv_answer("outlets", columns, lambda _: (items, None))
    return answer(request, {"items": items})


@router.get("/v1/facets", name="get_facets")
def get_facets(request: Request) -> Response:
    """What there is to filter by, with counts."""
    require(request, "read")
    watch = read_parameters(request)["watch"]
    web = web_of(request)
    if watch:
        check_watches(web, [watch])
    return answer(request, queries.facets(web.store, watch))


@router.get("/v1/why", name="explain_why")
def explain(request: Request) -> Response:
    """Why an article is an alert, or why it is none: every stage from ingest to delivery, also for what never came."""
    require(request, "read")
    values = read_parameters(request)
    web = web_of(request)
    if values["article"] is None:
        raise one_field("invalid-parameter", "article", None, "a URL, or the id of an article or alert", "add it")
    if values["watch"]:
        check_watches(web, [values["watch"]])
    log = web.open_log()  # its search may take long: not with the one that everybody waits for
    try:
        why = explain_why(web.store, log, values["article"], values["watch"])
    finally:
        log.close()
    return answer(request, why.as_json())

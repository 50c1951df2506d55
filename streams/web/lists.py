"""``GET /v1/<things>``: the lists of the read model, newest first, filtered, in pages, as JSON or CSV.

One table says for each list which filters it knows and which columns its CSV has; the rest is the same for all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from streams.store import queries
from streams.store.database import Store
from streams.store.paging import DEFAULT_LIMIT, MAX_LIMIT, Filters, Page
from streams.web.access import require
from streams.web.answers import csv_answer, page_answer
from streams.web.context import web_of
from streams.web.parameters import ID, WATCH_ID, Parameter, parse
from streams.web.watch_hint import check_watches

router = APIRouter()
_CSV_PAGE: Final = MAX_LIMIT

FILTERS: Final = {
    each.name: each
    for each in (
        Parameter("watch", "Of this watch; may be repeated.", pattern=WATCH_ID, many=True),
        Parameter("label", "With this label; may be repeated.", many=True),
        Parameter("kind", "Of this kind; may be repeated.", many=True),
        Parameter(
            "severity", "Of this severity; may be repeated.", choices=("notice", "warning", "critical"), many=True
        ),
        Parameter("holder", "Of this holder, by id; may be repeated.", many=True),
        Parameter("outlet", "Of this outlet; may be repeated.", many=True),
        Parameter(
            "language", "In this language; may be repeated.", pattern="^[a-z]{2,3}(-[A-Za-z0-9]{1,8}){0,3}$", many=True
        ),
        Parameter("status", "With this status; may be repeated.", many=True),
        Parameter("lane", "Said or done.", choices=("word", "act"), many=True),
        Parameter("story", "Of this story; may be repeated.", pattern=ID, many=True),
        Parameter("subscription", "Of this subscription; may be repeated.", pattern=WATCH_ID, many=True),
        Parameter("since", "Not before this time or day.", "time"),
        Parameter("until", "Before this time or day.", "time"),
        Parameter("q", 'Words that must be there; "a phrase", a trailing *, a leading - for what must not.'),
    )
}
PAGING: Final = (
    Parameter("limit", "Most items of a page.", "number", low=1, high=MAX_LIMIT, default=DEFAULT_LIMIT),
    Parameter("cursor", "Where to go on: next_cursor of the page before."),
)
FORMAT: Final = Parameter("format", "json, or csv for all pages at once.", choices=("json", "csv"), default="json")


@dataclass(frozen=True, slots=True)
class ListOf:
    """One list. ``record`` is the schema of its items, ``columns`` those of its CSV."""

    name: str
    about: str
    record: str
    filters: str
    columns: str
    fetch: Callable[..., Page]
    more: tuple[Parameter, ...] = ()

    @property
    def path(self) -> str:
        return f"/v1/{self.name}"

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        return (*(FILTERS[name] for name in self.filters.split()), *self.more, *PAGING, FORMAT)


LISTS: Final = (
    ListOf(
        "articles",
        "Articles without their texts, by time of publication, the newest first.",
        "Article",
        "watch label holder kind outlet language since until q",
        "article_id url_id outlet url title author language published_at arrived_at version dedupe.kind "
        "dedupe.original_id dedupe.cluster_id labels backfill",
        queries.articles,
    ),
    ListOf(
        "mentions",
        "Articles as watches see them, by time of publication, the newest first.",
        "Mention",
        "watch label holder kind outlet language since until q",
        "mention_id watch_id watch_version article_id outlet url title lead language published_at arrived_at label "
        "dedupe.kind statements backfill",
        queries.mentions,
    ),
    ListOf(
        "statements",
        "Who says what, over all articles that carry it, by when it was said, the newest first.",
        "Statement",
        "watch label holder lane status story outlet since until q",
        "statement_id watch_id holder_id holder stance lane said_at status condition.text condition.kind "
        "condition.trigger condition.met default evidence.text reach.outlets reach.articles reach.copies story_id "
        "first_published_at",
        queries.statements,
    ),
    ListOf(
        "stories",
        "Happenings, by their first article, the newest first.",
        "Story",
        "watch label holder outlet since until q",
        "story_id watch_id title label alert_id holder_id holder reach.outlets reach.articles reach.copies "
        "first_published_at",
        queries.stories,
    ),
    ListOf(
        "alerts",
        "Alerts that are live, or with status those that were superseded, the newest first.",
        "Alert",
        "watch label kind severity holder outlet language status story since until q",
        "alert_id watch_id watch_version status kind severity label question statement.holder_id statement.holder "
        "statement.stance statement.condition.text statement.evidence.text article.outlet article.url article.title "
        "reach.outlets reach.articles reach.copies first_published_at first_arrived_at changed_at is_acknowledged "
        "acknowledgement.actor backfill",
        queries.alerts,
        (
            Parameter(
                "order",
                "By first publication, or by last change.",
                choices=("published", "changed"),
                default="published",
            ),
        ),
    ),
    ListOf(
        "deliveries",
        "The last state of each notification, by change, the newest first.",
        "Delivery",
        "watch subscription status kind since until",
        "delivery_id subscription_id event_type watch_id alert_id state reason attempt next_attempt_at created_at "
        "changed_at response.status response.error",
        queries.deliveries,
        (Parameter("alert_id", "Of this alert.", pattern=ID),),
    ),
    ListOf(
        "dead-letters",
        "Records that a stage could not process, by arrival, the newest first.",
        "DeadLetter",
        "kind status since until",
        "dead_letter_id stage topic partition offset reason message field status",
        queries.dead_letters,
    ),
    ListOf(
        "feedback",
        "What people said of alerts and mentions, the newest first.",
        "Feedback",
        "watch kind since until",
        "feedback_id kind watch_id watch_version alert_id mention_id article_id label_before label comment actor "
        "given_at undoes is_undone",
        queries.feedback,
    ),
)


def _add(each: ListOf) -> None:
    def list_them(request: Request) -> Response:
        require(request, "read")
        return answer_list(request, each)

    list_them.__doc__ = each.about
    router.add_api_route(each.path, list_them, methods=["GET"], name=f"list_{each.name.replace('-', '_')}")


for _each in LISTS:
    _add(_each)


def answer_list(request: Request, each: ListOf) -> Response:
    """Read the parameters, ask the store, answer. Raises Problem."""
    values = parse(request.query_params, each.parameters)
    web = web_of(request)
    check_watches(web, values.get("watch", ()))
    filters = filters_of(values, each.filters.split())
    more = {parameter.name: values[parameter.name] for parameter in each.more}
    if values["format"] == "csv":
        return csv_answer(each.name, each.columns.split(), _fetcher(web.store, each, filters, more, values["cursor"]))
    page = each.fetch(web.store, filters, limit=values["limit"], cursor=values["cursor"], **more)
    return page_answer(request, page.items, page.next_cursor)


def filters_of(values: dict[str, Any], names: Sequence[str]) -> Filters:
    """The store's filters out of the parameters."""
    given: dict[str, Any] = {name: tuple(value) if isinstance(value := values[name], list) else value for name in names}
    return Filters(**given)


def _fetcher(
    store: Store, each: ListOf, filters: Filters, more: dict[str, Any], start: str | None
) -> Callable[[str | None], tuple[Sequence[Any], str | None]]:
    def fetch(cursor: str | None) -> tuple[Sequence[Any], str | None]:
        page = each.fetch(store, filters, limit=_CSV_PAGE, cursor=cursor or start, **more)
        return page.items, page.next_cursor

    return fetch

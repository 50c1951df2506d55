"""``/``: the dashboard of one watch. Everything that it shows is in its address, so a link shares exactly this view.

Parameters: ``watch`` (without: the one with the newest alert), ``period`` or ``since`` and ``until``, ``holder``,
``label``, ``outlet``, ``q``, ``open`` (only alerts that nobody took note of). An address without a watch or a period
leads to one with both. The live script loads the same address again and takes over the parts that changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from streams.model.precedence import axis_labels
from streams.model.times import format_utc
from streams.model.watch import Watch
from streams.store import queries
from streams.store.database import Store
from streams.store.paging import MAX_VALUES, Filters
from streams.web.context import Web
from streams.web.pages.frame import read_books, render, web_and_caller
from streams.web.pages.lists import read
from streams.web.parameters import WATCH_ID, Parameter
from streams.web.views.cards import make_card
from streams.web.views.links import address
from streams.web.views.moments import read_moment, show_moment
from streams.web.views.period import CHOICES, WORDS, Period, choose_period, read_period
from streams.web.views.span import Span, make_span
from streams.web.views.timeline import draw_timeline
from streams.web.views.volume import draw_volume

router = APIRouter(include_in_schema=False)
ALERTS: Final = 25
OUTLETS: Final = 12
CHIPS: Final = 8
_HOURLY: Final = timedelta(days=4)
_MOST_DAYS: Final = timedelta(days=1_990)

PARAMETERS: Final = (
    Parameter("watch", "Which watch.", pattern=WATCH_ID),
    Parameter("period", "How far back.", choices=CHOICES),
    Parameter("since", "Not before this time or day.", "time"),
    Parameter("until", "Before this time or day.", "time"),
    Parameter("holder", "Of this holder."),
    Parameter("label", "With this label."),
    Parameter("outlet", "Carried by this outlet."),
    Parameter("q", "Words."),
    Parameter("open", "Only alerts that nobody took note of.", choices=("1",)),
)


@router.get("/")
def show_dashboard(request: Request) -> Response:
    web = web_and_caller(request)
    values = read(request, PARAMETERS)
    books, notice = read_books(web)
    watches = books.current()
    now = web.clock()
    if not watches:
        return render(request, "empty.html", {"notice": notice})
    watch = next((each for each in watches if each["watch_id"] == values["watch"]), None)
    period = read_period(values["period"], values["since"], values["until"], now)
    if watch is None or period is None:
        return _lead(web, request, watches, watch, values, now)
    filters = Filters(
        watch=(watch["watch_id"],),
        holder=_one(values["holder"]),
        label=_one(values["label"]),
        outlet=_one(values["outlet"]),
        since=period.since,
        until=period.until,
        q=values["q"],
    )
    labels = axis_labels(watch["stance"])
    is_few = len(watches) <= CHIPS
    page = queries.alerts(web.store, filters, limit=ALERTS)
    cards = [make_card(row, labels, books.board, now) for row in page.items]
    if values["open"]:
        cards = [card for card in cards if not (card.acknowledgement or card.silence or card.judgement)]
    stored = {each["watch_id"]: each["volume"] for each in queries.watches(web.store)}
    facets = queries.facets(web.store, watch["watch_id"])
    return render(
        request,
        "dashboard.html",
        {
            **_charts(web.store, watch, period, filters, now, [each["holder_id"] for each in facets["holders"]]),
            "notice": notice,
            "watch": watch,
            "watches": [(each, _newest(web.store, each["watch_id"])) for each in watches] if is_few else [],
            "many_watches": [] if is_few else watches,
            "given": _given(values, watch, period),
            "period": period,
            "periods": [(name, WORDS[name]) for name in CHOICES],
            "pinned": _pin(values, watch, period, now),
            "cards": cards,
            "has_more": page.next_cursor is not None,
            "facets": facets,
            "outlets": facets["outlets"][:OUTLETS],
            "labels": labels,
            "is_filtered": any(values[name] for name in ("holder", "label", "outlet", "q", "open")),
            "articles": stored.get(watch["watch_id"], {"originals": 0, "copies": 0}),
        },
    )


def _charts(
    store: Store, watch: Watch, period: Period, filters: Filters, now: datetime, known: Sequence[str]
) -> dict[str, Any]:
    """Both charts over one span; ``known``: all holders of the watch, in their order."""
    holder = filters.holder[0] if filters.holder else None
    line = queries.stance_timeline(store, watch["watch_id"], holder=holder, since=period.since, until=period.until)
    # the colours of holders stay what they are when one of them is chosen
    holders = {each["holder_id"]: each for each in line.holders}
    ordered = [holders.get(id_) or {"holder_id": id_, "holder": id_, "points": []} for id_ in known]
    bucket, counted = _volumes(store, watch, period, now)
    span = _span(period, line.holders, counted.points, now)
    drawn = draw_timeline(line.labels, ordered, line.gaps, span, is_cut=line.is_cut)
    return {
        "timeline": drawn,
        "holders": [each for each in drawn.holders if each.count],
        "volume": draw_volume(counted.points, counted.gaps, bucket, span),
    }


def _volumes(store: Store, watch: Watch, period: Period, now: datetime) -> tuple[str, queries.Volumes]:
    since = read_moment(period.since) if period.since else None
    until = read_moment(period.until) if period.until else now
    if since is not None and until - since <= _HOURLY:
        return "hour", queries.volumes(
            store, watch_id=watch["watch_id"], bucket="hour", since=period.since, until=period.until
        )
    begin = period.since
    if since is not None and until - since > _MOST_DAYS:
        begin = format_utc(until - _MOST_DAYS)
    return "day", queries.volumes(store, watch_id=watch["watch_id"], since=begin, until=period.until)


def _span(
    period: Period, holders: Sequence[Mapping[str, Any]], points: Sequence[Mapping[str, Any]], now: datetime
) -> Span:
    """What was asked for; where it is open, what there is to see."""
    seen = [read_moment(point["said_at"]) for each in holders for point in each["points"]]
    for point in points:
        if point["originals"] or point["copies"]:
            at = read_moment(point["at"])
            seen += [at, at + timedelta(days=1)]
    begin = read_moment(period.since) if period.since else min(seen, default=now - timedelta(days=7))
    if period.until:
        end = read_moment(period.until)
    elif period.name == "all":
        end = max(seen, default=now)
    else:
        end = now
    return make_span(begin, max(begin, end), padded=period.name == "all")


def _lead(
    web: Web, request: Request, watches: Sequence[Watch], watch: Watch | None, values: Mapping[str, Any], now: datetime
) -> Response:
    """To the same view with a watch that is there, and a period that has an alert."""
    watch_id = watch["watch_id"] if watch else _default_watch(web.store, watches)
    store = web.store

    def has_alert_since(since: str) -> bool:
        return bool(queries.alerts(store, Filters(watch=(watch_id,), since=since), limit=1).items)

    given = {name: value for name, value in values.items() if value}
    if not values["period"] and not values["since"] and not values["until"]:
        given["period"] = choose_period(now, has_alert_since)
    target = address("/", {"watch": watch_id, **{name: value for name, value in given.items() if name != "watch"}})
    return RedirectResponse(target, 303, {"Cache-Control": "no-store"})


def _default_watch(store: Store, watches: Sequence[Watch]) -> str:
    """The one with the newest alert in which somebody says something, else with the newest alert, else the first."""
    known = [each["watch_id"] for each in watches]
    asking = tuple(each["watch_id"] for each in watches if axis_labels(each["stance"]))[:MAX_VALUES]
    for wanted in (asking, ()) if asking else ((),):
        newest = queries.alerts(store, Filters(watch=wanted), limit=1).items
        if newest and newest[0]["watch_id"] in known:
            return str(newest[0]["watch_id"])
    return known[0]


def _newest(store: Store, watch_id: str) -> str | None:
    found = queries.alerts(store, Filters(watch=(watch_id,)), limit=1).items
    return show_moment(found[0]["first_published_at"]) if found else None


def _given(values: Mapping[str, Any], watch: Watch, period: Period) -> dict[str, str | None]:
    """The view as parameters."""
    custom = period.name == "custom"
    return {
        "watch": watch["watch_id"],
        "period": None if custom else period.name,
        "since": values["since"] if custom else None,
        "until": values["until"] if custom else None,
        **{name: values[name] for name in ("holder", "label", "outlet", "q", "open")},
    }


def _pin(values: Mapping[str, Any], watch: Watch, period: Period, now: datetime) -> str:
    """The address that shows the same stretch of time also tomorrow."""
    given = _given(values, watch, period)
    if period.name in ("all", "custom"):
        return address("/", given)
    return address("/", given, period=None, since=period.since, until=format_utc(now))


def _one(value: str | None) -> tuple[str, ...]:
    return (value,) if value else ()

"""A backtest for the terminal: totals, days, what was gained and lost and why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Told = dict[str, Any]
_SHOWN = 10


def lines_of(report: Told, shown: int = _SHOWN) -> Iterator[tuple[str, ...] | str]:
    """Texts, and tables as tuples of cells (the first of a table is its head); texts of articles as they are."""
    sides = list(report["totals"])
    names = {"new": "this version", "old": "the old one"}
    yield f"{report['articles_read']:,} articles read, from {report['source']}; {report['range']}"
    yield from report["notes"]
    yield ("", *(names[side] for side in sides))
    for key, label in (
        ("articles", "articles matched"),
        ("copies", "of them copies"),
        ("outlets", "outlets"),
        ("statements", "statements"),
        ("alerts", "alerts (one a story)"),
        ("changes", "of them changes of stance"),
    ):
        yield (label, *(report["totals"][side][key] for side in sides))
    keys = ("articles", "copies", "alerts")
    days = [day for day in report["days"] if any(day[side][key] for side in sides for key in ("articles", "alerts"))]
    if days:
        yield ""
        yield ("day", *(name for key in keys for name in (key, "old")[: len(sides)]))
    for day in days:
        yield (day["day"], *(day[side][key] for key in keys for side in sides))
    if report["against"] is None:
        yield ""
        yield f"{len(report['alerts']):,} alerts would have fired" + (":" if report["alerts"] else "")
        yield from _alerts(report["alerts"], shown)
        return
    yield from _articles("gained: matched by this version alone", report["gained"], shown, "the old one lacks")
    yield from _articles("lost: matched by the old one alone", report["lost"], shown, "this one lacks")
    found = report["relabelled"]
    if found["count"]:
        yield ""
        yield f"{found['count']:,} with another label"
        for told in found["articles"][:shown]:
            yield f"  {told['before']} → {told['after']}: {told['outlet']}: {told['title']}"
    for key, what in (("gained_alerts", "alerts that are new"), ("lost_alerts", "alerts that are gone")):
        yield ""
        yield f"{what}: {report[key]['count']:,}"
        yield from _alerts(report[key]["alerts"], shown)


def _alerts(alerts: list[Told], shown: int) -> Iterator[str]:
    for alert in alerts[:shown]:
        articles, copies = alert["reach"]["articles"], alert["reach"]["copies"]
        reach = f"{articles:,} {'article' if articles == 1 else 'articles'}"
        if copies:
            reach += f", {copies:,} {'copy' if copies == 1 else 'copies'}"
        when, what = alert["day"], f"{alert['severity']}, {alert['label']}"
        yield f"  {when} {what}: {alert['title']} ({reach})"
    if len(alerts) > shown:
        yield f"  and {len(alerts) - shown:,} more (--json, --html)"


def _articles(title: str, found: Told, shown: int, lacks: str) -> Iterator[str]:
    yield ""
    yield f"{found['count']:,} {title}"
    for told in found["articles"][:shown]:
        copy = "" if told["kind"] == "original" else f" [{told['kind']} copy]"
        yield f"  {told['day']} {told['outlet']}: {told['title']}{copy}"
        failed = "; ".join(told["failed"]) or "nothing that can be named"
        yield f"      found {', '.join(told['found'])}; {lacks}: {failed}"
    if found["count"] > shown:
        yield f"  and {found['count'] - shown:,} more (--json, --html)"

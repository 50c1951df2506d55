"""What would this watch have found, and what would it have found that the version before it did not?

``Backtest`` takes articles with their final verdicts, one after the other, and asks both versions of the watch the way
the line does: detect's matcher, stance's step, alert's step. So it needs neither log nor engine, and what a watch does
not change (cleaning, copies) is not done again.

- A later record of an article replaces what was found in the one before (a revised verdict).
- An alert's day is that of the first arrival (or publication) in its story: when it would have fired. An id that was
  superseded on the way counts nowhere. A story that began before the range begins in it.
- An article is gained if only the new version matches it, lost if only the old one does; the reason is that of
  ``streams.detect.explain``: the clauses that failed there, and the words that were found here. Matched by both but
  with another label is ``relabelled``.

Limits: every mention is kept in memory, without text; 500 articles of each list are told in full, all are counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, cast

from streams.alert.step import step as alert_step
from streams.detect.explain import explain
from streams.detect.matcher import RULES as DETECT_RULES
from streams.detect.matcher import Matcher
from streams.errors import InvalidRecord
from streams.model.records import Alert, DedupedArticle, Match, Mention
from streams.model.state import DictState
from streams.model.step import Emit
from streams.model.watch import Watch, WatchBook
from streams.replay.ranges import By, Range
from streams.stance.step import step as stance_step

MOST_TOLD: Final = 500
MOST_DAYS: Final = 800
_TERMS: Final = 6

Told = dict[str, Any]


class Side:
    """One version of the watch at work."""

    def __init__(self, watch: Watch) -> None:
        self.watch = watch
        self._book = WatchBook()
        self._book.apply(watch)
        self._matcher = Matcher([watch])
        self._mentions: dict[str, Mention] = {}
        self.alerts: list[Alert] = []
        self.statements = 0
        self.noted = 0

    def take(self, article: DedupedArticle) -> Mention | None:
        """The mention, if the watch matches the article."""
        entries = self._matcher.match(article)
        if not entries:
            self._mentions.pop(article["article_id"], None)
            return None
        rules = {**article["rules"], "detect": DETECT_RULES}
        match = cast(Match, {**article, "watches": entries, "rules": rules})
        (output,) = stance_step(match, self._book).outputs
        assert isinstance(output, Emit)
        mention = cast(Mention, output.record)
        self._mentions[article["article_id"]] = mention
        return mention

    @property
    def mentions(self) -> list[Mention]:
        """In the order of arrival."""
        return sorted(self._mentions.values(), key=lambda mention: (mention["arrived_at"], mention["mention_id"]))

    def finish(self) -> None:
        """Let the alert stage see every mention."""
        state = DictState()
        alerts: dict[str, Alert] = {}
        statements: set[str] = set()
        for mention in self.mentions:
            for output in alert_step(mention, state, lambda _, __: self.watch).outputs:
                record: Any = cast(Emit, output).record
                is_alert, is_over = "alert_id" in record, record["status"] == "superseded"
                if is_alert and is_over:
                    alerts.pop(record["alert_id"], None)
                elif is_alert:
                    alerts[record["alert_id"]] = record
                elif is_over:
                    statements.discard(record["statement_id"])
                else:
                    statements.add(record["statement_id"])
        self.alerts = sorted(alerts.values(), key=lambda alert: (alert["first_arrived_at"], alert["alert_id"]))
        self.statements = len(statements)

    def totals(self) -> Told:
        mentions = self.mentions
        return {
            "articles": len(mentions),
            "copies": sum(mention["dedupe"]["kind"] != "original" for mention in mentions),
            "outlets": len({mention["outlet"] for mention in mentions}),
            "statements": self.statements,
            "alerts": len(self.alerts),
            "changes": sum(alert["change"] is not None for alert in self.alerts),
            "labels": dict(sorted(Counter(mention["label"] for mention in mentions).items())),
            "severities": dict(sorted(Counter(alert["severity"] for alert in self.alerts).items())),
        }

    def days(self, by: By) -> dict[str, Counter[str]]:
        found: dict[str, Counter[str]] = {}
        for mention in self.mentions:
            at = mention["arrived_at"] if by == "arrival" else mention["published_at"]
            counts = found.setdefault(at[:10], Counter())
            counts["articles"] += 1
            counts["copies"] += mention["dedupe"]["kind"] != "original"
        for alert in self.alerts:
            at = alert["first_arrived_at"] if by == "arrival" else alert["first_published_at"]
            counts = found.setdefault(at[:10], Counter())
            counts["alerts"] += 1
            counts["changes"] += alert["change"] is not None
        return found


@dataclass(slots=True)
class Backtest:
    """Feed it with ``take``, then ask for ``report``."""

    new: Side
    old: Side | None
    chosen: Range
    seen: set[str] = field(default_factory=set)
    refused: int = 0
    _gained: dict[str, Told] = field(default_factory=dict)
    _lost: dict[str, Told] = field(default_factory=dict)
    _relabelled: dict[str, Told] = field(default_factory=dict)

    @classmethod
    def of(cls, new: Watch, old: Watch | None, chosen: Range) -> Backtest:
        """``old`` goes by the id of ``new``, so that stories of both can be told apart or the same."""
        twin = None if old is None else Side(cast(Watch, {**old, "watch_id": new["watch_id"]}))
        return cls(Side(new), twin, chosen)

    def take(self, article: Any) -> None:
        """One record of articles-deduped; one out of the range or that no stage could take is passed over."""
        try:
            if not self.chosen.holds_record(article):
                return
            self._compare(cast(DedupedArticle, article))
            self.seen.add(article["article_id"])
        except (InvalidRecord, KeyError, ValueError, TypeError):
            self.refused += 1

    def _compare(self, article: DedupedArticle) -> None:
        after = self.new.take(article)
        if self.old is None:
            return
        before = self.old.take(article)
        for found in (self._gained, self._lost, self._relabelled):
            found.pop(article["article_id"], None)
        if after is not None and before is None:
            reasons = explain(self.old.watch, article).decisive
            self._gained[article["article_id"]] = _told(article, after, self.chosen.by) | _why(after, reasons)
        elif before is not None and after is None:
            reasons = explain(self.new.watch, article).decisive
            self._lost[article["article_id"]] = _told(article, before, self.chosen.by) | _why(before, reasons)
        elif after is not None and before is not None and after["label"] != before["label"]:
            told = _told(article, after, self.chosen.by) | {"before": before["label"], "after": after["label"]}
            self._relabelled[article["article_id"]] = told

    def report(self) -> Told:
        """Everything, as one JSON object."""
        sides = [("new", self.new)] + ([("old", self.old)] if self.old is not None else [])
        for _, side in sides:
            side.finish()
        report: Told = {
            "watch": _about(self.new.watch),
            "against": None if self.old is None else _about(self.old.watch),
            "articles_read": len(self.seen),
            "records_refused": self.refused,
            "totals": {name: side.totals() for name, side in sides},
            "days": list(self._days(sides)),
            "alerts": [_alert(alert, self.chosen.by) for alert in self.new.alerts[:MOST_TOLD]],
        }
        if self.old is not None:
            ours = {alert["alert_id"] for alert in self.new.alerts}
            theirs = {alert["alert_id"] for alert in self.old.alerts}
            report |= {
                "gained": _list(self._gained),
                "lost": _list(self._lost),
                "relabelled": _list(self._relabelled),
                "gained_alerts": _alerts(self.new.alerts, theirs, self.chosen.by),
                "lost_alerts": _alerts(self.old.alerts, ours, self.chosen.by),
            }
        return report

    def _days(self, sides: list[tuple[str, Side]]) -> Iterator[Told]:
        counted = {name: side.days(self.chosen.by) for name, side in sides}
        known = sorted({day for days in counted.values() for day in days})
        if not known:
            return
        first = known[0] if self.chosen.from_ms is None else min(known[0], _day(self.chosen.from_ms))
        last = known[-1]
        for day in _calendar(first, last, known):
            yield {"day": day} | {
                name: {key: days.get(day, Counter())[key] for key in ("articles", "copies", "alerts", "changes")}
                for name, days in counted.items()
            }


def _calendar(first: str, last: str, known: list[str]) -> Iterable[str]:
    """Every day from the first to the last; only those where something was, if they are too many to show."""
    start = date.fromisoformat(first)
    days = (date.fromisoformat(last) - start).days + 1
    return known if days > MOST_DAYS else [(start + timedelta(days=n)).isoformat() for n in range(days)]


def _day(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).date().isoformat()


def _about(watch: Watch) -> Told:
    return {
        "watch_id": watch["watch_id"],
        "version": watch["version"],
        "title": watch["title"],
        "question": watch["question"],
        "query": watch["query"],
    }


def _told(article: DedupedArticle, mention: Mention, by: By) -> Told:
    return {
        "day": (article["arrived_at"] if by == "arrival" else article["published_at"])[:10],
        "article_id": article["article_id"],
        "title": article["title"],
        "outlet": article["outlet"],
        "url": article["url"],
        "language": article["language"],
        "published_at": article["published_at"],
        "arrived_at": article["arrived_at"],
        "kind": article["dedupe"]["kind"],
        "label": mention["label"],
    }


def _why(matching: Mention, failures: Iterable[str]) -> Told:
    terms = list(dict.fromkeys(highlight["term"] for highlight in matching["highlights"]))
    return {"found": terms[:_TERMS], "failed": list(failures)}


def _list(found: dict[str, Told]) -> Told:
    ordered = sorted(found.values(), key=lambda told: (told["arrived_at"], told["article_id"]))
    return {"count": len(ordered), "articles": ordered[:MOST_TOLD]}


def _alerts(alerts: list[Alert], others: set[str], by: By) -> Told:
    found = [alert for alert in alerts if alert["alert_id"] not in others]
    return {"count": len(found), "alerts": [_alert(alert, by) for alert in found[:MOST_TOLD]]}


def _alert(alert: Alert, by: By) -> Told:
    said = alert["statement"]
    return {
        "day": (alert["first_arrived_at"] if by == "arrival" else alert["first_published_at"])[:10],
        "alert_id": alert["alert_id"],
        "kind": alert["kind"],
        "severity": alert["severity"],
        "label": alert["label"],
        "first_arrived_at": alert["first_arrived_at"],
        "first_published_at": alert["first_published_at"],
        "title": alert["article"]["title"],
        "outlet": alert["article"]["outlet"],
        "url": alert["article"]["url"],
        "reach": alert["reach"],
        "holder": said and said["holder"],
        "evidence": said and said["evidence"]["text"],
        "condition": said and said["condition"] and said["condition"]["text"],
        "change": alert["change"] and {
            key: alert["change"][key] for key in ("from_stance", "to_stance", "direction")
        },
    }  # fmt: skip

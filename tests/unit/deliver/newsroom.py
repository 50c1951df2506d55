"""A small newsroom for tests of the planner: alerts, subscriptions, what people decided, and a clock to move."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from streams.deliver.fates import COLLECTIONS, Decision, read_time, wire_time
from streams.deliver.planner import NO_FACTS, AlertRevised, Plan, plan
from streams.deliver.state import PlannerState
from streams.model.ids import digest
from streams.model.records import Alert

NOON_MS = read_time("2023-02-16T12:00:00.000Z")
SECOND, MINUTE, HOUR, DAY = 1_000, 60_000, 3_600_000, 86_400_000


def alert(
    story: str = "a",
    label: str = "conditional",
    severity: str = "notice",
    *,
    watch: str = "north",
    carriers: int = 1,
    trigger: str = "attack",
    direction: str | None = None,
    arrived_ms: int = NOON_MS,
    **more: Any,
) -> Alert:
    """One live revision; its revision is a hash of what it says, as in the alert stage."""
    articles = [
        {
            "article_id": digest("article", story, str(number)),
            "outlet": f"outlet-{number}.example",
            "url": f"https://outlet-{number}.example/{story}",
            "title": f"On {story}",
            "published_at": "2023-02-16T11:00:00Z",
            "kind": "original",
        }
        for number in range(carriers)
    ]
    statement = {
        "holder": "Arvo Kell",
        "holder_id": "kell",
        "holder_role": "president",
        "authority": "state",
        "stance": label,
        "condition": {"text": "if attacked", "kind": "only-if", "trigger": trigger, "met": "not-reported"},
        "default": "refuses",
        "lane": "word",
        "negated": False,
        "modality": None,
        "horizon": None,
        "evidence": {"field": "text", "text": "only if attacked", "start": 0, "end": 16},
        "directness": "direct",
        "said_at": "2023-02-16",
        "status": "asserted",
        "confidence": 0.9,
    }
    change = direction and {
        "from_stance": "refuses",
        "to_stance": label,
        "direction": direction,
        "previous_statement_id": digest("statement", "before"),
        "previous_said_at": "2023-01-20",
        "previous_evidence": "never",
        "previous_condition": None,
    }
    found: dict[str, Any] = {
        "alert_id": digest("alert", watch, story),
        "watch_id": watch,
        "watch_version": 1,
        "status": "live",
        "kind": "stance-change" if change else "first-mention",
        "severity": severity,
        "question": "Will Norland's army join the war?",
        "story_id": digest("story", story),
        "label": label,
        "statement": statement,
        "statement_id": digest("statement", story, label),
        "also": [],
        "change": change or None,
        "article": articles[0],
        "language": "en",
        "carriers": articles,
        "reach": {"outlets": carriers, "articles": carriers, "copies": 0},
        "highlights": [],
        "left_out": [],
        "first_published_at": "2023-02-16T11:00:00Z",
        "first_arrived_at": wire_time(arrived_ms),
        "backfill": False,
        "rules": {"alert": "1"},
        **more,
    }
    found["revision"] = digest("revision", repr(sorted(found.items())))
    return found  # type: ignore[return-value]


def superseded(ended: Alert, heir: Alert | None = None) -> Alert:
    """The last word under an alert's id."""
    record: dict[str, Any] = {**ended, "status": "superseded", "carriers": []}
    if heir is not None:
        record["successor_id"] = heir["alert_id"]
    record["revision"] = digest("revision", repr(sorted(record.items())))
    return record  # type: ignore[return-value]


def subscription(subscription_id: str = "desk", **more: Any) -> dict[str, Any]:
    """One that takes everything at once; ``more`` are fields of its filters, timing, or its own."""
    filters = {"kinds": [], "severities": [], "labels": [], "languages": [], "min_outlets": 0, "backfill": False}
    timing = {
        "group_wait_s": 0,
        "group_interval_s": 0,
        "repeat_interval_s": None,
        "hourly_cap": None,
        "digest_interval_s": None,
        "heartbeat_interval_s": None,
        "max_age_s": 2 * 86_400,
    }
    record = {
        "subscription_id": subscription_id,
        "version": 1,
        "status": "active",
        "title": "Desk",
        "owner": "desk",
        "watches": [],
        "filters": {**filters, **{name: more[name] for name in (*filters, "outlets") if name in more}},
        "destination": {
            "kind": "webhook",
            "address": "https://desk.example/hook",
            "address_secret": None,
            "signing_secrets": [],
            "timeout_s": 5,
        },
        "timing": timing,
        "changed_by": "desk",
        "changed_at": wire_time(NOON_MS - DAY),
    }
    inner = {*filters, "outlets"}
    timing |= {name: value for name, value in more.items() if name not in record and name not in inner}
    return record | {name: value for name, value in more.items() if name in record}


class Desk:
    """What people decided, by hand: ``hides`` and ``acks`` say which record counts for an alert id."""

    def __init__(self, *subscriptions: Mapping[str, Any]) -> None:
        self.by_id: dict[str, Mapping[str, Any]] = {each["subscription_id"]: each for each in subscriptions}
        self.hides: dict[str, dict[str, Any]] = {}
        self.acks: dict[str, dict[str, Any]] = {}

    def subscriptions(self) -> Sequence[Mapping[str, Any]]:
        return [self.by_id[key] for key in sorted(self.by_id)]

    def subscription(self, subscription_id: str) -> Mapping[str, Any] | None:
        return self.by_id.get(subscription_id)

    def created_ms(self, subscription_id: str) -> int:
        return read_time(self.by_id[subscription_id]["changed_at"])

    def silence(self, silence_id: str) -> Mapping[str, Any] | None:
        return next((each for each in self.hides.values() if each["silence_id"] == silence_id), None)

    def has_ended(self, silence_id: str, now_ms: int) -> bool:
        found = self.silence(silence_id)
        return found is None or read_time(found["ends_at"]) <= now_ms

    def hiding(self, alert: Alert, now_ms: int) -> Mapping[str, Any] | None:
        found = self.hides.get(alert["alert_id"])
        if found is None or read_time(found["ends_at"]) <= now_ms:
            return None
        is_hardened = alert["change"] is not None and alert["change"]["direction"] == "hardened"
        return None if is_hardened and found["pierced_by_hardening"] else found

    def acknowledging(self, alert: Alert, now_ms: int) -> Mapping[str, Any] | None:
        found = self.acks.get(alert["alert_id"])
        return found if found is not None and found["label"] == alert["label"] else None

    def silences(self, alert: Alert, ends_ms: int, pierced: bool = True) -> str:
        silence_id = digest("silence", alert["alert_id"])
        self.hides[alert["alert_id"]] = {
            "silence_id": silence_id,
            "actor": "anna",
            "reason": "covered",
            "ends_at": wire_time(ends_ms),
            "pierced_by_hardening": pierced,
        }
        return silence_id

    def acknowledges(self, alert: Alert) -> None:
        self.acks[alert["alert_id"]] = {
            "actor": "anna",
            "label": alert["label"],
            "acknowledged_at": wire_time(NOON_MS),
        }


class Newsroom:
    """Planner, desk and clock. ``tell`` and ``tick`` return what was decided; everything decided is in ``decided``."""

    def __init__(self, *subscriptions: Mapping[str, Any]) -> None:
        self.desk = Desk(*subscriptions)
        self.state = PlannerState()
        self.now_ms = NOON_MS
        self.bodies: dict[str, Alert] = {}
        self.decided: list[Decision] = []

    def tell(self, *alerts: Alert) -> list[dict[str, Any]]:
        return self.take(plan(self.state, self.desk, [AlertRevised(each, self.now_ms) for each in alerts],
                              self.now_ms, self.bodies))  # fmt: skip

    def tick(self, forward_ms: int = 0, facts: Mapping[int, Mapping[str, Any]] = NO_FACTS) -> list[dict[str, Any]]:
        self.now_ms += forward_ms
        return self.take(plan(self.state, self.desk, [], self.now_ms, self.bodies, facts))

    def take(self, made: Plan) -> list[dict[str, Any]]:
        self.state.apply(made.changes)
        self.bodies |= {each["alert_id"]: each for each in made.bodies}
        self.decided += made.decisions
        return [decision.record for decision in made.decisions]

    def restart(self) -> None:
        """Only what was written down is left."""
        written = [(orjson.dumps(key), orjson.dumps(value)) for key, value in self.state.records()]
        self.state = PlannerState((tuple(orjson.loads(key)), orjson.loads(value)) for key, value in written)


def short(records: Sequence[Mapping[str, Any]]) -> list[tuple[str, str, list[str]]]:
    """Event, state and the labels of the alerts."""
    return [
        (
            record["event_type"].removeprefix("newsvane."),
            record["state"],
            [f"{each['material']['label']}" for each in record["alerts"]],
        )
        for record in records
    ]


def fates(decided: Sequence[Decision]) -> list[tuple[str, str, str]]:
    """(subscription, alert, revision) of every fate; what collects or repeats is no new one."""
    return [
        (decision.record["subscription_id"], each["alert_id"], each["revision"])
        for decision in decided
        if decision.record["event_type"] not in (*COLLECTIONS, "newsvane.alert.repeated", "newsvane.heartbeat")
        for each in decision.record["alerts"]
    ]

"""Mentions, a watch and a reader of what the stage sends, for the tests of the alert stage."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterable
from typing import Any, cast

import orjson

from schemas.loader import validate
from streams.alert.step import step
from streams.model.ids import digest
from streams.model.records import Condition, Mention, Statement
from streams.model.state import DictState, State
from streams.model.step import Step
from streams.model.watch import Watch

WATCH_ID = "belarus-military-stance"
QUOTE = "I am ready to fight from our territory in one case only: if a single soldier comes to kill my people"
REFUSAL = "I do not plan to send my people, my soldiers"
IF_ATTACKED: Condition = {
    "text": "if a single soldier comes to kill my people",
    "kind": "only-if",
    "trigger": "attack",
    "met": "not-reported",
}
IF_ASKED: Condition = {"text": "if Moscow asks us", "kind": "if", "trigger": "ally-request", "met": "not-reported"}


def watch(**alerts: Any) -> Watch:
    rules = {
        "first_mention": "statement",
        "stance_change": True,
        "story_days": 3,
        "severity": {"joins": "critical", "prepares": "warning", "default": "notice"},
    }
    return cast(
        "Watch",
        {
            "watch_id": WATCH_ID,
            "version": 1,
            "effective_from": "2020-01-01T00:00:00.000Z",
            "status": "active",
            "title": "Belarus",
            "question": "Will Belarus's army join the war?",
            "owner": "test",
            "query": "belarus",
            "scope": {"languages": [], "outlets": [], "countries": []},
            "stance": {
                "axis": ["refuses", {"id": "conditional"}, "prepares", "joins"],
                "proposition": {"forces": {"en": ["soldier*", "people"]}, "actions": [{"en": ["send", "fight*"]}]},
            },
            "alerts": rules | alerts,
            "changed_by": "test",
        },
    )


def statement(stance: str = "conditional", said_at: str = "2023-02-16", text: str = "", **fields: Any) -> Statement:
    condition = IF_ATTACKED if stance == "conditional" else None
    text = text or (QUOTE if stance == "conditional" else f"{stance}: {REFUSAL}")
    return cast(
        "Statement",
        {
            "holder": "Alexander Lukashenko",
            "holder_id": "lukashenko",
            "holder_role": "president, Belarus",
            "authority": "state",
            "stance": stance,
            "condition": condition,
            "default": "refuses" if condition else None,
            "lane": "word",
            "negated": stance == "refuses",
            "modality": None,
            "horizon": None,
            "evidence": {"field": "text", "text": text, "start": 10, "end": 10 + len(text)},
            "directness": "direct",
            "said_at": said_at,
            "status": "asserted",
            "confidence": 0.9,
        }
        | fields,
    )


def mention(name: str, *statements: Statement, published_at: str = "2023-02-16T12:00:00Z", **fields: Any) -> Mention:
    """A mention whose ids follow from its name; ``url`` in the fields makes it a version of that URL."""
    article_id = digest("article", name)
    outlet = fields.pop("outlet", f"{name}.example")
    url = fields.pop("url", f"https://{outlet}/{name}")
    return cast(
        "Mention",
        {
            "mention_id": digest("mention", article_id, WATCH_ID),
            "watch_id": WATCH_ID,
            "watch_version": 1,
            "article_id": article_id,
            "url_id": digest("url", url),
            "outlet": outlet,
            "url": url,
            "title": f"Title {name}",
            "lead": f"Lead {name}",
            "language": "en",
            "published_at": published_at,
            "arrived_at": published_at.replace("Z", ".000Z"),
            "backfill": False,
            "version": 1,
            "dedupe": {"kind": "original", "original_id": article_id, "cluster_id": article_id, "reason": "first"},
            "label": statements[0]["stance"] if statements else "none",
            "statements": list(statements),
            "left_out": [],
            "highlights": [],
            "rules": {"clean": "1", "dedupe": "1", "detect": "1", "stance": "1"},
        }
        | fields,
    )


def copy_of(original: Mention, name: str, kind: str = "exact", **fields: Any) -> Mention:
    made = mention(name, *original["statements"], published_at=original["published_at"])
    dedupe = {**original["dedupe"], "kind": kind, "reason": "same text"}
    texts = {"title": original["title"], "lead": original["lead"], "dedupe": dedupe}
    return cast("Mention", {**made, **texts, **fields})


class Desk:
    """Runs mentions through the stage and keeps what a reader of its topics would hold."""

    def __init__(self, rules: Watch | None = None, state: State | None = None) -> None:
        self.rules = rules or watch()
        self.state = state if state is not None else DictState()
        self.records: dict[tuple[str, str], dict[str, Any]] = {}
        self.outcomes: Counter[str] = Counter()
        self.sent: list[tuple[str, dict[str, Any]]] = []

    def take(self, *mentions: Mention) -> Step:
        for each in mentions:
            step_made = step(copy.deepcopy(each), self.state, lambda _id, version: self.rules if version == 1 else None)
            self.outcomes[step_made.outcome] += 1
            for before, after in step_made.recounts:
                self.outcomes[before] -= 1
                self.outcomes[after] += 1
            for output in step_made.outputs:
                assert not hasattr(output, "handle")
                record = dict(output.record)
                validate(output.kind, record)
                known = (output.kind, record[f"{output.kind}_id"]) in self.records
                assert known or not output.reissue
                self.records[output.kind, record[f"{output.kind}_id"]] = record
                self.sent.append((output.kind, record))
        return step_made

    def live(self) -> dict[tuple[str, str], bytes]:
        """What holds at the end, byte for byte."""
        return {
            name: orjson.dumps(record)
            for name, record in sorted(self.records.items())
            if record["status"] != "superseded"
        }

    def _live(self, kind: str, order: str) -> list[dict[str, Any]]:
        found = [record for (of, _), record in self.records.items() if of == kind and record["status"] != "superseded"]
        return sorted(found, key=lambda record: (record[order], record["revision"]))

    def alerts(self) -> list[dict[str, Any]]:
        return self._live("alert", "first_published_at")

    def statements(self) -> list[dict[str, Any]]:
        return self._live("statement", "said_at")

    def counted(self) -> dict[str, int]:
        """The outcomes over distinct mentions."""
        return {name: count for name, count in sorted(self.outcomes.items()) if count and name not in _NOT_DISTINCT}


_NOT_DISTINCT = {"repeat", "revised"}


def live_after(mentions: Iterable[Mention], rules: Watch | None = None) -> dict[tuple[str, str], bytes]:
    desk = Desk(rules)
    desk.take(*mentions)
    return desk.live()


def changes(desk: Desk) -> list[tuple[str, str, str, str]]:
    found = [alert["change"] for alert in desk.alerts() if alert["change"]]
    return [(each["direction"], each["from_stance"], each["to_stance"], each["previous_said_at"]) for each in found]

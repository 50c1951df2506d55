"""What do the records of statements and alerts say? The only place that builds them.

Everything is a function of the set of mentions: first articles by (published_at, mention_id), the earliest arrival,
counts over the set. ``revision`` is the hash of the record without it, so that the same set has the same revision.
Lists are bounded (50 carriers, 20 wordings among them, 10 other statements); ``reach`` counts everything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, cast

import orjson

from streams.alert.facts import Facts, carrier_of, day_number
from streams.alert.gist import Gist
from streams.alert.objections import Mark
from streams.alert.shelf import Tally
from streams.model.ids import digest
from streams.model.records import Alert, Carrier, Reach, Statement, StatementRecord

RULES = "2"
WINDOW_DAYS = 90
MAX_WORDINGS = 20
MAX_ALSO = 10

SEVERITIES = ("notice", "warning", "critical")
_KINDS: dict[str, Literal["corrected", "retracted"]] = {"corrected": "corrected", "withdrawn": "retracted"}
"""By the direction of the change; any other is a change of stance."""


def revision_of(record: Mapping[str, Any]) -> str:
    content = {key: value for key, value in record.items() if key != "revision"}
    return digest("revision", orjson.dumps(content, option=orjson.OPT_SORT_KEYS))


def statement_record(
    statement: str,
    statement_id: str,
    story_id: str,
    leading: tuple[Facts, Statement],
    mark: Mark | None,
    tally: Tally,
) -> StatementRecord:
    """One statement over all articles that carry it; its words are those of the article that knows it best."""
    facts, said = leading
    members = tally.first(statement)
    record: StatementRecord = {
        "statement_id": statement_id,
        "watch_id": facts.mention["watch_id"],
        "revision": "",
        "holder": said["holder"],
        "holder_id": said["holder_id"],
        "stance": said["stance"],
        "condition": said["condition"],
        "default": said["default"],
        "lane": said["lane"],
        "said_at": said["said_at"] if said["said_at"][:10] == statement[-10:] else statement[-10:],
        "status": said["status"],
        "evidence": said["evidence"],
        "wordings": list(dict.fromkeys(text for _, _, (_, text) in members))[:MAX_WORDINGS],
        "carriers": [carrier for _, _, (carrier, _) in members],
        "reach": tally.reach(statement),
        "first_published_at": members[0][0],
        "story_id": story_id,
        "rules": _rules(facts),
    }
    if mark is not None and said["status"] == "asserted":
        record["status"] = mark["status"]
        record["objection"] = mark["objection"]
    record["revision"] = revision_of(record)
    return record


def is_alerting(leading: Facts, gist: Gist, counts: Sequence[int], first: str) -> bool:
    """Whether a story may alert, by the watch's rules.

    A statement that was older than the window when the story first appeared is background, and so is its change.
    """
    alerts, main = leading.watch["alerts"], gist.main
    is_news = main is not None and day_number(first[:10]) - day_number(main[0][-10:]) <= WINDOW_DAYS
    if gist.change is not None and alerts["stance_change"] and is_news:
        return True
    rule = alerts["first_mention"]
    return rule == "any" or (rule == "statement" and is_news) or (rule == "assessed" and counts[4] > 0)


def alert_record(
    story_id: str,
    leading: Facts,
    gist: Gist,
    statement_id: str | None,
    members: Sequence[Carrier],
    reach: Reach,
    first_arrived_at: str,
    backfill: bool,
) -> Alert:
    """The one alert of a story. ``statement_id`` is that of the main statement, ``members`` its first articles.

    A change of stance counts a step more severe than its label. What takes back is as grave as what it takes back, and
    is told whether or not the watch wants changes: the alert itself was wrong.
    """
    mention, watch = leading.mention, leading.watch
    said = gist.main[2] if gist.main else None
    label = said["stance"] if said else mention["label"]
    severity = watch["alerts"]["severity"].get(label, watch["alerts"]["severity"].get("default", "notice"))
    change = gist.change
    kind: Literal["first-mention", "stance-change", "corrected", "retracted"] = "first-mention"
    if change is not None and change["direction"] in _KINDS:
        kind = _KINDS[change["direction"]]
    elif change is not None and watch["alerts"]["stance_change"]:
        kind = "stance-change"
    else:
        change = None
    if kind == "stance-change":
        severity = cast("Any", SEVERITIES[min(SEVERITIES.index(severity) + 1, len(SEVERITIES) - 1)])
    record: Alert = {
        "alert_id": alert_id_of(watch["watch_id"], story_id),
        "watch_id": watch["watch_id"],
        "watch_version": watch["version"],
        "status": "live",
        "revision": "",
        "kind": kind,
        "severity": severity,
        "question": watch["question"] or watch["title"],
        "story_id": story_id,
        "label": label,
        "statement": said,
        "statement_id": statement_id,
        "also": list(gist.also[:MAX_ALSO]),
        "change": change,
        "article": carrier_of(mention),
        "language": mention["language"],
        "carriers": list(members),
        "reach": reach,
        "highlights": mention["highlights"],
        "left_out": mention["left_out"],
        "first_published_at": members[0]["published_at"],
        "first_arrived_at": first_arrived_at,
        "backfill": backfill,
        "rules": _rules(leading),
    }
    record["revision"] = revision_of(record)
    return record


def alert_id_of(watch_id: str, story_id: str) -> str:
    return digest("alert", watch_id, story_id)


def superseded(light: Mapping[str, Any], successor_id: str | None) -> dict[str, Any]:
    """The last word under an id that is no more: what it was about, without its articles, and what took its place."""
    record = {**light, "status": "superseded"}
    if successor_id is not None:
        record["successor_id"] = successor_id
    record["revision"] = revision_of(record)
    return record


def lighten(record: Mapping[str, Any]) -> dict[str, Any]:
    """What to remember of a record in case that its id ends."""
    lists = {"carriers", "wordings", "also", "left_out", "highlights"}
    return {key: [] if key in lists else value for key, value in record.items()}


def _rules(facts: Facts) -> dict[str, str]:
    return {**facts.mention["rules"], "alert": RULES}

"""Which alerts does somebody not want to be told for a while? A silence: matchers, a reason, an actor, an end.

An alert is silenced if the silence is active, its time has come and not passed, and all matchers hold:

- ``watch_id``, ``alert_id``, ``story_id``, ``kind``, ``severity``, ``label``, ``language``: equal, or not. What an
  alert took the place of counts as the alert itself, so a silenced story stays silenced when it merges into another.
- ``holder_id``: whose statement speaks for the story.
- ``outlet``: carried by this outlet *alone*. Once another outlet has the story, it is told.
- ``phrase``: these words in this order, in the title, the evidence or the condition; case and accents don't count.

**A hardening pierces it**, unless told otherwise: a stance that hardens is what the analyst is paid to hear of.
Hardenings that were known when the silence was made don't pierce: ``known_hardenings`` lists their statements. Limit:
a hardening whose statement gets another id later (an earlier article comes in late) pierces once more.

Everything here is a pure function of its arguments; ``at`` and ``now`` are passed in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, cast

import orjson

from schemas import records, validate
from streams.desk.wording import has_phrase
from streams.errors import RefusedChange
from streams.model.ids import digest
from streams.model.people import Matcher, Silence
from streams.model.records import Alert
from streams.model.times import format_utc_ms, parse_duration, parse_utc

MAX_LENGTH: Final = timedelta(days=366)
MAX_KNOWN: Final = 1_000
HARDENED: Final = "hardened"


def is_hardening(alert: Alert) -> bool:
    """Whether the alert tells that somebody's stance has hardened."""
    change = alert["change"]
    return change is not None and change["direction"] == HARDENED


def silences_alert(silence: Silence, alert: Alert, at: datetime, inherited: Collection[str] = ()) -> bool:
    """Whether the silence hides the alert at this time.

    ``inherited``: ids of the alerts and stories whose place the alert took (``Board.inherited_by``).
    """
    return is_in_force(silence, at) and _hides(silence, alert, inherited)


def is_in_force(silence: Silence, at: datetime) -> bool:
    """From its start on, before its end, unless it was ended."""
    now = format_utc_ms(at)
    return silence["status"] == "active" and silence["starts_at"] <= now < silence["ends_at"]


def pierces(silence: Silence, alert: Alert) -> bool:
    """Whether the alert is told although the matchers hold: a hardening that was not known."""
    if not silence["pierced_by_hardening"] or not is_hardening(alert):
        return False
    return alert["statement_id"] not in silence.get("known_hardenings", ())


def matches(matchers: Sequence[Matcher], alert: Alert, inherited: Collection[str] = ()) -> bool:
    """Whether all hold. No matchers match nothing."""
    return bool(matchers) and all(_holds(matcher, alert, inherited) for matcher in matchers)


def _hides(silence: Silence, alert: Alert, inherited: Collection[str] = ()) -> bool:
    return matches(silence["matchers"], alert, inherited) and not pierces(silence, alert)


def _holds(matcher: Matcher, alert: Alert, inherited: Collection[str]) -> bool:
    return _equals(matcher["field"], matcher["value"], alert, inherited) == (matcher["operator"] == "=")


def _equals(field: str, value: str, alert: Alert, inherited: Collection[str]) -> bool:
    statement = alert["statement"]
    match field:
        case "alert_id" | "story_id":
            return alert[field] == value or value in inherited
        case "holder_id":
            return statement is not None and statement["holder_id"] == value
        case "outlet":
            outlets = {carrier["outlet"].lower() for carrier in (alert["article"], *alert["carriers"])}
            return outlets == {value.lower()} and alert["reach"]["outlets"] <= 1
        case "phrase":
            return any(has_phrase(text, value) for text in _texts(alert))
        case _:
            return bool(cast("Mapping[str, Any]", alert).get(field) == value)


def _texts(alert: Alert) -> Iterable[str]:
    yield alert["article"]["title"]
    statement = alert["statement"]
    if statement is not None:
        yield statement["evidence"]["text"]
        if statement["condition"] is not None:
            yield statement["condition"]["text"]


def matchers_from(
    alert: Alert, *, outlet: bool = False, holder: bool = False, phrase: str | None = None
) -> list[Matcher]:
    """What silences more like this alert, in its watch: its story; or, of its outlet, holder and a phrase, those given.

    Raises RefusedChange where the alert has no holder.
    """
    found = [_equal("watch_id", alert["watch_id"])]
    if outlet:
        found.append(_equal("outlet", alert["article"]["outlet"]))
    if holder:
        statement = alert["statement"]
        if statement is None:
            raise RefusedChange(
                "alert_id", alert["alert_id"], "an alert in which somebody says something",
                "this one has no holder; silence its story or its outlet",
            )  # fmt: skip
        found.append(_equal("holder_id", statement["holder_id"]))
    if phrase is not None:
        found.append(_equal("phrase", phrase))
    return found if len(found) > 1 else [*found, _equal("story_id", alert["story_id"])]


def _equal(field: Any, value: str) -> Matcher:
    return {"field": field, "operator": "=", "value": value}


def parse_matcher(text: str) -> Matcher:
    """Read ``field=value`` or ``field!=value``. Raises RefusedChange.

    >>> parse_matcher("severity!=critical")
    {'field': 'severity', 'operator': '!=', 'value': 'critical'}
    """
    field, sign, value = text.partition("=")
    is_unequal = field.endswith("!")
    field = field.removesuffix("!").strip()
    fields = records()["silence"]["$defs"]["matcher"]["properties"]["field"]["enum"]
    if not sign or field not in fields:
        raise RefusedChange(
            "matchers", text, f"FIELD=VALUE or FIELD!=VALUE with one of {', '.join(fields)}", "name one"
        )
    return cast(Matcher, {"field": field, "operator": "!=" if is_unequal else "=", "value": value.strip()})


def read_end(text: str, now: datetime) -> datetime:
    """The time that a duration from now or a time says. Raises RefusedChange.

    >>> from datetime import UTC
    >>> read_end("24h", datetime(2023, 2, 16, 12, tzinfo=UTC)).isoformat()
    '2023-02-17T12:00:00+00:00'
    """
    try:
        return now + timedelta(seconds=parse_duration(text))
    except (ValueError, OverflowError):
        pass
    try:
        return parse_utc(text)
    except ValueError:
        raise RefusedChange(
            "ends_at", text, "how long, such as 30m, 24h or 7d, or a time with a zone, such as 2023-02-17T12:00Z",
            "say one of them",
        ) from None  # fmt: skip


def build_silence(
    matchers: Sequence[Matcher],
    *,
    ends_at: datetime,
    reason: str,
    actor: str,
    now: datetime,
    starts_at: datetime | None = None,
    pierced_by_hardening: bool = True,
    alert: Alert | None = None,
    seen: Iterable[Alert] = (),
) -> Silence:
    """A new silence. ``alert``: the one that it is made from; ``seen``: alerts that are there already, whose hardening
    doesn't pierce it. Raises RefusedChange and, from the schema, InvalidRecord."""
    start = starts_at or now
    _check_times(start, ends_at, now)
    if not matchers:
        raise RefusedChange(
            "matchers",
            "",
            "at least one matcher",
            "a silence of everything is refused; name a watch, a story, an outlet …",
        )
    if all(matcher["operator"] == "!=" for matcher in matchers):
        raise RefusedChange(
            "matchers", " ".join(map(show_matcher, matchers)), "at least one matcher with '='",
            "what is merely not something is nearly everything; name the watch too",
        )  # fmt: skip
    for matcher in matchers:
        if matcher["field"] == "phrase" and not has_phrase(matcher["value"], matcher["value"]):
            raise RefusedChange("matchers", matcher["value"], "a phrase of words", "give a word at least")
    if not reason.strip():
        raise RefusedChange("reason", reason, "why it is silenced", "say it in a few words: others will ask")
    known = [alert] if alert is not None else []
    hardened = {
        each["statement_id"]
        for each in (*known, *seen)
        if each["statement_id"] is not None and is_hardening(each) and matches(matchers, each)
    }
    made_at = format_utc_ms(now)
    silence: Silence = {
        "silence_id": digest("silence", actor, made_at, orjson.dumps(list(matchers), option=orjson.OPT_SORT_KEYS)),
        "version": 1,
        "status": "active",
        "matchers": list(matchers),
        "alert_id": alert["alert_id"] if alert is not None else None,
        "known_hardenings": sorted(hardened)[:MAX_KNOWN],
        "starts_at": format_utc_ms(start),
        "ends_at": format_utc_ms(ends_at),
        "pierced_by_hardening": pierced_by_hardening,
        "reason": reason.strip(),
        "actor": actor,
        "created_at": made_at,
        "changed_at": made_at,
    }
    validate("silence", silence)
    return silence


def _check_times(start: datetime, end: datetime, now: datetime) -> None:
    if end <= max(start, now):
        raise RefusedChange(
            "ends_at",
            format_utc_ms(end),
            f"a time after {format_utc_ms(max(start, now))}",
            "say when it ends, such as 24h",
        )
    if end - start > MAX_LENGTH:
        raise RefusedChange(
            "ends_at", format_utc_ms(end), "at most a year", "what nobody needs at all belongs in the watch's query"
        )


def build_end(silence: Silence, *, actor: str, now: datetime, reason: str | None = None) -> Silence:
    """The version that takes a silence back before its end. Raises RefusedChange where it has ended."""
    at = format_utc_ms(now)
    if silence["status"] == "ended" or silence["ends_at"] <= at:
        ended_at = silence["changed_at"] if silence["status"] == "ended" else silence["ends_at"]
        raise RefusedChange(
            "silence_id",
            silence["silence_id"],
            "a silence that is still there",
            f"it ended at {ended_at}; nothing to do",
        )
    ended: Silence = {
        **silence,
        "version": silence["version"] + 1,
        "status": "ended",
        "actor": actor,
        "changed_at": max(at, silence["changed_at"]),
    }
    if reason:
        ended["reason"] = reason
    validate("silence", ended)
    return ended


@dataclass(frozen=True, slots=True)
class Preview:
    """What a silence would have done to alerts of the past; ``pierced``: told all the same, because of a hardening."""

    hidden: tuple[Alert, ...]
    pierced: tuple[Alert, ...]


def preview(silence: Silence, alerts: Iterable[Alert]) -> Preview:
    """What it would have hidden, had it been there: its times don't count, and of the hardenings only that of the alert
    that it was made from is known."""
    hidden: list[Alert] = []
    piercing: list[Alert] = []
    for alert in alerts:
        if alert["status"] != "live" or not matches(silence["matchers"], alert):
            continue
        is_own = alert["alert_id"] == silence.get("alert_id")
        pierced = silence["pierced_by_hardening"] and is_hardening(alert) and not is_own
        (piercing if pierced else hidden).append(alert)
    return Preview(tuple(hidden), tuple(piercing))


@dataclass(frozen=True, slots=True)
class Summary:
    """What a silence hid: ``notifications`` by alert_id, in how many subscriptions, from when to when."""

    notifications: Mapping[str, int]
    subscriptions: int
    first_at: str | None
    last_at: str | None


def summarise(silence_id: str, deliveries: Iterable[Mapping[str, Any]]) -> Summary:
    """Count what this silence hid, of delivery records; a repeat of a record counts once."""
    found = {
        delivery["delivery_id"]: delivery
        for delivery in deliveries
        if delivery["state"] == "silenced" and delivery.get("silence_id") == silence_id
    }
    alerts = Counter(entry["alert_id"] for delivery in found.values() for entry in delivery["alerts"])
    times = sorted(delivery["created_at"] for delivery in found.values())
    return Summary(
        dict(sorted(alerts.items())),
        len({delivery["subscription_id"] for delivery in found.values()}),
        times[0] if times else None,
        times[-1] if times else None,
    )


def show_matcher(matcher: Matcher) -> str:
    """As ``parse_matcher`` reads it."""
    return f"{matcher['field']}{matcher['operator']}{matcher['value']}"

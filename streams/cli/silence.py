"""``newsvane silence`` and ``newsvane mute``: don't tell certain alerts for a while, and say why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Annotated, Any

import typer

from schemas import decode, topic_of
from streams.cli.desk_view import (
    SHORT_ID,
    Actor,
    AlertId,
    Desk,
    Json,
    by,
    find_id,
    minute,
    name_alert,
    now,
    open_desk,
    put_record,
)
from streams.cli.groups import new_group
from streams.cli.output import counted, neutralise, put, table
from streams.desk.alerts import live_alerts
from streams.desk.board import append
from streams.desk.silence import (
    Preview,
    Summary,
    build_end,
    build_silence,
    is_in_force,
    matchers_from,
    parse_matcher,
    preview,
    read_end,
    show_matcher,
    summarise,
)
from streams.errors import InvalidRecord, UsageError
from streams.log.topic_reader import read_topic
from streams.model.people import Silence
from streams.model.records import Alert
from streams.model.times import format_utc_ms

LOOK_BACK = timedelta(days=7)
SHOWN_ALERTS = 5

app = new_group("Don't tell certain alerts for a while. docs/desk.md tells what a silence hides and what pierces it.")

SilenceId = Annotated[str, typer.Argument(metavar="SILENCE", help="its id, or the first four or more digits")]
Pierced = Annotated[bool, typer.Option("--even-hardening", help="hide also a stance that hardens; else that is told")]


@app.command()
def add(
    for_: Annotated[
        str | None, typer.Option("--for", metavar="TIME", help="how long, such as 24h or 7d, or until a time")
    ] = None,
    reason: Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="why; others will ask")] = None,
    alert_id: Annotated[str | None, typer.Option("--alert", metavar="ALERT", help="more like this alert:")] = None,
    story: Annotated[bool, typer.Option("--story", help="its story (default)")] = False,
    outlet: Annotated[bool, typer.Option("--outlet", help="what its outlet alone carries")] = False,
    holder: Annotated[bool, typer.Option("--holder", help="what its holder says")] = False,
    phrase: Annotated[
        str | None, typer.Option("--phrase", metavar="TEXT", help="with these words in title, evidence or condition")
    ] = None,
    match: Annotated[
        list[str] | None,
        typer.Option("--match", metavar="FIELD=VALUE", help="free: also !=; may be repeated, all must hold"),
    ] = None,
    even_hardening: Pierced = False,
    preview_: Annotated[bool, typer.Option("--preview", help="only show what it would have hidden last week")] = False,
    actor: Actor = None,
) -> None:
    """Silence alerts: by an alert, or by matchers.

    Says what the silence would have hidden last week. A hardening that comes
    later is told all the same, unless --even-hardening.
    """
    if for_ is None and not preview_:
        raise UsageError("--for is missing: a silence has an end; say such as --for 24h")
    if reason is None and not preview_:
        raise UsageError("--reason is missing; say why, others will ask")
    if alert_id is None and (story or outlet or holder):
        raise UsageError("--story, --outlet and --holder are those of an alert; name it with --alert, or use --match")
    if story and (outlet or holder or phrase):
        raise UsageError("--story excludes --outlet, --holder and --phrase; a story is silenced as a whole")
    with open_desk() as desk:
        alert = desk.alert(alert_id) if alert_id is not None else None
        matchers = [parse_matcher(text) for text in match or ()]
        if alert is not None:
            matchers += matchers_from(alert, outlet=outlet, holder=holder, phrase=phrase)
        elif phrase is not None:
            matchers.append(parse_matcher(f"phrase={phrase}"))
        at = now()
        silence = build_silence(
            matchers, ends_at=read_end(for_ or "24h", at), reason=reason or "a preview", actor=by(actor), now=at,
            pierced_by_hardening=not even_hardening, alert=alert, seen=live_alerts(desk.alerts),
        )  # fmt: skip
        shown = preview(silence, _of_last_week(desk))
        if not preview_:
            append(desk.log, "silence", silence)
            _tell(silence)
    _tell_preview(shown, is_added=not preview_)


def mute(
    alert_id: AlertId,
    for_: Annotated[str, typer.Argument(metavar="TIME", help="how long, such as 24h or 7d, or until a time")] = "24h",
    reason: Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="why")] = None,
    even_hardening: Pierced = False,
    actor: Actor = None,
) -> None:
    """Mute an alert's story for a while, 24h unless told.

    Short for 'newsvane silence add --alert'. A hardening is told all the same.
    """
    with open_desk() as desk:
        alert, at = desk.alert(alert_id), now()
        silence = build_silence(
            matchers_from(alert), ends_at=read_end(for_, at), actor=by(actor), now=at, alert=alert,
            reason=reason or f"muted: {neutralise(alert['article']['title'], 200)}",
            pierced_by_hardening=not even_hardening,
        )  # fmt: skip
        append(desk.log, "silence", silence)
    put(f"{name_alert(alert)}: muted until {minute(silence['ends_at'])}")
    put(f"take it back with 'newsvane silence end {silence['silence_id'][:SHORT_ID]}'")


@app.command("list")
def list_(
    all_: Annotated[bool, typer.Option("--all", help="also those that have ended")] = False, as_json: Json = False
) -> None:
    """List the silences that are not over: until when, what, why, by whom."""
    with open_desk() as desk:
        at = format_utc_ms(now())
        found = [
            each for each in desk.board.silences() if all_ or (each["status"] == "active" and at < each["ends_at"])
        ]
    if as_json:
        for each in found:
            put_record(each)
        return
    if not found:
        put("no silences")
        return
    rows = [
        (each["silence_id"][:SHORT_ID], _until(each, at), neutralise(_what(each), 60), neutralise(each["actor"]),
         neutralise(each["reason"], 60))
        for each in found
    ]  # fmt: skip
    for line in table(("id", "until", "what", "by", "reason"), rows):
        put(line)


@app.command()
def show(silence_id: SilenceId, as_json: Json = False) -> None:
    """Show a silence: its matchers, its versions, what it has hidden."""
    with open_desk() as desk:
        silence = _find(desk, silence_id)
        summary = summarise(silence["silence_id"], _deliveries(desk))
        versions = desk.board.history("silence", silence["silence_id"])
        alerts = desk.alerts
    if as_json:
        put_record(silence)
        return
    put(f"id       {silence['silence_id']}")
    put(f"hides    {neutralise(_what(silence))}")
    put(f"pierced  {'by a hardening' if silence['pierced_by_hardening'] else 'by nothing'}")
    put(f"from     {minute(silence['starts_at'])} until {minute(silence['ends_at'])}, now {_state(silence)}")
    for version in versions:
        done = "made" if version["version"] == 1 else "ended"
        who, why = neutralise(version["actor"]), neutralise(version["reason"])
        put(f"{done:<8} {minute(version['changed_at'])} by {who}: {why}")
    _tell_summary(summary, alerts)


@app.command()
def end(
    silence_id: SilenceId,
    reason: Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="why, for the history")] = None,
    actor: Actor = None,
) -> None:
    """End a silence before its time; say what it has hidden."""
    with open_desk() as desk:
        found = _find(desk, silence_id)["silence_id"]

        def plan(board: Any) -> list[Silence]:
            return [build_end(board.silence(found), actor=by(actor), now=now(), reason=reason)]

        desk.change("silence", plan)
        summary = summarise(found, _deliveries(desk))
        alerts = desk.alerts
    put(f"{found[:SHORT_ID]}: ended")
    _tell_summary(summary, alerts)


def _find(desk: Desk, name: str) -> Silence:
    id_ = find_id(desk.board.ids("silence"), name, "silence", "newsvane silence list --all")
    silence = desk.board.silence(id_)
    assert silence is not None
    return silence


def _of_last_week(desk: Desk) -> list[Alert]:
    since = format_utc_ms(now() - LOOK_BACK)
    return [alert for alert in live_alerts(desk.alerts) if alert["first_arrived_at"] >= since]


def _deliveries(desk: Desk) -> Iterator[Mapping[str, Any]]:
    for stored in read_topic(desk.log, topic_of("delivery").name):
        try:
            yield decode("delivery", stored.value or b"")
        except InvalidRecord:
            continue


def _tell(silence: Silence) -> None:
    put(
        f"{silence['silence_id'][:SHORT_ID]}: silenced until {minute(silence['ends_at'])}: {neutralise(_what(silence))}"
    )


def _tell_preview(shown: Preview, is_added: bool) -> None:
    many = counted(len(shown.hidden), "alert") if shown.hidden else "no alert"
    put(f"last week it would have hidden {many}{':' if shown.hidden and not is_added else ''}")
    if not is_added:
        _put_alerts(shown.hidden)
    if shown.pierced:
        put(f"and told {counted(len(shown.pierced), 'alert')} all the same, because of a hardening:")
        _put_alerts(shown.pierced)


def _put_alerts(alerts: tuple[Alert, ...]) -> None:
    for alert in alerts[:SHOWN_ALERTS]:
        put(f"  {name_alert(alert)}")
    if len(alerts) > SHOWN_ALERTS:
        put(f"  and {len(alerts) - SHOWN_ALERTS} more")


def _tell_summary(summary: Summary, alerts: Mapping[str, Alert]) -> None:
    if not summary.notifications:
        put("hid      nothing")
        return
    first, last = minute(summary.first_at or ""), minute(summary.last_at or "")
    put(
        f"hid      {counted(sum(summary.notifications.values()), 'notification')} of "
        f"{counted(len(summary.notifications), 'alert')} for {counted(summary.subscriptions, 'subscription')}, "
        f"{first} to {last}"
    )
    _put_alerts(tuple(alerts[alert_id] for alert_id in summary.notifications if alert_id in alerts))


def _what(silence: Silence) -> str:
    return " and ".join(map(_shortened, map(show_matcher, silence["matchers"])))


def _shortened(matcher: str) -> str:
    field, sign, value = matcher.partition("=")
    return f"{field}{sign}{value[:SHORT_ID]}…" if field.rstrip("!") in ("alert_id", "story_id") else matcher


def _until(silence: Silence, at: str) -> str:
    if silence["status"] == "ended":
        return f"ended {minute(silence['changed_at'])}"
    return minute(silence["ends_at"]) if at < silence["ends_at"] else f"was {minute(silence['ends_at'])}"


def _state(silence: Silence) -> str:
    if silence["status"] == "ended":
        return "ended"
    at = now()
    return "in force" if is_in_force(silence, at) else "to come" if format_utc_ms(at) < silence["starts_at"] else "over"

"""``newsvane subscribe``: say which alerts go where, and when."""

from __future__ import annotations

import base64
import os
import secrets
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from streams.cli.desk_view import Actor, Desk, Json, by, minute, now, open_desk, put_record
from streams.cli.groups import new_group
from streams.cli.output import neutralise, note, put, table
from streams.cli.subscribe_options import Wishes, takes_wishes
from streams.desk.board import Board
from streams.desk.subscribe import CheckUrl, build_status, build_subscription, is_same_definition
from streams.errors import NewsvaneError, UsageError
from streams.model.people import Subscription
from streams.model.times import format_duration
from streams.settings import Settings

if TYPE_CHECKING:
    from streams.deliver.answer import Answer

KEY_BYTES = 32

app = new_group("Say which alerts go where. docs/destinations.md has a receiver to begin with.")

Id = Annotated[str, typer.Argument(metavar="ID", help="the subscription's id")]
Reason = Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="why, for the history")]
Test = Annotated[bool, typer.Option("--test", help="send a sample there afterwards")]


@app.command()
@takes_wishes
def add(
    subscription_id: Annotated[str, typer.Argument(metavar="ID", help="its id, such as desk-hook; you choose it")],
    *,
    wishes: Wishes,
    reason: Reason = None,
    actor: Actor = None,
    test: Test = False,
) -> None:
    """Send alerts to a webhook, a mailbox, a chat or a file.

    Durations are such as 30s, 5m, 4h, 2d. Secrets are references, env:NEWSVANE_SECRET_… or file:KEY of
    NEWSVANE_SECRETS_FILE; never the secret itself.
    """
    with open_desk() as desk:

        def plan(board: Board) -> list[Subscription]:
            if board.subscription(subscription_id) is not None:
                raise UsageError(
                    f"subscription '{subscription_id}' is there already; 'newsvane subscribe change' changes it"
                )
            return [_build(desk, subscription_id, wishes, None, reason, by(actor))]

        made: Subscription = desk.change("subscription", plan)[0]
        _tell(made, desk.settings)
        is_taken = not test or _test(desk.settings, made)
    if not is_taken:
        raise typer.Exit(1)


@app.command()
@takes_wishes
def change(
    subscription_id: Id,
    *,
    wishes: Wishes,
    reason: Reason = None,
    actor: Actor = None,
    test: Test = False,
) -> None:
    """Change what is given, as a new version; the rest stays.

    'any' empties a list, 'none' takes a time away. To change a key: --secret NEW --secret OLD, and later --secret NEW.
    """
    with open_desk() as desk:

        def plan(board: Board) -> list[Subscription]:
            before = _find(board, subscription_id)
            built = _build(desk, subscription_id, wishes, before, reason, by(actor))
            return [] if is_same_definition(before, built) else [built]

        changed: list[Subscription] = desk.change("subscription", plan)
        if changed:
            _tell(changed[0], desk.settings)
        else:
            put(f"{subscription_id}: unchanged")
        is_taken = not test or _test(desk.settings, changed[0] if changed else _find(desk.board, subscription_id))
    if not is_taken:
        raise typer.Exit(1)


@app.command()
def disable(subscription_id: Id, reason: Reason = None, actor: Actor = None) -> None:
    """Send nothing from now on; 'subscribe enable' goes on."""
    _set_status(subscription_id, "disabled", reason, actor)


@app.command()
def enable(subscription_id: Id, reason: Reason = None, actor: Actor = None) -> None:
    """Send again, also after a receiver's 410 has disabled it."""
    _set_status(subscription_id, "active", reason, actor)


@app.command("list")
def list_(as_json: Json = False) -> None:
    """List the subscriptions: status, what, where to, when."""
    with open_desk() as desk:
        found = desk.board.subscriptions()
    if as_json:
        for each in found:
            put_record(each)
        return
    if not found:
        put("no subscriptions; 'newsvane subscribe add --help' tells how to make one")
        return
    rows = [
        (each["subscription_id"], f"v{each['version']}", each["status"], neutralise(_what(each), 60),
         neutralise(_where(each), 80))
        for each in found
    ]  # fmt: skip
    for line in table(("subscription", "version", "status", "alerts", "to"), rows):
        put(line)


@app.command()
def show(subscription_id: Id, as_json: Json = False) -> None:
    """Show a subscription: what, where to, when, and its history."""
    with open_desk() as desk:
        found = _find(desk.board, subscription_id)
        versions = desk.board.history("subscription", subscription_id)
    if as_json:
        put_record(found)
        return
    for label, text in _lines(found):
        put(f"{label:<9} {neutralise(text)}")
    for version in versions:
        why = f": {version['change_reason']}" if version.get("change_reason") else ""
        who = f"{version['status']}, by {version['changed_by']}"
        put(f"v{version['version']:<8} {minute(version['changed_at'])} {neutralise(who + why)}")


@app.command()
def test(subscription_id: Id) -> None:
    """Send a sample now, marked as one; say what the receiver answers."""
    with open_desk() as desk:
        is_taken = _test(desk.settings, _find(desk.board, subscription_id))
    if not is_taken:
        raise typer.Exit(1)


@app.command()
def key(
    name: Annotated[str, typer.Argument(metavar="KEY", help="the key's name; refer to it as file:KEY")],
) -> None:
    """Make a signing key: a line for the secrets file.

    'newsvane subscribe key desk-hook >> secrets.yaml'. The receiver needs the same key.
    """
    put(f"{name}: whsec_{base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()}")


def _build(
    desk: Desk, subscription_id: str, wishes: Wishes, before: Subscription | None, reason: str | None, actor: str
) -> Subscription:
    watches = wishes.get("watches", before["watches"] if before else [])
    labels = desk.labels_of(watches or desk.watches.ids())
    return build_subscription(
        subscription_id, wishes, before=before, actor=actor, now=now(), reason=reason, known_labels=labels,
        known_watches=desk.watches.ids(), check_url=_guard(desk.settings),
    )  # fmt: skip


def _guard(settings: Settings) -> CheckUrl:
    def check(url: str) -> None:
        from streams.deliver.guard import check_url  # loads an HTTP client, which only webhooks need

        check_url(url, settings.allow_private)

    return check


def _set_status(subscription_id: str, status: str, reason: str | None, actor: str | None) -> None:
    with open_desk() as desk:
        make = partial(build_status, status=status, actor=by(actor), now=now(), reason=reason)
        made = desk.change("subscription", lambda board: [make(_find(board, subscription_id))])[0]
    put(f"{subscription_id}: version {made['version']}, {status}")


def _find(board: Board, subscription_id: str) -> Subscription:
    found = board.subscription(subscription_id)
    if found is None:
        known = ", ".join(board.ids("subscription")[:5]) or "none"
        name = neutralise(subscription_id)
        raise UsageError(f"subscription '{name}' is not there; there are: {known}; see 'newsvane subscribe list'")
    return found


def _test(settings: Settings, subscription: Subscription) -> bool:
    """Send a sample and say what came of it; whether it was taken."""
    from streams.deliver.sample import send_sample

    answer: Answer = send_sample(settings, subscription)
    status = f", HTTP {answer.status}" if answer.status is not None else ""
    told = f"{subscription['subscription_id']}: sample {answer.verdict}{status}, after {answer.took_ms:,} ms"
    is_taken = answer.verdict == "delivered"
    (put if is_taken else note)(told if is_taken else f"{told}: {neutralise(answer.detail)}")
    return is_taken


def _tell(made: Subscription, settings: Settings) -> None:
    put(f"{made['subscription_id']}: version {made['version']}, {made['status']}: {_what(made)} to {_where(made)}")
    kind = made["destination"]["kind"]
    if kind in ("email", "chat") and settings.allow_apprise != "on":
        note("mail and chat are sent only where NEWSVANE_ALLOW_APPRISE=on; here it is off")
    if kind == "file" and not settings.deliver_folder:
        note("files are written only where NEWSVANE_DELIVER_FOLDER names their folder; here it is not set")
    references = [*made["destination"]["signing_secrets"], made["destination"]["address_secret"] or ""]
    if any(map(_is_missing(settings), filter(None, references))):
        note("a secret that it refers to is not there yet; 'newsvane subscribe test' says which")


def _is_missing(settings: Settings) -> Callable[[str], bool]:
    from streams.deliver.secrets import Secrets

    known = Secrets(os.environ, settings.secrets_file)

    def is_missing(reference: str) -> bool:
        try:
            known.read(reference)
        except NewsvaneError:
            return True
        return False

    return is_missing


def _lines(found: Subscription) -> list[tuple[str, str]]:
    destination = found["destination"]
    lines = [
        ("id", f"{found['subscription_id']}, {found['status']}, of {found['owner']}"),
        ("title", found["title"]),
        ("alerts", _what(found)),
        ("to", _where(found)),
    ]
    if destination["signing_secrets"]:
        lines.append(("signed", f"with {', then '.join(destination['signing_secrets'])}"))
    return [*lines, ("when", _when(found["timing"]))]


def _what(subscription: Subscription) -> str:
    filters: Mapping[str, Any] = subscription["filters"]
    parts = [", ".join(subscription["watches"]) or "all watches"]
    lists = (filters.get(field) for field in ("kinds", "severities", "labels", "languages", "outlets"))
    parts += [" or ".join(values) for values in lists if values]
    if filters["min_outlets"]:
        parts.append(f"{filters['min_outlets']}+ outlets")
    if filters["backfill"]:
        parts.append("history too")
    return "; ".join(parts)


def _where(subscription: Subscription) -> str:
    destination = subscription["destination"]
    place = destination["address"] or destination["address_secret"] or destination.get("path") or ""
    via = f" via {destination['address_secret']}" if destination["address"] and destination["address_secret"] else ""
    return f"{destination['kind']} {place}{via}"


def _when(timing: Mapping[str, Any]) -> str:
    if timing["digest_interval_s"]:
        at = f" at {timing['digest_at']}" if timing.get("digest_at") else ""
        first = f"digests every {format_duration(timing['digest_interval_s'])}{at}, {timing.get('time_zone') or 'UTC'}"
    else:
        wait, between = format_duration(timing["group_wait_s"]), format_duration(timing["group_interval_s"])
        first = f"after {wait}, then every {between}"
        if timing["repeat_interval_s"]:
            first += f", again after {format_duration(timing['repeat_interval_s'])} without acknowledgement"
        if timing["hourly_cap"]:
            first += f"; at most {timing['hourly_cap']} an hour and watch"
    parts = [first, f"nothing older than {format_duration(timing['max_age_s'])}"]
    if timing.get("max_published_age_s"):
        parts.append(f"nothing published longer than {format_duration(timing['max_published_age_s'])} ago")
    if timing["heartbeat_interval_s"]:
        parts.append(f"a heartbeat every {format_duration(timing['heartbeat_interval_s'])}")
    return "; ".join(parts)

"""``newsvane deliveries``: what became of each notification; send some of them again.

The topic of deliveries has a record for each change of a delivery's state; the newest of a delivery counts. To send
again means to append such a record, with the state ``pending`` and the name of who asked: the process that delivers
follows the topic and takes it from there, under the same id.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Annotated, Any

import orjson
import typer

from schemas import decode, encode, topic_of, validate
from streams.cli.bootstrap import ready_log
from streams.cli.groups import new_group
from streams.cli.output import counted, neutralise, note, put, put_bytes, table
from streams.cli.watch_change import user_name
from streams.cli.when import read_when
from streams.clock import utc_now
from streams.deliver.again import AGAIN, MISSED, build_again
from streams.errors import InvalidRecord, UsageError
from streams.log.partition import partition_for
from streams.log.protocol import Log, NewRecord
from streams.log.topic_reader import read_topic
from streams.model.times import epoch_ms, parse_utc

app = new_group("Look at notifications, and why they were sent or not; send some again.")

MIN_PREFIX = 4
SHORT_ID = 12
SHOWN = 50
Record = dict[str, Any]

SUBSCRIPTION = typer.Option("--subscription", metavar="ID", help="only those of this subscription")
ACTOR = typer.Option("--actor", metavar="NAME", help="who asks; default: the user at this terminal")


@app.command("list")
def list_(
    subscription: Annotated[str | None, SUBSCRIPTION] = None,
    state: Annotated[
        str | None, typer.Option(metavar="STATE", help="only those in this state, such as failed or silenced")
    ] = None,
    since: Annotated[
        str | None, typer.Option(metavar="TIME", help="decided since: ISO 8601, or 90s, 30m, 12h, 7d ago")
    ] = None,
    last: Annotated[int, typer.Option("-n", metavar="N", help=f"only the last N; default {SHOWN}, 0 for all")] = SHOWN,
    as_json: Annotated[bool, typer.Option("--json", help="the records, one JSON object a line")] = False,
) -> None:
    """List notifications with their state and reason, the newest last."""
    states = topic_states()
    if state is not None and state not in states:
        raise UsageError(f"--state '{neutralise(state)}' is unknown; expected one of {', '.join(states)}")
    with ready_log() as log:
        found = [
            record
            for record in read_deliveries(log, subscription, _since_ms(since))
            if state is None or record["state"] == state
        ]
    shown = found[-last:] if last > 0 else found
    if as_json:
        for record in shown:
            put_bytes(orjson.dumps(record))
        return
    if not shown:
        note("no notifications; 'newsvane subscribe list' shows who would get them")
        return
    rows = [
        (
            record["delivery_id"][:SHORT_ID],
            record["created_at"][:19] + "Z",
            neutralise(record["subscription_id"]),
            record["event_type"].removeprefix("newsvane."),
            record["state"],
            neutralise(record["reason"], 60),
        )
        for record in shown
    ]
    for line in table(("id", "decided", "subscription", "event", "state", "reason"), rows):
        put(line)
    if len(shown) < len(found):
        note(f"{counted(len(found) - len(shown), 'older one')} not shown; -n 0 shows all")


@app.command("show")
def show(
    delivery: Annotated[str, typer.Argument(metavar="ID", help="its id, or the beginning of it")],
    as_json: Annotated[bool, typer.Option("--json", help="the record as JSON")] = False,
) -> None:
    """Show one notification: what it held, why, each attempt's end."""
    with ready_log() as log:
        history = _history(log, delivery)
    if as_json:
        put_bytes(orjson.dumps(history[-1]))
        return
    record = history[-1]
    put(f"Delivery      {record['delivery_id']}")
    put(f"Subscription  {neutralise(record['subscription_id'])} v{record['subscription_version']}")
    put(f"Event         {record['event_type']}")
    put(f"State         {record['state']}, {counted(record['attempt'], 'attempt')}")
    put(f"Why           {neutralise(record['reason'], 2000)}")
    if record["next_attempt_at"]:
        put(f"Next attempt  {record['next_attempt_at']}")
    if record.get("into_id"):
        put(f"Told in       {record['into_id']}")
    for entry in record["alerts"]:
        put(f"Alert         {entry['alert_id']} at {entry['revision'][:SHORT_ID]}")
    for each in history:
        answer = each["response"] or {}
        said = f"  {answer.get('status') or ''} {neutralise(answer.get('error') or '', 200)}".rstrip()
        asked = f"  asked by {neutralise(each['actor'])}" if each.get("actor") and each["state"] == "pending" else ""
        put(f"{each['changed_at']}  {each['state']}{said}{asked}")


@app.command("retry")
def retry(
    deliveries: Annotated[list[str], typer.Argument(metavar="ID…", help="their ids, or the beginnings of them")],
    actor: Annotated[str | None, ACTOR] = None,
) -> None:
    """Send again what was given up, refused or cut off, by id.

    They keep their ids.
    """
    with ready_log() as log:
        chosen = [_history(log, each)[-1] for each in deliveries]
        for record in chosen:
            if record["state"] not in MISSED:
                raise UsageError(
                    f"delivery {record['delivery_id'][:SHORT_ID]} is {record['state']}; retry is for "
                    f"{', '.join(MISSED)}" + ("; 'newsvane deliveries replay' sends delivered ones again"
                                              if record["state"] == "delivered" else "")
                )  # fmt: skip
        send_again(log, chosen, actor or user_name())
    note(f"{counted(len(chosen), 'notification')} to be sent again, as soon as a process delivers")


@app.command("replay")
def replay(
    subscription: Annotated[str, SUBSCRIPTION],
    since: Annotated[str, typer.Option(metavar="TIME", help="decided since: ISO 8601, or 90s, 30m, 12h, 7d ago")],
    actor: Annotated[str | None, ACTOR] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="say how many, and send nothing")] = False,
) -> None:
    """Send all that a subscription was sent since a time again.

    Also what was delivered, under the same ids: a receiver that remembers ids takes
    only those that it has missed.
    """
    with ready_log() as log:
        found = [record for record in read_deliveries(log, subscription, _since_ms(since)) if record["state"] in AGAIN]
        if not dry_run:
            send_again(log, found, actor or user_name())
    what = counted(len(found), "notification")
    note(f"{what} would be sent again" if dry_run else f"{what} to be sent again, as soon as a process delivers")


def topic_states() -> list[str]:
    """The states that a delivery may have."""
    from schemas import records

    return [str(state) for state in records()["delivery"]["properties"]["state"]["enum"]]


def read_deliveries(log: Log, subscription: str | None, since_ms: int | None) -> list[Record]:
    """The newest record of each delivery that was decided since then, in the order of decisions."""
    newest: dict[str, Record] = {}
    for record in _records(log, subscription, since_ms):
        known = newest.get(record["delivery_id"])
        if known is None or known["changed_at"] <= record["changed_at"]:
            newest[record["delivery_id"]] = record
    found = [
        record
        for record in newest.values()
        if since_ms is None or epoch_ms(parse_utc(record["created_at"])) >= since_ms
    ]
    return sorted(found, key=lambda record: (record["created_at"], record["delivery_id"]))


def send_again(log: Log, records: Sequence[Record], actor: str, now: Callable[[], float] = time.time) -> None:
    """Ask the process that delivers to send these once more."""
    topic = topic_of("delivery")
    partitions = log.partitions(topic.name)
    new = []
    for record in records:
        at_ms = int(now() * 1000)
        asked = build_again(record, actor, at_ms)
        validate("delivery", asked)
        partition = partition_for(topic.partition_key_of(asked), partitions)
        new.append(NewRecord(partition, topic.key_of(asked), encode(asked), at_ms))
    for start in range(0, len(new), 100):
        log.append(topic.name, new[start : start + 100])


def _records(log: Log, subscription: str | None, since_ms: int | None = None) -> Iterator[Record]:
    topic = topic_of("delivery")
    partition = None
    if subscription is not None:
        key = topic.partition_key_of({"subscription_id": subscription})
        partition = partition_for(key, log.partitions(topic.name))
    for stored in read_topic(log, topic.name, since_ms, only_partition=partition):
        try:
            record = decode("delivery", stored.value or b"")
            validate("delivery", record)
        except InvalidRecord as error:
            note(f"{topic.name}[{stored.partition}]@{stored.offset}: {error}")
            continue
        if subscription is None or record["subscription_id"] == subscription:
            yield record


def _history(log: Log, name: str) -> list[Record]:
    """Every record of the delivery of this id or beginning, the oldest first. Raises UsageError."""
    found: dict[str, list[Record]] = {}
    if len(name) >= MIN_PREFIX:
        for record in _records(log, None):
            if record["delivery_id"].startswith(name):
                found.setdefault(record["delivery_id"], []).append(record)
    if len(found) != 1:
        problem = f"begins {len(found)} deliveries; give more of it" if found else "is no delivery's"
        raise UsageError(f"id '{neutralise(name)}' {problem}; 'newsvane deliveries list' shows them")
    (history,) = found.values()
    once = {(record["changed_at"], record["state"]): record for record in history}
    return sorted(once.values(), key=lambda record: str(record["changed_at"]))


def _since_ms(since: str | None) -> int | None:
    return None if since is None else read_when(since, "--since", utc_now())

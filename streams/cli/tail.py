"""``newsvane tail``: show a topic, alerts first of all, as records come."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from heapq import merge
from typing import Annotated, Any

import orjson
import typer

from schemas import Topic, decode, topics
from streams.cli.bootstrap import ensure_ready
from streams.cli.output import flush, is_unread, note, put, put_bytes
from streams.cli.short_line import short_line
from streams.cli.when import read_when
from streams.clock import utc_now
from streams.errors import InvalidRecord, UsageError
from streams.log.protocol import Log, StoredRecord
from streams.log.topic_reader import read_topic
from streams.settings import read_settings

Record = dict[str, Any]
Show = Callable[[Record], None]


def tail(
    topic: Annotated[str, typer.Argument(metavar="TOPIC", help="alerts, mentions, statements, or any other")],
    as_json: Annotated[bool, typer.Option("--json", help="the records, one JSON object a line")] = False,
    from_start: Annotated[bool, typer.Option("--from-start", help="begin with what is there already")] = False,
    since: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="begin with what arrived since: ISO 8601, or 90s, 30m, 12h, 7d ago"),
    ] = None,
    last: Annotated[int | None, typer.Option("-n", metavar="N", help="begin with the last N records")] = None,
    watch: Annotated[str | None, typer.Option(metavar="ID", help="only what belongs to this watch")] = None,
    all_: Annotated[
        bool, typer.Option("--all", help="every revision of an alert that is there, also of ended ones")
    ] = False,
    no_follow: Annotated[
        bool, typer.Option("--no-follow", help="end after what is there; begins at the start unless told")
    ] = False,
) -> None:
    """Show what is in a topic, and what comes, until Ctrl-C.

    Alerts are shown for reading, of what is there the newest state of each; other records as one line. 'newsvane
    topics list' names the topics.
    """
    declared = _declared(topic)
    if sum((from_start, since is not None, last is not None)) > 1:
        raise UsageError("--from-start, --since and -n exclude each other; give one")
    if last is not None and last < 0:
        raise UsageError(f"-n {last} is negative; expected how many records to begin with")
    since_ms = None if since is None else read_when(since, "--since", utc_now())
    log = ensure_ready(read_settings(os.environ))
    try:
        show = _printer(declared, as_json, log)
        ends = {(topic, partition): log.end_offset(topic, partition) for partition in range(log.partitions(topic))}
        if from_start or since is not None or last is not None or no_follow:
            found = (record for stored in in_order(log, topic, since_ms) for record in _read(declared, stored, watch))
            records = newest(found) if declared.record == "alert" and not all_ else found
            for record in records if last is None else deque(records, last):
                show(record)
            flush()
        if not no_follow:
            for batch in log.follow([topic], ends):
                for stored in batch:
                    for record in _read(declared, stored, watch):
                        show(record)
                flush()
                if is_unread():
                    return
    finally:
        log.close()


def _declared(name: str) -> Topic:
    declared = topics().get(name)
    if declared is None or declared.record is None:
        known = ", ".join(topic for topic, found in topics().items() if found.record and not topic.endswith("-dlq"))
        raise UsageError(f"topic '{name}' is not one to show; there are: {known}, and <name>-dlq")
    return declared


def in_order(log: Log, topic: str, since_ms: int | None = None) -> Iterator[StoredRecord]:
    """What is in the topic, over all partitions in the order of arrival, as far as a partition's order allows."""
    partitions = [
        read_topic(log, topic, since_ms, only_partition=partition) for partition in range(log.partitions(topic))
    ]
    return merge(*partitions, key=lambda stored: stored.timestamp_ms)


def newest(alerts: Iterable[Record]) -> list[Record]:
    """The last state of each alert that is live, in the order of first publication."""
    last: dict[str, Record] = {}
    for alert in alerts:
        last[alert["alert_id"]] = alert
    live = (alert for alert in last.values() if alert["status"] == "live")
    return sorted(live, key=lambda alert: (alert["first_published_at"], alert["alert_id"]))


def _read(declared: Topic, stored: StoredRecord, watch: str | None) -> Iterator[Record]:
    if stored.value is None:
        return
    try:
        record = decode(declared.record or "", stored.value)
    except InvalidRecord as error:
        note(f"{stored.topic}[{stored.partition}]@{stored.offset}: {error}")
        return
    if watch is None or belongs_to(record, watch):
        yield record


def belongs_to(record: Record, watch_id: str) -> bool:
    """Whether a record is about a watch: its own field, or one of a match's watches."""
    if record.get("watch_id") == watch_id:
        return True
    return any(entry.get("watch_id") == watch_id for entry in record.get("watches") or ())


def _printer(declared: Topic, as_json: bool, log: Log) -> Show:
    if as_json:
        return lambda record: put_bytes(orjson.dumps(record))
    kind = declared.record or ""
    return alert_printer(log) if kind == "alert" else lambda record: put(short_line(kind, record))


def alert_printer(log: Log) -> Show:
    """Print alerts for reading, an empty line after each."""
    from rich.console import Console

    from streams.cli.render import render_alert
    from streams.cli.watch_book import read_book

    console = Console(highlight=False)
    titles = {watch["watch_id"]: watch["title"] for watch in read_book(log).current()}

    def show(record: Any) -> None:
        rendered = render_alert(record, titles.get(record["watch_id"]))
        if console.is_terminal:
            console.print(rendered)
            put()
            return
        with console.capture() as capture:
            console.print(rendered)
        for line in (*capture.get().splitlines(), ""):
            put(line.rstrip())

    return show

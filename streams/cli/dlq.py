"""``newsvane dlq``: the records that a stage could not process. Look at them, send them again, or let them be.

A dead letter stays what it is; what was done about it is a record of its own, the last of which counts. A retry reads
the original by its coordinates and appends it to the end of the same partition, without the header that names its
cause: to the stage it is a new record from outside, so it is validated and counted as one.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

import orjson
import typer

from schemas import decode, encode, topic_of, topics
from streams.cli.bootstrap import ready_log
from streams.cli.groups import new_group
from streams.cli.output import neutralise, note, put, put_bytes, table
from streams.cli.watch_change import user_name
from streams.engine.position import CAUSE_HEADER
from streams.errors import InvalidRecord, UsageError
from streams.log.partition import partition_for
from streams.log.protocol import Log, NewRecord, StoredRecord
from streams.log.topic_reader import read_topic
from streams.model.times import format_utc_ms

SUFFIX = "-dlq"
STATUS = "dead-letter-status"
SHORT_ID = 12
MIN_PREFIX = 4

app = new_group("Look at rejected records; send them again, or drop them.")

Ids = Annotated[list[str], typer.Argument(metavar="ID", help="ids of dead letters, or their beginnings")]
Json = Annotated[bool, typer.Option("--json", help="the records, one JSON object a line")]


@dataclass(frozen=True, slots=True)
class Letter:
    """A dead letter and what was done about it: open, retried or dropped."""

    record: dict[str, Any]
    status: str

    @property
    def id(self) -> str:
        return str(self.record["dead_letter_id"])

    @property
    def place(self) -> str:
        return f"{self.record['topic']}[{self.record['partition']}]@{self.record['offset']}"


@app.command("list")
def list_(
    topic: Annotated[
        str | None, typer.Argument(metavar="TOPIC", help="only those of this input topic", show_default=False)
    ] = None,
    all_: Annotated[bool, typer.Option("--all", help="also those that were retried or dropped")] = False,
    as_json: Json = False,
) -> None:
    """List dead letters that are open: id, place, reason."""
    if topic is not None and f"{topic.removesuffix(SUFFIX)}{SUFFIX}" not in topics():
        known = ", ".join(name.removesuffix(SUFFIX) for name in topics() if name.endswith(SUFFIX))
        raise UsageError(f"topic '{topic}' has no dead letters; expected one of {known}")
    with ready_log() as log:
        letters = read_letters(log, topic.removesuffix(SUFFIX) if topic else None)
    shown = [letter for letter in letters if all_ or letter.status == "open"]
    if as_json:
        for letter in shown:
            put_bytes(orjson.dumps({**letter.record, "status": letter.status}))
        return
    if not shown:
        put("no dead letters" if not letters else f"no open dead letters; {len(letters)} retried or dropped, see --all")
        return
    rows = [
        (letter.id[:SHORT_ID], letter.status, letter.place, letter.record["reason"],
         neutralise(letter.record["message"], 100))
        for letter in shown
    ]  # fmt: skip
    for line in table(("id", "status", "record", "reason", "message"), rows):
        put(line)


@app.command()
def show(ids: Ids, as_json: Json = False) -> None:
    """Show dead letters: why, where, how the record began."""
    with ready_log() as log:
        letters = choose(read_letters(log), ids)
    for letter in letters:
        if as_json:
            put_bytes(orjson.dumps({**letter.record, "status": letter.status}))
            continue
        record = letter.record
        field = f" at {record['field']}" if record["field"] else ""
        put(f"id       {letter.id} ({letter.status})")
        put(f"record   {letter.place}, {record['size_bytes']:,} bytes, sha256 {record['sha256'][:16]}…")
        put(f"arrived  {record['arrived_at']}, refused by {record['stage']}")
        put(f"reason   {record['reason']}{field}: {neutralise(record['message'])}")
        put(f"begins   {neutralise(record['prefix'])}")
        put()


@app.command()
def retry(
    ids: Ids,
    reason: Annotated[str | None, typer.Option(metavar="TEXT", help="why, for the record")] = None,
    by: Annotated[str | None, typer.Option(metavar="NAME", help="who does it; default: the user here")] = None,
) -> None:
    """Send the original records once more.

    Each is appended to the end of its topic, as a new record. One that was retried already is refused: if it failed
    again, that is a dead letter of its own.
    """
    with ready_log() as log:
        letters = choose(read_letters(log), ids)
        for letter in letters:
            if letter.status == "retried":
                raise UsageError(f"dead letter {letter.id[:SHORT_ID]} was retried already; nothing was sent")
        originals = [read_original(log, letter) for letter in letters]
        for letter, original in zip(letters, originals, strict=True):
            offset = send_again(log, original)
            again = {"topic": original.topic, "partition": original.partition, "offset": offset}
            write_status(log, letter, "retried", reason, by or user_name(), again)
            put(f"{letter.id[:SHORT_ID]}: sent again as {original.topic}[{original.partition}]@{offset}")


@app.command()
def drop(
    ids: Ids,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="why nothing needs to be done")],
    by: Annotated[str | None, typer.Option(metavar="NAME", help="who does it; default: the user here")] = None,
) -> None:
    """Mark dead letters as done with; nothing is deleted."""
    with ready_log() as log:
        for letter in choose(read_letters(log), ids):
            write_status(log, letter, "dropped", reason, by or user_name(), None)
            put(f"{letter.id[:SHORT_ID]}: dropped")


def read_letters(log: Log, topic: str | None = None) -> list[Letter]:
    """Every dead letter with its status, in the order of their topics; a repeat of the same one counts once."""
    statuses = {record["dead_letter_id"]: record["status"] for record in _records(log, topic_of(STATUS).name, STATUS)}
    names = [f"{topic}{SUFFIX}"] if topic else [name for name in topics() if name.endswith(SUFFIX)]
    found = {record["dead_letter_id"]: record for name in names for record in _records(log, name, "dead-letter")}
    return [Letter(record, statuses.get(letter_id, "open")) for letter_id, record in found.items()]


def _records(log: Log, topic: str, kind: str) -> Iterator[dict[str, Any]]:
    for stored in read_topic(log, topic):
        try:
            record = decode(kind, stored.value or b"")
            if "dead_letter_id" in record:
                yield record
        except InvalidRecord as error:
            note(f"{topic}[{stored.partition}]@{stored.offset}: {error}")


def choose(letters: Sequence[Letter], ids: Sequence[str]) -> list[Letter]:
    """The letters of these ids or beginnings. Raises UsageError if one names none, or several."""
    chosen: dict[str, Letter] = {}
    for name in ids:
        found = [letter for letter in letters if letter.id.startswith(name)] if len(name) >= MIN_PREFIX else []
        if len(found) != 1:
            problem = f"begins {len(found)} dead letters; give more of it" if found else "is no dead letter's"
            raise UsageError(f"id '{neutralise(name)}' {problem}; 'newsvane dlq list --all' shows them")
        chosen[found[0].id] = found[0]
    return list(chosen.values())


def read_original(log: Log, letter: Letter) -> StoredRecord:
    """The rejected record, where it lies. Raises UsageError if retention has taken it."""
    record = letter.record
    found = log.read(record["topic"], record["partition"], record["offset"], 1)
    if not found or found[0].offset != record["offset"]:
        raise UsageError(f"{letter.place}: the original is no longer in the log; ingest the article again")
    return found[0]


def send_again(log: Log, original: StoredRecord) -> int:
    """Append the record to the end of its partition, as one from outside the line; return its offset."""
    headers = tuple((name, value) for name, value in original.headers if name != CAUSE_HEADER)
    record = NewRecord(original.partition, original.key, original.value, _now_ms(), headers)
    return log.append(original.topic, [record])[0]


def write_status(
    log: Log, letter: Letter, status: str, reason: str | None, actor: str, retried_as: dict[str, Any] | None
) -> None:
    """Record what was done about a dead letter."""
    now_ms = _now_ms()
    record = {
        **{field: letter.record[field] for field in ("dead_letter_id", "topic", "partition", "offset")},
        "status": status,
        "reason": reason,
        "actor": actor,
        "changed_at": format_utc_ms(datetime.fromtimestamp(now_ms / 1000, UTC)),
        "retried_as": retried_as,
    }
    topic = topic_of(STATUS)
    partition = partition_for(topic.partition_key_of(record), log.partitions(topic.name))
    log.append(topic.name, [NewRecord(partition, topic.key_of(record), encode(record), now_ms)])


def _now_ms() -> int:
    return time.time_ns() // 1_000_000

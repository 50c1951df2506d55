"""``newsvane replay``: the same agents over the past, on a log of their own. Nothing live is written."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, cast

import orjson
import typer
from typer.core import TyperGroup

from streams.cli.bootstrap import ensure_ready
from streams.cli.groups import new_group
from streams.cli.output import counted, neutralise, put, put_bytes, table
from streams.cli.replay_work import begin, go_on, pinned, show_summary
from streams.cli.run import set_up_logging
from streams.cli.watch_book import read_book
from streams.cli.watch_files import read_watch_files
from streams.cli.when import read_duration, read_when
from streams.errors import UsageError
from streams.log.sqlite import SqliteLog
from streams.replay.manifest import GROUP, Manifest, Request, Shelf
from streams.replay.ranges import MATCHED, By, Range, kind_to_replay
from streams.settings import Settings, read_settings

WARM_UP = "45d"


class _Replay(TyperGroup):
    """``newsvane replay --topic …`` is ``newsvane replay run --topic …``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0].startswith("-") and args[0] not in ("-h", "--help"):
            args = ["run", *args]
        return super().parse_args(ctx, args)


app = new_group(
    "Run the past through the same agents again, isolated: 'replay --topic articles-raw --from 30d'.", cls=_Replay
)

ReplayId = Annotated[str, typer.Argument(metavar="ID", help="a replay, the beginning of its id, or 'last'")]
AsJson = Annotated[bool, typer.Option("--json", help="as JSON")]


@app.command()
def run(
    topic: Annotated[str, typer.Option("--topic", metavar="TOPIC", help="what to replay: any that agents read")],
    from_: Annotated[
        str | None, typer.Option("--from", metavar="TIME", help="ISO 8601, or 30d ago; default: the log's start")
    ] = None,
    to: Annotated[str | None, typer.Option("--to", metavar="TIME", help="not included; default: now")] = None,
    by: Annotated[str, typer.Option("--by", metavar="TIME", help="arrival (default) or published")] = "arrival",
    watch: Annotated[
        list[Path] | None,
        typer.Option("--watch", metavar="FILE", help="this watch alone; may be repeated"),
    ] = None,
    warm_up: Annotated[
        str,
        typer.Option("--warm-up", metavar="DURATION", help=f"before --from, unreported; default {WARM_UP}"),
    ] = WARM_UP,
    as_json: AsJson = False,
) -> None:
    """Replay a range of a topic, or go on where it was interrupted.

    Works on a copy in the data folder: the live line is only read. From the log's start it finds exactly what the live
    line found ('replay verify'); from elsewhere it warms up first and calls itself approximate.
    """
    settings = read_settings(os.environ)
    set_up_logging(settings)
    now = datetime.now(UTC)
    kind = kind_to_replay(topic)
    if by not in ("arrival", "published"):
        raise UsageError(f"--by {by!r:.60} is unknown; expected arrival or published")
    if watch and kind in MATCHED:
        raise UsageError(f"{topic} holds what was matched already; to try a watch replay articles-deduped or earlier")
    chosen = Range(
        None if from_ is None else read_when(from_, "--from", now),
        read_when(to or "0s", "--to", now),
        cast(By, by),
    )
    warm_up_ms = int(read_duration(warm_up, "--warm-up").total_seconds() * 1000)
    asked = (from_ or "", to or "", by, warm_up, settings.broker, settings.namespace)
    shelf = Shelf(settings.data_dir)
    log = ensure_ready(settings)
    try:
        watches = tuple(pinned(read_watch_files(watch), read_book(log))) if watch else None
        request = Request(topic.strip(), kind, chosen, warm_up_ms, asked, watches)
        manifest = begin(settings, shelf, log, request, now)
    finally:
        log.close()
    go_on(settings, shelf, manifest, as_json)


@app.command()
def resume(replay_id: ReplayId, as_json: AsJson = False) -> None:
    """Go on with a replay that was interrupted."""
    settings = read_settings(os.environ)
    set_up_logging(settings)
    shelf = Shelf(settings.data_dir)
    manifest = shelf.find(replay_id)
    if manifest.state == "done":
        raise UsageError(f"replay {manifest.replay_id} is done; look at it with 'newsvane replay show {replay_id}'")
    manifest.check_source(settings)
    go_on(settings, shelf, manifest, as_json)


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """List the replays of this data folder, the oldest first."""
    shelf = Shelf(read_settings(os.environ).data_dir)
    found = shelf.all()
    if as_json:
        for manifest in found:
            put_bytes(orjson.dumps({"replay_id": manifest.replay_id, "state": _state(shelf, manifest),
                                    "range": manifest.in_words(), "records": manifest.records,
                                    "is_exact": manifest.is_exact, "bytes": shelf.size(manifest)}))  # fmt: skip
        return
    rows = [
        (manifest.replay_id, _state(shelf, manifest), manifest.records, f"{shelf.size(manifest) / 1e6:.1f} MB",
         manifest.in_words() + (f", {counted(len(manifest.watches), 'pinned watch', 'pinned watches')}"
                                if manifest.watches is not None else ""))
        for manifest in found
    ]  # fmt: skip
    for line in table(("replay", "state", "records", "disk", "range"), rows) if rows else ("no replays",):
        put(line)


@app.command()
def show(
    replay_id: ReplayId,
    alerts: Annotated[bool, typer.Option("--alerts", help="the alerts themselves, for reading")] = False,
    as_json: AsJson = False,
) -> None:
    """Show what a replay found: by watch, and what each stage did."""
    from streams.replay.report import alerts_in_range

    with _opened(replay_id) as (_, manifest, log):
        if not alerts:
            show_summary(log, manifest, as_json)
            return
        found = alerts_in_range(log, manifest)
        if as_json:
            for alert in found:
                put_bytes(orjson.dumps(alert))
            return
        from streams.cli.tail import alert_printer

        printer = alert_printer(log)
        for alert in found:
            printer(alert)


@app.command()
def verify(
    replay_id: ReplayId,
    against: Annotated[str, typer.Option("--against", metavar="live|ID", help="what to compare with")] = "live",
    shown: Annotated[int, typer.Option("-n", metavar="N", help="show so many differences; default 20")] = 20,
    as_json: AsJson = False,
) -> None:
    """Compare every final record with the live line's, to the byte.

    Exit status 1 if a difference has no cause.
    """
    from streams.replay.verify import IDS, verify

    with _opened(replay_id) as (settings, manifest, log):
        if manifest.state != "done":
            raise UsageError(
                f"replay {manifest.replay_id} is not done; go on with 'newsvane replay resume {replay_id}'"
            )
        if manifest.last_stage != "alert":
            raise UsageError(f"replay {manifest.replay_id} made articles for a backtest, no records to compare")
        if against == "live":
            manifest.check_source(settings)
            other, group, name = ensure_ready(settings), settings.group, "the live line"
        else:
            shelf = Shelf(settings.data_dir)
            compared = shelf.find(against)
            from streams.replay.run import own_log

            other, group, name = own_log(settings, shelf, compared), GROUP, f"replay {compared.replay_id}"
        try:
            verdict = verify(other, log, manifest, group)
        finally:
            other.close()
    if as_json:
        differences = [
            {"kind": each.kind, "id": each.id, "watch_id": each.watch_id, "side": each.side,
             "fields": each.fields, "cause": each.cause, "detail": each.detail}
            for each in verdict.differences
        ]  # fmt: skip
        put_bytes(orjson.dumps({**verdict.as_record(), "differences": differences}))
        raise typer.Exit(1 if verdict.unexplained else 0)
    rows = [
        (kind, verdict.compared[kind], verdict.equal[kind], verdict.compared[kind] - verdict.equal[kind],
         verdict.outside[kind])
        for kind in IDS
    ]  # fmt: skip
    put(f"replay {manifest.replay_id} against {name}: {manifest.in_words()}")
    for line in table(("final records", "compared", "equal", "different", "outside the range"), rows):
        put(line)
    ordered = sorted(verdict.differences, key=lambda each: each.cause is not None)
    for each in ordered[:shown]:
        what = f"{each.kind} {each.id} of {each.watch_id}, {each.side}"
        fields = f" ({', '.join(each.fields)})" if each.fields else ""
        why = f"{each.cause}: {each.detail}" if each.cause else "UNEXPLAINED"
        put(neutralise(f"{what}{fields}; {why}"))
    if len(ordered) > shown:
        put(f"and {len(ordered) - shown:,} more")
    if not ordered:
        put("every record is byte-identical")
    else:
        put("causes: " + ", ".join(f"{cause} {number:,}" for cause, number in sorted(verdict.causes.items())))
    raise typer.Exit(1 if verdict.unexplained else 0)


@app.command()
def drop(
    replay_ids: Annotated[list[str], typer.Argument(metavar="ID", help="replays, beginnings of their ids, or 'last'")],
) -> None:
    """Delete replays with all that they found."""
    shelf = Shelf(read_settings(os.environ).data_dir)
    for manifest in [shelf.find(name) for name in replay_ids]:
        size = shelf.drop(manifest)
        put(f"{manifest.replay_id}: dropped, {size / 1e6:.1f} MB")


def _state(shelf: Shelf, manifest: Manifest) -> str:
    if manifest.state == "done":
        return "done" if manifest.is_exact else "done, approximate"
    return "running" if shelf.is_running(manifest) else "interrupted"


@contextmanager
def _opened(name: str) -> Iterator[tuple[Settings, Manifest, SqliteLog]]:
    from streams.replay.run import own_log

    settings = read_settings(os.environ)
    shelf = Shelf(settings.data_dir)
    manifest = shelf.find(name)
    log = own_log(settings, shelf, manifest)
    try:
        yield settings, manifest, log
    finally:
        log.close()

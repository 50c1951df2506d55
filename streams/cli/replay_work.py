"""What the commands of replays share: begin or find one, run it with a progress bar, say what it found."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import orjson

from streams.cli.outcomes import outcome_table
from streams.cli.output import counted, flush, note, put, put_bytes, table
from streams.cli.watch_book import Watches
from streams.cli.watch_change import definition_of
from streams.cli.watch_files import SINCE_EVER, WatchFile
from streams.errors import InfrastructureError
from streams.log.protocol import Log
from streams.log.sqlite import SqliteLog
from streams.model.watch import Watch
from streams.replay.manifest import Manifest, Request, Shelf
from streams.settings import Settings

INTERRUPTED = 130
NICE = 10
"""So much less than a live line on the same machine."""


def pinned(files: list[WatchFile], book: Watches) -> Iterator[Watch]:
    """The files as watches that count for everything; under the number of the version that says the same, if there is
    one, else under the next."""
    for file in files:
        same = [each["version"] for each in book.history(file.watch_id) if definition_of(each) == file.definition]
        latest = book.latest(file.watch_id)
        yield file.as_watch(same[-1] if same else latest["version"] + 1 if latest else 1, SINCE_EVER, "replay")


def begin(settings: Settings, shelf: Shelf, log: Log, request: Request, now: datetime) -> Manifest:
    """The unfinished replay of the same request, or a new one."""
    from streams.replay.run import plan

    found = shelf.unfinished(request.key())
    if found is not None:
        note(f"going on with replay {found.replay_id}: {found.in_words()}")
        return found
    manifest = plan(log, settings, request, now)
    shelf.write(manifest)
    note(f"replay {manifest.replay_id}: {manifest.in_words()}, {counted(manifest.most_records, 'record')}")
    return manifest


def go_on(settings: Settings, shelf: Shelf, manifest: Manifest, as_json: bool) -> None:
    """Run it to its end with a progress bar, and say what it found. Ends the process where it was not ended."""
    from streams.replay.run import own_log

    done = work(settings, shelf, manifest)
    log = own_log(settings, shelf, done)
    try:
        show_summary(log, done, as_json)
    finally:
        log.close()


def work(settings: Settings, shelf: Shelf, manifest: Manifest) -> Manifest:
    """Run it to its end at a low priority."""
    from streams.engine.worker import leave_process
    from streams.replay.run import run

    os.nice(NICE)
    try:
        with progress_bar() as advance:
            done = run(settings, shelf, manifest, advance)
    except InfrastructureError as error:
        note(str(error))
        leave_process(error.exit_status)
        raise
    except KeyboardInterrupt:  # before the worker took the signals
        done = manifest
    if done.state != "done":
        note(f"interrupted; go on with 'newsvane replay resume {manifest.replay_id}'")
        flush()
        leave_process(INTERRUPTED)
    return done


@contextmanager
def progress_bar(what: str = "replay") -> Iterator[Callable[[Any], None]]:
    """A bar with rate and time left where there is a terminal, else a line every five seconds."""
    if not sys.stderr.isatty():
        said_at = time.monotonic()

        def say(advance: Any) -> None:
            nonlocal said_at
            if time.monotonic() - said_at >= 5:
                said_at = time.monotonic()
                left = "" if advance.left_s is None else f", {in_minutes(advance.left_s)} left"
                of = f" of {counted(advance.records, 'record')}, {advance.per_s:,.0f}/s" if advance.records else ""
                note(f"{what}: {advance.share:.0%}{of}{left}")

        yield say
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    columns = (TextColumn(what), BarColumn(), TextColumn("{task.percentage:>3.0f} %  {task.fields[told]}"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=1.0, told="")

        def show_bar(advance: Any) -> None:
            left = "" if advance.left_s is None else f"  {in_minutes(advance.left_s)} left"
            bar.update(task, completed=advance.share, told=f"{advance.per_s:,.0f}/s{left}" if advance.records else "")

        yield show_bar


def in_minutes(seconds: float) -> str:
    """
    >>> in_minutes(5), in_minutes(65), in_minutes(7300)
    ('0:05', '1:05', '2:01:40')
    """
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def show_summary(log: SqliteLog, manifest: Manifest, as_json: bool) -> None:
    from streams.replay.report import summarise

    found = summarise(log, manifest)
    if as_json:
        put_bytes(orjson.dumps(found))
        return
    put(f"replay {manifest.replay_id}, {manifest.state}: {manifest.in_words()}")
    if manifest.state == "done":
        rate = manifest.records / manifest.worked_s if manifest.worked_s else 0.0
        warm = f", {manifest.warm_records:,} of them to warm up" if manifest.warm_records else ""
        put(f"{counted(manifest.records, 'record')}{warm}; {manifest.worked_s:.1f} s, {rate:,.0f}/s")
    put("exact" if manifest.is_exact else f"approximate: {'; '.join(manifest.missing)}")
    rows = [(watch_id, *counts.values()) for watch_id, counts in found["watches"].items()]
    for line in (
        table(("watch", "articles", "copies", "alerts", "changes of stance"), rows) if rows else ("no matches",)
    ):
        put(line)
    for line in outcome_table(found["outcomes"]):
        put(line)
    if found["dead_letters"]:
        put(counted(found["dead_letters"], "dead letter"))

"""``newsvane demo``: the bundled sample stream through the real agents, on a log of its own, from nothing to alerts."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from schemas import decode, topic_of, topics
from streams.cli.bootstrap import append_watches, ensure_ready
from streams.cli.outcomes import outcome_table
from streams.cli.output import counted, neutralise, note, put
from streams.cli.run import run_line, set_up_logging
from streams.cli.short_line import short_line
from streams.cli.tail import alert_printer, in_order, newest
from streams.cli.watch_book import read_book
from streams.cli.watch_files import SINCE_EVER, read_watch_files
from streams.engine.outcomes import read_outcomes
from streams.errors import InfrastructureError, RefusedInput, UsageError
from streams.log.lock import worker_lock
from streams.log.protocol import Log
from streams.log.topic_reader import read_topic
from streams.sample import articles_dir, sample_dir
from streams.settings import Settings, read_settings

FOLDER: Final = Path("var/demo")
FILE: Final = "newsvane.db"


def demo() -> None:
    """Run the bundled sample stream through the real agents and print its alerts.

    Ten days of invented news in English and Russian, on an embedded log in var/demo, which is made anew each time.
    """
    began = time.monotonic()
    settings = replace(
        read_settings(os.environ), broker=f"sqlite:///{FOLDER}/{FILE}", data_dir=FOLDER, namespace="", log_level="error"
    )
    set_up_logging(settings)
    _make_anew(settings)
    log = ensure_ready(settings)
    try:
        note(f"a fresh log in {FOLDER}")
        files = read_watch_files([sample_dir() / "watches"])
        append_watches(log, [file.as_watch(1, SINCE_EVER, "demo") for file in files])
        current = read_book(log).current()
        note(f"watches: {', '.join(watch['watch_id'] for watch in current)}")
        arrivals = _ingest(log, settings)
        note(f"ingested {counted(arrivals.accepted, 'article')}, refused {len(arrivals.refusals)}; processing")
        run_line(settings, len(current), until_idle=True)
        _report(log, settings, arrivals, time.monotonic() - began)
    finally:
        log.close()


def _make_anew(settings: Settings) -> None:
    """Delete the last demo's data, and nothing else: a folder with other things in it is refused."""
    if not FOLDER.exists():
        return
    try:
        strangers = sorted(
            path.name for path in FOLDER.iterdir() if not path.name.startswith((FILE, "faust", "refused"))
        )
        if strangers:
            raise UsageError(f"{FOLDER} holds {strangers[0]}, which is not the demo's; move it away")
        with worker_lock(FOLDER / FILE, settings.group):
            for path in FOLDER.iterdir():
                shutil.rmtree(path) if path.is_dir() else path.unlink()
    except OSError as error:
        raise InfrastructureError(f"{FOLDER} can't be made anew: {error.strerror}; check its rights") from error


@dataclass(frozen=True, slots=True)
class _Arrivals:
    accepted: int
    refusals: list[str]


class _Quiet:
    """Watches an ingest and keeps what was refused for the report."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.refusals: list[str] = []

    def refused(self, place: str, refusal: RefusedInput) -> None:
        self.refusals.append(f"{place.removeprefix(f'{self._folder}/')}: {refusal}")

    def resumed(self, name: str, by_line: bool, number: int) -> None:
        """A fresh log has nothing to resume."""

    def advanced(self, articles: int, read_bytes: int) -> None:
        """Too quick for a bar."""


def _ingest(log: Log, settings: Settings) -> _Arrivals:
    from streams.ingest.admit import KIND
    from streams.ingest.progress import progress_on
    from streams.ingest.run import Request, run_ingest

    folder = articles_dir()
    quiet = _Quiet(folder)
    partitions = log.partitions(topic_of(KIND).name)
    summary = run_ingest(Request((str(folder),)), progress_on(log, settings.data_dir), partitions, quiet)
    return _Arrivals(summary.accepted, quiet.refusals)


def _report(log: Log, settings: Settings, arrivals: _Arrivals, took_s: float) -> None:
    show = alert_printer(log)
    alerts = newest(_records(log, "alert"))
    put()
    for alert in alerts:
        show(alert)
    put(f"{counted(len(alerts), 'alert')} from {counted(arrivals.accepted, 'article')}. What each stage did:")
    for line in outcome_table(read_outcomes(log, settings.group)):
        put(f"  {line}")
    letters = _dead_letters(log)
    if arrivals.refusals:
        put("Refused by ingest, as the sample means them to be:")
        for refusal in arrivals.refusals:
            put(f"  {neutralise(refusal, 160)}")
    if letters:
        put("Dead letters, accepted but not processable:")
        for letter in letters:
            put(f"  {short_line('dead-letter', letter)}")
    put(f"All of it took {took_s:.1f} s. The data lies in {FOLDER}; the articles are in {_shown(articles_dir())}.")
    put("Everything in the sample is invented. Go on with:")
    command = command_name()
    put(f"  NEWSVANE_BROKER={settings.broker} {command} tail alerts --from-start --json")
    put(f"  {command} run                    # keep a line of your own running, and its dashboard")
    put(f"  {command} ingest FILE|DIR|URL    # feed it, from another terminal")


def _records(log: Log, kind: str) -> Iterator[dict[str, Any]]:
    for stored in in_order(log, topic_of(kind).name):
        yield decode(kind, stored.value or b"{}")


def _dead_letters(log: Log) -> list[dict[str, Any]]:
    return [
        decode("dead-letter", stored.value or b"{}")
        for name in topics()
        if name.endswith("-dlq")
        for stored in read_topic(log, name)
    ]


def _shown(path: Path) -> str:
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


def command_name() -> str:
    """How to call this program from here: by its name where the shell finds it, else by its path."""
    path = Path(sys.argv[0])
    if path.name != "newsvane":
        return "newsvane"
    found = shutil.which("newsvane")
    if found is not None and Path(found).resolve() == path.resolve():
        return "newsvane"
    return _shown(path.absolute())

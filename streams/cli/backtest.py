"""``newsvane backtest``: what would this watch have found?"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, cast

import orjson
import typer

from schemas import topic_of
from streams.cli.bootstrap import ensure_ready
from streams.cli.output import neutralise, note, put, put_bytes, table
from streams.cli.replay_work import begin, pinned, work
from streams.cli.run import set_up_logging
from streams.cli.watch import find
from streams.cli.watch_book import Watches, read_book
from streams.cli.watch_files import SINCE_EVER, read_watch_files
from streams.cli.when import read_duration, read_when
from streams.errors import InfrastructureError, UsageError
from streams.log.protocol import Log
from streams.model.watch import Watch
from streams.replay.backtest import Backtest
from streams.replay.backtest_source import cover, read_articles
from streams.replay.manifest import Request, Shelf
from streams.replay.ranges import RAW, By, Range, in_words
from streams.settings import Settings, read_settings

WARM_UP = "45d"


def backtest(
    file: Annotated[Path, typer.Argument(metavar="WATCH.yaml", help="the watch to try")],
    from_: Annotated[
        str, typer.Option("--from", metavar="TIME", help="ISO 8601, or how long ago; default 30d")
    ] = "30d",
    to: Annotated[str, typer.Option("--to", metavar="TIME", help="not included; default: now")] = "0s",
    by: Annotated[str, typer.Option("--by", metavar="TIME", help="arrival (default) or published")] = "arrival",
    against: Annotated[
        str | None, typer.Option(metavar="FILE|ID", help="the version before: a file, or a watch on the log")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="the report as one JSON object")] = False,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="write the report as a page that needs nothing else")
    ] = None,
    shown: Annotated[int, typer.Option("-n", metavar="N", help="show so many of each list; default 10")] = 10,
) -> None:
    """Say what a watch would have found: alerts by day, articles against stories, copies apart.

    With --against also what it gains and loses, each with its reason. Nothing live is written.
    """
    settings = read_settings(os.environ)
    set_up_logging(settings)
    now = datetime.now(UTC)
    if by not in ("arrival", "published"):
        raise UsageError(f"--by {by!r:.60} is unknown; expected arrival or published")
    chosen = Range(read_when(from_, "--from", now), read_when(to, "--to", now), cast(By, by)).check()
    files = read_watch_files([file])
    if len(files) != 1:
        raise UsageError(f"{file} has {len(files)} watches; name one file")
    log = ensure_ready(settings)
    try:
        book = read_book(log)
        (watch,) = pinned(files, book)
        old = None if against is None else _old(against, book)
        test = Backtest.of(watch, old, chosen)
        notes: list[str] = []
        found = cover(log, settings.group, chosen)
        if found.is_covered:
            source = found.why
            _read(log, test)
        else:
            asked = ("backtest", from_, to, by, settings.broker, settings.namespace)
            warm_up_ms = int(read_duration(WARM_UP, "--warm-up").total_seconds() * 1000)
            request = Request(topic_of(RAW).name, RAW, chosen, warm_up_ms, asked, (), "dedupe")
            source = f"a replay of {request.topic}, since {found.why}"
            note(found.why + "; replaying the raw articles as far as dedupe")
            notes += _replayed(settings, log, request, test, now)
    finally:
        log.close()
    report = test.report() | {
        "range": f"{in_words(chosen.from_ms or 0)} to {in_words(chosen.to_ms)} UTC, by {by}",
        "source": source,
        "notes": notes,
    }
    if report["records_refused"]:
        notes.append(f"{report['records_refused']:,} records could not be read")
    if html is not None:
        _write_page(html, report)
    if as_json:
        put_bytes(orjson.dumps(report))
    else:
        _show(report, shown)


def _old(name: str, book: Watches) -> Watch:
    if Path(name).is_file():
        return read_watch_files([Path(name)])[0].as_watch(1, SINCE_EVER, "backtest")
    if name.endswith((".yaml", ".yml")):
        raise UsageError(f"{name}: no such file; expected a watch file, or the id of a watch on the log")
    return find(book, name, None)


def _read(log: Log, test: Backtest) -> None:
    for _, article, _ in read_articles(log, test.chosen):
        test.take(article)


def _replayed(settings: Settings, log: Log, request: Request, test: Backtest, now: datetime) -> list[str]:
    from streams.replay.run import own_log

    shelf = Shelf(settings.data_dir)
    done = work(settings, shelf, begin(settings, shelf, log, request, now))
    with _closing(own_log(settings, shelf, done)) as own:
        _read(own, test)
    shelf.drop(done)
    return [f"approximate: {reason}" for reason in done.missing]


@contextmanager
def _closing(log: Any) -> Iterator[Any]:
    try:
        yield log
    finally:
        log.close()


def _write_page(path: Path, report: dict[str, Any]) -> None:
    from streams.replay.backtest_page import render

    try:
        path.write_text(render(report), encoding="utf-8")
    except OSError as error:
        raise InfrastructureError(f"'{path}' can't be written: {error.strerror}") from error
    note(f"the report is in {path}")


def _show(report: dict[str, Any], shown: int) -> None:
    from streams.replay.backtest_text import lines_of

    rows: list[tuple[Any, ...]] = []

    def end_table() -> None:
        if rows:
            for line in table(rows[0], rows[1:]):
                put(line)
            rows.clear()

    for line in lines_of(report, shown):
        if isinstance(line, tuple):
            rows.append(line)
            continue
        end_table()
        indent = len(line) - len(line.lstrip(" "))
        put(" " * indent + neutralise(line[indent:]))
    end_table()

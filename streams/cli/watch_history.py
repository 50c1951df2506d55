"""``newsvane watch apply --since``: put watches on the log and let them read their past."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from schemas import topic_of
from streams.alert.records import WINDOW_DAYS
from streams.cli.bootstrap import ensure_ready
from streams.cli.output import counted, note, put
from streams.cli.replay_work import begin, progress_bar, work
from streams.cli.run import set_up_logging
from streams.cli.watch_book import Watches, read_book
from streams.cli.watch_change import change_watches, definition_of
from streams.cli.watch_files import SINCE_EVER, WatchFile, read_watch_files
from streams.cli.when import read_when
from streams.errors import UsageError
from streams.log.protocol import Log
from streams.model.times import epoch_ms
from streams.model.watch import Watch
from streams.replay.backtest_source import cover
from streams.replay.history import FROM_REPLAY, Filled, carriers_of, fill, history_range, is_filled, keeper_on
from streams.replay.manifest import Request, Shelf
from streams.replay.ranges import RAW, in_words, time_of
from streams.settings import Settings, read_settings

_WARM_UP_MS = int(timedelta(days=45).total_seconds() * 1000)


def apply_since(paths: list[Path], since: str, by: str, reason: str | None) -> None:
    """Apply the files with history since then, and bring it. Called again it goes on, or finds nothing to do."""
    settings = read_settings(os.environ)
    set_up_logging(settings)
    now = datetime.now(UTC)
    since_ms = read_when(since, "--since", now)
    oldest_ms = epoch_ms(now - timedelta(days=WINDOW_DAYS))
    if since_ms < oldest_ms:
        raise UsageError(
            f"--since {since!r:.60} is more than {WINDOW_DAYS} days ago, which is as long as stories are remembered; "
            f"for more see 'newsvane backtest'"
        )
    files = read_watch_files(paths)
    for file in files:
        for warning in file.warnings():
            note(f"warning: {warning}")
    log = ensure_ready(settings)
    try:
        changes = {
            watch["watch_id"]: watch
            for watch in change_watches(log, lambda book: list(_changes(files, book, since_ms, by, reason)))
        }
        book = read_book(log)
        for file in files:
            change = changes.get(file.watch_id)
            what = "unchanged" if change is None else f"version {change['version']}, counts for articles from now on"
            put(f"{file.watch_id}: {what}")
            versions = book.history(file.watch_id)
            for carrier in carriers_of(versions):
                put(_brought(settings, log, versions, carrier, now))
    finally:
        log.close()


def _changes(files: list[WatchFile], book: Watches, since_ms: int, by: str, reason: str | None) -> Iterator[Watch]:
    wanted = time_of(since_ms)
    for file in files:
        versions = book.history(file.watch_id)
        if versions and versions[0]["effective_from"] <= wanted:
            start = versions[0]["effective_from"]
            since = "ever" if start <= SINCE_EVER else in_words(since_ms_of(start))
            raise UsageError(
                f"watch '{file.watch_id}' counts since {since}, so nothing before --since {in_words(since_ms)} is left "
                "to read; apply it without --since"
            )
        latest = book.latest(file.watch_id)
        is_same = latest is not None and latest["status"] == "active" and definition_of(latest) == file.definition
        has_it = any(watch["history_from"] <= wanted for watch in carriers_of(versions))
        if is_same and has_it:
            continue
        watch: Any = file.as_watch(latest["version"] + 1 if latest else 1, SINCE_EVER, by, reason)
        yield cast(Watch, watch if has_it else watch | {"history_from": wanted})


def since_ms_of(text: str) -> int:
    return epoch_ms(datetime.fromisoformat(text))


def _brought(settings: Settings, log: Log, versions: list[Watch], carrier: Watch, now: datetime) -> str:
    chosen = history_range(versions, carrier)
    keeper = keeper_on(log, settings.data_dir)
    span = f"from {in_words(chosen.from_ms or 0)} to {in_words(chosen.to_ms)} UTC"
    there = is_filled(keeper, carrier)
    if there is not None:
        return f"  history {span}: there already, {counted(there.matched, 'match', 'matches')}"
    found = cover(log, settings.group, chosen)
    if found.is_kept:
        with progress_bar("history") as advance:
            filled = fill(log, log, versions, carrier, keeper, lambda share: advance(_Share(share)))
    else:
        filled = _replayed(settings, log, versions, carrier, now, found.why)
    told = counted(filled.matched, "match", "matches")
    return f"  history {span}: {told} in {counted(filled.read, 'record')}, as backfill that alerts nobody"


def _replayed(settings: Settings, log: Log, versions: list[Watch], carrier: Watch, now: datetime, why: str) -> Filled:
    from streams.replay.run import own_log

    note(f"{why}; replaying the raw articles as far as dedupe")
    keeper, chosen = keeper_on(log, settings.data_dir), history_range(versions, carrier)
    asked = ("history", carrier["watch_id"], str(carrier["version"]), settings.broker, settings.namespace)
    request = Request(topic_of(RAW).name, RAW, chosen, _WARM_UP_MS, asked, (), "dedupe")
    shelf = Shelf(settings.data_dir)
    done = work(settings, shelf, begin(settings, shelf, log, request, now))
    own = own_log(settings, shelf, done)
    try:
        filled = fill(log, own, versions, carrier, keeper, source_name=FROM_REPLAY)
    finally:
        own.close()
    fill(log, log, versions, carrier, keeper)  # what the live log still has is the last word
    shelf.drop(done)
    return filled


class _Share:
    """What a progress bar shows of a history: its share alone."""

    def __init__(self, share: float) -> None:
        self.share, self.records, self.per_s, self.left_s = share, 0, 0.0, None

"""``newsvane watch``: say what to look for. Files are applied; the topic ``watches`` is the truth."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any, cast

import orjson
import typer
import yaml

from streams.cli.bootstrap import ready_log
from streams.cli.groups import new_group
from streams.cli.output import neutralise, note, put, put_bytes, table
from streams.cli.watch_book import Watches, read_book
from streams.cli.watch_change import change_watches, definition_of, user_name
from streams.cli.watch_files import SINCE_EVER, WatchFile, read_watch_files
from streams.errors import UsageError
from streams.model.watch import Watch
from streams.settings import read_settings

app = new_group("Say what to look for. docs/queries.md and docs/stance.md tell how to write a watch.")

By = Annotated[str | None, typer.Option("--by", metavar="NAME", help="who changes it; default: the user here")]
Reason = Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="why, for the history")]
WatchId = Annotated[str, typer.Argument(metavar="ID", help="the watch's id")]


@app.command()
def apply(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="FILE|DIR|ID", help="watch files, folders of them, or ids of shipped watches"),
    ],
    by: By = None,
    reason: Reason = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="TIME", help="also read what arrived since: ISO 8601, or 30d ago")
    ] = None,
) -> None:
    """Put watch files on the log, each as a new version.

    Returns when they count: an article that arrives from then on is seen by them.
    An unchanged definition makes no version. If one file has an error, nothing is applied.
    With --since a new watch knows its past: stories and stances are filled, nobody is alerted.
    """
    if since is not None:
        from streams.cli.watch_history import apply_since

        apply_since(paths, since, by or user_name(), reason)
        return
    files = read_watch_files(paths)
    for file in files:
        for warning in file.warnings():
            note(f"warning: {warning}")
    with ready_log() as log:
        changes = {
            watch["watch_id"]: watch
            for watch in change_watches(log, lambda book: _changes(files, book, by or user_name(), reason))
        }
    for file in files:
        change = changes.get(file.watch_id)
        if change is None:
            put(f"{file.watch_id}: unchanged")
        else:
            put(f"{file.watch_id}: version {change['version']}, counts for articles from now on")


def _changes(files: list[WatchFile], book: Watches, by: str, reason: str | None) -> list[Watch]:
    changes = []
    for file in files:
        latest = book.latest(file.watch_id)
        if latest is not None and latest["status"] == "active" and definition_of(latest) == file.definition:
            continue
        changes.append(file.as_watch(latest["version"] + 1 if latest else 1, SINCE_EVER, by, reason))
    return changes


@app.command("list")
def list_(
    as_json: Annotated[bool, typer.Option("--json", help="the records, one JSON object a line")] = False,
) -> None:
    """List the watches, with version, status and title."""
    with ready_log() as log:
        current = read_book(log).current()
    if as_json:
        for watch in current:
            put_bytes(orjson.dumps(watch))
        return
    rows = [
        (watch["watch_id"], f"v{watch['version']}", watch["status"], since(watch), neutralise(watch["title"]))
        for watch in current
    ]
    for line in table(("watch", "version", "status", "since", "title"), rows) if rows else ("no watches",):
        put(line)


@app.command()
def show(
    watch_id: WatchId,
    version: Annotated[int | None, typer.Option("--version", metavar="N", help="default: the latest")] = None,
    as_yaml: Annotated[bool, typer.Option("--yaml", help="as a file to edit and apply (default)")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="the record, as it is on the log")] = False,
) -> None:
    """Show a watch as the file that makes it."""
    if as_yaml and as_json:
        raise UsageError("--yaml and --json exclude each other; give one")
    with ready_log() as log:
        found = find(read_book(log), watch_id, version)
    if as_json:
        put_bytes(orjson.dumps(found))
        return
    if not as_yaml:
        put(f"# {describe(found)}")
    put(to_yaml(found).rstrip("\n"))


@app.command()
def history(watch_id: WatchId) -> None:
    """Show a watch's versions: since when, by whom, why."""
    with ready_log() as log:
        book = read_book(log)
    find(book, watch_id, None)
    rows = [
        (f"v{watch['version']}", watch["status"], since(watch), watch["changed_by"], watch.get("change_reason") or "")
        for watch in book.history(watch_id)
    ]
    for line in table(("version", "status", "since", "by", "reason"), [tuple(map(neutralise, row)) for row in rows]):
        put(line)


@app.command()
def disable(watch_id: WatchId, reason: Reason = None, by: By = None) -> None:
    """Switch a watch off.

    'watch apply' switches it on again; its history stays."""

    def plan(book: Watches) -> list[Watch]:
        latest = find(book, watch_id, None)
        if latest["status"] == "disabled":
            return []
        change = {
            **definition_of(latest),
            "version": latest["version"] + 1,
            "effective_from": latest["effective_from"],
            "status": "disabled",
            "changed_by": by or user_name(),
            "change_reason": reason,
        }
        return [cast(Watch, change)]

    with ready_log() as log:
        changes = change_watches(log, plan)
    if changes:
        put(f"{watch_id}: version {changes[0]['version']}, disabled; it matches nothing from now on")
    else:
        put(f"{watch_id}: is disabled already")


@app.command()
def test(
    name: Annotated[str, typer.Argument(metavar="FILE|ID", help="a watch file, or the id of a watch on the log")],
    article: Annotated[str, typer.Argument(metavar="ARTICLE", help="a file of text, HTML or JSON, or - for stdin")],
) -> None:
    """Try a watch on an article: what matches, what it says.

    Shows which clauses of the query hold and where, then the statements on the watch's question. Nothing is written."""
    from streams.cli.watch_trial import try_watch

    settings = read_settings(os.environ)
    watch = _watch_to_test(name)
    for line in try_watch(settings, watch, article):
        put(line)


def _watch_to_test(name: str) -> Watch:
    if Path(name).is_file():
        return read_watch_files([Path(name)])[0].as_watch(1, SINCE_EVER, "local")
    with ready_log() as log:
        return find(read_book(log), name, None)


def find(book: Watches, watch_id: str, version: int | None) -> Watch:
    """The version, or the latest. Raises UsageError that says what there is."""
    latest = book.latest(watch_id)
    if latest is None:
        known = ", ".join(book.ids()[:5]) or "none"
        raise UsageError(
            f"watch '{neutralise(watch_id)}' is not on the log; there are: {known}; see 'newsvane watch list'"
        )
    found = latest if version is None else book.get(watch_id, version)
    if found is None:
        raise UsageError(f"watch '{watch_id}' has no version {version}; the latest is {latest['version']}")
    return found


def since(watch: Watch) -> str:
    """When this version began to count, for people."""
    start = watch["effective_from"]
    return "ever" if start <= SINCE_EVER else f"{start[:10]} {start[11:19]}"


def describe(watch: Watch) -> str:
    reason = watch.get("change_reason")
    text = f"version {watch['version']}, {watch['status']}, since {since(watch)}, by {watch['changed_by']}"
    return neutralise(f"{text}: {reason}" if reason else text)


class _Plain(yaml.SafeDumper):
    """Without aliases: the reader of watches takes none."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def to_yaml(watch: Watch) -> str:
    """The file that makes this watch; reading it gives the same definition."""
    block: dict[str, Any] = {"id": watch["watch_id"], "title": watch["title"]}
    if watch["question"] is not None:
        block["question"] = watch["question"]
    block |= {"owner": watch["owner"], "query": watch["query"]}
    if "tokens" in watch:
        block["tokens"] = watch["tokens"]
    block["scope"] = watch["scope"]
    if watch["stance"] is not None:
        block["stance"] = watch["stance"]
    block["alerts"] = watch["alerts"]
    return yaml.dump(block, Dumper=_Plain, allow_unicode=True, sort_keys=False, width=110)

"""The watches that a filter was given: files, or ids of shipped watches; all shipped ones by default.

They count for articles of any time, and for any version that a match names: a filter has no log to look versions up.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from streams.cli.lift import Record
from streams.cli.watch_files import WatchFile, offered_files, read_watch_file, read_watch_files, shipped_files
from streams.detect.matcher import RULES, Matcher
from streams.errors import UsageError
from streams.model.watch import Watch, WatchBook

_SINCE_EVER = "0001-01-01T00:00:00.000Z"


class _AnyVersion(WatchBook):
    def get(self, watch_id: str, version: int) -> Watch | None:
        return super().get(watch_id, version) or self.latest(watch_id)


class GivenWatches:
    """``are_named``: the caller named them, so matches of others are none of their business."""

    def __init__(self, files: Sequence[WatchFile], are_named: bool) -> None:
        self.book = _AnyVersion()
        for file in files:
            self.book.apply(file.as_watch(1, _SINCE_EVER, "local"))
        self._are_named = are_named
        self._matcher: Matcher | None = None

    def choose(self, matched: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Those of a match's watches that are ours; all of them if the caller named none."""
        if not self._are_named:
            return matched
        return [entry for entry in matched if self.book.latest(entry["watch_id"]) is not None]

    def match_all(self, article: Record) -> Record:
        """The article as if every watch matched, with the highlights of those that do."""
        watches = [cast(Watch, self.book.latest(watch_id)) for watch_id in self.book.ids()]
        if self._matcher is None:
            self._matcher = Matcher(watches)
        found = {entry["watch_id"]: entry for entry in self._matcher.match(cast(Any, article))}
        entries = [
            found.get(watch["watch_id"])
            or {"watch_id": watch["watch_id"], "watch_version": watch["version"], "highlights": []}
            for watch in watches
        ]
        return {**article, "watches": entries, "rules": {**article["rules"], "detect": RULES}}


def given_watches(names: Sequence[str] | None) -> GivenWatches:
    """Read the named watches. Raises UsageError for a name that is neither a file nor a shipped watch."""
    if not names:
        return GivenWatches(read_watch_files(shipped_files()), are_named=False)
    return GivenWatches([read_named(name) for name in names], are_named=True)


def read_named(name: str) -> WatchFile:
    """A watch file, or a shipped watch by its id."""
    shipped = {path.stem: path for path in (*shipped_files(), *offered_files())}
    path = Path(name)
    if path.is_file():
        return read_watch_file(path)
    if name in shipped:
        return read_watch_file(shipped[name])
    raise UsageError(f"watch '{name}' is neither a file nor a shipped watch; shipped are: {', '.join(shipped)}")

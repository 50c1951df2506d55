"""A watch: what a user wants to know about. And the book of all versions of all watches.

A version counts for articles that arrive at or after its ``effective_from``; so which version looks at an article is
a function of the article and the book, and a replay finds the same one. Before its first version a watch sees nothing,
unless a version has a ``history_from``: then what arrived between that and the first version belongs to it too, as
backfill. Of several such versions the earliest counts, so a later one moves nothing that was assigned before.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Any, Literal, NotRequired, TypedDict


class Scope(TypedDict):
    """Empty lists mean: any."""

    languages: list[str]
    outlets: list[str]
    countries: list[str]


class AlertRules(TypedDict):
    """``first_mention``: which mentions may open an alert. statement: with a statement on the question; assessed: in a
    language that the watch reads; any: every match; never. ``story_days``: how far apart articles of a story may be
    published. ``severity``: the severity for each label, ``default`` for the rest."""

    first_mention: Literal["statement", "assessed", "any", "never"]
    stance_change: bool
    story_days: int
    severity: dict[str, Literal["notice", "warning", "critical"]]


class Watch(TypedDict):
    """``watches``: one version of a watch. Versions count from 1; every one is kept. ``tokens``: how its query sees
    text (``plain``: as the stored-query peers do; ``docs/queries.md``). ``history_from``: this version also reads what
    arrived since then and before version 1, as backfill."""

    watch_id: str
    version: int
    effective_from: str
    status: Literal["active", "disabled"]
    title: str
    question: str | None
    owner: str
    query: str
    scope: Scope
    stance: dict[str, Any] | None
    alerts: AlertRules
    changed_by: str
    change_reason: NotRequired[str | None]
    tokens: NotRequired[Literal["words", "plain"]]
    history_from: NotRequired[str]


class WatchBook:
    """All versions of all watches, as read from their topic. Applying a record twice changes nothing."""

    def __init__(self) -> None:
        self._versions: dict[str, dict[int, Watch]] = {}
        self.revision = 0

    def apply(self, watch: Watch) -> None:
        versions = self._versions.setdefault(watch["watch_id"], {})
        if versions.get(watch["version"]) != watch:
            versions[watch["version"]] = watch
            self.revision += 1

    def get(self, watch_id: str, version: int) -> Watch | None:
        return self._versions.get(watch_id, {}).get(version)

    def latest(self, watch_id: str) -> Watch | None:
        versions = self._versions.get(watch_id)
        return versions[max(versions)] if versions else None

    def history(self, watch_id: str) -> list[Watch]:
        """The versions, oldest first."""
        return [watch for _, watch in sorted(self._versions.get(watch_id, {}).items())]

    def ids(self) -> list[str]:
        return sorted(self._versions)

    def at(self, arrived_at: str) -> Iterator[Watch]:
        """Yield the version of each watch that counts for an article of this arrival, by watch id; not the disabled."""
        for watch_id in self.ids():
            watch = version_at(self.history(watch_id), arrived_at)
            if watch is not None and watch["status"] == "active":
                yield watch


def version_at(versions: Sequence[Watch], arrived_at: str) -> Watch | None:
    """Which of a watch's versions, oldest first, counts for an article of this arrival."""
    index = bisect_right([watch["effective_from"] for watch in versions], arrived_at)
    if index:
        return versions[index - 1]
    return next((watch for watch in versions if watch.get("history_from", "~") <= arrived_at), None)


def is_history(watch: Watch, arrived_at: str) -> bool:
    """Whether an article that belongs to this version was there before it: it may fill stories, but alert nobody."""
    return "history_from" in watch and arrived_at < watch["effective_from"]

"""A watch: what a user wants to know about. And the book of all versions of all watches.

A version counts for articles that arrive at or after its ``effective_from``; so which version looks at an article is
a function of the article and the book, and a replay finds the same one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
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
    text (``plain``: as the stored-query peers do; ``docs/queries.md``)."""

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
            versions = self.history(watch_id)
            starts = [watch["effective_from"] for watch in versions]
            index = bisect_right(starts, arrived_at)
            if index and versions[index - 1]["status"] == "active":
                yield versions[index - 1]

"""detect: one article in, one match out if any watch matches it.

Outcomes: ``matched`` (one record with the list of its watches) and ``unmatched``. Copies are matched like originals:
the article says itself what it is a copy of. Which version of a watch looks at an article depends on the article's
arrival and the book alone.
"""

from __future__ import annotations

from bisect import bisect_right

from streams.detect.matcher import RULES, Compiled, Matcher
from streams.errors import QueryError
from streams.model.records import DedupedArticle
from streams.model.step import Emit, Step
from streams.model.watch import Watch, WatchBook

KEPT_MATCHERS = 8
Versions = tuple[tuple[str, int], ...]


class MatcherBook:
    """The matcher for any time of arrival, compiled when it is first asked for and again when the book changes.

    Between two starts of versions the same watches count, so the articles of such a stretch share one matcher; a
    change of one watch compiles that one and makes the automaton anew.
    """

    def __init__(self, book: WatchBook) -> None:
        self._book = book
        self._revision = -1
        self._starts: list[str] = []
        self._by_stretch: dict[int, Matcher] = {}
        self._compiled: Compiled = {}

    @property
    def broken(self) -> dict[str, QueryError]:
        """The watches among those compiled so far whose query does not parse, by watch id."""
        return {
            watch_id: error
            for _, matcher in sorted(self._by_stretch.items())
            for watch_id, error in matcher.broken.items()
        }

    def at(self, arrived_at: str) -> Matcher:
        """The matcher of the versions that count for an article of this arrival."""
        if self._revision != self._book.revision:
            self._revision = self._book.revision
            versions = [watch for watch_id in self._book.ids() for watch in self._book.history(watch_id)]
            starts = {watch["effective_from"] for watch in versions}
            self._starts = sorted(starts.union(watch["history_from"] for watch in versions if "history_from" in watch))
            queries = {watch["query"] for watch in versions}
            self._compiled = {key: program for key, program in self._compiled.items() if key[0] in queries}
            self._by_stretch.clear()
        stretch = bisect_right(self._starts, arrived_at)
        matcher = self._by_stretch.get(stretch)
        if matcher is None:
            watches: list[Watch] = list(self._book.at(arrived_at))
            matcher = Matcher(watches, compiled=self._compiled)
            if len(self._by_stretch) >= KEPT_MATCHERS:
                del self._by_stretch[min(self._by_stretch)]
            self._by_stretch[stretch] = matcher
        return matcher


def step(article: DedupedArticle, matchers: MatcherBook) -> Step:
    """Match one article against the watches that count for it."""
    watches = matchers.at(article["arrived_at"]).match(article)
    if not watches:
        return Step("unmatched")
    record = {**article, "watches": watches, "rules": {**article["rules"], "detect": RULES}}
    return Step("matched", (Emit("match", record),))

"""Which statements does a story tell, and which of its articles knows each of them best?

An index over the two others: it follows every mention that may carry other statements than before or stand in another
story. The best article of a story for a statement is the one that has it asserted and most directly, then the earliest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from streams.alert.facts import Facts
from streams.alert.shelf import Shelf
from streams.alert.statements import Statements
from streams.alert.stories import Stories
from streams.model.records import Statement


class Told:
    """Statements by story, each with its articles in the order of how well they know it."""

    def __init__(self, shelf: Shelf, statements: Statements, stories: Stories, load: Callable[[str], Facts]) -> None:
        self._shelf = shelf
        self._statements = statements
        self._stories = stories
        self._load = load

    def apply(self, mention_ids: Iterable[str]) -> set[str]:
        """Follow these mentions; return the stories that tell something else now or know it otherwise."""
        dirty: set[str] = set()
        for mention_id in sorted(mention_ids):
            before: list[Any] | None = self._shelf.get("told", mention_id)
            story = self._stories.of_mention(mention_id)
            published_at = "" if story is None else self._load(mention_id).mention["published_at"]
            after: list[Any] | None = (
                None if story is None else [story, published_at, self._statements.carried_by(mention_id)]
            )
            if before == after:
                continue
            if before is not None:
                dirty.add(before[0])
                self._count(-1, mention_id, *before)
                self._shelf.drop("told", mention_id)
            if after is not None:
                dirty.add(after[0])
                self._count(1, mention_id, *after)
                self._shelf.put(after, "told", mention_id)
        return dirty

    def in_story(self, story: str) -> list[tuple[str, Facts, Statement]]:
        """The statements of a story, each with the mention that knows it best there and its wording."""
        found = []
        for (statement,), _ in self._shelf.scan("tells", story):
            best = self._shelf.first("tells-best", story, statement)
            assert best is not None, (story, statement)
            facts = self._load(best[0][2])
            found.append((statement, facts, self._statements.wording_in(facts, statement)))
        return found

    def _count(self, by: int, mention_id: str, story: str, published_at: str, carried: dict[str, str]) -> None:
        for statement, rank in carried.items():
            count = (self._shelf.get("tells", story, statement) or 0) + by
            if count:
                self._shelf.put(count, "tells", story, statement)
            else:
                self._shelf.drop("tells", story, statement)
            if by > 0:
                self._shelf.put(None, "tells-best", story, statement, rank, published_at, mention_id)
            else:
                self._shelf.drop("tells-best", story, statement, rank, published_at, mention_id)

"""articles-deduped -> matches. Stateless: the watches of the article's arrival decide."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from streams.detect.step import MatcherBook, step
from streams.engine.line import Line
from streams.engine.overlay import Overlay
from streams.engine.work import Item, Work
from streams.model.step import Step

if TYPE_CHECKING:
    from streams.model.records import DedupedArticle


def detect(line: Line) -> None:
    """Register the agent."""
    matchers = MatcherBook(line.book)

    def apply(item: Item, _: Overlay) -> Step:
        return step(cast("DedupedArticle", item.record), matchers)

    @line.agent("detect", reads="article-deduped")
    async def run(work: Work) -> None:
        await work.apply(apply)

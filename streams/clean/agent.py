"""articles-raw -> articles-clean. Pages are extracted ahead of their batch, in processes that can be killed."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from streams.clean.step import needs_extraction, state_key_of, step
from streams.engine.line import Line
from streams.engine.overlay import Overlay
from streams.engine.work import Item, Work
from streams.model.step import Step

if TYPE_CHECKING:
    from streams.model.records import RawArticle


def clean(line: Line) -> None:
    """Register the agent."""
    pages = line.pool("streams.clean.extract:extract_page")

    @line.agent("clean", reads="article-raw")
    async def run(work: Work) -> None:
        whole = [item for item in work.items if item.failure is None and needs_extraction(_raw(item))]
        for item, result in zip(whole, await pages.map([item.record["html"] for item in whole]), strict=True):
            item.settle(result)
        work.look_ahead(state_key_of)
        await work.apply(_apply)


def _apply(item: Item, state: Overlay) -> Step:
    return step(_raw(item), item.extra, state)


def _raw(item: Item) -> RawArticle:
    return cast("RawArticle", item.record)

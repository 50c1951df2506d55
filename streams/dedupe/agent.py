"""articles-clean -> articles-deduped. Texts stay in the log; what is remembered of them is in the state."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from streams.dedupe.memory import Memory
from streams.dedupe.sketch import sketch_all
from streams.dedupe.step import step
from streams.engine.line import Line
from streams.engine.overlay import Overlay
from streams.engine.work import Item, Work
from streams.model.step import Step

if TYPE_CHECKING:
    from streams.model.records import Article


def dedupe(line: Line) -> None:
    """Register the agent."""

    @line.agent("dedupe", reads="article-clean")
    async def run(work: Work) -> None:
        def apply(item: Item, state: Overlay) -> Step:
            if work.holding.memory is None:  # the engine drops it whenever it may differ from the state
                work.holding.memory = Memory.load(state)
            return step(cast("Article", item.record), item.handle, state, work.holding.memory, item.extra)

        await work.prepare(sketch_all)
        await work.apply(apply)

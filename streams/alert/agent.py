"""mentions -> alerts and statements, as revisions under one id."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from streams.alert.step import step
from streams.engine.line import Line
from streams.engine.overlay import Overlay
from streams.engine.work import Item, Work
from streams.model.step import Step

if TYPE_CHECKING:
    from streams.model.records import Mention


def alert(line: Line) -> None:
    """Register the agent."""

    def apply(item: Item, state: Overlay) -> Step:
        return step(cast("Mention", item.record), state, line.book.get)

    @line.agent("alert", reads="mention")
    async def run(work: Work) -> None:
        await line.know_watches(
            (item.record["watch_id"], item.record["watch_version"]) for item in work.items if item.failure is None
        )
        await work.apply(apply)

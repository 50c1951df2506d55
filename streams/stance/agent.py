"""matches -> mentions. Stateless: one mention for each watch that matched."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from streams.engine.line import Line
from streams.engine.overlay import Overlay
from streams.engine.work import Item, Work
from streams.model.step import Step
from streams.stance.step import step
from streams.stance.weights import shipped_weights

if TYPE_CHECKING:
    from streams.model.records import Match


def stance(line: Line) -> None:
    """Register the agent."""

    shipped_weights()  # read now: the first match must not wait for it

    def apply(item: Item, _: Overlay) -> Step:
        return step(cast("Match", item.record), line.book)

    @line.agent("stance", reads="match")
    async def run(work: Work) -> None:
        await line.know_watches(
            (watch["watch_id"], watch["watch_version"])
            for item in work.items
            if item.failure is None
            for watch in item.record["watches"]
        )
        await work.apply(apply)

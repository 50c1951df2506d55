"""A line without stage work: three agents that pass an article on, so that what is left is the engine.

Its topics are those of clean, dedupe and detect with their real keys; the function is the same for the engine and for
stock Faust. The first hop comes from outside of the line, so the engine validates it against its schema as well.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from streams.engine.line import Line
from streams.engine.overlay import Overlay
from streams.engine.work import Item, Work
from streams.model.step import Emit, Step

HOPS = (
    ("clean", "article-raw", "article-clean"),
    ("dedupe", "article-clean", "article-deduped"),
    ("detect", "article-deduped", "match"),
)
"""Agent, the record that it reads, the record that it sends."""


def pass_on(record: dict[str, Any]) -> dict[str, Any]:
    """All the stage work there is: the same article with one more hop."""
    return {**record, "hops": record.get("hops", 0) + 1}


def build_hops(counted: Callable[[], None]) -> Callable[[Line], None]:
    """The agents of our engine; each record of each hop is counted."""

    def build(line: Line) -> None:
        for name, reads, sends in HOPS:
            _build_one(line, name, reads, sends, counted)

    return build


def _build_one(line: Line, name: str, reads: str, sends: str, counted: Callable[[], None]) -> None:
    def apply(item: Item, _: Overlay) -> Step:
        counted()
        return Step("passed", (Emit(sends, pass_on(item.record)),))

    @line.agent(name, reads=reads)
    async def run(work: Work) -> None:
        await work.apply(apply)

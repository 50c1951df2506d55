"""The final verdicts over a whole input, for the filter ``newsvane dedupe``: one for each line, in order.

The verdicts are those that the agent has sent last once it has seen everything. A line whose article_id has come
before is a repeat: it has the verdict of that article, and ``"repeat": true`` beside it. Of two records under one
article_id the higher version is judged (``step.py``).

Texts are not kept: the caller reads its input again, or keeps it. The memory is that of the agent (``memory.py``): an
input of up to 200,000 articles is judged as a whole, a longer one in the agent's window.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NotRequired, cast

from streams.dedupe.memory import Limits, Memory
from streams.dedupe.sketch import Sketch, sketch_all
from streams.dedupe.step import step
from streams.model.records import Article, Dedupe
from streams.model.state import DictState
from streams.model.step import Reissue

_AT_ONCE = 50


class JudgedDedupe(Dedupe):
    """``repeat`` is there, and true, on every line of an article but its first."""

    repeat: NotRequired[bool]


def judge(articles: Iterable[Article], limits: Limits | None = None) -> dict[int, JudgedDedupe]:
    """Judge all; the verdicts by index of the input. Raises InvalidRecord for an article without a readable time."""
    state, memory = DictState(), Memory(limits or Limits())
    ids: list[str] = []
    verdicts: dict[str, Dedupe] = {}
    for index, (article, sketch) in enumerate(_sketched(articles)):
        ids.append(article["article_id"])
        for output in step(article, index.to_bytes(8, "big"), state, memory, sketch).outputs:
            if isinstance(output, Reissue):
                article_id, record = ids[int.from_bytes(output.handle, "big")], output.patch
            else:
                article_id, record = article["article_id"], output.record
            verdicts[article_id] = record["dedupe"]
    return dict(_with_repeats(ids, verdicts))


def _sketched(articles: Iterable[Article]) -> Iterator[tuple[Article, Sketch]]:
    rest = iter(articles)
    while some := list(islice(rest, _AT_ONCE)):
        yield from zip(some, sketch_all(some), strict=True)


def _with_repeats(ids: list[str], verdicts: dict[str, Dedupe]) -> Iterator[tuple[int, JudgedDedupe]]:
    seen: set[str] = set()
    for index, article_id in enumerate(ids):
        verdict = cast(JudgedDedupe, dict(verdicts[article_id]))
        if article_id in seen:
            verdict["repeat"] = True
        seen.add(article_id)
        yield index, verdict

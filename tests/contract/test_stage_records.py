"""What the stages make holds its schema: the engine does not validate it again (docs/decisions/validation.md)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, cast

import pytest

from schemas import validate
from streams.alert.step import step as alert_step
from streams.clean.step import step as clean_step
from streams.dedupe.memory import Memory
from streams.dedupe.step import step as dedupe_step
from streams.detect.step import MatcherBook
from streams.detect.step import step as detect_step
from streams.model.state import DictState
from streams.model.step import Reissue, Step
from streams.model.watch import WatchBook
from streams.stance.step import step as stance_step
from tests.generator import articles
from tests.integration.real import watches

ARTICLES = 400
Made = tuple[str, dict[str, Any]]


def run_line() -> Iterator[Made]:
    """Everything that the stages send for generated articles, one after the other."""
    book = WatchBook()
    for watch in watches():
        book.apply(watch)
    clean_state, dedupe_state, alert_state = DictState(), DictState(), DictState()
    memory, matchers = Memory(), MatcherBook(book)
    cleaned: list[dict[str, Any]] = []

    def made(step: Step) -> Iterator[dict[str, Any]]:
        for output in step.outputs:
            if isinstance(output, Reissue):
                yield {**cleaned[int(output.handle)], **output.patch}
            else:
                yield dict(output.record)

    for raw in articles(ARTICLES, seed=3):
        for article in made(clean_step(cast(Any, raw), None, clean_state)):
            yield "article-clean", article
            cleaned.append(article)
            handle = str(len(cleaned) - 1).encode()
            for deduped in made(dedupe_step(cast(Any, article), handle, dedupe_state, memory)):
                yield "article-deduped", deduped
                for match in made(detect_step(cast(Any, deduped), matchers)):
                    yield "match", match
                    for mention in made(stance_step(cast(Any, match), book)):
                        yield "mention", mention
                        step = alert_step(cast(Any, mention), alert_state, book.get)
                        for output in step.outputs:
                            assert not isinstance(output, Reissue)
                            yield output.kind, dict(output.record)


@pytest.fixture(scope="module")
def records() -> list[Made]:
    return list(run_line())


def test_what_a_stage_makes_holds_its_schema(records: list[Made]) -> None:
    """Every record of every kind, revisions among them."""
    for kind, record in records:
        validate(kind, record)


def test_every_kind_is_made(records: list[Made]) -> None:
    """The check above looks at all that the line can send."""
    counts = Counter(kind for kind, _ in records)
    assert {"article-clean", "article-deduped", "match", "mention", "statement", "alert"} == set(counts)
    assert min(counts.values()) >= 10

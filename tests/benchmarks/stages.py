"""What does each stage cost an article? Its pure function over real articles, without log and engine.

State is a dictionary in memory; so what the line pays for state on disk is the engine's. Real articles matter to the
shipped watches seldom, so stance and alert also get generated ones that do (``tests/generator.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

import orjson

from streams.alert.step import step as alert
from streams.clean.step import step as clean
from streams.dedupe.memory import Memory
from streams.dedupe.step import step as dedupe
from streams.detect.step import MatcherBook
from streams.detect.step import step as detect
from streams.engine.keeper import handle_of
from streams.model.state import DictState
from streams.model.step import Emit, Step
from streams.model.watch import WatchBook
from streams.stance.step import step as stance
from tests.benchmarks.data import articles
from tests.benchmarks.measure import Spent, now
from tests.benchmarks.report import Section, figure
from tests.benchmarks.rig import Bench
from tests.generator import articles as generated
from tests.integration.real import watches

Record = dict[str, Any]
T = TypeVar("T")
WARM = 20


class Stage:
    """One stage's calls: what it took and what came out. The first calls, which compile and load, count for nothing."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.calls = self.failures = 0
        self.spent = Spent(0, 0)
        self.outputs: list[Record] = []

    def run(self, inputs: Iterable[T], function: Callable[[T], Step]) -> None:
        opened = now()
        for index, each in enumerate(inputs):
            if index == WARM:
                opened = now()
            self.calls = index + 1
            try:
                step = function(each)
            except Exception:  # in the line it would be a dead letter
                self.failures += 1
                continue
            self.outputs += [dict(out.record) for out in step.outputs if isinstance(out, Emit)]
        self.spent = now().since(opened)

    @property
    def us(self) -> float:
        """CPU time a call."""
        counted = self.calls - WARM if self.calls > WARM else max(self.calls, 1)
        return self.spent.cpu_s / counted * 1e6


def run_stages(raws: list[Record]) -> list[Stage]:
    """The line as a chain of functions over these raw articles of plain text."""
    book = WatchBook()
    for watch in watches():
        book.apply(watch)
    stages = {name: Stage(name) for name in ("clean", "dedupe", "detect", "stance", "alert")}
    states = {name: DictState() for name in ("clean", "dedupe", "alert")}
    memory = Memory.load(states["dedupe"])
    matchers = MatcherBook(book)
    stages["clean"].run(raws, lambda raw: clean(_as(raw), None, states["clean"]))
    cleaned = list(enumerate(stages["clean"].outputs))
    stages["dedupe"].run(cleaned, lambda it: dedupe(_as(it[1]), handle_of(0, it[0]), states["dedupe"], memory))
    stages["detect"].run(stages["dedupe"].outputs, lambda article: detect(_as(article), matchers))
    stages["stance"].run(stages["detect"].outputs, lambda match: stance(_as(match), book))
    stages["alert"].run(stages["stance"].outputs, lambda mention: alert(_as(mention), states["alert"], book.get))
    return list(stages.values())


def _as(record: Record) -> Any:
    """A stage's output is the next one's input; the schemas hold them together, not the types."""
    return record


def real_stages(bench: Bench) -> list[Stage]:
    """Over the articles of plain text, the same as ``line`` takes. Raises DataMissing."""
    return run_stages([orjson.loads(record.value or b"") for record in articles(bench.size(12_000, 400))])


def measure_stages(bench: Bench) -> Section:
    real = real_stages(bench)
    figures = [figure(f"{each.name}, real", each.us, "us", None, each.spent) for each in real]
    notes = ["CPU a record, pure function with state in memory; the first 20 calls are left out"]
    matching = run_stages(list(_matching(bench.size(2_000, 200))))
    figures += [figure(f"{each.name}, generated", each.us, "us", None, each.spent) for each in matching[3:]]
    notes.append(f"generated: {matching[3].calls:,} matches in {matching[0].calls:,} articles of plain text")
    notes += [f"{each.name}: {each.failures} RECORDS FAILED" for each in (*real, *matching) if each.failures]
    return Section("stages: CPU a record", figures, notes)


def _matching(count: int) -> Iterator[Record]:
    return (article for article in generated(count) if article.get("text"))

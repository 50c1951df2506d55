"""What does the engine cost an article and hop, stage work apart, and what does stock Faust cost?

Both take the same real articles through the three hops of ``hops.py`` on the same Kafka, by turns, one process each.
CPU time of the worker over its window; the median of the rounds, and the ratio of the medians. The broker's own CPU
time is not in it. The embedded log for comparison: its work is in the process, and so in the figure.
"""

from __future__ import annotations

from statistics import median
from typing import Literal

import orjson

from streams.log.protocol import NewRecord
from tests.benchmarks.data import articles
from tests.benchmarks.hops import HOPS
from tests.benchmarks.measure import Spent
from tests.benchmarks.report import Figure, Section, Target, figure, middle
from tests.benchmarks.rig import Bench, LogName

QUARTER = Target(0.25)


def measure_engine(bench: Bench) -> Section:
    records = [_ready_to_pass(record) for record in articles(bench.size(12_000, 300))]
    rounds = bench.size(3, 1)
    missing = bench.has_kafka()
    figures = []
    notes = [f"{len(records):,} articles, {len(HOPS)} hops, median of {rounds}; one process, acks=all"]
    if missing:
        notes.append(f"Kafka skipped: {missing}")
    else:
        ours, stock = [], []
        for _ in range(rounds):
            ours.append(_run(bench, "kafka", "hops", records))
            stock.append(_run(bench, "kafka", "stock", records))
        hops = _hops(len(records))
        figures += [
            _figure("engine on Kafka", ours, hops),
            _figure("stock Faust on Kafka", stock, hops),
            figure("engine / stock Faust", _cpu(ours) / _cpu(stock), "of its CPU", QUARTER),
        ]
        cpu = [[f"{each.cpu_s / hops * 1e6:.0f}" for each in runs] for runs in (ours, stock)]
        notes.append(f"each round, us of CPU: engine {' '.join(cpu[0])}, stock {' '.join(cpu[1])}")
    embedded = [_run(bench, "sqlite", "hops", records) for _ in range(rounds)]
    figures.append(_figure("engine on SQLite, log included", embedded, _hops(len(records))))
    return Section("engine: CPU an article and hop, stage work apart", figures, notes)


def _ready_to_pass(record: NewRecord) -> NewRecord:
    """Give the article what the keys of the later topics are made of."""
    assert record.value is not None
    article = orjson.loads(record.value)
    return record._replace(value=orjson.dumps({**article, "url_id": article["id"], "language": "en"}))


def _warm(articles: int) -> int:
    return articles // 10


def _hops(articles: int) -> int:
    """The hops inside the window."""
    return articles * len(HOPS) - _warm(articles)


def _run(bench: Bench, log: LogName, what: Literal["hops", "stock"], records: list[NewRecord]) -> Spent:
    """One worker over a filled log. Raises RuntimeError where it did not take every article to the end."""
    with bench.place(log) as place:
        place.fill(records)
        with place.worker(what, total=len(records) * len(HOPS), warm=_warm(len(records))) as worker:
            spent = worker.spent()
            if (arrived := place.count(HOPS[-1][2])) != len(records):
                raise RuntimeError(f"{what} on {log}: {arrived} of {len(records)} articles arrived")
            worker.ask_to_end()
            worker.wait_for("end")
        return spent


def _cpu(runs: list[Spent]) -> float:
    return median(each.cpu_s for each in runs)


def _figure(name: str, runs: list[Spent], hops: int) -> Figure:
    return figure(name, _cpu(runs) / hops * 1e6, "us", None, middle(runs))

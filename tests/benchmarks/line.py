"""How many articles a second does the whole line take, and where does the time go?

All agents in one process with the shipped watch and those of the sample, over a filled log, until nothing is left. The
window opens with the first batch in hand and closes when the last one is durable. Afterwards: the worker's memory, and
what lies on disk. Pages apart: there the time is that of the processes that extract text.
"""

from __future__ import annotations

from typing import NamedTuple

from streams.log.protocol import NewRecord
from tests.benchmarks.data import articles, pages
from tests.benchmarks.measure import Spent
from tests.benchmarks.report import Figure, Section, Target, figure, show
from tests.benchmarks.rig import READ, STAGES, Bench, LogName
from tests.benchmarks.stages import Stage, real_stages

SPEED = Target(1000, at_least=True)
PAGE_BATCH = 30


class Run(NamedTuple):
    """What one run of the line gave."""

    articles: int
    spent: Spent
    children_cpu_s: float
    memory_mb: float
    log_mb: float
    state_mb: float
    inputs: dict[str, int]
    dead_letters: int


def measure_line(bench: Bench) -> list[Section]:
    logs, notes = bench.logs()
    records = articles(bench.size(12_000, 400))
    given_mb = sum(len(record.value or b"") for record in records) / 1e6
    figures, kept, times = [], [], []
    stages = real_stages(bench)
    for log in logs:
        run = run_line(bench, log, records)
        figures += [
            figure(f"text on {log}", run.articles / run.spent.wall_s, "articles/s", SPEED, run.spent),
            figure(f"text on {log}, a CPU second", run.articles / run.spent.cpu_s, "articles"),
        ]
        kept += [
            figure(f"memory of the worker on {log}", run.memory_mb, "MB"),
            figure(f"log on disk, {log}", run.log_mb, "MB"),
            figure(f"beside the log on disk, {log}", run.state_mb, "MB"),
        ]
        notes.append(f"{log}: {run.dead_letters} dead letters")
        times.append(_times(log, run, stages))
    return [
        Section(f"line: {len(records):,} articles of plain text through all agents, one process", figures, notes),
        Section(f"after it: memory (peak) and disk, for {show(given_mb)} MB of articles", kept),
        *times,
    ]


def run_line(bench: Bench, log: LogName, records: list[NewRecord], skip: int = 0, batch: int = 500) -> Run:
    """One worker over a filled log; ``skip``: batches of clean that count as its start."""
    with bench.place(log) as place:
        place.fill(records)
        with place.worker("line", warm=skip, batch_records=batch) as worker:
            place.wait_until_done()
            worker.ask_to_end()
            told = worker.wait_for("spent")
            end = worker.wait_for("end")
        inputs = {stage: place.count(kind) for stage, kind in zip(STAGES, READ, strict=True)}
        return Run(
            told["applied"],
            Spent(told["wall_s"], told["cpu_s"]),
            end["children_cpu_s"],
            end["memory_mb"],
            place.log_mb(),
            place.state_mb(),
            inputs,
            place.dead_letters(),
        )


def _times(log: LogName, run: Run, stages: list[Stage]) -> Section:
    """The line's CPU time by stage: what a call of it took in ``stages``, times the records that came; the rest is
    the engine's: reading, decoding, validating, state on disk, encoding, committing, and Faust."""
    figures: list[Figure] = []
    rest = run.spent.cpu_s
    for stage in stages:
        seconds = stage.us * run.inputs[stage.name] / 1e6
        rest -= seconds
        figures.append(_share(f"{stage.name}, {run.inputs[stage.name]:,} records", seconds, run.spent.cpu_s))
    # of so few records that the first calls count, which load and compile, the stages seem to take more than the line
    figures.append(_share("engine and log, the rest", max(rest, 0.0), run.spent.cpu_s))
    return Section(f"where the CPU time goes on {log}", figures)


def _share(name: str, seconds: float, whole: float) -> Figure:
    return figure(name, 100 * seconds / whole, "%", None, Spent(0.0, seconds))


def measure_pages(bench: Bench) -> Section:
    records = pages(bench.size(180, 60), bench.size(3, 1))
    run = run_line(bench, "sqlite", records, skip=2, batch=PAGE_BATCH)
    figures = [
        figure("pages on sqlite", run.articles / run.spent.wall_s, "pages/s", None, run.spent),
        figure("extraction, a page", run.children_cpu_s / len(records) * 1e3, "ms of CPU"),
    ]
    note = f"{len(records)} pages, {run.articles} in the window; CPU s is the worker's, extraction has processes"
    return Section("pages: real HTML through all agents", figures, [note])

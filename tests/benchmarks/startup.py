"""How long from starting the process to a worker that is ready? Topics and watches exist; the log is empty.

Ready means: imported, log open, watches read, partitions assigned, streams running.
"""

from __future__ import annotations

import time
from statistics import median

from tests.benchmarks.report import Section, Target, figure
from tests.benchmarks.rig import Bench, LogName

READY = Target(3)


def measure_start(bench: Bench) -> Section:
    logs, notes = bench.logs()
    rounds = bench.size(5, 1)
    figures = [
        figure(
            f"ready on {log}",
            median(_start(bench, log) for _ in range(rounds)),
            "s",
            READY if log == "sqlite" else None,
        )
        for log in logs
    ]
    return Section(f"start: process to ready, median of {rounds}", figures, notes)


def _start(bench: Bench, log: LogName) -> float:
    with bench.place(log) as place, place.worker("line") as worker:
        worker.wait_for("ready")
        return time.monotonic() - worker.started_at

"""How long from starting the process to a worker that is ready, and what does it take while nothing comes?

Topics and watches exist; the log is empty. Ready means: imported, log open, watches read, partitions assigned, streams
running. The idle CPU time is that of a worker that waits.
"""

from __future__ import annotations

import time
from statistics import median

from tests.benchmarks.report import Section, Target, figure
from tests.benchmarks.rig import Bench, LogName

READY = Target(3)


def measure_start(bench: Bench) -> Section:
    logs, notes = bench.logs()
    rounds, idle_s = bench.size(5, 1), bench.size(3, 1)
    figures = []
    for log in logs:
        runs = [_start(bench, log, idle_s) for _ in range(rounds)]
        target = READY if log == "sqlite" else None
        figures.append(figure(f"ready on {log}", median(ready for ready, _ in runs), "s", target))
        idle = [share for _, share in runs if share is not None]
        if idle:
            figures.append(figure(f"CPU while idle on {log}", 100 * median(idle), "% of a core"))
    return Section(f"start: process to ready, then idle for {idle_s} s; median of {rounds}", figures, notes)


def _start(bench: Bench, log: LogName, idle_s: int) -> tuple[float, float | None]:
    """Seconds until ready, and the share of one core that it takes afterwards."""
    with bench.place(log) as place, place.worker("line") as worker:
        worker.wait_for("ready")
        ready_s = time.monotonic() - worker.started_at
        time.sleep(1)  # what is put off until after the start
        before = worker.cpu_s()
        time.sleep(idle_s)
        after = worker.cpu_s()
        return ready_s, None if before is None or after is None else (after - before) / idle_s

"""The process that is measured: ``python -m tests.benchmarks.worker PLAN``; the plan is a JSON object.

It tells of itself in JSON lines: ``ready``, ``spent`` (wall and CPU time of its window) and, when it ends, ``end``.
"""

from __future__ import annotations

import resource
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import orjson

from streams.app import build_agents
from streams.engine.line import Line
from streams.engine.worker import Callbacks, run_worker
from streams.settings import Settings
from tests.benchmarks.hops import build_hops
from tests.benchmarks.measure import CallWindow, KeeperWatch, Spent, peak_memory_mb


@dataclass(frozen=True, slots=True)
class Plan:
    """``hops`` and ``stock`` count ``total`` calls after ``warm``; ``line`` runs the real agents, its window opening
    after ``warm`` batches. All run until SIGTERM."""

    what: Literal["hops", "stock", "line"]
    broker: str
    data_dir: str
    namespace: str = ""
    total: int = 0
    warm: int = 0
    batch_records: int = 500

    def encode(self) -> str:
        return orjson.dumps(asdict(self)).decode()


def tell(event: str, **values: Any) -> None:
    print(orjson.dumps({"event": event, **values}).decode(), flush=True)


def main() -> None:
    plan = Plan(**orjson.loads(sys.argv[1]))
    settings = Settings(
        broker=plan.broker,
        data_dir=Path(plan.data_dir),
        namespace=plan.namespace,
        batch_records=plan.batch_records,
        log_level="error",
    )
    if plan.what == "line":
        run_line(plan, settings)
    else:
        window = CallWindow(plan.total, plan.warm, lambda spent: tell("spent", wall_s=spent.wall_s, cpu_s=spent.cpu_s))
        if plan.what == "stock":
            from tests.benchmarks.stock import run_stock

            run_stock(settings, window.count, on_ready=lambda: tell("ready"))
        else:
            run_worker(settings, build_hops(window.count), callbacks=Callbacks(on_ready=lambda: tell("ready")))
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    tell("end", memory_mb=peak_memory_mb(), children_cpu_s=children.ru_utime + children.ru_stime)


def run_line(plan: Plan, settings: Settings) -> None:
    watches: list[KeeperWatch] = []

    def build(line: Line) -> None:
        build_agents(line)
        watches.append(KeeperWatch(line.keeper, plan.warm))

    run_worker(settings, build, callbacks=Callbacks(on_ready=lambda: tell("ready")))
    spent: Spent = watches[0].spent
    tell("spent", wall_s=spent.wall_s, cpu_s=spent.cpu_s, applied=watches[0].applied)


if __name__ == "__main__":
    main()

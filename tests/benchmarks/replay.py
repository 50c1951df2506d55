"""How fast does a replay go, and does the live line feel it?

``newsvane replay`` as a person calls it, over a filled ``articles-raw`` that nobody has processed: real articles of
plain text, copied and taken through all agents; its own seconds, without the start of the process. Then a live line
that is fed at 50/s, alone and while a replay of what it has processed runs beside it (at the low priority that it gives
itself): append of a raw article to its alert.
"""

from __future__ import annotations

import contextlib
import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

import orjson

from schemas import topic_of
from tests.benchmarks.data import articles
from tests.benchmarks.latency import WAIT_S, WARM_S, Times, _feed, _guard, _inputs, _read_alerts
from tests.benchmarks.measure import Spent
from tests.benchmarks.report import Figure, Section, Target, figure, quantile
from tests.benchmarks.rig import DEADLINE_S, Bench, LogName, Place

RATE = Target(1000, at_least=True)
LIVE_RATE = 50
ALERTS_PER_S = 5
NEWSVANE = (sys.executable, "-c", "import sys; from streams.cli.main import main; sys.exit(main())")


def measure_replay(bench: Bench) -> list[Section]:
    logs, notes = bench.logs()
    count = bench.size(8_000, 400)
    rates = [each for log in logs for each in _rate(bench, log, count)]
    latencies: list[Figure] = []
    for log in logs:
        for is_beside in (False, True):
            latencies += _latency(bench, log, count // 2, bench.size(20, 3), is_beside, notes)
    return [
        Section(f"replay: {count:,} articles of plain text from raw to alerts, one process", rates, []),
        Section(f"latency of the live line at {LIVE_RATE}/s, alone and beside a replay", latencies, notes),
    ]


def _command(place: Place) -> dict[str, Any]:
    settings = place.settings
    own = {name: value for name, value in os.environ.items() if not name.startswith("NEWSVANE_")}
    environ = {
        **own,
        "NEWSVANE_BROKER": settings.broker,
        "NEWSVANE_NAMESPACE": settings.namespace,
        "NEWSVANE_DATA_DIR": str(settings.data_dir),
    }
    arguments = [*NEWSVANE, "replay", "--topic", topic_of("article-raw").name, "--json"]
    return {"args": arguments, "env": environ, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}


def _rate(bench: Bench, log: LogName, count: int) -> list[Figure]:
    with bench.place(log) as place:
        place.fill(articles(count))
        place.settings.data_dir.mkdir(parents=True, exist_ok=True)
        before = _children_s()
        done = subprocess.run(**_command(place), timeout=DEADLINE_S, check=True)
        cpu_s = _children_s() - before
    told = orjson.loads(done.stdout)
    worked_s, records = told["worked_s"], told["records"]
    return [
        figure(f"from {log}", records / worked_s, "articles/s", RATE, Spent(worked_s, cpu_s)),
        figure(f"from {log}, a CPU second", records / cpu_s, "articles"),
    ]


def _children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _latency(
    bench: Bench, log: LogName, count: int, seconds: int, is_beside: bool, notes: list[str]
) -> Iterator[Figure]:
    times = Times()
    raws = list(_inputs(LIVE_RATE * seconds, LIVE_RATE // ALERTS_PER_S))
    with bench.place(log) as place, place.worker("line") as worker:
        place.fill(articles(count))
        worker.wait_for("ready")
        place.wait_until_done()
        ready = threading.Event()
        reader = threading.Thread(target=_guard, args=(times, _read_alerts, place, times, ready), daemon=True)
        reader.start()
        ready.wait(WAIT_S)
        with _replay(place) if is_beside else contextlib.nullcontext() as replay:
            feeder = threading.Thread(target=_guard, args=(times, _feed, place, raws, LIVE_RATE, times), daemon=True)
            feeder.start()
            feeder.join()
            lasted = replay is None or replay.poll() is None
            deadline = time.monotonic() + WAIT_S
            while not times.all_alerted and times.error is None and time.monotonic() < deadline:
                time.sleep(0.05)
        times.stop.set()
        reader.join()
        worker.ask_to_end()
    if times.error is not None:
        raise times.error
    warm = min(times.appended.values()) + (0.0 if bench.quick else WARM_S)
    taken = [
        (times.alerted[url] - at) * 1e3 for url, at in times.appended.items() if at >= warm and url in times.alerted
    ]
    name = f"{log}, {'beside a replay' if is_beside else 'alone'}"
    notes.append(
        f"{name}: {len(taken)} alerts{'' if lasted else '; the replay ended before'}"
        + ("" if times.all_alerted else f"; {times.missing} ARTICLES WITHOUT AN ALERT")
    )
    yield figure(f"{name}: p50", quantile(taken, 0.5), "ms")
    yield figure(f"{name}: p99", quantile(taken, 0.99), "ms")


@contextlib.contextmanager
def _replay(place: Place) -> Iterator[subprocess.Popen[bytes]]:
    """A replay under way: what it has told so far is left in its pipe."""
    replay = subprocess.Popen(**_command(place))
    try:
        yield replay
    finally:
        replay.kill()
        replay.communicate()

"""How long from a raw article's append to its alert, while articles come steadily?

This process feeds single articles at a fixed rate from one thread and follows ``alerts`` from another, with one clock;
the worker is a child. Five articles a second carry a new statement on the shipped watch and open a story of their
own, the rest is news. A latency counts from the moment before the append, which returns when the file (SQLite) or the
broker has it. The first seconds are warm-up. What has no alert at the end is counted and said; it would be a fault.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from schemas import topic_of
from streams.log.connect import connect
from streams.log.protocol import NewRecord
from streams.model.times import format_utc_ms
from tests.benchmarks.data import articles
from tests.benchmarks.measure import Spent, now
from tests.benchmarks.report import Figure, Section, Target, figure, quantile
from tests.benchmarks.rig import Bench, LogName, Place

P99 = Target(300)
RATES = (50, 200)
WARM_S = 2.0
ALERTS_PER_S = 5
WAIT_S = 20.0
STATEMENT = (
    'Alexander Lukashenko, the president of Belarus, said on Monday: "The Belarusian army will fight against Ukraine '
    'only if we are attacked."'
)


@dataclass(slots=True)
class Times:
    """When each marked article was appended and when an alert first named it, by URL; monotonic seconds."""

    appended: dict[str, float] = field(default_factory=dict)
    alerted: dict[str, float] = field(default_factory=dict)
    late_s: float = 0.0
    own_cpu_s: float = 0.0
    stop: threading.Event = field(default_factory=threading.Event)
    error: BaseException | None = None

    @property
    def missing(self) -> int:
        """Articles without an alert so far."""
        return len(self.appended.keys() - self.alerted.keys())

    @property
    def all_alerted(self) -> bool:
        return self.missing == 0


def measure_latency(bench: Bench) -> Section:
    logs, notes = bench.logs()
    seconds = bench.size(30, 3)
    figures: list[Figure] = []
    for log in logs:
        for rate in RATES:
            times, spent, dead_letters = _run(bench, log, rate, seconds)
            warm = min(times.appended.values()) + (WARM_S if not bench.quick else 0.5)
            taken = [
                (times.alerted[url] - at) * 1e3
                for url, at in times.appended.items()
                if at >= warm and url in times.alerted
            ]
            name = f"{log}, {rate}/s"
            figures += [
                figure(f"{name}: p50", quantile(taken, 0.5), "ms"),
                figure(f"{name}: p99", quantile(taken, 0.99), "ms", P99, spent),
                figure(f"{name}: max", max(taken), "ms"),
            ]
            lost = times.missing
            notes.append(
                f"{name}: {len(taken)} alerts; the feeder was at most {times.late_s * 1e3:.0f} ms late, "
                f"and took {times.own_cpu_s:.1f} s of CPU with the reader"
                + (f"; {lost} ARTICLES WITHOUT AN ALERT, {dead_letters} dead letters" if lost else "")
            )
    return Section("latency: append of a raw article to its alert", figures, notes)


def _run(bench: Bench, log: LogName, rate: int, seconds: int) -> tuple[Times, Spent, int]:
    times = Times()
    raws = list(_inputs(rate * seconds, max(1, rate // ALERTS_PER_S)))
    opened = now()
    with bench.place(log) as place, place.worker("line") as worker:
        worker.wait_for("ready")
        ready = threading.Event()
        reader = threading.Thread(target=_guard, args=(times, _read_alerts, place, times, ready), daemon=True)
        reader.start()
        ready.wait(WAIT_S)
        feeder = threading.Thread(target=_guard, args=(times, _feed, place, raws, rate, times), daemon=True)
        feeder.start()
        feeder.join()
        deadline = time.monotonic() + WAIT_S
        while not times.all_alerted and times.error is None and time.monotonic() < deadline:
            time.sleep(0.05)
        times.stop.set()
        reader.join()
        times.own_cpu_s = now().since(opened).cpu_s
        worker.ask_to_end()
        spent = worker.spent()
        dead_letters = place.dead_letters()
    if times.error is not None:
        raise times.error
    return times, spent, dead_letters


def _guard(times: Times, function: Any, *arguments: Any) -> None:
    try:
        function(*arguments)
    except BaseException as error:
        times.error = error
        times.stop.set()


def _inputs(count: int, share: int) -> Iterator[tuple[str | None, dict[str, Any], NewRecord]]:
    """Real articles; each ``share``-th with a statement, of a day of its own so that it is a statement of its own.

    Yields the URL of a marked one, the article, and the log's record of it, which is stamped when it is fed."""
    today = datetime.now(UTC).replace(hour=6, minute=0, second=0, microsecond=0)
    for index, record in enumerate(articles(count)):
        article = orjson.loads(record.value or b"")
        if index % share:
            yield None, article, record
            continue
        url = f"https://bench.example/{index}"
        day = today - timedelta(days=(count - index) // share)
        article |= {"url": url, "published_at": format_utc_ms(day), "text": f"{STATEMENT}\n\n{article['text']}"}
        article["title"] = f"Lukashenko speaks: {article.get('title') or index}"
        yield url, article, record


def _feed(place: Place, raws: list[tuple[str | None, dict[str, Any], NewRecord]], rate: int, times: Times) -> None:
    topic = topic_of("article-raw").name
    log = connect(place.settings)
    try:
        started = time.monotonic()
        for index, (url, article, record) in enumerate(raws):
            due = started + index / rate
            if (ahead := due - time.monotonic()) > 0:
                time.sleep(ahead)
            now_ms = int(time.time() * 1000)
            article["arrived_at"] = format_utc_ms(datetime.fromtimestamp(now_ms / 1000, UTC))
            value = orjson.dumps(article)
            at = time.monotonic()
            times.late_s = max(times.late_s, at - due)
            if url is not None:
                times.appended[url] = at
            log.append(topic, [record._replace(value=value, timestamp_ms=now_ms)])
            if times.stop.is_set():
                return
    finally:
        log.close()


def _read_alerts(place: Place, times: Times, ready: threading.Event) -> None:
    log = connect(place.settings)
    try:
        batches = log.follow([topic_of("alert").name], "start", poll_s=0.1)
        ready.set()
        for batch in batches:
            at = time.monotonic()
            for stored in batch:
                alert = orjson.loads(stored.value or b"null")
                for carrier in (alert or {}).get("carriers", ()):
                    times.alerted.setdefault(carrier["url"], at)
            if times.stop.is_set():
                return
    finally:
        log.close()

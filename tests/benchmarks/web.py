"""The web: from a raw article's append to its event at a client, how many streams are held, how fast the API answers.

Latency: one process feeds articles at a fixed rate and reads the event stream, the worker and the web are two others.
The API is asked over 100,000 stored articles, by the store's functions behind it: one client, one request at a time.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import select
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import orjson

from schemas import encode, topic_of
from streams.log.connect import connect
from streams.log.protocol import NewRecord
from streams.store.database import open_store
from streams.store.fill import fill_to_end
from tests.benchmarks.latency import ALERTS_PER_S, RATES, WARM_S, Times, _feed, _inputs
from tests.benchmarks.report import Section, Target, figure, quantile
from tests.benchmarks.rig import ROOT, Bench, Place
from tests.unit.store import makers

P50, P99 = Target(150), Target(500)
API_P99 = Target(50)
HELD = Target(500, at_least=True)
WAIT_S = 20.0
PATHS = (
    "/v1/articles?limit=50",
    "/v1/articles?outlet=gazette.example&since=2026-03-03",
    "/v1/articles?q=word77777",
    "/v1/volumes?bucket=hour",
    "/v1/facets",
    "/v1/outlets",
)


def measure_web(bench: Bench) -> Section:
    figures: list[Any] = []
    notes: list[str] = []
    seconds = bench.size(30, 3)
    for rate in RATES:
        with bench.place("sqlite") as place, place.worker("line") as worker, serving(place) as port:
            worker.wait_for("ready")
            times = _latencies(place, port, rate, seconds)
            warm = min(times.appended.values()) + (WARM_S if not bench.quick else 0.5)
            taken = [
                (times.alerted[url] - at) * 1e3
                for url, at in times.appended.items()
                if at >= warm and url in times.alerted
            ]
            figures += [
                figure(f"raw to SSE, {rate}/s: p50", quantile(taken, 0.5), "ms", P50),
                figure(f"raw to SSE, {rate}/s: p99", quantile(taken, 0.99), "ms", P99),
            ]
            if lost := times.missing:
                notes.append(f"{rate}/s: {lost} articles had no event at the end")
            worker.ask_to_end()
    with bench.place("sqlite") as place, serving(place) as port:
        count = bench.size(500, 50)
        held, spread = _held(place, port, count)
        figures.append(figure("SSE clients held", held, "clients", HELD if not bench.quick else None))
        figures.append(figure("one event to the last of them", spread * 1e3, "ms"))
    with bench.place("sqlite") as place:
        stored = bench.size(100_000, 2_000)
        _store_articles(place, stored)
        with serving(place) as port:
            for path, taken in _ask(port, bench.size(100, 20)).items():
                figures.append(figure(f"GET {path}: p99", quantile(taken, 0.99), "ms", API_P99))
        notes.append(f"the API over {stored:,} stored articles")
    return Section("web: events and API", figures, notes)


@contextlib.contextmanager
def serving(place: Place) -> Iterator[int]:
    """A web process beside the line; its port."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("NEWSVANE_")}
    settings = {"NEWSVANE_BROKER": place.settings.broker, "NEWSVANE_STORE": store_of(place), "NEWSVANE_WEB_PORT": "0"}
    process = subprocess.Popen(
        [sys.executable, "-m", "streams", "web", "--no-fill"],
        cwd=ROOT,
        env={**own, **settings},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr is not None
        line = next(line for line in process.stderr if "http://127.0.0.1:" in line)
        yield int(line.partition("127.0.0.1:")[2].partition("/")[0])
    finally:
        process.terminate()
        process.communicate()


def store_of(place: Place) -> str:
    return f"sqlite:///{place.folder}/store.db"


def _open_stream(port: int) -> tuple[http.client.HTTPConnection, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT_S)
    connection.request("GET", "/v1/alerts/stream")
    response = connection.getresponse()
    while not response.readline().startswith(b"id: "):
        pass
    return connection, response


def _latencies(place: Place, port: int, rate: int, seconds: int) -> Times:
    times = Times()
    raws = list(_inputs(rate * seconds, max(1, rate // ALERTS_PER_S)))
    connection, response = _open_stream(port)

    def listen() -> None:
        with contextlib.suppress(OSError, http.client.HTTPException, ValueError):
            while not times.stop.is_set():
                line = response.readline()
                if line.startswith(b"data: "):
                    at = time.monotonic()
                    for carrier in orjson.loads(line[6:])["carriers"]:
                        times.alerted.setdefault(carrier["url"], at)

    reader = threading.Thread(target=listen, daemon=True)
    reader.start()
    _feed(place, raws, rate, times)
    deadline = time.monotonic() + WAIT_S
    while not times.all_alerted and time.monotonic() < deadline:
        time.sleep(0.05)
    times.stop.set()
    assert connection.sock is not None
    connection.sock.shutdown(socket.SHUT_RDWR)
    reader.join()
    connection.close()
    return times


def _held(place: Place, port: int, count: int) -> tuple[int, float]:
    """How many of so many streams hear one event, and how long until the last has it."""
    streams = [_open_stream(port) for _ in range(count)]
    sockets = [response.fp.raw._sock for _, response in streams]
    log = connect(place.settings)
    began = time.monotonic()
    log.append(topic_of("alert").name, [NewRecord(0, b"k", encode(makers.alert("one")), 1)])
    log.close()
    waiting, last = set(sockets), began
    while waiting and time.monotonic() - began < WAIT_S:
        for ready in select.select(list(waiting), [], [], 0.5)[0]:
            if b"event: alert" in ready.recv(65_536):
                waiting.discard(ready)
                last = time.monotonic()
    for connection, _ in streams:
        connection.close()
    return count - len(waiting), last - began


def _store_articles(place: Place, count: int) -> None:
    topic = topic_of("article-deduped").name
    for start in range(0, count, 200):
        records = [makers.article(number, number % 72) for number in range(start, min(start + 200, count))]
        place.log.append(topic, [NewRecord(0, each["url_id"].encode(), encode(each), 1) for each in records])
    store = open_store(replace(place.settings, store=store_of(place)))
    fill_to_end(store, place.log)
    store.close()


def _ask(port: int, times: int) -> dict[str, list[float]]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT_S)
    taken: dict[str, list[float]] = {}
    for path in PATHS:
        for _ in range(times + 5):
            began = time.perf_counter()
            connection.request("GET", path)
            response = connection.getresponse()
            response.read()
            assert response.status == 200, path
            taken.setdefault(path, []).append((time.perf_counter() - began) * 1e3)
        taken[path] = taken[path][5:]
    connection.close()
    return taken

"""The whole line on real agents: what it finds is a function of what came in, not of when, where and what died."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from schemas import topic_of
from streams.settings import Settings
from tests.brokers import KafkaServer
from tests.generator import articles
from tests.integration.conftest import make_settings
from tests.integration.real import apply_watches
from tests.integration.rig import Rig

MODULE = "tests.integration.real"
IDS = {"mention": "mention_id", "statement": "statement_id", "alert": "alert_id"}
KILL_ARTICLES = 5_000
ORDER_ARTICLES = 700

Final = dict[str, dict[str, bytes]]


def final_records(rig: Rig) -> Final:
    """The last live record under every mention, statement and alert id, to the byte."""
    found: Final = {}
    for kind, id_field in IDS.items():
        last: dict[str, bytes] = {}
        for stored in rig.all_of(topic_of(kind).name):
            assert stored.value is not None
            last[orjson.loads(stored.value)[id_field]] = stored.value
        found[kind] = {
            key: value for key, value in sorted(last.items()) if orjson.loads(value).get("status") != "superseded"
        }
    return found


def distinct_outcomes(rig: Rig) -> dict[str, dict[str, int]]:
    """The counts of outcomes over distinct ids: repeats and revisions are no new ones."""
    return {
        stage: {outcome: n for outcome, n in sorted(counts.items()) if outcome not in ("repeat", "revised")}
        for stage, counts in sorted(rig.outcomes().items())
    }


def open_line(settings: Settings, raws: list[dict[str, Any]], partitions: int | None = None) -> Rig:
    rig = Rig(settings, MODULE)
    rig.create_topics(partitions)
    apply_watches(rig.log)
    rig.feed(raws)
    return rig


def embedded(folder: Path) -> Settings:
    folder.mkdir(parents=True, exist_ok=True)
    return Settings(broker=f"sqlite:///{folder}/line.db", data_dir=folder / "var")


def run_once(settings: Settings, raws: list[dict[str, Any]], partitions: int | None = None) -> tuple[Final, Any]:
    rig = open_line(settings, raws, partitions)
    try:
        rig.run_to_end()
        return final_records(rig), distinct_outcomes(rig)
    finally:
        rig.close()


@pytest.fixture(scope="module")
def many() -> list[dict[str, Any]]:
    return list(articles(KILL_ARTICLES, seed=11))


@pytest.fixture(scope="module")
def undisturbed(many: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> tuple[Final, Any]:
    """What the line finds when nothing happens to it."""
    return run_once(embedded(tmp_path_factory.mktemp("undisturbed")), many)


@pytest.fixture
def line(request: pytest.FixtureRequest, tmp_path: Path, unique: Callable[[str], str]) -> Iterator[Callable[..., Rig]]:
    """Make a line of the log that the test names."""
    rigs: list[Rig] = []

    def make(raws: list[dict[str, Any]], partitions: int | None = None) -> Rig:
        rigs.append(open_line(make_settings(request, tmp_path / str(len(rigs)), unique), raws, partitions))
        return rigs[-1]

    yield make
    for rig in rigs:
        rig.close()


BOTH_LOGS = pytest.mark.parametrize("line", ["sqlite", pytest.param("kafka", marks=pytest.mark.kafka)], indirect=True)


def kill_repeatedly(rig: Rig, kills: int, seed: int) -> int:
    """kill -9 the worker at random moments of its work; return how many died before they were done."""
    rng = random.Random(seed)
    died = 0
    for _ in range(kills):
        worker = rig.start()
        assert worker.stdout is not None
        if worker.stdout.readline() != "ready\n":
            raise AssertionError(f"the worker after {died} kills did not become ready: {worker.communicate()[1]}")
        time.sleep(rng.uniform(0.2, 1.5))
        died += worker.poll() is None
        worker.send_signal(signal.SIGKILL)
        worker.communicate()
    return died


@BOTH_LOGS
def test_kill_9_in_the_middle(
    line: Callable[..., Rig], many: list[dict[str, Any]], undisturbed: tuple[Final, Any]
) -> None:
    """Three kills in a run of 5,000 articles: every final record and every count as if nothing had happened."""
    rig = line(many)
    assert kill_repeatedly(rig, 3, seed=3) == 3
    rig.run_to_end()
    assert undisturbed == (final_records(rig), distinct_outcomes(rig))


@pytest.mark.long
@BOTH_LOGS
def test_twenty_kills(line: Callable[..., Rig], many: list[dict[str, Any]], undisturbed: tuple[Final, Any]) -> None:
    """The same with twenty kills."""
    rig = line(many)
    died = kill_repeatedly(rig, 20, seed=20)
    rig.run_to_end()
    assert undisturbed == (final_records(rig), distinct_outcomes(rig))
    records = sum(len(found) for found in undisturbed[0].values())
    print(f"\n{rig.kind}: {died} of 20 kills hit a working worker; {records} final records and all counts are equal")


@pytest.mark.kafka
def test_one_of_two_workers_killed(
    kafka_url: str, tmp_path: Path, unique: Callable[[str], str], many: list[dict[str, Any]], undisturbed: Any
) -> None:
    """Two workers share the partitions; one is killed in the middle; the other ends the work alone."""
    settings = Settings(broker=kafka_url, namespace=f"{unique('two')}-", data_dir=tmp_path / "var")
    rig = open_line(settings, many)
    try:
        first, second = rig.start(tmp_path / "one"), rig.start(tmp_path / "two")
        for worker in (first, second):
            assert worker.stdout is not None
            assert "ready\n" == worker.stdout.readline()
        time.sleep(1.0)
        first.send_signal(signal.SIGKILL)
        first.communicate()
        _, err = second.communicate(timeout=180)
        assert second.returncode == 0, err
        rig.run_to_end(tmp_path / "one")
        assert undisturbed == (final_records(rig), distinct_outcomes(rig))
    finally:
        rig.close()


@pytest.mark.kafka
def test_kafka_itself_killed(
    own_kafka: KafkaServer, tmp_path: Path, many: list[dict[str, Any]], undisturbed: Any
) -> None:
    """The broker dies in the middle and comes back: a worker that gave up is started again and loses nothing."""
    rig = open_line(Settings(broker=own_kafka.url, data_dir=tmp_path / "var"), many)
    try:
        worker = rig.start()
        assert worker.stdout is not None
        assert "ready\n" == worker.stdout.readline()
        time.sleep(1.0)
        own_kafka.kill()
        time.sleep(1.0)
        own_kafka.restart()
        try:
            worker.communicate(timeout=120)
        finally:
            worker.kill()
        fresh = Rig(rig.settings, MODULE)
        try:
            fresh.run_to_end()
            assert undisturbed == (final_records(fresh), distinct_outcomes(fresh))
        finally:
            fresh.close()
    finally:
        rig.close()


@pytest.fixture(scope="module")
def some() -> list[dict[str, Any]]:
    return list(articles(ORDER_ARTICLES, seed=5))


@pytest.fixture(scope="module")
def in_order(some: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> Final:
    """What one partition finds in the order of arrival."""
    return run_once(embedded(tmp_path_factory.mktemp("in-order")), some, partitions=1)[0]


def shuffle_across_outlets(raws: list[dict[str, Any]], seed: int) -> list[dict[str, Any]]:
    """Another order of arrival: inside an outlet as it was, between outlets at random."""
    rng = random.Random(seed)
    turns = [raw["outlet"] for raw in raws]
    rng.shuffle(turns)
    queues: dict[str, list[dict[str, Any]]] = {}
    for raw in reversed(raws):
        queues.setdefault(raw["outlet"], []).append(raw)
    return [queues[outlet].pop() for outlet in turns]


@BOTH_LOGS
@pytest.mark.parametrize("partitions", [1, 4])
def test_logs_and_partitions_do_not_decide(
    line: Callable[..., Rig], some: list[dict[str, Any]], in_order: Final, partitions: int
) -> None:
    """The same input gives byte-identical final records on both logs, with one and with four partitions."""
    rig = line(some, partitions)
    rig.run_to_end()
    assert in_order == final_records(rig)


@pytest.mark.parametrize("seed", range(3))
def test_order_across_outlets_does_not_decide(
    tmp_path: Path, some: list[dict[str, Any]], in_order: Final, seed: int
) -> None:
    """Shuffled between outlets: byte-identical final records under every live id."""
    found, _ = run_once(embedded(tmp_path), shuffle_across_outlets(some, seed))
    assert in_order == found


def test_the_line_finds_something(in_order: Final) -> None:
    """The comparisons above compare something: mentions, statements and alerts are there."""
    assert all(len(found) >= 10 for found in in_order.values())

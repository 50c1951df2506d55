"""Nothing is lost and nothing counted twice, whatever dies in the middle: a worker, one of two, Kafka itself."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from streams.settings import Settings
from tests.brokers import KafkaServer
from tests.generator import articles
from tests.integration.final import MODULE, Final, distinct_outcomes, embedded, final_records, open_line, run_once
from tests.integration.rig import Rig

KILL_ARTICLES = 1_500
SOAK_ARTICLES = 5_000

BOTH_LOGS = pytest.mark.parametrize("line", ["sqlite", pytest.param("kafka", marks=pytest.mark.kafka)], indirect=True)


@pytest.fixture(scope="module")
def many() -> list[dict[str, Any]]:
    return list(articles(KILL_ARTICLES, seed=11))


@pytest.fixture(scope="module")
def undisturbed(many: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> tuple[Final, Any]:
    """What the line finds when nothing happens to it."""
    return run_once(embedded(tmp_path_factory.mktemp("undisturbed")), many)


def kill_repeatedly(rig: Rig, kills: int, seed: int, within_s: float) -> int:
    """kill -9 the worker at random moments of its work; return how many died before they were done."""
    rng = random.Random(seed)
    died = 0
    for _ in range(kills):
        worker = rig.start()
        assert worker.stdout is not None
        if worker.stdout.readline() != "ready\n":
            raise AssertionError(f"the worker after {died} kills did not become ready: {worker.communicate()[1]}")
        time.sleep(rng.uniform(0.2, within_s))
        died += worker.poll() is None
        worker.send_signal(signal.SIGKILL)
        worker.communicate()
    return died


@BOTH_LOGS
def test_kill_9_in_the_middle(
    line: Callable[..., Rig], many: list[dict[str, Any]], undisturbed: tuple[Final, Any]
) -> None:
    """Three kills in a run of some thousand articles: every final record and every count as if nothing had happened."""
    rig = line(many)
    assert kill_repeatedly(rig, 3, seed=3, within_s=0.9) == 3
    rig.run_to_end()
    assert undisturbed == (final_records(rig), distinct_outcomes(rig))


@pytest.mark.long
@BOTH_LOGS
def test_twenty_kills(line: Callable[..., Rig], tmp_path: Path) -> None:
    """The same with twenty kills, in a run of 5,000 articles."""
    many = list(articles(SOAK_ARTICLES, seed=11))
    undisturbed = run_once(embedded(tmp_path / "undisturbed"), many)
    rig = line(many)
    died = kill_repeatedly(rig, 20, seed=20, within_s=1.5)
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
        # it may stop itself where a rebalance crossed its commit: whoever supervises it starts it again
        assert second.returncode == 0 or "another worker wrote it" in err, err
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

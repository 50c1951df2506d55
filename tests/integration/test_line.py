"""The whole line on real agents: what it finds is a function of what came in, not of when and where."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.generator import articles
from tests.integration.final import Final, embedded, final_records, run_once
from tests.integration.rig import Rig

ORDER_ARTICLES = 700

BOTH_LOGS = pytest.mark.parametrize("line", ["sqlite", pytest.param("kafka", marks=pytest.mark.kafka)], indirect=True)


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

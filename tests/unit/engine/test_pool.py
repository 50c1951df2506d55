"""Processes that may be killed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from streams.engine import pool as pools
from streams.engine.pool import Pool
from streams.errors import InfrastructureError, InvalidRecord

TARGET = "tests.unit.engine.wild:misbehave"


@contextmanager
def pool(processes: int = 2) -> Iterator[Pool]:
    made = Pool(TARGET, processes, cpu_s=1, memory_mb=512)
    try:
        yield made
    finally:
        made.close()


def results(made: Pool, tasks: Sequence[str]) -> list[Any]:
    """Results; an InvalidRecord as its reason."""

    async def call() -> list[Any]:
        return await made.map(tasks)

    return [f"!{found.reason}" if isinstance(found, InvalidRecord) else found for found in asyncio.run(call())]


def test_hazard_14_a_wild_page_costs_its_own_record_and_the_loop_goes_on() -> None:
    """14: what burns CPU, eats memory or kills its process, twice, is a dead letter; its neighbours pass, and the event
    loop, which has the heartbeats, never waits for it."""
    gaps = []

    async def scenario(made: Pool) -> list[Any]:
        async def beat() -> None:
            while True:
                before = time.monotonic()
                await asyncio.sleep(0.01)
                gaps.append(time.monotonic() - before)

        heart = asyncio.create_task(beat())
        found = await made.map(["one", "spin", "two", "eat", "die", "refuse", "bug", "three"])
        heart.cancel()
        return found

    with pool() as made:
        found = asyncio.run(scenario(made))
    assert ["one", None, "two", None, None, None, None, "three"] == [x if isinstance(x, str) else None for x in found]
    assert ["extraction-killed", "too-much-memory", "extraction-killed", "toy", "extraction-failed"] == [
        error.reason for error in found if isinstance(error, InvalidRecord)
    ]
    assert "twice; killed" in str(found[1])
    assert "/html" == found[5].field
    assert max(gaps) < 1.0
    assert len(gaps) > 50


def test_a_process_that_dies_once_is_forgiven(tmp_path: Path) -> None:
    """The task is tried once more, in a fresh process."""
    task = f"die-once {tmp_path / 'tried'}"
    with pool(1) as made:
        assert [task] == results(made, [task])


def test_processes_are_replaced_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parsers leak: a process ends after so many tasks, and the next goes on."""
    monkeypatch.setattr(pools, "_TASKS_PER_PROCESS", 2)
    with pool(1) as made:
        first, second, third = results(made, ["pid"] * 3)
    assert first == second != third


def test_no_process_to_be_had_is_the_worlds_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the system gives no process the records are not to blame: the worker stops."""

    def refuse(*_: object) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(pools, "_Child", refuse)
    with pool(1) as made, pytest.raises(InfrastructureError, match="no process for extraction"):
        results(made, ["one"])

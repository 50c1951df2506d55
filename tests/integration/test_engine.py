"""What the engine promises, on both logs, with toy stages: nothing lost, nothing counted twice, nothing silent."""

from __future__ import annotations

import os
import random
import signal
import time
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.integration.rig import Rig, wait_until

OUTLETS = 12


def articles(count: int, first: int = 0) -> list[dict[str, Any]]:
    return [
        {
            "outlet": f"outlet-{number % OUTLETS}.example",
            "id": str(number),
            "arrived_at": "2026-03-02T12:00:00.000Z",
            "text": f"article {number} " + "word " * 300,
        }
        for number in range(first, first + count)
    ]


def expected(count: int) -> dict[str, dict[str, int]]:
    return {
        "clean": {"cleaned": count},
        "dedupe": {"exact": OUTLETS, "near": count - OUTLETS},
        "alert": {"alerted": count},
    }


def without_repeats(outcomes: dict[str, dict[str, int]]) -> dict[str, dict[str, int]]:
    """The counts over distinct records: repeats and revisions are no new ones."""
    return {
        stage: {outcome: n for outcome, n in counts.items() if outcome not in ("repeat", "revised")}
        for stage, counts in outcomes.items()
    }


def numbers(rig: Rig) -> dict[str, list[int]]:
    """The numbers that clean gave to the articles of each outlet, each article once."""
    by_outlet: dict[str, set[tuple[str, int]]] = {}
    for article in rig.records("article-clean"):
        by_outlet.setdefault(article["outlet"], set()).add((article["article_id"], int(article["title"])))
    return {outlet: sorted(n for _, n in pairs) for outlet, pairs in by_outlet.items()}


def test_every_record_has_one_outcome(toys: Rig) -> None:
    """In equals the sum of outcomes at every stage, and a reissued record is not counted again."""
    toys.feed(articles(600))
    toys.run_to_end()
    assert expected(600) == without_repeats(toys.outcomes())
    assert OUTLETS == toys.outcomes()["alert"]["revised"]


def test_a_bad_record_is_a_dead_letter_and_its_neighbours_pass(toys: Rig) -> None:
    """What does not decode, breaks the schema, is refused by its stage or meets a bug of ours goes to the dead letters
    with its coordinates and reason; its own writes are taken back; the worker stays up."""
    good = articles(40)
    bad: list[tuple[bytes, str]] = [
        (b"{not json", "outlet-0.example"),
        (b'{"outlet": "caf\xe9"}', "outlet-0.example"),
        (b"[" * 10_000, "outlet-0.example"),
        (b'{"title": "\\ud800", "outlet": "a.example"}', "outlet-0.example"),
        (orjson.dumps({"outlet": "outlet-0.example", "arrived_at": "2026-03-02T12:00:00.000Z"}), "outlet-0.example"),
        (orjson.dumps({**good[0], "title": "invalid"}), "outlet-0.example"),
        (orjson.dumps({**good[0], "title": "bug"}), "outlet-0.example"),
    ]
    toys.feed(good[:20])
    toys.feed_raw(bad)
    toys.feed(good[20:])
    toys.run_to_end()
    assert {"cleaned": 40, "rejected": len(bad)} == toys.outcomes()["clean"]
    assert {outlet: list(range(1, n + 1)) for outlet, n in ((o, len(v)) for o, v in numbers(toys).items())} == numbers(
        toys
    )
    letters = [orjson.loads(stored.value or b"") for stored in toys.all_of("articles-raw-dlq")]
    assert ["not-json", "not-utf8", "nesting", "lone-surrogate", "schema", "toy", "internal-error"] == [
        letter["reason"] for letter in letters
    ]
    assert {"articles-raw"} == {letter["topic"] for letter in letters}
    assert all(letter["stage"] == "clean" and letter["message"] and letter["sha256"] for letter in letters)


def test_kill_9_loses_nothing_and_counts_nothing_twice(toys: Rig) -> None:
    """Killed again and again in the middle, the line ends with the outcomes and states of an undisturbed run."""
    rng = random.Random(7)
    toys.feed(articles(3000))
    for _ in range(3):
        worker = toys.start()
        assert worker.stdout is not None
        assert "ready\n" == worker.stdout.readline()
        time.sleep(rng.uniform(0.05, 0.5))
        worker.send_signal(signal.SIGKILL)
        worker.communicate()
    toys.run_to_end()
    assert expected(3000) == without_repeats(toys.outcomes())
    assert {f"outlet-{n}.example": list(range(1, 251)) for n in range(OUTLETS)} == numbers(toys)


def test_a_record_that_kills_its_worker_twice_is_a_dead_letter(toys: Rig) -> None:
    """Two deaths at one position make the worker careful, two more over one record make it a dead letter."""
    toys.feed(articles(10))
    toys.feed([{**articles(1)[0], "id": "poison", "title": "kill"}])
    toys.feed(articles(10, first=10))
    deaths = 0
    for _ in range(8):
        worker = toys.start()
        worker.communicate(timeout=90)
        if worker.returncode == 0:
            break
        deaths += 1
    assert 0 < deaths <= 5
    assert {"cleaned": 20, "rejected": 1} == toys.outcomes()["clean"]
    assert ["kills-worker"] == [orjson.loads(r.value or b"")["reason"] for r in toys.all_of("articles-raw-dlq")]


def test_sigterm_stops_within_five_seconds_with_everything_committed(toys: Rig) -> None:
    """A stop in the middle of work ends in order: exit status 0, the slot given back, nothing repeated afterwards."""
    toys.feed(articles(3000))
    worker = toys.start()
    assert worker.stdout is not None
    worker.stdout.readline()
    time.sleep(0.3)
    began = time.monotonic()
    worker.send_signal(signal.SIGTERM)
    _, err = worker.communicate(timeout=20)
    assert time.monotonic() - began < 5
    assert 0 == worker.returncode, err
    assert not any(position.is_open for _, position in toys.positions())
    toys.run_to_end()
    assert expected(3000) == toys_without_revised(toys)


def toys_without_revised(toys: Rig) -> dict[str, dict[str, int]]:
    """Nothing was repeated: only revisions may be there beside the expected."""
    return {
        stage: {outcome: n for outcome, n in counts.items() if outcome != "revised"}
        for stage, counts in toys.outcomes().items()
    }


@pytest.mark.kafka
@pytest.mark.parametrize("toys", ["kafka"], indirect=True)
def test_a_worker_on_another_disk_restores_before_its_first_record(toys: Rig, tmp_path: Path) -> None:
    """The state comes back from the changelog alone: numbering goes on where the other worker stopped."""
    toys.feed(articles(600))
    toys.run_to_end(tmp_path / "one")
    toys.feed(articles(600, first=600))
    toys.run_to_end(tmp_path / "two")
    toys.feed(articles(600, first=1200))
    toys.run_to_end(tmp_path / "one")  # an old copy: only what is new is read
    assert expected(1800) == without_repeats(toys.outcomes())
    assert {f"outlet-{n}.example": list(range(1, 151)) for n in range(OUTLETS)} == numbers(toys)


@pytest.mark.kafka
@pytest.mark.parametrize("toys", ["kafka"], indirect=True)
def test_one_of_two_workers_killed(toys: Rig, tmp_path: Path) -> None:
    """The survivor takes over from the changelog; the counts are those of an undisturbed run."""
    toys.feed(articles(2000))
    first = toys.start(tmp_path / "one")
    second = toys.start(tmp_path / "two")
    assert first.stdout is not None
    assert second.stdout is not None
    first.stdout.readline()
    second.stdout.readline()
    toys.feed(articles(2000, first=2000))
    time.sleep(0.5)
    first.send_signal(signal.SIGKILL)
    first.communicate()
    _, err = second.communicate(timeout=90)
    # it may stop itself where a rebalance crossed its commit: whoever supervises it starts it again
    assert second.returncode == 0 or "another worker wrote it" in err, err
    toys.run_to_end(tmp_path / "one")
    assert expected(4000) == without_repeats(toys.outcomes())
    assert {o: list(range(1, len(v) + 1)) for o, v in numbers(toys).items()} == numbers(toys)


def test_a_second_worker_on_the_same_file_is_told_so(tmp_path: Path) -> None:
    """One line that names the file and the holder; the first goes on."""
    from streams.settings import Settings

    rig = Rig(Settings(broker=f"sqlite:///{tmp_path}/line.db", data_dir=tmp_path / "var"))
    try:
        rig.create_topics()
        with rig.log.worker_lock("newsvane"):  # type: ignore[attr-defined]
            worker = rig.start()
            _, err = worker.communicate(timeout=30)
        assert worker.returncode != 0
        assert f"pid {os.getpid()}" in err
        rig.feed(articles(20))
        rig.run_to_end()
        wait_until(lambda: rig.outcomes()["clean"] == {"cleaned": 20}, "the line works afterwards")
    finally:
        rig.close()

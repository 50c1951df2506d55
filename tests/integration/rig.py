"""What the tests of a running line share: a line of their own on either log, input, worker processes, results."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson

from schemas import encode, topic_of, topics_on
from streams.engine.outcomes import read_outcomes, read_positions
from streams.engine.position import Position
from streams.log.connect import connect
from streams.log.partition import partition_for
from streams.log.protocol import Log, NewRecord, StoredRecord
from streams.log.provision import apply_topics
from streams.settings import Settings

DEADLINE_S = 180.0


class Rig:
    """One line: its settings, its log, its worker processes."""

    def __init__(self, settings: Settings, module: str = "tests.integration.toys") -> None:
        self.settings, self._module = settings, module
        self.log: Log = connect(settings)
        self.kind: Any = "sqlite" if settings.is_embedded else "kafka"
        self.workers: list[subprocess.Popen[str]] = []

    def create_topics(self, partitions: int | None = None) -> None:
        apply_topics(self.log, topics_on(self.kind), partitions)

    def feed(self, articles: Sequence[dict[str, Any]]) -> None:
        """Append raw articles as ingest does: to the partition of their outlet, in batches."""
        self.feed_raw([(encode(article), article["outlet"]) for article in articles])

    def feed_raw(self, values: Sequence[tuple[bytes, str]]) -> None:
        topic = topic_of("article-raw").name
        count = self.log.partitions(topic)
        now_ms = int(time.time() * 1000)
        for start in range(0, len(values), 100):
            chunk = values[start : start + 100]
            self.log.append(
                topic,
                [NewRecord(partition_for(key.encode(), count), key.encode(), value, now_ms) for value, key in chunk],
            )

    def start(self, data_dir: Path | None = None) -> subprocess.Popen[str]:
        """Start a worker process that ends by itself when everything is processed."""
        worker = subprocess.Popen(
            [
                sys.executable,
                "-m",
                self._module,
                self.settings.broker,
                str(data_dir or self.settings.data_dir),
                self.settings.namespace,
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.workers.append(worker)
        return worker

    def run_to_end(self, data_dir: Path | None = None) -> str:
        """Run a worker until everything is processed; return what it said."""
        worker = self.start(data_dir)
        out, err = worker.communicate(timeout=DEADLINE_S)
        assert worker.returncode == 0, err
        return out + err

    def outcomes(self) -> dict[str, dict[str, int]]:
        """The counts of outcomes of each stage, over all partitions."""
        return read_outcomes(self.log, self.settings.group)

    def positions(self) -> list[tuple[str, Position]]:
        return read_positions(self.log, self.settings.group)

    def records(self, kind: str) -> list[dict[str, Any]]:
        """Everything in the topic of this kind of record."""
        return [orjson.loads(stored.value or b"null") for stored in self.all_of(topic_of(kind).name)]

    def all_of(self, topic: str) -> list[StoredRecord]:
        return [r for partition in range(self.log.partitions(topic)) for r in self.read(topic, partition)]

    def read(self, topic: str, partition: int) -> list[StoredRecord]:
        records: list[StoredRecord] = []
        offset = 0
        while batch := self.log.read(topic, partition, offset):
            records += batch
            offset = batch[-1].offset + 1
        return records

    def with_settings(self, **changes: Any) -> Rig:
        return Rig(replace(self.settings, **changes), self._module)

    def close(self) -> None:
        for worker in self.workers:
            if worker.poll() is None:
                worker.kill()
            worker.communicate()
        self.log.close()


def wait_until(condition: Any, what: str, deadline_s: float = DEADLINE_S) -> None:
    """Look again until the condition holds."""
    end = time.monotonic() + deadline_s
    while not condition():
        assert time.monotonic() < end, f"not within {deadline_s} s: {what}"
        time.sleep(0.02)

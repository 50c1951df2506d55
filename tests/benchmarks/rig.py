"""A line to measure: its topics on one of the logs, its watches, its input, and the worker process."""

from __future__ import annotations

import contextlib
import os
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import orjson

from schemas import dead_letters_of, topic_of, topics_on
from streams.engine.worker import measure_progress
from streams.log.connect import connect
from streams.log.protocol import Log, NewRecord
from streams.log.provision import apply_topics
from streams.settings import Settings
from tests.benchmarks.measure import Spent, disk_mb
from tests.benchmarks.worker import Plan
from tests.brokers import KafkaMissing, KafkaServer
from tests.integration.real import apply_watches

ROOT = Path(__file__).resolve().parents[2]
LogName = Literal["sqlite", "kafka"]
STAGES = ("clean", "dedupe", "detect", "stance", "alert")
READ = ("article-raw", "article-clean", "article-deduped", "match", "mention")
"""What the agents read, by kind."""
APPEND_RECORDS = 200
DEADLINE_S = 600.0


class Worker:
    """A measured process and what it tells."""

    def __init__(self, plan: Plan, errors: Path) -> None:
        self.started_at = time.monotonic()
        self._errors = errors
        with errors.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.benchmarks.worker", plan.encode()],
                stdout=subprocess.PIPE,
                stderr=log,
                cwd=ROOT,
                env={name: value for name, value in os.environ.items() if not name.startswith("NEWSVANE_")},
            )
        self._told = b""

    def wait_for(self, event: str) -> dict[str, Any]:
        """The next line of this kind. Raises RuntimeError with the end of its errors where none comes."""
        assert self._process.stdout is not None
        end = time.monotonic() + DEADLINE_S
        descriptor = self._process.stdout.fileno()
        while True:
            while b"\n" in self._told:
                line, _, self._told = self._told.partition(b"\n")
                told: dict[str, Any] = orjson.loads(line)
                if told["event"] == event:
                    return told
            if not select.select([descriptor], [], [], max(0.0, end - time.monotonic()))[0]:
                raise RuntimeError(f"the worker did not tell '{event}' within {DEADLINE_S:.0f} s")
            more = os.read(descriptor, 65_536)
            if not more:
                tail = self._errors.read_text(encoding="utf-8", errors="replace")[-2000:]
                raise RuntimeError(f"the worker ended before '{event}': {tail}")
            self._told += more

    def spent(self) -> Spent:
        told = self.wait_for("spent")
        return Spent(told["wall_s"], told["cpu_s"])

    def cpu_s(self) -> float | None:
        """User and system time so far, seen from outside; None where there is no /proc."""
        stat = Path(f"/proc/{self._process.pid}/stat")
        if not stat.exists():
            return None
        fields = stat.read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def ask_to_end(self) -> None:
        self._process.terminate()

    def close(self) -> None:
        if self._process.poll() is None:
            self._process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(10)
            self._process.kill()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()


@dataclass(slots=True)
class Place:
    """One line's log and folder, which nothing else uses. The log is for one thread: others open their own."""

    name: LogName
    folder: Path
    settings: Settings
    broker_data: Path | None
    log: Log = field(init=False)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.log = connect(self.settings)
        apply_topics(self.log, topics_on(self.name))
        apply_watches(self.log)

    def fill(self, records: Sequence[NewRecord]) -> None:
        """Append raw articles."""
        topic = topic_of("article-raw").name
        for start in range(0, len(records), APPEND_RECORDS):
            self.log.append(topic, records[start : start + APPEND_RECORDS])

    def count(self, kind: str) -> int:
        """How many records the topic of this kind ever got."""
        topic = topic_of(kind).name
        return sum(self.log.end_offset(topic, partition) for partition in range(self.log.partitions(topic)))

    def wait_until_done(self) -> None:
        """Wait until every stage has committed the end of its input. Asked here and not in the worker (``until_idle``):
        a worker that stays does not ask, and asking costs."""
        stages = {stage: topic_of(kind).name for stage, kind in zip(STAGES, READ, strict=True)}
        deadline = time.monotonic() + DEADLINE_S
        while any(done < end for done, end in measure_progress(self.log, stages, self.settings.group).values()):
            if time.monotonic() > deadline:
                raise RuntimeError(f"the line did not reach the end of its input within {DEADLINE_S:.0f} s")
            time.sleep(0.5)

    def dead_letters(self) -> int:
        """How many records the agents refused."""
        names = [dead_letters_of(topic_of(kind).name).name for kind in READ]
        return sum(
            self.log.end_offset(name, partition) for name in names for partition in range(self.log.partitions(name))
        )

    @contextlib.contextmanager
    def worker(self, what: Literal["hops", "stock", "line"], **options: Any) -> Iterator[Worker]:
        settings = self.settings
        plan = Plan(what, settings.broker, str(settings.data_dir), settings.namespace, **options)
        worker = Worker(plan, self.folder / "worker.err")
        try:
            yield worker
        finally:
            worker.close()

    def log_mb(self) -> float:
        """What the topics take on disk; of a Kafka that is not ours nobody knows."""
        if self.name == "sqlite":
            return disk_mb(*self.folder.glob("line.db*"))
        return disk_mb(*self.broker_data.glob(f"{self.settings.namespace}*")) if self.broker_data else 0.0

    def state_mb(self) -> float:
        """What the worker keeps beside the log (on SQLite the state is in the log's file)."""
        return disk_mb(self.settings.data_dir)


class Bench:
    """What the parts of a run share: its size, its places, and one Kafka, started when it is first needed."""

    def __init__(self, quick: bool, kafka: bool = True) -> None:
        self.quick = quick
        self._wants_kafka = kafka
        self._stack = contextlib.ExitStack()
        self._folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="newsvane-bench-")))
        self._places = 0
        self._kafka: tuple[str, Path | None] | KafkaMissing | None = None

    def size(self, full: int, quick: int) -> int:
        return quick if self.quick else full

    def has_kafka(self) -> str | None:
        """None where Kafka runs, else what is missing."""
        if not self._wants_kafka:
            return "not asked for"
        if self._kafka is None:
            self._kafka = self._start_kafka()
        return str(self._kafka) if isinstance(self._kafka, KafkaMissing) else None

    def _start_kafka(self) -> tuple[str, Path | None] | KafkaMissing:
        running = os.environ.get("NEWSVANE_TEST_KAFKA")
        if running:
            return (running if "://" in running else f"kafka://{running}"), None
        try:
            server = self._stack.enter_context(KafkaServer(self._folder / "kafka"))
        except KafkaMissing as missing:
            return missing
        return server.url, server.folder / "data"

    def logs(self) -> tuple[list[LogName], list[str]]:
        """The logs to measure on, and a note for the one that is not there."""
        missing = self.has_kafka()
        return (["sqlite"], [f"Kafka skipped: {missing}"]) if missing else (["sqlite", "kafka"], [])

    @contextlib.contextmanager
    def place(self, name: LogName) -> Iterator[Place]:
        """A line of its own; on Kafka under a namespace of its own."""
        self._places += 1
        folder = self._folder / f"line-{self._places}"
        if name == "sqlite":
            settings = Settings(broker=f"sqlite:///{folder}/line.db", data_dir=folder / "var")
            place = Place(name, folder, settings, None)
        else:
            assert isinstance(self._kafka, tuple)
            url, data = self._kafka
            settings = Settings(
                broker=url, data_dir=folder / "var", namespace=f"b{os.getpid()}-{time.time_ns()}-{self._places}-"
            )
            place = Place(name, folder, settings, data)
        try:
            yield place
        finally:
            place.log.close()

    def close(self) -> None:
        self._stack.close()

    def __enter__(self) -> Bench:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

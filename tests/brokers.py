"""A real Apache Kafka for tests and benchmarks: one broker in KRaft mode on loopback, of a pinned version.

Its jars come through Maven once, into ``.cache/kafka-<version>`` of the repository. The process dies with the one that
started it. ``python -m tests.brokers`` runs one until interrupted and prints its URL.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

VERSION = "4.1.1"
CACHE = Path(__file__).resolve().parent.parent / ".cache" / f"kafka-{VERSION}"
START_S = 60.0

_POM = f"""<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>newsvane</groupId><artifactId>kafka-for-tests</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>{VERSION}</version>
    </dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-simple</artifactId><version>1.7.36</version></dependency>
  </dependencies>
</project>
"""

_PROPERTIES = """process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller_port}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
log.dirs={data}
num.partitions=1
auto.create.topics.enable=false
offsets.topic.num.partitions=4
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
message.max.bytes=8519680
replica.fetch.max.bytes=8519680
socket.request.max.bytes=104857600
log.retention.check.interval.ms=1000
log.cleaner.backoff.ms=500
log.initial.task.delay.ms=500
log.segment.delete.delay.ms=500
"""


class KafkaMissing(Exception):
    """Kafka cannot run here; the message names what is missing."""


def resolve_jars() -> Path:
    """The folder with Kafka's jars, fetched on first use. Raises KafkaMissing."""
    for program in ("java", "mvn"):
        if shutil.which(program) is None:
            raise KafkaMissing(f"'{program}' is not on PATH")
    jars = CACHE / "libs"
    if not jars.is_dir():
        # into a folder of its own first: an interrupted download must not look complete
        work = CACHE.parent / f"{CACHE.name}.{os.getpid()}"
        work.mkdir(parents=True)
        try:
            (work / "pom.xml").write_text(_POM)
            done = subprocess.run(
                ["mvn", "-q", "-B", "dependency:copy-dependencies", "-DoutputDirectory=libs"],
                cwd=work,
                capture_output=True,
                text=True,
                timeout=600,
            )
            if done.returncode:
                raise KafkaMissing(f"mvn could not fetch Kafka {VERSION}: {done.stdout.strip()[-300:]}")
            with contextlib.suppress(OSError):  # another process was first
                work.rename(CACHE)
        finally:
            shutil.rmtree(work, ignore_errors=True)
    return jars


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on, all different."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


# makes the program that it becomes die with this process, also by kill -9 (PR_SET_PDEATHSIG)
_DIE_WITH_PARENT = "import ctypes, os, sys; ctypes.CDLL(None).prctl(1, 9); os.execvp(sys.argv[1], sys.argv[1:])"


class KafkaServer:
    """One broker with its data under ``folder``; its ports and data stay the same over restarts.

    Start it from a thread that lives as long as it is needed: on Linux the broker dies with that thread.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._own_folder = folder is None
        self.folder = folder or Path(tempfile.mkdtemp(prefix="newsvane-kafka-"))
        self.port, self._controller_port = free_ports(2)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def server(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"kafka://{self.server}"

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start and wait until it answers. Raises KafkaMissing, or RuntimeError with the end of its log."""
        if self._process is not None:
            raise RuntimeError("it runs already")
        jars = resolve_jars()
        properties = self.folder / "server.properties"
        if not properties.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            properties.write_text(
                _PROPERTIES.format(port=self.port, controller_port=self._controller_port, data=self.folder / "data")
            )
            self._java(
                jars, "kafka.tools.StorageTool", "format", "-t", "bmV3c3ZhbmUtdGVzdHMhIQ", "-c", str(properties)
            ).wait()
        self._process = self._java(jars, "kafka.Kafka", str(properties))
        try:
            self._wait_until_it_answers()
        except BaseException:
            self.kill()
            raise

    def _wait_until_it_answers(self) -> None:
        assert self._process is not None
        deadline = time.monotonic() + START_S
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"kafka did not start: {self.log_path.read_text()[-1000:]}")
            time.sleep(0.05)

    @property
    def log_path(self) -> Path:
        return self.folder / "kafka.log"

    def _java(self, jars: Path, *arguments: str) -> subprocess.Popen[bytes]:
        wrapper = [sys.executable, "-c", _DIE_WITH_PARENT] if sys.platform == "linux" else []
        with self.log_path.open("ab") as log:
            return subprocess.Popen(
                [
                    *wrapper, "java", "-Xms256m", "-Xmx1g", "-XX:TieredStopAtLevel=1",
                    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                    "-cp", f"{jars}/*", *arguments,
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                start_new_session=True,  # an interrupt at the terminal is for the tests; they stop it
            )  # fmt: skip

    def _answers(self) -> bool:
        from kafka import KafkaAdminClient
        from kafka.errors import KafkaError

        with contextlib.suppress(OSError, KafkaError):
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            admin = KafkaAdminClient(bootstrap_servers=self.server, bootstrap_timeout_ms=3000)
            try:
                admin.list_topics()
            finally:
                admin.close()
            return True
        return False

    def stop(self) -> None:
        """Let it end in order; kill it after ten seconds."""
        if self._process is not None:
            self._process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(10)
        self.kill()

    def kill(self) -> None:
        """kill -9."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def restart(self) -> None:
        """Start again, on the same ports and data, whether it was stopped, killed or runs."""
        self.stop()
        self.start()

    def remove(self) -> None:
        """Stop it and delete its data."""
        self.stop()
        if self._own_folder:
            shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> KafkaServer:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.remove()


def main() -> None:
    with KafkaServer() as server:
        print(server.url, flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            signal.pause()


if __name__ == "__main__":
    main()

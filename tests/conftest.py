"""What tests share: a real Kafka for those that are marked so, and names that no other test has."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.brokers import KafkaMissing, KafkaServer


@pytest.fixture(scope="session", autouse=True)
def _ctrl_c() -> None:
    """What tests start can be interrupted, also where whoever started them ignores Ctrl-C and would pass that on."""
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def kafka_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Kafka of this session, or the one that NEWSVANE_TEST_KAFKA names (``kafka://host:port``)."""
    running = os.environ.get("NEWSVANE_TEST_KAFKA")
    if running:
        yield running if "://" in running else f"kafka://{running}"
        return
    server = make_kafka(tmp_path_factory.mktemp("kafka"))
    try:
        yield server.url
    finally:
        server.remove()


@pytest.fixture
def own_kafka(tmp_path: Path) -> Iterator[KafkaServer]:
    """A Kafka of this test alone, to kill and restart."""
    server = make_kafka(tmp_path / "kafka")
    try:
        yield server
    finally:
        server.remove()


def make_kafka(folder: Path) -> KafkaServer:
    """Start one, or skip the test saying what is missing; in CI that is a failure."""
    server = KafkaServer(folder)
    try:
        server.start()
    except KafkaMissing as missing:
        if os.environ.get("CI") == "true":
            pytest.fail(f"no Kafka in CI: {missing}")
        pytest.skip(f"no Kafka: {missing}")
    return server


SLOWEST = ("test_kills.py", "test_replay.py", "test_line.py", "test_engine.py", "test_hazards.py", "test_cli.py")
"""Files that take longest, first: side by side with the others, none of them ends alone."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: SLOWEST.index(item.path.name) if item.path.name in SLOWEST else len(SLOWEST))


_serial = count(1)


@pytest.fixture
def unique() -> Callable[[str], str]:
    """Make a name of a topic or group that is new, also on a cluster that lives on."""
    prefix = f"t{os.getpid()}-{os.urandom(3).hex()}"
    return lambda name: f"{name}-{prefix}-{next(_serial)}"

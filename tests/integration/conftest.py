"""A line of its own for each test: a SQLite file, or a namespace on the session's Kafka."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from streams.settings import Settings
from tests.integration.rig import Rig
from tests.integration.shell import Shell


@pytest.fixture(params=["sqlite", pytest.param("kafka", marks=pytest.mark.kafka)])
def toys(request: pytest.FixtureRequest, tmp_path: Path, unique: Callable[[str], str]) -> Iterator[Rig]:
    """A line of toy stages on each log."""
    rig = Rig(make_settings(request, tmp_path, unique))
    try:
        rig.create_topics()
        yield rig
    finally:
        rig.close()


def make_settings(request: pytest.FixtureRequest, tmp_path: Path, unique: Callable[[str], str]) -> Settings:
    tmp_path.mkdir(parents=True, exist_ok=True)
    if request.param == "sqlite":
        return Settings(broker=f"sqlite:///{tmp_path}/line.db", data_dir=tmp_path / "var")
    broker = request.getfixturevalue("kafka_url")
    return Settings(broker=broker, data_dir=tmp_path / "var", namespace=f"{unique('line')}-")


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    shell = Shell(tmp_path)
    yield shell
    shell.close()


@pytest.fixture
def kafka_shell(tmp_path: Path, kafka_url: str, unique: Callable[[str], str]) -> Iterator[Shell]:
    shell = Shell(
        tmp_path, NEWSVANE_BROKER=kafka_url, NEWSVANE_NAMESPACE=f"{unique('cli')}-", NEWSVANE_TOPIC_PARTITIONS="2"
    )
    yield shell
    shell.close()

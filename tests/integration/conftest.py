"""A line of its own for each test: a SQLite file, or a namespace on the session's Kafka."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from streams.settings import Settings
from tests.integration.final import open_line
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

"""One application a test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.web.rig import Rig, rig


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Rig]:
    with rig(tmp_path) as made:
        yield made


@pytest.fixture
def full(web: Rig) -> Rig:
    web.add_samples()
    return web

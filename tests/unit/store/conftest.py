"""A store of its own for a test, and how to put records into it and look at all of its rows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from streams.settings import Settings
from streams.store.database import Store, open_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(Settings(store=f"sqlite:///{tmp_path}/store.db"))
    yield opened
    opened.close()

"""Where is the outbox, and is anybody using it? One deliver process a group and machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from streams.errors import WorkerLocked
from streams.log.lock import worker_lock
from streams.log.open import sqlite_path
from streams.settings import Settings


def outbox_path(settings: Settings) -> Path:
    """Beside an embedded log, so that a copied folder takes it along; on Kafka in the folder for local state."""
    group = quote(settings.group, safe="")
    if settings.is_embedded:
        path = sqlite_path(settings.broker)
        return path.with_name(f"{path.stem}-deliver-{group}.db")
    namespace = f"{quote(settings.namespace, safe='')}-" if settings.namespace else ""
    return settings.data_dir / f"deliver-{namespace}{group}.db"


def line_of(settings: Settings) -> str:
    """What the outbox is for, without anything secret."""
    if settings.is_embedded:
        return f"log {sqlite_path(settings.broker).name}, group {settings.group}"
    servers = settings.broker.rpartition("@")[2].removeprefix("kafka://")
    return f"kafka {servers}, namespace {settings.namespace or 'none'}, group {settings.group}"


@contextmanager
def sole_deliverer(path: Path) -> Iterator[None]:
    """Hold the right to deliver from this outbox. Raises WorkerLocked, which names the other process."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with worker_lock(path, "deliver"):
            yield
    except WorkerLocked as error:
        holder = str(error).partition("(")[2].partition(")")[0]
        raise WorkerLocked(
            f"another process delivers from '{path}' already ({holder}); one a group is enough, stop it first "
            "('newsvane run' delivers too)"
        ) from None

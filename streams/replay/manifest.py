"""What is known of one replay: what was asked, where its data lies, how far it is. One JSON file a replay.

``data_dir/replays/<replay_id>/`` holds ``manifest.json`` and the replay's own log, ``replay.db``. The manifest is
written whole or not at all, so a kill leaves the one before; a folder without one is a replay that never began. How far
copying and processing are is not in it: the replay's log knows that, in the transactions of the records themselves.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal

import orjson

from streams.errors import InfrastructureError, UsageError
from streams.log.lock import worker_lock
from streams.model.ids import digest
from streams.model.times import format_utc_ms
from streams.model.watch import Watch
from streams.replay.ranges import By, Range, in_words
from streams.settings import Settings

FOLDER: Final = "replays"
FILE: Final = "manifest.json"
DATABASE: Final = "replay.db"
GROUP: Final = "replay"
COPY_LOCK: Final = "copy"
_ID: Final = re.compile(r"[0-9]{8}-[0-9]{6}-[0-9a-f]{6}")

State = Literal["running", "done"]


@dataclass(frozen=True, slots=True)
class Request:
    """What a person asked for. ``asked`` are the words, for finding an unfinished replay of the same command again;
    ``range`` is what they meant then. ``last_stage``: where the line ends (dedupe: only for the articles)."""

    topic: str
    kind: str
    range: Range
    warm_up_ms: int
    asked: tuple[str, ...]
    watches: tuple[Watch, ...] | None = None
    last_stage: str = "alert"

    def key(self) -> str:
        """The same for the same words and watches."""
        pinned = orjson.dumps(self.watches, option=orjson.OPT_SORT_KEYS)
        return digest("replay", self.topic, self.last_stage, *self.asked, pinned)


@dataclass(frozen=True, slots=True)
class Manifest:
    """``starts`` and ``ends``: the source's offsets between which is copied, by partition. ``first_offsets``: where the
    source began then. ``missing`` says what a replay from the beginning would have had: it makes this one approximate.
    Counts are there once it is done."""

    replay_id: str
    key: str
    created_at: str
    source: str
    namespace: str
    group: str
    topic: str
    kind: str
    from_ms: int | None
    to_ms: int
    by: By
    warm_from_ms: int | None
    last_stage: str
    watches: list[Watch] | None
    starts: dict[str, int]
    ends: dict[str, int]
    missing: list[str] = field(default_factory=list)
    state: State = "running"
    finished_at: str | None = None
    worked_s: float = 0.0
    records: int = 0
    warm_records: int = 0

    @property
    def range(self) -> Range:
        return Range(self.from_ms, self.to_ms, self.by)

    @property
    def copied_range(self) -> Range:
        """The range with its warm-up."""
        return Range(self.warm_from_ms, self.to_ms, self.by)

    @property
    def is_exact(self) -> bool:
        return not self.missing

    @property
    def most_records(self) -> int:
        """How many records will be looked at; as many are copied unless they are filtered."""
        return sum(self.ends[partition] - start for partition, start in self.starts.items())

    def check_source(self, settings: Settings) -> None:
        """Raises UsageError where the settings name another log than it was made from."""
        if (self.source, self.namespace) != (settings.broker, settings.namespace):
            raise UsageError(
                f"replay {self.replay_id} is of {self.source}, the settings name {settings.broker}; set NEWSVANE_BROKER"
                + (f" and NEWSVANE_NAMESPACE={self.namespace}" if self.namespace != settings.namespace else "")
            )

    def in_words(self) -> str:
        start = "the log's start" if self.from_ms is None else in_words(self.from_ms)
        by = "" if self.by == "arrival" else " by publication"
        return f"{self.topic} from {start} to {in_words(self.to_ms)} UTC{by}"


def new_id(request: Request, now: datetime) -> str:
    """Sorts by time, and differs for requests of the same second."""
    return f"{now:%Y%m%d-%H%M%S}-{digest(request.key(), format_utc_ms(now))[:6]}"


class Shelf:
    """All replays of one data folder."""

    def __init__(self, data_dir: Path) -> None:
        self.folder = data_dir / FOLDER

    def place(self, replay_id: str) -> Path:
        return self.folder / replay_id

    def write(self, manifest: Manifest) -> None:
        folder = self.place(manifest.replay_id)
        fresh = folder / f"{FILE}.{os.getpid()}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with fresh.open("wb") as file:
                file.write(orjson.dumps(asdict(manifest), option=orjson.OPT_INDENT_2))
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(folder / FILE)
        except OSError as error:
            raise InfrastructureError(
                f"no replay can be kept in '{folder}': {error.strerror}; see NEWSVANE_DATA_DIR"
            ) from error

    def all(self) -> list[Manifest]:
        """The oldest first."""
        return list(self._read_all())

    def _read_all(self) -> Iterator[Manifest]:
        for path in sorted(self.folder.glob(f"*/{FILE}")):
            found = _read(path)
            if found is not None:
                yield found

    def find(self, name: str) -> Manifest:
        """The replay of this id, of a beginning that only it has, or the newest (``last``). Raises UsageError."""
        known = self.all()
        if name == "last" and known:
            return known[-1]
        found = [manifest for manifest in known if manifest.replay_id.startswith(name)]
        if len(found) == 1:
            return found[0]
        some = ", ".join(manifest.replay_id for manifest in (found or known)[-3:]) or "none"
        what = f"is the beginning of {len(found)} replays" if found else "is no replay"
        raise UsageError(f"'{name:.60}' {what}; there are: {some}; see 'newsvane replay list'")

    def unfinished(self, key: str) -> Manifest | None:
        """The newest replay of the same request, if it is not done."""
        same = [manifest for manifest in self._read_all() if manifest.key == key]
        return same[-1] if same and same[-1].state != "done" else None

    def drop(self, manifest: Manifest) -> int:
        """Delete it; return the bytes that it took. Raises WorkerLocked while it runs."""
        folder = self.place(manifest.replay_id)
        if _ID.fullmatch(folder.name) is None:
            raise UsageError(f"'{folder.name:.60}' is no replay of ours; nothing was deleted")
        with worker_lock(folder / DATABASE, GROUP), worker_lock(folder / DATABASE, COPY_LOCK):
            size = self.size(manifest)
            (folder / FILE).unlink()  # first: what is left of a drop that was killed is no replay any more
            shutil.rmtree(folder)
        return size

    def size(self, manifest: Manifest) -> int:
        """Bytes on disk."""
        return sum(path.stat().st_size for path in self.place(manifest.replay_id).rglob("*") if path.is_file())

    def is_running(self, manifest: Manifest) -> bool:
        """Whether a process works at it right now."""
        from streams.errors import WorkerLocked

        try:
            with worker_lock(self.place(manifest.replay_id) / DATABASE, COPY_LOCK):
                return False
        except WorkerLocked:
            return True


def settings_of(settings: Settings, folder: Path) -> Settings:
    """The settings of the replay's own line: its own log, state and group; no security, no namespace."""
    return replace(
        settings,
        broker=f"sqlite:///{folder.absolute()}/{DATABASE}",
        data_dir=folder,
        namespace="",
        group=GROUP,
        topic_partitions=0,
        kafka_security="PLAINTEXT",
        kafka_username="",
        kafka_password="",
        kafka_password_file="",
    )


def _read(path: Path) -> Manifest | None:
    try:
        values: Mapping[str, Any] = orjson.loads(path.read_bytes())
        return Manifest(**values)
    except FileNotFoundError:  # dropped meanwhile
        return None
    except (ValueError, TypeError, OSError) as error:
        raise InfrastructureError(f"'{path}' can't be read ({error}); delete its folder, or restore it") from error

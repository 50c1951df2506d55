"""Where does an interrupted ingest go on? At the article behind the last one that the log has acknowledged.

The place is kept while a file or directory is being read, and forgotten at its end: what was read whole is read whole
again, and clean recognises the repeats. On the embedded log the place moves in the transaction of the articles (table
``state``, stage ``ingest``); on Kafka it is a small file written after the acknowledgement, so that a kill in between
repeats at most one batch. It belongs to the absolute path and to the options that change a record; it counts only while
the file is the same: size, time of change, inode and first bytes.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO, Final, Protocol

import orjson

from streams.errors import InfrastructureError
from streams.log.protocol import Log, NewRecord
from streams.log.sqlite import SqliteLog
from streams.model.ids import digest

_STAGE: Final = "ingest"
_HEAD_BYTES: Final = 65_536


@dataclass(frozen=True, slots=True)
class Place:
    """``items`` of the file ``inner`` are in the log, and all files before it that had not changed since
    ``begun_ns``."""

    inner: tuple[str, ...]
    identity: str
    items: int
    begun_ns: int

    @classmethod
    def decode(cls, raw: bytes) -> Place | None:
        """Read it; None for what this version did not write."""
        try:
            values = orjson.loads(raw)
            return cls(tuple(values["inner"]), values["identity"], values["items"], values["begun_ns"])
        except (ValueError, KeyError, TypeError):
            return None

    def encode(self) -> bytes:
        return orjson.dumps(asdict(self))


class Progress(Protocol):
    """Appends batches and keeps the place that they reach."""

    def load(self, source_id: str) -> Place | None: ...

    def append(self, topic: str, records: Sequence[NewRecord], source_id: str | None, place: Place | None) -> None:
        """Append all or nothing, and move the place of the source; None forgets it. No ``source_id``: no place."""
        ...


class SqliteProgress:
    """On the embedded log: articles and place in one transaction."""

    def __init__(self, log: SqliteLog) -> None:
        self._log = log

    def load(self, source_id: str) -> Place | None:
        rows = self._log.query(
            "SELECT value FROM state WHERE stage = ? AND partition = 0 AND key = ?", (_STAGE, source_id.encode())
        )
        return Place.decode(rows[0][0]) if rows else None

    def append(self, topic: str, records: Sequence[NewRecord], source_id: str | None, place: Place | None) -> None:
        with self._log.transaction() as tx:
            if records:
                tx.append(topic, records)
            if source_id is None:
                return
            if place is None:
                tx.execute(
                    "DELETE FROM state WHERE stage = ? AND partition = 0 AND key = ?", (_STAGE, source_id.encode())
                )
            else:
                tx.execute(
                    "INSERT OR REPLACE INTO state VALUES (?, 0, ?, ?)", (_STAGE, source_id.encode(), place.encode())
                )


class FileProgress:
    """Beside a log elsewhere: a file in ``folder`` after each acknowledged batch."""

    def __init__(self, log: Log, folder: Path) -> None:
        self._log = log
        self._folder = folder

    def load(self, source_id: str) -> Place | None:
        try:
            return Place.decode(self._path(source_id).read_bytes())
        except FileNotFoundError:
            return None

    def append(self, topic: str, records: Sequence[NewRecord], source_id: str | None, place: Place | None) -> None:
        if records:
            self._log.append(topic, records)
        if source_id is None:
            return
        path = self._path(source_id)
        try:
            if place is None:
                path.unlink(missing_ok=True)
                return
            self._folder.mkdir(parents=True, exist_ok=True)
            fresh = path.with_suffix(f".{os.getpid()}")
            fresh.write_bytes(place.encode())
            fresh.replace(path)
        except OSError as error:
            raise InfrastructureError(
                f"no place of the ingest can be kept in '{self._folder}': {error.strerror}; see NEWSVANE_DATA_DIR"
            ) from error

    def _path(self, source_id: str) -> Path:
        return self._folder / f"{source_id}.json"


def progress_on(log: Log, data_dir: Path) -> Progress:
    """The progress that this log allows."""
    return SqliteProgress(log) if isinstance(log, SqliteLog) else FileProgress(log, data_dir / "ingest")


def source_id(log_address: str, argument: str, options: Sequence[str]) -> str:
    """The id of what is read into which log, and how: with other options it is another ingest."""
    return digest("ingest", log_address, os.path.abspath(argument), *options)  # noqa: PTH100 - links stay links


def identity_of(stream: BinaryIO) -> str:
    """What tells that a file is still the same. The stream is at its beginning, before and after."""
    found = os.fstat(stream.fileno())
    head = stream.read(_HEAD_BYTES)
    stream.seek(0)
    return digest("file", str(found.st_size), str(found.st_mtime_ns), str(found.st_ino), head)

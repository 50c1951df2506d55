"""How does a notification reach a file? As one JSON line, the event of a webhook, on disk before the answer comes.

``path`` is a bare file name inside ``NEWSVANE_DELIVER_FOLDER``, or that folder with the name behind it; it leads
nowhere else (no folders, no dots in front, no symbolic links, regular files alone). Writers lock the file, so several
may share it. A line that a crash tore is ended before the next one begins; a line that does not fit on the disk is
taken back.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import re
import stat
import time
from datetime import datetime
from pathlib import Path

from streams.deliver.answer import Answer
from streams.deliver.background import Threads, TooManyThreads
from streams.deliver.destinations import NotAllowed, Spec, answer_of_error
from streams.deliver.notification import Notification, render_event
from streams.settings import Settings

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}", re.ASCII)
_FLAGS = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK


def check_path(path: str | None, folder: str) -> str:
    """The file's name, without anything that leads elsewhere. Raises NotAllowed."""
    if not folder:
        raise NotAllowed("destination kind 'file' is not allowed here; NEWSVANE_DELIVER_FOLDER names its folder")
    before, _, name = (path or "").rpartition("/")
    if not _NAME.fullmatch(name) or before not in ("", folder.rstrip("/")):
        raise NotAllowed(
            "the path of a file leads out of NEWSVANE_DELIVER_FOLDER or is no file name; expected letters, digits, "
            "dots, hyphens and underscores, such as alerts.jsonl"
        )
    return name


class FileDestination:
    """One file of JSON lines."""

    def __init__(self, spec: Spec, settings: Settings) -> None:
        self._name = check_path(spec.get("path"), settings.deliver_folder)
        self._folder = Path(settings.deliver_folder)
        self._timeout_s = float(spec.get("timeout_s") or 15)
        self._one = Threads(1)

    async def send(self, notification: Notification, at: datetime) -> Answer:
        """Append once."""
        began = time.monotonic()
        try:
            line = render_event(notification) + b"\n"
            async with asyncio.timeout(self._timeout_s):
                await self._one.run(lambda: _append(self._folder, self._name, line))
        except TimeoutError:
            return Answer("retry", None, None, f"not on disk within {self._timeout_s:g} s", _ms_since(began))
        except TooManyThreads:
            return Answer("retry", None, None, "the attempt before has not ended", _ms_since(began))
        except OSError as error:
            detail = f"file {self._name!r} can't be written: {error.strerror}"
            return Answer("retry", None, None, detail, _ms_since(began))
        except Exception as error:
            return answer_of_error(error, _ms_since(began))
        return Answer("delivered", None, None, "on disk", _ms_since(began))

    async def close(self) -> None:
        """Nothing is held."""


def _append(folder: Path, name: str, line: bytes) -> None:
    inside = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        file = os.open(name, _FLAGS, 0o640, dir_fd=inside)
        try:
            if not stat.S_ISREG(os.fstat(file).st_mode):
                raise NotAllowed(f"{name!r} is no regular file; remove it or choose another name")
            fcntl.flock(file, fcntl.LOCK_EX)
            _write(file, line)
            os.fsync(file)
        finally:
            os.close(file)
        os.fsync(inside)
    finally:
        os.close(inside)


def _write(file: int, line: bytes) -> None:
    size = os.fstat(file).st_size
    if size and os.pread(file, 1, size - 1) != b"\n":
        line = b"\n" + line
    try:
        rest = memoryview(line)
        while rest:
            rest = rest[os.write(file, rest) :]
    except OSError:
        os.ftruncate(file, size)
        raise


def _ms_since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)

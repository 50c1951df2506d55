"""Lines of JSON for a filter: from files or standard input, plain or gzipped, each with its place for an error.

A thread reads ahead, and a batch is what has come so far: a filter in a pipe answers each line as it comes, and reads
a file in batches. A file that is missing stops the filter before it starts; what can't be read later is reported with
file and line, and the rest goes on.
"""

from __future__ import annotations

import gzip
import os
import sys
import threading
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import IO, cast

from streams.errors import InvalidRecord, UsageError

MAX_LINE_BYTES = 64 << 20
MAX_BATCH = 64
_AHEAD = 4 * MAX_BATCH
_BOM = b"\xef\xbb\xbf"
_STDIN = "-"
_TOO_LONG = f"the line is longer than {MAX_LINE_BYTES >> 20} MB; expected one article a line"


@dataclass(frozen=True, slots=True)
class Line:
    """One line that is not blank; ``failure`` says why it could not be read."""

    file: str
    number: int
    raw: bytes
    failure: InvalidRecord | None = None

    @property
    def place(self) -> str:
        return f"{self.file}:{self.number}"


def check_files(files: Sequence[str]) -> None:
    """Raises UsageError for the first that can't be opened."""
    for name in files:
        if name == _STDIN:
            continue
        path = Path(name)
        if path.is_dir():
            raise UsageError(f"{name} is a folder; name its files")
        if not os.access(path, os.R_OK):
            problem = "can't be read" if path.exists() else "does not exist"
            raise UsageError(f"{name} {problem}; expected a file of JSON lines, plain or .gz, or - for stdin")


def read_batches(files: Sequence[str]) -> Iterator[list[Line]]:
    """Yield what has come so far, at least one line at a time; standard input where no file is named."""
    queue: SimpleQueue[Line | None] = SimpleQueue()
    room = threading.Semaphore(_AHEAD)

    def fill() -> None:
        for name in files or (_STDIN,):
            for line in _read_file(name):
                room.acquire()
                queue.put(line)
        queue.put(None)

    # a daemon: it may wait for a terminal for ever
    threading.Thread(target=fill, name="newsvane-lines", daemon=True).start()
    while (line := queue.get()) is not None:
        batch = [line]
        is_over = False
        with suppress(Empty):
            while len(batch) < MAX_BATCH and not is_over:
                following = queue.get_nowait()
                if following is None:
                    is_over = True
                else:
                    batch.append(following)
        yield batch
        room.release(len(batch))
        if is_over:
            return


def _read_file(name: str) -> Iterator[Line]:
    shown = "stdin" if name == _STDIN else name
    number = 0
    try:
        with _open(name) as file:
            while raw := file.readline(MAX_LINE_BYTES):
                number += 1
                if number == 1:
                    raw = raw.removeprefix(_BOM)
                if len(raw) == MAX_LINE_BYTES and not raw.endswith(b"\n"):
                    while (rest := file.readline(MAX_LINE_BYTES)) and not rest.endswith(b"\n"):
                        pass
                    yield Line(shown, number, b"", InvalidRecord("too-large", _TOO_LONG))
                elif raw and not raw.isspace():
                    yield Line(shown, number, raw)
    except (OSError, EOFError, zlib.error) as error:
        # gzip.BadGzipFile is an OSError without a strerror
        reason = f"can't be read further: {getattr(error, 'strerror', None) or error}"
        yield Line(shown, number + 1, b"", InvalidRecord("unreadable", reason))


@contextmanager
def _open(name: str) -> Iterator[IO[bytes]]:
    # not sys.stdin: a thread that waits in its buffer makes the interpreter crash at the exit
    with open(sys.stdin.fileno() if name == _STDIN else name, "rb", closefd=name != _STDIN) as plain:
        if plain.peek(2)[:2] == b"\x1f\x8b":
            with gzip.open(plain) as unpacked:
                yield cast("IO[bytes]", unpacked)
        else:
            yield plain

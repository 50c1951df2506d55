"""Which inputs does an argument name, and what are they? Files, directories, ``-`` and addresses, plain or gzipped.

A directory is walked in the order of names, folders among them, without hidden names and without links to folders.
Gzip is known by its first bytes. Order of the rules for the format: ``--format``; what follows from the name
(``.jsonl .ndjson .json .html .htm .xhtml .xml .rss .atom .rdf .txt .text .md``, also with ``.gz``); the first bytes.
A name that says XML is looked into: a page may be XHTML. A file of an unknown name with NUL bytes is refused.
"""

from __future__ import annotations

import errno
import gzip
import io
import os
import re
import select
import socket
import stat
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, Literal, cast, get_args

from streams.errors import RefusedInput, UsageError
from streams.ingest.encodings import mark_of

Format = Literal["auto", "jsonl", "json", "html", "feed", "text"]
FORMATS: Final[tuple[Format, ...]] = get_args(Format)

STDIN: Final = "-"
HEAD_BYTES: Final = 4096
_BUFFER: Final = 1 << 17
_GZIP: Final = b"\x1f\x8b"
_BY_NAME: Final[dict[str, Format]] = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".xml": "feed",
    ".rss": "feed",
    ".atom": "feed",
    ".rdf": "feed",
    ".txt": "text",
    ".text": "text",
    ".md": "text",
}
_FEED_ROOT: Final = re.compile(rb"<(?:rss|(?:[A-Za-z][\w.\-]{0,20}:)?(?:feed|entry|RDF))[\s>]")
_PAGE: Final = re.compile(rb"<(?:!doctype\s+html|html|head|body|title|div|p|article|main)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FoundFile:
    """One file of a source. ``inner`` are its names below the directory that was given, for the order of a walk."""

    path: Path
    name: str
    inner: tuple[str, ...]


def walk(argument: str) -> Iterator[FoundFile]:
    """The files of a path, in the order of names. Raises RefusedInput for a path that is not there."""
    path = Path(argument)
    try:
        is_folder = stat.S_ISDIR(path.stat().st_mode)
    except (OSError, ValueError) as error:
        raise unreadable(error) from None
    if is_folder:
        try:
            yield from _walk(path, ())
        except OSError as error:
            raise unreadable(error) from None
    else:
        yield FoundFile(path, argument, ())


def _walk(folder: Path, inner: tuple[str, ...]) -> Iterator[FoundFile]:
    with os.scandir(folder) as entries:
        found = sorted((entry for entry in entries if not entry.name.startswith(".")), key=lambda entry: entry.name)
    for entry in found:
        names = (*inner, entry.name)
        path = folder / entry.name
        if entry.is_dir(follow_symlinks=False):
            try:
                yield from _walk(path, names)
            except OSError:
                yield FoundFile(path, str(path), names)  # opening it says why
        elif not entry.is_dir():
            yield FoundFile(path, str(path), names)


def total_bytes(arguments: tuple[str, ...]) -> int | None:
    """The bytes of all files that the arguments name, for a progress bar; None where one has no size."""
    total = 0
    for argument in arguments:
        if argument == STDIN or "://" in argument:
            return None
        try:
            total += sum(found.path.stat().st_size for found in walk(argument))
        except (OSError, RefusedInput):
            continue
    return total


@contextmanager
def open_file(found: FoundFile) -> Iterator[BinaryIO]:
    """Open it for this ingest alone. Raises RefusedInput for what can't be read."""
    try:
        descriptor = os.open(found.path, os.O_RDONLY | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        raise unreadable(error) from None
    with open(descriptor, "rb", buffering=_BUFFER) as stream:  # noqa: PTH123 - it is a descriptor
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise RefusedInput("unreadable", "the folder can't be read; look at its rights")
        yield stream


@contextmanager
def only_reader(argument: str, key: str) -> Iterator[None]:
    """Hold the right to ingest this source into this log (``key``): two at once would share their place in it.

    A name in Linux's abstract socket space, which dies with its process. Elsewhere two at once are possible, and cost
    repeats. Raises UsageError.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as name:
        try:
            if sys.platform == "linux":
                name.bind(f"\0newsvane-ingest-{key}")
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise UsageError(f"{argument}: another 'newsvane ingest' is reading it; wait until it ends") from None
        yield


def plain_with_head(stream: BinaryIO) -> tuple[bytes, BinaryIO]:
    """The stream, or what its gzip holds, at its beginning, and the first bytes of it, which tell the format."""
    can_rewind = stream.seekable()
    head, stream = _with_head(stream, can_rewind)
    if not head.startswith(_GZIP):
        return head, stream
    plain = gzip.GzipFile(fileobj=stream)
    head, plain_stream = _with_head(cast(BinaryIO, plain), can_rewind)
    # by read1: what stands before damage is handed on
    return head, cast(BinaryIO, io.BufferedReader(Rejoined(b"", plain_stream), _BUFFER))


def _with_head(stream: BinaryIO, can_rewind: bool) -> tuple[bytes, BinaryIO]:
    """A stream that is still being written is not waited for longer than it takes to tell."""
    if can_rewind:
        head = stream.read(HEAD_BYTES)
        stream.seek(0)
        return head, stream
    head = b""
    while len(head) < HEAD_BYTES and head.lstrip()[:1] not in (b"{", b"["):
        chunk = stream.read1(HEAD_BYTES - len(head))  # type: ignore[attr-defined]  # buffered, all of them
        if not chunk:
            break
        head += chunk
    return head, cast(BinaryIO, io.BufferedReader(Rejoined(head, stream), _BUFFER))


def format_of(name: str, head: bytes) -> Format:
    """What a file of this name that begins with these bytes is. Raises RefusedInput for what is none of ours."""
    suffix = Path(name.lower().removesuffix(".gz")).suffix
    by_name = _BY_NAME.get(suffix)
    if by_name is not None and by_name != "feed":
        return by_name
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if by_name is None and start[:1] in (b"{", b"["):
        return "json"
    root = _FEED_ROOT.search(start)
    page = _PAGE.search(start) if start.startswith(b"<") else None
    if page is not None and (root is None or page.start() < root.start()):
        return "html"
    if by_name == "feed" or (start.startswith(b"<") and (root is not None or start.startswith(b"<?xml"))):
        return "feed"
    if b"\0" in head and mark_of(head) is None:
        raise RefusedInput("unknown-format", "the file is binary; expected JSON, HTML, a feed or text; say --format")
    return "text"


def standard_input(on_wait: Callable[[], None]) -> BinaryIO:
    """Standard input; ``on_wait`` is called before it is waited for, so that nothing read so far waits with it."""
    try:
        descriptor = sys.stdin.buffer.fileno()
    except (OSError, ValueError):  # not a real file: a test's
        return sys.stdin.buffer
    return cast(BinaryIO, io.BufferedReader(_Live(descriptor, on_wait), _BUFFER))


class _Live(io.RawIOBase):
    """A descriptor that another program still writes to."""

    def __init__(self, descriptor: int, on_wait: Callable[[], None]) -> None:
        super().__init__()
        self._descriptor = descriptor
        self._on_wait = on_wait

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]  # what BufferedReader hands in
        if not select.select([self._descriptor], [], [], 0)[0]:
            self._on_wait()
        chunk = os.read(self._descriptor, len(buffer))
        buffer[: len(chunk)] = chunk
        return len(chunk)


class Rejoined(io.RawIOBase):
    """Bytes that were read ahead, and then the rest of the stream."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        super().__init__()
        self._head = head
        self._rest = rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]  # what BufferedReader hands in
        if self._head:
            chunk, self._head = self._head[: len(buffer)], self._head[len(buffer) :]
        else:
            chunk = self._rest.read1(len(buffer))  # type: ignore[attr-defined]  # buffered, all of them
        buffer[: len(chunk)] = chunk
        return len(chunk)


def unreadable(error: Exception) -> RefusedInput:
    """The refusal of a path, as the operating system explains it."""
    if isinstance(error, FileNotFoundError):
        return RefusedInput("unreadable", "there is no such file; look at the name")
    return RefusedInput("unreadable", f"{getattr(error, 'strerror', None) or error}; look at its name and rights")


def damaged(error: Exception) -> RefusedInput:
    """The refusal of the rest of an input that ends in the middle or can't be unpacked."""
    if isinstance(error, EOFError | gzip.BadGzipFile | zlib.error):
        return RefusedInput("damaged", f"the gzip is damaged from here on ({error}); load the file again")
    return unreadable(error)

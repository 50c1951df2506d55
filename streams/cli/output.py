"""What every command shares of the terminal: one line for people on stderr, plain tables and records on stdout."""

from __future__ import annotations

import os
import select
import sys
import unicodedata
from collections.abc import Iterable, Sequence

from streams.model.words import clean


def note(line: str) -> None:
    """Tell a person something, on stderr, so that stdout stays clean for a pipe."""
    print(f"newsvane: {line}", file=sys.stderr, flush=True)


def put(line: str = "") -> None:
    """Write one line of the answer."""
    sys.stdout.write(line + "\n")


def put_bytes(line: bytes) -> None:
    """Write one encoded record as a line."""
    sys.stdout.flush()
    sys.stdout.buffer.write(line + b"\n")


def flush() -> None:
    sys.stdout.flush()


def table(headers: Sequence[str], rows: Iterable[Sequence[object]], indent: str = "") -> list[str]:
    """Lines of a plain table, columns two blanks apart; numbers stand to the right, the last column is not padded.

    >>> table(("stage", "records"), [("clean", 7), ("dedupe", 12)])
    ['stage   records', 'clean         7', 'dedupe       12']
    """
    body = list(rows)
    texts = [[str(cell) for cell in row] for row in body]
    widths = [max(map(width, column)) for column in zip(headers, *texts, strict=True)]
    right = [bool(body) and all(isinstance(row[at], int) for row in body) for at in range(len(headers))]
    lines = []
    for row in (list(headers), *texts):
        cells = [pad(cell, size, to_right) for cell, size, to_right in zip(row, widths, right, strict=True)]
        lines.append((indent + "  ".join(cells)).rstrip())
    return lines


def pad(cell: str, size: int, to_right: bool = False) -> str:
    blanks = " " * (size - width(cell))
    return blanks + cell if to_right else cell + blanks


def width(text: str) -> int:
    """Columns of a terminal: wide characters take two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )


def counted(number: int, one: str, many: str | None = None) -> str:
    """
    >>> counted(1, "watch", "watches"), counted(3, "alert")
    ('1 watch', '3 alerts')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def is_unread() -> bool:
    """Whether whoever read our output has gone; a quiet topic would not find out by writing."""
    try:
        poll = select.poll()
        poll.register(sys.stdout.fileno(), 0)
        return any(event & (select.POLLERR | select.POLLHUP) for _, event in poll.poll(0))
    except (OSError, ValueError, AttributeError):  # no file, or a system without poll
        return False


def silence_stdout() -> None:
    """The reader of our output has had enough: what is left in the buffers must not complain at the exit."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, sys.stdout.fileno())
    os.close(null)


def neutralise(text: str, most: int | None = None) -> str:
    """One line of an article's text that can't steer a terminal, cut where it is too long.

    >>> neutralise("a\\x1b[31mb\\u202ec")
    'a\ufffd[31mbc'
    """
    if text.isascii() and text.isprintable() and (most is None or len(text) <= most):
        return text
    return clean(text, most or max(len(text), 1))

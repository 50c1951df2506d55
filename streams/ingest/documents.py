"""Articles out of JSON, pages and text files.

A line or file is read up to a bound before anything is made of it, so memory follows the largest article and not the
input. JSON lines: blank lines are passed over, a bad line is refused alone. A JSON document (an object, or an array of
them) has to be read whole: above 64 MB it is refused, with a hint to write JSON lines.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO, Final, Protocol

import orjson

from schemas import decode
from streams.errors import InvalidRecord, RefusedInput
from streams.ingest.admit import KIND, refusal_of, too_large
from streams.ingest.candidate import Candidate
from streams.ingest.encodings import decode_page, decode_text, refuse_wide

MAX_DOCUMENT_BYTES: Final = 64 << 20
_ESCAPED: Final = 6  # bytes of a JSON escape that may stand for one byte of the record
_LINK: Final = re.compile(r"<(?:link|meta)\s[^>]{0,2000}>", re.IGNORECASE)
_CANONICAL: Final = re.compile(r"""(?:rel\s{0,9}=\s{0,9}["']?canonical\b)|og:url\b""", re.IGNORECASE)
_ADDRESS: Final = re.compile(
    r"""(?:href|content)\s{0,9}=\s{0,9}["']?\s{0,9}(https?://[^\s"'<>]{1,2000})""", re.IGNORECASE
)
_LINKS_WITHIN: Final = 100_000  # the head of a page


class Lines(Protocol):
    """What lines are read from."""

    def readline(self, size: int, /) -> bytes: ...


def read_lines(stream: Lines, max_record_bytes: int, skip: int = 0) -> Iterator[Candidate]:
    """One object a line. The first ``skip`` lines are passed over."""
    number = 0
    most = max_record_bytes * _ESCAPED
    while line := stream.readline(most + 1):
        number += 1
        if number == 1:
            refuse_wide(line[:4])
            line = line.removeprefix(codecs.BOM_UTF8)
        if len(line) > most:
            while line and not line.endswith(b"\n"):
                line = stream.readline(1 << 20)
            if number > skip:
                yield Candidate(number, number, None, too_large(f"the line has over {most:,} bytes", max_record_bytes))
        elif number > skip and not line.isspace():
            yield read_object(number, line)


def read_object(number: int, line: bytes) -> Candidate:
    """The article that one line holds."""
    try:
        return Candidate(number, number, decode(KIND, line))
    except InvalidRecord as error:
        return Candidate(number, number, None, refusal_of(error))


def read_json(stream: BinaryIO, max_record_bytes: int, skip: int = 0) -> Iterator[Candidate]:
    """An array of objects, one object over several lines, or one object a line: the first line tells.

    A first line that is a whole object, or looks like one, means JSON lines; so does a stream that never ends.
    """
    first = b""
    while not first.strip() and len(first) <= MAX_DOCUMENT_BYTES:
        line = stream.readline(MAX_DOCUMENT_BYTES)
        if not line:
            break
        first += line
    body = first.removeprefix(codecs.BOM_UTF8).strip()
    if body.startswith(b"{") and body.endswith(b"}"):
        yield from read_lines(_Continued(first, stream), max_record_bytes, skip)
        return
    refuse_wide(first[:4])
    raw = first + stream.read(MAX_DOCUMENT_BYTES + 1 - len(first))
    if len(raw) > MAX_DOCUMENT_BYTES:
        raise RefusedInput(
            "too-large",
            f"a JSON document of more than {MAX_DOCUMENT_BYTES >> 20} MB; write it as JSON lines, one object a line",
        )
    yield from _read_document(raw.removeprefix(codecs.BOM_UTF8), skip)


class _Continued:
    """Lines that were read already, and then the rest."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head = head
        self._rest = rest

    def readline(self, size: int, /) -> bytes:
        if not self._head:
            return self._rest.readline(size)
        end = min(self._head.find(b"\n") + 1 or len(self._head), size)
        line, self._head = self._head[:end], self._head[end:]
        return line


def _read_document(raw: bytes, skip: int) -> Iterator[Candidate]:
    if not raw.strip():
        return
    if not raw.lstrip().startswith(b"["):
        if skip == 0:
            yield read_object(1, raw)._replace(line=None)
        return
    try:
        articles = orjson.loads(raw)
    except orjson.JSONDecodeError:
        yield read_object(1, raw)._replace(line=None)  # decode knows to say why
        return
    articles.reverse()  # taken off the end: what was handed on needs no memory
    number = 0
    while articles:
        number += 1
        article = articles.pop()
        if number <= skip:
            continue
        if isinstance(article, dict):
            yield Candidate(number, number, article)
        else:
            yield Candidate(
                number,
                number,
                None,
                RefusedInput(
                    "not-an-object", f"entry {number} of the array is no object; write one article as one object"
                ),
            )


def read_page(
    stream: BinaryIO, max_record_bytes: int, encoding: str | None, charset: str | None = None, url: str | None = None
) -> Iterator[Candidate]:
    """An HTML page, whole. ``url`` and ``charset`` come from the HTTP answer, where there was one."""
    html = decode_page(_whole(stream, max_record_bytes), encoding, charset)
    fields = {"html": html, "url": url} if url else {"html": html}
    yield Candidate(1, None, fields, context=url or canonical_address(html))


def read_text(stream: BinaryIO, max_record_bytes: int, encoding: str | None) -> Iterator[Candidate]:
    """A text file, whole, its lines untouched: clean finds the title in it."""
    yield Candidate(1, None, {"text": decode_text(_whole(stream, max_record_bytes), encoding)})


def canonical_address(html: str) -> str:
    """The address that a page's head claims for itself, or "".

    >>> canonical_address('<link rel="canonical" href="https://gazette.example/a">')
    'https://gazette.example/a'
    """
    for tag in _LINK.finditer(html, 0, _LINKS_WITHIN):
        if _CANONICAL.search(tag[0]) and (found := _ADDRESS.search(tag[0])):
            return found[1]
    return ""


def _whole(stream: BinaryIO, max_record_bytes: int) -> bytes:
    # in UTF-16 and UTF-32 a page has up to four times the bytes that it has on the wire
    raw = stream.read(max_record_bytes * 4 + 1)
    if len(raw) > max_record_bytes * 4:
        raise too_large(f"more than {max_record_bytes * 4:,} bytes", max_record_bytes)
    return raw

"""Read the inputs, one after the other, and append their articles in batches: the loop of an ingest.

Each candidate is accepted or refused, and a refusal never stops its neighbours. A batch (100 records or 1 MB) is
appended whole, and the place in the input moves with it. Standard input and addresses have no place: they cannot be
read again. The clock is read here and nowhere behind: once an article, as its time of arrival.
"""

from __future__ import annotations

import io
import os
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import BinaryIO, Final, Protocol, cast

from schemas import topic_of
from streams.errors import RefusedInput
from streams.ingest.admit import KIND, Terms, admit
from streams.ingest.candidate import Candidate, place_of
from streams.ingest.documents import read_json, read_lines, read_page, read_text
from streams.ingest.encodings import Transcoded
from streams.ingest.feeds import read_feed
from streams.ingest.fetch import Fetched, fetch, is_url
from streams.ingest.inputs import (
    STDIN,
    Format,
    FoundFile,
    damaged,
    format_of,
    only_reader,
    open_file,
    plain_with_head,
    standard_input,
    walk,
)
from streams.ingest.progress import Place, Progress, identity_of, source_id
from streams.log.protocol import NewRecord

BATCH_RECORDS: Final = 100  # more would keep a small writer waiting: see streams/log/sqlite.py
BATCH_BYTES: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Request:
    """What to ingest and how. ``log_address`` tells the places of several logs apart."""

    sources: tuple[str, ...]
    terms: Terms = field(default_factory=Terms)
    format: Format = "auto"
    encoding: str | None = None
    restart: bool = False
    log_address: str = ""

    def options(self) -> tuple[str, ...]:
        terms = self.terms
        return (
            f"outlet={terms.outlet or ''}",
            f"published={terms.published_at or ''}",
            f"backfill={terms.backfill}",
            f"format={self.format}",
            f"encoding={self.encoding or ''}",
        )


@dataclass(slots=True)
class Summary:
    """What became of the candidates; every one is counted once."""

    accepted: int = 0
    refused: Counter[str] = field(default_factory=Counter)


class Reporter(Protocol):
    """Who watches an ingest."""

    def refused(self, place: str, refusal: RefusedInput) -> None: ...

    def resumed(self, name: str, by_line: bool, number: int) -> None:
        """The input is read from this line or article on, and not from its beginning."""
        ...

    def advanced(self, articles: int, read_bytes: int) -> None:
        """So many articles are in the log, so many bytes of files were read or passed over, in all."""
        ...


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def run_ingest(
    request: Request,
    progress: Progress,
    partitions: int,
    reporter: Reporter,
    clock_ms: Callable[[], int] = now_ms,
    fetch_url: Callable[[str], Fetched] = fetch,
) -> Summary:
    """Ingest all sources. Raises InfrastructureError when the log fails; what it acknowledged stays, and the same call
    goes on behind it."""
    return _Ingest(request, progress, partitions, reporter, clock_ms, fetch_url).run()


@dataclass(slots=True)
class _Reading:
    """A file that is being read, and how far."""

    source_id: str
    inner: tuple[str, ...]
    identity: str
    items: int
    begun_ns: int


class _Ingest:
    def __init__(
        self,
        request: Request,
        progress: Progress,
        partitions: int,
        reporter: Reporter,
        clock_ms: Callable[[], int],
        fetch_url: Callable[[str], Fetched],
    ) -> None:
        self._request = request
        self._progress = progress
        self._partitions = partitions
        self._reporter = reporter
        self._clock_ms = clock_ms
        self._fetch = fetch_url
        self._topic = topic_of(KIND).name
        self._summary = Summary()
        self._batch: list[NewRecord] = []
        self._batch_bytes = 0
        self._reading: _Reading | None = None
        self._is_place_kept = False
        self._stream: BinaryIO | None = None
        self._bytes_before = 0  # of the files before this one

    def run(self) -> Summary:
        for source in self._request.sources:
            if source == STDIN:
                self._read_stream("stdin", standard_input(self._flush))
                self._flush()
            elif is_url(source):
                with self._refusing(source):
                    fetched = self._fetch(source)
                    self._read_stream(source, io.BytesIO(fetched.body), 0, fetched)
                self._flush()
            else:
                self._read_path(source)
        self._flush()
        return self._summary

    def _read_path(self, source: str) -> None:
        key = source_id(self._request.log_address, source, self._request.options())
        with only_reader(source, key):
            before = self._progress.load(key)
            self._is_place_kept = before is not None
            if self._request.restart:
                before = None
            begun_ns = before.begun_ns if before is not None else self._clock_ms() * 1_000_000
            with self._refusing(source):
                for found in walk(source):
                    with self._refusing(found.name):
                        self._read_file(found, key, before, begun_ns)
            self._reading = None
            if self._is_place_kept:
                # last articles and end of the source in one step; without a place they wait for the next source
                self._append(key, None)

    def _read_file(self, found: FoundFile, key: str, before: Place | None, begun_ns: int) -> None:
        with open_file(found) as stream:
            status = os.fstat(stream.fileno())
            is_behind = before is not None and found.inner < before.inner and status.st_ctime_ns < begun_ns
            if not is_behind and stream.seekable():
                identity = identity_of(stream)
                skip = 0
                if before is not None and before.inner == found.inner and before.identity == identity:
                    skip = before.items
                self._reading = _Reading(key, found.inner, identity, skip, begun_ns)
                self._read_stream(found.name, stream, skip)
            elif not is_behind:
                self._reading = None  # a pipe: it can't be read again
                self._read_stream(found.name, stream)
            self._stream = None
            self._bytes_before += status.st_size

    def _read_stream(self, name: str, stream: BinaryIO, skip: int = 0, fetched: Fetched | None = None) -> None:
        self._stream = stream
        candidates = self._candidates(name, stream, skip, fetched)
        last: Candidate | None = None
        while True:
            try:
                candidate = next(candidates, None)
            except RefusedInput as refusal:  # of all that is left of this input
                self._refuse(_behind(name, last), refusal)
                return
            except (OSError, EOFError, zlib.error) as error:
                self._refuse(_behind(name, last), damaged(error))
                return
            if candidate is None:
                return
            last = candidate
            self._take(name, candidate)

    def _candidates(self, name: str, stream: BinaryIO, skip: int, fetched: Fetched | None) -> Iterator[Candidate]:
        request, most = self._request, self._request.terms.max_record_bytes
        head, stream = plain_with_head(stream)
        url = fetched.url if fetched is not None else None
        kind = request.format if request.format != "auto" else format_of("" if url else name, head)
        if skip:
            self._reporter.resumed(name, kind == "jsonl", skip + 1)
        if kind in ("html", "text"):
            if skip:
                return
            if kind == "html":
                yield from read_page(stream, most, request.encoding, fetched.charset if fetched else None, url)
            else:
                yield from read_text(stream, most, request.encoding)
            return
        encoding = request.encoding
        if encoding is not None and encoding != "utf-8":
            stream = cast(BinaryIO, io.BufferedReader(Transcoded(stream, encoding)))
            encoding = "utf-8"
        if kind == "feed":
            yield from read_feed(stream, encoding, url, skip)
        else:
            yield from (read_lines if kind == "jsonl" else read_json)(stream, most, skip)

    def _take(self, name: str, candidate: Candidate) -> None:
        refusal = candidate.refusal
        if candidate.fields is not None:
            try:
                terms, now = self._request.terms, self._clock_ms()
                record = admit(candidate.fields, candidate.context, terms, now, self._partitions)
            except RefusedInput as error:
                refusal = error
            else:
                size = len(record.value or b"")
                if self._batch_bytes + size > BATCH_BYTES:
                    self._flush()  # the place is still in front of this article
                self._batch.append(record)
                self._batch_bytes += size
        if refusal is not None:
            self._refuse(place_of(name, candidate), refusal)
        if self._reading is not None:
            self._reading.items = candidate.number
        if len(self._batch) >= BATCH_RECORDS:
            self._flush()

    def _flush(self) -> None:
        reading = self._reading
        if not self._batch:
            return
        if reading is None:
            self._append(None, None)
        else:
            place = Place(reading.inner, reading.identity, reading.items, reading.begun_ns)
            self._append(reading.source_id, place)
            self._is_place_kept = True

    def _append(self, source: str | None, place: Place | None) -> None:
        self._progress.append(self._topic, self._batch, source, place)
        self._summary.accepted += len(self._batch)
        self._batch = []
        self._batch_bytes = 0
        at = self._bytes_before
        if self._stream is not None and self._stream.seekable():
            at += self._stream.tell()
        self._reporter.advanced(self._summary.accepted, at)

    @contextmanager
    def _refusing(self, name: str) -> Iterator[None]:
        try:
            yield
        except RefusedInput as refusal:
            self._refuse(name, refusal)

    def _refuse(self, place: str, refusal: RefusedInput) -> None:
        self._summary.refused[refusal.reason] += 1
        self._reporter.refused(place, refusal)


def _behind(name: str, last: Candidate | None) -> str:
    return name if last is None or last.line is None else f"{name}:{last.line + 1}"

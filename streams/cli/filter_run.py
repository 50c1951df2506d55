"""Run a filter: read lines, extract pages, apply a function to each record, write, report what fails.

The functions are those of the agents; what is here is only the way from a line to a record and back.
"""

from __future__ import annotations

import asyncio
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar, TypeVarTuple, Unpack

from schemas import decode, encode
from streams.clean.extraction import Extraction
from streams.clean.step import needs_extraction
from streams.cli.lift import Record, is_raw, raw_of
from streams.cli.lines import Line, check_files, read_batches
from streams.engine.pool import Pool
from streams.errors import InvalidRecord, NewsvaneError
from streams.model.records import RawArticle
from streams.settings import Settings

RAW = "article-raw"
Source = tuple[Record, RawArticle | None, Extraction | None]
"""A record; for a raw article also what ingest would have made of it, and what its page says."""


Apply = Callable[[Record, RawArticle | None, Extraction | None], Iterable[Record]]
Given = TypeVarTuple("Given")
Result = TypeVar("Result")


class Filter:
    """One call of a filter over its files."""

    def __init__(self, settings: Settings, kind: str, files: Sequence[str]) -> None:
        check_files(files)
        self._settings, self._kind, self._files = settings, kind, files
        self._failures = 0
        self._pool: Pool | None = None
        self._runner: asyncio.Runner | None = None

    def each(self, function: Apply) -> int:
        """Write the function's records for each line at once; return the exit status."""
        try:
            for batch in read_batches(self._files):
                for line, source in self._sources(batch):
                    for encoded in self.guard(line, _encoded, function, source):
                        write(encoded)
                sys.stdout.buffer.flush()
        finally:
            self.close()
        return self.status

    def sources(self) -> Iterator[tuple[Line, Source]]:
        """Every readable record in order, for a filter that has to see all of them."""
        try:
            for batch in read_batches(self._files):
                yield from self._sources(batch)
        finally:
            self.close()

    def guard(self, line: Line, function: Callable[[Unpack[Given]], list[Result]], *given: *Given) -> list[Result]:
        """What the function returns of what is given, or nothing and a report."""
        try:
            return function(*given)
        except InvalidRecord as error:
            self.report(line, str(error))
        except NewsvaneError:
            raise
        except Exception as error:  # a fault of ours: the other lines are not to blame
            where = traceback.extract_tb(error.__traceback__)[-1]
            self.report(line, f"{type(error).__name__} in {where.name}; a fault of newsvane, please report")
        return []

    def report(self, line: Line, reason: str) -> None:
        self._failures += 1
        sys.stdout.flush()
        print(f"{line.place}: {' '.join(reason.split())}", file=sys.stderr, flush=True)

    @property
    def status(self) -> int:
        return 1 if self._failures else 0

    def _sources(self, batch: list[Line]) -> Iterator[tuple[Line, Source]]:
        read = [(line, source) for line in batch for source in self.guard(line, self._read, line)]
        pages = [raw for _, (_, raw, _) in read if raw is not None and needs_extraction(raw)]
        found = iter(self._extract([raw["html"] or "" for raw in pages]))
        for line, (record, raw, _) in read:
            extraction = next(found) if raw is not None and needs_extraction(raw) else None
            if isinstance(extraction, InvalidRecord):
                self.report(line, str(extraction))
            else:
                yield line, (record, raw, extraction)

    def _read(self, line: Line) -> list[Source]:
        if line.failure is not None:
            raise line.failure
        record = decode(self._kind, line.raw)
        return [(record, raw_of(record) if self._kind == RAW or is_raw(record) else None, None)]

    def _extract(self, pages: list[str]) -> list[Any]:
        if not pages:
            return []
        if self._pool is None or self._runner is None:
            settings = self._settings
            self._pool = Pool(
                "streams.clean.extract:extract_page",
                settings.extract_processes,
                settings.extract_cpu_s,
                settings.extract_memory_mb,
            )
            self._runner = asyncio.Runner()
        return self._runner.run(self._pool.map(pages))

    def close(self) -> None:
        if self._pool is not None:
            self._pool.close()
            self._pool = None
        if self._runner is not None:
            self._runner.close()
            self._runner = None


def _encoded(function: Apply, source: Source) -> list[bytes]:
    return [encode(record) for record in function(*source)]


def write(encoded: bytes) -> None:
    sys.stdout.buffer.write(encoded + b"\n")

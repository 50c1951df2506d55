"""What does a person see of an ingest? A bar while it runs, a line for each refusal, one line at the end.

The bar is shown where standard error is a terminal. There the first 50 refusals are printed and the rest go to a file
beside the log, which the last line names; where standard error is no terminal, every refusal is printed.
"""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Final, TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

from streams.errors import RefusedInput
from streams.ingest.run import Summary

SHOWN_REFUSALS: Final = 50


class PersonReporter:
    """Writes to one console. A context manager: the bar stands while it is open."""

    def __init__(self, console: Console, folder: Path, total_bytes: int | None) -> None:
        self._console = console
        self._folder = folder
        self._begun_s = time.monotonic()
        self._refused = 0
        self._rest: TextIO | None = None
        self._bar = Progress(
            SpinnerColumn() if total_bytes is None else BarColumn(),
            TextColumn("{task.description}"),
            *([] if total_bytes is None else [TimeRemainingColumn()]),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task("ingest", total=total_bytes)

    def __enter__(self) -> PersonReporter:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._bar.stop()
        if self._rest is not None:
            self._rest.close()

    def refused(self, place: str, refusal: RefusedInput) -> None:
        self._refused += 1
        if self._console.is_terminal and self._refused > SHOWN_REFUSALS:
            self._keep(place, refusal)
        else:
            self._print(f"{place}: {refusal}")

    def resumed(self, name: str, by_line: bool, number: int) -> None:
        unit = "line" if by_line else "article"
        self._print(f"{name}: resuming at {unit} {number:,}; --restart to begin again")

    def advanced(self, articles: int, read_bytes: int) -> None:
        if self._bar.disable:
            return
        text = f"{_count(articles)}, {self._rate(articles):,.0f}/s"
        if self._refused:
            text += f", {self._refused:,} refused"
        self._bar.update(self._task, completed=read_bytes, description=text)

    def closing(self, summary: Summary) -> str:
        """The line at the end."""
        seconds = time.monotonic() - self._begun_s
        line = (
            f"ingested {_count(summary.accepted)}, refused {summary.refused.total():,}, "
            f"in {seconds:.1f} s ({self._rate(summary.accepted):,.0f}/s)"
        )
        return line if self._rest is None else f"{line}; further refusals are in {self._rest.name}"

    def _rate(self, articles: int) -> float:
        return articles / max(time.monotonic() - self._begun_s, 1e-6)

    def _print(self, line: str) -> None:
        # names of files and pieces of hostile input: a terminal obeys control characters
        shown = "".join(one if one.isprintable() else repr(one)[1:-1] for one in line)
        if self._console.is_terminal:
            self._console.print(shown, markup=False, highlight=False, emoji=False, soft_wrap=True)
        else:
            self._console.file.write(f"{shown}\n")

    def _keep(self, place: str, refusal: RefusedInput) -> None:
        if self._rest is None:
            path = self._folder / f"refused-{datetime.now(UTC):%Y%m%dT%H%M%S%f}.jsonl"
            self._rest = path.open("w", encoding="utf-8")
            self._print(f"more than {SHOWN_REFUSALS} refusals; the rest go to {path}")
        record = {"place": place, "reason": refusal.reason, "message": str(refusal)}
        self._rest.write(json.dumps(record) + "\n")


def _count(articles: int) -> str:
    return "1 article" if articles == 1 else f"{articles:,} articles"

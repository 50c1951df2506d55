"""Which articles are measured? Real ones of NEWSVANE_EVAL_DATA, through the rules of ingest; never part of the project.

A missing file is named (``DataMissing``) and what needs it is skipped.
"""

from __future__ import annotations

import gzip
import os
import time
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from streams.errors import RefusedInput
from streams.ingest.admit import Terms, admit
from streams.log.protocol import NewRecord

ARTICLES = "fulltext_12k.jsonl.gz"
PAGES = ("html_gold.jsonl.gz", "html_gold_world.jsonl.gz")
PARTITIONS = 4


class DataMissing(Exception):
    """A data file is not there; the message names it."""


def data_dir() -> Path:
    return Path(os.environ.get("NEWSVANE_EVAL_DATA") or Path(__file__).parents[2] / ".." / "shared" / "data")


def read_lines(name: str, limit: int | None = None) -> Iterator[dict[str, Any]]:
    """Objects of a file, in order; ``limit`` of them are taken from all over it. Raises DataMissing."""
    path = data_dir() / name
    if not path.exists():
        raise DataMissing(f"no {name} in NEWSVANE_EVAL_DATA")
    lines = _lines(path)
    every = max(1, len(lines) // limit) if limit else 1
    return map(orjson.loads, lines[::every][:limit])


@cache
def _lines(path: Path) -> list[bytes]:
    with gzip.open(path) as lines:
        return list(lines)


def admit_all(found: Iterable[dict[str, Any]], partitions: int = PARTITIONS) -> list[NewRecord]:
    """The log's records of these articles, as ingest makes them; without those that it refuses."""
    records = []
    now_ms = int(time.time() * 1000)
    for each in found:
        try:
            records.append(admit(each, "", Terms(), now_ms, partitions))
        except RefusedInput:
            continue
    return records


def articles(limit: int) -> list[NewRecord]:
    """Real articles of plain text, in the order of their publication, over all of it. Raises DataMissing."""
    return admit_all(read_lines(ARTICLES, limit))


def pages(limit: int, copies: int) -> list[NewRecord]:
    """Real pages, ``copies`` times, each time in other outlets. Raises DataMissing."""
    found = [page for name in PAGES for page in read_lines(name)][:limit]
    kept = [{"html": page["html"], "id": page["id"]} for page in found]
    return admit_all(
        {**page, "outlet": f"outlet-{index % 40}-{copy}.example", "url": f"https://o-{copy}.example/{index}"}
        for copy in range(copies)
        for index, page in enumerate(kept)
    )

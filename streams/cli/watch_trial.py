"""One watch and one article: why does it match or not, and what does the article say on the question?

The article is cleaned by itself, as the filters do it (``lift.py``); for an article without a date the words "said"
stand without one too.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from schemas import decode
from streams.clean.snippet import is_page
from streams.clean.step import needs_extraction
from streams.cli.lift import UNDATED, Record, as_deduped, is_raw, raw_of
from streams.cli.output import neutralise
from streams.detect.explain import explain
from streams.errors import InvalidRecord, UsageError
from streams.model.watch import Watch
from streams.settings import Settings
from streams.stance.assess import assess

MAX_BYTES = 16 << 20
_SHOWN = 300


def try_watch(settings: Settings, watch: Watch, name: str) -> Iterator[str]:
    """Yield the answer line by line. Raises UsageError for an article that can't be read."""
    article = read_article(settings, name)
    yield f"article: {neutralise(article['title']) or '(no title)'} [{article['language']}]"
    for line in explain(watch, article).lines():
        yield neutralise_indented(line)
    if watch["stance"] is None:
        yield "stance: this watch asks no question"
        return
    found = assess(article, watch)
    yield f"label: {found.label}"
    for statement in found.statements:
        condition, place = statement["condition"], statement["evidence"]
        yield neutralise(f"statement: {statement['stance']}, {statement['holder']} ({statement['holder_role']})")
        if condition is not None:
            yield f"  condition: {condition['kind']}, {condition['trigger']}: {_short(condition['text'])}"
        yield f"  evidence: {place['field']} {place['start']}-{place['end']}: {_short(place['text'])}"
        dated = "" if article["arrived_at"] == UNDATED else f", said {statement['said_at']}"
        yield neutralise(f"  {statement['lane']}, {statement['directness']}{dated}, {statement['status']}")
    for left in found.left_out:
        yield f"left out: {left['reason']}: {_short(left['text'])}"


def read_article(settings: Settings, name: str) -> Record:
    """Read a file of JSON, HTML or text as a clean article with a verdict of its own."""
    try:
        content = sys.stdin.buffer.read(MAX_BYTES + 1) if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise UsageError(
            f"{name}: can't be read: {error.strerror}; expected text, HTML or JSON, or - for stdin"
        ) from None
    if len(content) > MAX_BYTES:
        raise UsageError(f"{name}: larger than {MAX_BYTES >> 20} MB; expected one article")
    try:
        record = _as_record(content)
        raw = raw_of(record) if is_raw(record) else None
        extraction = None
        if raw is not None and needs_extraction(raw):
            extraction = _extract(settings, raw["html"] or "")
        return as_deduped(record, raw, extraction)
    except InvalidRecord as error:
        raise UsageError(f"{name}: {error}") from None


def _as_record(content: bytes) -> Record:
    text = content.decode("utf-8-sig", "replace")
    head = text.lstrip()[:1]
    if head == "{":
        return decode("article-raw", content.removeprefix(b"\xef\xbb\xbf"))
    return {"html" if head == "<" and is_page(text) else "text": text}


def _extract(settings: Settings, page: str) -> Any:
    from streams.engine.pool import Pool

    pool = Pool("streams.clean.extract:extract_page", 1, settings.extract_cpu_s, settings.extract_memory_mb)
    try:
        (found,) = asyncio.run(pool.map([page]))
    finally:
        pool.close()
    if isinstance(found, InvalidRecord):
        raise found
    return found


def neutralise_indented(line: str) -> str:
    bare = line.lstrip(" ")
    return " " * (len(line) - len(bare)) + neutralise(bare)


def _short(text: str) -> str:
    flat = neutralise(text)
    return f"“{flat}”" if len(flat) <= _SHOWN else f"“{flat[:_SHOWN]}…”"

"""What did the stance stage make of one article, and why? Read an article from anywhere, assess it, tell it in lines.

The article is a file with one record as JSON (raw or of any stage), a file of plain text whose first line is its
title, standard input, or an id in the store. The explanation is one value; ``lines_of`` writes it at 80 columns.
"""

from __future__ import annotations

import os
import re
import sys
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import orjson

from streams.cli.lift import as_clean, is_raw, raw_of
from streams.cli.output import neutralise
from streams.errors import InvalidRecord, UsageError
from streams.model.records import Statement
from streams.model.watch import Watch
from streams.stance.assess import assess
from streams.stance.axis import axis_of
from streams.stance.quotations import find_quotations

COLUMNS = 80
MAX_BYTES = 64 << 20
_ID = re.compile(r"[0-9a-f]{4,32}")
REASONS = {
    "boilerplate": "promotion, not news",
    "fabricated": "somebody's fake",
    "withdrawn": "taken back",
    "hypothetical": "only a possibility",
    "denied-words": "denied having said it",
    "question": "a question",
    "background": "about the past",
    "unlikely": "the learned weights find no stance likely enough",
    "third-party": "somebody else's words or guess",
    "speaker-unknown": "nobody tells who speaks",
    "other-actor": "somebody else's action",
    "no-actor": "nobody named who acts",
    "not-the-question": "not about the question",
    "counterfactual": "what would have been",
    "claimed-change": "a change without words",
    "mention-only": "named, not claimed",
    "routine": "routine, no news",
    "no-act": "a deed that was not done",
}
"""Reasons in plain words."""


def read_article(name: str, language: str | None = None, published: str | None = None) -> Mapping[str, Any]:
    """Find and read the article. Raises UsageError if there is none, or if it cannot be read."""
    path = Path(name)
    if name == "-":
        return _article(sys.stdin.buffer.read(MAX_BYTES), "standard input", language, published)
    if path.is_file():
        try:
            with path.open("rb") as handle:
                return _article(handle.read(MAX_BYTES), name, language, published)
        except OSError as error:
            raise UsageError(f"{name} can't be read: {error.strerror}") from error
    if _ID.fullmatch(name):
        return _stored(name)
    raise UsageError(f"'{name}' is no file and no id of an article; expected a file, - or four or more hex digits")


def _article(raw: bytes, name: str, language: str | None, published: str | None) -> Mapping[str, Any]:
    text = raw.decode("utf-8", "replace").strip()
    if text.startswith("{"):
        first = text.partition("\n")[0] if not text.endswith("}") or "\n{" in text else text
        try:
            record = orjson.loads(first)
        except orjson.JSONDecodeError as error:
            raise UsageError(f"{name}: not JSON: {error}") from None
    else:
        title, _, rest = text.partition("\n")
        record = {"title": title.strip(), "text": rest.strip() or title.strip()}
    if published is not None:
        record = {**record, "published_at": published}
    try:
        article = as_clean(record, raw_of(record) if is_raw(record) else None, None)
    except InvalidRecord as error:
        raise UsageError(f"{name}: {error}") from None
    return article if language is None else {**article, "language": language}


def _stored(beginning: str) -> Mapping[str, Any]:
    """The article of an id in the store."""
    from streams.cli.bootstrap import ensure_ready
    from streams.settings import read_settings
    from streams.store.database import open_store
    from streams.store.fill import fill_to_end
    from streams.store.things import article, find_ids

    settings = read_settings(os.environ)
    log = ensure_ready(settings)
    try:
        store = open_store(settings)
        try:
            fill_to_end(store, log)
            ids = [each for kind, each in find_ids(store, beginning) if kind == "article"]
            found = article(store, ids[0]) if len(ids) == 1 else None
        finally:
            store.close()
    finally:
        log.close()
    if len(ids) != 1:
        raise UsageError(f"'{beginning}' begins {len(ids) or 'no'} article ids; expected one")
    if found is None or not found["has_text"]:
        raise UsageError(f"the store no longer keeps the text of article {ids[0]}; give a file")
    return found


def explanation(article: Mapping[str, Any], watch: Watch) -> dict[str, Any]:
    """Everything that was looked at and found, as one value."""
    found = assess(article, watch)
    axis = axis_of(watch)
    labels = () if axis is None else axis.labels
    quoted = find_quotations(article["text"] or "", article["language"])
    return {
        "watch_id": watch["watch_id"],
        "question": watch["question"],
        "title": article["title"],
        "language": article["language"],
        "published_at": article["published_at"],
        "label": found.label,
        "statements": list(found.statements),
        "looked": [
            {
                "field": seen.field,
                "start": seen.start,
                "end": seen.end,
                "text": seen.text,
                "rule": seen.rule.replace("_", "-"),
                "taken": seen.verdict in labels,
                "verdict": seen.verdict,
            }
            for seen in found.explain
        ],
        "left_out": list(found.left_out),
        "quotations": [
            {
                "start": item.start,
                "end": item.end,
                "kind": item.kind,
                "speaker": item.speaker,
                "text": article["text"][item.start : item.end],
            }
            for item in quoted
        ],
    }


def lines_of(found: Mapping[str, Any]) -> Iterator[str]:
    """The explanation for people, at most 80 columns wide."""
    yield from _wrapped(found["question"] or found["watch_id"])
    yield from _wrapped(f"{found['title'] or '(no title)'} ({found['language']}, {found['published_at'][:10]})")
    yield from _wrapped(f"label: {found['label']}")
    if found["label"] == "not-assessed":
        yield from _wrapped(f"The watch does not read '{found['language']}'; stance.languages says what it reads.")
        return
    yield ""
    yield f"looked at ({len(found['looked'])}):"
    for seen in found["looked"]:
        yield from _looked(seen)
    if not found["looked"]:
        yield from _wrapped("no words for the action, its opposite or a deed; see stance.proposition", "  ")
    yield ""
    yield f"statements ({len(found['statements'])}):"
    for statement in found["statements"]:
        yield from _statement(cast(Statement, statement))
    yield ""
    yield f"quotations ({len(found['quotations'])}):"
    for item in found["quotations"]:
        yield from _wrapped(f"{item['speaker'] or 'nobody named'} ({item['kind']}): {item['text']}", "  ")


def _looked(seen: Mapping[str, Any]) -> Iterator[str]:
    where = "title" if seen["field"] == "title" else f"{seen['start']}-{seen['end']}"
    if seen["taken"]:
        yield from _wrapped(f"+ taken as {seen['verdict']} by rule {seen['rule']} ({where})", "  ")
    else:
        why = REASONS.get(seen["verdict"], "")
        yield from _wrapped(f"- left as {seen['verdict']} ({why}) by rule {seen['rule']} ({where})", "  ")
    yield from _wrapped(seen["text"], "    ")


def _statement(statement: Statement) -> Iterator[str]:
    """One statement: who, what, under which condition, by which words."""
    status = "" if statement["status"] == "asserted" else f", {statement['status']}"
    yield from _wrapped(
        f"{statement['holder']} ({statement['authority']}): {statement['stance']}, {statement['lane']}, "
        f"{statement['directness']}, said {statement['said_at']}{status}",
        "  ",
    )
    condition = statement["condition"]
    if condition is not None:
        text = f"{condition['kind']}, waits for {condition['trigger']}: {condition['text']}"
        yield from _wrapped(text if statement["default"] is None else f"{text}; else {statement['default']}", "    ")
    yield from _wrapped(statement["evidence"]["text"], "    ")


def _wrapped(text: str, indent: str = "") -> list[str]:
    shown = neutralise(" ".join(text.split()))
    return textwrap.wrap(
        shown, COLUMNS, initial_indent=indent, subsequent_indent=indent + ("  " if indent else "")
    ) or [indent.rstrip()]

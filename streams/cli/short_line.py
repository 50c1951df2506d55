"""One line for a record of any kind, for a terminal: when, where, what. Texts of articles are neutralised and cut."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson

from streams.cli.output import neutralise

MAX_CHARACTERS = 200
_TITLE = 100

Record = dict[str, Any]


def short_line(kind: str, record: Record) -> str:
    """The line of this record; what has no words of its own is shown as JSON."""
    make = _LINES.get(kind)
    if make is not None:
        try:
            return make(record)
        except (KeyError, TypeError, IndexError, AttributeError):  # anybody may write to a topic
            pass
    return neutralise(orjson.dumps(record).decode(), MAX_CHARACTERS)


def _raw(record: Record) -> str:
    size = len(record.get("text") or record.get("html") or "")
    form = "text" if record.get("text") else "html"
    return _joined(record["arrived_at"], record["outlet"], _title(record), f"({size:,} characters of {form})")


def _article(record: Record) -> str:
    verdict = record.get("dedupe")
    more = [f"v{record['version']}"] if record["version"] > 1 else []
    if verdict and verdict["kind"] != "original":
        more.append(f"{verdict['kind']} copy of {verdict['original_id'][:8]}")
    more += [entry["watch_id"] for entry in record.get("watches", ())]
    end = f"({', '.join(more)})" if more else ""
    return _joined(record["published_at"], record["outlet"], f"[{record['language']}]", _title(record), end)


def _mention(record: Record) -> str:
    return _joined(record["published_at"], record["watch_id"], record["label"], record["outlet"], _title(record))


def _statement(record: Record) -> str:
    said = f"{record['holder']}: {record['stance']}"
    reach = f"({record['reach']['outlets']} outlets)" if record["reach"]["outlets"] > 1 else ""
    return _joined(record["said_at"], record["watch_id"], said, f"“{_cut(record['evidence']['text'])}”", reach)


def _alert(record: Record) -> str:
    return _joined(
        record["first_published_at"], record["watch_id"], record["status"], record["severity"], record["label"],
        _cut(record["article"]["title"]),
    )  # fmt: skip


def _watch(record: Record) -> str:
    return _joined(
        record["effective_from"], record["watch_id"], f"v{record['version']}", record["status"], _title(record)
    )


def _dead_letter(record: Record) -> str:
    place = f"{record['topic']}[{record['partition']}]@{record['offset']}"
    return _joined(record["dead_letter_id"][:8], place, record["reason"], _cut(record["message"], MAX_CHARACTERS))


_LINES: dict[str, Callable[[Record], str]] = {
    "article-raw": _raw,
    "article-clean": _article,
    "article-deduped": _article,
    "match": _article,
    "mention": _mention,
    "statement": _statement,
    "alert": _alert,
    "watch": _watch,
    "dead-letter": _dead_letter,
}


def _joined(*parts: str) -> str:
    return "  ".join(neutralise(part) for part in parts if part)


def _title(record: Record) -> str:
    return _cut(record.get("title") or "") or "(no title)"


def _cut(text: str, most: int = _TITLE) -> str:
    return neutralise(text, most)

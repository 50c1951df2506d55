"""What clean remembers of a URL: its latest texts, so that a re-fetch is told from a new version.

Keys hold outlet and url_id: ``v`` the versions (a line of JSON) and the last text (zstd), ``q`` the outlet's URLs in
the order of their first arrival, ``n`` the ends of that queue. An outlet keeps its 50,000 latest URLs: a new one beyond
that lets go of the oldest, in constant time. A URL keeps the hashes of its 20 latest versions and its last text up to
256 Ki characters (a longer one has no diff). What was let go of starts again with version 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import orjson
import zstandard

from streams.model.state import State

MAX_URLS = 50_000
MAX_VERSIONS = 20
MAX_TEXT_CHARS = 1 << 18
MAX_TEXT_BYTES = 4 * MAX_TEXT_CHARS
LEVEL = -1
"""Half the time of level 1 for a third more bytes."""


class Seen(NamedTuple):
    """One version: hash of its text, its article_id, and the time that it claims (as published_at)."""

    text_hash: str
    article_id: str
    published_at: str


@dataclass(frozen=True, slots=True)
class Versions:
    """``number`` counts all versions ever seen, ``seen`` has the latest of them in order, ``title`` is the last's."""

    number: int
    seen: tuple[Seen, ...]
    title: str


def versions_key(outlet: str, url_id: str) -> bytes:
    return _key(b"v", outlet, url_id)


def load_versions(state: State, outlet: str, url_id: str) -> Versions | None:
    raw = state.get(versions_key(outlet, url_id))
    if raw is None:
        return None
    number, seen, title = orjson.loads(raw[: raw.index(b"\n")])
    return Versions(number, tuple(Seen(*version) for version in seen), title)


def load_text(state: State, outlet: str, url_id: str) -> str | None:
    """The last text, if it was kept."""
    raw = state.get(versions_key(outlet, url_id))
    packed = raw[raw.index(b"\n") + 1 :] if raw is not None else b""
    if not packed:
        return None
    return zstandard.ZstdDecompressor().decompress(packed, max_output_size=MAX_TEXT_BYTES).decode()


def save_version(
    state: State, outlet: str, url_id: str, before: Versions | None, version: Seen, title: str, text: str
) -> int:
    """Remember one more version; return its number."""
    if before is None:
        _enqueue(state, outlet, url_id)
    number = before.number + 1 if before else 1
    seen = (*(before.seen if before else ()), version)[-MAX_VERSIONS:]
    versions = orjson.dumps([number, [tuple(known) for known in seen], title])
    packed = _COMPRESSOR.compress(text.encode()) if len(text) <= MAX_TEXT_CHARS else b""
    state.put(versions_key(outlet, url_id), b"\n".join((versions, packed)))
    return number


_COMPRESSOR = zstandard.ZstdCompressor(level=LEVEL)


def _enqueue(state: State, outlet: str, url_id: str) -> None:
    """Add a URL to its outlet's queue; let go of the oldest beyond the limit."""
    ends = state.get(_key(b"n", outlet))
    first, after = orjson.loads(ends) if ends is not None else (0, 0)
    state.put(_place(outlet, after), url_id.encode())
    after += 1
    if after - first > MAX_URLS:
        oldest = state.get(_place(outlet, first))
        if oldest is not None:
            state.delete(versions_key(outlet, oldest.decode()))
            state.delete(_place(outlet, first))
        first += 1
    state.put(_key(b"n", outlet), orjson.dumps((first, after)))


def _key(part: bytes, outlet: str, url_id: str = "") -> bytes:
    return b"\0".join((part, outlet.encode("utf-8", "replace"), url_id.encode()))


def _place(outlet: str, number: int) -> bytes:
    return _key(b"q", outlet) + number.to_bytes(8, "big")

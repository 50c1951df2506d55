"""What the state keeps of one article, and its bytes: about 1.2 kB for a long text, 0.5 kB for a snippet.

Its verdict (``verdict.py``) is in the same entry: one write an article, and one read.

No text is kept. ``handle`` is the engine's coordinate of the article, by which it is read again when its verdict
changes; ``title`` and ``outlet`` are there to name the article in the verdicts of its copies.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b, sha256
from struct import Struct

import numpy as np
import orjson

from streams.dedupe.sketch import LEAD_BANDS, TEXT_BANDS, Sketch, sketch_article
from streams.errors import InvalidRecord
from streams.model.leaders import Order
from streams.model.records import Article
from streams.model.times import epoch_ms, parse_utc

MAX_TITLE, MAX_OUTLET = 80, 60
DIGEST_BYTES = 16

_HEAD = Struct("<qqIQ16sB16sIIHHHHHHH")


@dataclass(frozen=True, slots=True)
class Remembered:
    """``digest`` is that of the whole record; ``url_key`` is equal for the versions of one URL."""

    article_id: str
    published_at: str
    published_s: int
    arrived_ms: int
    version: int
    url_key: int
    digest: bytes
    outlet: str
    title: str
    rules: dict[str, str]
    handle: bytes
    sketch: Sketch

    @property
    def order(self) -> Order:
        return self.published_at, self.article_id

    @property
    def believed_s(self) -> int:
        """The time that the watermark believes: a date in 2602 counts as its arrival."""
        return min(self.published_s, self.arrived_ms // 1000)

    @property
    def rank(self) -> tuple[int, str, int, bytes, bytes]:
        """Of two records under one article_id the higher one counts, whichever came first."""
        rules = orjson.dumps(self.rules, option=orjson.OPT_SORT_KEYS)
        return self.version, self.published_at, self.arrived_ms, rules, self.digest


def digest_of(article: Article) -> bytes:
    """Hash the whole record, whatever the order of its fields."""
    return sha256(orjson.dumps(article, option=orjson.OPT_SORT_KEYS)).digest()[:DIGEST_BYTES]


def remember(article: Article, digest: bytes, handle: bytes, sketch: Sketch | None = None) -> Remembered:
    """Raises InvalidRecord for a time that is none. ``sketch`` is this article's, where it was made before."""
    published_s = _epoch_ms(article["published_at"], "/published_at") // 1000
    return Remembered(
        article_id=article["article_id"],
        published_at=article["published_at"],
        published_s=published_s,
        arrived_ms=_epoch_ms(article["arrived_at"], "/arrived_at"),
        version=article["version"],
        url_key=int.from_bytes(blake2b(article["url_id"].encode(), digest_size=8).digest(), "big"),
        digest=digest,
        outlet=article["outlet"][:MAX_OUTLET],
        title=" ".join(article["title"][: 2 * MAX_TITLE].split())[:MAX_TITLE],
        rules=article["rules"],
        handle=handle,
        sketch=sketch or sketch_article(article),
    )


def _epoch_ms(text: str, field: str) -> int:
    try:
        return epoch_ms(parse_utc(text))
    except ValueError:
        message = f"{field[1:]} {text[:40]!r} is no time; expected YYYY-MM-DDTHH:MM:SSZ, as clean writes it"
        raise InvalidRecord("schema", message, field) from None


def pack(item: Remembered, verdict: bytes = b"") -> bytes:
    """The bytes of everything but the article_id, which is the key. ``verdict`` is as ``verdict.py`` packs it."""
    sketch = item.sketch
    tail = orjson.dumps([item.published_at, item.outlet, item.title, item.rules])
    hashes = (*sketch.numbers, *sketch.title, *sketch.title_numbers, *sketch.bands)
    head = _HEAD.pack(
        item.published_s,
        item.arrived_ms,
        item.version,
        item.url_key,
        item.digest,
        sketch.short | bool(sketch.key) << 1,
        sketch.key or bytes(16),
        sketch.words,
        sketch.shingle_count,
        sketch.shingles.size,
        len(sketch.numbers),
        len(sketch.title),
        len(sketch.title_numbers),
        len(tail),
        len(item.handle),
        len(verdict),
    )
    shingles = sketch.shingles.astype("<u4", copy=False).tobytes()
    return b"".join((head, shingles, _hashes(len(hashes)).pack(*hashes), tail, item.handle, verdict))


@lru_cache(maxsize=256)
def _hashes(count: int) -> Struct:
    return Struct(f"<{count}I")


def verdict_in(data: bytes) -> bytes:
    """The verdict of what was packed."""
    return data[len(data) - _HEAD.unpack_from(data)[-1] :]


def unpack(article_id: str, data: bytes) -> Remembered:
    published_s, arrived_ms, version, url_key, digest, flags, key, words, count, *sizes = _HEAD.unpack_from(data)
    at = _HEAD.size
    shingles = np.frombuffer(data, dtype="<u4", count=sizes[0], offset=at)
    at += 4 * sizes[0]
    numbers_end = sizes[1]
    title_end = numbers_end + sizes[2]
    bands_at = title_end + sizes[3]
    whole = _hashes(bands_at + (TEXT_BANDS + LEAD_BANDS if flags & 2 else 0))
    hashes = whole.unpack_from(data, at)
    at += whole.size
    published_at, outlet, title, rules = orjson.loads(data[at : at + sizes[4]])
    at += sizes[4]
    return Remembered(
        article_id=article_id,
        published_at=published_at,
        published_s=published_s,
        arrived_ms=arrived_ms,
        version=version,
        url_key=url_key,
        digest=digest,
        outlet=outlet,
        title=title,
        rules=rules,
        handle=data[at : at + sizes[5]],
        sketch=Sketch(
            key=key if flags & 2 else b"",
            words=words,
            short=bool(flags & 1),
            shingle_count=count,
            shingles=shingles,
            numbers=hashes[:numbers_end],
            title=hashes[numbers_end:title_end],
            title_numbers=hashes[title_end:bands_at],
            bands=hashes[bands_at:],
        ),
    )

"""What is remembered of an article in place of its text: enough to compare it, about 1.2 kB at most.

Order of the rules: the words outside boilerplate; for a text of under ``SHORT_WORDS`` words the words of the title
before them (a snippet is judged together with its headline); shingles, the 16 bytes of folded text from the start of
each word; of their hashes the 224 smallest (a bottom-k sketch: Beyer et al. 2007, exact for up to 224 shingles, and
unlike MinHash it tells containment); the numbers; the words of the title. ``key`` is equal for equal text only.
``bands`` are the buckets in which copies meet (MinHash, Broder 1997): 16 over all shingles, and 6 over the opening
alone, because a wire story that was cut to a third keeps its opening though it shares few of all shingles.

Limits: at most 64 numbers and 32 words of a title.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from streams.dedupe.words import MAX_CHARS, fold_words, is_number, numbers_of, starts_of, without_boilerplate
from streams.model.records import Article

Hashes32 = NDArray[np.uint32]
Hashes = tuple[int, ...]

SHINGLE_BYTES, WIDE_SHINGLE_BYTES = 16, 32
"""About three words; the wider ones are for texts that are mostly not ASCII (Cyrillic: two to three words)."""
SKETCH_SIZE = 224
SHORT_WORDS = 30
LEAST_WORDS = 6
"""Fewer words than this, headline included, are nobody's copy ("Read more ...")."""
ROWS, TEXT_BANDS, LEAD_BANDS = 3, 16, 6
LEAD_SHINGLES = 48
MAX_NUMBERS, MAX_TITLE_WORDS, MAX_TITLE_CHARS = 64, 32, 1000

_EMPTY = np.zeros(0, dtype=np.uint32)
_S32 = np.uint64(32)
_ASCII = bytes(range(128))


def _constants(name: str, count: int) -> NDArray[np.uint64]:
    digests = (blake2b(f"{name} {number}".encode(), digest_size=8).digest() for number in range(count))
    return np.array([int.from_bytes(each, "big") | 1 for each in digests], dtype=np.uint64)


_FACTORS = _constants("part", WIDE_SHINGLE_BYTES // 8)
_PADDING = b" " * WIDE_SHINGLE_BYTES
_FOLD, _BAND = _constants("row", ROWS), _constants("band", TEXT_BANDS + LEAD_BANDS)


def _edges(bands: int) -> Hashes32:
    """Evenly spread; the rows of one band lie far apart, so that they seldom meet the same shingle."""
    count = bands * ROWS
    even = (np.arange(count, dtype=np.uint64) << _S32) // np.uint64(count)
    return np.ascontiguousarray(even.astype(np.uint32).reshape(ROWS, bands).T).reshape(-1)


_TEXT_EDGES, _LEAD_EDGES = _edges(TEXT_BANDS), _edges(LEAD_BANDS)


@dataclass(frozen=True, slots=True)
class Sketch:
    """``shingles``, ``numbers`` and ``title`` are ascending and distinct; ``shingle_count`` is that of the whole.

    ``key`` and ``bands`` are empty for an article that has too little to be compared."""

    key: bytes
    words: int
    short: bool
    shingle_count: int
    shingles: Hashes32
    numbers: Hashes
    title: Hashes
    title_numbers: Hashes
    bands: tuple[int, ...]


def sketch_article(article: Article) -> Sketch:
    """Sketch one article; a function of its title, text and boilerplate alone."""
    text = without_boilerplate(article["text"], article["boilerplate"])
    body, title = fold_words(text), fold_words(article["title"][:MAX_TITLE_CHARS])
    words = title.split()
    title_words = _set(words, MAX_TITLE_WORDS)
    title_numbers = _set(filter(is_number, words), MAX_TITLE_WORDS)
    starts = starts_of(body)
    count = starts.size
    short = count < SHORT_WORDS
    folded = body
    if short:
        folded = title + body
        starts = starts_of(folded)
        if starts.size < LEAST_WORDS:
            return Sketch(b"", count, True, 0, _EMPTY, (), title_words, title_numbers, ())
    key = blake2b(title + b"\n" + body if short else body, digest_size=16)
    if len(text) > MAX_CHARS:
        key.update(text.encode("utf-8", "surrogatepass"))
    run = _shingles(folded, starts)
    ordered = np.sort(run)
    shingles = _distinct(ordered)
    return Sketch(
        key=key.digest(),
        words=count,
        short=short,
        shingle_count=shingles.size,
        shingles=shingles[:SKETCH_SIZE],
        numbers=_set(numbers_of(folded, starts), MAX_NUMBERS),
        title=title_words,
        title_numbers=title_numbers,
        bands=_bands(shingles, np.sort(run[:LEAD_SHINGLES])),
    )


def hash_numbers(text: str) -> Hashes:
    """The numbers of a text as a sketch has them: ascending and distinct."""
    words = fold_words(text).split()
    return _set(filter(is_number, words), len(words))


def _set(words: Iterable[bytes], limit: int) -> Hashes:
    """Hash words; ascending and distinct."""
    return tuple(sorted(set(map(crc32, words)))[:limit])


def _shingles(folded: bytes, starts: NDArray[np.intp]) -> Hashes32:
    """One at the start of each word, in order: read as numbers of eight bytes, which may begin anywhere."""
    size = WIDE_SHINGLE_BYTES if _is_mostly_wide(folded) else SHINGLE_BYTES
    padded = folded + _PADDING
    # as blocks of bytes: numpy gathers those two to three times as fast as numbers that begin anywhere
    blocks = np.ndarray((len(folded) + 1,), dtype=f"V{size}", buffer=padded, strides=(1,))
    parts: NDArray[np.uint64] = blocks[starts].view("<u8").reshape(-1, size // 8)
    sums = parts[:, 0] * _FACTORS[0]
    for part in range(1, size // 8):
        sums += parts[:, part] * _FACTORS[part]
    shingles: Hashes32 = (sums >> _S32).astype(np.uint32)
    return shingles


def _is_mostly_wide(folded: bytes) -> bool:
    return not folded.isascii() and 2 * len(folded.translate(None, _ASCII)) > len(folded)


def _distinct(ordered: Hashes32) -> Hashes32:
    """Each once; the other steps of ``np.unique`` cost twice as much."""
    keep = np.empty(ordered.size, dtype=bool)
    keep[0] = True
    np.not_equal(ordered[1:], ordered[:-1], out=keep[1:])
    distinct: Hashes32 = ordered[keep]
    return distinct


def _bands(shingles: Hashes32, lead: Hashes32) -> tuple[int, ...]:
    """MinHash in one look-up: of two sets, the chance that the first hash at or after a point is the same in both
    is their Jaccard similarity (one permutation hashing, densified by rotation: Shrivastava and Li 2014).

    Both are ascending, and may repeat themselves."""
    rows = np.empty((TEXT_BANDS + LEAD_BANDS) * ROWS, dtype=np.uint64)
    rows[: _TEXT_EDGES.size] = shingles.take(shingles.searchsorted(_TEXT_EDGES), mode="wrap")
    rows[_TEXT_EDGES.size :] = lead.take(lead.searchsorted(_LEAD_EDGES), mode="wrap")
    keys: NDArray[np.uint64] = (rows.reshape(-1, ROWS).dot(_FOLD) + _BAND) >> _S32
    return tuple(keys.tolist())

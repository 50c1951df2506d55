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

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b, sha256
from itertools import accumulate, pairwise
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from streams.dedupe.words import (
    MAX_CHARS,
    fold_all,
    fold_words,
    is_number,
    places_of_numbers,
    starts_of,
    without_boilerplate,
)
from streams.model.records import Article

Hashes32 = NDArray[np.uint32]
Hashes64 = NDArray[np.uint64]
Hashes = tuple[int, ...]

SHINGLE_BYTES, WIDE_SHINGLE_BYTES = 16, 32
"""About three words; the wider ones are for texts that are mostly not ASCII (Cyrillic: two to three words)."""
SKETCH_SIZE = 224
SHORT_WORDS = 30
LEAST_WORDS = 6
"""Fewer words than this, headline included, are nobody's copy ("Read more ...")."""
ROWS, TEXT_BANDS, LEAD_BANDS = 3, 16, 6
LEAD_SHINGLES = 48
KEY_BYTES = 16
MAX_NUMBERS, MAX_TITLE_WORDS, MAX_TITLE_CHARS = 64, 32, 1000

_EMPTY = np.zeros(0, dtype=np.uint32)
_FIRST = np.zeros(1, dtype=np.intp)
_LEAD = np.arange(LEAD_SHINGLES)
_S32 = np.uint64(32)
_ASCII = bytes(range(128))


def _constants(name: str, count: int) -> Hashes64:
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


@dataclass(slots=True)
class _Reading:
    """A sketch under way. ``folded`` is empty for an article that has too little to be compared."""

    words: int
    short: bool
    title: list[bytes]
    folded: bytes = b""
    key: bytes = b""
    shingle_count: int = 0
    shingles: Hashes32 = field(default_factory=lambda: _EMPTY)
    numbers: Sequence[bytes] = ()
    bands: tuple[int, ...] = ()

    def sketch(self) -> Sketch:
        return Sketch(
            key=self.key,
            words=self.words,
            short=self.short,
            shingle_count=self.shingle_count,
            shingles=self.shingles,
            numbers=_set(self.numbers, MAX_NUMBERS),
            title=_set(self.title, MAX_TITLE_WORDS),
            title_numbers=_set(filter(is_number, self.title), MAX_TITLE_WORDS),
            bands=self.bands,
        )


def sketch_article(article: Article) -> Sketch:
    """Sketch one article; a function of its title, text and boilerplate alone."""
    return sketch_all((article,))[0]


def sketch_all(articles: Sequence[Article]) -> list[Sketch]:
    """Sketch several articles, each as if it were alone; some dozens at a time cost half as much as one by one.

    What numpy does to an article takes microseconds, and calling it as many again: so it is called for all at once.
    """
    texts = [without_boilerplate(article["text"], article["boilerplate"]) for article in articles]
    folded = fold_all([*texts, *(article["title"][:MAX_TITLE_CHARS] for article in articles)])
    bodies, titles = folded[: len(texts)], folded[len(texts) :]
    readings = [_read(*each) for each in zip(texts, bodies, titles, strict=True)]
    for is_wide in (False, True):
        comparable = [reading for reading in readings if reading.folded and _is_mostly_wide(reading.folded) is is_wide]
        if comparable:
            _measure(comparable, WIDE_SHINGLE_BYTES if is_wide else SHINGLE_BYTES)
    return [reading.sketch() for reading in readings]


def hash_numbers(text: str) -> Hashes:
    """The numbers of a text as a sketch has them: ascending and distinct."""
    words = fold_words(text).split()
    return _set(filter(is_number, words), len(words))


def _set(words: Iterable[bytes], limit: int) -> Hashes:
    """Hash words; ascending and distinct."""
    return tuple(sorted(set(map(crc32, words)))[:limit])


def _read(text: str, body: bytes, title: bytes) -> _Reading:
    words = body.count(b" ")
    reading = _Reading(words=words, short=words < SHORT_WORDS, title=title.split())
    if reading.short:
        folded, hashed = title + body, title + b"\n" + body
        if folded.count(b" ") < LEAST_WORDS:
            return reading
    else:
        folded = hashed = body
    key = sha256(hashed)  # processors have instructions for it: a third of the time of BLAKE2 for a text
    if len(text) > MAX_CHARS:
        key.update(text.encode("utf-8", "surrogatepass"))
    reading.folded, reading.key = folded, key.digest()[:KEY_BYTES]
    return reading


def _measure(readings: Sequence[_Reading], size: int) -> None:
    """Fill in what the words of each text say; each has some. ``size`` is that of a shingle."""
    folded = b"".join([part for reading in readings for part in (reading.folded, _PADDING)])
    starts = starts_of(folded)
    ends = np.array([*accumulate(len(reading.folded) + len(_PADDING) for reading in readings)])
    run = _shingles(folded, starts, size)
    upto = starts.searchsorted(ends)
    since = np.concatenate((_FIRST, upto[:-1]))
    lead = run[np.minimum(since[:, None] + _LEAD, upto[:, None] - 1)]  # the last again, where there are fewer
    for first, end in pairwise((0, *upto.tolist())):
        run[first:end].sort()
    # with the rank of its text before each hash, all of them are one ascending array
    ranks = np.arange(len(readings) + 1, dtype=np.uint64) << _S32
    ranked = run.astype(np.uint64)
    ranked += np.repeat(ranks[:-1], upto - since)
    keep = np.empty(run.size, dtype=bool)
    keep[0] = True
    np.not_equal(ranked[1:], ranked[:-1], out=keep[1:])
    ranked, distinct = ranked[keep], run[keep]
    lead.sort()
    bands = _bands(distinct, ranked, lead, ranks)
    places = places_of_numbers(folded, starts)
    numbers = [folded[place : folded.index(b" ", place)] for place in places.tolist()]
    number_bounds = pairwise((0, *places.searchsorted(ends).tolist()))
    for reading, (first, end), (first_number, end_number), of_text in zip(
        readings, pairwise(ranked.searchsorted(ranks).tolist()), number_bounds, bands, strict=True
    ):
        reading.shingle_count = end - first
        reading.shingles = distinct[first : min(end, first + SKETCH_SIZE)].copy()
        reading.numbers = numbers[first_number:end_number]
        reading.bands = tuple(of_text)


def _shingles(folded: bytes, starts: NDArray[np.intp], size: int) -> Hashes32:
    """One of so many bytes at each start, in order: read as numbers of eight bytes, which may begin anywhere."""
    # as blocks of bytes: numpy gathers those two to three times as fast as numbers that begin anywhere
    blocks = np.ndarray((len(folded) + 1 - size,), dtype=f"V{size}", buffer=folded, strides=(1,))
    parts: Hashes64 = blocks[starts].view("<u8").reshape(-1, size // 8)
    sums = parts[:, 0] * _FACTORS[0]
    for part in range(1, size // 8):
        sums += parts[:, part] * _FACTORS[part]
    shingles: Hashes32 = (sums >> _S32).astype(np.uint32)
    return shingles


def _is_mostly_wide(folded: bytes) -> bool:
    return not folded.isascii() and 2 * len(folded.translate(None, _ASCII)) > len(folded)


def _bands(shingles: Hashes32, ranked: Hashes64, lead: Hashes32, ranks: Hashes64) -> list[list[int]]:
    """MinHash in one look-up: of two sets, the chance that the first hash at or after a point is the same in both
    is their Jaccard similarity (one permutation hashing, densified by rotation: Shrivastava and Li 2014).

    ``ranked`` are the shingles of all texts with their text's rank; ``lead`` has a row for each text, ascending, in
    which hashes may come again."""
    of_text = _first_after(shingles, ranked, _TEXT_EDGES, ranks)
    of_lead = _first_after(lead.reshape(-1), (lead + ranks[:-1, None]).reshape(-1), _LEAD_EDGES, ranks)
    rows = np.concatenate((of_text, of_lead), axis=1).astype(np.uint64)
    keys: Hashes64 = (rows.reshape(len(rows), -1, ROWS).dot(_FOLD) + _BAND) >> _S32
    return keys.tolist()  # type: ignore[no-any-return]


def _first_after(hashes: Hashes32, ranked: Hashes64, edges: Hashes32, ranks: Hashes64) -> Hashes32:
    """A row for each text: its first hash at or after each edge, and after its last hash the first."""
    found = ranked.searchsorted((edges + ranks[:-1, None]).reshape(-1)).reshape(-1, edges.size)
    bounds = ranked.searchsorted(ranks)
    first: Hashes32 = hashes[np.where(found == bounds[1:, None], bounds[:-1, None], found)]
    return first

"""Are two articles copies? Decided on their sketches alone; symmetric; a function of the pair.

Order of the rules:
 1. never: the same URL (its versions), nothing to compare, too far apart in time (30 days; 3 days for a short text,
    because "Live updates" and the daily horoscope come back);
 2. exact: the same words in the same order;
 3. never: titles alike that differ in their numbers, when the number is a year ("2015: the year in pictures") or they
    are days apart ("Report for April 2"); within a day and a half it is a corrected figure;
 4. near, by the share of shingles (Jaccard ``j``; ``c`` = of the shorter one's, containment), the words of
    the titles (``t``, overlap) and the numbers that each has and the other has not:
    rewrite   j and c are high
    re-take   one stands whole in the other (c >= 0.95) and the titles speak of the same, or nearly all is shared
    always    the numbers agree: a table in new figures is no copy, however alike its words are

No single threshold does: fact boxes give unrelated articles j = 0.75, weekly tables 0.85 with new figures, and a wire
story's re-take falls to j = 0.34. The numbers here were chosen on hand-judged pairs
(``tests/evals/test_dedupe.py``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from streams.dedupe.sketch import SKETCH_SIZE, Hashes, Hashes32, Sketch, hash_numbers

DAY_S = 86_400
WINDOW_S = 30 * DAY_S
SHORT_WINDOW_S = 3 * DAY_S
SOON_S = DAY_S + DAY_S // 2
"""Within a day and a half a changed figure is a correction; later it is the next edition of a table."""
LEAST_JACCARD, LEAST_CONTAINED = 0.25, 0.75


_YEARS = frozenset(hash_numbers(" ".join(str(year) for year in range(1900, 2100))))


@dataclass(frozen=True, slots=True)
class Likeness:
    """``contained``: the share of the shorter one's shingles that stand in the longer one; ``jaccard``: of both."""

    kind: Literal["exact", "near"]
    contained: float
    jaccard: float


def compare(a: Sketch, b: Sketch, apart_s: int) -> Likeness | None:
    """Tell whether two articles of different URLs, published ``apart_s`` seconds apart, are copies, and how."""
    short = a.short or b.short
    if not a.key or not b.key or apart_s > (SHORT_WINDOW_S if short else WINDOW_S):
        return None
    if a.key == b.key:
        return Likeness("exact", 1.0, 1.0)
    jaccard, contained = overlap_of(a, b)
    if jaccard < LEAST_JACCARD or contained < LEAST_CONTAINED:
        return None
    if not _numbers_agree(a, b, apart_s):
        return None
    titles = _count_common(a.title, b.title) / max(1, min(len(a.title), len(b.title)))
    if titles >= 0.5 and _titles_disagree(a, b, apart_s):
        return None
    if not _is_near(jaccard, contained, titles, short):
        return None
    return Likeness("near", contained, jaccard)


def _is_near(j: float, c: float, t: float, short: bool) -> bool:
    if short:
        return j >= 0.75 and t >= 0.75
    if t >= 0.4:
        return j >= 0.6 or c >= 0.95
    return (j >= 0.76 and c >= 0.88) or (j >= 0.58 and c >= 0.82 and t >= 0.3)


def _numbers_agree(a: Sketch, b: Sketch, apart_s: int) -> bool:
    """Both have numbers of their own in a new edition of a table; a cut or a longer re-take has them on one side."""
    shared = _count_common(a.numbers, b.numbers)
    odd = min(len(a.numbers), len(b.numbers)) - shared
    return odd <= (0 if apart_s > SOON_S else 1 + shared // 10)


def _titles_disagree(a: Sketch, b: Sketch, apart_s: int) -> bool:
    """Each title has a number that the other has not, and it is the mark of an edition, not a corrected figure."""
    first, second = set(a.title_numbers), set(b.title_numbers)
    if len(first & second) >= min(len(first), len(second)):
        return False
    return apart_s > SOON_S or not _YEARS.isdisjoint(first ^ second)


def _count_common(a: Hashes, b: Hashes) -> int:
    return len(set(a).intersection(b))


def overlap_of(a: Sketch, b: Sketch) -> tuple[float, float]:
    """Jaccard and containment. Each sketch holds all hashes up to some height: count below the lower of the two."""
    first, second = a.shingles, b.shingles
    height = min(_height(a), _height(b))
    if height is not _WHOLE:
        first = first[: np.searchsorted(first, height, side="right")]
        second = second[: np.searchsorted(second, height, side="right")]
    shared = _count_shared(first, second)
    fewer = int(min(first.size, second.size))
    return shared / max(1, first.size + second.size - shared), shared / max(1, fewer)


_WHOLE = 1 << 32


def _height(sketch: Sketch) -> int:
    return int(sketch.shingles[-1]) if sketch.shingle_count > SKETCH_SIZE else _WHOLE


def _count_shared(a: Hashes32, b: Hashes32) -> int:
    """How many values two ascending, distinct arrays share."""
    if not a.size or not b.size:
        return 0
    both = np.concatenate((a, b))
    both.sort()
    return int(np.count_nonzero(both[1:] == both[:-1]))

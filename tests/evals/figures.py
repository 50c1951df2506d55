"""What the evals of labels print: F1, its mean over labels, and the interval of a share."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

Pairs = Sequence[tuple[str, str]]
"""Of each case the label that it has, and the one that it was given."""


def wilson(good: int, total: int) -> tuple[float, float]:
    """The 95 % Wilson interval of a share."""
    if not total:
        return 0.0, 1.0
    z, share = 1.96, good / total
    centre = share + z * z / (2 * total)
    spread = z * sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    return (centre - spread) / (1 + z * z / total), (centre + spread) / (1 + z * z / total)


def f1_of(pairs: Pairs, label: str) -> float:
    right = sum(gold == given == label for gold, given in pairs)
    return 2 * right / max(1, sum((gold == label) + (given == label) for gold, given in pairs))


def macro_f1(pairs: Pairs, labels: Sequence[str]) -> float:
    return sum(f1_of(pairs, label) for label in labels) / len(labels)

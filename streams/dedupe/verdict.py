"""What is said about an article: whose copy it is, and why, in a sentence for an analyst.

A verdict is a function of the pair (article, its leader) alone, so it reads the same however the two were found.
"""

from __future__ import annotations

from dataclasses import dataclass

import orjson

from streams.dedupe.compare import Likeness, compare
from streams.dedupe.remembered import Remembered
from streams.model.ids import digest
from streams.model.leaders import Order
from streams.model.records import Dedupe, DedupeKind


@dataclass(frozen=True, slots=True)
class Verdict:
    """``leader`` is the order of the article that leads: its own for an original."""

    kind: DedupeKind
    leader: Order
    reason: str

    def record(self) -> Dedupe:
        return {
            "kind": self.kind,
            "original_id": self.leader[1],
            "cluster_id": digest("cluster", self.leader[1]),
            "reason": self.reason,
        }

    def pack(self) -> bytes:
        """What ``unpack`` needs beside the article: nothing for an original."""
        return b"" if self.kind == "original" else orjson.dumps([self.kind, *self.leader, self.reason])

    @staticmethod
    def unpack(article: Remembered, data: bytes) -> Verdict:
        if not data:
            return judge_original(article)
        kind, published_at, article_id, reason = orjson.loads(data)
        return Verdict(kind, (published_at, article_id), reason)


def compare_articles(a: Remembered, b: Remembered) -> Likeness | None:
    """Tell whether two articles are copies. Versions of one URL never are, of each other."""
    if a.url_key == b.url_key:
        return None
    return compare(a.sketch, b.sketch, abs(a.published_s - b.published_s))


def judge_original(article: Remembered) -> Verdict:
    if not article.sketch.key:
        reason = "too few words outside boilerplate to be anybody's copy"
    else:
        reason = "no earlier original has its text"
    return Verdict("original", article.order, reason)


def judge_copy(article: Remembered, leader: Remembered, likeness: Likeness) -> Verdict:
    name = f"“{leader.title or 'untitled'}” ({leader.outlet}, {leader.published_at[:10]})"
    if likeness.kind == "exact":
        what = "headline and snippet" if article.sketch.short else "text"
        return Verdict("exact", leader.order, f"same {what} as {name}")
    share = min(99, round(100 * likeness.contained))
    own, other = article.sketch.words, leader.sketch.words
    if 10 * own < 9 * other:
        reason = f"{share} % of its wording stands in {name}, which is longer ({own} against {other} words)"
    elif 10 * other < 9 * own:
        reason = f"it holds {share} % of the wording of {name}, which is shorter ({other} against {own} words)"
    else:
        reason = f"shares {share} % of its wording with {name}, about as long"
    return Verdict("near", leader.order, reason)

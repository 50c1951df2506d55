"""Articles to judge: made here, with the words of nobody."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from streams.dedupe.memory import Limits, Memory
from streams.dedupe.step import step
from streams.model.ids import digest
from streams.model.records import Article, Dedupe
from streams.model.state import DictState
from streams.model.step import Emit, Reissue, Step

START = datetime(2026, 3, 1, tzinfo=UTC)
_SYLLABLES = [consonant + vowel for consonant in "bdklmnrstv" for vowel in "aeo"]


def prose(seed: int, words: int = 120) -> str:
    """Some text; two seeds share next to nothing."""
    rng = random.Random(seed)
    return " ".join("".join(rng.choices(_SYLLABLES, k=rng.randint(1, 4))) for _ in range(words))


def reworded(text: str, seed: int, changes: int) -> str:
    """The text with some words replaced."""
    rng = random.Random(seed)
    words = text.split()
    for place in rng.sample(range(len(words)), changes):
        words[place] = "x" + "".join(rng.choices(_SYLLABLES, k=3))
    return " ".join(words)


def published(minutes: float) -> str:
    return (START + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")


def article(
    text: str, title: str = "Parliament votes on the harbour", at: float = 0, url: str = "", **more: Any
) -> Article:
    """``at``: minutes after START. Without a url, each text, title and time has one of its own."""
    url_id = digest("url", url or f"{text}|{title}|{at}")
    return cast(
        Article,
        {
            "article_id": digest("article", url_id, title, text),
            "url_id": url_id,
            "outlet": "herald.example",
            "url": None,
            "title": title,
            "text": text,
            "language": "en",
            "published_at": published(at),
            "published_basis": "claimed",
            "arrived_at": published(at)[:-1] + ".500Z",
            "backfill": False,
            "format": "text",
            "version": 1,
            "boilerplate": [],
            "rules": {"clean": "1"},
            **more,
        },
    )


class Line:
    """The stage with its state, and what stands under each article_id after all that it sent."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.state = DictState()
        self.memory = Memory(limits or Limits())
        self.handles: dict[bytes, Article] = {}
        self.final: dict[str, dict[str, Any]] = {}
        self.counts: dict[str, int] = {}
        self.reissues = 0

    def send(self, record: Article) -> Step:
        handle = len(self.handles).to_bytes(8, "big")
        self.handles[handle] = record
        result = step(record, handle, self.state, self.memory)
        self._count(result.outcome, 1)
        for before, after in result.recounts:
            self._count(before, -1)
            self._count(after, 1)
        for output in result.outputs:
            if isinstance(output, Reissue):
                self.reissues += 1
                source = self.handles[output.handle]
                self.final[source["article_id"]] = {**source, **output.patch}
            elif isinstance(output, Emit):
                self.final[record["article_id"]] = dict(output.record)
        return result

    def send_all(self, records: Iterable[Article]) -> Line:
        for record in records:
            self.send(record)
        return self

    def verdict(self, record: Article) -> Dedupe:
        return cast(Dedupe, self.final[record["article_id"]]["dedupe"])

    def kinds(self, records: Iterable[Article]) -> list[str]:
        return [self.verdict(record)["kind"] for record in records]

    def _count(self, outcome: str, by: int) -> None:
        self.counts[outcome] = self.counts.get(outcome, 0) + by
        if not self.counts[outcome]:
            del self.counts[outcome]

"""Articles and watches for the tests of detect."""

from __future__ import annotations

from typing import Any, cast

from streams.model.records import DedupedArticle
from streams.model.watch import Scope, Watch


def article(title: str = "", text: str = "", **fields: Any) -> DedupedArticle:
    base: dict[str, Any] = {
        "article_id": "a1",
        "url_id": "u1",
        "outlet": "daily.example",
        "url": None,
        "title": title,
        "text": text,
        "language": "en",
        "published_at": "2023-02-16T12:00:00Z",
        "published_basis": "claimed",
        "arrived_at": "2023-02-16T12:00:00.000Z",
        "backfill": False,
        "format": "text",
        "version": 1,
        "boilerplate": [],
        "rules": {"clean": "1", "dedupe": "1"},
        "dedupe": {"kind": "original", "original_id": "a1", "cluster_id": "a1", "reason": "first"},
    }
    return cast(DedupedArticle, base | fields)


def masked(*spans: tuple[int, int]) -> list[dict[str, Any]]:
    return [{"start": start, "end": end, "kind": "appeal", "reason": "test"} for start, end in spans]


def watch(query: str, watch_id: str = "w1", version: int = 1, **fields: Any) -> Watch:
    scope: Scope = {"languages": [], "outlets": [], "countries": []}
    base: dict[str, Any] = {
        "watch_id": watch_id,
        "version": version,
        "effective_from": "2023-01-01T00:00:00.000Z",
        "status": "active",
        "title": watch_id,
        "question": None,
        "owner": "desk",
        "query": query,
        "scope": scope,
        "stance": None,
        "alerts": {"first_mention": "any", "stance_change": False, "story_days": 5, "severity": {"default": "notice"}},
        "changed_by": "desk",
    }
    return cast(Watch, base | fields)

"""How well pages become articles, measured on labelled pages; and what clean does to a week of feeds."""

from __future__ import annotations

import gzip
import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import trafilatura

from streams.clean.extract import extract_page
from streams.clean.snippet import snippet_text
from streams.clean.step import step
from streams.errors import InvalidRecord
from streams.model.state import DictState

pytestmark = pytest.mark.evals

DATA = Path(os.environ.get("NEWSVANE_EVAL_DATA", Path(__file__).parents[2] / ".." / "shared" / "data"))
FLOOR = 0.96
"""Mean token F1 over all pages; raise it with a better extractor, never lower it."""

_WORD = re.compile(r"\w+")


def rows(name: str) -> Iterator[dict[str, Any]]:
    path = DATA / name
    if not path.exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"no {name} in CI")
        pytest.skip(f"no {name}")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def token_f1(found: str, gold: str) -> float:
    ours, theirs = Counter(_WORD.findall(found.lower())), Counter(_WORD.findall(gold.lower()))
    shared = (ours & theirs).total()
    return 2 * shared / (ours.total() + theirs.total()) if shared else 0.0


def test_main_text(capsys: pytest.CaptureFixture[str]) -> None:
    """The text of pages is at least as good as trafilatura's own, and does not fall below the pinned floor."""
    scores: dict[str, list[float]] = {"ours": [], "trafilatura": []}
    report: list[str] = []
    for name in ("html_gold.jsonl.gz", "html_gold_world.jsonl.gz"):
        part: dict[str, list[float]] = {"ours": [], "trafilatura": []}
        for row in rows(name):
            part["ours"].append(token_f1(extract_page(row["html"]).text, row["text"]))
            part["trafilatura"].append(token_f1(trafilatura.extract(row["html"]) or "", row["text"]))
        for who, values in part.items():
            scores[who] += values
            report.append(f"{name} {who}: token F1 {sum(values) / len(values):.4f} over {len(values)} pages")
    means = {who: sum(values) / len(values) for who, values in scores.items()}
    with capsys.disabled():
        print("", *report, f"all: ours {means['ours']:.4f}, trafilatura {means['trafilatura']:.4f}", sep="\n")
    assert means["ours"] >= max(FLOOR, means["trafilatura"])


def test_week_of_feeds(capsys: pytest.CaptureFixture[str]) -> None:
    """Every item has exactly one outcome, snippets have no markup left, and languages agree with their feeds'."""
    state = DictState()
    outcomes: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    wrong = total = markup = 0
    for row in rows("rss_week.jsonl.gz"):
        total += 1
        html = row.get("description_html")
        body = {"html": html} if html else {"text": row["text"]}
        raw: Any = {
            "outlet": row["source"].removeprefix("www."),
            "arrived_at": "2022-10-15T00:00:00.000Z",
            "url": row["url"],
            "title": row["title"],
            "published_at": row["published"],
            **body,
        }
        try:
            done = step(raw, None, state)
        except InvalidRecord as refused:
            outcomes[refused.reason] += 1
            continue
        outcomes[done.outcome] += 1
        for output in done.outputs:
            record: Any = output.record  # type: ignore[union-attr]
            kinds.update(span["kind"] for span in record["boilerplate"])
            wrong += record["language"] != row["lang"]
        if html:
            markup += bool(re.search(r"</?(?:p|a|img|div|br)[ >]", snippet_text(html)))
    with capsys.disabled():
        print(f"\nfeeds: {dict(outcomes)}, boilerplate {dict(kinds)}, language differs {wrong}, markup left {markup}")
    assert total == sum(outcomes.values())
    assert 0 == markup
    assert wrong <= total // 100

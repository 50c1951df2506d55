"""How well are copies told from look-alikes? Floors on pairs that people have judged; no floor falls silently."""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import orjson
import pytest

from streams.dedupe.compare import compare
from streams.dedupe.sketch import sketch_article
from streams.model.records import Article

pytestmark = pytest.mark.evals

DATA = Path(os.environ.get("NEWSVANE_EVAL_DATA") or Path(__file__).parents[2] / ".." / "shared" / "data")


def read(name: str) -> Iterator[dict[str, Any]]:
    path = DATA / name
    if not path.exists():
        message = f"no {name} in NEWSVANE_EVAL_DATA"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    with gzip.open(path) as lines:
        for line in lines:
            yield orjson.loads(line)


def is_copy(pair: dict[str, Any]) -> bool:
    """Found as a candidate and judged a copy: both halves of the stage."""
    a, b = (sketch_article(cast(Article, {**pair[side], "boilerplate": []})) for side in "ab")
    times = [_seconds(pair[side].get("published")) for side in "ab"]
    apart = abs(times[0] - times[1]) if times[0] is not None and times[1] is not None else 0
    return bool(set(a.bands) & set(b.bands)) and compare(a, b, int(apart)) is not None


def _seconds(text: str | None) -> float | None:
    if not text:
        return None
    at = datetime.fromisoformat(text)
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()


def f1(results: list[tuple[bool, bool]]) -> float:
    """Of (wanted, found)."""
    right = sum(wanted and found for wanted, found in results)
    wrong = sum(wanted != found for wanted, found in results)
    return 2 * right / (2 * right + wrong)


def test_judged_pairs() -> None:
    """The hand-judged pairs, over all of them and for each family of sources; templates are kept apart altogether."""
    pairs = [pair for pair in read("pairs_judged_dev.jsonl.gz") if pair["dedupe"] is not None]
    found = [(pair, is_copy(pair)) for pair in pairs]
    assert f1([(pair["dedupe"], copy) for pair, copy in found]) >= 0.97
    apart = ("template_or_periodic", "boilerplate_different_story")
    assert [] == [pair["pair"] for pair, copy in found if copy and pair["label"] in apart]


def test_silver_pairs() -> None:
    """Pairs labelled by rule: no look-alike is a copy, hardly a copy is missed."""
    results = [(pair["label"] in ("exact", "near_dup"), is_copy(pair)) for pair in read("near_dup_silver.jsonl.gz")]
    assert 0 == sum(found and not wanted for wanted, found in results)
    assert f1(results) >= 0.995

"""Can the load generator be trusted as the known side of other tests?"""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest

from tests import generator_words as words
from tests.generator import Kind, Raw, Truth, articles, labelled

ROOT = Path(__file__).resolve().parents[2]
PRINT_DIGEST = (
    "import hashlib, orjson; from tests.generator import articles; "
    "print(hashlib.sha256(b''.join(map(orjson.dumps, articles(400, seed=5, broken=True)))).hexdigest())"
)


@pytest.fixture(scope="module")
def sample() -> list[tuple[Raw, Truth]]:
    return list(labelled(4_000, broken=True))


def test_same_arguments_give_the_same_bytes_under_any_hash_seed() -> None:
    """Neither the process nor PYTHONHASHSEED shows in the output."""
    digests = {
        subprocess.run(
            [sys.executable, "-c", PRINT_DIGEST],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("0", "1", "4242")
    }
    assert 1 == len(digests)


def test_another_seed_gives_other_articles() -> None:
    """The seed decides the content."""
    assert list(articles(20, seed=1)) != list(articles(20, seed=2))


def test_articles_are_labelled_without_the_labels() -> None:
    """Both functions give the same records."""
    assert [record for record, _ in labelled(300, seed=9)] == list(articles(300, seed=9))


@pytest.mark.parametrize("count", [0, 1, 39, 41, 500])
def test_it_gives_as_many_as_asked(count: int) -> None:
    """The count is exact, also where late originals have no room any more."""
    assert count == len(list(articles(count)))


def test_impossible_arguments_are_refused() -> None:
    """A copy needs a second outlet."""
    with pytest.raises(ValueError, match="outlets >= 2"):
        list(articles(1, outlets=1))


def test_shares_are_as_described(sample: list[tuple[Raw, Truth]]) -> None:
    """Every kind, language, form and label occurs in about the share that the docstring names."""
    kinds = Counter(truth.kind for _, truth in sample)
    bounds: dict[Kind, tuple[int, int]] = {
        "original": (2_800, 3_300),
        "exact": (260, 420),
        "near": (220, 380),
        "version": (70, 170),
        "repeat": (40, 130),
        "late-original": (40, 120),
        "broken": (15, 70),
    }
    assert bounds.keys() == kinds.keys()
    assert {kind: low <= kinds[kind] <= high for kind, (low, high) in bounds.items()} == dict.fromkeys(bounds, True)
    about = Counter(truth.label for _, truth in sample if "belarus-military-stance" in truth.watch_ids)
    assert {"refuses", "conditional", "prepares", "joins", "none"} == set(about)
    assert 350 <= about.total() <= 650
    assert 90 <= sum("acme-takeover" in truth.watch_ids for _, truth in sample) <= 250
    assert 600 <= sum(record["language"] == "ru" for record, _ in sample) <= 1_000
    assert 30 <= sum("html" in record for record, _ in sample) <= 140


def test_lengths_are_those_of_news(sample: list[tuple[Raw, Truth]]) -> None:
    """Texts have between one and six thousand characters, a few less where a version lost its end."""
    lengths = [len(record["text"]) for record, _ in sample if "text" in record]
    assert 400 <= min(lengths)
    assert max(lengths) <= 6_500
    assert 0.95 <= sum(length >= 900 for length in lengths) / len(lengths)


def test_broken_ones_come_only_when_asked(sample: list[tuple[Raw, Truth]]) -> None:
    """A broken record has neither text nor html; every other has exactly one of them."""
    contents = {(truth.kind == "broken", ("text" in record) + ("html" in record)) for record, truth in sample}
    assert {(True, 0), (False, 1)} == contents
    assert all(truth.kind != "broken" for _, truth in labelled(500))


def paragraphs(record: Raw) -> tuple[str, ...]:
    """What the article says, without its outlet's furniture."""
    parts: list[str] = record["text"].split("\n\n")
    return tuple(part for part in parts if part not in (*words.BOILERPLATE, *words.RU_BOILERPLATE))


def test_copies_are_copies(sample: list[tuple[Raw, Truth]]) -> None:
    """An exact copy has the paragraphs of some version of its original, a near copy all but one; outlets differ."""
    versions: dict[str, list[Raw]] = {}
    for record, _ in sample:
        if "text" in record:
            versions.setdefault(record["id"], []).append(record)
    compared: Counter[str] = Counter()
    for record, truth in sample:
        originals = versions.get(truth.of or "", [])
        if truth.kind not in ("exact", "near") or not originals:
            continue
        apart = min(len(set(paragraphs(record)) ^ set(paragraphs(original))) for original in originals)
        assert apart in ((0,) if truth.kind == "exact" else (1, 2)), record["id"]
        assert record["outlet"] not in {original["outlet"] for original in originals}
        compared[truth.kind] += 1
    assert min(compared["exact"], compared["near"]) > 200


def test_versions_and_repeats_keep_their_address(sample: list[tuple[Raw, Truth]]) -> None:
    """A version has its address and another text; a repeat brings the newest or the text it had, letter by letter."""
    seen: dict[str, set[str]] = {}
    for record, truth in sample:
        content = record.get("text") or record.get("html") or ""
        if truth.kind == "version":
            assert content not in seen[record["url"]]
        elif truth.kind == "repeat":
            assert content in seen[record["url"]]
        seen.setdefault(record["url"], set()).add(content)


def test_late_originals_were_published_before_the_copy_that_came_first(sample: list[tuple[Raw, Truth]]) -> None:
    """The copy arrives earlier, names the original, and was published later."""
    position = {record["id"]: index for index, (record, _) in enumerate(sample)}
    late = {record["id"]: record for record, truth in sample if truth.kind == "late-original"}
    named = {truth.of: record for record, truth in sample if truth.of in late}
    assert set(late) == set(named)
    for original_id, copy in named.items():
        assert position[copy["id"]] < position[str(original_id)]
        assert late[str(original_id)]["published_at"] < copy["published_at"]


def test_arrival_is_the_start_time_and_the_index() -> None:
    """Arrivals go up evenly from the start time, in milliseconds and UTC, and every field of a raw article is there."""
    start_at = datetime(2026, 3, 2, tzinfo=UTC)
    records = list(articles(4, days=1, start_at=start_at))
    assert [f"2026-03-02T{hour:02d}:00:00.000Z" for hour in (0, 6, 12, 18)] == [r["arrived_at"] for r in records]
    assert {"outlet", "id", "url", "title", "published_at", "language", "arrived_at"} <= set(records[0])
    assert records == [orjson.loads(orjson.dumps(record)) for record in records]

"""Is the grammar general? Three questions side by side, and Belarus's in Polish.

Each question has own labelled cases, dev and test in families of their own. The test parts were written before the
watch (or the fix) that they measure; a part that had been looked at became dev and a new one was written: twice for
Hungary, once for Acme. Whoever wrote those also wrote the cues; the unseen parts are by writers who knew neither.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from streams.clean.language import detect_language
from streams.detect.matcher import Matcher
from streams.model.watch import Watch
from streams.stance.assess import assess
from tests.evals.figures import macro_f1, wilson
from tests.evals.stance import train

FOLDER = Path(__file__).parent / "stance"
CASES = {
    "belarus": ("belarus-military-stance", "{part}.jsonl"),
    "hungary": ("hungary-sanctions-stance", "hungary_{part}.jsonl"),
    "acme": ("acme-takeover-stance", "acme_{part}.jsonl"),
    "polish": ("belarus-military-stance", "polish_{part}.jsonl"),
}
FLOORS = {"dev": 0.95, "test": 0.95, "unseen": 0.75}
REACHED = {"dev": 0.96, "test": 0.90, "unseen": 0.70}
"""How many of the articles with a stance the stage must get to see."""
MARGIN = 0.05
"""How far below Belarus's macro-F1 the other questions may be."""


@dataclass(frozen=True, slots=True)
class Figures:
    total: int
    macro_f1: float
    right: int
    holders: tuple[int, int]
    third_party: tuple[int, int]


def cases(name: str, part: str) -> list[dict[str, Any]]:
    lines = (FOLDER / CASES[name][1].format(part=part)).read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def watch_of(name: str) -> Watch:
    return train.watch_of(CASES[name][0])


@cache
def measure(name: str, part: str) -> Figures:
    watch = watch_of(name)
    assert watch["stance"] is not None
    labels = ("none", *(entry["id"] for entry in watch["stance"]["axis"]))
    pairs: list[tuple[str, str]] = []
    right_holders = with_holder = 0
    for case in cases(name, part):
        found = assess(case, watch)
        pairs.append((case["label"], found.label))
        if case["label"] == found.label != "none":
            with_holder += 1
            right_holders += found.statements[0]["holder_id"] == case.get("holder", found.statements[0]["holder_id"])
    nobody = [given for gold, given in pairs if gold == "none"]
    return Figures(
        len(pairs),
        macro_f1(pairs, [label for label in labels if any(gold == label for gold, _ in pairs)]),
        sum(gold == given for gold, given in pairs),
        (right_holders, with_holder),
        (sum(given != "none" for given in nobody), len(nobody)),
    )


@pytest.mark.evals
@pytest.mark.parametrize("part", ["dev", "test", "unseen"])
def test_every_question_is_read_as_well_as_the_first(part: str) -> None:
    """The others' macro-F1 is at most five points below Belarus's, and above a floor of its own.

    In the unseen parts, of which some have thirty cases, only the floor is held.
    """
    print(f"\n{part:8} cases  macro-F1  right [95 %]           holder   taken though none")
    for name in CASES:
        found = measure(name, part)
        low, high = wilson(found.right, found.total)
        print(
            f"{name:8} {found.total:5}  {found.macro_f1:8.3f}  {found.right:4} [{low:.2f}, {high:.2f}]  "
            f"{found.holders[0]:4}/{found.holders[1]:<4}  {found.third_party[0]}/{found.third_party[1]}"
        )
    first = measure("belarus", part).macro_f1
    for name in ("hungary", "acme", "polish"):  # Belarus has floors of its own (test_stance.py)
        floor = FLOORS[part] if part == "unseen" else max(FLOORS[part], first - MARGIN)
        assert measure(name, part).macro_f1 >= floor, name


@pytest.mark.evals
@pytest.mark.parametrize("part", ["dev", "test", "unseen"])
def test_an_article_with_a_stance_reaches_the_stage(part: str) -> None:
    """Its language is told without any claim of the outlet's, and the watch's own query finds it."""
    print(f"\n{part:8} with a stance   language told   found by the query [95 %]")
    for name in CASES:
        matcher = Matcher([watch_of(name)])
        telling = [case for case in cases(name, part) if case["label"] != "none"]
        told = sum(detect_language(case["text"], case["title"]) == case["language"] for case in telling)
        found = sum(bool(matcher.match({**case, "outlet": "wire.example", "boilerplate": []})) for case in telling)
        low, high = wilson(found, len(telling))
        told_of, found_of = f"{told}/{len(telling)}", f"{found}/{len(telling)}"
        print(f"{name:8} {len(telling):13}   {told_of:>13}   {found_of:>18} [{low:.2f}, {high:.2f}]")
        assert min(told, found) >= REACHED[part] * len(telling), name


@pytest.mark.evals
@pytest.mark.parametrize("name", ["hungary", "acme", "polish"])
def test_parts_of_a_question_share_no_family_and_no_text(name: str) -> None:
    """A family of phrasing is in one part only, no sentence is in both, and there are enough cases."""
    dev, test = cases(name, "dev"), cases(name, "test")
    assert set() == {case["family"] for case in dev} & {case["family"] for case in test}
    assert set() == {(c["title"], c["text"]) for c in dev} & {(c["title"], c["text"]) for c in test}
    assert len(dev) + len(test) >= (60 if name == "polish" else 80)

"""How often is the stance stage right? Own labelled cases, dev and test parts of different families of phrasing.

The test part was written after the rules for the dev part were done, and nothing was tuned on it. Floors are pinned
below what was reached; raise them with the rules, never lower them. Figures of own cases flatter: on unseen articles
expect less.
"""

from __future__ import annotations

import gzip
import json
import os
from collections import Counter
from math import sqrt
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from streams.model.watch import Watch
from streams.stance.assess import assess

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("NEWSVANE_EVAL_DATA", ROOT.parent / "shared" / "data"))
LABELS = ("none", "refuses", "conditional", "prepares", "joins")
FLOORS = {
    "dev": {"macro_f1": 0.97, "conditional_recall": 0.97, "holder": 0.97, "third_party": 0.05},
    "test": {"macro_f1": 0.90, "conditional_recall": 0.90, "holder": 0.95, "third_party": 0.05},
}


def shipped_watch() -> Watch:
    block = yaml.safe_load((ROOT / "streams/watches/belarus-military-stance.yaml").read_text("utf-8"))
    return cast(Watch, {**block, "watch_id": block["id"], "version": 1})


def cases(part: str) -> list[dict[str, Any]]:
    lines = (Path(__file__).parent / "stance" / f"{part}.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def wilson(good: int, total: int) -> tuple[float, float]:
    """The 95 % Wilson interval of a share."""
    if not total:
        return 0.0, 1.0
    z, share = 1.96, good / total
    centre = share + z * z / (2 * total)
    spread = z * sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    return (centre - spread) / (1 + z * z / total), (centre + spread) / (1 + z * z / total)


@pytest.mark.evals
@pytest.mark.parametrize("part", ["dev", "test"])
def test_labels_and_holders_reach_their_floors(part: str) -> None:
    """Macro-F1, conditional recall and the share of right holders stay above the pinned floors."""
    watch = shipped_watch()
    confusion: Counter[tuple[str, str]] = Counter()
    holders = [0, 0]
    for case in cases(part):
        found = assess(case, watch)
        confusion[case["label"], found.label] += 1
        if case["label"] == found.label != "none":
            holders[0] += found.statements[0]["holder_id"] == case["holder"]
            holders[1] += 1
    scores = []
    print(f"\nstance, {part} part, {sum(confusion.values())} cases")
    for label in LABELS:
        right = confusion[label, label]
        total = sum(confusion[label, other] for other in LABELS)
        claimed = sum(confusion[other, label] for other in LABELS)
        scores.append(2 * right / max(1, total + claimed))
        low, high = wilson(right, total)
        print(
            f"  {label:12} recall {right:3}/{total:3} [{low:.2f}, {high:.2f}]  claimed {claimed:3}  F1 {scores[-1]:.3f}"
        )
    macro = sum(scores) / len(LABELS)
    nobody = sum(confusion["none", label] for label in LABELS)
    taken = nobody - confusion["none", "none"]
    low, high = wilson(holders[0], holders[1])
    print(
        f"  macro-F1 {macro:.3f}; holder {holders[0]}/{holders[1]} [{low:.2f}, {high:.2f}]; "
        f"taken though none {taken}/{nobody}"
    )
    floors = FLOORS[part]
    conditional = sum(confusion["conditional", label] for label in LABELS)
    assert macro >= floors["macro_f1"]
    assert confusion["conditional", "conditional"] / conditional >= floors["conditional_recall"]
    assert holders[0] / holders[1] >= floors["holder"]
    assert taken / nobody <= floors["third_party"]


@pytest.mark.evals
def test_parts_share_no_family_and_no_text() -> None:
    """A family of phrasing is in one part only, and no sentence is in both."""
    dev, test = cases("dev"), cases("test")
    assert set() == {case["family"] for case in dev} & {case["family"] for case in test}
    assert set() == {(c["title"], c["text"]) for c in dev} & {(c["title"], c["text"]) for c in test}


@pytest.mark.evals
def test_no_analyst_paragraph_is_an_utterance_of_the_state() -> None:
    """Analysts' own talk gives no direct or conditional statement, and no joining, of anybody."""
    path = DATA / "belarus_paragraphs.jsonl.gz"
    if not path.exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{path} is missing; set NEWSVANE_EVAL_DATA")
        pytest.skip(f"{path} is missing")
    watch = shipped_watch()
    labels: Counter[str] = Counter()
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            article = {"title": "", "text": row["text"], "language": "en", "published_at": row["published"]}
            labels[assess(article, watch).label] += 1
    print(f"\nanalyst paragraphs: {dict(sorted(labels.items()))}")
    assert 60 == sum(labels.values())
    assert 0 == labels["joins"] + labels["conditional"]
    assert labels["none"] >= 50


@pytest.mark.evals
def test_the_first_article_gives_the_statements_of_its_analyst() -> None:
    """One conditional with two other wordings, one refusal, one preparation; fears and background are nobody's."""
    path = DATA.parent / "seed-article.txt"
    if not path.exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{path} is missing; set NEWSVANE_EVAL_DATA")
        pytest.skip(f"{path} is missing")
    lines = path.read_text("utf-8").split("\n")
    title = "Belarus Says Will Join Ukraine Offensive 'Only' if Attacked"
    text = "\n".join(lines[lines.index(title) + 1 :]).strip()
    start = text.index("… we have a small favor")
    spans = [{"start": start, "end": len(text), "kind": "appeal", "reason": "donation"}]
    article = {"title": title, "text": text, "language": "en", "published_at": "2023-02-16T12:00:00Z"}
    found = assess({**article, "boilerplate": spans}, shipped_watch())
    assert "conditional" == found.label
    assert [
        ("lukashenko", "conditional", "word", "direct", "refuses", "2023-02-16"),
        ("lukashenko", "refuses", "word", "direct", None, "2023-02-16"),
        ("lukashenko", "prepares", "act", "indirect", None, "2023-02-16"),
    ] == [
        (s["holder_id"], s["stance"], s["lane"], s["directness"], s["default"], s["said_at"]) for s in found.statements
    ]
    condition = found.statements[0]["condition"]
    assert condition is not None
    assert ("only-if", "attack", "not-reported") == (condition["kind"], condition["trigger"], condition["met"])
    assert condition["text"].startswith("if so much as one soldier from (Ukraine) comes to our territory with a gun")
    assert "I do not plan to send my people, my soldiers (there)" == found.statements[1]["evidence"]["text"]
    for statement in found.statements:
        evidence = statement["evidence"]
        source = title if evidence["field"] == "title" else text
        assert evidence["text"] == source[evidence["start"] : evidence["end"]]
    reasons = {item["text"][:24]: item["reason"] for item in found.left_out}
    assert "third-party" == reasons["Despite Lukashenko's rep"]
    assert "third-party" == reasons["Fears have also grown th"]
    assert "background" == reasons["Minsk allowed the Kremli"]
    assert "background" == reasons["Lukashenko, in power sin"]

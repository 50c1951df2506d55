"""From a match to its mentions."""

from __future__ import annotations

from typing import Any

import pytest

from streams.errors import InvalidRecord
from streams.model.watch import Watch, WatchBook
from streams.stance import marked
from streams.stance.step import RULES, lead, step
from streams.stance.text import Document, read
from tests.unit.stance.cases import article, shipped

TEXT = "Lukashenko said his army would not fight in Ukraine. " + "He said much else besides that day. " * 20


def match(**more: Any) -> Any:
    record = article(
        TEXT,
        "Lukashenko speaks",
        article_id="a" * 32,
        url_id="b" * 32,
        outlet="news.example",
        url="https://news.example/1",
        source_id="17",
        arrived_at="2023-02-16T12:00:01.000Z",
        backfill=False,
        version=1,
        rules={"clean": "1", "dedupe": "1", "detect": "1"},
        dedupe={"kind": "original", "original_id": "a" * 32, "cluster_id": "a" * 32, "reason": "first"},
        watches=[
            {
                "watch_id": "belarus-military-stance",
                "watch_version": 1,
                "highlights": [{"field": "text", "start": 0, "end": 10, "term": "Lukashenko"}] * 30,
            },
            {"watch_id": "epidemic", "watch_version": 2, "highlights": []},
        ],
    )
    return {**record, **more}


def book() -> WatchBook:
    watches = WatchBook()
    watches.apply(shipped())
    other: Watch = {**shipped(), "watch_id": "epidemic", "version": 2, "question": None, "stance": None}
    watches.apply(other)
    return watches


def test_a_match_gives_one_mention_for_each_watch() -> None:
    """A watch with a question gets its label, one without gets none; highlights are bounded; the text stays behind."""
    done = step(match(), book())
    first, second = [output.record for output in done.outputs]  # type: ignore[union-attr]
    assert "mentioned" == done.outcome
    assert ["mention", "mention"] == [output.kind for output in done.outputs]
    assert ("refuses", 1, 20, "17") == (
        first["label"],
        len(first["statements"]),
        len(first["highlights"]),
        first["source_id"],
    )
    assert ("none", [], 2) == (second["label"], second["statements"], second["watch_version"])
    assert {"clean": "1", "dedupe": "1", "detect": "1", "stance": RULES} == first["rules"]
    assert "text" not in first


def test_the_same_match_gives_the_same_mentions() -> None:
    """The stage is a function of the match and the book."""
    assert step(match(), book()) == step(match(), book())


def test_an_article_is_read_once_for_all_its_watches_and_never_for_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Title and text are cut into words once, whatever the number of watches that ask; without one not at all."""
    texts: list[str] = []

    def note(text: str) -> Document:
        texts.append(text)
        return read(text)

    monkeypatch.setattr(marked, "read", note)
    own = {"title": "A title of this test", "text": TEXT + "A text of this test."}
    asking, silent = match()["watches"]
    assert () == step(match(**own, watches=[]), book()).outputs
    step(match(**own, watches=[silent]), book())
    assert [] == texts
    step(match(**own, watches=[asking] * 3), book())
    assert sorted(own.values()) == sorted(texts)


def test_an_unknown_watch_version_is_an_invalid_record() -> None:
    """The match goes to the dead letters and can be tried again."""
    with pytest.raises(InvalidRecord, match="watch 'belarus-military-stance' version 1 is not known"):
        step(match(), WatchBook())


def test_the_lead_passes_over_boilerplate_and_ends_at_a_sentence() -> None:
    """About 300 characters of the text proper."""
    found = lead(match(boilerplate=[]))
    assert found.startswith("Lukashenko said his army would not fight in Ukraine. He said")
    assert found.endswith("that day.")
    assert 150 <= len(found) <= 300
    skipped = lead(match(boilerplate=[{"start": 0, "end": 53, "kind": "promo", "reason": "x"}]))
    assert skipped.startswith("He said much else")

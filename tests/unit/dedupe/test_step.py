from __future__ import annotations

import random
from typing import cast

import pytest

from streams.dedupe.batch import judge
from streams.dedupe.memory import Limits, Memory
from streams.dedupe.remembered import pack, remember, unpack
from streams.errors import InvalidRecord
from streams.model.ids import digest
from streams.model.records import Article
from streams.model.step import Emit, Step
from tests.unit.dedupe.articles import Line, article, prose, reworded

DAY = 24 * 60
STORY = prose(1)


def test_an_article_goes_on_with_its_verdict_and_the_rules_of_the_stage() -> None:
    """The record is the article's, with two fields."""
    one = article(STORY)
    verdict = {
        "kind": "original",
        "original_id": one["article_id"],
        "cluster_id": digest("cluster", one["article_id"]),
        "reason": "no earlier original has its text",
    }
    record = {**one, "dedupe": verdict, "rules": {"clean": "1", "dedupe": "1"}}
    assert Step("original", (Emit("article-deduped", record),)) == Line().send(one)


def test_a_copy_names_its_original_and_says_why() -> None:
    """The sentence names the original's title, outlet and day."""
    first, same, near = article(STORY), article(STORY, at=5), article(reworded(STORY, 2, 3), at=9)
    cut = article(" ".join(STORY.split()[:60]), at=12)
    line = Line().send_all([first, same, near, cut])
    name = "“Parliament votes on the harbour” (herald.example, 2026-03-01)"
    cluster = digest("cluster", first["article_id"])
    common = {"original_id": first["article_id"], "cluster_id": cluster}
    assert [
        {"kind": "exact", **common, "reason": f"same text as {name}"},
        {"kind": "near", **common, "reason": f"shares 94 % of its wording with {name}, about as long"},
        {
            "kind": "near",
            **common,
            "reason": f"95 % of its wording stands in {name}, which is longer (60 against 120 words)",
        },
    ] == [line.verdict(each) for each in (same, near, cut)]


def test_a_late_original_takes_its_copies_over() -> None:
    """What was counted and sent as original is sent and counted again."""
    late, early, third = article(STORY, at=0), article(STORY, at=5), article(STORY, at=9)
    line = Line().send_all([early, third])
    result = line.send(late)
    assert ("original", (("original", "exact"),), 2) == (result.outcome, result.recounts, line.reissues)
    assert ["original", "exact", "exact"] == line.kinds([late, early, third])
    assert {"original": 1, "exact": 2} == line.counts


def test_nobody_belongs_by_a_chain() -> None:
    """A copy of a copy that is no copy of the original leads itself."""
    words = STORY.split()
    first = article(STORY)
    second = article(reworded(STORY, 2, 7), at=1)
    third = article(" ".join(second["text"].split()[30:] + prose(77, 20).split()), at=2)
    line = Line().send_all([third, second, first])
    assert (120, ["original", "near", "original"]) == (len(words), line.kinds([first, second, third]))


def test_versions_of_one_url_are_no_copies_of_each_other() -> None:
    """A later version is an original of its own; what copies both belongs to the earlier one."""
    first, other = article(STORY, url="a"), article(STORY, at=5, url="b")
    second = article(reworded(STORY, 2, 2), at=9, url="a", version=2)
    copy = article(reworded(STORY, 2, 2), at=12, url="c")
    line = Line().send_all([first, other, second, copy])
    assert ["original", "exact", "original", "near"] == line.kinds([first, other, second, copy])
    assert first["article_id"] == line.verdict(copy)["original_id"]


def test_the_same_record_again_is_a_repeat_without_output() -> None:
    """At-least-once delivery costs nothing."""
    one = article(STORY)
    line = Line().send_all([one])
    assert Step("repeat") == line.send(cast(Article, dict(reversed(one.items()))))


def test_a_changed_record_under_one_article_id_is_sent_again_if_it_is_higher() -> None:
    """A change back has the article_id of the first version and a higher number."""
    one, back = article(STORY, version=1), article(STORY, version=3)
    line = Line().send_all([one])
    result = line.send(back)
    assert ("repeat", [True], 3) == (
        result.outcome,
        [output.reissue for output in result.outputs if isinstance(output, Emit)],
        line.final[one["article_id"]]["version"],
    )
    assert Step("repeat") == line.send(article(STORY, version=2))


def test_a_revision_lets_its_copies_go() -> None:
    """When better cleaning shows that a leader's text was all boilerplate, its copies find another leader."""
    first, second, third = article(STORY, at=0), article(STORY, at=5), article(STORY, at=9)
    line = Line().send_all([first, second, third])
    marks = [{"start": 0, "end": len(STORY), "kind": "menu", "reason": "r"}]
    result = line.send(cast(Article, {**first, "boilerplate": marks, "version": 2}))
    assert ("repeat", (("exact", "original"),)) == (result.outcome, result.recounts)
    assert ["original", "original", "exact"] == line.kinds([first, second, third])
    assert second["article_id"] == line.verdict(third)["original_id"]
    assert {"original": 2, "exact": 1, "repeat": 1} == line.counts


def test_a_time_that_is_none_is_an_invalid_record() -> None:
    """It becomes a dead letter, and leaves no trace in the state."""
    line = Line()
    with pytest.raises(InvalidRecord, match="published_at 'yesterday' is no time"):
        line.send(cast(Article, {**article(STORY), "published_at": "yesterday"}))
    assert [] == list(line.state.scan(b"", b"\xff"))


def test_what_is_remembered_survives_its_bytes_and_is_small() -> None:
    """A state entry holds no text and about one kilobyte."""
    long = article(prose(3, 900) + " 1 2 3 2026", "A headline of 7 words in 2026 here")
    item = remember(long, b"d" * 16, b"handle")
    data = pack(item)
    again = unpack(item.article_id, data)
    assert (data, True) == (pack(again), len(data) < 1500)
    assert (item.order, item.handle, item.rules, item.sketch.bands) == (
        again.order,
        again.handle,
        again.rules,
        again.sketch.bands,
    )


def test_old_articles_leave_altogether() -> None:
    """What is 45 days behind the watermark expires; of the expired only so many stay; then nothing of them is left."""
    line = Line(Limits(expired=1))
    line.send_all(article(prose(n), at=n * 60 * DAY / 3) for n in range(8))
    assert (4, 8) == (len(line.memory.nodes), sum(line.counts.values()))
    assert 4 + 1 == len(list(line.state.scan(b"", b"\xff")))
    assert Memory.load(line.state, line.memory.limits).contents() == line.memory.contents()


def test_a_date_far_ahead_evicts_nothing() -> None:
    """The watermark believes no publication after its arrival."""
    line = Line(Limits(expired=0))
    odd = cast(Article, {**article(prose(2)), "published_at": "2602-01-01T00:00:00Z"})
    line.send_all([article(STORY), odd, article(STORY, at=9)])
    assert ({"original": 2, "exact": 1}, 3) == (line.counts, len(line.memory.nodes))


def test_more_than_may_live_pushes_the_earliest_out() -> None:
    """Memory has a bound whatever the dates say."""
    line = Line(Limits(live=5, expired=3)).send_all(article(prose(n), at=n) for n in range(40))
    assert 8 == len(line.memory.nodes)


def test_history_in_order_of_time_finds_its_copies_in_bounded_memory() -> None:
    """A backfill of ten years behind a live stream is compared within its own window."""
    line = Line(Limits(expired=10)).send_all([article(prose(9999), at=4000 * DAY)])
    for year in range(10):
        old = [article(prose(100 * year + n), at=year * 365 * DAY + n) for n in range(5)]
        copies = [article(each["text"], each["title"], at=year * 365 * DAY + 60 + n) for n, each in enumerate(old)]
        line.send_all([*old, *copies])
    assert ({"original": 51, "exact": 50}, 11) == (line.counts, len(line.memory.nodes))


def test_a_batch_is_judged_as_a_whole_and_marks_repeats() -> None:
    """The filter gives one verdict a line: the last that the agent would have sent."""
    early, late = article(STORY, at=0), article(STORY, at=5)
    verdicts = judge([late, early, late])
    original = early["article_id"]
    assert [("exact", original, False), ("original", original, False), ("exact", original, True)] == [
        (verdict["kind"], verdict["original_id"], verdict.get("repeat", False))
        for _, verdict in sorted(verdicts.items())
    ]


def test_empty_articles_are_nobodys_copies() -> None:
    """Nothing left outside boilerplate is nothing in common."""
    marks = [{"start": 0, "end": len(STORY), "kind": "menu", "reason": "r"}]
    empties = [article("", "", at=n) for n in range(5)] + [
        article(STORY, "Menu", at=n, boilerplate=marks) for n in range(5)
    ]
    line = Line().send_all(empties)
    assert {"original": 10} == line.counts
    assert "too few words outside boilerplate to be anybody's copy" == line.verdict(empties[7])["reason"]


def test_a_flood_of_copies_costs_each_of_them_little_and_any_order_says_the_same() -> None:
    """1,000 equal and 400 nearly equal texts: state and time grow with the number of articles, not with its square."""
    flood = [article(STORY, at=n) for n in range(1000)]
    flood += [article(reworded(STORY, n, 3), at=1000 + n) for n in range(400)]
    line = Line()
    shuffled = list(flood)
    random.Random(5).shuffle(shuffled)
    line.send_all(flood)
    other = Line().send_all(shuffled)
    assert ({"original": 1, "exact": 999, "near": 400}, line.final) == (other.counts, other.final)
    assert len(flood) == len(list(line.state.scan(b"", b"\xff")))
    assert other.reissues < 12 * len(flood)

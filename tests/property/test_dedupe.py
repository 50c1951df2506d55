"""What dedupe says is a function of the set of records, and its memory one of its state."""

from __future__ import annotations

from typing import Any, cast

from hypothesis import given, settings
from hypothesis import strategies as st

from streams.dedupe.memory import Limits, Memory
from streams.dedupe.remembered import pack, remember
from streams.dedupe.sketch import sketch_all
from streams.model.records import Article
from tests.unit.dedupe.articles import Line, article, prose, reworded

DAY = 24 * 60
BASES = [prose(n, 60) for n in range(3)]
TEXTS = [
    *BASES,
    *(reworded(BASES[0], seed, changes) for seed, changes in ((1, 1), (2, 3), (3, 5), (4, 7), (5, 9))),
    *(" ".join(BASES[0].split()[start:end]) for start, end in ((0, 35), (0, 50), (10, 60))),
    BASES[0] + " " + BASES[1],
    "Read more",
    "",
]


@st.composite
def records(draw: st.DrawFn) -> Article:
    """Few texts, times and URLs, so that copies, versions, ties and windows meet."""
    text = draw(st.sampled_from(TEXTS))
    at = draw(st.sampled_from([0, 1, 2, 90, 20 * DAY, 29 * DAY, 31 * DAY, 50 * DAY]))
    url = draw(st.sampled_from("abcdefgh"))
    title = draw(st.sampled_from(["Parliament votes on the harbour at night", "Vote on the harbour in 2026", ""]))
    version = draw(st.integers(1, 2))
    arrived = draw(st.sampled_from(["2026-05-01T00:00:00.000Z", "2026-05-02T00:00:00.000Z"]))
    return cast(Article, {**article(text, title, at, url), "version": version, "arrived_at": arrived})


@settings(deadline=None, max_examples=150)
@given(st.lists(records(), max_size=14), st.data())
def test_any_order_ends_in_the_same_records_and_counts(given_records: list[Article], data: st.DataObject) -> None:
    """Records stand byte for byte the same under every article_id; the counts of originals and copies too."""
    other = data.draw(st.permutations(given_records))
    first, second = Line().send_all(given_records), Line().send_all(other)
    assert (first.final, first.counts) == (second.final, second.counts)
    kinds: dict[str, Any] = {}
    for record in first.final.values():
        kind = record["dedupe"]["kind"]
        kinds[kind] = kinds.get(kind, 0) + 1
    assert kinds == {outcome: count for outcome, count in first.counts.items() if outcome != "repeat"}


@settings(deadline=None, max_examples=60)
@given(st.lists(records(), max_size=12))
def test_applying_a_record_twice_changes_nothing(given_records: list[Article]) -> None:
    """Neither the state nor what stands under any id."""
    once, twice = Line().send_all(given_records), Line()
    for record in given_records:
        twice.send(record)
        before = list(twice.state.scan(b"", b"\xff"))
        assert ("repeat", (), ()) == _parts(twice.send(record))
        assert before == list(twice.state.scan(b"", b"\xff"))
    assert once.final == twice.final


def _parts(result: Any) -> tuple[Any, ...]:
    return result.outcome, result.outputs, result.recounts


@settings(deadline=None, max_examples=60)
@given(st.lists(records(), max_size=14), st.integers(0, 3), st.integers(2, 6))
def test_memory_loaded_from_the_state_equals_memory_kept_in_step(
    given_records: list[Article], expired: int, live: int
) -> None:
    """At every point, also while articles leave: the engine may throw it away at any time."""
    limits = Limits(live=live, expired=expired)
    line = Line(limits)
    for record in given_records:
        line.send(record)
        assert line.memory.contents() == Memory.load(line.state, limits).contents()


WORDS = st.sampled_from(
    ["Army", "7", "2nd", "4,000", "Kyiv —", "\n\n", "  ", "Київ", "каже,", "北京", "e\u0301", "don’t"]
)


@st.composite
def odd_records(draw: st.DrawFn) -> Article:
    """Long, short, empty, in any script, and with the same words again and again."""
    text = " ".join(draw(st.lists(WORDS, max_size=12))) * draw(st.sampled_from([1, 1, 2, 30]))
    boilerplate = [{"start": 0, "end": draw(st.integers(1, 40)), "kind": "appeal", "reason": "asks"}]
    title = " ".join(draw(st.lists(WORDS, max_size=6)))
    return cast(Article, {**article(text, title), "boilerplate": draw(st.sampled_from([[], boilerplate]))})


@settings(deadline=None, max_examples=300)
@given(st.lists(st.one_of(odd_records(), records()), max_size=8))
def test_articles_sketched_together_are_sketched_as_if_alone(given_records: list[Article]) -> None:
    """Which articles come in one batch is chance; what is remembered of one must not depend on it."""
    alone = [pack(remember(record, b"", b"")) for record in given_records]
    together = zip(given_records, sketch_all(given_records), strict=True)
    assert alone == [pack(remember(record, b"", b"", sketch)) for record, sketch in together]

from __future__ import annotations

from typing import Any

import pytest

from streams.dedupe.compare import DAY_S, compare
from streams.dedupe.sketch import Sketch, sketch_article
from tests.unit.dedupe.articles import article, prose, reworded

STORY = prose(1, 300)
FERRY = "Ferry runs aground off the north cape"


def kind(a: Sketch, b: Sketch, apart_s: int = 0) -> str | None:
    likeness = compare(a, b, apart_s)
    assert likeness == compare(b, a, apart_s)
    return likeness.kind if likeness else None


def sketch(text: str, title: str = "Parliament votes on the harbour", **more: Any) -> Sketch:
    return sketch_article(article(text, title, **more))


def test_the_same_words_are_an_exact_copy_whatever_their_setting() -> None:
    """Exact means the same text after folding; its headline may be another."""
    assert "exact" == kind(sketch(STORY), sketch(STORY.upper().replace(" ", " — "), "Something else altogether here"))


def test_boilerplate_counts_for_nothing() -> None:
    """Two outlets put their own appeals around one text."""
    appeal = "Give us money now. "
    marks = [{"start": 0, "end": len(appeal), "kind": "appeal", "reason": "r"}]
    assert "exact" == kind(sketch(appeal + STORY, boilerplate=marks), sketch(STORY))


def test_a_light_rewrite_is_near() -> None:
    """A few changed words leave a copy a copy, also under another headline."""
    assert "near" == kind(sketch(STORY), sketch(reworded(STORY, 2, 9), "A quite different headline for it"))


def test_a_cut_is_near_where_the_headline_agrees() -> None:
    """A wire story cut to a third stands whole in the long one, though they share few of all shingles."""
    cut = " ".join(STORY.split()[:100])
    assert "near" == kind(sketch(STORY), sketch(cut))
    assert None is kind(sketch(STORY), sketch(cut, "A quite different headline for it"))


def test_a_fact_box_makes_no_copy() -> None:
    """Two articles that share three quarters of their words as background are two articles."""
    box = prose(3, 300)
    first, second = prose(4, 60) + " " + box, prose(5, 60) + " " + box
    assert None is kind(
        sketch(first, "Minister resigns over the ferry"), sketch(second, "Striker scores in extra time")
    )


def table(figures: list[int]) -> str:
    words = prose(6, 200).split()
    for place, figure in enumerate(figures):
        words[place * 20] = str(figure)
    return " ".join(words)


@pytest.mark.parametrize(("apart_s", "expected"), [(7 * DAY_S, None), (3600, "near")])
def test_a_table_in_new_figures_is_no_copy_but_a_corrected_figure_is(apart_s: int, expected: str | None) -> None:
    """The next edition comes days later; within a day and a half one changed figure is a correction."""
    first, second = table([101, 102, 103, 104, 105]), table([101, 102, 103, 104, 999])
    assert expected == kind(sketch(first), sketch(second), apart_s)


def test_more_new_figures_are_a_new_edition_also_on_the_same_day() -> None:
    """An hourly table is a table."""
    assert None is kind(sketch(table([1, 2, 3, 4, 5])), sketch(table([6, 7, 8, 9, 5])), 3600)


def test_headlines_of_different_years_part_their_articles() -> None:
    """The galleries of two years share their page and not their pictures."""
    second = reworded(STORY, 8, 2)
    assert None is kind(sketch(STORY, "2015: the year in pictures"), sketch(second, "2016: The year in pictures"))


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (("Read more...", FERRY), ("Read more...", "Nine ways to boil an egg"), None),
        (
            ("Read more...", FERRY),
            ("Read more", FERRY),
            "exact",
        ),
        (("", ""), ("", ""), None),
        (("", "Morning briefing"), ("", "Morning briefing"), None),
        (("", FERRY), ("", "Ferry Runs Aground Off the North Cape"), "exact"),
        (("Comments", "Live"), ("Comments", "Live"), None),
    ],
)
def test_short_texts_are_judged_with_their_headline(
    a: tuple[str, str], b: tuple[str, str], expected: str | None
) -> None:
    """A generic snippet makes no copies, nor does nothing; what is left must say something."""
    assert expected == kind(sketch(*a), sketch(*b))


def test_what_comes_back_after_days_in_few_words_is_no_copy() -> None:
    """The daily horoscope has the same headline and snippet each time; a long text counts for thirty days."""
    snippet = sketch("Read what the stars have in store for you today", "Your horoscope for the day")
    story = sketch(STORY)
    assert (None, "exact", None) == (
        kind(snippet, snippet, 4 * DAY_S),
        kind(story, story, 30 * DAY_S),
        kind(story, story, 31 * DAY_S),
    )


@pytest.mark.parametrize("text", ["word " * 400_000, "x" * 1_000_000, "a1" * 500_000, "’" * 300_000, "é " * 300_000])
def test_hostile_texts_are_bounded(text: str) -> None:
    """A sketch is small whatever it is of."""
    made = sketch(text)
    assert (True, True) == (made.shingles.size <= 224, len(made.bands) in (0, 22))


def test_texts_that_differ_after_what_is_looked_at_are_not_exact() -> None:
    """Only the first 200,000 characters are compared, but exact means all."""
    long = prose(9, 40_000)
    assert "near" == kind(sketch(long + " one"), sketch(long + " two"))

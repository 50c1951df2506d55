from __future__ import annotations

import pytest

from streams.dedupe.words import (
    _fold_unicode,
    fold_words,
    is_number,
    places_of_numbers,
    starts_of,
    without_boilerplate,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Belarus Says: ‘Only’ if   Attacked!", " belarus says only if attacked"),
        ("", ""),
        (" \n—… ", ""),
        ("Straße, CAFÉ", " strasse café"),
        ("cafe\u0301", " café"),
        ("北京 says", " 北 京 says"),
        ("Лукашенко: НЕТ", " лукашенко нет"),
    ],
)
def test_two_settings_of_a_text_fold_alike(text: str, expected: str) -> None:
    """Case, punctuation, whitespace and the way an accent is written part no copies; Han is cut by character."""
    assert expected == fold_words(text).decode()


@pytest.mark.parametrize(
    "text", ["Café’s “naïve” plan — İstanbul ß x_y and more", "e\u0301tude abc, abc", "plain ascii 7"]
)
def test_the_short_way_gives_the_words_of_the_long_way(text: str) -> None:
    """Which way a text takes depends on its other characters, so both must agree."""
    assert _fold_unicode(text).split() == fold_words(text).split()


def test_every_sign_of_the_short_way_is_folded_as_by_the_long_way() -> None:
    """Signs whose bytes alone are looked at: Latin-1 and general punctuation, between words and inside one."""
    for code in (*range(0xA0, 0x100), *range(0x2000, 0x2100)):
        text = f"don{chr(code)}t stop {chr(code)} 7{chr(code)}"
        assert _fold_unicode(text).split() == fold_words(text).split(), hex(code)


def test_numbers_are_the_words_that_begin_with_a_digit() -> None:
    """Figures keep tables apart; a name with a digit in it is a name."""
    folded = fold_words("4,000 at the G7's 2nd day of 5")
    numbers = [b"4000", b"2nd", b"5"]
    places = places_of_numbers(folded, starts_of(folded))
    assert (numbers, numbers) == ([folded[at:].split()[0] for at in places], [*filter(is_number, folded.split())])


def test_boilerplate_is_cut_wherever_its_marks_lie() -> None:
    """Marks may overlap, lie out of order or reach past the end."""
    spans = [{"start": start, "end": end, "kind": "k", "reason": "r"} for start, end in ((8, 99), (0, 2), (1, 4))]
    assert "efgh\n" == without_boilerplate("abcdefghij", spans)  # type: ignore[arg-type]


@pytest.mark.parametrize("length", [1, 100, 5000])
@pytest.mark.parametrize("text", ["  a -- b\n\n\nc  ", "a", " - ", "word word\n\n", "\u00a0’ a", "é  é"])
def test_long_and_short_texts_are_spaced_alike(text: str, length: int) -> None:
    """One space before each word and none elsewhere, however long the text is."""
    folded = fold_words(text * length)
    assert b"".join(b" " + word for word in folded.split()) == folded

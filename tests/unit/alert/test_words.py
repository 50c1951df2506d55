"""Which wordings and titles are alike."""

from __future__ import annotations

import pytest

from streams.alert.words import are_titles_alike, are_wordings_alike, key_words, stems, words


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("we fight only if they attack our soldiers", "fighting if soldiers are attacked, he said", True),
        ("Если нападут на наших солдат, будем воевать", "будем воевать, если на солдат нападут", True),
        ("Наши солдаты не пойдут на чужую территорию", "солдаты на чужую территорию не пойдут", True),
        ("we fight only if they attack", "no soldier of ours goes abroad", False),
        ("Если нападут, будем воевать", "Никто никуда наших людей не отправит", False),
        ("", "", True),
        ("", "we fight", False),
    ],
)
def test_wordings(one: str, other: str, expected: bool) -> None:
    """Half of the shorter wording's words, and at least three, must be shared; two empty ones are the same."""
    assert expected == are_wordings_alike(stems(words(one)), stems(words(other)))
    assert expected == are_wordings_alike(stems(words(other)), stems(words(one)))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Acme shareholders approve Globex merger", "Shareholders of Acme approve merger with Globex", True),
        ("Acme shareholders approve Globex merger", "Acme names head of research", False),
        ("Минск начал проверку боеготовности войск", "В Минске началась проверка боеготовности войск", True),
    ],
)
def test_titles(one: str, other: str, expected: bool) -> None:
    """Titles are compared by their words' beginnings, in any order."""
    pair = [(frozenset(stems(words(title))), frozenset[str]()) for title in (one, other)]
    assert expected == are_titles_alike(pair[0], pair[1])


def test_key_words() -> None:
    """The words that a watch asks for are no keys: they stand in every title that it sees."""
    title = "Lukashenko orders inspection of western brigades"
    assert ["briga", "inspe", "order", "weste"] == key_words(title, "", ["Lukashenko"])


def test_bounded() -> None:
    """A text of a megabyte costs its beginning."""
    assert 300 >= len(words("a1 b2 " * 500_000))

"""Which wordings names and numbers tell to be one utterance, and which their words."""

from __future__ import annotations

from typing import Any

import pytest

from streams.alert.telling import (
    Profile,
    are_told_alike,
    are_worded_alike,
    do_contradict,
    profile_of,
    vocabulary_of,
)

STANCE: dict[str, Any] = {
    "holders": [{"id": "lukashenko", "aliases": {"en": ["lukashenk*"], "ru": ["лукашенк*"], "pl": ["łukaszenk*"]}}],
    "proposition": {
        "target": {"en": ["ukrain*"], "ru": ["украин*"], "pl": ["ukrain*"]},
        "forces": {"en": ["troops", "soldier*"], "ru": ["войск*", "солдат*"], "pl": ["wojsk*", "żołnierz*"]},
        "actions": [{"en": ["send"], "ru": ["отправ*"], "pl": ["wyśl*"]}],
    },
}


def profile(text: str, language: str = "en") -> Profile:
    return profile_of(text, language, vocabulary_of(STANCE, language))


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("9,000 of them", "en", {"9000": 1.0}),
        ("9 тысяч, или 9 000", "ru", {"9000": 1.0}),
        ("9 tys. ludzi", "pl", {"9000": 1.0}),
        ("6,5 тысячи", "ru", {"6500": 1.0}),
        ("at $36.40", "en", {"364e-1": 1.0}),
        ("по 36,40", "ru", {"364e-1": 1.0}),
        ("2.5 million", "en", {"2500000": 1.0}),
        ("three brigades by 2026, one by 1,000,000", "en", {"1000000": 1.0, "2026": 0.5, "3": 0.5}),
        ("трёх бригад", "ru", {"3": 0.5}),
        ("ten dom", "pl", {}),
        ("0 and 1", "en", {}),
    ],
)
def test_numbers(text: str, language: str, expected: dict[str, float]) -> None:
    """A number is its value, however its language writes it; small ones and years weigh half, one weighs nothing."""
    assert expected == profile(text, language).numbers


def test_names() -> None:
    """Names are capitals inside a sentence; the question's words, first names before them, and dates are none."""
    text = (
        "What they say of Ukraine is idle talk, on Monday Alexander Lukashenko told BelTA and us in Lida; Grodno calm"
    )
    found = profile(text)
    assert [["blt"], ["=lid"]] == found.names
    assert ["grdn"] in found.others
    assert [] == profile("Lukashenko Says No Troops From Grodno").names


def test_acronyms() -> None:
    """Every letter of an acronym counts, in either script."""
    assert [["=mol"]] == profile("they spare MOL alone").names == profile("не трогают МОЛ и всё", "ru").names


@pytest.mark.parametrize(
    ("one", "other", "days", "expected"),
    [
        ("if they come to Grodno", "если придут в Гродно", 1, True),
        ("if they come to Grodno", "если придут в Гродно", 2, False),
        ("if they come to Grodno or Lida", "если придут в Гродно или в Лиду", 3, True),
        ("if they come to Grodno", "если придут в Пинск", 0, False),
        ("he sends 9,000 to Grodno", "отправит 9 тысяч в Гродно", 3, True),
        ("he sends 9,000 to Grodno", "отправит 3 тысячи в Гродно", 1, False),
        ("the army of Lukashenko against Ukraine", "армия Лукашенко против Украины", 1, False),
        ("the song of a friend near Druzhba", "если дружба кончится", 1, True),
    ],
)
def test_told_alike(one: str, other: str, days: int, expected: bool) -> None:
    """Across languages a rare name tells for a day, more of them for three; other numbers and the question's words do
    not."""
    a, b = profile(one), profile(other, "ru")
    assert expected == are_told_alike(a, b, days) == are_told_alike(b, a, days)


def test_told_alike_in_one_language() -> None:
    """In one language a name is not enough: there, words should be alike."""
    first = profile("nobody who enters Grodno goes home")
    assert not are_told_alike(first, profile("we keep watch over Grodno"), 1)
    assert are_told_alike(
        profile("nobody who enters Grodno or Lida goes home"), profile("death waits at Grodno and Lida"), 3
    )


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("we will send no soldiers to Ukraine", "Ukraine: no soldiers will be sent by Lukashenko", False),
        ("we will send no soldiers to Ukraine", "we will send no soldiers to Ukraine", True),
        ("no tractor driver of mine shall die in a trench", "tractor drivers shall not die in trenches", True),
        ("the army called up 3,000 men near Lida", "the army called up 9,000 men near Lida", False),
    ],
)
def test_worded_alike(one: str, other: str, expected: bool) -> None:
    """Sharing the question's words alone says nothing, unless there is hardly another; other numbers part."""
    assert expected == are_worded_alike(profile(one), profile(other))


def test_contradiction() -> None:
    """Names against names, numbers against numbers; what only one side has contradicts nothing."""
    assert do_contradict(profile("come to Grodno"), profile("придут в Пинск", "ru"))
    assert do_contradict(profile("all 12 men"), profile("all 14 men"))
    assert not do_contradict(profile("come to Grodno"), profile("12 men"))


def test_vocabulary_of_a_language() -> None:
    """A language has its own words; one that the watch does not read has those of all."""
    assert not vocabulary_of(STANCE, "en").has("voiska")
    assert vocabulary_of(STANCE, "ru").has("voiska")
    assert vocabulary_of(STANCE, "uk").has("voiska")
    assert not vocabulary_of(None, "en").has("any")


@pytest.mark.parametrize(
    "text", ["", "1" * 100_000, "1,2.3 4" * 30_000, "A" * 100_000, "\u0301" * 100_000, "Ж" * 99_999]
)
def test_bounded(text: str) -> None:
    """Hostile text costs its beginning, and its keys are few."""
    found = profile(text)
    assert 24 >= max(len(found.names), len(found.others), len(found.numbers))

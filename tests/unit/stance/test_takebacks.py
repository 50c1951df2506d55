"""What an article takes back, as the alert stage is told it: whose words, by whom, which stance, when."""

from __future__ import annotations

import pytest

from tests.unit.stance.cases import say

Told = tuple[str, str, str | None, str | None, str | None, str]


def taken_back(text: str, title: str = "", language: str = "en") -> list[Told]:
    """Kind, by, stance, instead, day of the words, day of the takeback; published Thursday 16 February 2023."""
    found = say(text, title, language).takebacks
    assert all("lukashenko" == each["holder_id"] for each in found)
    return [(e["kind"], e["by"], e["stance"], e["instead"], e["said_at"], e["on"]) for e in found]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "His office: President Lukashenko was mistranslated; he spoke of defence only.", "2023-02-16"),
        ("en", "Lukashenko was mistranslated on Tuesday, his press secretary said.", "2023-02-14"),
        ("en", 'Lukashenko, who said "We will join the war", was misquoted, his press service said.', "2023-02-16"),
        ("ru", "Слова Лукашенко неверно перевели, сообщила его пресс-служба: он говорил об обороне.", "2023-02-16"),
        ("ru", "Пресс-служба Лукашенко: президента неверно перевели, он говорил об обороне.", "2023-02-16"),
    ],
)
def test_a_retraction_without_the_words_is_of_the_last_commitment(language: str, text: str, expected: str) -> None:
    """The words stand in other articles: which they were is for the timeline to find."""
    assert [("withdrawn", "holder", None, None, None, expected)] == taken_back(text, language=language)


def test_a_retraction_names_the_words_that_the_article_has() -> None:
    """Their stance and day are known, so that nothing else is taken back."""
    text = '"We will join the war," Lukashenko said on Tuesday. On Wednesday he took it back: "I was misunderstood."'
    assert [("withdrawn", "holder", "joins", None, "2023-02-14", "2023-02-15")] == taken_back(text)


@pytest.mark.parametrize(
    ("language", "text", "by"),
    [
        ("en", 'Correction: Lukashenko said "would join if attacked", not "will join".', "outlet"),
        (
            "en",
            "An earlier version of this article misquoted President Lukashenko. "
            'He said Belarus "would join the war if attacked", not "will join the war".',
            "outlet",
        ),
        ("ru", "Лукашенко сказал «вступим в войну, если нападут», а не «вступим в войну».", "holder"),
    ],
)
def test_a_correction_says_what_stands_instead(language: str, text: str, by: str) -> None:
    """The wrong wording is on file as withdrawn, also where the article has it nowhere else."""
    assert [("corrected", by, "joins", "conditional", None, "2023-02-16")] == taken_back(text, language=language)
    statements = say(text, language=language).statements
    assert [("conditional", "asserted"), ("joins", "withdrawn")] == sorted(
        (s["stance"], s["status"]) for s in statements
    )


@pytest.mark.parametrize(
    "text",
    [
        "We withdraw our report of Tuesday that Lukashenko said Belarus will join the war.",
        "An earlier version of our live report on Tuesday misquoted President Lukashenko as saying that Belarus would "
        "join the war. He did not say this.",
    ],
)
def test_an_outlet_takes_back_what_it_reported(text: str) -> None:
    """It asserts nothing; the outlet answers for its own report alone."""
    assert [("withdrawn", "outlet", "joins", None, "2023-02-14", "2023-02-16")] == taken_back(text)
    assert () == say(text).statements


@pytest.mark.parametrize(
    ("language", "text", "stance"),
    [
        ("en", '"I never said we wouldn\'t join," Lukashenko said.', "refuses"),
        ("en", "Lukashenko insisted he had never said that Belarus would stay out of the war.", "refuses"),
        ("en", "Lukashenko denied saying that Belarus would join the war.", "joins"),
        ("ru", "«Я не говорил, что мы не вступим в войну», — сказал Лукашенко.", "refuses"),
    ],
)
def test_holders_dispute_what_they_are_said_to_have_said(language: str, text: str, stance: str) -> None:
    """Nothing is asserted in its place."""
    assert [("disputed", "holder", stance, None, None, "2023-02-16")] == taken_back(text, language=language)
    assert "none" == say(text, language=language).label


@pytest.mark.parametrize(
    "text",
    [
        "Lukashenko was mistranslated, Zelensky's office said.",
        "The West misunderstood the signal, analysts said. Lukashenko will not join the war.",
        '"We will join the war," Lukashenko said.',
    ],
)
def test_nobody_else_takes_a_holder_s_words_back(text: str) -> None:
    """A retraction is the holder's, or that of who speaks for them."""
    assert [] == taken_back(text)

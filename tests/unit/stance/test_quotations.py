"""Quotations and their speakers: marks of six languages, frames of speech, and who is meant."""

from __future__ import annotations

import time

import pytest

from streams.stance.quotations import find_quotations


def said(text: str, language: str = "en") -> list[tuple[str, str, str]]:
    return [(q.kind, q.speaker, text[q.start : q.end]) for q in find_quotations(text, language)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", '"We will not sell," said Anna Keller.'),
        ("en", "“We will not sell,” Anna Keller said."),
        ("ru", "«We will not sell», — сказала Anna Keller."),
        ("uk", "«We will not sell», — сказала Anna Keller."),
        ("pl", "„We will not sell” – powiedziała Anna Keller."),
        ("pl", "– We will not sell – powiedziała Anna Keller."),
        ("de", "„We will not sell“, sagte Anna Keller."),
        ("fr", "« We will not sell », a dit Anna Keller."),
    ],
)
def test_the_marks_of_each_language_hold_direct_speech(language: str, text: str) -> None:
    """The words between the marks, and the speaker of the verb beside them."""
    assert [("direct", "Anna Keller", "We will not sell")] == said(text, language)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Carla Nunes said that the tax would be dropped.", ("indirect", "Carla Nunes", "the tax would be dropped")),
        ("The tax would be dropped, Carla Nunes said.", ("indirect", "Carla Nunes", "The tax would be dropped")),
        ("According to Carla Nunes, the tax is dead.", ("indirect", "Carla Nunes", "the tax is dead")),
        ("Nunes: tax will be dropped", ("indirect", "Nunes", "tax will be dropped")),
        ('Nunes said the tax was "a gift to nobody".', ("mixed", "Nunes", 'the tax was "a gift to nobody')),
    ],
)
def test_indirect_and_mixed_speech(text: str, expected: tuple[str, str, str]) -> None:
    """With and without a complementiser, tag or colon; quoted scraps make it mixed."""
    assert [expected] == said(text)


def test_a_pronoun_and_a_title_mean_the_person_named_before() -> None:
    """Surnames, titles and pronouns lead to the full name."""
    text = 'Minister Carla Nunes met nurses. "We asked too late," she said. The minister said that it would not recur.'
    assert ["Carla Nunes", "Carla Nunes"] == [speaker for _, speaker, _ in said(text)]


def test_a_quotation_over_paragraphs_has_one_speaker() -> None:
    """Left open at the end of a paragraph, it goes on in the next."""
    text = '"We walked for nine hours.\n"At the top was a kettle," the climber Edda Frost recalled.'
    assert ["Edda Frost", "Edda Frost"] == [speaker for _, speaker, _ in said(text)]


def test_a_quotation_that_nobody_closed_ends_before_its_tag() -> None:
    """The tag is no part of the words."""
    assert [("direct", "Jo Tully", "The roof just lifted")] == said('"The roof just lifted, said Jo Tully.')


def test_a_quotation_inside_another_has_its_own_speaker() -> None:
    """ "The foreman shouted '…'" is the foreman's, inside somebody else's words."""
    found = said("\"The foreman shouted 'get out now' and we ran,\" said Hugo Stein.")
    assert ["Hugo Stein", "The foreman"] == [speaker for _, speaker, _ in found]
    assert "get out now" == found[1][2]


@pytest.mark.parametrize("text", ['The novel "The Glass Orchard" won the prize.', "The so-called 'reform' failed.", ""])
def test_titles_and_scare_quotes_are_no_quotations(text: str) -> None:
    """Marks without anybody who speaks."""
    assert [] == said(text)


def test_a_language_that_is_not_read_gives_nothing() -> None:
    """No guess."""
    assert [] == said('"Nem," mondta Anna Keller.', "hu")


@pytest.mark.parametrize(
    "text",
    ["word " * 200_000, '" ' * 50_000, '"A b c," said Ann Lee. ' * 20_000, "Ann Lee said that " * 20_000, "‏‮" * 100_000],
    ids=["no full stop", "marks", "quotations", "verbs", "right to left"],
)
def test_hostile_text_costs_bounded_work(text: str) -> None:
    """A megabyte of anything takes seconds, not minutes."""
    start = time.process_time()
    find_quotations(text, "en")
    assert time.process_time() - start < 10

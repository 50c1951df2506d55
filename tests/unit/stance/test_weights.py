"""The learned weights: what they are made of, and what they add to the grammar."""

from __future__ import annotations

import numpy as np
import pytest

from streams.stance.assess import assess
from streams.stance.features import Passage
from streams.stance.weights import KINDS, ROLES, Model, Weights, load, pack, pieces_of, shipped_weights
from tests.evals.stance.train import digest_of_parts
from tests.unit.stance.cases import article, say, shipped


def model(bias: tuple[int, ...]) -> Model:
    """A model that knows one word of each kind, which says nothing."""
    return Model(
        bias,
        {kind: {"-": 0} for kind in KINDS},
        {kind: np.zeros((1, len(ROLES) + 1), dtype=np.int16) for kind in KINDS},
        {"en": {"-": 0}},
        {"en": np.zeros((1, 2 * len(ROLES)), dtype=np.int16)},
    )


SILENT = Weights("", model((9_000, 0, 0, 0, 0)), model((9_000, 0, 0, 0, 0)))
"""Weights for which nothing says anything."""
DOUBTFUL = Weights("", model((2_000, 0, 0, 0, 0)), model((2_000, 0, 0, 0, 0)))
BENT = Weights("", model((0, 0, 0, 9_000, 0)), model((0, 0, 0, 9_000, 0)))


def test_the_weights_are_those_of_the_cases() -> None:
    """Who changes a dev or learn part trains again: ``python -m tests.evals.stance.train``."""
    assert digest_of_parts() == shipped_weights().trained_on


def test_weights_survive_their_file() -> None:
    """Packed and loaded they give the same bytes again."""
    packed = pack(SILENT)
    assert packed == pack(load(packed))


def test_chances_add_up_to_one_for_any_passage() -> None:
    """Also for words that nobody knows, for no words, and for a language without words of its own."""
    for passage in (Passage((), (), ()), Passage(("w:zzz", "nonsense"), ("zzz",), ("zzz",))):
        for language in ("en", "ru", "pl", "xx"):
            chances = shipped_weights().passage.chances(passage, language)
            assert ROLES == tuple(chances)
            assert 1.0 == pytest.approx(sum(chances.values()))


def test_pieces_have_their_edges() -> None:
    """A word shorter than a piece is one piece."""
    assert ["^a$"] == list(pieces_of("a"))
    assert ["^wa", "war", "ar$", "^war", "war$"] == list(pieces_of("war"))


@pytest.mark.parametrize(
    ("language", "text", "stance"),
    [
        ("en", '"Anyone hoping to see my lads in the Donbas trenches can hope on," Lukashenko said.', "refuses"),
        ("en", '"Not our quarrel. Leave us out of it," Lukashenko told reporters on the war in Ukraine.', "refuses"),
        ("ru", "«На чужом пиру похмелья нам не надо, мои солдаты туда ни ногой», — отрезал Лукашенко.", "refuses"),
    ],
)
def test_weights_hear_what_the_grammar_has_no_words_for(language: str, text: str, stance: str) -> None:
    """The holder's word in words that no list has; the explanation says that it was weighed."""
    found = say(text, language=language)
    assert (stance, "lukashenko") == (found.label, found.statements[0]["holder_id"])


@pytest.mark.parametrize(
    "text",
    [
        "Kyiv fears that Lukashenko will send his army into Ukraine within days.",
        "Would Lukashenko fight? Nobody in Minsk will say.",
        "Lukashenko opened a tractor plant in Gomel and praised the harvest.",
        "Belarusian skiers fight for every medal, the coach said.",
    ],
)
def test_weights_do_not_make_a_stance_of_others_talk(text: str) -> None:
    """Fears, questions, other news and other senses stay what they are."""
    assert "none" == say(text).label


def test_the_grammar_s_statements_stand_unless_the_weights_are_nearly_sure() -> None:
    """What is far likelier than the grammar's reading takes its place; without a stance it is left, with the reason."""
    told = article('"We will not join the war in Ukraine," Lukashenko said.')
    assert "refuses" == assess(told, shipped(), DOUBTFUL).label == assess(told, shipped()).label
    silenced = assess(told, shipped(), SILENT)
    assert ("none", ["unlikely"]) == (silenced.label, [left["reason"] for left in silenced.left_out])
    assert "prepares" == assess(told, shipped(), BENT).label


def test_what_a_holder_says_of_his_earlier_words_is_not_weighed() -> None:
    """The weights know nothing of earlier statements, nor of conditions that are said to be met."""
    disputed = assess(article('"I never said we wouldn\'t join the war," Lukashenko said.'), shipped(), SILENT)
    assert ["disputed"] == [statement["status"] for statement in disputed.statements]
    met = assess(article('"They have crossed the red line," Lukashenko said.'), shipped(), SILENT)
    assert ["claimed-met"] == [statement["modality"] for statement in met.statements]

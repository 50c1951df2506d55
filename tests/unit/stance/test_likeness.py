"""What the learned weights add to the grammar, and what they overrule."""

from __future__ import annotations

import pytest

from streams.stance.assess import assess
from streams.stance.weights import Weights
from tests.unit.stance.cases import article, flat, say, shipped


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
    assert "refuses" == assess(told, shipped(), flat(2_000)).label == assess(told, shipped()).label
    silenced = assess(told, shipped(), flat(9_000))
    assert ("none", ["unlikely"]) == (silenced.label, [left["reason"] for left in silenced.left_out])
    assert "prepares" == assess(told, shipped(), flat(9_000, "preparation")).label


def test_what_a_holder_says_of_his_earlier_words_is_not_weighed() -> None:
    """The weights know nothing of earlier statements, nor of conditions that are said to be met."""
    disputed = assess(article('"I never said we wouldn\'t join the war," Lukashenko said.'), shipped(), flat(9_000))
    assert ["disputed"] == [statement["status"] for statement in disputed.statements]
    met = assess(article('"They have crossed the red line," Lukashenko said.'), shipped(), flat(9_000))
    assert ["claimed-met"] == [statement["modality"] for statement in met.statements]


def test_what_two_sentences_say_is_not_weighed_by_one() -> None:
    """An answer to a question, and a condition in a sentence of its own, stand."""
    answer = 'Asked whether troops would enter Ukraine, Lukashenko said: "No. Not this year."'
    assert "refuses" == assess(article(answer), shipped(), flat(9_000)).label
    bound = '"We will fight alongside Russia," Lukashenko said. "But only if Ukraine attacks us."'
    assert "conditional" == assess(article(bound), shipped(), flat(9_000)).label


def test_a_deed_that_the_watch_lists_is_outweighed_only_by_more() -> None:
    """A margin that is enough against words is not enough against a deed."""
    said = assess(article('"We will not join the war in Ukraine," Lukashenko said.'), shipped(), flat(4_000))
    done = assess(article("Belarus moved tanks to the Ukrainian border on Friday."), shipped(), flat(4_000))
    assert ("none", "prepares") == (said.label, done.label)


def test_an_article_that_names_nobody_must_weigh_more() -> None:
    """The same words under the same weights: a statement where a holder is named, none where nobody is."""
    named = article("Lukashenko's trenches stay empty, so much is plain.")
    nameless = article("Somebody's trenches stay empty, so much is plain.")
    assert ("refuses", "none") == tuple(
        assess(each, shipped(), flat(1_500, "negative")).label for each in (named, nameless)
    )
    assert "refuses" == assess(nameless, shipped(), flat(4_000, "negative")).label


def test_sentences_of_an_article_that_says_nothing_are_not_weighed() -> None:
    """None far ahead for the whole article ends it, however likely a sentence looks alone."""
    told = article("Lukashenko's trenches stay empty, so much is plain.")
    loud = flat(9_000, "negative").passage
    doubtful = assess(told, shipped(), Weights("", loud, flat(1_000).article))
    hopeless = assess(told, shipped(), Weights("", loud, flat(2_000).article))
    assert ("refuses", "none") == (doubtful.label, hopeless.label)

"""The condition of a sentence that stands under one, where the grammar knows none; and whose a sentence is."""

from __future__ import annotations

import pytest

from streams.stance.assess import assess, read_scenes
from streams.stance.axis import axis_of
from streams.stance.holders import narrowed
from streams.stance.loose import find_loose
from streams.stance.marked import Marked
from streams.stance.reading import Scene
from tests.unit.stance.cases import article, flat, shipped


def _first(text: str, language: str) -> tuple[Scene, Marked]:
    axis = axis_of(shipped())
    assert axis is not None
    scene = read_scenes(article(text, language=language), axis, language)[1]
    return scene, scene.sentences[0]


def _words(text: str, language: str) -> str | None:
    _, sentence = _first(text, language)
    found = find_loose(sentence, language)
    if found is None:
        return None
    words = sentence.words
    return " ".join(text[words[found.start].start : words[found.end - 1].end].split())


@pytest.mark.parametrize(
    ("language", "text", "condition"),
    [
        ("en", "Minsk would send a brigade upon a written request from Moscow, the minister said.",
         "upon a written request from Moscow"),
        ("en", "One thing would change his mind: a raid on Pinsk.", "a raid on Pinsk"),
        ("en", "The price of our entry is a burnt refinery, Lukashenko said.", "a burnt refinery"),
        ("en", '"Step over the ditch and my soldiers march," Lukashenko said.', "Step over the ditch"),
        ("en", '"One more rocket on Pinsk, and our guns answer," Lukashenko said.', "One more rocket on Pinsk"),
        ("en", "Without a raid on Pinsk there will be no march.", "Without a raid on Pinsk"),
        ("en", "Whoever burns Pinsk will meet us in Kyiv.", "Whoever burns Pinsk"),
        ("en", "It all comes down to a raid on Pinsk.", "a raid on Pinsk"),
        ("en", "The soldiers met where the old road that the carters use goes down past the mill and the church to the"
               " river, and upon a request from Moscow they go.", "upon a request from Moscow"),
        ("ru", "«Сожгут Пинск — получат войну», — сказал Лукашенко.", "Сожгут Пинск"),
        ("ru", "По первому слову Москвы бригада выступит, сказал министр.", "По первому слову Москвы"),
        ("ru", "«Пусть только сунутся к Пинску, и мы ответим».", "Пусть только сунутся к Пинску"),
        ("pl", "„Spalicie Pińsk, a nasze czołgi ruszą”, powiedział Łukaszenka.", "Spalicie Pińsk"),
        ("pl", "W razie ataku na Pińsk, mówi minister, armia ruszy.", "W razie ataku na Pińsk"),
    ],
)  # fmt: skip
def test_conditions_without_a_conjunction(language: str, text: str, condition: str) -> None:
    """Announced, opened by a phrase, or the first of two parts; never the attribution behind it."""
    assert condition == _words(text, language)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Nothing has been decided on the army, the ministry said."),
        ("en", "Lukashenko keeps every door open and says so."),
        ("en", '"Peace is a dream and we may join the war," Lukashenko said.'),
        ("en", "The price of going to war is not one that he would name."),
        ("en", '"I wait and we march," Lukashenko said.'),
        ("ru", "«Мы ещё подумаем», — сказал Лукашенко."),
        ("ru", "«Нет, мы не будем воевать», — сказал Лукашенко."),
        ("ru", "«Может, мы и вступим в войну», — сказал Лукашенко."),
        ("ru", "«Ответ простой, мы можем и вступить», — сказал Лукашенко."),
        ("ru", "Все варианты на столе, сообщил министр."),
        ("pl", "Decyzja jeszcze nie zapadła, powiedział minister."),
    ],
)
def test_openness_names_no_condition(language: str, text: str) -> None:
    """Nobody's words, an attribution, or what the holder keeps open are no condition."""
    assert _words(text, language) is None


def test_a_weighed_condition_is_told_with_its_default() -> None:
    """What the weights call conditional names what it waits for, and what holds until then."""
    told = article('"Step over the ditch and my lads are there," Lukashenko said.')
    found = assess(told, shipped(), flat(4_000, "conditional")).statements[0]
    assert found["condition"] is not None
    assert ("conditional", "Step over the ditch", "if", "refuses") == (
        found["stance"], found["condition"]["text"], found["condition"]["kind"], found["default"],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "holder_id"),
    [
        ("Belarus will join the war if it is attacked, thus the line of Lukashenko.", "lukashenko"),
        ("Minsk rules it out, its general staff let reporters know.", "belarus-army"),
        ("Minsk rules it out, while Ukraine's general staff sees columns.", "belarus"),
        ("Minsk rules it out.", "belarus"),
        ("Belarus will not take part in any military conflict.", "belarus"),
        ("Belarus begins general mobilisation.", "belarus"),
        ("Belarus will host nuclear weapons.", "belarus"),
        ("Belarus chief of staff says we will not join the war in Ukraine.", "belarus-army"),
    ],
)
def test_whoever_is_named_beside_the_state(text: str, holder_id: str) -> None:
    """A person who speaks for it, else its office; not the office of another side."""
    scene, sentence = _first(text, "en")
    assert holder_id == narrowed(scene, sentence, "belarus")

"""The sentences that must never be read wrongly, with others of the same kind: whole values, not labels alone."""

from __future__ import annotations

from typing import Any

import pytest

from streams.model.records import Statement
from tests.unit.stance.cases import say

Told = tuple[str, str, str, str]
"""holder, stance, lane, status"""


def told(text: str, language: str = "en", title: str = "") -> list[Told]:
    statements = say(text, title, language).statements
    return [(s["holder_id"], s["stance"], s["lane"], s["status"]) for s in statements]


def only(text: str, language: str = "en", title: str = "") -> Statement:
    (statement,) = say(text, title, language).statements
    return statement


@pytest.mark.parametrize(
    ("language", "text", "condition"),
    [
        ("en", '"Should Moscow call, our brigades roll within the hour," Lukashenko said.', "Should Moscow call"),
        ("en", '"Should Putin ask, our soldiers go to Ukraine," Lukashenko said.', "Should Putin ask"),
        ("en", '"Our army will enter the war if the Kremlin asks," Lukashenko said.', "if the Kremlin asks"),
        ("ru", "«Позовет Москва — наши бригады выступят на Украину», — сказал Лукашенко.", "Позовет Москва"),
    ],
)
def test_a_request_of_the_ally_is_a_trigger_of_its_own(language: str, text: str, condition: str) -> None:
    """The label is that of "if attacked", the trigger is harder."""
    statement = only(text, language)
    assert ("lukashenko", "conditional", "refuses") == (
        statement["holder_id"],
        statement["stance"],
        statement["default"],
    )
    assert {"text": condition, "kind": "if", "trigger": "ally-request", "met": "not-reported"} == statement["condition"]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", '"A Ukrainian drone killed our guard; that line has been crossed," says Lukashenko.'),
        ("en", '"Missiles fell on Mozyr. The moment that I spoke of has come," Lukashenko said.'),
        ("en", 'Lukashenko told parliament: "They have crossed the red line."'),
        ("ru", "«Украинский беспилотник убил нашего пограничника, эта черта пройдена», — заявил Лукашенко."),
    ],
)
def test_a_condition_claimed_as_met_is_no_new_commitment(language: str, text: str) -> None:
    """It stays conditional; who claims that it is met is the holder."""
    statement = only(text, language)
    condition = statement["condition"]
    assert condition is not None
    assert ("lukashenko", "conditional", "claimed-met", "claimed") == (
        statement["holder_id"],
        statement["stance"],
        statement["modality"],
        condition["met"],
    )


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", '"Even if shells land on Brest, not one of my soldiers goes abroad," Lukashenko said.'),
        ("en", '"Whatever happens in Kursk, we will not join the war," Lukashenko said.'),
        ("en", '"Our army stays out of Ukraine even should Moscow plead," Lukashenko said.'),
        ("ru", "«Даже если снаряды упадут на Брест, ни один мой солдат не пойдет за границу», — сказал Лукашенко."),
    ],
)
def test_even_if_is_a_refusal_without_a_default(language: str, text: str) -> None:
    """A concession waits for nothing."""
    statement = only(text, language)
    condition = statement["condition"]
    assert condition is not None
    assert ("refuses", None, "concessive") == (statement["stance"], statement["default"], condition["kind"])


@pytest.mark.parametrize(
    ("language", "text", "horizon"),
    [
        ("en", '"God willing, we march on Monday," Lukashenko said.', "on Monday"),
        ("en", '"If anything, our army joins the war next week," Lukashenko said.', "next week"),
        ("en", '"With God\'s help our army will enter the war tomorrow," Lukashenko said.', "tomorrow"),
        ("ru", "«Даст Бог, завтра наша армия вступит в войну», — сказал Лукашенко.", "завтра"),
    ],
)
def test_a_formula_is_no_condition_and_the_horizon_is_kept(language: str, text: str, horizon: str) -> None:
    """God willing, it is a firm intention."""
    statement = only(text, language)
    assert ("joins", None, horizon) == (statement["stance"], statement["condition"], statement["horizon"])


@pytest.mark.parametrize(
    ("language", "text", "condition", "trigger"),
    [
        (
            "en",
            '"We stay out for as long as NATO keeps away from Grodno," Lukashenko said.',
            "for as long as NATO keeps away from Grodno",
            "threat",
        ),
        (
            "en",
            '"As long as nobody attacks us, we stay out of the war," Lukashenko said.',
            "As long as nobody attacks us",
            "attack",
        ),
        (
            "en",
            '"We will not fight in Ukraine so long as no shell lands on us," Lukashenko said.',
            "so long as no shell lands on us",
            "attack",
        ),
        ("ru", "«Мы не вступим в войну, пока нас не атакуют», — сказал Лукашенко.", "пока нас не атакуют", "attack"),
    ],
)
def test_a_trigger_that_must_stay_away_is_inverted(language: str, text: str, condition: str, trigger: str) -> None:
    """A refusal that holds while something does not happen."""
    statement = only(text, language)
    assert ("conditional", "refuses") == (statement["stance"], statement["default"])
    expected = {"text": condition, "kind": "as-long-as", "trigger": trigger, "met": "not-reported", "inverted": True}
    assert expected == statement["condition"]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", '"Had they crossed in March, we would have fought," Lukashenko said.'),
        ("en", '"Had Kyiv bombed Gomel, our army would have entered the war," Lukashenko said.'),
        ("en", '"Without me Belarus would have joined the war long ago," Lukashenko said.'),
        ("ru", "«Перейди они границу в марте, мы бы воевали», — сказал Лукашенко."),
        # a clip, volunteers on the other side, accords, a change without words
        ("en", "A clip of Lukashenko declaring war is AI-made, fact-checkers say."),
        ("en", "A doctored recording has Lukashenko order an attack on Ukraine."),
        ("en", "A deepfake shows Lukashenko saying that Belarus joins the war."),
        ("ru", "Видео, на котором Лукашенко объявляет войну Украине, оказалось дипфейком."),
        ("en", "Belarusian volunteers storm trench beside Ukrainian troops."),
        ("en", "Belarusians fighting for Ukraine attacked a bridge near Kherson."),
        ("en", "The Kalinouski regiment, made up of Belarusians, joined the battle for Bakhmut."),
        ("ru", "Белорусские добровольцы штурмуют окоп рядом с украинскими военными."),
        ("en", "Kyiv: Minsk is dead, we are ready to fight."),
        ("en", "The Minsk accords have failed and both armies are ready to go to war."),
        ("en", "After the Minsk agreements collapsed, Ukraine was ready to fight."),
        ("ru", "Киев: «Минск» мертв, мы готовы воевать."),
        ("en", "Lukashenko drops vow to stay out."),
        ("en", "Lukashenko abandons his promise not to join the war."),
        ("en", "Lukashenko breaks his word on keeping the army out of Ukraine."),
        ("ru", "Лукашенко отказался от обещания не вступать в войну."),
    ],
)
def test_what_is_nobody_s_position_gives_no_statement(language: str, text: str) -> None:
    """Counterfactuals, fabrications, other actors, other senses of a name, changes that are only claimed."""
    assert ([], "none") == (told(text, language), say(text, language=language).label)


@pytest.mark.parametrize(
    ("language", "text", "horizon"),
    [
        ("en", 'Asked whether troops would enter Ukraine, Lukashenko said: "No. Not this year."', "this year"),
        ("en", 'Will your soldiers fight in Ukraine? "Never," Lukashenko replied.', None),
        ("en", "Asked if he would send troops to Ukraine, Lukashenko said there would be none.", None),
        ("ru", "На вопрос, войдут ли войска на Украину, Лукашенко ответил: «Нет. Не в этом году».", "в этом году"),
    ],
)
def test_an_answer_takes_the_proposition_from_its_question(language: str, text: str, horizon: str | None) -> None:
    """ "No" alone is a refusal."""
    statement = only(text, language)
    assert ("lukashenko", "refuses", "word", horizon) == (
        statement["holder_id"],
        statement["stance"],
        statement["lane"],
        statement["horizon"],
    )


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", '"I never said we wouldn\'t join," Lukashenko said.'),
        ("en", '"I have never said that we would not fight in Ukraine," Lukashenko said.'),
        ("en", '"At no point did I say that we would stay out of the war," Lukashenko told reporters.'),
        ("ru", "«Я не говорил, что мы не вступим в войну», — сказал Лукашенко."),
    ],
)
def test_a_holder_disputes_an_earlier_refusal(language: str, text: str) -> None:
    """It is on file as disputed; nothing is asserted."""
    assert [("lukashenko", "refuses", "word", "disputed")] == told(text, language)
    assert "none" == say(text, language=language).label


@pytest.mark.parametrize(
    ("language", "title", "text"),
    [
        (
            "en",
            "Lukashenko: Belarus will join the war",
            "His office: the president was mistranslated; he spoke of defence only.",
        ),
        ("en", "", "Lukashenko said Belarus would enter the war. His spokeswoman said that he misspoke."),
        ("en", "Lukashenko vows to fight in Ukraine", "His press service said that he had been misquoted."),
        (
            "ru",
            "Лукашенко: мы вступаем в войну",
            "В пресс-службе сообщили, что слова президента неверно перевели.",
        ),
    ],
)
def test_the_holder_s_office_withdraws_what_he_was_said_to_say(language: str, title: str, text: str) -> None:
    """The statement stays on file, withdrawn."""
    assert [("lukashenko", "joins", "word", "withdrawn")] == told(text, language, title)
    assert "none" == say(text, title, language).label


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Tsikhanouskaya: Belarus will never fight Ukraine."),
        ("en", '"Our soldiers will not go to Ukraine," said Tsikhanouskaya.'),
        ("en", "Exiled opposition leader Sviatlana Tsikhanouskaya said that Belarusians would not join the war."),
        ("ru", "Тихановская: белорусы никогда не будут воевать против Украины."),
    ],
)
def test_the_opposition_speaks_for_itself(language: str, text: str) -> None:
    """Her refusal is hers, with an authority that is not the state's."""
    statement = only(text, language)
    assert ("tsikhanouskaya", "other", "refuses") == (
        statement["holder_id"],
        statement["authority"],
        statement["stance"],
    )


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", 'Army chief: "We\'re ready tomorrow." Lukashenko: "Nobody is going."'),
        ("en", 'Gulevich: "We are ready to enter Ukraine." Lukashenko: "We will not send anyone to war."'),
        ("en", "Khrenin said the army would join the war. Lukashenko said it would not join the war."),
        ("ru", "Гулевич: «Мы готовы вступить в войну». Лукашенко: «Никто никуда не пойдет»."),
    ],
)
def test_two_holders_are_two_statements_and_neither_is_disputed(language: str, text: str) -> None:
    """The president's word gives the label; the chief's readiness is on file beside it."""
    expected = [("lukashenko", "refuses", "word", "asserted"), ("belarus-army", "joins", "word", "asserted")]
    assert expected == told(text, language)
    assert "refuses" == say(text, language=language).label


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "\"We aren't in this war,\" said Lukashenko, whose airfields launched Friday's missiles."),
        ("en", '"We stay out of the war," said Lukashenko, whose army moved tanks to the Ukrainian border.'),
        ("en", "Lukashenko said Belarus would not join the war. Belarus moved tanks to the Ukrainian border."),
    ],
)
def test_word_and_act_have_lanes_of_their_own(language: str, text: str) -> None:
    """The word is the holder's and leads; the deed is reported by the outlet."""
    first, second = say(text, language=language).statements
    assert ("refuses", "word") == (first["stance"], first["lane"])
    assert ("prepares", "act", "reported") == (second["stance"], second["lane"], second["directness"])


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Belarus withdraws three battalions from the Ukrainian border."),
        ("en", "Belarus pulled its tanks back from the Ukrainian border."),
        ("en", "Belarus calls off drills near the Ukrainian border."),
        ("ru", "Белоруссия отвела три батальона от украинской границы."),
    ],
)
def test_a_preparation_that_is_undone_is_an_act_of_the_near_end(language: str, text: str) -> None:
    """Softened, by deed."""
    statement = only(text, language)
    assert ("belarus", "refuses", "act", "reversed") == (
        statement["holder_id"],
        statement["stance"],
        statement["lane"],
        statement["modality"],
    )


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "en",
            'Lukashenko said: "We will join the war."\nCorrection: he said "would join if attacked", not "will join".',
        ),
        (
            "en",
            "Lukashenko said Belarus will enter the war.\n"
            'Correction: Lukashenko said "will enter the war if attacked", not "will enter the war".',
        ),
        (
            "ru",
            "Лукашенко сказал: «Мы вступим в войну».\n"
            "Поправка: Лукашенко сказал «вступим в войну, если нападут», а не «вступим в войну».",
        ),
    ],
)
def test_a_correction_withdraws_one_wording_and_restores_the_other(language: str, text: str) -> None:
    """The unconditional words are withdrawn, the conditional ones stand."""
    assert [
        ("lukashenko", "conditional", "word", "asserted"),
        ("lukashenko", "joins", "word", "withdrawn"),
    ] == sorted(told(text, language))
    assert "conditional" == say(text, language=language).label


@pytest.mark.parametrize(
    ("language", "text", "condition"),
    [
        ("en", '"They touch us, we fight in Ukraine," Lukashenko said.', "They touch us"),
        ("en", '"One shot at our border, and our army enters the war," Lukashenko said.', "One shot at our border"),
        ("en", '"An attack on us will mean that we enter the war," Lukashenko said.', "An attack on us"),
        ("en", '"Only an attack could make us join this war," Lukashenko said.', "Only an attack"),
        ("ru", "«Нападут на нас — вступим в войну», — сказал Лукашенко.", "Нападут на нас"),
    ],
)
def test_a_condition_needs_no_conjunction(language: str, text: str, condition: str) -> None:
    """What comes first and lies ahead is what the rest waits for."""
    statement = only(text, language)
    assert statement["condition"] is not None
    assert ("conditional", condition, "attack") == (
        statement["stance"],
        statement["condition"]["text"],
        statement["condition"]["trigger"],
    )


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Ready to fight if attacked: Lukashenko", ("lukashenko", "conditional")),
        ("Not one soldier will go to Ukraine: Lukashenko", ("lukashenko", "refuses")),
        ("'Our army enters the war', Lukashenko", ("lukashenko", "joins")),
        ("Belarus army will not attack Ukraine - Lukashenko", ("lukashenko", "refuses")),
    ],
)
def test_a_headline_may_name_its_speaker_last(title: str, expected: tuple[str, str]) -> None:
    """Words first, name behind a colon, a dash or a comma."""
    statement = only("", title=title)
    assert (*expected, "headline") == (statement["holder_id"], statement["stance"], statement["directness"])


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "Peskov quoted Lukashenko as saying Belarus would not join the war.", "lukashenko"),
        ("en", "Putin said Lukashenko had told him that Belarus would not join the war.", "lukashenko"),
        ("en", "Lukashenko denied rumours that his army would join the war.", "lukashenko"),
        ("en", 'Lukashenko called reports of Belarus joining the war "nonsense".', "lukashenko"),
        ("en", '"If Moscow asks for troops for Ukraine, we will say no," Lukashenko said.', "lukashenko"),
        ("ru", "Песков процитировал Лукашенко: «Наши солдаты на Украину не пойдут».", "lukashenko"),
        ("ru", "Лукашенко опроверг слухи о том, что отправит армию на Украину.", "lukashenko"),
        ("ru", "В минобороны Белоруссии опровергли информацию о подготовке нападения на Украину.", "belarus-army"),
    ],
)
def test_a_refusal_is_found_behind_others_words(language: str, text: str, expected: str) -> None:
    """Quoted by others, said against rumours, announced as an answer."""
    assert [(expected, "refuses", "word", "asserted")] == told(text, language)


HOSTILE: list[tuple[str, Any]] = [
    ("no full stop", "Lukashenko if troops Ukraine attack and we join the war said " * 16_500),
    ("quotation marks", '"«“' * 17_000),
    ("marks and words", '"we join the war if attacked," Lukashenko said "' * 20_000),
    ("right to left", "\u202e\u2067Lukashenko\u200f: we join\u202d the war if attacked " * 18_000),
    ("no blank", "лукашенко-война" * 70_000),
    ("commas", "Lukashenko said, " * 60_000),
    ("conditions", "if only if unless " * 55_000),
]


@pytest.mark.parametrize("text", [text for _, text in HOSTILE], ids=[name for name, _ in HOSTILE])
@pytest.mark.parametrize("language", ["en", "ru"])
def test_hostile_text_is_read_with_bounded_work(text: str, language: str) -> None:
    """A megabyte of anything is answered; what lies beyond the bounds is not read."""
    found = say(text, language=language)
    assert len(found.explain) <= 400
    assert len(found.left_out) <= 80


@pytest.mark.parametrize(
    "text",
    [
        "Ukraine's army chief said his troops would attack Russia. Belarus watched.",
        "Ukraine's army chief: We will go to war on Monday. Minsk is silent.",
        'Belarus is quiet. "We will attack on Monday," Ukraine\'s army chief said.',
        "Poland's chief of the general staff said the army would fight. Minsk protested.",
    ],
)
def test_the_officers_of_others_are_nobody_s_here(text: str) -> None:
    """A rank without a country is a holder's only where no other side owns it."""
    assert "none" == say(text).label

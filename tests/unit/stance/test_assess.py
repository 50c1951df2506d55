"""The situations that an analyst must be able to trust, one by one."""

from __future__ import annotations

import pytest

from tests.unit.stance.cases import say

ENGLISH = [
    ("conditional", '"Should Moscow call, our brigades roll within the hour," Lukashenko said.'),
    ("refuses", '"Even if shells land on Brest, not one of my soldiers goes to Ukraine," Lukashenko said.'),
    ("joins", '"God willing, we march on Kyiv on Monday," Lukashenko said.'),
    ("conditional", '"We stay out for as long as NATO keeps away from Grodno," Lukashenko said.'),
    ("none", '"Had they crossed in March, we would have fought," Lukashenko said of Ukraine.'),
    ("refuses", 'Asked whether troops would enter Ukraine, Lukashenko said: "No. Not this year."'),
    ("none", '"I never said we wouldn\'t join the war," Lukashenko said.'),
    ("none", "A clip of Lukashenko declaring war on Ukraine is AI-made, fact-checkers say."),
    ("none", "Belarusian volunteers storm trench beside Ukrainian troops."),
    ("none", "Kyiv: Minsk is dead, we are ready to fight."),
    ("none", "Kyiv fears that Belarus will join the war."),
    ("none", "Analysts believe Lukashenko will send his army to Ukraine by spring."),
    ("none", "Will Belarus join the war against Ukraine?"),
    ("none", "In 2014 Lukashenko said Belarus would never fight Ukraine."),
    ("none", "Lukashenko denied ever saying that Belarus would join the war."),
    ("refuses", "Lukashenko denied that his army would join the war."),
    ("joins", '"We will not hesitate to join the war," Lukashenko said.'),
    ("conditional", "Belarus has not ruled out joining the war, Lukashenko said."),
    ("refuses", "Belarus withdraws three battalions from the Ukrainian border."),
    ("prepares", "Belarus began large military exercises near the Ukrainian border on Monday."),
    ("conditional", 'Correction: Lukashenko said Belarus "would join the war if attacked", not "will join the war".'),
]
RUSSIAN = [
    ("conditional", "«Мы вступим в войну, только если на нас нападут», — сказал Лукашенко."),
    ("refuses", "«Мы не собираемся воевать», — заявил Лукашенко в четверг."),
    ("joins", "Лукашенко заявил, что Беларусь готова воевать вместе с Россией против Украины."),
    ("refuses", "Лукашенко сказал, что даже если Москва попросит, ни один белорусский солдат не пойдет в Украину."),
    ("none", "В Киеве опасаются, что белорусская армия вступит в войну."),
    ("none", "Если бы они напали в марте, мы бы вступили в войну, сказал Лукашенко."),
    ("prepares", "В Беларуси началась проверка боевой готовности у границы с Украиной."),
]


@pytest.mark.parametrize(("label", "text"), ENGLISH)
def test_an_english_text_gets_the_label_of_an_analyst(label: str, text: str) -> None:
    """Conditions, concessions, negation, other people's talk and other actors are told apart."""
    assert label == say(text).label


@pytest.mark.parametrize(("label", "text"), RUSSIAN)
def test_a_russian_text_gets_the_label_of_an_analyst(label: str, text: str) -> None:
    """The same grammar holds over Russian words."""
    assert label == say(text, language="ru").label


def test_a_headline_alone_is_enough() -> None:
    """ "X: we fight only if attacked" is a conditional of X, by headline."""
    found = say("", title="Lukashenko: We'll fight only if attacked")
    (statement,) = found.statements
    condition = statement["condition"]
    assert condition is not None
    assert ("conditional", "lukashenko", "headline", "only-if", "attack", "refuses") == (
        statement["stance"],
        statement["holder_id"],
        statement["directness"],
        condition["kind"],
        condition["trigger"],
        statement["default"],
    )


def test_a_request_of_the_ally_is_another_trigger_than_an_attack() -> None:
    """The trigger tells a hardened conditional from the old one."""
    found = say('"If Moscow asks, our soldiers will go to Ukraine," Lukashenko said.')
    condition = found.statements[0]["condition"]
    assert {"text": "If Moscow asks", "kind": "if", "trigger": "ally-request", "met": "not-reported"} == condition


def test_two_holders_of_one_article_keep_their_own_words() -> None:
    """The army chief's readiness is his; the president's word gives the label."""
    found = say('Gulevich: "We are ready to enter Ukraine." Lukashenko: "We will not send anyone to war."')
    assert "refuses" == found.label
    assert [("lukashenko", "refuses"), ("belarus-army", "joins")] == [
        (statement["holder_id"], statement["stance"]) for statement in found.statements
    ]


def test_the_opposition_is_on_file_but_not_the_state() -> None:
    """Tsikhanouskaya's refusal carries the authority 'other'."""
    (statement,) = say("Tsikhanouskaya: Belarus will never fight Ukraine.").statements
    assert ("tsikhanouskaya", "other", "refuses") == (
        statement["holder_id"],
        statement["authority"],
        statement["stance"],
    )


def test_a_disputed_position_is_on_file_and_gives_no_label() -> None:
    """ "I never said we wouldn't" asserts nothing."""
    found = say('"I never said we wouldn\'t join the war," Lukashenko said.')
    assert ("none", ["disputed"]) == (found.label, [statement["status"] for statement in found.statements])


def test_a_language_that_the_axis_does_not_read_is_not_assessed() -> None:
    """'none' would claim that nobody said anything."""
    assert "not-assessed" == say("Lukaschenko: Wir schicken keine Truppen in die Ukraine.", language="de").label


def test_boilerplate_says_nothing() -> None:
    """A statement inside a boilerplate span is left out with that reason."""
    text = "Lukashenko said Belarus would join the war."
    found = say(text, boilerplate=[{"start": 0, "end": len(text), "kind": "promo", "reason": "test"}])
    assert ("none", ["boilerplate"]) == (found.label, [item["reason"] for item in found.left_out])


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("on Thursday", "2023-02-16"),
        ("on Friday", "2023-02-10"),
        ("yesterday", "2023-02-15"),
        ("on 3 February", "2023-02-03"),
        ("earlier", "2023-02-16"),
    ],
)
def test_the_day_of_the_words_comes_from_the_text(words: str, day: str) -> None:
    """A weekday is the same or the last one before publication; without any, the day of publication."""
    (statement,) = say(f"Lukashenko said {words} that Belarus would not join the war.").statements
    assert day == statement["said_at"]


def test_a_quotation_over_two_paragraphs_keeps_its_speaker() -> None:
    """An unclosed quotation goes on in the next paragraph."""
    found = say(
        'Lukashenko spoke.\n"Nobody believes me," he said. "Listen.\n"We will not send our soldiers to Ukraine."'
    )
    (statement,) = found.statements
    assert ("lukashenko", "direct", "refuses") == (
        statement["holder_id"],
        statement["directness"],
        statement["stance"],
    )


def test_evidence_offsets_point_at_the_evidence() -> None:
    """text[start:end] is the evidence, also behind characters outside the BMP."""
    text = "🟦 Lukashenko said: “We will not fight in Ukraine.” Then he left."
    (statement,) = say(text).statements
    evidence = statement["evidence"]
    assert "We will not fight in Ukraine." == evidence["text"] == text[evidence["start"] : evidence["end"]]


@pytest.mark.parametrize(
    "text",
    [
        "Lukashenko troops Ukraine war if said " * 27_000,
        '"' * 50_000,
        '"Lukashenko said "we join the war" ' * 25_000,
        "\u202eLukashenko\u200f joins\u202d the war " * 30_000,
        '\n"x' * 300_000,
    ],
)
def test_hostile_text_costs_bounded_work(text: str) -> None:
    """A megabyte of anything gives at most the bounded number of candidates and left-out passages."""
    found = say(text)
    assert len(found.explain) <= 400
    assert len(found.left_out) <= 80


FAMILIES = [
    ("joins", "en", '"We march on Kyiv on 3 February," Lukashenko said.'),
    (
        "none",
        "en",
        "MINSK, Feb 16 (Wire) - The army celebrated early in March, Lukashenko said. Ukraine was not named.",
    ),
    ("refuses", "en", "Lukashenko has cancelled the order to send troops to Ukraine."),
    ("refuses", "en", "Lukashenko withdrew his order to enter the war."),
    ("refuses", "en", "Lukashenko rescinds decision to join the war in Ukraine"),
    ("refuses", "ru", "Лукашенко отменил решение об отправке войск на Украину."),
    ("refuses", "ru", "Лукашенко отозвал приказ о вступлении в войну."),
    (
        "conditional",
        "en",
        '"There is one scenario in which our soldiers fight in Ukraine: an attack," Lukashenko said.',
    ),
    ("conditional", "en", "Lukashenko named the only case in which Belarus would join the war: an attack."),
    ("conditional", "en", '"There is one situation in which we go to war. If they attack us," Lukashenko said.'),
    ("conditional", "ru", "Лукашенко назвал единственное условие, при котором Белоруссия вступит в войну: нападение."),
    ("refuses", "en", "Lukashenko said he would not send troops to Ukraine if Russia asked him to."),
    ("refuses", "ru", "Лукашенко сказал, что откажется отправить войска на Украину, если Москва попросит."),
    ("conditional", "en", '"We will not fight if nobody attacks us," Lukashenko said about Ukraine.'),
    ("none", "en", "We wrongly reported that Lukashenko said Belarus would join the war. He did not say this."),
    ("none", "en", "We reported on Monday that Lukashenko promised to join the war. The report was not true."),
    ("none", "ru", "Ранее сообщалось, что Лукашенко пообещал вступить в войну. Это не соответствует действительности."),
    ("prepares", "en", "Belarus moved battalions to the border with Ukraine, the country's defence ministry said."),
    ("none", "en", "Ukraine began exercises on its border with Belarus, the defence ministry said."),
    ("none", "en", "Poland called up reservists close to Belarus, the country's defence ministry said."),
    ("none", "en", '"They did not attack us, and we did not fight in Ukraine," Lukashenko said.'),
    ("refuses", "en", '"We did not want this war and we will not join it," Lukashenko said of Ukraine.'),
    ("refuses", "ru", "«Мы не вступим в войну, — подчеркнул президент Белоруссии. — Хватит крови»."),
    ("joins", "ru", "«Хватит ждать, — сказал в среду Лукашенко. — Наша армия вступает в войну с Украиной»."),
    ("none", "ru", "«Белоруссия вступит в войну, — сказал киевский эксперт. — Это дело недель»."),
    ("none", "ru", "«На нас не нападали, и мы не воевали с Украиной», — сказал Лукашенко."),
]


@pytest.mark.parametrize(("label", "language", "text"), FAMILIES)
def test_families_that_the_sample_taught(label: str, language: str, text: str) -> None:
    """Months, called-off orders, only cases, refused requests, misquotations, organs of a state, past facts."""
    assert label == say(text, language=language).label


def test_even_if_keeps_its_words() -> None:
    """A position that holds "even if" carries the clause as a concession, and is no conditional."""
    (statement,) = say('"Even if Moscow asks, we will not send troops to Ukraine," Lukashenko said.').statements
    assert ("refuses", None) == (statement["stance"], statement["default"])
    condition = statement["condition"]
    assert condition is not None
    assert ("concessive", "ally-request") == (condition["kind"], condition["trigger"])


def test_evidence_has_neither_dateline_nor_tag() -> None:
    """A dateline is not part of the sentence, and a tag inside Russian quotation marks is not the speaker's."""
    (english,) = say("MINSK, Feb 16 (Wire) - Lukashenko said that Belarus would not join the war.").statements
    (russian,) = say("«Мы не вступим в войну, — сказал Лукашенко. — Хватит».", language="ru").statements
    assert "Lukashenko said that Belarus would not join the war." == english["evidence"]["text"]
    assert "Мы не вступим в войну" == russian["evidence"]["text"]


def test_words_of_days_ago_in_an_article_on_something_else_are_background() -> None:
    """An old statement gives no label to an article that opens with something else, and does to one about it."""
    old = "Lukashenko said on Sunday that Belarus would not send soldiers to Ukraine."
    other = "Potash prices fell.\n\nTraders shrugged.\n\nA ship left Riga.\n\n" + old
    found = say(other)
    assert ("none", ["background"]) == (found.label, [passage["reason"] for passage in found.left_out])
    assert "refuses" == say(old).label


def test_a_text_that_begins_with_its_title_says_it_once() -> None:
    """The title at the head of a page's text is not a second wording."""
    title = "Lukashenko: we will not join the war"
    (statement,) = say(f"{title}\nThe weather was fine.", title=title).statements
    assert "title" == statement["evidence"]["field"]
    assert "wordings" not in statement

"""From an article's words to the change that an alert tells: stance and alert together, by the shipped watch."""

from __future__ import annotations

from typing import Any, NamedTuple, cast

import pytest

from streams.model.records import Mention
from tests.unit.alert.factory import Desk, mention
from tests.unit.stance.cases import article, say, shipped

JOINS = '"Our army will join the war against Ukraine," Lukashenko said.'
REFUSES = '"We will not send our soldiers to Ukraine," Lukashenko said.'
IF_ATTACKED = '"We will fight in Ukraine only if we are attacked," Lukashenko said.'
IF_ASKED = '"If Moscow asks, our army will enter Ukraine," Lukashenko said.'


class Told(NamedTuple):
    """What an analyst reads of a change: the alert's kind and label, the direction, from and to."""

    kind: str
    label: str
    direction: str | None
    before: str | None
    after: str | None


def tell(name: str, day: int, text: str, title: str = "", language: str = "en", **fields: Any) -> Mention:
    """The mention of an article of this day of March 2023."""
    published_at = f"2023-03-{day:02d}T12:00:00Z"
    found = say(text, title, language, published_at=published_at)
    made = mention(name, *found.statements, published_at=published_at, language=language, label=found.label, **fields)
    made["title"], made["lead"] = title or f"Title {name}", text[:200]
    made["left_out"] = list(found.left_out)
    if found.takebacks:
        made["takebacks"] = list(found.takebacks)
    return made


def after(*mentions: Mention) -> Desk:
    desk = Desk(shipped())
    desk.take(*mentions)
    return desk


def told(desk: Desk) -> list[Told]:
    """The alerts in the order of their first article."""
    found = []
    for alert in desk.alerts():
        change = alert["change"] or dict.fromkeys(("direction", "from_stance", "to_stance"))
        parts = change["direction"], change["from_stance"], change["to_stance"]
        found.append(Told(alert["kind"], alert["label"], *parts))
    return found


def statuses(desk: Desk) -> list[tuple[str, str, str]]:
    return [(each["said_at"][-2:], each["stance"], each["status"]) for each in desk.statements()]


FIRST_REFUSES = Told("first-mention", "refuses", None, None, None)


def test_a_condition_that_changes_its_trigger_is_a_change() -> None:
    """From "if attacked" to "if Moscow asks": hardened, though the label is the same."""
    desk = after(tell("a", 1, IF_ATTACKED), tell("b", 9, IF_ASKED))
    assert Told("stance-change", "conditional", "hardened", "conditional", "conditional") == told(desk)[1]


@pytest.mark.parametrize(
    ("language", "denial"),
    [
        ("en", '"I never said we wouldn\'t join," Lukashenko said.'),
        ("en", "Lukashenko insisted he had never said that Belarus would stay out of the war."),
        ("ru", "«Я никогда не говорил, что мы не вступим в войну», — заявил Лукашенко."),
    ],
)
def test_a_refusal_that_its_holder_disputes(language: str, denial: str) -> None:
    """It is disputed and still stands: nothing took its place. What comes next is compared with it."""
    desk = after(tell("a", 1, REFUSES), tell("b", 20, denial, language=language))
    assert [Told("stance-change", "refuses", "disputed", "refuses", "refuses")] == told(desk)
    (alert,) = desk.alerts()
    assert ("disputed", "holder", "2023-03-20") == (
        alert["statement"]["status"],
        alert["change"]["objection"]["by"],
        alert["change"]["objection"]["on"],
    )
    assert "b.example" == alert["change"]["objection"]["article"]["outlet"]
    desk.take(tell("c", 25, JOINS))
    assert Told("stance-change", "joins", "hardened", "refuses", "joins") == told(desk)[1]


@pytest.mark.parametrize(
    ("language", "retraction"),
    [
        ("en", "His office: President Lukashenko was mistranslated; he spoke of defence only."),
        ("en", "Lukashenko's words were taken out of context, his press secretary said."),
        ("ru", "Слова Лукашенко неверно перевели, сообщила его пресс-служба: он говорил только об обороне."),
    ],
)
def test_words_that_his_office_withdraws(language: str, retraction: str) -> None:
    """The alert that told them is retracted, in place; what stood before stands again, and to say it is no change."""
    desk = after(tell("a", 1, REFUSES), tell("b", 9, JOINS))
    assert Told("stance-change", "joins", "hardened", "refuses", "joins") == told(desk)[1]
    before = desk.alerts()[1]["alert_id"]
    desk.take(tell("c", 10, retraction, language=language))
    assert [FIRST_REFUSES, Told("retracted", "joins", "withdrawn", "joins", "refuses")] == told(desk)
    alert = desk.alerts()[1]
    assert (before, "withdrawn", "critical") == (alert["alert_id"], alert["statement"]["status"], alert["severity"])
    assert [("01", "refuses", "asserted"), ("09", "joins", "withdrawn")] == statuses(desk)
    desk.take(tell("d", 12, '"Nobody sends our troops to Ukraine," Lukashenko said.'))
    assert "first-mention" == told(desk)[2].kind


def test_a_withdrawal_takes_nothing_that_was_said_later_or_long_before() -> None:
    """What he says again after the denial stands; the denial is of the nearest words, at most two weeks back."""
    denial = tell("d", 20, "His office: President Lukashenko was mistranslated; he spoke of defence only.")
    assert [("25", "joins", "asserted")] == statuses(after(denial, tell("a", 25, JOINS)))
    assert [("05", "joins", "asserted")] == statuses(after(denial, tell("a", 5, JOINS)))
    nearest = after(denial, tell("a", 10, JOINS), tell("b", 18, '"Our brigades march into Ukraine," Lukashenko said.'))
    assert [("10", "joins", "asserted"), ("18", "joins", "withdrawn")] == statuses(nearest)


def test_nobody_s_alert_is_retracted_by_others() -> None:
    """The army's word is not the president's to take back, and Kyiv's denial takes nothing back."""
    army = tell("a", 9, 'Gulevich: "We are ready to enter Ukraine."')
    office = tell("b", 10, "His office: President Lukashenko was mistranslated; he spoke of defence only.")
    kyiv = tell("c", 10, "Lukashenko was mistranslated, Zelensky's office said.")
    assert [("09", "joins", "asserted")] == statuses(after(army, office, kyiv))


def test_a_correction_restores_the_condition() -> None:
    """The firm words are withdrawn by the outlet that had them, the conditional stands, the alert is corrected."""
    correction = 'Correction: Lukashenko said Belarus "would join if attacked", not "will join".'
    desk = after(tell("a", 9, JOINS, outlet="one.example"), tell("b", 10, correction, outlet="one.example"))
    assert Told("corrected", "joins", "corrected", "joins", "conditional") == told(desk)[0]
    assert "conditional" == told(desk)[1].label
    assert ("09", "joins", "withdrawn") == statuses(desk)[0]
    assert ("10", "conditional", "asserted") in statuses(desk)


def test_a_correction_in_the_story_itself() -> None:
    """Where the correction is told in the story of the wrong words, the restored ones speak for it."""
    wrong = "«Мы вступим в войну», — сказал Лукашенко."
    correction = "Поправка: Лукашенко сказал «вступим в войну, если нападут», а не «вступим в войну»."
    desk = after(
        tell("a", 9, wrong, language="ru", outlet="one.example"),
        tell("b", 10, correction, language="ru", outlet="one.example"),
    )
    assert [Told("corrected", "conditional", "corrected", "joins", "conditional")] == told(desk)
    assert "Мы вступим в войну" == desk.alerts()[0]["change"]["previous_evidence"]
    assert [("09", "joins", "withdrawn"), ("10", "conditional", "asserted")] == statuses(desk)


def test_a_correction_under_the_same_address() -> None:
    """The new version takes the old one's place: its alert is corrected and takes over from the one before."""
    url = "https://one.example/live"
    old = tell("a", 9, JOINS, url=url, outlet="one.example")
    new = tell(
        "b",
        9,
        'Correction: Lukashenko said Belarus "would join if attacked", not "will join".',
        url=url,
        outlet="one.example",
        version=2,
    )
    desk = after(old)
    before = desk.alerts()[0]["alert_id"]
    desk.take(new)
    assert [Told("corrected", "conditional", "corrected", "joins", "conditional")] == told(desk)
    assert "will join" == desk.alerts()[0]["change"]["previous_evidence"]
    ended = desk.records["alert", before]
    assert ("superseded", desk.alerts()[0]["alert_id"]) == (ended["status"], ended["successor_id"])


def test_a_correction_against_others() -> None:
    """One outlet's correction does not speak for those who have the words themselves: disputed, and still on file.
    Copies of the outlet's article are its own."""
    correction = tell(
        "c", 10, 'Correction: Lukashenko said Belarus "would join if attacked", not "will join".', outlet="one.example"
    )
    first = tell("a", 9, JOINS, outlet="one.example")
    other = tell("b", 9, '"Our army will join the war against Ukraine," Lukashenko told us.')
    assert ("09", "joins", "disputed") in statuses(after(first, correction, other))
    copy = cast("Mention", {**other, "dedupe": {**first["dedupe"], "kind": "exact"}})
    assert ("09", "joins", "withdrawn") in statuses(after(first, correction, copy))


def test_a_headline_claims_a_change() -> None:
    """ "Drops vow to stay out" is on file as a claim and changes nothing; the words do, when they are found."""
    claim = tell("b", 5, "Officials met in Minsk.", "Lukashenko drops vow to stay out")
    assert ["claimed-change"] == [each["reason"] for each in claim["left_out"]]
    desk = after(tell("a", 1, REFUSES), claim)
    assert [FIRST_REFUSES] == told(desk)
    desk.take(tell("c", 6, JOINS))
    assert Told("stance-change", "joins", "hardened", "refuses", "joins") == told(desk)[1]


def test_an_army_chief_does_not_contradict_the_president() -> None:
    """Two holders, two lines; neither is disputed, and nothing changed."""
    desk = after(
        tell("a", 1, REFUSES),
        tell("b", 9, 'Army chief: "We\'re ready to enter Ukraine tomorrow." Lukashenko: "Nobody is going to war."'),
        tell("c", 9, 'Gulevich: "We are ready to enter Ukraine."'),
    )
    assert {None} == {each.direction for each in told(desk)}
    assert {"asserted"} == {status for _, _, status in statuses(desk)}


def test_acts_have_a_line_of_their_own() -> None:
    """Battalions come and go: the act softened; the word that nobody goes was never touched by it."""
    desk = after(
        tell("a", 1, REFUSES),
        tell("b", 3, "Belarus sent three battalions to the Ukrainian border."),
        tell("c", 20, "Belarus withdraws three battalions from the Ukrainian border."),
        tell("d", 22, REFUSES.replace("soldiers", "people")),
    )
    expected = [
        FIRST_REFUSES,
        Told("first-mention", "prepares", None, None, None),
        Told("stance-change", "refuses", "softened", "prepares", "refuses"),
        FIRST_REFUSES,
    ]
    assert expected == told(desk)


def test_outlets_that_contradict_each_other() -> None:
    """Two outlets quote him with the opposite on one day: both are disputed, the standing position stands."""
    desk = after(tell("a", 1, IF_ATTACKED), tell("b", 9, JOINS), tell("c", 9, REFUSES))
    assert [
        Told("stance-change", "joins", "disputed", "joins", "conditional"),
        Told("stance-change", "refuses", "disputed", "refuses", "conditional"),
    ] == sorted(told(desk)[1:])
    sides = {alert["label"]: alert["change"]["objection"] for alert in desk.alerts()[1:]}
    assert ("outlets", "refuses", "c.example") == (
        sides["joins"]["by"],
        sides["joins"]["instead"],
        sides["joins"]["article"]["outlet"],
    )
    desk.take(tell("d", 11, '"Our brigades march into Ukraine," Lukashenko said.'))
    assert Told("stance-change", "joins", "hardened", "conditional", "joins") in told(desk)


def test_the_holder_settles_a_contradiction() -> None:
    """What he disputes of it does not stand against what he does not; the other side is as good as alone."""
    desk = after(
        tell("a", 1, JOINS),
        tell("b", 9, '"Our brigades march into Ukraine," Lukashenko said.'),
        tell("c", 9, REFUSES),
        tell("d", 11, "Lukashenko denied saying that Belarus would join the war."),
    )
    assert ("09", "joins", "disputed") in statuses(desk)
    assert ("09", "refuses", "asserted") in statuses(desk)
    assert Told("stance-change", "refuses", "softened", "joins", "refuses") in told(desk)
    assert Told("stance-change", "joins", "disputed", "joins", "refuses") in told(desk)


def test_what_is_no_contradiction() -> None:
    """One article that has both tells a turn; a copy is not a second outlet; and who joins only if attacked has the
    refusal as the default."""
    both = tell("d", 9, f'{REFUSES} In the evening Lukashenko said: "Our army will join the war."')
    for others in ([both], []):
        desk = after(tell("a", 1, IF_ATTACKED), tell("b", 9, JOINS), tell("c", 9, REFUSES, outlet="b.example"), *others)
        assert {"asserted"} == {status for _, _, status in statuses(desk)}
    desk = after(tell("b", 9, IF_ATTACKED), tell("c", 9, REFUSES))
    assert {"asserted"} == {status for _, _, status in statuses(desk)}


HEARSAY = "Lukashenko said that Belarus would join the war against Ukraine."


def test_thin_evidence_is_not_yet_a_change() -> None:
    """One outlet's indirect speech waits: for a second outlet, for the words in quotation marks, or for another day."""
    first, thin = tell("a", 1, REFUSES), tell("b", 9, HEARSAY)
    assert "indirect" == thin["statements"][0]["directness"]
    desk = after(first, thin)
    assert [FIRST_REFUSES, Told("first-mention", "joins", None, None, None)] == told(desk)
    hardened = Told("stance-change", "joins", "hardened", "refuses", "joins")
    assert hardened == told(after(first, thin, tell("c", 9, HEARSAY)))[1]
    assert hardened == told(after(first, thin, tell("c", 9, JOINS)))[1]
    again = tell("c", 12, "Lukashenko said the armed forces would take part in the invasion of Ukraine.")
    assert [None, hardened] == [told(after(first, thin, again))[1].direction, told(after(first, thin, again))[2]]
    copy = cast("Mention", {**tell("c", 9, HEARSAY), "dedupe": {**thin["dedupe"], "kind": "exact"}})
    assert [None, None] == [each.direction for each in told(after(first, thin, copy))]


def test_thin_evidence_against_a_quotation() -> None:
    """Hearsay that contradicts his quoted words of the same day is disputed alone; the quotation stands."""
    desk = after(
        tell("a", 1, IF_ATTACKED), tell("b", 9, JOINS), tell("c", 9, "Lukashenko said Belarus will not join the war.")
    )
    assert [("09", "joins", "asserted"), ("09", "refuses", "disputed")] == sorted(statuses(desk))[1:]
    assert Told("stance-change", "joins", "hardened", "conditional", "joins") in told(desk)


def test_what_confirms_the_standing_position_drops_hearsay() -> None:
    """Hearsay, then the old position in his own words, then hearsay again: no two days in a row, no change."""
    other = tell("d", 15, "Lukashenko said the armed forces would take part in the invasion of Ukraine.")
    between = tell("c", 12, '"We stay out of the war," Lukashenko said.')
    desk = after(tell("a", 1, REFUSES), tell("b", 9, HEARSAY), between, other)
    assert {None} == {each.direction for each in told(desk)}


def test_russian_and_english() -> None:
    """Articles of both languages stand on one timeline, whichever came first."""
    mentions = [
        tell("a", 1, "«Мы не отправим наших солдат на Украину», — сказал Лукашенко.", language="ru"),
        tell("b", 9, JOINS),
        tell("c", 10, "Слова Лукашенко неверно перевели, сообщила его пресс-служба.", language="ru"),
    ]
    expected = [FIRST_REFUSES, Told("retracted", "joins", "withdrawn", "joins", "refuses")]
    assert [expected, expected] == [told(after(*mentions)), told(after(*reversed(mentions)))]


def test_articles_are_what_the_helper_says() -> None:
    """The day of publication reaches the assessment."""
    assert "2023-03-09" == tell("a", 9, JOINS)["statements"][0]["said_at"]
    assert article(JOINS)["published_at"].startswith("2023-02-16")

"""Which articles carry one statement: over languages, triggers and days, and old quotations without a date."""

from __future__ import annotations

import random
from typing import Any

import pytest

from streams.alert.latin import spell
from streams.alert.quotes import are_repeated, fingerprints, quotation
from streams.alert.telling import Vocabulary
from streams.model.records import Mention
from streams.model.state import DictState
from tests.unit.alert.factory import IF_ASKED, IF_ATTACKED, Desk, changes, mention, statement

LONG = "In one case only shall I fight beside them: if somebody comes over the river at Grodno with a gun to burn barns"
SAME_IN_RUSSIAN = "Только в одном случае: если кто-то придёт через реку у Гродно жечь наши амбары"
PLAIN_RUSSIAN = "Только если нападут, будем воевать"
UNKNOWN: Any = {**IF_ATTACKED, "trigger": "other"}
NOTHING = Vocabulary(frozenset(), frozenset())


def said(name: str, day: str, text: str, hour: int = 12, **fields: Any) -> Mention:
    """An article of a day, which says no other for the wording."""
    kept = {key: fields.pop(key) for key in ("language", "arrived_at", "backfill") if key in fields}
    condition = fields.pop("condition", IF_ATTACKED)
    made = statement(said_at=fields.pop("said_at", day), text=text, condition=condition, **fields)
    return mention(name, made, published_at=f"{day}T{hour:02d}:00:00Z", **kept)


def carriers(desk: Desk) -> list[list[str]]:
    """The outlets of every statement, in order."""
    return sorted([carrier["outlet"][0] for carrier in each["carriers"]] for each in desk.statements())


def test_translation_by_name() -> None:
    """A translation a day later is the same statement if a rare name tells; one of other words is another."""
    for text, expected in ((SAME_IN_RUSSIAN, [["a", "b"]]), ("Если нападут на Пинск, ответим", [["a"], ["b"]])):
        desk = Desk()
        desk.take(said("a", "2023-02-16", LONG), said("b", "2023-02-17", text, 20, language="ru"))
        assert expected == carriers(desk)


def test_translation_over_midnight() -> None:
    """Without a name a translation is the same statement within eighteen hours, as long as its day has no other words
    in the first language."""
    desk = Desk()
    desk.take(
        said("a", "2023-02-16", "we fight only if we are hit", 20),
        said("b", "2023-02-17", PLAIN_RUSSIAN, 2, language="ru"),
    )
    assert [["a", "b"]] == carriers(desk)
    desk.take(said("c", "2023-02-17", "whoever marches on Minsk meets an answer", 12))
    assert [["a"], ["b", "c"]] == carriers(desk)
    late = Desk()
    late.take(said("a", "2023-02-16", "we fight only if hit", 9), said("b", "2023-02-17", PLAIN_RUSSIAN, language="ru"))
    assert [["a"], ["b"]] == carriers(late)


@pytest.mark.parametrize(
    ("condition", "text", "language", "expected"),
    [
        ({**IF_ATTACKED, "kind": "if"}, "we hit back", "en", [["a", "b"]]),
        (UNKNOWN, "Только если перейдут черту", "ru", [["a", "b"]]),
        (UNKNOWN, "we shall fight if the line is crossed", "en", [["a"], ["b"]]),
        (UNKNOWN, "one case only: somebody comes over the river with a gun", "en", [["a", "b"]]),
        (None, "Возможно, будем воевать", "ru", [["a"], ["b"]]),
        (None, "one case only: somebody comes over the river with a gun", "en", [["a", "b"]]),
        (IF_ASKED, LONG, "en", [["a"], ["b"]]),
        (IF_ASKED, SAME_IN_RUSSIAN, "ru", [["a"], ["b"]]),
    ],
)
def test_conditions_of_one_day(condition: Any, text: str, language: str, expected: list[list[str]]) -> None:
    """On one day "if" is "only if"; an unknown trigger may be the known one if the words say so, or if they cannot be
    compared; no condition needs words; another trigger is another statement."""
    desk = Desk()
    desk.take(said("a", "2023-02-16", LONG), said("b", "2023-02-16", text, 15, condition=condition, language=language))
    assert expected == carriers(desk)


def test_named_trigger_leads() -> None:
    """Of one statement read with and without its trigger, the record shows the reading that knows it."""
    desk = Desk()
    known = said("b", "2023-02-16", "only if a gun comes over the river at Grodno", 15, directness="indirect")
    desk.take(said("a", "2023-02-16", LONG, condition=UNKNOWN), known)
    assert ["attack"] == [each["condition"]["trigger"] for each in desk.statements()]


def test_old_quotation_without_a_date() -> None:
    """A quotation that is repeated after weeks without a date is the old statement: no alert, no change."""
    desk = Desk()
    desk.take(
        said("a", "2023-02-16", LONG),
        mention("j", statement("joins", "2023-03-01", "we march"), published_at="2023-03-01T12:00:00Z"),
    )
    alerts = len(desk.alerts())
    desk.take(said("b", "2023-04-20", LONG[: LONG.index(" with")]))
    assert [["a", "b"], ["j"]] == carriers(desk)
    assert (alerts, [("hardened", "conditional", "joins", "2023-02-16")]) == (len(desk.alerts()), changes(desk))


def test_old_quotation_beside_news() -> None:
    """An article with an old quotation and news of the day is about the news."""
    desk = Desk()
    news = statement("joins", "2023-04-20", "we march")
    old = statement(said_at="2023-04-20", text=LONG)
    desk.take(said("a", "2023-02-16", LONG), mention("b", old, news, published_at="2023-04-20T12:00:00Z"))
    assert ["joins"] == [alert["label"] for alert in desk.alerts()][1:]
    assert [["a", "b"], ["b"]] == carriers(desk)


@pytest.mark.parametrize(
    "fields",
    [
        {"said_at": "2023-04-18"},
        {"directness": "indirect"},
        {"status": "disputed"},
        {"condition": IF_ASKED},
        {"wordings": [{"field": "text", "text": "whoever marches on Minsk meets an answer", "start": 0, "end": 40}]},
    ],
)
def test_no_old_quotation(fields: dict[str, Any]) -> None:
    """Not old: what its article dates, what is no quotation or not asserted, what waits for something else, and what
    the article has in other words as well."""
    desk = Desk()
    desk.take(said("a", "2023-02-16", LONG), said("b", "2023-04-20", LONG, **fields))
    assert [["a"], ["b"]] == carriers(desk)


def test_known_since_its_arrival() -> None:
    """A page under an old date that brings the words today makes nothing old, however it is ordered; a backfill does,
    and so does a late page for those who come after it."""
    for late, expected in (
        ({"arrived_at": "2023-04-20T08:00:00.000Z"}, [["a"], ["b"]]),
        ({"arrived_at": "2023-05-20T08:00:00.000Z", "backfill": True}, [["a", "b"]]),
        ({"arrived_at": "2023-04-19T08:00:00.000Z"}, [["a", "b"]]),
    ):
        desk = Desk()
        desk.take(said("b", "2023-04-20", LONG), said("a", "2023-02-16", LONG, **late))
        assert expected == carriers(desk)


def test_original_that_comes_late() -> None:
    """When the old article comes after those that repeat it, they move to it, and their alert ends."""
    desk = Desk()
    desk.take(said("b", "2023-04-20", LONG), said("c", "2023-04-20", LONG))
    (before,) = desk.alerts()
    desk.take(said("a", "2023-02-16", LONG))
    (after,) = desk.alerts()
    assert [["a", "b", "c"]] == carriers(desk)
    assert "superseded" == desk.records["alert", before["alert_id"]]["status"]
    assert after["alert_id"] == desk.records["alert", before["alert_id"]]["successor_id"]


def test_quotation_outlives_its_articles() -> None:
    """While somebody remembered repeats a quotation, it stays old, also after its first article was forgotten."""
    desk = Desk()
    desk.take(said("a", "2022-10-01", LONG), said("b", "2022-12-20", LONG))
    sent = len(desk.sent)
    desk.take(
        *(mention(f"n{n}", published_at=f"2023-01-{10 + n}T12:00:00Z", title=f"T{n}", lead=f"L{n}") for n in range(6))
    )
    assert sent == len(desk.sent)
    desk.take(said("c", "2023-01-20", LONG))
    assert ["2022-10-01"] == [each["said_at"] for each in desk.statements()]
    desk.take(
        *(mention(f"z{n}", published_at=f"2024-01-{10 + n}T12:00:00Z", title=f"T{n}", lead=f"L{n}") for n in range(9))
    )
    assert [] == [key for key, _ in desk.state.scan(b"", b"\xff") if key.split(b"\x00")[1].startswith(b"quote")]


def test_cost_of_a_quotation() -> None:
    """The thousandth article with a quotation, cut as it likes, writes no more than the hundredth."""
    written: list[int] = []

    class Counting(DictState):
        def put(self, key: bytes, value: bytes) -> None:
            written.append(len(value))
            super().put(key, value)

    chance = random.Random(5)
    words = (
        f"{LONG}, and to drive our herds into the marsh beyond the mill, and let nobody there say I was silent".split()
    )
    desk = Desk(state=Counting())
    costs = []
    for number in range(400):
        start = chance.randrange(8)
        text = " ".join(words[start : start + chance.randrange(18, 30)])
        day = f"2023-{2 + number // 140:02d}-{1 + number // 5 % 28:02d}"
        written.clear()
        desk.take(said(f"m{number:04d}", day, text, hour=number % 24))
        costs.append((len(written), sum(written)))
    early, late = (sorted(costs[place : place + 50])[25] for place in (50, 350))
    assert late[0] <= 1.3 * early[0]
    assert 60_000 > late[1]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (LONG, LONG, True),
        (LONG, LONG.upper(), True),
        (LONG, LONG[LONG.index("beside") :], True),
        (LONG, f"{LONG[: LONG.index('somebody')]} anybody wants to take our land", True),
        (
            LONG,
            "In one case only shall I fight: when they ask for it and our parliament says yes and the people want it",
            False,
        ),
        (LONG, "somebody comes over the river at Grodno", False),
    ],
)
def test_repeated(one: str, other: str, expected: bool) -> None:
    """Eight words in a row, half of the shorter one; what is shorter than eight words is no quotation at all."""
    a, b = (quotation(statement(text=text), "en", NOTHING) for text in (one, other))
    assert expected == (a is not None and b is not None and are_repeated(a, b))
    assert a is None or b is None or are_repeated(a, b) == are_repeated(b, a)


def test_stock_phrase() -> None:
    """However long, words of the question and stopwords alone are no quotation."""
    whole = frozenset(spell(word, "en") for word in ("want", "war", "never", "attack"))
    known = Vocabulary(whole, frozenset(spell(word, "en") for word in ("soldier", "send", "ukrain")))
    text = "We do not want war and we will never send our soldiers to Ukraine or attack them"
    assert quotation(statement(text=text), "en", known) is None
    assert quotation(statement(text=f"{text} from the marshes of Pripyat near Mazyr"), "en", known) is not None


def test_fingerprints() -> None:
    """Two texts with eight words in a row in common share a fingerprint, wherever those stand."""
    chance = random.Random(3)
    for _ in range(200):
        row = [chance.choice("abcdefgh") for _ in range(8)]
        texts = [
            [
                *(chance.choice("stuvwxyz") for _ in range(chance.randrange(20))),
                *row,
                *(chance.choice("klmnopq") for _ in "123"),
            ]
            for _ in range(2)
        ]
        assert not set(fingerprints(texts[0])).isdisjoint(fingerprints(texts[1]))

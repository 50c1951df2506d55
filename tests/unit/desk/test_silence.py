"""Which alerts a silence hides, what pierces it, and what it may not be."""

from __future__ import annotations

from typing import Any

import pytest

from schemas import validate
from streams.desk.silence import (
    Summary,
    build_end,
    build_silence,
    is_in_force,
    matchers_from,
    parse_matcher,
    preview,
    read_end,
    silences_alert,
    summarise,
)
from streams.errors import RefusedChange
from streams.model.people import Silence
from streams.model.records import Alert
from tests.unit.desk.factory import NOW, WATCH_ID, alert, carried_by, example, hardened, later, superseded


def silence(*matchers: str, **fields: Any) -> Silence:
    settings: dict[str, Any] = {"ends_at": later(hours=24), "reason": "covered", "actor": "desk", "now": NOW, **fields}
    return build_silence([parse_matcher(text) for text in matchers], **settings)


FOUND = alert()
TITLE = FOUND["article"]["title"]


@pytest.mark.parametrize(
    ("matcher", "expected"),
    [
        (f"watch_id={WATCH_ID}", True),
        ("watch_id=another", False),
        (f"story_id={FOUND['story_id']}", True),
        (f"alert_id={FOUND['alert_id']}", True),
        (f"alert_id={'0' * 32}", False),
        ("kind=first-mention", True),
        ("severity=notice", True),
        ("severity=critical", False),
        ("label=conditional", True),
        ("language=en", True),
        ("language=ru", False),
        ("holder_id=kell", True),
        ("holder_id=somebody", False),
        (f"phrase={TITLE.upper()}", True),
        ("phrase=we are attacked", True),
        ("phrase=attacked are we", False),
        ("phrase=attack", False),
    ],
)
def test_each_matcher_asks_for_its_field(matcher: str, expected: bool) -> None:
    """Equality of the field; of a phrase, its words side by side, whatever their case."""
    assert expected is silences_alert(silence(matcher), FOUND, NOW)


def test_all_matchers_must_hold() -> None:
    """One that does not hold is enough for the alert to be told; != holds where = does not."""
    assert silences_alert(silence(f"watch_id={WATCH_ID}", "severity!=critical"), FOUND, NOW)
    assert not silences_alert(silence(f"watch_id={WATCH_ID}", "severity!=notice"), FOUND, NOW)


def test_an_outlet_is_silenced_only_while_it_is_alone() -> None:
    """Once another outlet carries the story, it is told, also where the list of carriers is cut."""
    own = silence("outlet=gazette.example")
    assert silences_alert(own, carried_by(FOUND, "gazette.example", "Gazette.example"), NOW) is False
    assert silences_alert(own, carried_by(FOUND, "gazette.example"), NOW) is True
    assert silences_alert(own, carried_by(FOUND, "gazette.example", "times.example"), NOW) is False
    cut: Alert = {**carried_by(FOUND, "gazette.example"), "reach": {"outlets": 51, "articles": 51, "copies": 0}}
    assert silences_alert(own, cut, NOW) is False


def test_a_silence_holds_from_its_start_to_before_its_end() -> None:
    """The end itself is outside; an ended one hides nothing."""
    own = silence(f"watch_id={WATCH_ID}", starts_at=later(hours=1))
    assert [False, True, True, False] == [
        is_in_force(own, at) for at in (NOW, later(hours=1), later(hours=24, milliseconds=-1), later(hours=24))
    ]
    ended = build_end(own, actor="bo", now=later(hours=2), reason="he said more")
    assert not silences_alert(ended, FOUND, later(hours=3))
    assert (2, "ended", "bo", "he said more") == (ended["version"], ended["status"], ended["actor"], ended["reason"])
    with pytest.raises(RefusedChange, match="nothing to do"):
        build_end(ended, actor="bo", now=later(hours=4))


def test_a_hardening_pierces_unless_it_was_known() -> None:
    """What hardens later is told; what had hardened when the silence was made is not news; and it can be hidden too."""
    matcher = f"watch_id={WATCH_ID}"
    new = hardened(statement_id="e" * 32)
    assert not silences_alert(silence(matcher), hardened(), NOW)
    assert silences_alert(silence(matcher, seen=[hardened()]), hardened(), NOW)
    assert silences_alert(silence(matcher, alert=hardened()), hardened(), NOW)
    assert not silences_alert(silence(matcher, seen=[hardened()]), new, NOW)
    assert silences_alert(silence(matcher, pierced_by_hardening=False), new, NOW)
    softened = hardened(statement_id="e" * 32)
    assert softened["change"] is not None
    softened["change"]["direction"] = "softened"
    assert silences_alert(silence(matcher), softened, NOW)


def test_what_took_the_place_of_a_silenced_story_is_silenced() -> None:
    """The ids that an alert inherited count as its own."""
    own = build_silence(matchers_from(FOUND), ends_at=later(hours=1), reason="r", actor="a", now=NOW)
    heir = alert(alert_id="a" * 32, story_id="b" * 32)
    assert not silences_alert(own, heir, NOW)
    assert silences_alert(own, heir, NOW, {FOUND["alert_id"], FOUND["story_id"]})


def test_matchers_of_an_alert() -> None:
    """In its watch: the story; or, of outlet, holder and phrase, those that are asked for."""
    watch = {"field": "watch_id", "operator": "=", "value": WATCH_ID}
    assert [watch, {"field": "story_id", "operator": "=", "value": FOUND["story_id"]}] == matchers_from(FOUND)
    assert [
        watch,
        {"field": "outlet", "operator": "=", "value": FOUND["article"]["outlet"]},
        {"field": "holder_id", "operator": "=", "value": "kell"},
        {"field": "phrase", "operator": "=", "value": "harvest"},
    ] == matchers_from(FOUND, outlet=True, holder=True, phrase="harvest")
    with pytest.raises(RefusedChange, match="no holder"):
        matchers_from(alert(statement=None), holder=True)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"ends_at": NOW}, "ends_at"),
        ({"ends_at": later(days=400)}, "ends_at"),
        ({"starts_at": later(hours=25)}, "ends_at"),
        ({"reason": " "}, "reason"),
    ],
)
def test_a_silence_that_cannot_be_is_refused(fields: dict[str, Any], field: str) -> None:
    """The error names the field."""
    with pytest.raises(RefusedChange) as caught:
        silence(f"watch_id={WATCH_ID}", **fields)
    assert field == caught.value.field


@pytest.mark.parametrize("matchers", [(), ("severity!=critical",), ("phrase=…",)])
def test_matchers_that_would_hide_everything_or_nothing_are_refused(matchers: tuple[str, ...]) -> None:
    """None, nothing but !=, a phrase without a word."""
    with pytest.raises(RefusedChange) as caught:
        silence(*matchers)
    assert "matchers" == caught.value.field


@pytest.mark.parametrize("text", ["severity", "severty=critical", "=x", ""])
def test_a_matcher_that_is_none_is_refused(text: str) -> None:
    """The error lists the fields."""
    with pytest.raises(RefusedChange, match="watch_id, alert_id, story_id"):
        parse_matcher(text)


@pytest.mark.parametrize(("text", "hours"), [("24h", 24), ("7d", 168), ("2023-02-16T14:00+01:00", 1)])
def test_an_end_is_a_duration_or_a_time(text: str, hours: int) -> None:
    """A time needs a zone."""
    assert later(hours=hours) == read_end(text, NOW)


@pytest.mark.parametrize("text", ["tomorrow", "24", "2023-02-16T14:00", "99999999d", ""])
def test_an_end_that_is_none_is_refused(text: str) -> None:
    """The error says what is expected."""
    with pytest.raises(RefusedChange, match="how long, such as 30m"):
        read_end(text, NOW)


def test_the_preview_says_what_would_have_been_hidden_and_told() -> None:
    """Times don't count; the hardening of the alert itself is known, other ones pierce; ended alerts don't count."""
    own, other = hardened(), hardened(alert_id="c" * 32, statement_id="d" * 32)
    plain, gone = alert(alert_id="e" * 32), superseded(alert(alert_id="f" * 32), None)
    stranger = alert(alert_id="1" * 32, watch_id="another")
    made = silence(f"watch_id={WATCH_ID}", alert=own, starts_at=later(hours=2), seen=[own, other])
    shown = preview(made, [own, other, plain, gone, stranger])
    assert ((own, plain), (other,)) == (shown.hidden, shown.pierced)


def test_the_summary_counts_what_was_hidden_once() -> None:
    """Deliveries in the state silenced by this silence; a repeated record counts once."""
    hidden = example("delivery", "silenced")
    other = {**hidden, "delivery_id": "2" * 32, "silence_id": "3" * 32}
    told = {**hidden, "delivery_id": "4" * 32, "state": "delivered"}
    at, alert_id = hidden["created_at"], hidden["alerts"][0]["alert_id"]
    assert Summary({alert_id: 1}, 1, at, at) == summarise(hidden["silence_id"], [hidden, hidden, other, told])
    assert Summary({}, 0, None, None) == summarise("5" * 32, [hidden])


def test_what_is_built_holds_on_the_wire() -> None:
    """The record is valid, its id is of actor, time and matchers."""
    own = silence(f"watch_id={WATCH_ID}")
    validate("silence", own)
    assert own["silence_id"] == silence(f"watch_id={WATCH_ID}", reason="another")["silence_id"]
    assert own["silence_id"] != silence(f"watch_id={WATCH_ID}", actor="bo")["silence_id"]

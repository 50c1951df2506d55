"""What alerts, what only adds to an alert, and what is the same statement, story or change."""

from __future__ import annotations

from typing import Any, cast

import pytest

from streams.alert.records import MAX_ALSO, revision_of
from streams.alert.shelf import MAX_FIRST
from streams.alert.step import step
from streams.errors import InvalidRecord
from streams.model.ids import digest
from streams.model.state import DictState
from streams.model.step import Step
from tests.unit.alert.factory import (
    IF_ASKED,
    QUOTE,
    REFUSAL,
    WATCH_ID,
    Desk,
    changes,
    copy_of,
    mention,
    statement,
    watch,
)


def test_first_mention() -> None:
    """The first article of a story alerts with its main statement; what it says besides is listed, not alerted."""
    desk = Desk()
    made = desk.take(mention("a", statement("refuses"), statement(), statement("prepares", lane="act")))
    (alert,) = desk.alerts()
    assert ("alerted", ()) == (made.outcome, made.recounts)
    assert ("first-mention", "conditional", "notice") == (alert["kind"], alert["label"], alert["severity"])
    assert QUOTE == alert["statement"]["evidence"]["text"]
    assert ["refuses", "prepares"] == [each["stance"] for each in alert["also"]]
    assert {"outlets": 1, "articles": 1, "copies": 0} == alert["reach"]
    assert "Will Belarus's army join the war?" == alert["question"]
    assert digest("alert", WATCH_ID, alert["story_id"]) == alert["alert_id"]
    assert revision_of(alert) == alert["revision"]
    assert {"clean": "1", "dedupe": "1", "detect": "1", "stance": "1", "alert": "2"} == alert["rules"]
    assert 3 == len(desk.statements())
    assert {alert["story_id"]} == {each["story_id"] for each in desk.statements()}


def test_repeat() -> None:
    """The same mention again has the outcome repeat and no output."""
    desk = Desk()
    first = mention("a", statement())
    desk.take(first)
    assert Step("repeat") == desk.take(first)


def test_carriers() -> None:
    """Write-ups of one press conference are one alert, updated in place, whatever part of it they report."""
    desk = Desk()
    desk.take(
        mention("a", statement(), statement("refuses")),
        mention("b", statement(text="only if a soldier comes"), published_at="2023-02-16T13:00:00Z"),
        mention("c", statement("refuses"), published_at="2023-02-16T14:00:00Z"),
    )
    (alert,) = desk.alerts()
    assert {"alerted": 1, "carried": 2} == desk.counted()
    assert {"outlets": 3, "articles": 3, "copies": 0} == alert["reach"]
    assert ["a.example", "b.example", "c.example"] == [carrier["outlet"] for carrier in alert["carriers"]]
    conditional = next(each for each in desk.statements() if each["stance"] == "conditional")
    assert [QUOTE, "only if a soldier comes"] == conditional["wordings"]
    assert "2023-02-16T12:00:00Z" == conditional["first_published_at"]


def test_copies() -> None:
    """Copies never alert; they count as copies, and stand in the story of their original even without a statement."""
    desk = Desk()
    original = mention("a", statement())
    bare = copy_of(original, "c", "near", statements=[], title="Other", label="none")
    desk.take(original, copy_of(original, "b"), bare)
    (alert,) = desk.alerts()
    assert {"alerted": 1, "carried": 2} == desk.counted()
    assert {"outlets": 3, "articles": 3, "copies": 2} == alert["reach"]


def test_late_original() -> None:
    """A late original takes the lead: the alert stays under its id, with the earlier article as the best one."""
    desk = Desk()
    desk.take(mention("b", statement(), published_at="2023-02-16T15:00:00Z"))
    (before,) = desk.alerts()
    desk.take(mention("a", statement(), published_at="2023-02-16T09:00:00Z"))
    (after,) = desk.alerts()
    assert before["alert_id"] == after["alert_id"]
    assert ("a.example", "2023-02-16T09:00:00Z") == (after["article"]["outlet"], after["first_published_at"])


def test_old_quote_as_background() -> None:
    """An old quote repeated weeks later is the same statement; alone it opens nothing, beside news it joins nothing."""
    desk = Desk()
    desk.take(mention("a", statement()))
    desk.take(mention("b", statement(), published_at="2023-03-20T12:00:00Z"))
    assert 1 == len(desk.alerts())
    news = mention("c", statement("joins", "2023-03-21"), statement(), published_at="2023-03-21T12:00:00Z")
    desk.take(news)
    first, second = desk.alerts()
    assert ["conditional", "joins"] == [first["label"], second["label"]]
    assert [2, 1] == [first["reach"]["articles"], second["reach"]["articles"]]
    assert [3, 1] == [each["reach"]["articles"] for each in desk.statements()]


def test_new_utterance() -> None:
    """The same position on another day, in other words, is a new statement and story, and no change."""
    desk = Desk()
    other = statement(said_at="2023-02-18", text="whoever marches on Minsk will meet our answer")
    desk.take(mention("a", statement()), mention("b", other, published_at="2023-02-18T12:00:00Z"))
    assert ["first-mention", "first-mention"] == [alert["kind"] for alert in desk.alerts()]
    assert 2 == len(desk.statements())


def test_day_told_otherwise() -> None:
    """The same words dated a day apart by two outlets are one statement; four days apart they are two."""
    text = "he fights only if a soldier comes to his country"
    for day, expected in (("2023-02-17", 1), ("2023-02-20", 2)):
        desk = Desk()
        first, second = (statement(said_at=said, text=text, directness="indirect") for said in ("2023-02-16", day))
        desk.take(mention("a", first), mention("b", second, published_at=f"{day}T12:00:00Z"))
        assert expected == len(desk.statements())


def test_alike_titles() -> None:
    """Articles without a statement are one story if titles and leads are alike within the story's days."""
    title, lead = "Acme shareholders approve merger with Globex", "The vote ended months of resistance."
    rules = watch(first_mention="any")
    desk = Desk(rules)
    desk.take(
        mention("a", title=title, lead=lead),
        mention("b", title="Shareholders of Acme approve Globex merger", lead="Vote ends months of resistance."),
        mention("c", title=title, lead=lead, published_at="2023-02-25T12:00:00Z"),
        mention("d", title="Globex names a new head of research", lead="She comes from a university."),
    )
    assert [2, 1, 1] == sorted((alert["reach"]["articles"] for alert in desk.alerts()), reverse=True)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("statement", ["noted", "noted", "alerted"]),
        ("assessed", ["noted", "alerted", "alerted"]),
        ("any", ["alerted"] * 3),
        ("never", ["noted"] * 3),
    ],
)
def test_rules(rule: str, expected: list[str]) -> None:
    """The watch says which stories alert: with a statement, assessed, any, or none."""
    desk = Desk(watch(first_mention=rule))
    articles = [
        mention("a", label="not-assessed", title="Nie czytamy"),
        mention("b", title="Harvest of rye"),
        mention("c", statement()),
    ]
    assert expected == [desk.take(each).outcome for each in articles]


def test_unasserted() -> None:
    """A statement that nobody asserts is on file and does not alert."""
    desk = Desk()
    assert "noted" == desk.take(mention("a", statement(status="fabricated"))).outcome
    assert ["fabricated"] == [each["status"] for each in desk.statements()]


def test_recounts() -> None:
    """What turns a story into an alerting one moves its earlier articles to their new outcome."""
    desk = Desk()
    original = mention("b", title="Minsk", published_at="2023-02-16T15:00:00Z")
    desk.take(original)
    made = desk.take(copy_of(original, "a", statements=[statement()], published_at="2023-02-16T16:00:00Z"))
    assert ("alerted", (("noted", "carried"),)) == (made.outcome, made.recounts)


def test_versions() -> None:
    """Of two versions of a URL only the higher counts, in whichever order they come."""
    url = "https://a.example/live"
    old = mention("a", statement("refuses"), url=url, version=1)
    new = mention("b", statement("joins"), url=url, version=2, published_at="2023-02-16T14:00:00Z")
    desk, other = Desk(), Desk()
    desk.take(old, new)
    other.take(new, old)
    assert desk.live() == other.live()
    assert {"alerted": 1, "noted": 1} == desk.counted() == other.counted()
    assert ["joins"] == [alert["label"] for alert in desk.alerts()]
    ended = [record for kind, record in desk.sent if kind == "alert" and record["status"] == "superseded"]
    assert [desk.alerts()[0]["alert_id"]] == [record["successor_id"] for record in ended]


def test_replaced() -> None:
    """A mention that comes with another content takes the place of its former one; what it no longer says ends."""
    desk = Desk()
    desk.take(mention("a", statement()))
    made = desk.take(mention("a"))
    assert "revised" == made.outcome
    assert (("alerted", "noted"),) == made.recounts
    assert [] == desk.alerts() + desk.statements()
    assert ["superseded", "superseded"] == [record["status"] for record in desk.records.values()]


def test_change() -> None:
    """A position unlike the holder's last one alerts as a change, one step more severe, with both sides."""
    desk = Desk()
    desk.take(
        mention("a", statement("refuses", "2023-02-10"), published_at="2023-02-10T12:00:00Z"),
        mention("b", statement()),
    )
    first, second = desk.alerts()
    assert ("first-mention", "notice") == (first["kind"], first["severity"])
    assert ("stance-change", "warning") == (second["kind"], second["severity"])
    assert {
        "from_stance": "refuses",
        "to_stance": "conditional",
        "direction": "hardened",
        "previous_statement_id": first["statement_id"],
        "previous_said_at": "2023-02-10",
        "previous_evidence": f"refuses: {REFUSAL}",
        "previous_condition": None,
    } == second["change"]


def test_change_by_a_late_article() -> None:
    """The timeline is that of the utterances: an earlier position that comes late makes the later one a change."""
    desk = Desk()
    desk.take(mention("b", statement()))
    assert [] == changes(desk)
    desk.take(mention("a", statement("refuses", "2023-02-10"), published_at="2023-02-10T12:00:00Z"))
    assert [("hardened", "refuses", "conditional", "2023-02-10")] == changes(desk)


def test_easier_trigger() -> None:
    """The same label on an easier trigger has hardened: from "if attacked" to "if Moscow asks"."""
    desk = Desk()
    asked = statement(said_at="2023-03-01", condition=IF_ASKED, text="if Moscow asks, we go")
    desk.take(mention("a", statement()), mention("b", asked, published_at="2023-03-01T12:00:00Z"))
    assert [("hardened", "conditional", "conditional", "2023-02-16")] == changes(desk)


@pytest.mark.parametrize(
    "later",
    [
        statement("refuses", "2023-02-20"),
        statement("joins", "2023-02-20", lane="act"),
        statement("joins", "2023-02-20", directness="headline"),
        statement("joins", "2023-02-20", status="withdrawn"),
        statement("muses", "2023-02-20"),
        statement("joins", "2023-02-20", holder_id="army", authority="official"),
    ],
)
def test_no_change(later: Any) -> None:
    """No change: the standing default said alone, an act, a bare headline, what nobody asserts, what is off the axis,
    and the first position of another holder."""
    desk = Desk()
    desk.take(mention("a", statement()), mention("b", later, published_at="2023-02-20T12:00:00Z"))
    assert [] == changes(desk)


def test_refusal_beside_conditional() -> None:
    """A refusal beside a conditional of the same day is one position with it, in one article or in two."""
    desk = Desk()
    desk.take(
        mention("a", statement("conditional", "2023-02-10"), published_at="2023-02-10T12:00:00Z"),
        mention("b", statement("refuses"), statement(text="an answer to whoever marches on Minsk")),
    )
    assert [] == changes(desk)


def test_reverted() -> None:
    """A change that is taken back within two weeks has reverted; later it has softened."""
    for day, expected in (("2023-02-25", "reverted"), ("2023-03-25", "softened")):
        desk = Desk()
        desk.take(
            mention("a", statement("prepares", "2023-02-10"), published_at="2023-02-10T12:00:00Z"),
            mention("b", statement("joins", "2023-02-20"), published_at="2023-02-20T12:00:00Z"),
            mention("c", statement("prepares", day), published_at=f"{day}T12:00:00Z"),
        )
        assert ["hardened", expected] == [direction for direction, *_ in changes(desk)]


def test_change_not_wanted() -> None:
    """A watch that asks for no changes gets first mentions; one that asks for nothing else gets changes alone."""
    articles = [
        mention("a", statement("refuses", "2023-02-10"), published_at="2023-02-10T12:00:00Z"),
        mention("b", statement()),
    ]
    desk, only = Desk(watch(stance_change=False)), Desk(watch(first_mention="never"))
    desk.take(*articles)
    only.take(*articles)
    assert ["first-mention", "first-mention"] == [alert["kind"] for alert in desk.alerts()]
    assert ["stance-change"] == [alert["kind"] for alert in only.alerts()]


def test_backfill() -> None:
    """An alert is backfill only as long as every article of its story is."""
    desk = Desk()
    desk.take(mention("a", statement(), backfill=True))
    assert [True] == [alert["backfill"] for alert in desk.alerts()]
    desk.take(mention("b", statement()))
    assert [False] == [alert["backfill"] for alert in desk.alerts()]


def test_busy_story() -> None:
    """Lists are bounded, counts are not: the hundredth carrier changes the reach and not the list."""
    desk = Desk()
    sides = [statement("refuses", text=f"side {n}", holder_id=f"h{n}", authority="other") for n in range(20)]
    desk.take(mention("x", statement(), *sides))
    desk.take(*(mention(f"y{n:03d}", statement(), published_at="2023-02-16T13:00:00Z") for n in range(99)))
    (alert,) = desk.alerts()
    assert (100, 100) == (alert["reach"]["articles"], alert["reach"]["outlets"])
    assert (MAX_FIRST, MAX_ALSO) == (len(alert["carriers"]), len(alert["also"]))


def test_watches_apart() -> None:
    """What one watch knows says nothing to another in the same state."""
    state = DictState()
    rules = watch()
    first = mention("a", statement())
    other = cast("Any", {**first, "watch_id": f"{WATCH_ID}2", "mention_id": digest("other")})
    assert ["alerted", "alerted"] == [step(each, state, lambda *_: rules).outcome for each in (first, other)]


def test_unknown_version() -> None:
    """A mention by a version that the book does not have is a dead letter that says what to do."""
    with pytest.raises(InvalidRecord, match=r"has no version 7; apply that version") as caught:
        Desk().take(mention("a", watch_version=7))
    assert ("watch-version", "/watch_version") == (caught.value.reason, caught.value.field)


def test_hostile_keys() -> None:
    """NUL bytes and separators in outlets, holders and clusters neither fail nor mix what is apart."""
    desk = Desk()
    names = ["a\x00b", "a\x01b", "a\x01\x01b", "a\x01\x02b", "\x00", "@", ":"]
    for number, name in enumerate(names):
        said = statement(holder_id=name, condition={**IF_ASKED, "kind": name, "trigger": name})
        desk.take(mention(f"m{number}", said, outlet=name))
    assert sorted(names) == sorted(each["carriers"][0]["outlet"] for each in desk.statements())

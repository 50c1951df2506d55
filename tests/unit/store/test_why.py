"""Does the chain end where the article ended, with the reason?"""

from __future__ import annotations

from typing import Any

import pytest

from streams.errors import UsageError
from streams.store.database import Store
from streams.store.why import explain_why, why_lines
from tests.unit.store import makers as m
from tests.unit.store.filling import take


def ask(store: Store, subject: str | None = None, watch: str | None = m.WATCH) -> Any:
    return explain_why(store, None, subject or m.article_id(1), watch)


def given(
    store: Store, article: dict[str, Any], *mentions: dict[str, Any], watch: dict[str, Any] | None = None
) -> None:
    take(store, m.stored("article-deduped", article))
    take(store, m.stored("watch", watch or m.watch()))
    if mentions:
        take(store, m.stored("mention", *mentions))


def stops(why: Any) -> list[tuple[str, str]]:
    return [(link.stage, link.state) for link in why.links if link.state != "passed"]


@pytest.mark.parametrize(
    ("article", "watch", "verdict", "detail"),
    [
        ({"text": "Nothing of it."}, {}, "not-matched", "not found: fever, valley"),
        (
            {"boilerplate": [{"start": 0, "end": 5, "kind": "appeal", "reason": "x"}]},
            {},
            "boilerplate-only",
            "fever: only in boilerplate at text 0-5",
        ),
        ({}, {"scope": {"languages": ["ru"], "outlets": [], "countries": []}}, "out-of-scope", ""),
        ({}, {"effective_from": "2027-01-01T00:00:00.000Z"}, "no-version", ""),
        ({}, {"status": "disabled"}, "disabled", ""),
        ({}, {}, "waiting", ""),
    ],
)
def test_what_detect_left(
    store: Store, article: dict[str, Any], watch: dict[str, Any], verdict: str, detail: str
) -> None:
    """The limit, clause or version that decided."""
    given(store, m.article(1, **article), watch=m.watch(**watch))
    why = ask(store)
    assert verdict == why.verdict
    assert [detail] == [each for each in why.links[-1].details if each == detail] or not detail
    assert "detect" == why.links[-1].stage


@pytest.mark.parametrize(
    ("mention", "rules", "verdict"),
    [
        ({"label": "not-assessed", "statements": []}, "statement", "not-assessed"),
        ({"label": "none", "statements": []}, "statement", "no-statement"),
        ({"statements": [m.said(status="withdrawn")]}, "statement", "no-statement"),
        ({}, "never", "not-alerting"),
        ({}, "statement", "waiting"),
    ],
)
def test_what_opened_no_alert(store: Store, mention: dict[str, Any], rules: str, verdict: str) -> None:
    """By the rules of the watch's version that looked at it."""
    alerts = {"first_mention": rules, "stance_change": True, "story_days": 3, "severity": {}}
    given(store, m.article(1), m.mention(1, **mention), watch=m.watch(alerts=alerts))
    assert verdict == ask(store).verdict


def test_an_older_version(store: Store) -> None:
    """Of the versions of a URL only the highest counts."""
    first = m.article(1)
    take(store, m.stored("article-deduped", m.article(2, 1, url_id=first["url_id"], version=2), start=0))
    take(store, m.stored("article-deduped", first, start=1))
    take(store, m.stored("watch", m.watch()))
    take(store, m.stored("mention", m.mention(1), m.mention(2, 1, version=2, label="joins")))
    why = ask(store)
    assert ("older-version", "alert") == (why.verdict, why.links[-1].stage)
    assert "version 1 of 2" in why.links[1].text


def test_a_copy_beyond_the_articles_that_an_alert_names(store: Store) -> None:
    """It joined by the text that it copies."""
    take(store, m.stored("article-deduped", m.article(1), m.article(2, 1, dedupe=m.copy_of(1))))
    take(store, m.stored("watch", m.watch()))
    take(store, m.stored("mention", m.mention(1), m.mention(2, 1, dedupe=m.copy_of(1))))
    take(store, m.stored("alert", m.alert("one", (1,))))
    assert ("opened", "joined") == (ask(store).verdict, ask(store, m.article_id(2)).verdict)
    assert "an exact copy of “Title 1”" in ask(store, m.article_id(2)).links[2].text
    assert [("deliver", "stopped")] == stops(ask(store))


def test_who_was_told(store: Store) -> None:
    """Acknowledged, silenced, failed and delivered, each with its reason."""
    alert = m.alert("one", (1,))
    given(store, m.article(1), m.mention(1))
    take(store, m.stored("alert", alert))
    take(store, m.stored("acknowledgement", m.acknowledgement(alert["alert_id"])))
    failed = {"state": "failed", "attempt": 9, "reason": "given up"}
    failed["response"] = {"status": 500, "error": None, "retry_after_s": None, "duration_ms": 1}
    silenced = {"state": "silenced", "attempt": 0, "reason": "a silence", "response": None}
    sent = [m.delivery("a", alert["alert_id"], **failed), m.delivery("b", alert["alert_id"], **silenced)]
    take(store, m.stored("delivery", *sent))
    link = ask(store).links[-1]
    assert ("deliver", "stopped") == (link.stage, link.state)
    assert any("acknowledged by ana" in each for each in link.details)
    assert any("failed after 9 times, answer 500; given up" in each for each in link.details)
    assert any("silenced; a silence" in each for each in link.details)
    take(store, m.stored("delivery", m.delivery("c", alert["alert_id"]), start=2))
    assert ("passed", "delivered to desk-hook") == (ask(store).links[-1].state, ask(store).links[-1].text)


def test_by_any_id(store: Store) -> None:
    """An alert, also a superseded one, a mention, a statement: all lead to the article; the watch may be left out."""
    old, new = m.alert("two", (1,)), m.alert("one", (1,))
    given(store, m.article(1), m.mention(1))
    take(store, m.stored("alert", new, old, m.ended(old, new["alert_id"])))
    take(store, m.stored("statement", m.statement("one")))
    for subject in (
        new["alert_id"][:8],
        old["alert_id"],
        m.mention(1)["mention_id"],
        m.statement("one")["statement_id"],
    ):
        assert ("opened", m.article_id(1)) == (ask(store, subject, None).verdict, ask(store, subject, None).article_id)


@pytest.mark.parametrize(
    ("subject", "watch", "message"),
    [
        ("abcd", m.WATCH, "no alert"),
        ("not an id", m.WATCH, "neither a URL nor an id"),
        ("https://gazette.example/1", "nobodys", "is not known"),
        ("https://gazette.example/99", None, "say which watch"),
    ],
)
def test_what_can_not_be_meant(store: Store, subject: str, watch: str | None, message: str) -> None:
    """A message that says what to give."""
    given(store, m.article(1))
    take(store, m.stored("watch", m.watch(watch_id="other"), start=1))
    with pytest.raises(UsageError, match=message):
        ask(store, subject, watch)


def test_what_never_arrived(store: Store) -> None:
    """And that nobody can know what ingest refused."""
    given(store, m.article(1))
    why = ask(store, "gazette.example/nowhere")
    assert ("never-arrived", [("ingest", "stopped")]) == (why.verdict, stops(why))
    assert any("keeps no record" in each for each in why.links[0].details)


def test_a_dead_letter_behind_clean(store: Store) -> None:
    """A stage that could not process it."""
    given(store, m.article(1))
    letter = m.dead_letter("a", topic="matches", stage="stance", prefix=f'{{"article_id":"{m.article_id(1)}"', offset=3)
    take(store, m.stored("dead-letter", letter, topic="matches-dlq"))
    why = ask(store)
    assert ("dead-letter", [("stance", "stopped")]) == (why.verdict, stops(why))
    assert "matches[0]@3" in why.links[-1].details


def test_hostile_text_steers_no_terminal(store: Store) -> None:
    """Whatever stands in an article, eighty columns of plain lines come out."""
    evil = "\x1b]0;x\x07\u202e<script>" + "a" * 300
    given(store, m.article(1, title=evil), m.mention(1, statements=[m.said(holder=evil)]))
    lines = why_lines(ask(store))
    assert not any("\x1b" in line or "\u202e" in line or len(line) > 80 for line in lines)

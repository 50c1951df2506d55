"""Do records become the right rows? See also tests/property/test_store.py."""

from __future__ import annotations

from typing import Any

import pytest

from schemas import topics
from streams.model.ids import digest
from streams.model.times import parse_utc
from streams.store import queries
from streams.store.apply import Applied
from streams.store.database import Store
from streams.store.fill import prune_texts
from streams.store.paging import Filters
from tests.unit.store import makers as m
from tests.unit.store.filling import dump, take


def test_the_last_record_under_an_id_wins(store: Store) -> None:
    """A revised verdict takes the place of the first, and the counts follow it."""
    take(store, m.stored("article-deduped", m.article(1), m.article(2), m.article(2, dedupe=m.copy_of(1))))
    (outlet,) = queries.outlets(store)
    volumes = queries.volumes(store)
    assert (2, 1, 0.5) == (outlet["articles"], outlet["copies"], outlet["copies_share"])
    assert [(1, 1)] == [(point["originals"], point["copies"]) for point in volumes.points]
    found = queries.article(store, m.article_id(1))
    assert found is not None
    assert {m.article_id(1), m.article_id(2)} == {each["article_id"] for each in found["cluster"]}


def test_a_batch_that_was_applied_is_stale(store: Store) -> None:
    """A second filler that comes with the same records writes nothing and learns where to go on."""
    records = m.stored("article-deduped", m.article(1), m.article(2))
    take(store, records)
    before = dump(store)
    applied = take(store, records)
    assert (2, True) == (applied.position, applied.stale)
    assert before == dump(store)


def test_what_can_not_be_read_is_counted_and_passed_over(store: Store) -> None:
    """No record of a stranger stops the store: no JSON, no article, no such day, a number beyond the database."""
    good = m.stored("article-deduped", m.article(1), m.article(2), m.article(3), m.article(4), m.article(5))
    bad = [
        good[0],
        good[1]._replace(value=b"{nonsense"),
        good[2]._replace(value=b'{"article_id": 1}'),
        m.stored("article-deduped", m.article(6, published_at="2026-02-31T00:00:00Z"), start=3)[0],
        good[4],
    ]
    assert Applied(5, False, 3) == take(store, bad)
    ((*_, position, missed, unreadable),) = dump(store, "positions")["positions"]
    assert (5, 0, 3) == (position, missed, unreadable)
    assert {m.article_id(1), m.article_id(5)} == {row[0] for row in dump(store, "articles")["articles"]}


def test_a_number_beyond_the_database_takes_its_neighbours_not_along(store: Store) -> None:
    """What only the database refuses is found by taking one record at a time."""
    records = m.stored("article-deduped", m.article(1), m.article(2, version=2**63), m.article(3))
    applied = take(store, records)
    assert (3, False, 1) == (applied.position, applied.stale, applied.unreadable)
    assert 2 == len(dump(store, "articles")["articles"])


def test_two_articles_want_one_place(store: Store) -> None:
    """Ids that begin alike within one second get places beside each other."""
    twin = m.article_id(1)[:8] + "f" * 24
    take(store, m.stored("article-deduped", m.article(1), m.article(2, article_id=twin)))
    page = queries.articles(store, limit=1)
    rest = queries.articles(store, limit=1, cursor=page.next_cursor)
    assert {m.article_id(1), twin} == {page.items[0]["article_id"], rest.items[0]["article_id"]}
    assert rest.next_cursor is None


def test_an_old_link_leads_to_the_successor(store: Store) -> None:
    """A superseded alert is in no list, and its id, acknowledgement and feedback are its successor's."""
    old, new = m.alert("two"), m.alert("one")
    take(store, m.stored("alert", old, new, m.ended(old, new["alert_id"])))
    take(store, m.stored("acknowledgement", m.acknowledgement(old["alert_id"])))
    take(store, m.stored("feedback", m.feedback("a", old["alert_id"]), m.feedback("b", old["alert_id"], kind="wrong")))
    take(
        store,
        m.stored("feedback", m.feedback("c", old["alert_id"], kind="undo", undoes=digest("feedback", "b")), start=2),
    )
    (listed,) = queries.alerts(store).items
    found = queries.alert(store, old["alert_id"])
    assert found is not None
    assert (new["alert_id"], old["alert_id"]) == (found["alert_id"], found["requested_id"])
    assert new["alert_id"] == listed["alert_id"]
    assert listed["is_acknowledged"]
    assert [digest("feedback", "a")] == [each["feedback_id"] for each in listed["feedback"]]
    assert listed["feedback"] == found["feedback"]
    (ended,) = queries.alerts(store, Filters(status=("superseded",))).items
    assert old["alert_id"] == ended["alert_id"]


def test_an_acknowledgement_ends_with_the_label(store: Store) -> None:
    """It was for what was known then."""
    alert = m.alert("one")
    take(store, m.stored("alert", alert, {**alert, "label": "joins"}))
    take(store, m.stored("acknowledgement", m.acknowledgement(alert["alert_id"])))
    (listed,) = queries.alerts(store).items
    assert (False, "refuses") == (listed["is_acknowledged"], listed["acknowledgement"]["label"])


def test_stories_with_and_without_an_alert(store: Store) -> None:
    """A story is told by its alert; without one by its earliest statement; with neither it is gone."""
    one, two = m.statement("one", "one"), m.statement("two", "two", stance="joins")
    take(store, m.stored("statement", one, two))
    take(store, m.stored("alert", m.alert("one", (2, 1), label="prepares")))
    told = {each["label"]: each["alert_id"] for each in queries.stories(store).items}
    assert {"prepares": m.alert("one")["alert_id"], "joins": None} == told
    take(store, m.stored("statement", m.ended(two, None), start=2))
    assert ["prepares"] == [each["label"] for each in queries.stories(store).items]
    take(store, m.stored("alert", m.ended(m.alert("one"), None), start=1))
    assert ["refuses"] == [each["label"] for each in queries.stories(store).items]


def test_a_tombstone_takes_the_row(store: Store) -> None:
    """On a compacted topic a record without a value means that there is nothing under its key."""
    alert = m.alert("one")
    take(store, m.stored("alert", alert))
    gone = m.stored("alert", None, start=1)[0]._replace(key=f"{m.WATCH}/{alert['alert_id']}".encode())
    take(store, [gone])
    assert {"alerts": [], "alert_articles": [], "stories": []} == dump(store, "alerts", "alert_articles", "stories")


def test_dead_letters_with_what_was_done_about_them(store: Store) -> None:
    """Open until somebody did something."""
    topic = next(name for name, each in topics().items() if each.record == "dead-letter" and "raw" in name)
    first, second = m.dead_letter("a"), m.dead_letter("b", offset=8)
    take(store, m.stored("dead-letter", first, second, topic=topic))
    done = {"status": "dropped", "reason": None, "actor": "ana", "changed_at": m.arrival(9)}
    same = {name: first[name] for name in ("dead_letter_id", "topic", "partition", "offset")}
    take(store, m.stored("dead-letter-status", {**same, **done}))
    listed = queries.dead_letters(store).items
    assert {"a": "dropped", "b": "open"} == {
        "a" if each["dead_letter_id"] == first["dead_letter_id"] else "b": each["status"] for each in listed
    }
    assert [second["dead_letter_id"]] == [
        each["dead_letter_id"] for each in queries.dead_letters(store, Filters(status=("open",))).items
    ]


def test_texts_go_and_articles_stay(store: Store) -> None:
    """Past the days of the setting the text is gone, from the search too; everything else is there."""
    take(store, m.stored("article-deduped", m.article(1, 0), m.article(2, 48)))
    assert 1 == prune_texts(store, parse_utc(m.at(24)))
    old, new = (queries.article(store, m.article_id(number)) for number in (1, 2))
    assert old is not None
    assert new is not None
    assert (None, False, "Title 1") == (old["text"], old["has_text"], old["title"])
    assert (m.article(2)["text"], True) == (new["text"], new["has_text"])
    assert [m.article_id(2)] == [each["article_id"] for each in queries.articles(store, Filters(q="fever")).items]
    assert 2 == len(queries.articles(store).items)


@pytest.mark.parametrize("kind", ["statement", "alert", "mention", "article-deduped"])
def test_text_with_a_nul(store: Store, kind: str) -> None:
    """A character that PostgreSQL has no place for is in no column, and in the record as it came."""
    record: dict[str, Any] = {
        "statement": m.statement("one", holder="a\x00b"),
        "alert": m.alert("one", label="a\x00b"),
        "mention": m.mention(1, outlet="a\x00b"),
        "article-deduped": m.article(1, title="a\x00b", text="x\x00y"),
    }[kind]
    applied = take(store, m.stored(kind, record))
    assert (1, 0) == (applied.position, applied.unreadable)
    assert not any("\x00" in str(cell) for rows in dump(store).values() for row in rows for cell in row)

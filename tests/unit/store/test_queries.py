"""Lists: filters, order, cursors, and what can't be meant."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from streams.errors import WrongCursor, WrongFilter
from streams.store import queries
from streams.store.database import Store
from streams.store.paging import Filters, Page, write_cursor
from tests.unit.store import makers as m
from tests.unit.store.filling import take

HOSTILE = [
    '"',
    "'",
    "AND",
    "NEAR(",
    "fever AND",
    "title:fever",
    "*",
    "-",
    '""',
    "(",
    "fever*\x1f".replace("\x1f", " "),
    "%_\\",
    "{fever}",
    "^fever",
    "- fever",
    "' OR 1=1 --",
    "fever'; DROP TABLE articles; --",
    "a" * 500,
    "'a':* & !b | <->",
    "\u202e\u200b",
]
LISTS: list[Callable[..., Page]] = [
    queries.articles,
    queries.mentions,
    queries.statements,
    queries.stories,
    queries.alerts,
    queries.deliveries,
    queries.dead_letters,
    queries.feedback,
]


def fill(store: Store) -> None:
    """Nine articles of three outlets, the odd ones matched."""
    outlets = ["gazette.example", "courier.example", "nordpost.example"]
    numbers = range(1, 10)
    articles = [m.article(n, n // 2, outlet=outlets[n % 3], language="no" if n % 3 == 2 else "en") for n in numbers]
    take(store, m.stored("article-deduped", *articles))
    odd = [m.mention(n, n // 2, outlet=outlets[n % 3], label="joins" if n > 4 else "refuses") for n in range(1, 10, 2)]
    odd.append(m.mention(2, 1, watch="other", statements=[m.said(holder_id="army")]))
    take(store, m.stored("mention", *odd))
    statements = [m.statement(str(n), str(n), (n,), said_at=f"2026-03-{n:02d}") for n in numbers]
    take(store, m.stored("statement", *statements))
    take(store, m.stored("alert", *(m.alert(str(n), (n,), first_published_at=m.at(n // 2)) for n in numbers)))
    alert_id = m.alert("1")["alert_id"]
    take(store, m.stored("delivery", *(m.delivery(str(n), alert_id, changed_at=m.arrival(n // 2)) for n in numbers)))
    take(store, m.stored("feedback", *(m.feedback(str(n), alert_id, given_at=m.arrival(n // 2)) for n in numbers)))
    take(store, m.stored("dead-letter", *(m.dead_letter(str(n), offset=n) for n in numbers), topic="articles-raw-dlq"))
    take(store, m.stored("watch", m.watch(1), m.watch(2)))


@pytest.mark.parametrize("listed", LISTS, ids=lambda listed: listed.__name__)
@pytest.mark.parametrize("limit", [1, 2, 4])
def test_pages_are_the_whole_list_once(store: Store, listed: Callable[..., Page], limit: int) -> None:
    """Page by page everything comes once and in the order of the whole, also where times are equal."""
    fill(store)
    whole = listed(store, limit=500)
    assert whole.next_cursor is None
    assert len(whole.items) >= 6
    found: list[Any] = []
    cursor = None
    while True:
        page = listed(store, limit=limit, cursor=cursor)
        found += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
    assert whole.items == found


def test_what_comes_meanwhile_moves_nothing(store: Store) -> None:
    """A page behind a cursor is the same, whatever came in front of it."""
    fill(store)
    first = queries.articles(store, limit=3)
    behind = queries.articles(store, limit=3, cursor=first.next_cursor)
    take(store, m.stored("article-deduped", m.article(50, 100), start=9))
    assert behind == queries.articles(store, limit=3, cursor=first.next_cursor)


@pytest.mark.parametrize(
    ("filters", "numbers"),
    [
        (Filters(outlet=("courier.example",)), {1, 4, 7}),
        (Filters(language=("no",)), {2, 5, 8}),
        (Filters(watch=(m.WATCH,)), {1, 3, 5, 7, 9}),
        (Filters(watch=("other", m.WATCH)), {1, 2, 3, 5, 7, 9}),
        (Filters(watch=(m.WATCH,), label=("joins",)), {5, 7, 9}),
        (Filters(holder=("army",)), {2}),
        (Filters(since=m.at(4)), {8, 9}),
        (Filters(until=m.at(1)), {1}),
        (Filters(since="2026-03-02T01:00:00+00:00", until="2026-03-02T04:00:00+02:00"), {2, 3}),
        (Filters(kind=("exact",)), set()),
        (Filters(q="word3"), {3}),
        (Filters(q="WORD* -word3", watch=(m.WATCH,)), {1, 5, 7, 9}),
        (Filters(q='"in the valley"', language=("no",)), {2, 5, 8}),
        (Filters(q='"valley the"'), set()),
        (Filters(q="-word3"), set()),
    ],
)
def test_filters_of_articles(store: Store, filters: Filters, numbers: set[int]) -> None:
    """All must hold; of several values one."""
    fill(store)
    found = queries.articles(store, filters).items
    assert {m.article_id(number) for number in numbers} == {each["article_id"] for each in found}
    assert len(numbers) == len(found)


@pytest.mark.parametrize("q", HOSTILE)
@pytest.mark.parametrize("listed", LISTS[:5], ids=lambda listed: listed.__name__)
def test_no_search_breaks_it(store: Store, listed: Callable[..., Page], q: str) -> None:
    """What people or attackers type is text to look for and nothing else."""
    fill(store)
    listed(store, Filters(q=q))
    assert 9 == len(queries.articles(store).items)


@pytest.mark.parametrize("listed", LISTS, ids=lambda listed: listed.__name__)
@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "é",
        "A" * 500,
        "bnVsbA",
        "W10",
        write_cursor("others", ("2026-03-02T00:00:00Z", "a")),
        write_cursor("articles", ("a", 1)),
        write_cursor("articles", (1 << 63, "a")),
        write_cursor("statements", ("a\x00", "b")),
        write_cursor("mentions", ("a", "b", "c")),
        write_cursor("alerts-changed", ("a", "b")),
    ],
)
def test_a_wrong_cursor_is_an_error(store: Store, listed: Callable[..., Page], cursor: str) -> None:
    """It never falls back to the first page, which would repeat everything."""
    with pytest.raises(WrongCursor, match="leave it out"):
        listed(store, cursor=cursor)


@pytest.mark.parametrize(
    ("filters", "field"),
    [
        (Filters(since="yesterday"), "since"),
        (Filters(until="2026-13-01"), "until"),
        (Filters(since="2026-03-02", until="2026-03-01"), "until"),
        (Filters(watch=("a\x00b",)), "watch"),
        (Filters(outlet=("a",) * 51), "outlet"),
        (Filters(q="a" * 501), "q"),
        (Filters(holder=("\ud800",)), "holder"),
    ],
)
def test_a_wrong_filter_names_its_field(store: Store, filters: Filters, field: str) -> None:
    """For a form or an API that has to say where."""
    with pytest.raises(WrongFilter) as caught:
        queries.alerts(store, filters)
    assert field == caught.value.field


@pytest.mark.parametrize("limit", [0, -1, 501])
def test_a_wrong_limit(store: Store, limit: int) -> None:
    """From 1 to 500."""
    with pytest.raises(WrongFilter, match="1-500"):
        queries.articles(store, limit=limit)


def test_alerts_by_outlet_language_and_words(store: Store) -> None:
    """Of any of its articles; the language is that of the article that speaks for it."""
    fill(store)
    by_language = queries.alerts(store, Filters(language=("no",))).items
    assert {m.article_id(n) for n in (2, 5, 8)} == {each["article"]["article_id"] for each in by_language}
    assert 9 == len(queries.alerts(store, Filters(outlet=("gazette.example",))).items)
    assert 1 == len(queries.alerts(store, Filters(q="title 7")).items)
    assert [] == queries.alerts(store, Filters(outlet=("nobody.example",))).items


def test_alerts_in_the_order_of_change(store: Store) -> None:
    """What was revised last comes first, with the time of it."""
    fill(store)
    take(store, m.stored("alert", m.alert("3", (3,), severity="critical"), start=9))
    first = queries.alerts(store, order="changed", limit=1).items[0]
    assert (m.alert("3")["alert_id"], "critical", "2026-03-02T00:00:09.000Z") == (
        first["alert_id"],
        first["severity"],
        first["changed_at"],
    )


def test_volumes_with_a_gap(store: Store) -> None:
    """Hours without any article are a gap, hours without one of the watch a zero."""
    take(
        store, m.stored("article-deduped", *(m.article(n, n) for n in (0, 1, 4)), m.article(9, 1, dedupe=m.copy_of(1)))
    )
    take(store, m.stored("mention", m.mention(0, 0), m.mention(9, 1, dedupe=m.copy_of(1)), m.mention(4, 4)))
    take(store, m.stored("mention", m.mention(4, 4, label="joins"), start=3))
    found = queries.volumes(store, watch_id=m.WATCH, bucket="hour", axis="arrived")
    assert [(1, 0, False), (0, 1, False), (0, 0, True), (0, 0, True), (1, 0, False)] == [
        (point["originals"], point["copies"], point["is_gap"]) for point in found.points
    ]
    assert [{"since": m.at(2), "until": m.at(4)}] == found.gaps
    assert {"joins": 1} == found.points[-1]["labels"]
    all_of_them = queries.volumes(store, bucket="hour")
    assert [1, 2, 0, 0, 1] == [point["originals"] + point["copies"] for point in all_of_them.points]
    none = queries.volumes(store, watch_id="other", bucket="hour", since=m.at(0), until=m.at(2))
    assert [(0, False), (0, False)] == [(point["originals"], point["is_gap"]) for point in none.points]


def test_a_range_of_too_many_buckets(store: Store) -> None:
    """Refused where it was asked for, cut to the newest where it was not."""
    take(store, m.stored("article-deduped", m.article(1, 0), m.article(2, 0, published_at="1990-01-01T00:00:00Z")))
    assert 2_000 == len(queries.volumes(store, bucket="hour").points)
    with pytest.raises(WrongFilter, match="2,000"):
        queries.volumes(store, bucket="hour", since="1990-01-01")


def test_the_stance_of_each_holder_over_time(store: Store) -> None:
    """Points in the order of saying, with the alert that each led to."""
    take(store, m.stored("watch", m.watch(stance={"axis": ["refuses", {"id": "joins", "title": "joins"}]})))
    late = m.statement("late", "late", (1, 2), stance="joins", said_at="2026-03-05")
    army = m.statement("army", "army", holder_id="army", holder="The Army")
    take(store, m.stored("statement", late, m.statement("early", "early"), army, m.statement("gone", "gone")))
    take(store, m.stored("statement", m.ended(m.statement("gone", "gone"), None), start=4))
    change = {
        "from_stance": "refuses",
        "to_stance": "joins",
        "direction": "hardened",
        "previous_statement_id": m.statement("early")["statement_id"],
        "previous_said_at": "2026-03-02",
        "previous_evidence": "Fever",
        "previous_condition": None,
    }
    take(store, m.stored("alert", m.alert("late", (1, 2), kind="stance-change", change=change)))
    found = queries.stance_timeline(store, m.WATCH)
    assert ["refuses", "joins"] == found.labels
    assert {"mayor": ["refuses", "joins"], "army": ["refuses"]} == {
        each["holder_id"]: [point["stance"] for point in each["points"]] for each in found.holders
    }
    last = found.holders[0]["points"][-1]
    assert (2, change, m.alert("late")["alert_id"]) == (last["carriers"], last["change"], last["alert_id"])
    only = queries.stance_timeline(store, m.WATCH, holder="army", since="2026-03-01", until="2026-03-03")
    assert ["army"] == [each["holder_id"] for each in only.holders]


def test_ids_by_their_beginning(store: Store) -> None:
    """Four digits will do, if they are digits."""
    fill(store)
    id_ = m.article_id(1)
    assert [("article", id_)] == queries.find_ids(store, id_[:6])
    assert [] == queries.find_ids(store, "0000f")
    for wrong in ("abc", "xyzz", "ABCD", "%%%%", "a" * 33):
        with pytest.raises(WrongFilter):
            queries.find_ids(store, wrong)


def test_what_is_not_there_is_none(store: Store) -> None:
    """Also with ids that are none."""
    for find in (queries.article, queries.alert, queries.statement, queries.mention, queries.delivery, queries.watch):
        assert find(store, "f" * 32) is None
    assert queries.story(store, m.WATCH, "x") is None


def test_versions_of_what_people_write(store: Store) -> None:
    """The newest version of each; a watch with its whole history."""
    take(store, m.stored("watch", m.watch(1), m.watch(2, title="New"), m.watch(1)))
    take(store, m.stored("mention", m.mention(1)))
    (found,) = queries.watches(store)
    assert (2, "New", {"originals": 1, "copies": 0}) == (found["version"], found["title"], found["volume"])
    assert [1, 2] == [each["version"] for each in queries.watch_history(store, m.WATCH)]
    assert m.watch(1) == queries.watch(store, m.WATCH, 1)


def test_an_article_with_all_that_belongs_to_it(store: Store) -> None:
    """Text, boilerplate, mentions with the alerts they led to, its cluster and its versions."""
    spans = [{"start": 0, "end": 5, "kind": "appeal", "reason": "asks for money"}]
    first = m.article(1, boilerplate=spans)
    second = m.article(2, 1, url_id=first["url_id"], version=2)
    take(store, m.stored("article-deduped", first, second, m.article(3, 2, dedupe=m.copy_of(1))))
    take(store, m.stored("mention", m.mention(1), m.mention(1, watch="other")))
    take(store, m.stored("alert", m.alert("one", (1,))))
    found = queries.article(store, m.article_id(1), m.WATCH)
    assert found is not None
    assert (first["text"], spans, 2) == (found["text"], found["boilerplate"], found["cluster_size"])
    assert [(m.WATCH, [m.alert("one")["alert_id"]])] == [
        (each["watch_id"], each["alert_ids"]) for each in found["mentions"]
    ]
    assert [m.article_id(1), m.article_id(3)] == [each["article_id"] for each in found["cluster"]]
    assert [(1, m.article_id(1)), (2, m.article_id(2))] == [
        (each["version"], each["article_id"]) for each in found["versions"]
    ]
    assert {} == {name: value for name, value in first.items() if found[name] != value}

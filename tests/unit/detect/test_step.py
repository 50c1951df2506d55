"""Which outcome an article has, and which version of a watch looks at it."""

from __future__ import annotations

from streams.detect.step import MatcherBook, step
from streams.model.step import Emit, Step
from streams.model.watch import WatchBook
from tests.unit.detect.articles import article, watch


def test_matched() -> None:
    """A match is the article as it came, with its watches and the version of these rules."""
    book = WatchBook()
    book.apply(watch("army"))
    one = article("", "army", extra=1)
    watches = [
        {"watch_id": "w1", "watch_version": 1, "highlights": [{"field": "text", "start": 0, "end": 4, "term": "army"}]}
    ]
    record = {**one, "watches": watches, "rules": {"clean": "1", "dedupe": "1", "detect": "1"}}
    assert Step("matched", (Emit("match", record),)) == step(one, MatcherBook(book))
    assert {"clean": "1", "dedupe": "1"} == one["rules"]


def test_unmatched() -> None:
    """An article that no watch matches goes no further."""
    assert Step("unmatched") == step(article("", "army"), MatcherBook(WatchBook()))


def test_the_version_of_the_arrival_counts() -> None:
    """A version counts from its start; an earlier article is seen by the earlier one, also after the change."""
    book = WatchBook()
    matchers = MatcherBook(book)
    book.apply(watch("army"))
    early = article("", "army", arrived_at="2023-02-01T00:00:00.000Z")
    late = article("", "army", arrived_at="2023-03-01T00:00:00.000Z")
    assert [1, 1] == [matchers.at(one["arrived_at"]).match(one)[0]["watch_version"] for one in (early, late)]
    book.apply(watch("arm*", version=2, effective_from="2023-03-01T00:00:00.000Z"))
    assert [1, 2] == [matchers.at(one["arrived_at"]).match(one)[0]["watch_version"] for one in (early, late)]
    book.apply(watch("army", version=3, effective_from="2023-04-01T00:00:00.000Z", status="disabled"))
    assert [] == matchers.at("2023-04-01T00:00:00.000Z").match(late)
    assert matchers.at(early["arrived_at"]) is matchers.at("2023-02-02T00:00:00.000Z")


def test_broken_watches_are_named() -> None:
    """A bad record in the book stops nobody else and can be asked for."""
    book = WatchBook()
    matchers = MatcherBook(book)
    book.apply(watch("((", "bad"))
    book.apply(watch("army", "good"))
    assert "matched" == step(article("", "army"), matchers).outcome
    assert ["bad"] == list(matchers.broken)

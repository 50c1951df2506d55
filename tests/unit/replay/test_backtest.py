"""Does a backtest count what the line would have found, and does its page show an attack as text?"""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from typing import Any

import pytest

from streams.model.times import epoch_ms, parse_utc
from streams.model.watch import Watch
from streams.query.watch_file import read_watch, to_watch
from streams.replay.backtest import Backtest
from streams.replay.backtest_page import render
from streams.replay.backtest_text import lines_of
from streams.replay.ranges import Range

EVER = "1970-01-01T00:00:00.000Z"
MARCH = Range(epoch_ms(parse_utc("2026-03-01T00:00:00Z")), epoch_ms(parse_utc("2026-04-01T00:00:00Z")))
ATTACK = '<script>alert(1)</script><img src=x onerror="alert(2)">'


def watch(query: str, watch_id: str = "acme", version: int = 1) -> Watch:
    return to_watch(read_watch(f"id: {watch_id}\ntitle: Acme\nquery: |\n  {query}\n", "w"), version, EVER, "tests")


def article(number: int, title: str = "Acme bids for Halden", day: int = 2, **more: Any) -> dict[str, Any]:
    article_id = f"{number:032x}"
    return {
        "article_id": article_id, "url_id": article_id, "outlet": f"outlet-{number}.example",
        "url": f"https://outlet-{number}.example/a", "title": title, "text": f"{title}. It was said on the day.",
        "language": "en", "published_at": f"2026-03-{day:02d}T08:00:00Z", "published_basis": "claimed",
        "arrived_at": f"2026-03-{day:02d}T09:00:00.000Z", "backfill": False, "format": "text", "version": 1,
        "boilerplate": [], "rules": {"clean": "1", "dedupe": "1"},
        "dedupe": {"kind": "original", "original_id": article_id, "cluster_id": article_id, "reason": "first"},
        **more,
    }  # fmt: skip


def copy_of(number: int, of: int, **more: Any) -> dict[str, Any]:
    original = f"{of:032x}"
    verdict = {"kind": "exact", "original_id": original, "cluster_id": original, "reason": "same text"}
    return article(number, dedupe=verdict, **more)


def report_of(new: Watch, old: Watch | None, *articles: dict[str, Any]) -> Any:
    test = Backtest.of(new, old, MARCH)
    for each in articles:
        test.take(each)
    return test.report() | {"range": "March", "source": "a test", "notes": []}


def test_one_story_fires_once_however_many_copies() -> None:
    """Articles, copies and alerts are counted apart, on the days they came; a day without any is a zero."""
    report = report_of(
        watch("acme"), None, article(1), copy_of(2, 1), copy_of(3, 1, day=4), article(4, "Nothing of interest"),
        article(5, "Acme sues a farmer over a hedge in Norland", day=5),
    )  # fmt: skip
    found = {day["day"]: day["new"] for day in report["days"]}
    assert {"articles": 2, "copies": 1, "alerts": 1, "changes": 0} == found["2026-03-02"]
    assert {"articles": 0, "copies": 0, "alerts": 0, "changes": 0} == found["2026-03-03"]
    assert {"articles": 1, "copies": 1, "alerts": 0, "changes": 0} == found["2026-03-04"]
    assert {"articles": 1, "copies": 0, "alerts": 1, "changes": 0} == found["2026-03-05"]
    assert (5, 4, 2, 2) == (
        report["articles_read"], report["totals"]["new"]["articles"], report["totals"]["new"]["copies"],
        report["totals"]["new"]["alerts"],
    )  # fmt: skip


def test_a_revised_verdict_takes_the_place_of_the_first() -> None:
    """An article that comes again is the same article."""
    report = report_of(watch("acme"), None, article(1), article(2), copy_of(2, 1))
    assert (2, 1, 2) == (
        report["totals"]["new"]["articles"], report["totals"]["new"]["copies"], report["articles_read"],
    )  # fmt: skip


def test_what_is_out_of_range_or_broken_is_passed_over() -> None:
    """And what could not be read is counted."""
    report = report_of(watch("acme"), None, article(1, day=2), article(2, arrived_at="2026-04-01T00:00:00.000Z"), {})
    assert (1, 1) == (report["articles_read"], report["records_refused"])


def test_gains_and_losses_have_their_clause() -> None:
    """Gained: what the old version lacks. Lost: what the new one lacks. Another id of the old one does not matter."""
    both, lost, gained = article(1, "Acme bids"), article(2, "Acme sues"), article(3, "Halden bids")
    new, old = watch("bids"), watch("acme", "acme-before")
    report = report_of(new, old, both, lost, gained)
    assert (1, 1) == (report["gained"]["count"], report["lost"]["count"])
    told = report["gained"]["articles"][0]
    assert (gained["article_id"], ["bids"], ["acme: not found"]) == (told["article_id"], told["found"], told["failed"])
    told = report["lost"]["articles"][0]
    assert (lost["article_id"], ["acme"], ["bids: not found"]) == (told["article_id"], told["found"], told["failed"])


def test_the_same_watch_gains_nothing() -> None:
    """Neither articles nor alerts nor labels."""
    report = report_of(watch("acme"), watch("acme", version=7), article(1), copy_of(2, 1))
    keys = ("gained", "lost", "relabelled", "gained_alerts", "lost_alerts")
    assert dict.fromkeys(keys, 0) == {key: report[key]["count"] for key in keys}


class Tags(HTMLParser):
    """What a browser would make of it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.addresses: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.addresses |= {value or "" for name, value in attrs if name in ("href", "src")}


@pytest.mark.parametrize("field", ["title", "outlet", "url", "text"])
def test_an_attack_is_text_on_the_page(field: str) -> None:
    """Whatever an article says: no tag or attribute that the page has not anyway, and no address that runs."""
    value = f"javascript:acme{ATTACK}" if field == "url" else f"acme {ATTACK}"
    harmless = Tags(render(report_of(watch("acme"), watch("halden"), article(1, title="acme"))))
    attack = {**article(1, title="acme"), field: value}
    page = render(report_of(watch("acme"), watch("halden"), attack))
    tags = Tags(page)
    assert (harmless.names, harmless.attributes) >= (tags.names, tags.attributes)
    assert tags.addresses <= {"https://outlet-1.example/a"}
    assert ("&lt;script&gt;" in page) == (field in ("title", "outlet"))


def test_the_policy_allows_the_pages_own_style_alone() -> None:
    """By its hash."""
    page = render(report_of(watch("acme"), None))
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', page)
    expected = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert expected == policy.replace("&#39;", "'").replace("&#43;", "+")
    assert "Nothing matched on any day." in page


def test_the_terminal_has_the_same_numbers() -> None:
    """Totals of both versions side by side, and each difference with its reason."""
    report = report_of(watch("bids"), watch("acme"), article(1, "Acme bids"), article(2, "Acme sues"))
    lines: list[object] = list(lines_of(report))
    assert ("articles matched", 1, 2) in lines
    assert "1 lost: matched by the old one alone" in lines
    assert "      found acme; this one lacks: bids: not found" in lines

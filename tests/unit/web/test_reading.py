"""Lists, things, CSV, ETags and feeds say what the store says, and attacks in articles stay text."""

from __future__ import annotations

import csv
import io
import xml.etree.ElementTree as ET
from typing import Any

import feedparser  # type: ignore[import-untyped]  # it ships no types
import pytest

from streams.web.answers import cell
from streams.web.feeds import safe_link
from streams.web.lists import LISTS
from tests.unit.store import makers
from tests.unit.web.rig import Rig, problem

ATTACKS = {
    "title": "=cmd|'/c calc'!A1 <script>alert(1)</script> ]]> &lt;\u202e",
    "url": "javascript:alert(document.cookie)",
    "author": '@SUM(1)"><img src=x onerror=alert(1)>',
}


@pytest.mark.parametrize("name", [each.name for each in LISTS])
def test_every_list_answers(full: Rig, name: str) -> None:
    """As a page of JSON and as CSV with a header line."""
    page = full.client.get(f"/v1/{name}").json()
    assert {"items", "next", "next_cursor"} == set(page)
    rows = list(csv.reader(io.StringIO(full.client.get(f"/v1/{name}?format=csv").content.decode("utf-8-sig"))))
    assert len(page["items"]) + 1 == len(rows)


def test_pages_follow_each_other(full: Rig) -> None:
    """``next`` leads on, with the same filters, until every item came once."""
    seen, path = [], "/v1/articles?limit=1&outlet=gazette.example"
    while path:
        response = full.client.get(path)
        page = response.json()
        seen += [item["article_id"] for item in page["items"]]
        assert (page["next"] is not None) == ("link" in response.headers)
        path = page["next"]
    assert [makers.article_id(number) for number in (3, 2, 1)] == seen


def test_filters_reach_the_store(full: Rig) -> None:
    alerts = full.client.get("/v1/alerts?severity=critical&watch=river-fever").json()["items"]
    assert [makers.alert("two")["alert_id"]] == [alert["alert_id"] for alert in alerts]


@pytest.mark.parametrize(
    "path",
    [
        f"/v1/articles/{makers.article_id(1)}",
        f"/v1/mentions/{makers.mention(1)['mention_id']}",
        f"/v1/statements/{makers.statement('one')['statement_id']}",
        f"/v1/stories/river-fever/{makers.alert('one')['story_id']}",
        f"/v1/alerts/{makers.alert('one')['alert_id']}",
        "/v1/alerts",
        "/v1/watches",
        "/v1/watches/river-fever",
        "/v1/watches/river-fever/history",
        "/v1/watches/river-fever/timeline",
        "/v1/volumes?watch=river-fever",
        "/v1/outlets",
        "/v1/facets?watch=river-fever",
        "/v1/silences",
        "/v1/subscriptions",
        "/v1/acknowledgements",
        "/v1/openapi.json",
        "/feeds/river-fever.json",
        "/feeds/river-fever.atom",
    ],
)
def test_who_has_it_is_told_so(full: Rig, path: str) -> None:
    """A GET has an ETag; If-None-Match with it gives 304 without a body."""
    first = full.client.get(path)
    assert 200 == first.status_code
    again = full.client.get(path, headers={"if-none-match": f'"x", W/{first.headers["etag"]}'})
    assert (304, b"", first.headers["etag"]) == (again.status_code, again.content, again.headers["etag"])


def test_volumes_and_outlets_as_csv(full: Rig) -> None:
    for path in ("/v1/volumes?format=csv", "/v1/outlets?format=csv"):
        response = full.client.get(path)
        assert response.headers["content-type"].startswith("text/csv")
        assert len(list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))) >= 1


def test_why_answers_for_what_never_came(full: Rig) -> None:
    found = full.client.get("/v1/why?article=https://gazette.example/never&watch=river-fever").json()
    assert "never-arrived" == found["verdict"]
    problem(full.client.get("/v1/why"), 400, "invalid-parameter")


def test_a_superseded_alert_leads_on(full: Rig) -> None:
    one, two = makers.alert("one"), makers.alert("two", (2,))
    full.append("alert", [makers.ended(one, two["alert_id"])])
    full.fill()
    found = full.client.get(f"/v1/alerts/{one['alert_id']}").json()
    assert (two["alert_id"], one["alert_id"]) == (found["alert_id"], found["requested_id"])


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1"])
def test_a_cell_is_no_formula(start: str) -> None:
    assert f"'{start}" == cell(start)


def attacked() -> tuple[dict[str, Any], dict[str, Any]]:
    """An article and an alert whose words are attacks."""
    article = makers.article(9, 9, text="<script>alert(2)</script> \u0000".replace("\u0000", ""), **ATTACKS)
    carrier = {**makers.carrier(9, 9), "title": ATTACKS["title"], "url": ATTACKS["url"]}
    said = makers.said(holder='<b onmouseover="x()">Mayor</b>')
    return article, makers.alert("nine", (9,), article=carrier, carriers=[carrier], statement=said)


def test_attacks_show_as_text(web: Rig) -> None:
    """In JSON as they are, in CSV without a formula, in feeds escaped and without a link to a script."""
    article, alert = attacked()
    web.append("watch", [makers.watch()])
    web.append("article-deduped", [article])
    web.append("alert", [alert])
    web.fill()
    found = web.client.get(f"/v1/articles/{article['article_id']}")
    assert (ATTACKS["title"], "application/json") == (found.json()["title"], found.headers["content-type"])
    (row,) = csv.DictReader(io.StringIO(web.client.get("/v1/articles?format=csv").content.decode("utf-8-sig")))
    assert ("'" + ATTACKS["title"], "'" + ATTACKS["author"]) == (row["title"], row["author"])
    atom = web.client.get("/feeds/river-fever.atom").text
    tree = ET.fromstring(atom)
    links = [link.get("href") or "" for link in tree.iter("{http://www.w3.org/2005/Atom}link")]
    assert all(link.startswith("http") for link in links)
    assert "<script" not in atom
    (item,) = web.client.get("/feeds/river-fever.json").json()["items"]
    assert "external_url" not in item
    assert "content_html" not in item
    assert "<script>" in item["content_text"]


def test_links(full: Rig) -> None:
    """Only what leads to a page is a link."""
    bad = [
        "javascript:alert(1)",
        "data:text/html,x",
        "JAVASCRIPT:x",
        "//x",
        "http://",
        "https://a b/",
        "java\nscript:x",
    ]
    assert [None] * len(bad) == [safe_link(url) for url in bad]


def test_feeds_read_by_a_feed_reader(full: Rig) -> None:
    """feedparser finds nothing wrong; ids stay when the alert changes, and the change has its time."""
    first = full.client.get("/feeds/river-fever.atom")
    parsed = feedparser.parse(first.content)
    assert (False, 2) == (bool(parsed.bozo), len(parsed.entries))
    ids = {entry.id for entry in parsed.entries}
    assert {f"urn:newsvane:alert:{makers.alert(story)['alert_id']}" for story in ("one", "two")} == ids
    changed = makers.alert("one", (1, 2), revision=makers.article_id(77), label="conditional")
    full.append("alert", [changed])
    full.fill()
    again = feedparser.parse(full.client.get("/feeds/river-fever.atom").content)
    assert ids == {entry.id for entry in again.entries}
    assert first.headers["etag"] != full.client.get("/feeds/river-fever.atom").headers["etag"]


def test_a_json_feed_is_one(full: Rig) -> None:
    """The fields that JSON Feed 1.1 wants, and pages."""
    response = full.client.get("/feeds/river-fever.json?limit=1")
    feed = response.json()
    assert ("application/feed+json", "https://jsonfeed.org/version/1.1") == (
        response.headers["content-type"],
        feed["version"],
    )
    (item,) = feed["items"]
    assert {"id", "title", "content_text", "date_published", "date_modified", "authors", "_newsvane"} <= set(item)
    following = full.client.get(feed["next_url"].removeprefix("http://127.0.0.1:8787")).json()
    assert item["id"] != following["items"][0]["id"]
    assert "next_url" not in following


def test_feeds_know_when_they_changed(full: Rig) -> None:
    """If-Modified-Since works for readers without ETags."""
    stamp = full.client.get("/feeds/river-fever.json").headers["last-modified"]
    for path in ("/feeds/river-fever.json", "/feeds/river-fever.atom"):
        assert 304 == full.client.get(path, headers={"if-modified-since": stamp}).status_code
        early = {"if-modified-since": "Mon, 01 Jan 2001 00:00:00 GMT"}
        assert 200 == full.client.get(path, headers=early).status_code
        assert 200 == full.client.get(path, headers={"if-modified-since": "soon"}).status_code


def test_health(full: Rig) -> None:
    assert "up\n" == full.client.get("/healthz").text
    ready = full.client.get("/readyz")
    assert (503, "answers", "answers", 0) == (
        ready.status_code,
        *(ready.json()[name] for name in ("log", "store", "lag")),
    )

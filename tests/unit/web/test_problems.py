"""Every error has one shape, names the field and says what to do."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from streams.web.problems import KINDS, Problem, shorten
from tests.unit.store import makers
from tests.unit.web.rig import Rig, problem, rig


def test_an_unknown_address(web: Rig) -> None:
    """A 404 of the router has our shape."""
    assert "/v1/nothing" == problem(web.client.get("/v1/nothing"), 404, "not-found")["instance"]


def test_a_wrong_method(web: Rig) -> None:
    """A 405 says what is allowed."""
    response = web.client.request("DELETE", "/v1/alerts")
    problem(response, 405, "method-not-allowed")
    assert "GET" == response.headers["allow"]


def test_an_unknown_parameter_is_named_with_the_nearest(web: Rig) -> None:
    """A mistyped filter is refused, not ignored."""
    found = problem(web.client.get("/v1/alerts?severty=critical"), 400, "unknown-parameter")
    assert [("severty", "did you mean severity?")] == [(each["field"], each["remedy"]) for each in found["errors"]]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=ten", "limit"),
        ("limit=10&limit=20", "limit"),
        ("severity=loud", "severity"),
        ("since=yesterday", "since"),
        ("since=2026-02-31", "since"),
        ("label=", "label"),
        ("language=English", "language"),
        ("story=xyz", "story"),
        ("format=xml", "format"),
        ("label=%00", "label"),
        ("since=2026-03-02&until=2026-03-01", "until"),
    ],
)
def test_a_malformed_filter(web: Rig, query: str, field: str) -> None:
    """Field, value, what was expected and the remedy are named."""
    found = problem(web.client.get(f"/v1/alerts?{query}"), 400, "invalid-parameter")
    assert [field] == [each["field"] for each in found["errors"]]
    assert all(each["expected"] and each["remedy"] for each in found["errors"])


def test_all_malformed_filters_at_once(web: Rig) -> None:
    """Nobody has to mend one to hear of the next."""
    found = problem(web.client.get("/v1/alerts?limit=0&severity=loud"), 400, "invalid-parameter")
    assert ["severity", "limit"] == [each["field"] for each in found["errors"]]


@pytest.mark.parametrize("cursor", ["x", "AAAA", "WyJhcnRpY2xlcyIsMSwieCJd", "%F0%9F%98%80", "a" * 450])
def test_a_wrong_cursor(web: Rig, cursor: str) -> None:
    """A cursor of another list, or of nobody, is told apart from other faults."""
    problem(web.client.get(f"/v1/alerts?cursor={cursor}"), 400, "wrong-cursor")


def test_an_unknown_watch(full: Rig) -> None:
    """In a filter as in an address, with the nearest name."""
    for path in ("/v1/alerts?watch=river-fevr", "/v1/watches/river-fevr", "/feeds/river-fevr.atom"):
        found = problem(full.client.get(path), 404, "unknown-watch")
        assert ["did you mean river-fever?"] == [each["remedy"] for each in found["errors"]]


def test_a_large_body_by_its_announcement(web: Rig) -> None:
    """50 MB are refused before they are read."""
    read = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal read
        for _ in range(50):
            read += 1
            yield b"x" * (1 << 20)

    headers = {"content-type": "application/x-ndjson", "content-length": str(50 << 20)}
    problem(web.client.post("/v1/articles", content=body(), headers=headers), 413, "too-large")
    assert read <= 1


def test_a_large_body_in_chunks(web: Rig) -> None:
    """Without a length it is read up to the limit and no further."""
    read = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal read
        for _ in range(100):
            read += 1
            yield b"x" * (1 << 20)

    problem(
        web.client.post("/v1/articles", content=body(), headers={"content-type": "application/x-ndjson"}),
        413,
        "too-large",
    )
    assert read <= 34


def test_a_gzip_bomb(tmp_path: Path) -> None:
    """What unpacks to more than eight times the limit is refused."""
    headers = {"content-type": "application/x-ndjson", "content-encoding": "gzip"}
    with rig(tmp_path, web_max_body_bytes=100_000) as web:
        bomb = gzip.compress(b"0" * 10_000_000)
        problem(web.client.post("/v1/articles", content=bomb, headers=headers), 413, "too-large")
        problem(web.client.post("/v1/articles", content=b"no gzip", headers=headers), 400, "malformed")


@pytest.mark.parametrize("kind", ["", "text/plain", "application/xml"])
def test_a_wrong_content_type(web: Rig, kind: str) -> None:
    """The types that are read are named."""
    response = web.client.post("/v1/articles", content=b"{}", headers={"content-type": kind} if kind else {})
    assert "application/json" in problem(response, 415, "wrong-content-type")["errors"][0]["expected"]


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b"[" * 2000, b"nul"])
def test_what_is_no_json(full: Rig, body: bytes) -> None:
    response = full.client.post("/v1/acknowledgements", content=body, headers={"content-type": "application/json"})
    problem(response, 400, "malformed")


def test_fields_of_a_body(full: Rig) -> None:
    """Each breach has its pointer; an unknown field its nearest."""
    body = {"alert_id": "7", "reasn": "x"}
    found = problem(full.client.post("/v1/acknowledgements", json=body), 422, "invalid")
    assert {"/alert_id", "/reasn"} == {each["field"] for each in found["errors"]}
    assert "did you mean reason?" in {each["remedy"] for each in found["errors"]}


def test_what_nobody_foresaw_tells_nothing(full: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault of ours is a 500 with a reference and without a trace."""

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the secret of the house")

    monkeypatch.setattr("streams.web.things.queries.facets", fail)
    response = full.client.get("/v1/facets")
    problem(response, 500, "internal")
    assert "secret" not in response.text


def test_values_are_shortened() -> None:
    """An answer does not repeat a megabyte."""
    found = Problem("invalid", "x").document("/")
    assert (422, 201) == (found["status"], len(shorten("y" * 10_000)))


def test_every_code_has_a_status_and_a_title() -> None:
    assert all(400 <= kind.status < 600 and kind.title for kind in KINDS.values())


def test_control_characters_in_an_id(full: Rig) -> None:
    problem(full.client.get("/v1/alerts/%00"), 404, "not-found")
    problem(full.client.get("/v1/alerts/" + "a" * 201), 404, "not-found")
    problem(full.client.get(f"/v1/alerts/{makers.article_id(1)}"), 404, "not-found")

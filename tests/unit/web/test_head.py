"""HEAD answers what GET does, without a body."""

from __future__ import annotations

import asyncio

import pytest
from starlette.types import Message, Scope

from tests.unit.store import makers
from tests.unit.web.rig import Rig

PATHS = (
    "/healthz",
    "/",
    "/v1/openapi.json",
    "/v1/alerts?limit=1",
    f"/v1/alerts/{makers.alert('one')['alert_id']}",
    f"/v1/alerts/{'0' * 32}",
    "/v1/articles?format=csv",
    "/v1/silences/preview",
    "/feeds/river-fever.atom",
    "/feeds/river-fever.json",
    "/nowhere",
)


@pytest.mark.parametrize("path", PATHS)
def test_head_is_get_without_its_body(full: Rig, path: str) -> None:
    """Status and headers are those of GET, of lists, feeds, pages, exports and problems alike."""
    by_get, by_head = full.client.get(path), full.client.request("HEAD", path)
    assert (by_get.status_code, b"") == (by_head.status_code, by_head.content)
    assert dict(by_get.headers) == dict(by_head.headers)


def test_head_needs_the_same_token(full: Rig) -> None:
    """Whether a thing is there is not told to who may not read it."""
    full.token("ingest")
    assert 401 == full.client.request("HEAD", "/v1/alerts").status_code


def test_head_of_the_event_stream_ends(web: Rig) -> None:
    """Its headers are told, nothing is waited for, and no listener stays behind."""
    sent: list[Message] = []

    async def ask() -> int:
        async def receive() -> Message:
            await asyncio.Event().wait()
            raise AssertionError

        async def send(message: Message) -> None:
            sent.append(message)

        await web.web.hub.start()
        try:
            await asyncio.wait_for(web.app(_scope("/v1/alerts/stream"), receive, send), 30)
            return web.web.hub.listeners
        finally:
            await web.web.hub.stop()

    assert 0 == web.client.run(ask())
    types = [(message["type"], message.get("body"), message.get("more_body")) for message in sent]
    assert [("http.response.start", None, None), ("http.response.body", b"", False)] == types
    assert b"text/event-stream; charset=utf-8" in dict(sent[0]["headers"]).values()


def _scope(path: str) -> Scope:
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "HEAD",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(b"host", b"127.0.0.1:8787")],
        "client": ("127.0.0.1", 40_000),
        "server": ("127.0.0.1", 8787),
    }

"""A web application of a test's own: log, store, clock that tests move, and a client without a network."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from schemas import encode, topic_of, topics_on, validate
from streams.log.connect import connect
from streams.log.partition import partition_for
from streams.log.protocol import NewRecord
from streams.log.provision import apply_topics
from streams.settings import Settings
from streams.store.database import Store, open_store
from streams.store.fill import fill_to_end
from streams.web.app import build_web
from streams.web.context import Web
from tests.unit.store import makers

NOW = datetime(2026, 3, 5, 12, tzinfo=UTC)
BASE = "http://127.0.0.1:8787"


class Clock:
    """Time as the test says."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **parts: float) -> None:
        self.now += timedelta(**parts)


class Client:
    """Requests from a thread of the test to the application on a loop of its own."""

    def __init__(self, app: FastAPI) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        transport = httpx.ASGITransport(app, raise_app_exceptions=True)
        self._http = httpx.AsyncClient(transport=transport, base_url=BASE)

    def run(self, what: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(what, self._loop).result(60)

    def request(self, method: str, path: str, **more: Any) -> httpx.Response:
        response: httpx.Response = self.run(self._http.request(method, path, **more))
        return response

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.request("GET", path, **more)

    def post(self, path: str, **more: Any) -> httpx.Response:
        return self.request("POST", path, **more)

    @property
    def cookies(self) -> httpx.Cookies:
        return self._http.cookies

    def close(self) -> None:
        self.run(self._http.aclose())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()


class Rig:
    """``client`` is nobody in particular: without tokens, the user of this machine."""

    def __init__(self, folder: Path, **changes: Any) -> None:
        self.settings = Settings(
            broker=f"sqlite:///{folder}/log.db", store=f"sqlite:///{folder}/store.db", data_dir=folder, **changes
        )
        self.log = connect(self.settings)
        apply_topics(self.log, topics_on("sqlite"), 2)
        self.store: Store = open_store(self.settings)
        self.clock = Clock()
        self.app = build_web(self.settings, lambda: connect(self.settings), self.store, self.clock)
        self.web: Web = self.app.state.web
        self.client = Client(self.app)

    def append(self, kind: str, records: Sequence[dict[str, Any]]) -> None:
        """Put records on their topic."""
        topic = topic_of(kind)
        partitions = self.log.partitions(topic.name)
        new = []
        for record in records:
            validate(kind, record)
            partition = partition_for(topic.partition_key_of(record), partitions)
            new.append(NewRecord(partition, topic.key_of(record), encode(record), 1_772_000_000_000))
        self.log.append(topic.name, new)

    def fill(self) -> None:
        fill_to_end(self.store, self.log)

    def add_samples(self) -> None:
        """A watch, three articles, their mentions, a statement and an alert; in the store."""
        self.append("watch", [makers.watch()])
        self.append("article-deduped", [makers.article(n, n) for n in (1, 2)])
        self.append("article-deduped", [makers.article(3, 3, dedupe=makers.copy_of(1))])
        self.append("mention", [makers.mention(n, n) for n in (1, 2)])
        self.append("statement", [makers.statement("one")])
        self.append("alert", [makers.alert("one"), makers.alert("two", (2,), severity="critical")])
        self.fill()

    def token(self, *scopes: str, name: str = "anna", **more: Any) -> dict[str, str]:
        """The header of a new token."""
        _, text = self.web.tokens.create(name, scopes, "test", **more)
        self.clock.advance(seconds=2)  # the server looks once a second whether there are tokens
        return {"Authorization": f"Bearer {text}"}

    def close(self) -> None:
        self.client.close()
        self.web.close()
        self.store.close()
        self.log.close()


@contextmanager
def rig(folder: Path, **changes: Any) -> Iterator[Rig]:
    made = Rig(folder, **changes)
    try:
        yield made
    finally:
        made.close()


def problem(response: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The problem document, which has our shape."""
    assert (status, "application/problem+json", f"urn:newsvane:problem:{code}") == (
        response.status_code,
        response.headers["content-type"],
        response.json()["type"],
    ), response.text
    found: dict[str, Any] = response.json()
    assert {"type", "title", "status", "detail", "instance", "errors"} <= set(found)
    assert all({"field", "value", "expected", "remedy"} == set(each) for each in found["errors"])
    return found

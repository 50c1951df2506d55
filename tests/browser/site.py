"""A server of a test's own, on a copy of a line that has run: web and filler in threads, to stop and start again."""

from __future__ import annotations

import asyncio
import copy
import shutil
import socket
import threading
from pathlib import Path
from typing import Any

import orjson

from schemas import encode, topic_of, validate
from streams.clock import utc_now
from streams.log.connect import connect
from streams.log.partition import partition_for
from streams.log.protocol import NewRecord
from streams.settings import Settings
from streams.store import queries
from streams.store.database import open_store
from streams.store.fill import fill_to_end, run_filler
from streams.web.server import run_web
from streams.web.tokens import Tokens

DEADLINE_S = 20.0


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Site:
    """``address`` stays the same over a restart."""

    def __init__(self, line: Path, folder: Path) -> None:
        shutil.copytree(line, folder, dirs_exist_ok=True)
        self.settings = Settings(
            broker=f"sqlite:///{folder}/line.db",
            store=f"sqlite:///{folder}/store.db",
            data_dir=folder / "var",
            web_port=free_port(),
        )
        self.address = f"http://127.0.0.1:{self.settings.web_port}"
        self._threads: list[threading.Thread] = []
        self._stop_filler = threading.Event()
        self._stop: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self) -> None:
        self._stop_filler.clear()
        ready = threading.Event()

        async def serve() -> None:
            self._stop, self._loop = asyncio.Event(), asyncio.get_running_loop()
            await run_web(self.settings, self._stop, lambda _: ready.set())

        self._threads = [
            threading.Thread(target=lambda: asyncio.run(serve()), daemon=True),
            threading.Thread(target=run_filler, args=(self.settings, self._stop_filler), daemon=True),
        ]
        for thread in self._threads:
            thread.start()
        assert ready.wait(DEADLINE_S), "the server did not start"

    def stop(self) -> None:
        self._stop_filler.set()
        if self._loop is not None and self._stop is not None:
            self._loop.call_soon_threadsafe(self._stop.set)
        for thread in self._threads:
            thread.join(DEADLINE_S)
        self._threads, self._loop = [], None

    def append(self, kind: str, record: dict[str, Any]) -> None:
        """Put a record on its topic, as a stage does."""
        validate(kind, record)
        topic = topic_of(kind)
        log = connect(self.settings)
        try:
            partition = partition_for(topic.partition_key_of(record), log.partitions(topic.name))
            log.append(topic.name, [NewRecord(partition, topic.key_of(record), encode(record), 1_772_900_000_000)])
        finally:
            log.close()

    def alerts(self, label: str) -> list[dict[str, Any]]:
        """The live alerts of the watch with this label, the newest first."""
        log = connect(self.settings)
        try:
            topic = topic_of("alert").name
            last = {}
            for partition in range(log.partitions(topic)):
                for stored in log.read(topic, partition, 0, max_records=10_000):
                    record = orjson.loads(stored.value or b"null")
                    last[record["alert_id"]] = record
        finally:
            log.close()
        found = [each for each in last.values() if each["status"] == "live" and each["label"] == label]
        return sorted(found, key=lambda each: str(each["first_published_at"]), reverse=True)

    def article_with_boilerplate(self) -> str:
        """The id of an article that has a paragraph of it."""
        store = open_store(self.settings)
        try:
            for row in queries.articles(store, queries.Filters(watch=("belarus-military-stance",)), limit=100).items:
                article = queries.article(store, row["article_id"])
                if article is not None and any(span["end"] - span["start"] > 40 for span in article["boilerplate"]):
                    return str(row["article_id"])
        finally:
            store.close()
        raise LookupError("no article of the sample has boilerplate")

    def new_alert(self, number: int) -> dict[str, Any]:
        """An alert that was not there, newer than the others."""
        alert = copy.deepcopy(self.alerts("conditional")[0])
        digits = f"{number:032x}"
        at = f"2026-03-12T1{number % 10}:00:00Z"
        alert |= {"alert_id": digits, "story_id": digits, "revision": digits, "first_published_at": at}
        alert["article"]["title"] = f"News number {number}"
        alert["article"]["published_at"] = at
        return alert

    def token(self, *scopes: str) -> str:
        store = open_store(self.settings)
        try:
            return Tokens(store, utc_now).create("anna", scopes, "test")[1]
        finally:
            store.close()

    def fill(self) -> None:
        store, log = open_store(self.settings), connect(self.settings)
        try:
            fill_to_end(store, log)
        finally:
            store.close()
            log.close()

"""A webhook's receiver on loopback, which remembers what it was sent and answers as a test wants."""

from __future__ import annotations

import base64
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import orjson

from schemas import encode, topic_of, validate
from streams.desk.board import append
from streams.log.partition import partition_for
from streams.log.protocol import Log, NewRecord
from streams.model.records import Alert
from streams.settings import Settings
from tests.unit.deliver.newsroom import subscription

SECRET_NAME = "NEWSVANE_SECRET_HOOK"
SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef0123456789abcdef").decode()
ENVIRON = {SECRET_NAME: SECRET}
LOOPBACK = "127.0.0.0/8"


class Receiver:
    """``status`` is asked for each request, by its number from 0."""

    def __init__(self, status: Callable[[int], int] = lambda number: 204, delay_s: float = 0.0) -> None:
        self.received: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.bodies: list[bytes] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                time.sleep(delay_s)
                number = len(receiver.received)
                receiver.headers.append({name.lower(): value for name, value in self.headers.items()})
                receiver.bodies.append(body)
                receiver.received.append(orjson.loads(body))
                self.send_response(status(number))
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                """Silent."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def ids(self) -> list[str]:
        """The webhook-ids in the order of their arrival."""
        return [headers["webhook-id"] for headers in self.headers]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)


def allow_loopback(settings: Settings) -> Settings:
    return replace(settings, allow_private=LOOPBACK)


def subscribe(log: Log, url: str, subscription_id: str = "desk", **more: Any) -> None:
    """A webhook that takes every alert, made long ago."""
    record = subscription(subscription_id, changed_at="2020-01-01T00:00:00.000Z", **more)
    record["destination"] |= {"address": url, "signing_secrets": [f"env:{SECRET_NAME}"]}
    append(log, "subscription", record)


def publish(log: Log, *alerts: Alert) -> None:
    """Put alerts on their topic, as the alert stage does."""
    topic = topic_of("alert")
    partitions = log.partitions(topic.name)
    now_ms = time.time_ns() // 1_000_000
    records = []
    for each in alerts:
        validate("alert", each)
        partition = partition_for(topic.partition_key_of(each), partitions)
        records.append(NewRecord(partition, topic.key_of(each), encode(each), now_ms))
    log.append(topic.name, records)


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def wait_for(condition: Callable[[], bool], what: str, patience_s: float = 20.0) -> None:
    deadline = time.monotonic() + patience_s
    while not condition():
        assert time.monotonic() < deadline, f"waited {patience_s:.0f} s for {what}"
        time.sleep(0.01)

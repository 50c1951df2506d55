"""Receivers of webhooks on this machine, well-behaved and hostile, and what a sender to them needs."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from streams.deliver.answer import Answer
from streams.deliver.destinations import open_destination
from streams.deliver.notification import Notification
from streams.deliver.secrets import Secrets
from streams.settings import Settings

AT = datetime(2023, 2, 16, 12, tzinfo=UTC)
LOOPBACK = Settings(allow_private="127.0.0.1/32")
OLD_SECRET = "whsec_" + base64.b64encode(b"old key of twenty-four b").decode()
NEW_SECRET = "whsec_" + base64.b64encode(b"new key of thirty-two bytes, all").decode()
SECRETS = Secrets({"NEWSVANE_SECRET_OLD": OLD_SECRET, "NEWSVANE_SECRET_NEW": NEW_SECRET}, "")

Stream = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def notification(number: int = 1, **fields: Any) -> Notification:
    values: dict[str, Any] = {
        "delivery_id": f"{number:032x}",
        "subscription_id": "desk-north",
        "event_type": "newsvane.alert.opened",
        "watch_id": "norland-military-stance",
        "subject": "0" * 32,
        "occurred_at": AT,
        "data": {"alert": {"alert_id": "0" * 32, "severity": "notice"}},
        "title": "notice: CONDITIONAL Arvo Kell (president)",
        "text": "Position: joins only if attacked",
    }
    return Notification(**{**values, **fields})


def webhook(address: str | None, **fields: Any) -> dict[str, Any]:
    """``destination`` of a subscription."""
    return {
        "kind": "webhook",
        "address": address,
        "address_secret": None,
        "signing_secrets": ["env:NEWSVANE_SECRET_NEW"],
        "timeout_s": 15,
        **fields,
    }


@dataclass(frozen=True, slots=True)
class Received:
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class Receiver:
    """Answers every POST with the next of ``answers`` (the last one for ever) and keeps what came."""

    answers: list[bytes] = field(default_factory=lambda: [answer(204)])
    received: list[Received] = field(default_factory=list)
    connections: int = 0
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            first, *lines = head.decode("latin-1").split("\r\n")
            headers = {
                name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)
            }
            body = await reader.readexactly(int(headers["content-length"]))
            self.received.append(Received(first.split()[1], headers, body))
            writer.write(self.answers.pop(0) if len(self.answers) > 1 else self.answers[0])
            await writer.drain()


def answer(status: int, *headers: str, body: bytes = b"") -> bytes:
    lines = [f"HTTP/1.1 {status} Whatever", f"content-length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


@contextlib.asynccontextmanager
async def listening(stream: Stream, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """A server on a free port; its connections end with it."""
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        # the other side may be gone, and at the end everything is cancelled: both are as it should be
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            await stream(reader, writer)
        writer.transport.abort()
        tasks.discard(task)

    server = await asyncio.start_server(serve, host, 0, ssl=tls, backlog=1024)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)  # the aborted transports close


@contextlib.asynccontextmanager
async def receiving(*answers: bytes) -> AsyncIterator[Receiver]:
    receiver = Receiver(list(answers) or [answer(204)])
    async with listening(receiver.serve) as port:
        receiver.port = port
        yield receiver


async def send(
    spec: dict[str, Any],
    message: Notification | None = None,
    at: datetime = AT,
    settings: Settings = LOOPBACK,
    lookup: Callable[[str], Any] | None = None,
) -> Answer:
    """Open, make one attempt, close."""
    destination = open_destination(spec, settings, SECRETS, lookup=lookup)
    try:
        return await destination.send(message or notification(), at)
    finally:
        await destination.close()


def without_time(given: Answer) -> tuple[Any, ...]:
    return given.verdict, given.status, given.retry_after_s, given.detail


async def until(condition: Callable[[], object], timeout_s: float = 30) -> None:
    """Wait for something that others bring about. Raises TimeoutError."""
    async with asyncio.timeout(timeout_s):
        while not condition():  # noqa: ASYNC110  conditions of several kinds, none of which tells us
            await asyncio.sleep(0.005)

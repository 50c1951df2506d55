"""Receivers that answer to do harm: whatever they send, it costs little time and memory and nobody else's turn."""

from __future__ import annotations

import asyncio
import gzip
import socket
import ssl
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from streams.deliver import webhook as module
from streams.deliver.answer import Answer
from tests.certificates import make_certificate
from tests.receivers import Stream, listening, send, webhook, without_time


async def _headers_for_ever(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"a: b\r\n" * 1000)
        await writer.drain()


async def _one_header_for_ever(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\na: ")
    while True:
        writer.write(b"a" * 65536)
        await writer.drain()


async def _slow_headers(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"a: b\r\n")
        await asyncio.sleep(0.05)


async def _silence(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def _continue_for_ever(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n" * 1000)
        await writer.drain()


async def _endless_body(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 10000000000\r\n\r\n")
    while True:
        writer.write(b"a" * 65536)
        await writer.drain()


async def _slow_body(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 500 Oh\r\ncontent-length: 1000\r\n\r\n")
    while True:
        writer.write(b"a")
        await asyncio.sleep(0.05)


async def _endless_chunk(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 500 Oh\r\ntransfer-encoding: chunked\r\n\r\n5;")
    while True:
        writer.write(b"a" * 65536)
        await writer.drain()


async def _bomb(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    body = gzip.compress(bytes(10_000_000))
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: %d\r\n\r\n" % len(body) + body)
    await asyncio.Event().wait()


async def _reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(100)
    writer.write(b"HTTP/1.1 2")
    await writer.drain()


async def _no_http(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"SSH-2.0-\x00\xff secret-of-theirs\r\n\r\n")
    await writer.drain()
    await asyncio.Event().wait()


async def _odd_status(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 999 secret-of-theirs\r\ncontent-length: 0\r\n\r\n")
    await asyncio.Event().wait()


async def _upgrade(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 101 Switch\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n")
    await asyncio.Event().wait()


@pytest.mark.parametrize(
    ("stream", "expected"),
    [
        (_headers_for_ever, ("retry", None, None, module.NOT_HTTP)),
        (_one_header_for_ever, ("retry", None, None, module.NOT_HTTP)),
        (_slow_headers, ("retry", None, None, "no answer within 1 s")),
        (_silence, ("retry", None, None, "no answer within 1 s")),
        (_continue_for_ever, ("retry", None, None, "no answer within 1 s")),
        (_endless_body, ("delivered", 200, None, "HTTP 200")),
        (_slow_body, ("retry", 500, None, "HTTP 500")),
        (_endless_chunk, ("retry", 500, None, "HTTP 500")),
        (_bomb, ("delivered", 200, None, "HTTP 200")),
        (_reset, ("retry", None, None, "the connection ended before an answer came")),
        (_no_http, ("retry", None, None, module.NOT_HTTP)),
        (_odd_status, ("retry", None, None, module.NOT_HTTP)),
        (_upgrade, ("retry", None, None, module.NOT_HTTP)),
    ],
)
def test_a_hostile_answer_ends_in_time(stream: Stream, expected: tuple[Any, ...]) -> None:
    """It costs a bounded time and little CPU, nothing of it stands in the answer, and the loop stays free."""

    async def run() -> tuple[Answer, float]:
        longest = 0.0

        async def watch() -> None:
            nonlocal longest
            while True:
                before = time.thread_time()
                await asyncio.sleep(0)
                longest = max(longest, time.thread_time() - before)

        async with listening(stream) as port:
            watching = asyncio.create_task(watch())
            given = await send(webhook(f"http://127.0.0.1:{port}/", timeout_s=1))
            watching.cancel()
        return given, longest

    given, longest = asyncio.run(run())
    assert expected == without_time(given)
    assert longest < 0.2, "the loop was held up"


def test_no_receiver_and_no_name() -> None:
    """A closed port and a name without address are worth another attempt; neither stands in the answer."""

    async def nowhere(host: str) -> Sequence[str]:
        raise OSError(socket.EAI_NONAME, "no such name as hooks.example.com")

    async def run() -> list[tuple[Any, ...]]:
        async with listening(_silence) as port:
            pass
        closed = await send(webhook(f"http://127.0.0.1:{port}/"))
        nameless = await send(webhook("https://hooks.example.com/"), lookup=nowhere)
        return [without_time(closed), without_time(nameless)]

    assert [
        ("retry", None, None, "no connection could be made"),
        ("retry", None, None, "the host name was not found"),
    ] == asyncio.run(run())


def test_a_certificate_of_nobody_is_not_taken(tmp_path: Path) -> None:
    """Self-signed: no request is made."""
    key, certificate = make_certificate(tmp_path)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)

    async def run() -> list[Answer]:
        taken = []

        async def take(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
            taken.append(await reader.read(10))

        async with listening(take, tls=tls) as port:
            given = [await send(webhook(f"https://127.0.0.1:{port}/"))]
        async with listening(_no_http) as port:
            given.append(await send(webhook(f"https://127.0.0.1:{port}/")))
        assert [] == [each for each in taken if each]
        return given

    assert [
        ("retry", None, None, "the certificate is not valid for this address"),
        ("retry", None, None, "no TLS connection could be made"),
    ] == [without_time(each) for each in asyncio.run(run())]

"""Mail and chat through Apprise, to services on this machine: what arrives, and that no secret shows."""

from __future__ import annotations

import asyncio
import json
import logging
import socketserver
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from streams.deliver.answer import Answer
from streams.deliver.destinations import NotAllowed, open_destination
from streams.deliver.secrets import Secrets
from streams.settings import Settings
from tests.receivers import AT, Received, answer, listening, notification, receiving

HIDDEN = "tok-very-hidden"
ALLOWED = Settings(allow_apprise="on")


def spec(kind: str = "chat", **fields: Any) -> dict[str, Any]:
    reference: dict[str, Any] = {
        "address": None,
        "address_secret": "env:NEWSVANE_SECRET_CHAT",
        "signing_secrets": [],
        "timeout_s": 5,
    }
    return {"kind": kind, **reference, **fields}


async def send(url: str, destination: dict[str, Any], text: str = "Position: joins only if attacked") -> Answer:
    opened = open_destination(destination, ALLOWED, Secrets({"NEWSVANE_SECRET_CHAT": url}, ""))
    try:
        return await opened.send(notification(text=text), AT)
    finally:
        await opened.close()


def test_it_must_be_allowed() -> None:
    """Apprise connects past the guard, so the default is no."""
    for kind in ("email", "chat"):
        with pytest.raises(NotAllowed, match="NEWSVANE_ALLOW_APPRISE"):
            open_destination(spec(kind), Settings(), Secrets({}, ""))


def test_a_chat_gets_the_text() -> None:
    """Title and lines as they are; nothing in them calls anybody."""

    async def run() -> list[Received]:
        async with receiving(answer(200)) as receiver:
            given = await send(f"json://127.0.0.1:{receiver.port}/{HIDDEN}", spec(), "@everyone look <!channel>")
            assert ("delivered", None, "taken by the service") == (given.verdict, given.status, given.detail)
        return receiver.received

    (received,) = asyncio.run(run())
    message = json.loads(received.body)
    assert "notice: CONDITIONAL Arvo Kell (president)" == message["title"]
    assert "@\u2060everyone look <\u2060!channel>" in message["message"]
    assert f"delivery {1:032x}" in message["message"]


def test_a_service_that_does_not_take_it_is_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    """Neither answer nor log holds the address."""
    caplog.set_level(logging.DEBUG)

    async def run() -> Answer:
        async with receiving(answer(500)) as receiver:
            return await send(f"json://user:{HIDDEN}@127.0.0.1:{receiver.port}/{HIDDEN}", spec())

    given = asyncio.run(run())
    assert ("retry", None, "the service did not take it") == (given.verdict, given.status, given.detail)
    assert HIDDEN not in caplog.text + repr(given)


def test_a_service_that_hangs_is_left(caplog: pytest.LogCaptureFixture) -> None:
    """After the time-out; the next attempt waits for the hanging one to end instead of adding to it."""

    async def hang(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    async def run() -> list[Answer]:
        async with listening(hang) as port:
            secrets = Secrets({"NEWSVANE_SECRET_CHAT": f"json://127.0.0.1:{port}/{HIDDEN}"}, "")
            destination = open_destination(spec(timeout_s=0.2), ALLOWED, secrets)
            return [await destination.send(notification(), AT) for _ in range(2)]

    given = asyncio.run(run())
    expected = ["no answer within 0.2 s", "the attempt before has not ended"]
    assert (["retry"] * 2, expected) == ([each.verdict for each in given], [each.detail for each in given])


@pytest.mark.parametrize(
    ("kind", "url"),
    [
        ("chat", "syslog://"), ("chat", "dbus://"), ("chat", "windows://x"), ("chat", f"mailto://a:{HIDDEN}@b.example"),
        ("chat", f"nothing://{HIDDEN}"), ("chat", HIDDEN), ("chat", f"json://a, json://{HIDDEN}"),
        ("email", f"json://{HIDDEN}"), ("email", f"https://{HIDDEN}/"),
    ],
)  # fmt: skip
def test_addresses_of_something_else(kind: str, url: str, caplog: pytest.LogCaptureFixture) -> None:
    """Services of this machine, several at once, mail where chat is meant: told by the reference, never the value."""
    caplog.set_level(logging.DEBUG)
    given = asyncio.run(send(url, spec(kind)))
    assert "retry" == given.verdict
    assert HIDDEN not in given.detail + caplog.text
    assert "Apprise" in given.detail


def test_without_a_reference() -> None:
    """An address that is no secret can't be one of mail or chat."""
    given = asyncio.run(send("", spec("email", address="desk@b.example", address_secret=None)))
    assert ("retry", True) == (given.verdict, "address_secret" in given.detail)


@pytest.fixture
def mail() -> Iterator[tuple[int, list[str]]]:
    """The port of a mail server of this machine, and the lines that it was told."""
    told: list[str] = []

    class Session(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 here\r\n")
            in_data = False
            for raw in self.rfile:
                line = raw.decode().rstrip("\r\n")
                told.append(line)
                if in_data and line != ".":
                    continue
                in_data = line == "data"
                self.wfile.write({"data": b"354 go\r\n", "quit": b"221 bye\r\n"}.get(line, b"250 ok\r\n"))
                if line == "quit":
                    return

    with socketserver.TCPServer(("127.0.0.1", 0), Session) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_address[1], told
        server.shutdown()
        thread.join()


def test_mail_goes_to_the_recipient(mail: tuple[int, list[str]]) -> None:
    """The subscription's address is the recipient; the mail server and its password are the secret."""
    port, told = mail
    destination = spec("email", address="desk@b.example", timeout_s=10)
    given = asyncio.run(send(f"mailto://127.0.0.1:{port}?from=newsvane@a.example", destination))
    assert ("delivered", "taken by the service") == (given.verdict, given.detail)
    assert ["RCPT TO:<desk@b.example>"] == [
        line.upper().replace("DESK@B.EXAMPLE", "desk@b.example") for line in told if line.lower().startswith("rcpt")
    ]
    assert [line for line in told if line.startswith("Subject: ") and "CONDITIONAL" in line]

"""Webhooks as a receiver sees them: signed by the standard, never led astray, and not held up by a hostile one."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest
import standardwebhooks

from streams.deliver import webhook as module
from streams.deliver.answer import Answer
from streams.deliver.destinations import open_destination
from streams.deliver.guard import GuardedResolver
from streams.deliver.secrets import Secrets
from streams.settings import Settings
from tests.receivers import (
    AT,
    LOOPBACK,
    NEW_SECRET,
    OLD_SECRET,
    SECRETS,
    Received,
    answer,
    notification,
    receiving,
    send,
    webhook,
    without_time,
)


def verify(secret: str, received: Received) -> Any:
    """As a receiver does, at the time of the signature."""
    hook = standardwebhooks.Webhook(secret)
    # the package takes its own clock; the tolerance of five minutes is not what is tested here
    signed = hook.sign(
        received.headers["webhook-id"],
        datetime.fromtimestamp(int(received.headers["webhook-timestamp"]), tz=AT.tzinfo),
        received.body.decode(),
    )
    assert signed in received.headers["webhook-signature"].split()
    return orjson.loads(received.body)


def test_a_receiver_verifies_it() -> None:
    """With the package of the standard: now signed, headers and body as they came; what was changed does not pass."""

    async def run() -> Received:
        async with receiving() as receiver:
            given = await send(webhook(receiver.url), at=datetime.now(AT.tzinfo))
            assert ("delivered", 204, None, "HTTP 204") == without_time(given)
        return receiver.received[0]

    received = asyncio.run(run())
    hook = standardwebhooks.Webhook(NEW_SECRET)
    event = hook.verify(received.body, received.headers)
    assert ("newsvane.alert.opened", "2023-02-16T12:00:00Z") == (event["type"], event["timestamp"])
    assert f"{1:032x}" == event["id"] == received.headers["webhook-id"]
    assert "application/cloudevents+json; charset=utf-8" == received.headers["content-type"]
    for name, value in (
        ("webhook-id", "other"),
        ("webhook-timestamp", str(int(received.headers["webhook-timestamp"]) - 1)),
        ("webhook-signature", "v1,AAAA"),
    ):
        with pytest.raises(standardwebhooks.WebhookVerificationError):
            hook.verify(received.body, {**received.headers, name: value})
    with pytest.raises(standardwebhooks.WebhookVerificationError):
        hook.verify(received.body.replace(b"notice", b"severe"), received.headers)


def test_attempts_share_id_and_body_not_time() -> None:
    """So that a receiver can tell a repeat, and refuse an old recording."""

    async def run() -> list[Received]:
        async with receiving(answer(500), answer(204)) as receiver:
            for at in (AT, AT + timedelta(minutes=5)):
                await send(webhook(receiver.url), at=at)
        return receiver.received

    first, second = asyncio.run(run())
    assert (first.body, first.headers["webhook-id"]) == (second.body, second.headers["webhook-id"])
    assert 300 == int(second.headers["webhook-timestamp"]) - int(first.headers["webhook-timestamp"])
    assert first.headers["webhook-signature"] != second.headers["webhook-signature"]


def test_two_secrets_are_valid_during_a_rotation() -> None:
    """A receiver with the old one and a receiver with the new one both accept."""

    async def run() -> Received:
        spec = {"signing_secrets": ["env:NEWSVANE_SECRET_NEW", "env:NEWSVANE_SECRET_OLD"]}
        async with receiving() as receiver:
            await send(webhook(receiver.url, **spec))
        return receiver.received[0]

    received = asyncio.run(run())
    assert verify(OLD_SECRET, received) == verify(NEW_SECRET, received)
    assert 2 == len(received.headers["webhook-signature"].split())


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (answer(200, body=b"thanks"), ("delivered", 200, None, "HTTP 200")),
        (answer(299), ("delivered", 299, None, "HTTP 299")),
        (answer(200, "Retry-After: 5"), ("delivered", 200, None, "HTTP 200")),
        (answer(410), ("gone", 410, None, "HTTP 410")),
        (answer(429, "Retry-After: 120"), ("throttled", 429, 120.0, "HTTP 429")),
        (answer(429, "Retry-After: Thu, 16 Feb 2023 12:30:00 GMT"), ("throttled", 429, 1800.0, "HTTP 429")),
        (answer(429, "Retry-After: Thu, 16 Feb 2022 12:30:00 GMT"), ("throttled", 429, 0.0, "HTTP 429")),
        (answer(429, "Retry-After: 99999999"), ("throttled", 429, 86400.0, "HTTP 429")),
        (answer(429, "Retry-After: -5"), ("throttled", 429, None, "HTTP 429")),
        (answer(429, "Retry-After: 1e9"), ("throttled", 429, None, "HTTP 429")),
        (answer(429, "Retry-After: Thu, 99 Feb 99999 12:30:00 GMT"), ("throttled", 429, None, "HTTP 429")),
        (answer(502), ("throttled", 502, None, "HTTP 502")),
        (answer(504), ("throttled", 504, None, "HTTP 504")),
        (answer(503, "Retry-After: 7"), ("retry", 503, 7.0, "HTTP 503")),
        (answer(500), ("retry", 500, None, "HTTP 500")),
        (answer(400), ("retry", 400, None, "HTTP 400")),
        (answer(304), ("retry", 304, None, f"HTTP 304: {module.REDIRECTED}")),
    ],
)
def test_statuses(raw: bytes, expected: tuple[Any, ...]) -> None:
    """Only 2xx is success; 410 is for ever; a throttle is honoured within a day."""

    async def run() -> Answer:
        async with receiving(raw) as receiver:
            return await send(webhook(receiver.url))

    assert expected == without_time(asyncio.run(run()))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(status: int) -> None:
    """Wherever it leads: what was checked is what is called."""

    async def run() -> tuple[Answer, int]:
        async with receiving() as other, receiving(answer(status, f"location: {other.url}")) as receiver:
            given = await send(webhook(receiver.url))
            assert 1 == len(receiver.received)
        return given, len(other.received)

    given, others = asyncio.run(run())
    assert (("retry", status, None, f"HTTP {status}: {module.REDIRECTED}"), 0) == (without_time(given), others)


def test_no_cookie_comes_back_and_a_connection_is_used_again() -> None:
    """Two deliveries in a row: one connection, and nothing of the first answer in the second request."""

    async def run() -> None:
        async with receiving(answer(200, "set-cookie: a=b", body=b"ok")) as receiver:
            destination = open_destination(webhook(receiver.url), LOOPBACK, SECRETS)
            for number in (1, 2):
                assert "delivered" == (await destination.send(notification(number), AT)).verdict
            await destination.close()
            assert [False, False] == ["cookie" in each.headers for each in receiver.received]
            assert 1 == receiver.connections

    asyncio.run(run())


def test_no_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy would connect where the guard can't see."""
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    async def run() -> str:
        async with receiving() as receiver:
            return (await send(webhook(receiver.url))).verdict

    assert "delivered" == asyncio.run(run())


def test_private_addresses_are_refused_when_connecting() -> None:
    """A name that leads inside gets no connection, with the addresses it has now and not those it had."""

    async def run() -> None:
        answers: list[Sequence[str]] = [["127.0.0.1"], ["127.0.0.2"], ["169.254.169.254"], ["::ffff:127.0.0.2"]]

        async def rebinding(host: str) -> Sequence[str]:
            assert "hooks.example.com" == host
            return answers.pop(0)

        async with receiving() as receiver:
            spec = webhook(f"http://hooks.example.com:{receiver.port}/hook")
            assert "delivered" == (await send(spec, lookup=rebinding)).verdict
            for inside in ("127.0.0.2", "169.254.169.254", "::ffff:7f00:2"):
                given = await send(spec, lookup=rebinding)
                assert ("refused", None) == (given.verdict, given.status)
                assert f"leads to {inside}" in given.detail
            assert (1, []) == (receiver.connections, answers)
            assert "hooks.example.com" in receiver.received[0].headers["host"]

    asyncio.run(run())


def test_one_lookup_an_attempt() -> None:
    """What was looked up is judged and connected to: a second, different answer has no one to ask for it."""

    async def run() -> int:
        asked = 0

        async def lookup(host: str) -> Sequence[str]:
            nonlocal asked
            asked += 1
            return ["127.0.0.1"] if asked == 1 else ["10.0.0.1"]

        async with receiving() as receiver:
            given = await send(webhook(f"http://hooks.example.com:{receiver.port}/"), lookup=lookup)
            assert "delivered" == given.verdict
        return asked

    assert 1 == asyncio.run(run())


def test_the_socket_is_guarded_without_the_resolver(monkeypatch: pytest.MonkeyPatch) -> None:
    """Should an address come past the resolver, no socket is made for it."""

    class Careless(GuardedResolver):
        async def resolve(self, host: str, port: int = 0, family: Any = 0) -> Any:
            return [
                {
                    "hostname": host,
                    "host": "127.0.0.1",
                    "port": port,
                    "family": socket.AF_INET,
                    "proto": 0,
                    "flags": 0,
                }
            ]

    monkeypatch.setattr(module, "GuardedResolver", Careless)

    async def run() -> Answer:
        async with receiving() as receiver:
            given = await send(webhook(f"http://hooks.example.com:{receiver.port}/"), settings=Settings())
            assert 0 == receiver.connections
        return given

    given = asyncio.run(run())
    assert "refused" == given.verdict


def test_a_secret_address_is_judged_and_not_told() -> None:
    """What is behind the reference gets no connection and stands in no answer."""

    async def run() -> list[Answer]:
        spec = {"address_secret": "env:NEWSVANE_SECRET_ADDRESS"}
        given = []
        for url in (
            "http://127.0.0.2:80/token-9",
            "https://inside.token-9.internal/",
            "whsec_token-9",
            "ftp://token-9/",
        ):
            secrets = type(SECRETS)({"NEWSVANE_SECRET_ADDRESS": url, "NEWSVANE_SECRET_NEW": NEW_SECRET}, "")
            destination = open_destination(webhook(None, **spec), LOOPBACK, secrets)
            given.append(await destination.send(notification(), AT))
            await destination.close()
        return given

    given = asyncio.run(run())
    # the second is a name, which only a look-up can judge where something private is allowed; it has no address
    assert ["refused", "retry", "refused", "refused"] == [each.verdict for each in given]
    assert [] == [each for each in given if "token-9" in repr(each)]


@pytest.mark.parametrize(
    ("references", "verdict", "told"),
    [
        ([], "refused", "no signing secret"),
        (["env:NEWSVANE_SECRET_GONE"], "retry", "env:NEWSVANE_SECRET_GONE is not set"),
        (["env:NEWSVANE_SECRET_NEW", "env:NEWSVANE_SECRET_GONE"], "retry", "env:NEWSVANE_SECRET_GONE is not set"),
        (["env:PATH"], "retry", "only variables NEWSVANE_SECRET_"),
        (["file:acme-hook"], "retry", "NEWSVANE_SECRETS_FILE"),
    ],
)
def test_nothing_goes_out_unsigned(references: list[str], verdict: str, told: str) -> None:
    """Without every one of its signing secrets a webhook is not sent; the answer names the reference."""

    async def run() -> Answer:
        async with receiving() as receiver:
            given = await send(webhook(receiver.url, signing_secrets=references))
            assert [] == receiver.received
        return given

    given = asyncio.run(run())
    assert verdict == given.verdict
    assert told in given.detail


def test_no_secret_shows_anywhere(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    """Neither a signing key nor a secret address, in logs of any level, answers or how things show themselves."""
    caplog.set_level(logging.DEBUG)
    token = "token-very-hidden"
    shown: list[str] = []

    async def run() -> None:
        async with receiving(answer(200), answer(302, f"location: /{token}"), answer(500, body=token.encode())) as good:
            urls = [f"{good.url}/{token}"] * 3
            urls += [f"http://127.0.0.1:1/{token}", f"http://127.0.0.2:80/{token}", f"https://{good.url[7:]}/{token}"]
            urls += [
                f"http://user:{token}@127.0.0.1/",
                f"gopher://{token}/",
                token,
                f"http://127.0.0.1:{good.port}/\n{token}",
            ]
            for url in urls:
                secrets = Secrets({"NEWSVANE_SECRET_URL": url, "NEWSVANE_SECRET_NEW": NEW_SECRET}, "")
                spec = webhook(None, address_secret="env:NEWSVANE_SECRET_URL")
                destination = open_destination(spec, LOOPBACK, secrets)
                given = await destination.send(notification(), AT)
                shown.extend([repr(given), repr(given.as_response()), repr(destination), repr(secrets), repr(spec)])
                await destination.close()
            assert 3 == len(good.received)

    asyncio.run(run())
    everything = "\n".join([*shown, caplog.text, *capfd.readouterr()])
    assert [] == [secret for secret in (token, NEW_SECRET, NEW_SECRET.removeprefix("whsec_")) if secret in everything]

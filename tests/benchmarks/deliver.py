"""How many webhooks a second, and how long from a decision to its receipt while some receivers hang and some fail?

The receivers are a process of their own and take the time of arrival by the clock that both share. 200 destinations
with a connection each. First all are well, and everything is queued at once: deliveries/s. Then 20 hang (they take
the request and never answer), 20 answer 500, and every ``PAUSE_S`` one notification goes to each of the 200: the time
from ``submit`` to the receiver's having read it, of the 160 others.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import orjson

from streams.deliver.answer import Answer
from streams.deliver.destinations import Destination, Spec, open_destination
from streams.deliver.dispatch import Delivery, Dispatcher
from streams.deliver.sample import make_sample
from tests.benchmarks.measure import Spent, now
from tests.benchmarks.report import Section, Target, figure, quantile
from tests.benchmarks.rig import Bench
from tests.receivers import LOOPBACK, SECRETS, until, webhook

DESTINATIONS, HANGING, BROKEN = 200, 20, 20
PAUSE_S = 0.5
P99 = Target(500)
ROOT = Path(__file__).resolve().parents[2]


def measure_deliver(bench: Bench) -> Section:
    each, rounds = bench.size(25, 2), bench.size(40, 4)
    with subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.receivers"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
    ) as receivers:
        assert receivers.stdin is not None
        assert receivers.stdout is not None
        port = int(receivers.stdout.readline())
        spent, sent = asyncio.run(_flood(port, each)), DESTINATIONS * each
        submitted = asyncio.run(_trickle(port, rounds))
        receivers.stdin.close()
        arrived: dict[str, float] = orjson.loads(receivers.stdout.read())
    waits = [1000 * (arrived[delivery_id] - at) for delivery_id, at in submitted.items() if delivery_id in arrived]
    figures = [
        figure("webhooks", sent / spent.wall_s, "deliveries/s", spent=spent),
        figure("CPU a webhook", 1e6 * spent.cpu_s / sent, "us"),
        figure("decision to receipt, p50", quantile(waits, 0.5), "ms"),
        figure("decision to receipt, p99", quantile(waits, 0.99), "ms", P99),
        figure("of the others received", 100 * len(waits) / len(submitted), "%", Target(100, at_least=True)),
    ]
    title = f"deliver: {DESTINATIONS} webhooks; {sent:,} at once; then {HANGING} hang, {BROKEN} fail, {rounds} rounds"
    return Section(title, figures, ["signed, 2.7 kB each; receivers in a process of their own on the same machine"])


class _Sender:
    """A dispatcher over real webhooks."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.dispatcher = Dispatcher(self._open, self._keep, lambda: datetime.now(UTC))
        self._message = make_sample("bench", datetime.now(UTC))

    def submit(self, name: str, key: int, kind: str) -> str:
        message = self._message
        delivery_id = f"{name}-{key}"
        values = {field: getattr(message, field) for field in message.__slots__}
        spec = webhook(f"http://127.0.0.1:{self._port}/{kind}")
        notification = type(message)(**{**values, "delivery_id": delivery_id})
        self.dispatcher.submit(delivery_id, str(key), spec, notification)
        return delivery_id

    @staticmethod
    def _open(spec: Spec) -> Destination:
        return open_destination(spec, LOOPBACK, SECRETS)

    @staticmethod
    async def _keep(delivery: Delivery, answer: Answer) -> None:
        """The outbox has its own figures."""


async def _flood(port: int, each: int) -> Spent:
    sender = _Sender(port)
    for key in range(DESTINATIONS):  # connections
        sender.submit("warm", key, "well")
    await sender.dispatcher.drain(60)
    before = now()
    for number in range(each):
        for key in range(DESTINATIONS):
            sender.submit(f"flood{number}", key, "well")
    assert await sender.dispatcher.drain(300), "not everything was delivered"
    spent = now().since(before)
    await sender.dispatcher.close()
    return spent


async def _trickle(port: int, rounds: int) -> dict[str, float]:
    """When each was submitted, of those whose receivers are well."""
    sender = _Sender(port)
    submitted = {}
    for number in range(rounds):
        began = time.monotonic()
        for key in range(DESTINATIONS):
            kind = "hang" if key < HANGING else "broken" if key < HANGING + BROKEN else "well"
            if kind == "hang" and sender.dispatcher.is_busy(str(key)):
                continue  # as the outbox does
            delivery_id = sender.submit(f"round{number}", key, kind)
            if kind == "well":
                submitted[delivery_id] = time.monotonic()
        await asyncio.sleep(max(0.0, PAUSE_S - (time.monotonic() - began)))
    well = [str(key) for key in range(HANGING + BROKEN, DESTINATIONS)]
    await until(lambda: not any(sender.dispatcher.is_busy(key) for key in well), 60)
    await sender.dispatcher.close()
    return submitted

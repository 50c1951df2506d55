"""Many real receivers at once, some of which hang or fail: the others get everything, in order, meanwhile."""

from __future__ import annotations

import asyncio
from collections import defaultdict

from streams.deliver.answer import Answer
from streams.deliver.destinations import Destination, Spec, open_destination
from streams.deliver.dispatch import Delivery, Dispatcher
from tests.receivers import AT, LOOPBACK, SECRETS, answer, listening, notification, receiving, until, webhook

EACH = 5


def test_who_hangs_or_fails_holds_up_nobody() -> None:
    """32 of 40 get all of theirs while 4 hang and 4 answer 500; more hang than there are places for."""

    async def hang(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    def open_(spec: Spec) -> Destination:
        return open_destination(spec, LOOPBACK, SECRETS)

    verdicts: dict[str, list[str]] = defaultdict(list)

    async def keep(delivery: Delivery, given: Answer) -> None:
        verdicts[delivery.destination_key].append(given.verdict)

    async def run() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
        got: dict[str, list[str]] = defaultdict(list)
        async with receiving() as good, receiving(answer(500)) as broken, listening(hang) as port:
            dispatcher = Dispatcher(open_, keep, lambda: AT, fast_limit=8, slow_limit=2)
            hangs = f"http://127.0.0.1:{port}/"
            for number in range(EACH):
                for key in range(40):
                    url = {0: hangs, 1: broken.url}.get(key % 10, f"{good.url}/{key}")
                    message = notification(1000 * key + number)
                    dispatcher.submit(message.delivery_id, str(key), webhook(url), message)
            await until(lambda: not any(dispatcher.is_busy(str(key)) for key in range(40) if key % 10))
            assert dispatcher.is_busy("0")
            for each in good.received:
                got[each.path.removeprefix("/hook/")].append(each.headers["webhook-id"])
            await dispatcher.close()
        return got, {key: each for key, each in verdicts.items() if int(key) % 10}

    got, told = asyncio.run(run())
    good = [key for key in range(40) if key % 10 > 1]
    assert {str(key): [f"{1000 * key + n:032x}" for n in range(EACH)] for key in good} == got
    expected = {str(key): ["delivered"] * EACH for key in good} | {
        str(key): ["retry"] * EACH for key in (1, 11, 21, 31)
    }
    assert expected == told

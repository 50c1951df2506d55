"""Stock Faust at the same work: plain agents, a ``send`` an event, every setting as it comes.

The baseline of ``engine``. It has neither state, outcomes, validation nor dead letters, and can lose and repeat.
Same function, topics, keys, partitions, acknowledgement by all replicas, one process, and the same event loop.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import faust
import orjson
import uvloop

from schemas import topic_of
from streams.settings import Settings
from tests.benchmarks.hops import HOPS, pass_on


def run_stock(settings: Settings, counted: Callable[[], None], on_ready: Callable[[], None]) -> None:
    """Run until SIGTERM."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_run(settings, counted, on_ready))


async def _run(settings: Settings, counted: Callable[[], None], on_ready: Callable[[], None]) -> None:
    app = _build(settings, counted)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await app.start()
    on_ready()
    await stop.wait()
    await app.stop()


def _build(settings: Settings, counted: Callable[[], None]) -> faust.App:
    app = faust.App(
        f"{settings.namespace}stock",
        broker=settings.broker,
        datadir=str(_made(settings.data_dir / "stock")),
        store="memory://",
        value_serializer="raw",
        key_serializer="raw",
        web_enabled=False,
        topic_disable_leader=True,
        topic_allow_declare=False,
        producer_acks=-1,
        consumer_auto_offset_reset="earliest",
    )
    for name, reads, sends in HOPS:
        source = app.topic(settings.namespace + topic_of(reads).name)
        app.agent(source, name=name)(_agent(app, settings.namespace, sends, counted))
    return app


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _agent(app: faust.App, namespace: str, sends: str, counted: Callable[[], None]) -> Any:
    declared = topic_of(sends)
    target = app.topic(namespace + declared.name)

    async def agent(stream: Any) -> None:
        async for value in stream:
            record = pass_on(orjson.loads(value))
            await target.send(key=declared.partition_key_of(record), value=orjson.dumps(record))
            counted()

    return agent

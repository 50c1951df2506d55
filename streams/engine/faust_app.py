"""The Faust app, with every setting that matters and why it is not the default."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import faust
from faust.tables.manager import TableManager

from streams.engine.transport_kafka import credentials
from streams.engine.transport_sqlite import LocalAssignor
from streams.settings import Settings

# Batches waiting before each agent: enough to be busy while the next is fetched.
_QUEUED_BATCHES = 5


class NoTables(TableManager):
    """State is the keeper's. Faust's manager would sleep a second at the start for tables declared late."""

    async def on_start(self) -> None:
        await self._update_channels()
        await self.recovery.start()


def build_app(settings: Settings, datadir: Path) -> faust.App:
    """The Faust app with every setting that matters; ``streams/engine`` explains the unusual ones."""
    broker = settings.broker if not settings.is_embedded else "kafka://unused:1"
    extra: dict[str, Any] = {}
    if settings.is_embedded:
        extra["PartitionAssignor"] = LocalAssignor
    elif (given := credentials(settings)) is not None:
        extra["broker_credentials"] = given
    return faust.App(
        settings.namespace + settings.group,
        broker=broker,
        datadir=str(datadir),
        store="memory://",
        TableManager=NoTables,
        web_enabled=False,
        topic_disable_leader=True,
        topic_allow_declare=False,  # topics come from schemas/topics
        stream_wait_empty=False,
        stream_buffer_maxsize=_QUEUED_BATCHES,
        broker_max_poll_records=settings.batch_records,
        broker_commit_interval=1.0,
        broker_session_timeout=float(settings.kafka_session_timeout_s),
        broker_heartbeat_interval=settings.kafka_session_timeout_s / 5,
        broker_request_timeout=float(max(30, 2 * settings.kafka_session_timeout_s)),
        consumer_auto_offset_reset="earliest",
        consumer_max_fetch_size=8 << 20,
        producer_acks=-1,
        producer_linger=0.0,
        producer_max_batch_size=8_000_000,
        producer_max_request_size=8_300_000,
        producer_request_timeout=60.0,
        **extra,
    )

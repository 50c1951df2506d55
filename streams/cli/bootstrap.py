"""Is the log ready for use? Every command that needs topics opens it through here.

Embedded: the folder, the file, the topics and the shipped watches come by themselves, so that the first command of a
new user works. On Kafka topics are an operator's decision: what is missing is an error that names the command.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from schemas import LogKind, encode, topic_of, topics_on
from streams.cli.watch_files import SINCE_EVER, read_watch_files, shipped_files
from streams.errors import InfrastructureError
from streams.log.connect import connect
from streams.log.open import sqlite_path
from streams.log.partition import partition_for
from streams.log.protocol import Log, NewRecord
from streams.log.provision import apply_topics, check_topics_exist
from streams.log.sqlite import SqliteLog
from streams.model.watch import Watch
from streams.settings import Settings, read_settings

SHIPPED_BY = "newsvane"


def log_kind(settings: Settings) -> LogKind:
    return "sqlite" if settings.is_embedded else "kafka"


def ensure_ready(settings: Settings) -> Log:
    """Open the log of the settings with its topics and watches there. Raises TopicMissing on a Kafka without them.

    Safe to call from several processes at once: topics are created once, and the shipped watches' records are equal.
    """
    log = open_ready_file(settings)
    try:
        if settings.is_embedded:
            apply_topics(log, topics_on("sqlite"), settings.topic_partitions or None)
            apply_shipped_watches(log)
        else:
            check_topics_exist(log, topics_on("kafka"), settings.broker)
    except BaseException:
        log.close()
        raise
    return log


@contextmanager
def ready_log() -> Iterator[Log]:
    """The log of this environment's settings, ready, for the length of a command."""
    log = ensure_ready(read_settings(os.environ))
    try:
        yield log
    finally:
        log.close()


def open_ready_file(settings: Settings) -> Log:
    """Open the log; an embedded one's folder is made first."""
    if settings.is_embedded:
        folder = sqlite_path(settings.broker).parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InfrastructureError(
                f"folder '{folder}' cannot be made: {error.strerror}; set NEWSVANE_BROKER"
            ) from error
    return connect(settings)


def apply_shipped_watches(log: Log) -> list[str]:
    """Give a log without any watch the shipped ones, counting for articles of any time; return their ids."""
    topic = topic_of("watch").name
    if any(log.end_offset(topic, partition) for partition in range(log.partitions(topic))):
        return []
    watches = [file.as_watch(1, SINCE_EVER, SHIPPED_BY) for file in read_watch_files(shipped_files())]
    if not isinstance(log, SqliteLog):
        append_watches(log, watches)
        return [watch["watch_id"] for watch in watches]
    records = watch_records(log, watches)
    with log.transaction() as tx:
        if log.end_offset(topic, 0):  # another process was quicker
            return []
        tx.append(topic, records)
    return [watch["watch_id"] for watch in watches]


def append_watches(log: Log, watches: Sequence[Watch]) -> None:
    """Append versions of watches to their topic."""
    log.append(topic_of("watch").name, watch_records(log, watches))


def watch_records(log: Log, watches: Sequence[Watch]) -> list[NewRecord]:
    """The records to append for these versions."""
    topic = topic_of("watch")
    partitions = log.partitions(topic.name)
    now_ms = int(time.time() * 1000)
    return [
        NewRecord(partition_for(topic.partition_key_of(watch), partitions), topic.key_of(watch), encode(watch), now_ms)
        for watch in watches
    ]

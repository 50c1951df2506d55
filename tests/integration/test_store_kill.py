"""The filler on both logs, ended by kill -9 in the middle again and again: its rows are those of an undisturbed one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from schemas import encode, topic_of, topics_on
from streams.log.connect import connect
from streams.log.partition import partition_for
from streams.log.protocol import Log, NewRecord
from streams.log.provision import apply_topics
from streams.settings import Settings
from streams.store import queries
from streams.store.database import Store, open_store
from streams.store.fill import fill_to_end
from streams.store.rebuild import rebuild
from streams.store.status import read_status
from streams.store.tables import TABLES
from tests.integration.conftest import make_settings
from tests.integration.rig import wait_until
from tests.unit.store import makers
from tests.unit.store.filling import dump

KILLS = 3
ARTICLES = 2_400
_FILL = """
import sys, threading
from streams.settings import read_settings
from streams.store.fill import run_filler
run_filler(read_settings(dict(pair.split("=", 1) for pair in sys.argv[1:])), threading.Event())
"""


@pytest.fixture(params=["sqlite", pytest.param("kafka", marks=pytest.mark.kafka)])
def line(request: pytest.FixtureRequest, tmp_path: Path, unique: Callable[[str], str]) -> Settings:
    """A log with more articles than a transaction of the filler takes, and what people said of them."""
    settings = make_settings(request, tmp_path, unique)
    log = connect(settings)
    apply_topics(log, topics_on("sqlite" if settings.is_embedded else "kafka"), 2)
    alert = makers.alert("one")
    _append(log, "watch", [makers.watch()])
    _append(log, "article-deduped", [makers.article(number, number % 48) for number in range(ARTICLES)])
    # the second verdict on an article takes the place of the first, in rows and counts
    _append(log, "article-deduped", [makers.article(n, n % 48, dedupe=makers.copy_of(1)) for n in range(2, 900)])
    _append(log, "mention", [makers.mention(number, number % 48) for number in range(600)])
    _append(log, "alert", [alert])
    _append(log, "feedback", [makers.feedback("wrong", alert["alert_id"])])
    _append(log, "acknowledgement", [makers.acknowledgement(alert["alert_id"])])
    log.close()
    return settings


def _append(log: Log, kind: str, records: Sequence[Mapping[str, Any]]) -> None:
    topic = topic_of(kind)
    partitions = log.partitions(topic.name)
    now_ms = time.time_ns() // 1_000_000  # an old record would be gone at once: topics have a retention
    log.append(
        topic.name,
        [
            NewRecord(
                partition_for(topic.partition_key_of(record), partitions),
                topic.key_of(record),
                encode(dict(record)),
                now_ms,
            )
            for record in records
        ],
    )


def _filled(store: Store) -> int:
    p = TABLES.positions
    with store.reading() as db:
        return int(db.execute(sa.select(sa.func.coalesce(sa.func.sum(p.c.next_offset), 0))).scalar_one())


def _start(settings: Settings, store: str) -> subprocess.Popen[bytes]:
    environ = {
        "NEWSVANE_BROKER": settings.broker,
        "NEWSVANE_NAMESPACE": settings.namespace,
        "NEWSVANE_DATA_DIR": str(settings.data_dir),
        "NEWSVANE_STORE": store,
    }
    pairs = [f"{name}={value}" for name, value in environ.items() if value]
    return subprocess.Popen([sys.executable, "-c", _FILL, *pairs], cwd=Path(__file__).resolve().parents[2])


def _fill_and_kill(settings: Settings, url: str, store: Store) -> None:
    """Let a filler get on by a transaction, or find that nothing is left, and end it."""
    before = _filled(store)
    filler = _start(settings, url)
    try:
        log = connect(settings)
        try:
            is_done = read_status(store, log).lag == 0
        finally:
            log.close()
        wait_until(lambda: is_done or _filled(store) > before or filler.poll() is not None, "the filler got on", 60)
        assert filler.poll() is None
    finally:
        os.kill(filler.pid, signal.SIGKILL)
        filler.wait()


def test_killed_at_any_moment_the_rows_are_the_same(line: Settings, tmp_path: Path) -> None:
    """Nothing is missing and nothing counted twice; a rebuild finds the same, what people said included."""
    url = f"sqlite:///{tmp_path}/killed.db"
    killed = open_store(Settings(store=url))
    whole = open_store(Settings(store=f"sqlite:///{tmp_path}/whole.db"))
    log = connect(line)
    try:
        for _ in range(KILLS):
            _fill_and_kill(line, url, killed)
        assert 0 < _filled(killed)
        fill_to_end(killed, log)
        fill_to_end(whole, log)
        expected = dump(whole)
        assert ARTICLES == len(expected["articles"])
        assert expected == dump(killed)

        assert rebuild(killed, log, lambda losses: False).is_done
        assert expected == dump(killed)
        assert ["wrong"] == [said["kind"] for said in queries.feedback(killed).items]
    finally:
        log.close()
        killed.close()
        whole.close()

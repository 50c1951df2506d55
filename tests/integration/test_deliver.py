"""The process that delivers, on both logs: alerts in, signed webhooks and records out; stopped, killed, moved."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import orjson
import pytest
from standardwebhooks.webhooks import Webhook

from schemas import decode, topic_of, topics_on
from streams.deliver.again import build_again
from streams.deliver.place import outbox_path
from streams.deliver.run import Deliverer, run_deliver
from streams.desk.board import append, read_board
from streams.desk.silence import build_silence
from streams.errors import InfrastructureError, WorkerLocked
from streams.log.connect import connect
from streams.log.partition import partition_for
from streams.log.protocol import Log, NewRecord
from streams.log.provision import apply_topics
from streams.log.topic_reader import read_topic
from streams.model.people import Matcher
from streams.settings import Settings
from tests.integration.conftest import make_settings
from tests.integration.receiver import (
    ENVIRON,
    LOOPBACK,
    SECRET,
    Receiver,
    allow_loopback,
    now_ms,
    publish,
    subscribe,
    wait_for,
)
from tests.unit.deliver.newsroom import alert, superseded

KILLS = 5
ALERTS = 120


@pytest.fixture(params=["sqlite", pytest.param("kafka", marks=pytest.mark.kafka)])
def line(request: pytest.FixtureRequest, tmp_path: Path, unique: Callable[[str], str]) -> Settings:
    """Topics without agents, on each log."""
    settings = allow_loopback(make_settings(request, tmp_path, unique))
    log = connect(settings)
    apply_topics(log, topics_on("sqlite" if settings.is_embedded else "kafka"), 2)
    log.close()
    return settings


@pytest.fixture
def embedded(tmp_path: Path) -> Settings:
    settings = Settings(broker=f"sqlite:///{tmp_path}/line.db", allow_private=LOOPBACK)
    log = connect(settings)
    apply_topics(log, topics_on("sqlite"), 2)
    log.close()
    return settings


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    found = Receiver()
    yield found
    found.close()


@contextmanager
def delivering(settings: Settings) -> Iterator[None]:
    """Deliver in a thread with an event loop of its own; its error is raised at the end."""
    ready, ended = threading.Event(), threading.Event()
    holder: dict[str, Any] = {}

    def work() -> None:
        async def main() -> None:
            holder["stop"], holder["loop"] = asyncio.Event(), asyncio.get_running_loop()
            await run_deliver(settings, holder["stop"], environ=ENVIRON, on_ready=ready.set)

        try:
            asyncio.run(main())
        except BaseException as error:
            holder["error"] = error
        finally:
            ready.set()
            ended.set()

    threading.Thread(target=work, daemon=True).start()
    assert ready.wait(20)
    if "error" in holder:
        raise holder["error"]
    try:
        yield
    finally:
        began = time.monotonic()
        holder["loop"].call_soon_threadsafe(holder["stop"].set)
        assert ended.wait(10)
        holder["took_s"] = time.monotonic() - began
    assert holder["took_s"] < 4
    if "error" in holder:
        raise holder["error"]


def deliveries(log: Log) -> list[dict[str, Any]]:
    return [decode("delivery", stored.value or b"") for stored in read_topic(log, topic_of("delivery").name)]


def states(log: Log) -> dict[str, str]:
    """The newest state of each delivery."""
    return {record["delivery_id"]: record["state"] for record in deliveries(log)}


def test_a_stop_tells_nothing_twice(embedded: Settings, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever is stopped between telling the topic and noting it down ends the note first."""
    tell = Deliverer._append

    def tell_slowly(deliverer: Deliverer, records: Sequence[dict[str, Any]]) -> None:
        tell(deliverer, records)
        time.sleep(0.3)

    monkeypatch.setattr(Deliverer, "_append", tell_slowly)
    log = connect(embedded)
    subscribe(log, receiver.url)
    with delivering(embedded):
        publish(log, alert(arrived_ms=now_ms()))
        wait_for(lambda: len(deliveries(log)) >= 2, "two records")
    assert ["pending", "delivered"] == [record["state"] for record in deliveries(log)]


def test_an_alert_becomes_a_signed_webhook_and_its_records(line: Settings, receiver: Receiver) -> None:
    """What a receiver verifies with its own library carries the id of the delivery; the topic tells both changes."""
    log = connect(line)
    subscribe(log, receiver.url)
    with delivering(line):
        publish(log, alert(arrived_ms=now_ms()))
        wait_for(lambda: len(deliveries(log)) >= 2, "two records")
    pending, delivered = deliveries(log)
    assert ("pending", 0, "delivered", 1) == (
        pending["state"], pending["attempt"], delivered["state"], delivered["attempt"]
    )  # fmt: skip
    assert [pending["delivery_id"]] == receiver.ids()
    (event,) = receiver.received
    assert (pending["delivery_id"], "newsvane.alert.opened") == (event["id"], event["type"])
    assert pending["reason"] == event["data"]["reason"]
    assert SECRET not in repr(deliveries(log))
    log.close()


def test_the_signature_holds(embedded: Settings, receiver: Receiver) -> None:
    """Checked with the reference library, over the bytes that came."""
    log = connect(embedded)
    subscribe(log, receiver.url)
    with delivering(embedded):
        publish(log, alert(arrived_ms=now_ms()))
        wait_for(lambda: bool(receiver.received), "the webhook")
    log.close()
    assert receiver.received[0] == Webhook(SECRET).verify(receiver.bodies[0], receiver.headers[0])


def test_a_restart_neither_repeats_nor_forgets(line: Settings, receiver: Receiver) -> None:
    """What came while nobody delivered is sent at the start; what was sent is not sent again."""
    log = connect(line)
    subscribe(log, receiver.url)
    with delivering(line):
        publish(log, alert("a", arrived_ms=now_ms()))
        wait_for(lambda: len(receiver.received) == 1, "the first")
    publish(log, alert("b", arrived_ms=now_ms()))
    with delivering(line):
        publish(log, alert("a", carriers=4, arrived_ms=now_ms()))
        wait_for(lambda: len(receiver.received) == 2, "the second")
        time.sleep(0.2)
    assert ["On a", "On b"] == [event["data"]["alert"]["article"]["title"] for event in receiver.received]
    log.close()


def test_a_silence_that_ends_says_what_it_hid(line: Settings, receiver: Receiver) -> None:
    """What it hid is not sent, and one notification at its end lists it; a restart in between forgets nothing."""
    log = connect(line)
    subscribe(log, receiver.url)
    made_at = datetime.now(UTC)
    hides: list[Matcher] = [{"field": "watch_id", "operator": "=", "value": "north"}]
    silence = build_silence(hides, ends_at=made_at + timedelta(seconds=5), reason="known", actor="ana", now=made_at)
    append(log, "silence", cast("Mapping[str, Any]", silence))
    hidden = alert(arrived_ms=now_ms())
    with delivering(line):
        publish(log, hidden)
        wait_for(lambda: "silenced" in states(log).values(), "the fate of what is hidden")
    with delivering(line):
        wait_for(lambda: "delivered" in states(log).values(), "the closing summary")
    (event,) = receiver.received
    assert ("newsvane.silence.ended", [hidden["alert_id"]], silence["silence_id"]) == (
        event["type"], [each["alert_id"] for each in event["data"]["alerts"]], event["data"]["silence"]["silence_id"]
    )  # fmt: skip
    assert ["delivered", "silenced"] == sorted(states(log).values())
    log.close()


def test_a_lost_outbox_is_built_again(line: Settings, receiver: Receiver) -> None:
    """On another machine the topic of deliveries tells what was sent."""
    log = connect(line)
    subscribe(log, receiver.url)
    first = [alert(story, watch=story, arrived_ms=now_ms()) for story in "abcde"]
    with delivering(line):
        publish(log, *first)
        wait_for(lambda: len(receiver.received) == 5, "five")
        wait_for(lambda: ["delivered"] * 5 == list(states(log).values()), "their records")
    path = outbox_path(line)
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    publish(log, alert("f", arrived_ms=now_ms()), superseded(first[0], first[2]))
    with delivering(line):
        publish(log, alert("b", "joins", watch="b", arrived_ms=now_ms()))
        wait_for(lambda: len(receiver.received) == 7, "the sixth story and an update")
        time.sleep(0.2)
    assert {"On f": "newsvane.alert.opened", "On b": "newsvane.alert.updated"} == {
        event["data"]["alert"]["article"]["title"]: event["type"] for event in receiver.received[5:]
    }
    assert {1} == set(Counter(receiver.ids()).values())
    log.close()


def test_gone_disables_the_subscription_and_ends_what_waits(embedded: Settings) -> None:
    """410 becomes a new version of the subscription, by deliver, with the reason; nothing more is sent there."""
    receiver = Receiver(status=lambda number: 410)
    log = connect(embedded)
    subscribe(log, receiver.url)
    with delivering(embedded):
        publish(log, *(alert(story, watch=story, arrived_ms=now_ms()) for story in "abc"))
        wait_for(lambda: list(states(log).values()).count("disabled") == 3, "three that are disabled")
    found = read_board(log).subscription("desk")
    assert found is not None
    assert ("disabled", 2, "newsvane deliver") == (found["status"], found["version"], found["changed_by"])
    assert "410" in str(found["change_reason"])
    log.close()
    receiver.close()


def test_a_failure_is_tried_again_under_the_same_id(embedded: Settings) -> None:
    """The next attempt is due after five seconds; who asks gets it at once, and the record says who."""
    receiver = Receiver(status=lambda number: 503 if number == 0 else 200)
    log = connect(embedded)
    subscribe(log, receiver.url)
    with delivering(embedded):
        publish(log, alert(arrived_ms=now_ms()))
        wait_for(lambda: ["retrying"] == list(states(log).values()), "a retry")
        record = deliveries(log)[-1]
        asked = build_again(record, "anna", now_ms())
        topic = topic_of("delivery")
        partition = partition_for(topic.partition_key_of(asked), log.partitions(topic.name))
        log.append(topic.name, [NewRecord(partition, topic.key_of(asked), orjson.dumps(asked), now_ms())])
        wait_for(lambda: ["delivered"] == list(states(log).values()), "the delivery", 4)
    assert [(receiver.ids()[0], 2)] == list(Counter(receiver.ids()).items())
    last = deliveries(log)[-1]
    assert ("anna", 1, 200) == (last["actor"], last["attempt"], last["response"]["status"])
    log.close()
    receiver.close()


def test_a_destination_that_hangs_does_not_hold_up_another(embedded: Settings, receiver: Receiver) -> None:
    """Nor the stop of the process."""
    hanging = Receiver(delay_s=8)
    log = connect(embedded)
    subscribe(log, hanging.url, "hangs")
    subscribe(log, receiver.url, "works")
    with delivering(embedded):
        publish(log, *(alert(story, watch=story, arrived_ms=now_ms()) for story in "abcdefgh"))
        wait_for(lambda: len(receiver.received) == 8, "all eight", 5)
    assert [] == hanging.received
    log.close()


def test_one_process_a_group_delivers(embedded: Settings) -> None:
    """A second one is refused with a line that names the first."""
    with delivering(embedded), pytest.raises(WorkerLocked, match=f"pid {os.getpid()}"), delivering(embedded):
        pass


def test_an_outbox_of_a_log_that_is_gone_is_refused(embedded: Settings, tmp_path: Path) -> None:
    """Rather than passing over the alerts of the new one; the line says what to do."""
    log = connect(embedded)
    publish(log, alert(arrived_ms=now_ms()))
    with delivering(embedded):
        pass
    log.close()
    for suffix in ("", "-wal", "-shm"):
        (tmp_path / f"line.db{suffix}").unlink(missing_ok=True)
    log = connect(embedded)
    apply_topics(log, topics_on("sqlite"), 2)
    log.close()
    with pytest.raises(InfrastructureError, match="was the log made anew"), delivering(embedded):
        pass


def test_killed_at_any_moment_every_alert_arrives_under_one_id(embedded: Settings, tmp_path: Path) -> None:
    """kill -9 of the process, again and again while it sends: at least once, same ids, repeats only around a kill."""
    receiver = Receiver(delay_s=0.005)
    log = connect(embedded)
    subscribe(log, receiver.url)
    moments = random.Random(20230216)
    environ = {
        **{name: value for name, value in os.environ.items() if not name.startswith("NEWSVANE_")},
        **ENVIRON,
        "NEWSVANE_BROKER": embedded.broker,
        "NEWSVANE_ALLOW_PRIVATE": LOOPBACK,
    }
    command = [str(Path(sys.executable).with_name("newsvane")), "deliver"]
    stories = iter(range(ALERTS))
    hits = 0
    for run in range(KILLS + 1):
        with subprocess.Popen(command, env=environ, cwd=tmp_path, stderr=subprocess.PIPE) as process:
            assert process.stderr is not None
            assert b"ready" in process.stderr.readline()
            for _ in range(ALERTS // (KILLS + 1)):
                story = f"story-{next(stories)}"
                publish(log, alert(story, watch=story, arrived_ms=now_ms()))
            if run < KILLS:
                time.sleep(moments.uniform(0.0, 0.15))
                before = len(receiver.received)
                process.kill()
                hits += before < (run + 1) * ALERTS // (KILLS + 1)
            else:
                wait_for(lambda: len(set(receiver.ids())) == ALERTS, "every alert")
                wait_for(lambda: ["delivered"] * ALERTS == list(states(log).values()), "their records")
                process.send_signal(signal.SIGTERM)
                assert process.wait(5) == 0
    titles = {headers["webhook-id"]: event["data"]["alert"]["article"]["title"]
              for headers, event in zip(receiver.headers, receiver.received, strict=True)}  # fmt: skip
    assert {f"On story-{number}" for number in range(ALERTS)} == set(titles.values())
    assert len(titles) == ALERTS
    assert hits >= 3
    assert len(receiver.ids()) <= ALERTS + 10 * KILLS
    log.close()
    receiver.close()

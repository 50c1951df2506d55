"""``newsvane web`` as a process: nothing missed and nothing twice over kills, quick to stop, safe at the start."""

from __future__ import annotations

import http.client
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson
import pytest

from schemas import encode, topic_of, topics_on
from streams.log.connect import connect
from streams.log.partition import partition_for
from streams.log.protocol import Log, NewRecord
from streams.log.provision import apply_topics
from streams.model.ids import digest
from streams.settings import Settings
from tests.integration.commands import end_of, newsvane, start, wait_for_line
from tests.unit.store import makers

TOPIC = topic_of("alert").name
WAIT_S = 60.0


class Web:
    """One server process, and the log that it follows."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings = Settings(broker=f"sqlite:///{folder}/log.db", data_dir=folder)
        self.log: Log = connect(self.settings)
        apply_topics(self.log, topics_on("sqlite"))
        self.more = {"NEWSVANE_STORE": f"sqlite:///{folder}/store.db", "NEWSVANE_WEB_PORT": "0"}
        self.process: subprocess.Popen[str] | None = None
        self.port = 0

    def begin(self, *arguments: str, **more: str) -> None:
        self.process = start(self.settings, "web", *arguments, more={**self.more, **more})
        line = wait_for_line(self.process, "http://127.0.0.1:")
        self.port = int(line.partition("127.0.0.1:")[2].partition("/")[0])

    def end(self, how: signal.Signals) -> float:
        """Seconds until it had ended."""
        assert self.process is not None
        began = time.monotonic()
        self.process.send_signal(how)
        end_of(self.process)
        self.process = None
        return time.monotonic() - began

    def put(self, *numbers: int) -> None:
        """One alert each, on four watches, so that every partition has some."""
        for number in numbers:
            watch = f"watch-{number % 4}"
            alert = makers.alert(
                str(number), watch_id=watch, alert_id=alert_id(number), revision=digest("revision", str(number))
            )
            partition = partition_for(watch.encode(), self.log.partitions(TOPIC))
            self.log.append(TOPIC, [NewRecord(partition, str(number).encode(), encode(alert), 1_000 + number)])

    def close(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
        self.log.close()


def alert_id(number: int) -> str:
    return digest("alert", str(number))


class Stream:
    """A client of the event stream that keeps its last id, as browsers do."""

    def __init__(self, port: int, last_id: str | None = None) -> None:
        self.last_id, self.alerts, self.resets = last_id, [], 0  # type: ignore[var-annotated]
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT_S)
        headers = {"Last-Event-ID": last_id} if last_id else {}
        self._connection.request("GET", "/v1/alerts/stream", headers=headers)
        self._response = self._connection.getresponse()
        assert 200 == self._response.status

    def read(self, until: int) -> None:
        """Read until so many alerts have come, and the position behind them."""
        while len(self.alerts) < until and self._block():
            pass

    def read_position(self) -> None:
        """Read until a position is there."""
        while self.last_id is None and self._block():
            pass

    def _block(self) -> bool:
        kind, data, given = "", "", None
        while line := self._response.readline().decode():
            if line == "\n":
                self.last_id = given or self.last_id
                if kind == "alert":
                    self.alerts.append(orjson.loads(data)["alert_id"])
                self.resets += kind == "reset"
                return True
            name, _, value = line.rstrip("\n").partition(": ")
            kind = value if name == "event" else kind
            data = value if name == "data" else data
            given = value if name == "id" else given
        return False

    def close(self) -> None:
        self._response.close()
        self._connection.close()


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    made = Web(tmp_path)
    try:
        yield made
    finally:
        made.close()


@contextmanager
def stream(web: Web, last_id: str | None = None) -> Iterator[Stream]:
    made = Stream(web.port, last_id)
    try:
        yield made
    finally:
        made.close()


def test_nothing_is_missed_or_repeated_over_kills(web: Web) -> None:
    """The server is killed between events, while others come in; its clients go on where they were."""
    web.begin("--no-fill")
    seen: list[str] = []
    with stream(web) as client:
        client.read_position()
        web.put(*range(20))
        client.read(12)
        seen += client.alerts
        last_id = client.last_id
    for round_ in range(1, 3):
        web.end(signal.SIGKILL)
        web.put(*range(round_ * 20, round_ * 20 + 10))
        web.begin("--no-fill")
        with stream(web, last_id) as client:
            web.put(*range(round_ * 20 + 10, round_ * 20 + 20))
            client.read((round_ + 1) * 20 - len(seen))
            seen += client.alerts
            last_id = client.last_id
            assert 0 == client.resets
    assert len(seen) == len(set(seen))
    assert {alert_id(number) for number in range(60)} == set(seen)


def test_a_position_of_another_log_is_reset(web: Web, tmp_path: Path) -> None:
    """The client is told, and then hears what comes."""
    web.begin("--no-fill")
    with stream(web, "00000000:1.0.0.0:-") as client:
        while not client.resets:
            client._block()
        web.put(1)
        client.read(1)
        assert [alert_id(1)] == client.alerts


def test_it_stops_within_three_seconds_with_open_streams(web: Web) -> None:
    """SIGTERM ends the streams; nobody has to wait for a client."""
    web.begin()
    with stream(web) as one, stream(web) as other:
        one.read_position()
        other.read_position()
        assert web.end(signal.SIGTERM) < 6.0  # three, and what a loaded machine adds


def test_a_client_that_does_not_read_is_cut_off(web: Web) -> None:
    """The others hear; it may come back with its last id."""
    web.begin("--no-fill")
    lazy = socket.create_connection(("127.0.0.1", web.port))
    lazy.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    lazy.sendall(b"GET /v1/alerts/stream HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    long = "word " * 20_000
    with stream(web) as client:
        client.read_position()
        for number in range(300):
            alert = makers.alert(str(number), question=long, revision=digest("r", str(number)))
            web.log.append(TOPIC, [NewRecord(0, str(number).encode(), encode(alert), number)])
            if number % 10 == 9:
                client.read(number + 1)
        assert 300 == len(client.alerts)
    assert web.process is not None
    line = wait_for_line(web.process, "dropped")
    assert "does not read" in line
    lazy.close()


def test_a_public_host_without_a_token_does_not_start(web: Web) -> None:
    ended = newsvane(web.settings, "web", **web.more, NEWSVANE_WEB_HOST="0.0.0.0")
    assert 2 == ended.status
    assert "newsvane token create" in ended.lines[-1]


def test_a_taken_port_is_named(web: Web) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        ended = newsvane(web.settings, "web", "--no-fill", **{**web.more, "NEWSVANE_WEB_PORT": port})
    assert 1 == ended.status
    assert f"127.0.0.1:{port}" in ended.lines[-1]


def test_a_token_is_made_listed_and_revoked(web: Web) -> None:
    """By the command line; the secret is shown once."""
    made = start(web.settings, "token", "create", "desk", "--scope", "read", "--days", "1", more=web.more)
    text = made.communicate(timeout=WAIT_S)[0].strip()
    assert text.startswith("nv_")
    web.begin("--no-fill")
    assert (401, 200) == (status(web, None), status(web, text))
    listed = start(web.settings, "token", "list", more=web.more).communicate(timeout=WAIT_S)[0]
    assert "desk" in listed
    assert text not in listed
    assert 0 == newsvane(web.settings, "token", "revoke", "desk", **web.more).status


def status(web: Web, token: str | None) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", web.port, timeout=WAIT_S)
    try:
        connection.request("GET", "/v1/alerts", headers={"Authorization": f"Bearer {token}"} if token else {})
        return connection.getresponse().status
    finally:
        connection.close()

"""A Kafka of our own: encrypted and with passwords, without topics, and gone while a worker runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from streams.settings import Settings
from tests import brokers
from tests.brokers import KafkaServer, free_ports
from tests.certificates import make_certificate
from tests.conftest import make_kafka
from tests.integration.bad_inputs import TEXT, article
from tests.integration.commands import Ended, end_of, newsvane, start, wait_for_line
from tests.integration.rig import Rig

PASSWORD, WRONG = "hunter2-of-the-newsroom", "hunter3-of-the-newsroom"
OUTLET = "gazette.example"
pytestmark = pytest.mark.kafka

_MORE_PROPERTIES = """
listeners=PLAINTEXT://127.0.0.1:{{port}},CONTROLLER://127.0.0.1:{{controller_port}},SASL_SSL://127.0.0.1:{secure_port}
advertised.listeners=PLAINTEXT://127.0.0.1:{{port}},SASL_SSL://127.0.0.1:{secure_port}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL_SSL:SASL_SSL
sasl.enabled.mechanisms=PLAIN
listener.name.sasl_ssl.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required \
user_desk="{password}";
ssl.keystore.type=PEM
ssl.keystore.location={certificate}
"""


@dataclass(frozen=True, slots=True)
class Secure:
    """A broker with a second, secure door."""

    server: KafkaServer
    port: int
    authority: Path


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secure]:
    folder = tmp_path_factory.mktemp("secure")
    key, certificate = make_certificate(folder)
    both = folder / "both.pem"
    both.write_bytes(key.read_bytes() + certificate.read_bytes())
    (port,) = free_ports(1)
    with pytest.MonkeyPatch.context() as patch:
        plain = [text for text in brokers._PROPERTIES.splitlines() if "listeners=" not in text]
        more = _MORE_PROPERTIES.format(secure_port=port, password=PASSWORD, certificate=both)
        patch.setattr(brokers, "_PROPERTIES", "\n".join(plain) + more.replace("{{", "{").replace("}}", "}"))
        server = make_kafka(folder / "kafka")
    try:
        yield Secure(server, port, certificate)
    finally:
        server.remove()


def secure_settings(secure: Secure, folder: Path, namespace: str) -> tuple[Settings, dict[str, str]]:
    settings = Settings(broker=f"kafka://127.0.0.1:{secure.port}", data_dir=folder, namespace=namespace)
    return settings, {
        "NEWSVANE_KAFKA_SECURITY": "SASL_SSL",
        "NEWSVANE_KAFKA_CAFILE": str(secure.authority),
        "NEWSVANE_KAFKA_USERNAME": "desk",
        "NEWSVANE_KAFKA_PASSWORD": PASSWORD,
    }


def assert_one_line(ended: Ended, *words: str) -> None:
    assert (1, 1) == (ended.status, len(ended.lines)), ended.lines
    assert [] == [word for word in words if word not in ended.lines[0]], ended.lines


def test_the_line_runs_over_tls_with_a_password(secure: Secure, tmp_path: Path, unique: Callable[[str], str]) -> None:
    """Topics, ingest and a worker, both clients, encrypted and authenticated, over a certificate of one's own."""
    settings, security = secure_settings(secure, tmp_path, f"{unique('secure')}-")
    path = tmp_path / "articles.jsonl"
    path.write_bytes(b"".join(article(text=f"{TEXT} {n}", id=str(n))(OUTLET) + b"\n" for n in range(20)))
    for command in (["topics", "apply"], ["ingest", str(path)], ["run", "--until-idle"]):
        ended = newsvane(settings, *command, **security)
        assert 0 == ended.status, ended.lines
        assert PASSWORD not in "".join(ended.lines)
    rig = Rig(replace(settings, broker=secure.server.url))
    try:
        assert {"cleaned": 20} == rig.outcomes()["clean"]
    finally:
        rig.close()


def test_a_door_that_stays_shut_is_one_line(secure: Secure, tmp_path: Path) -> None:
    """A wrong password or an authority that nobody knows: one line in time, without the password."""
    settings, security = secure_settings(secure, tmp_path, "shut-")
    changes = ({"NEWSVANE_KAFKA_PASSWORD": WRONG}, {"NEWSVANE_KAFKA_CAFILE": ""})
    for worker in [start(settings, "run", more=security | change) for change in changes]:
        ended = end_of(worker)
        assert_one_line(ended, f"127.0.0.1:{secure.port}", "TLS and SASL settings")
        assert [] == [secret for secret in (PASSWORD, WRONG) if secret in ended.lines[0]]
        assert ended.seconds < 30


def test_missing_topics_are_one_line(secure: Secure, tmp_path: Path, unique: Callable[[str], str]) -> None:
    """``run`` and ``ingest`` name a missing topic and the command that creates it."""
    settings = Settings(broker=secure.server.url, data_dir=tmp_path, namespace=f"{unique('bare')}-")
    (tmp_path / "one.txt").write_text(TEXT)
    for command in (["run"], ["ingest", str(tmp_path / "one.txt"), "--outlet", OUTLET]):
        assert_one_line(newsvane(settings, *command), "not exist", "newsvane topics apply")


def test_a_broker_that_goes_away_ends_the_worker(secure: Secure, tmp_path: Path, unique: Callable[[str], str]) -> None:
    """An idle worker says within a minute that its broker is gone, in one line; after the broker's return the next
    worker has lost nothing."""
    settings = Settings(broker=secure.server.url, data_dir=tmp_path, namespace=f"{unique('gone')}-")
    rig = Rig(settings)
    try:
        rig.create_topics()
        rig.feed_raw([(article(text=TEXT)(OUTLET), OUTLET)])
        worker = start(settings, "run")
        wait_for_line(worker, "ready")
    finally:
        rig.close()
    secure.server.kill()
    ended = end_of(worker, 60)
    assert_one_line(ended, "127.0.0.1", "does not answer", "check that it runs")
    secure.server.restart()
    assert 0 == newsvane(settings, "run", "--until-idle").status
    rig = Rig(settings)
    try:
        assert {"cleaned": 1} == rig.outcomes()["clean"]
    finally:
        rig.close()

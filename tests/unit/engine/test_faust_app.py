"""What Faust is told, and what it is never told."""

from __future__ import annotations

import ssl
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from streams.engine.faust_app import build_app
from streams.engine.transport_kafka import credentials
from streams.errors import SettingError
from streams.log import connect as connecting
from streams.log.connect import connect
from streams.settings import Settings, describe_settings, read_settings

SECRET = "hunter2-of-the-newsroom"


def environment(**more: str) -> dict[str, str]:
    return {
        "NEWSVANE_BROKER": "kafka://one:9092,two:9092",
        **{f"NEWSVANE_{name}": value for name, value in more.items()},
    }


@pytest.mark.parametrize("broker", ["kafka://127.0.0.1:1", "sqlite:///line.db"])
def test_the_settings_that_keep_hazards_away(tmp_path: Path, broker: str) -> None:
    """8: a dead worker is noticed in 15 s, not 60. 9: exactly_once is not used, nor the confluent driver. 10: no web.
    15: no static membership. 6: every replica acknowledges."""
    conf = build_app(Settings(broker=broker), tmp_path).conf
    assert {
        "broker_session_timeout": 15.0,
        "broker_heartbeat_interval": 3.0,
        "processing_guarantee": "at_least_once",
        "scheme": {"kafka"},
        "web_enabled": False,
        "consumer_group_instance_id": None,
        "producer_acks": -1,
        "topic_allow_declare": False,
        "topic_disable_leader": True,
    } == {
        "broker_session_timeout": conf.broker_session_timeout,
        "broker_heartbeat_interval": conf.broker_heartbeat_interval,
        "processing_guarantee": conf.processing_guarantee.value,
        "scheme": {url.scheme for url in conf.broker},
        "web_enabled": conf.web_enabled,
        "consumer_group_instance_id": conf.consumer_group_instance_id,
        "producer_acks": conf.producer_acks,
        "topic_allow_declare": conf.topic_allow_declare,
        "topic_disable_leader": conf.topic_disable_leader,
    }


def test_hazard_9_confluent_is_not_even_a_choice() -> None:
    """9: the driver that consumes nothing can't be asked for."""
    with pytest.raises(SettingError, match="expected sqlite:///"):
        connect(read_settings({"NEWSVANE_BROKER": "confluent://one:9092"}))


class Opened:
    """Stands where the log would connect, and keeps with what."""

    def __init__(self, _: str, **options: Any) -> None:
        self.options = options["security"].client_options()


@pytest.mark.parametrize("protocol", ["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"])
@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"])
def test_both_clients_get_the_same_security(
    monkeypatch: pytest.MonkeyPatch, authority: Path, protocol: str, mechanism: str
) -> None:
    """Protocol, mechanism, user, password and authorities reach Faust's client and kafka-python alike."""
    monkeypatch.setattr(connecting, "open_log", Opened)
    settings = read_settings(
        environment(
            KAFKA_SECURITY=protocol.lower(),
            KAFKA_SASL_MECHANISM=mechanism,
            KAFKA_USERNAME="desk",
            KAFKA_PASSWORD=SECRET,
            KAFKA_CAFILE=str(authority),
        )
    )
    given = credentials(settings)
    options: dict[str, Any] = connect(settings).options  # type: ignore[attr-defined]
    assert protocol == options["security_protocol"]
    assert protocol == (given.protocol.value if given is not None else "PLAINTEXT")
    if protocol.startswith("SASL"):
        assert (mechanism, "desk", SECRET) == (given.mechanism.value, given.username, given.password)
        assert (mechanism, "desk", SECRET) == (
            options["sasl_mechanism"],
            options["sasl_plain_username"],
            options["sasl_plain_password"],
        )
    if protocol.endswith("SSL"):
        context = given.context if protocol == "SSL" else given.ssl_context
        assert (ssl.CERT_REQUIRED, True) == (context.verify_mode, context.check_hostname)
        assert 1 == context.cert_store_stats()["x509_ca"]
        assert str(authority) == options["ssl_cafile"]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate authority of our own."""
    folder = tmp_path_factory.mktemp("authority")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=newsvane-test",
         "-keyout", str(folder / "key.pem"), "-out", str(folder / "ca.pem")],
        check=True, capture_output=True,
    )  # fmt: skip
    return folder / "ca.pem"


@pytest.mark.parametrize("way", ["variable", "file"])
def test_a_password_never_shows(tmp_path: Path, way: str) -> None:
    """Neither the settings, nor their table, nor what Faust or the log are given, nor Faust's app, show it."""
    path = tmp_path / "password"
    path.write_text(f"{SECRET}\n")
    how = {"KAFKA_PASSWORD": SECRET} if way == "variable" else {"KAFKA_PASSWORD_FILE": str(path)}
    settings = read_settings(environment(KAFKA_SECURITY="SASL_PLAINTEXT", KAFKA_USERNAME="desk", **how))
    given = credentials(settings)
    assert SECRET == given.password
    app = build_app(settings, tmp_path)
    shown = [settings, describe_settings(settings), given, connect(settings), app, app.conf.broker_credentials]
    assert [] == [one for one in shown if SECRET in repr(one)]


def test_a_password_in_the_brokers_address_is_masked() -> None:
    """It is refused there; the table of settings does not repeat it either."""
    settings = read_settings({"NEWSVANE_BROKER": f"kafka://desk:{SECRET}@one:9092"})
    assert "kafka://***@one:9092" in {row[1] for row in describe_settings(settings)}
    with pytest.raises(SettingError) as caught:
        connect(settings)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (
            {"KAFKA_PASSWORD_FILE": "/missing/password"},
            "KAFKA_PASSWORD_FILE='/missing/password' can't be read: No such",
        ),
        ({"KAFKA_SECURITY": "SASL_SSL", "KAFKA_CAFILE": "/missing/ca.pem"}, r"TLS files .* can't be used: .*No such"),
    ],
)
def test_what_security_gets_wrong_is_one_line(settings: dict[str, str], expected: str) -> None:
    """A missing file is named with its setting."""
    with pytest.raises(SettingError, match=expected) as caught:
        credentials(read_settings(environment(**{"KAFKA_SECURITY": "SASL_PLAINTEXT", **settings})))
    assert "\n" not in str(caught.value)


def test_security_that_is_contradictory_is_refused() -> None:
    """Two passwords are one too many; an unknown mechanism is none."""
    with pytest.raises(SettingError, match="are both set") as caught:
        read_settings(environment(KAFKA_PASSWORD=SECRET, KAFKA_PASSWORD_FILE="f"))
    assert SECRET not in str(caught.value)
    with pytest.raises(SettingError, match="expected one of PLAIN, SCRAM-SHA-256, SCRAM-SHA-512"):
        read_settings(environment(KAFKA_SASL_MECHANISM="GSSAPI"))


def test_another_faust_stops_the_start() -> None:
    """12: the consumer replaces a method of this Faust alone; another version is refused at import."""
    code = "import faust; faust.__version__ = '9.9'; import streams.engine.consumer"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (1, True) == (done.returncode, "faust-streaming 9.9 is installed, 0.15.3 is needed" in done.stderr)

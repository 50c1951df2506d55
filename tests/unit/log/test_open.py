"""Broker URLs, header blobs, and what a missing broker is called."""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.errors import BrokerUnavailable, SettingError
from streams.log.headers import decode_headers, encode_headers
from streams.log.kafka import KafkaLog
from streams.log.kafka_client import KafkaSecurity
from streams.log.open import kafka_servers, open_log, sqlite_path
from streams.log.sqlite import SqliteLog
from tests.brokers import free_ports


def test_the_url_decides(tmp_path: Path) -> None:
    """A sqlite URL has a relative or an absolute path, a kafka URL has servers; options reach the log."""
    with closing(open_log(f"sqlite:///{tmp_path}/a%20b.db", synchronous="NORMAL")) as log:
        assert isinstance(log, SqliteLog)
        assert tmp_path / "a b.db" == log.path
    with closing(open_log("kafka://one:9092,two:9093", timeout_s=1.0)) as log:
        assert isinstance(log, KafkaLog)
        assert ("one:9092", "two:9093") == log.servers
    assert Path("var/newsvane.db") == sqlite_path("sqlite:///var/newsvane.db")
    assert Path("/var/newsvane.db") == sqlite_path("sqlite:////var/newsvane.db")
    assert ["[::1]:9092"] == kafka_servers("kafka://[::1]:9092/")


@pytest.mark.parametrize(
    "url",
    [
        "", "newsvane.db", "postgres://host/db", "sqlite://", "sqlite:///", "sqlite://host/file", "sqlite:///folder/",
        "kafka://", "kafka://host", "kafka://host:", "kafka://host:0", "kafka://host:70000", "kafka://a:1,,b:2",
        "kafka://user:secret@host:9092", "kafka://host:9092/topic",
    ],
)  # fmt: skip
def test_another_url_is_refused_with_what_was_expected(url: str) -> None:
    """A URL that names no log is an error of the settings that shows both forms and no password."""
    with pytest.raises(SettingError, match=r"expected sqlite:///.* or kafka://") as caught:
        open_log(url)
    assert "secret" not in str(caught.value)


def test_a_missing_broker_is_named_in_time() -> None:
    """Without a broker every use ends after the time-out with its address, in one line."""
    (port,) = free_ports(1)
    began = time.monotonic()
    with (
        closing(KafkaLog([f"127.0.0.1:{port}"], timeout_s=0.5)) as log,
        pytest.raises(BrokerUnavailable, match=f"127.0.0.1:{port}.* does not answer") as caught,
    ):
        log.partitions("articles-raw")
    assert "\n" not in str(caught.value)
    assert time.monotonic() - began < 5


def test_secrets_do_not_show() -> None:
    """Neither the settings nor the log show a user, a password or a key file."""
    security = KafkaSecurity("SASL_SSL", "ca.pem", "cert.pem", "key.pem", "PLAIN", "the-user", "the-password")
    shown = repr(security) + repr(KafkaLog(["localhost:9092"], security))
    assert not [secret for secret in ("key.pem", "the-user", "the-password") if secret in shown]
    assert "the-password" == security.client_options()["sasl_plain_password"]


@given(st.lists(st.tuples(st.text(max_size=20), st.binary(max_size=50)), max_size=5).map(tuple))
def test_headers_come_back(headers: tuple[tuple[str, bytes], ...]) -> None:
    """Any headers come back as they were."""
    assert headers == decode_headers(encode_headers(headers))


@given(st.binary(max_size=60))
def test_foreign_header_blobs_never_crash(blob: bytes) -> None:
    """A blob of anyone else is either headers that encode to it or a ValueError."""
    try:
        headers = decode_headers(blob)
    except ValueError:
        return
    assert (encode_headers(headers) or b"") == blob

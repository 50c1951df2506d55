"""How do we reach a Kafka cluster, and what do its errors mean? Connection settings and the errors in our words."""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from kafka import errors

from streams.errors import BrokerUnavailable, InfrastructureError, InvalidRecord, NewsvaneError, TopicMissing

# what matters of its warnings reaches the user as one of our errors; without a handler they would go to stderr too
logging.getLogger("kafka").addHandler(logging.NullHandler())

SecurityProtocol = Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]
SaslMechanism = Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"]


@dataclass(frozen=True, slots=True)
class KafkaSecurity:
    """TLS and SASL. Files are PEM. User and password never show in a repr."""

    security_protocol: SecurityProtocol = "PLAINTEXT"
    cafile: str | None = None
    certfile: str | None = None
    keyfile: str | None = field(default=None, repr=False)
    sasl_mechanism: SaslMechanism | None = None
    sasl_user: str | None = field(default=None, repr=False)
    sasl_password: str | None = field(default=None, repr=False)

    def client_options(self) -> dict[str, Any]:
        """The same settings as kafka-python names them."""
        options: dict[str, Any] = {"security_protocol": self.security_protocol}
        if self.security_protocol in ("SSL", "SASL_SSL"):
            options |= {"ssl_cafile": self.cafile, "ssl_certfile": self.certfile, "ssl_keyfile": self.keyfile}
        if self.security_protocol.startswith("SASL"):
            options |= {
                "sasl_mechanism": self.sasl_mechanism,
                "sasl_plain_username": self.sasl_user,
                "sasl_plain_password": self.sasl_password,
            }
        return options


def wait_for_broker(servers: Sequence[str], timeout_s: float) -> None:
    """Return when one of the servers takes a connection. Raises BrokerUnavailable after the time-out.

    kafka-python would find out too, but a client that fails in its constructor leaves its sockets open.
    """
    deadline = time.monotonic() + timeout_s
    while True:
        for server in servers:
            host, _, port = server.rpartition(":")
            try:
                socket.create_connection((host.strip("[]"), int(port)), timeout=timeout_s).close()
                return
            except OSError as error:
                reason = error.strerror or str(error)
        if time.monotonic() > deadline:
            raise BrokerUnavailable(
                f"kafka '{','.join(servers)}' does not answer ({reason}); check that it runs and the address"
            )
        time.sleep(0.1)


@contextmanager
def in_our_words(address: str) -> Iterator[None]:
    """Turn what kafka-python raises into our errors, each with the address of the cluster."""
    try:
        yield
    except errors.KafkaError as error:
        raise _translate(address, error) from error
    except OSError as error:
        raise BrokerUnavailable(f"kafka '{address}': {error.strerror or error}; check address and TLS files") from error


def _translate(address: str, error: errors.KafkaError) -> NewsvaneError:
    said = str(error).splitlines()[0].rstrip(": ")  # begins with the name of its class
    if isinstance(error, errors.UnknownTopicOrPartitionError):
        return TopicMissing(f"kafka '{address}': a topic or partition does not exist ({said}); see 'newsvane topics'")
    if isinstance(error, errors.MessageSizeTooLargeError | errors.RecordListTooLargeError):
        return InvalidRecord("too-large", f"kafka '{address}' refused a batch as too large ({said})")
    if isinstance(error, errors.InvalidRecordError):
        return InvalidRecord("refused", f"kafka '{address}' refused a record ({said})")
    if isinstance(error, errors.InvalidTimestampError):
        return InvalidRecord("timestamp", f"kafka '{address}' refused a timestamp ({said})")
    if isinstance(error, errors.AuthorizationError | errors.SaslAuthenticationFailedError):
        return InfrastructureError(f"kafka '{address}' refused these credentials ({said}); check the SASL settings")
    if isinstance(error, errors.RetriableError):
        # a broker that shuts the door on us looks the same to kafka-python
        return BrokerUnavailable(
            f"kafka '{address}' does not answer ({said}); check that it runs, its address and the TLS and SASL settings"
        )
    return InfrastructureError(f"kafka '{address}': {said}")

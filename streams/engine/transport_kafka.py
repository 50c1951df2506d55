"""Faust's Kafka transport with batches. Everything else is aiokafka's driver as it comes."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Any

import faust
from faust.transport.drivers import aiokafka as driver

from streams.engine.consumer import BatchConsumer
from streams.errors import SettingError
from streams.settings import Settings


class KafkaConsumer(BatchConsumer, driver.Consumer):
    pass


class KafkaTransport(driver.Transport):
    Consumer = KafkaConsumer


def read_password(settings: Settings) -> str:
    """The SASL password, from the variable or its file. Raises SettingError for a file that can't be read."""
    if not settings.kafka_password_file:
        return settings.kafka_password
    try:
        return Path(settings.kafka_password_file).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SettingError(
            f"setting NEWSVANE_KAFKA_PASSWORD_FILE={settings.kafka_password_file!r} can't be read: {error.strerror}"
        ) from None


def tls_context(settings: Settings) -> ssl.SSLContext:
    """Verify the brokers against the given authorities or the system's; show our certificate if there is one."""
    try:
        context = ssl.create_default_context(cafile=settings.kafka_cafile or None)
        if settings.kafka_certfile:
            context.load_cert_chain(settings.kafka_certfile, settings.kafka_keyfile or None)
    except (OSError, ssl.SSLError) as error:
        raise SettingError(f"TLS files of NEWSVANE_KAFKA_* can't be used: {error}") from None
    return context


def credentials(settings: Settings) -> Any:
    """Faust's credentials for the security protocol; None for a plain connection."""
    protocol = settings.kafka_security
    if protocol == "PLAINTEXT":
        return None
    context = tls_context(settings) if protocol.endswith("SSL") else None
    if protocol == "SSL":
        return faust.SSLCredentials(context)
    return faust.SASLCredentials(
        username=settings.kafka_username,
        password=read_password(settings),
        mechanism=settings.kafka_sasl_mechanism,
        ssl_context=context,
    )

"""Faust's Kafka transport with batches. Everything else is aiokafka's driver as it comes."""

from __future__ import annotations

import ssl
from typing import Any

import faust
from faust.transport.drivers import aiokafka as driver

from streams.engine.consumer import BatchConsumer
from streams.errors import SettingError
from streams.log.connect import read_password
from streams.settings import Settings


class KafkaConsumer(BatchConsumer, driver.Consumer):
    pass


class KafkaTransport(driver.Transport):
    Consumer = KafkaConsumer


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

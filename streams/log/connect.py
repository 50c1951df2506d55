"""The log that the settings name, with its security and its namespace. Faust is not imported for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from streams.errors import SettingError
from streams.log.open import open_log
from streams.log.protocol import Log
from streams.settings import Settings


def connect(settings: Settings, **options: Any) -> Log:
    """Open it. Raises SettingError for what the settings get wrong, InfrastructureError for what the world does."""
    if settings.is_embedded:
        if settings.namespace:
            raise SettingError(
                "setting NEWSVANE_NAMESPACE is for Kafka; an embedded line is a file: set NEWSVANE_BROKER"
            )
        return open_log(settings.broker, **options)
    from streams.log.kafka_client import KafkaSecurity
    from streams.log.namespace import NamespacedLog

    uses_sasl = settings.kafka_security.startswith("SASL")
    security = KafkaSecurity(
        security_protocol=settings.kafka_security,  # type: ignore[arg-type]  # the table of settings has the choices
        cafile=settings.kafka_cafile or None,
        certfile=settings.kafka_certfile or None,
        keyfile=settings.kafka_keyfile or None,
        sasl_mechanism=settings.kafka_sasl_mechanism if uses_sasl else None,  # type: ignore[arg-type]
        sasl_user=settings.kafka_username if uses_sasl else None,
        sasl_password=read_password(settings) if uses_sasl else None,
    )
    log = open_log(settings.broker, security=security, **options)
    return NamespacedLog(log, settings.namespace) if settings.namespace else log


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

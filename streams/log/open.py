"""Which log does a broker URL mean? The only place that knows both."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote

from streams.errors import SettingError
from streams.log.protocol import Log
from streams.log.sqlite import SqliteLog

_EXPECTED = "expected sqlite:///relative/file.db, sqlite:////absolute/file.db or kafka://host:port,host:port"


def open_log(url: str, **options: Any) -> Log:
    """Open the log that the URL names; the options are those of its class. Raises SettingError for another URL.

    sqlite: three slashes and a path relative to the working folder, or four and an absolute one.
    """
    scheme, separator, _ = url.partition("://")
    if separator and scheme == "sqlite":
        return SqliteLog(sqlite_path(url), **options)
    if separator and scheme == "kafka":
        # kafka-python takes a third of a second to import: not for those who have one file
        from streams.log.kafka import KafkaLog

        return KafkaLog(kafka_servers(url), **options)
    raise SettingError(f"broker URL '{url}' is unknown; {_EXPECTED}")


def sqlite_path(url: str) -> Path:
    """The file of a ``sqlite:///`` URL. Percent escapes are decoded."""
    rest = url.removeprefix("sqlite://")
    path = unquote(rest[1:])
    if not rest.startswith("/") or not path or path.endswith("/"):
        raise SettingError(f"broker URL '{url}' names no file; {_EXPECTED}")
    return Path(path)


def kafka_servers(url: str) -> list[str]:
    """The ``host:port`` pairs of a ``kafka://`` URL."""
    servers = url.removeprefix("kafka://").rstrip("/").split(",")
    for server in servers:
        host, _, port = server.rpartition(":")
        if not host or "/" in host or "@" in host or not port.isdecimal() or not 0 < int(port) < 65536:
            # the text is not repeated: what stands before an @ would be a password
            raise SettingError(f"a kafka broker URL has a malformed server; {_EXPECTED}")
    return servers

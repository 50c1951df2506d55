"""The settings: one table of name, default, range and help; read once at the start, from ``NEWSVANE_*`` alone.

An unknown ``NEWSVANE_*`` key stops the start, because a mistyped setting that is silently ignored costs more than a
start that fails. ``newsvane check`` prints the effective table with secrets masked.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from streams.errors import SettingError

PREFIX = "NEWSVANE_"
SECRET_PREFIX = "NEWSVANE_SECRET_"  # noqa: S105  the beginning of names, no secret
"""What begins so is no setting but a secret that a subscription refers to as ``env:NAME``."""
# Read by the test suite alone; a worker started by a test must not stumble over them.
TEST_KEYS = frozenset({"NEWSVANE_TEST_KAFKA", "NEWSVANE_TEST_CHROMIUM", "NEWSVANE_EVAL_DATA"})


_VAR = Path("var")
_USERINFO = re.compile(r"//[^/\s]*@")


def _setting(
    default: Any,
    help_: str,
    *,
    low: float | None = None,
    high: float | None = None,
    choices: str = "",
    secret: bool = False,
) -> Any:
    meta = {"help": help_, "low": low, "high": high, "choices": tuple(choices.split()), "secret": secret}
    return field(default=default, metadata=meta, repr=not secret)


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting, typed. The variable is the field's name in upper case behind ``NEWSVANE_``."""

    broker: str = _setting(
        "sqlite:///var/newsvane.db", "where the topics are: sqlite:///path (embedded) or kafka://host:port,…"
    )
    group: str = _setting("newsvane", "consumer group of the workers; one group is one line")
    namespace: str = _setting("", "prefix of every topic and group on Kafka: several lines can share a cluster")
    data_dir: Path = _setting(_VAR, "folder for the local state of workers on Kafka")
    log_level: str = _setting("warning", "how much a worker logs", choices="debug info warning error")
    batch_records: int = _setting(500, "most records that a stage takes at once", low=1, high=10_000)
    max_record_bytes: int = _setting(
        4_194_304, "largest article that ingest takes, encoded, in bytes", low=1_024, high=6_000_000
    )
    extract_processes: int = _setting(2, "processes that extract text from pages", low=1, high=64)
    extract_cpu_s: int = _setting(10, "CPU seconds after which the extraction of one page is killed", low=1, high=600)
    extract_memory_mb: int = _setting(1_024, "memory limit of one extraction process", low=128, high=65_536)
    kafka_session_timeout_s: int = _setting(15, "after this a silent worker is given up", low=6, high=300)
    kafka_security: str = _setting("PLAINTEXT", "security protocol", choices="PLAINTEXT SSL SASL_PLAINTEXT SASL_SSL")
    kafka_cafile: str = _setting("", "certificate authorities (PEM) that vouch for the brokers")
    kafka_certfile: str = _setting("", "client certificate (PEM)")
    kafka_keyfile: str = _setting("", "key of the client certificate (PEM)")
    kafka_sasl_mechanism: str = _setting("PLAIN", "SASL mechanism", choices="PLAIN SCRAM-SHA-256 SCRAM-SHA-512")
    kafka_username: str = _setting("", "SASL user")
    kafka_password: str = _setting("", "SASL password", secret=True)
    kafka_password_file: str = _setting("", "file that holds the SASL password, instead of the variable")
    topic_partitions: int = _setting(
        0, "partitions of new topics; 0 takes each topic's own declaration", low=0, high=1_000
    )
    secrets_file: str = _setting(
        "", "YAML file of secrets that subscriptions refer to as file:KEY; not readable by all"
    )
    allow_private: str = _setting(
        "", "private networks that destinations may be in, with commas between, or all; none by default"
    )
    allow_apprise: str = _setting("off", "whether mail and chat are sent: they connect on their own", choices="off on")
    deliver_folder: str = _setting("", "folder of the files that subscriptions may write; none by default")

    store: str = _setting(
        "sqlite:///var/newsvane-store.db",
        "the SQL read model: sqlite:///path or postgresql://user:password@host:port/database",
    )
    store_text_days: int = _setting(
        0, "days after arrival that the store keeps the text of an article; 0 for ever", low=0, high=36_500
    )
    web_host: str = _setting("127.0.0.1", "where the web listens; another host than this machine needs tokens")
    web_port: int = _setting(8787, "the web's port; 0 takes a free one", low=0, high=65_535)
    web_public_url: str = _setting("", "address under which browsers reach the web, where a proxy stands before it")
    web_max_body_bytes: int = _setting(
        33_554_432, "largest body that the web takes, in bytes", low=1_024, high=1_073_741_824
    )
    web_max_lag: int = _setting(
        50_000, "raw articles that wait for clean; above it the web takes no more (429)", low=1, high=1_000_000_000
    )

    @property
    def is_embedded(self) -> bool:
        return self.broker.startswith("sqlite:")


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Read every ``NEWSVANE_*`` variable. Raises SettingError for the first that is unknown or out of range."""
    known = {PREFIX + item.name.upper(): item for item in fields(Settings)}
    values: dict[str, Any] = {}
    for key in sorted(environ):
        if not key.startswith(PREFIX) or key in TEST_KEYS:
            continue
        if key.startswith(SECRET_PREFIX) and key != "NEWSVANE_SECRET_FILE":  # a slip of NEWSVANE_SECRETS_FILE
            continue
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            hint = f"; did you mean {near[0]}?" if near else "; 'newsvane check' lists the settings"
            raise SettingError(f"setting {key} is unknown{hint}")
        item = known[key]
        values[item.name] = _read_value(key, environ[key], item.default, item.metadata)
    settings = Settings(**values)
    if settings.kafka_password and settings.kafka_password_file:
        raise SettingError("settings NEWSVANE_KAFKA_PASSWORD and NEWSVANE_KAFKA_PASSWORD_FILE are both set; unset one")
    return settings


def _read_value(key: str, text: str, default: Any, meta: Mapping[str, Any]) -> Any:
    if isinstance(default, Path):
        return Path(text)
    if isinstance(default, int):
        low, high = int(meta["low"]), int(meta["high"])
        try:
            number = int(text)
        except ValueError:
            raise SettingError(f"setting {key}={text!r} is not a whole number; expected {low}-{high}") from None
        if not low <= number <= high:
            raise SettingError(f"setting {key}={number} is out of range; expected {low}-{high}")
        return number
    choices = meta["choices"]
    if choices:
        for choice in choices:
            if text.lower() == choice.lower():
                return choice
        raise SettingError(f"setting {key}={text!r} is unknown; expected one of {', '.join(choices)}")
    if not text and default:
        raise SettingError(f"setting {key} is empty; unset it for the default {default!r}")
    return text


def describe_settings(settings: Settings) -> list[tuple[str, str, str, str]]:
    """Rows (variable, effective value, default, help) for people; secrets masked, also inside the broker's URL."""
    rows = []
    for item in fields(Settings):
        value, default = getattr(settings, item.name), item.default
        shown = ("set (masked)" if value else "") if item.metadata["secret"] else _USERINFO.sub("//***@", str(value))
        help_ = item.metadata["help"]
        if item.metadata["choices"]:
            help_ += f" ({', '.join(item.metadata['choices'])})"
        elif item.metadata["low"] is not None:
            help_ += f" ({item.metadata['low']}-{item.metadata['high']})"
        rows.append((PREFIX + item.name.upper(), shown, str(default), help_))
    return rows

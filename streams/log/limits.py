"""Which records can be stored? The same answer on both logs, given before anything is written.

A record that cannot be stored refuses its whole batch, so that the caller can take it out and try the rest.
"""

from __future__ import annotations

from collections.abc import Sequence

from streams.errors import InvalidRecord
from streams.log.protocol import Headers, NewRecord

MAX_BATCH_BYTES = 8 << 20
"""What Kafka topics of this project take in one record batch (``max.message.bytes``), uncompressed."""

MAX_RECORD_BYTES = MAX_BATCH_BYTES - (64 << 10)
"""Key, value and headers of one record: a batch has to have room for it and for its own framing."""

MAX_TIMESTAMP_MS = 253_402_300_799_999
"""The end of the year 9999: past it a time cannot be written as RFC 3339."""


MAX_HEADER_NAME_BYTES = 0xFFFF


def record_bytes(record: NewRecord) -> int:
    """The size that limits and retention count: key, value and headers."""
    size = len(record.key or b"") + len(record.value or b"")
    for name, value in record.headers:
        size += len(name.encode()) + len(value)
    return size


def _are_headers(headers: Headers) -> bool:
    for name, value in headers:
        try:
            if len(name.encode()) > MAX_HEADER_NAME_BYTES or not isinstance(value, bytes):
                return False
        except (AttributeError, UnicodeEncodeError):
            return False
    return True


def check_records(topic: str, partitions: int, compact: bool, records: Sequence[NewRecord]) -> list[int]:
    """Return the sizes of the records. Raises InvalidRecord for the first that no log can store."""
    sizes = []
    for index, record in enumerate(records):
        partition, key, value, timestamp_ms, headers = record
        where = f"{topic}[{partition}]: record {index + 1} of {len(records)}"
        if not 0 <= partition < partitions:
            raise InvalidRecord("partition", f"{where}: expected a partition of 0-{partitions - 1}")
        if not 0 <= timestamp_ms <= MAX_TIMESTAMP_MS:
            raise InvalidRecord("timestamp", f"{where}: timestamp {timestamp_ms} ms is outside of 1970-9999")
        if compact and key is None:
            raise InvalidRecord("no-key", f"{where} has no key; a compacted topic needs one")
        if not isinstance(key, bytes | None) or not isinstance(value, bytes | None):
            raise InvalidRecord("not-bytes", f"{where}: key and value must be bytes or None")
        if key is None and value is None:
            raise InvalidRecord("empty", f"{where} has neither key nor value")
        if headers and not _are_headers(headers):
            raise InvalidRecord("headers", f"{where}: headers must be pairs of a text and bytes")
        size = record_bytes(record)
        if size > MAX_RECORD_BYTES:
            raise InvalidRecord("too-large", f"{where} has {size:,} bytes; at most {MAX_RECORD_BYTES:,} are taken")
        sizes.append(size)
    return sizes

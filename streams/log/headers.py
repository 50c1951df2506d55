"""Headers as one blob: for each a name and a value, both length-prefixed; no headers, no blob."""

from __future__ import annotations

from struct import Struct
from struct import error as StructError

from streams.log.protocol import Headers

_LENGTHS = Struct(">HI")


def encode_headers(headers: Headers) -> bytes | None:
    """
    >>> decode_headers(encode_headers((("cause", b"articles-raw[3]@1042"),)))
    (('cause', b'articles-raw[3]@1042'),)
    """
    if not headers:
        return None
    parts: list[bytes] = []
    for name, value in headers:
        raw = name.encode()
        parts += (_LENGTHS.pack(len(raw), len(value)), raw, value)
    return b"".join(parts)


def decode_headers(blob: bytes | None) -> Headers:
    """Raises ValueError for what ``encode_headers`` did not write."""
    if blob is None:
        return ()
    headers = []
    at = 0
    try:
        while at < len(blob):
            name_bytes, value_bytes = _LENGTHS.unpack_from(blob, at)
            at += _LENGTHS.size
            end = at + name_bytes + value_bytes
            if end > len(blob):
                raise ValueError("headers are cut off")
            headers.append((blob[at : at + name_bytes].decode(), blob[at + name_bytes : end]))
            at = end
    except StructError as error:
        raise ValueError("headers are cut off") from error
    return tuple(headers)

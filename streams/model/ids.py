"""Ids are derived from content, never drawn: the same thing has the same id in every run, on every log."""

from __future__ import annotations

from hashlib import blake2b

ID_BYTES = 16


def digest(*parts: str | bytes) -> str:
    """Hash the parts to 32 hexadecimal characters; each part is length-prefixed, so ("ab", "c") != ("a", "bc").

    >>> digest("url", "https://a.example/1") == digest("url", "https://a.example/1")
    True
    >>> digest("ab", "c") == digest("a", "bc")
    False
    """
    prefixed: list[bytes] = []
    for part in parts:
        raw = part if isinstance(part, bytes) else part.encode("utf-8", "surrogatepass")
        prefixed += (len(raw).to_bytes(8, "big"), raw)
    return blake2b(b"".join(prefixed), digest_size=ID_BYTES).hexdigest()

"""Which partition does a key belong to? The answer of Kafka's Java client, so that every writer agrees.

murmur2 (Austin Appleby; 32 bits, Kafka's seed) of the key's bytes, made positive by a mask, modulo the partitions.
"""

from __future__ import annotations

from functools import lru_cache

_SEED = 0x9747B28C
_M = 0x5BD1E995
_MASK = 0xFFFFFFFF


def murmur2(data: bytes) -> int:
    """Hash as ``org.apache.kafka.common.utils.Utils.murmur2``, as an unsigned number of 32 bits.

    >>> murmur2(b"21") == -973932308 % 2**32
    True
    """
    whole = len(data) & ~3
    h = _SEED ^ len(data)
    for at in range(0, whole, 4):
        k = int.from_bytes(data[at : at + 4], "little") * _M & _MASK
        k ^= k >> 24
        h = (h * _M & _MASK) ^ (k * _M & _MASK)
    if whole < len(data):
        h = (h ^ int.from_bytes(data[whole:], "little")) * _M & _MASK
    h ^= h >> 13
    h = h * _M & _MASK
    return h ^ h >> 15


@lru_cache(maxsize=65536)
def partition_for(key: bytes, partitions: int) -> int:
    """The partition of this key in a topic of so many partitions."""
    return (murmur2(key) & 0x7FFFFFFF) % partitions

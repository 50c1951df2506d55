"""What addresses does a host name have, as this system resolves it? Without holding up others where that hangs."""

from __future__ import annotations

import socket
from collections.abc import Sequence

from streams.deliver.background import Threads

MAX_LOOKUPS = 128
_threads = Threads(MAX_LOOKUPS)


def addresses_of(host: str) -> list[str]:
    """Every address once, in the system's order. Blocks; raises OSError for an unknown name."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(info[4][0]) for info in found))


async def system_lookup(host: str) -> Sequence[str]:
    """The same without blocking the loop. Raises OSError, and TooManyThreads where 128 look-ups hang."""
    return await _threads.run(lambda: addresses_of(host))

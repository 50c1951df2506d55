"""Is another worker running on this file? An operating system's lock, which dies with its process.

``flock`` on ``<path>.<group>.lock``. The lock belongs to the open file, which a forked child shares: children close
it, so that an extraction process that outlives its worker does not keep the next worker out.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from streams.errors import InfrastructureError, WorkerLocked

_held: set[int] = set()


def _close_in_child() -> None:
    for descriptor in _held:
        os.close(descriptor)
    _held.clear()


os.register_at_fork(after_in_child=_close_in_child)


@contextmanager
def worker_lock(path: Path, group: str) -> Iterator[Path]:
    """Hold the lock of this group on this file. Raises WorkerLocked, which names the lock file and the holder's pid."""
    lock_path = path.with_name(f"{path.name}.{quote(group, safe='')}.lock")
    try:
        descriptor = os.open(lock_path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise InfrastructureError(f"lock file '{lock_path}' cannot be opened: {error.strerror}") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(descriptor, 32, 0).decode("ascii", "replace").strip() or "unknown"
        os.close(descriptor)
        raise WorkerLocked(
            f"group '{group}' already has a worker on '{path}' (pid {holder}, lock file '{lock_path}'); "
            "stop it first, or use Kafka for more than one"
        ) from None
    _held.add(descriptor)
    try:
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield lock_path
    finally:
        # the file stays: unlinking it would let a third process lock a new file beside a waiting second one
        _held.discard(descriptor)
        os.close(descriptor)

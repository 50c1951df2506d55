"""What the pool's processes are called with in tests: functions that run wild."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from streams.errors import InvalidRecord


def misbehave(task: str) -> object:
    """Do what the task says."""
    what, _, argument = task.partition(" ")
    if what == "spin":
        while True:
            pass
    if what == "eat":
        return len(b"x" * (4 << 30))
    if what == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if what == "die-once":
        path = Path(argument)
        if not path.exists():
            path.touch()
            os.kill(os.getpid(), signal.SIGKILL)
    if what == "refuse":
        raise InvalidRecord("toy", "asked to be refused", "/html")
    if what == "bug":
        raise KeyError("asked for a bug")
    return os.getpid() if what == "pid" else task

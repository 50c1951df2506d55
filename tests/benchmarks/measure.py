"""What did it take? Wall time, CPU time and memory of the process that asks, over a window that leaves out its start.

CPU time is the figure to trust on a machine that others use too; wall time says what they took away.
"""

from __future__ import annotations

import asyncio
import os
import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from streams.engine.keeper import Holding, Slot
from streams.engine.position import Position

SETTLE_S = 0.5


class Spent(NamedTuple):
    """A moment, or what lies between two."""

    wall_s: float
    cpu_s: float

    def since(self, before: Spent) -> Spent:
        return Spent(self.wall_s - before.wall_s, self.cpu_s - before.cpu_s)


def now() -> Spent:
    """This process's clocks: monotonic time, and user and system time of all its threads."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return Spent(time.monotonic(), used.ru_utime + used.ru_stime)


def peak_memory_mb() -> float:
    """The most that this program held. Not ru_maxrss where it can be told apart: that one is inherited over exec."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024


def disk_mb(*paths: Path) -> float:
    """What these files and everything in these folders take on disk: Kafka allots more in its indexes than it fills."""
    files = [file for path in paths for file in ([path] if path.is_file() else path.rglob("*")) if file.is_file()]
    return sum(file.stat().st_blocks * 512 for file in files) / 1e6


def machine() -> dict[str, Any]:
    """Where the figures come from."""
    cpu = "unknown CPU"
    if (info := Path("/proc/cpuinfo")).exists():
        names = [line for line in info.read_text(encoding="utf-8").splitlines() if line.startswith("model name")]
        cpu = names[0].partition(":")[2].strip() if names else cpu
    system = os.uname()
    return {"cpu": cpu, "cores": os.cpu_count(), "system": f"{system.sysname} {system.machine}"}


class CallWindow:
    """Opens after ``warm`` calls, closes when the last of ``total`` was made and its outputs had time to leave.

    The wall time ends with the last call; what the process does in the moment after it counts as CPU time.
    """

    def __init__(self, total: int, warm: int, closed: Callable[[Spent], None]) -> None:
        self._total, self._warm, self._closed = total, warm, closed
        self._calls = 0
        self._opened = self._last = Spent(0, 0)

    def count(self) -> None:
        """One record went through one hop."""
        self._calls += 1
        if self._calls == self._warm:
            self._opened = now()
        elif self._calls == self._total:
            self._last = now()
            asyncio.get_running_loop().call_later(SETTLE_S, self._close)

    def _close(self) -> None:
        self._closed(Spent(self._last.wall_s, now().cpu_s).since(self._opened))


class KeeperWatch:
    """Notes when a line began (its first batch is at hand) and when each batch was durable, by hooking into its keeper.

    With ``skip_commits`` the window opens when the first stage has committed so many batches.
    """

    def __init__(self, keeper: Any, skip_commits: int = 0) -> None:
        self._take, self._commit, self._skip = keeper.take, keeper.commit, skip_commits
        keeper.take, keeper.commit = self.take, self.commit
        self.opened: Spent | None = None
        self.last = Spent(0, 0)
        self.applied = 0
        """Input records of the first stage that were committed inside the window."""

    async def take(self, slot: Slot) -> Holding:
        if self.opened is None and not self._skip:
            self.opened = now()
        holding: Holding = await self._take(slot)
        return holding

    async def commit(self, holding: Holding, position: Position, *rest: Any) -> None:
        before = holding.position.offset
        await self._commit(holding, position, *rest)
        records = position.offset - before
        if not records:  # a claim, or the end
            return
        self.last = now()
        if holding.slot.stage != "clean":
            return
        if self.opened is not None:
            self.applied += records
            return
        self._skip -= 1
        if not self._skip:
            self.opened = self.last

    @property
    def spent(self) -> Spent:
        return self.last.since(self.opened or self.last)

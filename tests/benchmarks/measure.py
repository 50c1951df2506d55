"""What did it take? Wall time, CPU time and memory of the process that asks, over a window that leaves out its start.

CPU time is the figure to trust on a machine that others use too; wall time says what they took away.
"""

from __future__ import annotations

import asyncio
import os
import resource
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from streams.engine.keeper import Holding, Keeper, Slot
from streams.engine.outgoing import Outgoing
from streams.engine.position import Position
from streams.log.protocol import StoredRecord

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
    """The size of these files and of everything in these folders."""
    files = [file for path in paths for file in ([path] if path.is_file() else path.rglob("*")) if file.is_file()]
    return sum(file.stat().st_size for file in files) / 1e6


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


class WatchedKeeper:
    """A keeper that notes when the line began (its first batch is at hand) and when each batch was durable."""

    def __init__(self, keeper: Keeper, skip_commits: int = 0) -> None:
        self._keeper, self._skip = keeper, skip_commits
        self.opened: Spent | None = None
        self.last = Spent(0, 0)
        self.applied = 0
        """Input records of the first stage that were committed inside the window."""

    async def take(self, slot: Slot) -> Holding:
        if self.opened is None and not self._skip:
            self.opened = now()
        return await self._keeper.take(slot)

    async def commit(
        self, holding: Holding, position: Position, writes: Mapping[bytes, bytes | None], outputs: Sequence[Outgoing]
    ) -> None:
        before = holding.position.offset
        await self._keeper.commit(holding, position, writes, outputs)
        self.last = now()
        if holding.slot.stage != "clean":
            return
        if self.opened is not None:
            self.applied += holding.position.offset - before
            return
        self._skip -= 1
        if not self._skip:
            self.opened = self.last

    async def let_go(self, holding: Holding) -> None:
        await self._keeper.let_go(holding)

    def forget(self, slot: Slot) -> None:
        self._keeper.forget(slot)

    async def fetch(self, topic: str, handles: Sequence[bytes]) -> list[StoredRecord]:
        return await self._keeper.fetch(topic, handles)

    async def close(self) -> None:
        await self._keeper.close()

    @property
    def spent(self) -> Spent:
        return self.last.since(self.opened or self.last)

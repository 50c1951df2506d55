"""Processes that may be killed: a page that makes the parser run wild costs its own record and nothing else.

Limits count CPU seconds and bytes, not time on the wall, so that a slow machine decides nothing. A task whose
process dies is tried once more in a fresh one; the second death is a dead letter. Processes start with the first page.
"""

from __future__ import annotations

import asyncio
import importlib
import multiprocessing
import resource
import signal
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from queue import SimpleQueue
from typing import Any

from streams.errors import InfrastructureError, InvalidRecord

_TASKS_PER_PROCESS = 2_000  # parsers leak; a fresh process now and then is cheaper than looking for it


class _Child:
    """One process and the pipe to it."""

    def __init__(self, target: str, cpu_s: int, memory_mb: int) -> None:
        context = multiprocessing.get_context("spawn")  # no inherited locks, sockets or database handles
        self.pipe, theirs = context.Pipe()
        self.process: BaseProcess = context.Process(
            target=_serve, args=(theirs, target, cpu_s, memory_mb), daemon=True, name="newsvane-extract"
        )
        self.process.start()
        theirs.close()
        self.tasks = 0

    def kill(self) -> None:
        self.process.kill()
        self.process.join()
        self.pipe.close()


def _serve(pipe: Connection, target: str, cpu_s: int, memory_mb: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the worker, which ends us
    module, _, name = target.partition(":")
    function = getattr(importlib.import_module(module), name)
    resource.setrlimit(resource.RLIMIT_AS, (memory_mb << 20, memory_mb << 20))
    while True:
        try:
            task = pipe.recv()
        except EOFError:
            return
        used = resource.getrusage(resource.RUSAGE_SELF)
        soft = int(used.ru_utime + used.ru_stime) + cpu_s
        resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))  # SIGXCPU ends the process
        try:
            answer: tuple[str, Any] = ("done", function(task))
        except InvalidRecord as error:
            answer = ("invalid", (error.reason, str(error), error.field))
        except MemoryError:
            answer = ("invalid", ("too-much-memory", f"needs more than {memory_mb} MB to extract", None))
        except Exception as error:
            answer = ("invalid", ("extraction-failed", f"{type(error).__name__} while extracting", None))
        pipe.send(answer)


class Pool:
    """Calls ``target`` (``module:function`` of one picklable argument) in processes."""

    def __init__(self, target: str, processes: int, cpu_s: int, memory_mb: int) -> None:
        self._target, self._cpu_s, self._memory_mb = target, cpu_s, memory_mb
        self._idle: SimpleQueue[_Child | None] = SimpleQueue()
        self._children: set[_Child] = set()
        for _ in range(processes):
            self._idle.put(None)
        self._is_closed = False
        self._threads = ThreadPoolExecutor(processes, thread_name_prefix="newsvane-extract")

    async def map(self, tasks: Sequence[Any]) -> list[Any]:
        """Call the function for each task; a result is what it returned or the InvalidRecord that it died of."""
        loop = asyncio.get_running_loop()
        return list(await asyncio.gather(*(loop.run_in_executor(self._threads, self._run, task) for task in tasks)))

    def _run(self, task: Any) -> Any:
        for _ in range(2):
            child = self._idle.get() or self._start()
            try:
                child.pipe.send(task)
                kind, value = child.pipe.recv()
            except (EOFError, OSError):
                self._end(child)
                self._idle.put(None)
                if self._is_closed:
                    break
                continue
            child.tasks += 1
            if child.tasks >= _TASKS_PER_PROCESS:
                self._end(child)
                self._idle.put(None)
            else:
                self._idle.put(child)
            return value if kind == "done" else InvalidRecord(*value)
        return InvalidRecord(
            "extraction-killed",
            f"extraction took more than {self._cpu_s} s of CPU or {self._memory_mb} MB, twice; killed",
        )

    def _start(self) -> _Child:
        try:
            child = _Child(self._target, self._cpu_s, self._memory_mb)
        except OSError as error:
            raise InfrastructureError(f"no process for extraction can be started ({error.strerror})") from error
        self._children.add(child)
        return child

    def _end(self, child: _Child) -> None:
        self._children.discard(child)
        child.kill()

    def close(self) -> None:
        self._is_closed = True
        for child in list(self._children):
            self._end(child)
        self._threads.shutdown(wait=False, cancel_futures=True)

"""How does a call that can't be interrupted not hold up an end or use up a pool? In a daemon thread, counted.

Python's own pools join their threads at exit and have few of them; a look-up that hangs there holds up everybody.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")


class TooManyThreads(Exception):
    """As many calls as may be are still hanging."""


class Threads:
    """Blocking calls, each in a daemon thread of its own, at most ``limit`` at once, given-up ones included."""

    def __init__(self, limit: int) -> None:
        self._free = threading.BoundedSemaphore(limit)

    async def run(self, function: Callable[[], Result]) -> Result:
        """Call and await. Cancelling leaves the call to itself. Raises TooManyThreads, and what the function does."""
        if not self._free.acquire(blocking=False):
            raise TooManyThreads
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Result] = loop.create_future()

        def settle(result: Result | None, error: BaseException | None) -> None:
            if future.done():
                return
            if error is None:
                future.set_result(result)  # type: ignore[arg-type]
            else:
                future.set_exception(error)

        def work() -> None:
            result, error = None, None
            try:
                result = function()
            except BaseException as raised:
                error = raised
            finally:
                self._free.release()
            with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
                loop.call_soon_threadsafe(settle, result, error)

        threading.Thread(target=work, daemon=True, name="deliver").start()
        return await future

"""The process beside the line: ``newsvane serve``, started by ``newsvane run``, started again when it dies.

It has a process of its own, so that a busy dashboard takes nothing from the line, and the other way round.
"""

from __future__ import annotations

import subprocess
import sys
import threading
import time

from streams.cli.output import note

_FIRST_WAIT_S = 1.0
_LONGEST_WAIT_S = 60.0
_WELL_AFTER_S = 60.0
_END_S = 3.0


class Companion:
    """Keeps ``newsvane serve`` running from ``start`` to ``stop``."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._keep, name="newsvane-companion", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End it and wait for its end: what it was doing is kept."""
        self._stopping.set()
        if self._process is not None:
            self._process.terminate()
        if self._thread.ident is not None:
            self._thread.join(_END_S)
        if self._process is not None and self._process.poll() is None:
            self._process.kill()

    def _keep(self) -> None:
        wait_s = _FIRST_WAIT_S
        while not self._stopping.is_set():
            began = time.monotonic()
            self._process = subprocess.Popen(
                [sys.executable, "-m", "streams", "serve", "--with-parent"],
                stdin=subprocess.PIPE,
                start_new_session=True,  # Ctrl-C is for the line, which then ends it in order
            )
            status = self._process.wait()
            if self._stopping.is_set():
                return
            wait_s = _FIRST_WAIT_S if time.monotonic() - began > _WELL_AFTER_S else min(wait_s * 2, _LONGEST_WAIT_S)
            note(f"dashboard and deliveries ended with status {status}; starting them again in {wait_s:.0f} s")
            self._stopping.wait(wait_s)

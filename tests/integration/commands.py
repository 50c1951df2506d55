"""``newsvane`` as a process on a line of its own, for tests."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from streams.settings import Settings

ROOT = Path(__file__).parents[2]
NEWSVANE = (sys.executable, "-c", "import sys; from streams.cli.main import main; sys.exit(main())")
TROUBLED = (sys.executable, "-m", "tests.integration.troubled")


def environment(settings: Settings, **more: str) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("NEWSVANE_")}
    return {
        **own,
        "NEWSVANE_BROKER": settings.broker,
        "NEWSVANE_NAMESPACE": settings.namespace,
        "NEWSVANE_DATA_DIR": str(settings.data_dir),
        "NEWSVANE_KAFKA_SESSION_TIMEOUT_S": "6",
        "PYTHONPATH": str(ROOT),
        **more,
    }


def start(
    settings: Settings, *arguments: str, program: Sequence[str] = NEWSVANE, more: Mapping[str, str] | None = None
) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*program, *arguments],
        cwd=ROOT,
        env=environment(settings, **(more or {})),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@dataclass(frozen=True, slots=True)
class Ended:
    """``lines`` are those of stderr."""

    status: int
    lines: list[str]
    seconds: float


def end_of(process: subprocess.Popen[str], deadline_s: float = 60.0) -> Ended:
    began = time.monotonic()
    try:
        _, errors = process.communicate(timeout=deadline_s)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise
    return Ended(process.returncode, errors.splitlines(), time.monotonic() - began)


def newsvane(settings: Settings, *arguments: str, **more: str) -> Ended:
    return end_of(start(settings, *arguments, more=more))


def wait_for_line(process: subprocess.Popen[str], word: str) -> str:
    """The first line of stderr with this word."""
    assert process.stderr is not None
    for line in process.stderr:
        if word in line:
            return line
    raise AssertionError(f"it ended without saying '{word}'")

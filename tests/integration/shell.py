"""``newsvane`` as a person calls it: processes, files, pipes and signals, in a folder of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson

from tests.integration.rig import DEADLINE_S

NEWSVANE = [sys.executable, "-c", "import sys; from streams.cli.main import main; sys.exit(main())"]
WATCH = "belarus-military-stance"
TITLE = "Lukashenko says army fights only if attacked"
TEXT = (
    "MINSK — Belarusian President Alexander Lukashenko said on Monday that his army would stay out of the war.\n\n"
    '"We will fight in Ukraine only if Belarus is attacked," Lukashenko told reporters in the capital.\n\n'
    "The talks about the harvest go on next week, the agriculture ministry said in a statement on its site.\n"
)
ARTICLE = {
    "id": "a-1",
    "outlet": "gazette.example",
    "title": TITLE,
    "text": TEXT,
    "published_at": "2026-03-02T09:00:00Z",
    "desk": "foreign",
}
ACME = "id: acme\ntitle: Acme\nquery: acme\n"


class Shell:
    """Calls newsvane in a folder of its own."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        inherited = {key: value for key, value in os.environ.items() if not key.startswith("NEWSVANE_")}
        root = str(Path(__file__).parents[2])
        self.environ = {**inherited, "PYTHONPATH": root, "COLUMNS": "80", "NEWSVANE_WEB_PORT": "0", **settings}
        self.running: list[subprocess.Popen[str]] = []

    def __call__(self, *arguments: str, given: str | None = None, status: int = 0) -> str:
        """Run one command to its end; return what it wrote to stdout, then to stderr."""
        done = subprocess.run(
            [*NEWSVANE, *arguments], cwd=self.folder, env=self.environ, input=given, capture_output=True, text=True,
            timeout=DEADLINE_S, check=False,
        )  # fmt: skip
        assert done.returncode == status, done.stderr
        assert "Traceback" not in done.stderr
        return done.stdout + done.stderr

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        started = subprocess.Popen(
            [*NEWSVANE, *arguments], cwd=self.folder, env=self.environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.running.append(started)
        return started

    def start_line(self) -> subprocess.Popen[str]:
        """Start 'newsvane run' and wait until it says that it is ready."""
        worker = self.start("run")
        assert worker.stderr is not None
        said = ""
        while "ready" not in said:
            said = worker.stderr.readline()
            assert said, "the worker ended before it was ready"
        return worker

    def records(self, topic: str) -> list[dict[str, Any]]:
        return [orjson.loads(line) for line in self("tail", topic, "--json", "--no-follow").splitlines()]

    def close(self) -> None:
        for process in self.running:
            if process.poll() is None:
                process.kill()
            process.wait(timeout=DEADLINE_S)
            for stream in (process.stdin, process.stdout, process.stderr):
                if stream is not None and not stream.closed:
                    stream.close()


def lines(*records: dict[str, Any]) -> str:
    return "".join(orjson.dumps(record).decode() + "\n" for record in records)


def filtered(shell: Shell, *arguments: str, given: str, status: int = 0) -> list[dict[str, Any]]:
    """What a filter writes to stdout."""
    out = shell(*arguments, given=given, status=status)
    return [orjson.loads(line) for line in out.splitlines() if line.startswith("{")]

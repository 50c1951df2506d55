"""``python -m tests.integration.troubled TROUBLE ARGUMENTS…``: the command line in a world with one trouble.

``disk-full``: the log's file may have no more pages than TROUBLE_PAGES says. ``faust-crash``: Faust gives up half a
second after the start. ``agent-cancelled``: somebody cancels the work of an agent at its first batch.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import sys
from typing import Any

from streams import app
from streams.cli.main import main
from streams.engine.line import Line
from streams.engine.work import Work
from streams.log import sqlite as log_sqlite
from streams.log import sqlite_file


def fill_the_disk() -> None:
    connect, pages = sqlite_file.connect, int(os.environ["TROUBLE_PAGES"])

    def connect_with_limit(*arguments: Any) -> sqlite3.Connection:
        db = connect(*arguments)
        db.execute(f"PRAGMA max_page_count = {pages}")
        return db

    vars(log_sqlite)["connect"] = connect_with_limit


def crash_faust() -> None:
    build = app.build_agents

    def build_and_crash(line: Line) -> None:
        build(line)

        async def crash() -> None:
            await asyncio.sleep(0.5)
            await line.app.crash(RuntimeError("a service died"))

        line.crashing = asyncio.create_task(crash())  # type: ignore[attr-defined]

    app.build_agents = build_and_crash  # type: ignore[assignment]


def cancel_an_agent() -> None:
    def build(line: Line) -> None:
        @line.agent("clean", reads="article-raw")
        async def clean(work: Work) -> None:
            raise asyncio.CancelledError

    app.build_agents = build  # type: ignore[assignment]


if __name__ == "__main__":
    {"disk-full": fill_the_disk, "faust-crash": crash_faust, "agent-cancelled": cancel_an_agent}[sys.argv[1]]()
    sys.exit(main(sys.argv[2:]))

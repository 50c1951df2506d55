"""``newsvane run``: the line in this process, until stopped."""

from __future__ import annotations

import logging
import os
import sys
import time
from typing import Annotated

import typer

from streams.cli.bootstrap import ensure_ready
from streams.cli.companion import Companion
from streams.cli.output import counted, note
from streams.cli.watch_book import read_book
from streams.errors import InfrastructureError
from streams.settings import Settings, read_settings

_LOUD = {"faust": "CRITICAL", "mode": "CRITICAL", "aiokafka": "CRITICAL", "kafka": "CRITICAL", "asyncio": "ERROR"}
"""Loggers whose lines are about themselves: a rebalance, each of a hundred tries to reach a broker that is gone. What
ends in an error becomes one of ours, in one line; NEWSVANE_LOG_LEVEL=debug shows the rest."""


def run(
    until_idle: Annotated[
        bool, typer.Option("--until-idle", help="end when everything that is there has been processed")
    ] = False,
    serve: Annotated[
        bool | None,
        typer.Option(
            "--serve/--no-serve",
            help="dashboard, API and deliveries beside it, as 'newsvane serve' does; by default on the embedded log",
        ),
    ] = None,
) -> None:
    """Run the line: clean, dedupe, detect, stance and alert, until Ctrl-C or SIGTERM.

    One process is a whole line. On the embedded log there is one, with the
    dashboard beside it; on Kafka any number share the partitions.
    """
    settings = read_settings(os.environ)
    set_up_logging(settings)
    log = ensure_ready(settings)
    try:
        active = sum(watch["status"] == "active" for watch in read_book(log).current())
    finally:
        log.close()
    wants_companion = settings.is_embedded and not until_idle if serve is None else serve
    run_line(settings, active, until_idle, Companion() if wants_companion else None)
    note("everything is processed and committed" if until_idle else "stopped; everything is committed")


def run_line(settings: Settings, active: int, until_idle: bool, companion: Companion | None = None) -> None:
    """Run the worker here; say when it is ready, then start what is to run beside it."""
    began = time.monotonic()
    # Faust takes half a second to import: only now, and only here
    from streams.app import build_agents
    from streams.engine.worker import Callbacks, leave_process, run_worker

    def say_ready() -> None:
        where = f"{settings.broker}, group {settings.group}" + (
            f", namespace {settings.namespace}" if settings.namespace else ""
        )
        end = "" if until_idle else "; Ctrl-C stops"
        note(
            f"ready after {time.monotonic() - began:.1f} s: 5 stages on {where};"
            f" {counted(active, 'watch', 'watches')} active{end}"
        )
        if companion is not None:
            companion.start()

    try:
        run_worker(settings, build_agents, until_idle=until_idle, callbacks=Callbacks(on_ready=say_ready))
    except InfrastructureError as error:
        note(str(error))
        if companion is not None:
            companion.stop()
        leave_process(error.exit_status)
    if companion is not None:
        companion.stop()


def set_up_logging(settings: Settings) -> None:
    """One plain line each on stderr, at the level of the settings."""
    level = getattr(logging, settings.log_level.upper())
    logging.basicConfig(
        level=level, stream=sys.stderr, format="newsvane: %(levelname)s %(name)s: %(message)s", force=True
    )
    for level_name in ("WARNING", "ERROR", "INFO", "DEBUG", "CRITICAL"):
        logging.addLevelName(getattr(logging, level_name), level_name.lower())
    for name, least in _LOUD.items():
        logging.getLogger(name).setLevel(level if level == logging.DEBUG else least)
    logging.captureWarnings(True)
    logging.getLogger("py.warnings").setLevel(level if level == logging.DEBUG else logging.ERROR)

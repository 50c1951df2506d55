"""``newsvane check``: which settings are in force, and does the broker answer?"""

from __future__ import annotations

import os

import typer

from schemas import topics_on
from streams.cli.bootstrap import log_kind
from streams.cli.output import counted, put, table
from streams.cli.watch_book import read_book
from streams.log.connect import connect
from streams.log.open import sqlite_path
from streams.log.protocol import Log
from streams.log.provision import check_topics
from streams.settings import Settings, describe_settings, read_settings


def check() -> None:
    """Show every setting with its value, secrets masked; then connect and say what is there.

    Exit status 1 if the broker does not answer or a topic is not as declared.
    """
    settings = read_settings(os.environ)
    for line in settings_lines(settings):
        put(line)
    put()
    if settings.is_embedded and not sqlite_path(settings.broker).exists():
        put(f"{settings.broker}: not there yet; 'newsvane run' or 'newsvane ingest' creates it")
        return
    log = connect(settings)
    try:
        is_sound = _tell_log(log, settings)
    finally:
        log.close()
    if not is_sound:
        raise typer.Exit(1)


def settings_lines(settings: Settings) -> list[str]:
    """Two lines a setting: what it is, and what it is for; those that are not at their default are marked."""
    rows = [
        (name, value or '""', "" if value == default else f"(default {default})" if default else "(set)")
        for name, value, default, _ in describe_settings(settings)
    ]
    lines = []
    for line, (_, _, _, help_) in zip(
        table(("setting", "value", ""), rows)[1:], describe_settings(settings), strict=True
    ):
        lines += [line, f"    {help_}"]
    return lines


def _tell_log(log: Log, settings: Settings) -> bool:
    topics = topics_on(log_kind(settings))
    problems = check_topics(log, topics)
    put(f"{settings.broker}: answers")
    if problems:
        put(f"topics: {counted(len(problems), 'problem')}; see 'newsvane topics check'")
        return False
    put(f"topics: {len(topics)}, as declared")
    current = read_book(log).current()
    active = sum(watch["status"] == "active" for watch in current)
    put(f"watches: {active} active, {len(current) - active} disabled")
    return True

"""``newsvane topics``: create what the contract declares, compare, list. Nothing that exists is changed."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from schemas import topics_on
from streams.cli.bootstrap import apply_shipped_watches, log_kind, open_ready_file
from streams.cli.groups import new_group
from streams.cli.output import counted, put, table
from streams.errors import UsageError
from streams.log.provision import apply_topics, check_topics
from streams.settings import read_settings

MAX_PARTITIONS = 1_000

app = new_group("Create the topics that the contract declares, compare them, list them.")


@app.command()
def apply(
    partitions: Annotated[
        int | None,
        typer.Option(
            metavar="N", help="partitions of new topics that scale; default: the setting, or the declared number"
        ),
    ] = None,
) -> None:
    """Create the topics that are missing.

    A line without any watch gets the shipped ones."""
    if partitions is not None and not 1 <= partitions <= MAX_PARTITIONS:
        raise UsageError(f"--partitions {partitions} is out of range; expected 1-{MAX_PARTITIONS}")
    settings = read_settings(os.environ)
    log = open_ready_file(settings)
    try:
        created = apply_topics(log, topics_on(log_kind(settings)), partitions or settings.topic_partitions or None)
        watches = apply_shipped_watches(log)
    finally:
        log.close()
    for name in created:
        put(f"created {name}")
    for watch_id in watches:
        put(f"applied shipped watch {watch_id}")
    put(f"{counted(len(created), 'topic')} created on {settings.broker}" if created else "every topic is there already")


@app.command()
def check() -> None:
    """Compare the topics with the contract.

    One line a problem and what to do; exit status 1 if there is one."""
    settings = read_settings(os.environ)
    declared = topics_on(log_kind(settings))
    log = open_ready_file(settings)
    try:
        problems = check_topics(log, declared)
    finally:
        log.close()
    for problem in problems:
        put(problem.message)
    if problems:
        raise typer.Exit(1)
    put(f"{counted(len(declared), 'topic')} on {settings.broker}: as declared")


@app.command("list")
def list_() -> None:
    """List the topics: partitions, records, retention."""
    settings = read_settings(os.environ)
    log = open_ready_file(settings)
    try:
        existing = log.describe_topics()
        rows = []
        for topic in topics_on(log_kind(settings)):
            spec = existing.get(topic.name)
            if spec is None:
                rows.append((topic.name, "missing", "", "", topic.record or "binary"))
                continue
            records = sum(
                log.end_offset(topic.name, partition) - log.start_offset(topic.name, partition)
                for partition in range(spec.partitions)
            )
            kept = "compacted" if spec.cleanup == "compact" else retention_text(spec.retention_ms)
            rows.append((topic.name, str(spec.partitions), f"{records:,}", kept, topic.record or "binary"))
    finally:
        log.close()
    for line in table(("topic", "partitions", "records", "kept", "record"), rows):
        put(line)


def retention_text(retention_ms: int) -> str:
    """
    >>> retention_text(-1), retention_text(90 * 86_400_000), retention_text(5_400_000)
    ('for ever', '90 days', '90 minutes')
    """
    if retention_ms < 0:
        return "for ever"
    if retention_ms % 86_400_000 == 0:
        return counted(retention_ms // 86_400_000, "day")
    return counted(retention_ms // 60_000, "minute")

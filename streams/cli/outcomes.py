"""``newsvane outcomes``: what did each stage do with its records?"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Annotated

import orjson
import typer

from streams.cli.bootstrap import ensure_ready
from streams.cli.output import note, put, put_bytes, table
from streams.engine.outcomes import read_outcomes
from streams.settings import read_settings

REVISED = "revised"


def outcomes(
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object: stage, outcome, number")] = False,
) -> None:
    """Count what each stage did with its records: every record has exactly one outcome in each stage it reached.

    'repeat' is a record that was there before, 'rejected' one in the dead letters ('newsvane dlq list').
    """
    settings = read_settings(os.environ)
    log = ensure_ready(settings)
    try:
        counts = read_outcomes(log, settings.group)
    finally:
        log.close()
    if as_json:
        put_bytes(orjson.dumps(counts))
    elif counts:
        for line in outcome_table(counts):
            put(line)
    else:
        note(f"no stage of group '{settings.group}' has processed anything yet; start it with 'newsvane run'")


def outcome_table(counts: Mapping[str, Mapping[str, int]]) -> list[str]:
    """A line for each stage: how many records it took, and what became of them.

    Revised are records that were sent again because a verdict changed; they are not counted again.

    >>> outcome_table({"clean": {"cleaned": 2, "rejected": 1}, "stance": {"mentioned": 2, "revised": 4}})[1:]
    ['clean         3  2 cleaned, 1 rejected', 'stance        2  2 mentioned (and 4 revised)']
    """
    rows = []
    for stage, found in counts.items():
        told = ", ".join(f"{number} {outcome}" for outcome, number in found.items() if outcome != REVISED)
        revised = found.get(REVISED, 0)
        rows.append((stage, sum(found.values()) - revised, f"{told} (and {revised} revised)" if revised else told))
    return table(("stage", "records", "outcomes"), rows)

"""What a line found in the end, to the byte: for tests that compare two of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson

from schemas import topic_of
from streams.settings import Settings
from tests.integration.real import apply_watches
from tests.integration.rig import Rig

MODULE = "tests.integration.real"
IDS = {"mention": "mention_id", "statement": "statement_id", "alert": "alert_id"}

Final = dict[str, dict[str, bytes]]


def final_records(rig: Rig) -> Final:
    """The last live record under every mention, statement and alert id, to the byte."""
    found: Final = {}
    for kind, id_field in IDS.items():
        last: dict[str, bytes] = {}
        for stored in rig.all_of(topic_of(kind).name):
            assert stored.value is not None
            last[orjson.loads(stored.value)[id_field]] = stored.value
        found[kind] = {
            key: value for key, value in sorted(last.items()) if orjson.loads(value).get("status") != "superseded"
        }
    return found


def distinct_outcomes(rig: Rig) -> dict[str, dict[str, int]]:
    """The counts of outcomes over distinct ids: repeats and revisions are no new ones."""
    return {
        stage: {outcome: n for outcome, n in sorted(counts.items()) if outcome not in ("repeat", "revised")}
        for stage, counts in sorted(rig.outcomes().items())
    }


def open_line(settings: Settings, raws: list[dict[str, Any]], partitions: int | None = None) -> Rig:
    rig = Rig(settings, MODULE)
    rig.create_topics(partitions)
    apply_watches(rig.log)
    rig.feed(raws)
    return rig


def embedded(folder: Path) -> Settings:
    folder.mkdir(parents=True, exist_ok=True)
    return Settings(broker=f"sqlite:///{folder}/line.db", data_dir=folder / "var")


def run_once(settings: Settings, raws: list[dict[str, Any]], partitions: int | None = None) -> tuple[Final, Any]:
    rig = open_line(settings, raws, partitions)
    try:
        rig.run_to_end()
        return final_records(rig), distinct_outcomes(rig)
    finally:
        rig.close()

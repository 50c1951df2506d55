"""Alerts and people's records for the tests of the desk, and a clock that tests move."""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import orjson

from streams.model.records import Alert, Carrier

EXAMPLES = Path(__file__).parents[3] / "schemas/examples/valid"
NOW = datetime(2023, 2, 16, 12, tzinfo=UTC)
WATCH_ID = "norland-military-stance"


def example(kind: str, name: str) -> dict[str, Any]:
    return cast("dict[str, Any]", orjson.loads((EXAMPLES / kind / f"{name}.json").read_bytes()))


def alert(**fields: Any) -> Alert:
    """A live alert: conditional, "if attacked", one outlet."""
    return cast(Alert, {**example("alert", "first-mention"), **fields})


def hardened(**fields: Any) -> Alert:
    """The same alert telling that a stance has hardened."""
    change = {**example("alert", "stance-change")["change"], "direction": "hardened"}
    return alert(kind="stance-change", change=change, **fields)


def with_trigger(found: Alert, trigger: str) -> Alert:
    changed = copy.deepcopy(found)
    assert changed["statement"] is not None
    assert changed["statement"]["condition"] is not None
    changed["statement"]["condition"]["trigger"] = trigger
    return changed


def carried_by(found: Alert, *outlets: str) -> Alert:
    changed = copy.deepcopy(found)
    carriers = [cast(Carrier, {**changed["article"], "outlet": outlet}) for outlet in outlets]
    changed["article"], changed["carriers"] = carriers[0], carriers
    changed["reach"] = {"outlets": len(set(outlets)), "articles": len(outlets), "copies": 0}
    return changed


def superseded(found: Alert, heir_id: str | None) -> Alert:
    record: dict[str, Any] = {**found, "status": "superseded", "carriers": []}
    if heir_id is not None:
        record["successor_id"] = heir_id
    return cast(Alert, record)


def later(**by: float) -> datetime:
    return NOW + timedelta(**by)

"""What people have said about an alert: acknowledgement and feedback, also what was said about those it took in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from streams.store.paging import Row
from streams.store.tables import TABLES

_MAX_STEPS: Final = 20


def mark_alerts(db: Connection, found: Sequence[tuple[Row, str]]) -> list[Row]:
    """Each alert with ``changed_at``, ``acknowledgement``, ``is_acknowledged`` and ``feedback``."""
    heirs = heirs_of(db, [alert["alert_id"] for alert, _ in found])
    acknowledged: dict[str, Row] = {}
    for row in _acknowledgements(db, list(heirs)):
        heir = heirs[row["alert_id"]]
        known = acknowledged.get(heir)
        if known is None or known["acknowledged_at"] < row["acknowledged_at"]:
            acknowledged[heir] = row
    said: dict[str, list[Row]] = {}
    for row in _feedback(db, list(heirs)):
        said.setdefault(heirs[row["alert_id"]], []).append(row)
    items = []
    for alert, changed_at in found:
        ack = acknowledged.get(alert["alert_id"])
        items.append(
            {
                **alert,
                "changed_at": changed_at,
                "acknowledgement": ack,
                "is_acknowledged": ack is not None and ack["label"] == alert["label"],
                "feedback": said.get(alert["alert_id"], []),
            }
        )
    return items


def heirs_of(db: Connection, alert_ids: Sequence[str]) -> dict[str, str]:
    """Each of these alerts, and those it superseded, with the one of these that speaks for it now."""
    t = TABLES.alerts
    heirs = {alert_id: alert_id for alert_id in alert_ids}
    newest = list(alert_ids)
    for _ in range(_MAX_STEPS):
        if not newest:
            break
        query = sa.select(t.c.alert_id, t.c.successor_id).where(t.c.successor_id.in_(newest))
        newest = []
        for alert_id, successor_id in db.execute(query.order_by(t.c.alert_id)):
            if alert_id not in heirs:
                heirs[alert_id] = heirs[successor_id]
                newest.append(alert_id)
    return heirs


def _acknowledgements(db: Connection, alert_ids: Sequence[str]) -> list[Row]:
    t = TABLES.acknowledgements
    later = t.alias()
    is_last = ~sa.exists().where(later.c.acknowledgement_id == t.c.acknowledgement_id, later.c.version > t.c.version)
    query = sa.select(t.c.record).where(t.c.alert_id.in_(alert_ids), t.c.status == "active", is_last)
    return [orjson.loads(record) for record in db.execute(query.order_by(t.c.acknowledgement_id)).scalars()]


def _feedback(db: Connection, alert_ids: Sequence[str]) -> list[Row]:
    t = TABLES.feedback
    other = t.alias()
    stands = ~sa.exists().where(other.c.undoes == t.c.feedback_id)
    query = sa.select(t.c.record).where(t.c.alert_id.in_(alert_ids), t.c.kind != "undo", stands)
    ordered = query.order_by(t.c.given_at.desc(), t.c.feedback_id)
    return [orjson.loads(record) for record in db.execute(ordered).scalars()]

"""What does a decided delivery say? The ``Notification`` of a delivery record: title and text for people, data for
programs. It is made once, when it is decided, and kept, so that every attempt carries the same words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import orjson

from streams.deliver.fates import DIGEST, GROUP, HEARTBEAT, OPENED, REPEATED, SUMMARY, UPDATED, read_time
from streams.deliver.notification import Notification, alert_text, alert_title
from streams.model.records import Alert
from streams.model.words import clean

MAX_QUOTED: Final = 10
"""Alerts with their whole text; the others of a digest have a line each."""
_WORDS: Final = {OPENED: "", UPDATED: "Update: ", REPEATED: "Still standing: "}


Quotes = dict[str, tuple[str, str]]
"""Title and text of alerts by revision: hundreds of subscriptions are told the same words."""


def make_notification(
    record: Mapping[str, Any],
    bodies: Mapping[str, Alert],
    data: Mapping[str, Any] | None = None,
    quotes: Quotes | None = None,
) -> Notification:
    """Say what a delivery record tells. An alert whose record is gone is named by its id alone.

    ``quotes`` remembers the words of alerts from call to call.
    """
    said = quotes if quotes is not None else {}
    ids = [entry["alert_id"] for entry in record["alerts"]]
    alerts = [bodies[alert_id] for alert_id in ids if alert_id in bodies]
    event_type, reason = record["event_type"], record["reason"]
    content: dict[str, Any] = {"reason": reason, **(data or {})}
    if event_type in _WORDS and len(ids) == 1:
        content |= {"alert": alerts[0]} if alerts else {"alert_id": ids[0]}
        subject: str | None = ids[0]
        title = _WORDS[event_type] + (_quote(alerts[0], said)[0] if alerts else f"alert {ids[0]}")
        text = "\n".join([*([_quote(alerts[0], said)[1]] if alerts else []), "", f"Sent because: {reason}"])
    else:
        content |= {"alerts": alerts, "count": len(ids)} if ids else {}
        subject = record["watch_id"]
        title = _title(event_type, len(ids), record, content)
        text = _text(alerts, len(ids), reason, said, whole=MAX_QUOTED if event_type in (GROUP, REPEATED) else 0)
    return Notification(
        delivery_id=record["delivery_id"],
        subscription_id=record["subscription_id"],
        event_type=event_type,
        watch_id=record["watch_id"],
        subject=subject,
        occurred_at=datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=read_time(record["created_at"])),
        data=content,
        title=title,
        text=text,
    )


def _title(event_type: str, count: int, record: Mapping[str, Any], content: Mapping[str, Any]) -> str:
    many = f"{count} alert" if count == 1 else f"{count} alerts"
    if event_type in (GROUP, REPEATED):
        return f"{_WORDS.get(event_type, '')}{many} of watch {clean(str(record['watch_id']))}"
    if event_type == DIGEST:
        return f"Digest: {many} up to {content.get('window_ends_at', record['created_at'])}"
    if event_type == SUMMARY:
        return f"A silence has ended: it hid {many}"
    if event_type == HEARTBEAT:
        return f"Heartbeat: {content.get('verdict', 'sent')}"
    return f"{event_type}: {many}"


def _quote(alert: Alert, said: Quotes) -> tuple[str, str]:
    found = said.get(alert["revision"])
    if found is None:
        found = said[alert["revision"]] = (alert_title(alert), alert_text(alert))
    return found


def _text(alerts: list[Alert], count: int, reason: str, said: Quotes, whole: int) -> str:
    lines = [reason]
    for alert in alerts[:whole]:
        lines += ["", *_quote(alert, said)]
    lines += [
        f"- {_quote(alert, said)[0]} ({clean(alert['watch_id'])}, {alert['alert_id']})" for alert in alerts[whole:]
    ]
    if count > len(alerts):
        lines.append(f"- {count - len(alerts)} more, whose records are gone")
    return "\n".join(lines)


def pack(notification: Notification) -> bytes:
    """For the outbox."""
    values = {field.name: getattr(notification, field.name) for field in fields(Notification)}
    return orjson.dumps({**values, "data": dict(notification.data)})


def unpack(packed: bytes) -> Notification:
    values = orjson.loads(packed)
    return Notification(**{**values, "occurred_at": datetime.fromisoformat(values["occurred_at"])})

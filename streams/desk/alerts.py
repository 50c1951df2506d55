"""Which alert does somebody mean? The last state of every alert on the log, and one of them by the beginning of its id.

Superseded alerts are found too: an id that somebody wrote down yesterday leads to what took its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, cast

from schemas import decode, topic_of
from streams.errors import InvalidRecord, UsageError
from streams.log.protocol import Log
from streams.log.topic_reader import read_topic
from streams.model.records import Alert
from streams.model.words import clean

MIN_PREFIX: Final = 4
SHORT_ID: Final = 8
MAX_CANDIDATES: Final = 5
_TITLE: Final = 50
_HEX: Final = re.compile(r"[0-9a-f]{1,32}")


def read_alerts(log: Log) -> dict[str, Alert]:
    """The last record of each alert by its id, also of superseded ones. What is no alert is passed over."""
    found: dict[str, Alert] = {}
    for stored in read_topic(log, topic_of("alert").name):
        try:
            record = decode("alert", stored.value or b"")
        except InvalidRecord:
            continue
        if isinstance(record.get("alert_id"), str):
            found[record["alert_id"]] = cast(Alert, record)
    return found


def live_alerts(alerts: Mapping[str, Alert]) -> list[Alert]:
    """Those that are live, the first published first."""
    live = (alert for alert in alerts.values() if alert["status"] == "live")
    return sorted(live, key=lambda alert: (alert["first_published_at"], alert["alert_id"]))


def find_alert(alerts: Mapping[str, Alert], name: str) -> Alert:
    """The alert whose id begins so; of a superseded one, what took its place. Raises UsageError with the candidates."""
    wanted = name.strip().rstrip("…").lower()
    if not _HEX.fullmatch(wanted) or len(wanted) < MIN_PREFIX:
        raise UsageError(
            f"alert id {name!r:.60} can't be looked for; expected its first {MIN_PREFIX} or more hexadecimal digits; "
            "'newsvane tail alerts --no-follow' shows them"
        )
    begun = [_heir(alerts, alert) for alert_id, alert in sorted(alerts.items()) if alert_id.startswith(wanted)]
    found = list({alert["alert_id"]: alert for alert in begun}.values())
    if not found:
        raise UsageError(f"alert '{wanted}' is not on the log; 'newsvane tail alerts --no-follow' shows what is")
    if len(found) > 1:
        raise UsageError(
            f"alert '{wanted}' can be one of {len(found)}; give more of its id: {'; '.join(_named(found))}"
        )
    return found[0]


def _heir(alerts: Mapping[str, Alert], alert: Alert) -> Alert:
    seen = {alert["alert_id"]}
    while alert["status"] != "live":
        heir = alerts.get(alert.get("successor_id", ""))
        if heir is None or heir["alert_id"] in seen:
            return alert
        seen.add(heir["alert_id"])
        alert = heir
    return alert


def _named(found: Sequence[Alert]) -> Iterator[str]:
    for alert in found[:MAX_CANDIDATES]:
        yield f"{alert['alert_id'][:12]} {clean(alert['label'])} “{clean(alert['article']['title'], _TITLE)}”"
    if len(found) > MAX_CANDIDATES:
        yield "…"

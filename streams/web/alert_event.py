"""One record of the topic of alerts as an event: what clients filter by, and its bytes, made once for all of them.

A repeat is dropped: the same (alert id, revision) as the last of that alert, or as one from the same cause (an engine
that died between its outputs and its position sends them again). A return to an earlier revision by another cause is
news. What is remembered is bounded; the oldest alerts are forgotten first.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from streams.log.protocol import StoredRecord
from streams.web.position import Position

_REMEMBERED: Final = 50_000
_CAUSE: Final = "cause"


@dataclass(frozen=True, slots=True)
class Event:
    """``position`` is the one after it."""

    position: Position
    watch_id: str
    kind: str
    severity: str
    label: str
    data: bytes

    def encode(self) -> bytes:
        return b"id: %b\nevent: alert\ndata: %b\n\n" % (str(self.position).encode(), self.data)


@dataclass(frozen=True, slots=True)
class Filters:
    """What a listener wants; empty means any."""

    watches: Sequence[str] = ()
    kinds: Sequence[str] = ()
    severities: Sequence[str] = ()
    labels: Sequence[str] = ()

    def admit(self, event: Event) -> bool:
        return (
            (not self.watches or event.watch_id in self.watches)
            and (not self.kinds or event.kind in self.kinds)
            and (not self.severities or event.severity in self.severities)
            and (not self.labels or event.label in self.labels)
        )


class Repeats:
    """Knows the revisions of an alert that were seen lately."""

    def __init__(self, remembered: int = _REMEMBERED) -> None:
        self._most = remembered
        self._last: OrderedDict[str, str] = OrderedDict()
        self._seen: OrderedDict[tuple[str, str, bytes], None] = OrderedDict()

    def is_repeat(self, alert_id: str, revision: str, cause: bytes) -> bool:
        """Whether this was seen; afterwards it was."""
        key = (alert_id, revision, cause)
        known = self._last.get(alert_id) == revision or (bool(cause) and key in self._seen)
        if not known:
            self._last[alert_id] = revision
            self._last.move_to_end(alert_id)
        self._seen[key] = None
        self._seen.move_to_end(key)
        for memory in (self._last, self._seen):
            while len(memory) > self._most:
                memory.popitem(last=False)
        return known


def read_event(record: StoredRecord, before: Position, repeats: Repeats) -> Event | None:
    """The event of a record, or None for a repeat and for what is no alert. ``before`` is the position before it."""
    try:
        alert: Any = orjson.loads(record.value or b"null")
    except orjson.JSONDecodeError:
        return None
    if not isinstance(alert, dict) or not all(isinstance(alert.get(name), str) for name in ("alert_id", "revision")):
        return None
    cause = next((value for name, value in record.headers if name == _CAUSE), b"")
    if repeats.is_repeat(alert["alert_id"], alert["revision"], cause):
        return None
    return Event(
        before.after(record),
        str(alert.get("watch_id")),
        str(alert.get("kind")),
        str(alert.get("severity")),
        str(alert.get("label")),
        orjson.dumps(alert),  # one line, whatever blanks its writer used
    )

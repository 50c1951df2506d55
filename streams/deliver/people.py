"""What people decided, as the planner asks for it: subscriptions, silences, acknowledgements, as of now.

``People`` is what the planner needs; ``BoardPeople`` answers from the board that command line and web share.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from streams.deliver.fates import read_time
from streams.desk.acknowledge import standing
from streams.desk.board import Board
from streams.desk.silence import silences_alert
from streams.model.records import Alert

Record = Mapping[str, Any]


class People(Protocol):
    """Their current decisions. Those about an alert count for the one that took its place."""

    def subscriptions(self) -> Sequence[Record]:
        """The newest version of each, also of the disabled, by id."""
        ...

    def subscription(self, subscription_id: str) -> Record | None: ...

    def created_ms(self, subscription_id: str) -> int:
        """When its first version was made."""
        ...

    def silence(self, silence_id: str) -> Record | None: ...

    def has_ended(self, silence_id: str, now_ms: int) -> bool:
        """Whether it hides nothing any more; also True for one that is not known."""
        ...

    def hiding(self, alert: Alert, now_ms: int) -> Record | None:
        """The silence that hides this alert now, if any: the earliest made. A hardening pierces those that allow it."""
        ...

    def acknowledging(self, alert: Alert, now_ms: int) -> Record | None:
        """The acknowledgement that holds for the alert as it is now, if any."""
        ...


class BoardPeople:
    """``People`` by a board, which whoever follows the topics keeps up to date."""

    def __init__(self, board: Board) -> None:
        self.board = board

    def subscriptions(self) -> Sequence[Record]:
        return self.board.subscriptions()

    def subscription(self, subscription_id: str) -> Record | None:
        return self.board.subscription(subscription_id)

    def created_ms(self, subscription_id: str) -> int:
        return read_time(self.board.history("subscription", subscription_id)[0]["changed_at"])

    def silence(self, silence_id: str) -> Record | None:
        return self.board.silence(silence_id)

    def has_ended(self, silence_id: str, now_ms: int) -> bool:
        silence = self.board.silence(silence_id)
        return silence is None or silence["status"] != "active" or read_time(silence["ends_at"]) <= now_ms

    def hiding(self, alert: Alert, now_ms: int) -> Record | None:
        at, inherited = _at(now_ms), self.board.inherited_by(alert["alert_id"])
        hiding = (each for each in self.board.silences() if silences_alert(each, alert, at, inherited))
        return next(hiding, None)

    def acknowledging(self, alert: Alert, now_ms: int) -> Record | None:
        return standing(self.board.acknowledgements_of(alert["alert_id"]), alert, _at(now_ms))


def _at(now_ms: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=now_ms)

"""What the commands for people's decisions share: the log with its alerts and board, who does it, and ids in short."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from typing import Annotated, Any

import orjson
import typer

from streams.cli.bootstrap import ensure_ready
from streams.cli.output import neutralise, put_bytes
from streams.cli.watch_book import Watches, read_book
from streams.cli.watch_change import user_name
from streams.desk.alerts import MIN_PREFIX, find_alert, read_alerts
from streams.desk.board import Board, change, read_board
from streams.desk.subscribe import WITHOUT_AXIS
from streams.errors import UsageError
from streams.log.protocol import Log
from streams.model.people import PeopleKind
from streams.model.records import Alert
from streams.settings import Settings, read_settings

SHORT_ID = 8
TITLE_CHARACTERS = 60

Actor = Annotated[str | None, typer.Option("--actor", metavar="NAME", help="who does it; default: the user here")]
AlertId = Annotated[str, typer.Argument(metavar="ALERT", help="an alert's id, or its first four or more digits")]
Json = Annotated[bool, typer.Option("--json", help="the records, one JSON object a line")]


class Desk:
    """The log as somebody at the desk sees it now; alerts and board are read once, when they are asked for."""

    def __init__(self, log: Log, settings: Settings) -> None:
        self.log = log
        self.settings = settings

    @cached_property
    def alerts(self) -> dict[str, Alert]:
        return read_alerts(self.log)

    @cached_property
    def watches(self) -> Watches:
        return read_book(self.log)

    @cached_property
    def board(self) -> Board:
        """With the successors of alerts."""
        board = read_board(self.log)
        _show_alerts(board, self.alerts)
        return board

    def alert(self, name: str) -> Alert:
        return find_alert(self.alerts, name)

    def change(self, kind: PeopleKind, plan: Any) -> list[Any]:
        """Append what the plan makes of the board as it is at that moment."""
        alerts = self.alerts  # read before the log is held for writing

        def with_alerts(board: Board) -> Any:
            _show_alerts(board, alerts)
            return plan(board)

        return change(self.log, kind, with_alerts)

    def labels_of(self, watch_ids: Collection[str]) -> list[str] | None:
        """The labels that alerts of these watches can have, along their axes; None if one of them is not on the log."""
        labels: dict[str, None] = {}
        for watch_id in watch_ids:
            watch = self.watches.latest(watch_id)
            if watch is None:
                return None
            axis = (watch["stance"] or {}).get("axis", ())
            labels |= dict.fromkeys(step if isinstance(step, str) else step["id"] for step in axis)
        return [*labels, *sorted(WITHOUT_AXIS)]


def _show_alerts(board: Board, alerts: Mapping[str, Alert]) -> None:
    for alert in alerts.values():
        board.apply("alert", alert)


@contextmanager
def open_desk() -> Iterator[Desk]:
    """The desk of the settings' log, closed at the end."""
    settings = read_settings(os.environ)
    log = ensure_ready(settings)
    try:
        yield Desk(log, settings)
    finally:
        log.close()


def now() -> datetime:
    return datetime.now(UTC)


def by(actor: str | None) -> str:
    return actor or user_name()


def find_id(ids: Collection[str], name: str, what: str, where: str) -> str:
    """The only id that begins so. Raises UsageError that says where they are shown."""
    wanted = name.strip().rstrip("…").lower()
    found = [id_ for id_ in ids if id_.startswith(wanted)] if len(wanted) >= MIN_PREFIX else []
    if len(found) != 1:
        candidates = ", ".join(id_[:12] for id_ in sorted(found)[:5])
        problem = f"can be one of {len(found)} ({candidates}); give more of it" if found else f"is no {what}'s"
        raise UsageError(f"id '{neutralise(name)}' {problem}; '{where}' shows them")
    return found[0]


def put_record(record: Any) -> None:
    put_bytes(orjson.dumps(record))


def name_alert(alert: Alert) -> str:
    """An alert in half a line: id, label if it has one, title."""
    title = neutralise(alert["article"]["title"], TITLE_CHARACTERS)
    label = "" if alert["label"] in WITHOUT_AXIS else f"{neutralise(alert['label'])} "
    return f"{alert['alert_id'][:SHORT_ID]} {label}“{title}”"


def minute(at: str) -> str:
    """A record's time for a table, to the minute, in UTC.

    >>> minute("2023-02-16T12:00:00.000Z")
    '2023-02-16 12:00'
    """
    return f"{at[:10]} {at[11:16]}"

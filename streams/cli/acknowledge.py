"""``newsvane ack``: say that an alert has been taken note of, or take that back."""

from __future__ import annotations

from typing import Annotated

import typer

from streams.cli.desk_view import Actor, AlertId, by, minute, name_alert, now, open_desk
from streams.cli.output import neutralise, put
from streams.desk.acknowledge import build_acknowledgement, build_withdrawal, standing
from streams.desk.board import Board
from streams.desk.silence import read_end
from streams.errors import UsageError
from streams.model.people import Acknowledgement


def ack(
    alert_id: AlertId,
    for_: Annotated[
        str | None,
        typer.Option("--for", metavar="TIME", help="such as 7d, or until a time; without: no end"),
    ] = None,
    reason: Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="why, for the others")] = None,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="take the acknowledgement back")] = False,
    actor: Actor = None,
) -> None:
    """Acknowledge an alert: nobody is reminded of it.

    It ends by itself when the stance changes: another label, another condition,
    a hardening. More articles that say the same don't end it.
    """
    if withdraw and for_ is not None:
        raise UsageError("--withdraw and --for exclude each other; give one")
    with open_desk() as desk:
        alert, at = desk.alert(alert_id), now()
        expires_at = read_end(for_, at) if for_ is not None else None
        held: Acknowledgement | None = None

        def plan(board: Board) -> list[Acknowledgement]:
            nonlocal held
            given = board.acknowledgements_of(alert["alert_id"])
            held = standing(given, alert, at)
            if withdraw:
                active = [each for each in given if each["status"] == "active"]
                return [build_withdrawal(each, actor=by(actor), now=at, reason=reason) for each in active]
            if held is not None and expires_at is None:
                return []
            return [build_acknowledgement(alert, actor=by(actor), now=at, reason=reason, expires_at=expires_at)]

        made = desk.change("acknowledgement", plan)
    if withdraw:
        put(f"{name_alert(alert)}: {'no longer acknowledged' if made else 'nobody has acknowledged it'}")
    elif made:
        until = f", until {minute(made[0]['expires_at'])}" if made[0]["expires_at"] else ""
        put(f"{name_alert(alert)}: acknowledged{until}; ends when the stance changes")
    elif held is not None:
        who, when = neutralise(held["actor"]), minute(held["acknowledged_at"])
        put(f"{name_alert(alert)}: {who} has acknowledged it at {when}; nothing to do")

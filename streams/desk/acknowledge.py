"""Has somebody taken note of this alert, and does that still hold?

An acknowledgement is of an alert *at a position*: its label, the trigger of the condition, and which way it told that
the stance changed. It ends when

1. somebody withdraws it, or its own end comes,
2. the label is another one (from conditional to joins),
3. the trigger is another one (from "if attacked" to "if Moscow asks"),
4. the alert tells a change in a direction that it did not tell then: that the stance hardened or softened, that its
   words were withdrawn, corrected or disputed.

More carriers, copies, a better wording, an earlier date, even another id of the same statement don't end it. An alert
that took the place of the acknowledged one inherits it, by the same rules. Pure functions; ``at`` and ``now`` come in.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from schemas import validate
from streams.desk.silence import is_hardening
from streams.errors import RefusedChange
from streams.model.ids import digest
from streams.model.people import Acknowledgement
from streams.model.records import Alert
from streams.model.times import format_utc_ms


def trigger_of(alert: Alert) -> str | None:
    """What would meet the condition of the statement that speaks; None without one."""
    statement = alert["statement"]
    condition = statement["condition"] if statement is not None else None
    return condition["trigger"] if condition is not None else None


def direction_of(alert: Alert) -> str | None:
    """Which way the alert tells that the stance changed; None if it tells no change."""
    change = alert["change"]
    return change["direction"] if change is not None else None


def is_acknowledged(acknowledgement: Acknowledgement, alert: Alert, at: datetime) -> bool:
    """Whether it holds for the alert as it is at this time. That it is about this alert is the caller's to know
    (``Board.acknowledgements_of``, which has those that are inherited, too)."""
    return why_ended(acknowledgement, alert, at) is None


def why_ended(acknowledgement: Acknowledgement, alert: Alert, at: datetime) -> str | None:
    """For people: why it no longer holds; None while it does."""
    expires_at = acknowledgement["expires_at"]
    if acknowledgement["status"] == "withdrawn":
        return f"withdrawn by {acknowledgement['actor']}"
    if expires_at is not None and expires_at <= format_utc_ms(at):
        return f"ended at {expires_at}"
    if alert["label"] != acknowledgement["label"]:
        return f"the label went from {acknowledgement['label']} to {alert['label']}"
    if "trigger" in acknowledgement and trigger_of(alert) != acknowledgement["trigger"]:
        before, after = acknowledgement["trigger"] or "none", trigger_of(alert) or "none"
        return f"the condition's trigger went from {before} to {after}"
    if not acknowledgement.get("was_hardening", True) and is_hardening(alert):
        return "the stance has hardened"
    direction = direction_of(alert)
    if direction is not None and acknowledgement.get("direction", direction) != direction:
        return f"the change of stance went from {acknowledgement['direction'] or 'none'} to {direction}"
    return None


def standing(acknowledgements: Sequence[Acknowledgement], alert: Alert, at: datetime) -> Acknowledgement | None:
    """The last made of those that hold, None where none does."""
    holding = [each for each in acknowledgements if is_acknowledged(each, alert, at)]
    return max(holding, key=lambda each: (each["acknowledged_at"], each["acknowledgement_id"]), default=None)


def build_acknowledgement(
    alert: Alert, *, actor: str, now: datetime, reason: str | None = None, expires_at: datetime | None = None
) -> Acknowledgement:
    """Take note of an alert as it is. Raises RefusedChange for one that was superseded, and for an end that is past."""
    if alert["status"] != "live":
        heir = alert.get("successor_id")
        remedy = f"acknowledge {heir}, which took its place" if heir else "nothing took its place; nothing to do"
        raise RefusedChange("alert_id", alert["alert_id"], "an alert that is live", remedy)
    if expires_at is not None and expires_at <= now:
        raise RefusedChange(
            "expires_at",
            format_utc_ms(expires_at),
            f"a time after {format_utc_ms(now)}",
            "leave it out, or say such as 7d",
        )
    at = format_utc_ms(now)
    acknowledgement: Acknowledgement = {
        "acknowledgement_id": digest("acknowledgement", alert["alert_id"], actor, at),
        "version": 1,
        "status": "active",
        "alert_id": alert["alert_id"],
        "watch_id": alert["watch_id"],
        "revision": alert["revision"],
        "label": alert["label"],
        "statement_id": alert["statement_id"],
        "trigger": trigger_of(alert),
        "was_hardening": is_hardening(alert),
        "direction": direction_of(alert),
        "actor": actor,
        "reason": reason or None,
        "acknowledged_at": at,
        "expires_at": format_utc_ms(expires_at) if expires_at is not None else None,
        "changed_at": at,
    }
    validate("acknowledgement", acknowledgement)
    return acknowledgement


def build_withdrawal(
    acknowledgement: Acknowledgement, *, actor: str, now: datetime, reason: str | None = None
) -> Acknowledgement:
    """The version that takes it back. Raises RefusedChange where that was done."""
    if acknowledgement["status"] == "withdrawn":
        raise RefusedChange(
            "acknowledgement_id", acknowledgement["acknowledgement_id"], "an acknowledgement that stands",
            f"{acknowledgement['actor']} has withdrawn it already; nothing to do",
        )  # fmt: skip
    before = acknowledgement.get("changed_at", acknowledgement["acknowledged_at"])
    withdrawn: Acknowledgement = {
        **acknowledgement,
        "version": acknowledgement["version"] + 1,
        "status": "withdrawn",
        "actor": actor,
        "reason": reason or None,
        "changed_at": max(format_utc_ms(now), before),
    }
    validate("acknowledgement", withdrawn)
    return withdrawn

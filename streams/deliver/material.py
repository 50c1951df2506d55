"""What of an alert is worth telling again? Its *material*: who holds which position, how severe it is, what changed.

A carrier more, a copy, another wording, an earlier date change the record but not the material. Whoever was told one
material state is told the next one and not the same again. The material is a small dictionary without empty fields, so
that it can stand in a delivery record and deliver's memory can be built again from those.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from streams.model.records import Alert

Material = dict[str, str]

_WORDS = {
    "label": "label",
    "severity": "severity",
    "holder": "speaker",
    "stance": "stance",
    "lane": "word or act",
    "status": "status",
    "trigger": "the condition's trigger",
    "met": "the condition is met",
    "direction": "change of stance",
    "from": "change from",
    "kind": "kind",
}
_TAKING_BACK = {"corrected", "retracted"}
_SEVERITIES = ("notice", "warning", "critical")


def material_of(alert: Alert) -> Material:
    """The part of an alert that is news if it changes. ``met`` is there only where someone says that it is met."""
    statement, change = alert["statement"], alert["change"]
    found: dict[str, str | None] = {"kind": alert["kind"], "severity": alert["severity"], "label": alert["label"]}
    if statement is not None:
        condition = statement["condition"]
        found |= {
            "holder": statement["holder_id"],
            "stance": statement["stance"],
            "lane": statement["lane"],
            "status": statement["status"],
            "trigger": condition["trigger"] if condition else None,
            "met": "claimed" if condition and condition["met"] == "claimed" else None,
        }
    if change is not None:
        found |= {"from": change["from_stance"], "direction": change["direction"]}
    return {name: value for name, value in found.items() if value is not None}


def changes_in_words(before: Mapping[str, str], after: Mapping[str, str]) -> str:
    """
    >>> changes_in_words({"label": "refuses", "severity": "notice"}, {"label": "conditional", "severity": "notice"})
    'label refuses -> conditional'
    >>> changes_in_words({}, {"met": "claimed"})
    'the condition is met: claimed'
    """
    told = []
    for name, words in _WORDS.items():
        old, new = before.get(name), after.get(name)
        if old == new or (name == "stance" and before.get("label") == old and after.get("label") == new):
            continue  # the label says it already
        told.append(f"{words} {old} -> {new}" if old and new else f"{words}: {new}" if new else f"{words}: no longer")
    return ", ".join(told)


def is_hardening(before: Mapping[str, str] | None, after: Mapping[str, str]) -> bool:
    """Whether this state tells a hardening that the one before did not."""
    keys = ("from", "label", "trigger", "direction")
    is_told = before is not None and all(before.get(key) == after.get(key) for key in keys)
    return after.get("direction") == "hardened" and not is_told


def is_taking_back(before: Mapping[str, str] | None, after: Mapping[str, str]) -> bool:
    """Whether this state withdraws or corrects what was told in the one before."""
    return before is not None and after.get("kind") in _TAKING_BACK and before.get("kind") != after.get("kind")


def is_urgent(before: Mapping[str, str] | None, after: Mapping[str, str]) -> bool:
    """What does not wait for company: critical severity that is new, a hardening, and that what was told is wrong."""
    is_newly_critical = after.get("severity") == "critical" and (before or {}).get("severity") != "critical"
    return is_newly_critical or is_hardening(before, after) or is_taking_back(before, after)


def highest_severity(severities: list[str]) -> str:
    """The gravest of some; one that this version does not know counts as a notice.

    >>> highest_severity(["notice", "critical", "unheard-of"])
    'critical'
    """
    return max(severities, key=lambda name: _SEVERITIES.index(name) if name in _SEVERITIES else 0, default="notice")


def as_material(value: Any) -> Material | None:
    """The material in a delivery record, None where a record has none or something else."""
    if not isinstance(value, dict) or not all(isinstance(each, str) for each in value.values()):
        return None
    return {str(name): str(each) for name, each in value.items()}

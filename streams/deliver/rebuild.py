"""What does the topic of deliveries tell that the planner does not know? Its memory is built again from it.

``fold`` takes delivery records that somebody else wrote (a process on another machine, this one before its file was
lost, a person who asks to send again) and returns the changes of the planner's state: what each subscription was told
of which alert, what waits for a digest, what silences hid, how often the hour's cap was used. With the topic of alerts
read from its start the planner then knows what it knew. Lost is only for how long something has waited in a group: it
waits anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from streams.deliver.fates import DIGEST, HEARTBEAT, SUMMARY, read_time
from streams.deliver.material import as_material
from streams.deliver.people import People
from streams.deliver.state import Change, Draft, PlannerState
from streams.deliver.threads import MAX_PAST, new_group, new_thread

_SENT = ("pending", "retrying", "delivered", "failed", "refused")


def fold(state: PlannerState, people: People, records: Sequence[Mapping[str, Any]]) -> list[Change]:
    """The changes that these records mean, in their order. Twice the same changes nothing more."""
    draft = Draft(state)
    for record in records:
        if record.get("actor"):
            continue  # somebody asked to send again: nothing new was told
        if record["event_type"] == HEARTBEAT:
            _beaten(draft, people, record)
        elif record["event_type"] in (DIGEST, SUMMARY):
            _collected(draft, record)
        else:
            _told(draft, people, record)
    return draft.changes()


def _beaten(draft: Draft, people: People, record: Mapping[str, Any]) -> None:
    subscription_id = record["subscription_id"]
    if "window_ends_at" in record and people.subscription(subscription_id) is not None:
        default = {"since": people.created_ms(subscription_id), "beaten": None}
        known = draft.edit(("subscription", subscription_id), default)
        known["beaten"] = max(known["beaten"] or 0, read_time(record["window_ends_at"]))


def _collected(draft: Draft, record: Mapping[str, Any]) -> None:
    subscription_id = record["subscription_id"]
    what = record.get("window_ends_at") if record["event_type"] == DIGEST else record.get("silence_id")
    if what:
        draft.drop(("digest" if record["event_type"] == DIGEST else "hidden", subscription_id, what))
    for entry in record["alerts"]:
        key = ("thread", subscription_id, entry["alert_id"])
        if record["state"] in _SENT and draft.get(key) is not None:
            draft.edit(key).update(opened=True, sent_ms=read_time(record["created_at"]))


def _told(draft: Draft, people: People, record: Mapping[str, Any]) -> None:
    subscription_id, created_ms = record["subscription_id"], read_time(record["created_at"])
    is_sent = record["state"] in _SENT
    ids = []
    for entry in record["alerts"]:
        material, alert_id = as_material(entry.get("material")), entry["alert_id"]
        if material is None:
            continue
        thread = draft.edit(("thread", subscription_id, alert_id), new_thread())
        is_passed = record["state"] == "grouped" and "window_ends_at" not in record
        if not is_passed and created_ms >= thread["at_ms"]:
            thread.update(material=material, at_ms=created_ms, last_id=record["delivery_id"])
        if entry["revision"] not in thread["past"]:
            thread["past"] = [*thread["past"], entry["revision"]][-MAX_PAST:]
        if is_sent:
            thread.update(opened=True, sent_ms=max(thread["sent_ms"], created_ms))
        ids.append(alert_id)
        what = {"revision": entry["revision"], "material": material}
        if "window_ends_at" in record:
            draft.edit(("digest", subscription_id, record["window_ends_at"]), {"alerts": {}})["alerts"][alert_id] = what
        if record["state"] == "silenced" and record.get("silence_id"):
            draft.edit(("hidden", subscription_id, record["silence_id"]), {"alerts": {}})["alerts"][alert_id] = what
    if record["state"] == "pending" and record["watch_id"] is not None:  # the first record of what is sent
        _counted(draft, people, record, created_ms, ids)


def _counted(
    draft: Draft, people: People, record: Mapping[str, Any], created_ms: int, alert_ids: Sequence[str]
) -> None:
    group = draft.edit(("group", record["subscription_id"], record["watch_id"]), new_group())
    hour = created_ms // 3_600_000
    if hour > group["hour"]:
        group.update(hour=hour, sent=0)
    group["sent"] += hour == group["hour"]
    subscription = people.subscription(record["subscription_id"])
    every_s = subscription["timing"]["repeat_interval_s"] if subscription is not None else None
    if every_s is not None:
        group["repeats"] |= dict.fromkeys(alert_ids, created_ms + every_s * 1000)

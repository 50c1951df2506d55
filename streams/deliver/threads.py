"""What was this subscription told of this alert? Threads and groups: their keys, their first records, their ids."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from streams.deliver.fates import Told, delivery_id_of
from streams.deliver.state import Draft, Key, Record

MAX_PAST = 100


class Names(NamedTuple):
    """The keys of one alert for one subscription."""

    thread: Key
    group: Key
    alert_id: str


def names_of(subscription: Mapping[str, Any], watch_id: str, alert_id: str) -> Names:
    subscription_id = subscription["subscription_id"]
    return Names(("thread", subscription_id, alert_id), ("group", subscription_id, watch_id), alert_id)


def new_thread() -> Record:
    """``material``: the state that got a fate last, at ``at_ms``; ``opened``: something of it was sent, last at
    ``sent_ms``; ``past``: the revisions whose delivery ids are taken; ``last_id``: the last of those ids."""
    return {"material": None, "opened": False, "sent_ms": 0, "at_ms": 0, "last_id": None, "past": []}


def new_group() -> Record:
    """``hour``: which hour ``sent`` counts notifications of."""
    return {"waiting": {}, "repeats": {}, "hour": 0, "sent": 0}


def waiting_in(draft: Draft, group: Key) -> Mapping[str, Any]:
    """What waits in a group, by alert."""
    found = draft.get(group)
    return found["waiting"] if found is not None else {}


def take_id(subscription_id: str, thread: Record, told: Told) -> str:
    """The id of telling this, which no earlier telling has; the thread remembers it."""
    is_taken = told.revision in thread["past"]
    delivery_id = delivery_id_of(subscription_id, told.alert_id, told.revision, thread["last_id"] if is_taken else None)
    if not is_taken:
        thread["past"] = [*thread["past"], told.revision][-MAX_PAST:]
    thread["last_id"] = delivery_id
    return delivery_id


def repeat_id(subscription_id: str, thread: Record, told: Told) -> str:
    """The id of telling the same state once more: the delivery before is part of it."""
    delivery_id = delivery_id_of(subscription_id, told.alert_id, told.revision, str(thread["last_id"]))
    thread["last_id"] = delivery_id
    return delivery_id

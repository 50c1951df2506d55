"""What becomes of what waits in one group? The fate of each alert, in the order of these questions:

1. Is the subscription disabled? ``disabled``.
2. Is it history, or older than the subscription wants? ``expired``.
3. Does a silence hide it? ``silenced``; a hardening pierces a silence that allows it (``people.py``), and so does that
   a hardening which was told here is withdrawn or corrected.
4. Has somebody taken note of it? ``acknowledged``, until the stance changes.
5. Does the subscription take digests? ``grouped`` into the next one.
6. Is the hour's cap of the watch reached? ``capped`` into a digest at the end of the hour. What is critical has a
   second allowance of the same size, so that a flood of notices cannot hold it back.
7. Otherwise it is sent, with up to nine others of the group, in one notification: ``pending``.

A material state that an alert passed through while it waited is ``grouped`` into the one that is told. A repeat asks
1-4 and 6 again and leaves no record where it is not sent: the alert's fate stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from streams.deliver.fates import (
    GROUP,
    OPENED,
    REPEATED,
    UPDATED,
    Decision,
    State,
    Told,
    build_record,
    group_id_of,
    read_time,
    window_id_of,
    wire_time,
)
from streams.deliver.material import changes_in_words, is_taking_back
from streams.deliver.people import People
from streams.deliver.state import Draft, Key, Record
from streams.deliver.threads import names_of, new_thread, repeat_id, take_id
from streams.deliver.windows import boundary_after
from streams.model.records import Alert

MAX_TOGETHER: Final = 10
HOUR_MS: Final = 3_600_000


@dataclass(frozen=True, slots=True)
class _Ready:
    """One alert that is to be sent."""

    told: Told
    delivery_id: str
    event_type: str
    why: str
    passed: tuple[tuple[str, Told], ...]


@dataclass(frozen=True, slots=True)
class _Fate:
    """Why it is not sent."""

    state: State
    reason: str
    into_id: str | None = None
    silence_id: str | None = None
    window_ends_at: str | None = None


@dataclass(frozen=True, slots=True)
class _Group:
    """A group that is being emptied; ``group`` is changed in place."""

    subscription: Mapping[str, Any]
    watch_id: str
    group: Record

    @property
    def id(self) -> str:
        return str(self.subscription["subscription_id"])


class Flush:
    """Empties groups at one moment."""

    def __init__(
        self, draft: Draft, people: People, now_ms: int, decisions: list[Decision], bodies: Mapping[str, Alert]
    ) -> None:
        self._draft, self._people, self._now, self._decisions = draft, people, now_ms, decisions
        self._bodies = bodies

    def group(self, key: Key) -> None:
        """Decide what is due in a group, and what goes along."""
        _, subscription_id, watch_id = key
        group = self._draft.edit(key)
        subscription = self._people.subscription(subscription_id)
        if subscription is None:
            self._draft.drop(key)
            return
        if group["hour"] != self._now // HOUR_MS:
            group.update(hour=self._now // HOUR_MS, sent=0)
        one = _Group(subscription, watch_id, group)
        ready: list[_Ready] = []
        for alert_id, entry in self._take_due(one):
            told = self._decide(one, alert_id, entry, len(ready))
            ready += [told] if told is not None else []
        self._send(one, ready)
        self._repeat(one)
        if not group["waiting"] and not group["repeats"] and not group["sent"]:
            self._draft.drop(key)

    def _take_due(self, one: _Group) -> list[tuple[str, Record]]:
        """Take out what is due and, if anything is, the first notifications that wait; in the order of waiting."""
        waiting = one.group["waiting"]
        due = {alert_id for alert_id, entry in waiting.items() if entry["due"] <= self._now}
        if due:
            due |= {alert_id for alert_id in waiting if not self._thread(one, alert_id)["opened"]}
        taken = [(alert_id, waiting.pop(alert_id)) for alert_id in sorted(due)]
        return sorted(taken, key=lambda item: item[1]["since"])

    def _thread(self, one: _Group, alert_id: str) -> Record:
        return self._draft.get(names_of(one.subscription, one.watch_id, alert_id).thread) or new_thread()

    def _decide(self, one: _Group, alert_id: str, entry: Record, ready: int) -> _Ready | None:
        thread = self._draft.edit(names_of(one.subscription, one.watch_id, alert_id).thread, new_thread())
        told = Told(alert_id, entry["revision"], entry["material"])
        passed = [Told(alert_id, each["revision"], each["material"]) for each in entry["replaced"]]
        event_type = UPDATED if thread["opened"] else OPENED
        why = self._why(one, entry, thread, told)
        fate = self._why_not(one, alert_id, told) or self._into_a_digest(one, told, why, ready)
        thread.update(material=told.material, at_ms=self._now)
        passed_ids = [take_id(one.id, thread, each) for each in passed]
        delivery_id = take_id(one.id, thread, told)
        if fate is None:
            thread.update(opened=True, sent_ms=self._now)
            self._plan_repeat(one, alert_id)
            return _Ready(told, delivery_id, event_type, why, tuple(zip(passed_ids, passed, strict=True)))
        self._record(one, delivery_id, event_type, told, fate)
        if fate.silence_id is not None:
            self._hide(one, fate.silence_id, told)
        self._pass_through(one, event_type, zip(passed_ids, passed, strict=True), fate.into_id or delivery_id)
        return None

    def _why(self, one: _Group, entry: Record, thread: Record, told: Told) -> str:
        """Why it is told now, in words."""
        waited_s = (self._now - entry["since"]) // 1000
        waited = f"; waited {waited_s} s for more" if waited_s else ""
        if thread["opened"]:
            changed = changes_in_words(thread["material"] or {}, told.material) or "changed"
            return f"changed since the last notification: {changed}{waited}"
        kind = told.material.get("kind", "alert")
        label, severity = told.material.get("label", ""), told.material.get("severity", "")
        return f"first notification: {kind}, {label}, {severity}, of watch {one.watch_id}{waited}"

    def _why_not(self, one: _Group, alert_id: str, told: Told | None = None) -> _Fate | None:
        """Questions 1 to 4. ``told``: what is to be told, None for a repeat."""
        subscription, alert = one.subscription, self._bodies[alert_id]
        timing = subscription["timing"]
        if subscription["status"] != "active":
            why = subscription.get("change_reason") or "by its owner"
            return _Fate("disabled", f"the subscription is disabled: {why}")
        if alert["backfill"] and not subscription["filters"]["backfill"]:
            return _Fate("expired", "history: all its articles came in as backfill, which notifies nobody")
        view = self._draft.get(("alert", alert_id))
        age_s = (self._now - view["news_ms"]) // 1000 if view is not None else 0
        if age_s > timing["max_age_s"]:
            return _Fate("expired", f"the news is {age_s} s old, the subscription takes up to {timing['max_age_s']} s")
        published_age_s = (self._now - read_time(alert["article"]["published_at"])) // 1000
        most_s = timing.get("max_published_age_s")
        if most_s is not None and published_age_s > most_s:
            return _Fate("expired", f"published {published_age_s} s ago, the subscription takes up to {most_s} s")
        silence = self._people.hiding(alert, self._now)
        if silence is not None and not (told is not None and self._takes_back(one, told, silence)):
            why = f"silenced by {silence['actor']} until {silence['ends_at']}: {silence['reason']}"
            return _Fate("silenced", why, silence_id=silence["silence_id"])
        acknowledgement = self._people.acknowledging(alert, self._now)
        if acknowledgement is not None:
            at = acknowledgement["acknowledged_at"]
            return _Fate("acknowledged", f"{acknowledgement['actor']} took note of it at {at}")
        return None

    def _takes_back(self, one: _Group, told: Told, silence: Mapping[str, Any]) -> bool:
        """Whether a hardening that was told here, perhaps through the silence, is taken back."""
        thread = self._thread(one, told.alert_id)
        before = thread["material"] if thread["opened"] else None
        if before is None or not silence["pierced_by_hardening"] or before.get("direction") != "hardened":
            return False
        return is_taking_back(before, told.material)

    def _into_a_digest(self, one: _Group, told: Told, why: str, ready: int) -> _Fate | None:
        """Questions 5 and 6; ``ready``: how many of this group are to be sent right now."""
        timing = one.subscription["timing"]
        interval_s, cap = timing["digest_interval_s"], timing["hourly_cap"]
        if interval_s:
            boundary = boundary_after(self._now, interval_s, timing)
            into_id = self._collect(one, boundary, told)
            return _Fate(
                "grouped", f"{why}; in the digest of {wire_time(boundary)}", into_id, None, wire_time(boundary)
            )
        if cap is None:
            return None
        allowed = 2 * cap if told.material.get("severity") == "critical" else cap
        if one.group["sent"] + ready // MAX_TOGETHER + 1 <= allowed:
            return None
        boundary = boundary_after(self._now, HOUR_MS // 1000)
        into_id = self._collect(one, boundary, told)
        why = f"{why}; over the cap of {allowed} an hour, in the digest of {wire_time(boundary)}"
        return _Fate("capped", why, into_id, None, wire_time(boundary))

    def _collect(self, one: _Group, boundary: int, told: Told) -> str:
        """Put it into the digest of a boundary; return the digest's id."""
        key = ("digest", one.id, wire_time(boundary))
        bucket = self._draft.edit(key, {"alerts": {}})
        bucket["alerts"][told.alert_id] = {"revision": told.revision, "material": told.material}
        return window_id_of(one.id, "digest", key[2])

    def _hide(self, one: _Group, silence_id: str, told: Told) -> None:
        hidden = self._draft.edit(("hidden", one.id, silence_id), {"alerts": {}})
        hidden["alerts"][told.alert_id] = {"revision": told.revision, "material": told.material}

    def _send(self, one: _Group, ready: Sequence[_Ready]) -> None:
        for start in range(0, len(ready), MAX_TOGETHER):
            batch = ready[start : start + MAX_TOGETHER]
            one.group["sent"] += 1
            delivery_id = group_id_of(one.id, [each.delivery_id for each in batch])
            is_one_kind = len(batch) == 1 or batch[0].event_type == REPEATED  # repeats are never sent with news
            event_type, why = batch[0].event_type if is_one_kind else GROUP, batch[0].why
            if len(batch) > 1:
                why = f"{len(batch)} alerts of watch {one.watch_id} together. " + ". ".join(
                    f"{each.told.alert_id[:8]}: {each.why}" for each in batch
                )
            told = [each.told for each in batch]
            record = build_record(
                one.subscription, delivery_id, event_type, told, "pending", why, self._now, one.watch_id
            )
            whys = {each.told.alert_id: each.why for each in batch}
            self._decisions.append(Decision(record, {"whys": whys}))
            for each in batch:
                self._pass_through(one, each.event_type, each.passed, delivery_id)

    def _pass_through(self, one: _Group, event_type: str, passed: Iterable[tuple[str, Told]], into_id: str) -> None:
        fate = _Fate("grouped", "changed again before it was told; told as it is now", into_id)
        for delivery_id, told in passed:
            self._record(one, delivery_id, event_type, told, fate)

    def _record(self, one: _Group, delivery_id: str, event_type: str, told: Told, fate: _Fate) -> None:
        record = build_record(
            one.subscription, delivery_id, event_type, [told], fate.state, fate.reason, self._now, one.watch_id,
            silence_id=fate.silence_id, into_id=fate.into_id, window_ends_at=fate.window_ends_at,
        )  # fmt: skip
        self._decisions.append(Decision(record))

    # Repeats

    def _plan_repeat(self, one: _Group, alert_id: str) -> None:
        every_s = one.subscription["timing"]["repeat_interval_s"]
        if every_s is None:
            one.group["repeats"].pop(alert_id, None)
        else:
            one.group["repeats"][alert_id] = self._now + every_s * 1000

    def _repeat(self, one: _Group) -> None:
        """Tell again what stands and nobody took note of."""
        timing = one.subscription["timing"]
        again: list[_Ready] = []
        for alert_id in sorted(one.group["repeats"]):
            if one.group["repeats"][alert_id] > self._now:
                continue
            del one.group["repeats"][alert_id]
            view = self._draft.get(("alert", alert_id))
            if view is None or alert_id not in self._bodies or timing["repeat_interval_s"] is None:
                continue
            fate = self._why_not(one, alert_id)
            if fate is not None and fate.state in ("disabled", "expired"):
                continue  # it will not be told any more
            self._plan_repeat(one, alert_id)
            cap = timing["hourly_cap"]
            is_over = cap is not None and one.group["sent"] + len(again) // MAX_TOGETHER + 1 > cap
            if fate is not None or is_over or timing["digest_interval_s"] or alert_id in one.group["waiting"]:
                continue
            thread = self._draft.edit(names_of(one.subscription, one.watch_id, alert_id).thread, new_thread())
            if thread["material"] is None:
                continue
            since = wire_time(thread["sent_ms"])
            told = Told(alert_id, view["revision"], thread["material"])
            thread.update(sent_ms=self._now)
            why = f"stands since {since} and nobody took note of it; repeated every {timing['repeat_interval_s']} s"
            again.append(_Ready(told, repeat_id(one.id, thread, told), REPEATED, why, ()))
        for start in range(0, len(again), MAX_TOGETHER):
            self._send(one, again[start : start + MAX_TOGETHER])

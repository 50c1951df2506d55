"""Who is told what, when, and why? ``plan(state, people, events, now)``: no clock, no file, no network.

The semantics are Alertmanager's, made for news (``docs/deliver.md`` has them as a table):

1. An alert revision concerns a subscription that takes its watch and whose filters it passes. An alert that was told
   is followed up also where it no longer passes them. What was there before the subscription is not told.
2. Only a *material* change is told again (``material.py``); every material state gets one recorded fate for each
   subscription: sent, or why not.
3. What is to be told waits in the group of its subscription and watch: a first notification for ``group_wait``, an
   update for ``group_interval`` since the alert's last one. What is newly critical, and a hardening, wait for nothing.
   When something is due, every first notification that waits goes with it (``flush.py``).
4. A superseded alert tells nothing. Its successor inherits what was told of it.
5. Digests, closing summaries and heartbeats go at their boundaries (``boundaries.py``).

Events are taken in order; nothing is sent before the last of them, so that of a story which moves within one batch
only its end is told. The plan is a value: changes of the state, decisions in order. Who writes both durably may forget
the rest at any moment and plan again: the same events lead to the same ids.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from streams.deliver.boundaries import Facts, plan_boundaries
from streams.deliver.fates import UPDATED, Decision, Told, build_record, read_time
from streams.deliver.filters import passes_filters, takes_watch
from streams.deliver.flush import Flush
from streams.deliver.material import Material, is_urgent, material_of
from streams.deliver.people import People
from streams.deliver.state import Change, Draft, PlannerState, Record
from streams.deliver.threads import Names, names_of, new_group, new_thread, take_id, waiting_in
from streams.model.records import Alert

NO_FACTS: Final[Facts] = {}


@dataclass(frozen=True, slots=True)
class AlertRevised:
    """One record of the topic of alerts; ``revised_ms``: when it was appended there."""

    alert: Alert
    revised_ms: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What changes, and what was decided. ``bodies``: the alerts that notifications may quote later."""

    changes: Sequence[Change]
    decisions: Sequence[Decision]
    bodies: Sequence[Alert] = ()


def plan(
    state: PlannerState,
    people: People,
    events: Sequence[AlertRevised],
    now_ms: int,
    bodies: Mapping[str, Alert],
    facts: Facts = NO_FACTS,
    is_caught_up: bool = True,
) -> Plan:
    """Take in the events, then do everything that is due at ``now_ms``; without events this is a tick.

    ``bodies`` has the last live record of each alert that the state knows; ``facts`` are those of the line, by the
    seconds that they look back, for heartbeats, which wait for them. Before the topic was read to its end nothing is
    sent: what is to come may say that something was told already.
    """
    draft = Draft(state)
    latest: dict[str, Alert] = {}
    decisions: list[Decision] = []
    intake = _Intake(draft, people, now_ms, decisions)
    for event in events:
        if event.alert["status"] == "live":
            latest[event.alert["alert_id"]] = event.alert
        intake.take(event)
    if not is_caught_up:
        return Plan(draft.changes(), decisions, list(latest.values()))
    flush = Flush(draft, people, now_ms, decisions, Bodies(latest, bodies))
    for key in draft.due_groups(now_ms):
        flush.group(key)
    plan_boundaries(draft, people, now_ms, decisions, facts)
    return Plan(draft.changes(), decisions, list(latest.values()))


class Bodies(Mapping[str, Alert]):
    """Alerts of this plan before those that are kept."""

    def __init__(self, latest: Mapping[str, Alert], kept: Mapping[str, Alert]) -> None:
        self._latest, self._kept = latest, kept

    def __getitem__(self, alert_id: str) -> Alert:
        found = self._latest.get(alert_id)
        return self._kept[alert_id] if found is None else found

    def __iter__(self) -> Any:
        return iter({**dict.fromkeys(self._kept), **dict.fromkeys(self._latest)})

    def __len__(self) -> int:
        return len({*self._kept, *self._latest})


class _Intake:
    def __init__(self, draft: Draft, people: People, now_ms: int, decisions: list[Decision]) -> None:
        self._draft, self._people, self._now, self._decisions = draft, people, now_ms, decisions

    def take(self, event: AlertRevised) -> None:
        alert = event.alert
        if alert["status"] == "superseded":
            self._supersede(alert)
            return
        key = ("alert", alert["alert_id"])
        known = self._draft.get(key)
        if known is not None and known["revision"] == alert["revision"]:
            return  # at least once: the same revision again is nothing
        if self._draft.get(("heir", alert["alert_id"])) is not None:
            self._draft.drop(("heir", alert["alert_id"]))  # it stands for itself again
        material = material_of(alert)
        is_same = known is not None and known["material"] == material
        view: Record = {
            "watch_id": alert["watch_id"],
            "revision": alert["revision"],
            "material": material,
            "since": known["since"] if known is not None and is_same else event.revised_ms,
            "news_ms": self._news_ms(event, known, is_same),
            "seen_ms": event.revised_ms,
        }
        self._draft.put(key, view)
        for subscription in self._people.subscriptions():
            if takes_watch(subscription, alert["watch_id"]):
                self._consider(subscription, alert, view)

    def _news_ms(self, event: AlertRevised, known: Record | None, is_same: bool) -> int:
        """How old its news is: the first state counts from its first article's arrival, a later one from its own."""
        if known is None:
            return read_time(event.alert["first_arrived_at"])
        return int(known["news_ms"]) if is_same else event.revised_ms

    def _consider(self, subscription: Mapping[str, Any], alert: Alert, view: Record) -> None:
        names = names_of(subscription, alert["watch_id"], alert["alert_id"])
        material: Material = view["material"]
        thread = self._draft.get(names.thread)
        waiting = waiting_in(self._draft, names.group).get(alert["alert_id"])
        told = thread["material"] if thread is not None else None
        is_followed = thread is not None and thread["opened"]
        passes = is_followed or passes_filters(subscription["filters"], alert)
        if waiting is not None and told == material:
            self._take_back(subscription, names, alert["watch_id"], "taken back before it was told")
        elif waiting is not None and not passes:
            self._take_back(subscription, names, alert["watch_id"], "no longer passes the filters")
        elif waiting is not None:
            self._replace(names, alert, material, told)
        elif passes and told != material and (thread is not None or view["since"] >= self._since(subscription)):
            self._wait(subscription, names, alert, view, thread)

    def _since(self, subscription: Mapping[str, Any]) -> int:
        """When the subscription was made: what is older was there before it."""
        key = ("subscription", subscription["subscription_id"])
        known = self._draft.get(key)
        if known is None:
            known = {"since": self._people.created_ms(subscription["subscription_id"]), "beaten": None}
            self._draft.put(key, known)
        return int(known["since"])

    def _wait(
        self, subscription: Mapping[str, Any], names: Names, alert: Alert, view: Record, thread: Record | None
    ) -> None:
        timing, told = subscription["timing"], thread["material"] if thread is not None else None
        if subscription["status"] != "active" or timing["digest_interval_s"] or alert["backfill"]:
            due = self._now  # there is nothing to wait for
        elif is_urgent(told, view["material"]):
            due = self._now
        elif thread is not None and thread["opened"]:
            due = max(self._now, thread["sent_ms"] + timing["group_interval_s"] * 1000)
        else:
            due = self._now + timing["group_wait_s"] * 1000
        group = self._draft.edit(names.group, new_group())
        group["waiting"][alert["alert_id"]] = {
            "revision": alert["revision"],
            "material": view["material"],
            "since": self._now,
            "due": due,
            "replaced": [],
        }

    def _replace(self, names: Names, alert: Alert, material: Material, told: Material | None) -> None:
        """What waits is told as it is now; a material state that it passed through goes along."""
        entry = self._draft.edit(names.group)["waiting"][alert["alert_id"]]
        if entry["material"] != material:
            entry["replaced"].append({"revision": entry["revision"], "material": entry["material"]})
            entry["material"] = material
            if is_urgent(told, material):
                entry["due"] = self._now
        entry["revision"] = alert["revision"]

    def _take_back(self, subscription: Mapping[str, Any], names: Names, watch_id: str, why: str) -> None:
        """Give what waited the fate that it will not be told."""
        entry = self._draft.edit(names.group)["waiting"].pop(names.alert_id)
        thread = self._draft.edit(names.thread, new_thread())
        for state in (*entry["replaced"], entry):
            told = Told(names.alert_id, state["revision"], state["material"])
            delivery_id = take_id(subscription["subscription_id"], thread, told)
            record = build_record(subscription, delivery_id, UPDATED, [told], "grouped", why, self._now, watch_id)
            self._decisions.append(Decision(record))

    def _supersede(self, ended: Alert) -> None:
        alert_id, heir_id = ended["alert_id"], ended.get("successor_id")
        if heir_id is not None:
            light = {name: ended[name] for name in ("alert_id", "status", "story_id", "successor_id")}
            self._draft.put(("heir", alert_id), light)
        for subscription in self._people.subscriptions():
            if takes_watch(subscription, ended["watch_id"]):
                self._inherit(subscription, ended["watch_id"], alert_id, heir_id)
        self._draft.drop(("alert", alert_id))

    def _inherit(self, subscription: Mapping[str, Any], watch_id: str, alert_id: str, heir_id: str | None) -> None:
        names = names_of(subscription, watch_id, alert_id)
        if alert_id in waiting_in(self._draft, names.group):
            why = f"superseded by {heir_id}" if heir_id else "no longer said"
            self._take_back(subscription, names, watch_id, f"{why} before it was told")
        group = self._draft.get(names.group)
        repeat = None
        if group is not None and alert_id in group["repeats"]:
            repeat = self._draft.edit(names.group)["repeats"].pop(alert_id)
        thread = self._draft.get(names.thread)
        if thread is None or thread["material"] is None or heir_id is None:
            return
        # the old thread stays: an id that comes back was told what it was told
        heirs = names_of(subscription, watch_id, heir_id)
        own = self._draft.edit(heirs.thread, new_thread())
        if own["material"] is None or own["at_ms"] < thread["at_ms"]:
            own.update(material=thread["material"], at_ms=thread["at_ms"], last_id=thread["last_id"])
        own["opened"] = own["opened"] or thread["opened"]
        own["sent_ms"] = max(own["sent_ms"], thread["sent_ms"])
        waiting = waiting_in(self._draft, names.group).get(heir_id)
        if waiting is not None and waiting["material"] == own["material"]:
            self._take_back(subscription, heirs, watch_id, f"told already as alert {alert_id}")
        elif waiting is not None and own["opened"] and not is_urgent(own["material"], waiting["material"]):
            entry = self._draft.edit(names.group)["waiting"][heir_id]
            entry["due"] = max(entry["due"], own["sent_ms"] + subscription["timing"]["group_interval_s"] * 1000)
        if repeat is not None:
            self._draft.edit(names.group)["repeats"].setdefault(heir_id, repeat)

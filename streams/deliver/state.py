"""What the planner remembers: small JSON records under keys, changed by whole plans.

A plan reads the state through a ``Draft`` and leaves the state alone; its changes are applied when they are durable.
So the outbox can write changes, positions and decisions in one transaction, and a plan that could not be written has
not happened.

| key | record |
|---|---|
| ``("alert", alert_id)`` | the newest material of an alert, since when, how old its news is, whose place it took |
| ``("thread", subscription_id, alert_id)`` | what the subscription was told of it last, or why it was told nothing |
| ``("group", subscription_id, watch_id)`` | what waits to be told together, repeats that are due, the hour's count |
| ``("digest", subscription_id, boundary)`` | what goes into the digest of that boundary |
| ``("hidden", subscription_id, silence_id)`` | what a silence hid, for its closing summary |
| ``("heir", alert_id)`` | the alert that took the place of a superseded one, as the board of people wants to know it |
| ``("subscription", subscription_id)`` | since when it is there, its last heartbeat |
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import orjson

Key = tuple[str, ...]
Record = dict[str, Any]
Change = tuple[Key, Record | None]
"""A record's new value; None deletes it."""


class PlannerState:
    """The records by table. Groups are also listed by when they are next due."""

    def __init__(self, records: Iterable[tuple[Key, Record]] = ()) -> None:
        self._tables: dict[str, dict[Key, Record]] = {}
        self._due: dict[Key, int] = {}
        self.apply(records)

    def get(self, key: Key) -> Record | None:
        return self._tables.get(key[0], {}).get(key)

    def table(self, name: str) -> dict[Key, Record]:
        """All records of a table by key; not to be changed."""
        return self._tables.get(name, {})

    def apply(self, changes: Iterable[Change]) -> None:
        for key, value in changes:
            table = self._tables.setdefault(key[0], {})
            if value is None:
                table.pop(key, None)
            else:
                table[key] = value
            if key[0] == "group":
                due = due_of(value)
                if due is None:
                    self._due.pop(key, None)
                else:
                    self._due[key] = due

    def due_groups(self, now_ms: int) -> list[Key]:
        """The groups with something that is due, the longest waiting first."""
        return [key for due, key in sorted((due, key) for key, due in self._due.items()) if due <= now_ms]

    def next_due(self) -> int | None:
        """When the next group is due; boundaries are another matter."""
        return min(self._due.values(), default=None)

    def records(self) -> Iterator[tuple[Key, Record]]:
        """Everything, in the order of keys."""
        for name in sorted(self._tables):
            yield from sorted(self._tables[name].items())


def due_of(group: Record | None) -> int | None:
    """When a group has something to do next."""
    if group is None:
        return None
    return min([*(entry["due"] for entry in group["waiting"].values()), *group["repeats"].values()], default=None)


class Draft:
    """The state with a plan's changes on top."""

    def __init__(self, state: PlannerState) -> None:
        self._state = state
        self._changes: dict[Key, Record | None] = {}

    def get(self, key: Key) -> Record | None:
        """A record, not to be changed."""
        return self._changes[key] if key in self._changes else self._state.get(key)

    def edit(self, key: Key, default: Record | None = None) -> Record:
        """A record to be changed in place; the default where there is none. Raises KeyError without one."""
        changed = self._changes.get(key)
        if changed is not None:
            return changed
        found = self.get(key)
        if found is None:
            if default is None:
                raise KeyError(key)
            found = default
        copied: Record = orjson.loads(orjson.dumps(found))
        self._changes[key] = copied
        return copied

    def put(self, key: Key, value: Record) -> None:
        self._changes[key] = value

    def drop(self, key: Key) -> None:
        self._changes[key] = None

    def table(self, name: str) -> list[Key]:
        """The keys of a table, in order."""
        keys = {key for key in self._state.table(name) if self._changes.get(key, key) is not None}
        keys |= {key for key, value in self._changes.items() if key[0] == name and value is not None}
        return sorted(keys)

    def due_groups(self, now_ms: int) -> list[Key]:
        """The groups with something due, also those that this plan has touched."""
        found = set(self._state.due_groups(now_ms))
        found |= {key for key in self._changes if key[0] == "group"}
        dues = [(due_of(self.get(key)), key) for key in found]
        return [key for due, key in sorted((due, key) for due, key in dues if due is not None) if due <= now_ms]

    def changes(self) -> list[Change]:
        return sorted(self._changes.items(), key=lambda change: change[0])

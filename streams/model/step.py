"""What one record did to a stage: exactly one outcome, and what goes on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Emit:
    """A new record. ``kind`` names its schema (``article-clean``, ``match`` …); the schema's topic says where it goes
    and under which key. ``reissue`` marks a revision of a record that this stage has sent before: the next stage
    processes it, but does not count it again. A value of None is a tombstone for ``key``."""

    kind: str
    record: Record
    reissue: bool = False


@dataclass(frozen=True, slots=True)
class Reissue:
    """Send an earlier input of this stage again, with ``patch`` laid over its top level.

    ``handle`` is the opaque coordinate that the engine gave with that input: texts stay in the log, not in the state.
    """

    kind: str
    handle: bytes
    patch: Record


@dataclass(frozen=True, slots=True)
class Step:
    """One record's effect. ``recounts`` moves earlier records from one outcome to another (a late original makes
    an 'original' a 'near'), so that the counts depend on the set of records seen and not on their order."""

    outcome: str
    outputs: tuple[Emit | Reissue, ...] = ()
    recounts: tuple[tuple[str, str], ...] = ()

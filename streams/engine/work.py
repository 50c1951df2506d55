"""One batch of one partition under way: decode, apply a stage's pure function to each record in turn, collect.

Every record gets exactly one outcome. One that can't be processed becomes a dead letter with its coordinates and the
reason, takes back its own writes, and its neighbours pass. An InfrastructureError is not the record's fault: it ends
the batch uncommitted and the worker with it.
"""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import orjson

from schemas import dead_letters_of, decode, topic_of, validate
from streams.engine.dead_letters import KEY_BYTES, dead_letter
from streams.engine.keeper import Holding, handle_of
from streams.engine.outgoing import Outbox
from streams.engine.overlay import Overlay
from streams.engine.position import CAUSE_HEADER, REISSUE_HEADER, Cause
from streams.errors import InfrastructureError, InvalidRecord
from streams.log.protocol import StoredRecord
from streams.model.step import Emit, Reissue, Step

_LOG = logging.getLogger(__name__)

Fetch = Callable[[str, Sequence[bytes]], Awaitable[list[StoredRecord | None]]]

REPEAT, REVISED, REJECTED = "repeat", "revised", "rejected"
_YIELD_EVERY = 50  # records between two looks at the event loop: heartbeats and the other stages


@dataclass(slots=True)
class Item:
    """One input record, decoded. ``failure`` says why it can't be applied, ``extra`` is what a stage prepared."""

    stored: StoredRecord
    record: dict[str, Any]
    is_reissue: bool
    cause: Cause | None
    failure: InvalidRecord | None = None
    extra: Any = None

    def settle(self, prepared: Any) -> None:
        """Take what was prepared for this record outside of its turn; an InvalidRecord is its failure."""
        if isinstance(prepared, InvalidRecord):
            self.failure = prepared
        else:
            self.extra = prepared

    @property
    def handle(self) -> bytes:
        return handle_of(self.stored.partition, self.stored.offset)


class Work:
    """A batch. A stage reads ``items`` (to prepare), then calls ``apply`` once with its function."""

    def __init__(
        self,
        holding: Holding,
        kind: str,
        records: Sequence[StoredRecord],
        partitions: Callable[[str], int],
        fetch: Fetch,
        now_ms: int,
        max_state_bytes: int = 4 << 20,
    ) -> None:
        self.holding, self._kind, self._fetch = holding, kind, fetch
        self._max_state_bytes = max_state_bytes
        self.position = holding.position.copy()
        self.state = Overlay(holding.shelf)
        self.outbox = Outbox(partitions, now_ms)
        self.before_apply: Callable[[], Awaitable[None]] | None = None
        self.items = list(self._decode(records))

    def _decode(self, records: Sequence[StoredRecord]) -> Iterator[Item]:
        for stored in records:
            if stored.offset < self.position.offset:
                continue
            headers = dict(stored.headers)
            raw_cause = headers.get(CAUSE_HEADER)
            cause = Cause.decode(raw_cause) if raw_cause is not None else None
            item = Item(stored, {}, REISSUE_HEADER in headers, cause)
            try:
                if stored.value is None:
                    raise InvalidRecord("tombstone", f"{self._kind} has no value; this topic takes no tombstones")
                item.record = decode(self._kind, stored.value)
                if cause is None:  # from outside the line; what a stage has made holds its schema (a test says so)
                    validate(self._kind, item.record)
            except InvalidRecord as error:
                item.failure = error
            yield item

    def look_ahead(self, key_of: Callable[[Any], bytes]) -> None:
        """Ask the disk at once for the entries that the records will ask for, by a pure function of a record."""
        keys = []
        for item in self.items:
            if item.failure is None:
                with suppress(Exception):  # it is no record of ours, and fails in its turn
                    keys.append(key_of(item.record))
        self.state.look_ahead(keys)

    async def prepare(self, function: Callable[[list[Any]], Sequence[Any]]) -> None:
        """Give the records their ``extra`` from a pure function of many at once, ahead of their turn.

        Where it fails, these have none: the stage does it in each one's turn, and the one at fault is found.
        """
        sound = [item for item in self.items if item.failure is None]
        for first in range(0, len(sound), _YIELD_EVERY):
            some = sound[first : first + _YIELD_EVERY]
            try:
                prepared = function([item.record for item in some])
            except Exception as error:
                _LOG.debug("%s: not prepared together (%s)", coordinate(some[0].stored), type(error).__name__)
                continue
            for item, extra in zip(some, prepared, strict=True):
                item.extra = extra
            await asyncio.sleep(0)

    async def apply(self, function: Callable[[Item, Overlay], Step]) -> int:
        """Apply the function to each record in order; return how many were taken.

        Fewer than all when the state's writes grow beyond what one commit may carry: commit, then go on with the rest.
        """
        if self.before_apply is not None:
            await self.before_apply()
        for taken, item in enumerate(self.items, start=1):
            await self._apply_one(item, function)
            self.position.offset = item.stored.offset + 1
            if self.state.size_bytes > self._max_state_bytes:
                return taken
            if taken % _YIELD_EVERY == 0:
                await asyncio.sleep(0)
        return len(self.items)

    def refuse(self, error: InvalidRecord) -> None:
        """Send the one record of this batch to the dead letters without trying it."""
        (item,) = self.items
        self._reject(item, error, 0)
        self.position.offset = item.stored.offset + 1

    async def _apply_one(self, item: Item, function: Callable[[Item, Overlay], Step]) -> None:
        if item.cause is not None:
            if self.position.is_applied(item.cause):
                self.position.count(REPEAT)
                return
            self.position.note_cause(item.cause)
        sent = len(self.outbox.records)
        step: Step | None = None
        try:
            if item.failure is not None:
                raise item.failure
            step = function(item, self.state)
            await self._send(item, step)
        except InfrastructureError:
            raise
        except InvalidRecord as error:
            # a stage refuses a record before it learns anything of it; what can't be sent it has learned
            self._reject(item, error, sent, keep_memory=step is None)
        except Exception as error:  # a fault of ours: the line goes on, the record waits in the dead letters
            where = traceback.extract_tb(error.__traceback__)[-1]
            _LOG.exception("%s: %s failed", coordinate(item.stored), self.holding.slot.stage)
            message = (
                f"{type(error).__name__} in {where.name} (line {where.lineno}); a fault of newsvane, please report"
            )
            self._reject(item, InvalidRecord("internal-error", message), sent)
        else:
            self.state.keep_record()
            self.position.count(REVISED if item.is_reissue else step.outcome)
            for before, after in step.recounts:
                self.position.count(before, -1)
                self.position.count(after)

    def _reject(self, item: Item, error: InvalidRecord, sent: int, *, keep_memory: bool = False) -> None:
        self.state.undo_record()
        if not keep_memory:
            self.holding.memory = None
        del self.outbox.records[sent:]
        stored = item.stored
        letter = dead_letter(stored, self.holding.slot.stage, error)
        topic = dead_letters_of(stored.topic)
        key = (stored.key or b"")[:KEY_BYTES]  # whole, unless it is no key of ours: it might not fit once more
        self.outbox.add_raw(topic, key, orjson.dumps(letter), self._cause(stored, 0))
        self.position.count(REVISED if item.is_reissue else REJECTED)
        _LOG.warning("%s: %s; sent to %s", coordinate(stored), error, topic.name)

    async def _send(self, item: Item, step: Step) -> None:
        stored = item.stored
        reissues = [output.handle for output in step.outputs if isinstance(output, Reissue)]
        earlier = iter(await self._fetch(stored.topic, reissues) if reissues else ())
        for index, output in enumerate(step.outputs):
            cause = self._cause(stored, index)
            topic = topic_of(output.kind)
            if isinstance(output, Emit):
                again = output.reissue or item.is_reissue
                self.outbox.add(topic, output.record, cause, is_reissue=again)
            else:
                source = next(earlier)
                if source is None:
                    _LOG.warning(
                        "%s: revises the verdict of an article that retention has deleted; its old verdict stays",
                        coordinate(stored),
                    )
                    continue
                record = {**decode(self._kind, source.value or b""), **output.patch}
                self.outbox.add(topic, record, cause, is_reissue=True)

    def _cause(self, stored: StoredRecord, index: int) -> Cause:
        return Cause(stored.topic, stored.partition, stored.offset, index)


def coordinate(stored: StoredRecord) -> str:
    """The handle for a replay: ``articles-raw[3]@1042``."""
    return f"{stored.topic}[{stored.partition}]@{stored.offset}"

"""The keeper on Kafka: outputs acknowledged, then state and position in one record batch of the changelog, then commit.

A Kafka record batch is atomic: it is in the partition whole or not at all. So a batch of state writes that ends with
the position needs no marker, and compaction can't tear it: every record in the changelog is committed state.

Who owns a partition is settled there too. Taking it restores to the end of the changelog and appends a claim with a
higher epoch; if the claim does not land right there, somebody else is writing, and the restore is done again. A
worker that was stopped and wakes as a zombie may still append one batch of an old epoch: the owner notices the gap in
offsets at its next commit and stops; restoring passes over batches of an older epoch and writes what they had
overwritten once more. What the zombie sent downstream has causes that were applied already.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from aiokafka.errors import KafkaError

from streams.engine.keeper import Holding, PartitionLost, Slot, parse_handle
from streams.engine.keeper_sqlite import RecentRecords
from streams.engine.local_store import LocalStore
from streams.engine.outcomes import changelog_of as changelog_of
from streams.engine.outgoing import Outgoing
from streams.engine.position import POSITION_KEY, Position
from streams.errors import InfrastructureError
from streams.log.protocol import Log, StoredRecord

_EPOCH_HEADER = "epoch"
_RESTORE_RECORDS = 2_000
_CLAIM_ATTEMPTS = 5


class LocalShelf:
    def __init__(self, store: LocalStore, slot: str) -> None:
        self._store, self._slot = store, slot

    def get(self, key: bytes) -> bytes | None:
        return self._store.get(self._slot, key)

    def scan(self, first: bytes, last: bytes) -> Iterator[tuple[bytes, bytes]]:
        return self._store.scan(self._slot, first, last)

    def find_keys(self, keys: Iterable[bytes]) -> set[bytes]:
        return self._store.find_keys(self._slot, keys)


class Ownership:
    """What we know of a changelog partition that we own: where our next batch must land."""

    def __init__(self, next_offset: int, epoch: int) -> None:
        self.next_offset, self.epoch = next_offset, epoch


class KafkaKeeper:
    """Implements ``streams.engine.keeper.Keeper``. ``log`` is used from threads, one call at a time."""

    def __init__(self, producer: Callable[[], Any], log: Log, store: LocalStore, namespace: str = "") -> None:
        self._producer, self._log, self._store, self._namespace = producer, log, store, namespace
        self._log_turn = asyncio.Lock()
        self._owned: dict[Slot, Ownership] = {}
        self.recent = RecentRecords()

    async def take(self, slot: Slot) -> Holding:
        for _ in range(_CLAIM_ATTEMPTS):
            end, epoch, stale = await self._restore(slot)
            raw = self._store.get(str(slot), POSITION_KEY)
            position = Position.decode(raw) if raw is not None else Position()
            claimed = position.claimed(epoch + 1)
            entries = [(key, self._store.get(str(slot), key)) for key in sorted(stale) if key != POSITION_KEY]
            landed = await self._append(slot, [*entries, (POSITION_KEY, claimed.encode())], claimed.epoch)
            if landed == end:
                following = end + len(entries) + 1
                self._store.write(str(slot), [(POSITION_KEY, claimed.encode())], following, claimed.epoch)
                self._owned[slot] = Ownership(following, claimed.epoch)
                return Holding(slot, LocalShelf(self._store, str(slot)), claimed)
        raise InfrastructureError(f"{slot}: other workers keep writing its changelog; is the group used twice?")

    async def _restore(self, slot: Slot) -> tuple[int, int, set[bytes]]:
        """Bring the local copy up to date. Returns the changelog's end, the highest epoch, and the keys that a zombie
        overwrote."""
        topic, name = changelog_of(slot.stage), str(slot)
        offset, epoch = self._store.restored_to(name)
        end: int = await self._read(self._log.end_offset, topic, slot.partition)
        if offset == 0 or offset > end:  # nothing usable here, or the topic was created anew
            self._store.clear(name)
            offset = epoch = 0
        stale: set[bytes] = set()
        while offset < end:
            records = await self._read(self._log.read, topic, slot.partition, offset, _RESTORE_RECORDS)
            if not records:
                break
            entries: dict[bytes, bytes | None] = {}
            for record in records:
                theirs = int(dict(record.headers).get(_EPOCH_HEADER, b"0"))
                key = record.key or b""
                if theirs < epoch:
                    stale.add(key)
                else:
                    epoch = theirs
                    stale.discard(key)
                    entries[key] = record.value
            offset = records[-1].offset + 1
            self._store.write(name, entries.items(), offset, epoch)
        return end, epoch, stale

    async def commit(
        self, holding: Holding, position: Position, writes: Mapping[bytes, bytes | None], outputs: Sequence[Outgoing]
    ) -> None:
        slot = holding.slot
        owned = self._owned.get(slot)
        if owned is None:
            raise PartitionLost(f"{slot}: went to another worker while a batch was under way")
        await self._send_outputs(outputs)
        if self._owned.get(slot) is not owned:
            raise PartitionLost(f"{slot}: went to another worker while a batch was under way")
        position.epoch = owned.epoch
        entries = [*writes.items(), (POSITION_KEY, position.encode())]
        landed = await self._append(slot, entries, owned.epoch)
        if landed != owned.next_offset:
            # the epochs tell which of the batches count: whoever restores next finds out
            raise InfrastructureError(
                f"{slot}: changelog offset {owned.next_offset} expected, {landed} given: another worker wrote it"
            )
        owned.next_offset += len(entries)
        self._store.write(str(slot), entries, owned.next_offset, owned.epoch)
        holding.position = position

    async def let_go(self, holding: Holding) -> None:
        if holding.slot in self._owned:
            position = holding.position.copy()
            position.is_open = False
            await self.commit(holding, position, {}, ())

    def forget(self, slot: Slot) -> None:
        self._owned.pop(slot, None)

    async def fetch(self, topic: str, handles: Sequence[bytes]) -> list[StoredRecord | None]:
        records: list[StoredRecord | None] = []
        for handle in handles:
            partition, offset = parse_handle(handle)
            record = self.recent.get(topic, partition, offset)
            if record is None:
                found = await self._read(self._log.read, topic, partition, offset, 1)
                if found and found[0].offset == offset:
                    record = found[0]
                    self.recent.add(record)
            records.append(record)
        return records

    async def read_one(self, topic: str, partition: int, offset: int) -> StoredRecord | None:
        return next(iter(await self._read(self._log.read, topic, partition, offset, 1)), None)

    async def close(self) -> None:
        self._store.close()

    async def _read(self, method: Callable[..., Any], *args: Any) -> Any:
        async with self._log_turn:
            return await asyncio.to_thread(method, *args)

    async def _append(self, slot: Slot, entries: Sequence[tuple[bytes, bytes | None]], epoch: int) -> int:
        """Append as one record batch; return the offset of its first record."""
        topic, producer = changelog_of(slot.stage), self._producer()
        batch = producer.create_batch()
        headers = [(_EPOCH_HEADER, str(epoch).encode())]
        for key, value in entries:
            if batch.append(key=key, value=value, timestamp=None, headers=headers) is None:
                raise InfrastructureError(
                    f"{slot}: a commit of its state exceeds one record batch; lower NEWSVANE_BATCH_RECORDS"
                )
        try:
            future = await producer.send_batch(batch, self._namespace + topic, partition=slot.partition)
            return int((await future).offset)
        except KafkaError as error:
            raise InfrastructureError(
                f"{topic}[{slot.partition}]: changelog not written ({error}); restarting"
            ) from error

    async def _send_outputs(self, outputs: Sequence[Outgoing]) -> None:
        """Send in order, one record batch after the other in a partition; return when the brokers have all of them."""
        if not outputs:
            return
        producer = self._producer()
        by_partition: defaultdict[tuple[str, int], list[Outgoing]] = defaultdict(list)
        for output in outputs:
            by_partition[output.topic, output.partition].append(output)
        futures = []
        try:
            for (topic, partition), group in by_partition.items():
                batch = producer.create_batch()
                for output in group:
                    if _append_output(batch, output) is None:
                        futures.append(await producer.send_batch(batch, self._namespace + topic, partition=partition))
                        batch = producer.create_batch()
                        _append_output(batch, output)
                futures.append(await producer.send_batch(batch, self._namespace + topic, partition=partition))
            await asyncio.gather(*futures)
        except KafkaError as error:
            raise InfrastructureError(
                f"outputs not acknowledged ({type(error).__name__}: {error}); restarting"
            ) from error


def _append_output(batch: Any, output: Outgoing) -> Any:
    return batch.append(key=output.key, value=output.value, timestamp=output.timestamp_ms, headers=list(output.headers))

"""Did the replay find what the live line found? The final record under every id, to the byte, and why any differs.

Final is the last record under a mention, statement or alert id; one that was superseded is none. Compared is what lies
in the replay's range: mentions by their own time, statements and alerts if any article that they name does.

A difference gets the first cause of this order whose evidence is there:

- ``watch``: the replay used another definition of the watch than the live line has for that article;
- ``rules``: the two were made by different versions of a stage's rules;
- ``not-processed``: the live line has not processed everything that it has got;
- ``outside-range``: the record also rests on articles that arrived (or were published) outside the range;
- ``retention``: what one side would need was deleted by the retention of the source's topics;
- ``forgotten``: its last article arrived so long before others that the alert stage has forgotten it (90 days), and
  where memory ends the order of arrival decides;
- ``warm-up``: the replay is approximate, and this record's article, its cluster or its story began before it.

A difference without a cause is a fault; that there is none is the proof. Limit: both sides' final records are held in
memory, by id and as bytes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final, Literal

import orjson

from schemas import topic_of
from streams.alert.records import WINDOW_DAYS
from streams.log.protocol import Log
from streams.model.times import format_utc_ms, parse_utc
from streams.model.watch import Watch, WatchBook, version_at
from streams.replay.manifest import Manifest
from streams.replay.run import read_all, read_watches

IDS: Final[Mapping[str, str]] = {"mention": "mention_id", "statement": "statement_id", "alert": "alert_id"}
Side = Literal["only live", "only replayed", "different"]
Record = dict[str, Any]
_INPUTS: Final = {
    "clean": "article-raw", "dedupe": "article-clean", "detect": "article-deduped", "stance": "match",
    "alert": "mention",
}  # fmt: skip
_DEFINITION: Final = ("version", "effective_from", "status", "changed_by", "change_reason", "history_from")


@dataclass(frozen=True, slots=True)
class Difference:
    """``cause`` None: nothing explains it. ``fields`` are those that differ."""

    kind: str
    id: str
    watch_id: str
    side: Side
    fields: tuple[str, ...]
    cause: str | None
    detail: str


@dataclass(slots=True)
class Verdict:
    """``compared`` and ``equal`` count ids by kind; ``outside`` those that are not in the replay's range."""

    compared: Counter[str] = field(default_factory=Counter)
    equal: Counter[str] = field(default_factory=Counter)
    outside: Counter[str] = field(default_factory=Counter)
    differences: list[Difference] = field(default_factory=list)

    @property
    def unexplained(self) -> list[Difference]:
        return [difference for difference in self.differences if difference.cause is None]

    @property
    def causes(self) -> Counter[str]:
        return Counter(difference.cause or "unexplained" for difference in self.differences)

    def as_record(self) -> Record:
        return {
            kind: {
                "compared": self.compared[kind],
                "equal": self.equal[kind],
                "different": sum(difference.kind == kind for difference in self.differences),
                "outside": self.outside[kind],
            }
            for kind in IDS
        } | {"causes": dict(sorted(self.causes.items())), "unexplained": len(self.unexplained)}


def final_records(log: Log, kind: str, watch_ids: frozenset[str] | None = None) -> dict[str, bytes]:
    """The last live record under every id of this kind, as its bytes."""
    last: dict[str, bytes] = {}
    key = IDS[kind]
    for stored in read_all(log, topic_of(kind).name):
        if stored.value is None:
            continue
        record = orjson.loads(stored.value)
        if watch_ids is not None and record["watch_id"] not in watch_ids:
            continue
        if record.get("status") == "superseded":
            last.pop(record[key], None)
        else:
            last[record[key]] = stored.value
    return last


def verify(live: Log, replayed: Log, manifest: Manifest, group: str) -> Verdict:
    """Compare the two. ``group`` is that of the workers of ``live``, which may be another replay's log."""
    pinned = None if manifest.watches is None else frozenset(watch["watch_id"] for watch in manifest.watches)
    ours = {kind: final_records(replayed, kind) for kind in IDS}
    theirs = {kind: final_records(live, kind, pinned) for kind in IDS}
    judge = _Judge(live, replayed, manifest, group, theirs["mention"], ours["mention"])
    verdict = Verdict()
    for kind in IDS:
        for id_ in sorted(ours[kind].keys() | theirs[kind].keys()):
            here, there = ours[kind].get(id_), theirs[kind].get(id_)
            record = orjson.loads(there or here or b"{}")
            if not judge.is_inside(kind, record):
                verdict.outside[kind] += 1
                continue
            verdict.compared[kind] += 1
            if here == there:
                verdict.equal[kind] += 1
            else:
                verdict.differences.append(judge.explain(kind, id_, there, here))
    return verdict


class _Judge:
    def __init__(
        self,
        live: Log,
        replayed: Log,
        manifest: Manifest,
        group: str,
        theirs: dict[str, bytes],
        ours: dict[str, bytes],
    ) -> None:
        self._manifest = manifest
        self._live_book, self._own_book = _book(read_watches(live)), _book(read_watches(replayed))
        self._waiting = waiting_records(live, group)
        self._gone = _gone_before(live)
        self._arrivals: dict[str, str] = {}
        inside: set[str] = set()
        outside: set[str] = set()
        self._watches_outside: set[str] = set()
        for value in (*theirs.values(), *ours.values()):
            mention = orjson.loads(value)
            self._arrivals[mention["article_id"]] = mention["arrived_at"]
            if manifest.range.holds_record(mention):
                inside.add(mention["article_id"])
            else:
                outside.add(mention["article_id"])
                self._watches_outside.add(mention["watch_id"])
        self._inside, self._outside = inside, outside
        newest = max(self._arrivals.values(), default="")
        self._forgotten_before = format_utc_ms(parse_utc(newest) - timedelta(days=WINDOW_DAYS)) if newest else ""

    def is_inside(self, kind: str, record: Record) -> bool:
        if kind == "mention":
            return self._manifest.range.holds_record(record)
        return any(carrier["article_id"] in self._inside for carrier in record["carriers"])

    def explain(self, kind: str, id_: str, there: bytes | None, here: bytes | None) -> Difference:
        live: Record | None = None if there is None else orjson.loads(there)
        own: Record | None = None if here is None else orjson.loads(here)
        either = live or own or {}
        fields: tuple[str, ...] = ()
        if live is not None and own is not None:
            names = [name for name in {**live, **own} if live.get(name) != own.get(name)]
            fields = tuple(names) or ("order of fields",)
        side: Side = "only replayed" if live is None else "only live" if own is None else "different"
        cause, detail = next(self._causes(kind, live, own), (None, ""))
        return Difference(kind, id_, either["watch_id"], side, fields, cause, detail)

    def _causes(self, kind: str, live: Record | None, own: Record | None) -> Iterator[tuple[str, str]]:
        either: Record = live or own or {}
        watch_id, articles = either["watch_id"], list(_articles(kind, live, own))
        manifest = self._manifest
        for article_id in articles:
            arrived_at = self._arrivals.get(article_id)
            if arrived_at is None:
                continue
            there, here = self._live_book.get(watch_id), self._own_book.get(watch_id)
            seen, used = (version_at(each, arrived_at) if each else None for each in (there, here))
            if (seen and _definition(seen)) != (used and _definition(used)):
                live_version = f"v{seen['version']}" if seen else "no version"
                own_version = f"v{used['version']}" if used else "no version"
                yield "watch", f"live has {live_version} for this article, the replay {own_version} of its own"
                break
        if live is not None and own is not None and live["rules"] != own["rules"]:
            yield "rules", f"live {_named(live['rules'])}, replayed {_named(own['rules'])}"
        if self._waiting:
            yield "not-processed", f"the live line has {self._waiting:,} records before it"
        strangers = [article_id for article_id in articles if article_id in self._outside]
        if strangers:
            yield "outside-range", f"article {strangers[0][:8]}… is not in the range"
        dedupes = [record["dedupe"]["original_id"] for record in (live, own) if record and kind == "mention"]
        is_cut = bool(self._outside or self._manifest.missing)
        if is_cut and any(original not in articles and original not in self._inside for original in dedupes):
            yield "outside-range", f"its original {dedupes[0][:8]}… is not in the range"
        if kind != "mention" and watch_id in self._watches_outside:
            yield "outside-range", f"watch {watch_id} has articles outside the range"
        if own is not None and live is None:
            for article_id in articles:
                if self._arrivals.get(article_id, "~") <= self._gone:
                    yield "retention", "the live line's record was deleted by retention"
                    break
        latest = max((self._arrivals[each] for each in articles if each in self._arrivals), default="~")
        if kind != "mention" and latest < self._forgotten_before:
            yield "forgotten", f"its last article arrived {latest[:10]}, more than {WINDOW_DAYS} days before the newest"
        if manifest.missing:
            what = "retention" if "retention" in manifest.missing[0] else "warm-up"
            yield what, manifest.missing[0]


def _articles(kind: str, *records: Record | None) -> Iterable[str]:
    found: dict[str, None] = {}
    for record in records:
        if record is None:
            continue
        if kind == "mention":
            found[record["article_id"]] = None
        else:
            found |= dict.fromkeys(carrier["article_id"] for carrier in record["carriers"])
    return found


def _book(watches: Iterable[Watch]) -> dict[str, list[Watch]]:
    book = WatchBook()
    for watch in watches:
        book.apply(watch)
    return {watch_id: book.history(watch_id) for watch_id in book.ids()}


def _definition(watch: Watch) -> dict[str, Any]:
    return {key: value for key, value in watch.items() if key not in _DEFINITION} | {"active": watch["status"]}


def _named(rules: Mapping[str, str]) -> str:
    return " ".join(f"{stage} {version}" for stage, version in sorted(rules.items()))


def waiting_records(live: Log, group: str) -> int:
    """How many records the live line has before it, over all stages."""
    waiting = 0
    for kind in _INPUTS.values():
        topic = topic_of(kind).name
        committed = live.committed(group, topic)
        for partition in range(live.partitions(topic)):
            first = live.start_offset(topic, partition)
            waiting += max(live.end_offset(topic, partition) - max(committed.get(partition, 0), first), 0)
    return waiting


def _gone_before(live: Log) -> str:
    """The latest arrival of which retention may have deleted a mention; nothing: an empty text."""
    topic = topic_of("mention").name
    gone = ""
    for partition in range(live.partitions(topic)):
        first = live.start_offset(topic, partition)
        if not first:
            continue
        kept = live.read(topic, partition, first, max_records=1)
        at = orjson.loads(kept[0].value or b"{}").get("arrived_at", "~") if kept else "~"
        gone = max(gone, at)
    return gone

"""How fast does the read model fill, and how fast does it answer over 100,000 stored articles? Rows are made up.

The targets are those of the API's lists (p99 under 50 ms), without HTTP; the figures are wall time of one reader in one
thread. Pages are 50 items. Each list is asked for its newest page, and for pages at places that are spread over it.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

from schemas import encode, topic_of
from streams.log.protocol import StoredRecord
from streams.settings import Settings
from streams.store import queries
from streams.store.apply import apply_batch
from streams.store.database import Store, open_store
from streams.store.paging import Filters, Page
from streams.store.tables import TABLES
from tests.benchmarks.measure import now
from tests.benchmarks.report import Figure, Section, Target, figure, quantile
from tests.benchmarks.rig import Bench
from tests.unit.store import makers as m

ARTICLES: Final = 100_000
QUICK: Final = 5_000
REPEATS: Final = 200
_BATCH: Final = 500
_P99: Final = Target(50)
_OUTLETS: Final = 300
_WORDS: Final = 4_000
_TEXT_WORDS: Final = 250
_WATCHES: Final = [f"watch-{number}" for number in range(20)]
_LABELS: Final = ["none", "refuses", "conditional", "prepares", "joins"]


def measure_store(bench: Bench) -> Section:
    """Fill one, then ask."""
    count = QUICK if bench.quick else ARTICLES
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Settings(store=f"sqlite:///{folder}/store.db"))
        try:
            before = now()
            records = _fill(store, count)
            spent = now().since(before)
            size = sum(file.stat().st_size for file in Path(folder).iterdir()) / 1e6
            figures = [figure("records filled", records / spent.wall_s, "/s", None, spent)]
            figures += list(_ask(store, 20 if bench.quick else REPEATS))
        finally:
            store.close()
    note = (
        f"SQLite; {count:,} articles of {_TEXT_WORDS} words, {records - count:,} other records; {size:,.0f} MB on disk."
    )
    return Section("store: the read model", figures, [note])


def _ask(store: Store, repeats: int) -> Iterator[Figure]:
    one = Filters(watch=("watch-3",))
    asked: dict[str, Callable[[str | None], Page]] = {
        "articles": lambda at: queries.articles(store, cursor=at),
        "articles of an outlet": lambda at: queries.articles(store, Filters(outlet=("outlet-7.example",)), cursor=at),
        "articles of a watch": lambda at: queries.articles(store, one, cursor=at),
        "articles with a frequent word": lambda at: queries.articles(store, Filters(q="word1"), cursor=at),
        "articles with two rare words": lambda at: queries.articles(store, Filters(q="word3001 word3002"), cursor=at),
        "articles in a language and time": lambda at: queries.articles(
            store, Filters(language=("ru",), since="2026-03-10", until="2026-03-20"), cursor=at
        ),
        "mentions of a watch and label": lambda at: queries.mentions(
            store, Filters(watch=("watch-3",), label=("joins",)), cursor=at
        ),
        "mentions of a holder": lambda at: queries.mentions(
            store, Filters(watch=("watch-3",), holder=("holder-2",)), cursor=at
        ),
        "mentions with a frequent word": lambda at: queries.mentions(
            store, Filters(watch=("watch-3",), q="word1"), cursor=at
        ),
        "statements of a holder": lambda at: queries.statements(
            store, Filters(watch=("watch-3",), holder=("holder-2",)), cursor=at
        ),
        "alerts": lambda at: queries.alerts(store, cursor=at),
        "alerts of an outlet": lambda at: queries.alerts(store, Filters(outlet=("gazette.example",)), cursor=at),
        "alerts with a word": lambda at: queries.alerts(store, Filters(q="title 77"), cursor=at),
        "stories of a watch": lambda at: queries.stories(store, one, cursor=at),
    }
    for name, ask in asked.items():
        cursors: list[str | None] = [None]
        while len(cursors) < 10 and (following := ask(cursors[-1]).next_cursor) is not None:
            cursors.append(following)
        yield _p99(name, [partial(ask, at) for at in cursors], repeats)
    volumes = [lambda: queries.volumes(store, watch_id="watch-3", bucket="hour")]
    yield _p99("volumes of a watch by hour", volumes, repeats)
    yield _p99("stance timeline of a watch", [lambda: queries.stance_timeline(store, "watch-3")], max(repeats // 5, 5))
    yield _p99("outlets", [lambda: queries.outlets(store)], repeats)
    numbers = random.Random(3).sample(range(QUICK), 20)
    articles = [partial(queries.article, store, m.article_id(number)) for number in numbers]
    yield _p99("one article with its text", articles, repeats)


def _p99(name: str, calls: Sequence[Callable[[], Any]], repeats: int) -> Figure:
    times, used = [], []
    before = now()
    for number in range(repeats):
        began, began_cpu = time.perf_counter(), time.thread_time()
        calls[number % len(calls)]()
        times.append((time.perf_counter() - began) * 1000)
        used.append((time.thread_time() - began_cpu) * 1000)
    told = f"{name}, p99 (p50 {quantile(times, 0.5):.1f}, CPU p99 {quantile(used, 0.99):.1f})"
    return figure(told, quantile(times, 0.99), "ms", _P99, now().since(before))


def _fill(store: Store, count: int) -> int:
    return sum(
        _take(store, kind, made)
        for kind, made in (
            ("article-deduped", _articles(count)),
            ("mention", _mentions(count)),
            ("statement", _statements(count // 50)),
            ("alert", _alerts(count // 20)),
        )
    )


def _take(store: Store, kind: str, made: Iterator[dict[str, Any]]) -> int:
    topic, offset, batch = topic_of(kind).name, 0, []
    for offset, record in enumerate(made):
        batch.append(StoredRecord(topic, 0, offset, 1_772_409_600_000 + offset, b"k", encode(record), ()))
        if len(batch) == _BATCH:
            apply_batch(store, TABLES, batch, batch[0].offset, lambda db: None)
            batch = []
    if batch:
        apply_batch(store, TABLES, batch, batch[0].offset, lambda db: None)
    return offset + 1


def _articles(count: int) -> Iterator[dict[str, Any]]:
    chance = random.Random(1)
    for number in range(count):
        words = [f"word{int(_WORDS * chance.random() ** 3)}" for _ in range(_TEXT_WORDS)]
        verdict = m.copy_of(number - 1) if number % 4 == 3 else m.article(number)["dedupe"]
        outlet, language = f"outlet-{int(_OUTLETS * chance.random() ** 2)}.example", chance.choice(["en", "en", "ru"])
        changes = {"outlet": outlet, "language": language, "text": " ".join(words), "dedupe": verdict}
        yield m.article(number, number * 24 * 28 // count, **changes)


def _mentions(count: int) -> Iterator[dict[str, Any]]:
    chance = random.Random(2)
    for number in range(0, count, 2):
        said = [m.said(holder_id=f"holder-{chance.randrange(8)}")] if chance.random() < 0.3 else []
        changes = {
            "label": chance.choice(_LABELS),
            "statements": said,
            "outlet": f"outlet-{chance.randrange(99)}.example",
        }
        yield m.mention(number, number * 24 * 28 // count, chance.choice(_WATCHES), **changes)


def _statements(count: int) -> Iterator[dict[str, Any]]:
    chance = random.Random(3)
    for number in range(count):
        day = f"2026-03-{1 + number * 28 // count:02d}"
        numbers = tuple(chance.sample(range(count * 50), 8))
        changes = {"watch_id": chance.choice(_WATCHES), "holder_id": f"holder-{chance.randrange(8)}", "said_at": day}
        yield m.statement(str(number), str(number), numbers, stance=chance.choice(_LABELS), **changes)


def _alerts(count: int) -> Iterator[dict[str, Any]]:
    chance = random.Random(4)
    for number in range(count):
        numbers = tuple(chance.sample(range(count * 20), 12))
        changes = {"watch_id": chance.choice(_WATCHES), "label": chance.choice(_LABELS)}
        yield m.alert(str(number), numbers, first_published_at=m.at(number * 24 * 28 // count), **changes)

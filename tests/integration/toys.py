"""A line of toy stages over the real topics: what the engine promises, shown without news rules.

``python -m tests.integration.toys BROKER DATA_DIR NAMESPACE`` runs it as a worker process until idle or killed. A
record may ask for trouble by its title: ``invalid`` (InvalidRecord), ``bug`` (an exception of ours), ``kill`` (the
process dies).
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

from schemas import topics_on
from streams.engine.line import Line
from streams.engine.overlay import Overlay
from streams.engine.work import Item, Work
from streams.engine.worker import Callbacks, run_worker
from streams.errors import InvalidRecord
from streams.log.connect import connect
from streams.log.provision import apply_topics
from streams.model.ids import digest
from streams.model.step import Emit, Reissue, Step
from streams.settings import Settings


def toy_clean(item: Item, state: Overlay) -> Step:
    """Count the articles of each outlet in the state and send each on with its number."""
    raw = item.record
    if raw.get("title") == "invalid":
        state.put(b"n/" + raw["outlet"].encode(), b"-1")  # must be taken back
        raise InvalidRecord("toy", "asked to be refused")
    if raw.get("title") == "bug":
        raise KeyError("asked for a bug")
    if raw.get("title") == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    key = b"n/" + raw["outlet"].encode()
    number = int(state.get(key) or b"0") + 1
    state.put(key, str(number).encode())
    article = {
        "article_id": digest(raw["outlet"], raw["id"]),
        "url_id": digest(raw["outlet"], str(number)),
        "outlet": raw["outlet"],
        "title": str(number),
        "text": raw["text"],
        "language": "en",
    }
    return Step("cleaned", (Emit("article-clean", article),))


def toy_dedupe(item: Item, state: Overlay) -> Step:
    """The first article of each outlet is the original; the third makes it be sent again."""
    article = item.record
    key = b"first/" + article["outlet"].encode()
    first = state.get(key)
    outputs: tuple[Any, ...] = (Emit("article-deduped", {**article, "dedupe": {"kind": "near"}}),)
    if first is None:
        state.put(key, item.handle)
        return Step("original", (Emit("article-deduped", {**article, "dedupe": {"kind": "original"}}),))
    if article["title"] == "3":
        outputs += (Reissue("article-deduped", first, {"dedupe": {"kind": "exact"}}),)
        return Step("near", outputs, (("original", "exact"),))
    return Step("near", outputs)


def toy_alert(item: Item, state: Overlay) -> Step:
    """Count everything that comes in: nothing may be counted twice."""
    seen = int(state.get(b"seen") or b"0") + 1
    state.put(b"seen", str(seen).encode())
    return Step("alerted")


def build_toys(line: Line) -> None:
    @line.agent("clean", reads="article-raw")
    async def clean(work: Work) -> None:
        await work.apply(toy_clean)

    @line.agent("dedupe", reads="article-clean")
    async def dedupe(work: Work) -> None:
        await work.apply(toy_dedupe)

    @line.agent("alert", reads="article-deduped")
    async def alert(work: Work) -> None:
        await work.apply(toy_alert)


def run_toys(settings: Settings, *, until_idle: bool = True) -> None:
    log = connect(settings)
    apply_topics(log, topics_on("sqlite" if settings.is_embedded else "kafka"))
    log.close()
    run_worker(
        settings,
        build_toys,
        until_idle=until_idle,
        callbacks=Callbacks(on_ready=lambda: print("ready", flush=True)),
    )


if __name__ == "__main__":
    broker, data_dir, namespace = sys.argv[1:4]
    run_toys(
        Settings(
            broker=broker, data_dir=Path(data_dir), namespace=namespace, batch_records=200, kafka_session_timeout_s=6
        )
    )

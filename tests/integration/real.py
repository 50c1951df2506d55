"""The real line as a worker process, for tests: ``python -m tests.integration.real BROKER DATA_DIR NAMESPACE``.

It runs until everything is processed. The watches are the shipped one and those of the sample stream.
"""

from __future__ import annotations

import sys
from pathlib import Path

from schemas import encode, topic_of
from streams.app import build_agents
from streams.engine.worker import Callbacks, leave_process, run_worker
from streams.errors import InfrastructureError
from streams.log.protocol import Log, NewRecord
from streams.model.watch import Watch
from streams.query.watch_file import read_watch, to_watch
from streams.sample import sample_dir
from streams.settings import Settings

SHIPPED = Path(__file__).resolve().parents[2] / "streams" / "watches"
SINCE_EVER = "1970-01-01T00:00:00.000Z"


def watches() -> list[Watch]:
    paths = sorted([*SHIPPED.glob("*.yaml"), *(sample_dir() / "watches").glob("*.yaml")])
    return [to_watch(read_watch(path.read_text(encoding="utf-8"), path.name), 1, SINCE_EVER, "tests") for path in paths]


def apply_watches(log: Log) -> None:
    topic = topic_of("watch")
    log.append(topic.name, [NewRecord(0, topic.key_of(watch), encode(watch), 0) for watch in watches()])


def main() -> None:
    broker, data_dir, namespace = sys.argv[1:4]
    settings = Settings(
        broker=broker,
        data_dir=Path(data_dir),
        namespace=namespace,
        batch_records=200,
        kafka_session_timeout_s=6,
        log_level="error",
    )
    try:
        run_worker(
            settings,
            build_agents,
            until_idle=True,
            callbacks=Callbacks(on_ready=lambda: print("ready", flush=True)),
        )
    except InfrastructureError as error:
        print(error, file=sys.stderr)
        leave_process(1)


if __name__ == "__main__":
    main()

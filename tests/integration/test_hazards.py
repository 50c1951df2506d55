"""What the world does to a worker: one clear line, a status that is not 0, nothing lost. ``docs/engine.md`` says which.

The hazards that need no process have their tests in ``tests/unit/engine``.
"""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from schemas import topics_on
from streams.engine.outcomes import changelog_of
from streams.settings import Settings
from tests.brokers import free_ports
from tests.integration.bad_inputs import TEXT, article, page
from tests.integration.commands import TROUBLED, Ended, end_of, newsvane, start, wait_for_line
from tests.integration.rig import Rig, wait_until
from tests.integration.test_engine import articles, expected, numbers, without_repeats

OUTLET = "gazette.example"


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Rig]:
    rig = Rig(Settings(broker=f"sqlite:///{tmp_path}/line.db", data_dir=tmp_path / "var"))
    try:
        rig.create_topics()
        yield rig
    finally:
        rig.close()


def feed(rig: Rig, count: int, **fields: object) -> None:
    rig.feed_raw([(article(text=f"{TEXT} Number {n}.", id=str(n), **fields)(OUTLET), OUTLET) for n in range(count)])


def assert_one_line(ended: Ended, *words: str) -> None:
    """One line on stderr that is for a person, and exit status 1."""
    assert (1, 1) == (ended.status, len(ended.lines)), ended.lines
    (line,) = ended.lines
    assert line.startswith("newsvane: ")
    assert [] == [word for word in words if word not in line], line


# A full disk


def pages_of(rig: Rig) -> int:
    return int(rig.log.query("PRAGMA page_count")[0][0])  # type: ignore[attr-defined]


def test_a_full_disk_stops_the_worker_and_loses_nothing(line: Rig) -> None:
    """1, 3: the file can't grow: one line each time, no record is blamed for it; with space again all is done, once."""
    feed(line, 400)
    room = {"TROUBLE_PAGES": str(pages_of(line) + 30)}
    for _ in range(2):
        ended = end_of(start(line.settings, "disk-full", "run", "--until-idle", program=TROUBLED, more=room))
        assert 1 == ended.status
        assert "cannot grow (database or disk is full); free disk space or shorten the retention" in ended.lines[-1]
        assert not [text for text in ended.lines if "Traceback" in text]
    assert 0 == newsvane(line.settings, "run", "--until-idle").status
    assert {"cleaned": 400} == line.outcomes()["clean"]
    assert 400 == len({record["article_id"] for record in line.records("article-deduped")})
    assert [] == line.all_of("articles-raw-dlq")


def test_a_full_disk_stops_ingest_and_the_same_command_goes_on(line: Rig, tmp_path: Path) -> None:
    """One line; what was acknowledged stays, and with space again the rest follows, once."""
    path = tmp_path / "many.jsonl"
    path.write_bytes(b"".join(article(text=f"{TEXT} {n}", id=str(n))(OUTLET) + b"\n" for n in range(2_000)))
    assert 0 == newsvane(line.settings, "topics", "apply").status
    room = {"TROUBLE_PAGES": str(pages_of(line) + 60)}
    ended = end_of(start(line.settings, "disk-full", "ingest", str(path), program=TROUBLED, more=room))
    assert_one_line(ended, "cannot grow", "free disk space")
    assert 0 < len(line.records("article-raw")) < 2_000
    assert 0 == newsvane(line.settings, "ingest", str(path)).status
    assert list(range(2_000)) == sorted(int(record["id"]) for record in line.records("article-raw"))


# Places that are not there


def test_a_missing_broker_is_one_line_in_time(tmp_path: Path) -> None:
    """``run`` and ``ingest`` name the broker that does not answer within 15 seconds."""
    (port,) = free_ports(1)
    settings = Settings(broker=f"kafka://127.0.0.1:{port}", data_dir=tmp_path)
    (tmp_path / "one.txt").write_text(TEXT)
    processes = [
        start(settings, "run", "--no-serve"),
        start(settings, "ingest", str(tmp_path / "one.txt"), "--outlet", OUTLET),
    ]
    for process in processes:
        ended = end_of(process)
        assert_one_line(ended, f"127.0.0.1:{port}", "does not answer")
        assert ended.seconds < 15


@pytest.mark.parametrize("what", ["broker", "data_dir", "damaged"])
def test_a_place_that_cannot_be_used_is_one_line(tmp_path: Path, what: str) -> None:
    """A folder that can't be made or read and a file that is no log of ours are named, with what to do."""
    (tmp_path / "file").write_text("no folder")
    (tmp_path / "damaged.db").write_bytes(b"no database" * 500)
    settings, words = {
        "broker": (
            Settings(broker=f"sqlite:///{tmp_path}/file/line.db", data_dir=tmp_path),
            (f"folder '{tmp_path}/file' cannot be made", "NEWSVANE_BROKER"),
        ),
        "data_dir": (
            Settings(broker=f"sqlite:///{tmp_path}/line.db", data_dir=tmp_path / "file"),
            (f"data folder '{tmp_path}/file' cannot be used", "NEWSVANE_DATA_DIR"),
        ),
        "damaged": (
            Settings(broker=f"sqlite:///{tmp_path}/damaged.db", data_dir=tmp_path),
            ("damaged.db' is not a SQLite database", "name another file"),
        ),
    }[what]
    assert_one_line(newsvane(settings, "run", "--no-serve"), *words)


# A worker that runs


@pytest.fixture
def running(line: Rig) -> Iterator[subprocess.Popen[str]]:
    worker = start(line.settings, "run", "--no-serve", more={"NEWSVANE_EXTRACT_CPU_S": "60"})
    wait_for_line(worker, "ready")
    try:
        yield worker
    finally:
        worker.kill()
        worker.communicate()


def test_a_second_worker_on_the_same_file(line: Rig, running: subprocess.Popen[str]) -> None:
    """It is told in one line who is there; the first goes on, and stops in order."""
    ended = newsvane(line.settings, "run", "--no-serve")
    assert_one_line(ended, f"pid {running.pid}", "already has a worker", "stop it first")
    feed(line, 20)
    wait_until(lambda: line.outcomes().get("clean") == {"cleaned": 20}, "the first worker goes on")
    running.send_signal(signal.SIGTERM)
    assert 0 == end_of(running).status


def test_hazard_10_a_worker_listens_nowhere(running: subprocess.Popen[str]) -> None:
    """10: no web server of Faust's, on no port: nothing to collide with, nothing that shows tables."""
    sockets = set()
    for entry in Path(f"/proc/{running.pid}/fd").iterdir():
        with suppress(OSError):
            sockets.add(str(entry.readlink()))
    listening = []
    for family in ("tcp", "tcp6"):
        for row in Path(f"/proc/{running.pid}/net/{family}").read_text().splitlines()[1:]:
            columns = row.split()
            if columns[3] == "0A" and f"socket:[{columns[9]}]" in sockets:
                listening.append(columns[1])
    assert [] == listening


def children_of(pid: int) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        with suppress(OSError, ValueError):
            status = (entry / "stat").read_text().rpartition(")")[2].split()
            if int(status[1]) == pid and status[0] != "Z":
                found.append(int(entry.name))
    return found


def test_hazard_14_extraction_ends_with_its_worker(line: Rig, running: subprocess.Popen[str]) -> None:
    """14: while a page burns CPU the worker answers and commits; killed by -9, it leaves no process behind."""
    slow = article(html=page("<p>a<b>b</b></p>" * 200_000), id="slow")(OUTLET)
    line.feed_raw([(slow, OUTLET)])
    line.feed_raw([(article(text=TEXT, id="quick")("other.example"), "other.example")])
    wait_until(lambda: bool(children_of(running.pid)), "the page is being extracted")
    wait_until(lambda: line.outcomes().get("clean") == {"cleaned": 1}, "another partition goes on")
    children = children_of(running.pid)
    assert children
    running.send_signal(signal.SIGKILL)
    running.communicate()
    wait_until(lambda: not [pid for pid in children if Path(f"/proc/{pid}").exists()], "they end too", 30)


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        ("faust-crash", ("faust stopped by itself", "a service died")),
        ("agent-cancelled", ("agent clean ended by itself",)),
    ],
)
def test_hazard_11_a_dead_part_ends_the_process(line: Rig, trouble: str, words: tuple[str, ...]) -> None:
    """11: no worker lives on with a part of it dead: one line, status 1; the next does the work."""
    feed(line, 20)
    ended = end_of(start(line.settings, trouble, "run", "--no-serve", program=TROUBLED))
    assert 1 == ended.status
    assert [] == [word for word in words if word not in ended.lines[-1]], ended.lines
    assert 0 == newsvane(line.settings, "run", "--until-idle").status
    assert {"cleaned": 20} == line.outcomes()["clean"]


@pytest.mark.kafka
@pytest.mark.parametrize("toys", ["kafka"], indirect=True)
def test_compaction_of_a_changelog_loses_no_state(toys: Rig, tmp_path: Path) -> None:
    """A worker on an empty disk restores the same state from what compaction has left."""
    rig = toys.with_settings(namespace=f"{toys.settings.namespace}compacted-")
    try:
        topic = changelog_of("clean")
        (spec,) = [declared.spec(1) for declared in topics_on("kafka") if declared.name == topic]
        tiny = {"segment.bytes": "1048576", "segment.ms": "100", "min.cleanable.dirty.ratio": "0.001"}
        rig.log.create_topics([replace(spec, config={**spec.config, **tiny})])
        rig.create_topics(1)
        for round_ in range(2):
            rig.feed(articles(300, first=300 * round_))
            rig.run_to_end(tmp_path / "one")
        written = rig.log.end_offset(topic, 0)
        wait_until(lambda: len(rig.read(topic, 0)) < written, "the cleaner has compacted", 60)
        rig.feed(articles(300, first=600))
        rig.run_to_end(tmp_path / "two")
        assert expected(900) == without_repeats(rig.outcomes())
        assert {f"outlet-{n}.example": list(range(1, 76)) for n in range(12)} == numbers(rig)
    finally:
        rig.close()

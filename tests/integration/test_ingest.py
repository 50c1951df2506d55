"""``newsvane ingest`` as a process: kill -9, standard input, what is printed and the exit status."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from schemas import topics_on
from streams.log.provision import apply_topics
from streams.log.sqlite import SqliteLog

ROOT = Path(__file__).parents[2]
SEED = ROOT.parent / "shared" / "seed-article.txt"
NEWSVANE = [sys.executable, "-c", "import sys; from streams.cli.main import main; sys.exit(main())"]
DEADLINE_S = 60.0


@pytest.fixture
def log(tmp_path: Path) -> Iterator[SqliteLog]:
    (tmp_path / "var").mkdir()
    log = SqliteLog(tmp_path / "var" / "newsvane.db")
    apply_topics(log, topics_on("sqlite"))
    yield log
    log.close()


def environment(folder: Path) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("NEWSVANE_")}
    return {**own, "NEWSVANE_BROKER": f"sqlite:///{folder / 'var' / 'newsvane.db'}", "PYTHONPATH": str(ROOT)}


def start(folder: Path, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*NEWSVANE, "ingest", *arguments],
        cwd=folder,
        env=environment(folder),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def ingest(folder: Path, *arguments: str, standard_input: bytes = b"") -> tuple[int, str, list[str]]:
    process = start(folder, *arguments)
    output, errors = process.communicate(standard_input, DEADLINE_S)
    return process.returncode, output.decode(), errors.decode().splitlines()


def texts(log: SqliteLog) -> list[str]:
    return [
        orjson.loads(record.value or b"")["text"]
        for partition in range(log.partitions("articles-raw"))
        for record in log.read("articles-raw", partition, 0, 100_000, 1 << 30)
    ]


def wait_for(log: SqliteLog, count: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while sum(log.end_offset("articles-raw", n) for n in range(log.partitions("articles-raw"))) < count:
        assert process.poll() is None, process.stderr and process.stderr.read()
        assert time.monotonic() < deadline
        version = log.data_version()
        log.wait_for_change(version, 0.1)


def test_killed_in_the_middle_it_goes_on_where_it_stopped(log: SqliteLog, tmp_path: Path) -> None:
    """Three kill -9 later every line of the file is in the log exactly once."""
    path = tmp_path / "many.jsonl"
    path.write_bytes(b"".join(b'{"text":"%d","outlet":"o%d.example"}\n' % (n, n % 7) for n in range(40_000)))
    for kill in range(3):
        process = start(tmp_path, str(path))
        wait_for(log, 1_000 + 5_000 * kill, process)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert -signal.SIGKILL == process.returncode
    status, output, errors = ingest(tmp_path, str(path))
    assert 0 == status
    (resumed,) = errors
    assert resumed.startswith(f"{path}: resuming at line ")
    assert resumed.endswith("; --restart to begin again")
    assert output.startswith("ingested ")
    assert list(range(40_000)) == sorted(map(int, texts(log)))


def test_what_is_written_to_a_pipe_does_not_wait_for_a_full_batch(log: SqliteLog, tmp_path: Path) -> None:
    """The article is in the log while the writer is still open."""
    process = start(tmp_path, "-", "--outlet", "gazette.example")
    assert process.stdin is not None
    for number in range(3):
        process.stdin.write(b'{"text":"%d"}\n' % number)
        process.stdin.flush()
        wait_for(log, number + 1, process)
    output, errors = process.communicate(b"", DEADLINE_S)
    assert (0, b"") == (process.returncode, errors)
    assert output.startswith(b"ingested 3 articles, refused 0, in ")


def test_refusals_are_named_and_the_rest_goes_on(log: SqliteLog, tmp_path: Path) -> None:
    """Exit status 1; a line on stderr for each, on stdout the sum."""
    (tmp_path / "a.jsonl").write_bytes(b'{"text":"1"}\n{"text":\n{"text":"2"}\n')
    status, output, errors = ingest(tmp_path, "missing.txt", "a.jsonl", "--outlet", "gazette.example")
    assert 1 == status
    assert [
        "missing.txt: there is no such file; look at the name",
        "a.jsonl:2: not JSON: unexpected end of data at character 9; mend or remove it",
    ] == errors
    assert output.startswith("ingested 2 articles, refused 2, in ")
    assert ["1", "2"] == texts(log)


@pytest.mark.parametrize(
    "arguments",
    [
        ["-", "--published", "yesterday"],
        ["-", "--outlet", ""],
        ["-", "--format", "pdf"],
        ["-", "--encoding", "nonsense"],
        [],
    ],
)
def test_wrong_use_is_told_in_a_line(tmp_path: Path, arguments: list[str]) -> None:
    """Exit status 2, and nothing was read."""
    status, output, errors = ingest(tmp_path, *arguments)
    assert (2, "") == (status, output)
    assert errors


def test_a_first_use_makes_the_log(tmp_path: Path) -> None:
    """Folder, file, topics and shipped watches come by themselves."""
    status, _, errors = ingest(tmp_path, "-", standard_input=b"Yes.")
    assert (1, ["stdin: no outlet: neither a field 'outlet' nor a URL names one; give --outlet"]) == (status, errors)
    status, _, errors = ingest(tmp_path, "-", "--outlet", "gazette.example", standard_input=b"Yes.")
    assert (0, []) == (status, errors)
    log = SqliteLog(tmp_path / "var" / "newsvane.db")
    try:
        assert ["Yes."] == texts(log)
        assert log.end_offset("watches", 0) > 0
    finally:
        log.close()


def test_the_seed_article_goes_in_as_it_is(log: SqliteLog, tmp_path: Path) -> None:
    """Its lines untouched; outlet and time are said."""
    if not SEED.exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"missing in CI: {SEED}")
        pytest.skip(f"missing: {SEED}")
    arguments = ["--outlet", "themoscowtimes.com", "--published", "2023-02-16T12:00:00Z"]
    status, _, errors = ingest(tmp_path, str(SEED), *arguments)
    assert (0, []) == (status, errors)
    (record,) = [one for n in range(4) for one in log.read("articles-raw", n, 0)]
    article = orjson.loads(record.value or b"")
    assert {
        "text": SEED.read_bytes().decode(),
        "outlet": "themoscowtimes.com",
        "published_at": "2023-02-16T12:00:00Z",
        "arrived_at": article["arrived_at"],
    } == article
    assert record.key == b"themoscowtimes.com"

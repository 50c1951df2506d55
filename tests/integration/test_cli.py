"""The commands as a person calls them: processes, files, pipes and signals, on a log of their own."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import time
import urllib.request
from pathlib import Path

import orjson
import pytest

from tests.integration.rig import DEADLINE_S, wait_until
from tests.integration.shell import ACME, ARTICLE, TEXT, TITLE, WATCH, Shell, lines

# The line


def test_run_ingest_tail_and_stop(shell: Shell) -> None:
    """A new user's first commands on an empty folder: the alert is there, SIGTERM ends the worker with status 0 and
    everything committed, and the same article again changes nothing."""
    worker = shell.start_line()
    (shell.folder / "a.jsonl").write_text(lines(ARTICLE))
    shell("ingest", "a.jsonl")
    wait_until(lambda: shell.records("alerts"), "the alert")
    begun = time.monotonic()
    worker.send_signal(signal.SIGTERM)
    _, said = worker.communicate(timeout=DEADLINE_S)
    assert time.monotonic() - begun < 5
    assert (worker.returncode, said.splitlines()[-1]) == (0, "newsvane: stopped; everything is committed")
    before = shell.records("alerts")
    assert [(alert["watch_id"], alert["label"]) for alert in before] == [(WATCH, "conditional")]
    (shell.folder / "b.jsonl").write_text(lines(ARTICLE))
    shell("ingest", "b.jsonl")
    shell("run", "--until-idle")
    assert shell.records("alerts") == before
    assert orjson.loads(shell("outcomes", "--json"))["clean"] == {"cleaned": 1, "repeat": 1}


def test_run_serves_the_dashboard(shell: Shell) -> None:
    """'newsvane run' says where the dashboard is; it answers, starts again when it dies, and Ctrl-C ends all of it."""
    worker = shell.start_line()
    assert worker.stderr is not None
    first = _dashboard(worker.stderr.readline())
    wait_until(lambda: b"Newsvane" in _get(first), "the dashboard")
    assert [] == orjson.loads(_get(first + "v1/alerts"))["items"]
    (companion,) = (child for child in _children(worker.pid) if b"serve" in Path(f"/proc/{child}/cmdline").read_bytes())
    os.kill(companion, signal.SIGKILL)
    assert worker.stderr.readline().startswith("newsvane: dashboard and deliveries ended with status -9; starting")
    second = _dashboard(worker.stderr.readline())
    wait_until(lambda: b"Newsvane" in _get(second), "the dashboard again")
    begun = time.monotonic()
    worker.send_signal(signal.SIGINT)
    _, said = worker.communicate(timeout=DEADLINE_S)
    assert time.monotonic() - begun < 5
    assert (worker.returncode, said) == (0, "newsvane: stopped; everything is committed\n")


def _children(pid: int) -> list[int]:
    """Of all its threads."""
    return [int(child) for found in Path(f"/proc/{pid}/task").glob("*/children") for child in found.read_text().split()]


def _dashboard(line: str) -> str:
    found = re.fullmatch(r"newsvane: dashboard at (http://127\.0\.0\.1:\d+/)\n", line)
    assert found, line
    return found[1]


def _get(url: str) -> bytes:
    with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=5) as answer:
        content: bytes = answer.read()
        return content
    return b""


def test_a_second_worker_gets_one_clear_line(shell: Shell) -> None:
    """The embedded log has one worker a group; the first goes on."""
    worker = shell.start_line()
    said = shell("run", status=1)
    assert re.fullmatch(r"newsvane: group 'newsvane' already has a worker on .*\n", said)
    assert worker.poll() is None


def test_the_demo_shows_alerts_and_can_be_run_again(shell: Shell) -> None:
    """It ends with alerts, outcomes, refusals and three commands; the second run gives the same alerts."""
    first, second = shell("demo"), shell("demo")
    assert "CONDITIONAL  Alexander Lukashenko" in first
    assert re.search(r"^\d+ alerts from \d+ articles\. What each stage did:$", first, re.MULTILINE)
    assert "Refused by ingest" in first
    assert first.count("\n  newsvane ") + first.count("\n  NEWSVANE_BROKER=sqlite:///var/demo/newsvane.db ") == 3
    assert "\x1b" not in first
    alerts = re.compile(r"^Id .*$", re.MULTILINE)
    assert alerts.findall(first) == alerts.findall(second)


def test_the_demo_deletes_nothing_of_others(shell: Shell) -> None:
    """A folder var/demo with something else in it is left alone."""
    kept = shell.folder / "var" / "demo" / "thesis.txt"
    kept.parent.mkdir(parents=True)
    kept.write_text("mine")
    said = shell("demo", status=2)
    assert said == "newsvane: var/demo holds thesis.txt, which is not the demo's; move it away\n"
    assert kept.read_text() == "mine"


def test_tail_shows_what_comes_and_ends_with_its_reader(shell: Shell) -> None:
    """What is applied while it runs appears; a reader that goes ends it, also while nothing comes."""
    shell("watch", "list")
    tail = shell.start("tail", "watches", "--from-start")
    assert tail.stdout is not None
    assert WATCH in tail.stdout.readline()
    (shell.folder / "w.yaml").write_text(ACME)
    shell("watch", "apply", "w.yaml")
    assert "acme  v1  active" in tail.stdout.readline()
    tail.stdout.close()
    assert tail.wait(timeout=DEADLINE_S) == 0
    assert tail.stderr is not None
    assert tail.stderr.read() == ""


def test_interrupting_a_reader_is_quiet(shell: Shell) -> None:
    """Ctrl-C ends tail and a filter that waits, with status 130 and no word."""
    shell("watch", "list")
    tail = shell.start("tail", "watches", "--from-start")
    clean = shell.start("clean")
    assert tail.stdout is not None and clean.stdin is not None and clean.stdout is not None  # noqa: PT018
    tail.stdout.readline()
    clean.stdin.write(lines(ARTICLE))
    clean.stdin.flush()
    clean.stdout.readline()
    for process in (tail, clean):
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=DEADLINE_S)  # reads on: more than a pipe holds may be on its way
        assert (process.returncode, said) == (130, "")


# Watches, dead letters


def test_the_life_of_a_watch(shell: Shell) -> None:
    """Applied, unchanged, changed, disabled, applied again: each change is a version with its reason."""
    path = shell.folder / "w.yaml"
    path.write_text(ACME)
    assert shell("watch", "apply", "w.yaml", "--by", "ann") == "acme: version 1, counts for articles from now on\n"
    assert shell("watch", "apply", "w.yaml") == "acme: unchanged\n"
    path.write_text(ACME.replace("query: acme", "query: acme AND bid"))
    shell("watch", "apply", "w.yaml", "--by", "ann", "--reason", "too many")
    shell("watch", "disable", "acme", "--by", "bob", "--reason", "enough")
    assert shell("watch", "disable", "acme") == "acme: is disabled already\n"
    shell("watch", "apply", "w.yaml", "--by", "ann")
    rows = [line.split(maxsplit=4) for line in shell("watch", "history", "acme").splitlines()[1:]]
    assert [(version, status, rest) for version, status, _, _, rest in rows] == [
        ("v1", "active", "ann"),
        ("v2", "active", "ann  too many"),
        ("v3", "disabled", "bob  enough"),
        ("v4", "active", "ann"),
    ]
    assert "query: acme\n" in shell("watch", "show", "acme", "--version", "1")
    assert orjson.loads(shell("watch", "show", "acme", "--json"))["version"] == 4


def test_one_bad_file_applies_nothing(shell: Shell) -> None:
    """One line with the file and the place; the sound file beside it is not applied."""
    (shell.folder / "a.yaml").write_text(ACME)
    (shell.folder / "b.yaml").write_text("id: b-watch\ntitle: b\nquery: a AND (\n")
    said = shell("watch", "apply", "a.yaml", "b.yaml", status=2)
    assert said.startswith("newsvane: b.yaml:3: watch 'b-watch': query error at line 1, column 8: ")
    assert "acme" not in shell("watch", "list")


def test_an_article_ingested_after_apply_is_seen_by_it(shell: Shell) -> None:
    """'apply' returns when the version counts, also for a running worker."""
    worker = shell.start_line()
    (shell.folder / "w.yaml").write_text(ACME)
    (shell.folder / "a.txt").write_text("Acme opens a plant\n\nAcme opens a plant in the north, the company said.\n")
    shell("watch", "apply", "w.yaml")
    shell("ingest", "a.txt", "--outlet", "gazette.example")
    wait_until(lambda: shell.records("alerts"), "the alert")
    assert [(alert["watch_id"], alert["watch_version"]) for alert in shell.records("alerts")] == [("acme", 1)]
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=DEADLINE_S) == 0


def test_trying_a_watch_writes_nothing(shell: Shell) -> None:
    """A file and a text need no log; match, statement and label are told."""
    (shell.folder / "a.txt").write_text(f"{TITLE}\n\n{TEXT}")
    (shell.folder / "w.yaml").write_text(ACME)
    assert "watch acme v1: not matched" in shell("watch", "test", "w.yaml", "a.txt")
    assert not (shell.folder / "var").exists()
    said = shell("watch", "test", WATCH, "-", given=lines(ARTICLE))
    assert f"watch {WATCH} v1: matched" in said
    assert "label: conditional" in said


def test_dead_letters_are_listed_retried_and_dropped(shell: Shell) -> None:
    """A retry is a new record, which fails as a dead letter of its own; what was done is kept."""
    poison(shell)
    shell("run", "--until-idle")
    (letter,) = [orjson.loads(line) for line in shell("dlq", "list", "articles-raw", "--json").splitlines()]
    letter_id = letter["dead_letter_id"]
    assert (letter["reason"], letter["status"]) == ("not-json", "open")
    assert "begins   not json" in shell("dlq", "show", letter_id[:8])
    shell("dlq", "retry", letter_id[:8])
    assert "was retried already" in shell("dlq", "retry", letter_id, status=2)
    shell("run", "--until-idle")
    (again,) = [orjson.loads(line) for line in shell("dlq", "list", "--json").splitlines()]
    assert again["offset"] == letter["offset"] + 1
    shell("dlq", "drop", again["dead_letter_id"], "--reason", "a test")
    assert shell("dlq", "list") == "no open dead letters; 2 retried or dropped, see --all\n"
    assert orjson.loads(shell("outcomes", "--json")) == {"clean": {"rejected": 2}}


def poison(shell: Shell) -> None:
    """Put a record into the log that no stage can process."""
    from streams.log.protocol import NewRecord
    from streams.log.sqlite import SqliteLog

    shell("topics", "apply")
    log = SqliteLog(shell.folder / "var" / "newsvane.db")
    log.append("articles-raw", [NewRecord(0, b"x", b"not json", int(time.time() * 1000))])
    log.close()


# Topics, settings


def test_topics_on_the_embedded_log(shell: Shell) -> None:
    """Applied with the partitions that were asked for; again, nothing; checked, as declared."""
    assert "topics created on sqlite:///var/newsvane.db" in shell("topics", "apply", "--partitions", "2")
    assert shell("topics", "apply") == "every topic is there already\n"
    assert shell("topics", "check").endswith("on sqlite:///var/newsvane.db: as declared\n")
    partitions = {line.split()[0]: line.split()[1] for line in shell("topics", "list").splitlines()[1:]}
    assert (partitions["articles-raw"], partitions["watches"]) == ("2", "1")


def test_check_masks_secrets_and_looks(shell: Shell) -> None:
    """Every setting is there, no password is; what the broker has is told."""
    shell.environ["NEWSVANE_KAFKA_PASSWORD"] = "hunter2"
    shell("topics", "apply")
    said = shell("check")
    assert "hunter2" not in said
    assert "NEWSVANE_KAFKA_PASSWORD" in said
    assert said.endswith("as declared\nwatches: 1 active, 0 disabled\n")


def test_a_missing_broker_is_one_line(shell: Shell) -> None:
    """It names the broker and ends with status 1."""
    shell.environ["NEWSVANE_BROKER"] = "kafka://127.0.0.1:1"
    said = shell("topics", "check", status=1)
    assert re.fullmatch(r"newsvane: .*127\.0\.0\.1:1.*\n", said)


@pytest.mark.kafka
def test_the_commands_on_kafka(kafka_shell: Shell) -> None:
    """Topics are applied on purpose; then the same commands work as on one file."""
    shell = kafka_shell
    (shell.folder / "a.jsonl").write_text(lines(ARTICLE))
    assert "create them with 'newsvane topics apply'" in shell("ingest", "a.jsonl", status=1)
    assert "is missing; create it" in shell("topics", "check", status=1)
    assert f"applied shipped watch {WATCH}" in shell("topics", "apply")
    assert shell("topics", "check").endswith(": as declared\n")
    shell("ingest", "a.jsonl")
    shell("run", "--until-idle")
    assert [(alert["watch_id"], alert["label"]) for alert in shell.records("alerts")] == [(WATCH, "conditional")]
    outcomes = orjson.loads(shell("outcomes", "--json"))
    assert {stage: sum(counts.values()) for stage, counts in outcomes.items()} == {
        "clean": 1, "dedupe": 1, "detect": 1, "stance": 1, "alert": 1,
    }  # fmt: skip
    worker = shell.start_line()
    begun = time.monotonic()
    worker.send_signal(signal.SIGTERM)
    _, said = worker.communicate(timeout=DEADLINE_S)
    assert (worker.returncode, said) == (0, "newsvane: stopped; everything is committed\n")
    assert time.monotonic() - begun < 5

"""The commands as a person calls them: processes, files, pipes and signals, on a log of their own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.integration.rig import DEADLINE_S, wait_until

NEWSVANE = [sys.executable, "-c", "import sys; from streams.cli.main import main; sys.exit(main())"]
WATCH = "belarus-military-stance"
TITLE = "Lukashenko says army fights only if attacked"
TEXT = (
    "MINSK — Belarusian President Alexander Lukashenko said on Monday that his army would stay out of the war.\n\n"
    '"We will fight in Ukraine only if Belarus is attacked," Lukashenko told reporters in the capital.\n\n'
    "The talks about the harvest go on next week, the agriculture ministry said in a statement on its site.\n"
)
ARTICLE = {
    "id": "a-1",
    "outlet": "gazette.example",
    "title": TITLE,
    "text": TEXT,
    "published_at": "2026-03-02T09:00:00Z",
    "desk": "foreign",
}
ACME = "id: acme\ntitle: Acme\nquery: acme\n"


class Shell:
    """Calls newsvane in a folder of its own."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        inherited = {key: value for key, value in os.environ.items() if not key.startswith("NEWSVANE_")}
        root = str(Path(__file__).parents[2])
        self.environ = {**inherited, "PYTHONPATH": root, "COLUMNS": "80", **settings}
        self.running: list[subprocess.Popen[str]] = []

    def __call__(self, *arguments: str, given: str | None = None, status: int = 0) -> str:
        """Run one command to its end; return what it wrote to stdout, then to stderr."""
        done = subprocess.run(
            [*NEWSVANE, *arguments], cwd=self.folder, env=self.environ, input=given, capture_output=True, text=True,
            timeout=DEADLINE_S, check=False,
        )  # fmt: skip
        assert done.returncode == status, done.stderr
        assert "Traceback" not in done.stderr
        return done.stdout + done.stderr

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        started = subprocess.Popen(
            [*NEWSVANE, *arguments], cwd=self.folder, env=self.environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.running.append(started)
        return started

    def start_line(self) -> subprocess.Popen[str]:
        """Start 'newsvane run' and wait until it says that it is ready."""
        worker = self.start("run")
        assert worker.stderr is not None
        said = ""
        while "ready" not in said:
            said = worker.stderr.readline()
            assert said, "the worker ended before it was ready"
        return worker

    def records(self, topic: str) -> list[dict[str, Any]]:
        return [orjson.loads(line) for line in self("tail", topic, "--json", "--no-follow").splitlines()]

    def close(self) -> None:
        for process in self.running:
            if process.poll() is None:
                process.kill()
            process.wait(timeout=DEADLINE_S)
            for stream in (process.stdin, process.stdout, process.stderr):
                if stream is not None and not stream.closed:
                    stream.close()


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    shell = Shell(tmp_path)
    yield shell
    shell.close()


@pytest.fixture
def kafka_shell(tmp_path: Path, kafka_url: str, unique: Callable[[str], str]) -> Iterator[Shell]:
    shell = Shell(
        tmp_path, NEWSVANE_BROKER=kafka_url, NEWSVANE_NAMESPACE=f"{unique('cli')}-", NEWSVANE_TOPIC_PARTITIONS="2"
    )
    yield shell
    shell.close()


def lines(*records: dict[str, Any]) -> str:
    return "".join(orjson.dumps(record).decode() + "\n" for record in records)


def filtered(shell: Shell, *arguments: str, given: str, status: int = 0) -> list[dict[str, Any]]:
    """What a filter writes to stdout."""
    out = shell(*arguments, given=given, status=status)
    return [orjson.loads(line) for line in out.splitlines() if line.startswith("{")]


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
    assert (worker.returncode, said) == (0, "newsvane: stopped; everything is committed\n")
    before = shell.records("alerts")
    assert [(alert["watch_id"], alert["label"]) for alert in before] == [(WATCH, "conditional")]
    (shell.folder / "b.jsonl").write_text(lines(ARTICLE))
    shell("ingest", "b.jsonl")
    shell("run", "--until-idle")
    assert shell.records("alerts") == before
    assert orjson.loads(shell("outcomes", "--json"))["clean"] == {"cleaned": 1, "repeat": 1}


def test_ctrl_c_stops_the_worker_as_well(shell: Shell) -> None:
    """SIGINT is how a person ends it: status 0."""
    worker = shell.start_line()
    worker.send_signal(signal.SIGINT)
    _, said = worker.communicate(timeout=DEADLINE_S)
    assert (worker.returncode, said) == (0, "newsvane: stopped; everything is committed\n")


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
        assert (process.wait(timeout=DEADLINE_S), process.stderr and process.stderr.read()) == (130, "")


# Filters


def test_the_filters_are_the_whole_line_as_a_pipe(shell: Shell) -> None:
    """Raw article to mention; unknown fields come out as they went in, the raw id is source_id in all of it."""
    (cleaned,) = filtered(shell, "clean", given=lines(ARTICLE))
    assert (cleaned["desk"], cleaned["source_id"], cleaned["arrived_at"]) == (
        "foreign",
        "a-1",
        "2026-03-02T09:00:00.000Z",
    )
    (judged,) = filtered(shell, "dedupe", given=lines(cleaned))
    assert (judged["desk"], judged["dedupe"]["kind"]) == ("foreign", "original")
    (match,) = filtered(shell, "detect", "--watch", WATCH, given=lines(judged))
    assert (match["desk"], [entry["watch_id"] for entry in match["watches"]]) == ("foreign", [WATCH])
    (mention,) = filtered(shell, "stance", given=lines(match))
    assert (mention["source_id"], mention["watch_id"], mention["label"]) == ("a-1", WATCH, "conditional")


def test_stance_takes_articles_directly(shell: Shell) -> None:
    """Raw or cleaned, also where the query does not match: one mention for the given watch."""
    weather = {"id": "w", "text": "It will rain in the north on Tuesday. Take an umbrella, the service says."}
    (cleaned,) = filtered(shell, "clean", given=lines(ARTICLE))
    mentions = filtered(shell, "stance", "--watch", WATCH, given=lines(ARTICLE, cleaned, weather))
    assert [(mention["source_id"], mention["label"]) for mention in mentions] == [
        ("a-1", "conditional"),
        ("a-1", "conditional"),
        ("w", "none"),
    ]


def test_clean_and_dedupe_give_a_line_for_each_readable_line(shell: Shell) -> None:
    """A repeat is marked, not swallowed; a bad line is named with its place, its neighbours pass, the status is 1."""
    page = f"<html><head><title>Rain</title></head><body><article><p>{TEXT}</p><p>{TEXT}</p></article></body></html>"
    given = lines(ARTICLE) + "no json\n" + lines(ARTICLE, {"id": "p", "html": page}) + '{"title": "only"}\n'
    (shell.folder / "in.jsonl").write_text(given)
    said = shell("clean", "in.jsonl", status=1)
    out, errors = said[: said.rindex("}\n") + 2], said[said.rindex("}\n") + 2 :]
    assert [line.partition(": ")[0] for line in errors.splitlines()] == ["in.jsonl:2", "in.jsonl:5"]
    cleaned = [orjson.loads(line) for line in out.splitlines()]
    assert [(each["source_id"], each.get("repeat")) for each in cleaned] == [("a-1", None), ("a-1", True), ("p", None)]
    judged = filtered(shell, "dedupe", given=out)
    assert [(each["source_id"], each.get("repeat")) for each in judged] == [("a-1", None), ("a-1", True), ("p", None)]
    assert judged[0]["dedupe"] == judged[1]["dedupe"]


def test_final_verdicts_know_the_whole_input(shell: Shell) -> None:
    """A copy before its original is a copy all the same; --streaming says what was known at the time."""
    text = " ".join(
        f"Sentence {number} of the report says what the council decided on item {number}." for number in range(40)
    )
    copy = {"id": "copy", "outlet": "b.example", "text": text, "published_at": "2026-03-02T12:00:00Z"}
    original = {"id": "original", "outlet": "a.example", "text": text, "published_at": "2026-03-02T09:00:00Z"}
    kinds = {
        streaming: [
            each["dedupe"]["kind"] for each in filtered(shell, "dedupe", *streaming, given=lines(copy, original))
        ]
        for streaming in ((), ("--streaming",))
    }
    assert kinds == {(): ["exact", "original"], ("--streaming",): ["original", "original"]}


def test_a_filter_answers_each_line_as_it_comes(shell: Shell) -> None:
    """Its reader need not wait for the end of the input."""
    clean = shell.start("clean")
    assert clean.stdin is not None and clean.stdout is not None  # noqa: PT018
    for number in range(3):
        clean.stdin.write(lines({**ARTICLE, "id": f"a-{number}"}))
        clean.stdin.flush()
        assert orjson.loads(clean.stdout.readline())["source_id"] == f"a-{number}"
    clean.stdin.close()
    assert clean.wait(timeout=DEADLINE_S) == 0


def test_the_same_input_gives_the_same_bytes(shell: Shell) -> None:
    """No clock and no order of a hash is in it."""
    outs = set()
    for seed in ("1", "2"):
        shell.environ["PYTHONHASHSEED"] = seed
        outs.add(shell("stance", given=lines(ARTICLE, {**ARTICLE, "published_at": None})))
    assert len(outs) == 1


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

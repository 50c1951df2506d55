"""What people do, by the commands, on the sample stream's alerts: each change is there for the next command."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from streams.cli.main import main
from tests.integration.shell import Shell

WATCH = "belarus-military-stance"
KEY = "whsec_" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVoxMjM0NTY="

Run = Callable[..., tuple[str, str]]


@pytest.fixture(scope="module")
def sample_line(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The log of ``newsvane demo``, made once."""
    folder = tmp_path_factory.mktemp("sample")
    Shell(folder)("demo")
    return folder / "var/demo"


@pytest.fixture
def run(sample_line: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Call a command on a copy of the sample line; give what it wrote to stdout and stderr."""
    shutil.copytree(sample_line, tmp_path / "line")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NEWSVANE_BROKER", "sqlite:///line/newsvane.db")
    monkeypatch.setenv("COLUMNS", "80")

    def call(*arguments: str, status: int = 0) -> tuple[str, str]:
        ended = main(arguments)
        said = capsys.readouterr()
        assert (status, said.err) == (ended, said.err)
        return said.out, said.err

    return call


def records(run: Run, *arguments: str) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in run(*arguments, "--json")[0].splitlines()]


def topic(run: Run, name: str) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in run("tail", name, "--json", "--no-follow")[0].splitlines()]


def alert_of(run: Run, label: str, trigger: str | None = None) -> dict[str, Any]:
    """The sample's alert with this label and trigger."""
    for alert in topic(run, "alerts"):
        said = alert["statement"] if alert["status"] == "live" and alert["watch_id"] == WATCH else None
        condition = said and said["condition"]
        if said and alert["label"] == label and (trigger is None or (condition and condition["trigger"] == trigger)):
            return alert
    raise AssertionError(f"the sample has no alert {label} {trigger}")


def test_acknowledge_and_withdraw(run: Run) -> None:
    """One acknowledgement is enough; the record says at which position; a withdrawal is its second version."""
    alert = alert_of(run, "conditional", "attack")
    short = alert["alert_id"][:8]
    assert f"{short} conditional “" in run("ack", short, "--actor", "mira", "--reason", "seen")[0]
    assert "mira has acknowledged it" in run("ack", short, "--actor", "bo")[0]
    assert "no longer acknowledged" in run("ack", short, "--withdraw", "--actor", "bo")[0]
    assert "nobody has acknowledged it" in run("ack", short, "--withdraw")[0]
    first, second = topic(run, "acknowledgements")
    assert {
        "alert_id": alert["alert_id"], "revision": alert["revision"], "label": "conditional", "trigger": "attack",
        "was_hardening": True, "actor": "mira", "reason": "seen", "version": 1, "status": "active", "expires_at": None,
    }.items() <= first.items()  # fmt: skip
    assert (2, "withdrawn", "bo") == (second["version"], second["status"], second["actor"])


def test_an_alert_that_cannot_be_meant(run: Run) -> None:
    """One line that says what to do, status 2."""
    assert "expected its first 4 or more hexadecimal digits" in run("ack", "7f", status=2)[1]
    assert "is not on the log" in run("wrong", "ffffffff", status=2)[1]


def test_silence_with_preview_and_end(run: Run) -> None:
    """A preview writes nothing and tells hidden and pierced alerts; a silence is listed until it is ended."""
    short = alert_of(run, "conditional", "ally-request")["alert_id"][:8]
    own = ("silence", "add", "--alert", short, "--holder")
    out, _ = run(*own, "--preview")
    hidden, pierced = out.split("and told ")
    assert short in hidden
    assert "last week it would have hidden " in hidden
    assert "all the same, because of a hardening:" in pierced
    assert ("no silences\n", "") == run("silence", "list")
    assert "--for is missing" in run(*own, "--reason", "covered", status=2)[1]
    assert "--reason is missing" in run(*own, "--for", "24h", status=2)[1]
    run(*own, "--for", "24h", "--reason", "covered", "--actor", "mira")
    (made,) = records(run, "silence", "list")
    assert (["watch_id", "holder_id"], "mira", "covered") == (
        [matcher["field"] for matcher in made["matchers"]], made["actor"], made["reason"]
    )  # fmt: skip
    assert alert_of(run, "joins")["statement_id"] in made["known_hardenings"]
    shown = run("silence", "show", made["silence_id"][:8])[0]
    assert "in force" in shown
    assert "hid      nothing" in shown
    assert "hid      nothing" in run("silence", "end", made["silence_id"][:8], "--reason", "he said more")[0]
    assert ("no silences\n", "") == run("silence", "list")
    assert "ended" in run("silence", "list", "--all")[0]
    assert "it ended at" in run("silence", "end", made["silence_id"][:8], status=2)[1]


def test_mute_is_a_silence_of_the_story(run: Run) -> None:
    """For a day unless told; the summary counts what it hid."""
    alert = alert_of(run, "conditional", "attack")
    out = run("mute", alert["alert_id"][:8], "2h")[0]
    assert "muted until" in out
    (made,) = records(run, "silence", "list")
    assert [("watch_id", WATCH), ("story_id", alert["story_id"])] == [
        (matcher["field"], matcher["value"]) for matcher in made["matchers"]
    ]
    assert made["silence_id"][:8] in out


def test_judge_and_undo(run: Run, tmp_path: Path) -> None:
    """The last judgement counts; undone it counts no more; the export has the article's text and who said so."""
    alert = alert_of(run, "conditional", "ally-request")
    short = alert["alert_id"][:8]
    assert "did you mean joins?" in run("relabel", short, "join", status=2)[1]
    run("wrong", short, "--comment", "a rumour", "--actor", "mira")
    run("relabel", short, "joins", "--actor", "bo")
    run("feedback", "comment", short, "see the second paragraph")
    wrong, relabel, comment = records(run, "feedback", "list", "--alert", short)
    assert ["wrong", "relabel", "comment"] == [wrong["kind"], relabel["kind"], comment["kind"]]
    run("feedback", "undo", relabel["feedback_id"][:8], "--actor", "bo")
    assert "it is undone" in run("feedback", "undo", relabel["feedback_id"][:8], status=2)[1]
    assert [wrong, comment] == records(run, "feedback", "list")
    assert "relabel" not in run("feedback", "list")[0]
    assert "conditional -> joins (undone)" in run("feedback", "list", "--all")[0]
    assert "1 case exported" in run("feedback", "export", "cases.jsonl")[1]
    (case,) = [orjson.loads(line) for line in (tmp_path / "cases.jsonl").read_bytes().splitlines()]
    assert ("none", "mira", "a rumour", "article", alert["article"]["title"]) == (
        case["label"], case["actor"], case["comment"], case["text_is"], case["title"]
    )  # fmt: skip
    assert alert["statement"]["evidence"]["text"] in case["text"]


def test_subscribe_change_disable(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each change is a version; what does not change makes none; a sample reaches the file."""
    (tmp_path / "out").mkdir()
    monkeypatch.setenv("NEWSVANE_DELIVER_FOLDER", str(tmp_path / "out"))
    assert ("no subscriptions; 'newsvane subscribe add --help' tells how to make one\n", "") == run("subscribe", "list")
    out, err = run(
        "subscribe", "add", "desk", "--file", "alerts.jsonl", "--watch", WATCH, "--severity", "warning", "--test"
    )
    assert (f"desk: version 1, active: {WATCH}; warning to file alerts.jsonl", "") == (out.splitlines()[0], err)
    assert "desk: sample delivered" in out
    assert b"newsvane.sample" in (tmp_path / "out/alerts.jsonl").read_bytes()
    assert "is there already" in run("subscribe", "add", "desk", "--file", "b.jsonl", status=2)[1]
    run("subscribe", "change", "desk", "--severity", "any", "--digest", "daily", "--repeat", "none", "--actor", "mira")
    assert ("desk: unchanged\n", "") == run("subscribe", "change", "desk", "--digest", "24h")
    run("subscribe", "disable", "desk", "--reason", "holidays")
    (found,) = records(run, "subscribe", "list")
    assert (3, "disabled", "holidays", [], 86_400, None) == (
        found["version"], found["status"], found["change_reason"], found["filters"]["severities"],
        found["timing"]["digest_interval_s"], found["timing"]["repeat_interval_s"],
    )  # fmt: skip
    run("subscribe", "enable", "desk")
    shown = run("subscribe", "show", "desk")[0]
    assert [True, True] == ["active, by mira" in shown, "disabled, by" in shown]
    assert "there are: desk" in run("subscribe", "show", "dosk", status=2)[1]


def test_no_secret_gets_onto_the_log(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A plain key and a private address are refused; a key by reference is nowhere but in its file."""
    made = run("subscribe", "key", "desk-hook")[0]
    assert made.startswith("desk-hook: whsec_")
    hook = ("subscribe", "add", "desk", "--webhook", "https://desk.example/hook", "--secret")
    out, err = run(*hook, KEY, status=2)
    assert "whsec_" not in out + err
    assert (
        "is not public"
        in run("subscribe", "add", "desk", "--webhook", "http://169.254.1.1/", "--secret", "file:desk-hook", status=2)[
            1
        ]
    )
    assert "did you mean" in run(*hook, "file:desk-hook", "--watch", f"{WATCH}s", status=2)[1]
    secrets = tmp_path / "secrets.yaml"
    secrets.write_text(f"desk-hook: {KEY}\n")
    secrets.chmod(0o600)
    monkeypatch.setenv("NEWSVANE_SECRETS_FILE", str(secrets))
    assert "" == run(*hook, "file:desk-hook")[1]
    assert (
        "a secret that it refers to is not there yet" in run("subscribe", "change", "desk", "--secret", "file:new")[1]
    )
    log = b"".join(path.read_bytes() for path in (tmp_path / "line").iterdir() if path.is_file())
    assert (True, False) == (b"file:desk-hook" in log, KEY.encode() in log)

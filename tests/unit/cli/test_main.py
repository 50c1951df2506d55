"""The command line as a whole: help, errors, exit statuses, and what it costs to start."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from streams import __version__
from streams.cli.main import COMMANDS, build, load_command, main

DOCS = Path(__file__).parents[3] / "docs" / "cli.md"
HEAVY = ("faust", "aiokafka", "kafka", "trafilatura", "lxml", "numpy", "rich", "orjson", "yaml")


def commands() -> Iterator[tuple[str, ...]]:
    """Every command and command of a group, as its words."""
    for name in COMMANDS:
        yield (name,)
        for inner in getattr(load_command(name), "commands", {}):
            yield (name, inner)


ALL = list(commands())


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("words", [(), *ALL], ids=" ".join)
def test_help_reads_well_at_80_columns(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    """No line over 80 columns, no escape codes, no boxes, nothing cut off, no type names for arguments."""
    assert main([*words, "--help"]) == 0
    shown = capsys.readouterr().out
    assert [line for line in shown.splitlines() if len(line) > 80] == []
    assert [char for char in shown if char in "\x1b╭│─┃╰"] == []
    body = shown.partition("\n")[2]
    assert [line for line in body.splitlines() if line.endswith("...") or "<str>" in line or "<path>" in line] == []


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_is_in_the_list_of_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """'newsvane --help' names every command with a line of its own."""
    main(["--help"])
    assert any(line.split()[:1] == [name] for line in capsys.readouterr().out.splitlines())


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["nosuch"], "newsvane: no such command 'nosuch'; see 'newsvane --help'\n"),
        (["run", "--bogus"], "newsvane: no such option: --bogus; see 'newsvane run --help'\n"),
        (["tail"], "newsvane: missing argument 'TOPIC'; see 'newsvane tail --help'\n"),
        (["watch", "show"], "newsvane: missing argument 'ID'; see 'newsvane watch show --help'\n"),
        (
            ["clean", "nosuch.jsonl"],
            "newsvane: nosuch.jsonl does not exist; expected a file of JSON lines, plain or .gz, or - for stdin\n",
        ),
        (
            ["detect", "--watch", "nosuch"],
            "newsvane: watch 'nosuch' is neither a file nor a shipped watch; shipped are: belarus-military-stance, "
            "acme-takeover-stance, hungary-sanctions-stance\n",
        ),
    ],
)
def test_wrong_use_gets_one_line_that_says_what_to_do(
    arguments: list[str], expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit status 2, nothing on stdout, one line on stderr."""
    assert main(arguments) == 2
    assert capsys.readouterr() == ("", expected)


@pytest.mark.parametrize("arguments", [["check"], ["clean"], ["topics", "list"], ["outcomes"]])
def test_an_unknown_setting_stops_the_start(
    arguments: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mistyped NEWSVANE_* variable is an error of one line with a hint, in every command."""
    monkeypatch.setenv("NEWSVANE_BROKR", "x")
    assert main(arguments) == 2
    expected = "newsvane: setting NEWSVANE_BROKR is unknown; did you mean NEWSVANE_BROKER?\n"
    assert capsys.readouterr() == ("", expected)


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    """--version prints name and version."""
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"newsvane {__version__}\n"


def test_help_loads_no_heavy_module() -> None:
    """The list of commands is there at once: no command, broker client or parser is imported for it."""
    code = (
        "import sys; from streams.cli.main import main; main(['--help']);"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr == "[]\n"


def test_commands_load_no_faust() -> None:
    """Faust takes half a second to import: only 'run' and 'demo' may need it, and only when they run."""
    code = (
        "import sys; from streams.cli.main import COMMANDS, load_command; [load_command(name) for name in COMMANDS];"
        "print([name for name in ('faust', 'aiokafka', 'kafka', 'trafilatura') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_the_whole_command_line_builds_again() -> None:
    """Building has no effect on the next one."""
    assert build().list_commands(None) == build().list_commands(None) == list(COMMANDS)

"""Documentation under test: what is there is documented, and what is documented is there.

Settings, outcomes and reasons are compared with ``docs/reference.md``, commands, flags and exit statuses with
``docs/cli.md``, in both directions; links, paths, tests, ``make`` targets and commands that any page names must exist;
the commands of the README's first watch are run as they stand there. Topics and records:
``tests/contract/test_schemas.py``.
"""

from __future__ import annotations

import ast
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from streams import errors
from streams.cli.main import COMMANDS, INTERRUPTED, load_command
from streams.settings import SECRET_PREFIX, TEST_KEYS, Settings, describe_settings

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
CLI = ROOT / "docs/cli.md"
PAGES = [README, ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md")), ROOT / "streams/sample/README.md"]
STAGE_ROOMS = ("clean", "dedupe", "detect", "stance", "alert", "engine")
COMPUTED_OUTCOMES = {"original", "exact", "near", "alerted", "carried", "noted", "revised", "rejected"}
"""Outcomes that a stage or the engine does not spell in a call of ``Step``."""

pages = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def read(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def section(title: str, page: Path = ROOT / "docs/reference.md") -> str:
    """The text under a heading, up to the next one of its level."""
    found = re.search(rf"^(#+) {re.escape(title)}\n(.*?)(?=^\1 |\Z)", read(page), re.MULTILINE | re.DOTALL)
    assert found is not None, f"{page.name} has no heading '{title}'"
    return found[2]


def rows(text: str) -> list[list[str]]:
    """The cells of the tables of a text, without their heads."""
    cells = [re.split(r"(?<!\\)\|", line)[1:-1] for line in text.splitlines() if line.startswith("|")]
    return [
        [cell.strip() for cell in row] for row in cells if not set("".join(row)) <= set("- ") and row[0][:2] == " `"
    ]


def codes(text: str) -> set[str]:
    return set(re.findall(r"`([^`]+)`", text))


@cache
def all_commands() -> dict[str, Any]:
    """Every command by its words, groups left out."""
    return dict(_commands())


def _commands() -> Iterator[tuple[str, Any]]:
    for name in COMMANDS:
        command = load_command(name)
        inner = getattr(command, "commands", None)
        if inner is None:
            yield name, command
        else:
            yield from ((f"{name} {word}", found) for word, found in inner.items())
            if hasattr(command, "own"):  # a group beside a filter of its name
                yield name, command.own


def flags(command: Any) -> set[str]:
    shown = [parameter for parameter in command.params if not getattr(parameter, "hidden", False)]
    names = {flag for parameter in shown for flag in (*parameter.opts, *parameter.secondary_opts)}
    return {flag for flag in names if flag.startswith("-")} - {"--help", "-h"}


def test_every_setting_is_documented() -> None:
    """One row a setting: its variable, default and help, as ``newsvane check`` tells them."""
    told = [(row[0], row[1], row[2]) for row in rows(section("Settings"))]
    expected = [
        (f"`{name}`", f"`{default}`" if default else "", help_)
        for name, _, default, help_ in describe_settings(Settings())
    ]
    assert expected == told


@pages
def test_no_page_names_a_setting_that_is_not_there(page: Path) -> None:
    """A setting that is gone is gone from every page."""
    known = {name for name, *_ in describe_settings(Settings())} | TEST_KEYS
    named = set(re.findall(r"NEWSVANE_[A-Z_]*[A-Z]", read(page)))
    assert set() == {name for name in named if not name.startswith(SECRET_PREFIX)} - known


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_flag_is_documented(name: str) -> None:
    """docs/cli.md has a section for each command, with exactly its flags, and names each command of a group."""
    text = section(name, CLI)
    commands = {words: command for words, command in all_commands().items() if words.split()[0] == name}
    told = {flag for code in codes(text) for flag in re.findall(r"(?<![\w-])--?[a-z][a-z-]*", code)}
    assert set().union(*map(flags, commands.values())) == told
    assert [] == [words for words in commands if f"newsvane {words}" not in text]


def test_every_exit_status_is_documented() -> None:
    """Those of the errors, of success and of an interruption."""
    statuses = {found.exit_status for found in vars(errors).values() if hasattr(found, "exit_status")}
    head = read(CLI).partition("\n## ")[0]
    assert {0, INTERRUPTED} | statuses == {int(row[0].strip("`")) for row in rows(head)}


def test_every_outcome_is_documented() -> None:
    """Exactly what stages and engine may count."""
    spelled = {
        first.value
        for room in STAGE_ROOMS
        for call in calls(ROOT / "streams" / room, "Step")
        for first in call.args[:1]
        if isinstance(first, ast.Constant)
    }
    assert spelled | COMPUTED_OUTCOMES == {row[0].strip("`") for row in rows(section("Outcomes"))}


def calls(folder: Path, name: str) -> Iterator[ast.Call]:
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(read(path))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
                yield node


def constants(node: ast.expr) -> set[str]:
    """The texts that an expression may be; of ``a if … else b`` both."""
    if isinstance(node, ast.IfExp):
        return constants(node.body) | constants(node.orelse)
    return {node.value} if isinstance(node, ast.Constant) and isinstance(node.value, str) else set()


def test_every_reason_of_a_dead_letter_is_documented() -> None:
    """Exactly the codes that schemas, stages and engine refuse a record with."""
    folders = [ROOT / "schemas", *(ROOT / "streams" / room for room in STAGE_ROOMS)]
    spelled = {
        reason
        for folder in folders
        for call in calls(folder, "InvalidRecord")
        for first in call.args[:1]
        for reason in constants(first)
    }
    # the pool's child tells its failures as plain values over a pipe
    pool = ast.walk(ast.parse(read(ROOT / "streams/engine/pool.py")))
    tuples = [node.elts for node in pool if isinstance(node, ast.Tuple) and len(node.elts) == 3]
    spelled |= {reason for elements in tuples for reason in constants(elements[0])}
    assert spelled == {row[0].strip("`") for row in rows(section("Reasons of dead letters"))}


def test_every_reason_of_a_refusal_is_documented() -> None:
    """Each code that ingest refuses with stands in docs/bad-input.md."""
    spelled = {
        reason
        for call in calls(ROOT / "streams/ingest", "RefusedInput")
        for first in call.args[:1]
        for reason in constants(first)
    }
    assert set() == spelled - codes(read(ROOT / "docs/bad-input.md"))


def anchors(page: Path) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", re.sub(r"```.*?```", "", read(page), flags=re.DOTALL), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pages
def test_links_resolve(page: Path) -> None:
    """A relative link leads to a file of the repository, and its anchor to a heading."""
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", read(page)):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        if not file.exists() or (anchor and anchor not in anchors(file)):
            broken.append(target)
    assert [] == broken


def test_the_index_lists_every_page() -> None:
    """docs/README.md leads to every page of docs/."""
    index = ROOT / "docs/README.md"
    linked = {(index.parent / target).resolve() for target in re.findall(r"\]\(([^)#\s]+)", read(index))}
    assert set() == set((ROOT / "docs").rglob("*.md")) - linked - {index}


@pages
def test_paths_and_tests_that_pages_name_exist(page: Path) -> None:
    """``streams/…``, ``tests/…`` and ``schemas/…`` in code marks are files or folders; behind ``::`` is a test."""
    missing = []
    for path, test in re.findall(r"`((?:streams|tests|schemas|docs)/[\w./-]*\w/?)(?:::(\w+))?`", read(page)):
        file = ROOT / path
        if not file.exists() or (test and f"def {test}(" not in read(file)):
            missing.append(f"{path}::{test}")
    assert [] == missing


@pages
def test_make_targets_exist(page: Path) -> None:
    """``make …`` in a page is in the Makefile."""
    targets = set(re.findall(r"^([a-z-]+):", read(ROOT / "Makefile"), re.MULTILINE))
    assert set() == set(re.findall(r"`make ([a-z-]+)", read(page))) - targets


def calls_of_newsvane(text: str) -> Iterator[list[str]]:
    """The words behind ``newsvane`` of every call, in code blocks and code marks; of a pipe each part."""
    blocks = re.findall(r"^```[a-z]*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    marks = re.findall(r"`((?:newsvane|docker compose run) [^`]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    for line in [*lines, *marks]:
        for part in re.split(r" \| | && |;", line):
            try:
                words = shlex.split(re.sub(r"\\\|", "|", part), comments=True)
            except ValueError:  # prose of an excerpt with an apostrophe
                continue
            while words and (words[0] == "$" or re.fullmatch(r"[A-Z_]+=.*", words[0])):
                del words[0]
            if words[:3] == ["docker", "compose", "run"] and "cli" in words:
                yield words[words.index("cli") + 1 :]
            elif words and Path(words[0]).name == "newsvane":
                yield words[1:]


@pages
def test_commands_in_pages_exist(page: Path) -> None:
    """A call of ``newsvane`` names a command that is there, and only flags that it takes."""
    wrong = []
    for words in calls_of_newsvane(read(page)):
        if not words or words[0].startswith("-") or not re.fullmatch(r"[a-z]+", words[0]):
            continue
        written = (" ".join(words[:2]), words[0], f"{words[0]} run")  # the word run may be left out
        name = next((each for each in written if each in all_commands()), None)
        if name is None:
            if words[0] not in COMMANDS or len(words) > 1:
                wrong.append(words)
            continue
        known = flags(all_commands()[name]) | {"--help", "-h"}
        wrong += [
            [*words[:2], word] for word in words if re.match(r"--?[a-z]", word) and word.split("=")[0] not in known
        ]
    assert [] == wrong


FIGURE = re.compile(
    r"\b\d[\d,.]*(?:-[\d,.]+)? ?(?:us|µs|ms|articles/s|records/s|pages/s)\b"
    r"|\bF1 (?:of )?[\d.]+|\d/s\b|\b\d[\d.]* times stock"
)
PRINTED_BY = re.compile(r"make (?:bench|evals|test-long)\b|tests\.benchmarks|newsvane ingest")


@pages
def test_figures_stand_beside_the_command_that_prints_them(page: Path) -> None:
    """No figure of speed or quality without the command that prints it, in the same section or the page's head.

    A decision's figures may be of the day of the decision; they stand under "What was measured", which says how.
    """
    text = read(page)
    head, *parts = re.split(r"^(?=#+ |\*\*(?:Context|Decision|What was measured|Consequences)\.\*\*)", text, flags=re.M)
    lead = head + (parts[0] if parts else "")
    bare = [
        part.splitlines()[0]
        for part in parts
        if FIGURE.search(part)
        and not PRINTED_BY.search(part + lead)
        and not (page.parent.name == "decisions" and part.startswith("**What was measured.**"))
    ]
    assert [] == bare


def test_the_readme_is_short() -> None:
    """A stranger reads it in one go."""
    assert len(read(README).splitlines()) <= 220


@pytest.fixture
def shell(tmp_path: Path) -> Any:
    """Run a script where ``.venv/bin`` is this environment's; return what it said."""
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv/bin").symlink_to(Path(sys.executable).parent)
    (tmp_path / "streams").symlink_to(ROOT / "streams")
    clean = {name: value for name, value in os.environ.items() if not name.startswith("NEWSVANE_")}

    def run(script: str) -> str:
        ran = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            cwd=tmp_path,
            env={**clean, "COLUMNS": "80"},
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert ran.returncode == 0, ran.stderr
        return ran.stdout + ran.stderr

    return run


def shown(blocks: list[tuple[str, str]]) -> list[str]:
    """The lines of output that a section shows, without those that stand for others."""
    return [line.rstrip() for kind, block in blocks if kind != "sh" for line in block.splitlines() if line.strip(" .…")]


def blocks_of(title: str) -> list[tuple[str, str]]:
    return re.findall(r"^```(\w*)\n(.*?)^```", section(title, README), re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("title", ["Your first watch", "Each stage is a filter"])
def test_what_the_readme_says_to_type_works(title: str, shell: Any) -> None:
    """The commands run as they stand there, and what the section shows is printed."""
    blocks = blocks_of(title)
    said = shell("PATH=$PWD/.venv/bin:$PATH\n" + "".join(block for kind, block in blocks if kind == "sh"))
    assert [] == [line for line in shown(blocks) if line not in said]


def test_what_the_readme_shows_of_the_demo_is_printed(shell: Any) -> None:
    """Every line of the excerpt comes out of ``newsvane demo``."""
    said = shell(".venv/bin/newsvane demo")
    assert [] == [line for line in shown(blocks_of("What you see")) if line not in said]


def test_the_version_is_in_the_changelog() -> None:
    """The version of the package has its entry."""
    from streams import __version__

    assert f"## [{__version__}]" in read(ROOT / "CHANGELOG.md")

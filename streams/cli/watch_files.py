"""Which watches do these files hold? Read, check and compare watch files before anything is written.

Everything of a call is checked first (YAML, query, scope, alert rules, stance axis, schema), so that a file with an
error applies nothing. Errors name file, line and column.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from schemas import validate
from streams.errors import InvalidRecord, UsageError
from streams.model.watch import Watch
from streams.query.lint import lint
from streams.query.watch_file import Definition, read_watch, to_watch
from streams.stance.axis import axis_of

SHIPPED_DIR = Path(__file__).resolve().parent.parent / "watches"
SINCE_EVER = "1970-01-01T00:00:00.000Z"
SUFFIXES = (".yaml", ".yml")
DRAFT_VERSION = 1
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class WatchFile:
    """One checked file and what it defines."""

    path: str
    definition: Definition
    query_line: int

    @property
    def watch_id(self) -> str:
        return str(self.definition["watch_id"])

    def warnings(self) -> list[str]:
        """What the linter says of its query."""
        return [f"{self.path}:{self.query_line}: query {warning}" for warning in lint(self.definition["query"])]

    def as_watch(self, version: int, effective_from: str, by: str, reason: str | None = None) -> Watch:
        return to_watch(self.definition, version, effective_from, by, reason)


def shipped_files() -> list[Path]:
    """The watches that come with Newsvane and are applied by themselves, in the order of their names."""
    return sorted(SHIPPED_DIR.glob("*.yaml"))


def offered_files() -> list[Path]:
    """The shipped watches that are applied on request only, in the order of their names."""
    return sorted((SHIPPED_DIR / "optional").glob("*.yaml"))


def shipped_path(watch_id: str) -> Path:
    """The file of a shipped watch, applied by itself or not. Raises UsageError for an id that is none of theirs."""
    known = {path.stem: path for path in (*shipped_files(), *offered_files())}
    if watch_id not in known:
        raise UsageError(f"'{watch_id}' is no shipped watch; shipped are: {', '.join(known)}")
    return known[watch_id]


def find_files(paths: Iterable[Path]) -> list[Path]:
    """The watch files of files, folders (in the order of names) and ids of shipped watches.

    Raises UsageError where there is none.
    """
    shipped = {path.stem for path in (*shipped_files(), *offered_files())}
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(child for child in path.iterdir() if child.suffix in SUFFIXES and child.is_file())
            if not inside:
                raise UsageError(f"{path}: no watch file in this folder; expected files that end in .yaml")
            found += inside
        elif path.is_file():
            found.append(path)
        elif str(path) in shipped:
            found.append(shipped_path(str(path)))
        else:
            raise UsageError(
                f"{path}: no such file or folder; expected a watch file (.yaml), a folder of them, or the id of a "
                f"shipped watch"
            )
    return found


def read_watch_files(paths: Iterable[Path]) -> list[WatchFile]:
    """Read and check all. Raises UsageError for the first that is wrong, and for an id that two files define."""
    read: dict[str, WatchFile] = {}
    for path in find_files(paths):
        found = read_watch_file(path)
        twin = read.get(found.watch_id)
        if twin is not None and Path(twin.path).resolve() != path.resolve():
            raise UsageError(f"{path}:1: watch '{found.watch_id}' is also in {twin.path}; keep one of them")
        read[found.watch_id] = found
    return list(read.values())


def read_watch_file(path: Path) -> WatchFile:
    """Read and check one file. Raises UsageError that names file, line and, where it is known, column."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: not UTF-8 at byte {error.start}; save the file as UTF-8") from None
    except OSError as error:
        raise UsageError(f"{path}: can't be read: {error.strerror}") from None
    return read_watch_text(text, str(path))


def read_watch_text(text: str, path: str) -> WatchFile:
    """Check the text of a watch file; ``path`` is what errors name. Raises UsageError."""
    definition = read_watch(text, path)
    draft = to_watch(definition, DRAFT_VERSION, SINCE_EVER, "local")
    try:
        axis_of(draft)
        validate("watch", draft)
    except InvalidRecord as error:
        line, column = place_of(text, error.field or "")
        raise UsageError(f"{path}:{line}:{column}: watch '{draft['watch_id']}': {error}") from None
    return WatchFile(path, definition, place_of(text, "/query")[0])


def place_of(yaml_text: str, pointer: str) -> tuple[int, int]:
    """Line and column, from 1, of the deepest node on the way of a JSON pointer.

    >>> place_of("id: a\\nscope:\\n  languages: [en, 7]", "/scope/languages/1")
    (3, 19)
    """
    node = yaml.compose(yaml_text, Loader=_LOADER)
    for step in _steps(pointer):
        child = _child(node, step)
        if child is None:
            break
        node = child
    return (node.start_mark.line + 1, node.start_mark.column + 1) if node is not None else (1, 1)


def _steps(pointer: str) -> Iterator[str]:
    for step in pointer.split("/")[1:]:
        yield step.replace("~1", "/").replace("~0", "~")


def _child(node: Any, step: str) -> Any:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == step), None)
    if isinstance(node, yaml.SequenceNode) and step.isdecimal() and int(step) < len(node.value):
        return node.value[int(step)]
    return None

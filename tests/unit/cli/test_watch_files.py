"""Watch files, checked before anything of a call is applied."""

from __future__ import annotations

from pathlib import Path

import pytest

from streams.cli.watch import to_yaml
from streams.cli.watch_files import SINCE_EVER, read_watch_file, read_watch_files, shipped_files
from streams.errors import UsageError
from streams.query.watch_file import read_watch

GOOD = 'id: acme-takeover\ntitle: Takeover of Acme\nquery: acme AND (takeover OR "hostile bid")\n'


@pytest.mark.parametrize("path", shipped_files(), ids=lambda path: path.stem)
def test_a_shipped_watch_holds(path: Path) -> None:
    """The id is the name of its file; the linter has nothing to say."""
    file = read_watch_file(path)
    assert (path.stem, []) == (file.watch_id, file.warnings())


@pytest.mark.parametrize("path", shipped_files(), ids=lambda path: path.stem)
def test_a_shown_watch_is_the_file_that_makes_it(path: Path) -> None:
    """Reading what 'watch show' prints gives the same definition."""
    file = read_watch_file(path)
    assert read_watch(to_yaml(file.as_watch(1, SINCE_EVER, "x")), "shown") == file.definition


def test_an_error_names_file_line_and_column(tmp_path: Path) -> None:
    """Also one inside the stance axis, which is read last."""
    (shipped,) = (path for path in shipped_files() if path.stem == "belarus-military-stance")
    path = tmp_path / "w.yaml"
    text = shipped.read_text(encoding="utf-8").replace("authority: official", "authority: officiel", 1)
    path.write_text(text, encoding="utf-8")
    line = next(number for number, each in enumerate(text.splitlines(), start=1) if "officiel" in each)
    with pytest.raises(UsageError) as caught:
        read_watch_file(path)
    assert str(caught.value).startswith(f"{path}:{line}:")


def test_warnings_name_the_line(tmp_path: Path) -> None:
    """What parses and means something else is a warning with its place."""
    path = tmp_path / "w.yaml"
    path.write_text(GOOD.replace(" OR ", " or "))
    first = read_watch_file(path).warnings()[0]
    assert first.startswith(f"{path}:3: query line 1, column 20: 'or' is read as a word")


def test_two_files_with_one_id_are_refused(tmp_path: Path) -> None:
    """Which of them would count is nobody's guess; the same file named twice is one file."""
    one, two = tmp_path / "a.yaml", tmp_path / "b.yaml"
    one.write_text(GOOD)
    two.write_text(GOOD)
    with pytest.raises(UsageError, match="is also in"):
        read_watch_files([tmp_path])
    assert len(read_watch_files([one, one])) == 1


def test_a_folder_without_watches_is_refused(tmp_path: Path) -> None:
    """Applying nothing is probably a mistake."""
    with pytest.raises(UsageError, match="no watch file in this folder"):
        read_watch_files([tmp_path])

"""The local copy of changelogs."""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path

import pytest

from streams.engine.local_store import LocalStore
from streams.errors import InfrastructureError

HALF_A_DAY_S = 12 * 3600


def test_entries_and_place_move_together(tmp_path: Path) -> None:
    """What was written is there after a restart, with the offset up to which it was read; slots don't mix."""
    with closing(LocalStore(tmp_path, "group")) as store:
        store.write("one", [(b"a", b"1"), (b"b", b"2")], 2, 1)
        store.write("one", [(b"a", None), (b"c", b"3")], 4, 2)
        store.write("two", [(b"a", b"9")], 1, 1)
    with closing(LocalStore(tmp_path, "group")) as store:
        assert ((4, 2), (1, 1), (0, 0)) == tuple(store.restored_to(slot) for slot in ("one", "two", "three"))
        assert [(b"b", b"2"), (b"c", b"3")] == list(store.scan("one", b"", b"\xff"))
        many = [b"%d" % number for number in range(300)]
        assert ({b"b", b"c"}, set()) == (store.find_keys("one", [*many, b"c", b"a", b"b"]), store.find_keys("one", []))
        store.clear("one")
        assert ((0, 0), b"9") == (store.restored_to("one"), store.get("two", b"a"))


@pytest.mark.parametrize(("age_s", "expected"), [(0, (7, 1)), (HALF_A_DAY_S - 60, (7, 1)), (HALF_A_DAY_S + 60, (0, 0))])
def test_an_old_copy_is_read_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, age_s: int, expected: tuple[int, int]
) -> None:
    """A copy that may have missed a tombstone that compaction dropped is not used."""
    with closing(LocalStore(tmp_path, "group")) as store:
        store.write("one", [(b"a", b"1")], 7, 1)
        later = time.time() + age_s
        monkeypatch.setattr(time, "time", lambda: later)
        assert expected == store.restored_to("one")


def test_workers_on_one_folder_take_a_file_each(tmp_path: Path) -> None:
    """Two workers don't share a file; a free one is taken again."""
    with closing(LocalStore(tmp_path, "group")) as first:
        with closing(LocalStore(tmp_path, "group")) as second:
            assert ("state-0.db", "state-1.db") == (first.path.name, second.path.name)
        with closing(LocalStore(tmp_path, "group")) as third:
            assert "state-1.db" == third.path.name


def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    """One line with the folder and the setting."""
    (tmp_path / "file").write_text("")
    with pytest.raises(InfrastructureError, match=r"state folder .*file/state' cannot be used.*NEWSVANE_DATA_DIR") as e:
        LocalStore(tmp_path / "file" / "state", "group")
    assert "\n" not in str(e.value)


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    """A file that is no database ends the start in one line."""
    (tmp_path / "state-0.db").write_bytes(b"no database" * 1000)
    with pytest.raises(InfrastructureError, match="cannot be used: file is not a database"):
        LocalStore(tmp_path, "group")

"""Lines of JSON from files and folders of trouble."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from streams.cli.lines import MAX_BATCH, check_files, read_batches
from streams.errors import UsageError


def read(*paths: Path) -> list[tuple[str, int, bytes, str | None]]:
    return [
        (Path(line.file).name, line.number, line.raw, line.failure.reason if line.failure else None)
        for batch in read_batches([str(path) for path in paths])
        for line in batch
    ]


def test_lines_have_their_places(tmp_path: Path) -> None:
    """Blank lines are passed over and counted; a byte order mark is no text; the last line may lack its end."""
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'\xef\xbb\xbf{"a":1}\n\n  \n{"b":2}')
    assert read(path) == [("a.jsonl", 1, b'{"a":1}\n', None), ("a.jsonl", 4, b'{"b":2}', None)]


def test_gzip_is_recognised_by_its_bytes(tmp_path: Path) -> None:
    """Whatever the name; and a file may follow another."""
    plain, packed = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    plain.write_bytes(b"1\n")
    packed.write_bytes(gzip.compress(b"2\n3\n"))
    found = [(name, number, raw) for name, number, raw, _ in read(plain, packed)]
    assert found == [("a.jsonl", 1, b"1\n"), ("b.jsonl", 1, b"2\n"), ("b.jsonl", 2, b"3\n")]


def test_a_damaged_file_is_reported_and_the_next_is_read(tmp_path: Path) -> None:
    """What came before the damage is there, the damage has its place."""
    damaged, sound = tmp_path / "a.gz", tmp_path / "b.jsonl"
    damaged.write_bytes(gzip.compress(b"1\n")[:-6])
    sound.write_bytes(b"2\n")
    assert read(damaged, sound)[-2:] == [("a.gz", 2, b"", "unreadable"), ("b.jsonl", 1, b"2\n", None)]


def test_order_holds_over_many_batches(tmp_path: Path) -> None:
    """Every line once, in order."""
    path = tmp_path / "a.jsonl"
    path.write_text("".join(f"{number}\n" for number in range(10 * MAX_BATCH + 1)))
    assert [int(raw) for _, _, raw, _ in read(path)] == list(range(10 * MAX_BATCH + 1))


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    """Said before anything is read."""
    with pytest.raises(UsageError, match="is a folder"):
        check_files([str(tmp_path)])

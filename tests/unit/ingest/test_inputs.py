"""Which inputs an argument names, and what they are."""

from __future__ import annotations

import gzip
import io
from pathlib import Path
from typing import BinaryIO, cast

import pytest

from streams.errors import RefusedInput, UsageError
from streams.ingest.encodings import check_encoding
from streams.ingest.inputs import Format, format_of, only_reader, plain_with_head, total_bytes, walk


@pytest.mark.parametrize(
    ("name", "head", "expected"),
    [
        ("a.jsonl", b"anything", "jsonl"),
        ("a.NDJSON.GZ", b"", "jsonl"),
        ("a.json", b"", "json"),
        ("a.htm", b"", "html"),
        ("a.md", b"{}", "text"),
        ("a.xml", b"<?xml version='1.0'?><rss>", "feed"),
        ("a.xml", b"<!DOCTYPE html><html xmlns='http://www.w3.org/1999/xhtml'>", "html"),
        ("a.rss", b"", "feed"),
        ("stdin", b'\xef\xbb\xbf {"a":1}', "json"),
        ("stdin", b"[", "json"),
        ("stdin", b"<?xml version='1.0'?><atom:feed xmlns:atom=''>", "feed"),
        ("stdin", b"<rdf:RDF>", "feed"),
        ("stdin", b"<!-- x --><rss version='2.0'>", "feed"),
        ("stdin", b"<p>Yes", "html"),
        ("stdin", b"<html><body>about <rss> feeds", "html"),
        ("stdin", b"Support us!\n<p>", "text"),
        ("stdin", b"", "text"),
        ("a.txt", b"a\x00b", "text"),
    ],
)
def test_format_follows_from_name_and_first_bytes(name: str, head: bytes, expected: Format) -> None:
    """The name decides unless it says XML or nothing."""
    assert expected == format_of(name, head)


def test_binary_files_of_unknown_name_are_refused() -> None:
    """They are no articles."""
    with pytest.raises(RefusedInput, match="the file is binary"):
        format_of("photo.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF")


def test_a_folder_is_walked_in_the_order_of_names(tmp_path: Path) -> None:
    """Folders among the files; hidden names and links to folders are passed over."""
    for name in ("b.txt", "a/z.txt", "a/.hidden/x.txt", ".git/config", "c/d/e.txt", "B.txt"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    (tmp_path / "loop").symlink_to(tmp_path)
    assert [("B.txt",), ("a", "z.txt"), ("b.txt",), ("c", "d", "e.txt")] == [
        found.inner for found in walk(str(tmp_path))
    ]
    assert total_bytes((str(tmp_path),)) == 4
    assert total_bytes((str(tmp_path), "-")) is None


@pytest.mark.parametrize("name", ["missing", "a\x00b", "x" * 5000])
def test_a_path_that_is_not_there_is_refused(name: str) -> None:
    """In one line."""
    with pytest.raises(RefusedInput, match="look at"):
        list(walk(name))


class Pipe(io.RawIOBase):
    """A stream that can't be rewound and hands out a few bytes at a time."""

    def __init__(self, raw: bytes) -> None:
        super().__init__()
        self.raw = raw

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        size = min(3, len(buffer))
        chunk, self.raw = self.raw[:size], self.raw[size:]
        buffer[: len(chunk)] = chunk
        return len(chunk)


@pytest.mark.parametrize("raw", [b"", b"{}", b'{"a": 1}\n' * 500, b" <rss>" * 2000, b"text"])
@pytest.mark.parametrize("is_packed", [False, True])
@pytest.mark.parametrize("is_pipe", [False, True])
def test_nothing_is_lost_by_looking_at_the_head(raw: bytes, is_packed: bool, is_pipe: bool) -> None:
    """Plain or gzipped, from a file or a pipe."""
    packed = gzip.compress(raw) if is_packed else raw
    stream = cast(BinaryIO, io.BufferedReader(Pipe(packed)) if is_pipe else io.BytesIO(packed))
    head, plain = plain_with_head(stream)
    assert raw.startswith(head)
    assert raw == plain.read()


def test_one_ingest_reads_a_path_at_a_time(tmp_path: Path) -> None:
    """Two would share their place in it."""
    path = tmp_path / "a.txt"
    path.write_text("x")
    key = f"tests-{tmp_path}"[-60:]
    other = pytest.raises(UsageError, match="another 'newsvane ingest'")
    with only_reader(str(path), key), other, only_reader(str(path), key):
        pass
    with only_reader(str(path), key), only_reader(str(path), "the same into another log"):
        pass


def test_an_unknown_encoding_is_wrong_use() -> None:
    """Also one that makes no text."""
    assert check_encoding("Windows-1251") == "cp1251"
    for name in ("nonsense", "hex", ""):
        with pytest.raises(UsageError, match="--encoding"):
            check_encoding(name)

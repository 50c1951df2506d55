"""The loop of an ingest: what goes in, what is refused, where it goes on."""

from __future__ import annotations

import gzip
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from schemas import topics_on
from streams.errors import InfrastructureError, RefusedInput
from streams.ingest.admit import Terms
from streams.ingest.fetch import Fetched
from streams.ingest.progress import FileProgress, Place, Progress, SqliteProgress
from streams.ingest.run import Request, Summary, run_ingest
from streams.log.protocol import NewRecord
from streams.log.provision import apply_topics
from streams.log.sqlite import SqliteLog

TERMS = Terms(outlet="gazette.example")
RSS = "<rss><channel><link>https://www.gazette.example</link><item><title>{}</title></item></channel></rss>"


class Watcher:
    """Keeps what a person would see."""

    def __init__(self) -> None:
        self.refusals: list[tuple[str, str]] = []
        self.resumes: list[tuple[str, bool, int]] = []

    def refused(self, place: str, refusal: RefusedInput) -> None:
        self.refusals.append((Path(place).name, refusal.reason))

    def resumed(self, name: str, by_line: bool, number: int) -> None:
        self.resumes.append((Path(name).name, by_line, number))

    def advanced(self, articles: int, read_bytes: int) -> None:
        pass


class Dying:
    """A progress whose process dies at an append: before it reached the log, or before its place was kept."""

    def __init__(self, inner: Progress, after: int) -> None:
        self.inner = inner
        self.left = after

    def load(self, source_id: str) -> Place | None:
        return self.inner.load(source_id)

    def append(self, topic: str, records: Sequence[NewRecord], source_id: str | None, place: Place | None) -> None:
        self.left -= 1
        if self.left < 0:
            raise InfrastructureError("killed")
        self.inner.append(topic, records, source_id, place)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[SqliteLog]:
    log = SqliteLog(tmp_path / "newsvane.db", synchronous="NORMAL")
    apply_topics(log, topics_on("sqlite"))
    yield log
    log.close()


@pytest.fixture(params=["sqlite", "file"])
def progress(request: pytest.FixtureRequest, log: SqliteLog, tmp_path: Path) -> Progress:
    return SqliteProgress(log) if request.param == "sqlite" else FileProgress(log, tmp_path / "var" / "ingest")


def run(
    progress: Progress, request: Request, fetch_url: Callable[[str], Fetched] | None = None
) -> tuple[Summary, Watcher]:
    watcher = Watcher()
    options = {"fetch_url": fetch_url} if fetch_url else {}
    return run_ingest(request, progress, 4, watcher, clock_ms=lambda: 1_700_000_000_123, **options), watcher


def logged(log: SqliteLog) -> list[dict[str, Any]]:
    return [
        orjson.loads(record.value or b"")
        for partition in range(4)
        for record in log.read("articles-raw", partition, 0, 100_000, 1 << 30)
    ]


def texts(log: SqliteLog) -> list[str]:
    return [article.get("text") or article.get("html") or article["title"] for article in logged(log)]


def write_lines(path: Path, count: int) -> None:
    path.write_bytes(b"".join(b'{"text":"%d"}\n' % number for number in range(1, count + 1)))


def test_every_format_in_a_folder(log: SqliteLog, tmp_path: Path) -> None:
    """Each reader has its turn, in the order of names, gzipped or not."""
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.jsonl.gz").write_bytes(gzip.compress(b'{"text":"a1"}\n{"text":"a2"}\n'))
    (folder / "b.json").write_bytes(b'[{"text":"b1"},\n{"text":"b2"}]')
    (folder / "c.html").write_text("<p>c")
    (folder / "d.xml").write_text(RSS.format("d"))
    (folder / "e.txt").write_text("e\n")
    (folder / "f").write_bytes(gzip.compress(b'{\n"text": "f"}'))
    summary, watcher = run(SqliteProgress(log), Request((str(folder),), TERMS))
    assert (["a1", "a2", "b1", "b2", "<p>c", "d", "e\n", "f"], 8, []) == (
        texts(log),
        summary.accepted,
        watcher.refusals,
    )


def test_refusals_are_counted_once_and_name_their_place(log: SqliteLog, tmp_path: Path) -> None:
    """What went in is what was accepted and what was refused; neighbours pass."""
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.jsonl").write_bytes(b'{"text":"1"}\n{"text":\n{"text":""}\n{"text":"2"}\n')
    (folder / "b.gz").write_bytes(
        gzip.compress(b'{"text":"3"}\n{"text":"%s"}' % os.urandom(50_000).hex().encode())[:30_000]
    )
    (folder / "c.xml").write_text(RSS.format("4").replace("</channel>", "<item>\x01"))
    (folder / "d.bin").write_bytes(b"\x00\x01")
    (folder / "e.html").write_bytes(b"\xff")
    (folder / "f").symlink_to(folder / "nowhere")
    (folder / "g.txt").write_bytes(b"x" * 20_000_000)
    (folder / "h.txt").write_text("5")
    summary, watcher = run(SqliteProgress(log), Request((str(tmp_path / "no"), str(folder)), TERMS))
    assert ["1", "2", "3", "4", "5"] == texts(log)
    assert [
        ("no", "unreadable"),
        ("a.jsonl:2", "not-json"),
        ("a.jsonl:3", "empty"),
        ("b.gz:2", "damaged"),
        ("c.xml:2", "not-xml"),
        ("d.bin", "unknown-format"),
        ("e.html", "not-utf8"),
        ("f", "unreadable"),
        ("g.txt", "too-large"),
    ] == watcher.refusals
    assert (5, len(watcher.refusals)) == (summary.accepted, summary.refused.total())


def test_an_address_is_read_once(log: SqliteLog) -> None:
    """Its host is the outlet of a feed that does not say; a page gets its address."""
    answers = {
        "https://gazette.example/rss": Fetched(
            "https://gazette.example/feed", b"<rss><item><title>a</title></item></rss>", None
        ),
        "https://vesti.example/1": Fetched("https://vesti.example/1", "<p>Ж".encode("cp1251"), "windows-1251"),
    }
    run(SqliteProgress(log), Request(tuple(answers)), answers.__getitem__)
    assert [
        ("gazette.example", "https://gazette.example/feed", None),
        ("vesti.example", None, "https://vesti.example/1"),
    ] == sorted((one["outlet"], one.get("feed"), one.get("url")) for one in logged(log))


def test_other_encodings_are_taken_when_said(log: SqliteLog, tmp_path: Path) -> None:
    """For JSON lines and feeds too."""
    (tmp_path / "a.jsonl").write_bytes('{"text":"Ж1"}\n{"text":"Ж2"}\n'.encode("utf-16"))
    (tmp_path / "b.xml").write_bytes(RSS.format("Ж3").encode("utf-16"))
    (tmp_path / "c.txt").write_bytes("Ж4".encode("utf-16"))
    sources = tuple(str(tmp_path / name) for name in ("a.jsonl", "b.xml", "c.txt"))
    run(SqliteProgress(log), Request(sources, TERMS, encoding="utf-16"))
    assert ["Ж1", "Ж2", "Ж3", "Ж4"] == texts(log)


@pytest.mark.parametrize("kind", ["jsonl", "json", "feed"])
def test_an_interrupted_file_goes_on_where_it_stopped(
    log: SqliteLog, progress: Progress, tmp_path: Path, kind: str
) -> None:
    """Everything is there once, and the place is forgotten at the end: the next ingest reads it all again."""
    path = tmp_path / f"a.{kind}"
    if kind == "jsonl":
        write_lines(path, 1_050)
    elif kind == "json":
        path.write_bytes(orjson.dumps([{"text": str(number)} for number in range(1, 1_051)]))
    else:
        items = "".join(f"<item><title>{number}</title></item>" for number in range(1, 1_051))
        path.write_text(f"<rss><channel>{items}</channel></rss>")
    request = Request((str(path),), TERMS, format="feed" if kind == "feed" else "auto")
    with pytest.raises(InfrastructureError):
        run(Dying(progress, 4), request)
    summary, watcher = run(progress, request)
    everything = [str(number) for number in range(1, 1_051)]
    assert (650, [(path.name, kind == "jsonl", 401)]) == (summary.accepted, watcher.resumes)
    assert everything == texts(log)
    assert (1_050, []) == (lambda again: (again[0].accepted, again[1].resumes))(run(progress, request))
    assert everything * 2 == texts(log)


def test_a_kill_before_the_place_was_kept_repeats_one_batch(log: SqliteLog, tmp_path: Path) -> None:
    """On Kafka the place is written after the acknowledgement: repeats, never losses."""
    path = tmp_path / "a.jsonl"
    write_lines(path, 300)

    class Unwritten(FileProgress):
        def append(self, topic: str, records: Sequence[NewRecord], source_id: str | None, place: Place | None) -> None:
            if place is not None and place.items == 200:
                super().append(topic, records, None, None)
                raise InfrastructureError("killed")
            super().append(topic, records, source_id, place)

    folder = tmp_path / "var"
    with pytest.raises(InfrastructureError):
        run(Unwritten(log, folder), Request((str(path),), TERMS))
    summary, _ = run(FileProgress(log, folder), Request((str(path),), TERMS))
    expected = [*range(1, 201), *range(101, 301)]
    assert (200, [str(number) for number in expected]) == (summary.accepted, texts(log))
    assert [] == list(folder.iterdir())


@pytest.mark.parametrize("change", ["restart", "outlet", "content"])
def test_what_is_another_ingest_begins_at_the_beginning(
    log: SqliteLog, progress: Progress, tmp_path: Path, change: str
) -> None:
    """--restart, other options, a file that is no longer the same."""
    path = tmp_path / "a.jsonl"
    write_lines(path, 500)
    request = Request((str(path),), TERMS)
    with pytest.raises(InfrastructureError):
        run(Dying(progress, 2), request)
    if change == "restart":
        request = replace(request, restart=True)
    elif change == "outlet":
        request = replace(request, terms=Terms(outlet="other.example"))
    else:
        write_lines(path, 501)
    summary, watcher = run(progress, request)
    assert (501 if change == "content" else 500, []) == (summary.accepted, watcher.resumes)


def test_an_interrupted_folder_goes_on_and_sees_what_is_new(log: SqliteLog, progress: Progress, tmp_path: Path) -> None:
    """Files that are behind are passed over, unless they came or changed since."""
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(150):
        (folder / f"f{number:03}.txt").write_text(str(number))
    request = Request((str(folder),), TERMS)

    def run_now(progress: Progress) -> tuple[Summary, Watcher]:
        watcher = Watcher()
        return run_ingest(request, progress, 4, watcher), watcher

    with pytest.raises(InfrastructureError):
        run_now(Dying(progress, 1))
    threading.Event().wait(0.02)  # the file system's clock is coarse
    (folder / "f000-new.txt").write_text("new")
    summary, _ = run_now(progress)
    assert (51, sorted([*map(str, range(150)), "new"])) == (summary.accepted, sorted(texts(log)))


def test_batches_are_bounded_in_records_and_bytes(log: SqliteLog, tmp_path: Path) -> None:
    """A small writer beside an ingest waits for 100 records or a megabyte, not for more."""
    sizes: list[tuple[int, int]] = []

    class Measured(SqliteProgress):
        def append(self, topic: str, records: Sequence[NewRecord], source_id: str | None, place: Place | None) -> None:
            sizes.append((len(records), sum(len(record.value or b"") for record in records)))
            super().append(topic, records, source_id, place)

    path = tmp_path / "a.jsonl"
    path.write_bytes(
        b'{"text":"x"}\n' * 250 + b'{"text":"%s"}\n' % (b"x" * 400_000) * 5 + b'{"text":"%s"}\n' % (b"x" * 3_000_000)
    )
    run(Measured(log), Request((str(path),), TERMS))
    assert 256 == sum(count for count, _ in sizes)
    assert all(count <= 100 and (size <= 1_000_000 or count == 1) for count, size in sizes)

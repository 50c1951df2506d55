"""A feed is read once over HTTP, bounded."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from streams.errors import RefusedInput
from streams.ingest import fetch as module
from streams.ingest.fetch import Fetched, fetch, is_url


class Site(BaseHTTPRequestHandler):
    """Answers by path."""

    def do_GET(self) -> None:
        headers, status, body = {"Content-Type": "application/rss+xml; charset=windows-1251"}, 200, b"<rss/>"
        if self.path == "/gzip":
            headers["Content-Encoding"], body = "gzip", gzip.compress(b"<rss/>")
        elif self.path == "/bomb":
            headers["Content-Encoding"], body = "gzip", gzip.compress(b" " * 5_000)
        elif self.path == "/damaged":
            headers["Content-Encoding"], body = "gzip", gzip.compress(b"<rss/>")[:-6]
        elif self.path == "/large":
            body = b" " * 5_000
        elif self.path == "/short":
            headers["Content-Length"] = "5000"
        elif self.path == "/moved":
            status, headers["Location"] = 302, "/feed"
        elif self.path == "/loop":
            status, headers["Location"] = 302, "/loop"
        elif self.path == "/file":
            status, headers["Location"] = 302, "file:///etc/passwd"
        elif self.path == "/agent":
            body = self.headers["User-Agent"].encode()
        elif self.path == "/missing":
            status = 404
        headers.setdefault("Content-Length", str(len(body)))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(module, "MAX_BYTES", 4_000)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_body_charset_and_final_address(site: str) -> None:
    """Plain, gzipped and behind a redirect."""
    expected = Fetched(f"{site}/feed", b"<rss/>", "windows-1251")
    assert expected == fetch(f"{site}/feed")
    assert expected == fetch(f"{site}/moved")
    assert Fetched(f"{site}/gzip", b"<rss/>", "windows-1251") == fetch(f"{site}/gzip")
    assert fetch(f"{site}/agent").body.startswith(b"newsvane/")


@pytest.mark.parametrize(
    ("path", "reason", "part"),
    [
        ("/missing", "unreachable", "the server answers 404"),
        ("/loop", "unreachable", "302"),
        ("/file", "unreachable", "not allowed"),
        ("/large", "too-large", "ingest that"),
        ("/bomb", "too-large", "ingest that"),
        ("/damaged", "unreachable", "gzip is damaged"),
        ("/short", "unreachable", "4,994 bytes early"),
    ],
)
def test_what_is_refused(site: str, path: str, reason: str, part: str) -> None:
    """Each with its reason; nothing is half taken."""
    with pytest.raises(RefusedInput) as caught:
        fetch(site + path)
    assert reason == caught.value.reason
    assert part in str(caught.value)


def test_an_answer_that_takes_too_long_is_refused(site: str) -> None:
    """Drop by drop is no way around the time-out."""
    ticks = iter(range(0, 10_000, 100))
    with pytest.raises(RefusedInput, match="takes longer than 60 s"):
        fetch(f"{site}/feed", lambda: float(next(ticks)))


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://a.example/x", "http://", "http://[", "https://user:secret@a.example/"]
)
def test_other_addresses_are_refused_without_showing_secrets(url: str) -> None:
    """Only http and https are spoken."""
    with pytest.raises(RefusedInput) as caught:
        fetch(url)
    assert caught.value.reason == "unreachable"
    assert "secret" not in str(caught.value)


def test_a_server_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """In one line that says why."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with pytest.raises(RefusedInput, match="onnection refused"):
        fetch("http://127.0.0.1:9/feed")


def test_addresses_are_told_from_files() -> None:
    """By their scheme."""
    assert [True, True, False, False] == [is_url(one) for one in ("https://a", "ftp://a", "a/b://c", "C:\\x")]

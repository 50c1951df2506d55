"""Read a feed or page once over HTTP, bounded in time, size and redirects.

Only http and https are spoken, after each redirect again. Errors are refusals of this one input. Nothing is polled or
remembered here. Limits: no cookies, no authentication; private addresses are not refused, since the caller typed them.
"""

from __future__ import annotations

import gzip
import http.client
import io
import time
import urllib.error
import urllib.request
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from streams import __version__
from streams.errors import RefusedInput

MAX_BYTES: Final = 32 << 20
TIMEOUT_S: Final = 20.0
DEADLINE_S: Final = 60.0
_CHUNK: Final = 1 << 16
_SCHEMES: Final = ("http", "https")


@dataclass(frozen=True, slots=True)
class Fetched:
    """``url`` is where it was found after redirects."""

    url: str
    body: bytes
    charset: str | None


class _Redirects(urllib.request.HTTPRedirectHandler):
    max_redirections = 5

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
        _check(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def is_url(text: str) -> bool:
    """Whether an argument means an address and not a file."""
    scheme, separator, _ = text.partition("://")
    return bool(separator) and scheme.isalnum()


def fetch(url: str, clock_s: Callable[[], float] = time.monotonic) -> Fetched:
    """Read one address. Raises RefusedInput."""
    _check(url)
    # no file:, ftp: or data: handlers, which build_opener would add
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        _Redirects(),
    ):
        opener.add_handler(handler)
    request = urllib.request.Request(  # noqa: S310 - the scheme was checked
        url,
        headers={
            "User-Agent": f"newsvane/{__version__}",
            "Accept": "application/atom+xml, application/rss+xml, application/xml;q=0.9, text/html;q=0.8, */*;q=0.5",
            "Accept-Encoding": "gzip",
        },
    )
    deadline = clock_s() + DEADLINE_S
    try:
        with opener.open(request, timeout=TIMEOUT_S) as answer:
            body = _read(answer, deadline, clock_s)
            if answer.headers.get("Content-Encoding", "").lower() in ("gzip", "x-gzip"):
                body = _unpack(body)
            return Fetched(answer.url, body, answer.headers.get_content_charset())
    except urllib.error.HTTPError as error:
        error.close()
        raise _unreachable(f"the server answers {error.code} {error.reason or ''}".rstrip()) from None
    except urllib.error.URLError as error:
        raise _unreachable(str(getattr(error.reason, "strerror", None) or error.reason)) from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise _unreachable(str(error) or type(error).__name__) from None


def _check(url: str) -> None:
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        host = None
    if host is None or parts.scheme not in _SCHEMES:
        raise RefusedInput("unreachable", "the address is not taken; expected http:// or https:// and a host")
    if parts.username is not None:
        raise RefusedInput("unreachable", "the address carries a user name, which is not taken; leave it out")


def _read(answer: Any, deadline: float, clock_s: Callable[[], float]) -> bytes:
    body = bytearray()
    while chunk := answer.read1(_CHUNK):
        body += chunk
        if len(body) > MAX_BYTES:
            raise RefusedInput("too-large", f"more than {MAX_BYTES >> 20} MB; load it to a file and ingest that")
        if clock_s() > deadline:
            raise _unreachable(f"the answer takes longer than {DEADLINE_S:.0f} s")
    if answer.length:  # what Content-Length promised and did not come
        raise _unreachable(f"the answer ends {answer.length:,} bytes early")
    return bytes(body)


def _unpack(body: bytes) -> bytes:
    try:
        plain = gzip.GzipFile(fileobj=io.BytesIO(body)).read(MAX_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise _unreachable(f"the answer's gzip is damaged ({error})") from None
    if len(plain) > MAX_BYTES:
        raise RefusedInput("too-large", f"more than {MAX_BYTES >> 20} MB; load it to a file and ingest that")
    return plain


def _unreachable(why: str) -> RefusedInput:
    return RefusedInput("unreachable", f"{why}; try again, or look at the address in a browser")

"""Answers: JSON with an ETag, pages with their link to the next, CSV as it is read.

An ETag is a hash of the bytes, or the version of what people edit; ``If-None-Match`` that names it gets 304. Answers
are ``private`` and asked for again each time: what one may see is nobody else's.

CSV is RFC 4180 (CRLF, quotes doubled), UTF-8 with a byte order mark, because spreadsheets guess otherwise. A cell that
a spreadsheet would take for a formula (it begins with = + - @, a tab or a line end) gets an apostrophe in front; lists
and objects inside a record are JSON. An export is read page by page and ends after ``MOST_ROWS``.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import orjson
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

MOST_ROWS: Final = 100_000
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_BLANKS: Final = " \u00a0\u3000\ufeff"
CACHE: Final = {"Cache-Control": "private, no-cache", "Vary": "Authorization, Cookie"}


def etag_of(body: bytes) -> str:
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def matches(header: str | None, etag: str, *, weak: bool = True) -> bool:
    """Whether an ``If-None-Match`` (weak comparison) or ``If-Match`` (strong) header names this tag.

    >>> matches('W/"a", "b"', '"b"'), matches("*", '"b"'), matches('W/"b"', '"b"', weak=False)
    (True, True, False)
    """
    if header is None:
        return False
    for one in header.split(","):
        tag = one.strip()
        if tag == "*" or tag == etag or (weak and tag.removeprefix("W/") == etag.removeprefix("W/")):
            return True
    return False


def answer(
    request: Request,
    value: Any,
    *,
    status: int = 200,
    etag: str | None = None,
    headers: Mapping[str, str] | None = None,
    media_type: str = "application/json",
) -> Response:
    """The value as JSON, or 304 where the caller has it."""
    body = value if isinstance(value, bytes) else _encode(value)
    tag = etag or etag_of(body)
    all_headers = {**CACHE, "ETag": tag, **(headers or {})}
    if request.method in ("GET", "HEAD") and matches(request.headers.get("if-none-match"), tag):
        return Response(status_code=304, headers=all_headers)
    return Response(body, status, all_headers, media_type=media_type)


def _encode(value: Any) -> bytes:
    try:
        return orjson.dumps(value)
    except TypeError:  # SQLAlchemy's names of columns are a kind of str
        return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS)


def page_answer(request: Request, items: Sequence[Any], next_cursor: str | None) -> Response:
    """A page of a list, with ``next`` in the body and as a Link header."""
    next_ = None
    if next_cursor is not None:
        next_ = str(request.url.include_query_params(cursor=next_cursor).replace(scheme="", netloc=""))
    links = {"Link": f'<{next_}>; rel="next"'} if next_ else {}
    return answer(request, {"items": list(items), "next": next_, "next_cursor": next_cursor}, headers=links)


def csv_answer(
    name: str, columns: Sequence[str], fetch: Callable[[str | None], tuple[Sequence[Any], str | None]]
) -> Response:
    """Stream a list as CSV; ``fetch`` gives the page behind a cursor. The first page is read before the answer begins,
    so that what is wrong with the request is told as a problem."""
    first = fetch(None)
    return StreamingResponse(
        csv_lines(columns, _pages(first, fetch)),
        headers={**CACHE, "Content-Disposition": f'attachment; filename="{name}.csv"'},
        media_type="text/csv; charset=utf-8; header=present",
    )


def _pages(
    first: tuple[Sequence[Any], str | None], fetch: Callable[[str | None], tuple[Sequence[Any], str | None]]
) -> Iterator[Sequence[Any]]:
    items, cursor = first
    rows = len(items)
    yield items
    while cursor is not None and rows < MOST_ROWS:
        items, cursor = fetch(cursor)
        rows += len(items)
        yield items


def csv_lines(columns: Sequence[str], pages: Iterable[Sequence[Mapping[str, Any]]]) -> Iterator[bytes]:
    """The header and then a piece a page. A column is a field, or a path into the record with dots."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(columns)
    buffer_start = "\ufeff"
    for items in pages:
        for item in items:
            writer.writerow([cell(_at(item, column)) for column in columns])
        yield (buffer_start + buffer.getvalue()).encode("utf-8", "replace")
        buffer_start = ""
        buffer.seek(0)
        buffer.truncate()


def cell(value: Any) -> str:
    """One value as a spreadsheet may see it.

    >>> cell("=1+1"), cell(-5), cell(None), cell(["a"])
    ("'=1+1", '-5', '', '["a"]')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    text = text.replace("\0", "")
    return f"'{text}" if text.lstrip(_BLANKS).startswith(_FORMULA) or text.startswith(_FORMULA) else text


def _at(item: Any, path: str) -> Any:
    for name in path.split("."):
        if not isinstance(item, Mapping):
            return None
        item = item.get(name)
    return item

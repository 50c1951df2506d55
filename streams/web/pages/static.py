"""The files that pages need: styles, scripts, an icon. Read once at the start; nothing else can be asked for.

A file's address ends in its hash where a template names it, so that it may be kept for a year; scripts that a script
names come without and are asked for again with their ETag.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from streams.web.answers import matches
from streams.web.problems import Problem

FOLDER: Final = Path(__file__).resolve().parent.parent / "static"
_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml; charset=utf-8",
}
router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class StaticFile:
    body: bytes
    media_type: str
    digest: str


def _read_files() -> dict[str, StaticFile]:
    found = {}
    for path in sorted(FOLDER.iterdir()):
        if path.suffix in _TYPES:
            body = path.read_bytes()
            found[path.name] = StaticFile(body, _TYPES[path.suffix], hashlib.sha256(body).hexdigest()[:16])
    return found


FILES: Final = _read_files()


def static_address(name: str) -> str:
    """What a template writes for a file."""
    return f"/static/{name}?v={FILES[name].digest}"


@router.get("/static/{name}")
def get_static(request: Request) -> Response:
    file = FILES.get(request.path_params["name"])
    if file is None:
        raise Problem("not-found", "no such file")
    etag = f'"{file.digest}"'
    is_exact = request.query_params.get("v") == file.digest
    headers = {"ETag": etag, "Cache-Control": "public, max-age=31536000, immutable" if is_exact else "no-cache"}
    if matches(request.headers.get("if-none-match"), etag):
        return Response(status_code=304, headers=headers)
    return Response(file.body, headers=headers, media_type=file.media_type)

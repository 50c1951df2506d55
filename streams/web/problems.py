"""What does a caller hear when something is wrong? RFC 9457 problem details, one shape for every route.

``type`` is ``urn:newsvane:problem:<code>``; the codes and their statuses are the table ``KINDS``. ``detail`` is one
line for a person; ``errors`` names each field with its value, what was expected and the remedy. A value is shortened, a
secret is never repeated. What nobody foresaw is a 500 without details; its traceback goes to the log, under the
reference that the answer names.
"""

from __future__ import annotations

import http
import logging
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from streams.errors import InfrastructureError, InvalidRecord, NewsvaneError, TopicMissing, WrongCursor, WrongFilter

_LOG = logging.getLogger(__name__)
MEDIA_TYPE: Final = "application/problem+json"
PREFIX: Final = "urn:newsvane:problem:"
_VALUE_CHARS: Final = 200


class Kind(NamedTuple):
    status: int
    title: str


KINDS: Final[dict[str, Kind]] = {
    "malformed": Kind(400, "The request is malformed"),
    "unknown-parameter": Kind(400, "A parameter is unknown"),
    "invalid-parameter": Kind(400, "A parameter is not valid"),
    "wrong-cursor": Kind(400, "The cursor is not one of this list"),
    "not-authenticated": Kind(401, "A token is needed"),
    "expired-token": Kind(401, "The token has expired"),
    "not-allowed": Kind(403, "The token does not allow this"),
    "cross-site": Kind(403, "The request comes from another site"),
    "csrf": Kind(403, "The form is out of date"),
    "wrong-host": Kind(421, "This server is not known by that name"),
    "not-found": Kind(404, "There is no such thing"),
    "unknown-watch": Kind(404, "There is no such watch"),
    "method-not-allowed": Kind(405, "The method is not allowed here"),
    "conflict": Kind(409, "It was changed in between, or is there already"),
    "stale-etag": Kind(412, "It has changed since you read it"),
    "too-large": Kind(413, "The body is too large"),
    "wrong-content-type": Kind(415, "The content type is not read here"),
    "invalid": Kind(422, "The content is not valid"),
    "precondition-required": Kind(428, "Say which version you change"),
    "too-many-failures": Kind(429, "Too many failed attempts"),
    "lagging": Kind(429, "The line is behind; try later"),
    "internal": Kind(500, "An error on our side"),
    "unavailable": Kind(503, "A part that this needs does not answer"),
}


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing that is wrong. ``field`` is a parameter's name or a JSON pointer into the body."""

    field: str
    value: Any
    expected: str
    remedy: str


@dataclass(slots=True)
class Problem(Exception):
    """Raised anywhere behind a route; the handlers make the answer."""

    code: str
    detail: str
    errors: Sequence[FieldError] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def status(self) -> int:
        return KINDS[self.code].status

    def document(self, instance: str) -> dict[str, Any]:
        """What is sent.

        >>> Problem("not-found", "no alert 7").document("/v1/alerts/7")["status"]
        404
        """
        kind = KINDS[self.code]
        return {
            "type": PREFIX + self.code,
            "title": kind.title,
            "status": kind.status,
            "detail": self.detail,
            "instance": instance,
            "errors": [
                {"field": each.field, "value": shorten(each.value), "expected": each.expected, "remedy": each.remedy}
                for each in self.errors
            ],
            **self.extra,
        }


def one_field(code: str, field_: str, value: Any, expected: str, remedy: str, **more: Any) -> Problem:
    """A problem with one field; its detail says the same in a line."""
    shown = shorten(value)
    detail = f"{field_} is {shown!r}; expected {expected}; {remedy}"
    return Problem(code, detail, [FieldError(field_, value, expected, remedy)], **more)


def shorten(value: Any) -> Any:
    """A value as an answer may repeat it.

    >>> len(shorten("x" * 1000))
    201
    """
    if isinstance(value, str):
        value = value.encode("utf-8", "replace").decode("utf-8")
        return value if len(value) <= _VALUE_CHARS else value[:_VALUE_CHARS] + "…"
    if value is None or isinstance(value, bool | int | float):
        return value
    return shorten(str(value))


def respond(request: Request, problem: Problem) -> Response:
    """The answer; pages may answer a browser in HTML through ``app.state.problem_page``."""
    page = getattr(request.app.state, "problem_page", None)
    if page is not None and wants_html(request):
        made = page(request, problem)
        if isinstance(made, Response):
            return made
    instance = request.url.path.encode("utf-8", "replace").decode("utf-8")
    body = orjson.dumps(problem.document(instance))
    headers = {"Cache-Control": "no-store", **problem.headers}
    return Response(body, problem.status, headers, media_type=MEDIA_TYPE)


def wants_html(request: Request) -> bool:
    """Whether a browser asks for a page, not a program for an answer of the API."""
    path = request.url.path
    if path.startswith(("/v1/", "/feeds/")) or path in ("/healthz", "/readyz", "/metrics"):
        return False
    return "text/html" in request.headers.get("accept", "")


def problem_of(error: Exception) -> Problem:
    """What the caller hears of an error that is no Problem yet."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, HTTPException):
        return _of_http(error)
    if isinstance(error, InvalidRecord):
        pointer = error.field or ""
        wrong = FieldError(pointer, None, "a value that the schema allows", "mend the field")
        return Problem("invalid", str(error), [wrong])
    if isinstance(error, TopicMissing):
        _LOG.error("%s", error)
        return Problem("unavailable", str(error))
    if isinstance(error, InfrastructureError):
        _LOG.error("%s", error)
        return Problem(
            "unavailable", "the log or the store does not answer; try again later", headers={"Retry-After": "5"}
        )
    if isinstance(error, WrongCursor):
        wrong = FieldError("cursor", None, "a cursor that this list gave, as in its link 'next'", "leave it out")
        return Problem("wrong-cursor", str(error), [wrong])
    if isinstance(error, WrongFilter):
        mend = "mend it or leave it out"
        return Problem("invalid-parameter", str(error), [FieldError(error.field, error.value, error.expected, mend)])
    if isinstance(error, NewsvaneError):
        return Problem("invalid", str(error), _fields_of(error))
    return internal(error)


def internal(error: BaseException) -> Problem:
    reference = secrets.token_hex(4)
    _LOG.error("reference %s", reference, exc_info=error)
    return Problem("internal", f"this is a fault of the server; its log has it under {reference}")


def _fields_of(error: NewsvaneError) -> list[FieldError]:
    """The desk's errors name field, value, expected and remedy as attributes."""
    name = getattr(error, "field", None)
    if not isinstance(name, str):
        return []
    expected, remedy = str(getattr(error, "expected", "")), str(getattr(error, "remedy", ""))
    return [FieldError(name, getattr(error, "value", None), expected or "another value", remedy or "mend the field")]


def _of_http(error: HTTPException) -> Problem:
    headers = dict(error.headers or {})
    if error.status_code == 404:
        return Problem("not-found", "no such address; /v1/openapi.json lists those of the API", headers=headers)
    if error.status_code == 405:
        allowed = headers.get("Allow", headers.get("allow", ""))
        return Problem("method-not-allowed", f"allowed here: {allowed or 'another method'}", headers=headers)
    known = {kind.status: code for code, kind in reversed(KINDS.items())}
    phrase = http.HTTPStatus(error.status_code).phrase.lower()
    return Problem(known.get(error.status_code, "malformed"), str(error.detail or phrase), headers=headers)

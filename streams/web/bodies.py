"""What did somebody send? One JSON object a request, held to a schema that the description of the API shows too.

Order of the rules: content type, encoding, size (1 MB for everything but articles), UTF-8, JSON, an object, the schema.
Every breach is told, with its JSON pointer; an unknown field with the nearest known one.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final

import orjson
from jsonschema_rs import Draft202012Validator, ValidationError, ValidationErrorKind
from starlette.requests import Request

from streams.web.problems import FieldError, Problem, one_field
from streams.web.security import too_large

MAX_BYTES: Final = 1 << 20
_MOST_ERRORS: Final = 20
_JSON: Final = "application/json"


@dataclass(frozen=True, slots=True)
class Body:
    """The schema of an object. ``name`` is what the description calls it."""

    name: str
    properties: Mapping[str, Any]
    required: tuple[str, ...] = ()
    about: str = ""
    _validator: list[Draft202012Validator] = field(default_factory=list, compare=False, repr=False)

    @property
    def schema(self) -> dict[str, Any]:
        return {
            "type": "object",
            "description": self.about,
            "properties": dict(self.properties),
            "required": list(self.required),
            "additionalProperties": False,
        }

    def check(self, value: Any) -> dict[str, Any]:
        """The object. Raises Problem with every breach."""
        if not isinstance(value, dict):
            raise one_field("invalid", "", type(value).__name__, "an object", "send one JSON object")
        if not self._validator:
            self._validator.append(Draft202012Validator(self.schema))
        errors = list(islice(self._errors(value), _MOST_ERRORS))
        if errors:
            first = errors[0]
            raise Problem("invalid", f"{first.field or 'the body'}: expected {first.expected}; {first.remedy}", errors)
        return value

    def _errors(self, value: dict[str, Any]) -> Iterator[FieldError]:
        for breach in self._validator[0].iter_errors(value):
            yield from _explain(breach, self.properties)


def _explain(breach: ValidationError, properties: Mapping[str, Any]) -> Iterator[FieldError]:
    path, kind = list(breach.instance_path), breach.kind
    where = "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in path)
    if isinstance(kind, ValidationErrorKind.AdditionalProperties):
        known = list(properties) if not path else []
        for name in kind.unexpected:
            near = difflib.get_close_matches(name[:80], known, n=1)
            hint = f"did you mean {near[0]}?" if near else "leave it out"
            yield FieldError(
                f"{where}/{name}"[:200], None, f"one of {', '.join(known)}" if known else "no such field", hint
            )
    elif isinstance(kind, ValidationErrorKind.Required):
        yield FieldError(f"{where}/{kind.property}", None, "a value: it is missing", "add it")
    else:
        yield FieldError(where, _shown(breach.instance), breach.message[:300], "mend it")


def _shown(value: Any) -> Any:
    return value if isinstance(value, str | int | float | bool | None) else type(value).__name__


async def read_json(request: Request, max_bytes: int = MAX_BYTES) -> Any:
    """The JSON value of the body. Raises Problem."""
    check_type(request, (_JSON,))
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if encoding != "identity":
        raise one_field("wrong-content-type", "Content-Encoding", encoding, "none", "send the body as it is")
    raw = await read_bytes(request, max_bytes)
    return parse_json(raw)


async def read_bytes(request: Request, max_bytes: int) -> bytes:
    """The body. Raises Problem over the limit, without reading on."""
    pieces: list[bytes] = []
    size = 0
    async for piece in request.stream():
        size += len(piece)
        if size > max_bytes:
            raise too_large(size, max_bytes)
        pieces.append(piece)
    return b"".join(pieces)


def parse_json(raw: bytes) -> Any:
    """Raises Problem that says where it breaks."""
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        remedy = "mend the JSON, in UTF-8"
        raise Problem(
            "malformed", f"the body is not JSON: {error}", [FieldError("", None, "a JSON object", remedy)]
        ) from None


def media_type_of(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def check_type(request: Request, known: tuple[str, ...]) -> str:
    """The content type, one of these. Raises Problem."""
    given = media_type_of(request)
    if given not in known:
        raise one_field(
            "wrong-content-type",
            "Content-Type",
            given,
            " or ".join(known),
            "say what you send",
            headers={"Accept": ", ".join(known)},
        )
    return given

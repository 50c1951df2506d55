"""Which parameters does a route take, and what did this request give? One table a route, for parser and OpenAPI alike.

Order of the rules: an unknown name is refused with the nearest known one; a repeated single parameter is refused; an
empty value is refused; then type, choices, range and pattern. All errors of a request are told at once.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from starlette.datastructures import QueryParams

from streams.model.times import format_utc, parse_utc
from streams.web.problems import FieldError, Problem

Type = Literal["text", "number", "flag", "time"]
_MOST_CHARS: Final = 500
_NUMBER: Final = re.compile(r"-?[0-9]{1,12}")
_TIME: Final = re.compile(
    r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
    r"(T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9]))?"
)
ID: Final = r"^[0-9a-f]{32}$"
WATCH_ID: Final = r"^[a-z0-9][a-z0-9._-]{0,127}$"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One query parameter. ``many``: it may be repeated, and any of its values counts."""

    name: str
    help: str
    type: Type = "text"
    choices: tuple[str, ...] = ()
    low: int | None = None
    high: int | None = None
    pattern: str | None = None
    expected: str = ""
    many: bool = False
    default: Any = None

    def openapi(self) -> dict[str, Any]:
        """Its parameter object."""
        schema: dict[str, Any] = {
            "type": {"text": "string", "number": "integer", "flag": "boolean", "time": "string"}[self.type]
        }
        if self.type == "time":
            schema["pattern"] = f"^({_TIME.pattern})$"
        elif self.type == "text":
            schema |= {"minLength": 1, "maxLength": _MOST_CHARS}
        if self.choices:
            schema = {"type": "string", "enum": list(self.choices)}
        if self.pattern:
            schema["pattern"] = self.pattern
        if self.low is not None:
            schema["minimum"] = self.low
        if self.high is not None:
            schema["maximum"] = self.high
        if self.default is not None:
            schema["default"] = self.default
        if self.many:
            schema = {"type": "array", "items": schema, "minItems": 1, "maxItems": 50}
        return {"name": self.name, "in": "query", "required": False, "description": self.help, "schema": schema}

    def describe(self) -> str:
        """What is expected, in words."""
        if self.expected:
            return self.expected
        if self.choices:
            return "one of " + ", ".join(self.choices)
        if self.type == "number":
            return f"a whole number from {self.low} to {self.high}"
        if self.type == "flag":
            return "true or false"
        if self.type == "time":
            return "a day or a time with a zone (RFC 3339), such as 2023-02-16 or 2023-02-16T12:00:00Z"
        return f"1 to {_MOST_CHARS} characters"

    def read(self, text: str) -> Any:
        """The value. Raises ValueError."""
        if not text or len(text) > _MOST_CHARS or "\0" in text:
            raise ValueError
        if self.choices and text not in self.choices:
            raise ValueError
        if self.pattern and re.search(self.pattern, text) is None:
            raise ValueError
        if self.type == "number":
            if not _NUMBER.fullmatch(text):
                raise ValueError
            number = int(text)
            if (self.low is not None and number < self.low) or (self.high is not None and number > self.high):
                raise ValueError
            return number
        if self.type == "flag":
            return {"true": True, "false": False}[text]
        if self.type == "time":
            return read_time(text)
        text.encode()
        return text


def read_time(text: str) -> str:
    """A time of the wire from a day or an RFC 3339 time. Raises ValueError.

    >>> read_time("2023-02-16"), read_time("2023-02-16T14:00:00+02:00")
    ('2023-02-16T00:00:00Z', '2023-02-16T12:00:00Z')
    """
    if not _TIME.fullmatch(text):
        raise ValueError(text)
    try:
        return format_utc(parse_utc(text if "T" in text else f"{text}T00:00:00Z"))
    except OverflowError:
        raise ValueError(text) from None


def parse(given: QueryParams, known: Sequence[Parameter]) -> dict[str, Any]:
    """The values by name, defaults filled in; lists for those that may repeat. Raises Problem with every error."""
    table = {each.name: each for each in known}
    unknown = sorted(set(given) - set(table))
    if unknown:
        raise Problem(
            "unknown-parameter",
            f"parameter {unknown[0]!r:.80} is unknown; {_hint(unknown[0], table)}",
            [FieldError(name, given[name], _names(table), _hint(name, table)) for name in unknown],
        )
    errors: list[FieldError] = []
    values: dict[str, Any] = {}
    for each in known:
        texts = given.getlist(each.name)
        if not texts:
            values[each.name] = [] if each.many else each.default
            continue
        if len(texts) > (50 if each.many else 1):
            most = "at most 50 times" if each.many else "once"
            errors.append(FieldError(each.name, texts[1], f"the parameter {most}", "leave the others out"))
            continue
        read = []
        for text in texts:
            try:
                read.append(each.read(text))
            except (ValueError, KeyError):
                errors.append(FieldError(each.name, text, each.describe(), "mend it or leave it out"))
        if len(read) == len(texts):
            values[each.name] = read if each.many else read[0]
    if errors:
        first = errors[0]
        raise Problem("invalid-parameter", f"{first.field} is {first.value!r:.80}; expected {first.expected}", errors)
    return values


def _names(table: Mapping[str, Parameter]) -> str:
    return "one of " + ", ".join(table) if table else "no parameters"


def _hint(name: str, table: Mapping[str, Parameter]) -> str:
    near = difflib.get_close_matches(name[:80], table, n=1, cutoff=0.6)
    return f"did you mean {near[0]}?" if near else "leave it out"

"""Cut a query into tokens: one pass, one regular expression without nested quantifiers, linear in its length.

Rules, in their order: white space separates; parentheses; a quotation mark (straight or curly) opens a phrase that
ends at the next one; ``name:`` is a field where the name begins with a letter; ``-`` directly before a word, phrase
or parenthesis is NOT; everything else up to white space, a parenthesis or a quotation mark is a word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, NamedTuple, NoReturn

from streams.errors import QueryError

MAX_QUERY_CHARACTERS = 100_000
QUOTES = '"“”„‟«»'
Kind = Literal["word", "phrase", "field", "open", "close", "and", "or", "not", "minus", "near", "end"]

_TOKEN = re.compile(
    rf"""
      (?P<open>\() | (?P<close>\))
    | [{QUOTES}](?P<phrase>[^{QUOTES}]*+)[{QUOTES}]
    | (?P<unclosed>[{QUOTES}])
    | (?P<field>[^\W\d]\w*+):
    | (?P<minus>-)(?=[\w({QUOTES}])
    | (?P<word>[^\s(){QUOTES}]++)
    """,
    re.VERBOSE,
)
_SPACE = re.compile(r"\s*+")
_OPERATORS: dict[str, Kind] = {"AND": "and", "OR": "or", "NOT": "not"}
_NEAR = re.compile(r"NEAR/(\d{1,6})")
_PLANNED = re.compile(r"(?:ONEAR|NEAR|W|PRE|ADJ|SAME|ATLEAST|N)/?(?:\d*|[sp])")
_SIGNS = {"&": "AND", "&&": "AND", "+": "AND", "|": "OR", "||": "OR", "!": "NOT", "-": "NOT"}


class Token(NamedTuple):
    """``text`` is the word, the inside of a phrase, the name of a field or the distance of a NEAR."""

    kind: Kind
    text: str
    at: int


@dataclass(frozen=True, slots=True)
class Place:
    """Line and column, both from 1."""

    line: int
    column: int


def place(query: str, at: int) -> Place:
    """Say where in the query an offset is.

    >>> place("a AND\\n b", 7)
    Place(line=2, column=2)
    """
    before = query[:at]
    return Place(before.count("\n") + 1, at - (before.rfind("\n") + 1) + 1)


def mistake(query: str, at: int, message: str, hint: str | None = None) -> QueryError:
    """The QueryError for this offset."""
    where = place(query, at)
    return QueryError(message, where.line, where.column, hint)


def refuse(query: str, at: int, message: str, hint: str | None = None) -> NoReturn:
    """Raise the QueryError for this offset."""
    raise mistake(query, at, message, hint)


def tokenise(query: str) -> list[Token]:
    """Cut the query into tokens; the last one is ``end``. Raises QueryError."""
    if len(query) > MAX_QUERY_CHARACTERS:
        refuse(query, 0, f"the query has {len(query)} characters; at most {MAX_QUERY_CHARACTERS}", "split it")
    tokens: list[Token] = []
    at = _skip(query, 0)
    while at < len(query):
        found = _TOKEN.match(query, at)
        if found is None or found.lastgroup is None:
            refuse(query, at, f"cannot read {query[at]!r}")
        kind, text = found.lastgroup, found[found.lastgroup]
        if kind == "word":
            tokens.append(_word(query, text, at))
        elif kind == "unclosed":
            refuse(query, at, f"the quotation mark {text} is never closed", "close the phrase with another one")
        else:
            tokens.append(Token(kind, text, at))  # type: ignore[arg-type]  # the groups are named after the kinds
        at = _skip(query, found.end())
    tokens.append(Token("end", "", len(query)))
    return tokens


def _skip(query: str, at: int) -> int:
    space = _SPACE.match(query, at)
    return space.end() if space else at


def _word(query: str, text: str, at: int) -> Token:
    operator = _OPERATORS.get(text)
    if operator is not None:
        return Token(operator, text, at)
    if text.startswith("NEAR") and (near := _NEAR.fullmatch(text)):
        return Token("near", near[1], at)
    if text in _SIGNS:
        refuse(query, at, f"unknown operator {text!r}", f"write {_SIGNS[text]}")
    if "/" in text or text in ("NEAR", "ONEAR"):
        _refuse_planned(query, text, at)
    if not any(c.isalnum() or c == "_" for c in text) and "*" not in text and "?" not in text:
        refuse(query, at, f"there is no word in {text!r}", "remove it, or put what you mean between quotes")
    return Token("word", text, at)


def _refuse_planned(query: str, text: str, at: int) -> None:
    if _PLANNED.fullmatch(text) or _PLANNED.fullmatch(text.upper().replace("/S", "/s").replace("/P", "/p")):
        number = "".join(c for c in text if c.isdigit()) or "5"
        refuse(query, at, f"unknown operator {text!r}", f"proximity is written NEAR/{number}")

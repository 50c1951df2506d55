"""Read a query: text in, tree out, or one QueryError that says where and what to do.

    query     = or , end ;
    or        = and , { "OR" , and } ;
    and       = not , { [ "AND" ] , not } ;               side by side is AND, with a warning
    not       = ( "NOT" | "-" ) , not | near ;
    near      = primary , { "NEAR/" , number , primary } ;
    primary   = field , ( word | phrase | group ) | word | phrase | group ;
    group     = "(" , or , ")" ;
    field     = ( "title" | "lang" | "outlet" ) , ":" ;
    phrase    = quote , { word } , quote ;                straight or curly quotes
    word      = { letter | digit | "_" | "*" | "?" | other } ;

Order of evaluation: ``()`` before ``NEAR`` before ``NOT`` before ``AND`` before ``OR``; NEAR groups from the left.
Operators are upper case. ``*`` stands for zero or more characters of one word, ``?`` for exactly one; two letters must
come before the first. The sides of NEAR are words, phrases, ORs of these, or another NEAR.

A bad query is refused as a whole, at the first mistake, with line, column and a hint; nothing is repaired silently.
Refused too: a query, or one side of an OR, of nothing but NOT (it would match almost every article), nesting deeper
than 50, more than 100,000 characters. The parser is a hand-written recursive descent, linear in the query's length.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from unicodedata import normalize

from streams.query.ast import (
    FIELDS,
    PLANNED_FIELDS,
    TEXT_FIELDS,
    And,
    FieldName,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Term,
    Within,
    children,
    is_anchored,
    walk,
)
from streams.query.tokens import Kind, Token, mistake, refuse, tokenise

MAX_DEPTH = 50
MAX_DISTANCE = 1_000
_PIECES = re.compile(r"[\w*?]+")
_LEADING = re.compile(r"\w{2}|\w*+$")
_STARTS: frozenset[Kind] = frozenset(("word", "phrase", "field", "open", "not", "minus"))


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that parses but may not mean what it says; ``at`` is an offset into the query."""

    at: int
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Parsed:
    root: Node
    remarks: tuple[Remark, ...]


def parse(query: str) -> Node:
    """Read the query. Raises QueryError with line, column and hint.

    >>> parse('belarus AND (army OR "joint force")')
    And(children=(Term(text='belarus', at=0), Or(children=(Term(text='army', at=13), \
Phrase(text='joint force', at=21)), at=13)), at=0)
    """
    return parse_with_remarks(query).root


def parse_with_remarks(query: str) -> Parsed:
    """Read the query and keep what the parser noticed on the way, for the linter."""
    parser = _Parser(query)
    root = parser.whole()
    return Parsed(root, tuple(parser.remarks))


class _Parser:
    def __init__(self, query: str) -> None:
        self._query = query
        self._tokens = tokenise(query)
        self._next = 0
        self._depth = 0
        self._field: FieldName | None = None
        self.remarks: list[Remark] = []

    def whole(self) -> Node:
        if self._tokens[0].kind == "end":
            refuse(self._query, 0, "the query is empty", "write at least one word")
        root = self._or()
        token = self._tokens[self._next]
        if token.kind == "close":
            refuse(self._query, token.at, "')' without '('", "remove it, or open a parenthesis before it")
        self._check_height(root)
        if not is_anchored(root):
            at = self._unanchored(root)
            message = "this side of OR has nothing but NOT" if at else "the query has nothing but NOT"
            refuse(self._query, at, f"{message} and would match almost every article", "AND it with what must be there")
        return root

    def _check_height(self, root: Node) -> None:
        """Refuse a tree that a recursive reader could not walk: groups and chains of NEAR add up."""
        level, height = [root], 0
        while level:
            height += 1
            if height > 2 * MAX_DEPTH:
                refuse(self._query, level[0].at, f"nested deeper than {2 * MAX_DEPTH}", "flatten the query")
            level = [child for node in level for child in children(node)]

    def _unanchored(self, root: Node) -> int:
        for node in walk(root):
            if isinstance(node, Or) and any(map(is_anchored, node.children)):
                return next((child.at for child in node.children if not is_anchored(child)), root.at)
        return root.at

    def _or(self) -> Node:
        self._deeper()
        at = self._tokens[self._next].at
        bare: list[int] = []
        found = [self._and(bare)]
        while self._tokens[self._next].kind == "or":
            self._next += 1
            found.append(self._and(bare))
        self._depth -= 1
        if len(found) == 1:
            return found[0]
        if bare:
            message = "AND and OR are mixed without parentheses; AND binds first: put parentheses around it"
            self.remarks.append(Remark(bare[0], "mixed", message))
        return Or(
            tuple(grand for child in found for grand in (child.children if isinstance(child, Or) else (child,))), at
        )

    def _and(self, bare: list[int]) -> Node:
        """Read a conjunction; note in ``bare`` where one stands that no parentheses enclose."""
        at = self._tokens[self._next].at
        found = [self._not()]
        while True:
            token = self._tokens[self._next]
            if token.kind == "and":
                self._next += 1
            elif token.kind not in _STARTS:
                break
            elif token.kind not in ("not", "minus"):
                before = self._tokens[self._next - 1]
                shown = f"{before.text or ')'!r} and {token.text!r}"
                self.remarks.append(
                    Remark(
                        token.at,
                        "side-by-side",
                        f"{shown} stand side by side and are read as AND: write AND, or quote a phrase",
                    )
                )
            found.append(self._not())
        if len(found) == 1:
            return found[0]
        bare.append(at)
        return And(
            tuple(grand for child in found for grand in (child.children if isinstance(child, And) else (child,))), at
        )

    def _not(self) -> Node:
        token = self._tokens[self._next]
        if token.kind not in ("not", "minus"):
            return self._near()
        self._next += 1
        self._deeper()
        child = self._not()
        self._depth -= 1
        return Not(child, token.at)

    def _near(self) -> Node:
        left = self._primary()
        links = 0
        while (token := self._tokens[self._next]).kind == "near":
            distance = int(token.text)
            if not 1 <= distance <= MAX_DISTANCE:
                refuse(self._query, token.at, f"NEAR/{token.text} is out of range", f"use 1 to {MAX_DISTANCE}")
            if self._field is not None and self._field not in TEXT_FIELDS:
                refuse(self._query, token.at, f"NEAR makes no sense in '{self._field}:'", "use OR")
            links += 1
            if links > MAX_DEPTH:
                refuse(self._query, token.at, f"more than {MAX_DEPTH} NEAR in a row", "split the query")
            self._next += 1
            right = self._primary()
            self._check_side(left)
            self._check_side(right)
            left = Near(left, right, distance, left.at)
        return left

    def _check_side(self, side: Node) -> None:
        for node in walk(side):
            if isinstance(node, And | Not):
                word = "AND" if isinstance(node, And) else "NOT"
                hint = "only words, phrases and ORs of them; take it out of the NEAR"
                refuse(self._query, node.at, f"{word} cannot stand on a side of NEAR", hint)
            if isinstance(node, Within) and node.name not in TEXT_FIELDS:
                refuse(self._query, node.at, f"'{node.name}:' cannot stand on a side of NEAR", "AND it instead")

    def _primary(self) -> Node:
        token = self._tokens[self._next]
        self._next += 1
        match token.kind:
            case "word":
                self._check_wildcards(token)
                return Term(normalize("NFC", token.text), token.at)
            case "phrase":
                self._check_wildcards(token)
                return Phrase(normalize("NFC", " ".join(token.text.split())), token.at)
            case "open":
                return self._group(token)
            case "field":
                return self._within(token)
            case "end":
                message, hint = "the query ends where a word was expected", "finish or remove the operator"
            case "close":
                message, hint = "')' where a word was expected", "remove it, or put a word before it"
            case _:
                shown = f"NEAR/{token.text}" if token.kind == "near" else token.text
                message, hint = f"{shown} where a word was expected", "put a word on both sides, or quote it"
        raise mistake(self._query, token.at, message, hint)

    def _group(self, opened: Token) -> Node:
        inside = self._or()
        token = self._tokens[self._next]
        if token.kind != "close":
            refuse(self._query, opened.at, "'(' is never closed", "add ')'")
        self._next += 1
        return inside

    def _within(self, token: Token) -> Node:
        name = FIELDS.get(token.text)
        if name is None:
            close = get_close_matches(token.text.lower(), FIELDS, 1, 0.6)
            message = f"unknown field '{token.text}:'"
            if token.text in PLANNED_FIELDS:
                refuse(self._query, token.at, f"field '{token.text}:' is not there yet", f"fields are {_listed()}")
            if close:
                refuse(self._query, token.at, message, f"did you mean {close[0]}:")
            refuse(self._query, token.at, message, f"fields are {_listed()}; quote a word that holds a colon")
        if self._field is not None:
            refuse(self._query, token.at, f"'{name}:' inside '{self._field}:'", "take it out and join the two with AND")
        if self._tokens[self._next].kind not in ("word", "phrase", "open"):
            refuse(self._query, self._tokens[self._next].at, f"nothing after '{name}:'", "give a word, phrase or group")
        self._field = name
        child = self._primary()
        self._field = None
        return Within(name, child, token.at)

    def _check_wildcards(self, token: Token) -> None:
        text, at = token.text, token.at
        is_whole = self._field is not None and self._field not in TEXT_FIELDS
        pieces = [text] if is_whole else _PIECES.findall(text)
        if not pieces:
            refuse(self._query, at, "there is no word between the quotes", "write a phrase or remove them")
        if "*" not in text and "?" not in text:
            return
        for piece in pieces:
            if _LEADING.match(piece) is None:
                hint = "put at least two letters before it"
                if piece[0] in "*?":
                    refuse(self._query, at, f"'{piece}' begins with a wildcard", hint)
                refuse(self._query, at, f"too few letters before the wildcard in '{piece}'", hint)

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            refuse(self._query, self._tokens[self._next].at, f"nested deeper than {MAX_DEPTH}", "flatten the query")


def _listed() -> str:
    return ", ".join(f"{name}:" for name in FIELDS)

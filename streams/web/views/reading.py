"""An article to read: its text cut where marks begin and end, so that a template only has to write pieces.

Offsets are Unicode code points, as records have them and as Python slices; nothing is converted. Marks may overlap; a
piece carries all that cover it. Invisible characters that turn the direction of text are shown as their names, so that
nothing reads in another order than it stands.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, Literal

Kind = Literal["boilerplate", "highlight", "evidence", "left-out", "changed"]
_TURNING: Final = {*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C}
MOST_PARAGRAPHS: Final = 5_000
MOST_MARKS: Final = 4_000
_SHOWN: Final[dict[int, str]] = {
    **{point: f"[{unicodedata.name(chr(point)).lower()}]" for point in _TURNING},
    **{point: "\ufffd" for point in range(32) if point not in (9, 10, 13)},
    **dict.fromkeys(range(127, 160), "�"),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """``number``: which statement it belongs to, from 1, or 0."""

    start: int
    end: int
    kind: Kind
    title: str
    number: int = 0


@dataclass(frozen=True, slots=True)
class Piece:
    """``begins``: the numbers of the statements whose evidence begins here."""

    text: str
    kinds: tuple[str, ...]
    title: str
    number: int
    begins: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """``is_boilerplate``: all of it is; ``reason`` says why."""

    pieces: list[Piece]
    is_boilerplate: bool
    reason: str


def show_text(text: str) -> str:
    """
    >>> show_text("a\\u202eb")
    'a[right-to-left override]b'
    """
    return text.translate(_SHOWN)


def marks_of(boilerplate: Iterable[Mapping[str, Any]], mention: Mapping[str, Any] | None, field: str) -> list[Mark]:
    """What stands out in the article's text or title for one watch."""
    found = []
    if field == "text":
        found += [
            Mark(each["start"], each["end"], "boilerplate", f"{each['kind']}: {each['reason']}") for each in boilerplate
        ]
    if mention is None:
        return found
    for each in mention["highlights"]:
        if each["field"] == field:
            found.append(Mark(each["start"], each["end"], "highlight", f"matched: {each['term']}"))
    for each in mention["left_out"]:
        if each["field"] == field:
            found.append(Mark(each["start"], each["end"], "left-out", f"left out: {each['reason']}"))
    for number, said in enumerate(mention["statements"], 1):
        evidence = said["evidence"]
        if evidence["field"] == field:
            title = f"statement {number}: {said['holder']}, {said['stance']}"
            found.append(Mark(evidence["start"], evidence["end"], "evidence", title, number))
    return found


def cut(text: str, marks: Sequence[Mark]) -> list[Paragraph]:
    """The paragraphs of the text, in pieces between the marks' edges."""
    usable = sorted(
        (mark for mark in marks if 0 <= mark.start < mark.end <= len(text)), key=lambda mark: (mark.start, mark.end)
    )[:MOST_MARKS]
    edges = sorted({0, len(text), *(mark.start for mark in usable), *(mark.end for mark in usable)})
    paragraphs: list[list[Piece]] = [[]]
    open_marks: list[Mark] = []
    following = 0
    for begin, end in pairwise(edges):
        open_marks = [mark for mark in open_marks if mark.end > begin]
        while following < len(usable) and usable[following].start == begin:
            open_marks.append(usable[following])
            following += 1
        begins = tuple(mark.number for mark in open_marks if mark.number and mark.start == begin)
        for count, part in enumerate(text[begin:end].split("\n")):
            if count:
                paragraphs.append([])
            if part:
                paragraphs[-1].append(_piece(part, open_marks, begins))
                begins = ()
    return [_paragraph(pieces) for pieces in paragraphs if any(piece.text.strip() for piece in pieces)][
        :MOST_PARAGRAPHS
    ]


def _piece(text: str, marks: Sequence[Mark], begins: tuple[int, ...]) -> Piece:
    kinds = tuple(sorted({mark.kind for mark in marks}))
    title = show_text("; ".join(dict.fromkeys(mark.title for mark in marks)))[:500]
    number = next((mark.number for mark in marks if mark.number), 0)
    return Piece(show_text(text), kinds, title, number, begins)


def _paragraph(pieces: list[Piece]) -> Paragraph:
    inked = [piece for piece in pieces if piece.text.strip()]
    is_boilerplate = bool(inked) and all("boilerplate" in piece.kinds for piece in inked)
    return Paragraph(pieces, is_boilerplate, inked[0].title if is_boilerplate else "")


@dataclass(frozen=True, slots=True)
class Changed:
    """One passage of a new version with what stood there before."""

    before: str
    old: str
    new: str
    after: str


def show_changes(text: str, changes: Iterable[Mapping[str, Any]], most: int = 50, around: int = 60) -> list[Changed]:
    """The replaced passages with a few words around each."""
    found = []
    for change in list(changes)[:most]:
        start, end = change["start"], change["end"]
        if not 0 <= start <= end <= len(text):
            continue
        found.append(
            Changed(
                show_text(text[max(0, start - around) : start]),
                show_text(change["old"][:2000]),
                show_text(text[start:end][:2000]),
                show_text(text[end : end + around]),
            )
        )
    return found

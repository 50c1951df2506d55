"""Which passages of a text are generic boilerplate?

One automaton looks for the fragments without which nothing here can match; most texts end there. Then, by the line:
furniture (a pattern that fits the whole line: read-more links, share buttons, newsletters, cookies, copyright, picture
credits, subscriptions, advertisements), a read-more link at the end of a paragraph, and appeals for donations.
An appeal opens with three points (a strong phrase has three, an imperative two, a weak one has one) and takes in the
paragraphs after it as long as each has a phrase of its own or is a read-more line; a paragraph of news ends it.
A line at the top that asks for support of the outlet, or of whom an appeal below names, is a donation banner.

Precision goes first: nothing counts inside quotation marks, in a line where somebody is reported to speak, or in a
paragraph over 1,500 characters. Spans are offsets of code points into the text as it is, in order, never overlapping;
nothing is cut. The work is linear in the text, whatever it contains.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ahocorasick_rs import BytesAhoCorasick, Implementation, MatchKind

from streams.clean.phrases import APPEALS, BANNER, LINES, REPORTING, REPORTING_FRAGMENTS, TAIL_FRAGMENTS, TAILS
from streams.model.records import Span

MAX_LINE_CHARS = 300
MAX_APPEAL_CHARS = 1500
TAIL_CHARS = 80
BANNER_LINES = 3
MAX_BANNER_CHARS = 80
_JOIN_APPEALS = ("read-more", "donation")
OPENS_APPEAL = 3


class _Line(NamedTuple):
    start: int
    end: int
    text: str
    """Lower case, without the white space around it."""


class _Use(NamedTuple):
    what: int
    entry: int
    at: int


_STRONG, _IMPERATIVE, _WEAK, _FURNITURE, _TAIL = range(5)
_POINTS = {_STRONG: 3, _IMPERATIVE: 2, _WEAK: 1}
_STRENGTHS = {"strong": _STRONG, "imperative": _IMPERATIVE, "weak": _WEAK}


def _table() -> tuple[list[bytes], list[list[tuple[int, int]]]]:
    """The fragments, and for each what it may belong to: (what, index into its table)."""
    uses: dict[bytes, list[tuple[int, int]]] = {}

    def add(fragment: str, what: int, index: int) -> None:
        for form in _forms(fragment):
            uses.setdefault(form, []).append((what, index))

    for index, furniture in enumerate(LINES):
        for fragment in furniture.fragments:
            add(fragment, _FURNITURE, index)
    for fragment in TAIL_FRAGMENTS:
        add(fragment, _TAIL, 0)
    for index, appeal in enumerate(APPEALS):
        for phrase in appeal.phrases:
            add(phrase, _STRENGTHS[appeal.strength], index)
    return list(uses), list(uses.values())


def _forms(fragment: str) -> list[bytes]:
    """How a fragment may stand in bytes of which only A to Z were made small: small, capitalised, in capitals."""
    bare = fragment.lstrip("\n([")
    lead = fragment[: len(fragment) - len(bare)]
    forms = (fragment, lead + bare[:1].upper() + bare[1:], fragment.upper())
    return list(dict.fromkeys(form.encode().lower() for form in forms))


_FRAGMENTS, _USES = _table()
# the DFA takes 2 MB and half the time of the default
_AUTOMATON = BytesAhoCorasick(_FRAGMENTS, matchkind=MatchKind.Standard, implementation=Implementation.DFA)
_OFFSETS = [int(fragment.startswith(b"\n")) - 1 for fragment in _FRAGMENTS]
_SENTENCE_START = re.compile(r"(?:\A|[.!?…:—–*]|\bplease|\bhelp)[\s*]*\Z")
_NAME = re.compile(r"[\W_]+")


def find_boilerplate(text: str, outlet: str = "") -> list[Span]:
    """Mark the boilerplate of a repaired text. ``outlet`` is its domain, for banners that name it.

    >>> [(span["kind"], span["start"]) for span in find_boilerplate("The army moved on.\\n\\nRead more")]
    [('read-more', 20)]
    """
    # the line end before the first line lets fragments ask for the start of a line
    raw = (b"\n" + text.encode()).lower()
    found = _AUTOMATON.find_matches_as_indexes(raw, overlapping=True)
    spans: list[Span] = []
    appeals: list[str] = []
    open_appeal: Span | None = None
    for line, uses in _lines_with_uses(found, raw, text):
        kind = _furniture(line, uses)
        points, phrase = _appeal_points(line, uses)
        adjoins = open_appeal is not None and _is_blank(text, open_appeal["end"], line.start)
        if open_appeal is not None and adjoins and (points or (kind is not None and kind[0] in _JOIN_APPEALS)):
            open_appeal["end"] = line.end
            appeals.append(line.text)
        elif points >= OPENS_APPEAL:
            open_appeal = _span(line.start, line.end, "donation", f"asks the reader for support: '{phrase}'")
            spans.append(open_appeal)
            appeals.append(line.text)
        elif kind is not None:
            spans.append(_span(line.start, line.end, *kind))
        elif any(use.what == _TAIL for use in uses):
            at = _tail(line)
            if at is not None:
                spans.append(_span(at, line.end, "read-more", "link to the whole article"))
    banner = _banner(text, outlet, appeals)
    if banner is not None and not any(span["start"] <= banner["start"] < span["end"] for span in spans):
        spans.append(banner)
        spans.sort(key=lambda span: span["start"])
    return spans


def without_spans(text: str, spans: list[Span]) -> str:
    """The text without its boilerplate: what is read for language, compared for versions, matched."""
    if not spans:
        return text
    parts: list[str] = []
    at = 0
    for span in spans:
        parts.append(text[at : span["start"]])
        at = span["end"]
    parts.append(text[at:])
    return "".join(parts)


def _span(start: int, end: int, kind: str, reason: str) -> Span:
    return {"start": start, "end": end, "kind": kind, "reason": reason}


def _lines_with_uses(found: list[tuple[int, int, int]], raw: bytes, text: str) -> Iterator[tuple[_Line, list[_Use]]]:
    """Yield the lines on which something was found, in order. Each line is looked at once, whatever is on it."""
    begin, end = 0, -1
    uses: list[_Use] = []
    line: _Line | None = None
    is_ascii = len(raw) == len(text) + 1
    byte = place = 0
    for fragment, start, _ in found:
        if is_ascii:
            place = start
        elif start >= byte:
            place += len(raw[byte:start].decode())
        else:
            place -= len(raw[start:byte].decode())
        byte = start
        at = place + _OFFSETS[fragment]
        if at >= end:
            if line is not None and uses:
                yield line, uses
            uses = []
            begin = text.rfind("\n", 0, at) + 1
            end = text.find("\n", at)
            end = len(text) if end < 0 else end
            line = _line(text, begin, end)
        if end - begin <= MAX_APPEAL_CHARS:
            uses += [_Use(what, entry, at) for what, entry in _USES[fragment]]
        elif at > end - TAIL_CHARS:
            uses += [_Use(what, entry, at) for what, entry in _USES[fragment] if what == _TAIL]
    if line is not None and uses:
        yield line, uses


def _line(text: str, start: int, end: int) -> _Line:
    raw = text[start:end]
    stripped = raw.strip()
    start += len(raw) - len(raw.lstrip())
    lowered = stripped.lower()
    if len(lowered) != len(stripped):  # only U+0130 grows
        lowered = stripped.replace("\u0130", "i").lower()
    return _Line(start, start + len(stripped), lowered)


def _furniture(line: _Line, uses: list[_Use]) -> tuple[str, str] | None:
    if len(line.text) > MAX_LINE_CHARS:
        return None
    tried: list[int] = []
    for use in uses:
        if use.what == _FURNITURE and use.entry not in tried:
            tried.append(use.entry)
            furniture = LINES[use.entry]
            if not furniture.pattern.fullmatch(line.text):
                continue
            # the title behind "Read also:" may report; the invitation before it says what the line is
            if furniture.kind == "related" or not _is_reported(line.text):
                return furniture.kind, furniture.reason
    return None


def _appeal_points(line: _Line, uses: list[_Use]) -> tuple[int, str]:
    """How much this paragraph is an appeal to the reader, and its first phrase."""
    points = 0
    first = ""
    for use in uses:
        offset = use.at - line.start
        if use.what > _WEAK or (not points and _is_reported(line.text)) or _is_quoted(line.text, offset):
            continue
        if use.what == _IMPERATIVE and not _SENTENCE_START.search(line.text[max(0, offset - 10) : offset]):
            continue
        phrases = APPEALS[use.entry].phrases
        first = first or next((phrase for phrase in phrases if line.text.startswith(phrase, offset)), "")
        points += _POINTS[use.what]
    return points, first


def _is_reported(line: str) -> bool:
    return any(word in line for word in REPORTING_FRAGMENTS) and REPORTING.search(line) is not None


def _is_quoted(line: str, offset: int) -> bool:
    before = line[:offset]
    return (
        before.count('"') % 2 == 1
        or before.rfind("“") > before.rfind("”")
        or before.rfind("«") > before.rfind("»")
        or before.rfind("„") > max(before.rfind("“"), before.rfind("”"))
    )


def _is_blank(text: str, start: int, end: int) -> bool:
    return end - start < 200 and not text[start:end].strip()


def _tail(line: _Line) -> int | None:
    cut = max(0, len(line.text) - TAIL_CHARS)
    match = TAILS.search(line.text, cut)
    return line.start + match.start() if match else None


def _banner(text: str, outlet: str, appeals: list[str]) -> Span | None:
    """A line among the first that asks for support of the outlet itself."""
    start = 0
    for _ in range(2 * BANNER_LINES - 1):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        match = BANNER.fullmatch(text[start:end].lower()) if end - start < MAX_BANNER_CHARS else None
        if match is not None:
            name = match[1].strip()
            squashed = _NAME.sub("", name)
            named = squashed in _NAME.sub("", outlet) or any(name in appeal for appeal in appeals)
            if len(squashed) > 3 and named:
                line = _line(text, start, end)
                return _span(line.start, line.end, "donation", "asks for support of the outlet")
        start = end + 1
        if start >= len(text):
            break
    return None

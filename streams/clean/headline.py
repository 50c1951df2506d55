"""Which line at the top of a plain text is its headline?

Among the first lines that are not empty: furniture and banners (spans of boilerplate) are passed over, and so is one
short kicker such as ``WORLD``. The headline is the next line if it reads like one: 3 to 30 words, no full stop at its
end, no byline or date, and a longer line of text somewhere below. A text whose record has a title already loses the
line that repeats it.

The headline is taken out of the text with the empty lines after it. What stands before it stays in the text, a
donation banner as boilerplate.
"""

from __future__ import annotations

import re

from streams.model.records import Span

LINES_LOOKED_AT = 8
LOOKED_AT_CHARS = 1000
MAX_CHARS = 200
MAX_WORDS = 30
MIN_WORDS = 3

_BYLINE = re.compile(r"(?:by|von|par|published|updated|posted|автор|опубликовано)\b|\d", re.IGNORECASE)
_SPACES = re.compile(r"\s+")


def split_headline(text: str, title: str, spans: list[Span]) -> tuple[str, str, list[Span]]:
    """Return title, text and spans, the headline's line taken out of the latter two.

    >>> split_headline("Army stays\\n\\nThe army stays, it said.", "Army stays", [])
    ('Army stays', 'The army stays, it said.', [])
    """
    found = _find(text, title, {span["start"] for span in spans})
    if found is None:
        return title, text, spans
    start, end = found
    after = end
    while after < len(text) and text[after] in "\n \t":
        after += 1
    cut = after - start
    moved: list[Span] = [
        span if span["start"] < start else {**span, "start": span["start"] - cut, "end": span["end"] - cut}
        for span in spans
    ]
    return title or text[start:end].strip(), text[:start] + text[after:], moved


def _find(text: str, title: str, marked: set[int]) -> tuple[int, int] | None:
    """Start and end of the headline's line."""
    wanted = _SPACES.sub(" ", title).strip().casefold()
    if wanted and wanted not in text[:LOOKED_AT_CHARS].casefold():
        return None
    kicker = False
    start = seen = 0
    while start < len(text) and seen < LINES_LOOKED_AT:
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        if end - start > 2 * MAX_CHARS:
            return None
        line = text[start:end].strip()
        if line:
            seen += 1
            indent = text.index(line[0], start)
            if indent not in marked:
                if wanted:
                    if _SPACES.sub(" ", line).casefold() == wanted and text[end:].strip():
                        return start, end
                    if len(line) > MAX_CHARS or seen > 3:
                        return None
                elif _is_headline(line) and _has_body(text, end, len(line)):
                    return start, end
                elif kicker or len(line.split()) >= MIN_WORDS:
                    return None
                else:
                    kicker = True
        start = end + 1
    return None


def _is_headline(line: str) -> bool:
    words = line.split()
    return (
        MIN_WORDS <= len(words) <= MAX_WORDS
        and len(line) <= MAX_CHARS
        and line[-1] not in ".,;:…"
        and (line[0].isupper() or not line[0].isalpha())
        and not (_BYLINE.match(line) and len(words) < 6)
    )


def _has_body(text: str, at: int, length: int) -> bool:
    """Whether a longer line comes within the next few."""
    for _ in range(12):
        start = at + 1
        if start >= len(text):
            return False
        at = text.find("\n", start)
        at = len(text) if at < 0 else at
        if len(text[start:at].strip()) > max(length, 40):
            return True
    return False

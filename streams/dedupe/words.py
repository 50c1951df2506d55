"""Which words does a text have? Folded so that two settings of one text agree.

Order of the rules: boilerplate out, Unicode composed (NFC), case folded; quotes, brackets and the marks that end or
divide a sentence dropped (so "4,000" is one number and "U.S." one word); runs of letters and digits are words, and
everything else separates. Where a script sets no spaces (Chinese, Japanese, Thai, Lao, Khmer, Burmese) each
character is a word of its own.

Only the first ``MAX_CHARS`` characters are looked at. Plain ASCII takes a short way over bytes; both ways give the
same words (a test holds them together), because one curly quote must not part two copies.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from unicodedata import combining, normalize

import numpy as np
from numpy.typing import NDArray

from streams.model.records import Span

MAX_CHARS = 200_000
"""About 35,000 words: longer than any article, short enough that a hostile megabyte costs milliseconds."""

_SPACE, _ZERO, _TEN = np.uint8(32), np.uint8(48), np.uint8(10)
_ALONE = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_ALONE += "\U00020000-\U0003ffff"
_WORD = re.compile(f"[{_ALONE}]|[^\\W_{_ALONE}]+")
_SINGLE = re.compile(f"[{_ALONE}]")
_FOLD_ASCII = bytes(
    code + 32 if 65 <= code <= 90 else code if 48 <= code <= 57 or 97 <= code <= 122 or code >= 128 else 32
    for code in range(256)
)
_NOT_ASCII = re.compile(b"[\x80-\xff]+")
_ASCII = bytes(range(128))
_DROPPED = ".,;:!?'\"()’‘“”"
_DROP = str.maketrans("", "", _DROPPED)
_DROPPED_ASCII = _DROPPED.encode()[:10]
# U+2000 to U+203F and the signs of Latin-1: none is of a word, and their bytes say alone whether they are dropped
_MARKS = re.compile(b"(?:\xe2\x80[\x80-\xbf]|\xc2[\xa0-\xa9\xab-\xb1\xb4\xb6-\xb8\xbb\xbf])*+")
_FOLD_MARKS = bytes(code if code < 128 else 32 for code in _FOLD_ASCII)
_DROPPED_MARKS = _DROPPED_ASCII + bytes({0xC2, *"’‘“”".encode()})


def fold_words(text: str) -> bytes:
    """Write the words with one space before each and nothing else, as UTF-8.

    >>> fold_words("Belarus Says: ‘Only’ if Attacked!")
    b' belarus says only if attacked'
    """
    return fold_all((text,))[0]


def fold_all(texts: Iterable[str]) -> list[bytes]:
    """The same for several texts, in one pass over all of them.

    >>> fold_all(["U.S.  troops --", "", "go"])
    [b' us troops', b'', b' go']
    """
    pieces = [_fold(text[:MAX_CHARS]) for text in texts]
    characters = np.frombuffer(b"".join((*pieces, b" ")), dtype=np.uint8)
    space = characters == _SPACE
    # of several spaces the last is kept; after the words of one text that is the first of the next
    keep = ~(space[:-1] & space[1:])
    words = characters[:-1][keep].tobytes()
    folded, at, start = [], 0, 0
    for piece in pieces:
        end = start + int(np.count_nonzero(keep[at : at + len(piece)]))
        folded.append(words[start:end])
        at, start = at + len(piece), end
    return folded


def starts_of(folded: bytes) -> NDArray[np.intp]:
    """Where the words start: after a space that another character follows."""
    space = np.frombuffer(folded, dtype=np.uint8) == _SPACE
    starts: NDArray[np.intp] = (space[:-1] > space[1:]).nonzero()[0]
    starts += 1
    return starts


def places_of_numbers(folded: bytes, starts: NDArray[np.intp]) -> NDArray[np.intp]:
    """Where the words start that begin with a digit 0-9."""
    firsts = np.frombuffer(folded, dtype=np.uint8)[starts]
    return starts[firsts - _ZERO < _TEN]  # unsigned: what is below zero is far above ten


def is_number(word: bytes) -> bool:
    """Whether a word begins with a digit 0-9."""
    return b"0" <= word[:1] <= b"9"


def without_boilerplate(text: str, boilerplate: Sequence[Span]) -> str:
    """Cut the marked passages out, wherever the marks lie.

    >>> without_boilerplate("Help us! News.", [{"start": 0, "end": 8, "kind": "appeal", "reason": ""}])
    ' News.'
    """
    if not boilerplate:
        return text
    kept, position = [], 0
    for start, end in sorted((span["start"], span["end"]) for span in boilerplate):
        if start > position:
            kept.append(text[position:start])
        position = max(position, end)
    kept.append(text[position:])
    return "\n".join(kept)


def _fold(text: str) -> bytes:
    """The words, with one space or more before and between them."""
    data = text.encode("utf-8", "surrogatepass")
    if len(data) * 4 > len(text) * 5:  # mostly not ASCII
        return _fold_unicode(text)
    marks = data.translate(None, _ASCII) if len(data) != len(text) else b""
    if _MARKS.fullmatch(marks):
        return b" " + data.translate(*((_FOLD_MARKS, _DROPPED_MARKS) if marks else (_FOLD_ASCII, _DROPPED_ASCII)))
    data = b" " + data.translate(_FOLD_ASCII, _DROPPED_ASCII)
    try:
        return _NOT_ASCII.sub(lambda run: _fold_run(run.group()), data)
    except _NeedsContext:
        return _fold_unicode(text)


class _NeedsContext(Exception):
    """What this folds to depends on the characters beside it."""


@lru_cache(maxsize=4096)
def _fold_run(run: bytes) -> bytes:
    """Fold a run of characters that are not ASCII. Raises _NeedsContext for combining marks."""
    text = normalize("NFC", run.decode("utf-8", "surrogatepass"))
    folded = text.casefold()
    if any(combining(char) for char in folded):
        raise _NeedsContext
    return b"".join(
        (f" {char} " if _SINGLE.match(char) else char if char.isalnum() else "" if char in _DROPPED else " ").encode(
            "utf-8", "surrogatepass"
        )
        for char in normalize("NFC", folded)
    )


def _fold_unicode(text: str) -> bytes:
    # composed before folding, because a mark may follow its letter; and after it, because folding may decompose
    folded = normalize("NFC", normalize("NFC", text).casefold()).translate(_DROP)
    return (" " + " ".join(_WORD.findall(folded))).encode("utf-8", "surrogatepass")

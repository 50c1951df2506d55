"""Which word is the same word: text in, folded words separated by spaces out, and the way back to the offsets.

``words``: case folded; diacritics of Latin and Greek letters dropped (Erdoğan = Erdogan, Łódź = Lodz), because
outlets write both; Cyrillic letters kept (й is not и) but for ё = е; combining marks composed as NFC would; soft
hyphens and joiners ignored; ß = ss. ``plain``: lower case and nothing else, as the Lucene peer has it.
Anything that is no letter, digit or underscore separates words: ``anti-war`` is two words, ``Lukashenko's`` is
``lukashenko`` and ``s``, in articles and in queries alike. Languages without spaces between words stay one long word.

Speed: ``join``, which every article goes through, folds the UTF-8 of a text that is mostly ASCII through one table of
bytes. ``fold``, for the offsets of what matched, takes ASCII through a table, other text through single-byte code pages
in C (a page for Latin, one for Cyrillic script), and only a text that fits neither through a dictionary. All of them
are made from one function of a single character. Characters that do not fold to exactly one are marked and settled
afterwards.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Literal
from unicodedata import normalize

import numpy as np

TokenRule = Literal["words", "plain"]
BARRIER = "\x02"
"""Stands between title and text and for a masked span; nothing that a query can ask for."""
_MARK = "\x01"
_MAX_COMPOSED = 4
"""Marks on one letter that are composed with it; no script of ours has more, and a longer run is no text."""

Edits = list[tuple[int, int]]
"""(folded offset, raw offset) of places after which the two run in step again, ascending; empty: they never differ."""

_SPACE = np.uint8(32)
_ASCII_BYTES = bytes(range(128))
_NOT_ASCII = re.compile(b"[\x80-\xff]+")
_KEPT_RUNS = 4096
_MARKS = [*range(0xA0, 0xC0), *range(0x2000, 0x2040), 0x20AC, 0x2122]
"""The usual signs that are not ASCII: quotation marks, dashes, spaces."""

_LETTERS = {"ё": "е", "ł": "l", "ø": "o", "đ": "d", "ı": "i", "ħ": "h"}
_IGNORED = frozenset("\u00ad\u200c\u200d\u200e\u200f\u2060\ufeff\u0640\u0670")
# NUL first: without it the codec falls back to a dictionary and takes ten times as long
_ASCII = "\x00\t\n\r\x02" + "".join(map(chr, range(32, 127)))
_PUNCTUATION = "‘’“”„‚–—…•«»\u00a0\u00ad€№′″−\u2028\u2009\u202f\u200b"
_PAGES = (
    _ASCII + "".join(map(chr, range(0xA1, 0x100))) + "ąćęłńśźżĄĆĘŁŃŚŹŻšžčŠŽČğışİĞŞőűœŒ™‹›",
    _ASCII + "".join(map(chr, range(0x410, 0x450))) + "ЁёІіЇїЄєҐґЎў°§éèáóíüöäñçÉ™·" + "ұқңғәөһҰҚҢҒӘӨҺ",
)


def _is_combining(c: str) -> bool:
    return "\u0300" <= c <= "\u036f"


def _is_ignored(c: str) -> bool:
    return c in _IGNORED or _is_combining(c) or "\u064b" <= c <= "\u0652" or "\u0591" <= c <= "\u05c7"


def fold_letter(c: str) -> str:
    """Fold one character by the rule ``words``: to a letter, to several, to nothing, or to a separating space.

    >>> [fold_letter(c) for c in "Éß-Ёй"]
    ['e', 'ss', ' ', 'е', 'й']
    """
    if c == BARRIER:
        return c
    if _is_ignored(c):
        return ""
    if not (c.isalnum() or c == "_"):
        return " "
    folded = []
    for letter in normalize("NFC", c.casefold()):
        base = normalize("NFD", letter)[0]
        if base != letter and (base < "\u0080" or "\u0370" <= base <= "\u03ff"):
            letter = base
        folded.append(_LETTERS.get(letter, letter))
    return "".join(letter for letter in folded if letter.isalnum() or letter == "_") or c


def lower_letter(c: str) -> str:
    """Fold one character by the rule ``plain``."""
    if c == BARRIER:
        return c
    return "".join(low if low.isalnum() or low == "_" else " " for low in c.lower())


class Folding:
    """One rule, its tables made."""

    def __init__(self, rule: TokenRule) -> None:
        self.rule: TokenRule = rule
        self._letter: Callable[[str], str] = fold_letter if rule == "words" else lower_letter
        self._table = _Table(self._letter)
        self._ascii = {code: self._letter(chr(code)) for code in range(128)}
        self._pages = [self._page(characters + _PUNCTUATION) for characters in _PAGES]
        self._bytes = bytes(ord(self._ascii[code]) if code < 128 else 32 for code in range(256))
        self._ascii_bytes = self._bytes[:128] + bytes(range(128, 256))
        marks = b"|".join(chr(code).encode() for code in _MARKS if self._table[code] == " ")
        self._only_marks = re.compile(b"(?:%b)*+" % marks)
        self._fold_run = lru_cache(_KEPT_RUNS)(self._fold_run_anew)

    def _page(self, characters: str) -> tuple[object, str]:
        slots = "".join(dict.fromkeys(characters))[:256].ljust(256, "\ufffe")
        folded = "".join(" " if c == "\ufffe" else self._table[ord(c)] for c in slots)
        return codecs.charmap_build(slots), folded

    def fold(self, raw: str) -> tuple[str, Edits]:
        """Fold a text: every separating character to a space, the words to their folded form."""
        if raw.isascii():
            return raw.translate(self._ascii), []
        for slots, folds in self._pages:
            try:
                encoded, _ = codecs.charmap_encode(raw, "strict", slots)  # type: ignore[arg-type]  # an EncodingMap
            except UnicodeEncodeError:
                continue
            folded, _ = codecs.charmap_decode(encoded, "strict", folds)
            break
        else:
            folded = raw.translate(self._table)
        return self._settle(raw, folded) if _MARK in folded else (folded, [])

    def join(self, raw: str) -> str:
        """The folded words with one space before, between and behind them.

        >>> WORDS.join("Minsk’s  «army»")
        ' minsk s army '
        """
        data = self._fold_bytes(f" {raw} ")
        if data is None:
            data = f" {self.fold(raw)[0]} ".encode("utf-8", "surrogatepass")
        characters = np.frombuffer(data, dtype=np.uint8)
        space = characters == _SPACE
        # each character but a space after a space: five times as fast as splitting and joining
        joined = characters[1:][~(space[1:] & space[:-1])].tobytes().decode("utf-8", "surrogatepass")
        return f" {joined}" if joined else "  "

    def _fold_bytes(self, raw: str) -> bytes | None:
        """Fold in UTF-8; None for a text that is mostly not ASCII, or where a character's fold needs its neighbours."""
        data = raw.encode("utf-8", "surrogatepass")
        if len(data) == len(raw) or self._only_marks.fullmatch(data.translate(None, _ASCII_BYTES)):
            return data.translate(self._bytes)
        if 4 * len(data) > 5 * len(raw):
            return None
        try:
            return _NOT_ASCII.sub(lambda run: self._fold_run(run[0]), data.translate(self._ascii_bytes))
        except _NotOneToOne:
            return None

    def _fold_run_anew(self, run: bytes) -> bytes:
        """Fold characters that are not ASCII. Raises _NotOneToOne."""
        folded = run.decode("utf-8", "surrogatepass").translate(self._table)
        if _MARK in folded:
            raise _NotOneToOne
        return folded.encode("utf-8", "surrogatepass")

    def words(self, text: str) -> list[str]:
        """Cut a piece of a query into folded words; ``*`` and ``?`` stay what they are."""
        pieces = []
        start = 0
        for at, c in enumerate(text):
            if c in "*?":
                pieces += [self.fold(text[start:at])[0], c]
                start = at + 1
        pieces.append(self.fold(text[start:])[0])
        return "".join(pieces).replace(BARRIER, " ").split()

    def _settle(self, raw: str, folded: str) -> tuple[str, Edits]:
        """Give every marked character its letters, and say where the offsets part."""
        letters = list(folded)
        edits: Edits = []
        grown = 0
        run = holder = -1
        at = folded.find(_MARK)
        while at >= 0:
            if self.rule == "words" and _is_combining(raw[at]):
                if at == 0 or not _is_combining(raw[at - 1]):
                    run, holder = at, at - 1
                if holder >= 0 and len(letters[holder]) == 1 and at - run < _MAX_COMPOSED:
                    # as NFC composes: й may come as и with a breve, and must not become и
                    composed = self._letter(normalize("NFC", raw[holder : at + 1])[0])
                    letters[holder] = composed if len(composed) == 1 else letters[holder]
            letters[at] = self._letter(raw[at])
            grown += len(letters[at]) - 1
            edits.append((at + 1 + grown, at + 1))
            at = folded.find(_MARK, at + 1)
        return "".join(letters), edits


class _NotOneToOne(Exception):
    """A character that folds to none or several, or by its neighbours."""


class _Table(dict[int, str]):
    """Character to folded character, filled as characters are met; what folds to none or several is marked."""

    def __init__(self, letter: Callable[[str], str]) -> None:
        super().__init__()
        self._letter = letter

    def __missing__(self, code: int) -> str:
        folded = self._letter(chr(code))
        self[code] = folded if len(folded) == 1 else _MARK
        return self[code]


WORDS = Folding("words")
PLAIN = Folding("plain")
FOLDINGS: dict[str, Folding] = {"words": WORDS, "plain": PLAIN}

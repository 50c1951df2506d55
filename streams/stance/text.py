"""Which words, sentences and quotations does a text have, and where?

Order: paragraphs (lines), quotations inside a paragraph, sentences, words. Every offset is a code point of the text
as it came. A word carries the gap before it, so punctuation needs no tokens of its own: a clause boundary is a comma
in a gap. English clitics are words of their own ("we" + "'ll", "wo" + "n't", "Minsk" + "'s").

Limits, so that hostile text costs bounded work: the first 100,000 characters, sentences of at most 800 characters,
1,000 quotations. What lies beyond is not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

MAX_CHARACTERS = 100_000
MAX_SENTENCE = 800
MAX_QUOTES = 1_000
MAX_WORD = 60

_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_QUOTE = re.compile(r"[\"“”„‟«»‹›]|(?<![^\W_])['‘](?=[^\W_])|(?<!\s)['’](?![^\W_])")
_END = re.compile(r"[.!?…]+[\"'”’»“)\]]*\s+")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\"“«])(?:[A-ZА-Я]|Mr|Mrs|Ms|Dr|Gen|Lt|Col|Maj|Sgt|Sen|Rep|Gov|St|vs|No|Jan|Feb|Mar|Apr|Aug|Sept|Sep"
    r"|Oct|Nov|Dec|U\.S|U\.N|U\.K|a\.m|p\.m|г|гг|им|ул|тыс|млн|млрд|т\.е|т\.д)$"
)
_TAG = re.compile(r"(?:[^\W_][\w'’-]* ){0,4}(?:said|says|told|added|replied|declared|insisted|warned|answered|asked)\b")
_INNER_TAG = re.compile(
    r"[,!?…]\s{0,3}[—–]\s{1,3}(?:[\w-]{1,30} ){0,3}"
    r"(?:сказа|говор|заяв|подчеркн|отмет|добав|поясн|уточн|ответ|признал|объясн|рассказ|сообщ|напомн|настаив|продолж|уверя|заверил|предупре|пообеща|пригроз)\w{0,10}\b[^«»\"“”—–\n]{0,120}?"
    r"(?:[.,!?…]\s{0,3}[—–](?=\s)|(?=[.,!?…]?$))"
)
"""Russian puts the tag between the marks of one quotation: «Нет, — сказал он. — Никогда»."""
_CLOSERS = {'"': '"', "“": '”“"', "„": '”“"', "‟": "”", "«": "»", "‹": "›", "'": "'’", "‘": "’'", "”": "”"}


class Word(NamedTuple):
    """One word: where it stands, its folded form, the gap before it, and the quotation that it is in (or -1)."""

    start: int
    end: int
    form: str
    is_capital: bool
    gap: str
    quote: int


@dataclass(frozen=True, slots=True)
class Quote:
    """The inside of quotation marks. ``is_utterance``: somebody's words, not a quoted scrap of narration."""

    start: int
    end: int
    is_closed: bool
    is_utterance: bool


@dataclass(frozen=True, slots=True)
class Sentence:
    start: int
    end: int
    paragraph: int
    words: tuple[Word, ...]
    tail: str
    """The punctuation after the last word."""


@dataclass(frozen=True, slots=True)
class Document:
    text: str
    sentences: tuple[Sentence, ...]
    quotes: tuple[Quote, ...]


def fold(word: str) -> str:
    """Lower case, straight apostrophe, ё as е: how words and patterns are compared.

    >>> fold("Самолёт’s")
    "самолет's"
    """
    return word.lower().replace("’", "'").replace("ё", "е")


def _fold_in_place(text: str) -> str:
    """The folded text, each character in its place (two or three letters grow when they are made small)."""
    folded = fold(text)
    if len(folded) != len(text):
        folded = "".join([small if len(small := fold(letter)) == 1 else letter for letter in text])
    return folded


def read(text: str) -> Document:
    """Read a text into sentences of words with quotations."""
    text_read = text[:MAX_CHARACTERS]
    folded = _fold_in_place(text_read)
    quotes: list[Quote] = []
    sentences: list[Sentence] = []
    position = 0
    for number, line in enumerate(text_read.split("\n")):
        if line.strip():
            first = len(quotes)
            if len(quotes) < MAX_QUOTES:
                quotes.extend(_quotes(text_read, position, position + len(line)))
            for start, end in _sentences(text_read, position, position + len(line)):
                words = tuple(_words(text_read, folded, start, end, quotes, first))
                if words:
                    sentences.append(Sentence(start, end, number, words, text_read[words[-1].end : end]))
        position += len(line) + 1
    return Document(text, tuple(sentences), tuple(quotes))


def _quotes(text: str, start: int, end: int) -> Iterator[Quote]:
    """Yield the quotations of one paragraph; one that is never closed runs to the paragraph's end."""
    opened = -1
    closers = ""
    count = 0
    for found in _QUOTE.finditer(text, start, end):
        mark = found.group()
        at = found.start()
        if opened >= 0:
            if mark in closers:
                yield from _pieces_of(text, _quote(text, start, opened + 1, at, True))
                opened = -1
                count += 1
                if count >= MAX_QUOTES:
                    return
        elif mark in _CLOSERS and mark != "”" and at + 1 < end and (mark in "«‹" or not text[at + 1].isspace()):
            opened = at
            closers = _CLOSERS[mark]
    if opened >= 0 and text[opened] not in "'‘":
        yield from _pieces_of(text, _quote(text, start, opened + 1, end, False))


def _pieces_of(text: str, quote: Quote) -> Iterator[Quote]:
    """Cut the tags out of a quotation that has its own between its marks."""
    inside = text[quote.start : quote.end]
    start = 0
    if quote.is_utterance and ("—" in inside or "–" in inside):
        for tag in _INNER_TAG.finditer(inside):
            yield Quote(quote.start + start, quote.start + tag.start(), True, True)
            start = tag.end()
    if start < len(inside) or not start:
        yield Quote(quote.start + start, quote.end, quote.is_closed, quote.is_utterance)


def _quote(text: str, paragraph: int, start: int, end: int, is_closed: bool) -> Quote:
    inside = text[start : min(end, start + 80)]
    count = len(inside.split())
    before = text[max(paragraph, start - 4) : start - 1].rstrip()
    introduced = not before or before[-1] in ":,.!?…—–-"
    capital = inside[:1].isupper() or inside.startswith(("...", "…"))
    is_cut = (
        capital and introduced and (inside[-1:] in ",.!?…" or text[end + 1 : end + 4].lstrip(", ")[:1] in ("—", "–"))
    )
    is_utterance = (
        is_cut or (count >= 3 and (introduced or capital)) or (introduced and bool(before) and before[-1] == ":")
    )
    return Quote(start, end, is_closed, is_utterance or count >= 7)


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    at = start
    for found in _END.finditer(text, start, end):
        after = found.end()
        head = text[after : after + 3].lstrip("\"'“„«‘([—–- \u200e\u200f\u202a\u202b")
        stop = found.group().rstrip()
        if head and not (head[0].isupper() or head[0].isdigit()):
            continue
        if stop == "." and _ABBREVIATION.search(text, max(at, found.start() - 6), found.start()):
            continue
        if stop[-1] in "\"'”’»" and _TAG.match(text[after : after + 60]):
            continue
        yield from _pieces(text, at, after)
        at = after
    yield from _pieces(text, at, end)


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut what no full stop cut, at a blank."""
    while end - start > MAX_SENTENCE:
        cut = text.rfind(" ", start + 1, start + MAX_SENTENCE)
        cut = start + MAX_SENTENCE if cut <= start else cut
        yield start, cut
        start = cut
    if text[start:end].strip():
        yield start, end


def _words(text: str, folded: str, start: int, end: int, quotes: list[Quote], first: int) -> Iterator[Word]:
    new = tuple.__new__  # half the time of Word(...)
    index = first
    count = len(quotes)
    last = start
    for found in _WORD.finditer(folded, start, end):
        at, stop = found.span()
        while index < count and quotes[index].end <= at:
            index += 1
        inside = index if index < count and quotes[index].start <= at else -1
        form = folded[at : min(stop, at + MAX_WORD)]
        gap = text[last:at]
        capital = text[at].isupper()
        last = stop
        cut = _clitic(form) if "'" in form else 0
        if cut and stop - at == len(form):
            yield new(Word, (at, at + cut, form[:cut], capital, gap, inside))
            yield new(Word, (at + cut, stop, form[cut:], False, "", inside))
        else:
            yield new(Word, (at, stop, form, capital, gap, inside))


def parts_of(pattern: str) -> list[str]:
    """The folded words of a pattern, cut as a text's are.

    >>> parts_of("Acme's board")
    ['acme', "'s", 'board']
    """
    parts: list[str] = []
    for part in fold(pattern).split():
        cut = _clitic(part)
        parts.extend((part[:cut], part[cut:]) if cut > 0 else (part,))
    return parts


def _clitic(form: str) -> int:
    """Where an English clitic begins, or 0."""
    mark = form.rfind("'")
    if mark <= 0:
        return 0
    if form.endswith("n't"):
        return mark - 1
    return mark if form[mark:] in ("'s", "'ll", "'re", "'m", "'ve", "'d") else 0

"""Which words, sentences and quotations does a text have, and where?

Order: paragraphs (lines), quotations inside a paragraph, sentences, words. Every offset is a code point of the text
as it came. A word carries the gap before it, so punctuation needs no tokens of its own: a clause boundary is a comma
in a gap. English clitics are words of their own ("we" + "'ll", "wo" + "n't", "Minsk" + "'s"). A sentence holds its
words in columns (forms, gaps, places), which is all that most sentences are asked for; ``words`` makes them on demand.

Limits, so that hostile text costs bounded work: the first 100,000 characters, sentences of at most 800 characters,
1,000 quotations. What lies beyond is not read.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate, compress, repeat
from operator import and_, contains
from typing import Any, Generic, NamedTuple, TypeVar

MAX_CHARACTERS = 100_000
MAX_SENTENCE = 800
MAX_QUOTES = 1_000
MAX_WORD = 60

_WORD = re.compile(r"([^\W_]+(?:[-'’][^\W_]+)*)")
_QUOTE = re.compile(
    r"[\"“”„‟«»‹›'‘’]"
    r"(?:(?<=[\"“”„‟«»‹›])|(?<=['‘])(?<![^\W_].)(?=[^\W_])|(?<=['’])(?<!\s.)(?![^\W_]))"
)
"""A mark that is a quotation mark anywhere, one before a word and behind none, or one behind a word and before none.

The plain set comes first: searching for it alone is twenty times as fast.
"""
_CHANGED = re.compile(r"[’Ⓐ-Ⓩ]")
"""What stands between words and is folded."""
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


_new_word = partial(tuple.__new__, Word)
"""Half the time of Word(...)."""
T = TypeVar("T")


class MadeOnce(Generic[T]):
    """An attribute that its method makes when it is first asked for; from then on it is as any other.

    As ``functools.cached_property``, which takes a lock.
    """

    def __init__(self, make: Callable[[Any], T]) -> None:
        self.make = make
        self.__doc__ = make.__doc__

    def __get__(self, instance: object, owner: type | None = None) -> T:
        made = self.make(instance)
        setattr(instance, self.make.__name__, made)
        return made


_Columns = tuple[list[str], list[str], list[int], list[int]]
"""Forms, gaps, starts and ends of words."""


@dataclass(frozen=True, slots=True)
class Quote:
    """The inside of quotation marks. ``is_utterance``: somebody's words, not a quoted scrap of narration."""

    start: int
    end: int
    is_closed: bool
    is_utterance: bool


class Sentence:
    """Characters ``start`` to ``end`` of a text, by columns: one entry a word.

    ``signs``: all gaps before the words as one string; ``tail``: the punctuation after the last word; ``quotes``: the
    quotation of each word, empty if none is in one.
    """

    def __init__(self, text: str, place: tuple[int, int, int], columns: _Columns, quotes: Sequence[int]) -> None:
        self.start, self.end, self.paragraph = place
        self.forms, self.gaps, self.starts, self.ends = columns
        self.signs = "".join(self.gaps)
        self.tail = text[self.ends[-1] : self.end]
        self.quotes = quotes
        self._text = text

    @MadeOnce
    def known(self) -> frozenset[str]:
        """The forms of the sentence, each once."""
        return frozenset(self.forms)

    @MadeOnce
    def words(self) -> tuple[Word, ...]:
        text, gaps = self._text, self.gaps
        capitals = list(map(str.isupper, map(text.__getitem__, self.starts)))
        if "" in gaps:
            capitals[1:] = map(and_, capitals[1:], map(bool, gaps[1:]))  # a clitic has no gap and is no capital
        quotes = self.quotes or repeat(-1)
        return tuple(map(_new_word, zip(self.starts, self.ends, self.forms, capitals, gaps, quotes, strict=False)))


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
    forms, gaps, starts, ends = _columns(text_read, folded, 0, len(text_read))
    quotes: list[Quote] = []
    sentences: list[Sentence] = []
    position = low = 0
    for number, line in enumerate(text_read.split("\n")):
        if line.strip():
            first = len(quotes)
            if len(quotes) < MAX_QUOTES:
                quotes.extend(_quotes(text_read, position, position + len(line)))
            for start, end, is_torn in _sentences(text_read, position, position + len(line)):
                low, high = bisect_left(starts, start, low), bisect_left(starts, end, low)
                if is_torn:
                    own = _columns(text_read, folded, start, end)
                else:
                    own = forms[low:high], gaps[low:high], starts[low:high], ends[low:high]
                if not own[0]:
                    continue
                own[1][0] = text_read[start : own[2][0]]
                while first < len(quotes) and quotes[first].end <= own[2][0]:
                    first += 1
                inside: Sequence[int] = ()
                if first < len(quotes) and quotes[first].start <= own[2][-1]:
                    inside = _inside(own[2], quotes, first)
                sentences.append(Sentence(text_read, (start, end, number), own, inside))
                low = high
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


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
    """Yield start and end of the sentences of one paragraph, and whether an edge may tear a word."""
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


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
    """Cut what no full stop cut, at a blank."""
    is_torn = False
    while end - start > MAX_SENTENCE:
        cut = text.rfind(" ", start + 1, start + MAX_SENTENCE)
        tears = cut <= start
        cut = start + MAX_SENTENCE if tears else cut
        yield start, cut, is_torn or tears
        start, is_torn = cut, tears
    if text[start:end].strip():
        yield start, end, is_torn


def _columns(text: str, folded: str, start: int, end: int) -> _Columns:
    """The words of a stretch of text."""
    parts = _WORD.split(folded[start:end])  # gap, word, gap, …, word, tail
    lengths = list(map(len, parts))
    places = list(accumulate(lengths, initial=start))
    forms, starts, ends = parts[1::2], places[1:-1:2], places[2::2]
    gaps = parts[:-1:2]
    if _CHANGED.search(text, start, end) is not None:
        gaps = [gap if gap == " " else text[at - len(gap) : at] for gap, at in zip(gaps, starts, strict=True)]
    columns = forms, gaps, starts, ends
    if max(lengths[1::2], default=0) > MAX_WORD:
        columns = [form[:MAX_WORD] for form in forms], gaps, starts, ends
    return _with_clitics(columns) if "'" in folded else columns


def _with_clitics(columns: _Columns) -> _Columns:
    """Cut clitics off their words. They have no gap."""
    forms, gaps, starts, ends = columns
    marked = compress(enumerate(forms), map(contains, forms, repeat("'")))
    cuts = [(index, cut) for index, form in marked if (cut := _clitic(form))]
    if not cuts:
        return columns
    cut_columns: _Columns = ([], [], [], [])
    new_forms, new_gaps, new_starts, new_ends = cut_columns
    last = 0
    for index, cut in cuts:
        form, middle = forms[index], starts[index] + cut
        if ends[index] - starts[index] != len(form):
            continue
        new_forms += forms[last:index]
        new_forms += form[:cut], form[cut:]
        new_gaps += gaps[last : index + 1]
        new_gaps.append("")
        new_starts += starts[last : index + 1]
        new_starts.append(middle)
        new_ends += ends[last:index]
        new_ends += middle, ends[index]
        last = index + 1
    new_forms += forms[last:]
    new_gaps += gaps[last:]
    new_starts += starts[last:]
    new_ends += ends[last:]
    return cut_columns


def _inside(starts: Sequence[int], quotes: Sequence[Quote], index: int) -> list[int]:
    """For each word the quotation that it is in, or -1, from quotation ``index`` on."""
    inside = [-1] * len(starts)
    while index < len(quotes) and quotes[index].start <= starts[-1]:
        first, last = bisect_left(starts, quotes[index].start), bisect_left(starts, quotes[index].end)
        inside[first:last] = [index] * (last - first)
        index += 1
    return inside


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

"""Which verb of speech does a passage in quotation marks belong to?

Order: the nearest verb in its paragraph that nothing but commas and a few words part from it, what follows before what
precedes; for one that was left open the speaker of the next passage; the speaker of the passage before in the same
paragraph; a verb earlier in the paragraph; the next passage, if it is the next paragraph's; the speaker of the passage
before; a verb shortly before the paragraph. Costs grow with passages times verbs, both bounded by text.py.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from streams.stance.people import Tagged
from streams.stance.text import Quote

FAR = 400
"""How many characters before its paragraph a verb may still tell who speaks."""
MAX_TAG = 60
MAX_LEAD = 100


@dataclass(frozen=True, slots=True)
class Cue:
    """A verb of speech at characters ``start`` to ``end`` with its resolved speaker, in sentence ``number``."""

    start: int
    end: int
    speaker: str
    speaker_start: int
    speaker_end: int
    number: int


def speakers_of(text: str, quotes: Sequence[Quote], cues: Sequence[Cue]) -> list[Cue | None]:
    """For each passage of direct speech, in order, the verb that tells its speaker."""
    ordered = sorted(cues, key=lambda cue: cue.start)
    starts = [cue.start for cue in ordered]
    found: list[Cue | None] = [_beside(text, quote, _of_line(text, quote.start, ordered, starts)) for quote in quotes]
    last: Cue | None = None
    for place, quote in enumerate(quotes):
        cue = found[place]
        if cue is None and not quote.is_closed and place + 1 < len(quotes):
            cue = found[place + 1]
        if cue is None:
            low, high = _line(text, quote.start)
            before = ordered[bisect_left(starts, low) : bisect_left(starts, quote.start)]
            if last is not None and place and quotes[place - 1].start >= low:
                cue = last
            elif before:
                cue = before[-1]
            elif place + 1 < len(quotes) and quotes[place + 1].start - high <= 2:
                cue = found[place + 1] or last
            else:
                behind = ordered[bisect_left(starts, low - FAR) : bisect_left(starts, low)]
                cue = last or (behind[-1] if behind else None)
        found[place] = cue
        last = cue or last
    return found


def _line(text: str, at: int) -> tuple[int, int]:
    end = text.find("\n", at)
    return text.rfind("\n", 0, at) + 1, len(text) if end < 0 else end


def _of_line(text: str, at: int, ordered: Sequence[Cue], starts: Sequence[int]) -> Sequence[Cue]:
    low, high = _line(text, at)
    return ordered[bisect_left(starts, low) : bisect_left(starts, high)]


def _beside(text: str, quote: Quote, cues: Sequence[Cue]) -> Cue | None:
    """The nearest verb of the paragraph with no full stop between."""
    best: tuple[int, Cue] | None = None
    for cue in cues:
        if cue.start >= quote.end:
            first = cue.speaker_start if quote.end <= cue.speaker_start < cue.start else cue.start
            cost = first - quote.end
            if cost > MAX_TAG or any(mark in text[quote.end : first].strip("\"”»“’'") for mark in ".;"):
                continue
        elif cue.end <= quote.start:
            cost = 2 * (quote.start - cue.end)
            if cost > 2 * MAX_LEAD or any(mark in text[cue.end : quote.start].rstrip('"“„«') for mark in ".!?;"):
                continue
        else:
            continue
        if best is None or cost < best[0]:
            best = (cost, cue)
    return None if best is None else best[1]


def inner_passages(sentences: Sequence[Tagged]) -> Iterator[tuple[int, int, int, int]]:
    """ "The foreman shouted 'get out'," said X: passages inside direct speech behind a verb of speech.

    Yields start and end of the passage, then those of its speaker's words, or -1 twice.
    """
    for tagged in sentences:
        words = tagged.words
        for mark in tagged.marks:
            if mark.tag != "say" or not tagged.direct[mark.start]:
                continue
            near = range(mark.end, min(mark.end + 3, len(words)))
            first = next((i for i in near if any(sign in words[i].gap for sign in "'‘„«“\"")), 0)
            if not first or not tagged.direct[first]:
                continue
            last = next((i for i in range(first + 1, len(words)) if _closes(tagged, i)), len(words))
            yield words[first].start, words[last - 1].end, *_inner_subject(tagged, mark.start)


def _closes(tagged: Tagged, index: int) -> bool:
    return any(mark in tagged.words[index].gap for mark in "'’”»“\"") or not tagged.direct[index]


def _inner_subject(tagged: Tagged, verb: int) -> tuple[int, int]:
    """The words before a verb inside direct speech, back to a break."""
    first = verb
    while first > 0 and verb - first < 4 and not tagged.breaks(first) and tagged.direct[first - 1]:
        first -= 1
    while first < verb - 1 and (tagged.has("skip", verb - 1) or tagged.words[verb - 1].form.endswith("ly")):
        verb -= 1
    return (-1, -1) if first == verb else (tagged.words[first].start, tagged.words[verb - 1].end)

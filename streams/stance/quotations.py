"""Who is quoted in a text, and with which words? Direct, indirect and mixed quotations with their speakers.

General: no watch is asked. ``find_quotations`` reads English, Russian, Ukrainian, Polish, German and French by the
tables of speech.py. Order: sentences and marks (text.py), verbs of speech with their subjects (people.py), the words
that each governs, then every passage in quotation marks, which takes the speaker of the verb beside it, else of its
paragraph, else of the paragraph before or, if it was left open, behind it.

A passage in marks is direct speech if it opens a sentence or stands behind a comma, a colon or a verb of speech;
other marks are scraps ("deeply sorry"), which make an indirect quotation ``mixed``. Spans are code points of the text
without the marks. Limits: those of text.py; no irony, no speech without a verb or marks.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from streams.stance.cues import Cue, inner_passages, speakers_of
from streams.stance.people import People, Subject, Tagged
from streams.stance.speech import LANGUAGES
from streams.stance.text import Document, Quote, read

MAX_HEADLINE = 18
_TRIM = " \t\r\n ,;:—–-\"“”„«»'’‘"
_DASHES = "—–-"
Kind = Literal["direct", "indirect", "mixed"]


@dataclass(frozen=True, slots=True)
class Quotation:
    """``speaker``: as fully as the text names them, "" if nobody is told; ``speaker_start``: where, or -1."""

    start: int
    end: int
    kind: Kind
    speaker: str
    speaker_start: int
    speaker_end: int


def find_quotations(text: str, language: str) -> list[Quotation]:
    """Every quotation of a text in its order; none in a language that is not read."""
    return _Finder(text, language).find() if language in LANGUAGES else []


class _Finder:
    def __init__(self, text: str, code: str) -> None:
        self.document: Document = read(text)
        self.text, self.code = text, code
        self.direct = frozenset(i for i, quote in enumerate(self.document.quotes) if self._is_direct(quote))
        self.sentences = [Tagged(sentence, code, self.direct) for sentence in self.document.sentences]
        self.ends: dict[int, int] = {}
        for tagged in self.sentences:
            self._end_open_quote(tagged)
        self.people = People(self.document, code, self.sentences)
        self.cues: list[Cue] = []
        self.found: list[Quotation] = []

    def _end_open_quote(self, tagged: Tagged) -> None:
        """A quotation that nobody closed ends before its own ", said X"."""
        words = tagged.words
        for mark in tagged.marks:
            place = words[mark.start].quote
            if mark.tag != "say" or place not in self.direct or self.document.quotes[place].is_closed:
                continue
            named = mark.end < len(words) and tagged.is_name(mark.end)
            if "," in words[mark.start].gap and named and place not in self.ends:
                self.ends[place] = words[mark.start - 1].end
                for index in range(mark.start, len(words)):
                    tagged.direct[index] = tagged.direct[index] and words[index].quote != place
                return

    def find(self) -> list[Quotation]:
        for number, tagged in enumerate(self.sentences):
            self._sentence(tagged, number)
            self.people.note_sentence(tagged)
            for cue in self.cues:
                if cue.number == number:
                    self.people.note(cue.speaker)
        self._direct_quotes()
        return sorted(self.found, key=lambda item: (item.start, -item.end, item.speaker))

    def _is_direct(self, quote: Quote) -> bool:
        """Whether marks hold an utterance: by what stands before them, and by its first letter."""
        line = self.text.rfind("\n", 0, quote.start) + 1
        before = self.text[max(line, quote.start - 40) : quote.start - 1].rstrip()
        inside = self.text[quote.start : quote.end].strip()
        if not inside:
            return False
        if before.endswith(":") or (not before and inside[:1].isupper()):
            return True
        if not before or before[-1] in "—–-.!?…(":
            return quote.is_utterance
        if before[-1] == ",":
            return quote.is_utterance or inside[-1:] in ",.!?"
        verb = before.split()[-1].lower()
        is_spoken = verb in ("said", "says", "replied", "shouted", "added", "wrote", "declared")
        return is_spoken and inside[:1].isupper() and len(inside.split()) >= 3

    # the verbs of a sentence

    def _sentence(self, tagged: Tagged, number: int) -> None:
        if self._headline(tagged, number):
            return
        low = 0
        for mark in tagged.marks:
            if tagged.direct[mark.start] or mark.start < low:
                continue
            if mark.tag in ("according", "as-said"):
                low = max(low, self._source(tagged, number, mark.start, mark.end, mark.tag))
            elif mark.tag == "as-saying":
                self._quoted_by_another(tagged, number, mark.start, mark.end)
            elif mark.tag in ("say", "call") and not tagged.has("passive", mark.start):
                if (
                    tagged.has("as-saying", mark.start)
                    or tagged.has("as-said", mark.start)
                    or tagged.has("according", mark.start)
                ):
                    continue
                low = max(low, self._verb(tagged, number, mark.start, mark.end, mark.tag, mark.value, low))

    def _verb(self, tagged: Tagged, number: int, start: int, end: int, tag: str, value: str, low: int) -> int:
        """One verb of speech; return the word up to which the sentence is used up."""
        words = tagged.words
        lead = start
        while lead > 0 and tagged.has("skip", lead - 1) and not tagged.breaks(lead) and not tagged.direct[lead - 1]:
            lead -= 1
        quoted = lead == 0 or tagged.direct[lead - 1] or any(mark in words[lead].gap for mark in "\"”»“’'?!")
        broken = quoted or tagged.breaks(lead)
        subject: Subject | None = None
        is_after = False
        if (quoted or (broken and self.code != "en")) and value != "tell" and tag == "say":
            opens = end < len(words) and (tagged.is_name(end) or tagged.has("determiner", end))
            if self.code != "en" or opens or (end < len(words) and tagged.has("pronoun", end)) or quoted:
                subject = self.people.subject_after(tagged, end)
                is_after = subject is not None
        if subject is None:
            subject = self.people.subject_before(tagged, start, low)
        if subject is None and broken and tag == "say" and not words[start].form.endswith("ing"):
            subject = self.people.subject_after(tagged, end)
            is_after = subject is not None
        if subject is None:
            return low if self._is_silent(tagged, start) else self._inherited(tagged, number, start, end, value)
        before = start - 1
        while before > 0 and words[before].form.endswith("ly"):
            before -= 1
        if start and tagged.has("be", before) and not words[start].form.endswith("ing"):
            return low  # "has been told": nobody is named who speaks
        if tag == "call":
            return self._called(tagged, number, start, end, subject)
        cue = self._cue(tagged, number, start, end, subject)
        group = start if is_after else subject.start
        close = subject.end if is_after else end
        if self._content(tagged, cue, close if is_after else end, subject, value, is_after, group):
            return len(words)
        return low

    def _is_silent(self, tagged: Tagged, verb: int) -> bool:
        return verb > 0 and tagged.has("nobody", verb - 1) is not None

    def _inherited(self, tagged: Tagged, number: int, start: int, end: int, value: str) -> int:
        """ "… and noted that", ", arguing that": the subject of the sentence goes on. Slavic verbs need none."""
        words = tagged.words
        joint = words[start - 1].form if start else ""
        linked = start > 0 and (tagged.breaks(start, ",") or joint in ("and", "but", "и", "а", "i", "et"))
        alone = start == 0 and self.code in ("pl", "ru", "uk")
        speaker = next((cue for cue in reversed(self.cues) if cue.number == number), None)
        if speaker is None and linked:
            for index in range(start):
                if tagged.is_name(index) and not tagged.direct[index]:
                    last = index + 1
                    while last < start and tagged.is_name(last) and not tagged.breaks(last):
                        last += 1
                    return self._go_on(tagged, self._cue(tagged, number, start, end, Subject(index, last, "name")), end)
            return 0
        if alone and self.people.recent:
            speaker = Cue(0, 0, self.people.recent[-1], -1, -1, number)
        if speaker is None or not (linked or alone):
            return 0
        cue = replace(speaker, start=words[start].start, end=words[end - 1].end, number=number)
        self.cues.append(cue)
        return self._go_on(tagged, cue, end)

    def _go_on(self, tagged: Tagged, cue: Cue, end: int) -> int:
        that = tagged.that_after(end)
        if that:
            self._add(tagged, cue, that, len(tagged.words))
            return len(tagged.words)
        return 0

    def _cue(self, tagged: Tagged, number: int, start: int, end: int, subject: Subject) -> Cue:
        words = tagged.words
        cue = Cue(
            words[start].start,
            words[end - 1].end,
            self.people.resolve(tagged, subject),
            words[subject.start].start,
            words[subject.end - 1].end,
            number,
        )
        self.cues.append(cue)
        return cue

    # the words that a verb governs

    def _content(
        self, tagged: Tagged, cue: Cue, end: int, subject: Subject, value: str, is_after: bool, group: int
    ) -> bool:
        words = tagged.words
        that = tagged.that_after(end)
        if that:
            return self._add(tagged, cue, that, len(words))
        dashed = self._is_dialogue(tagged)
        has_quote = any(tagged.direct[:group])
        apart = tagged.breaks(group, ",") or (dashed and tagged.breaks(group, _DASHES)) if group > 1 else False
        closes = apart and not has_quote
        if closes:
            first = next((i for i in range(group) if not tagged.direct[i]), 0)
            if dashed or (group - first >= 2 and self._is_clause(tagged, first, group)):
                self._add(tagged, cue, first, group, "direct" if dashed else None)
                close = subject.end if is_after else end
                if not dashed and close < len(words) and "," in words[close].gap and len(words) - close > 2:
                    self._add(tagged, cue, close, len(words))
                return True
        if is_after or value == "quote":
            return False
        return self._bare_clause(tagged, cue, end, value)

    def _is_clause(self, tagged: Tagged, first: int, group: int) -> bool:
        """Whether the words before a closing tag are a clause, and no adverbial ("On Monday, X said …")."""
        opens = tagged.words[first]
        if any(tagged.has(tag, first) for tag in ("preposition", "boundary", "according")) and group - first <= 7:
            return False
        return not (self.code == "en" and opens.form.endswith("ing") and group - first <= 6)

    def _bare_clause(self, tagged: Tagged, cue: Cue, end: int, value: str) -> bool:
        """A clause without a complementiser: "said the tax would be dropped"; German behind its comma."""
        words = tagged.words
        at = end
        if self.code == "de" and at < len(words) and words[at].gap.strip() == "," and not tagged.direct[at]:
            return self._add(tagged, cue, at, len(words))
        if self.code != "en":
            return False
        if value == "tell" and at < len(words):
            at = tagged.behind_listener(at)
        for _ in range(2):
            if at < len(words) and tagged.has("preposition", at):
                at += 1
                while at < len(words) and (tagged.has("determiner", at) or tagged.has("preposition", at)):
                    at += 1
                at += 1
            elif at < len(words) and tagged.has("time", at):
                at += 1
        if at >= len(words) or tagged.direct[at] or tagged.breaks(at, ":,;") or len(words) - at < 3:
            return False
        return tagged.has_verb(at) and self._add(tagged, cue, at, len(words))

    def _add(self, tagged: Tagged, cue: Cue, first: int, last: int, kind: Kind | None = None) -> bool:
        """A quotation of words; marks inside make it mixed, direct speech inside ends it."""
        stop = next((i for i in range(first, last) if tagged.direct[i]), last)
        if stop - first < 1:
            return False
        words = tagged.words[first:stop]
        if kind is None:
            kind = "mixed" if any(word.quote >= 0 for word in words) else "indirect"
        start, end = words[0].start, words[-1].end
        self.found.append(Quotation(start, end, kind, cue.speaker, cue.speaker_start, cue.speaker_end))
        return True

    def _source(self, tagged: Tagged, number: int, start: int, end: int, tag: str) -> int:
        """ "According to X, …", "…, according to X", "as X said, …"."""
        words = tagged.words
        stop = end
        limit = min(len(words), end + 12)
        while stop < limit and not (stop > end and tagged.breaks(stop)):
            stop += 1
        if stop == end:
            return 0
        is_open = stop < len(words) and "," not in words[stop].gap
        if is_open or (stop == len(words) and start == 0):
            stop = self._source_end(tagged, end, stop)
        names = [i for i in range(end, stop) if tagged.is_name(i) and not tagged.has("title", i)]
        first = end
        owned = any(words[i].form == "'s" for i in range(end, stop))
        if names and not owned and (self.code == "en" or names[0] > end):
            first = names[0]
        while first < stop - 1 and tagged.has("title", first):
            first += 1
        last = stop
        if names and not owned:
            last = names[0] + 1
            while last < stop and (tagged.is_name(last) or words[last].gap == ". "):
                last += 1
        subject = Subject(first, last, "name" if names and not owned else "phrase")
        cue = self._cue(tagged, number, start, end, subject)
        behind = start >= 2 and (tagged.breaks(start, ",") or tag == "according") and not any(tagged.direct[:start])
        if behind and start > 2:
            self._add(tagged, cue, 0, start)
        elif stop < len(words):
            self._add(tagged, cue, stop, len(words))
        return len(words)

    def _source_end(self, tagged: Tagged, first: int, stop: int) -> int:
        """Where a source ends that no comma closes: behind its name, else behind its first noun."""
        for index in range(first, min(stop, first + 5)):
            if tagged.is_name(index) and not (self.code == "de" and tagged.has("title", index)):
                end = index + 1
                while end < stop and tagged.is_name(end):
                    end += 1
                return end
        return min(stop, first + 1 + int(tagged.has("determiner", first) is not None))

    def _called(self, tagged: Tagged, number: int, start: int, end: int, subject: Subject) -> int:
        scraps = [i for i in range(end, len(tagged.words)) if tagged.words[i].quote >= 0]
        if not scraps:
            return 0
        cue = self._cue(tagged, number, start, end, subject)
        quote = tagged.words[scraps[0]].quote
        last = max(i for i in scraps if tagged.words[i].quote == quote)
        first = tagged.words[scraps[0]].start
        self.found.append(
            Quotation(first, tagged.words[last].end, "mixed", cue.speaker, cue.speaker_start, cue.speaker_end)
        )
        return last + 1

    def _quoted_by_another(self, tagged: Tagged, number: int, start: int, end: int) -> None:
        """ "Quoted X as saying …": the words are X's."""
        before = max((mark.end for mark in tagged.marks if mark.tag == "citing" and mark.end <= start), default=0)
        subject = self.people.subject_before(tagged, start, before)
        if subject is None:
            return
        cue = self._cue(tagged, number, start, end, subject)
        that = tagged.that_after(end)
        self._add(tagged, cue, that or end, len(tagged.words))

    # headlines and dialogues

    def _headline(self, tagged: Tagged, number: int) -> bool:
        """ "X: …", "'…', says X", "… – X": a short line without a full stop, or a quotation behind a colon."""
        words = tagged.words
        if len(words) > MAX_HEADLINE or not self._ends_line(tagged):
            return False
        cut = next((i for i in range(1, len(words)) if ":" in words[i].gap or _dash(words[i].gap)), 0)
        if not cut:
            return False
        if any(tagged.has("say", i) for i in range(len(words)) if not tagged.direct[i]):
            return False
        right = len(words) - cut
        if (right <= 3 and cut >= 3 and not tagged.direct[cut]) or tagged.direct[0]:
            cue = self._cue(tagged, number, cut, len(words), Subject(cut, len(words), "phrase"))
            return tagged.direct[0] or self._add(tagged, cue, 0, cut)
        if ":" not in words[cut].gap or cut > 6:
            return False
        last = next((i for i in range(1, cut) if tagged.has("preposition", i)), cut)
        names = all(tagged.is_name(i) for i in range(last))
        cue = self._cue(tagged, number, 0, last, Subject(0, last, "name" if names else "phrase"))
        return tagged.direct[cut] or self._add(tagged, cue, cut, len(words))

    def _ends_line(self, tagged: Tagged) -> bool:
        """Whether the sentence is a whole line that no full stop ends."""
        start, end = tagged.sentence.start, tagged.sentence.end
        is_line = (start == 0 or self.text[start - 1] == "\n") and (end >= len(self.text) or self.text[end] == "\n")
        return is_line and not self.text[start:end].rstrip().endswith((".", "…"))

    def _is_dialogue(self, tagged: Tagged) -> bool:
        """Whether the paragraph begins with the dash of spoken words."""
        line = self.text.rfind("\n", 0, tagged.sentence.start) + 1
        return self.text[line : line + 3].lstrip()[:1] in tuple(_DASHES) and tagged.sentence.start <= line + 3

    def _direct_quotes(self) -> None:
        quotes = [
            replace(quote, end=self.ends.get(index, quote.end))
            for index, quote in enumerate(self.document.quotes)
            if index in self.direct
        ]
        for quote, cue in zip(quotes, speakers_of(self.text, quotes, self.cues), strict=True):
            start, end = quote.start, quote.end
            while start < end and self.text[start] in _TRIM:
                start += 1
            while end > start and self.text[end - 1] in _TRIM:
                end -= 1
            who = ("", -1, -1) if cue is None else (cue.speaker, cue.speaker_start, cue.speaker_end)
            self.found.append(Quotation(start, end, "direct", *who))
        for start, end, first, last in inner_passages(self.sentences):
            speaker = self.text[first:last] if first >= 0 else ""
            self.found.append(Quotation(start, end, "direct", speaker, first, last))


def _dash(gap: str) -> bool:
    return any(mark in gap for mark in (" – ", " — ", " - ", "– ", "— ")) and gap.strip(" '’\"”»") in ("–", "—", "-")

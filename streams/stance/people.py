"""Who is meant by the words beside a verb of speech? Names, titles, spokespeople and pronouns within one text.

``People`` reads the text once for the names in it, then answers: which is the subject before or behind a verb, which
full name a surname belongs to, whom "she" or "the minister" means. Order: a name; a description whose head word
stands beside a name somewhere in the text ("the minister" after "Minister Carla Nunes"); a pronoun, which goes to the
person last named of that gender; else the words as they stand. No list of names and no gender of first names is
known: "she" goes to the last person unless a pronoun or an ending has told otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from streams.stance.speech import speech_of
from streams.stance.text import Document, Sentence, Word
from streams.stance.vocabulary import Mark

MAX_SUBJECT = 9
MAX_REACH = 10
MAX_PEOPLE = 400
MAX_RECENT = 20
"""How many people a pronoun may mean."""
_PARTICLES = frozenset(("van", "von", "de", "der", "den", "del", "al", "bin", "la", "di", "da", "ter", "du"))
_BODIES = (
    "airlines", "energy", "steel", "port", "ministry", "bank", "council", "university", "party", "company", "group",
    "capital", "board", "union", "agency", "railways", "museum", "club",
)  # fmt: skip
_INFLECTED = ("ru", "uk", "pl")


@dataclass(frozen=True, slots=True)
class Subject:
    """Words ``start`` to ``end`` (exclusive) of a sentence; ``kind``: name, phrase or pronoun."""

    start: int
    end: int
    kind: str
    value: str = ""


class Tagged:
    """A sentence with the tags of its words. ``direct``: the words inside somebody's direct speech."""

    def __init__(self, sentence: Sentence, code: str, direct: frozenset[int]) -> None:
        self.sentence = sentence
        self.words = sentence.words
        self.marks: Sequence[Mark] = speech_of(code).marks(sentence)
        self.tags: dict[int, dict[str, Mark]] = {}
        for mark in self.marks:
            for index in range(mark.start, mark.end):
                self.tags.setdefault(index, {}).setdefault(mark.tag, mark)
        self.direct = [word.quote in direct for word in sentence.words]

    def has(self, tag: str, index: int) -> Mark | None:
        tags = self.tags.get(index)
        return None if tags is None else tags.get(tag)

    def breaks(self, index: int, signs: str = ',;:—–"“”„«»(') -> bool:
        """Whether punctuation stands before the word."""
        gap = self.words[index].gap
        return any(sign in gap for sign in signs) or " - " in gap

    def is_name(self, index: int) -> bool:
        word: Word = self.words[index]
        if not word.is_capital or self.has("time", index):
            return False
        opens = index == 0 or self.breaks(index, '.:"“„«–—')
        grammar = ("determiner", "pronoun", "preposition", "boundary", "according", "that", "nobody", "skip")
        return not (any(self.has(tag, index) for tag in grammar) and (opens or len(word.form) < 4))

    def that_after(self, end: int) -> int:
        """The word behind a complementiser that belongs to the verb before word ``end``, or 0."""
        words = self.words
        for index in range(max(0, end - 1), min(len(words) - 1, end + 9)):
            if self.direct[index] or (index >= end and any(mark in words[index].gap for mark in ".;:—–")):
                break
            if self.has("that", index) and not self.breaks(index + 1, ",.;") and not self.direct[index + 1]:
                return index + 1
            if index >= end and self.has("say", index):
                break
        return 0

    def behind_listener(self, at: int) -> int:
        """The word behind "them", "reporters" or "a press conference"; the end if no clause begins there."""
        words = self.words
        if not self.has("determiner", at):
            return at + 1
        stop = at + 1
        while stop < min(at + 5, len(words)) and not self.breaks(stop):
            if any(self.has(tag, stop) for tag in ("determiner", "pronoun", "preposition", "verb")):
                break
            stop += 1
        if stop < len(words) and self.has("preposition", stop):
            return len(words)
        return at + 2 if stop < len(words) and self.has("verb", stop) else stop

    def has_verb(self, first: int) -> bool:
        """Whether English words from here on can be a clause and not only a thing that was announced."""
        last = len(self.words)
        if first < last and (self.has("pronoun", first) or self.words[first].form in ("it", "i", "we", "there")):
            return True
        return any(
            self.has("verb", index)
            or self.words[index].form.endswith("ed")
            or (index < last - 1 and len(self.words[index].form) > 3 and self.words[index].form.endswith("s"))
            for index in range(first, last)
        )


class People:
    """The people of one document."""

    def __init__(self, document: Document, code: str, sentences: Sequence[Tagged]) -> None:
        self.document, self.code = document, code
        self.names: set[tuple[str, ...]] = set()
        self.by_last: dict[str, list[tuple[str, ...]]] = {}
        self.wholes: set[str] = set()
        self.roles: dict[str, str] = {}
        self.genders: dict[str, str] = {}
        self.recent: list[str] = []
        for tagged in sentences:
            for start, end in self._runs(tagged):
                self._learn(tagged, start, end)

    def subject_before(self, tagged: Tagged, verb: int, low: int = 0) -> Subject | None:
        """The subject that ends before a verb; an apposition between commas is passed or, if it is a name, taken."""
        words, last = tagged.words, verb - 1
        while last >= low and (tagged.has("skip", last) or (self.code == "en" and words[last].form.endswith("ly"))):
            if tagged.breaks(last + 1):
                break
            last -= 1
        if last < low or tagged.direct[last]:
            return None
        if tagged.breaks(last + 1):
            if "," not in words[last + 1].gap:
                return None
            first = last
            while first > low and not tagged.breaks(first) and last - first < MAX_SUBJECT:
                first -= 1
            if first == low or "," not in words[first].gap:
                return None
            inside = self._phrase(tagged, last, first)
            if inside is not None and inside.kind == "name" and inside.end - inside.start > 1:
                return inside
            last = first - 1
        return self._phrase(tagged, last, max(low, last - MAX_SUBJECT))

    def _phrase(self, tagged: Tagged, last: int, low: int) -> Subject | None:
        """The noun phrase that ends with word ``last``."""
        words = tagged.words
        if tagged.has("nobody", last) and not tagged.is_name(last):
            return None
        pronoun = tagged.has("pronoun", last)
        if pronoun is not None:
            return Subject(last, last + 1, "pronoun", pronoun.value)
        first = last
        while first > low and not tagged.breaks(first) and not tagged.direct[first - 1]:
            before = first - 1
            if any(tagged.has(tag, before) for tag in ("boundary", "that", "say")) and not tagged.is_name(before):
                if words[before].form not in ("and", "и", "und", "et", "i") or not tagged.is_name(first):
                    break
                if before == low or not tagged.is_name(before - 1):
                    break
            first = before
        if tagged.breaks(last + 1, "") or any(tagged.has(tag, last) for tag in ("boundary", "that", "preposition")):
            return None
        run = last
        while run > first and self._joins(tagged, run):
            run -= 1
        if tagged.is_name(run) and run <= last and tagged.is_name(last):
            owner = run - 1 if run > first else run
            while owner > first and tagged.has("determiner", owner):
                owner -= 1
            if owner < run and tagged.has("preposition", owner) and self.code == "en":
                return Subject(self._opening(tagged, first, owner), last + 1, "phrase")
            return Subject(self._untitled(tagged, run, last), last + 1, "name")
        start = self._opening(tagged, first, last)
        return Subject(start, last + 1, "phrase")

    @staticmethod
    def _opening(tagged: Tagged, first: int, last: int) -> int:
        """A phrase begins with its last determiner that nothing precedes but blanks; a leading preposition is cut."""
        start = first
        for index in range(first, last):
            if tagged.has("preposition", index) and index == start:
                start = index + 1
        return start

    def _joins(self, tagged: Tagged, index: int) -> bool:
        """Whether the word before ``index`` belongs to the same name."""
        words = tagged.words
        if words[index].gap not in (" ", "") or tagged.direct[index - 1]:
            return words[index].gap == ". " and len(words[index - 1].form) == 1 and tagged.is_name(index - 1)
        if words[index].form in ("'s", "и", "and") or words[index - 1].form == "'s":
            return False
        is_inside = words[index - 1].form in _PARTICLES and index > 1 and tagged.is_name(index - 2)
        return tagged.is_name(index - 1) or is_inside

    @staticmethod
    def _untitled(tagged: Tagged, run: int, last: int) -> int:
        titles = [i for i in range(run, last) if tagged.has("title", i) or tagged.has("time", i)]
        return titles[-1] + 1 if titles else run

    def subject_after(self, tagged: Tagged, verb_end: int) -> Subject | None:
        """The subject behind a verb ("said X"): the first name or phrase before a comma."""
        words = tagged.words
        high = min(len(words), verb_end + MAX_REACH)
        stop = verb_end
        while stop < high and not tagged.direct[stop]:
            if stop > verb_end and (tagged.breaks(stop) or "." in words[stop].gap):
                break
            if tagged.has("that", stop) or (tagged.has("boundary", stop) and not tagged.is_name(stop)):
                break
            stop += 1
        if stop == verb_end or tagged.breaks(verb_end, ',;:—–"“«('):
            return None
        pronoun = tagged.has("pronoun", verb_end)
        if pronoun is not None:
            return Subject(verb_end, verb_end + 1, "pronoun", pronoun.value)
        for index in range(verb_end, stop):
            if not tagged.is_name(index):
                continue
            end = index + 1
            while end < stop and (self._joins(tagged, end) or words[end].form in _PARTICLES):
                end += 1
            if all(tagged.has("title", at) for at in range(index, end)) and end < stop:
                continue
            if index > verb_end and tagged.has("preposition", index - 1) and index - verb_end < 2:
                return Subject(index, end, "phrase")
            return Subject(self._untitled(tagged, index, end - 1), end, "name")
        first = verb_end + 1 if tagged.has("preposition", verb_end) and verb_end + 1 < stop else verb_end
        if self.code == "en" and (tagged.has("preposition", verb_end) or tagged.has("time", verb_end)):
            return None
        return Subject(first, min(stop, first + 5), "phrase")

    def text(self, tagged: Tagged, subject: Subject) -> str:
        first, last = tagged.words[subject.start], tagged.words[subject.end - 1]
        return self.document.text[first.start : last.end]

    def resolve(self, tagged: Tagged, subject: Subject) -> str:
        """The name of a subject, as fully as the text gives it."""
        said = self.text(tagged, subject)
        if subject.kind == "pronoun":
            return self._by_pronoun(subject.value) or said
        if subject.kind == "name":
            return self.full(tagged, subject)
        forms = [word.form for word in tagged.words[subject.start : subject.end]]
        if tagged.has("determiner", subject.start) or subject.end - subject.start == 1:
            role = self.roles.get(self._stem(forms[-1]))
            if role is not None:
                return role
        return said

    def full(self, tagged: Tagged, subject: Subject) -> str:
        """The longest name in the text with the same last word; inflected words are compared by their stems."""
        last = self._stem(tagged.words[subject.end - 1].form)
        size = subject.end - subject.start
        name = next(iter(self.by_last.get(last, ())), ())
        return " ".join(name) if len(name) > size else self.text(tagged, subject)

    def note(self, name: str, pronoun: str = "") -> None:
        """Somebody was named or spoke: the next pronoun is likely to mean them."""
        if name in self.recent:
            self.recent.remove(name)
        self.recent.append(name)
        del self.recent[:-MAX_RECENT]
        if pronoun in ("he", "she"):
            self.genders.setdefault(name, pronoun)

    def note_sentence(self, tagged: Tagged) -> None:
        """Remember the people that a sentence names, the first as the last named."""
        found = []
        for start, end in self._runs(tagged):
            subject = Subject(self._untitled(tagged, start, end - 1), end, "name")
            name = self.full(tagged, subject)
            owned = end < len(tagged.words) and tagged.words[end].form == "'s"
            if name in self.wholes and not owned and not tagged.has("preposition", max(0, start - 1)):
                found.append(name)
        for name in reversed(found):
            self.note(name)

    def _by_pronoun(self, gender: str) -> str | None:
        for name in reversed(self.recent):
            known = self.genders.get(name) or self._by_ending(name)
            if known is None or known == gender:
                if gender in ("he", "she"):
                    self.genders.setdefault(name, gender)
                return name if gender != "they" else None
        return None

    def _by_ending(self, name: str) -> str | None:
        if self.code not in _INFLECTED:
            return None
        return "she" if name.split()[0][-1:].lower() in ("а", "я", "a") else "he"

    def _runs(self, tagged: Tagged) -> list[tuple[int, int]]:
        """Runs of capital words in the narration."""
        runs: list[tuple[int, int]] = []
        index = 0
        while index < len(tagged.words):
            if tagged.direct[index] or not tagged.is_name(index):
                index += 1
                continue
            end = index + 1
            while end < len(tagged.words) and not tagged.direct[end] and self._joins(tagged, end):
                if not tagged.is_name(end) and tagged.words[end].form not in _PARTICLES:
                    break
                end += 1
            runs.append((index, end))
            index = end
        return runs

    def _learn(self, tagged: Tagged, start: int, end: int) -> None:
        """Keep a name of two or more words, with the role words beside it."""
        words = tagged.words
        bare = self._untitled(tagged, start, end - 1)
        if words[end - 1].form in _BODIES or len(self.names) >= MAX_PEOPLE:
            return
        name = tuple(self.document.text[word.start : word.end] for word in words[bare:end])
        if len(name) < 2 and not (bare > start and len(name) == 1):
            return
        whole = " ".join(name)
        if name not in self.names:
            self.names.add(name)
            self.wholes.add(whole)
            alike = self.by_last.setdefault(self._stem(words[end - 1].form), [])
            alike.append(name)
            alike.sort(key=lambda known: -len(known))
        before = words[bare - 1].form if bare else ""
        beside = not tagged.breaks(bare) and not tagged.has("preposition", bare - 1)
        if before and (beside or ("," in words[bare].gap and bare > 1)):
            self.roles.setdefault(self._stem(before), whole)
        if end + 1 < len(words) and "," in words[end].gap and tagged.has("determiner", end):
            self.roles.setdefault(self._stem(words[end + 1].form), whole)

    def _stem(self, form: str) -> str:
        return form[: max(4, len(form) - 2)] if self.code in _INFLECTED else form

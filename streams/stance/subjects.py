"""Who is meant by the subject of a verb of speech, or by the name before a colon?

By title, name, spokesman, description or pronoun. A name in the genitive or behind a preposition is not the speaker
("critics of X"); a spokesman speaks for X. Pronouns go to the first person of the sentence before; "the president" to
the holder whom the article has named.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from streams.stance.axis import Axis
from streams.stance.marked import ACTORS, Marked, day_words
from streams.stance.text import Word
from streams.stance.vocabulary import Mark

MAX_NOUN_PHRASE = 25


@dataclass(frozen=True, slots=True)
class Speaker:
    """A holder (``holder_id``), somebody else, or nobody known. ``is_mouth``: a spokesman speaks for the holder."""

    holder_id: str | None
    name: str
    is_mouth: bool = False


UNKNOWN = Speaker(None, "")


class SpeakerReader:
    """Resolves speakers, remembering who was named in the sentences before."""

    def __init__(self, axis: Axis, code: str, sentences: Sequence[Marked]) -> None:
        self.axis = axis
        self.sentences = sentences
        self.code = code
        self.named: set[str] = set()
        self.person = UNKNOWN
        self.body = UNKNOWN
        """The last organ that was named: whom "it says" means."""
        self.is_at_home = False
        """Whether the article speaks of the state first, so that "the president" is its own."""
        self.genders = {holder.id: holder.pronoun for holder in axis.holders}
        self._holders: dict[tuple[str, bool], Speaker] = {}
        self.names = {holder.id: holder.name for holder in axis.holders}

    def holder(self, holder_id: str, is_mouth: bool = False) -> Speaker:
        key = holder_id, is_mouth
        known = self._holders.get(key)
        if known is None:
            known = self._holders[key] = Speaker(holder_id, self.names[holder_id], is_mouth)
        return known

    def before(self, sentence: Marked, verb: int) -> tuple[Speaker | None, int]:
        """The subject before a verb, and its first word."""
        words = sentence.words
        index = verb - 1
        floor = max(0, verb - MAX_NOUN_PHRASE)
        inside_apposition = verb > 0 and "," in words[verb].gap
        while index >= floor:
            gap = words[index + 1].gap
            if sentence.utterance(index) >= 0 or (gap != " " and any(mark in gap for mark in ";:—–(")):
                break
            if sentence.at(("boundary", "that"), index) and not inside_apposition:
                break
            if sentence.at(("say", "think"), index) and not inside_apposition:
                break
            actor = sentence.at(ACTORS, index)
            if actor is not None:
                before = actor.start - 1
                is_in = self.code == "ru" and before == sentence.begin and words[before].form in ("в", "во", "на")
                is_apart = bool(words[actor.start].gap.strip()) or (before >= 0 and sentence.utterance(before) >= 0)
                if before >= 0 and sentence.covering("preposition", before) and not (is_in or is_apart):
                    near = range(before, max(-1, before - 4), -1)
                    mouth = next((i for i in near if sentence.covering("mouth", i)), -1)
                    possessor = sentence.at(("holder", "description"), mouth - 2) if mouth > 1 else None
                    if possessor is not None and words[mouth - 1].form == "'s":  # "the president's office in X"
                        voice = self.resolve(sentence, possessor.start, possessor.end, verb)
                        if voice.holder_id is not None:
                            return voice, possessor.start
                    if mouth >= 0 and actor.tag == "holder":
                        return self.holder(actor.value, True), mouth
                    index = before - 1
                    continue
                return self.resolve(sentence, actor.start, actor.end, verb), actor.start
            office = sentence.covering("office", index) if index == verb - 1 else None
            if office is not None and office.start and sentence.covering("possessive", office.start - 1):
                first = self._first_named(sentence, office.start)
                if first is not None and first.tag in ("holder", "own"):
                    return self.holder(office.value), office.start  # "…, its leader said"
            if office is not None and "," in words[office.start].gap and self._is_of_the_state(sentence, office):
                return self.holder(office.value), office.start  # "…, foreign minister tells UN"
            if (
                words[index].is_capital
                and index == verb - 1
                and (index > 0 or verb == 1)
                and not self._is_day(index, words)
            ):
                return self._unknown(sentence, index, verb)
            if "," in words[index].gap and index < verb - 1 and not inside_apposition:
                break
            index -= 1
        owner = self._owner_of_mouth(sentence) if verb and sentence.covering("mouth", verb - 1) else None
        if owner is not None:
            return owner, verb - 1
        if verb > 0 and self.code == "en" and "," not in words[verb].gap and sentence.utterance(verb - 1) < 0:
            noun = words[verb - 1]
            skip = sentence.at(("finite", "modal", "neg", "that", "boundary", "preposition"), verb - 1)
            if not skip and noun.form.isalpha() and not sentence.covering("say", verb - 1):
                return Speaker(None, noun.form), verb - 1
        return None, verb

    def _is_day(self, index: int, words: Sequence[Word]) -> bool:
        weekdays, months = day_words(self.code)
        return words[index].form in weekdays or words[index].form in months

    def _unknown(self, sentence: Marked, index: int, verb: int) -> tuple[Speaker, int]:
        """A name that the watch does not know, unless a title before it says whose mouth it is."""
        words = sentence.words
        name = words[index]
        first = index
        while first > 0 and words[first - 1].is_capital and not words[first].gap.strip():
            if sentence.at(("holder", "mouth"), first - 1):
                break
            first -= 1
        title = sentence.covering("holder", first - 1) if first else None
        if title is not None and title.end - title.start > 1:
            return self.holder(title.value), title.start
        low = max(0, first - 5)
        if any(sentence.covering("mouth", i) for i in range(low, first)):
            for i in range(first - 1, low - 1, -1):
                owner = sentence.covering("holder", i)
                if owner is not None:
                    return self.holder(owner.value, True), owner.start
            owned = any(sentence.covering("possessive", i) for i in range(low, first))
            person = (self.first_person(sentence, low) or self.person) if owned else UNKNOWN
            if person.holder_id is not None:  # "…, his spokesman Somebody said"
                return self.holder(person.holder_id, True), first
        return Speaker(None, name.form), first

    def after(self, sentence: Marked, start: int, limit: int = 10) -> tuple[Speaker | None, int]:
        """The subject after a verb ("said X"), and the word after it."""
        words = sentence.words
        for index in range(start, min(start + limit, len(words))):
            gap = words[index].gap
            if sentence.utterance(index) >= 0 or (gap != " " and any(mark in gap for mark in ',;:—–("«“')):
                break
            if sentence.at(("that", "boundary"), index):
                break
            if sentence.covering("mouth", index):
                for later in range(index, min(index + 7, len(words))):
                    owner = sentence.covering("holder", later)
                    if owner is not None:
                        return self.holder(owner.value, True), owner.end
                if self.named:
                    return self._description_mouth(), index + 1
                return Speaker(None, words[index].form), index + 1
            office = sentence.covering("office", index)
            if office is not None and index == start and not (office.end < len(words) and words[office.end].is_capital):
                return self.holder(office.value), office.end  # "…, says defence minister"
            actor = sentence.at(ACTORS, index)
            if actor is not None:
                if actor.start > start and sentence.covering("preposition", actor.start - 1):
                    return None, start
                return self.resolve(sentence, actor.start, actor.end, actor.end), actor.end
            if sentence.covering("apart", index):
                return Speaker(None, words[index].form), index + 1
            if words[index].is_capital:
                for later in range(index + 1, min(index + 4, len(words))):
                    if not words[later].is_capital or words[later].gap.strip():
                        break
                    named = sentence.at(("holder", "person"), later)
                    if named is not None:
                        return self.resolve(sentence, named.start, named.end, named.end), named.end
                return Speaker(None, words[index].form), index + 1
        return None, start

    def _description_mouth(self) -> Speaker:
        for holder in self.axis.holders:
            if holder.id in self.named:
                return self.holder(holder.id, True)
        return UNKNOWN

    def resolve(self, sentence: Marked, start: int, end: int, verb: int) -> Speaker:
        """Who an actor mark means as the subject of a verb."""
        words = sentence.words
        actor = sentence.at(ACTORS, start)
        if actor is None:
            return UNKNOWN
        low = max(0, start - 3)
        is_apart = bool(sentence.all("apart")) and any(
            sentence.covering("apart", i) for i in range(low, min(end + 3, verb))
        )
        is_mouth = bool(sentence.all("mouth")) and any(
            sentence.covering("mouth", i) for i in range(low, min(end + 4, len(words), max(verb, end + 1)))
        )
        owned = end < len(words) and words[end].form == "'s"
        if actor.tag == "holder":
            if is_apart and self.axis.holder(actor.value).authority != "other":
                return Speaker(None, words[start].form)
            if owned and not is_mouth:
                return Speaker(None, words[min(end + 1, len(words) - 1)].form)
            return self.holder(actor.value, is_mouth)
        is_adjoined = start > 0 and not words[start].gap.strip()
        is_before = self.code != "en" and end < len(words) and not words[end].gap.strip()
        if actor.tag == "description":
            # "the Ukrainian minister", "министр обороны России"
            owner = start - 2 if start > 1 and words[start - 1].form == "'s" else start - 1  # "Ukraine's army chief"
            for place in (owner,) * is_adjoined + (end,) * is_before:
                if sentence.at(("side", "person"), place):
                    return Speaker(None, words[start].form)
            actor = self._meant(sentence, actor)
            if self._is_of_the_state(sentence, actor):
                self.named.add(actor.value)
            is_named = actor.value in self.named or any(
                mark.value == actor.value for mark in sentence.all("holder") if mark.end <= start
            )
            if is_named or (sentence.within("holder", end, end + 3) and not sentence.at(("say", "that"), end)):
                fits = self.person.holder_id in (None, actor.value) and not self.person.name
                if fits or self.person.holder_id == actor.value or self.person.holder_id is not None:
                    return self.holder(actor.value, is_mouth)
                return self.person
            return Speaker(None, words[start].form)
        if actor.tag == "pronoun":
            return self._pronoun(sentence, start, actor.value)
        if actor.tag == "first":
            return UNKNOWN
        return Speaker(None, words[start].form)

    def _meant(self, sentence: Marked, actor: Mark) -> Mark:
        """Of several holders whom one description fits ("the minister"), the one of whom the article speaks."""
        fitting = [m for m in sentence.all("description") if (m.start, m.end) == (actor.start, actor.end)]
        if len(fitting) == 1:
            return actor
        person = self.person.holder_id
        return next(
            (m for m in fitting if m.value == person), next((m for m in fitting if m.value in self.named), actor)
        )

    def _is_of_the_state(self, sentence: Marked, actor: Mark) -> bool:
        """Whether an organ ("the defence ministry") speaks in a sentence that is about its own state."""
        if self.axis.holder(actor.value).authority == "other" or (self.person.name and not self.person.holder_id):
            return False
        for side in sentence.within("side", actor.end, actor.end + 3):  # "the president of Ukraine", "… said in Kyiv"
            if sentence.words[side.start - 1].form in ("in", "from") or side.start == actor.end + 1:
                return False
        first = self._first_named(sentence, actor.start)
        if first is None:
            return self.is_at_home
        if first.tag not in ("holder", "own"):
            return False
        return first.tag == "own" or self.axis.holder(first.value).authority != "other"

    @staticmethod
    def _first_named(sentence: Marked, end: int) -> Mark | None:
        """The first name of a country or person before word ``end``."""
        return next((m for i in range(end) if (m := sentence.at(("holder", "own", "side", "person"), i))), None)

    def _pronoun(self, sentence: Marked, index: int, gender: str) -> Speaker:
        if gender == "it":
            return self._body(sentence, index)
        person = self.first_person(sentence, index) or self.person
        if person == UNKNOWN:
            person = self._named_later(sentence.number) or person
        if person.holder_id is not None and self.genders[person.holder_id] not in (gender, "they"):
            return UNKNOWN
        return person

    def _body(self, sentence: Marked, index: int) -> Speaker:
        """Whom "it" means: the first body of the sentence ("Acme would sell, it said"), else who spoke last."""
        for place in range(index):
            actor = sentence.at(("holder", "side"), place)
            if actor is None or actor.start != place or sentence.utterance(place) >= 0:
                continue
            if actor.tag == "side":
                return Speaker(None, sentence.words[place].form)
            if self.genders[actor.value] == "it":
                return self.holder(actor.value)
        person = self.person
        return person if person.holder_id is not None and self.genders[person.holder_id] == "it" else self.body

    def _named_later(self, number: int) -> Speaker | None:
        """Whom a pronoun means before anybody was named: the first person that the next sentences name."""
        for sentence in self.sentences[number : number + 4]:
            person = self.first_person(sentence, len(sentence.said))
            if person is not None:
                return person
        return None

    def first_person(self, sentence: Marked, end: int) -> Speaker | None:
        """The first person named in the narration before word ``end``, as a pronoun would mean them."""
        marks = (*sentence.all("holder"), *sentence.all("person"))
        for index in sorted({mark.start for mark in marks}) if marks else ():
            if index >= end:
                break
            if sentence.utterance(index) >= 0:
                continue
            actor = sentence.at(("holder", "person"), index)
            if actor is None or actor.start != index:
                continue
            if actor.tag == "person":
                return Speaker(None, sentence.words[index].form)
            owned = actor.end < len(sentence.words) and sentence.words[actor.end].form == "'s"
            if self.genders[actor.value] in ("he", "she") and not owned:
                return self.holder(actor.value)
        return None

    def settle(self, sentence: Marked) -> None:
        """Note which organ a sentence of narration names last, for "it says"; another side's leaves none."""
        said = sentence.said
        named = (sentence.all(tag) for tag in ("holder", "description", "side", "person"))
        told = [mark for marks in named if marks for mark in marks if said[mark.start] < 0]
        if not told:
            return
        last = max(told)
        self.body = UNKNOWN
        if last.tag in ("holder", "description") and last.value in self.named:
            is_organ = self.axis.holder(last.value).authority == "official" or self.genders[last.value] == "it"
            self.body = self.holder(last.value) if is_organ else UNKNOWN

    def described(self, sentence: Marked) -> Speaker | None:
        """The person whom a description at the head of a sentence means ("The president honoured partisans")."""
        if not self.is_at_home:
            return None
        told = self.told_of(sentence) if sentence.all("description") else None
        return told if told is not None and told.holder_id is not None else None

    def told_of(self, sentence: Marked) -> Speaker | None:
        """The person whom a sentence of narration is about, if its first actor is one: "He put down his cup."."""
        limit = min(sentence.begin + 9, len(sentence.said))
        actors = (sentence.all(tag) for tag in ("holder", "description", "person", "side", "pronoun"))
        if not any(marks and marks[0].start < limit for marks in actors):
            return None
        for index in range(sentence.begin, limit):
            if sentence.utterance(index) >= 0:
                continue
            if sentence.covering("boundary", index):
                return None
            actor = sentence.at(("holder", "description", "person", "side", "pronoun"), index)
            if actor is None or actor.start != index:
                continue
            if (
                index
                and sentence.covering("preposition", index - 1) is not None
                and not sentence.words[index].gap.strip()
            ):
                continue
            if actor.tag == "pronoun" and actor.value not in ("he", "she"):
                continue
            speaker = (
                self.person if actor.tag == "pronoun" else self.resolve(sentence, actor.start, actor.end, actor.end)
            )
            is_person = speaker.holder_id is not None and self.genders[speaker.holder_id] in ("he", "she")
            return speaker if is_person else None
        return None

    def before_colon(self, sentence: Marked, low: int, index: int) -> Speaker | None:
        """Who stands before a colon: a name or title that ends there, a spokesman, "X on Y"."""
        actor = sentence.at(("holder", "description", "person", "side", "mouth"), index - 1)
        if actor is None:
            first = sentence.covering("holder", low)
            if first is not None and (
                sentence.covering("preposition", first.end) or sentence.within("mouth", low, index)
            ):
                return self.holder(first.value, bool(sentence.within("mouth", low, index)))
            commas = [i for i in range(low + 1, index) if "," in sentence.words[i].gap]
            opened = sentence.at(("holder", "person", "pronoun"), low)
            if opened is None and commas:  # "Asked about the war, the president was curt: …"
                opened = sentence.at(("holder", "person", "pronoun", "description"), commas[-1])
            if opened is not None and index < len(sentence.words) and sentence.utterance(index) >= 0:
                return self.resolve(sentence, opened.start, opened.end, index)  # "X was blunter: '…'"
            if sentence.words[index - 1].is_capital and index - low <= 3 and not sentence.within("own", low, index):
                return Speaker(None, sentence.words[index - 1].form)
            return None
        opened = sentence.covering("holder", low)
        if actor.tag in ("side", "person") and opened is not None and opened.end < actor.start:
            near = range(opened.end, actor.start)
            if _is_phrase(sentence, near):
                return self.resolve(sentence, opened.start, opened.end, index)  # "X to Moscow: …"
        if actor.tag == "mouth":
            owner = next(iter(sentence.within("holder", low, index)), None)
            return self.holder(owner.value, True) if owner else self._owner_of_mouth(sentence)
        return self.resolve(sentence, actor.start, actor.end, index)

    def _owner_of_mouth(self, sentence: Marked) -> Speaker | None:
        """ "His office: …" speaks for the person last named; with nobody named, for the first holder."""
        if self.person.holder_id is not None:
            return self.holder(self.person.holder_id, True)
        if sentence.all("possessive") and not self.person.name:
            return self.holder(self.axis.holders[0].id, True)
        return None


def _is_phrase(sentence: Marked, between: range) -> bool:
    """Whether a preposition opens the words between a name and the one before a colon, with no verb among them."""
    return sentence.covering("preposition", between.start) is not None and not any(
        sentence.at(("finite", "modal", "say"), index) for index in between
    )

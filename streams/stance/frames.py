"""Frames of speech in a sentence: "X said that …", "…, said X", "according to X", "X: …", "… – X".

A frame says who speaks or thinks (subjects.py), by which verb, and which words of the sentence are theirs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from streams.stance.axis import Axis
from streams.stance.clauses import is_noun
from streams.stance.marked import ACTORS, LANGUAGES, Marked
from streams.stance.subjects import UNKNOWN, Speaker, SpeakerReader

__all__ = ["UNKNOWN", "Frame", "FrameReader", "Speaker"]

_SIGN = re.compile(r"[:—–|-]|[\"'’”»],")
"""What may part a speaker from what is said, in the gaps of a sentence."""
_SPEAKING = ("say", "think", "ask", "according")
_BEEN = ("was", "is", "were", "are", "been", "being")
_QUESTION_WORDS = ("whether", "if", "why", "how", "when", "what", "who", "ли", "пойдет", "будет", "почему", "когда")
FrameKind = Literal["say", "commit", "ask", "think", "colon", "denied"]


@dataclass(frozen=True, slots=True)
class Frame:
    """``speaker`` says or thinks the words of the sentence from ``start`` to ``end``; the verb stands at ``verb``."""

    speaker: Speaker
    kind: FrameKind
    verb: int
    subject: int
    start: int
    end: int


class FrameReader:
    """Goes through the sentences once, remembering who was named."""

    def __init__(self, axis: Axis, code: str, sentences: Sequence[Marked]) -> None:
        self.speakers = SpeakerReader(axis, code, sentences)

    @property
    def person(self) -> Speaker:
        """Whom a pronoun means now."""
        return self.speakers.person

    def frames(self, sentence: Marked) -> tuple[Frame, ...]:
        """The frames of one sentence, and the memory of who was named brought up to date."""
        frames = []
        marks = sentence.marks
        for tag in _SPEAKING:
            for mark in marks.get(tag, ()):
                if sentence.utterance(mark.start) >= 0:
                    continue
                frame = self._frame(sentence, tag, mark.value, mark.start, mark.end)
                if frame is not None:
                    frames.append(frame)
        if _SIGN.search(sentence.sentence.signs) is not None:
            frames.extend(self._colon(sentence))
        if len(frames) > 1:
            frames.sort(key=lambda frame: (frame.verb, frame.start))
        self._remember(sentence, frames)
        return tuple(frames)

    def _frame(self, sentence: Marked, tag: str, value: str, start: int, end: int) -> Frame | None:
        words = sentence.words
        if tag == "according":
            speaker, _ = self.speakers.after(sentence, end)
            return None if speaker is None else Frame(speaker, "say", start, start, 0, len(words))
        if sentence.covering("formula", start) or sentence.covering("past", start):
            return None
        if tag == "say" and is_noun(sentence, start):
            return None
        if words[start].form == "saying" and any(mark.value == "quote" for mark in sentence.within("say", 0, start)):
            return None  # "quoted X as saying": the verb before has told whose words they are
        if value == "quote" and start and words[start - 1].form in _BEEN:
            quoted, first = self.speakers.before(sentence, start - 1)  # "X was quoted as saying"
            return None if quoted is None else Frame(quoted, "say", start, first, end, len(words))
        if value == "quote":
            quoted, after = self.speakers.after(sentence, end, 5)
            return None if quoted is None else Frame(quoted, "say", start, start, after, len(words))
        if tag == "ask" and _asks_whether(sentence, end):
            speaker, first = self.speakers.before(sentence, start)
            return Frame(speaker or UNKNOWN, "ask", start, first, end, _question_end(sentence, end))
        if tag == "say" and start and self._is_only_imagined(sentence, start):
            return None
        gap = words[start].gap
        inverted = (
            start == 0
            or (gap != " " and any(mark in gap for mark in ",—–-\"”»’'?!:"))
            or (sentence.utterance(start - 1) >= 0)
        )
        speaker, first = None, start
        if (
            LANGUAGES[self.speakers.code].endings
            and tag != "think"
            and not (start and not words[start].gap.strip() and sentence.at(ACTORS, start - 1))
        ):
            speaker, _ = self.speakers.after(sentence, end, 4)
            first = start
        is_after = inverted and tag == "say" and end < len(words) and not words[start].form.startswith(("t", "assur"))
        if (
            speaker is None
            and self.speakers.code == "en"
            and is_after
            and (words[end].is_capital or sentence.at(ACTORS, end))
        ):
            speaker, _ = self.speakers.after(sentence, end, 5)
        if speaker is None:
            speaker, first = self.speakers.before(sentence, start)
        if speaker is None and inverted and tag != "think":
            speaker, _ = self.speakers.after(sentence, end)
            first = start
        if speaker is None or (speaker.holder_id is None and self._is_media(sentence, first, start)):
            return None
        kind: FrameKind = "commit" if value == "commit" else tag  # type: ignore[assignment]
        if tag == "say" and self._is_denied(sentence, start):
            kind = "denied"
        opening = self._opening(sentence, first)
        is_tag = opening > 0 and tag in ("say", "think")
        begin = self._tag_start(sentence, opening) if is_tag else end
        reach = self._reach(sentence, start)
        if first >= start and inverted and start and tag == "say":
            reach = _relative(sentence, end, reach)
        return Frame(speaker, kind, start, opening if is_tag else first, begin, reach)

    @staticmethod
    def _opening(sentence: Marked, first: int) -> int:
        """Where the noun phrase of a closing "…, the president of X said" begins, or 0 if it opens its sentence."""
        words = sentence.words
        for index in range(first, max(0, first - 7), -1):
            if (words[index].gap != " " and any(mark in words[index].gap for mark in ',—–"”»?!')) or sentence.utterance(
                index - 1
            ) >= 0:
                return index
            if sentence.at(("boundary", "that"), index - 1):
                break
        return 0

    @staticmethod
    def _is_media(sentence: Marked, first: int, verb: int) -> bool:
        """Whether other media report ("the agency wrote"): what they tell is told as the outlet tells it."""
        if not sentence.all("media"):
            return False
        near = range(max(0, first - 4), verb)
        sided = any(sentence.at(("side", "person"), i) for i in near)
        return not sided and any(sentence.covering("media", i) for i in near)

    @staticmethod
    def _is_denied(sentence: Marked, verb: int) -> bool:
        """ "Never said", "denied saying", "did not say whether": no words of the speaker."""
        if not (sentence.all("neg") or sentence.all("refuse")):
            return False
        for index in range(verb - 1, max(-1, verb - 7), -1):
            is_comma_before_that = sentence.covering("that", index + 1) is not None
            if sentence.utterance(index) >= 0 or (sentence.words[index + 1].gap.strip() and not is_comma_before_that):
                return False
            if sentence.at(("refuse",) if index < verb - 3 else ("neg", "refuse"), index) and not sentence.at(
                ("holder", "description", "apart"), index
            ):
                return True
        return False

    @staticmethod
    def _reach(sentence: Marked, verb: int) -> int:
        """How far a frame goes: a verb inside a condition ("whatever X demands, …") no further than its comma."""
        words = sentence.words
        is_inside = False
        for index in range(verb, max(-1, verb - 8), -1) if sentence.all("condition") else ():
            if sentence.covering("condition", index):
                is_inside = True
                break
            if words[index].gap.strip():
                break
        if is_inside:
            for index in range(verb + 1, len(words)):
                if "," in words[index].gap:
                    return index
        return len(words)

    @staticmethod
    def _is_only_imagined(sentence: Marked, verb: int) -> bool:
        """ "Could announce", "to declare": nobody has said it yet."""
        if sentence.utterance(verb - 1) >= 0 or sentence.words[verb].gap.strip():
            return False
        modal = sentence.covering("modal", verb - 1)
        return sentence.words[verb - 1].form == "to" or (modal is not None and modal.value in ("may", "would", "will"))

    @staticmethod
    def _tag_start(sentence: Marked, first: int) -> int:
        """How far back a closing "…, X said" reaches: to the sentence's start, or to a semicolon."""
        for index in range(first - 1, 0, -1):
            if ";" in sentence.words[index].gap:
                return index
        return 0

    def _dashed(self, sentence: Marked, index: int) -> Frame | None:
        """ "X - We join …": a holder at the head, a dash, and a first person."""
        gap = sentence.gaps[index]
        if not any(sign in gap for sign in (" - ", "–", "—")) or not sentence.covering("first", index):
            return None
        holder = sentence.covering("holder", index - 1)
        if holder is None or holder.start > sentence.begin or sentence.utterance(index) >= 0:
            return None
        return Frame(self.speakers.holder(holder.value), "colon", index - 1, 0, index, len(sentence.words))

    def _colon(self, sentence: Marked) -> list[Frame]:
        """Frames of "X: …" and "… – X"."""
        words, gaps = sentence.words, sentence.gaps
        frames: list[Frame] = []
        for index in range(1, len(gaps)):
            gap = gaps[index]
            if gap == " " or not gap or gap == ", ":
                continue
            dashed = self._dashed(sentence, index)
            if dashed is not None:
                frames.append(dashed)
                continue
            if ":" not in gap or "://" in gap or sentence.utterance(index - 1) >= 0:
                continue
            low = max(sentence.segment(index - 1)[0], index - 13)
            if index - low > 12 or sentence.within("say", low, index):
                continue
            speaker = self.speakers.before_colon(sentence, low, index)
            if speaker is not None:
                frames.append(Frame(speaker, "colon", index - 1, low, index, len(words)))
                continue
            named = sentence.covering("holder", index)
            if named is not None and any(sentence.within(tag, low, index) for tag in ("action", "avoid")):
                frames.append(Frame(self.speakers.holder(named.value), "colon", index, index, low, index))
        for index in range(len(words) - 1, max(0, len(words) - 7), -1):
            gap = gaps[index]
            if gap == " " or not gap or gap == ", ":
                continue
            closes = len(gap) > 2 and gap[0] in "'’\"”»" and gap[1] in ",:"
            if any(mark in gap for mark in "—–:|") or " - " in gap or " -- " in gap or closes:
                actor = sentence.at(("holder", "person", "side", "office"), len(words) - 1)
                if actor is not None and actor.tag == "office" and actor.start == index:
                    frames.append(Frame(self.speakers.holder(actor.value), "colon", index, index, 0, index))
                    break
                is_name = actor is not None and all(word.is_capital for word in words[index : actor.start + 1])
                if (
                    actor is not None
                    and is_name
                    and actor.start >= index
                    and not sentence.within("say", index, len(words))
                ):
                    speaker = self.speakers.resolve(sentence, actor.start, actor.end, len(words))
                    frames.append(Frame(speaker, "colon", index, index, 0, index))
                break
        return frames

    def _remember(self, sentence: Marked, frames: Sequence[Frame]) -> None:
        for mark in sentence.all("holder"):
            self.speakers.named.add(mark.value)
        self.speakers.settle(sentence)
        for frame in frames:
            speaker = frame.speaker
            if speaker.holder_id is not None and self.speakers.genders[speaker.holder_id] in ("he", "she"):
                self.speakers.person = speaker if not speaker.is_mouth else self.speakers.holder(speaker.holder_id)
                return
            if (
                speaker.name
                and not speaker.holder_id
                and frame.kind == "say"
                and sentence.words[frame.subject].is_capital
            ):
                if sentence.covering("side", frame.subject):
                    continue
                self.speakers.person = speaker
                return
        first = self.speakers.first_person(sentence, len(sentence.said)) or self.speakers.described(sentence)
        if first is not None:
            self.speakers.person = first


def _asks_whether(sentence: Marked, end: int) -> bool:
    """Whether a question follows "asked", not a request."""
    words = sentence.words
    return any(
        words[index].form in _QUESTION_WORDS or sentence.covering("preposition", index) is not None
        for index in range(end, min(end + 4, len(words)))
    )


def _question_end(sentence: Marked, start: int) -> int:
    """Where a reported question ends: at the comma behind which somebody speaks, or at the next quotation."""
    words = sentence.words
    for index in range(start, len(words)):
        if sentence.utterance(index) >= 0:
            return index
        if index > start and "," in words[index].gap:
            for later in range(index, min(index + 8, len(words))):
                if later > index and words[later].gap.strip():
                    break
                if sentence.covering("say", later):
                    return index
    return len(words)


def _relative(sentence: Marked, start: int, end: int) -> int:
    """Where the words of "…, said X, whose …" end: what is told of the speaker is not their word."""
    for index in range(start + 1, end):
        if "," in sentence.words[index].gap and sentence.utterance(index) < 0 and sentence.covering("boundary", index):
            return index
    return end

"""Whose words is each passage? The frames of every sentence, and the speaker of every quotation.

Order: the frames of each sentence (frames.py), then every utterance in quotation marks gets the speaker of a frame
beside it, else of its paragraph, else of the paragraph before (a quotation that goes on).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from streams.stance.axis import Axis
from streams.stance.frames import UNKNOWN, Frame, FrameReader, Speaker
from streams.stance.marked import Marked


@dataclass(frozen=True, slots=True)
class Voices:
    frames: tuple[tuple[Frame, ...], ...]
    quotes: dict[int, Speaker]
    persons: tuple[Speaker, ...]
    """For each sentence, the person that a pronoun in it means."""
    is_at_home: bool = False
    """Whether the article speaks of the question's own state before any other, and its title asks nothing."""

    def of(self, sentence: Marked, index: int) -> tuple[Speaker | None, Frame | None]:
        """Who says this word: a speaker (perhaps UNKNOWN), or None for the outlet itself; and by which frame."""
        quote = sentence.utterance(index)
        if quote >= 0:
            return self.quotes.get(quote, UNKNOWN), None
        best: Frame | None = None
        for frame in self.frames[sentence.number]:
            if frame.start <= index < frame.end and (
                best is None or (frame.verb <= index and (best.verb > index or frame.verb > best.verb))
            ):
                best = frame
        return (None, None) if best is None else (best.speaker, best)


def hear(sentences: Sequence[Marked], axis: Axis, code: str, context: Sequence[Marked] = ()) -> Voices:
    """Find every frame and the speaker of every quotation. ``context`` (the title) is read first, for its names."""
    reader = FrameReader(axis, code, sentences)
    reader.speakers.is_at_home = _speaks_first_of_the_state((*context, *sentences), axis)
    for sentence in context:
        reader.frames(sentence)
    frames: list[tuple[Frame, ...]] = []
    persons: list[Speaker] = []
    leads: list[Speaker | None] = []
    needs_all = _may_be_one_voice(sentences)
    for sentence in sentences:
        persons.append(reader.person)
        frames.append(reader.frames(sentence))
        # whom it tells of matters to a quotation behind it; a description counts as named from here on
        following = sentence.number + 1
        is_led = following < len(sentences) and sentences[following].is_spoken
        is_needed = needs_all or is_led or "description" in sentence.marks
        leads.append(reader.speakers.told_of(sentence) if is_needed else None)
    quotes = _speakers(sentences, frames, leads)
    voice = _only_voice(frames, leads, axis) if needs_all else None
    if voice is not None:
        for sentence in sentences:
            for quote, (start, _) in _utterances(sentence).items():
                if start == 0 and quotes.get(quote, UNKNOWN) == UNKNOWN:
                    quotes[quote] = voice
    is_asking = any("?" in _tail(sentence) for sentence in context)
    return Voices(tuple(frames), quotes, tuple(persons), reader.speakers.is_at_home and not is_asking)


def _tail(sentence: Marked) -> str:
    return sentence.sentence.tail + sentence.sentence.signs


def _speaks_first_of_the_state(sentences: Sequence[Marked], axis: Axis) -> bool:
    """Whether the first country or person that an article names is the question's own."""
    for sentence in sentences:
        marks = [mark for tag in ("holder", "own", "side", "person") for mark in sentence.all(tag)]
        if marks:
            first = min(marks)
            return first.tag == "own" or (first.tag == "holder" and axis.holder(first.value).authority != "other")
    return False


def _may_be_one_voice(sentences: Sequence[Marked]) -> bool:
    """Whether there are quotations, and nobody is named but holders."""
    return any(sentence.is_spoken for sentence in sentences) and not any(
        sentence.all("person") for sentence in sentences
    )


def _only_voice(frames: Sequence[tuple[Frame, ...]], leads: Sequence[Speaker | None], axis: Axis) -> Speaker | None:
    """The one holder who speaks or acts in an article that names no other person: whose an untold quotation is."""
    speakers = [frame.speaker for own in frames for frame in own if frame.kind != "ask"]
    if any(speaker.holder_id is None and speaker.name[:1].isupper() for speaker in speakers):
        return None
    found = {s.holder_id for s in (*speakers, *leads) if s is not None and s.holder_id is not None}
    found = {holder_id for holder_id in found if axis.holder(holder_id).pronoun in ("he", "she")}
    return Speaker(holder := found.pop(), axis.holder(holder).name) if len(found) == 1 else None


def _speakers(
    sentences: Sequence[Marked], frames: Sequence[tuple[Frame, ...]], leads: Sequence[Speaker | None]
) -> dict[int, Speaker]:
    """The speaker of each utterance: a frame beside it in one of its sentences, else by its neighbourhood.

    Its neighbourhood is who spoke last, else whom the sentence before is about ("He put down his cup. '…'").
    """
    found: dict[int, Speaker] = {}
    pending: dict[int, int] = {}
    last: Speaker | None = None
    last_paragraph = lead_paragraph = -10
    lead: Speaker | None = None
    for sentence, own, told_of in zip(sentences, frames, leads, strict=True):
        spans = _utterances(sentence) if sentence.is_spoken else {}
        paragraph = sentence.sentence.paragraph
        said = [frame for frame in own if frame.kind in ("say", "commit", "colon")]
        asked = next((frame for frame in own if frame.kind == "ask"), None)
        for quote, (start, end) in spans.items():
            beside = _beside(said, start, end)
            if beside is not None:
                is_self = beside.speaker == UNKNOWN and last is not None and paragraph - last_paragraph <= 1
                found[quote] = last if is_self and last is not None else beside.speaker  # "'…', I told them"
                last, last_paragraph = found[quote], paragraph
            elif quote not in found:
                if asked is not None and last is None:
                    found[quote] = asked.speaker
                elif last is not None and last_paragraph == paragraph:
                    found[quote] = last
                else:
                    pending.setdefault(quote, paragraph)
                    if lead is not None and start == 0 and paragraph - lead_paragraph <= 1:
                        found[quote] = last = lead
                        last_paragraph = paragraph
                    elif last is not None and paragraph - last_paragraph <= 3 and len(spans) == 1 and start == 0:
                        found[quote] = last
        if not spans and said:
            last, last_paragraph = said[-1].speaker, paragraph
            for quote, where in pending.items():
                if where == paragraph and said[0].verb <= 8:
                    found[quote] = said[0].speaker
            if not sentence.sentence.tail.strip().endswith(":") and not said[-1].speaker.holder_id:
                last_paragraph = paragraph
        if not spans or told_of is not None:
            lead, lead_paragraph = told_of, paragraph
    return found


def _utterances(sentence: Marked) -> dict[int, tuple[int, int]]:
    spans: dict[int, tuple[int, int]] = {}
    if not sentence.is_spoken:
        return spans
    for index, quote in enumerate(sentence.said):
        if quote >= 0:
            start, _ = spans.get(quote, (index, index))
            spans[quote] = (start, index + 1)
    return spans


def _beside(frames: Sequence[Frame], start: int, end: int) -> Frame | None:
    """The frame nearest to a quotation; after it before before it, for "…," X said: the tag follows its quotation."""
    best: tuple[int, Frame] | None = None
    for frame in frames:
        distance = frame.subject - end if frame.verb >= end else 2 * (start - frame.verb)
        if frame.verb >= start and frame.verb < end:
            continue
        if best is None or distance < best[0]:
            best = (distance, frame)
    return None if best is None else best[1]

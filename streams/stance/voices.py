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
    for sentence in context:
        reader.frames(sentence)
    frames: list[tuple[Frame, ...]] = []
    persons: list[Speaker] = []
    leads: list[Speaker | None] = []
    for sentence in sentences:
        persons.append(reader.person)
        frames.append(reader.frames(sentence))
        leads.append(reader.speakers.told_of(sentence))
    return Voices(tuple(frames), _speakers(sentences, frames, leads), tuple(persons))


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
        spans = _utterances(sentence)
        paragraph = sentence.sentence.paragraph
        said = [frame for frame in own if frame.kind in ("say", "commit", "colon")]
        asked = next((frame for frame in own if frame.kind == "ask"), None)
        for quote, (start, end) in spans.items():
            beside = _beside(said, start, end)
            if beside is not None:
                found[quote] = beside.speaker
                last, last_paragraph = beside.speaker, paragraph
            elif quote not in found:
                if asked is not None and last is None:
                    found[quote] = asked.speaker
                elif last is not None and last_paragraph == paragraph:
                    found[quote] = last
                else:
                    pending.setdefault(quote, paragraph)
                    if lead is not None and start == 0 and paragraph - lead_paragraph <= 1:
                        found[quote] = lead
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

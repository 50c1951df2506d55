"""What no single sentence says: answers, conditions that come as sentences of their own, conditions claimed as met.

"Asked whether troops would enter Ukraine, he said: 'No.'" takes the proposition from the question. "We will fight.
But only if attacked." takes the action from the sentence before. "That line has been crossed" is no new commitment:
it reports the condition as met, by its speaker. A retraction by the holder withdraws what the article has from them.
"""

from __future__ import annotations

from dataclasses import replace

from streams.model.records import Field
from streams.stance.conditions import Condition
from streams.stance.marked import Marked
from streams.stance.reading import Scene
from streams.stance.rules import Taken
from streams.stance.statements import Draft, condition_record, evidence_span, said_at, with_condition

_CANDIDATES = ("action", "avoid", "act")


def follow_up(scene: Scene, field: Field, drafts: list[Draft]) -> list[Draft]:
    """The drafts of a title or a text, with what follows from their neighbours."""
    found = list(drafts)
    asked: Marked | None = None
    for number, sentence in enumerate(scene.sentences):
        asks = any(frame.kind == "ask" for frame in scene.voices.frames[number]) or "?" in sentence.sentence.tail
        if asks and any(sentence.all(tag) for tag in ("action", "act")):
            asked = sentence
        answer = _answer(scene, field, sentence, asked)
        if answer is not None:
            found.append(answer)
            asked = None
        elif asked is not None and sentence.number - asked.number > 2:
            asked = None
        _add_condition(scene, sentence, asked, found, field)
        claimed = _claimed(scene, field, sentence)
        if claimed is not None:
            found.append(claimed)
    return _withdrawn(scene, found)


def _answer(scene: Scene, field: Field, sentence: Marked, asked: Marked | None) -> Draft | None:
    """A yes or no to a question about the proposition."""
    if asked is None or sentence.number - asked.number > 2:
        return None
    for index in range(len(sentence.words)):
        if sentence.utterance(index) < 0 or (index and sentence.utterance(index - 1) >= 0):
            continue
        first, last = sentence.segment(index)
        deeds = [mark for mark in sentence.within("no", first, last) if mark.value == "deed"]
        says_no = next(iter(deeds), sentence.covering("no", index))
        says_yes = sentence.covering("yes", index)
        if says_no is None and says_yes is None:
            continue
        if any(sentence.within(tag, first, last) for tag in _CANDIDATES):
            return None
        speaker = scene.voices.quotes.get(sentence.words[index].quote)
        if speaker is None or speaker.holder_id is None:
            return None
        role = scene.axis.label("negative" if says_no is not None else "positive")
        taken = Taken(speaker.holder_id, role, "word")
        quote = scene.document.quotes[sentence.words[index].quote]
        follows = [s for s in scene.sentences[sentence.number : sentence.number + 3] if s.words[0].start < quote.end]
        horizon = next((m for s in follows for m in s.all("horizon") if s.utterance(m.start) >= 0), None)
        holder_sentence = next((s for s in follows if horizon in s.all("horizon")), sentence)
        return _draft(scene, field, sentence, index, taken, None, holder_sentence if horizon else None)
    return None


def _draft(
    scene: Scene,
    field: Field,
    sentence: Marked,
    index: int,
    taken: Taken,
    condition: Condition | None,
    when: Marked | None,
) -> Draft:
    start, end = evidence_span(scene, sentence, index)
    horizon = None
    if when is not None:
        mark = next(m for m in when.all("horizon") if when.utterance(m.start) >= 0)
        horizon = scene.document.text[when.words[mark.start].start : when.words[mark.end - 1].end]
    return Draft(
        taken,
        taken.stance == scene.axis.label("negative"),
        None if condition is None else condition_record(scene, sentence, condition),
        horizon,
        {"field": field, "text": scene.document.text[start:end], "start": start, "end": end},
        "headline" if scene.is_title else "direct" if sentence.utterance(index) >= 0 else "indirect",
        said_at(scene, sentence, taken.holder_id),
    )


def _add_condition(scene: Scene, sentence: Marked, asked: Marked | None, found: list[Draft], field: Field) -> None:
    """A sentence that is a condition alone belongs to the sentence before it."""
    mark = next((m for m in sentence.all("condition") if m.value in ("only-if", "unless", "if", "as-long-as")), None)
    if mark is None:
        return
    first, last = sentence.segment(mark.start)
    if any(sentence.within(tag, first, mark.start) for tag in _CANDIDATES):
        return
    opens = mark.start - first <= 1 and (mark.value in ("only-if", "unless") or len(sentence.words) <= 12)
    if not opens or (mark.value == "if" and any("," in word.gap for word in sentence.words[mark.end : last])):
        return
    speaker, _ = scene.voices.of(sentence, mark.start)
    condition = condition_record(scene, sentence, Condition(mark.start, last, mark.value))
    conditional, negative = scene.axis.label("conditional"), scene.axis.label("negative")
    before = scene.sentences[sentence.number - 1].sentence if sentence.number else None
    if before is not None and speaker is not None and speaker.holder_id is not None:
        for place, item in enumerate(found):
            near = before.start <= item.evidence["start"] < before.end
            if (
                near
                and item.taken.holder_id == speaker.holder_id
                and (item.condition is None or _is_unnamed(item))
                and item.taken.lane == "word"
            ):
                found[place] = with_condition(item, condition, conditional, negative)
                return
        if asked is not None and sentence.number - asked.number <= 2:
            taken = Taken(speaker.holder_id, conditional, "word", None, negative)
            found.append(
                _draft(scene, field, sentence, mark.start, taken, Condition(mark.start, last, mark.value), None)
            )


def _is_unnamed(item: Draft) -> bool:
    """ "There is one case in which we fight.": the case comes with the next sentence."""
    condition = item.condition
    return condition is not None and condition["kind"] == "only-if" and condition["trigger"] == "other"


def _claimed(scene: Scene, field: Field, sentence: Marked) -> Draft | None:
    """A holder's claim that the condition is met."""
    for mark in sentence.all("met"):
        speaker, _ = scene.voices.of(sentence, mark.start)
        if speaker is None or speaker.holder_id is None or "?" in sentence.sentence.tail:
            continue
        if any(sentence.covering("neg", i) for i in range(max(0, mark.start - 4), mark.end)) or sentence.all(
            "condition"
        ):
            continue
        first, last = sentence.segment(mark.start)
        axis = scene.axis
        taken = Taken(speaker.holder_id, axis.label("conditional"), "word", None, axis.label("negative"), "claimed-met")
        return _draft(scene, field, sentence, mark.start, taken, Condition(first, last, "if"), None)
    return None


def _withdrawn(scene: Scene, found: list[Draft]) -> list[Draft]:
    """Mark as withdrawn what a holder, or their spokesman, takes back in the same article."""
    for sentence in scene.sentences:
        for mark in sentence.all("retract"):
            speaker, _ = scene.voices.of(sentence, mark.start)
            named = sentence.all("holder")
            holder_id = speaker.holder_id if speaker is not None else named[0].value if named else None
            if holder_id is None:
                continue
            limits = sentence.sentence
            return [
                replace(item, taken=replace(item.taken, status="withdrawn"))
                if item.taken.holder_id == holder_id
                and item.taken.stance != scene.axis.label("negative")
                and not limits.start <= item.evidence["start"] < limits.end
                else item
                for item in found
            ]
    return found

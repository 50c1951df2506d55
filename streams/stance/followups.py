"""What no single sentence says: answers, conditions that come as sentences of their own, conditions claimed as met.

"Asked whether troops would enter Ukraine, he said: 'No.'" takes the proposition from the question. "We will fight.
But only if attacked." takes the action from the sentence before. "That line has been crossed" is no new commitment:
it reports the condition as met, by its speaker. What is taken back is told by ``takebacks.py``.
"""

from __future__ import annotations

from streams.model.records import Field
from streams.stance.answers import CANDIDATES, find_answer, make_draft
from streams.stance.conditions import Condition
from streams.stance.frames import Speaker
from streams.stance.marked import Marked
from streams.stance.reading import Scene
from streams.stance.replies import asks_of_it, find_reply
from streams.stance.rules import Taken
from streams.stance.statements import Draft, condition_record, with_condition


def follow_up(scene: Scene, field: Field, drafts: list[Draft]) -> list[Draft]:
    """The drafts of a title or a text, with what follows from their neighbours."""
    found = list(drafts)
    asked: Marked | None = None
    question: tuple[Marked, str] | None = None
    for number, sentence in enumerate(scene.sentences):
        asks = any(frame.kind == "ask" for frame in scene.voices.frames[number]) or _has_question(sentence)
        if asks and (
            sentence.all("action") or sentence.all("act") or (sentence.all("force") and sentence.all("target"))
        ):
            asked = sentence
        answer = find_answer(scene, field, sentence, asked)
        kind = asks_of_it(scene, sentence)
        question = question if kind is None else (sentence, kind)
        if answer is None and question is not None and not _has_draft(sentence, found):
            answer = find_reply(scene, field, sentence, *question)
        if answer is not None:
            question = None
            found.append(answer)
            asked = None
        elif asked is not None and sentence.number - asked.number > 2:
            asked = None
        _add_condition(scene, sentence, asked, found, field)
        _add_supposed(scene, sentence, found)
        claimed = _claimed(scene, field, sentence)
        if claimed is not None:
            found.append(claimed)
    return found


def _has_draft(sentence: Marked, found: list[Draft]) -> bool:
    return any(sentence.sentence.start <= item.evidence["start"] < sentence.sentence.end for item in found)


def _has_question(sentence: Marked) -> bool:
    return "?" in sentence.sentence.tail or "?" in sentence.sentence.signs


def _add_condition(scene: Scene, sentence: Marked, asked: Marked | None, found: list[Draft], field: Field) -> None:
    """A sentence that is a condition alone belongs to the sentence before it."""
    mark = next((m for m in sentence.all("condition") if m.value in ("only-if", "unless", "if", "as-long-as")), None)
    if mark is None:
        return
    first, last = sentence.segment(mark.start)
    if "?" in sentence.sentence.tail[:1] or any(sentence.within(tag, first, mark.start) for tag in CANDIDATES):
        return
    opens = mark.start - first <= 1 and (mark.value in ("only-if", "unless") or len(sentence.words) <= 12)
    if not opens or (mark.value == "if" and any("," in word.gap for word in sentence.words[mark.end : last])):
        return
    speaker = _speaker(scene, sentence, mark.start)
    condition = condition_record(scene, sentence, Condition(mark.start, last, mark.value))
    conditional, negative = scene.axis.label("conditional"), scene.axis.label("negative")
    if speaker is None or speaker.holder_id is None:
        return
    before = scene.sentences[sentence.number - 1].sentence if sentence.number else None
    for place, item in enumerate(found):
        near = before is not None and before.start <= item.evidence["start"] < before.end
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
        found.append(make_draft(scene, field, sentence, mark.start, taken, Condition(mark.start, last, mark.value)))


def _speaker(scene: Scene, sentence: Marked, index: int) -> Speaker | None:
    """Who says a sentence; behind "X: …" one without a speaker of its own goes on."""
    speaker, _ = scene.voices.of(sentence, index)
    if speaker is not None or not sentence.number:
        return speaker
    before = scene.sentences[sentence.number - 1]
    if before.sentence.paragraph != sentence.sentence.paragraph:
        return None
    frames = scene.voices.frames[before.number]
    return next((frame.speaker for frame in frames if frame.kind == "colon"), None)


def _field(scene: Scene) -> Field:
    return "title" if scene.is_title else "text"


def _add_supposed(scene: Scene, sentence: Marked, found: list[Draft]) -> None:
    """ "Let them set foot here. Then we fight": the sentence before is the condition."""
    if not sentence.number:
        return
    before = scene.sentences[sentence.number - 1]
    if before.sentence.paragraph != sentence.sentence.paragraph or "?" in before.sentence.tail[:1]:
        return
    opening = next((i for i in range(len(sentence.words)) if sentence.covering("then", i)), None)
    if opening is None or opening - sentence.segment(opening)[0] > 1:
        return
    mark = next((m for m in before.all("condition") if m.start - before.segment(m.start)[0] <= 1), None)
    if mark is None or mark.value == "concessive":
        return
    limits, axis = sentence.sentence, scene.axis
    speaker = _speaker(scene, sentence, opening)
    acts = sentence.within("action", opening, opening + 8) and not _has_draft(sentence, found)
    if acts and speaker is not None and speaker.holder_id is not None:
        taken = Taken(speaker.holder_id, axis.label("positive"), "word")
        found.append(make_draft(scene, _field(scene), sentence, opening, taken, None))
    condition = condition_record(scene, before, Condition(mark.start, before.segment(mark.start)[1], mark.value))
    for place, item in enumerate(found):
        is_here = limits.start <= item.evidence["start"] < limits.end
        if is_here and item.taken.stance == axis.label("positive") and item.taken.lane == "word":
            found[place] = with_condition(item, condition, axis.label("conditional"), axis.label("negative"))


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
        conditions = [c for c in sentence.all("condition") if c.end <= mark.start or c.start >= mark.end]
        if conditions or any(sentence.covering("neg", i) for i in range(max(0, mark.start - 4), mark.end)):
            continue
        first, last = sentence.segment(mark.start)
        axis = scene.axis
        taken = Taken(speaker.holder_id, axis.label("conditional"), "word", None, axis.label("negative"), "claimed-met")
        return make_draft(scene, field, sentence, mark.start, taken, Condition(first, last, "if"))
    return None

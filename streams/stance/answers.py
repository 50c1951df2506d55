"""Answers to a question about the proposition, which say neither action nor actor themselves.

"Asked whether troops would enter Ukraine, he said: 'No.'" takes the proposition from the question. Order: a yes or no
that opens a quotation; a short "they will not" inside one; a yes or no that is told ("he said there would be none");
"my answer will be no", which needs no question where the article names the target.
"""

from __future__ import annotations

from streams.model.records import Field
from streams.stance.conditions import Condition, find_condition
from streams.stance.marked import Marked
from streams.stance.reading import Scene, overlaps
from streams.stance.rules import Taken
from streams.stance.statements import Draft, condition_record, evidence_span, said_at
from streams.stance.vocabulary import Mark

CANDIDATES = ("action", "avoid", "act")
REACH = 2
"""How many sentences behind its question an answer may stand."""
_SHORT = 6


def find_answer(scene: Scene, field: Field, sentence: Marked, asked: Marked | None) -> Draft | None:
    """A yes or no to ``asked``, or "my answer will be no"."""
    if asked is not None and sentence.number - asked.number <= REACH:
        found = (
            _quoted(scene, field, sentence)
            or _told(scene, field, sentence)
            or _continued(scene, field, sentence, asked)
        )
        if found is not None:
            return found
    return _announced(scene, field, sentence)


def _quoted(scene: Scene, field: Field, sentence: Marked) -> Draft | None:
    """A yes or no that opens a quotation, or fills a short sentence of one."""
    for index in range(len(sentence.said)) if sentence.is_spoken else ():
        if sentence.utterance(index) < 0 or (index and sentence.utterance(index - 1) >= 0):
            continue
        first, last = sentence.segment(index)
        deeds = [mark for mark in sentence.within("no", first, last) if mark.value == "deed"]
        if sentence.within("counterfactual", first, last):
            continue
        if last - first <= _SHORT:
            deeds.extend(sentence.within("post-neg", first, last))
            deeds.extend(mark for mark in sentence.within("no", first, last) if mark.value == "short")
        says_no = next(iter(deeds), sentence.covering("no", index))
        says_yes = sentence.covering("yes", index)
        if (says_no is None and says_yes is None) or "?" in sentence.sentence.tail[:1]:
            continue
        if has_candidate(sentence, first, last):
            return None
        speaker = scene.voices.quotes.get(sentence.words[index].quote)
        if speaker is None or speaker.holder_id is None:
            return None
        if says_no is None and says_yes is not None:
            condition = find_condition(sentence, says_yes, first, last, True)
            if isinstance(condition, Condition) and condition.kind != "concessive":
                axis = scene.axis
                taken = Taken(speaker.holder_id, axis.label("conditional"), "word", None, axis.label("negative"))
                return make_draft(scene, field, sentence, index, taken, condition)
        role = scene.axis.label("negative" if says_no is not None else "positive")
        return make_draft(scene, field, sentence, index, Taken(speaker.holder_id, role, "word"), None)
    return None


def _told(scene: Scene, field: Field, sentence: Marked) -> Draft | None:
    """A no that is reported: "he said that there would be none"."""
    for frame in scene.voices.frames[sentence.number]:
        if frame.kind not in ("say", "colon") or frame.speaker.holder_id is None:
            continue
        start = frame.verb
        if any(mark.start > start for tag in CANDIDATES for mark in sentence.all(tag)):
            continue
        marks = [
            *sentence.within("no", start, len(sentence.words)),
            *sentence.within("answer", start, len(sentence.words)),
        ]
        said = next(
            (mark for mark in marks if mark.value in ("short", "deed", "no") and _is_near(sentence, mark, start)), None
        )
        if said is not None:
            taken = Taken(frame.speaker.holder_id, scene.axis.label("negative"), "word")
            return make_draft(scene, field, sentence, said.start, taken, None)
    return None


def _continued(scene: Scene, field: Field, sentence: Marked, asked: Marked) -> Draft | None:
    """ "X: Why would we attack? We won't": the short sentence behind a question that a holder puts to himself."""
    if sentence.number != asked.number + 1 or sentence.sentence.paragraph != asked.sentence.paragraph:
        return None
    frame = next((f for f in scene.voices.frames[asked.number] if f.kind == "colon" and f.speaker.holder_id), None)
    if frame is None or scene.voices.frames[sentence.number] or len(sentence.words) > _SHORT:
        return None
    said = next((mark for mark in sentence.all("no") if mark.value in ("short", "deed")), None)
    if said is None or has_candidate(sentence, 0, len(sentence.words)):
        return None
    taken = Taken(frame.speaker.holder_id or "", scene.axis.label("negative"), "word")
    return make_draft(scene, field, sentence, said.start, taken, None)


def _is_near(sentence: Marked, mark: Mark, verb: int) -> bool:
    return mark.start - verb <= _SHORT and not any(";" in word.gap for word in sentence.words[verb + 1 : mark.start])


def _announced(scene: Scene, field: Field, sentence: Marked) -> Draft | None:
    """ "If Moscow asks, we will say no": the proposition is what the article is about."""
    marks = sentence.all("answer")
    if not marks or not scene.names_target:
        return None
    mark = max(marks, key=lambda found: (found.value == "yes", -found.start))
    speaker, _ = scene.voices.of(sentence, mark.start)
    if speaker is None or speaker.holder_id is None or "?" in sentence.sentence.tail[:1]:
        return None
    first, last = sentence.segment(mark.start)
    if has_candidate(sentence, first, last, mark):
        return None
    axis = scene.axis
    if mark.value == "no":
        return make_draft(
            scene, field, sentence, mark.start, Taken(speaker.holder_id, axis.label("negative"), "word"), None
        )
    condition = find_condition(sentence, mark, first, last, True)
    if not isinstance(condition, Condition) or condition.kind == "concessive":
        return None
    taken = Taken(speaker.holder_id, axis.label("conditional"), "word", None, axis.label("negative"))
    return make_draft(scene, field, sentence, mark.start, taken, condition)


def has_candidate(sentence: Marked, first: int, last: int, answer: Mark | None = None) -> bool:
    """Whether words ``first`` to ``last`` name the action themselves, apart from the answer's own words."""
    return any(
        mark.value not in ("condition", "answer")
        and not sentence.covering("force", mark.start)  # "if they ask for troops for Ukraine"
        and (answer is None or not overlaps(mark, answer))
        for tag in CANDIDATES
        for mark in sentence.within(tag, first, last)
    )


def make_draft(
    scene: Scene, field: Field, sentence: Marked, index: int, taken: Taken, condition: Condition | None
) -> Draft:
    """A statement that no candidate of its own carries; its horizon may come with the quotation's next sentence."""
    start, end = evidence_span(scene, sentence, index)
    return Draft(
        taken,
        taken.stance == scene.axis.label("negative"),
        None if condition is None else condition_record(scene, sentence, condition),
        _horizon(scene, sentence, index),
        {"field": field, "text": scene.document.text[start:end], "start": start, "end": end},
        "headline" if scene.is_title else "direct" if sentence.utterance(index) >= 0 else "indirect",
        said_at(scene, sentence, taken.holder_id),
    )


def _horizon(scene: Scene, sentence: Marked, index: int) -> str | None:
    if sentence.utterance(index) < 0:
        return None
    quote = scene.document.quotes[sentence.words[index].quote]
    for near in scene.sentences[sentence.number : sentence.number + 3]:
        for mark in near.all("horizon"):
            if near.words[mark.start].start < quote.end and near.utterance(mark.start) >= 0:
                return scene.document.text[near.words[mark.start].start : near.words[mark.end - 1].end]
    return None

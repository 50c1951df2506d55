"""What does an article take back of what was said before? Withdrawn, corrected and disputed words.

1. A retraction ("he was mistranslated", "he misspoke") by the holder or who speaks for them withdraws what the article
   has from them beyond the near end of the axis, but for its own sentence and for what a correction puts in its place.
2. A correction ("he said 'would join if attacked', not 'will join'") withdraws the firm words; what the same sentence
   has instead stands. The wrong wording is on file, withdrawn, also where the article has it nowhere else.
3. What an outlet says that it wrongly reported is left out (rules.py) and taken back by the outlet.
4. What holders say that they never said is disputed.

Each of these is a ``Takeback`` of the mention too, because the words may stand in other articles only: the alert stage
looks for them there. A holder's retraction that names no words takes back "whatever commitment was the last" (stance
None); an outlet has to name them. A correction is the outlet's where the article speaks of one, else the holder's.
Limits: an article is searched for its first retraction, the text before the title; whose words they were is told by
the speaker, else by the first holder in the sentence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from streams.model.records import Evidence, Field, Takeback
from streams.stance.axis import Axis
from streams.stance.conditions import Condition
from streams.stance.dates import said_day
from streams.stance.frames import Speaker
from streams.stance.marked import Marked
from streams.stance.reading import Reading, Scene, find_holder, is_negative
from streams.stance.rules import Left, Taken, Verdict
from streams.stance.statements import Draft, draft, evidence_span
from streams.stance.vocabulary import Mark

MAX_TAKEBACKS = 10


@dataclass(frozen=True, slots=True)
class Passage:
    """A candidate that a rule left out because its words are taken back; ``wrong`` is what they would have said."""

    rule: str
    scene: Scene
    sentence: Marked
    wrong: Draft

    def has(self, item: Draft) -> bool:
        return _is_in(item, self.wrong.evidence["field"], self.sentence)


def passage_of(reading: Reading, rule: str, verdict: Verdict, field: Field) -> Passage | None:
    """The passage of a candidate that was left out by ``corrected``, ``misreported`` or as denied words."""
    is_denied = rule == "disputed" and isinstance(verdict, Left) and verdict.reason == "denied-words"
    if rule not in ("corrected", "misreported") and not is_denied:
        return None
    axis = reading.scene.axis
    holder_id = find_holder(reading)
    if holder_id is None or (is_denied and (reading.speaker is None or reading.speaker.holder_id != holder_id)):
        return None  # only holders dispute what they are said to have said
    stance = axis.label("positive")
    if rule != "corrected" and is_negative(reading):
        stance = axis.label("negative")
    elif rule != "corrected" and isinstance(reading.condition, Condition):
        stance = axis.label("conditional")
    wrong = draft(reading, Taken(holder_id, stance, "word", status="withdrawn"), field)
    if rule == "corrected":
        wrong = replace(wrong, evidence=_quoted(reading, wrong.evidence))
    return Passage(rule, reading.scene, reading.sentence, wrong)


def _quoted(reading: Reading, evidence: Evidence) -> Evidence:
    """The wrong wording itself, which stands in quotation marks of its own."""
    number = reading.sentence.words[reading.mark.start].quote
    if number < 0:
        return evidence
    document = reading.scene.document
    start, end = document.quotes[number].start, document.quotes[number].end
    text = document.text[start:end]
    if not text.strip():
        return evidence
    return {"field": evidence["field"], "text": text, "start": start, "end": end}


def take_back(
    scenes: Sequence[Scene], found: Sequence[Draft], passages: Sequence[Passage], axis: Axis
) -> tuple[list[Draft], list[Takeback]]:
    """The drafts with what was taken back marked, and what was taken back."""
    corrections = [passage for passage in passages if passage.rule == "corrected"]
    taken: list[Takeback] = []
    drafts, by_retraction = _withdraw(scenes, found, passages, taken)
    for passage in corrections:
        drafts = _correct(drafts, passage, by_retraction, axis, taken)
    taken.extend(_left_out(passage) for passage in passages if passage.rule != "corrected")
    taken.extend(_disputed(drafts))
    distinct = {_key(each): each for each in reversed(taken)}
    ordered = [each for each in taken if distinct[_key(each)] is each]
    return drafts, ordered[:MAX_TAKEBACKS]


def _withdraw(
    scenes: Sequence[Scene], found: Sequence[Draft], passages: Sequence[Passage], taken: list[Takeback]
) -> tuple[list[Draft], str | None]:
    """Mark what the article's first retraction takes back; tell by whom."""
    corrections = [passage for passage in passages if passage.rule == "corrected"]
    for scene, sentence, mark, holder_id in _retractions(scenes):
        field: Field = "title" if scene.is_title else "text"
        drafts = []
        withdrawn: list[Draft] = []
        for item in found:
            is_kept = _is_in(item, field, sentence) or any(passage.has(item) for passage in corrections)
            if item.taken.status == "asserted" and not is_kept and _is_taken_back(scene, item, holder_id):
                item = replace(item, taken=replace(item.taken, status="withdrawn"))
                withdrawn.append(item)
            drafts.append(item)
        by = _by(scene, sentence, mark)
        is_told = any(
            passage.wrong.taken.holder_id == holder_id and (passage in corrections or passage.sentence is sentence)
            for passage in passages
        )
        if not is_told:
            evidence, on = _evidence(scene, sentence, mark, field), _day(scene, sentence)
            taken.extend(_takeback(item, "withdrawn", by, on, evidence, _known_day(item, scene)) for item in withdrawn)
            if not withdrawn and by == "holder":
                taken.append(_unnamed(holder_id, on, evidence))
        return drafts, by
    return list(found), None


def _correct(
    drafts: Sequence[Draft], passage: Passage, by_retraction: str | None, axis: Axis, taken: list[Takeback]
) -> list[Draft]:
    """Withdraw a holder's firm words but for those of the correction itself."""
    wrong = passage.wrong
    kept: list[Draft] = []
    has_words = False
    for item in drafts:
        is_same = item.taken.holder_id == wrong.taken.holder_id and item.taken.stance == wrong.taken.stance
        if is_same and not passage.has(item):
            has_words = True
            item = replace(item, taken=replace(item.taken, status="withdrawn"))
        kept.append(item)
    restored = [
        item.taken.stance
        for item in drafts
        if passage.has(item) and item.taken.holder_id == wrong.taken.holder_id and item.taken.status == "asserted"
    ]
    if not has_words:
        kept.append(wrong)
    by = by_retraction or ("outlet" if passage.scene.takes_back else "holder")
    evidence = _evidence(passage.scene, passage.sentence, None, wrong.evidence["field"])
    on = _day(passage.scene, passage.sentence)
    instead = max(restored, key=axis.labels.index, default=None)
    kind = "withdrawn" if instead is None else "corrected"
    taken.append({**_takeback(wrong, kind, by, on, evidence, _known_day(wrong, passage.scene)), "instead": instead})
    return kept


def _left_out(passage: Passage) -> Takeback:
    wrong, scene = passage.wrong, passage.scene
    kind, by = ("withdrawn", "outlet") if passage.rule == "misreported" else ("disputed", "holder")
    evidence = _evidence(scene, passage.sentence, None, wrong.evidence["field"])
    return _takeback(wrong, kind, by, scene.published.isoformat(), evidence, _known_day(wrong, scene))


def _disputed(drafts: Iterable[Draft]) -> Iterator[Takeback]:
    for item in drafts:
        if item.taken.status == "disputed":
            yield _takeback(item, "disputed", "holder", item.said_at, item.evidence, None)


def _unnamed(holder_id: str, on: str, evidence: Evidence) -> Takeback:
    return {
        "holder_id": holder_id,
        "kind": "withdrawn",
        "by": "holder",
        "stance": None,
        "instead": None,
        "said_at": None,
        "on": on,
        "evidence": evidence,
    }


def _takeback(item: Draft, kind: str, by: str, on: str, evidence: Evidence, said_at: str | None) -> Takeback:
    return {
        "holder_id": item.taken.holder_id,
        "kind": "withdrawn" if kind == "withdrawn" else "corrected" if kind == "corrected" else "disputed",
        "by": "outlet" if by == "outlet" else "holder",
        "stance": item.taken.stance,
        "instead": None,
        "said_at": said_at,
        "on": on if said_at is None else max(on, said_at),
        "evidence": evidence,
    }


def _retractions(scenes: Sequence[Scene]) -> Iterator[tuple[Scene, Marked, Mark, str]]:
    for scene in reversed(scenes):  # the text before the title: it tells the day
        for sentence in scene.sentences:
            for mark in sentence.all("retract"):
                holder_id = _who_retracts(scene, sentence, mark)
                if holder_id is not None:
                    yield scene, sentence, mark, holder_id


def _who_retracts(scene: Scene, sentence: Marked, mark: Mark) -> str | None:
    """The speaker, if that is a holder or their spokesman; the first holder named where the outlet tells it."""
    speaker, _ = scene.voices.of(sentence, mark.start)
    named = sentence.all("holder")
    if speaker is None or (named and speaker.holder_id is None and _is_office(sentence, speaker)):
        return named[0].value if named else None
    if speaker.holder_id is not None:
        return speaker.holder_id
    frames = scene.voices.frames[sentence.number]
    return next((frame.speaker.holder_id for frame in frames if frame.speaker.is_mouth), None)


def _is_office(sentence: Marked, speaker: Speaker) -> bool:
    """ "His press service said": an office of nobody else."""
    words = (sentence.words[index].form for mark in sentence.all("mouth") for index in range(mark.start, mark.end))
    return speaker.name in words


def _by(scene: Scene, sentence: Marked, mark: Mark) -> str:
    """The outlet speaks of its own "earlier version", or corrects without anybody saying so."""
    speaker, _ = scene.voices.of(sentence, mark.start)
    is_own = any(found.value == "told" for found in sentence.all("misreport"))
    return "outlet" if speaker is None and (is_own or scene.takes_back) else "holder"


def _is_taken_back(scene: Scene, item: Draft, holder_id: str) -> bool:
    axis = scene.axis
    speaks_for = {holder_id, axis.holder(holder_id).spoken_by, axis.holder(item.taken.holder_id).spoken_by}
    return item.taken.holder_id in speaks_for and item.taken.stance != axis.label("negative")


def _is_in(item: Draft, field: Field, sentence: Marked) -> bool:
    limits = sentence.sentence
    return item.evidence["field"] == field and limits.start <= item.evidence["start"] < limits.end


def _day(scene: Scene, sentence: Marked) -> str:
    return (said_day(sentence, scene.code, scene.published) or scene.published).isoformat()


def _known_day(item: Draft, scene: Scene) -> str | None:
    """The day of the words if the article tells it; the day of publication stands for one that it does not."""
    return None if item.said_at == scene.published.isoformat() else item.said_at


def _evidence(scene: Scene, sentence: Marked, mark: Mark | None, field: Field) -> Evidence:
    limits = sentence.sentence
    start, end = (limits.start, limits.end) if mark is None else evidence_span(scene, sentence, mark.start)
    text = scene.document.text
    while end > start and text[end - 1].isspace():
        end -= 1
    while start < end and text[start].isspace():
        start += 1
    return {"field": field, "text": text[start:end], "start": start, "end": end}


def _key(each: Takeback) -> tuple[str | None, ...]:
    return each["holder_id"], each["kind"], each["by"], each["stance"], each["instead"]

"""From verdicts to the statements of an article: evidence, day, directness, and which of them are one.

Two drafts are one statement if holder, stance, lane, trigger, status and day agree; a metonym's ("Minsk") is its
speaker's if the article has the speaker say the same, and a condition that is not named is the one that is. The most
direct wording is the evidence, the others are kept as
``wordings``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from streams.model.precedence import precedence
from streams.model.records import Condition as ConditionRecord
from streams.model.records import Directness, Evidence, Field, Statement
from streams.stance.axis import Axis
from streams.stance.conditions import Condition
from streams.stance.dates import said_day
from streams.stance.marked import Marked
from streams.stance.reading import Reading, Scene, is_negative
from streams.stance.rules import Taken

_TRIM = " \t\r\n,;:.!?…—–-\"“”„«»'’‘"
_HOLDING = ("if", "as-long-as", "provided")
"""Conditions under which a refusal holds: what they name must stay away."""
CONFIDENCE: dict[Directness, float] = {"direct": 0.95, "mixed": 0.9, "indirect": 0.85, "headline": 0.7, "reported": 0.6}
"""A prior by how we know; the labelled cases of tests/evals order the five the same way."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A verdict with its place in the text."""

    taken: Taken
    negated: bool
    condition: ConditionRecord | None
    horizon: str | None
    evidence: Evidence
    directness: Directness
    said_at: str
    chance: float = 1.0
    """How likely it is, where the weights and not the grammar found it."""


def draft(reading: Reading, taken: Taken, field: Field) -> Draft:
    """Place a verdict: evidence is the quoted words, or the sentence."""
    scene, sentence = reading.scene, reading.sentence
    start, end = evidence_span(scene, sentence, reading.mark.start)
    condition = None if taken.condition is None else condition_record(scene, sentence, taken.condition)
    if condition is not None and taken.default is not None and is_negative(reading) and condition["kind"] in _HOLDING:
        condition["inverted"] = True
    horizon = next(iter(sentence.within("horizon", reading.low, reading.high)), None)
    return Draft(
        taken,
        reading.clause.is_negated or bool(reading.clause.refusals) or reading.clause.is_post_negated,
        condition,
        None if horizon is None else _text(scene, sentence, horizon.start, horizon.end),
        {"field": field, "text": scene.document.text[start:end], "start": start, "end": end},
        _directness(reading, taken),
        said_at(scene, sentence, taken.holder_id),
    )


def evidence_span(scene: Scene, sentence: Marked, index: int) -> tuple[int, int]:
    """The characters of the segment around a word: quoted words without their marks, or the whole sentence."""
    text = scene.document.text
    if sentence.utterance(index) >= 0:
        first, last = sentence.segment(index)
        quote = scene.document.quotes[sentence.words[index].quote]
        start = max(quote.start, sentence.sentence.start)
        end = min(quote.end, sentence.sentence.end)
        start = max(start, min(start, sentence.words[first].start))
        end = max(end, sentence.words[last - 1].end)
    else:
        start, end = sentence.sentence.start, sentence.sentence.end
        if 0 < sentence.begin < len(sentence.words):
            start = sentence.words[sentence.begin].start
            while scene.document.text[start - 1] in "\"“«„‘'":
                start -= 1
    while start < end and (text[start].isspace() or text[start] in "—–-"):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in ",;"):
        end -= 1
    return start, end


def condition_record(scene: Scene, sentence: Marked, condition: Condition) -> ConditionRecord:
    """The condition in its own words, and what it waits for."""
    triggers = sentence.within("trigger", condition.start, condition.end)
    order = {trigger.id: place for place, trigger in enumerate(scene.axis.triggers)}
    first = min(triggers, key=lambda mark: (order[mark.value], mark.start), default=None)
    return {
        "text": _text(scene, sentence, condition.start, condition.end).strip(_TRIM),
        "kind": condition.kind,
        "trigger": "other" if first is None else first.value,
        "met": "claimed" if sentence.all("met") else "not-reported",
    }


def said_at(scene: Scene, sentence: Marked, holder_id: str) -> str:
    """The day of the sentence, else the first day that the article gives for the holder's words, else publication."""
    day = said_day(sentence, scene.code, scene.published) or scene.days.get(holder_id)
    return (day or scene.published).isoformat()


def _directness(reading: Reading, taken: Taken) -> Directness:
    if reading.scene.is_title:
        return "headline"
    if reading.is_direct:
        return "direct"
    if reading.speaker is None and reading.clause.subject is not None and reading.clause.subject.tag != "holder":
        return "reported"
    if reading.speaker is None and taken.lane == "act":
        return "reported"
    spans = [(reading.low, reading.high)]
    if any(reading.sentence.words[i].quote >= 0 for low, high in spans for i in range(low, high)):
        return "mixed"
    return "indirect" if reading.speaker is not None or reading.clause.refusals else "reported"


def build(item: Draft, axis: Axis) -> Statement:
    """The record of a draft."""
    holder = axis.holder(item.taken.holder_id)
    sure = CONFIDENCE[item.directness] - (0.15 if item.taken.modality in ("may", "not-ruled-out") else 0.0)
    return {
        "holder": holder.name,
        "holder_id": holder.id,
        "holder_role": holder.role,
        "authority": holder.authority,
        "stance": item.taken.stance,
        "condition": item.condition,
        "default": item.taken.default,
        "lane": item.taken.lane,
        "negated": item.negated,
        "modality": item.taken.modality,
        "horizon": item.horizon,
        "evidence": item.evidence,
        "directness": item.directness,
        "said_at": item.said_at,
        "status": item.taken.status,
        "confidence": round(min(sure, item.chance), 2),
    }


def merge(statements: list[Statement], axis: Axis) -> list[Statement]:
    """One statement for each position; in order of precedence."""
    groups: dict[tuple[str, ...], list[Statement]] = {}
    for statement in statements:
        groups.setdefault(_key(statement, statement["holder_id"]), []).append(statement)
    for key in list(groups):
        speaker = axis.holder(groups[key][0]["holder_id"]).spoken_by
        if speaker is None:
            continue
        other = _key(groups[key][0], speaker)
        if other in groups and other != key:
            groups[other].extend(groups.pop(key))
    for key in [key for key in groups if key[3] == "other"]:
        named = [
            other for other in groups if other != key and other[3] and (*other[:3], *other[4:]) == (*key[:3], *key[4:])
        ]
        if len(named) == 1:  # "there is one case in which we fight", said beside the case
            groups[named[0]].extend(groups.pop(key))
    merged = [_merged(group, axis) for group in groups.values()]
    return sorted(merged, key=lambda statement: precedence(statement, axis.labels))


def _key(statement: Statement, holder_id: str) -> tuple[str, ...]:
    condition = statement["condition"]
    trigger = "" if condition is None else condition["trigger"]
    return (holder_id, statement["stance"], statement["lane"], trigger, statement["status"], statement["said_at"])


def _merged(group: list[Statement], axis: Axis) -> Statement:
    """The best wording as evidence; what it lacks (a condition's strictness) stays as it says it."""
    ordered = sorted(group, key=lambda statement: precedence(statement, axis.labels))
    owner = next((s for s in group if axis.holder(s["holder_id"]).spoken_by is None), group[0])
    best = ordered[0]
    seen = {(best["evidence"]["field"], best["evidence"]["start"])}
    wordings: list[Evidence] = []
    for other in ordered[1:]:
        place = (other["evidence"]["field"], other["evidence"]["start"])
        if place not in seen:
            seen.add(place)
            wordings.append(other["evidence"])
    merged: Statement = {**best}
    merged["holder"], merged["holder_id"] = owner["holder"], owner["holder_id"]
    merged["holder_role"], merged["authority"] = owner["holder_role"], owner["authority"]
    if wordings:
        merged["wordings"] = wordings
    return merged


def _text(scene: Scene, sentence: Marked, start: int, end: int) -> str:
    words = sentence.words
    return scene.document.text[words[start].start : words[end - 1].end]


def with_condition(item: Draft, condition: ConditionRecord, stance: str, default: str) -> Draft:
    """The same utterance with the condition that its next sentence adds."""
    taken = replace(item.taken, stance=stance, default=default)
    return replace(item, taken=taken, condition=condition)

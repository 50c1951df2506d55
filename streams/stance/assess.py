"""What does an article say on a watch's question? Title and text to statements, left-out passages and one label.

Order: read and mark (text, marked), hear who speaks (voices), judge every candidate (rules), add what the chain
cannot see alone (answers to questions, conditions in a sentence of their own, claims that a condition is met), merge
what is the same statement (statements), and let the shared precedence name the principal one (model.precedence). What
is taken back is marked before that (takebacks).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from streams.model.precedence import principal
from streams.model.records import Field, LeftOut, Statement, Takeback
from streams.model.watch import Watch
from streams.stance.axis import NONE, NOT_ASSESSED, Axis, axis_of
from streams.stance.candidates import candidates
from streams.stance.dates import published_day, said_day
from streams.stance.followups import follow_up
from streams.stance.holders import FEW, narrowed
from streams.stance.likeness import Found, Scales, Weigher, Weighing
from streams.stance.marked import Marked, ground, mark, vocabulary_of
from streams.stance.reading import Reading, Scene, read_candidate
from streams.stance.rules import INCOMPLETE, Left, Taken, Verdict, judge
from streams.stance.statements import Draft, build, draft, merge
from streams.stance.takebacks import Passage, passage_of, take_back
from streams.stance.vocabulary import Mark
from streams.stance.voices import Voices, hear
from streams.stance.weights import Weights, shipped_weights

NEAR_DAYS = 7
OPENING_SENTENCES = 3
OLD_DAYS = 2
"""In an article that opens with something else, words of so many days before are repeated, not reported."""
MAX_LEFT_OUT = 40
UNLIKELY = "unlikely"
"""Why a passage is left that was weighed and weighs too little."""
_QUIET = ("not-the-question", "no-actor", "mention-only")
_TELLING = ("withdrawn", "fabricated", "boilerplate", "counterfactual", "background", "denied-words", "claimed-change")
"""Of several reasons for one passage, what a reader should hear first; the others follow in the text's order."""


@dataclass(frozen=True, slots=True)
class Looked:
    """One candidate: the sentence, the rule that decided, and its verdict (a label, or the reason to leave it)."""

    field: Field
    start: int
    end: int
    text: str
    rule: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Assessment:
    """``label`` is one of the axis, ``none`` or ``not-assessed``; ``explain`` lists every candidate in its order;
    ``takebacks`` are earlier words that do not hold."""

    label: str
    statements: tuple[Statement, ...]
    left_out: tuple[LeftOut, ...]
    explain: tuple[Looked, ...]
    takebacks: tuple[Takeback, ...] = ()


EMPTY = Assessment(NONE, (), (), ())


def assess(article: Mapping[str, Any], watch: Watch, weights: Weights | None = None) -> Assessment:
    """Assess one article (any record with title, text, language and published_at) for one watch.

    ``weights``: in place of the shipped ones.
    """
    axis = axis_of(watch)
    if axis is None:
        return EMPTY
    if not axis.reads(article["language"]):
        return Assessment(NOT_ASSESSED, (), (), ())
    code = article["language"]
    scenes = read_scenes(article, axis, code)
    drafts: list[Draft] = []
    left: list[LeftOut] = []
    looked: list[Looked] = []
    passages: list[Passage] = []
    scales = Scales(weights or shipped_weights(), scenes)
    for scene in scenes:
        heard = hear_by_grammar(scene)
        taken, weighed = Weigher(scales, scene, heard.field, heard.found).weigh(heard.drafts, heard.settled)
        drafts.extend(taken)
        passages.extend(heard.passages)
        left.extend(heard.left)
        left.extend(
            {**each.outweighed.evidence, "reason": UNLIKELY}
            for each in weighed
            if each.outweighed is not None and each.stance is None
        )
        looked.extend(heard.looked)
        looked.extend(_weighed(scene, heard.field, verdict) for verdict in weighed)
    drafts, takebacks = take_back(scenes, drafts, passages, axis)
    old = [] if _is_about(drafts, scenes[1]) else [item for item in drafts if _is_old(item, scenes[1])]
    left.extend(_as_background(item) for item in old)
    statements = merge([build(item, axis) for item in drafts if item not in old], axis)
    first = principal(statements, axis.labels)
    label = NONE if first is None else first["stance"]
    return Assessment(label, tuple(statements), tuple(_distinct(left, statements)), tuple(looked), tuple(takebacks))


@dataclass(frozen=True, slots=True)
class Heard:
    """What the grammar makes of a title or a text.

    ``settled``: the drafts that no single sentence says; ``found``: its rules and their verdicts by sentence.
    """

    field: Field
    drafts: list[Draft]
    settled: list[Draft]
    left: list[LeftOut]
    looked: list[Looked]
    passages: list[Passage]
    found: dict[int, list[Found]]


def hear_by_grammar(scene: Scene) -> Heard:
    """Judge every candidate, and add what follows from its neighbours."""
    field: Field = "title" if scene.is_title else "text"
    heard = Heard(field, [], [], [], [], [], {})
    taken: list[Draft] = []
    for sentence, group in candidates(scene):
        if sentence.sentence.end <= scene.repeated:
            continue
        reading, rule, verdict = _decided(scene, sentence, group)
        start, end = _span(sentence, scene)
        passage = scene.document.text[start:end]
        if isinstance(verdict, Taken):
            if reading.speaker is None:
                verdict = replace(verdict, holder_id=narrowed(scene, sentence, verdict.holder_id))
            taken.append(draft(reading, verdict, field))
            heard.looked.append(Looked(field, start, end, passage, rule, verdict.stance))
            heard.found.setdefault(sentence.number, []).append((rule, scene.axis.roles[verdict.stance]))
        else:
            heard.looked.append(Looked(field, start, end, passage, rule, verdict.reason))
            heard.found.setdefault(sentence.number, []).append((rule, verdict.reason))
            gone = passage_of(reading, rule, verdict, field)
            if gone is not None:
                heard.passages.append(gone)
            if _is_told(reading.sentence, verdict):
                heard.left.append(
                    {"field": field, "start": start, "end": end, "reason": verdict.reason, "text": passage}
                )
    heard.drafts.extend(follow_up(scene, field, taken))
    heard.settled.extend(item for item in heard.drafts if item not in taken)
    return heard


def _weighed(scene: Scene, field: Field, verdict: Weighing) -> Looked:
    start, end = _span(verdict.sentence, scene)
    return Looked(field, start, end, scene.document.text[start:end], "weighed", verdict.stance or UNLIKELY)


def _decided(scene: Scene, sentence: Marked, group: Sequence[Mark]) -> tuple[Reading, str, Verdict]:
    """The reading of a passage, by another of its patterns where the first asks for more than is there."""
    reading = read_candidate(scene, sentence, group[0])
    rule, verdict = judge(reading)
    if not isinstance(verdict, Left) or verdict.reason != INCOMPLETE:
        return reading, rule, verdict
    for other in group[1:]:
        again = read_candidate(scene, sentence, other)
        rule_again, verdict_again = judge(again)
        if isinstance(verdict_again, Taken):
            return again, rule_again, verdict_again
    return reading, rule, verdict


def read_scenes(article: Mapping[str, Any], axis: Axis, code: str) -> list[Scene]:
    """The title and the text, marked and with their voices."""
    vocabulary = vocabulary_of(axis, code)
    title, title_grounds = ground(article["title"] or "", code)
    text, text_grounds = ground(article["text"] or "", code)
    title_marked, text_marked = mark(title_grounds, vocabulary, code), mark(text_grounds, vocabulary, code)
    boilerplate = tuple((span["start"], span["end"]) for span in article.get("boilerplate") or ())
    everything = (*title_marked, *text_marked)
    targets = any(sentence.all("target") for sentence in everything)
    takes_back = any(s.utterance(m.start) < 0 for s in everything for m in s.all("takeback"))
    repeated = _repeated(title.text, text.text)
    published = published_day(article["published_at"])
    named = frozenset(m.value for s in everything for m in s.all("holder"))
    scenes = []
    for is_title, document, marked in ((True, title, title_marked), (False, text, text_marked)):
        fakes = frozenset(s.sentence.paragraph for s in marked if _tells_of_a_fake(s))
        voices = hear(marked, axis, code, () if is_title else title_marked)
        spans = () if is_title else boilerplate
        days = _days(marked, voices, code, published)
        scenes.append(
            Scene(
                axis,
                code,
                document,
                tuple(marked),
                voices,
                published,
                is_title,
                targets,
                spans,
                fakes,
                takes_back,
                0 if is_title else repeated,
                days,
                named,
                len(text_marked) <= FEW,
            )
        )
    return scenes


def _tells_of_a_fake(sentence: Marked) -> bool:
    """Whether the outlet tells of one; not where a holder calls reports "a fabrication"."""
    return any(
        sentence.utterance(m.start) < 0 and not sentence.covering("refuse", m.start) for m in sentence.all("fake")
    )


def _repeated(title: str, text: str) -> int:
    """How much of the text is its own title, if it begins with that."""
    first = text.partition("\n")[0]
    return len(first) + 1 if first.strip() and first.strip() == title.strip() else 0


def _is_about(drafts: Iterable[Draft], scene: Scene) -> bool:
    """Whether the article opens with a statement on the question, in its title or first sentences."""
    opening = scene.sentences[: OPENING_SENTENCES + int(scene.repeated > 0)]
    end = opening[-1].sentence.end if opening else 0
    return any(item.evidence["field"] == "title" or item.evidence["start"] < end for item in drafts)


def _is_old(item: Draft, scene: Scene) -> bool:
    return (scene.published - date.fromisoformat(item.said_at)).days >= OLD_DAYS


def _as_background(item: Draft) -> LeftOut:
    return {**item.evidence, "reason": "background"}


def _days(marked: list[Marked], voices: Voices, code: str, published: date) -> dict[str, date]:
    days: dict[str, date] = {}
    for sentence, frames in zip(marked, voices.frames, strict=True):
        speakers = [f.speaker.holder_id for f in frames if f.kind != "think" and f.speaker.holder_id not in days]
        day = said_day(sentence, code, published) if speakers else None
        if day is not None and (published - day).days <= NEAR_DAYS:
            days.update((holder_id, day) for holder_id in speakers if holder_id is not None)
    return days


def _is_told(sentence: Marked, verdict: Left) -> bool:
    """Whether a reader should hear that it was left out: not for passages that name nobody of the watch's."""
    return verdict.reason not in _QUIET


def _span(sentence: Marked, scene: Scene) -> tuple[int, int]:
    text = scene.document.text
    start, end = sentence.sentence.start, sentence.sentence.end
    while end > start and text[end - 1].isspace():
        end -= 1
    while start < end and text[start].isspace():
        start += 1
    return start, end


def _distinct(left: list[LeftOut], statements: Iterable[Statement]) -> Iterable[LeftOut]:
    """One entry a passage (its most telling reason), none for a passage that also gave a statement."""
    taken = [evidence for s in statements for evidence in (s["evidence"], *s.get("wordings", ()))]
    seen: set[tuple[Field, int]] = set()
    order = {reason: place for place, reason in enumerate(_TELLING)}
    ranked = sorted(
        left, key=lambda item: (item["field"] != "title", item["start"], order.get(item["reason"], len(order)))
    )
    for item in ranked:
        key = (item["field"], item["start"])
        if key in seen or any(
            e["field"] == item["field"] and e["start"] < item["end"] and item["start"] < e["end"] for e in taken
        ):
            continue
        seen.add(key)
        yield item
        if len(seen) >= MAX_LEFT_OUT:
            return

"""Who acts in a passage, what stands beside the action, and is it claimed? What the rules ask of a candidate.

A candidate is an action, an avoidance or an act of the axis where it stands; ``read_candidate`` collects its voice,
clause and condition. The questions: whose action it is (``find_actor``), whose word or deed (``find_holder``),
whether what the action needs is there (``is_complete``), which way it points (``is_negative``), and whether it is
claimed at all and not only named (``is_asserted``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from streams.stance.axis import Axis
from streams.stance.clauses import Clause, read_clause
from streams.stance.conditions import Condition, find_bare, find_condition, find_opening
from streams.stance.frames import Frame, Speaker
from streams.stance.marked import LANGUAGES, Marked
from streams.stance.text import Document
from streams.stance.vocabulary import Mark
from streams.stance.voices import Voices

FORCE_REACH = 7
_US = ("us", "me", "нас", "нам", "меня", "nas")
_TOLD = ("told", "tells", "assured", "assures", "informed", "promised", "promises", "reminded")
_AGAINST = ("on", "against", "upon", "на", "против", "po", "na")
_LINKS = ("and", "but", "yes", "then")
DETERMINERS = ("one", "a", "an", "the", "any", "another", "its", "this", "such", "possible", "new")


@dataclass(frozen=True, slots=True)
class Scene:
    """What the rules may know of the article. ``names_target``: it speaks of the target somewhere."""

    axis: Axis
    code: str
    document: Document
    sentences: tuple[Marked, ...]
    voices: Voices
    published: date
    is_title: bool
    names_target: bool
    boilerplate: tuple[tuple[int, int], ...]
    fake_paragraphs: frozenset[int]
    takes_back: bool
    """Whether the outlet withdraws a report in this article."""
    repeated: int
    """How many characters of the text are the title once more."""
    days: Mapping[str, date]
    """For each holder, the first day of the last week that the article gives for their words."""
    named: frozenset[str] = frozenset()
    """The holders whom the article names."""
    is_brief: bool = False
    """Whether the text has few sentences, so that all of them are about one thing."""


@dataclass(frozen=True, slots=True)
class Reading:
    scene: Scene
    sentence: Marked
    mark: Mark
    speaker: Speaker | None
    frame: Frame | None
    low: int
    high: int
    clause: Clause
    condition: Condition | str | None
    is_direct: bool


def read_candidate(scene: Scene, sentence: Marked, mark: Mark) -> Reading:
    """Collect what the rules look at."""
    speaker, frame = scene.voices.of(sentence, mark.start)
    start, end = sentence.segment(mark.start)
    words = sentence.words
    low, high = start, end
    if frame is not None:
        if frame.verb < mark.start:
            low = max(low, frame.verb + 1, frame.start if frame.kind == "colon" else 0)
            is_told = words[frame.verb].form in _TOLD or (
                scene.code == "ru" and frame.subject < frame.verb and frame.kind != "think"
            )
            addressee = sentence.at(("person", "side"), low) if is_told else None
            if addressee is not None and addressee.start == low:
                low = addressee.end  # "told Putin his army would join"
        elif frame.verb >= mark.end:
            high = min(high, max(mark.end, frame.subject))
    clause = read_clause(sentence, mark, low, high)
    if frame is not None and frame.verb < mark.start and _is_left_open(sentence, frame.verb):
        clause = replace(clause, modality="may")
    future = (
        clause.modality in ("will", "ready", "plan", "must")
        or bool(LANGUAGES[scene.code].endings)
        or speaker is not None
        or (mark.start > 0 and words[mark.start - 1].form == "to")
    )
    is_tagged = frame is not None and frame.start < frame.verb < mark.start and frame.kind != "colon"
    condition = find_condition(sentence, mark, start if is_tagged else low, high, future)
    if condition is None and mark.tag == "action" and speaker is not None and speaker.holder_id is not None:
        condition = _bare(scene, sentence, clause, mark, start if is_tagged else low)
    inside = any(modal.value == "would" for modal in sentence.within("modal", mark.start, mark.end))
    is_ahead = inside or clause.modality in ("will", "would", "ready", "may")
    is_refused = mark.tag == "avoid" or clause.is_negated or bool(clause.refusals)
    if condition is None and speaker is not None and speaker.holder_id is not None:
        condition = _parted(scene, sentence, mark, start, end, speaker)
    if condition is None and is_ahead and not is_refused:
        condition = _level(sentence, start, end)
    if condition is None and is_ahead and is_negated(clause):
        condition = _lacking(sentence, mark, start, end)
    if isinstance(condition, Condition) and _is_conceded(sentence, condition, mark, clause):
        condition = replace(condition, kind="concessive")
    if isinstance(condition, Condition) and condition.end <= mark.start:
        clause = read_clause(sentence, mark, max(low, condition.end), high)
        if condition.kind == "concessive" and words[condition.start].form == "not":
            clause = replace(clause, is_negated=True)  # "not even if he begs will we go"
    return Reading(
        scene, sentence, mark, speaker, frame, low, high, clause, condition, sentence.utterance(mark.start) >= 0
    )


def _is_left_open(sentence: Marked, verb: int) -> bool:
    """ "Left open whether the army would enter"."""
    said = sentence.covering("say", verb)
    return said is not None and said.value == "open"


def _is_conceded(sentence: Marked, condition: Condition, mark: Mark, clause: Clause) -> bool:
    """ "Let them shell us, all the same we will not go": whatever they do."""
    if condition.kind != "if" or condition.end > mark.start:
        return False
    if sentence.words[condition.start].form == "let" and mark.tag == "action" and is_negated(clause):
        return True
    return bool(sentence.within("still", condition.end, mark.start))


def _bare(scene: Scene, sentence: Marked, clause: Clause, mark: Mark, low: int) -> Condition | None:
    """A condition without a conjunction, for what is affirmed and lies ahead."""
    if clause.is_negated or clause.is_post_negated or clause.refusals or clause.is_counterfactual:
        return None
    is_spoken = scene.is_title or sentence.utterance(mark.start) >= 0
    return find_bare(sentence, mark, scene.code, low, is_spoken)


def _parted(scene: Scene, sentence: Marked, mark: Mark, low: int, high: int, speaker: Speaker) -> Condition | None:
    """ "'If they come,' he said, 'we fight'": a condition in another piece of the same speaker's words."""
    words = sentence.words
    for start, end in sentence.segments():
        quote = sentence.utterance(start)
        if quote < 0 or start == low or scene.voices.quotes.get(quote) != speaker:
            continue
        opening = start
        while opening < end - 1 and words[opening].form in _LINKS:
            opening += 1
        found = find_opening(sentence, opening, end)
        if found is not None and (start > mark.start or not _has_main_clause(sentence, found, end)):
            return Condition(found.start, end, found.kind)
    return None


def _has_main_clause(sentence: Marked, condition: Condition, end: int) -> bool:
    """Whether something that is to be done follows a condition behind its comma."""
    commas = [i for i in range(condition.start + 1, end) if "," in sentence.words[i].gap]
    return bool(commas) and any(sentence.within(tag, commas[-1], end) for tag in ("action", "avoid"))


def _level(sentence: Marked, low: int, high: int) -> Condition | None:
    """ "We would recommend it at 36": the level at which the watch says that an intention holds is its condition."""
    found = next(iter(sentence.within("level", low, high)), None)
    return None if found is None else Condition(found.start, found.end, "if")


def _lacking(sentence: Marked, mark: Mark, low: int, high: int) -> Condition | None:
    """ "Without guarantees we will not sign": what must not be lacking, if the watch knows it as a trigger."""
    for lacking in sentence.within("lacking", low, high):
        end = min(high, lacking.end + 7)
        if not sentence.within("trigger", lacking.end, end) or lacking.start == mark.start:
            continue
        if lacking.start > mark.end:
            return Condition(lacking.start, high, "unless")
        for index in range(lacking.end + 1, mark.start + 1):
            if "," in sentence.words[index].gap:
                return Condition(lacking.start, index, "unless")
    return None


def is_negated(clause: Clause) -> bool:
    return clause.is_negated or bool(clause.refusals)


def find_holder(reading: Reading) -> str | None:
    """The holder whose word this is, or whose deed."""
    speaker = reading.speaker
    if speaker is not None:
        return speaker.holder_id
    subject = reading.clause.subject
    axis = reading.scene.axis
    refuser = find_refuser(reading)
    if refuser is not None:
        return refuser
    if subject is not None and subject.tag in ("holder", "description"):
        return subject.value
    if subject is not None and subject.tag == "own":
        named = reading.sentence.covering("holder", subject.start)
        return named.value if named is not None else state_holder(axis)
    person = reading.scene.voices.persons[reading.sentence.number]
    first = next((m for m in reading.sentence.all("holder") if m.start < reading.mark.start), None)
    if first is not None:
        return first.value
    return person.holder_id or state_holder(axis)


def find_doer(reading: Reading) -> str | None:
    """The holder whose deed this is: the state's if one of its organs tells what the state does."""
    holder, subject, axis = find_holder(reading), reading.clause.subject, reading.scene.axis
    if holder is None or axis.holder(holder).authority != "official" or subject is None:
        return holder
    is_state = subject.tag == "holder" and axis.holder(subject.value).pronoun == "it"
    return subject.value if is_state and axis.holder(subject.value).authority == "state" else holder


def find_refuser(reading: Reading) -> str | None:
    """The holder before a word of refusal: "X denied rumours that the army would join" is X's word."""
    sentence = reading.sentence
    for refusal in sentence.all("refuse"):
        if not reading.clause.first <= refusal.start < reading.mark.start or sentence.utterance(refusal.start) >= 0:
            continue
        named = (*sentence.all("holder"), *sentence.all("description"))
        before = sorted(mark for mark in named if mark.end <= refusal.start and not _is_behind(sentence, mark))
        if before:
            return before[-1].value
        if refusal.start <= sentence.begin + 1:  # "Denying rumours that …, X spoke"
            later = next((mark for mark in sentence.all("holder") if mark.start >= reading.mark.end), None)
            return None if later is None else later.value
    return None


def _is_behind(sentence: Marked, mark: Mark) -> bool:
    return mark.start - 1 > sentence.begin and sentence.covering("preposition", mark.start - 1) is not None


def state_holder(axis: Axis) -> str:
    """The holder that stands for the whole: one that is no person and speaks for the state, else the first."""
    for holder in axis.holders:
        if holder.authority == "state" and holder.pronoun == "it":
            return holder.id
    return axis.holders[0].id


def find_actor(reading: Reading) -> str:
    """Whose action it is: ``own``, ``other`` or ``none`` (nobody named)."""
    clause, sentence, mark = reading.clause, reading.sentence, reading.mark
    is_held = reading.speaker is not None and reading.speaker.holder_id is not None
    force = force_after(reading)
    if force is not None and _is_foreign(sentence, force):
        return "other"
    if mark.tag == "avoid" and is_held and any(sentence.at(("own", "first"), i) for i in range(mark.start, mark.end)):
        return "own"  # "count us out", "leave Belarus out of it"
    if mark.tag == "action" and _is_done_to_us(sentence, mark, reading.high):
        return "other"
    subject = clause.subject
    if subject is None:
        if is_held or find_refuser(reading) is not None:
            return "own"
        if clause.force is not None or force is not None:
            return "own" if _is_possessed(reading, clause.force or force) else "none"
        place = range(reading.low, min(mark.end + 6, reading.high))
        foreign = any(sentence.at(("side", "person"), i) for i in range(max(0, mark.start - 4), mark.start))
        if mark.tag == "act" and not foreign and any(sentence.covering("own", i) for i in place):
            return "own"
        is_ours = reading.scene.voices.is_at_home and not sentence.all("side") and not sentence.all("person")
        if mark.tag == "act" and is_ours and (mark.end - mark.start > 1 or sentence.all("force")):
            return "own"  # "Reservists were called up" in an article on the state
        return "none"
    if subject.tag == "first":
        return "own" if is_held else "other"
    if subject.tag == "pronoun":
        if subject.value in ("he", "she"):
            if reading.is_direct:
                return "other"
            person = reading.scene.voices.persons[sentence.number]
            if not is_held and _is_foreigner(sentence, subject.start):
                return "other"
            return "own" if is_held or person.holder_id is not None else "other"
        if subject.value == "it":
            return "own" if is_held or sentence.within("own", 0, mark.start) else "none"
        if reading.is_direct and is_held and _are_our_forces(reading, subject):
            return "own"
        return "other" if reading.is_direct or not is_held else "own"
    if subject.tag == "side":
        beside = sentence.at(("own",), subject.start - 1) if subject.start else None
        shared = sentence.words[subject.start - 1].form in ("and", "и") if subject.start else False
        return (
            "own"
            if shared and beside is None and sentence.within("own", max(0, subject.start - 4), subject.start)
            else "other"
        )
    return "other" if subject.tag == "person" else "own"


def _is_foreigner(sentence: Marked, pronoun: int) -> bool:
    """ "Ukrainian President Somebody …, as he …": a name with another side's title before the pronoun."""
    sides = sentence.within("side", 0, pronoun)
    return any(
        mark.end + 1 < pronoun and all(w.is_capital for w in sentence.words[mark.end : mark.end + 2]) for mark in sides
    )


def _are_our_forces(reading: Reading, pronoun: Mark) -> bool:
    """ "I need my soldiers. They stay here": whom a quoted "they" means, in this sentence or the one before."""
    sentence = reading.sentence
    for near, end in ((sentence, pronoun.start), (reading.scene.sentences[max(0, sentence.number - 1)], None)):
        named = [m for m in near.all("force") if end is None or m.end <= end]
        if near.within("side", 0, len(near.words) if end is None else end):
            return False
        if named:
            place = range(max(0, named[-1].start - 3), named[-1].start)
            return any(near.at(("own", "first"), index) for index in place)
    return False


def _is_done_to_us(sentence: Marked, mark: Mark, high: int) -> bool:
    """ "Attack us", "a strike on Belarus": who does that is somebody else."""
    index = mark.end
    if index >= high or sentence.words[index].gap.strip():
        return False
    form = sentence.words[index].form
    if form in _US:
        return True
    if form in ("to", "at", "к", "do") and index + 1 < high and sentence.words[index + 1].form in _US:
        return True
    if form not in _AGAINST or index + 1 >= high or mark.value == "force":
        return False
    own = sentence.covering("own", index + 1)
    return (own is not None and not sentence.covering("force", own.end)) or sentence.words[index + 1].form in _US


def force_after(reading: Reading) -> Mark | None:
    """Own forces as the object of an action ("send … my soldiers")."""
    if reading.mark.value != "force":
        return None
    end = min(reading.mark.end + FORCE_REACH, reading.high)
    return next(iter(reading.sentence.within("force", reading.mark.start, end)), None)


def _is_foreign(sentence: Marked, force: Mark) -> bool:
    """Whether the forces are somebody else's ("Russian troops")."""
    near = range(max(0, force.start - 2), force.start)
    return any(sentence.at(("side", "person"), i) for i in near) and not any(sentence.covering("own", i) for i in near)


def _is_possessed(reading: Reading, force: Mark | None) -> bool:
    if force is None:
        return False
    near = range(max(0, force.start - 2), force.start)
    if any(reading.sentence.at(("own", "first"), i) for i in near):
        return True
    words = reading.sentence.words
    if force.end < len(words) and words[force.end].form == "of":  # "army units of the Republic of Belarus"
        return any(reading.sentence.covering("own", i) for i in range(force.end, min(force.end + 5, len(words))))
    if not any(reading.sentence.covering("possessive", i) for i in near):
        return False
    named = reading.sentence.within("holder", 0, force.start)
    return bool(named) or reading.scene.voices.persons[reading.sentence.number].holder_id is not None


def overlaps(first: Mark, second: Mark) -> bool:
    return first.start < second.end and second.start < first.end


def is_negative(reading: Reading) -> bool:
    clause = reading.clause
    negated = clause.is_negated != clause.is_post_negated if clause.is_post_negated else clause.is_negated
    flips = int(negated or clause.is_post_negated) + len(clause.refusals) + int(reading.mark.tag == "avoid")
    return flips % 2 == 1


def has_negation(reading: Reading) -> bool:
    return reading.clause.is_negated or bool(reading.clause.refusals) or reading.clause.is_post_negated

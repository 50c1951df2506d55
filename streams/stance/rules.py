"""Is this passage a statement on the watch's question, and which? An ordered chain of rules; the first that fits wins.

Each candidate (an action, an avoidance or an act of the axis, where it stands) is read once (reading.py) and
handed down ``CHAIN``. A rule gives a ``Taken``, a ``Left`` with its reason, or None: the next rule looks. First come
the rules that say that it is nobody's stance (boilerplate, fabrication, hypotheses, questions, other people's talk,
background, other actors), then those that tell what it says (acts, conditions, negation, open and firm intentions).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from streams.model.records import Lane, StatementStatus
from streams.stance.asked import is_question
from streams.stance.completeness import is_asserted, is_complete, is_infinitive, names_target
from streams.stance.conditions import Condition
from streams.stance.dates import is_background
from streams.stance.marked import LANGUAGES, Marked
from streams.stance.reading import (
    Reading,
    find_actor,
    find_doer,
    find_holder,
    find_refuser,
    has_negation,
    is_negative,
    overlaps,
)
from streams.stance.vocabulary import Mark

_WONDER = ("know", "wonder", "wondering", "ask", "asking", "see", "guess", "tell")
_DEFYING = ("despite", "defying", "resisting", "notwithstanding", "amid")
INCOMPLETE = "not-the-question"
"""Why a passage is left that lacks what its words need."""


@dataclass(frozen=True, slots=True)
class Left:
    reason: str


@dataclass(frozen=True, slots=True)
class Taken:
    holder_id: str
    stance: str
    lane: Lane
    condition: Condition | None = None
    default: str | None = None
    modality: str | None = None
    status: StatementStatus = "asserted"


Verdict = Taken | Left
Rule = Callable[[Reading], Verdict | None]


def judge(reading: Reading) -> tuple[str, Verdict]:
    """The first verdict of the chain and the name of its rule."""
    for rule in CHAIN:
        verdict = rule(reading)
        if verdict is not None:
            return rule.__name__, verdict
    return "nothing", Left(INCOMPLETE)


# rules that leave out


def boilerplate(reading: Reading) -> Verdict | None:
    words = reading.sentence.words
    at = words[reading.mark.start].start
    return Left("boilerplate") if any(start <= at < end for start, end in reading.scene.boilerplate) else None


def fabricated(reading: Reading) -> Verdict | None:
    if reading.sentence.sentence.paragraph not in reading.scene.fake_paragraphs:
        return None
    held = reading.is_direct and reading.speaker is not None and reading.speaker.holder_id is not None
    if held and reading.sentence.within("fake", reading.low, reading.high):
        return None
    return Left("fabricated")


def misreported(reading: Reading) -> Verdict | None:
    """ "An earlier version misquoted X as saying …": the outlet takes back what it told."""
    sentence = reading.sentence
    for mark in sentence.all("misreport"):
        is_narrated = sentence.utterance(mark.start) < 0 and mark.start < reading.mark.end
        if is_narrated and (mark.value == "sure" or reading.scene.takes_back):
            return Left("withdrawn")
    return None


def corrected(reading: Reading) -> Verdict | None:
    """'…, not "will join"': the wording that a correction takes back."""
    words = reading.sentence.words
    for index in range(max(1, reading.mark.start - 4), reading.mark.start + 1):
        if words[index - 1].form in ("not", "не", "а") and any(sign in words[index].gap for sign in "\"“«'‘„"):
            return Left("withdrawn")
    return None


def hypothetical(reading: Reading) -> Verdict | None:
    """The action stands inside a condition, or is what others mean to prevent ("so that X could not join")."""
    if reading.condition == "inside":
        return Left("hypothetical")
    first, words = reading.clause.first, reading.sentence.words
    near = {words[index].form for index in range(max(0, first - 2), min(first + 1, reading.mark.start))}
    return Left("hypothetical") if reading.speaker is None and near & {"so", "lest", "чтобы", "żeby"} else None


def disputed(reading: Reading) -> Verdict | None:
    """ "I never said we would not join": the holder disputes a position; it is on file, but not asserted."""
    if reading.frame is not None and reading.frame.kind == "denied":
        return Left("denied-words")
    if not reading.clause.denied_saying:
        return None
    holder = find_holder(reading)
    axis = reading.scene.axis
    if holder is None:
        return Left("third-party")
    role = axis.label("negative") if is_negative(reading) else axis.label("positive")
    return Taken(holder, role, "word", status="disputed")


def question(reading: Reading) -> Verdict | None:
    return Left("question") if is_question(reading) else None


def third_party(reading: Reading) -> Verdict | None:
    speaker = reading.speaker
    if reading.clause.others_saying:
        return Left("third-party")
    if speaker is not None and speaker.holder_id is None:
        return Left("third-party" if speaker.name else "speaker-unknown")
    if speaker is None or (reading.frame is not None and reading.frame.kind == "think"):
        return _guess(reading)
    if _is_hearsay(reading):
        return Left("third-party")
    return None


def _is_hearsay(reading: Reading) -> bool:
    """ "Diplomats say X has promised to …": words of X at second hand, by nobody of name."""
    inner, sentence = reading.frame, reading.sentence
    if inner is None:
        return False
    for outer in reading.scene.voices.frames[sentence.number]:
        is_around = outer.verb < inner.subject and outer.start <= inner.subject < outer.end
        if not is_around or outer.kind not in ("say", "think") or outer.speaker.holder_id is not None:
            continue
        named = range(outer.subject, min(outer.subject + 4, inner.subject))
        if outer.speaker.name and not any(sentence.covering("person", index) for index in named):
            return True
    return False


def _guess(reading: Reading) -> Verdict | None:
    sentence = reading.sentence
    if reading.frame is not None and reading.speaker is not None and reading.speaker.holder_id is not None:
        return None
    if find_refuser(reading) is not None:
        return None
    if (
        reading.speaker is None
        and reading.clause.refusals
        and not reading.scene.is_title
        and reading.mark.tag == "action"
    ):
        return Left("third-party")  # "elements of the army resist the idea": nobody of the holders
    for mark in (*sentence.all("guess"), *sentence.all("think")):
        if overlaps(mark, reading.mark):
            continue  # "recommends the offer" may be what the watch asks about
        if _is_defied(sentence, mark) or (mark.tag == "guess" and _is_of_another_clause(reading, mark)):
            continue
        if sentence.utterance(mark.start) < 0 and (mark.start < reading.mark.end or mark.start - reading.mark.end < 6):
            return Left("third-party")
    is_scrap = sentence.words[reading.mark.end - 1].quote >= 0  # would "listen": the holder's own word
    is_open = reading.clause.modality in ("may", "would") and not is_scrap
    if is_open and reading.mark.tag != "avoid" and not has_negation(reading):
        return Left("hypothetical")
    return None


def _is_defied(sentence: Marked, guess: Mark) -> bool:
    """ "Despite Kremlin pressure": whom it did not move."""
    return any(sentence.words[index].form in _DEFYING for index in range(max(0, guess.start - 3), guess.start))


def _is_of_another_clause(reading: Reading, guess: Mark) -> bool:
    """ "Despite the risk of sanctions, X began drills": a guess that a comma parts from the deed's own subject."""
    subject = reading.clause.subject
    if subject is None or subject.start < guess.end or reading.sentence.within("that", guess.end, subject.start):
        return False
    return any("," in reading.sentence.words[index].gap for index in range(guess.end, subject.start + 1))


def background(reading: Reading) -> Verdict | None:
    return Left("background") if is_background(reading.sentence, reading.scene.code, reading.scene.published) else None


def other_actor(reading: Reading) -> Verdict | None:
    actor = find_actor(reading)
    if actor == "other":
        return Left("other-actor")
    if actor == "none":
        return Left("no-actor")
    return None


def incomplete(reading: Reading) -> Verdict | None:
    return None if is_complete(reading) else Left(INCOMPLETE)


def counterfactual(reading: Reading) -> Verdict | None:
    if not reading.clause.is_counterfactual:
        return None
    if isinstance(reading.condition, Condition) and reading.condition.kind == "only-if":
        return None
    return Left("counterfactual")


def claimed_change(reading: Reading) -> Verdict | None:
    """ "Drops vow to stay out": somebody says that a position is gone; there are no words yet."""
    sentence = reading.sentence
    for mark in sentence.all("emptied"):
        if reading.mark.start <= mark.start and mark.end < reading.mark.end:
            continue  # "drops its veto" is what the watch asks about
        if overlaps(mark, reading.mark):  # "goes back on …" is no going
            return Left("claimed-change")
        near = range(mark.end, min(reading.mark.end, mark.end + 5))
        if mark.end <= reading.mark.start and (
            mark.value == "sure" or any(sentence.covering("promise", index) for index in near)
        ):
            return Left("claimed-change")
    return None


def past_fact(reading: Reading) -> Verdict | None:
    """ "They did not attack, and we did not fight": what did not happen says nothing about what will."""
    clause, words = reading.clause, reading.sentence.words
    if _is_told_fact(reading):
        return Left("background")
    if reading.mark.tag != "action" or not clause.is_negated or clause.modality is not None or clause.refusals:
        return None
    endings = LANGUAGES[reading.scene.code].endings
    if endings:
        is_past = words[reading.mark.start].form.endswith(endings["past"])
    else:
        is_past = any(words[index].form == "did" for index in range(clause.first, reading.mark.start))
    return Left("background") if is_past else None


def _is_told_fact(reading: Reading) -> bool:
    """ "Belarus has not joined the fighting so far": the outlet tells how things are, nobody says how they will be."""
    clause = reading.clause
    if reading.speaker is not None or reading.scene.is_title or clause.modality is not None or clause.refusals:
        return False
    if reading.mark.tag == "act" or isinstance(reading.condition, Condition) or clause.is_post_negated:
        return False
    if reading.mark.tag == "avoid" and (reading.mark.value == "target" or not _is_of_the_past(reading)):
        return False  # to reject or veto something is a deed, to have stayed out of it a state
    if not reading.sentence.sentence.tail.strip() and reading.sentence.number == 0:
        return False  # a headline that came as the text
    return is_negative(reading) and not (reading.mark.tag == "avoid" and is_infinitive(reading))


def _is_of_the_past(reading: Reading) -> bool:
    words, start = reading.sentence.words, reading.mark.start
    forms = [words[index].form for index in range(max(0, start - 1), start + 1)]
    is_past = any(form.endswith("ed") or form in ("kept", "stood", "held", "sat") for form in forms)
    return is_past or bool(LANGUAGES[reading.scene.code].endings)


# rules that take


def called_off(reading: Reading) -> Verdict | None:
    """ "Cancelled his order to join the war": who takes back an order or a plan is at the negative end again."""
    sentence, clause = reading.sentence, reading.clause
    if reading.mark.tag != "action" or clause.is_negated or clause.is_post_negated or clause.refusals:
        return None
    start, _ = sentence.segment(reading.mark.start)
    for mark in sentence.within("undo", start, reading.mark.start):
        near = sentence.within("order", mark.end, min(mark.end + 4, reading.mark.start))
        holder = find_holder(reading)
        if near and reading.mark.start - near[-1].end <= 4 and holder is not None:
            return Taken(holder, reading.scene.axis.label("negative"), "word", modality="reversed")
    return None


def act(reading: Reading) -> Verdict | None:
    """A deed. Undone it stands for the negative end; denied by its holder as well."""
    if reading.mark.tag != "act":
        return None
    sentence, axis = reading.sentence, reading.scene.axis
    holder = find_doer(reading)
    if holder is None:
        return Left("third-party")
    if sentence.all("routine"):
        return Left("routine")
    if isinstance(reading.condition, Condition) and reading.condition.kind != "concessive":
        return Left("hypothetical")
    limit = min(reading.high, reading.mark.end + 4)
    near = [m for m in sentence.within("undo", reading.clause.first, limit) if m.start != reading.mark.start]
    if near or reading.mark.value == axis.label("negative"):
        return Taken(holder, axis.label("negative"), "act", modality="reversed")
    if reading.clause.is_negated or reading.clause.is_post_negated or len(reading.clause.refusals) % 2:
        if reading.speaker is None:
            return Left("no-act")
        return Taken(holder, axis.label("negative"), "word", modality=reading.clause.modality)
    return Taken(holder, reading.mark.value, "act", modality=reading.clause.modality)


def concessive(reading: Reading) -> Verdict | None:
    """ "Even if …" is no condition: the position holds whatever happens. Its words stay with it."""
    condition = reading.condition
    if not isinstance(condition, Condition) or condition.kind != "concessive":
        return None
    verdict = _plain(reading)
    return replace(verdict, condition=condition) if isinstance(verdict, Taken) else verdict


def refused_request(reading: Reading) -> Verdict | None:
    """ "Will refuse if ordered": who refuses was asked, so that the request is no condition."""
    condition = reading.condition
    if not isinstance(condition, Condition) or condition.kind != "if" or not is_negative(reading):
        return None
    return _plain(reading) if reading.sentence.within("asked", condition.start, condition.end) else None


def conditional(reading: Reading) -> Verdict | None:
    condition = reading.condition
    holder = find_holder(reading)
    if not isinstance(condition, Condition) or holder is None:
        return None
    axis = reading.scene.axis
    negative = is_negative(reading)
    if condition.kind == "until" and not negative:
        return None
    if condition.kind == "if" and negative and reading.clause.modality is None and reading.mark.tag == "action":
        words = reading.sentence.words[condition.start : condition.end]
        if len(words) < 2:
            return None
    default = axis.label("positive") if condition.kind == "unless" and not negative else axis.label("negative")
    return Taken(holder, axis.label("conditional"), "word", condition, default, reading.clause.modality)


def plain(reading: Reading) -> Verdict | None:
    return _plain(reading)


def _plain(reading: Reading) -> Verdict | None:
    holder = find_holder(reading)
    axis = reading.scene.axis
    if holder is None:
        return Left("third-party")
    if is_negative(reading):
        return Taken(holder, axis.label("negative"), "word", modality=reading.clause.modality)
    if "open" in reading.clause.refusals or reading.clause.modality == "may":
        modality = "not-ruled-out" if "open" in reading.clause.refusals else "may"
        return Taken(holder, axis.label("conditional"), "word", modality=modality)
    if reading.mark.tag == "avoid":
        return Taken(holder, axis.label("positive"), "word", modality=reading.clause.modality)
    if not is_asserted(reading) or not names_target(reading):
        return Left("mention-only")
    is_deed = reading.speaker is None and reading.clause.modality is None and not is_infinitive(reading)
    return Taken(holder, axis.label("positive"), "act" if is_deed else "word", modality=reading.clause.modality)


CHAIN: tuple[Rule, ...] = (
    boilerplate,
    fabricated,
    misreported,
    corrected,
    hypothetical,
    disputed,
    question,
    background,
    third_party,
    other_actor,
    incomplete,
    counterfactual,
    claimed_change,
    past_fact,
    act,
    called_off,
    concessive,
    refused_request,
    conditional,
    plain,
)

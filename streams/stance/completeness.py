"""Does a candidate say what the question asks: is what its words need beside it, and is it claimed at all?

``is_complete``: a force, a target, a condition that names a trigger, as its entry in the watch asks. ``is_asserted``:
an affirmative action is claimed, and not only named ("the question of joining the war").
"""

from __future__ import annotations

from streams.stance.conditions import Condition
from streams.stance.marked import LANGUAGES, Marked
from streams.stance.reading import DETERMINERS, Reading, force_after, has_negation, overlaps
from streams.stance.vocabulary import Mark

_PULLED = ("drag", "drew", "draw", "pull", "suck", "lure", "tempt", "tug")
"""What others do to one is no claim of one's own, whatever the subject: "some want to drag us in"."""
_INTO = ("in", "into", "to", "for", "at", "on", "over", "across", "against")
_DOING = ("are", "is", "was", "were", "'re", "'m", "am", "'s", "be", "now", "and")
"""What a form in -ing stands behind where it is no noun."""
_ASKED = ("request", "plea", "call", "appeal", "demand", "bid", "invitation", "proposal", "question", "issue")
_NOUNS = ("tion", "sion", "ment", "role", "entry", "dispatch", "front", "place", "part")


def is_complete(reading: Reading) -> bool:
    """Whether what the action needs stands beside it."""
    if reading.mark.tag == "act" or reading.mark.value == "nothing":
        return True
    sentence = reading.sentence
    is_held = reading.speaker is not None and reading.speaker.holder_id is not None
    is_own_voice = is_held and (reading.is_direct or reading.scene.is_title)
    if reading.mark.value == "voice":
        return is_own_voice and _ends(reading)
    condition = reading.condition
    waits = isinstance(condition, Condition) and bool(sentence.within("trigger", condition.start, condition.end))
    context = is_held and (reading.scene.names_target or waits)
    target = any(not overlaps(mark, reading.mark) for mark in sentence.all("target"))
    if reading.mark.value == "target":
        return target or context
    if reading.mark.value == "condition":
        return waits and not sentence.covering("answer", reading.mark.start)
    if reading.mark.value == "answer":
        return is_held and _waits_for_first(reading)
    if reading.mark.tag == "denial":
        return is_held and any(_is_place(sentence, mark) for mark in sentence.all("target"))
    if reading.mark.value == "move" and _is_about_to(reading):
        return False
    if reading.mark.value == "move" and is_own_voice and _is_us(reading.clause.subject):
        return target or (context and (_ends(reading) or has_negation(reading)))
    force = reading.clause.force is not None or force_after(reading) is not None
    nobody = reading.is_direct and any(
        sentence.words[i].form in ("nobody", "никто", "one", "none")
        for i in range(reading.clause.first, reading.mark.start)
    )
    after = sentence.words[reading.mark.end : reading.mark.end + 3]
    meant = any(word.form in ("anyone", "anybody", "никого", "кого-либо") for word in after) or (
        bool(sentence.all("force")) and any(word.form in ("them", "их", "one") for word in after)
    )
    return (force or nobody or meant) and (target or context)


def names_target(reading: Reading) -> bool:
    """Whether an action that needs its target has it in its own sentence: for a promise the theme is too little."""
    if reading.mark.tag != "action" or reading.mark.value not in ("target", "force", "move"):
        return True
    return any(not overlaps(mark, reading.mark) for mark in reading.sentence.all("target"))


def _is_place(sentence: Marked, target: Mark) -> bool:
    """ "In Ukraine", "for Kharkiv", "there": where forces would be, not what else is spoken of."""
    if sentence.words[target.start].form == "there" or sentence.covering("preposition", target.start):
        return True
    near = range(max(0, target.start - 2), target.start)
    return any(sentence.words[index].form in _INTO for index in near)


def _waits_for_first(reading: Reading) -> bool:
    condition, triggers = reading.condition, reading.scene.axis.triggers
    if not isinstance(condition, Condition) or condition.kind == "concessive" or not triggers:
        return False
    found = reading.sentence.within("trigger", condition.start, condition.end)
    return any(mark.value == triggers[0].id for mark in found)


def _is_us(subject: Mark | None) -> bool:
    """Whether a holder's own "we" acts, or "it", the army of which they speak."""
    return subject is not None and (subject.tag == "first" or subject.value == "it")


def _is_about_to(reading: Reading) -> bool:
    """ "Are going to help": no movement."""
    words, end = reading.sentence.words, reading.mark.end
    if words[end - 1].form != "going" or end + 1 >= len(words) or words[end].form != "to":
        return False
    return words[end + 1].form not in DETERMINERS and reading.sentence.covering("target", end + 1) is None


def _ends(reading: Reading) -> bool:
    """Whether nothing but a time or "anywhere" follows: "Nobody is going.", "We are ready tomorrow"."""
    sentence, index = reading.sentence, reading.mark.end
    if index >= reading.high or sentence.words[index].gap.strip():
        return True
    return sentence.covering("horizon", index) is not None or sentence.words[index].form in ("anywhere", "abroad")


def is_infinitive(reading: Reading) -> bool:
    index = reading.mark.start
    form = reading.sentence.words[index].form
    endings = LANGUAGES[reading.scene.code].endings
    if endings:
        return form.endswith(endings["ahead"])
    return index > 0 and reading.sentence.words[index - 1].form == "to"


def is_asserted(reading: Reading) -> bool:
    """Whether an affirmative action is claimed, and not only named ("the question of joining the war")."""
    clause, sentence, mark = reading.clause, reading.sentence, reading.mark
    form = sentence.words[mark.start].form
    if form.startswith((*_PULLED, *_ASKED)):
        return False
    frame = reading.frame
    if sentence.covering("force", mark.start) and (frame is None or frame.kind != "commit"):
        return False  # "troops for Ukraine" are a matter, not a promise
    if form.endswith("ing") and form not in ("bring", "fling", "sing"):
        before = sentence.words[mark.start - 1].form if mark.start else ""
        if before not in _DOING and not (clause.subject is not None and before == "already"):
            return False
    if (clause.modality is not None and not _is_nominal(sentence, mark)) or (
        reading.frame is not None and reading.frame.kind == "commit"
    ):
        return True
    if form.endswith(_NOUNS) and clause.modality is None:
        return False
    before = sentence.words[mark.start - 1].form if mark.start else ""
    if frame is not None and 0 < mark.start - frame.verb <= 4 and _is_announced(sentence.words[frame.verb].form):
        return True
    if _is_nominal(sentence, mark):
        return False
    endings = LANGUAGES[reading.scene.code].endings
    if endings:
        nominal = form.endswith(endings["nominal"])
        infinitive = form.endswith(endings["infinitive"])
        return not nominal and (not infinitive or (reading.is_direct and clause.subject is not None))
    if form.endswith("ing"):
        return True
    if form in ("involvement", "participation", "entry", "intervention", "war", "declaration", "belarusian", "direct"):
        return False
    if before == "to":
        earlier = sentence.at(("holder", "own", "first", "force"), mark.start - 2) if mark.start > 1 else None
        return earlier is not None and earlier.tag != "first"
    return clause.subject is not None or clause.force is not None or reading.is_direct


def _is_announced(form: str) -> bool:
    return form.startswith(("announc", "declar", "proclaim", "объяв", "провозгл"))


def _is_nominal(sentence: Marked, mark: Mark) -> bool:
    """Whether the action is a noun behind its article ("a Belarusian attack on …")."""
    for index in range(mark.start - 1, max(-1, mark.start - 4), -1):
        word = sentence.words[index]
        if word.form in DETERMINERS or (word.form == "their" and index == mark.start - 1):
            return True
        if (
            sentence.at(("modal", "first", "pronoun", "finite", "force"), index)
            or sentence.words[index + 1].gap.strip()
        ):
            return False
    return False

"""Under which condition does an action stand?

A condition counts for the action of its own segment (narration or one quotation). Order: conjunctions and their kin
("if", "in case of", "on one condition"), before or behind the action; inversion ("should Moscow call"); conditions
without a conjunction ("they come, we fight").
"""

from __future__ import annotations

from dataclasses import dataclass

from streams.stance.clauses import SUBJECTS
from streams.stance.marked import Marked
from streams.stance.vocabulary import Mark

_CASE_WORDS = (
    "only",
    "case",
    "circumstance",
    "scenario",
    "situation",
    "случае",
    "condition",
    "условие",
    "случай",
    "which",
    "thing",
    "reason",
    "proviso",
    "exception",
    "caveat",
)
_CLOSING = ('",', "”,", "»,", "’,", ',"', ",”")
_CORRECTIVES = ("not", "а", "rather", "instead")
_PAST_FORMS = frozenset(
    ("was", "were", "had", "have", "has", "did", "struck", "came", "went", "fell", "sent", "shot", "began", "'ve")
)
_PAST_ENDINGS = {"en": ("ed",), "ru": ("ли", "ла", "ло", "лся", "лась", "лись", "вший")}
_SOLE = ("only", "solely", "только", "лишь", "tylko")
_NAMED = ("first", "pronoun", "holder", "own")
_COUNTING = ("one", "a", "an", "any", "another", "single")
_JOINTS = ("and", "и", "then", "то")
MAX_BARE = 16
_NOMINAL = ("нападения", "агрессии", "случае", "case", "event", "response", "ответ", "barring", "of", "при")


@dataclass(frozen=True, slots=True)
class Condition:
    """Words ``start`` to ``end`` of the sentence; ``kind`` as on the wire."""

    start: int
    end: int
    kind: str


def find_condition(sentence: Marked, action: Mark, low: int, high: int, has_future: bool) -> Condition | str | None:
    """The condition of an action in its segment, ``"inside"`` if the action itself lies in one, or None.

    A time clause ("when Moscow calls") is a condition only of something that lies ahead (``has_future``).
    """
    words = sentence.words
    best: Condition | None = None
    last = low
    for mark in sentence.within("condition", low, high):
        if (
            mark.start < last
            or not _is_condition(sentence, mark, low)
            or (mark.start < action.end and mark.end > action.start)
        ):
            continue
        last = mark.end
        temporal = words[mark.start].form in ("when", "once", "until", "till", "когда", "едва", "after", "whenever")
        if temporal and not has_future:
            continue
        if mark.end <= action.start:
            end = _front_end(sentence, mark, action)
            if end is None:
                if mark.value == "only-if" and _is_bare_case(sentence, mark):
                    best = best or _named_case(sentence, action, high) or _sole_case(sentence, mark, low)
                    continue
                return "inside" if mark.value != "concessive" else "concessive-inside"
        else:
            if _is_of_next(sentence, action, mark, high):
                continue
            end = _back_end(sentence, mark, high)
        found = Condition(mark.start, end, mark.value)
        best = found if best is None else _joined(best, found, sentence)
    if best is None:
        best = _inverted(sentence, action, low, high)
    return best


def _is_of_next(sentence: Marked, action: Mark, mark: Mark, high: int) -> bool:
    """Whether a condition stands behind ", but" and before an action of its own: "…, but in case of … we will …"."""
    between = sentence.words[action.end : mark.start + 1]
    parted = any(word.form in ("but", "но", "а") and "," in word.gap for word in between)
    return parted and any(sentence.within(tag, mark.end, high) for tag in ("action", "avoid"))


def _is_condition(sentence: Marked, mark: Mark, low: int) -> bool:
    for index in range(mark.start, mark.end):
        if sentence.covering("formula", index) or sentence.covering("horizon", index):
            return False
    word = sentence.words[mark.start]
    if mark.value == "as-long-as" and mark.end < len(sentence.words) and sentence.words[mark.end].form in ("i", "я"):
        end = next((i for i in range(mark.end, len(sentence.words)) if "," in sentence.words[i].gap), mark.end + 12)
        return bool(sentence.within("trigger", mark.end, end))  # "as long as I live" waits for nothing
    is_led = mark.start > low and sentence.words[mark.start - 1].form in ("first", "just", "only")
    if word.form == "let" and mark.start > low and not word.gap.strip() and not is_led:
        return False
    if mark.value == "if" and word.form == "if" and mark.start > low:
        before = sentence.at(("ask",), mark.start - 1)
        if before is not None or sentence.words[mark.start - 1].form in (
            "know",
            "see",
            "wonder",
            "say",
            "ask",
            "clear",
        ):
            return False
    return not (word.form in ("when", "once") and mark.start > low and sentence.covering("past", mark.start))


def _is_bare_case(sentence: Marked, mark: Mark) -> bool:
    """ "In one case only" says that there is a condition; the condition itself follows."""
    return sentence.words[mark.end - 1].form in _CASE_WORDS


def _named_case(sentence: Marked, action: Mark, high: int) -> Condition | None:
    """ "There is one case in which we fight: an attack": what stands behind the colon."""
    for index in range(action.end, high):
        if any(sign in sentence.words[index].gap for sign in ":—–"):
            return Condition(index, high, "only-if")
    return None


def _sole_case(sentence: Marked, mark: Mark, low: int) -> Condition:
    """ "He named an attack as the only case in which we fight": what is named stands before the case."""
    named = next((trigger.start for trigger in sentence.within("trigger", low, mark.start)), mark.start)
    return Condition(named, mark.end, "only-if")


def _front_end(sentence: Marked, mark: Mark, action: Mark) -> int | None:
    """Where a condition that stands before its action ends: at a comma or dash, at "then"; None if nowhere."""
    for index in range(mark.end + 1, action.start + 1):
        word = sentence.words[index]
        if any(sign in word.gap for sign in ",—–;") or word.form in ("then", "то"):
            rest = range(index, action.start + 1)
            if any(sign in sentence.words[i].gap for i in rest if i > index for sign in ","):
                subjects = sentence.at((*SUBJECTS, "neg", "modal", "force"), index)
                if not subjects and word.form not in ("then", "то"):
                    continue
            return index
    if sentence.words[mark.start].form in ("do", "leave"):  # "don't touch us and we won't touch you"
        for index in range(mark.end, action.start):
            if sentence.words[index].form in _JOINTS and sentence.at(SUBJECTS, index + 1):
                return index
    if sentence.words[mark.start].form in ("nothing", "not"):  # "nothing short of an attack will get us …"
        for index in range(mark.end + 1, action.start):
            if sentence.at(("means", "modal"), index):
                return index
    for index in range(mark.end + 1, action.start):  # "not even if Moscow begs will we go"
        if sentence.at(("modal", "finite"), index) and sentence.at(("first", "pronoun"), index + 1):
            return index
    for index in range(action.start - 1, max(mark.end + 1, action.start - 4), -1):  # "the moment he comes we go to war"
        if sentence.words[index].form in ("we", "i", "мы", "я"):
            return index
    if mark.value == "unless" and mark.end - mark.start > 1:  # "without an attack its troops will not go"
        for index in range(mark.end, action.start):
            if sentence.at(("modal", "finite"), index):
                return _noun_phrase(sentence, index, mark.end)
    if sentence.words[mark.end - 1].form in _NOMINAL:
        for index in range(mark.end + 1, action.start):
            is_object = sentence.covering("preposition", index - 1) is not None
            names = ("first", "pronoun") if sentence.words[mark.end - 1].form == "case" else _NAMED
            if sentence.at(names, index) and not is_object:
                return index
    return None


def _noun_phrase(sentence: Marked, verb: int, floor: int) -> int | None:
    """Where the subject before a verb begins: own names, forces and what belongs to them."""
    index = verb
    while index > floor and (
        sentence.at((*SUBJECTS, "force", "possessive"), index - 1) or sentence.words[index - 1].form in ("the", "'s")
    ):
        index -= 1
    return index if floor < index < verb else None


def _back_end(sentence: Marked, mark: Mark, high: int) -> int:
    """Where a condition that stands after its action ends: at "but", a semicolon, or its segment's end."""
    for index in range(mark.end + 1, high):
        word = sentence.words[index]
        if any(sign in word.gap for sign in _CLOSING) or ("," in word.gap and word.form in _CORRECTIVES):
            return index
        if ";" in word.gap or (word.form in ("but", "но", "however", "otherwise") and "," in word.gap):
            return index
        if "," in word.gap and sentence.at(("say",), index + 1 if index + 1 < high else index):
            return index
    return high


def _joined(first: Condition, second: Condition, sentence: Marked) -> Condition:
    """Two marks of one condition ("in one case only: if …"): the words of the second, the stricter kind."""
    strict = [c for c in (first, second) if c.kind in ("only-if", "unless", "as-long-as", "provided")]
    kind = strict[0].kind if strict else first.kind
    if first.kind == "concessive" or second.kind == "concessive":
        return first if first.kind != "concessive" else second
    if first.kind == "only-if" and second.start - first.start <= 8 and second.start >= first.start:
        return Condition(second.start, max(first.end, second.end), kind)
    return Condition(first.start, first.end, kind)


def _inverted(sentence: Marked, action: Mark, low: int, high: int) -> Condition | None:
    """English inversion: "Should Moscow call, our brigades roll"; "Were they to cross, we would fight"."""
    words = sentence.words
    for index in range(low, high):
        if words[index].form not in ("should", "were"):
            continue
        starts = index == low or any(sign in words[index].gap for sign in ",;:—–")
        after = index + 1 < high and sentence.at((*SUBJECTS, "force", "target"), index + 1) is not None
        determiner = index + 1 < high and words[index + 1].form in ("the", "a", "any", "anyone", "even", "this", "that")
        previous = sentence.at((*SUBJECTS, "force", "that"), index - 1) if index > low else None
        if words[index].form == "should" and index >= action.end and previous is None:
            return Condition(index, high, "if")
        if not starts or not (after or determiner):
            continue
        if index >= action.end:
            return Condition(index, high, "if")
        for end in range(index + 2, action.start + 1):
            if any(sign in words[end].gap for sign in ",—–"):
                return Condition(index, end, "if")
    return None


def find_opening(sentence: Marked, start: int, end: int) -> Condition | None:
    """The condition that opens words ``start`` to ``end``, by a conjunction or an inversion."""
    for mark in sentence.within("condition", start, end):
        if mark.start == start and _is_condition(sentence, mark, start):
            return Condition(start, end, mark.value)
    if sentence.words[start].form in ("should", "were", "had") and end - start > 3:
        return Condition(start, end, "if")
    return None


def find_bare(sentence: Marked, action: Mark, code: str, low: int, is_spoken: bool) -> Condition | None:
    """A condition without a conjunction: "They touch us, we fight", "One shot, and we …", "An attack will mean that …".

    It opens the segment, names a trigger, lies ahead (no past tense), and a joint or "will mean" parts it from the
    action. Only for what a holder affirms; the caller sees to that. Without "will mean"
    only in the holder's own words (``is_spoken``).
    """
    for index in range(action.start, low, -1):  # "leave us alone and …; step over the border and …"
        if any(sign in sentence.words[index].gap for sign in ":;"):
            low = index
            break
    triggers = [mark for mark in sentence.within("trigger", low, action.start) if mark.start < low + MAX_BARE]
    if not triggers:
        return None
    is_sole = sentence.words[low].form in _SOLE
    joints = (*sentence.all("means"), *(sentence.all("modal") if is_sole else ()))
    meanings = sorted(mark for mark in joints if triggers[0].start < mark.start <= action.start)
    meant = meanings[0] if meanings else None
    end = None
    if meant is not None:
        end = meant.start
    elif is_spoken:
        end = _joint(sentence, triggers[0].start, action.start)
    if end is None or end - low > MAX_BARE or not _is_ahead(sentence, code, low, end, meant is not None):
        return None
    return Condition(low, end, "only-if" if is_sole else "if")


def _joint(sentence: Marked, start: int, end: int) -> int | None:
    """The first comma, dash or "and" between words ``start`` and ``end``; the words behind it may be the action's."""
    for index in range(start + 1, end + 1):
        word = sentence.words[index]
        if any(sign in word.gap for sign in "—–") or (
            "," in word.gap and (word.form in _JOINTS or sentence.at((*SUBJECTS, "force", "modal"), index))
        ):
            return index
        if word.form in _JOINTS and sentence.at((*SUBJECTS, "force", "modal", "finite"), index + 1):
            return index
    return None


def _is_ahead(sentence: Marked, code: str, start: int, end: int, is_noun: bool) -> bool:
    words = sentence.words
    if sentence.covering("first", start) or sentence.covering("that", start):
        return False
    endings = _PAST_ENDINGS.get(code, ())
    for index in range(start, end):
        form = words[index].form
        if sentence.at(("neg", "say", "think", "condition", "past", "counterfactual", "refuse"), index):
            return False
        is_counted = index > start and words[index - 1].form in _COUNTING  # "one shot"
        if not (is_noun or is_counted) and (form in _PAST_FORMS or (len(form) > 3 and form.endswith(endings))):
            return False
        following = words[index + 1].form if index + 1 < end else ""
        if not is_noun and form in ("is", "are") and not following.endswith(("ed", "en", "ing")):
            return False  # "the price is fair and we will …" tells a reason
        if index > start and any(sign in words[index].gap for sign in ";:"):
            return False
    return True

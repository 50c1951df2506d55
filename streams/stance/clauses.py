"""What does the clause of an action say: who acts, is it negated, how is it meant, and under which condition?

``read_clause`` walks back from the action to the start of its clause and collects what governs it. The walk stops at
a semicolon, colon or dash, at a conjunction that ends a clause, and at a comma or "and" behind which a new subject or
predicate begins; it passes over insertions ("will not, whatever they say, join").

Negation: particles of a clause count once (negative concord), words that negate what they govern ("refuse") count
each; an even sum is an affirmation. A condition counts for the action of its own segment (narration or one quotation).
"""

from __future__ import annotations

from dataclasses import dataclass

from streams.stance.marked import Marked
from streams.stance.vocabulary import Mark

HARD = ";:—–(…"
MAX_WALK = 40
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
)
_NOMINAL = ("случае", "case", "event", "response", "ответ", "barring", "of", "при")
SUBJECTS = ("first", "holder", "person", "side", "pronoun", "own", "description")


@dataclass(frozen=True, slots=True)
class Condition:
    """Words ``start`` to ``end`` of the sentence; ``kind`` as on the wire."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class Clause:
    """``subject``: the mark of who acts, if the clause names one. ``first``: where the walk ended."""

    first: int
    subject: Mark | None
    force: Mark | None
    is_negated: bool
    is_post_negated: bool
    refusals: tuple[str, ...]
    modality: str | None
    is_counterfactual: bool
    denied_saying: bool
    others_saying: bool
    guess: bool


def read_clause(sentence: Marked, action: Mark, low: int, high: int) -> Clause:
    """Read the clause of an action between words ``low`` and ``high`` (its frame's or quotation's limits)."""
    words = sentence.words
    subject: Mark | None = None
    force: Mark | None = None
    negated = False
    refusals: list[str] = []
    modality: str | None = None
    denied = others = guess = False
    index = action.start - 1
    floor = max(low, action.start - MAX_WALK)
    is_coordinate = False
    while index >= floor:
        following = words[index + 1]
        if any(mark in following.gap for mark in HARD):
            break
        if (
            "," in following.gap
            and subject is not None
            and subject.start > index
            and not _is_insertion(sentence, index)
        ):
            break
        if sentence.covering("boundary", index):
            break
        if words[index].form in ("and", "or", "и", "или") and (
            sentence.at(("finite", *SUBJECTS), index + 1) and not sentence.covering("force", index - 1)
        ):
            break
        if words[index].form in ("and", "и") and subject is None and index >= action.start - 3:
            is_coordinate = True
        say = sentence.at(("say", "think"), index)
        if say is not None and say.start < action.start:
            ahead = _speaks(sentence, say.start, floor)
            if ahead == "denied" and say.tag == "say":
                denied = True
                break
            if ahead == "others":
                others = True
                break
            if say.tag == "say" and ahead == "first":
                break
        if sentence.covering("neg", index) and not sentence.covering("neg-exempt", index):
            negated = True
        refusal = sentence.covering("refuse", index)
        if refusal is not None and refusal.start == index:
            refusals.append(refusal.value)
        modal = sentence.covering("modal", index)
        if modal is not None and modality is None:
            modality = modal.value
        if sentence.covering("guess", index):
            guess = True
        if force is None:
            force = sentence.covering("force", index)
        found = sentence.at(SUBJECTS, index)
        if found is not None and not _is_object(sentence, found):
            subject = found if subject is None or is_coordinate else subject
        index -= 1
    first = index + 1
    inside = _within_action(sentence, action)
    negated = negated or inside[0]
    refusals.extend(inside[1])
    counterfactual = bool(sentence.within("counterfactual", max(low, first - 8), min(high, action.end + 8)))
    return Clause(
        first,
        subject,
        force,
        negated,
        _post_negated(sentence, action, high),
        tuple(refusals),
        modality,
        counterfactual,
        denied,
        others,
        guess,
    )


def _is_insertion(sentence: Marked, index: int) -> bool:
    """Whether the comma after word ``index`` closes an insertion that opened after the subject."""
    return sentence.at(("modal", "neg", "finite"), index) is not None


def _is_object(sentence: Marked, mark: Mark) -> bool:
    """Whether a name stands behind a preposition, or owns what follows ("Belarus's", "in Ukraine")."""
    words = sentence.words
    if mark.end < len(words) and words[mark.end].form == "'s" and not sentence.covering("force", mark.end + 1):
        return True
    before = mark.start - 1
    while before >= 0 and words[before].form in ("the", "a", "an", "our", "their", "his", "any"):
        before -= 1
    if before < 0 or mark.tag == "first":
        return False
    if words[before + 1].gap.strip(" \"“”«»'‘’"):
        return False
    preposition = sentence.covering("preposition", before)
    return preposition is not None and not sentence.covering("condition", before)


def _speaks(sentence: Marked, verb: int, floor: int) -> str:
    """Who says inside a quotation: ``first``, ``denied`` ("I never said"), ``others``, or ``nobody``."""
    negated = False
    for index in range(verb - 1, max(floor, verb - 6) - 1, -1):
        if any(mark in sentence.words[index + 1].gap for mark in HARD + ","):
            break
        if sentence.covering("neg", index):
            negated = True
        if sentence.covering("first", index):
            return "denied" if negated else "first"
        if sentence.at(("pronoun", "side", "person"), index):
            return "others"
    return "nobody"


def _within_action(sentence: Marked, action: Mark) -> tuple[bool, list[str]]:
    """Negation inside a pattern with a gap; for patterns that hold their own negation there is none."""
    if action.tag == "avoid" or action.end - action.start < 3:
        return False, []
    negated = any(sentence.covering("neg", i) for i in range(action.start + 1, action.end - 1))
    return negated, []


def _post_negated(sentence: Marked, action: Mark, high: int) -> bool:
    for mark in sentence.all("post-neg"):
        if action.end <= mark.start < min(high, action.end + 12):
            between = sentence.words[action.end : mark.start + 1]
            if not any(sign in word.gap for word in between for sign in ";:"):
                return True
    return False


def find_condition(sentence: Marked, action: Mark, low: int, high: int, has_future: bool) -> Condition | str | None:
    """The condition of an action in its segment, ``"inside"`` if the action itself lies in one, or None.

    A time clause ("when Moscow calls") is a condition only of something that lies ahead (``has_future``).
    """
    words = sentence.words
    best: Condition | None = None
    for mark in sentence.within("condition", low, high):
        if not _is_condition(sentence, mark, low) or (mark.start < action.end and mark.end > action.start):
            continue
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
            end = _back_end(sentence, mark, high)
        found = Condition(mark.start, end, mark.value)
        best = found if best is None else _joined(best, found, sentence)
    if best is None:
        best = _inverted(sentence, action, low, high)
    return best


def _is_condition(sentence: Marked, mark: Mark, low: int) -> bool:
    for index in range(mark.start, mark.end):
        if sentence.covering("formula", index) or sentence.covering("horizon", index):
            return False
    word = sentence.words[mark.start]
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
    if sentence.words[mark.end - 1].form in _NOMINAL:
        for index in range(mark.end + 1, action.start):
            if sentence.at(("first", "pronoun"), index):
                return index
    return None


def _back_end(sentence: Marked, mark: Mark, high: int) -> int:
    """Where a condition that stands after its action ends: at "but", a semicolon, or its segment's end."""
    for index in range(mark.end + 1, high):
        word = sentence.words[index]
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
        starts = index == low or any(sign in words[index].gap for sign in ",;:—–")
        after = index + 1 < high and sentence.at((*SUBJECTS, "force", "target"), index + 1) is not None
        determiner = index + 1 < high and words[index + 1].form in ("the", "a", "any", "anyone", "even", "this", "that")
        if words[index].form not in ("should", "were"):
            continue
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

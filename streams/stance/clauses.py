"""What does the clause of an action say: who acts, is it negated, how is it meant?

``read_clause`` walks back from the action to the start of its clause and collects what governs it. The walk stops at
a semicolon, colon or dash, at a conjunction that ends a clause, and at a comma or "and" behind which a new subject or
predicate begins; it passes over insertions ("will not, whatever they say, join").

Negation: particles of a clause count once (negative concord), words that negate what they govern ("refuse") count
each; an even sum is an affirmation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from streams.stance.marked import Marked
from streams.stance.vocabulary import Mark

_NOBODY = ("no", "nobody", "none", "nothing", "nowhere", "neither", "zero")
HARD = ";:—–(…"
MAX_WALK = 40
_NO_TAGS: Mapping[str, Mark] = {}
_NOUNS = frozenset(
    (
        "claim",
        "claims",
        "report",
        "reports",
        "statement",
        "statements",
        "suggestion",
        "suggestions",
        "state",
        "note",
        "приказ",
        "приказа",
        "приказы",
    )
)
_NOUN_ENDINGS = (
    "ание",
    "ания",
    "аний",
    "аниям",
    "ения",
    "ений",
    "ениям",
    "ениях",
    "ениями",
    "ению",
    "ение",
    "дения",
    "аявлением",
)
_BEFORE_NOUN = (
    "the",
    "such",
    "these",
    "those",
    "any",
    "all",
    "a",
    "as",
    "new",
    "media",
    "online",
    "western",
    "ukrainian",
)
_AND_OR = ("and", "or", "и", "или")
SUBJECTS = ("first", "holder", "person", "side", "pronoun", "own", "description")


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
    words, covers = sentence.words, sentence.covers()
    subject: Mark | None = None
    force: Mark | None = None
    negated = False
    refusals: list[str] = []
    modality: str | None = None
    denied = others = guess = is_spoken = False
    index = action.start - 1
    floor = max(low, action.start - MAX_WALK)
    is_coordinate = is_told_apart = is_governed = False
    while index >= floor:
        following = words[index + 1]
        if following.gap != " " and any(mark in following.gap for mark in HARD):
            break
        tags = covers.get(index, _NO_TAGS)
        is_comma = "," in following.gap
        if not tags and not is_comma and words[index].form not in _AND_OR:
            index -= 1  # a word that nothing marks changes nothing
            continue
        if is_comma and subject is not None and subject.start > index and not _is_insertion(sentence, index):
            told = _told(sentence, index, floor)
            denied, others = told == "denied", told == "others"
            denial = _denial(sentence, index, floor)
            if denial is not None:
                refusals.append(denial.value)
                denied = denied or is_spoken
                negated = negated or (denial.start > 0 and sentence.covering("neg", denial.start - 1) is not None)
                index = denial.start - 1
            break
        if action.tag == "avoid" and is_comma and ("action" in tags or "avoid" in tags):
            break  # "we did not fight, are not at war": each with a negation of its own
        if "boundary" in tags and "neg" not in tags and "modal" not in tags:
            break
        is_governed = is_governed or (force is not None and sentence.covering("that", index) is not None)
        if words[index].form in ("and", "or", "и", "или") and (
            sentence.at(("finite", "that", *SUBJECTS), index + 1) and not sentence.covering("force", index - 1)
        ):
            break
        if words[index].form in ("and", "и") and subject is None and index >= action.start - 3:
            is_coordinate = True
        if "hearsay" in tags and sentence.utterance(index) >= 0:
            others = True
            break
        say = tags.get("say") or tags.get("think")
        is_spoken = is_spoken or (say is not None and say.tag == "say" and not is_noun(sentence, say.start))
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
        if is_comma and sentence.at(("finite", "modal"), index + 1) and not _is_insertion(sentence, index):
            is_told_apart = True  # "rejects 30, would listen at 35": a predicate of its own
        refusal = _refusal(sentence, index) if "refuse" in tags else None
        if "neg" in tags and "neg-exempt" not in tags and refusal is None:
            negated = True
        if is_told_apart:
            refusal = None
        if refusal is not None and refusal.start == index:
            refusals.append(refusal.value)
            denied = denied or (is_spoken and sentence.utterance(index) < 0)
        modal = None if "formula" in tags else tags.get("modal")
        if modal is not None and (modality is None or (modal.value == "may" and modality in ("must", "would"))):
            modality = modal.value
        if "guess" in tags:
            guess = True
        if force is None:
            force = sentence.covering("force", index)
        found = sentence.at(SUBJECTS, index)
        if found is not None and not is_governed and not _is_object(sentence, found):
            subject = found if subject is None or is_coordinate else subject
        index -= 1
    negated = negated or _is_object_denied(sentence, action, high)
    first = index + 1
    inside = _within_action(sentence, action)
    negated = negated or inside[0]
    refusals.extend(inside[1])
    counterfactual = any(
        sentence.covering("condition", mark.start) is None
        for mark in sentence.within("counterfactual", max(low, first - 8), min(high, action.end + 8))
    )
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


def _refusal(sentence: Marked, index: int) -> Mark | None:
    """The word of refusal at a place; "a campaign against Ukraine" has none."""
    found = sentence.covering("refuse", index)
    is_aim = found is not None and sentence.words[index].form == "against" and found.end - found.start == 1
    return None if is_aim and sentence.at(("target", "side"), index + 1) else found


def _is_object_denied(sentence: Marked, action: Mark, high: int) -> bool:
    """ "Will attack no one", "sends no troops": the negation stands with the object."""
    index = action.end
    if action.tag == "avoid" or index >= high or sentence.words[index].gap.strip():
        return False
    denied = sentence.words[index].form in _NOBODY and sentence.covering("neg-exempt", index) is None
    return denied and sentence.covering("refuse", index) is None


def _is_insertion(sentence: Marked, index: int) -> bool:
    """Whether the comma after word ``index`` closes an insertion that opened after the subject."""
    return sentence.at(("modal", "neg", "finite"), index) is not None


def _is_object(sentence: Marked, mark: Mark) -> bool:
    """Whether a name stands behind a preposition, or owns what follows ("Belarus's", "in Ukraine")."""
    words = sentence.words
    if mark.end < len(words) and words[mark.end].form == "'s" and not sentence.covering("force", mark.end + 1):
        return True
    if mark.tag in ("side", "person") and sentence.at(("asked", "order"), mark.end):
        return True  # "a Russian invitation to join"
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
            opening = range(max(floor, index - 5), index)
            return "denied" if negated or any(sentence.covering("neg", i) for i in opening) else "first"
        if sentence.at(("pronoun", "side", "person"), index):
            return "others"
    return "nobody"


def _told(sentence: Marked, index: int, floor: int) -> str:
    """Who says what follows the comma behind word ``index``: "I never said, that …", "they say, …"."""
    if sentence.utterance(index) < 0:
        return "nobody"
    if sentence.covering("hearsay", index):
        return "others"
    if sentence.covering("that", index + 1) is None:
        return "nobody"
    for verb in range(index, max(floor, index - 3) - 1, -1):
        say = sentence.covering("say", verb)
        if say is not None:
            return _speaks(sentence, say.start, floor)
    return "nobody"


def _denial(sentence: Marked, index: int, floor: int) -> Mark | None:
    """The refusal that governs what follows "…, that": "опроверг слухи о том, что …"."""
    if sentence.covering("that", index + 1) is None or sentence.utterance(index) >= 0:
        return None
    for place in range(index, max(floor, index - 6) - 1, -1):
        found = sentence.covering("refuse", place)
        if found is not None and not sentence.at(("holder", "description", "apart"), place):
            return found
        if sentence.words[place].gap.strip() or (sentence.covering("say", place) and not is_noun(sentence, place)):
            return None
    return None


def _within_action(sentence: Marked, action: Mark) -> tuple[bool, list[str]]:
    """Negation inside a pattern with a gap; for patterns that hold their own negation there is none."""
    if action.tag == "avoid" or action.end - action.start < 3:
        return False, []
    negated = any(sentence.covering("neg", i) for i in range(action.start + 1, action.end - 1))
    return negated, []


def _post_negated(sentence: Marked, action: Mark, high: int) -> bool:
    for mark in sentence.all("post-neg"):
        refusal = sentence.covering("refuse", mark.start)
        if refusal is not None and (refusal.start < action.end or not _is_passive(sentence, mark)):
            continue
        if action.end <= mark.start < min(high, action.end + 12):
            if any(sentence.within(tag, action.end, mark.start) for tag in ("action", "avoid")):
                continue
            between = sentence.words[action.end : mark.start + 1]
            if not any(sign in word.gap for word in between for sign in ";:"):
                return True
    return False


def _is_passive(sentence: Marked, mark: Mark) -> bool:
    """ "Participation ruled out, X says"; "is ruled out": what is refused stands before."""
    before = sentence.words[mark.start - 1].form
    closes = mark.end == len(sentence.words) or bool(sentence.words[mark.end].gap.strip())
    return before not in ("not", "n't", "never") and (closes or before in ("is", "are", "was", "were", "been", "be"))


def is_noun(sentence: Marked, index: int) -> bool:
    """ "Rejected claims that", "опроверг сообщения": a noun of speech, whose words are nobody's here."""
    form = sentence.words[index].form
    if form.endswith(_NOUN_ENDINGS):
        return True
    if form in ("answer", "reply", "response"):
        return not (index and sentence.at(("modal", "first", "pronoun", "holder", "that"), index - 1))
    if form not in _NOUNS or not index or sentence.words[index].gap.strip():
        return form in _NOUNS and (not index or ":" in sentence.words[index].gap)
    before = sentence.words[index - 1].form
    return before in _BEFORE_NOUN or sentence.at(("refuse", "preposition", "possessive"), index - 1) is not None

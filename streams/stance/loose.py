"""Which words of a sentence are its condition, where the grammar knows none?

For the weights, to which it tells something, and for sentences of which they say that they stand under a condition:
there it is enough that something may be one.
In the order of their certainty: what stands behind its announcement ("one thing would change that: an invasion"); what
a word opens ("upon a request from the Kremlin", "по первому зову"); what "would mean" the rest; the first of two parts
("Touch us and we fight", "Сунутся — получат войну"). A quotation is read before what stands around it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from streams.stance.clauses import SUBJECTS
from streams.stance.conditions import Condition
from streams.stance.marked import LANGUAGES, Marked

MAX_WORDS: Final = 16
"""A condition of more words is none, and nothing is looked for farther away."""
NEAR: Final = 8
"""So near to the joint the second of two parts speaks of what would be done; who is asked stands so near before."""
_DASHES: Final = "—–"
_ENDS: Final = ",—–;:"
_STARTS: Final = ":;—–.…"
_OURS: Final = ("first", "own", "force", "holder", "description", "action", "avoid", "act", "act-force", "pronoun")
_WHO: Final = ("first", "pronoun", "holder", "description", "own", "possessive", "that", "finite", "neg-exempt")
"""Tags of words that begin a statement, not a condition without a word of its own."""
_SPOKEN: Final = ("say", "ask", "think", "evade", "open")
_DONE: Final = ("action", "avoid", "modal", *_SPOKEN)
"""Tags of what is no part of such a condition; what others do may be an action as well."""
_NO_VERBS: Final = frozenset(("нет", "может", "ответ", "совет", "те", "свет", "лет", "здесь", "сейчас", "nie", "tak"))
"""Words that end as a verb does and are none, or ask for nothing."""
_TELLING: Final = frozenset(("is", "are", "was", "were", "has", "have", "had", "'s", "'re"))
"""Words of a piece that tells how things are."""
_DETERMINERS: Final = frozenset(("the", "this", "that", "these", "his", "her", "their", "its", "all", "every"))


def find_loose(sentence: Marked, code: str) -> Condition | None:
    """The words that may be the condition of what the sentence says, at most ``MAX_WORDS``."""
    runs = sorted(sentence.segments(), key=lambda run: sentence.utterance(run[0]) < 0)
    finders: tuple[Callable[[Marked, str, int, int], Iterator[Condition]], ...] = (_announced, _opened, _meant, _parted)
    for find in finders:
        for low, high in runs:
            for found in find(sentence, code, low, high):
                if 0 < found.end - found.start <= MAX_WORDS:
                    return found
    return None


def _announced(sentence: Marked, code: str, low: int, high: int) -> Iterator[Condition]:
    """ "There is one trigger: an invasion", "the price of our entry is one missile": what stands behind."""
    for mark in sentence.within("announced", low, high):
        near = range(mark.end, min(high, mark.end + MAX_WORDS))
        for signs in (":" + _DASHES, ","):
            sign = next((i for i in near if any(each in sentence.gaps[i] for each in signs)), None)
            if sign is not None and not sentence.at(("say", *SUBJECTS), sign):
                yield Condition(sign, _end_of_noun(sentence, sign, high), "only-if")
        if sentence.words[mark.end - 1].form == "to":  # "comes down to"
            yield Condition(mark.end, _end_of_noun(sentence, mark.end, high), "only-if")
        verb = next((i for i in near if sentence.words[i].form in LANGUAGES[code].copulas), None)
        if verb is not None and not sentence.at(("neg",), verb + 1):
            yield Condition(verb + 1, _end_of_noun(sentence, verb + 1, high), "only-if")


def _opened(sentence: Marked, code: str, low: int, high: int) -> Iterator[Condition]:
    """ "Should it come to that", "upon any breach": to the next sign, a phrase to where the rest begins."""
    tags = ("opener", "phrase", "count")
    for mark in sorted(mark for tag in tags for mark in sentence.within(tag, low, high)):
        begin = mark.start - int(mark.start > low and sentence.words[mark.start - 1].form in LANGUAGES[code].leading)
        is_first = begin == low or any(sign in sentence.gaps[begin] for sign in _ENDS)
        if mark.tag == "count" and mark.start > low and not any(s in sentence.gaps[mark.start] for s in _STARTS):
            continue
        if any(sentence.at(("ask",), i) for i in range(max(low, mark.start - NEAR), min(high, mark.end + 2))):
            continue
        end = _sign_behind(sentence, mark.end, high)
        if mark.tag == "count" or is_first:
            end = _joint_behind(sentence, code, mark.end, end)
        if mark.tag == "phrase" and is_first:
            end = _rest_behind(sentence, mark.end, end)
        if mark.end < end:
            yield Condition(mark.start, end, mark.value or "if")


def _meant(sentence: Marked, code: str, low: int, high: int) -> Iterator[Condition]:
    """ "An attack on Transnistria would mean war"."""
    for mark in sentence.within("means", low, high):
        start = _piece_before(sentence, low, mark.start)
        start = next((i + 1 for i in range(mark.start - 1, start, -1) if sentence.at(("that",), i)), start)
        if not sentence.at(("first", "holder", "own"), start):
            yield Condition(start, mark.start, "if")


def _parted(sentence: Marked, code: str, low: int, high: int) -> Iterator[Condition]:
    """ "Touch us and we fight", "Сунутся — получат войну с нами", "Zadzwonisz, i jesteśmy"."""
    endings, forms = LANGUAGES[code].endings, sentence.sentence.forms
    ahead = endings.get("ahead", ())
    leading, joints = LANGUAGES[code].leading, LANGUAGES[code].joints
    for index in range(low + 1, high):
        gap, form = sentence.gaps[index], forms[index]
        if gap == " " and form not in joints:
            continue
        start = _piece_before(sentence, low, index)
        while start < index and forms[start] in leading:
            start += 1
        if not 0 < index - start <= MAX_WORDS:
            continue
        first = forms[start]
        if first in _NO_VERBS or sentence.at(("yes", "no"), start) or not _TELLING.isdisjoint(forms[start:index]):
            continue
        is_others = first.endswith(endings.get("others", ()))
        is_verb = is_others or first.endswith(ahead) or sentence.at(("neg",), start) is not None
        has_dash = any(sign in gap for sign in _DASHES)
        is_joint = form in joints and index + 1 < high and first not in _DETERMINERS
        if not (is_joint or (ahead and is_verb and (has_dash or "," in gap))):
            continue
        done = _SPOKEN if is_others else _DONE
        piece = (i for i in range(start, index) if sentence.covering("trigger", i) is None)
        if sentence.at(_WHO, start) or any(sentence.at(done, i) for i in piece):
            continue
        behind = range(index, min(high, index + NEAR))
        if any(sentence.at(("say",), i) for i in behind[:3]):
            continue
        if (is_others and has_dash) or any(sentence.at(_OURS, i) for i in behind):
            yield Condition(start, index, "if")


def _sign_behind(sentence: Marked, start: int, high: int) -> int:
    """The first word behind a sign that ends a phrase; no farther than a condition can reach."""
    far = min(high, start + MAX_WORDS + 1)
    return next((i for i in range(start + 1, far) if any(sign in sentence.gaps[i] for sign in _ENDS)), far)


def _joint_behind(sentence: Marked, code: str, start: int, high: int) -> int:
    """The "and" behind which what would be done is told."""
    for index in range(start + 1, high - 1):
        if sentence.words[index].form in LANGUAGES[code].joints and any(
            sentence.at(_OURS, i) for i in (index + 1, index + 2)
        ):
            return index
    return high


def _rest_behind(sentence: Marked, start: int, high: int) -> int:
    """Where the subject of the next verb begins."""
    tags = ("modal", "finite", "action", "avoid", "first", "pronoun")
    index = next((i for i in range(start + 1, high) if sentence.at(tags, i)), high)
    while start + 1 < index < high and (
        sentence.at(_OURS, index - 1) or sentence.words[index - 1].form in ("there", "the", "its", "his")
    ):
        index -= 1
    return index


def _end_of_noun(sentence: Marked, start: int, high: int) -> int:
    """To where somebody is said to say it, or the end; no farther than a condition can reach."""
    far = min(high, start + MAX_WORDS + 1)
    for index in range(start + 1, far):
        if any(sign in sentence.gaps[index] for sign in ";" + _DASHES):
            return index
        if "," in sentence.gaps[index] and any(sentence.at(("say", *SUBJECTS), i) for i in (index, index + 1)):
            return index
    return far


def _piece_before(sentence: Marked, low: int, high: int) -> int:
    """Where the piece before word ``high`` begins: behind a colon or semicolon; looked for as far as it can reach."""
    near = max(low, high - 2 * MAX_WORDS)
    return next((i for i in range(high, near, -1) if any(sign in sentence.gaps[i] for sign in ":;")), near)

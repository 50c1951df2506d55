"""Replies to a question about the proposition, in words of their own.

"'That task has not been set,' he said when asked whether his brigades would fight": the proposition is the question's,
the reply says no in words that name neither action nor actor. Order: what evades the question says nothing; what
leaves it open ("everything is possible") is open; a condition alone is one; a negation is a refusal. A question that
names the action is answered by any of these; one about the war alone only by words of one's own ("we", "my soldiers").
"""

from __future__ import annotations

from streams.model.records import Field
from streams.stance.answers import REACH, has_candidate, make_draft
from streams.stance.conditions import Condition, find_opening
from streams.stance.marked import Marked
from streams.stance.reading import Scene
from streams.stance.rules import Taken
from streams.stance.statements import Draft

_ABOUT = ("about", "of", "on")
_LONG = 30
_NAMING = ("action", "act")


def asks_of_it(scene: Scene, sentence: Marked) -> str | None:
    """Whether a sentence asks about the proposition: ``action`` if it names one, ``theme`` if the war alone."""
    asks = any(mark for mark in sentence.all("ask") if sentence.utterance(mark.start) < 0)
    asks = asks or _is_topic(scene, sentence)
    is_asked = asks or any(frame.kind == "ask" for frame in scene.voices.frames[sentence.number])
    if not is_asked and "?" not in sentence.sentence.tail and "?" not in sentence.sentence.signs:
        return None
    if any(sentence.all(tag) for tag in _NAMING) or (sentence.all("force") and sentence.all("target")):
        return "action"
    return "theme" if sentence.all("target") and asks else None


def _is_topic(scene: Scene, sentence: Marked) -> bool:
    """ "…, he said about sending troops": what the words are about."""
    for frame in scene.voices.frames[sentence.number]:
        index = frame.verb + 1
        while index < len(sentence.words) and index < frame.verb + 4 and sentence.words[index].form not in _ABOUT:
            index += 1
        if index < len(sentence.words) and sentence.words[index].form in _ABOUT and sentence.utterance(index) < 0:
            return any(sentence.utterance(mark.start) < 0 for mark in sentence.within("action", index, index + 9))
    return False


def find_reply(scene: Scene, field: Field, sentence: Marked, asked: Marked, kind: str) -> Draft | None:
    """The reply that a sentence gives to a question in it, or in one of the sentences before."""
    if sentence.number - asked.number > REACH:
        return None
    index, end = 0, len(sentence.said)
    while index < end:
        first, last = sentence.segment(index)
        index = last
        quote = sentence.utterance(first)
        speaker = scene.voices.quotes.get(quote) if quote >= 0 else None
        if speaker is None or speaker.holder_id is None or last - first > _LONG:
            continue
        if has_candidate(sentence, first, last) or _asks(sentence, first, last):
            return None
        return _said(scene, field, sentence, (first, last), speaker.holder_id, kind)
    return None


def _said(
    scene: Scene, field: Field, sentence: Marked, span: tuple[int, int], holder_id: str, kind: str
) -> Draft | None:
    first, last = span
    axis = scene.axis
    conditional, negative = axis.label("conditional"), axis.label("negative")
    if sentence.within("evade", first, last) or sentence.within("counterfactual", first, last):
        return None
    if sentence.within("open", first, last):
        return make_draft(scene, field, sentence, first, Taken(holder_id, conditional, "word", modality="may"), None)
    opening = first
    while opening < last - 1 and sentence.at(("yes", "no"), opening):
        opening += 1
    found = find_opening(sentence, opening, last)
    if found is not None and found.kind != "concessive" and kind == "action":
        taken = Taken(holder_id, conditional, "word", None, negative)
        return make_draft(scene, field, sentence, first, taken, Condition(found.start, last, found.kind))
    negations = [
        mark for mark in sentence.within("neg", first, last) if not sentence.covering("neg-exempt", mark.start)
    ]
    if not negations and not sentence.within("post-neg", first, last):
        return None
    own = any(sentence.within(tag, first, last) for tag in ("first", "force", "own"))
    if kind == "theme" and not own:
        return None
    return make_draft(scene, field, sentence, first, Taken(holder_id, negative, "word"), None)


def _asks(sentence: Marked, first: int, last: int) -> bool:
    """Whether the words themselves are a question."""
    after = sentence.words[last].gap if last < len(sentence.words) else sentence.sentence.tail
    return "?" in after

"""Which passages are to be judged? The actions, avoidances and acts of a text, overlaps settled, up to a bound.

Where patterns overlap one passage is judged by one of them: a deed that is told as done, else the longest, else the
one that says most. The others of the same words stand behind it, for where the first asks for more than is there.
"""

from __future__ import annotations

from collections.abc import Iterator

from streams.stance.marked import Marked
from streams.stance.reading import Scene
from streams.stance.vocabulary import Mark

MAX_CANDIDATES = 200
_RANK = {"nothing": 0, "voice": 1, "target": 2, "move": 3, "force": 4, "condition": 5, "answer": 6}
"""What an action needs, the least first."""
_PAST = ("has", "have", "had", "did", "was", "were", "'ve")
_BINDING = ("only-if", "unless", "if", "provided", "as-long-as")
_TAGS = ("action", "avoid", "act", "act-force")


def candidates(scene: Scene) -> Iterator[tuple[Marked, list[Mark]]]:
    """Yield each passage: its sentence and the patterns that read it, the best first."""
    count = 0
    for sentence in scene.sentences:
        groups = _settled(sentence, scene) if any(sentence.all(tag) for tag in _TAGS) else []
        is_plain = any(group[0].tag != "action" or group[0].value == "nothing" for group in groups)
        for group in groups if is_plain else (*groups, *_denials(sentence)):
            yield sentence, group
            count += 1
            if count >= MAX_CANDIDATES:
                return


def _denials(sentence: Marked) -> list[list[Mark]]:
    """ "My lads have no business at that front": own forces, a negation, and no verb that the watch foresees."""
    if not sentence.all("force"):
        return []
    for neg in sentence.all("neg"):
        start, end = sentence.segment(neg.start)
        index = neg.end
        if index >= end or sentence.covering("neg-exempt", neg.start) or _is_past(sentence, neg):
            continue
        forces = [mark for mark in sentence.within("force", start, end) if _is_own(sentence, mark)]
        if forces and not sentence.within("refuse", start, end):
            return [[Mark(index, index + 1, "denial", "force")]]
    return []


def _is_own(sentence: Marked, force: Mark) -> bool:
    near = (*range(max(0, force.start - 3), force.start), *range(force.end, min(force.end + 2, len(sentence.words))))
    return any(sentence.at(("own", "first"), index) for index in near)


def _is_past(sentence: Marked, neg: Mark) -> bool:
    before = sentence.words[neg.start - 1].form if neg.start else ""
    return before in _PAST and sentence.words[neg.start].form in ("not", "n't", "never")


def _settled(sentence: Marked, scene: Scene) -> list[list[Mark]]:
    positive = scene.axis.label("positive")
    pool = []
    moved = [mark for mark in sentence.all("act-force") if sentence.within("force", max(0, mark.start - 4), mark.end)]
    acts = [mark._replace(tag="act") for mark in moved]
    for candidate in (*sentence.all("action"), *sentence.all("avoid"), *sentence.all("act"), *acts):
        is_deed = candidate.tag == "act" and candidate.value == positive
        if is_deed and not _is_told_as_done(sentence, candidate):
            continue
        order = (0 if is_deed else 1, candidate.start - candidate.end, _RANK.get(candidate.value, 0), candidate.start)
        pool.append((order, candidate))
    kept: list[list[Mark]] = []
    for _, candidate in sorted(pool):
        over = next(
            (group for group in kept if candidate.start < group[0].end and group[0].start < candidate.end), None
        )
        if over is None:
            kept.append([candidate])
        elif candidate.tag == over[0].tag:
            over.append(candidate)
    return sorted(group for group in kept if group[0].value != "answer" or not _is_followed(sentence, group[0], kept))


def _is_followed(sentence: Marked, answer: Mark, kept: list[list[Mark]]) -> bool:
    """Whether "we will …" goes on with an action of its own, so that it needs no reading as an answer."""
    for group in kept:
        other = group[0]
        is_same = other.start >= answer.end and sentence.utterance(other.start) == sentence.utterance(answer.start)
        if is_same and not sentence.within("condition", answer.end, other.start + 1):
            return True
    return False


def _is_told_as_done(sentence: Marked, candidate: Mark) -> bool:
    """No modal, infinitive or negation just before it, no condition, and not somebody's quoted words."""
    if sentence.utterance(candidate.start) >= 0:
        return False
    if any(mark.value in _BINDING for mark in sentence.all("condition")):
        return False
    for index in range(max(0, candidate.start - 3), candidate.start):
        if sentence.at(("modal", "neg", "refuse", "condition"), index) or sentence.words[index].form in ("to", "would"):
            return False
    return True

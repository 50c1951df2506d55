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
_RANK = {"nothing": 0, "voice": 1, "target": 2, "move": 3, "force": 4, "condition": 5}
"""What an action needs, the least first."""


def candidates(scene: Scene) -> Iterator[tuple[Marked, list[Mark]]]:
    """Yield each passage: its sentence and the patterns that read it, the best first."""
    count = 0
    for sentence in scene.sentences:
        if not (sentence.all("action") or sentence.all("avoid") or sentence.all("act")):
            continue
        for group in _settled(sentence, scene):
            yield sentence, group
            count += 1
            if count >= MAX_CANDIDATES:
                return


def _settled(sentence: Marked, scene: Scene) -> list[list[Mark]]:
    positive = scene.axis.label("positive")
    pool = []
    for candidate in (*sentence.all("action"), *sentence.all("avoid"), *sentence.all("act")):
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
    return sorted(kept)


def _is_told_as_done(sentence: Marked, candidate: Mark) -> bool:
    """No modal, infinitive or negation just before it, and not somebody's quoted words."""
    if sentence.utterance(candidate.start) >= 0:
        return False
    for index in range(max(0, candidate.start - 3), candidate.start):
        if sentence.at(("modal", "neg", "refuse", "condition"), index) or sentence.words[index].form in ("to", "would"):
            return False
    return True

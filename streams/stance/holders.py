"""Whose is a sentence, as far as it tells? For what the weights hear, and for deeds and words of the state.

Who speaks in it comes before who is spoken of, a person before an organ, an organ before the state as a whole.
"""

from __future__ import annotations

from collections.abc import Sequence

from streams.stance.marked import Marked
from streams.stance.reading import Scene, state_holder
from streams.stance.vocabulary import Mark

FEW = 3
"""A text of so many sentences is about one thing."""
NAMED_WITHIN = 4
"""So many sentences of a longer text may lie between a holder and words that nobody else is named for."""
DIRECT = ("action", "avoid", "act", "act-force", "force")
"""Tags of the words that say what is done."""
_NAMING = ("holder", "description", "pronoun", "own")
_STEADY = ("he", "she")
_OFFICE_REACH = 2
"""So many words beside an office tell whose it is."""


def whose_is(scene: Scene, sentence: Marked) -> tuple[str, int] | None:
    """The holder of a sentence and a word of the passage: who speaks in it, else who is spoken of by the outlet."""
    for index in range(len(sentence.said)):
        quote = sentence.utterance(index)
        speaker = scene.voices.quotes.get(quote) if quote >= 0 else None
        if speaker is not None and speaker.holder_id is not None:
            return speaker.holder_id, index
    for frame in scene.voices.frames[sentence.number]:
        if frame.speaker.holder_id is not None and frame.kind in ("say", "commit", "colon"):
            return frame.speaker.holder_id, _narrated(sentence, min(frame.start, len(sentence.said) - 1))
    marks = sorted(mark for tag in _NAMING for mark in sentence.all(tag) if _is_meant(scene, sentence, mark))
    for tags in (("holder", "description", "pronoun"), ("own",)):
        for mark in marks:
            if mark.tag not in tags:
                continue
            if mark.tag in ("holder", "description"):
                best = _nearest_to_a_person(scene, marks)
                return best.value, _narrated(sentence, best.start)
            person = scene.voices.persons[sentence.number].holder_id
            if mark.tag == "pronoun" and mark.value in _STEADY and person is not None:
                return person, _narrated(sentence, mark.start)
            if mark.tag == "own":
                return state_holder(scene.axis), _narrated(sentence, mark.start)
    return None


def likely_whose(scene: Scene, sentence: Marked) -> tuple[str, int] | None:
    """The holder of a sentence that names none: who was named last, else whom the article names, else the state.

    In a longer text only of a sentence with a word of the question's, and of one who was named not far before.
    """
    if not scene.is_brief and not any(sentence.all(tag) for tag in DIRECT):
        return None
    first = 0 if scene.is_brief else max(0, sentence.number - NAMED_WITHIN)
    for earlier in reversed(scene.sentences[first : sentence.number]):
        marks = [m for tag in ("holder", "description") for m in earlier.all(tag) if _is_meant(scene, earlier, m)]
        if marks:
            return _nearest_to_a_person(scene, marks).value, 0
    if first > 0:
        return None
    persons = [each for each in sorted(scene.named) if scene.axis.holder(each).pronoun in _STEADY]
    state = [each for each in persons if scene.axis.holder(each).authority == "state"]
    return (state or persons or [state_holder(scene.axis)])[0], 0


def narrowed(scene: Scene, sentence: Marked, holder_id: str) -> str:
    """The holder, or whom the sentence names beside the state: a person who speaks for it, else the one office.

    "Belarus will join if its land is invaded, Lukashenko repeats"; "Minsk rules it out, general staff says".
    """
    axis = scene.axis
    if holder_id != state_holder(axis):
        return holder_id
    named = dict.fromkeys(mark.value for mark in sentence.all("holder"))
    persons = [each for each in named if axis.holder(each).pronoun in _STEADY]
    speaking = [each for each in persons if axis.holder(each).authority == "state"]
    if speaking:
        return speaking[0]
    fitting: dict[tuple[int, int], set[str]] = {}
    offices_named = (mark for mark in sentence.all("office") if mark.end - mark.start > 1)  # "military" tells nothing
    for mark in (*sentence.all("description"), *offices_named):
        if not _is_of_others(sentence, mark):
            fitting.setdefault((mark.start, mark.end), set()).add(mark.value)
    offices = {next(iter(values)) for values in fitting.values() if len(values) == 1}
    offices |= {each for each in persons if axis.holder(each).authority == "official"}
    offices.discard(holder_id)
    return offices.pop() if len(offices) == 1 else holder_id


def _is_of_others(sentence: Marked, office: Mark) -> bool:
    """ "Ukraine's general staff", "the president of Poland"."""
    beside = (
        *range(max(0, office.start - _OFFICE_REACH), office.start),
        *range(office.end, office.end + _OFFICE_REACH),
    )
    return any(sentence.at(("side", "person"), index) for index in beside)


def _is_meant(scene: Scene, sentence: Marked, mark: Mark) -> bool:
    """A description means a holder where the article names it, or names nobody; never what belongs to another side."""
    if mark.tag != "description":
        return True
    return (not scene.named or mark.value in scene.named) and not _is_of_others(sentence, mark)


def _nearest_to_a_person(scene: Scene, marks: Sequence[Mark]) -> Mark:
    """Of several holders in a sentence: a person before an organ before the whole, the first of a kind."""

    def order(mark: Mark) -> tuple[bool, bool, int]:
        holder = scene.axis.holder(mark.value)
        return holder.pronoun not in _STEADY, holder.authority == "state", mark.start

    return min((mark for mark in marks if mark.tag in ("holder", "description")), key=order)


def _narrated(sentence: Marked, index: int) -> int:
    """The word, or the first that the outlet says if it stands in a quotation."""
    if sentence.utterance(index) < 0:
        return index
    return next((i for i in range(len(sentence.said)) if sentence.utterance(i) < 0), index)

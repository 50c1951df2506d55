"""What do the learned weights say, beside the grammar?

The grammar (``rules.py``) takes what it has words for and is seldom wrong; most of what people say is put in words that
no list foresees. So each sentence that has to do with the question, and of which the grammar has made nothing, is
weighed (``weights.py``), together with the article as a whole. Where a role is likelier than none by enough it becomes
a statement, its holder and condition found by the grammar's means; its confidence is at most the chance that something
is said. A statement of the grammar's gives way to another verdict that is far likelier.

Nothing is added to a paragraph of which the grammar has made a statement, nor to a stance that a holder has taken
already in the same title or text, nor to what the grammar has left out as boilerplate, fake, taken back, asked, past or
counterfactual. Limit: the passage is the sentence; of a statement in two of them the first is taken.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from streams.model.records import Field, Lane
from streams.stance.answers import make_draft
from streams.stance.conditions import Condition, find_condition
from streams.stance.features import Features, Passage
from streams.stance.marked import Marked
from streams.stance.reading import Scene, state_holder
from streams.stance.rules import Taken
from streams.stance.statements import Draft
from streams.stance.text import MadeOnce
from streams.stance.vocabulary import Mark
from streams.stance.weights import ROLES, Weights, chances_of

AHEAD = 1.0
"""By how much, in the logarithm, a role must be likelier than none for a passage to be a statement. This and what
follows was chosen on families that the weights had not learned from (``tests/evals/stance/train.py --check``)."""
IN_LONG = 0.5
"""What is added in a text of more than a few sentences, which are mostly about something else."""
IN_OTHER_WORDS = 0.5
"""What is added there if the sentence has no word of the question's."""
UNBOUND = 1.0
"""What is added there for a conditional stance that names no condition and has no "may"."""
GUESS = 0.5
"""What is added where the outlet tells of a holder only by the way, or hedges without a condition."""
SAID_BY_OTHERS = 1.0
"""What is added where somebody else speaks."""
FAR_END = 0.5
"""What is added for the far end of the axis, which costs most to claim."""
NAMELESS = 1.5
"""What is added in an article that names no holder at all."""
OUTWEIGHS = 3.0
"""By how much another verdict must be likelier than the grammar's own."""
FIRM = 2.0
"""What is added for a deed, whose words the watch lists one by one, and for a statement under a condition."""
HOPELESS = 1.5
"""By how much none must be likelier for the whole article for its sentences not to be weighed: none outweighed it."""
LEAST_WORDS = 3
MAX_PASSAGES = 200
FINAL = frozenset(
    ("boilerplate", "fabricated", "withdrawn", "denied-words", "question", "counterfactual", "background")
)
"""Reasons of the grammar's that no likeness outweighs."""
FEW = 3
_DIRECT = ("action", "avoid", "act", "act-force", "force")
_ASKED = (*_DIRECT, "target", "trigger", "met", "level")
"""Tags of the words that a watch's question is made of."""
_NAMING = ("holder", "description", "pronoun", "own")
_BINDING = ("only-if", "unless", "if", "provided", "as-long-as")
_STEADY = ("he", "she")
Found = tuple[str, str]
"""A rule of the grammar's and its verdict: a role, or the reason to leave it out."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A sentence to weigh: whose it is, the word to cite it by, and the condition that it names."""

    sentence: Marked
    holder_id: str
    index: int
    condition: Condition | None


@dataclass(frozen=True, slots=True)
class Weighing:
    """A sentence that was weighed: the stance of its statement, or None if it weighs too little.

    ``outweighed``: the grammar's statement that it had.
    """

    sentence: Marked
    stance: str | None
    outweighed: Draft | None = None


class Scales:
    """The weights, and the scores of the article as a whole, reckoned when a passage is first weighed."""

    def __init__(self, weights: Weights, scenes: Sequence[Scene]) -> None:
        self.weights = weights
        self.features = Features(scenes)
        self._code = scenes[0].code
        is_named = any(scene.named or any(each.all("own") for each in scene.sentences) for scene in scenes)
        self.namelessness = 0.0 if is_named else NAMELESS

    @MadeOnce
    def article(self) -> Mapping[str, float]:
        return self.weights.article.scores(self.features.of_article(), self._code)

    @MadeOnce
    def is_hopeless(self) -> bool:
        """Whether the article as a whole says so little that no passage could outweigh it."""
        return max(self.article[role] for role in ROLES[1:]) - self.article["none"] < -HOPELESS


class Weigher:
    """Weighs a title or a text of which the grammar has made what ``found`` says, by sentence."""

    def __init__(self, scales: Scales, scene: Scene, field: Field, found: Mapping[int, Sequence[Found]]) -> None:
        self._scales, self._scene, self._field, self._found = scales, scene, field, found

    def weigh(self, drafts: Sequence[Draft], settled: Sequence[Draft] = ()) -> tuple[list[Draft], list[Weighing]]:
        """The drafts that the weights leave, with those of the passages that weigh enough, and all that was weighed.

        ``settled``: drafts that no single sentence says, which stand.
        """
        taken, weighed = list(drafts), []
        sentences = list(_to_weigh(self._scene))
        said_in = {sentence.number: drafts_in(sentence, drafts) for sentence in sentences}
        for sentence in sentences:
            own = said_in[sentence.number]
            if len(own) != 1 or own[0] in settled:
                continue
            instead = self._outweighing(sentence, own[0])
            if instead is not None:
                taken.remove(own[0])
                taken.extend(instead)
                weighed.append(Weighing(sentence, instead[0].taken.stance if instead else None, own[0]))
        said = self._paragraphs(item for item in drafts if item in taken)
        for sentence in sentences:
            reasons = {verdict for _, verdict in self._found.get(sentence.number, ())}
            is_short = len(sentence.said) < LEAST_WORDS
            if said_in[sentence.number] or is_short or reasons & FINAL or sentence.sentence.paragraph in said:
                continue
            item = None if self._scales.is_hopeless else self._statement(sentence, taken)
            if item is not None:
                taken.append(item)
            weighed.append(Weighing(sentence, None if item is None else item.taken.stance))
        return taken, weighed

    def _paragraphs(self, drafts: Iterable[Draft]) -> set[int]:
        """The paragraphs in which the drafts stand."""
        sentences = self._scene.sentences
        begins = [each.sentence.start for each in sentences]
        places = (max(0, bisect_right(begins, item.evidence["start"]) - 1) for item in drafts)
        return {sentences[place].sentence.paragraph for place in places}

    def _outweighing(self, sentence: Marked, item: Draft) -> list[Draft] | None:
        """What is far likelier than the grammar's statement, by the passage alone and with its article: one or none.

        What a holder says of an earlier statement or of a condition stands: the weights know nothing of either.
        """
        if item.taken.status != "asserted" or item.taken.modality == "claimed-met":
            return None
        passage = passage_of(self._scene, sentence)
        if passage is None:
            return None
        alone, whole = self._views(passage)
        given = str(self._scene.axis.roles[item.taken.stance])
        role = max(ROLES, key=lambda each: whole[each])
        is_firm = item.taken.lane == "act" or item.condition is not None
        needed = OUTWEIGHS + (FIRM if is_firm else 0.0)
        if role != max(ROLES, key=lambda each: alone[each]):
            return None
        if min(alone[role] - alone[given], whole[role] - whole[given]) <= needed:
            return None
        if role == "none":
            return []
        same = replace(passage, holder_id=item.taken.holder_id)
        return [_draft(self._scene, self._field, same, role, chances_of(whole)[role])]

    def _statement(self, sentence: Marked, taken: Sequence[Draft]) -> Draft | None:
        """The statement of a sentence, if it weighs enough and its holder has not made it already."""
        passage = passage_of(self._scene, sentence)
        if passage is None:
            return None
        _, scores = self._views(passage)
        role = max(ROLES[1:], key=lambda each: scores[each])
        roles = self._scene.axis.roles
        told = any(item.taken.holder_id == passage.holder_id and roles[item.taken.stance] == role for item in taken)
        needed = _ahead(self._scene, passage, role) + self._scales.namelessness
        if told or scores[role] - scores["none"] < needed:
            return None
        return _draft(self._scene, self._field, passage, role, 1 - chances_of(scores)["none"])

    def _views(self, passage: Weighed) -> tuple[Mapping[str, float], Mapping[str, float]]:
        """The scores of a passage alone, and the mean of them and its article's."""
        features = features_of(self._scales.features, self._scene, passage, self._found)
        alone = self._scales.weights.passage.scores(features, self._scene.code)
        article = self._scales.article
        return alone, {role: (alone[role] + article[role]) / 2 for role in ROLES}


def drafts_in(sentence: Marked, drafts: Iterable[Draft]) -> list[Draft]:
    """Those whose evidence begins in the sentence."""
    limits = sentence.sentence
    return [item for item in drafts if limits.start <= item.evidence["start"] < limits.end]


def passages(scene: Scene) -> Iterator[Weighed]:
    """Yield the sentences that have to do with the question, with whose they are."""
    for sentence in _to_weigh(scene):
        passage = passage_of(scene, sentence)
        if passage is not None:
            yield passage


def _to_weigh(scene: Scene) -> Iterator[Marked]:
    for sentence in scene.sentences[:MAX_PASSAGES]:
        if sentence.sentence.end > scene.repeated and sentence.said and _is_on_the_question(scene, sentence):
            yield sentence


def passage_of(scene: Scene, sentence: Marked) -> Weighed | None:
    """The sentence with its likeliest holder and its condition."""
    whose = _whose(scene, sentence) or _likely_whose(scene, sentence)
    return None if whose is None else Weighed(sentence, *whose, _condition(sentence, whose[1]))


def features_of(features: Features, scene: Scene, passage: Weighed, found: Mapping[int, Sequence[Found]]) -> Passage:
    """The features of a passage: as of one of which the grammar has made nothing, also where it has."""
    sentence, condition = passage.sentence, passage.condition
    facts = [each for each in found.get(sentence.number, ()) if each[1] not in ROLES]
    facts.append(("condition", "none" if condition is None else condition.kind))
    return features.of_passage(scene, sentence, facts)


def _is_on_the_question(scene: Scene, sentence: Marked) -> bool:
    """Whether the sentence, or the one before it, has a word of the question; a text of a few has it somewhere."""
    if len(scene.sentences) <= FEW:
        return True
    near = scene.sentences[max(0, sentence.number - 1) : sentence.number + 1]
    return any(each.all(tag) for each in near for tag in _ASKED)


def _ahead(scene: Scene, passage: Weighed, role: str) -> float:
    """By how much a role must be likelier than none."""
    sentence = passage.sentence
    needed = AHEAD
    if len(scene.sentences) > FEW:
        needed += IN_LONG
        if not any(sentence.all(tag) for tag in _DIRECT):
            needed += IN_OTHER_WORDS
        if role == "conditional" and passage.condition is None and not sentence.all("modal"):
            needed += UNBOUND
    if role == "positive":
        needed += FAR_END
    return needed + _doubt(scene, passage, role)


def _doubt(scene: Scene, passage: Weighed, role: str) -> float:
    """What is added where somebody else speaks, or where the outlet tells of a holder by the way or hedges unbound."""
    frames = scene.voices.frames[passage.sentence.number]
    speakers = [frame.speaker for frame in frames if frame.kind in ("say", "think")]
    if speakers and all(speaker.holder_id is None and speaker.name for speaker in speakers):
        return SAID_BY_OTHERS
    voice = scene.voices.of(passage.sentence, passage.index)[0]
    if voice is not None or any(speaker.holder_id is not None for speaker in speakers):
        return 0.0
    before = passage.sentence.covering("preposition", passage.index - 1) if passage.index else None
    is_bound = passage.condition is not None and passage.condition.kind in _BINDING
    return GUESS if (before is not None and not scene.is_title) or (role == "conditional" and not is_bound) else 0.0


def _whose(scene: Scene, sentence: Marked) -> tuple[str, int] | None:
    """The holder of a sentence and a word of the passage: who speaks in it, else who is spoken of by the outlet."""
    for index in range(len(sentence.said)):
        quote = sentence.utterance(index)
        speaker = scene.voices.quotes.get(quote) if quote >= 0 else None
        if speaker is not None and speaker.holder_id is not None:
            return speaker.holder_id, index
    for frame in scene.voices.frames[sentence.number]:
        if frame.speaker.holder_id is not None and frame.kind in ("say", "commit", "colon"):
            return frame.speaker.holder_id, _narrated(sentence, min(frame.start, len(sentence.said) - 1))
    marks = sorted(mark for tag in _NAMING for mark in sentence.all(tag) if _is_meant(scene, mark))
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


def _likely_whose(scene: Scene, sentence: Marked) -> tuple[str, int] | None:
    """The holder of a sentence that names none: who was named last, else whom the article names, else the state.

    In a longer text only of a sentence with a word of the question's.
    """
    if len(scene.sentences) > FEW and not any(sentence.all(tag) for tag in _DIRECT):
        return None
    for earlier in reversed(scene.sentences[: sentence.number]):
        marks = [m for tag in ("holder", "description") for m in earlier.all(tag) if _is_meant(scene, m)]
        if marks:
            return _nearest_to_a_person(scene, marks).value, 0
    persons = [each for each in sorted(scene.named) if scene.axis.holder(each).pronoun in _STEADY]
    state = [each for each in persons if scene.axis.holder(each).authority == "state"]
    return (state or persons or [state_holder(scene.axis)])[0], 0


def _is_meant(scene: Scene, mark: Mark) -> bool:
    """A description means a holder only where the article names it; in one that names nobody it may."""
    return mark.tag != "description" or not scene.named or mark.value in scene.named


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


def _draft(scene: Scene, field: Field, passage: Weighed, role: str, chance: float) -> Draft:
    sentence, axis = passage.sentence, scene.axis
    condition = passage.condition if role == "conditional" else None
    modality = next((mark.value for mark in sentence.all("modal")), None)
    default = None
    if role == "conditional":
        default = axis.label("negative") if condition is not None else None
        modality = modality if condition is not None else "not-ruled-out"
    taken = Taken(passage.holder_id, axis.label(role), _lane(scene, passage, role), None, default, modality)  # type: ignore[arg-type]
    item = make_draft(scene, field, sentence, passage.index, taken, condition)
    return replace(item, chance=round(chance, 2))


def _lane(scene: Scene, passage: Weighed, role: str) -> Lane:
    """A deed is told by the outlet, and lies not ahead."""
    speaker = scene.voices.of(passage.sentence, passage.index)[0]
    if speaker is not None or role == "conditional" or passage.sentence.all("modal"):
        return "word"
    if role == "negative":
        return "act" if passage.sentence.all("undo") and passage.sentence.all("force") else "word"
    return "act"


def _condition(sentence: Marked, index: int) -> Condition | None:
    """The condition of whatever a passage says: it is looked for around each end, since the action is not known."""
    first, last = sentence.segment(index)
    segments = [(first, last)]
    place = 0
    while place < len(sentence.said):
        start, end = sentence.segment(place)
        if (start, end) != (first, last):
            segments.append((start, end))
        place = end
    for low, high in segments:
        for anchor in (high - 1, low):
            found = find_condition(sentence, Mark(anchor, anchor + 1, "action", ""), low, high, True)
            if isinstance(found, Condition) and found.kind != "concessive" and found.end - found.start < high - low:
                return found
    return None

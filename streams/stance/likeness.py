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
from streams.stance.holders import DIRECT, FEW, likely_whose, narrowed, whose_is
from streams.stance.loose import find_loose
from streams.stance.marked import Marked
from streams.stance.reading import Scene
from streams.stance.rules import Taken
from streams.stance.statements import Draft
from streams.stance.text import MadeOnce
from streams.stance.vocabulary import Mark
from streams.stance.weights import ROLES, Weights, chances_of

AHEAD = 0.5
"""By how much, in the logarithm, a role must be likelier than none for a passage to be a statement. This and what
follows was chosen on families that the weights had not learned from (``tests/evals/stance/train.py --check``)."""
IN_LONG = 1.0
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
OUTWEIGHS = 2.0
"""By how much another stance must be likelier than the grammar's own."""
SILENCES = 3.0
"""The same for none: of a watch without cases of its own the weights know little, and call much of it none."""
FIRM = 1.0
"""What is added for a deed, whose words the watch lists one by one, and for a statement under a condition; twice that
against none."""
HOPELESS = 1.5
"""By how much none must be likelier for the whole article for its sentences not to be weighed: none outweighed it."""
LEAST_WORDS = 3
"""A sentence of fewer words tells nothing."""
LEAST_IN_LONG = 6
"""The same in a longer text, where a short sentence lives by its neighbours."""
LEAST_TO_OUTWEIGH = 6
"""The same against the grammar, which hears a sentence with its neighbours."""
MAX_PASSAGES = 200
FINAL = frozenset(
    ("boilerplate", "fabricated", "withdrawn", "denied-words", "question", "counterfactual", "background")
)
"""Reasons of the grammar's that no likeness outweighs."""
_ASKED = (*DIRECT, "target", "trigger", "met", "level")
"""Tags of the words that a watch's question is made of."""
_BINDING = ("only-if", "unless", "if", "provided", "as-long-as")
Found = tuple[str, str]
"""A rule of the grammar's and its verdict: a role, or the reason to leave it out."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A sentence to weigh: whose it is, the word to cite it by, the condition that it names, or one that may be one."""

    sentence: Marked
    holder_id: str
    index: int
    condition: Condition | None
    loose: Condition | None


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
            if len(own) != 1 or own[0] in settled or len(sentence.said) < LEAST_TO_OUTWEIGH:
                continue
            instead = self._outweighing(sentence, own[0])
            if instead is not None:
                taken.remove(own[0])
                taken.extend(instead)
                weighed.append(Weighing(sentence, instead[0].taken.stance if instead else None, own[0]))
        said = self._paragraphs(item for item in drafts if item in taken)
        for sentence in sentences:
            reasons = {verdict for _, verdict in self._found.get(sentence.number, ())}
            is_alone = self._scene.is_brief or self._scene.is_title
            is_short = len(sentence.said) < (LEAST_WORDS if is_alone else LEAST_IN_LONG)
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
        needed = SILENCES + is_firm * 2 * FIRM if role == "none" else OUTWEIGHS + is_firm * FIRM
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
    whose = whose_is(scene, sentence) or likely_whose(scene, sentence)
    if whose is None:
        return None
    holder_id, index = whose
    condition = _condition(sentence, index)
    loose = find_loose(sentence, scene.code)
    return Weighed(sentence, narrowed(scene, sentence, holder_id), index, condition, loose)


def features_of(features: Features, scene: Scene, passage: Weighed, found: Mapping[int, Sequence[Found]]) -> Passage:
    """The features of a passage: as of one of which the grammar has made nothing, also where it has."""
    sentence, condition, loose = passage.sentence, passage.condition, passage.loose
    facts = [each for each in found.get(sentence.number, ()) if each[1] not in ROLES]
    kind = condition.kind if condition is not None else "none" if loose is None else f"loose-{loose.kind}"
    facts.append(("condition", kind))
    return features.of_passage(scene, sentence, facts)


def _is_on_the_question(scene: Scene, sentence: Marked) -> bool:
    """Whether the sentence, or the one before it, has a word of the question; a text of a few has it somewhere."""
    if scene.is_brief:
        return True
    near = scene.sentences[max(0, sentence.number - 1) : sentence.number + 1]
    return any(each.all(tag) for each in near for tag in _ASKED)


def _ahead(scene: Scene, passage: Weighed, role: str) -> float:
    """By how much a role must be likelier than none."""
    sentence = passage.sentence
    needed = AHEAD
    if len(scene.sentences) > FEW:
        needed += IN_LONG
        if not any(sentence.all(tag) for tag in DIRECT):
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


def _draft(scene: Scene, field: Field, passage: Weighed, role: str, chance: float) -> Draft:
    sentence, axis = passage.sentence, scene.axis
    condition = _best(passage) if role == "conditional" else None
    modality = next((mark.value for mark in sentence.all("modal")), None)
    default = None
    if role == "conditional":
        default = axis.label("negative") if condition is not None else None
        modality = modality if condition is not None else "not-ruled-out"
    taken = Taken(passage.holder_id, axis.label(role), _lane(scene, passage, role), None, default, modality)  # type: ignore[arg-type]
    item = make_draft(scene, field, sentence, passage.index, taken, condition)
    return replace(item, chance=round(chance, 2))


def _best(passage: Weighed) -> Condition | None:
    """The grammar's condition, cut where the rest begins; or what may be one."""
    known, loose = passage.condition, passage.loose
    if known is None or loose is None:
        return known or loose
    if known.start <= loose.start <= known.start + 1 and loose.end < known.end:
        return Condition(known.start, loose.end, known.kind)
    return known


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
    own = sentence.segment(index)
    for low, high in (own, *(run for run in sentence.segments() if run != own)):
        for anchor in (high - 1, low):
            found = find_condition(sentence, Mark(anchor, anchor + 1, "action", ""), low, high, True)
            if isinstance(found, Condition) and found.kind != "concessive" and found.end - found.start < high - low:
                return found
    return None

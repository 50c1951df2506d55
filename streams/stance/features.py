"""What does a passage look like to the learned weights? Its features, without anybody's name.

A passage is a sentence that has to do with the question. Its words are read as they come, except that what the
watch names is replaced by what it is (a holder, somebody else, the target, an action, a trigger): so the weights know
how people refuse or hedge, and not who did so in the cases that they were learned from. Beside the words stand the
grammar's own findings: its marks, each with the voice that it is in (``h`` a holder's words, ``o`` somebody else's,
``u`` of nobody who is named, ``n`` the outlet's), its frames of speech, and what its rules have made of the passage.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import NamedTuple

from streams.stance.marked import Marked
from streams.stance.reading import Scene
from streams.stance.subjects import UNKNOWN, Speaker

STEM = 5
"""How many letters of a word count in languages that inflect it."""
_THINGS = {
    "excluded": "<other-sense>",
    "holder": "<holder>",
    "description": "<title>",
    "person": "<person>",
    "side": "<side>",
    "action": "<action>",
    "avoid": "<avoidance>",
    "act": "<deed>",
    "own": "<own>",
    "force": "<force>",
    "target": "<target>",
    "trigger": "<trigger>",
}
"""What a mark of the watch's vocabulary stands for; the first that covers a word counts."""
_TAGS = tuple(_THINGS)
_RANK = {tag: rank for rank, tag in enumerate(_TAGS)}
_NO_THING = len(_TAGS)
_SPELT = frozenset(("action", "avoid", "act", "trigger", "force"))
"""Whose own words count as well: they tell one deed from another."""
_GRAMMAR = frozenset((
    "neg", "refuse", "post-neg", "condition", "formula", "counterfactual", "modal", "say", "ask", "think", "guess",
    "according", "media", "mouth", "apart", "first", "past", "fake", "retract", "routine", "yes", "no", "undo",
    "horizon", "order", "asked", "misreport", "emptied", "promise", "hearsay", "answer", "met", "means", "lacking",
    "pronoun",
))  # fmt: skip
_PAIRED = (
    "neg", "refuse", "post-neg", "modal", "action", "avoid", "act", "force", "target", "trigger", "undo", "past",
    "think", "guess", "ask", "first", "own", "side", "person", "say", "counterfactual", "emptied", "level",
)  # fmt: skip
"""Tags of which it counts which stand together."""
_BEFORE = ("ask", "condition", "action", "holder")
_LONG = 6
MAX_SENTENCES = 100


class Passage(NamedTuple):
    """``names``: the features. ``words`` and ``held``: all words, and those of a holder, for their sense."""

    names: frozenset[str]
    words: tuple[str, ...]
    held: tuple[str, ...]


class Spelling(NamedTuple):
    """The features of a sentence's words and marks, and where each of the grammar's marks begins."""

    names: list[str]
    begins: list[tuple[int, str]]


class Features:
    """Gives the features of an article and of its passages; a sentence is spelt once."""

    def __init__(self, scenes: Sequence[Scene]) -> None:
        self._scenes = scenes
        self._spelt: dict[tuple[bool, int], Spelling] = {}

    def of_passage(self, scene: Scene, sentence: Marked, found: Iterable[tuple[str, str]]) -> Passage:
        """Of a sentence; ``found`` are the grammar's rules that decided in it, with their verdicts."""
        voices = _voices(scene, sentence)
        spelling = self._spelling(scene, sentence)
        names = set(spelling.names)
        names.update([f"g:{voices[index]}:{tag}" for index, tag in spelling.begins])
        names.update(_of_scene(scene, sentence, voices))
        is_found = False
        for rule, verdict in found:
            is_found = True
            names.update((f"r:{rule}", f"v:{verdict}"))
        if not is_found:
            names.add("r:none")
        forms = tuple(sentence.sentence.forms)
        held = tuple(form for form, voice in zip(forms, voices, strict=True) if voice == "h")
        return Passage(frozenset(names), forms, held)

    def of_article(self) -> Passage:
        """Of the article as a whole: its words and the grammar's marks, title and text."""
        names: set[str] = set()
        words: list[str] = []
        for scene in self._scenes:
            for sentence in scene.sentences[:MAX_SENTENCES]:
                if sentence.sentence.end > scene.repeated:
                    names.update(self._spelling(scene, sentence).names)
                    words.extend(sentence.sentence.forms)
        return Passage(frozenset(names), tuple(words), ())

    def _spelling(self, scene: Scene, sentence: Marked) -> Spelling:
        key = scene.is_title, sentence.number
        found = self._spelt.get(key)
        if found is None:
            found = self._spelt[key] = _spell(scene, sentence)
        return found


def _voices(scene: Scene, sentence: Marked) -> list[str]:
    """Each word's voice."""
    if scene.voices.frames[sentence.number]:
        return [voice_of(scene.voices.of(sentence, index)[0]) for index in range(len(sentence.said))]
    if not sentence.is_spoken:
        return ["n"] * len(sentence.said)
    of_quote = {quote: voice_of(scene.voices.quotes.get(quote, UNKNOWN)) for quote in set(sentence.said) if quote >= 0}
    return [of_quote.get(quote, "n") for quote in sentence.said]


def voice_of(speaker: Speaker | None) -> str:
    """Whose words: ``h``, ``o``, ``u`` or ``n``."""
    if speaker is None:
        return "n"
    return "h" if speaker.holder_id is not None else "o" if speaker.name else "u"


def _spell(scene: Scene, sentence: Marked) -> Spelling:
    """Each word, or the thing that it stands for, with the word before it; and the marks that begin there."""
    forms = sentence.sentence.forms
    stems = _stems(forms, scene.code == "en")
    covers = sentence.covers()
    tokens: list[str] = []
    begins: list[tuple[int, str]] = []
    names: list[str] = []
    spelt = 0
    for index in sorted(covers):
        if index < spelt:
            continue
        cover = covers[index]
        tokens += stems[spelt:index]
        rank = min([_RANK.get(tag, _NO_THING) for tag in cover])
        if rank < _NO_THING:
            thing = _TAGS[rank]
            mark = cover[thing]
            tokens.append(_THINGS[thing] + (scene.axis.roles.get(mark.value, "") if thing == "act" else ""))
            spelt = max(mark.end, index + 1)
            if thing in _SPELT:
                tokens += ["~" + stem for stem in stems[index : mark.end]]
            continue
        for tag, mark in cover.items():
            if mark.start == index and tag in _GRAMMAR:
                names.append(f"g:{tag}:{mark.value}")
                begins.append((index, tag))
        tokens.append(stems[index])
        spelt = index + 1
    tokens += stems[spelt:]
    names += ["w:" + token for token in tokens]
    names += [f"b:{before}_{token}" for before, token in zip(["^", *tokens], [*tokens, "$"], strict=True)]
    return Spelling(names, begins)


def _stems(forms: Sequence[str], is_whole: bool) -> list[str]:
    return ["<number>" if form[:1].isdigit() else form if is_whole else form[:STEM] for form in forms]


def _of_scene(scene: Scene, sentence: Marked, voices: Sequence[str]) -> list[str]:
    marks, heard = sentence.marks, sorted(set(voices))
    names = [f"len:{min(_LONG, len(voices) // _LONG)}"]
    names += ["z:" + voice for voice in heard]
    if scene.is_title:
        names.append("title")
    if "?" in sentence.sentence.tail:
        names.append("question")
    if "!" in sentence.sentence.tail:
        names.append("exclaimed")
    if sentence.is_spoken:
        names.append("quoted")
    names += [f"f:{frame.kind}:{voice_of(frame.speaker)}" for frame in scene.voices.frames[sentence.number]]
    if scene.names_target:
        names.append("names-target")
    present = [tag if tag != "modal" else f"modal:{marks[tag][0].value}" for tag in _PAIRED if marks.get(tag)]
    present += ["voice:" + voice for voice in heard]
    names += [f"p:{one}+{other}" for one, other in combinations(present, 2)]
    names.append(f"negations:{min(3, len(sentence.all('neg')) + len(sentence.all('refuse')))}")
    if sentence.number:
        before = scene.sentences[sentence.number - 1]
        names += ["before:" + tag for tag in _BEFORE if before.all(tag)]
        if "?" in before.sentence.tail:
            names.append("before:question")
    return names

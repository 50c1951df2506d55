"""What every language must bring: its grammar as data, by tag.

The rules (frames, clauses, verdicts) are written once over tags; a language is a table of patterns for each tag and
a few facts (does negation add up, which months and weekdays there are). Nothing here knows any watch.

| tag | what it marks |
|---|---|
| ``neg`` | particles and negative subjects: not, never, nobody; several in a clause are one negation |
| ``neg-exempt`` | not a negation though it looks like one: not only, no doubt |
| ``refuse`` | words that negate what they govern: refuse, unwilling; ``open``: rule out, whose negation opens |
| ``post-neg`` | a negation after its subject: is out of the question |
| ``condition`` | a conjunction that opens a condition; the value is its kind |
| ``lacking`` | without: with a trigger, what a refusal waits for |
| ``formula`` | looks like a condition and is none: God willing, if anything |
| ``counterfactual`` | would have, если бы |
| ``modal`` | will, may, ready, plan; the value is the modality |
| ``say`` | verbs of speech; ``commit``: the complement is an intention (vow to); ``open``: left open (whether) |
| ``ask`` | asked whether |
| ``think`` | fear, believe, expect, assess: whose complement is the subject's guess |
| ``guess`` | nouns and adverbs of guessing: fears, likely, risk |
| ``according`` | according to |
| ``media`` | agency, newspaper: their reports are the outlet's voice |
| ``mouth`` | who speaks for the holder: spokesman, press service |
| ``apart`` | who does not, though the holder's name stands beside: critics, opponents |
| ``pronoun`` | he, she, they; the value is he, she, it or they |
| ``first`` | I, we, our |
| ``possessive`` | his, their |
| ``preposition`` | what takes the next noun out of the subject's place |
| ``boundary`` | conjunctions that end a clause |
| ``finite`` | auxiliaries that begin a new predicate |
| ``past`` | last year, at the time: background |
| ``fake`` | AI-made, fabricated |
| ``retract`` | mistranslated, walked back |
| ``routine`` | regularly: no news |
| ``that``, ``yes``, ``no`` | complementisers; answers (``no:short``: only in a sentence of a few words) |
| ``undo`` | withdraw, cancel, end: turns an act round |
| ``evade`` | I don't know, we will see: no answer, though it has a negation |
| ``open`` | everything is possible, never say never: an answer that leaves it open |
| ``horizon`` | tomorrow, this year: when |
| ``order`` | order, decree, decision, plan: what can be cancelled before it is done |
| ``asked`` | asked, ordered: whoever refuses was asked, so that it is no condition of a refusal |
| ``misreport`` | misquoted (``sure``), we reported (``told``): what an outlet takes back |
| ``takeback`` | withdrawn, correction: that it does |
| ``emptied`` | drop, abandon (a ``promise``), reneg on (``sure``): a claimed change without words |
| ``promise`` | vow, pledge, neutrality |
| ``hearsay`` | they say, we hear: what a holder only repeats |
| ``answer`` | say no, turn them down, not refuse; the value is no or yes |
| ``still`` | all the same, anyway: what stands before it is no condition |
| ``then`` | then, in that case: the sentence before is the condition |
| ``met`` | the line has been crossed: a condition claimed as met |
| ``means`` | will mean, would bring: parts a condition without a conjunction from what it brings |
| ``opener``, ``phrase``, ``count`` | what may open a condition where there must be one: should, upon any, one more |
| ``announced`` | the trigger, one exception: says that a condition follows |
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Language:
    """``weekdays``: Monday first, all forms. ``months``: January first. ``yesterday``: the words for it.

    ``endings``: of a language that tells by them what a verb's form is: ``infinitive``, ``ahead`` (infinitives and
    forms of what is to come), ``nominal`` (deeds as nouns), ``past``. Empty where words of their own tell it.
    ``others``: verbs of what somebody else will do. ``leading``: what a piece of a sentence may begin with and does not
    mean; ``joints``: what parts a condition without a conjunction from what follows it; ``copulas``: is, was.
    """

    code: str
    grammar: Mapping[str, Mapping[str, tuple[str, ...]]]
    weekdays: tuple[tuple[str, ...], ...]
    months: tuple[tuple[str, ...], ...]
    yesterday: tuple[str, ...]
    endings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    leading: frozenset[str] = frozenset()
    joints: frozenset[str] = frozenset()
    copulas: frozenset[str] = frozenset()


def table(text: str) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """Read ``tag[:value] = pattern | pattern`` lines; a line that begins with blanks goes on with the one before.

    >>> table("modal:will = will | shall")
    {'modal': {'will': ('will', 'shall')}}
    """
    rows: list[str] = []
    for line in text.splitlines():
        if line.startswith(" "):
            rows[-1] += line
        elif line.strip():
            rows.append(line)
    grammar: dict[str, dict[str, tuple[str, ...]]] = {}
    for row in rows:
        key, _, patterns = row.partition("=")
        tag, _, value = key.strip().partition(":")
        words = tuple(pattern.strip() for pattern in patterns.split("|") if pattern.strip())
        entry = grammar.setdefault(tag, {})
        entry[value] = entry.get(value, ()) + words
    return grammar

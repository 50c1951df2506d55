"""What in a wording tells which utterance it is, in whatever language? Its names and numbers, and borrowed words.

A key that the watch itself asks about tells nothing: "Ukraine", "Lukashenko" and "soldiers" are in everything that it
sees. So names by which its ``stance`` knows holders, others and targets are left out, and every word of its patterns of
one or two words. What is left counts: a name 1 (a capital inside a sentence, or a
word that is a name on the other side), a number 1, a year or a number up to ten 0.5, two lower-case words with one
skeleton of four consonants (гарнизон, garrison) 0.5. Names are compared by their skeletons (``latin.py``), numbers by
value (9,000 = 9 тысяч = 9 tys.).

Two wordings contradict each other if both have numbers above ten, or both have names, and share none. They are told
alike if they do not, share half of the keys of the one that has fewer, and enough in all:

| languages | days apart | shared weight |
|---|---|---|
| two | at most 1 | 1 |
| two | 2 or 3 | 1.5 |
| one, in other words | at most 3 | 2 |

Limits: numbers in words are known up to twenty in English, Russian and Polish; a headline in capitals has no names.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, pairwise
from typing import Any

from streams.alert.latin import MIN_CONSONANTS, skeleton, spell, stems_of
from streams.alert.words import MAX_CHARACTERS, are_wordings_alike, fold, is_stopword, stems, words

MAX_KEYS = 24
SURE, LIKELY, REPHRASED = 1.0, 1.5, 2.0
KEYS_SHARED = 0.5
SAME_SHORTER, SAME_LONGER, OWN_SHARED = 0.8, 0.6, 0.5
PLAIN_CONSONANTS = 4
LEAST_BEGINNING = 3
MAX_PATTERN = 2
SMALL, FIRST_YEAR, LAST_YEAR = 10, 1900, 2100

_TOKEN = re.compile(r"[0-9]+(?:[.,\u00a0\u202f ][0-9]+)*|[^\W\d_]+|[^\w\s]")
_ENDS = frozenset('.!?…:;"“”„«»()—–')
_PATTERN_WORD = re.compile(r"[^\W_]+\*?")
_DATES = """
    monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september
    october november december i mr mrs ms
"""
_NO_NAMES = frozenset(_DATES.split())
MAX_VOCABULARIES = 64
_VOCABULARIES: dict[int, tuple[object, dict[str, Vocabulary]]] = {}
"""By the identity of a watch's ``stance``, which nobody changes: hashing its content took longer than all the rest."""
_TIMES = (
    (1_000, re.compile("thousand|k$|тыс|tys")),
    (1_000_000, re.compile("million|млн|миллион|mln|milion")),
)
_COUNTED = {
    2: "two | два две двух двум двумя двое | dwa dwie dwóch dwaj dwu dwoje",
    3: "three | три трех трем тремя трое | trzy trzech trzej troje",
    4: "four | четыре четырех четырем четверо | cztery czterech czterej",
    5: "five | пять пяти пятью пятеро | pięć pięciu",
    6: "six | шесть шести шестью | sześć sześciu",
    7: "seven | семь семи семью | siedem siedmiu",
    8: "eight | восемь восьми | osiem ośmiu",
    9: "nine | девять девяти | dziewięć dziewięciu",
    10: "ten | десять десяти | dziesięć dziesięciu",
    11: "eleven | одиннадцать одиннадцати | jedenaście jedenastu",
    12: "twelve dozen | двенадцать двенадцати дюжина | dwanaście dwunastu",
    13: "thirteen | тринадцать тринадцати | trzynaście trzynastu",
    14: "fourteen | четырнадцать четырнадцати | czternaście czternastu",
    15: "fifteen | пятнадцать пятнадцати | piętnaście piętnastu",
    16: "sixteen | шестнадцать шестнадцати | szesnaście szesnastu",
    17: "seventeen | семнадцать семнадцати | siedemnaście siedemnastu",
    18: "eighteen | восемнадцать восемнадцати | osiemnaście osiemnastu",
    19: "nineteen | девятнадцать девятнадцати | dziewiętnaście dziewiętnastu",
    20: "twenty | двадцать двадцати | dwadzieścia dwudziestu",
}
_NUMBER_WORDS: dict[str, dict[str, int]] = {"en": {}, "ru": {}, "pl": {}}
for _number, _row in _COUNTED.items():
    for _language, _spellings in zip(_NUMBER_WORDS, _row.split("|"), strict=True):
        _NUMBER_WORDS[_language] |= {fold(spelling): _number for spelling in _spellings.split()}


@dataclass(frozen=True)
class Profile:
    """What a wording is compared by: the stems of its words and of those that are not in the question, its names and
    other words, each with what its skeleton may be, and its numbers with their weights."""

    language: str
    words: list[str]
    own: list[str]
    names: list[list[str]]
    others: list[list[str]]
    numbers: dict[str, float]

    @cached_property
    def keys(self) -> frozenset[str]:
        """Without one of these in common nothing is shared."""
        return frozenset((*chain.from_iterable(self.names), *chain.from_iterable(self.others), *self.numbers))

    @cached_property
    def weight(self) -> float:
        return len(self.names) + sum(self.numbers.values())

    @cached_property
    def large_numbers(self) -> frozenset[str]:
        return frozenset(number for number, weight in self.numbers.items() if weight >= SURE)

    def packed(self) -> list[Any]:
        return [self.language, self.words, self.own, self.names, self.others, self.numbers]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words that a watch's question gives in one language, in the common spelling; ``names`` are those by which it
    knows people, sides and targets."""

    whole: frozenset[str]
    beginnings: frozenset[str]
    names: Vocabulary | None = None

    def has(self, spelled: str) -> bool:
        return spelled in self.whole or any(
            spelled[:end] in self.beginnings for end in range(LEAST_BEGINNING, len(spelled) + 1)
        )

    def has_name(self, spelled: str) -> bool:
        return (self.names or self).has(spelled)


def vocabulary_of(stance: Mapping[str, Any] | None, language: str) -> Vocabulary:
    """The words of the question in a language; if it has none in that language, those in all."""
    known = _VOCABULARIES.get(id(stance))
    if known is None or known[0] is not stance:
        if len(_VOCABULARIES) >= MAX_VOCABULARIES:
            _VOCABULARIES.clear()
        known = _VOCABULARIES[id(stance)] = (stance, _vocabularies(stance or {}))
    return known[1].get(language) or known[1][""]


def _vocabularies(stance: Mapping[str, Any]) -> dict[str, Vocabulary]:
    proposition = stance.get("proposition") or {}
    named = [stance.get("holders"), stance.get("others"), proposition.get("own"), proposition.get("target")]
    words, names = _lexicons(stance), _lexicons(named)
    found = {}
    for language, (whole, beginnings) in words.items():
        of_names = Vocabulary(frozenset(names[language][0]), frozenset(names[language][1]))
        found[language] = Vocabulary(frozenset(whole), frozenset(beginnings), of_names)
    return found


def _lexicons(block: Any) -> defaultdict[str, tuple[set[str], set[str]]]:
    """Whole words and beginnings by language, "" for all. An idiom's words stand in it by chance: they do not count."""
    found: defaultdict[str, tuple[set[str], set[str]]] = defaultdict(lambda: (set(), set()))
    found[""]
    for language, text in _texts(block, ""):
        pattern = _PATTERN_WORD.findall(text)
        for word in pattern if len(pattern) <= MAX_PATTERN else ():
            spelled = spell(word.rstrip("*"), language)
            is_beginning = word.endswith("*") and len(spelled) >= LEAST_BEGINNING
            for name in (language, ""):
                found[name][is_beginning].add(spelled)
    return found


def _texts(value: Any, language: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield language, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _texts(inner, key if len(key) == 2 else language)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner, language)


def telling_words(found: list[str], language: str, known: Vocabulary, names: Profile) -> list[int]:
    """The places of the folded words that are neither stopwords nor words of the question; twice those of names and
    numbers."""
    capitals = {stem for name in names.names for stem in name}
    places = []
    for place, word in enumerate(found):
        spelled = spell(word, language)
        if not is_stopword(word) and not known.has(spelled):
            is_rare = word.isdigit() or not capitals.isdisjoint(stems_of(skeleton(spelled)))
            places += [place] * (1 + is_rare)
    return places


def profile_of(text: str, language: str, known: Vocabulary) -> Profile:
    """Take the keys out of a wording; only its first 600 characters are looked at."""
    tokens: list[str] = _TOKEN.findall(text[:MAX_CHARACTERS])
    lexical = [token for token in tokens if token[0].isalpha()]
    is_headline = 2 * sum(token[0].isupper() for token in lexical) > len(lexical)
    counted = _NUMBER_WORDS.get(language, {})
    names: dict[str, list[str]] = {}
    others: dict[str, list[str]] = {}
    numbers: dict[str, float] = {}
    begins = ends = True
    for token, following in pairwise((*tokens, "")):
        begins, ends = ends, token in _ENDS or (ends and not token[0].isalnum())
        folded = fold(token)
        if token[0].isdigit():
            numbers.update(_numbers(token, fold(following), language))
        elif folded in counted:
            numbers.update(_weighed(counted[folded] * _times(fold(following))))
        elif token[0].isalpha() and not is_stopword(folded) and folded not in _NO_NAMES:
            spelled = spell(token, language)
            bones = skeleton(spelled)
            is_capital = token[0].isupper() and not is_headline
            is_first_name = is_capital and following[:1].isupper() and known.has_name(spell(following, language))
            if is_first_name or known.has_name(spelled):
                continue
            if is_capital and not begins and len(token) > 1:
                bones, key = _name_key(token, spelled, bones)
                names[bones] = key
            elif not known.has(spelled) and len(bones) >= (MIN_CONSONANTS if is_capital else PLAIN_CONSONANTS):
                others[bones] = stems_of(bones)
    found = words(text)
    return Profile(
        language,
        stems(found),
        stems(word for word in found if not known.has(spell(word, language))),
        list(names.values())[:MAX_KEYS],
        [key for bones, key in others.items() if bones not in names][:MAX_KEYS],
        dict(sorted(numbers.items())[:MAX_KEYS]),
    )


def _name_key(token: str, spelled: str, bones: str) -> tuple[str, list[str]]:
    """Of an acronym every letter counts, of a short name the vowels as well."""
    if token.isupper():
        return f"={spelled}", [f"={spelled}"]
    if len(bones) < MIN_CONSONANTS:
        return f"={spelled[:3]}", [f"={spelled[:3]}"]
    return bones, stems_of(bones)


def _numbers(token: str, following: str, language: str) -> dict[str, float]:
    """A row of digits as numbers: "9,000" and "9 000" are one, "6,5" is a fraction where the comma is one."""
    first, *groups = re.split(r"([.,\u00a0\u202f ])", token)
    whole, fraction = first, ""
    found: dict[str, float] = {}
    point = "." if language == "en" else ","
    for mark, group in zip(groups[::2], groups[1::2], strict=True):
        if mark != point and len(group) == 3 and not fraction and len(whole.lstrip("0")) > 0:
            whole += group
        elif mark in ".," and not fraction:
            fraction = group
        else:
            found |= _value(whole, fraction, 1)
            whole, fraction = group, ""
    return found | _value(whole, fraction, _times(following))


def _value(whole: str, fraction: str, times: int) -> dict[str, float]:
    digits, decimals = whole.lstrip("0")[:15] or "0", fraction.rstrip("0")[:6]
    scaled = int(digits + decimals) * times
    if scaled % 10 ** len(decimals):
        return {f"{scaled}e-{len(decimals)}": 1.0}
    return _weighed(scaled // 10 ** len(decimals))


def _weighed(number: int) -> dict[str, float]:
    if number < 2:
        return {}
    return {str(number): 0.5 if number <= SMALL or FIRST_YEAR <= number < LAST_YEAR else 1.0}


def _times(following: str) -> int:
    return next((times for times, spelling in _TIMES if spelling.match(following)), 1)


def are_worded_alike(one: Profile, other: Profile) -> bool:
    """Whether two wordings of one language are alike by their words, and in more than the words of the question.

    "We will not send troops to Ukraine" and "Belarus to send no troops to Ukraine" may be weeks apart: that the
    question's words are shared counts only if there is hardly any other. On pairs of unrelated utterances of one
    position (docs/stance-evals.md) this joins 0.8 %, where half of the words alone joins 4.4 %.
    """
    if not are_wordings_alike(one.words, other.words) or have_other_numbers(one, other):
        return False
    shared, sizes = len({*one.words} & {*other.words}), sorted((len(one.words), len(other.words)))
    if shared >= SAME_SHORTER * sizes[0] and shared >= SAME_LONGER * sizes[1]:
        return True
    own = len({*one.own} & {*other.own})
    return own > 0 and own >= OWN_SHARED * min(len(one.own), len(other.own))


def have_other_numbers(one: Profile, other: Profile) -> bool:
    """Whether both have numbers above ten that are no years, and none in common."""
    a, b = one.large_numbers, other.large_numbers
    return bool(a and b) and a.isdisjoint(b)


def do_contradict(one: Profile, other: Profile) -> bool:
    """Whether both have such numbers, or both have names, and none in common."""
    return have_other_numbers(one, other) or (bool(one.names and other.names) and not _names_shared(one, other))


def are_told_alike(one: Profile, other: Profile, days: int) -> bool:
    """Whether the keys that two wordings share say that they are one utterance; see the table above."""
    if one.keys.isdisjoint(other.keys) or do_contradict(one, other):
        return False
    shared = _names_shared(one, other) + sum(
        weight for number, weight in one.numbers.items() if number in other.numbers
    )
    if shared == 0 or shared < KEYS_SHARED * min(one.weight or shared, other.weight or shared):
        return False
    if one.language == other.language:
        return shared >= REPHRASED
    borrowed = 0.5 * _count(one.others, other.others)
    return shared + borrowed >= (SURE if days <= 1 else LIKELY)


def _names_shared(one: Profile, other: Profile) -> int:
    """How many names of either side the other side has, as a name or as another word."""
    between = _count(one.names, other.names)
    return between + _count(one.names, other.others) + _count(other.names, one.others)


def _count(keys: list[list[str]], others: list[list[str]]) -> int:
    known = {stem for other in others for stem in other}
    return sum(not known.isdisjoint(key) for key in keys)

"""Are two wordings of a position, or two titles with their leads, alike? By their words, without counting a corpus.

Words are folded (NFKD, case, accents), stopwords of English, Russian and Polish are left out, and a word counts by its
first five letters, which stands in for inflection in these languages. Limits: a paraphrase in other words is not alike,
and nothing is alike across languages: for wordings ``telling.py`` looks further, by names and numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Set
from itertools import combinations
from unicodedata import category, normalize

STEM_LETTERS = 5
MAX_CHARACTERS = 600
MAX_LEAD_WORDS = 40
KEY_WORDS = 5
OPENING_WORDS = 6

WORDINGS_OVERLAP = 0.5
WORDINGS_SHARED = 3
TITLES_ALIKE = 0.4
TITLES_SHARED = 3
OPENINGS_OVERLAP = 0.42
OPENINGS_SHARED = 10
"""Between what the bundled sample has as one story (0.45 and more) and as two (0.39); tests/integration/test_sample.py
holds it to that."""

_WORD = re.compile(r"[^\W_]+")
_STOPWORDS = """
    a about after against all also am an and any are as at be been before but by can could did do does for from had has
    have he her his how i if in into is it its may more new no not now of on one only or our out over own said say
    says she should so some such than that the their them then there they this to under up us was we were what when
    where which who will with would you your
    а без бы был была были было быть в вам вас во вот все всех вы где да для до его ее если есть еще же за здесь и из
    или им их к как ко когда который ли лишь мы на над нас наш не него нее нет ни но о об он она они от по под при
    про с сказал сказала со так также там то только тот у уже что чтобы эта эти это этот я
    ale bo bez byc był była było były bedzie ci co czy dla gdy ich im ja jak jako jego jej jest jesli juz
    ktora ktore ktory lub ma mi mnie moj my na nad nam nas nasz nie nich nim od ona one oni oraz po pod przed przez
    przy sa sie swoj ta tak takze tam te tego tej tu ty tylko tym w wiec wy z za ze zeby
"""
_IS_STOPWORD = frozenset(_STOPWORDS.split())


def fold(text: str) -> str:
    """Lower-case text without accents, in one form for each letter.

    >>> fold("Ещё Łódź CAFÉ")
    'еще łodz cafe'
    """
    text = text.casefold()
    if text.isascii():
        return text
    return "".join(letter for letter in normalize("NFKD", text) if category(letter) != "Mn")


def words(text: str) -> list[str]:
    """The distinct words that count, in order, uncut; only the first 600 characters are looked at."""
    return list(dict.fromkeys(word for word in _WORD.findall(fold(text[:MAX_CHARACTERS])) if word not in _IS_STOPWORD))


def in_order(text: str) -> list[str]:
    """All words of the first 600 characters, folded and in order."""
    return _WORD.findall(fold(text[:MAX_CHARACTERS]))


def is_stopword(word: str) -> bool:
    """Whether a folded word counts nowhere."""
    return word in _IS_STOPWORD


def stems(found: Iterable[str]) -> list[str]:
    """The distinct stems, sorted.

    >>> stems(words("Attacked only if attackers attack"))
    ['attac']
    """
    return sorted({word[:STEM_LETTERS] for word in found})


def are_wordings_alike(one: Iterable[str], other: Iterable[str]) -> bool:
    """Whether two stemmed wordings say the same: of the shorter one's words half, and at least three, are shared."""
    a, b = set(one), set(other)
    shared = len(a & b)
    return a == b or (shared >= WORDINGS_SHARED and shared >= WORDINGS_OVERLAP * min(len(a), len(b)))


def key_words(title: str, lead: str, asked: Iterable[str]) -> list[str]:
    """The longest words of a title, filled up from the lead when it has fewer than three.

    Words that the watch asked for stand in every article that it matches, so they say nothing about which story.
    """
    skip = set(stems(word for term in asked for word in words(term)))
    found = [word for word in words(title) if word[:STEM_LETTERS] not in skip]
    if len(found) < TITLES_SHARED:
        found += [word for word in words(lead)[:MAX_LEAD_WORDS] if word[:STEM_LETTERS] not in skip]
    return stems(sorted(found, key=lambda word: (-len(word), word))[:KEY_WORDS])


def opening_words(lead: str, asked: Iterable[str]) -> list[str]:
    """The longest words of a lead, without those that the watch asked for."""
    skip = set(stems(word for term in asked for word in words(term)))
    found = [word for word in words(lead)[:MAX_LEAD_WORDS] if word[:STEM_LETTERS] not in skip]
    return stems(sorted(found, key=lambda word: (-len(word), word))[:OPENING_WORDS])


def pairs(keys: Iterable[str]) -> list[str]:
    """Every two of the key words, to be looked up by: one word is in half the titles of a watch, two are not.

    >>> pairs(["army", "border", "drills"])
    ['army border', 'army drills', 'border drills']
    """
    return [f"{one} {other}" for one, other in combinations(keys, 2)] or list(keys)


def are_titles_alike(one: tuple[Set[str], Set[str]], other: tuple[Set[str], Set[str]]) -> bool:
    """Compare (stems of the title, stems of the lead): the weighted Jaccard index, a word of the title counting twice.

    Words that stand in both title and lead count once, as the title's.
    """
    titles, leads = one[0] & other[0], (one[0] | one[1]) & (other[0] | other[1])
    least = len(leads) + len(titles)
    most = len(one[0] | one[1] | other[0] | other[1]) + len(one[0] | other[0])
    return len(leads) >= TITLES_SHARED and least >= TITLES_ALIKE * most


def are_openings_alike(one: tuple[Set[str], Set[str]], other: tuple[Set[str], Set[str]]) -> bool:
    """Compare titles and leads of one day, as ``are_titles_alike`` takes them, by the share of the shorter one's words.

    Two outlets that head one happening in other words still tell the same in their first sentences.
    """
    a, b = one[0] | one[1], other[0] | other[1]
    shared = len(a & b)
    return shared >= OPENINGS_SHARED and shared >= OPENINGS_OVERLAP * min(len(a), len(b))

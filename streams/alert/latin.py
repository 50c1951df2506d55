"""Is a name in one language or script the same name in another? By its consonants, in one spelling.

``Гродно``, ``Grodno``, ``Hrodna`` and ``Grodnie`` have the skeleton ``grdn``. A word is folded, every letter or group
of letters goes through one table to a sound that the languages share, doubled letters count once, and vowels are
dropped, of which outlets write whatever they hear; an initial one counts as ``a``.

| sound | written |
|---|---|
| c | ц ч; ch ts tz; in Polish c cz ć |
| dz | дж дз; j; in Polish dż dz |
| f | ф; ph |
| g | г ґ х; h kh; in Polish ch |
| k | к; c ck q |
| r | р; in Polish rz (Mozyr, pod Mozyrzem) |
| s | с ш; sh sch, c before e i y; in Polish sz ś |
| sc | щ; shch; in Polish szcz |
| v | в ў; w |
| z | з ж; zh; in Polish ż ź |

What is written in Latin letters and is no Polish is read as English. Limits: names that differ between languages
(Brest, Brześć) or in a consonant (Europe, Европа) stay apart, and different words may share a skeleton, the shorter
the more.
"""

from __future__ import annotations

import re
from functools import lru_cache
from unicodedata import category, normalize

MIN_CONSONANTS = 3

_CYRILLIC = str.maketrans(
    {"а": "a", "б": "b", "в": "v", "г": "g", "ґ": "g", "д": "d", "е": "e", "є": "e", "ж": "z", "з": "z", "и": "i"}
    | {"і": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u"}
    | {"ф": "f", "х": "g", "ц": "c", "ч": "c", "ш": "s", "щ": "sc", "ъ": "", "ы": "i", "ь": "", "э": "e", "ю": "iu"}
    | {"я": "ia"}
)
_LATIN = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ß": "ss", "æ": "e"})
_SHARED = {"x": "ks", "w": "v", "h": "g", "y": "i", "q": "k"}
_ENGLISH = (
    _SHARED
    | {"shch": "sc", "sch": "s", "sh": "s", "zh": "z", "kh": "g", "ch": "c", "ts": "c", "tz": "c", "ph": "f", "th": "t"}
    | {"ck": "k", "qu": "kv", "ce": "se", "ci": "si", "cy": "si", "c": "k", "j": "dz"}
)
_POLISH = _SHARED | {"szcz": "sc", "sz": "s", "cz": "c", "ch": "g", "rz": "r", "j": "i"}
_ENGLISH_LETTERS, _POLISH_LETTERS = (
    re.compile("|".join(sorted(table, key=len, reverse=True))) for table in (_ENGLISH, _POLISH)
)
_DOUBLED = re.compile(r"(.)\1+")
_NO_CONSONANT = re.compile("[^b-df-hj-np-tv-z]+")
_VOWELS = frozenset("aeiou")
_ENDINGS = ("nsk", "nskm", "nskg", "sk", "skm", "skg", "m", "v", "g")
"""What Russian and Polish append to a name: -ненской, -ского, -скому, -ом, -ами, -ов, -ах."""


@lru_cache(maxsize=1 << 14)
def spell(word: str, language: str) -> str:
    """One word in the common spelling, with its vowels.

    >>> spell("Łukaszenka", "pl"), spell("Лукашенко", "ru"), spell("Lukashenka", "en")
    ('lukasenka', 'lukasenko', 'lukasenka')
    """
    word = word.casefold().replace("ў", "в")
    if not word.isascii():
        word = "".join(letter for letter in normalize("NFKD", word) if category(letter) != "Mn")
        word = word.translate(_LATIN)
    if not word.isascii():
        word = word.translate(_CYRILLIC)
    elif language == "pl":
        word = _POLISH_LETTERS.sub(lambda found: _POLISH[found[0]], word)
    else:
        word = _ENGLISH_LETTERS.sub(lambda found: _ENGLISH[found[0]], word)
    return _DOUBLED.sub(r"\1", word)


def skeleton(spelled: str) -> str:
    """The consonants of a spelled word; an initial vowel counts as one.

    >>> skeleton(spell("Oreshnik", "en")), skeleton(spell("Орешник", "ru")), skeleton(spell("Grodnie", "pl"))
    ('arsnk', 'arsnk', 'grdn')
    """
    return "a" * (spelled[:1] in _VOWELS) + _NO_CONSONANT.sub("", spelled)


def stems_of(bones: str) -> list[str]:
    """A skeleton, and what it may be without an ending. Two names are the same if one of these is.

    >>> stems_of("mzrskm"), stems_of("mzr")
    (['mzrskm', 'mzrsk', 'mzr'], ['mzr'])
    """
    cut = [bones[: -len(end)] for end in _ENDINGS if bones.endswith(end) and len(bones) - len(end) >= MIN_CONSONANTS]
    return [bones, *sorted(cut, key=len, reverse=True)]

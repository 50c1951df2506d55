"""Which language is an article in?

The detector (CLD2) reads the title and the first characters of the text, boilerplate left out: 300 of them where it
takes those for English or for the claimed language (its tables are larger than the processor's caches), else 800; that
changes 0 of 12,523 answers on fulltext_12k and rss_week. Its answer counts where it calls itself reliable and the text
is long enough; a short text goes by letters that only one of Belarusian, Russian and Ukrainian has, then by the claimed
language, then by the detector. The answer is ISO 639-1 or ``und``.

Limits: languages without a two-letter code are ``und``; a text in two languages has the one with more of it.
"""

from __future__ import annotations

import re

import pycld2

FIRST_CHARS = 300
FIRST_PERCENT = 97
SAMPLE_CHARS = 800  # twice as many cost twice the time and change 0 of 1,500 answers on rss_week and fulltext_12k
SHORT_CHARS = 60
FEW_CHARS = 24

_CODE = re.compile(r"([a-z]{2,3})(?:[-_].*)?", re.IGNORECASE | re.DOTALL)
_NAMES = {
    "english": "en", "russian": "ru", "ukrainian": "uk", "belarusian": "be", "polish": "pl", "german": "de",
    "french": "fr", "spanish": "es", "eng": "en", "rus": "ru", "ukr": "uk", "bel": "be", "pol": "pl", "deu": "de",
    "ger": "de", "fra": "fr", "fre": "fr", "spa": "es",
}  # fmt: skip
_RENAMED = {"iw": "he", "jw": "jv", "in": "id", "mo": "ro", "nb": "no", "sco": "en"}
_EAST_SLAVIC = frozenset(("be", "ru", "uk"))
_MISTAKEN = frozenset(("bg", "mk", "sr"))
"""What CLD2 takes a short text in Russian for."""
_NOT_BULGARIAN, _NOT_SERBIAN = frozenset("ыэё"), frozenset("йщьюяыэё")
_NEVER_RUSSIAN = frozenset("іїєґўјљњђћџѓќѕәғқңөұүһӣӯҷҳ")
_NOT_LETTERS = re.compile(r"[\W\d_]+")
_UNWELCOME = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\U0001fffe-\U0010ffff]")


def normalise_language(claimed: object) -> str | None:
    """Return the two-letter code of a claimed language, or None.

    >>> normalise_language("en-US"), normalise_language("Russian"), normalise_language("?")
    ('en', 'ru', None)
    """
    if not isinstance(claimed, str):
        return None
    text = claimed.strip().lower()
    if text in _NAMES:
        return _NAMES[text]
    match = _CODE.fullmatch(text) if len(text) <= 35 else None
    if match is None:
        return None
    code = _RENAMED.get(match[1], match[1])
    code = _NAMES.get(code, code)
    return code if len(code) == 2 else None


def detect_language(text: str, title: str = "", claimed: str | None = None) -> str:
    """Return the language of a text whose boilerplate was left out; deterministic.

    >>> detect_language("Лукашенко заявил, что страна вступит в войну, только если на неё нападут")
    'ru'
    """
    if len(text) > SAMPLE_CHARS:
        reliable, detected, percent = _ask(f"{title}\n{text[:FIRST_CHARS]}")
        expected = detected == "en" or (detected not in _EAST_SLAVIC and detected == normalise_language(claimed))
        if reliable and expected and percent >= FIRST_PERCENT:
            return detected
    sample = f"{title}\n{text[:SAMPLE_CHARS]}"
    reliable, detected, _ = _ask(sample)
    is_sure = len(sample) >= 4 * SHORT_CHARS or detected not in _EAST_SLAVIC | _MISTAKEN
    if len(sample) >= SHORT_CHARS and reliable and is_sure:
        return detected
    letters = len(_NOT_LETTERS.sub("", sample))
    known = normalise_language(claimed)
    lower = sample.lower()
    if detected in _MISTAKEN and not (_NOT_BULGARIAN if detected == "bg" else _NOT_SERBIAN).isdisjoint(lower):
        detected = known if known in _EAST_SLAVIC else "ru"
    if detected in _EAST_SLAVIC or known in _EAST_SLAVIC:
        by_letters = _by_letters(lower)
        if by_letters is not None:
            return by_letters
    if reliable and (known is None or letters >= FEW_CHARS):
        return detected
    if known is not None or letters < FEW_CHARS:
        return known or "und"
    return _guess(sample, lower, letters)


def _guess(sample: str, lower: str, letters: int) -> str:
    """The language of a headline of which the detector is not sure and nothing is claimed."""
    _, guessed, percent = _ask(sample, guesses=True)
    if percent >= FIRST_PERCENT:
        return guessed
    cyrillic = sum("а" <= letter <= "я" for letter in lower)
    return "ru" if 2 * cyrillic > letters and _NEVER_RUSSIAN.isdisjoint(lower) else "und"


def _ask(sample: str, guesses: bool = False) -> tuple[bool, str, int]:
    """Whether the answer is reliable, the answer, and how much of the sample it is of, in percent."""
    # read as HTML, which costs half as much again, only where there may be some
    is_plain = "<" not in sample and "&" not in sample
    try:
        reliable, _, found = pycld2.detect(sample, is_plain, bestEffort=guesses)
    except (pycld2.error, UnicodeEncodeError):
        try:
            reliable, _, found = pycld2.detect(_UNWELCOME.sub(" ", sample), is_plain, bestEffort=guesses)
        except (pycld2.error, UnicodeEncodeError):
            return False, "und", 0
    code = found[0][1].partition("-")[0]
    code = _RENAMED.get(code, code)
    if len(code) != 2 or code in ("un", "xx"):
        return False, "und", 0
    return bool(reliable) and found[0][2] >= 50, code, found[0][2]


def _by_letters(text: str) -> str | None:
    """Tell the East Slavic languages apart by letters that the others do not have."""
    belarusian = text.count("ў")
    ukrainian = text.count("ї") + text.count("є") + text.count("ґ")
    russian = text.count("ы") + text.count("э") + text.count("ё") + text.count("ъ")
    has_dotted = "і" in text
    if belarusian and not ukrainian:
        return "be"
    if ukrainian and not belarusian and not russian:
        return "uk"
    if has_dotted:
        if russian:  # ы and і together: Belarusian
            return "be"
        return "uk" if "и" in text else None
    if text.count("ъ") or (russian and "и" in text):
        return "ru"
    return None

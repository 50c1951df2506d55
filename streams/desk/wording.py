"""Do these words stand in that text, in this order? Two words are the same as in a watch's query
(``streams/detect/fold.py``): case, accents of Latin letters and punctuation don't count."""

from __future__ import annotations

from functools import lru_cache

from streams.detect.fold import WORDS


def has_phrase(text: str, phrase: str) -> bool:
    """Whether the phrase's words stand side by side in the text; a phrase without a word is in no text.

    >>> has_phrase("Erdoğan: the Harvest-talks go on", "erdogan the harvest talks")
    True
    >>> has_phrase("harvest", "harvests")
    False
    """
    words = _words(phrase)
    return words != "  " and words in _words(text)


@lru_cache(maxsize=4096)
def _words(text: str) -> str:
    """The words with a blank around each."""
    return f" {' '.join(WORDS.fold(text)[0].split())} "

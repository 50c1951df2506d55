"""The two ways to the same words: joined at once over bytes, and folded in step with the raw text."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from streams.detect.fold import FOLDINGS

LETTERS = st.sampled_from("ab Z_09 .,-\n\t\x01\x02’“—é ßİийё中\u0301\u00ad\u200b\u200d\u2028ªﬁ½²™€\ud800Ω")
TEXTS = st.one_of(
    st.text(LETTERS), st.text(), st.text(LETTERS, max_size=8).map(lambda few: f"{'army ' * 20}{few} moved")
)


@pytest.mark.parametrize("rule", sorted(FOLDINGS))
@settings(deadline=None)
@given(raw=TEXTS)
@example(raw="")
@example(raw="Minsk’s  «army»")
def test_joining_gives_the_folded_words(rule: str, raw: str) -> None:
    """Whatever way a text goes, its joined words are those of its fold, one space apart."""
    folding = FOLDINGS[rule]

    assert f" {' '.join(folding.fold(raw)[0].split())} " == folding.join(raw)


@pytest.mark.parametrize("rule", sorted(FOLDINGS))
def test_each_character_joins_as_it_folds(rule: str) -> None:
    """A character inside a text that is mostly ASCII folds as it does by the table of characters."""
    folding = FOLDINGS[rule]
    texts = [f"the army {chr(code)}moved o{chr(code)}n" for code in range(0x80, 0x2100)]

    assert [f" {' '.join(folding.fold(text)[0].split())} " for text in texts] == [folding.join(text) for text in texts]

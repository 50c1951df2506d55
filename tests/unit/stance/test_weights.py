"""The learned weights: what they are made of, and how they count."""

from __future__ import annotations

import gzip
from math import sqrt

import numpy as np
import orjson
import pytest

from streams.stance.features import Passage
from streams.stance.weights import (
    KINDS,
    ROLES,
    SCALE,
    Model,
    chances_of,
    load,
    pack,
    pieces_of,
    shipped_weights,
)
from tests.evals.stance.train import digest_of_parts
from tests.unit.stance.cases import flat


def test_the_weights_are_those_of_the_cases() -> None:
    """Who changes a dev or learn part trains again: ``python -m tests.evals.stance.train``."""
    assert digest_of_parts() == shipped_weights().trained_on


def test_weights_survive_their_file() -> None:
    """Packed and loaded they give the same bytes again."""
    packed = pack(flat(0))
    assert packed == pack(load(packed))


def test_chances_add_up_to_one_for_any_passage() -> None:
    """Also for words that nobody knows, for no words, and for a language without words of its own."""
    for passage in (Passage(frozenset(), (), ()), Passage(frozenset(("w:zzz", "nonsense")), ("zzz",), ("zzz",))):
        for language in ("en", "ru", "pl", "xx"):
            chances = chances_of(shipped_weights().passage.scores(passage, language))
            assert ROLES == tuple(chances)
            assert 1.0 == pytest.approx(sum(chances.values()))


def test_pieces_have_their_edges() -> None:
    """A word shorter than a piece is one piece."""
    assert ["^a$"] == list(pieces_of("a"))
    assert ["^wa", "war", "ar$", "^war", "war$"] == list(pieces_of("war"))


def test_a_kind_counts_as_a_vector_of_length_one() -> None:
    """Of each kind that a passage has: its rows added up, by the root of the squares of their rarities."""
    rows = [[0, 300, 0, 0, 0, 400], [0, 0, 0, 0, 500, 900], [0, 80, 0, 0, 0, 100], [0, 0, 70, 0, 0, 100]]
    table = np.array(rows, dtype=np.int16)
    known = Model((0,) * 5, {"w:a": 0, "w:b": 1}, {"^a$": 2, "xyz": 3}, (0, 2, 2, 2, 4), table, {}, {})
    expected = [0.0, 300 / sqrt(13) + 80, 0.0, 0.0, 500 / sqrt(13)]
    scores = known.scores(Passage(frozenset(("w:b", "w:a", "w:zzz")), ("a",), ()), "en")
    assert {role: pytest.approx(score / SCALE) for role, score in zip(ROLES, expected, strict=True)} == scores


def test_a_file_of_another_version_is_refused() -> None:
    """Rows of other kinds would be misread in silence."""
    record = orjson.loads(gzip.decompress(pack(flat(0))))
    with pytest.raises(ValueError, match="kinds"):
        load(gzip.compress(orjson.dumps(record | {"kinds": KINDS[::-1]})))

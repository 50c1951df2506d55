"""How likely is each role for a passage? The learned weights: a multinomial logistic regression in whole numbers.

A passage has four kinds of features: its words and pairs of words, the pieces of its words (three and four letters),
the grammar's marks, and what the grammar's rules found. Each kind counts as a vector of length one: a feature weighs
more the rarer it is (tf-idf), and a long passage not more than a short one. Beside them stand the mean weight of all
its words and that of the holder's words, which come from word vectors that were learned on text at large: what is said
in words that no labelled case has still sounds like what the cases say. ``roles.json.gz`` holds all of it, made by
``python -m tests.evals.stance.train`` from the dev and learn parts in ``tests/evals/stance``
(docs/decisions/stance-method.md). Weights are thousandths, sums are of whole numbers: the same passage has the same
chances on every machine.
"""

from __future__ import annotations

import base64
import gzip
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from math import exp, sqrt
from typing import Any

import numpy as np
import orjson

from streams.stance.features import Passage

SCALE = 1_000
SQUARES = 100
"""Parts of the squares of rarities, which are at most a few hundred."""
ROLES = ("none", "negative", "conditional", "preparation", "positive")
KINDS = ("words", "pieces", "marks", "found")
PIECES = (3, 4)
MAX_FORMS = 50_000
_KIND_OF = {"w:": "words", "b:": "words", "r:": "found", "v:": "found"}
Table = np.ndarray[tuple[int, int], np.dtype[np.int16]]


def kinds_of(passage: Passage) -> dict[str, list[str]]:
    """The names of a passage's features by kind, each once."""
    found: dict[str, list[str]] = {kind: [] for kind in KINDS}
    for name in sorted(passage.names):
        found[_KIND_OF.get(name[:2], "marks")].append(name)
    found["pieces"] = list(dict.fromkeys(piece for form in passage.words for piece in pieces_of(form)))
    return found


def pieces_of(form: str) -> Iterator[str]:
    """The pieces of a word, its beginning and end marked.

    >>> list(pieces_of("war"))
    ['^wa', 'war', 'ar$', '^war', 'war$']
    """
    edged = f"^{form}$"
    for size in PIECES:
        for start in range(len(edged) - size + 1):
            yield edged[start : start + size]


@dataclass(frozen=True, slots=True)
class Model:
    """``features``: by kind, a row of ROLES and the square of its rarity for each name. ``words``: by language, a row
    of ROLES for all words and another for the holder's, side by side."""

    bias: tuple[int, ...]
    feature_at: Mapping[str, Mapping[str, int]]
    features: Mapping[str, Table]
    word_at: Mapping[str, Mapping[str, int]]
    words: Mapping[str, Table]
    _pieces: dict[str, tuple[int, ...]] = field(default_factory=dict)

    def chances(self, passage: Passage, language: str) -> dict[str, float]:
        """The chance of each role; they add up to one."""
        count = len(ROLES)
        totals = [float(score) for score in self.bias]
        for kind, rows in self._rows(passage).items():
            if rows:
                sums = self.features[kind][rows].sum(axis=0, dtype=np.int64).tolist()
                length = sqrt(sums[count] / SQUARES)
                for role in range(count):
                    totals[role] += sums[role] / length
        for forms, first in ((passage.words, 0), (passage.held, count)):
            at = self.word_at.get(language, {})
            rows = [at[form] for form in forms if form in at]
            if rows:
                sums = self.words[language][rows].sum(axis=0, dtype=np.int64).tolist()
                for role in range(count):
                    totals[role] += sums[first + role] / len(rows)
        top = max(totals)
        odds = [exp((total - top) / SCALE) for total in totals]
        whole = sum(odds)
        return {role: odd / whole for role, odd in zip(ROLES, odds, strict=True)}

    def _rows(self, passage: Passage) -> dict[str, list[int]]:
        """The rows of a passage's features by kind, in order, each once."""
        rows: dict[str, list[int]] = {kind: [] for kind in KINDS}
        for name in passage.names:
            kind = _KIND_OF.get(name[:2], "marks")
            place = self.feature_at[kind].get(name)
            if place is not None:
                rows[kind].append(place)
        pieces: set[int] = set()
        for form in passage.words:
            known = self._pieces.get(form)
            if known is None:
                at = self.feature_at["pieces"]
                known = tuple(at[piece] for piece in pieces_of(form) if piece in at)
                if len(self._pieces) < MAX_FORMS:
                    self._pieces[form] = known
            pieces.update(known)
        rows["pieces"] = list(pieces)
        return rows


@dataclass(frozen=True, slots=True)
class Weights:
    """One model for a passage and one for the article as a whole. ``trained_on``: the digest of the cases."""

    trained_on: str
    passage: Model
    article: Model


@lru_cache(maxsize=1)
def shipped_weights() -> Weights:
    """The weights of this version, read when they are first asked for."""
    return load((files("streams.stance") / "roles.json.gz").read_bytes())


def load(packed: bytes) -> Weights:
    """Weights as ``pack`` made them."""
    record = orjson.loads(gzip.decompress(packed))
    return Weights(record["trained_on"], _model(record["passage"]), _model(record["article"]))


def _model(record: Mapping[str, Any]) -> Model:
    kinds, words = record["features"], record["words"]
    return Model(
        tuple(record["bias"]),
        {kind: _places(entry["names"]) for kind, entry in kinds.items()},
        {kind: _table(entry["weights"], len(ROLES) + 1) for kind, entry in kinds.items()},
        {language: _places(entry["names"]) for language, entry in words.items()},
        {language: _table(entry["weights"], 2 * len(ROLES)) for language, entry in words.items()},
    )


def pack(weights: Weights) -> bytes:
    """Weights as a file: names in the order of their rows, tables of little-endian 16-bit numbers."""

    def entries(places: Mapping[str, Mapping[str, int]], tables: Mapping[str, Table]) -> dict[str, dict[str, str]]:
        return {name: {"names": "\n".join(places[name]), "weights": _text(tables[name])} for name in places}

    record: dict[str, Any] = {"trained_on": weights.trained_on, "roles": ROLES}
    for name, model in (("passage", weights.passage), ("article", weights.article)):
        record[name] = {
            "bias": model.bias,
            "features": entries(model.feature_at, model.features),
            "words": entries(model.word_at, model.words),
        }
    return gzip.compress(orjson.dumps(record), mtime=0)


def _places(names: str) -> dict[str, int]:
    return {name: place for place, name in enumerate(names.split("\n"))}


def _table(text: str, columns: int) -> Table:
    return np.frombuffer(base64.b64decode(text), dtype="<i2").reshape(-1, columns)


def _text(table: Table) -> str:
    return base64.b64encode(np.ascontiguousarray(table, dtype="<i2").tobytes()).decode()

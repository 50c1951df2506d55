"""How likely is each role for a passage? The learned weights: a multinomial logistic regression in whole numbers.

A passage has four kinds of features: its words and pairs of words, the pieces of its words (three and four letters),
the grammar's marks, and what the grammar's rules found. Each kind counts as a vector of length one: a feature weighs
more the rarer it is (tf-idf), and a long passage not more than a short one. Beside them stand the mean weight of all
its words and that of the holder's words, which come from word vectors that were learned on text at large: what is said
in words that no labelled case has still sounds like what the cases say. ``roles.json.gz`` holds all of it, made by
``python -m tests.evals.stance.train`` from the dev and learn parts in ``tests/evals/stance``
(docs/decisions/stance-method.md). Weights are thousandths, sums are of whole numbers, and verdicts
compare scores without a logarithm: the same passage has the same verdict on every machine.
"""

from __future__ import annotations

import base64
import gzip
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise
from math import exp, sqrt
from typing import Any

import numpy as np
import orjson

from streams.stance.features import Passage

SCALE = 1_000
SQUARES = 100
"""Parts of the squares of rarities, which are at most a few hundred."""
ROLES = ("none", "negative", "conditional", "preparation", "positive")
KINDS = ("words", "marks", "found", "pieces")
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


def chances_of(scores: Mapping[str, float]) -> dict[str, float]:
    """The chance of each role; they add up to one."""
    top = max(scores.values())
    odds = {role: exp(score - top) for role, score in scores.items()}
    whole = sum(odds.values())
    return {role: odd / whole for role, odd in odds.items()}


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
    """``features``: a row of ROLES and the square of its rarity for each name, one kind after another in the order of
    KINDS, each from the row that ``starts`` names to the next. ``at`` and ``piece_at`` give a name's row. ``words``: by
    language, a row of ROLES for all words and another for the holder's, side by side."""

    bias: tuple[int, ...]
    at: Mapping[str, int]
    piece_at: Mapping[str, int]
    starts: tuple[int, ...]
    features: Table
    word_at: Mapping[str, Mapping[str, int]]
    words: Mapping[str, Table]
    _pieces: dict[str, tuple[int, ...]] = field(default_factory=dict)

    def scores(self, passage: Passage, language: str) -> dict[str, float]:
        """The logarithm of each role's chance, but for a constant."""
        count = len(ROLES)
        totals = [float(score) for score in self.bias]
        for sums in self._sums(passage):
            length = sqrt(sums[count] / SQUARES)
            for role in range(count):
                totals[role] += sums[role] / length
        at = self.word_at.get(language, {})
        for forms, first in ((passage.words, 0), (passage.held, count)):
            rows = [at[form] for form in forms if form in at]
            if rows:
                sums = self.words[language][rows].sum(axis=0, dtype=np.int64).tolist()
                for role in range(count):
                    totals[role] += sums[first + role] / len(rows)
        return {role: total / SCALE for role, total in zip(ROLES, totals, strict=True)}

    def _sums(self, passage: Passage) -> list[list[int]]:
        """The sum of the rows of each kind that the passage has, in the order of KINDS."""
        found = set(map(self.at.get, passage.names))
        found.discard(None)
        known = self._pieces
        found.update(*[known[form] if form in known else self._pieces_of(form) for form in set(passage.words)])
        if not found:
            return []
        rows = np.fromiter(found, np.intp, len(found))
        rows.sort()
        places = [*np.searchsorted(rows, self.starts[:-1]).tolist(), len(rows)]
        first = [place for place, after in pairwise(places) if place < after]
        sums: list[list[int]] = np.add.reduceat(self.features[rows], first, axis=0, dtype=np.int64).tolist()
        return sums

    def _pieces_of(self, form: str) -> tuple[int, ...]:
        known = tuple(self.piece_at[piece] for piece in pieces_of(form) if piece in self.piece_at)
        if len(self._pieces) < MAX_FORMS:
            self._pieces[form] = known
        return known


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
    """Weights as ``pack`` made them. Raises ValueError for a file of another version."""
    record = orjson.loads(gzip.decompress(packed))
    if (tuple(record["roles"]), tuple(record.get("kinds", ()))) != (ROLES, KINDS):
        raise ValueError(
            f"weights of roles {record['roles']} and kinds {record.get('kinds')}, not of {ROLES} and {KINDS}"
        )
    return Weights(record["trained_on"], _model(record["passage"]), _model(record["article"]))


def _model(record: Mapping[str, Any]) -> Model:
    words, starts = record["words"], record["starts"]
    return Model(
        tuple(record["bias"]),
        _places(record["names"]),
        _places(record["pieces"], starts[KINDS.index("pieces")]),
        tuple(starts),
        _table(record["weights"], len(ROLES) + 1),
        {language: _places(entry["names"]) for language, entry in words.items()},
        {language: _table(entry["weights"], 2 * len(ROLES)) for language, entry in words.items()},
    )


def pack(weights: Weights) -> bytes:
    """Weights as a file: names in the order of their rows, tables of little-endian 16-bit numbers."""
    record: dict[str, Any] = {"trained_on": weights.trained_on, "roles": ROLES, "kinds": KINDS}
    for name, model in (("passage", weights.passage), ("article", weights.article)):
        record[name] = {
            "bias": model.bias,
            "names": "\n".join(model.at),
            "pieces": "\n".join(model.piece_at),
            "starts": model.starts,
            "weights": _text(model.features),
            "words": {
                language: {"names": "\n".join(model.word_at[language]), "weights": _text(table)}
                for language, table in model.words.items()
            },
        }
    return gzip.compress(orjson.dumps(record), mtime=0)


def _places(names: str, first: int = 0) -> dict[str, int]:
    return {name: place for place, name in enumerate(names.split("\n"), first)} if names else {}


def _table(text: str, columns: int) -> Table:
    return np.frombuffer(base64.b64decode(text), dtype="<i2").reshape(-1, columns)


def _text(table: Table) -> str:
    return base64.b64encode(np.ascontiguousarray(table, dtype="<i2").tobytes()).decode()

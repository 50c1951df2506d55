"""Learn the weights of ``streams/stance/roles.json.gz``: ``python -m tests.evals.stance.train [--check]``.

It needs ``pip install -e '.[train]' -c constraints.txt``. Read are the dev and learn parts in this folder, never a test
part. Each case is read by the grammar; its passages (``streams/stance/likeness.py``) become examples: of a case with a
label, the passage that holds its ``evidence``, else the only one, else the one that the weights of the round before
hold likeliest for that label; of a case without a stance every passage, for ``none``. The regression sees the
passages' features and the mean vectors of their words: WordLlama's for all languages (MIT, inside its package), beside
them navec's for Russian (MIT, inside natasha). As both are linear, the vectors melt into one row of weights a word,
for the commonest words of each language (wordfreq), so that nothing of this is needed at run time. The same cases give
the same file on the same machine; on another the last digits may differ.

``--check`` learns on three quarters of the families and prints how well the rest is read, four times.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, cast

import numpy as np
import yaml

from streams.cli.watch_files import shipped_path
from streams.model.watch import Watch
from streams.stance import weights as module
from streams.stance.assess import assess, hear_by_grammar, read_scenes
from streams.stance.axis import axis_of
from streams.stance.features import Features, Passage
from streams.stance.likeness import drafts_in, features_of
from streams.stance.likeness import passages as passages_of
from streams.stance.weights import KINDS, ROLES, SCALE, SQUARES, Model, Weights, kinds_of, pack
from tests.evals.figures import macro_f1

FOLDER = Path(__file__).parent
TARGET = FOLDER.parents[2] / "streams/stance/roles.json.gz"
PARTS = {
    "dev.jsonl": "belarus-military-stance",
    "polish_dev.jsonl": "belarus-military-stance",
    "hungary_dev.jsonl": "hungary-sanctions-stance",
    "acme_dev.jsonl": "acme-takeover-stance",
    "learn.jsonl": "belarus-military-stance",
    "hungary_learn.jsonl": "hungary-sanctions-stance",
    "acme_learn.jsonl": "acme-takeover-stance",
}
COMMON = {"en": 40_000, "ru": 60_000, "pl": 40_000}
"""How many words of each language get weights of their own."""
LEAST = 2
"""A feature that fewer passages have is no feature."""
STRENGTH = 10.0
BESIDE = 0.3
"""How much it counts that a passage beside the telling one says nothing."""
ROUNDS = 2
FOLDS = 4
LIMIT = 32_000


@dataclass(frozen=True, slots=True)
class Case:
    family: str
    language: str
    name: str
    role: str
    passages: tuple[Passage, ...]
    taken: tuple[tuple[str, ...], ...]
    told: int | None
    """The passage of its evidence."""
    whole: Passage
    source: dict[str, Any]


def part_lines(name: str) -> list[str]:
    return [line for line in (FOLDER / name).read_text("utf-8").splitlines() if line.strip()]


def digest_of_parts() -> str:
    """The digest of all cases, which the weights carry."""
    found = hashlib.sha256()
    for name in PARTS:
        for line in part_lines(name):
            found.update(line.encode() + b"\n")
    return found.hexdigest()[:32]


@cache
def watch_of(watch_id: str) -> Watch:
    block = yaml.safe_load(shipped_path(watch_id).read_text("utf-8"))
    return cast(Watch, {**block, "watch_id": block["id"], "version": 1})


def read_cases() -> Iterator[Case]:
    for name, watch_id in PARTS.items():
        for line in part_lines(name):
            yield read_case(json.loads(line), watch_id)


def read_case(case: dict[str, Any], watch_id: str) -> Case:
    axis = axis_of(watch_of(watch_id))
    assert axis is not None
    scenes = read_scenes(case, axis, case["language"])
    of_all = Features(scenes)
    passages: list[Passage] = []
    taken: list[tuple[str, ...]] = []
    told = None
    evidence = case.get("evidence") or ""
    for scene in scenes:
        heard = hear_by_grammar(scene)
        at = (case[heard.field] or "").find(evidence) if evidence else -1
        for passage in passages_of(scene):
            sentence = passage.sentence.sentence
            if told is None and at >= 0 and at < sentence.end and sentence.start < at + len(evidence):
                told = len(passages)
            passages.append(features_of(of_all, scene, passage, heard.found))
            taken.append(tuple(axis.roles[d.taken.stance] for d in drafts_in(passage.sentence, heard.drafts)))
    return Case(
        case["family"],
        case["language"],
        watch_id,
        _roles(watch_id).get(case["label"], "none"),
        tuple(passages),
        tuple(taken),
        told,
        of_all.of_article(),
        case,
    )


class Vectors:
    """Word vectors: a unit of length is about one."""

    def __init__(self) -> None:
        from navec import Navec
        from safetensors.numpy import load_file
        from tokenizers import Tokenizer

        home = Path(str(files("wordllama")))
        self._tokenizer = Tokenizer.from_file(str(next(home.rglob("l2_supercat_tokenizer_config.json"))))
        (self._pieces,) = load_file(str(next(home.rglob("l2_supercat_256.safetensors")))).values()
        self._russian = Navec.load(str(next(Path(str(files("natasha"))).rglob("navec_news*.tar"))))
        self._size = self._pieces.shape[1]
        self._known: dict[tuple[str, str], Any] = {}

    @property
    def size(self) -> int:
        return int(self._size + 300)

    def of(self, form: str, language: str) -> Any:
        key = (form, language)
        if key not in self._known:
            pieces = self._tokenizer.encode(form, add_special_tokens=False).ids
            mean = self._pieces[pieces].astype(np.float64).mean(axis=0) / 3.0
            own = np.zeros(300)
            if language == "ru" and form in self._russian:
                own = np.array(self._russian[form], dtype=np.float64) / 3.0
            self._known[key] = np.concatenate([mean, own])
        return self._known[key]

    def mean(self, forms: Sequence[str], language: str, common: frozenset[str]) -> Any:
        known = [self.of(form, language) for form in forms if form in common]
        return np.mean(known, axis=0) if known else np.zeros(self.size)


@cache
def common_words(language: str) -> tuple[str, ...]:
    from wordfreq import top_n_list

    listed = (word.replace("ё", "е") for word in top_n_list(language, COMMON[language]))
    return tuple(dict.fromkeys(word for word in listed if re.fullmatch(r"[^\W\d_]+(?:[-'][^\W\d_]+)*", word)))


class Learner:
    """Makes the matrix of all passages once, and learns from some of its rows."""

    def __init__(self, passages: Sequence[tuple[str, Passage]], vectors: Vectors) -> None:
        from scipy.sparse import csr_matrix, hstack

        self._vectors = vectors
        named = [kinds_of(passage) for _, passage in passages]
        self._names: dict[str, list[str]] = {}
        self._rarity: dict[str, Any] = {}
        blocks = [self._block(kind, [names[kind] for names in named]) for kind in KINDS]
        common = {language: frozenset(common_words(language)) for language in COMMON}
        dense = [
            np.concatenate([vectors.mean(forms, language, common[language]) for forms in (said.words, said.held)])
            for language, said in passages
        ]
        self._matrix = hstack([*blocks, csr_matrix(np.array(dense))]).tocsr().astype(np.float32)

    def fit(self, rows: Sequence[int], roles: Sequence[str], weights: Sequence[float]) -> Any:
        from sklearn.linear_model import LogisticRegression

        model = LogisticRegression(C=STRENGTH, max_iter=100, tol=1e-3)
        return model.fit(self._matrix[list(rows)], roles, sample_weight=weights)

    def chances(self, model: Any) -> Any:
        """The chance of each of the model's classes for every passage."""
        return model.predict_proba(self._matrix)

    def _block(self, kind: str, rows: Sequence[Sequence[str]]) -> Any:
        """The passages' features of a kind: each row of length one."""
        from scipy.sparse import csr_matrix

        counts = Counter(name for row in rows for name in row)
        names = self._names[kind] = sorted(name for name, count in counts.items() if count >= LEAST)
        places = {name: place for place, name in enumerate(names)}
        rarity = np.array([1 + np.log(len(rows) / (1 + counts[name])) for name in names])
        rarity = self._rarity[kind] = np.sqrt(np.round(rarity**2 * SQUARES) / SQUARES)
        indices: list[int] = []
        values: list[float] = []
        starts = [0]
        for row in rows:
            known = [places[name] for name in row if name in places]
            indices.extend(known)
            values.extend(rarity[known] / max(1e-9, float(np.sqrt((rarity[known] ** 2).sum()))))
            starts.append(len(indices))
        return csr_matrix((values, indices, starts), shape=(len(rows), len(names)))

    def melt(self, model: Any) -> Model:
        """The model in whole numbers; the vectors melted into the words."""
        found = model.coef_[[list(model.classes_).index(role) for role in ROLES]]
        bias = model.intercept_[[list(model.classes_).index(role) for role in ROLES]]
        starts, first = [0], 0
        names: list[str] = []
        tables = []
        for kind in KINDS:
            rarity = self._rarity[kind]
            part = found[:, first : first + len(rarity)].T * rarity[:, None]
            squares = np.round(rarity**2 * SQUARES).astype(np.int16)
            tables.append(np.concatenate([_thousandths(part), squares[:, None]], axis=1))
            names.extend(self._names[kind])
            first += len(rarity)
            starts.append(first)
        row_of = {name: row for row, name in enumerate(names[: starts[-2]])}
        piece_at = {name: row for row, name in enumerate(names[starts[-2] :], starts[-2])}
        said, held = found[:, first : first + self._vectors.size], found[:, first + self._vectors.size :]
        words, word_at = {}, {}
        for language in COMMON:
            listed = common_words(language)
            vectors = np.array([self._vectors.of(word, language) for word in listed])
            words[language] = _thousandths(np.concatenate([vectors @ said.T, vectors @ held.T], axis=1))
            word_at[language] = {word: place for place, word in enumerate(listed)}
        whole = tuple(round(float(b) * SCALE) for b in bias)
        return Model(whole, row_of, piece_at, tuple(starts), np.concatenate(tables), word_at, words)


class Teacher:
    """Learns both models from some of the cases."""

    def __init__(self, cases: Sequence[Case]) -> None:
        vectors = Vectors()
        self._first: dict[int, int] = {}
        passages: list[tuple[str, Passage]] = []
        for case in cases:
            self._first[id(case)] = len(passages)
            passages.extend((case.language, passage) for passage in case.passages)
        self._place = {id(case): place for place, case in enumerate(cases)}
        self._of_passages = Learner(passages, vectors)
        self._of_articles = Learner([(case.language, case.whole) for case in cases], vectors)

    def teach(self, cases: Sequence[Case], digest: str) -> Weights:
        model: Any = None
        for _ in range(ROUNDS):
            examples = list(_examples(cases, {} if model is None else self._likely(model, cases)))
            rows = [self._first[id(case)] + place for case, place, _, _ in examples]
            model = self._of_passages.fit(rows, [role for *_, role, _ in examples], [w for *_, w in examples])
        whole = self._of_articles.fit(
            [self._place[id(case)] for case in cases], [case.role for case in cases], [1.0] * len(cases)
        )
        return Weights(digest, self._of_passages.melt(model), self._of_articles.melt(whole))

    def _likely(self, model: Any, cases: Sequence[Case]) -> dict[int, int]:
        """The passage of each case that is likeliest to say what its label says."""
        chances = self._of_passages.chances(model)
        found = {}
        for case in cases:
            first = self._first[id(case)]
            if case.passages:
                column = chances[first : first + len(case.passages), list(model.classes_).index(case.role)]
                found[id(case)] = int(np.argmax(column))
        return found


def _thousandths(values: Any) -> Any:
    return np.clip(np.round(values * SCALE), -LIMIT, LIMIT).astype(np.int16)


def _examples(cases: Iterable[Case], likely: Mapping[int, int]) -> Iterator[tuple[Case, int, str, float]]:
    """The passages to learn from, with role and weight."""
    for case in cases:
        if case.role == "none":
            for place in range(len(case.passages)):
                sure = len(case.passages) == 1 or place == case.told
                yield case, place, "none", 1.0 if sure else len(case.passages) ** -0.5
            continue
        if not case.passages:
            continue
        told = case.told
        if told is None and len(case.passages) == 1:
            told = 0
        if told is None:
            told = likely.get(id(case))
        if told is None:
            told = next((place for place, taken in enumerate(case.taken) if case.role in taken), None)
        if told is not None:
            yield case, told, case.role, 1.0
        for place in range(len(case.passages)) if case.told is not None else ():
            if place != told and not case.taken[place]:
                yield case, place, "none", BESIDE


def check(cases: Sequence[Case]) -> None:
    """Print how well the whole stage reads families that its weights have not seen."""
    families = sorted({case.family for case in cases})
    random.Random(3).shuffle(families)
    fold_of = {family: place % FOLDS for place, family in enumerate(families)}
    groups: dict[str, list[tuple[str, str]]] = {}
    teacher = Teacher(cases)
    for fold in range(FOLDS):
        learned = teacher.teach([case for case in cases if fold_of[case.family] != fold], "")
        for case in cases:
            if fold_of[case.family] == fold:
                given = assess(case.source, watch_of(case.name), learned).label
                for group in (f"{case.name} {case.language}", "all"):
                    groups.setdefault(group, []).append((case.role, _roles(case.name).get(given, "none")))
    for group, found in sorted(groups.items()):
        taken = sum(gold == "none" != given for gold, given in found)
        nobody = sum(gold == "none" for gold, _ in found)
        held = [given == "conditional" for gold, given in found if gold == "conditional"]
        score = macro_f1(found, ROLES)
        print(
            f"{group:32} {len(found):5} cases  macro-F1 {score:.3f}  conditional {sum(held)}/{len(held)}  "
            f"taken though none {taken}/{nobody}"
        )


@cache
def _roles(watch_id: str) -> dict[str, str]:
    return {entry["id"]: entry["role"] for entry in (watch_of(watch_id)["stance"] or {})["axis"]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="print how well unseen families are read; write nothing")
    asked = parser.parse_args()
    cases = list(read_cases())
    print(f"{len(cases)} cases, {sum(len(case.passages) for case in cases)} passages")
    if asked.check:
        check(cases)
        return
    TARGET.write_bytes(pack(Teacher(cases).teach(cases, digest_of_parts())))
    module.shipped_weights.cache_clear()
    print(f"{TARGET.name}: {TARGET.stat().st_size:,} bytes")
    pairs: list[tuple[str, str]] = []
    for name, watch_id in PARTS.items():
        roles = _roles(watch_id)
        pairs.extend(
            (roles.get(case["label"], "none"), roles.get(assess(case, watch_of(watch_id)).label, "none"))
            for case in map(json.loads, part_lines(name))
        )
    print(f"the whole stage on what it has learned from: macro-F1 {macro_f1(pairs, ROLES):.3f}")


if __name__ == "__main__":
    main()

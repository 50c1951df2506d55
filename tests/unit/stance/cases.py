"""What the stance tests share: the shipped watch, and articles made of a few words."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from streams.model.watch import Watch
from streams.stance.assess import Assessment, assess
from streams.stance.weights import KINDS, ROLES, Model, Weights

WATCH = Path(__file__).parents[3] / "streams/watches/belarus-military-stance.yaml"


@lru_cache(maxsize=1)
def shipped() -> Watch:
    block = yaml.safe_load(WATCH.read_text("utf-8"))
    watch: Watch = {
        "watch_id": block["id"],
        "version": 1,
        "effective_from": "2020-01-01T00:00:00.000Z",
        "status": "active",
        "title": block["title"],
        "question": block["question"],
        "owner": block["owner"],
        "query": block["query"],
        "scope": block["scope"],
        "stance": block["stance"],
        "alerts": block["alerts"],
        "changed_by": "test",
    }
    return watch


def article(text: str, title: str = "", language: str = "en", **more: Any) -> dict[str, Any]:
    return {
        "title": title,
        "text": text,
        "language": language,
        "published_at": "2023-02-16T12:00:00Z",
        "boilerplate": [],
        **more,
    }


def say(text: str, title: str = "", language: str = "en", **more: Any) -> Assessment:
    return assess(article(text, title, language, **more), shipped())


def flat(score: int, role: str = "none") -> Weights:
    """Weights for which everything says the same: a role, ahead of the others by the score in thousandths."""
    model = Model(
        tuple(score if each == role else 0 for each in ROLES),
        {f"-{kind}": row for row, kind in enumerate(KINDS[:-1])},
        {"-": len(KINDS) - 1},
        tuple(range(len(KINDS) + 1)),
        np.zeros((len(KINDS), len(ROLES) + 1), dtype=np.int16),
        {"en": {"-": 0}},
        {"en": np.zeros((1, 2 * len(ROLES)), dtype=np.int16)},
    )
    return Weights("", model, model)

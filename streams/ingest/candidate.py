"""What does a reader hand on? An article as it was found, or why this place of the input holds none."""

from __future__ import annotations

from typing import Any, NamedTuple

from streams.errors import RefusedInput


class Candidate(NamedTuple):
    """One line, item or file of an input.

    ``number`` counts from 1 what the reader can pass over when it resumes; ``line`` is where a person finds it, where
    the format has lines. Exactly one of ``fields`` and ``refusal`` is there. ``context`` is what the input knows of
    the outlet apart from the article itself: the feed's link, a page's canonical address.
    """

    number: int
    line: int | None
    fields: dict[str, Any] | None
    refusal: RefusedInput | None = None
    context: str = ""


def place_of(name: str, candidate: Candidate) -> str:
    """The coordinate that messages begin with: ``file:12``, or the file alone where it is one article."""
    return name if candidate.line is None else f"{name}:{candidate.line}"

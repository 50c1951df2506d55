"""What a page says, as the extractor hands it to clean. Apart from ``extract``, so that nobody else loads a parser."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Extraction:
    """All but the text are claims of the page, as they came."""

    text: str
    title: str | None = None
    author: str | None = None
    published_at: str | None = None
    language_claimed: str | None = None
    canonical_url: str | None = None

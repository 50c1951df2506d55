"""Where is the bundled sample stream? ``newsvane demo`` runs it; README.md beside this file describes it.

``sample_dir()`` holds ``articles/`` (what to ingest), ``watches/`` (two keyword watches beside the shipped one) and
``expected.yaml`` (what an analyst expects of the run). The files are data: nothing here is computed.
"""

from __future__ import annotations

from pathlib import Path


def sample_dir() -> Path:
    """Return the folder of the sample stream, inside a checkout and inside an installed wheel alike."""
    return Path(__file__).resolve().parent


def articles_dir() -> Path:
    """Return the folder to ingest. Its paths, sorted as text, are in the order of arrival."""
    return sample_dir() / "articles"

"""Which line of a plain text is its headline."""

from __future__ import annotations

import pytest

from streams.clean.headline import split_headline
from streams.model.records import Span

BODY = "The army stays in its barracks near the border, the ministry said on Thursday."


@pytest.mark.parametrize(
    ("text", "title", "expected"),
    [
        (f"Army Stays in Barracks\n\n{BODY}", "", ("Army Stays in Barracks", BODY)),
        (f"WORLD\nArmy Stays in Barracks\n{BODY}", "", ("Army Stays in Barracks", f"WORLD\n{BODY}")),
        (f"{BODY}\n\n{BODY}", "", ("", f"{BODY}\n\n{BODY}")),
        ("Army Stays in Barracks", "", ("", "Army Stays in Barracks")),
        (f"By Jane Roe\n\n{BODY}", "", ("", f"By Jane Roe\n\n{BODY}")),
        (f"Army stays\n\n{BODY}", "Army stays", ("Army stays", BODY)),
        (f"Other line here\n\n{BODY}", "Army stays", ("Army stays", f"Other line here\n\n{BODY}")),
        ("", "Army stays", ("Army stays", "")),
    ],
)
def test_finds_the_headline(text: str, title: str, expected: tuple[str, str]) -> None:
    """The headline leaves the text; what stands before it stays, and a known title only loses its repetition."""
    assert (*expected, []) == split_headline(text, title, [])


def test_passes_over_a_banner_and_moves_spans() -> None:
    """A marked line is no headline and stays; the spans after the headline move with the text."""
    ad: Span = {"start": 0, "end": 8, "kind": "donation", "reason": "x"}
    end: Span = {"start": 34 + len(BODY), "end": 43 + len(BODY), "kind": "read-more", "reason": "x"}
    text = f"Help us!\nArmy Stays in Barracks\n\n{BODY}\nRead more"
    assert "Read more" == text[end["start"] : end["end"]]
    title, rest, spans = split_headline(text, "", [ad, end])
    assert ("Army Stays in Barracks", f"Help us!\n{BODY}\nRead more") == (title, rest)
    assert ["Help us!", "Read more"] == [rest[span["start"] : span["end"]] for span in spans]

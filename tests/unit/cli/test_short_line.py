"""One line for each record, harmless to a terminal."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from streams.cli.output import neutralise, table
from streams.cli.short_line import short_line

EXAMPLES = sorted((Path(__file__).parents[3] / "schemas" / "examples" / "valid").glob("*/*.json"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_record_has_one_line(path: Path) -> None:
    """Of every kind of record, and never more than one."""
    line = short_line(path.parent.name, orjson.loads(path.read_bytes()))
    assert line
    assert line.splitlines() == [line]


@pytest.mark.parametrize("kind", ["article-clean", "mention", "statement", "dead-letter"])
def test_a_strange_record_is_shown_all_the_same(kind: str) -> None:
    """Anybody may write to a topic: what lacks its fields is shown as JSON."""
    assert short_line(kind, {"odd": True}) == '{"odd":true}'


def test_hostile_text_cannot_steer_the_terminal() -> None:
    """Escape sequences, line breaks and marks that turn the direction are gone; scripts stay."""
    assert neutralise("a\x1b[2J\u202eb\r\nc\x07") == "a�[2Jb c�"
    assert neutralise("Лукашенко заявил") == "Лукашенко заявил"


def test_a_table_is_plain_and_aligned() -> None:
    """Numbers to the right, wide characters counted as two, no blanks at the ends."""
    assert table(("a", "number", "z"), [("日本", 5, "x"), ("b", 10, "")]) == [
        "a     number  z",
        "日本       5  x",
        "b         10",
    ]

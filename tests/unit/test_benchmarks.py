"""The benchmarks on a handful of generated articles and the embedded log: do they run, and is what they print whole?"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.benchmarks import data, latency
from tests.benchmarks.__main__ import PARTS, main, with_figures
from tests.benchmarks.report import as_json
from tests.benchmarks.rig import Bench
from tests.generator import articles


class Tiny(Bench):
    """One round of a second, or 40 articles."""

    def size(self, full: int, quick: int) -> int:
        return min(quick, 40) if quick > 5 else 1


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """Data files of generated articles, under the names of the real ones."""
    monkeypatch.setenv("NEWSVANE_EVAL_DATA", str(tmp_path))
    found = list(articles(300))
    write(
        tmp_path / data.ARTICLES,
        [{**each, "source": each["outlet"]} for each in found if "text" in each and each["language"] == "en"][:40],
    )
    for name in data.PAGES:
        write(tmp_path / name, [each for each in found if "html" in each][:2])
    with Tiny(quick=True, kafka=False) as bench:
        yield bench


def write(path: Path, records: list[dict[str, Any]]) -> None:
    with gzip.open(path, "wb") as lines:
        lines.writelines(orjson.dumps(each) + b"\n" for each in records)


@pytest.mark.parametrize("name", ["engine", "stages", "line", "pages", "latency", "replay", "deliver"])
def test_each_part_gives_figures(tiny: Bench, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every part measures something on every machine, without Kafka, and nothing gets lost on the way."""
    monkeypatch.setattr(latency, "RATES", (20,))
    measured = PARTS[name](tiny)
    sections = measured if isinstance(measured, list) else [measured]
    assert [] == [section.title for section in sections if not section.figures]
    assert [] == [each.name for section in sections for each in section.figures if each.value < 0]
    assert len(sections) == len(orjson.loads(orjson.dumps([as_json(section) for section in sections])))
    assert [] == [note for section in sections for note in section.notes if "WITHOUT" in note or "FAILED" in note]


def test_missing_data_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without the data the figures are skipped, and the file that is missing is named."""
    monkeypatch.setenv("NEWSVANE_EVAL_DATA", str(tmp_path))
    main(["stages", "--sqlite", "--quick", "--json", str(tmp_path / "figures.json")])
    note = f"skipped: no {data.ARTICLES} in NEWSVANE_EVAL_DATA"
    assert f"stages\n  {note}" in capsys.readouterr().out
    written = orjson.loads((tmp_path / "figures.json").read_bytes())
    assert [{"title": "stages", "figures": [], "notes": [note]}] == written["sections"]


def test_figures_replace_those_of_the_page() -> None:
    """A page gets the figures of the last run in place of the older ones; all around them stays."""
    page = "before\n```text\nold\n```\nafter\n```sh\nmake bench\n```\n"
    expected = "before\n```text\nmachine\n\ntable\n```\nafter\n```sh\nmake bench\n```\n"
    assert expected == with_figures(page, ["machine", "table"])

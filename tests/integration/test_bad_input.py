"""Bad input at each entrance: a refusal, a dead letter or acceptance; its neighbours pass, the worker stays up."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import orjson
import pytest

from schemas import topics_on
from streams.errors import InvalidRecord, RefusedInput
from streams.ingest.admit import Terms
from streams.ingest.progress import progress_on
from streams.ingest.run import Request, run_ingest
from streams.log.provision import apply_topics
from streams.log.sqlite import SqliteLog
from streams.settings import Settings
from tests.integration import commands
from tests.integration.bad_inputs import ACCEPTED, CASES, TEXT, article
from tests.integration.commands import Ended
from tests.integration.conftest import make_settings
from tests.integration.rig import Rig

ROOT = Path(__file__).parents[2]
Found = dict[str, str]


def newsvane(settings: Settings, *arguments: str) -> Ended:
    """Run a command with a CPU limit of one second a page."""
    return commands.newsvane(settings, *arguments, NEWSVANE_EXTRACT_CPU_S="1")


def outlet_of(number: int) -> str:
    return f"bad-{number}.example"


def neighbour(number: int) -> bytes:
    return article(text=f"{TEXT} Neighbour {number}.", neighbour=number)(f"good-{number}.example")


def dead_letters(rig: Rig) -> dict[tuple[int, int], dict[str, object]]:
    letters = [orjson.loads(stored.value or b"") for stored in rig.all_of("articles-raw-dlq")]
    return {(letter["partition"], letter["offset"]): letter for letter in letters}


def assert_neighbours_pass(rig: Rig) -> None:
    passed = [record["neighbour"] for record in rig.records("article-deduped") if "neighbour" in record]
    assert list(range(len(CASES) + 1)) == sorted(passed)


def assert_outcomes_add_up(rig: Rig) -> None:
    """Each stage has taken everything that it got."""
    into = sum(rig.log.end_offset("articles-raw", n) for n in range(rig.log.partitions("articles-raw")))
    assert into == sum(rig.outcomes()["clean"].values())


@pytest.fixture
def line(request: pytest.FixtureRequest, tmp_path: Path, unique: Callable[[str], str]) -> Iterator[Rig]:
    rig = Rig(make_settings(request, tmp_path, unique))
    try:
        rig.create_topics()
        yield rig
    finally:
        rig.close()


def test_the_table_in_the_docs_is_this_one() -> None:
    """What the page says of each case is what the tests below expect."""
    page = (ROOT / "docs" / "bad-input.md").read_text(encoding="utf-8")
    _, _, rest = page.partition("## The same at each entrance")
    section, _, _ = rest.partition("\n## ")
    rows = [tuple(cell.strip() for cell in row.strip("|").split("|")) for row in section.splitlines() if row[:1] == "|"]
    assert [(case.name, case.at_file, case.at_topic) for case in CASES] == [row[:3] for row in rows[2:]]


@pytest.mark.parametrize("line", ["sqlite"], indirect=True)
def test_at_a_file(line: Rig, tmp_path: Path) -> None:
    """``newsvane ingest`` and then ``newsvane run``: each case gets what the table says, its neighbours pass."""
    path = tmp_path / "bad.jsonl"
    lines = [neighbour(0)]
    for number, case in enumerate(CASES):
        lines += [case.make(outlet_of(number)), neighbour(number + 1)]
    path.write_bytes(b"\n".join(lines) + b"\n")
    ingested = newsvane(line.settings, "ingest", str(path))
    assert 1 == ingested.status, ingested.lines
    refused = reasons(path, tmp_path)
    said = dict(re.findall(r"bad\.jsonl:(\d+): (.*)", "\n".join(ingested.lines)))
    assert {str(at): message for at, (_, message) in refused.items()} == said
    ran = newsvane(line.settings, "run", "--until-idle")
    assert 0 == ran.status, ran.lines
    letters = by_outlet(line)
    found: Found = {}
    for number, case in enumerate(CASES):
        reason, _ = refused.pop(2 * number + 2, ("", ""))
        found[case.name] = f"refused `{reason}`" if reason else letters.get(outlet_of(number), ACCEPTED)
    assert {} == refused
    assert {case.name: case.at_file for case in CASES} == found
    assert_neighbours_pass(line)
    assert_outcomes_add_up(line)


class Refusals:
    """Keeps the reasons, which a person does not see, beside the messages."""

    def __init__(self) -> None:
        self.by_line: dict[int, tuple[str, str]] = {}

    def refused(self, place: str, refusal: RefusedInput) -> None:
        self.by_line[int(place.rpartition(":")[2])] = (refusal.reason, str(refusal))

    def resumed(self, name: str, by_line: bool, number: int) -> None:
        raise AssertionError("nothing was interrupted")

    def advanced(self, articles: int, read_bytes: int) -> None:
        """Nobody watches."""


def reasons(path: Path, folder: Path) -> dict[int, tuple[str, str]]:
    """Reason and message of every refused line."""
    refusals = Refusals()
    with closing(SqliteLog(folder / "other.db")) as log:
        apply_topics(log, topics_on("sqlite"))
        run_ingest(
            Request((str(path),), Terms(), "auto", None, False, "other"),
            progress_on(log, folder),
            log.partitions("articles-raw"),
            refusals,
        )
    return refusals.by_line


def by_outlet(rig: Rig) -> Found:
    """What became dead letters, by the key of the record: its outlet."""
    topic, found = "articles-raw", {}
    letters = dead_letters(rig)
    for stored in rig.all_of(topic):
        letter = letters.get((stored.partition, stored.offset))
        if letter is not None:
            assert len(str(letter["message"])) > 15
            found[(stored.key or b"").decode()] = f"dead letter `{letter['reason']}`"
    return found


@pytest.mark.parametrize("line", ["sqlite", pytest.param("kafka", marks=pytest.mark.kafka)], indirect=True)
def test_at_the_topic(line: Rig, tmp_path: Path) -> None:
    """Appended by a foreign program: each case gets what the table says, its neighbours pass, the worker stays up."""
    found: Found = {}
    line.feed_raw([(neighbour(0), "good-0.example")])
    for number, case in enumerate(CASES):
        outlet = outlet_of(number)
        try:
            line.feed_raw([(case.make(outlet), outlet)])
        except InvalidRecord as error:
            found[case.name] = f"refused `{error.reason}`"
        line.feed_raw([(neighbour(number + 1), f"good-{number + 1}.example")])
    ran = newsvane(line.settings, "run", "--until-idle")
    assert 0 == ran.status, ran.lines
    letters = by_outlet(line)
    for number, case in enumerate(CASES):
        found.setdefault(case.name, letters.get(outlet_of(number), ACCEPTED))
    assert {case.name: case.at_topic for case in CASES} == found
    assert_neighbours_pass(line)
    assert_outcomes_add_up(line)

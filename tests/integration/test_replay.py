"""Does a replay find what the live line found, to the byte, whatever is killed? And does it leave that line alone?"""

from __future__ import annotations

import random
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from schemas import encode, topic_of
from streams.ingest.progress import progress_on
from streams.ingest.run import Request, run_ingest
from streams.log.partition import partition_for
from streams.log.protocol import NewRecord
from streams.model.times import epoch_ms, parse_utc
from streams.query.watch_file import read_watch, to_watch
from streams.sample import articles_dir
from streams.settings import Settings
from tests.generator import articles
from tests.integration.commands import NEWSVANE, ROOT, environment
from tests.integration.real import SHIPPED, SINCE_EVER, apply_watches
from tests.integration.rig import DEADLINE_S, Rig

MODULE = "tests.integration.real"
GENERATED = 1_100
START_AT = datetime.now(UTC).replace(hour=6, minute=0, second=0, microsecond=0) - timedelta(days=25)
"""So near that nothing is forgotten when today's articles come."""
RAW = topic_of("article-raw").name
ACME = """\
id: acme-takeover
title: Takeover of Halden Shipping, wider
query: halden OR brightwater
"""


class Unseen:
    """Watches an ingest without a word."""

    def refused(self, place: str, refusal: Exception) -> None: ...

    def resumed(self, name: str, by_line: bool, number: int) -> None: ...

    def advanced(self, articles: int, read_bytes: int) -> None: ...


class Live:
    """A live line that has done its work, and the commands of a person beside it."""

    def __init__(self, settings: Settings, watches: bool = True) -> None:
        self.settings = settings
        self.rig = Rig(settings, MODULE)
        self.rig.create_topics()
        if watches:
            apply_watches(self.rig.log)
        else:  # one that matches nothing: a log without any gets the shipped ones
            topic = topic_of("watch")
            idle = to_watch(read_watch("id: idle\ntitle: Idle\nquery: xyzzyx\n", "idle"), 1, SINCE_EVER, "tests")
            self.rig.log.append(topic.name, [NewRecord(0, topic.key_of(idle), encode(idle), 0)])

    def feed(self, count: int, seed: int, start_at: datetime = START_AT, days: int = 20) -> None:
        """Generated articles at the times that they say, so that ranges mean something."""
        partitions = self.rig.log.partitions(RAW)
        records = []
        for each in articles(count, seed=seed, start_at=start_at, days=days):
            key = each["outlet"].encode()
            at = epoch_ms(parse_utc(each["arrived_at"]))
            records.append(NewRecord(partition_for(key, partitions), key, encode(each), at))
        for first in range(0, count, 100):
            self.rig.log.append(RAW, records[first : first + 100])

    def ingest_sample(self) -> None:
        log = self.rig.log
        request = Request((str(articles_dir()),))
        run_ingest(request, progress_on(log, self.settings.data_dir), log.partitions(RAW), Unseen())

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*NEWSVANE, *arguments],
            cwd=ROOT,
            env=environment(self.settings),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def __call__(self, *arguments: str, status: int = 0) -> str:
        """Run a command to its end; return what it wrote to stdout, or to stderr if it failed."""
        process = self.start(*arguments)
        out, err = process.communicate(timeout=DEADLINE_S)
        assert status == process.returncode, out + err
        assert "Traceback" not in err
        return out if status in (0, 1) else err

    def ends(self) -> dict[tuple[str, int], int]:
        """Where every topic of the live line ends."""
        log = self.rig.log
        return {
            (topic, p): log.end_offset(topic, p)
            for topic in log.describe_topics()
            for p in range(log.partitions(topic))
        }


def make_live(settings: Settings) -> Live:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    live = Live(settings)
    live.feed(GENERATED, seed=23)
    live.ingest_sample()
    live.rig.run_to_end()
    return live


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """1,100 generated articles of twenty days, and the sample stream that arrived today."""
    folder = tmp_path_factory.mktemp("live")
    found = make_live(Settings(broker=f"sqlite:///{folder}/line.db", data_dir=folder / "var"))
    yield found
    found.rig.close()


def between(first: int, last: int) -> list[str]:
    """The options for these days of the generated articles."""
    return ["--from", str(START_AT.date() + timedelta(days=first)), "--to", str(START_AT.date() + timedelta(days=last))]


def verified(live: Live, *arguments: str) -> dict[str, Any]:
    told: dict[str, Any] = orjson.loads(live("replay", "verify", "last", "--json", *arguments))
    return told


def kill_in_the_middle(live: Live, kills: int, seed: int, *command: str) -> int:
    """Start the command and kill it -9 a little later, so many times; return how many died at work."""
    rng = random.Random(seed)
    died = 0
    for _ in range(kills):
        process = live.start(*command)
        time.sleep(rng.uniform(0.7, 3.0))
        died += process.poll() is None
        process.send_signal(signal.SIGKILL)
        process.communicate()
    return died


def test_the_same_records_after_kills(live: Live) -> None:
    """Killed three times and gone on with, a replay from the start has every final record as the live line has it, and
    nothing live was written."""
    before = live.ends()
    command = ("replay", "--topic", RAW)
    assert kill_in_the_middle(live, 3, 5, *command) >= 2
    found = orjson.loads(live(*command, "--json"))
    assert (GENERATED < found["records"], found["is_exact"], found["state"]) == (True, True, "done")
    assert before == live.ends()
    told = verified(live)
    assert all(told[kind]["compared"] == told[kind]["equal"] >= 10 for kind in ("mention", "statement", "alert"))
    assert ({}, 0, []) == (told["causes"], told["unexplained"], told["differences"])
    assert "every record is byte-identical" in live("replay", "verify", "last")


@pytest.mark.kafka
def test_the_same_records_from_kafka(
    request: pytest.FixtureRequest, tmp_path: Path, unique: Callable[[str], str]
) -> None:
    """The same where the source is Kafka: the replay needs nothing of it but to read."""
    broker = request.getfixturevalue("kafka_url")
    live = make_live(Settings(broker=broker, data_dir=tmp_path / "var", namespace=f"{unique('live')}-"))
    try:
        command = ("replay", "--topic", RAW)
        kill_in_the_middle(live, 2, 7, *command)
        live(*command)
        told = verified(live)
        assert all(told[kind]["compared"] == told[kind]["equal"] >= 10 for kind in ("mention", "statement", "alert"))
    finally:
        live.rig.close()


def test_a_range_is_approximate_and_says_why(live: Live) -> None:
    """From the middle: warmed up, the warm-up unreported; what differs from live has its cause."""
    found = orjson.loads(live("replay", "--topic", RAW, *between(7, 13), "--warm-up", "4d", "--json"))
    assert (False, "done") == (found["is_exact"], found["state"])
    assert 0 < found["warm_records"] < found["records"] < GENERATED
    told = verified(live)
    assert (0, True) == (told["unexplained"], told["mention"]["outside"] > 0)
    assert {"outside-range", "warm-up"} >= set(told["causes"])


@pytest.mark.parametrize("topic", ["articles-deduped", "matches", pytest.param("mentions", marks=pytest.mark.long)])
def test_from_the_middle_of_the_line(live: Live, topic: str) -> None:
    """From any topic that agents read, the stages behind it find the same."""
    live("replay", "--topic", topic)
    told = verified(live)
    compared = ("statement", "alert") if topic == "mentions" else ("mention", "statement", "alert")
    assert all(told[kind]["compared"] == told[kind]["equal"] >= 10 for kind in compared)
    if topic != "mentions":
        assert {} == told["causes"]


def test_a_pinned_watch(live: Live, tmp_path: Path) -> None:
    """--watch runs that watch alone, and its differences are told to be its own."""
    file = tmp_path / "acme.yaml"
    file.write_text(ACME)
    found = orjson.loads(live("replay", "--topic", "articles-deduped", "--watch", str(file), "--json"))
    assert ["acme-takeover"] == list(found["watches"])
    assert {"watch"} == set(verified(live)["causes"])


def test_list_show_drop(live: Live) -> None:
    """What is there is listed and shown; what is dropped is gone."""
    listed = [orjson.loads(line) for line in live("replay", "list", "--json").splitlines()]
    assert listed
    newest = listed[-1]["replay_id"]
    assert newest in live("replay", "show", newest)
    assert "Id" in live("replay", "show", newest, "--alerts")
    live("replay", "drop", newest)
    assert newest not in live("replay", "list")
    assert "is no replay" in live("replay", "show", newest, status=2)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--topic", "alerts"), "no agent reads it"),
        (("--topic", "nothing"), "none that agents read"),
        (("--topic", RAW, "--from", "tomorrow"), "--from 'tomorrow' is no time"),
        (("--topic", RAW, "--from", "2026-01-05", "--to", "2026-01-04"), "the range is empty"),
        (("--topic", RAW, "--from", "1990-01-01", "--to", "1991-01-01"), "nothing to replay"),
        (("--topic", RAW, "--by", "chance"), "--by 'chance' is unknown"),
    ],
)
def test_wrong_use_is_told_in_a_line(live: Live, arguments: tuple[str, ...], said: str) -> None:
    """Exit status 2, what was wrong, and nothing kept."""
    before = live("replay", "list")
    told = live("replay", *arguments, status=2)
    assert said in told
    assert before == live("replay", "list")


BELARUS = "belarus-military-stance"


def test_a_new_watch_with_history_is_as_if_it_had_been_there(tmp_path: Path) -> None:
    """'watch apply --since' fills what arrived before, alerts nobody, adds nothing when called again or killed, and a
    replay from the start finds the same bytes; so the first change is a change."""
    live = Live(Settings(broker=f"sqlite:///{tmp_path}/line.db", data_dir=tmp_path), watches=False)
    try:
        live.feed(400, seed=31)
        live.rig.run_to_end()
        kill_in_the_middle(live, 1, 9, "watch", "apply", str(SHIPPED / f"{BELARUS}.yaml"), "--since", "30d")
        live("watch", "apply", str(SHIPPED / f"{BELARUS}.yaml"), "--since", "30d")
        live.rig.run_to_end()
        alerts = live.rig.records("alert")
        assert len(alerts) >= 10
        assert {(BELARUS, True)} == {(alert["watch_id"], alert["backfill"]) for alert in alerts}
        before = live.ends()
        assert "there already" in live("watch", "apply", str(SHIPPED / f"{BELARUS}.yaml"), "--since", "30d")
        assert before == live.ends()
        live.feed(60, seed=77, start_at=datetime.now(UTC), days=1)
        live.rig.run_to_end()
        assert not all(mention["backfill"] for mention in live.rig.records("mention"))
        live("replay", "--topic", RAW, "--to", "2100-01-01")  # the last ones say that they arrive tomorrow
        told = verified(live)
        assert ({}, 0) == (told["causes"], told["mention"]["outside"])
        assert all(told[kind]["compared"] == told[kind]["equal"] >= 10 for kind in ("mention", "statement", "alert"))
    finally:
        live.rig.close()


def test_history_is_for_watches_that_were_not_there(live: Live) -> None:
    """A watch that has counted since ever has no history to read; nor is there one beyond what is remembered."""
    shipped = str(SHIPPED / f"{BELARUS}.yaml")
    assert "counts since ever" in live("watch", "apply", shipped, "--since", "30d", status=2)
    assert "more than 90 days ago" in live("watch", "apply", shipped, "--since", "91d", status=2)


def test_a_backtest_finds_what_the_live_line_found(live: Live, tmp_path: Path) -> None:
    """Over the whole range, the backtest of a watch has the live line's alerts; its page stands alone."""
    page = tmp_path / "page.html"
    report = orjson.loads(
        live("backtest", str(SHIPPED / f"{BELARUS}.yaml"), "--from", "60d", "--json", "--html", str(page))
    )
    last = {alert["alert_id"]: alert for alert in live.rig.records("alert") if alert["watch_id"] == BELARUS}
    expected = {alert_id for alert_id, alert in last.items() if alert["status"] == "live"}
    assert expected == {alert["alert_id"] for alert in report["alerts"]}
    assert (len(expected), "the live line's articles-deduped") == (report["totals"]["new"]["alerts"], report["source"])
    assert len(expected) == sum(day["new"]["alerts"] for day in report["days"])
    text = page.read_text()
    assert "default-src &#39;none&#39;; style-src" in text
    assert "<script" not in text


def test_a_backtest_tells_what_an_edit_gains_and_loses(live: Live, tmp_path: Path) -> None:
    """Each article with the clause that decided."""
    new, old = tmp_path / "new.yaml", tmp_path / "old.yaml"
    new.write_text("id: acme\ntitle: Halden\nquery: halden AND bid\n")
    old.write_text('id: acme\ntitle: Halden\nquery: halden AND title:"waits for"\n')
    report = orjson.loads(live("backtest", str(new), "--from", "60d", "--against", str(old), "--json"))
    lost = report["lost"]
    assert lost["count"] == len(lost["articles"]) > 0
    assert {("bid: not found",)} == {tuple(told["failed"]) for told in lost["articles"]}
    assert {"halden"} <= {term for told in lost["articles"] for term in told["found"]}
    shown = live("backtest", str(new), "--from", "60d", "--against", str(old))
    assert "lost: matched by the old one alone" in shown


def test_a_backtest_replays_what_the_line_has_not_done(tmp_path: Path) -> None:
    """Where the line never ran, the articles are replayed as far as dedupe; that replay is dropped again."""
    live = Live(Settings(broker=f"sqlite:///{tmp_path}/line.db", data_dir=tmp_path))
    try:
        live.feed(300, seed=31)
        report = orjson.loads(live("backtest", str(SHIPPED / f"{BELARUS}.yaml"), "--from", "60d", "--json"))
        assert report["totals"]["new"]["alerts"] > 0
        assert "a replay of articles-raw" in report["source"]
        assert "no replays" in live("replay", "list")
    finally:
        live.rig.close()

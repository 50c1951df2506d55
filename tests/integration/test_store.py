"""The store on the sample stream, on SQLite and on a real PostgreSQL: filled, followed, built again, asked why."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import yaml

from schemas import encode, topic_of
from streams.log.connect import connect
from streams.log.protocol import NewRecord
from streams.sample import sample_dir
from streams.settings import Settings
from streams.store import queries
from streams.store.database import Store, open_store
from streams.store.fill import WrongLog, fill_to_end, run_filler
from streams.store.paging import Filters
from streams.store.rebuild import Loss, rebuild
from streams.store.status import read_status
from streams.store.why import explain_why, why_lines
from streams.web.app import build_web
from tests.integration.real import apply_watches
from tests.integration.rig import Rig, wait_until
from tests.integration.test_sample import run_line
from tests.unit.store import makers as m
from tests.unit.store.filling import dump, take
from tests.unit.web.rig import Client

BELARUS = "belarus-military-stance"
MakeStore = Callable[[], Store]


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """The sample, ingested and processed on an embedded log."""
    folder = tmp_path_factory.mktemp("line")
    rig = Rig(Settings(broker=f"sqlite:///{folder}/line.db", data_dir=folder / "var"), "tests.integration.real")
    try:
        rig.create_topics()
        apply_watches(rig.log)
        run_line(rig, folder, yaml.safe_load((sample_dir() / "expected.yaml").read_text("utf-8")))
        yield rig
    finally:
        rig.close()


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a PostgreSQL of this session."""
    try:
        import warnings

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from pgserver.postgres_server import get_server

            server = get_server(tmp_path_factory.mktemp("postgres"))
    except Exception as missing:
        if os.environ.get("CI") == "true":
            pytest.fail(f"no PostgreSQL in CI: {missing}")
        pytest.skip(f"no PostgreSQL: {missing}")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path, unique: Callable[[str], str]) -> str:
    """An empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/store.db"
    address: str = request.getfixturevalue("postgres")
    name = unique("store").replace("-", "_")
    engine = sa.create_engine(address.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT")
    with engine.connect() as db:
        # a collation that sorts unlike bytes: what most installations have
        db.exec_driver_sql(f"CREATE DATABASE {name}")
    engine.dispose()
    return address.replace("/postgres?", f"/{name}?")


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    opened = open_store(Settings(store=url))
    yield opened
    opened.close()


def never(losses: tuple[Loss, ...]) -> bool:
    pytest.fail(f"nothing should be lost: {losses}")


def test_what_the_line_found_is_in_the_store(line: Rig, store: Store) -> None:
    """Every last record of every topic is a row, word for word."""
    fill_to_end(store, line.log)
    for kind, table, key in (
        ("article-deduped", queries.articles, "article_id"),
        ("mention", queries.mentions, "mention_id"),
        ("statement", queries.statements, "statement_id"),
        ("alert", queries.alerts, "alert_id"),
    ):
        last = {record[key]: record for record in line.records(kind)}
        expected = {id_: record for id_, record in last.items() if record.get("status") != "superseded"}
        found: dict[str, Any] = {}
        cursor = None
        while True:
            page = table(store, limit=17, cursor=cursor)
            found |= {each[key]: each for each in page.items}
            cursor = page.next_cursor
            if cursor is None:
                break
        if kind == "article-deduped":
            found = {id_: queries.article(store, id_) for id_ in found}
        assert expected == {id_: {name: found[id_][name] for name in record} for id_, record in expected.items()}
        assert expected.keys() == found.keys()
    assert 0 == read_status(store, line.log).lag


def test_built_again_it_is_the_same(line: Rig, store: Store) -> None:
    """Rows, positions and search; twice, so that names of the first build are in nobody's way; tokens stay."""
    with store.writing() as db:
        db.exec_driver_sql("CREATE TABLE tokens (name TEXT)")
        db.exec_driver_sql("INSERT INTO tokens VALUES ('ana')")
    fill_to_end(store, line.log)
    before = dump(store)
    searched = Filters(q="лукашенк*"), Filters(q='"our soldiers"')
    found = [queries.articles(store, each) for each in searched]
    assert all(page.items for page in found)
    for _ in range(2):
        assert rebuild(store, line.log, never).is_done
        assert before == dump(store)
        assert found == [queries.articles(store, each) for each in searched]
    with store.reading() as db:
        assert ["ana"] == list(db.exec_driver_sql("SELECT name FROM tokens").scalars())
        assert not [name for name in sa.inspect(db).get_table_names() if name.startswith("fresh_")]


def test_what_the_topics_lost_is_not_lost_unasked(line: Rig, store: Store) -> None:
    """A fill loses nothing; a rebuild names what would go, and without consent changes nothing."""
    fill_to_end(store, line.log)
    gone = m.article(7777, 5)
    topic = topic_of("article-deduped").name
    end = next(each.position for each in read_status(store).positions if (each.topic, each.partition) == (topic, 0))
    take(store, m.stored("article-deduped", gone, start=end))
    asked: list[tuple[Loss, ...]] = []

    def refuse(losses: tuple[Loss, ...]) -> bool:
        asked.append(losses)
        return False

    before = dump(store)
    assert not rebuild(store, line.log, refuse).is_done
    assert [(Loss("articles", 1, gone["arrived_at"]),)] == asked
    assert before == dump(store)
    assert rebuild(store, line.log, lambda losses: True).is_done
    assert queries.article(store, gone["article_id"]) is None


def test_readers_go_on_while_it_is_built_again(line: Rig, store: Store, url: str) -> None:
    """Whoever lists meanwhile sees all rows, before the swap and after it."""
    fill_to_end(store, line.log)
    expected = queries.articles(store, limit=200)
    stop, seen, failures = threading.Event(), [0], []

    def read() -> None:
        mine = open_store(Settings(store=url))
        while not stop.is_set():
            if queries.articles(mine, limit=200) != expected:
                failures.append("another list")
            seen[0] += 1
        mine.close()

    reader = threading.Thread(target=read)
    reader.start()
    try:
        for _ in range(3):
            assert rebuild(store, line.log, never).is_done
    finally:
        stop.set()
        reader.join(30)
    assert [] == failures
    assert seen[0] > 3


def test_two_fillers_and_a_rebuild_at_once(line: Rig, store: Store, url: str) -> None:
    """They take turns, and the rows are those of one."""
    fill_to_end(store, line.log)
    before = dump(store)
    rebuild(store, line.log, never)
    with store.writing() as db:
        for table in before:
            db.exec_driver_sql(f"DELETE FROM {table}")
    stop = threading.Event()
    settings = Settings(broker=line.settings.broker, store=url)
    fillers = [threading.Thread(target=run_filler, args=(settings, stop)) for _ in range(2)]
    for filler in fillers:
        filler.start()
    try:
        rebuild(store, line.log, lambda losses: True)
        wait_until(lambda: read_status(store, line.log).lag == 0, "everything is in the store", 60)
    finally:
        stop.set()
        for filler in fillers:
            filler.join(30)
    assert before == dump(store)


def test_a_new_record_is_there_at_once(line: Rig, store: Store, url: str) -> None:
    """The filler follows the topics; a second later is far too late."""
    stop = threading.Event()
    filler = threading.Thread(target=run_filler, args=(Settings(broker=line.settings.broker, store=url), stop))
    filler.start()
    try:
        wait_until(lambda: read_status(store, line.log).lag == 0, "everything is in the store", 60)
        topic = topic_of("silence")
        silence = {
            "silence_id": "a" * 32,
            "version": 1,
            "status": "active",
            "matchers": [{"field": "outlet", "operator": "=", "value": "gazette.example"}],
            "starts_at": m.arrival(0),
            "ends_at": m.arrival(5),
            "pierced_by_hardening": True,
            "reason": "spam",
            "actor": "ana",
            "created_at": m.arrival(0),
            "changed_at": m.arrival(0),
        }
        line.log.append(topic.name, [NewRecord(0, topic.key_of(silence), encode(silence), 0)])
        began = time.monotonic()
        wait_until(lambda: queries.silences(store), "the silence is in the store", 10)
        print(f"visible after {(time.monotonic() - began) * 1000:.0f} ms")
    finally:
        stop.set()
        filler.join(30)
    assert not filler.is_alive()


ANSWERS = (
    *(f"/v1/{name}?limit=100" for name in ("articles", "mentions", "statements", "stories", "alerts", "dead-letters")),
    "/v1/articles?limit=3&outlet=continental-wire.example",
    "/v1/articles?q=%22will%20not%22%20-sport",
    f"/v1/mentions?q=army&watch={BELARUS}",
    "/v1/alerts?q=lukashenko&order=changed",
    "/v1/articles?format=csv",
    "/v1/outlets",
    f"/v1/facets?watch={BELARUS}",
    f"/v1/volumes?watch={BELARUS}&since=2026-03-01&until=2026-03-12",
    "/v1/volumes?bucket=hour&axis=arrived",
    f"/v1/watches/{BELARUS}/timeline",
    f"/feeds/{BELARUS}.atom",
)


def test_the_api_answers_the_same_from_either_database(line: Rig, store: Store, tmp_path: Path) -> None:
    """Which database the read model is in shows in no answer, to the byte."""
    plain = open_store(Settings(store=f"sqlite:///{tmp_path}/plain.db"))
    answers = []
    try:
        for each in (plain, store):
            fill_to_end(each, line.log)
            client = Client(build_web(line.settings, lambda: connect(line.settings), each))
            try:
                found = {path: client.get(path) for path in ANSWERS}
                assert {200} == {response.status_code for response in found.values()}
                answers.append({path: response.content for path, response in found.items()})
            finally:
                client.close()
    finally:
        plain.close()
    assert answers[0] == answers[1]


def test_another_log_is_noticed(line: Rig, store: Store, tmp_path: Path) -> None:
    """A store that has read further than the log goes belongs to another log."""
    fill_to_end(store, line.log)
    other = Rig(Settings(broker=f"sqlite:///{tmp_path}/other.db"))
    try:
        other.create_topics()
        with pytest.raises(WrongLog, match="NEWSVANE_STORE"):
            fill_to_end(store, other.log)
    finally:
        other.close()


@pytest.mark.parametrize(
    ("ref", "watch_id", "verdict"),
    [
        ("cw-not-send-soldiers", BELARUS, "opened"),
        ("baltic-not-send-soldiers", BELARUS, "joined"),
        ("eastern-archive-essay", BELARUS, "boilerplate-only"),
        ("cw-halden-review", BELARUS, "not-matched"),
        ("vesti-hokkei", BELARUS, "no-statement"),
        ("no-such-article", BELARUS, "never-arrived"),
    ],
)
def test_why(line: Rig, store: Store, ref: str, watch_id: str, verdict: str) -> None:
    """The one answer for each way that an article can go."""
    fill_to_end(store, line.log)
    urls = {each["url"] for each in queries.articles(store, limit=500).items if each["url"]}
    url = next((each for each in sorted(urls) if ref in each), f"https://continental-wire.example/{ref}")
    answer = explain_why(store, line.log, f"{url}?utm_source=feed", watch_id)
    assert verdict == answer.verdict
    assert all(len(each) <= 80 for each in why_lines(answer) if "http" not in each)
    if answer.article_id is not None:
        assert answer.links == explain_why(store, line.log, answer.article_id[:10], watch_id).links

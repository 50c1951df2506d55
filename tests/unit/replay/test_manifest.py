"""Are replays found, told apart and deleted, and nothing else?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from streams.errors import InfrastructureError, UsageError, WorkerLocked
from streams.log.lock import worker_lock
from streams.replay.manifest import COPY_LOCK, DATABASE, FILE, Manifest, Request, Shelf, new_id, settings_of
from streams.replay.ranges import RAW, Range
from streams.settings import Settings
from tests.unit.replay.places import NOW

REQUEST = Request("articles-raw", RAW, Range(None, 1000), 0, ("30d", "", "arrival"))


def manifest(minutes: int = 0, request: Request = REQUEST) -> Manifest:
    now = NOW + timedelta(minutes=minutes)
    return Manifest(
        replay_id=new_id(request, now), key=request.key(), created_at="", source="sqlite:///x.db", namespace="",
        group="newsvane", topic=request.topic, kind=request.kind, from_ms=None, to_ms=1000, by="arrival",
        warm_from_ms=None, last_stage="alert", watches=None, starts={"0": 3}, ends={"0": 10},
    )  # fmt: skip


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


def test_a_manifest_is_read_as_it_was_written(shelf: Shelf) -> None:
    """Whole, and the oldest first; ids sort by time."""
    first, second = manifest(), replace(manifest(1), state="done", missing=["a part"])
    shelf.write(second)
    shelf.write(first)
    assert [first, second] == shelf.all()
    assert (7, True, False) == (first.most_records, first.is_exact, second.is_exact)


def test_one_is_found_by_the_beginning_of_its_id(shelf: Shelf) -> None:
    """Or as the last; a beginning of several, or of none, says what there is."""
    first, second = manifest(), manifest(24 * 60)
    shelf.write(first)
    shelf.write(second)
    assert (first, second, second) == (
        shelf.find(first.replay_id[:9]),
        shelf.find(second.replay_id),
        shelf.find("last"),
    )
    with pytest.raises(UsageError, match="beginning of 2 replays"):
        shelf.find("2026")
    with pytest.raises(UsageError, match="is no replay; there are"):
        shelf.find("../../etc")


def test_the_same_request_goes_on_until_it_is_done(shelf: Shelf) -> None:
    """Another range, topic or watch is another request; after the end the same words begin anew."""
    shelf.write(manifest())
    assert manifest() == shelf.unfinished(REQUEST.key())
    for other in (replace(REQUEST, asked=("31d",)), replace(REQUEST, topic="matches"), replace(REQUEST, watches=())):
        assert shelf.unfinished(other.key()) is None
    shelf.write(replace(manifest(), state="done"))
    assert shelf.unfinished(REQUEST.key()) is None


def test_drop_deletes_one_replay_and_nothing_else(shelf: Shelf) -> None:
    """Not while it runs, and no folder whose name is not one of ours."""
    first, second = manifest(), manifest(1)
    shelf.write(first)
    shelf.write(second)
    (shelf.place(first.replay_id) / "big").write_bytes(b"x" * 1000)
    with worker_lock(shelf.place(first.replay_id) / DATABASE, COPY_LOCK):
        assert shelf.is_running(first)
        with pytest.raises(WorkerLocked):
            shelf.drop(first)
    assert not shelf.is_running(first)
    assert shelf.drop(first) >= 1000
    assert [second] == shelf.all()
    with pytest.raises(UsageError, match="no replay of ours"):
        shelf.drop(replace(second, replay_id="../.."))
    assert [second] == shelf.all()


def test_a_damaged_manifest_is_named(shelf: Shelf) -> None:
    """With its path and what to do."""
    shelf.write(manifest())
    (shelf.place(manifest().replay_id) / FILE).write_text("{")
    with pytest.raises(InfrastructureError, match=FILE):
        shelf.all()


def test_its_line_knows_no_secret_of_the_live_one(tmp_path: Path) -> None:
    """An embedded log of its own, without namespace, user and password."""
    live = Settings(
        broker="kafka://k:9092", namespace="n-", kafka_security="SASL_SSL", kafka_username="u", kafka_password="p"
    )
    own = settings_of(live, tmp_path / "x")
    assert (f"sqlite:///{tmp_path}/x/{DATABASE}", tmp_path / "x", "replay") == (own.broker, own.data_dir, own.group)
    assert ("", "PLAINTEXT", "", "") == (own.namespace, own.kafka_security, own.kafka_username, own.kafka_password)


def test_another_log_is_not_its_source() -> None:
    """Going on with it, or comparing it, on another log is wrong use."""
    manifest().check_source(Settings(broker="sqlite:///x.db"))
    with pytest.raises(UsageError, match=r"is of sqlite:///x\.db, the settings name sqlite:///y\.db"):
        manifest().check_source(Settings(broker="sqlite:///y.db"))

"""The event stream: positions, repeats, gaps, filters, slow listeners."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import orjson
import pytest

from schemas import encode, topic_of
from streams.log.protocol import NewRecord, StoredRecord
from streams.web.alert_event import Filters, Repeats, read_event
from streams.web.hub import QUEUE_EVENTS, Hub, Listener
from streams.web.position import Position, check_of, parse_position
from tests.unit.store import makers
from tests.unit.web.rig import Rig

TOPIC = topic_of("alert").name


def put(web: Rig, *stories: str, partition: int = 0, cause: bytes = b"", **changes: Any) -> None:
    """Alerts at the end of a partition; each record with a revision of its story's name."""
    headers = (("cause", cause),) if cause else ()
    records = [
        NewRecord(partition, story.encode(), encode(makers.alert(story, **changes)), 1_000 + number, headers)
        for number, story in enumerate(stories)
    ]
    web.log.append(TOPIC, records)


def stories_of(raw: bytes) -> list[str]:
    """The ids of the alerts of events, in order."""
    found = []
    for block in raw.decode().split("\n\n"):
        data = [line.removeprefix("data: ") for line in block.split("\n") if line.startswith("data: ")]
        if data and "event: alert" in block:
            found.append(orjson.loads(data[0])["alert_id"])
    return found


def ids_of(*stories: str) -> list[str]:
    return [makers.alert(story)["alert_id"] for story in stories]


@contextmanager
def running(web: Rig) -> Iterator[Hub]:
    hub = Hub(web.web.open_log, web.settings)
    web.client.run(hub.start())
    try:
        yield hub
    finally:
        web.client.run(hub.stop())


def hear(web: Rig, listener: Listener, is_enough: Callable[[bytes], bool]) -> bytes:
    """What comes until it is enough."""

    async def listen() -> bytes:
        raw = b""
        for _ in range(200):
            piece = await listener.wait(0.1)
            if piece is None:
                break
            raw += piece
            if is_enough(raw):
                break
        return raw

    found: bytes = web.client.run(listen())
    return found


def join(web: Rig, hub: Hub, filters: Filters | None = None) -> Listener:
    found: Listener = web.client.run(hub.join("a test", filters or Filters()))
    return found


def test_positions_are_read_as_they_are_written() -> None:
    for position in (Position("00c0ffee", (3, 0)), Position("00c0ffee", (3, 7, 0), 1, "89abcdef")):
        assert position == parse_position(str(position))
    bad = ("", "7", "00c0ffee:1", "00c0ffee:1:9:89abcdef", "00c0ffee:1.:-", "x" * 10_000, "00c0ffee:" + "9" * 99 + ":-")
    assert [None] * len(bad) == [parse_position(text) for text in bad]


def test_a_repeat_is_known_a_return_is_news() -> None:
    """The same revision again is a repeat, also an earlier one from the same cause; from another it is a change."""
    repeats = Repeats()
    steps = [
        ("a", "1", b"c1"),
        ("a", "1", b"c9"),
        ("a", "2", b"c2"),
        ("a", "1", b"c1"),
        ("a", "1", b"c3"),
        ("b", "1", b""),
    ]
    assert [False, True, False, True, False, False] == [repeats.is_repeat(*step) for step in steps]


def test_what_is_remembered_is_bounded() -> None:
    repeats = Repeats(remembered=2)
    assert [False] * 4 == [repeats.is_repeat(name, "1", b"c") for name in ("a", "b", "c", "a")]


@pytest.mark.parametrize("value", [None, b"", b"{", b"[]", b'{"alert_id": 7, "revision": "x"}'])
def test_what_is_no_alert_is_passed_over(value: bytes | None) -> None:
    record = StoredRecord(TOPIC, 0, 3, 1, b"k", value, ())
    assert read_event(record, Position("00c0ffee", (3,)), Repeats()) is None


def test_live_events_come_with_their_position(web: Rig) -> None:
    """Each id leads exactly behind its event."""
    with running(web) as hub:
        listener = join(web, hub)
        put(web, "one", "two")
        raw = hear(web, listener, lambda raw: len(stories_of(raw)) == 2)
        assert ids_of("one", "two") == stories_of(raw)
        last = parse_position([line[4:] for line in raw.decode().split("\n") if line.startswith("id: ")][-1])
        newest = web.log.read(TOPIC, 0, 1)[0]
        assert last == Position(listener.joined_at.log, (2, 0), 0, check_of(newest))


def test_the_gap_and_what_follows_are_whole(web: Rig) -> None:
    """From any position on: first the gap out of the log, then live, without a hole and without a repeat."""
    put(web, "one", "two", "one", "three")
    put(web, "four", partition=1)
    with running(web) as hub:
        listener = join(web, hub)
        put(web, "five")
        since = Position(listener.joined_at.log, (1, 0))
        assert hub.check(since) is None
        gap = b"".join(piece for _, piece in hub.read_gap(since, listener.joined_at, Filters()))
        live = hear(web, listener, lambda raw: bool(stories_of(raw)))
        # the second record of 'one' has the revision of the first and no cause: a repeat, known from before the gap
        assert ids_of("two", "three", "four", "five") == stories_of(gap) + stories_of(live)


def test_every_position_of_a_gap_can_be_continued_from(web: Rig) -> None:
    """A connection that breaks in the middle of a gap goes on there."""
    put(web, *[f"s{number}" for number in range(5)])
    put(web, *[f"t{number}" for number in range(5)], partition=1)
    with running(web) as hub:
        upto = join(web, hub).joined_at
        begin = Position(upto.log, (0, 0))
        whole = b"".join(piece for _, piece in hub.read_gap(begin, upto, Filters()))
        blocks = [block for block in whole.decode().split("\n\n") if block]
        for count, block in enumerate(blocks, 1):
            at = parse_position(block.split("\n")[0].removeprefix("id: "))
            assert at is not None
            assert hub.check(at) is None
            rest = b"".join(piece for _, piece in hub.read_gap(at, upto, Filters()))
            assert stories_of(whole)[count:] == stories_of(rest)


def test_positions_of_elsewhere_are_told(web: Rig) -> None:
    put(web, "one", "two")
    with running(web) as hub:
        name = join(web, hub).joined_at.log
        found = [
            hub.check(Position("00000000", (0, 0))),
            hub.check(Position(name, (9, 0))),
            hub.check(Position(name, (0, 0, 0))),
            hub.check(Position(name, (2, 0), 0, "00000000")),
            hub.check(Position(name, (1, 0))),
        ]
        assert ["another-log"] * 4 + [None] == found


def test_filters(web: Rig) -> None:
    with running(web) as hub:
        listener = join(web, hub, Filters(severities=("critical",), watches=("river-fever",)))
        put(web, "one")
        put(web, "two", severity="critical")
        assert ids_of("two") == stories_of(hear(web, listener, lambda raw: bool(stories_of(raw))))
        put(web, "three")
        other = join(web, hub)
        put(web, "four")
        hear(web, other, lambda raw: ids_of("four")[0] in stories_of(raw))
        assert 0 == listener.position.offsets[1]
        assert 4 == listener.position.offsets[0]  # what the filter left out is passed, too


def test_a_slow_listener_is_dropped_and_the_others_hear(web: Rig) -> None:
    """Its queue is bounded; it is told to nobody else."""
    with running(web) as hub:
        slow, quick = join(web, hub), join(web, hub)
        raw = b""
        for start in range(0, QUEUE_EVENTS + 200, 200):
            put(web, *[f"s{number}" for number in range(start, start + 200)])
            raw += hear(web, quick, lambda raw: len(stories_of(raw)) >= 200)
        assert (True, False) == (slow.is_dropped, quick.is_dropped)
        assert len(set(stories_of(raw))) >= QUEUE_EVENTS
        assert 1 == hub.listeners


def test_the_end_ends_every_stream(web: Rig) -> None:
    with running(web) as hub:
        listener = join(web, hub)
        hub.end_streams()
        assert b"" == hear(web, listener, lambda raw: False)
        assert web.client.run(asyncio.wait_for(listener.wait(5), 1)) is None

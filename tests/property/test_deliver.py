"""Any interleaving of alerts, ticks, restarts: every material state has one fate, and nothing is told twice."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from streams.deliver.fates import COLLECTIONS, REPEATED
from streams.deliver.material import material_of
from streams.deliver.rebuild import fold
from streams.deliver.state import PlannerState
from streams.model.records import Alert
from tests.unit.deliver.newsroom import DAY, HOUR, MINUTE, SECOND, Newsroom, alert, fates, subscription

SUBSCRIPTIONS = (
    subscription("at-once"),
    subscription("capped", hourly_cap=2, repeat_interval_s=7200),
    subscription("daily", digest_interval_s=86_400),
    subscription("grouped", group_wait_s=30, group_interval_s=300),
    subscription("severe", severities=["warning", "critical"], group_wait_s=60),
)

revisions = st.builds(
    alert,
    st.sampled_from("abc"),
    st.sampled_from(["refuses", "conditional", "joins"]),
    st.sampled_from(["notice", "warning", "critical"]),
    carriers=st.integers(1, 3),
    direction=st.sampled_from([None, "hardened", "softened"]),
)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("tell"), st.lists(revisions, min_size=1, max_size=3)),
        st.tuples(st.just("tick"), st.sampled_from([SECOND, 45 * SECOND, 10 * MINUTE, HOUR, DAY])),
        st.tuples(st.just("silence"), revisions),
        st.tuples(st.just("acknowledge"), revisions),
        st.tuples(st.just("restart"), st.none()),
    ),
    max_size=25,
)


def play(room: Newsroom, moves: list[tuple[str, object]], restarts: bool) -> None:
    for kind, what in moves:
        if kind == "tell":
            room.tell(*what)  # type: ignore[misc]
        elif kind == "tick":
            room.tick(what)  # type: ignore[arg-type]
        elif kind == "silence":
            room.desk.silences(what, room.now_ms + HOUR)  # type: ignore[arg-type]
        elif kind == "acknowledge":
            room.desk.acknowledges(what)  # type: ignore[arg-type]
        elif restarts:
            room.restart()
    room.tick(2 * DAY)


def states_of(moves: list[tuple[str, object]]) -> dict[str, list[Alert]]:
    """The revisions of each alert in order, without those that change nothing material."""
    found: dict[str, list[Alert]] = {}
    for kind, what in moves:
        for each in what if kind == "tell" else ():  # type: ignore[attr-defined]
            known = found.setdefault(each["alert_id"], [])
            if not known or material_of(known[-1]) != material_of(each):
                known.append(each)
    return found


@settings(max_examples=150, deadline=None)
@given(steps)
def test_every_material_state_has_one_fate(moves: list[tuple[str, object]]) -> None:
    """A subscription that takes everything has as many fates of an alert as the alert had states that it did not know;
    and no delivery id stands for two decisions."""
    room = Newsroom(*SUBSCRIPTIONS)
    play(room, moves, restarts=True)
    ids = Counter(decision.record["delivery_id"] for decision in room.decided)
    assert {} == {delivery_id: count for delivery_id, count in ids.items() if count > 1}
    told = Counter((subscription_id, alert_id) for subscription_id, alert_id, _ in fates(room.decided))
    for alert_id, states in states_of(moves).items():
        # at once: each state gets its fate, but for those that came and went within one batch
        assert 1 <= told["at-once", alert_id] <= len(states)
        assert told["daily", alert_id] == told["at-once", alert_id]


@settings(max_examples=150, deadline=None)
@given(steps)
def test_no_fate_repeats_what_the_subscription_knows(moves: list[tuple[str, object]]) -> None:
    """Two fates in a row of one alert differ in what they say; only repeats and collections say it again."""
    room = Newsroom(*SUBSCRIPTIONS)
    play(room, moves, restarts=True)
    last: dict[tuple[str, str], object] = {}
    for decision in room.decided:
        record = decision.record
        if record["event_type"] in (*COLLECTIONS, REPEATED) or record["reason"].startswith("changed again"):
            continue
        if record["state"] == "grouped" and "digest" not in record["reason"]:
            continue  # taken back
        for entry in record["alerts"]:
            key = (record["subscription_id"], entry["alert_id"])
            assert last.get(key) != entry["material"]
            last[key] = entry["material"]


@settings(max_examples=150, deadline=None)
@given(steps)
def test_restarts_change_nothing(moves: list[tuple[str, object]]) -> None:
    """Whoever is stopped and started at any point decides what an undisturbed process decides, byte for byte."""
    calm, shaken = Newsroom(*SUBSCRIPTIONS), Newsroom(*SUBSCRIPTIONS)
    play(calm, moves, restarts=False)
    play(shaken, moves, restarts=True)
    assert [each.record for each in calm.decided] == [each.record for each in shaken.decided]


@settings(max_examples=150, deadline=None)
@given(steps)
def test_a_lost_outbox_is_built_again_from_the_topic(moves: list[tuple[str, object]]) -> None:
    """With the deliveries folded in and the alerts read again, nothing that has a fate is told again, and what waited
    for a digest is still in it."""
    room = Newsroom(*SUBSCRIPTIONS)
    play(room, moves[: len(moves) // 2], restarts=False)
    records = [each.record for each in room.decided]
    latest = list(room.bodies.values())
    open_digests = {key: value["alerts"].keys() for key, value in room.state.table("digest").items()}
    hidden = {key: value["alerts"].keys() for key, value in room.state.table("hidden").items()}
    room.state = PlannerState()
    room.state.apply(fold(room.state, room.desk, records))
    assert open_digests == {key: value["alerts"].keys() for key, value in room.state.table("digest").items()}
    assert hidden == {key: value["alerts"].keys() for key, value in room.state.table("hidden").items()}
    room.decided.clear()
    room.tell(*latest)
    again = {(each[0], each[1]) for each in fates(room.decided)}
    known = {
        (record["subscription_id"], entry["alert_id"]): entry["material"]
        for record in records
        if record["event_type"] not in (*COLLECTIONS, REPEATED)
        for entry in record["alerts"]
    }
    assert set() == {
        (subscription_id, each["alert_id"])
        for each in latest
        for subscription_id, alert_id in again
        if alert_id == each["alert_id"] and known.get((subscription_id, alert_id)) == material_of(each)
    }

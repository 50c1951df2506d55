"""Who is told what, when and why: the rules of the planner, with a clock that the tests move."""

from __future__ import annotations

from streams.deliver.fates import delivery_id_of, wire_time
from streams.model.ids import digest
from tests.unit.deliver.newsroom import (
    DAY,
    HOUR,
    MINUTE,
    NOON_MS,
    SECOND,
    Newsroom,
    alert,
    short,
    subscription,
    superseded,
)


def test_the_first_notification_goes_at_once_without_group_wait() -> None:
    """What is told, to whom, why, under which id."""
    room = Newsroom(subscription())
    first = alert()
    (record,) = room.tell(first)
    assert [("alert.opened", "pending", ["conditional"])] == short([record])
    assert delivery_id_of("desk", first["alert_id"], first["revision"]) == record["delivery_id"]
    assert digest("delivery", "desk", first["alert_id"], first["revision"]) == record["delivery_id"]
    assert "first notification: first-mention, conditional, notice, of watch north" == record["reason"]
    assert wire_time(NOON_MS) == record["next_attempt_at"]


def test_the_same_revision_and_another_carrier_are_told_to_nobody() -> None:
    """Only a material change is news: not a repeat of the record, not another carrier or copy."""
    room = Newsroom(subscription())
    room.tell(alert())
    assert [] == room.tell(alert())
    assert [] == room.tell(alert(carriers=5))


def test_a_material_change_is_told_and_says_what_changed() -> None:
    """Label, severity and the condition's trigger are material."""
    room = Newsroom(subscription())
    room.tell(alert())
    told = room.tell(alert(trigger="ally-request", severity="warning"))
    assert [("alert.updated", "pending", ["conditional"])] == short(told)
    assert (
        "changed since the last notification: severity notice -> warning, "
        "the condition's trigger attack -> ally-request" == told[0]["reason"]
    )


def test_group_wait_collects_what_comes_meanwhile() -> None:
    """One notification holds the alerts of one watch that came within group_wait of the first."""
    room = Newsroom(subscription(group_wait_s=30))
    assert [] == room.tell(alert("a"))
    room.tick(20 * SECOND)
    assert [] == room.tell(alert("b"), alert("c", watch="south"))
    assert [] == room.tick(9 * SECOND)
    told = room.tick(SECOND)
    assert [("alert.group", "pending", ["conditional", "conditional"])] == short(told)
    assert (None, "north") == (told[0]["alert_id"], told[0]["watch_id"])
    assert [("alert.opened", "pending", ["conditional"])] == short(room.tick(20 * SECOND))


def test_what_is_critical_does_not_wait_and_takes_the_others_along() -> None:
    """Critical severity that is new flushes its group."""
    room = Newsroom(subscription(group_wait_s=30))
    room.tell(alert("a"))
    room.tick(SECOND)
    assert [("alert.group", "pending", ["conditional", "joins"])] == short(room.tell(alert("b", "joins", "critical")))


def test_updates_keep_the_group_interval_and_tell_the_end_state() -> None:
    """States passed through between two notifications are grouped into the one that is told."""
    room = Newsroom(subscription(group_interval_s=300))
    room.tell(alert())
    room.tick(MINUTE)
    assert [] == room.tell(alert(label="prepares"))
    room.tick(MINUTE)
    assert [] == room.tell(alert(label="joins"))
    told = room.tick(3 * MINUTE)
    assert [("alert.updated", "pending", ["joins"]), ("alert.updated", "grouped", ["prepares"])] == short(told)
    assert told[0]["delivery_id"] == told[1]["into_id"]


def test_a_state_that_is_taken_back_before_it_was_told_is_not_told() -> None:
    """Back at what the subscription knows: nothing is sent, and the passing state has its fate."""
    room = Newsroom(subscription(group_interval_s=300))
    room.tell(alert())
    room.tell(alert(label="prepares"))
    told = room.tell(alert(carriers=2))
    assert [("alert.updated", "grouped", ["prepares"])] == short(told)
    assert "taken back before it was told" == told[0]["reason"]
    assert [] == room.tick(HOUR)


def test_a_return_to_an_earlier_state_is_told_under_another_id() -> None:
    """Who was last told 'joins' must learn that it is 'conditional' again, although that was told before."""
    room = Newsroom(subscription())
    first = room.tell(alert())
    room.tell(alert(label="joins"))
    back = room.tell(alert())
    assert [("alert.updated", "pending", ["conditional"])] == short(back)
    assert first[0]["revision"] == back[0]["revision"]
    assert first[0]["delivery_id"] != back[0]["delivery_id"]


def test_a_hardening_does_not_wait_for_the_interval() -> None:
    """It is what the analyst is paid to hear of."""
    room = Newsroom(subscription(group_interval_s=3600))
    room.tell(alert())
    told = room.tell(alert(label="joins", direction="hardened"))
    assert [("alert.updated", "pending", ["joins"])] == short(told)


def test_filters_decide_who_comes_in_and_what_was_told_is_followed_up() -> None:
    """A severity below the filter is not told first; once told, also its fall is."""
    room = Newsroom(subscription(severities=["warning", "critical"]))
    assert [] == room.tell(alert())
    assert [("alert.opened", "pending", ["joins"])] == short(room.tell(alert(label="joins", severity="warning")))
    assert [("alert.updated", "pending", ["refuses"])] == short(room.tell(alert(label="refuses")))


def test_filters_of_kind_label_language_outlet_and_reach() -> None:
    """Each filter refuses what it does not list; reach counts outlets."""
    wanted = [
        subscription("kind", kinds=["stance-change"]),
        subscription("label", labels=["joins"]),
        subscription("language", languages=["ru"]),
        subscription("outlet", outlets=["outlet-1.example"]),
        subscription("reach", min_outlets=3),
        subscription("watch", watches=["south"]),
    ]
    room = Newsroom(*wanted)
    assert [] == room.tell(alert())
    assert ["outlet"] == [each["subscription_id"] for each in room.tell(alert(carriers=2))]
    assert ["reach"] == [each["subscription_id"] for each in room.tell(alert(carriers=3))]
    assert ["kind", "label", "outlet", "reach"] == [
        each["subscription_id"] for each in room.tell(alert(label="joins", direction="hardened"))
    ]
    assert ["language"] == [each["subscription_id"] for each in room.tell(alert("b", language="ru"))]
    assert ["watch"] == [each["subscription_id"] for each in room.tell(alert("c", watch="south"))]


def test_what_was_there_before_the_subscription_is_not_told() -> None:
    """Its next material change is."""
    room = Newsroom()
    room.tell(alert())
    room.tick(HOUR)
    room.desk.by_id["late"] = subscription("late", changed_at=wire_time(room.now_ms))
    room.tick(MINUTE)
    assert [] == room.tell(alert(carriers=2))
    assert [("alert.opened", "pending", ["joins"])] == short(room.tell(alert(label="joins")))


def test_history_notifies_nobody_unless_asked_for() -> None:
    """An alert of backfill alone has the fate expired, with its reason; a subscription may want history."""
    room = Newsroom(subscription("all", backfill=True), subscription("desk"))
    told = room.tell(alert(backfill=True))
    assert [("all", "pending"), ("desk", "expired")] == [(each["subscription_id"], each["state"]) for each in told]
    assert "history: all its articles came in as backfill, which notifies nobody" == told[1]["reason"]
    assert [] == room.tell(alert(carriers=2))


def test_old_news_expires_by_its_arrival() -> None:
    """The first state counts from the first article's arrival; a later one from its own."""
    room = Newsroom(subscription(max_age_s=3600))
    told = room.tell(alert(arrived_ms=NOON_MS - 2 * HOUR))
    assert [("alert.opened", "expired", ["conditional"])] == short(told)
    assert "the news is 7200 s old, the subscription takes up to 3600 s" == told[0]["reason"]
    changed = alert(label="joins", arrived_ms=NOON_MS - 2 * HOUR)
    assert [("alert.opened", "pending", ["joins"])] == short(room.tell(changed))


def test_old_news_expires_by_its_publication_where_that_is_asked() -> None:
    """An archive that comes in as if it were new is kept out by max_published_age_s."""
    room = Newsroom(subscription(max_published_age_s=600))
    told = room.tell(alert())
    assert ["published 3600 s ago, the subscription takes up to 600 s"] == [each["reason"] for each in told]


def test_a_silence_hides_and_its_end_tells_what_it_hid_once() -> None:
    """Hidden alerts have the state silenced and the silence's id; one closing summary lists them."""
    room = Newsroom(subscription())
    hidden = alert()
    silence_id = room.desk.silences(hidden, NOON_MS + HOUR)
    told = room.tell(hidden)
    assert [("alert.opened", "silenced", ["conditional"])] == short(told)
    assert silence_id == told[0]["silence_id"]
    assert [("alert.opened", "silenced", ["refuses"])] == short(room.tell(alert(label="refuses")))
    assert [] == room.tick(59 * MINUTE)
    summary = room.tick(MINUTE)
    assert [("silence.ended", "pending", ["refuses"])] == short(summary)
    assert "the silence of anna (covered) has ended: 1 alert hidden" == summary[0]["reason"]
    assert [] == room.tick(DAY)
    assert [("alert.updated", "pending", ["joins"])] == short(room.tell(alert(label="joins")))


def test_a_hardening_pierces_a_silence() -> None:
    """Unless the silence says otherwise."""
    room = Newsroom(subscription())
    open_, closed = alert("a", "joins", direction="hardened"), alert("b", "joins", direction="hardened")
    room.desk.silences(open_, NOON_MS + HOUR)
    room.desk.silences(closed, NOON_MS + HOUR, pierced=False)
    assert [
        ("alert.opened", "silenced", ["joins"]),
        ("alert.opened", "pending", ["joins"]),
    ] == short(room.tell(open_, closed))


def test_what_takes_back_what_was_told_does_not_wait() -> None:
    """That the words were withdrawn or corrected is told at once, in the thread of the alert, also past the filters."""
    for kind, direction in (("retracted", "withdrawn"), ("corrected", "corrected")):
        room = Newsroom(subscription(group_interval_s=3600, kinds=["stance-change"]))
        assert [("alert.opened", "pending", ["joins"])] == short(room.tell(alert(label="joins", direction="hardened")))
        taken_back = alert(label="joins", direction=direction, kind=kind)
        (told,) = room.tell(taken_back)
        assert [("alert.updated", "pending", ["joins"])] == short([told])
        assert f"change of stance hardened -> {direction}, kind stance-change -> {kind}" in told["reason"]


def test_the_withdrawal_of_a_hardening_that_was_told_pierces_the_silence() -> None:
    """Who heard of it through the silence hears that it was wrong; a softening is hidden as before."""
    room = Newsroom(subscription())
    told = alert(label="joins", direction="hardened")
    room.desk.silences(told, NOON_MS + HOUR)
    assert [("alert.opened", "pending", ["joins"])] == short(room.tell(told))
    softened = alert(label="joins", direction="softened")
    assert [("alert.updated", "silenced", ["joins"])] == short(room.tell(softened))
    room = Newsroom(subscription())
    room.desk.silences(told, NOON_MS + HOUR)
    room.tell(told)
    retracted = alert(label="joins", direction="withdrawn", kind="retracted")
    assert [("alert.updated", "pending", ["joins"])] == short(room.tell(retracted))


def test_an_acknowledgement_stops_repeats_and_updates_until_the_stance_changes() -> None:
    """Without it a standing alert is repeated, if the subscription asks for that."""
    room = Newsroom(subscription(repeat_interval_s=3600))
    room.tell(alert())
    assert [] == room.tick(59 * MINUTE)
    repeated = room.tick(MINUTE)
    assert [("alert.repeated", "pending", ["conditional"])] == short(repeated)
    again = room.tick(HOUR)
    assert [("alert.repeated", "pending", ["conditional"])] == short(again)
    assert repeated[0]["delivery_id"] != again[0]["delivery_id"]
    room.desk.acknowledges(alert())
    assert [] == room.tick(3 * HOUR)
    assert [("alert.updated", "acknowledged", ["conditional"])] == short(room.tell(alert(severity="warning")))
    assert [("alert.updated", "pending", ["joins"])] == short(room.tell(alert(label="joins", severity="warning")))


def test_nothing_is_repeated_unless_asked_and_nothing_old() -> None:
    """repeat_interval of null is never; what is older than max_age is not repeated either."""
    room = Newsroom(subscription("never"), subscription("often", repeat_interval_s=3600, max_age_s=5400))
    room.tell(alert())
    told = [room.tick(HOUR) for _ in range(5)]
    assert [["often"], [], [], [], []] == [[each["subscription_id"] for each in records] for records in told]


def test_the_hourly_cap_moves_the_overflow_into_a_digest() -> None:
    """By watch; critical alerts have a second allowance; the digest goes at the end of the hour."""
    room = Newsroom(subscription(hourly_cap=2))
    told = [record for story in "abcd" for record in room.tell(alert(story))]
    assert ["pending", "pending", "capped", "capped"] == [record["state"] for record in told]
    assert "over the cap of 2 an hour, in the digest of 2023-02-16T13:00:00.000Z" in told[2]["reason"]
    assert ["pending"] == [record["state"] for record in room.tell(alert("e", "joins", "critical"))]
    assert ["pending"] == [record["state"] for record in room.tell(alert("z", watch="south"))]
    assert [] == room.tick(59 * MINUTE)
    digest_ = room.tick(MINUTE)
    assert [("digest", "pending", ["conditional", "conditional"])] == short(digest_)
    assert {told[2]["into_id"], told[3]["into_id"]} == {digest_[0]["delivery_id"]}
    assert ["pending"] == [record["state"] for record in room.tell(alert("f"))]


def test_a_digest_collects_instead_of_single_notifications() -> None:
    """Each alert once, at its newest; at midnight of the subscription's clock, or the time it says."""
    room = Newsroom(subscription(digest_interval_s=86_400, time_zone="Europe/Berlin", digest_at="07:00"))
    assert [("alert.opened", "grouped", ["conditional"])] == short(room.tell(alert()))
    assert [("alert.opened", "grouped", ["joins"])] == short(room.tell(alert(label="joins", severity="critical")))
    room.tell(alert("b"))
    assert [] == room.tick(18 * HOUR - SECOND)
    assert [("digest", "pending", ["conditional", "joins"])] == short(sorted_alerts(room.tick(SECOND)))
    assert [] == room.tick(DAY)


def sorted_alerts(records: list[dict[str, object]]) -> list[dict[str, object]]:
    """Alerts of a record by label, since their order is that of ids."""
    return [
        {**record, "alerts": sorted(record["alerts"], key=lambda each: str(each["material"]["label"]))}  # type: ignore[call-overload]
        for record in records
    ]


def test_a_superseded_alert_notifies_nothing_and_its_heir_inherits() -> None:
    """What was told of the one is not told of the other again, whichever record comes first."""
    for heir_first in (True, False):
        room = Newsroom(subscription())
        old, heir = alert("old"), alert("heir")
        room.tell(old)
        records = [heir, superseded(old, heir)] if heir_first else [superseded(old, heir), heir]
        told = room.tell(*records)
        assert [] == [record for record in told if record["state"] == "pending"]
        assert [("alert.updated", "pending", ["joins"])] == short(room.tell(alert("heir", "joins")))


def test_what_ends_before_it_was_told_is_not_told() -> None:
    """It has a fate all the same."""
    room = Newsroom(subscription(group_wait_s=30))
    room.tell(alert())
    told = room.tell(superseded(alert()))
    assert [("alert.updated", "grouped", ["conditional"])] == short(told)
    assert "no longer said before it was told" == told[0]["reason"]
    assert [] == room.tick(MINUTE)


def test_a_disabled_subscription_gets_nothing_and_its_alerts_have_a_fate() -> None:
    """So that what it missed can be sent once it is enabled again."""
    room = Newsroom(subscription(status="disabled"))
    told = room.tell(alert())
    assert [("alert.opened", "disabled", ["conditional"])] == short(told)
    room.desk.by_id["desk"] = subscription()
    assert [] == room.tell(alert(carriers=2))
    assert [("alert.opened", "pending", ["joins"])] == short(room.tell(alert(label="joins")))


def test_a_heartbeat_goes_at_its_boundary_and_tells_quiet_from_broken() -> None:
    """Also where nothing happened; after a pause only the latest."""
    quiet = {
        "window_s": 3600, "articles": 7, "last_arrived_at": "2023-02-16T12:59:00.000Z", "outlets": 3,
        "silent_outlets": [], "stages": {"clean": {"lag": 0, "behind_s": 0}}, "dead_letters": {},
    }  # fmt: skip
    broken = {**quiet, "articles": 0, "stages": {"clean": {"lag": 5_000, "behind_s": 900}}}
    room = Newsroom(subscription(heartbeat_interval_s=3600, changed_at=wire_time(NOON_MS + MINUTE)))
    assert [] == room.tick(59 * MINUTE, {3600: quiet})
    (beat,) = room.tick(MINUTE, {3600: quiet})
    assert [("heartbeat", "pending", [])] == short([beat])
    assert (
        "heartbeat of 2023-02-16T13:00:00.000Z: quiet; 7 articles came in, the last at 2023-02-16T12:59:00.000Z; "
        "every stage is up to date"
    ) == beat["reason"]
    assert [] == room.tick(MINUTE, {3600: quiet})
    (late,) = room.tick(5 * HOUR, {3600: broken})
    assert "2023-02-16T18:00:00.000Z" == late["window_ends_at"]
    assert "broken; no article came in" in late["reason"]
    assert "stage clean is 5000 records and 900 s behind" in late["reason"]


def test_more_than_ten_alerts_at_once_are_several_notifications() -> None:
    """A notification stays readable."""
    room = Newsroom(subscription(group_wait_s=30))
    room.tell(*(alert(f"story-{number}") for number in range(23)))
    assert [10, 10, 3] == [len(record["alerts"]) for record in room.tick(30 * SECOND)]


def test_a_restart_forgets_nothing() -> None:
    """What waits, what was told and what repeats are in the state."""
    room = Newsroom(subscription(group_wait_s=30, repeat_interval_s=3600))
    room.tell(alert())
    room.restart()
    assert [("alert.opened", "pending", ["conditional"])] == short(room.tick(30 * SECOND))
    room.restart()
    assert [] == room.tell(alert(carriers=3))
    assert [("alert.repeated", "pending", ["conditional"])] == short(room.tick(HOUR))

"""What a notification says: why it is sent, in the words that every attempt carries."""

from __future__ import annotations

from streams.deliver.messages import make_notification, pack, unpack
from tests.unit.deliver.newsroom import HOUR, NOON_MS, Newsroom, alert, subscription


def test_one_alert_is_quoted_with_the_reason() -> None:
    """The data has the alert, the text says why it is sent."""
    room = Newsroom(subscription())
    first = alert()
    (record,) = room.tell(first)
    made = make_notification(record, room.bodies)
    assert {"reason": record["reason"], "alert": first} == made.data
    assert (first["alert_id"], "notice: CONDITIONAL Arvo Kell (president)") == (made.subject, made.title)
    assert made.text.endswith(f"Sent because: {record['reason']}")
    assert made == unpack(pack(made))


def test_a_summary_lists_what_was_hidden_and_by_whom() -> None:
    """A line each; an alert whose record is gone is counted."""
    room = Newsroom(subscription())
    hidden, gone = alert("a"), alert("b")
    for each in (hidden, gone):
        room.desk.silences(each, NOON_MS + HOUR)
        room.desk.hides[each["alert_id"]]["silence_id"] = "5" * 32
    room.tell(hidden, gone)
    (record,) = room.tick(HOUR)
    made = make_notification(record, {hidden["alert_id"]: hidden}, room.decided[-1].data)
    assert "A silence has ended: it hid 2 alerts" == made.title
    assert ["the silence of anna (covered) has ended: 2 alerts hidden"] == made.text.splitlines()[:1]
    assert "- 1 more, whose records are gone" == made.text.splitlines()[-1]
    assert ("anna", 2) == (made.data["silence"]["actor"], made.data["count"])


def test_hostile_words_stay_on_their_line() -> None:
    """Titles and quotations come from anywhere."""
    hostile = alert(question="Q\n\x1b[2Jevil")
    room = Newsroom(subscription())
    (record,) = room.tell(hostile)
    assert "\x1b" not in make_notification(record, room.bodies).text

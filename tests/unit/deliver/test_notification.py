"""The two forms of a notification: an event that two standards read, and a text that harms no channel."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import orjson
import pytest

from schemas import validate
from streams.deliver.notification import (
    MAX_EVENT_BYTES,
    alert_text,
    alert_title,
    render_event,
    render_text,
)
from streams.deliver.sample import make_sample, sample_alert
from streams.model.records import Alert
from tests.receivers import AT, notification

EXAMPLES = Path(__file__).parents[3] / "schemas/examples/valid/alert"
HOSTILE = "<!channel> @everyone <@U123> &lt;!here&gt;\x1b[31m\u202e\n\nSubject: x\x00"


def example(name: str) -> Alert:
    return cast("Alert", orjson.loads((EXAMPLES / f"{name}.json").read_bytes()))


def test_the_event_is_a_cloudevent_and_a_standard_webhook() -> None:
    """Every required attribute of CloudEvents 1.0, and type, timestamp and data of Standard Webhooks."""
    assert {
        "specversion": "1.0",
        "id": f"{1:032x}",
        "source": "urn:newsvane",
        "type": "newsvane.alert.opened",
        "subject": "0" * 32,
        "time": "2023-02-16T12:00:00Z",
        "timestamp": "2023-02-16T12:00:00Z",
        "datacontenttype": "application/json",
        "dataschema": "urn:newsvane:schema:notification:1",
        "data": {
            "subscription_id": "desk-north",
            "watch_id": "norland-military-stance",
            "title": "notice: CONDITIONAL Arvo Kell (president)",
            "text": "Position: joins only if attacked",
            "alert": {"alert_id": "0" * 32, "severity": "notice"},
        },
    } == json.loads(render_event(notification()))


def test_the_same_notification_gives_the_same_bytes() -> None:
    """A receiver that keeps bodies finds a repeat equal."""
    assert render_event(notification()) == render_event(notification(data=copy.deepcopy(notification().data)))


def large() -> dict[str, Any]:
    alert = cast("dict[str, Any]", example("first-mention"))
    alert["carriers"] = [{**alert["carriers"][0], "url": f"https://a.example/{n}?" + "x" * n} for n in range(5000)]
    alert["statement"]["evidence"]["text"] = "Ж" * 100_000
    return alert


def test_a_large_alert_stays_json_and_says_what_is_missing() -> None:
    """Under 20 kB, the ids and the start of everything there, URLs whole or null."""
    raw = render_event(notification(data={"alert": large()}))
    assert len(raw) <= MAX_EVENT_BYTES
    data = json.loads(raw)["data"]
    assert large()["alert_id"] == data["alert"]["alert_id"]
    assert data["alert"]["carriers"]
    left = data["shortened"]
    assert f"{5000 - len(data['alert']['carriers'])} of 5000 items left out" == left["/alert/carriers"]
    assert left["/alert/statement/evidence/text"].endswith("of 100000 characters left out")
    urls = {carrier["url"] for carrier in data["alert"]["carriers"]}
    assert urls <= {None, *(carrier["url"] for carrier in large()["carriers"])}


@pytest.mark.parametrize(
    "data",
    [
        {"alerts": [large()] * 3_000},
        {f"key{n}": "x" * 1_000 for n in range(5_000)},
        {"a": {f"key{n}" * 100: "\u0001" * 1_000 for n in range(5_000)}},
        {"a": [[[[["x" * 300] * 20] * 20] * 20] * 20]},
        {
            "\ud800": "\ud800 lone surrogate",
            "n": 2**80,
            "f": float("nan"),
            "t": datetime(2023, 1, 1, tzinfo=UTC),
            1: {2},
        },
        {"title": "\u0001" * 50_000, "text": "\u0001" * 50_000},
    ],
)
def test_whatever_is_in_it_the_event_is_small_json(data: dict[str, Any]) -> None:
    """No content makes it large, broken or an error."""
    raw = render_event(notification(data=data))
    assert len(raw) <= MAX_EVENT_BYTES
    assert {"subscription_id", "watch_id", "shortened"} & set(json.loads(raw)["data"])


def test_deep_data_is_cut_off() -> None:
    """Also where it never ends."""
    deep: dict[str, Any] = {}
    deep["again"] = deep
    assert "deeper than is sent" in render_event(notification(data={"deep": deep})).decode()


def test_the_text_pings_nobody() -> None:
    """No control characters, no mentions of everybody or somebody, one line a line."""
    text = render_text(notification(title=HOSTILE, text=f"{HOSTILE}\nnext"))
    assert [] == [sign for sign in ("<!", "&lt;!", "@e", "@U", "\x1b", "\u202e", "\x00") if sign in text]
    assert 1 == text.count("next")
    assert "Subject" in text.splitlines()[0]
    assert text.endswith(f"delivery {1:032x}")
    assert len(render_text(notification(text="a\n" * 100_000))) < 10_000


@pytest.mark.parametrize("name", ["first-mention", "stance-change", "without-statement", "superseded"])
def test_every_alert_has_a_title_and_a_text(name: str) -> None:
    """Of each shape of the schema; the text is the terminal's lines."""
    alert = example(name)
    assert "\n" not in alert_title(alert)
    assert alert["watch_id"] in alert_text(alert)


def test_an_alert_as_text() -> None:
    """As the terminal has it, with the article's address and the whole id."""
    assert "notice: CONDITIONAL Arvo Kell (president)" == alert_title(example("first-mention"))
    assert [
        "Will Norland's army join the war?",
        "watch norland-military-stance v1, first on file",
        "Position: stays out by default; joins only if attacked",
    ] == alert_text(example("first-mention")).splitlines()[:3]
    assert [
        "https://harbour-times.example/news/1042",
        "Id: 1889ffd26679c61c04996b449d8d6389",
    ] == alert_text(example("first-mention")).splitlines()[-2:]


def test_a_sample_says_that_it_is_one() -> None:
    """In its type, its data, its title and its text; its alert is valid."""
    sample = make_sample("desk-north", AT)
    event = json.loads(render_event(sample))
    assert ("newsvane.sample", True, "sample") == (event["type"], event["data"]["sample"], event["subject"])
    assert sample.title.startswith("SAMPLE, no real alert: ")
    assert "This is a sample" in render_text(sample)
    validate("alert", cast("dict[str, Any]", sample_alert(AT)))
    assert make_sample("desk-north", AT) == sample

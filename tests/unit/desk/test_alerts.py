"""Which alert is meant by the beginning of an id."""

from __future__ import annotations

import pytest

from streams.desk.alerts import find_alert, live_alerts
from streams.errors import UsageError
from tests.unit.desk.factory import alert, superseded

ONE = alert(alert_id="7f3a" + "1" * 28, first_published_at="2023-02-17T00:00:00Z")
TWO = alert(alert_id="7f3b" + "2" * 28, first_published_at="2023-02-16T00:00:00Z")
OLD = superseded(alert(alert_id="7f3a" + "3" * 28), TWO["alert_id"])
GONE = superseded(alert(alert_id="8888" + "4" * 28), None)
ALERTS = {each["alert_id"]: each for each in (ONE, TWO, OLD, GONE)}


@pytest.mark.parametrize(
    ("name", "expected"),
    [("7f3b", TWO), ("7F3B…", TWO), (ONE["alert_id"], ONE), ("7f3a1", ONE), ("7f3a3", TWO), ("8888", GONE)],
)
def test_the_beginning_of_an_id_is_enough(name: str, expected: object) -> None:
    """Four digits, if they are one alert's; a superseded one leads to what took its place."""
    assert expected == find_alert(ALERTS, name)


def test_one_that_is_not_unique_is_told_with_its_candidates() -> None:
    """With label and title, so that people can choose."""
    with pytest.raises(UsageError) as caught:
        find_alert(ALERTS, "7f3a")
    assert all(each["alert_id"][:12] in str(caught.value) for each in (ONE, TWO))
    assert f"conditional “{ONE['article']['title']}”" in str(caught.value)


@pytest.mark.parametrize("name", ["7f3", "", "xyzt", "9999", "7f3a" * 9, "\x1b[31m"])
def test_what_is_no_id_is_refused(name: str) -> None:
    """Too short, not hexadecimal, unknown; said without control characters."""
    with pytest.raises(UsageError) as caught:
        find_alert(ALERTS, name)
    assert str(caught.value).isprintable()


def test_live_alerts_come_by_first_publication() -> None:
    """Without the superseded ones."""
    assert [TWO, ONE] == live_alerts(ALERTS)

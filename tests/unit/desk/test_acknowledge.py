"""When an acknowledgement holds, and what ends it."""

from __future__ import annotations

from typing import cast

import pytest

from schemas import validate
from streams.desk.acknowledge import build_acknowledgement, build_withdrawal, is_acknowledged, standing, why_ended
from streams.errors import RefusedChange
from streams.model.people import Acknowledgement
from streams.model.records import Alert
from tests.unit.desk.factory import NOW, alert, carried_by, hardened, later, superseded, with_trigger

FOUND = alert()


def acknowledged(found: Alert = FOUND, **fields: object) -> Acknowledgement:
    return build_acknowledgement(found, actor="mira", now=NOW, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "changed",
    [
        carried_by(FOUND, "gazette.example", "times.example"),
        alert(revision="1" * 32),
        alert(statement_id="2" * 32),
        alert(severity="warning"),
        alert(alert_id="3" * 32, story_id="4" * 32),
        with_trigger(FOUND, "attack"),
    ],
    ids=["carrier", "revision", "statement-id", "severity", "successor", "same-trigger"],
)
def test_what_is_no_change_of_stance_does_not_end_it(changed: Alert) -> None:
    """A new carrier, another date of the same statement, a successor with the same stance."""
    assert is_acknowledged(acknowledged(), changed, later(days=30))


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        (alert(label="joins"), "the label went from conditional to joins"),
        (with_trigger(FOUND, "ally-request"), "the condition's trigger went from attack to ally-request"),
        (alert(statement=None), "the condition's trigger went from attack to none"),
        (hardened(), "the stance has hardened"),
    ],
    ids=["label", "trigger", "no-statement", "hardening"],
)
def test_a_change_of_stance_ends_it(changed: Alert, why: str) -> None:
    """Another label, another trigger, a hardening that was not told then; the reason is said."""
    assert why == why_ended(acknowledged(), changed, NOW)


def test_a_hardening_that_was_acknowledged_stays_so() -> None:
    """Who took note of the hardening has taken note of it."""
    assert is_acknowledged(acknowledged(hardened()), hardened(), NOW)
    assert is_acknowledged(acknowledged(hardened()), FOUND, NOW)


@pytest.mark.parametrize("direction", ["softened", "reverted", "withdrawn", "corrected", "disputed"])
def test_a_change_in_another_direction_ends_it(direction: str) -> None:
    """Also of what was a change already: a hardening that is withdrawn is news to who took note of the hardening."""
    told = hardened()
    assert told["change"] is not None
    other = cast("Alert", {**told, "change": {**told["change"], "direction": direction}})
    assert f"the change of stance went from none to {direction}" == why_ended(acknowledged(), other, NOW)
    assert f"the change of stance went from hardened to {direction}" == why_ended(acknowledged(told), other, NOW)
    assert why_ended(acknowledged(other), other, NOW) is None


def test_its_own_end_and_a_withdrawal_end_it() -> None:
    """The end is outside."""
    short = acknowledged(expires_at=later(hours=1))
    assert [True, False] == [is_acknowledged(short, FOUND, at) for at in (NOW, later(hours=1))]
    withdrawn = build_withdrawal(short, actor="bo", now=later(minutes=1), reason="not yet")
    assert "withdrawn by bo" == why_ended(withdrawn, FOUND, later(minutes=2))
    assert (2, short["acknowledged_at"]) == (withdrawn["version"], withdrawn["acknowledged_at"])
    with pytest.raises(RefusedChange, match="nothing to do"):
        build_withdrawal(withdrawn, actor="bo", now=later(minutes=3))


def test_one_that_was_written_without_trigger_goes_by_its_label() -> None:
    """Fields that an older writer left out are not looked at."""
    old = acknowledged()
    del old["trigger"], old["was_hardening"], old["direction"], old["changed_at"]
    validate("acknowledgement", old)
    assert is_acknowledged(old, hardened(), NOW)
    assert is_acknowledged(old, with_trigger(FOUND, "ally-request"), NOW)
    assert not is_acknowledged(old, alert(label="joins"), NOW)


def test_the_last_that_holds_stands() -> None:
    """Of several, also where a later one has ended."""
    first, second = acknowledged(), build_acknowledgement(FOUND, actor="bo", now=later(hours=1))
    gone = build_withdrawal(second, actor="bo", now=later(hours=2))
    assert second == standing([first, second], FOUND, later(hours=3))
    assert first == standing([first, gone], FOUND, later(hours=3))
    assert standing([gone], FOUND, later(hours=3)) is None


def test_an_alert_that_ended_is_refused_and_its_successor_named() -> None:
    """So is an end in the past."""
    with pytest.raises(RefusedChange, match=f"acknowledge {'7' * 32}, which took its place"):
        acknowledged(superseded(FOUND, "7" * 32))
    with pytest.raises(RefusedChange, match="nothing took its place"):
        acknowledged(superseded(FOUND, None))
    with pytest.raises(RefusedChange) as caught:
        acknowledged(expires_at=NOW)
    assert "expires_at" == caught.value.field

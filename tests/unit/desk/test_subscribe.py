"""What a subscription may be, what a change keeps, and that no secret gets into a record or a message."""

from __future__ import annotations

from typing import Any

import pytest

from schemas import validate
from streams.desk.subscribe import (
    DEFAULT_FILTERS,
    DEFAULT_TIMING,
    build_status,
    build_subscription,
    is_same_definition,
)
from streams.errors import InvalidRecord, NewsvaneError, RefusedChange
from streams.model.people import Subscription
from tests.unit.desk.factory import NOW, example, later

HOOK: dict[str, Any] = {
    "kind": "webhook", "address": "https://desk.example/hook", "signing_secrets": ["file:desk-hook"],
}  # fmt: skip
TIMES: dict[str, Any] = {"changed_by": "mira", "changed_at": "2023-02-16T12:00:00.000Z", "change_reason": None}


def build(before: Subscription | None = None, **wanted: Any) -> Subscription:
    wanted = wanted if before else {"destination": HOOK, **wanted}
    return build_subscription("desk", wanted, actor="mira", now=NOW, before=before)


def test_the_defaults() -> None:
    """A destination is enough; the rest is what design says: 30 s, 5 min, 4 h, no digest."""
    expected = {
        "subscription_id": "desk", "version": 1, "status": "active", "title": "desk", "owner": "mira", "watches": [],
        "filters": DEFAULT_FILTERS, "timing": DEFAULT_TIMING, **TIMES,
        "destination": {**HOOK, "address_secret": None, "timeout_s": 15},
    }  # fmt: skip
    assert expected == build()
    assert (30, 300, None) == tuple(
        DEFAULT_TIMING[name] for name in ("group_wait_s", "group_interval_s", "repeat_interval_s")
    )


def test_a_change_is_the_next_version_and_keeps_the_rest() -> None:
    """What is given is laid over what there is, block by block; unknown fields of the record stay."""
    first: Any = {**build(timing={"group_wait_s": "1m"}, filters={"labels": ["joins"]}), "desk_colour": "red"}
    second: Any = build(first, filters={"severities": ["critical"]}, timing={"digest_interval_s": "daily"})
    assert {
        **first,
        "version": 2,
        "filters": {**first["filters"], "severities": ["critical"]},
        "timing": {**first["timing"], "digest_interval_s": 86_400},
    } == second
    assert not is_same_definition(first, second)
    assert is_same_definition(first, build(first))


def test_another_kind_of_destination_keeps_nothing_of_the_old_one() -> None:
    """A webhook's key is not the file's; a new address of the same kind keeps the key."""
    to_file = build(build(), destination={"kind": "file", "path": "alerts.jsonl"})
    assert {
        "kind": "file", "address": None, "address_secret": None, "path": "alerts.jsonl", "signing_secrets": [],
        "timeout_s": 15,
    } == to_file["destination"]  # fmt: skip
    moved = build(build(), destination={"kind": "webhook", "address": "https://new.example/"})
    assert ["file:desk-hook"] == moved["destination"]["signing_secrets"]


def test_two_keys_are_valid_while_one_is_changed() -> None:
    """The newest first, as they were given."""
    rotating = build(build(), destination={"signing_secrets": ["env:NEWSVANE_SECRET_NEW", "file:desk-hook"]})
    assert ["env:NEWSVANE_SECRET_NEW", "file:desk-hook"] == rotating["destination"]["signing_secrets"]


def test_disable_and_enable() -> None:
    """Each is a version; doing it twice is refused."""
    disabled = build_status(build(), "disabled", actor="bo", now=later(hours=1), reason="holidays")
    assert (2, "disabled", "bo", "holidays") == (
        disabled["version"], disabled["status"], disabled["changed_by"], disabled["change_reason"]
    )  # fmt: skip
    assert "active" == build_status(disabled, "active", actor="bo", now=later(hours=2))["status"]
    with pytest.raises(RefusedChange, match="nothing to do"):
        build_status(disabled, "disabled", actor="bo", now=later(hours=2))


def test_a_version_is_never_older_than_the_one_before() -> None:
    """Also where a clock was set back."""
    assert "2023-02-16T12:00:00.000Z" == build_status(build(), "disabled", actor="a", now=later(hours=-5))["changed_at"]


SECRET = "Zx81Qm4LkPo7Rt5VbNa2"


@pytest.mark.parametrize(
    "destination",
    [
        {**HOOK, "address": f"https://user:{SECRET}@desk.example/"},
        {**HOOK, "address": f"https://desk.example/?token={SECRET}"},
        {**HOOK, "address": f"https://desk.example/?n={SECRET}"},
        {**HOOK, "address": f"https://desk.example/hook/{SECRET}"},
        {**HOOK, "address": f"https://hooks.slack.com/services/{SECRET.lower()}"},
        {**HOOK, "address": f"https://[{SECRET}/"},
        {**HOOK, "address": f"ftp://desk.example/{SECRET}"},
        {**HOOK, "signing_secrets": [f"whsec_{SECRET}"]},
        {**HOOK, "signing_secrets": [f"file:whsec_{SECRET}"]},
        {**HOOK, "signing_secrets": SECRET},
        {**HOOK, "address_secret": f"https://desk.example/{SECRET}", "address": None},
        {"kind": "chat", "address_secret": f"slack://{SECRET}/a/b"},
        {"kind": "chat", "address": f"slack://{SECRET}/a/b"},
        {"kind": "email", "address": f"mailto://u:{SECRET}@mail.example"},
        {"kind": "file", "path": "a.jsonl", "address": f"https://desk.example/{SECRET}"},
    ],
)
def test_secrets_are_refused_and_not_shown(destination: dict[str, Any]) -> None:
    """Wherever a plain secret is put: the message names the field and not the secret."""
    with pytest.raises(RefusedChange) as caught:
        build(destination=destination)
    assert caught.value.field.startswith("destination/")
    assert SECRET.lower() not in f"{caught.value}{vars(caught.value)}".lower()


@pytest.mark.parametrize(
    "address",
    [
        "https://desk.example/hooks/newsvane",
        "http://receiver.desk-north.example:8443/v1/alerts-of-the-2026-desk?desk=north",
    ],
)
def test_ordinary_addresses_are_taken(address: str) -> None:
    """A path of words and a query without a token."""
    assert address == build(destination={**HOOK, "address": address})["destination"]["address"]


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"destination": {}}, "destination/kind"),
        ({"destination": {"kind": "webhook", "signing_secrets": ["file:k"]}}, "destination/address"),
        ({"destination": {**HOOK, "address_secret": "file:hook"}}, "destination/address"),
        ({"destination": {**HOOK, "signing_secrets": []}}, "destination/signing_secrets"),
        ({"destination": {**HOOK, "signing_secrets": ["env:HOME"]}}, "destination/signing_secrets/0"),
        ({"destination": {**HOOK, "path": "a"}}, "destination/path"),
        ({"destination": {"kind": "email", "address": "desk@north.example"}}, "destination/address_secret"),
        ({"destination": {"kind": "chat"}}, "destination/address_secret"),
        ({"destination": {"kind": "file"}}, "destination/path"),
        ({"destination": "https://desk.example/"}, "destination"),
        ({"destinaton": {}}, "destinaton"),
        ({"timing": {"group_wiat_s": 3}}, "timing/group_wiat_s"),
        ({"timing": {"group_wait_s": "soon"}}, "timing/group_wait_s"),
        ({"timing": {"max_age_s": 30}}, "timing/max_age_s"),
        ({"timing": {"repeat_interval_s": 60}}, "timing/repeat_interval_s"),
        ({"timing": {"time_zone": "Europa/Berlin"}}, "timing/time_zone"),
        ({"filters": {"kinds": ["stance_change"]}}, "filters/kinds"),
        ({"filters": {"outlets": "gazette.example"}}, "filters/outlets"),
        ({"watches": [7]}, "watches"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(wanted: dict[str, Any], field: str) -> None:
    """The error names the field, and its message what was expected and what to do."""
    with pytest.raises(RefusedChange) as caught:
        build(**wanted)
    assert field == caught.value.field
    assert f"; expected {caught.value.expected}; {caught.value.remedy}" in str(caught.value)


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"filters": {"severities": ["grave"]}}, "/filters/severities/0"),
        ({"filters": {"min_outlets": -1}}, "/filters/min_outlets"),
        ({"timing": {"hourly_cap": 0}}, "/timing/hourly_cap"),
        ({"timing": {"group_wait_s": 1.5}}, "/timing/group_wait_s"),
        ({"timing": {"digest_at": "25:00"}}, "/timing/digest_at"),
        ({"destination": {"kind": "pigeon"}}, "/destination/kind"),
        ({"title": ""}, "/title"),
    ],
)
def test_the_schema_has_the_last_word(wanted: dict[str, Any], field: str) -> None:
    """Nothing is built that the topic would refuse."""
    with pytest.raises(InvalidRecord) as caught:
        build(**wanted)
    assert field == caught.value.field


def test_watches_and_labels_are_those_that_are_there() -> None:
    """A slip of the pen does not become a subscription that stays silent."""
    known: dict[str, Any] = {"actor": "a", "now": NOW, "known_watches": ["acme"], "known_labels": ["joins", "refuses"]}
    with pytest.raises(RefusedChange, match=r"did you mean acme\?"):
        build_subscription("desk", {"destination": HOOK, "watches": ["acne"]}, **known)
    with pytest.raises(RefusedChange, match=r"did you mean joins\?"):
        build_subscription("desk", {"destination": HOOK, "filters": {"labels": ["join"]}}, **known)
    wanted = {"destination": HOOK, "watches": ["acme"], "filters": {"labels": ["joins", "none"]}}
    assert ["acme"] == build_subscription("desk", wanted, **known)["watches"]


def test_an_address_that_is_not_called_is_refused() -> None:
    """The guard is asked for plain addresses of webhooks, and its words are told."""

    def refuse(url: str) -> None:
        raise NewsvaneError("address 10.0.0.1 is not public")

    with pytest.raises(RefusedChange, match=r"address 10\.0\.0\.1 is not public") as caught:
        build_subscription("desk", {"destination": HOOK}, actor="a", now=NOW, check_url=refuse)
    assert "destination/address" == caught.value.field
    secret = {"kind": "webhook", "address_secret": "file:hook", "signing_secrets": ["file:desk-hook"]}
    assert build_subscription("desk", {"destination": secret}, actor="a", now=NOW, check_url=refuse)


@pytest.mark.parametrize("name", ["webhook", "chat-with-a-secret-url", "file-of-one-outlet"])
def test_records_of_other_writers_can_be_changed(name: str) -> None:
    """A change of a valid record is valid."""
    before: Any = example("subscription", name)
    if before["destination"]["signing_secrets"]:
        before["destination"]["signing_secrets"] = ["env:NEWSVANE_SECRET_HOOK"]
    changed = build_subscription(before["subscription_id"], {"title": "Another"}, actor="a", now=NOW, before=before)
    validate("subscription", changed)
    assert (before["version"] + 1, "Another") == (changed["version"], changed["title"])

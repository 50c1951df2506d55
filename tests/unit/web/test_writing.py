"""What comes in by HTTP: articles, watches, silences, acknowledgements, feedback, subscriptions."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import orjson
import pytest

from schemas import topic_of, validate
from streams.log.topic_reader import read_topic
from tests.unit.store import makers
from tests.unit.web.rig import Rig, problem, rig

NDJSON = {"content-type": "application/x-ndjson"}
ALERT = makers.alert("one")["alert_id"]
WATCH = {"title": "River fever", "query": 'fever AND ("river" OR valley)'}


def on_log(made: Rig, kind: str) -> list[Any]:
    return [orjson.loads(stored.value or b"") for stored in read_topic(made.log, topic_of(kind).name)]


def test_one_article(web: Rig) -> None:
    """It is in the log when the answer comes, with outlet and arrival as ingest stamps them."""
    body = {"url": "https://www.gazette.example/1", "body": "Fever.", "published": "2026-03-05"}
    response = web.client.post("/v1/articles", json=body)
    assert (202, 1, 0) == (response.status_code, response.json()["accepted"], response.json()["refused"])
    (record,) = on_log(web, "article-raw")
    validate("article-raw", record)
    assert ("gazette.example", "2026-03-05T12:00:00.000Z", "Fever.") == (
        record["outlet"],
        record["arrived_at"],
        record["text"],
    )


@pytest.mark.parametrize("packed", [False, True])
def test_lines_each_with_its_result(web: Rig, packed: bool) -> None:
    """A bad line stops nobody else's."""
    lines = (
        b'{"outlet":"a.example","text":"Yes."}\n\nnope\n{"text":"No outlet."}\n{"outlet":"a.example","text":"\xff"}\n'
    )
    headers = {**NDJSON, **({"content-encoding": "gzip"} if packed else {})}
    response = web.client.post("/v1/articles", content=gzip.compress(lines) if packed else lines, headers=headers)
    found = [(each["line"], each["status"], each.get("reason")) for each in response.json()["results"]]
    assert [
        (1, "accepted", None),
        (3, "refused", "not-json"),
        (4, "refused", "no-outlet"),
        (5, "refused", "not-utf8"),
    ] == found
    assert 1 == len(on_log(web, "article-raw"))


def test_terms_for_all_articles(web: Rig) -> None:
    query = "outlet=WWW.Gazette.example&published=2026-03-01&backfill=true"
    web.client.post(f"/v1/articles?{query}", json=[{"text": "One."}, {"text": "Two."}])
    found = [(each["outlet"], each["published_at"], each["backfill"]) for each in on_log(web, "article-raw")]
    assert [("gazette.example", "2026-03-01T00:00:00Z", True)] * 2 == found
    problem(web.client.post("/v1/articles?published=soon", json={"text": "x"}), 400, "invalid-parameter")


def test_nothing_accepted_is_a_problem(web: Rig) -> None:
    """With the reason of each."""
    found = problem(web.client.post("/v1/articles", json={"text": "No outlet."}), 422, "invalid")
    assert (0, 1, "no-outlet") == (found["accepted"], found["refused"], found["results"][0]["reason"])
    problem(web.client.post("/v1/articles", content=b"\n", headers=NDJSON), 422, "invalid")


def test_the_same_request_again(web: Rig) -> None:
    """With an Idempotency-Key it is answered again and not done again; other articles under it are refused."""
    headers = {"idempotency-key": "batch-7"}
    body = {"outlet": "a.example", "text": "Once."}
    first, second = (web.client.post("/v1/articles", json=body, headers=headers) for _ in range(2))
    assert (first.status_code, first.content) == (second.status_code, second.content)
    assert 1 == len(on_log(web, "article-raw"))
    problem(web.client.post("/v1/articles", json={**body, "text": "Other."}, headers=headers), 409, "conflict")


def test_under_lag_it_waits(tmp_path: Path) -> None:
    """429 says when to come back."""
    with rig(tmp_path, web_max_lag=2) as web:
        body = [{"outlet": "a.example", "text": f"{number}."} for number in range(3)]
        assert 202 == web.client.post("/v1/articles", json=body).status_code
        web.clock.advance(seconds=2)
        response = web.client.post("/v1/articles", json=body)
        problem(response, 429, "lagging")
        assert 0 < int(response.headers["retry-after"])


def test_a_watch_is_made_changed_and_switched_off(web: Rig) -> None:
    """Each change needs the version that was read; the history keeps who and why."""
    made = web.client.post("/v1/watches", json={"id": "fever", **WATCH})
    assert (201, '"v1"', "/v1/watches/fever") == (
        made.status_code,
        made.headers["etag"],
        made.headers["location"],
    )
    problem(web.client.post("/v1/watches", json={"id": "fever", **WATCH}), 409, "conflict")
    changed = {**WATCH, "title": "Fever"}
    problem(web.client.request("PUT", "/v1/watches/fever", json=changed), 428, "precondition-required")
    stale = web.client.request("PUT", "/v1/watches/fever", json=changed, headers={"if-match": '"v9"'})
    problem(stale, 412, "stale-etag")
    headers = {"if-match": web.client.get("/v1/watches/fever").headers["etag"]}
    second = web.client.request("PUT", "/v1/watches/fever?reason=shorter", json=changed, headers=headers)
    assert (200, 2, True) == (
        second.status_code,
        second.json()["watch"]["version"],
        second.json()["is_changed"],
    )
    same = web.client.request("PUT", "/v1/watches/fever", json=changed, headers={"if-match": '"v2"'})
    assert (200, False) == (same.status_code, same.json()["is_changed"])
    problem(web.client.request("DELETE", "/v1/watches/fever", headers={"if-match": '"v1"'}), 412, "stale-etag")
    off = web.client.request("DELETE", "/v1/watches/fever?reason=over", headers={"if-match": '"v2"'})
    assert ("disabled", 3) == (off.json()["status"], off.json()["version"])
    history = web.client.get("/v1/watches/fever/history").json()["items"]
    assert [(1, None), (2, "shorter"), (3, "over")] == [(each["version"], each["change_reason"]) for each in history]
    assert {web.web.local_name} == {each["changed_by"] for each in history}
    starts = [each["effective_from"] for each in on_log(web, "watch")]
    assert sorted(set(starts)) == starts


def test_a_watch_in_yaml(web: Rig) -> None:
    text = "id: fever\ntitle: Fever\nquery: fever NEAR/3 river\n"
    headers = {"content-type": "application/yaml"}
    assert 201 == web.client.request("PUT", "/v1/watches/fever", content=text, headers=headers).status_code
    problem(web.client.request("PUT", "/v1/watches/other", content=text, headers=headers), 422, "invalid")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"query": "fever AND (river"}, "/query"),
        ({"title": 7}, "/title"),
        ({"alerts": {"first_mention": "always"}}, "/alerts/first_mention"),
        ({"colour": "red"}, "/colour"),
        ({"id": "Fever!"}, "/id"),
    ],
)
def test_a_malformed_watch(web: Rig, change: dict[str, Any], field: str) -> None:
    """The field is named, and nothing is written."""
    found = problem(web.client.post("/v1/watches", json={"id": "fever", **WATCH, **change}), 422, "invalid")
    assert [field] == [each["field"] for each in found["errors"]]
    assert [] == on_log(web, "watch")


def test_lint_says_where(web: Rig) -> None:
    found = web.client.post("/v1/watches/lint", json={"query": "fever river"}).json()
    assert (True, "side-by-side") == (found["valid"], found["warnings"][0]["code"])
    wrong = web.client.post("/v1/watches/lint", json={"query": "fever AND ("}).json()
    assert (False, 1) == (wrong["valid"], wrong["error"]["line"])


def test_an_acknowledgement_and_its_withdrawal(full: Rig) -> None:
    made = full.client.post("/v1/acknowledgements", json={"alert_id": ALERT, "reason": "seen", "expires_at": "7d"})
    assert (201, "2026-03-12T12:00:00.000Z") == (made.status_code, made.json()["expires_at"])
    path = f"/v1/acknowledgements/{made.json()['acknowledgement_id']}"
    assert "withdrawn" == full.client.request("DELETE", path).json()["status"]
    problem(full.client.request("DELETE", path), 422, "invalid")
    problem(full.client.request("DELETE", f"/v1/acknowledgements/{makers.article_id(5)}"), 404, "not-found")
    unknown = full.client.post("/v1/acknowledgements", json={"alert_id": makers.article_id(5)})
    problem(unknown, 404, "not-found")
    assert 1 == len(full.client.get(f"/v1/acknowledgements?alert_id={ALERT}").json()["items"])


def test_the_actor_is_the_token(full: Rig) -> None:
    """Whatever a body says."""
    header = full.token("manage", name="desk")
    response = full.client.post("/v1/acknowledgements", json={"alert_id": ALERT, "actor": "boss"}, headers=header)
    problem(response, 422, "invalid")
    made = full.client.post("/v1/acknowledgements", json={"alert_id": ALERT}, headers=header)
    assert "desk" == made.json()["actor"]


SILENCE = {
    "matchers": [{"field": "watch_id", "operator": "=", "value": "river-fever"}],
    "ends_at": "24h",
    "reason": "a holiday",
}


def test_a_silence_its_preview_and_its_end(full: Rig) -> None:
    seen = full.client.post("/v1/silences/preview", json=SILENCE).json()
    assert (7, 2, 0) == (seen["days"], len(seen["hidden"]), len(seen["pierced"]))
    assert [] == on_log(full, "silence")
    made = full.client.post("/v1/silences", json=SILENCE)
    assert 201 == made.status_code
    shown = full.client.get(made.headers["location"]).json()
    assert (True, "2026-03-06T12:00:00.000Z") == (shown["is_in_force"], shown["ends_at"])
    ended = full.client.request("DELETE", made.headers["location"]).json()
    assert ("ended", 2) == (ended["status"], ended["version"])
    assert [] == full.client.get("/v1/silences?status=active").json()["items"]


def test_a_preview_counts_by_arrival(full: Rig) -> None:
    """Old news that came in this week would have been told this week; what came in last month would not."""
    told = makers.alert("late", first_published_at="2019-01-01T00:00:00Z")
    before = makers.alert("before", first_arrived_at="2026-02-01T00:00:00.000Z")
    full.append("alert", [told, before])
    full.fill()
    seen = full.client.post("/v1/silences/preview", json=SILENCE).json()
    expected = {makers.alert(story)["alert_id"] for story in ("one", "two", "late")}
    assert expected == {alert["alert_id"] for alert in seen["hidden"]}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"ends_at": "soon"}, "ends_at"),
        ({"ends_at": "2026-03-01T00:00:00Z"}, "ends_at"),
        ({"matchers": []}, "/matchers"),
        ({"matchers": [{"field": "colour", "operator": "=", "value": "x"}]}, "/matchers/0/field"),
        ({"reason": " "}, "reason"),
    ],
)
def test_a_malformed_silence(full: Rig, change: dict[str, Any], field: str) -> None:
    found = problem(full.client.post("/v1/silences", json={**SILENCE, **change}), 422, "invalid")
    assert [field] == [each["field"] for each in found["errors"]]


def test_feedback_and_its_undo(full: Rig) -> None:
    made = full.client.post("/v1/feedback", json={"kind": "wrong", "alert_id": ALERT, "comment": "of last year"})
    assert (201, "refuses") == (made.status_code, made.json()["label_before"])
    undo = {"kind": "undo", "undoes": made.json()["feedback_id"]}
    assert 201 == full.client.post("/v1/feedback", json=undo).status_code
    problem(full.client.post("/v1/feedback", json=undo), 422, "invalid")
    mention = makers.mention(1)["mention_id"]
    relabel = {"kind": "relabel", "mention_id": mention, "label": "none"}
    assert 201 == full.client.post("/v1/feedback", json=relabel).status_code
    assert ["wrong", "undo", "relabel"] == [each["kind"] for each in on_log(full, "feedback")]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"kind": "relabel", "alert_id": ALERT}, "/label"),
        ({"kind": "wrong"}, "/alert_id"),
        ({"kind": "comment", "alert_id": ALERT}, "/comment"),
        ({"kind": "undo"}, "/undoes"),
        ({"kind": "praise", "alert_id": ALERT}, "/kind"),
    ],
)
def test_malformed_feedback(full: Rig, body: dict[str, Any], field: str) -> None:
    found = problem(full.client.post("/v1/feedback", json=body), 422, "invalid")
    assert [field] == [each["field"] for each in found["errors"]]


HOOK = {
    "kind": "webhook",
    "address": "https://desk.example/hook",
    "signing_secrets": ["env:NEWSVANE_SECRET_HOOK"],
}


def test_a_subscription(full: Rig) -> None:
    """Made, changed with its ETag, stopped and let go again."""
    body = {"subscription_id": "desk", "destination": HOOK, "watches": ["river-fever"]}
    made = full.client.post("/v1/subscriptions", json=body)
    assert (201, '"v1"') == (made.status_code, made.headers["etag"])
    problem(full.client.post("/v1/subscriptions", json=body), 409, "conflict")
    path = "/v1/subscriptions/desk"
    problem(full.client.request("PUT", path, json={"title": "Desk"}), 428, "precondition-required")
    tag = {"if-match": full.client.get(path).headers["etag"]}
    changed = full.client.request("PUT", path, json={"title": "Desk"}, headers=tag)
    assert (200, 2, "Desk", HOOK["address"]) == (
        changed.status_code,
        changed.json()["version"],
        changed.json()["title"],
        changed.json()["destination"]["address"],
    )
    problem(full.client.request("DELETE", path, headers=tag), 412, "stale-etag")
    off = full.client.request("DELETE", path, headers={"if-match": '"v2"'})
    assert "disabled" == off.json()["status"]
    on = full.client.post(f"{path}/enable", headers={"if-match": '"v3"'})
    assert ("active", 4) == (on.json()["status"], on.json()["version"])


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1/hook", "http://169.254.169.254/latest", "http://[::1]/", "https://a:b@c.example/"]
)
def test_a_private_destination_is_refused(full: Rig, address: str) -> None:
    body = {"subscription_id": "desk", "destination": {**HOOK, "address": address}}
    problem(full.client.post("/v1/subscriptions", json=body), 422, "invalid")
    assert [] == on_log(full, "subscription")


def test_a_plain_secret_is_refused_and_not_repeated(full: Rig) -> None:
    body = {
        "subscription_id": "desk",
        "destination": {**HOOK, "signing_secrets": ["whsec_c2VjcmV0LW9mLXRoZS1ob3VzZQ=="]},
    }
    response = full.client.post("/v1/subscriptions", json=body)
    problem(response, 422, "invalid")
    assert "c2Vjcm" not in response.text


def test_a_sample_goes_to_the_destination(full: Rig) -> None:
    """The answer says what came back; here nobody listens under that name."""
    body = {"subscription_id": "desk", "destination": HOOK}
    full.client.post("/v1/subscriptions", json=body)
    found = full.client.post("/v1/subscriptions/desk/test").json()
    assert (None, True) == (found["status"], found["verdict"] in ("retry", "refused", "failed"))

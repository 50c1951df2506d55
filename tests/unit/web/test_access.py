"""Who may do what: tokens, sessions, other sites, other names of this host."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from streams.errors import SettingError, UsageError
from streams.web.server import check_host
from streams.web.sessions import COOKIE, MOST_FAILURES
from streams.web.tokens import sessions, tokens
from tests.unit.store import makers
from tests.unit.web.rig import Rig, problem, rig

ARTICLE = {"outlet": "gazette.example", "text": "Fever in the valley."}


def test_without_tokens_this_machine_may_everything(full: Rig) -> None:
    """The actor is then the user who runs the server."""
    response = full.client.post("/v1/acknowledgements", json={"alert_id": makers.alert("one")["alert_id"]})
    assert (201, full.web.local_name) == (response.status_code, response.json()["actor"])


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example:8787", "", "a b"])
def test_without_tokens_another_name_is_refused(full: Rig, host: str) -> None:
    """A page elsewhere can't have its own name point here."""
    assert full.client.get("/v1/alerts", headers={"host": host}).status_code in (400, 421)


def test_without_tokens_a_proxy_is_refused(full: Rig) -> None:
    """What comes through a proxy is not this machine."""
    problem(full.client.get("/v1/alerts", headers={"x-forwarded-for": "203.0.113.7"}), 421, "wrong-host")


def test_with_a_token_everybody_needs_one(full: Rig) -> None:
    header = full.token("read")
    response = full.client.get("/v1/alerts")
    problem(response, 401, "not-authenticated")
    assert "Bearer" in response.headers["www-authenticate"]
    assert 200 == full.client.get("/v1/alerts", headers=header).status_code
    assert 200 == full.client.get("/v1/alerts", headers={**header, "host": "news.example"}).status_code


@pytest.mark.parametrize("value", ["Bearer nv_x", "Bearer", "Basic YTpi", "Bearer nv_000000000000_" + "a" * 43, "x"])
def test_a_wrong_token(full: Rig, value: str) -> None:
    full.token("read")
    problem(full.client.get("/v1/alerts", headers={"authorization": value}), 401, "not-authenticated")


def test_an_expired_token(full: Rig) -> None:
    """It says so, and its end does not open the server."""
    header = full.token("read", valid_for=timedelta(days=1))
    assert 200 == full.client.get("/v1/alerts", headers=header).status_code
    full.clock.advance(days=2)
    problem(full.client.get("/v1/alerts", headers=header), 401, "expired-token")
    problem(full.client.get("/v1/alerts"), 401, "not-authenticated")


def test_a_revoked_token(full: Rig) -> None:
    header = full.token("read")
    other = full.token("read", name="otto")
    full.web.tokens.revoke("anna")
    problem(full.client.get("/v1/alerts", headers=header), 401, "not-authenticated")
    assert 200 == full.client.get("/v1/alerts", headers=other).status_code


def test_scopes(full: Rig) -> None:
    """Each opens its own doors and no other."""
    read, ingest = full.token("read"), full.token("ingest", name="feeder")
    manage = full.token("manage", name="desk")
    problem(full.client.post("/v1/articles", json=ARTICLE, headers=read), 403, "not-allowed")
    problem(full.client.get("/v1/alerts", headers=ingest), 403, "not-allowed")
    problem(full.client.get("/v1/alerts", headers=manage), 403, "not-allowed")
    assert 202 == full.client.post("/v1/articles", json=ARTICLE, headers=ingest).status_code
    body = {"alert_id": makers.alert("one")["alert_id"]}
    problem(full.client.post("/v1/acknowledgements", json=body, headers=read), 403, "not-allowed")
    assert "desk" == full.client.post("/v1/acknowledgements", json=body, headers=manage).json()["actor"]


def test_the_store_has_no_secret(full: Rig) -> None:
    """Neither a token nor a session's cookie can be made of what is stored."""
    text = full.token("read")["Authorization"].split()[1]
    full.client.post("/login", data={"token": text})
    cookie = full.client.cookies[COOKIE]
    with full.store.reading() as db:
        rows = [*db.execute(sa.select(tokens)), *db.execute(sa.select(sessions))]
    assert 2 == len(rows)
    assert not any(secret in str(row) for row in rows for secret in (text, text[16:], cookie))


def test_names_of_tokens(web: Rig) -> None:
    """Unique among those that are not revoked; hostile ones are refused."""
    web.token("read", name="anna")
    for name in ("anna", "", "a\nb", "x" * 101, "<b>"):
        with pytest.raises(UsageError):
            web.web.tokens.create(name, ["read"], "test")
    with pytest.raises(UsageError, match="unknown"):
        web.web.tokens.create("otto", ["root"], "test")


def log_in(made: Rig, *scopes: str) -> str:
    text = made.token(*scopes)["Authorization"].split()[1]
    response = made.client.post("/login", data={"token": text, "next": "/watches"})
    assert (303, "/watches") == (response.status_code, response.headers["location"])
    return response.headers["set-cookie"]


def test_a_browser_logs_in_and_out(full: Rig) -> None:
    """The cookie is for this host, for HTTP and for this site alone; a logout ends it on the server."""
    cookie = log_in(full, "read", "manage")
    assert all(word in cookie for word in ("HttpOnly", "SameSite=strict", "Path=/"))
    assert 200 == full.client.get("/v1/alerts").status_code
    secret = full.client.cookies[COOKIE]
    caller_csrf = _csrf(full)
    assert 303 == full.client.post("/logout", data={"csrf_token": caller_csrf}).status_code
    problem(full.client.get("/v1/alerts", headers={"cookie": f"{COOKIE}={secret}"}), 401, "not-authenticated")


def _csrf(made: Rig) -> str:
    from streams.web.sessions import csrf_of

    return csrf_of(made.client.cookies[COOKIE])


def test_behind_https_the_cookie_is_secure(tmp_path: Path) -> None:
    with rig(tmp_path, web_public_url="https://news.example") as made:
        made.add_samples()
        assert "Secure" in log_in(made, "read")
        assert "max-age" in made.client.get("/healthz").headers["strict-transport-security"]


def test_a_session_slides_and_ends(full: Rig) -> None:
    """Use keeps it alive, half a day without ends it, and so does its token's end."""
    log_in(full, "read")
    for _ in range(3):
        full.clock.advance(hours=11)
        assert 200 == full.client.get("/v1/alerts").status_code
    full.clock.advance(hours=13)
    problem(full.client.get("/v1/alerts"), 401, "not-authenticated")


def test_a_session_ends_with_its_token(full: Rig) -> None:
    log_in(full, "read")
    full.token("read", name="otto")
    full.web.tokens.revoke("anna")
    problem(full.client.get("/v1/alerts"), 401, "not-authenticated")


def test_changes_of_a_session_need_the_csrf_value(full: Rig) -> None:
    log_in(full, "read", "manage")
    body = {"alert_id": makers.alert("one")["alert_id"]}
    problem(full.client.post("/v1/acknowledgements", json=body), 403, "csrf")
    problem(full.client.post("/v1/acknowledgements", json=body, headers={"x-csrf-token": "x"}), 403, "csrf")
    good = {"x-csrf-token": _csrf(full)}
    assert 201 == full.client.post("/v1/acknowledgements", json=body, headers=good).status_code
    problem(full.client.post("/logout", data={"csrf_token": "x"}), 403, "csrf")


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9999"},
    ],
)
def test_another_site_changes_nothing(full: Rig, headers: dict[str, str]) -> None:
    """Also while there are no tokens."""
    body = {"alert_id": makers.alert("one")["alert_id"]}
    problem(full.client.post("/v1/acknowledgements", json=body, headers=headers), 403, "cross-site")
    problem(full.client.post("/login", data={"token": "x"}, headers=headers), 403, "cross-site")


def test_this_site_may(full: Rig) -> None:
    body = {"alert_id": makers.alert("one")["alert_id"]}
    for headers in ({"sec-fetch-site": "same-origin"}, {"origin": "http://127.0.0.1:8787"}):
        assert 201 == full.client.post("/v1/acknowledgements", json=body, headers=headers).status_code


def test_failed_logins_close_the_form(full: Rig) -> None:
    """Ten within five minutes; then nobody gets in from there, not even with a good token, until they are past."""
    text = full.token("read")["Authorization"].split()[1]
    for _ in range(MOST_FAILURES):
        problem(full.client.post("/login", data={"token": "nv_guess"}), 401, "not-authenticated")
    response = full.client.post("/login", data={"token": text})
    problem(response, 429, "too-many-failures")
    assert 0 < int(response.headers["retry-after"]) <= 301
    full.clock.advance(minutes=6)
    assert 303 == full.client.post("/login", data={"token": text}).status_code


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:1", "x"])
def test_a_login_leads_to_this_server_alone(full: Rig, target: str) -> None:
    text = full.token("read")["Authorization"].split()[1]
    assert "/" == full.client.post("/login", data={"token": text, "next": target}).headers["location"]


def test_a_public_host_needs_a_token(full: Rig) -> None:
    """The start is refused, with what to do."""
    full.web.settings = replace(full.settings, web_host="0.0.0.0")
    with pytest.raises(SettingError, match="newsvane token create"):
        check_host(full.web)
    problem(full.client.get("/v1/alerts"), 401, "not-authenticated")
    full.token("read")
    check_host(full.web)


@pytest.mark.parametrize("path", ["/v1/alerts", "/v1/nothing", "/login", "/healthz", "/feeds/river-fever.json"])
def test_every_answer_has_the_security_headers(full: Rig, path: str) -> None:
    headers = full.client.get(path).headers
    policy = headers["content-security-policy"]
    assert ["default-src 'none'", []] == [policy.split(";")[0], [bad for bad in ("unsafe", "http") if bad in policy]]
    assert "frame-ancestors 'none'" in policy
    assert ("nosniff", "no-referrer") == (headers["x-content-type-options"], headers["referrer-policy"])


def test_a_feeds_token_reads_that_feed_alone(full: Rig) -> None:
    """In the query, because readers can't send headers; it opens nothing else."""
    text = full.token("feed:river-fever", name="reader")["Authorization"].split()[1]
    for kind in ("json", "atom"):
        assert 200 == full.client.get(f"/feeds/river-fever.{kind}?token={text}").status_code
        problem(full.client.get(f"/feeds/river-fever.{kind}"), 401, "not-authenticated")
        problem(full.client.get(f"/feeds/other.{kind}?token={text}"), 403, "not-allowed")
    problem(full.client.get("/v1/alerts", headers={"authorization": f"Bearer {text}"}), 403, "not-allowed")
    problem(full.client.post("/login", data={"token": text}), 401, "not-authenticated")
    reader = full.token("read")["Authorization"].split()[1]
    problem(full.client.get(f"/feeds/river-fever.json?token={reader}"), 403, "not-allowed")

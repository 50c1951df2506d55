"""The pages without a browser: where they lead, whom they let in, what a form may do."""

from __future__ import annotations

import re

import pytest

from tests.unit.web.rig import Rig

HTML = {"Accept": "text/html"}
VIEW = "/?watch=stance&period=all"


def watch_of(full: Rig) -> str:
    found = full.client.get("/v1/watches").json()["items"][0]["watch_id"]
    assert isinstance(found, str)
    return found


def first_alert(full: Rig) -> str:
    return str(full.client.get("/v1/alerts").json()["items"][0]["alert_id"])


def csrf_on(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([0-9a-f]+)"', page)
    assert found is not None
    return found[1]


def test_without_a_watch_it_says_how_to_begin(web: Rig) -> None:
    """An empty server answers with the two commands that fill it."""
    page = web.client.get("/", headers=HTML)
    assert 200 == page.status_code
    assert "newsvane watch apply FILE" in page.text
    assert "newsvane ingest FILE" in page.text


def test_the_bare_address_leads_to_a_whole_one(full: Rig) -> None:
    """A watch, and the shortest period that has an alert; an address of a watch that is gone leads to one that is."""
    watch = watch_of(full)
    assert f"/?watch={watch}&period=7d" == full.client.get("/", headers=HTML).headers["location"]
    full.clock.advance(days=10)
    assert f"/?watch={watch}&period=30d" == full.client.get("/", headers=HTML).headers["location"]
    full.clock.advance(days=100)
    assert f"/?watch={watch}&period=all" == full.client.get("/?watch=gone", headers=HTML).headers["location"]


def test_empty_fields_of_a_form_mean_nothing(full: Rig) -> None:
    """A browser sends all fields of a form."""
    page = full.client.get(f"/?watch={watch_of(full)}&period=all&holder=&label=&q=", headers=HTML)
    assert 200 == page.status_code
    assert 200 == full.client.get("/search?q=&watch=", headers=HTML).status_code


@pytest.mark.parametrize("path", ["/alerts", "/watches", "/outlets", "/search", "/"])
def test_with_tokens_pages_lead_to_the_login_and_back(full: Rig, path: str) -> None:
    """Also from a link on another site, where a page of our own asks again, so that the cookie comes along."""
    full.token("read")
    answer = full.client.get(path, headers=HTML)
    assert (303, f"/login?next={path.replace('/', '%2F')}") == (answer.status_code, answer.headers["location"])
    bounced = full.client.get(path, headers={**HTML, "Sec-Fetch-Site": "cross-site"})
    assert 'http-equiv="refresh"' in bounced.text


def test_a_form_needs_its_csrf_value_and_this_site(full: Rig) -> None:
    """Nothing is written without them."""
    alert_id = first_alert(full)
    page = full.client.get(f"/alerts/{alert_id}", headers=HTML).text
    target = f"/alerts/{alert_id}/acknowledge"
    refused = [
        full.client.post(target, data={"csrf_token": "0" * 64}, headers=HTML),
        full.client.post(target, data={"return": VIEW}, headers=HTML),
        full.client.post(target, data={"csrf_token": csrf_on(page)}, headers={**HTML, "Sec-Fetch-Site": "cross-site"}),
    ]
    assert [403, 403, 403] == [each.status_code for each in refused]
    assert [] == full.client.get("/v1/acknowledgements").json()["items"]
    done = full.client.post(target, data={"csrf_token": csrf_on(page), "return": VIEW}, headers=HTML)
    assert (303, f"{VIEW}#alert-{alert_id}") == (done.status_code, done.headers["location"])
    assert 1 == len(full.client.get("/v1/acknowledgements").json()["items"])


def test_a_form_leads_nowhere_else(full: Rig) -> None:
    """An address of another host is not followed."""
    alert_id = first_alert(full)
    csrf = csrf_on(full.client.get(f"/alerts/{alert_id}", headers=HTML).text)
    data = {"csrf_token": csrf, "return": "//evil.example/"}
    done = full.client.post(f"/alerts/{alert_id}/acknowledge", data=data, headers=HTML)
    assert f"/#alert-{alert_id}" == done.headers["location"]


def test_who_may_only_read_changes_nothing(full: Rig) -> None:
    """The page has no forms for it, and the form is refused."""
    alert_id = first_alert(full)
    reader = full.token("read")
    page = full.client.get(f"/alerts/{alert_id}", headers={**HTML, **reader}).text
    assert "/acknowledge" not in page
    refused = full.client.post(f"/alerts/{alert_id}/acknowledge", data={}, headers={**HTML, **reader})
    assert 403 == refused.status_code


def test_the_first_digits_of_an_id_will_do(full: Rig) -> None:
    """What people wrote down leads to the alert; a wrong one is a page that says so."""
    alert_id = first_alert(full)
    assert f"/alerts/{alert_id}" == full.client.get(f"/alerts/{alert_id[:12]}", headers=HTML).headers["location"]
    missing = full.client.get("/alerts/ffffffff", headers=HTML)
    assert (404, "text/html; charset=utf-8") == (missing.status_code, missing.headers["content-type"])


def test_programs_get_problems_as_documents(full: Rig) -> None:
    """Only who asks for HTML gets it."""
    answer = full.client.get("/alerts/ffffffff", headers={"Accept": "application/json"})
    assert "application/problem+json" == answer.headers["content-type"]


def test_files_are_kept_by_their_hash(full: Rig) -> None:
    """The address that a page names may be kept for a year; without the hash the file is asked for again."""
    page = full.client.get("/outlets", headers=HTML).text
    found = re.search(r'href="(/static/newsvane\.css\?v=[0-9a-f]+)"', page)
    assert found is not None
    assert "immutable" in full.client.get(found[1]).headers["cache-control"]
    plain = full.client.get("/static/newsvane.css")
    assert "no-cache" == plain.headers["cache-control"]
    again = full.client.get("/static/newsvane.css", headers={"If-None-Match": plain.headers["etag"]})
    assert 304 == again.status_code
    assert 404 == full.client.get("/static/..%2fapp.py").status_code


def test_pages_are_for_their_caller_alone(full: Rig) -> None:
    """No cache keeps them: they carry the caller's CSRF value."""
    page = full.client.get("/alerts", headers=HTML)
    assert "private, no-store" == page.headers["cache-control"]
    assert "script-src 'self'" in page.headers["content-security-policy"]

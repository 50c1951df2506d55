"""The dashboard stays up to date by itself, and says how well."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.site import Site

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
Open = Callable[..., "Page"]
BELARUS = "/?watch=belarus-military-stance&period=all"


def wait_for_state(page: Page, state: str) -> str:
    page.wait_for_selector(f'[data-connection="{state}"]', timeout=15_000)
    return page.locator("[data-connection-words]").inner_text()


def test_a_new_alert_appears_by_itself(site: Site, open_page: Open) -> None:
    """Without a reload: on top, counted in the title, announced; what was open stays open."""
    page = open_page(site.address + BELARUS)
    assert "live" == wait_for_state(page, "live")
    kept = page.locator(".card").nth(2)
    kept.locator(".more summary").click()
    key = kept.get_attribute("data-key")
    page.evaluate("window.stillTheSame = true")
    begun = time.monotonic()
    site.append("alert", site.new_alert(1))
    page.wait_for_selector(".card.is-new", timeout=10_000)
    print(f"new alert on the page after {time.monotonic() - begun:.2f} s")
    assert "News number 1" in page.locator(".card").first.inner_text()
    assert page.evaluate("window.stillTheSame")
    assert page.title().startswith("(1) ")
    expect(page.locator("#announce")).to_have_text(re.compile(r"^New alert\. CONDITIONAL, Alexander Lukashenko: "))
    assert page.locator(f'[data-key="{key}"] .more').get_attribute("open") is not None
    page.keyboard.press("Shift")
    assert not page.title().startswith("(")


def test_news_of_another_watch_is_told(site: Site, open_page: Open) -> None:
    """The choice of watches says where something came in; the alerts of this one stay as they are."""
    page = open_page(site.address + "/?watch=river-fever&period=all")
    wait_for_state(page, "live")
    site.append("alert", site.new_alert(5))
    page.wait_for_selector('[data-chip="belarus-military-stance"].has-news')
    assert 0 == page.locator(".card.is-new").count()


def test_an_open_form_is_left_alone(site: Site, open_page: Open) -> None:
    """Somebody who writes a reason does not lose it to an alert that comes in."""
    page = open_page(site.address + BELARUS)
    wait_for_state(page, "live")
    card = page.locator(".card").first
    card.locator("summary", has_text="Silence").click()
    card.locator("input[name=reason]").fill("half-writ")
    written = page.locator(f'[data-key="{card.get_attribute("data-key")}"] input[name=reason]')
    site.append("alert", site.new_alert(2))
    page.wait_for_selector(".card.is-new")
    assert "half-writ" == written.input_value()
    assert written.is_visible()


def test_it_says_when_it_is_not_live_and_misses_nothing(site: Site, open_page: Open) -> None:
    """Reconnecting, then stale since a time; when the server is back: live, with what came meanwhile."""
    page = open_page(site.address + BELARUS, quiet=False)
    wait_for_state(page, "live")
    site.stop()
    assert "reconnecting" == wait_for_state(page, "reconnecting")
    assert re.fullmatch(r"stale since \d\d:\d\d", wait_for_state(page, "stale"))
    site.append("alert", site.new_alert(3))
    site.start()
    assert "live" == wait_for_state(page, "live")
    page.wait_for_selector(".card.is-new", timeout=10_000)
    assert "News number 3" in page.locator(".card").first.inner_text()
    site.append("alert", site.new_alert(4))
    expect(page).to_have_title(re.compile(r"^\(2\) "), timeout=10_000)

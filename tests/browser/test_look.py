"""How the pages look and are reached: phone and wide, light and dark, contrast, and what axe-core finds."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.site import Site

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
Open = Callable[..., "Page"]
BELARUS = "/?watch=belarus-military-stance&period=all"
PHONE = {"width": 390, "height": 844}
LOOKED_AT = (
    BELARUS,
    "/alerts",
    "/watches",
    "/watches/belarus-military-stance",
    "/outlets",
    "/search?q=belarus",
    "/login",
)
AXED = (BELARUS, "/watches/belarus-military-stance", "/login")


def first_article(shared: Site, open_page: Open) -> str:
    page = open_page(shared.address + BELARUS)
    return shared.address + (page.locator(".article-line a").first.get_attribute("href") or "")


def test_a_phone_scrolls_in_one_direction(shared: Site, open_page: Open) -> None:
    """Nothing is wider than 390 pixels, with everything open."""
    addresses = [*(shared.address + path for path in LOOKED_AT), first_article(shared, open_page)]
    page = open_page(addresses[0], viewport=PHONE)
    for address in addresses:
        page.goto(address)
        page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
        assert 390 >= page.evaluate("document.documentElement.scrollWidth"), address


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(shared: Site, open_page: Open, scheme: str) -> None:
    """WCAG 2.2 A and AA as far as a program can tell, contrast included, in light and in dark."""
    rules = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]}}
    paths = AXED if scheme == "light" else AXED[:1]  # the colours are the same on all of them
    page = open_page(shared.address + BELARUS, color_scheme=scheme, reduced_motion="reduce", bypass_csp=True)
    article = page.locator(".article-line a").first.get_attribute("href") or ""
    addresses = [shared.address + path for path in (*paths, article)]
    found = []
    for address in addresses:
        page.goto(address)
        page.evaluate("for (const each of document.querySelectorAll('details:not(.menu)')) each.open = true")
        result = Axe().run(page, options=rules)
        found += [
            (address.removeprefix(shared.address), violation["id"], node["target"])
            for violation in result.response["violations"]
            for node in violation["nodes"][:3]
        ]
    assert [] == found


def test_the_look_can_be_chosen(shared: Site, open_page: Open) -> None:
    """As the system says, or dark, or light; the choice stays, also without script."""
    page = open_page(shared.address + "/outlets", color_scheme="light")
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    page.get_by_role("button", name="Look").click()
    dark = page.evaluate(ground)
    assert light != dark
    page.reload()
    assert dark == page.evaluate(ground)
    assert dark == open_page(shared.address + "/outlets", color_scheme="dark").evaluate(ground)
    plain = open_page(shared.address + "/outlets", java_script_enabled=False, color_scheme="light")
    plain.get_by_role("button", name="Look").click()
    assert "dark" == plain.locator("html").get_attribute("data-theme")


def test_focus_can_be_seen_and_the_content_skipped_to(shared: Site, open_page: Open) -> None:
    """The first stop leads to the content; what has the focus has an outline."""
    page = open_page(shared.address + BELARUS)
    page.keyboard.press("Tab")
    assert "Skip to the content" == page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")
    assert "main" == page.evaluate("document.activeElement.id")
    page.keyboard.press("Tab")
    assert "solid" == page.evaluate("getComputedStyle(document.activeElement).outlineStyle")


def test_it_prints_without_its_controls(shared: Site, open_page: Open) -> None:
    """On paper there are the charts and the alerts, and no buttons."""
    page = open_page(shared.address + BELARUS)
    page.emulate_media(media="print")
    assert page.locator(".card").first.is_visible()
    assert not page.locator(".actions").first.is_visible()
    assert not page.locator(".filters").first.is_visible()

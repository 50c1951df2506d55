"""An article whose title, body, address and author are attacks shows as text everywhere; nothing of it runs.

That no dialog, console message or policy violation happens, and no script has run, ``open_page`` checks for every page.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.browser.attack import OUTLET
from tests.browser.site import Site

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
Open = Callable[..., "Page"]


def test_attacks_are_text(shared: Site, open_page: Open) -> None:
    """Search, article, dashboard, alerts, outlets: the markup is there to read, and is no markup."""
    page = open_page(f"{shared.address}/search?outlet={OUTLET}")
    found = page.locator(".found h2 a")
    assert 2 == found.count()
    assert any("<script>window.attacked=1</script>" in text for text in found.all_inner_texts())
    addresses = [link.get_attribute("href") or "" for link in found.all()]
    texts = []
    for address in addresses:
        page.goto(shared.address + address)
        assert 0 == page.locator("main iframe, main img, main script, main style").count()
        assert 0 == page.locator('a[href*="javascript:" i]').count()
        texts.append(page.locator("body").inner_text())
    assert not any("\u202e" in text for text in texts)
    assert any("{{ 7*7 }}" in text for text in texts)
    assert any("javascript:window.attacked=1" in text for text in texts)


PATHS = (
    f"/?watch=belarus-military-stance&period=all&outlet={OUTLET}",
    f"/alerts?outlet={OUTLET}",
    "/outlets",
    "/search?q=%22%3E%3Cimg+src%3Dx+onerror%3Dwindow.attacked%3D1%3E",
    "/?watch=belarus-military-stance&period=all&q=%3Cscript%3Ewindow.attacked%3D1%3C%2Fscript%3E",
    "/alerts?holder=%22%3E%3Cscript%3Ewindow.attacked%3D1%3C%2Fscript%3E",
    "/login?next=%22%3E%3Cscript%3Ewindow.attacked%3D1%3C%2Fscript%3E",
)


def test_lists_and_addresses_are_text(shared: Site, open_page: Open) -> None:
    """Also what comes in by the address itself."""
    page = open_page(shared.address)
    for path in PATHS:
        page.goto(shared.address + path)
        assert (path, 0) == (path, page.locator("main img, main script, main iframe").count())
        assert "\u202e" not in page.locator("body").inner_text()
        assert page.evaluate("window.attacked") is None


def test_an_attacking_problem_is_text(shared: Site, open_page: Open) -> None:
    """A problem repeats what was asked, as text."""
    page = open_page(f"{shared.address}/?period=%3Cimg+src%3Dx+onerror%3Dwindow.attacked%3D1%3E", quiet=False)
    assert "<img src=x" in page.locator("main").inner_text()
    assert 0 == page.locator("main img").count()

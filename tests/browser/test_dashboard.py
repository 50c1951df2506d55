"""What the dashboard shows, and how it is reached: by eye, keyboard, finger, link."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.browser.site import Site

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
Open = Callable[..., "Page"]
BELARUS = "/?watch=belarus-military-stance&period=all"
PAGES = (
    "/",
    BELARUS,
    "/?watch=river-fever&period=all",
    "/?watch=belarus-military-stance&period=24h",
    "/alerts",
    "/watches",
    "/watches/belarus-military-stance",
    "/outlets",
    "/search",
    "/search?q=belarus",
    "/login",
)


def test_a_new_user_finds_the_belarus_alert(shared: Site, open_page: Open) -> None:
    """The bare address leads to a watch with alerts, and what the alert says is there to read."""
    page = open_page(shared.address)
    assert "Will Belarus's army join the war against Ukraine?" == page.locator("h1").inner_text()
    card = page.locator(".card", has_text="joins only if attacked").first
    card.locator(".more summary").click()
    shown = card.inner_text()
    for said in ("CONDITIONAL", "Alexander Lukashenko", "stays out by default; joins only if attacked", "Condition"):
        assert said in shown
    for name in ("Position", "Said", "Reach", "Why"):
        assert 1 == card.locator("dt", has_text=name).count()


def test_pages_load_without_a_word_on_the_console(shared: Site, open_page: Open) -> None:
    """No console message, no error, no violation of the content security policy; one heading; landmarks."""
    page = open_page(shared.address)
    for path in PAGES:
        page.goto(shared.address + path)
        found = [page.locator(name).count() for name in ("h1", "main", "header.top", "footer", "nav[aria-label=Pages]")]
        assert (path, [1, 1, 1, 1, 1]) == (path, found)
        assert "en" == page.locator("html").get_attribute("lang")


def test_the_keyboard_reaches_a_point_and_reads_its_evidence(shared: Site, open_page: Open) -> None:
    """One stop for the chart; arrows go from point to point in time; Escape closes; Enter opens the alert."""
    page = open_page(shared.address + BELARUS)
    page.locator(".legend a").last.focus()
    page.keyboard.press("Tab")
    tip = page.locator("[data-tip]")
    last = tip.inner_text()
    assert "11 Mar 2026" in last
    page.keyboard.press("Home")
    first = tip.inner_text()
    assert "2 Mar 2026" in first
    said = [first]
    while "3 Mar 2026" not in said[-1] and len(said) < 10:
        page.keyboard.press("ArrowRight")
        said.append(tip.inner_text())
    assert 1 < len(said) == len(set(said))
    assert "one case only" in said[-1]
    page.keyboard.press("Escape")
    assert tip.is_hidden()
    page.keyboard.press("End")
    assert last == tip.inner_text()
    page.keyboard.press("Enter")
    page.wait_for_url("**/alerts/*")


def test_hovering_and_touching_show_the_evidence(shared: Site, open_page: Open) -> None:
    """A mouse sees it over the point; a finger gets it with a link, and stays on the page."""
    page = open_page(shared.address + BELARUS)
    page.locator("[data-point]").nth(1).hover()
    assert page.locator("[data-tip] .quote").is_visible()
    phone = open_page(shared.address + BELARUS, viewport={"width": 390, "height": 844}, has_touch=True)
    phone.locator("[data-point]").nth(1).tap()
    assert phone.locator("[data-tip] a", has_text="Open the alert").is_visible()
    assert phone.url.endswith(BELARUS)


def test_the_table_says_what_the_chart_says(shared: Site, open_page: Open) -> None:
    """As many rows as points, with the same evidence, for who can't see a chart."""
    page = open_page(shared.address + BELARUS)
    page.locator("#timeline-table summary").click()
    rows = page.locator("#timeline-table tbody tr")
    assert page.locator("[data-point]").count() == rows.count()
    said = {point.get_attribute("data-evidence") for point in page.locator("[data-point]").all()}
    assert said == {row.locator("td").nth(5).inner_text() for row in rows.all()}


def test_words_and_acts_have_lanes_and_conditions_their_trigger(shared: Site, open_page: Open) -> None:
    """Two lanes on the watch's scale; a conditional point says what it waits for; a turn is marked."""
    page = open_page(shared.address + BELARUS)
    assert ["Words", "Acts"] == page.locator(".lane-title").all_inner_texts()
    assert "only if attacked" in page.locator(".trigger").all_text_contents()
    assert page.locator(".turn").count() >= 3


def shown(page: Page, selector: str) -> list[str | None]:
    """What there is of a kind: its words, or those that a screen reader gets."""
    return [each.get_attribute("aria-label") or each.text_content() for each in page.locator(selector).all()]


def test_a_link_shares_exactly_this_view(shared: Site, open_page: Open) -> None:
    """What is chosen stands in the address: somebody else sees the same alerts, points and bars."""
    page = open_page(shared.address + BELARUS)
    page.locator(".filters select[name=label]").select_option("conditional")
    page.wait_for_url("**label=conditional*")
    page.locator(".chips summary").click()
    page.locator("input[name=since]").fill("2026-03-02")
    page.locator("input[name=until]").fill("2026-03-06")
    page.locator("#custom-period button").click()
    page.wait_for_url("**since=2026-03-02*")
    address = page.locator("[data-share]").get_attribute("href") or ""
    other = open_page(shared.address + address)
    for selector in (".card", "[data-point]", ".bar", ".legend li"):
        assert shown(page, selector) == shown(other, selector)
    assert 1 == other.locator(".card").count()
    assert "conditional" == other.locator(".filters select[name=label]").input_value()


def test_without_script_everything_is_there(shared: Site, open_page: Open) -> None:
    """Alerts, points with their words, forms: all of it is rendered on the server."""
    page = open_page(shared.address + BELARUS, java_script_enabled=False, quiet=True)
    assert page.locator(".card").count() > 5
    assert "Lukashenko" in (page.locator("[data-point]").first.get_attribute("aria-label") or "")
    assert "load again" in page.locator(".connection").inner_text()


def test_an_article_shows_why(shared: Site, open_page: Open) -> None:
    """Highlights, the evidence with its number, the statement it leads to, copies, and the chain of stages."""
    page = open_page(shared.address + BELARUS)
    page.locator(".card", has_text="joins if an ally asks").locator(".article-line a").first.click()
    page.wait_for_url("**/articles/*")
    assert page.locator(".text mark").count() > 3
    page.locator(".text .number").first.click()
    assert page.url.endswith("#statement-1")
    assert ["ingest", "clean", "dedupe", "detect", "stance", "alert", "deliver"] == (
        page.locator(".chain .stage").all_inner_texts()
    )
    assert "with 3 copies" in page.locator("#cluster-title").inner_text()


def test_boilerplate_is_dimmed_and_can_be_hidden(shared: Site, open_page: Open) -> None:
    """It says of which kind it is; a link leaves it out."""
    article = open_page(f"{shared.address}/articles/{shared.article_with_boilerplate()}")
    assert article.locator(".bp-why").first.inner_text()
    article.locator(".tools a").click()
    article.wait_for_url("**boilerplate=hide*")
    assert 0 == article.locator(".bp").count()


def test_what_is_wrong_is_told_on_a_page(shared: Site, open_page: Open) -> None:
    """A browser gets a page with the field, what was expected, and a way on; a program a problem document."""
    page = open_page(shared.address, quiet=False)
    for path, said in (
        ("/alerts/ffffffffffffffffffffffffffffffff", "There is no such thing"),
        ("/?watch=belarus-military-stance&period=3w", "A parameter is not valid"),
        ("/?wach=x", "A parameter is unknown"),
        ("/nothing", "There is no such thing"),
    ):
        page.goto(shared.address + path)
        assert said == page.locator("h1").inner_text()
        assert page.locator("main a", has_text="Dashboard").is_visible()


def test_a_query_is_looked_at_while_it_is_written(shared: Site, open_page: Open) -> None:
    """What does not parse is told with its place; a trap is warned of."""
    page = open_page(shared.address + "/watches/belarus-military-stance")
    page.locator("#lint summary").click()
    said = page.locator("[data-lint-said]")
    said.locator("p").first.wait_for()
    page.locator("#lint textarea").fill("belarus AND (army")
    said.locator(".bad").wait_for()
    page.locator("#lint textarea").fill("belarus and army")
    said.get_by_text("Line 1, column").first.wait_for()

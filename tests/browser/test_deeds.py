"""What people do on the pages: it is there at once, can be undone, and is still there after a reload."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.browser.site import Site

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.browser
Open = Callable[..., "Page"]
BELARUS = "/?watch=belarus-military-stance&period=all"


def states(card: Locator) -> list[str]:
    return [text.split(",")[0].split(" by ")[0] for text in card.locator(".state").all_inner_texts()]


def test_acknowledge_and_undo_in_place(site: Site, open_page: Open) -> None:
    """The card changes without a reload; a reload shows the same; undoing brings it back."""
    page = open_page(site.address + BELARUS)
    key = page.locator(".card").first.get_attribute("data-key")
    card = page.locator(f'[data-key="{key}"]')
    page.evaluate("window.stillTheSame = true")
    card.get_by_role("button", name="Acknowledge").click()
    card.locator(".state").wait_for()
    assert page.evaluate("window.stillTheSame")
    assert ["Acknowledged"] == states(card)
    page.reload()
    assert ["Acknowledged"] == states(card)
    card.get_by_role("button", name="Undo").click()
    card.get_by_role("button", name="Acknowledge").wait_for()
    page.reload()
    assert [] == states(card)


def test_silence_with_a_preview(site: Site, open_page: Open) -> None:
    """A reason is asked for; the preview says what it would have hidden; the silence shows and can be ended."""
    page = open_page(site.address + BELARUS)
    told = page.locator(".card", has_text="Alexander Lukashenko").first
    card = page.locator(f'[data-key="{told.get_attribute("data-key")}"]')
    card.locator("summary", has_text="Silence").click()
    card.get_by_label("Alexander Lukashenko").check()
    card.get_by_role("button", name="Preview").click()
    page.wait_for_url("**/silence/preview")
    assert "holder is lukashenko" in page.locator("main").inner_text()
    page.locator("input[name=reason]").fill("known by now")
    page.get_by_role("button", name="Silence until").click()
    page.wait_for_url(f"**{BELARUS}**")
    assert "known by now" in card.locator(".state").inner_text()
    card.get_by_role("button", name="End it").click()
    card.locator(".state").wait_for(state="detached")
    page.reload()
    assert [] == states(card)


def test_mark_wrong_relabel_comment_and_undo(site: Site, open_page: Open) -> None:
    """Each is on the card at once, on the alert's own page with who and when, and gone once it is taken back."""
    page = open_page(site.address + BELARUS)
    card = page.locator(f'[data-key="{page.locator(".card").first.get_attribute("data-key")}"]')
    card.locator("summary", has_text="Wrong").click()
    card.locator("select[name=label]").select_option("conditional")
    card.get_by_role("button", name="Mark wrong").click()
    card.locator(".state").wait_for()
    assert ["Relabelled CONDITIONAL"] == states(card)
    card.locator("summary", has_text="Comment").click()
    card.locator("textarea").fill("<b>look</b> again")
    card.get_by_role("button", name="Comment").click()
    card.locator(".state", has_text="<b>look</b> again").wait_for()
    page.reload()
    assert 2 == card.locator(".state").count()
    card.get_by_role("button", name="Undo").click()
    card.locator(".state", has_text="Relabelled").wait_for(state="detached")
    card.locator("h3 a").click()
    page.wait_for_url("**/alerts/*")
    log = page.locator("#people-title + ul").inner_text()
    for said in ("gave it another label (conditional)", "taken back", "commented: <b>look</b> again"):
        assert said in log


def test_forms_work_without_script(site: Site, open_page: Open) -> None:
    """Acknowledge, silence and judge lead back to the same view, at the same alert."""
    page = open_page(site.address + BELARUS, java_script_enabled=False)
    key = page.locator(".card").first.get_attribute("data-key")
    card = page.locator(f'[data-key="{key}"]')
    card.get_by_role("button", name="Acknowledge").click()
    assert page.url.endswith(f"{BELARUS}#alert-{key}")
    card.locator("summary", has_text="Silence").click()
    card.locator("input[name=reason]").fill("enough")
    card.get_by_role("button", name="Silence").click()
    card.locator("summary", has_text="Wrong").click()
    card.get_by_role("button", name="Mark wrong").click()
    assert 3 == card.locator(".state").count()
    for said in ("Acknowledged by ", "Silenced until ", "Marked wrong by "):
        assert 1 == card.locator(".state", has_text=said).count()


def test_what_cannot_be_done_is_told_on_the_card(site: Site, open_page: Open) -> None:
    """The reason stands on the card, and nothing is lost."""
    page = open_page(site.address + BELARUS, quiet=False)
    card = page.locator(".card").first
    card.locator("summary", has_text="Silence").click()
    card.get_by_label("the phrase").check()
    card.locator("input[name=reason]").fill("why not")
    card.get_by_role("button", name="Silence", exact=True).click()
    card.locator(".deed-error").wait_for()
    assert "phrase" in card.locator(".deed-error").inner_text()
    assert "why not" == card.locator("input[name=reason]").input_value()


def test_with_tokens_one_logs_in(site: Site, open_page: Open) -> None:
    """A page leads to the login and from there back; who may only read sees no buttons; a link on another
    site leads in without another login; logging out ends it."""
    text = site.token("read")
    page = open_page(site.address + BELARUS, quiet=False)
    page.wait_for_timeout(1_100)  # the server looks once a second whether there are tokens
    page.goto(site.address + BELARUS)
    page.wait_for_url("**/login?next=*")
    page.locator("input[name=token]").fill("nv_wrong")
    page.get_by_role("button", name="Log in").click()
    assert "does not log in here" in page.locator(".banner").inner_text()
    page.goto(site.address + BELARUS)
    page.locator("input[name=token]").fill(text)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(f"**{BELARUS}")
    assert page.locator(".card").count() > 5
    assert 0 == page.get_by_role("button", name="Acknowledge").count()
    page.goto(site.address.replace("127.0.0.1", "localhost") + "/healthz")  # another site, as a chat is
    page.evaluate("address => { location.href = address; }", site.address + "/alerts")
    page.wait_for_url(site.address + "/alerts")
    page.get_by_role("button", name="Log out").click()
    page.goto(site.address + "/alerts")
    page.wait_for_url("**/login?next=*")

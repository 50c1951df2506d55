"""A Chromium for the session, a line that has run once, and for each test a server on a copy of it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from schemas import topic_of
from streams.ingest.progress import progress_on
from streams.ingest.run import Request, run_ingest
from streams.model.times import parse_utc
from streams.sample import articles_dir
from streams.settings import Settings
from tests.browser.attack import raw_articles
from tests.browser.site import Site
from tests.integration.real import apply_watches
from tests.integration.rig import Rig
from tests.integration.test_sample import Refusals

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Dialog, Page

NAMES = ("chromium", "chromium-browser", "google-chrome")


def chromium_path() -> str | None:
    named = os.environ.get("NEWSVANE_TEST_CHROMIUM")
    if named:
        return shutil.which(named)
    return next((found for name in NAMES if (found := shutil.which(name))), None)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium, or a skip that says what is missing; in CI that is a failure.

    Not for the session: while Playwright lives its event loop counts as running, and other tests want one of their own.
    """
    path = chromium_path()
    if path is None:
        missing = "no Chromium: install the package chromium, or let NEWSVANE_TEST_CHROMIUM name one"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture(scope="session")
def line(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample stream and the attacks, ingested and processed by a real worker, and stored."""
    folder = tmp_path_factory.mktemp("line")
    rig = Rig(Settings(broker=f"sqlite:///{folder}/line.db", data_dir=folder / "var"), "tests.integration.real")
    try:
        rig.create_topics()
        apply_watches(rig.log)
        now_ms = int(parse_utc("2026-03-12T06:00:00Z").timestamp() * 1000)
        request = Request((str(articles_dir()),), log_address=rig.settings.broker)
        partitions = rig.log.partitions(topic_of("article-raw").name)
        run_ingest(request, progress_on(rig.log, folder), partitions, Refusals(), lambda: now_ms)
        rig.feed(raw_articles())
        rig.run_to_end()
    finally:
        rig.close()
    made = folder.with_name("made")
    Site(folder, made).fill()
    return made


@pytest.fixture
def site(line: Path, tmp_path: Path) -> Iterator[Site]:
    made = Site(line, tmp_path / "site")
    made.start()
    try:
        yield made
    finally:
        made.stop()


@pytest.fixture(scope="session")
def shared(line: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server for tests that only look."""
    made = Site(line, tmp_path_factory.mktemp("shared"))
    made.start()
    try:
        yield made
    finally:
        made.stop()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open pages in a context of their own; at the end none of them may have told an error or run an attack.

    Options are those of a browser context; ``quiet=False`` for a page whose server goes away.
    """
    contexts = []
    told: list[str] = []

    def dismiss(dialog: Dialog) -> None:
        told.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def make(address: str, *, quiet: bool = True, **options: object) -> Page:
        context = browser.new_context(**options)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(8_000)
        if quiet:
            page.on("console", lambda message: told.append(f"{page.url} {message.type}: {message.text}"))
        page.on("pageerror", lambda error: told.append(f"{page.url} error: {error}"))
        page.on("dialog", dismiss)
        page.goto(address)
        return page

    yield make
    for context in contexts:
        for page in context.pages:
            assert page.evaluate("window.attacked") is None
        context.close()
    assert [] == told

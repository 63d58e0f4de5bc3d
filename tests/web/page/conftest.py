"""One browser for all tests of the page, and a fresh page for each."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.web.page.stand import Stand


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium."""
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=sandbox)
        yield browser
        browser.close()


@pytest.fixture
def stand(browser: Browser) -> Iterator[Stand]:
    """The page on a laptop, not opened yet."""
    with browser.new_context(viewport={"width": 1366, "height": 768}, locale="en-GB") as context:
        stand = Stand(context.new_page())
        yield stand
        assert stand.problems == []

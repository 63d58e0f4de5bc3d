"""A fresh page for each test."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.web.coach.page.stand import Stand


@pytest.fixture
def stand(browser: Browser) -> Iterator[Stand]:
    """The page on a laptop, not opened yet."""
    with browser.new_context(viewport={"width": 1366, "height": 768}, locale="en-GB") as context:
        stand = Stand(context.new_page())
        yield stand
        assert stand.problems == []

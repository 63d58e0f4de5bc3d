"""The real server in a process of its own, and the live page in a real browser without a window."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from repose.bench.process import LiveProcess
from tests.e2e.live_page import LivePage

Serve = Callable[..., LiveProcess]
OpenPage = Callable[..., LivePage]


@contextmanager
def _served(source: Path, options: tuple[str, ...]) -> Iterator[LiveProcess]:
    with LiveProcess(str(source), *options) as server:
        yield server
        lived = server.running
        code = server.stop()
        said = server.said()
    assert lived, f"it ended by itself: {said}"
    assert code == 0, said
    assert "Traceback" not in said, said


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts `repose live` on a source; it must end well, without a traceback, when the test is over."""
    with ExitStack() as stack:
        yield lambda source, *options: stack.enter_context(_served(source, options))


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Opens the page of a server, as often as wanted; nothing must have gone wrong in any of them."""
    pages: list[LivePage] = []

    def opened(server: LiveProcess, **options: object) -> LivePage:
        pages.append(LivePage(browser, **options))  # type: ignore[arg-type]
        return pages[-1].open(server.url)

    yield opened
    for page in pages:
        page.check()
        page.close()

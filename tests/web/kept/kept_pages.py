"""The real server over a store, without the coach, and its pages in a browser."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import httpx
from playwright.sync_api import Browser, Page

from repose.sessions.store import Store
from repose.web.access import Access
from repose.web.address import listen, url_of
from repose.web.app import create_app
from repose.web.serving import Server

PATIENCE_S: Final = 30.0

SCREENS: Final = {"laptop": (1366, 768), "phone": (390, 844)}
"""(width, height) in pixels."""


@dataclass
class Kept:
    """A server that runs.

    Attributes:
        url: where.
        access: who is let in.
    """

    url: str
    access: Access

    def client(self) -> httpx.Client:
        """A client that has been let in."""
        cookie = self.access.cookie().split(";")[0]
        return httpx.Client(base_url=self.url, headers={"Cookie": cookie}, trust_env=False, timeout=60)

    def let_in(self, page: Page, path: str) -> None:
        """Open a page in a browser."""
        name, value = self.access.cookie().split(";")[0].split("=", 1)
        page.context.add_cookies([{"name": name, "value": value, "url": self.url}])
        page.goto(self.url + path)


@contextmanager
def kept_pages(store: Store) -> Iterator[Kept]:
    """The pages over a store, for as long as the `with` lasts."""
    listener = listen("127.0.0.1", 0)
    access = Access(listener.getsockname()[1])
    url = url_of(listener)
    ready = threading.Event()
    server = Server(create_app(None, access, store=store), None, listener, ready.set)
    thread = threading.Thread(target=server.serve_until_ended)
    thread.start()
    try:
        assert ready.wait(PATIENCE_S)
        yield Kept(url, access)
    finally:
        server.should_exit = True
        thread.join(PATIENCE_S)
        assert not thread.is_alive()


class Problems:
    """What a browser complains of: errors, what was refused, requests to elsewhere."""

    def __init__(self, page: Page) -> None:
        self.found: list[str] = []
        page.on("pageerror", lambda error: self.found.append(str(error)))
        page.on("console", lambda said: self.found.append(said.text) if said.type == "error" else None)
        page.on("request", lambda request: self._see(request.url))

    def _see(self, url: str) -> None:
        if not url.startswith(("http://127.0.0.1:", "blob:http://127.0.0.1:", "data:")):
            self.found.append(f"goes elsewhere: {url}")


@contextmanager
def laptop_page(browser: Browser, *expected: str) -> Iterator[Page]:
    """An empty page at laptop size; when the `with` ends, the browser must have complained of nothing.

    Args:
        browser: to open it in.
        expected: what it may complain of, for the test provokes it.
    """
    width, height = SCREENS["laptop"]
    with browser.new_context(viewport={"width": width, "height": height}, locale="en-GB") as context:
        page = context.new_page()
        problems = Problems(page)
        yield page
        assert [one for one in problems.found if not any(text in one for text in expected)] == []


def until(page: Page, come_true: Callable[[], Any], what: str = "it") -> None:
    """Wait until a condition on this side holds; the page's policy forbids `wait_for_function`."""
    for _ in range(400):
        if come_true():
            return
        page.wait_for_timeout(25)
    raise AssertionError(f"waited in vain for {what}; the page shows: {page.inner_text('body')[:800]}")

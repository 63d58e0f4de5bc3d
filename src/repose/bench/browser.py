"""A browser without a window, driven over the DevTools protocol: enough to show a page and question it."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

from repose.errors import ReposeError

NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
PLACES: Final = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)
"""Where installers put it on systems that have no such command."""

FLAGS: Final = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-default-browser-check",
    "--no-first-run",
)
"""Nothing is fetched or asked behind our back."""

SOUND_AT_ONCE: Final = "--autoplay-policy=no-user-gesture-required"
"""Lets a page be heard that nobody has touched."""

START_S: Final = 30.0
"""Longest wait for the browser to start."""


def find_chromium() -> str:
    """The Chromium, Chrome or Edge of this machine.

    Raises:
        ReposeError: there is none.
    """
    for name in (*NAMES, *PLACES):
        if found := shutil.which(name):
            return found
    raise ReposeError(
        "no Chromium, Chrome or Edge was found; install one, on Debian: sudo apt-get install chromium"
    )


def flags() -> tuple[str, ...]:
    """The flags to start it with; root has no sandbox to run it in."""
    as_root = sys.platform != "win32" and os.geteuid() == 0
    return (*FLAGS, "--no-sandbox") if as_root else FLAGS


class Page:
    """The one page of a browser."""

    def __init__(self, devtools: ClientConnection, size: tuple[int, int]) -> None:
        """Open an empty page of (width, height) pixels."""
        self._devtools = devtools
        self._calls = 0
        self._session: str | None = None
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self._call("Page.enable")
        # The window is larger than the page in it.
        self._call(
            "Emulation.setDeviceMetricsOverride",
            width=size[0],
            height=size[1],
            deviceScaleFactor=1,
            mobile=False,
        )

    def before_scripts(self, script: str) -> None:
        """Run this before the scripts of every page that is opened from now on."""
        self._call("Page.addScriptToEvaluateOnNewDocument", source=script)

    def open(self, url: str) -> None:
        """Go to an address.

        Raises:
            ReposeError: nobody answers there.
        """
        if error := self._call("Page.navigate", url=url).get("errorText"):
            raise ReposeError(f"the browser cannot open {url}: {error}")

    def evaluate(self, expression: str) -> Any:  # noqa: ANN401 - any JSON
        """The value of a JavaScript expression; of a promise, what it comes to.

        Raises:
            ReposeError: it throws.
        """
        said = self._call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True, userGesture=True
        )
        if "exceptionDetails" in said:
            thrown = said["exceptionDetails"]
            raise ReposeError(f"the page: {thrown.get('exception', {}).get('description') or thrown['text']}")
        return said["result"].get("value")

    def _call(self, method: str, **params: object) -> dict[str, Any]:
        self._calls += 1
        request: dict[str, object] = {"id": self._calls, "method": method, "params": params}
        if self._session is not None:
            request["sessionId"] = self._session
        try:
            self._devtools.send(json.dumps(request))
            while True:
                answer = json.loads(self._devtools.recv())
                if answer.get("id") == self._calls:
                    break
        except WebSocketException as error:
            raise ReposeError("the browser has ended unexpectedly; try again") from error
        if "error" in answer:
            raise ReposeError(f"the browser refuses {method}: {answer['error']['message']}")
        result: dict[str, Any] = answer["result"]
        return result


@contextmanager
def headless_page(size: tuple[int, int] = (1366, 768)) -> Iterator[Page]:
    """Start a browser without a window, with a profile of its own, and end it afterwards.

    Args:
        size: (width, height) of the page in pixels.

    Raises:
        ReposeError: there is no browser, or it does not start.
    """
    command = [find_chromium(), "--headless=new", "--remote-debugging-port=0", SOUND_AT_ONCE, *flags()]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command += [f"--user-data-dir={profile}", "about:blank"]
        browser = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            url = _devtools_url(Path(profile), browser)
            place = urlsplit(url)
            # A socket of our own, so that no proxy of the environment comes in between.
            opened = socket.create_connection((place.hostname or "", place.port or 0))
            with connect(url, sock=opened, max_size=None) as devtools:
                yield Page(devtools, size)
        finally:
            browser.terminate()
            try:
                browser.wait(timeout=10)
            except subprocess.TimeoutExpired:
                browser.kill()
                browser.wait()


def _devtools_url(profile: Path, browser: "subprocess.Popen[bytes]") -> str:
    """Where the browser listens, which it writes into its profile."""
    told = profile / "DevToolsActivePort"
    until = time.monotonic() + START_S
    while time.monotonic() < until and browser.poll() is None:
        lines = told.read_text().splitlines() if told.is_file() else []
        if len(lines) == 2:
            return f"ws://127.0.0.1:{lines[0]}{lines[1]}"
        time.sleep(0.05)
    raise ReposeError(f"{find_chromium()}: does not start; try it by hand, with --headless about:blank")

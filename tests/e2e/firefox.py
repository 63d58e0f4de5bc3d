"""Firefox without a window, driven by WebDriver BiDi, which it speaks itself."""

import json
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from websockets.sync.client import ClientConnection, connect

START_S: Final = 60.0

_QUIET: Final = {
    "app.update.enabled": False,
    "browser.safebrowsing.update.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "media.autoplay.default": 0,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,#remote-settings-dummy/v1",
    "toolkit.telemetry.server": "data:,",
}
"""A browser that asks nobody anything, and lets tones be heard."""


def find_firefox() -> str:
    """Firefox, by its usual names."""
    for name in ("firefox-esr", "firefox", "/Applications/Firefox.app/Contents/MacOS/firefox"):
        if found := shutil.which(name):
            return found
    raise AssertionError("no Firefox was found; install it, on Debian: sudo apt-get install firefox-esr")


class FirefoxPage:
    """The one page of a Firefox.

    Attributes:
        wrong: errors and warnings of the page, in words.
    """

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._calls = 0
        self.wrong: list[str] = []
        self._call("session.new", capabilities={})
        self._call("session.subscribe", events=["log.entryAdded"])
        self._context = self._call("browsingContext.getTree")["contexts"][0]["context"]

    def open(self, url: str) -> None:
        """Go there, and wait until the page is loaded."""
        self._call("browsingContext.navigate", context=self._context, url=url, wait="complete")

    def evaluate(self, expression: str) -> Any:
        """The value of an expression, which must be a string, a number, a boolean or null."""
        said = self._call(
            "script.evaluate", expression=expression, target={"context": self._context}, awaitPromise=True
        )
        assert said["type"] == "success", said
        return said["result"].get("value")

    def until(self, expression: str, patience_s: float = 20.0) -> None:
        """Wait until an expression is true."""
        end = time.monotonic() + patience_s
        while not self.evaluate(f"Boolean({expression})"):
            assert time.monotonic() < end, f"waited in vain for {expression}; {self.wrong}"
            time.sleep(0.1)

    def _call(self, method: str, **params: object) -> dict[str, Any]:
        self._calls += 1
        self._connection.send(json.dumps({"id": self._calls, "method": method, "params": params}))
        while True:
            said = json.loads(self._connection.recv(START_S))
            if said.get("method") == "log.entryAdded" and said["params"]["level"] in ("error", "warn"):
                self.wrong.append(said["params"]["text"])
            if said.get("id") == self._calls:
                assert said["type"] == "success", said
                result: dict[str, Any] = said["result"]
                return result


@contextmanager
def firefox_page() -> Iterator[FirefoxPage]:
    """Start Firefox with a profile of its own, and end it afterwards."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        preferences = [
            f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in _QUIET.items()
        ]
        (Path(folder) / "user.js").write_text("\n".join(preferences), encoding="utf-8")
        said = Path(folder) / "said.txt"
        command = [find_firefox(), "--headless", "--no-remote", "--remote-debugging-port", "0"]
        with said.open("wb") as log:
            firefox = subprocess.Popen([*command, "--profile", folder, "about:blank"], stdout=log, stderr=log)
        try:
            url = _address(said, firefox)
            place = urlsplit(url)
            # A socket of our own, so that no proxy of the environment comes in between.
            opened = socket.create_connection((place.hostname or "", place.port or 0))
            with connect(f"{url}/session", sock=opened, max_size=None) as connection:
                yield FirefoxPage(connection)
        finally:
            firefox.terminate()
            firefox.wait(START_S)


def _address(said: Path, firefox: "subprocess.Popen[bytes]") -> str:
    end = time.monotonic() + START_S
    while time.monotonic() < end and firefox.poll() is None:
        text = said.read_text(encoding="utf-8", errors="replace")
        if found := re.search(r"WebDriver BiDi listening on (ws://\S+)", text):
            return found[1]
        time.sleep(0.05)
    raise AssertionError(f"Firefox does not start: {said.read_text(errors='replace')[-500:]}")

"""The page alone in a real browser: its files from the package, its WebSocket played by the test."""

import json
import mimetypes
import struct
from importlib.resources import files
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from playwright.sync_api import Page, Route, WebSocketRoute

from repose.coaching.messages import Say, Tone, View
from repose.coaching.programme import MOST_REPS
from repose.live.protocol import (
    Hello,
    Machine,
    PictureHeader,
    Role,
    SayMessage,
    ServerMessage,
    StateMessage,
    ToneMessage,
)
from repose.reports.markup import Markup
from repose.web.coach.api import exercise_infos
from repose.web.headers import security_headers
from repose.web.rendering import render

HOST: Final = "localhost:8999"
"""Nothing listens there: the browser treats it as safe, and every request is answered by the test."""

INTENDED_USE: Final = (
    "Repose counts and times exercises that a clinician prescribed. "
    "It does not diagnose, and is not a medical device."
)

MACHINE: Final = Machine("camera:0", (640, 360), 30.0, 29.6)

_STATIC: Final = Path(str(files("repose.web"))) / "static"

_EARS: Final = """
window.spoken = []; window.cancelled = 0; window.notes = [];
window.starts = []; window.paused = [];
class StubUtterance { constructor(text) { this.text = text; } }
window.SpeechSynthesisUtterance = StubUtterance;
const synthesis = new EventTarget();
Object.assign(synthesis, {
  voices: VOICES,
  getVoices() { return this.voices; },
  speak(utterance) { window.spoken.push(utterance); },
  cancel() { window.cancelled += 1; },
});
Object.defineProperty(window, "speechSynthesis", { value: synthesis });
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (at) {
  window.notes.push(this.frequency.value);
  window.starts.push(at);
  start.call(this, at);
};
"""
"""Replaces the browser's voices by ones that keep silent and notes what is played."""

LOCAL_VOICE: Final = {"name": "Here", "lang": "en-GB", "localService": True, "default": False}
REMOTE_VOICE: Final = {"name": "There", "lang": "en-GB", "localService": False, "default": True}


class Stand:
    """A page and the server's part in its conversation.

    Attributes:
        page: the browser's page.
        said: messages that the page sent, decoded, in order.
        problems: what the browser complained about: errors, refused content.
        answers: what the server's routes answer, by their path: a picture, or what becomes JSON.
        asked: path and body of what was asked of them.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.said: list[dict[str, Any]] = []
        self.problems: list[str] = []
        self.addresses: list[str] = []
        self.answers: dict[str, Any] = {}
        self.asked: list[tuple[str, Any]] = []
        self.refusing = False
        self._socket: WebSocketRoute | None = None
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("console", lambda said: self.problems.append(said.text) if said.type == "error" else None)
        page.route("**/*", self._answer)
        page.route_web_socket("**/ws*", self._connect)

    def _answer(self, route: Route) -> None:
        path = urlsplit(route.request.url).path
        headers = security_headers(path, HOST)
        if path == "/":
            body = live_page().encode()
            route.fulfill(body=body, content_type="text/html; charset=utf-8", headers=headers)
        elif path in self.answers:
            self.asked.append((path, route.request.post_data_json if route.request.post_data else None))
            answer = self.answers[path]
            picture = isinstance(answer, Markup)
            kind = "image/svg+xml" if picture else "application/json"
            route.fulfill(body=answer if picture else json.dumps(answer), content_type=kind, headers=headers)
        elif (file := _STATIC / path.removeprefix("/static/")).is_file():
            guessed = mimetypes.guess_type(file.name)[0]
            kind = "text/javascript" if file.suffix == ".js" else str(guessed)
            route.fulfill(body=file.read_bytes(), content_type=kind, headers=headers)
        else:
            self.problems.append(f"{path} was asked for")
            route.fulfill(status=404)

    def _connect(self, socket: WebSocketRoute) -> None:
        self.addresses.append(socket.url)
        if self.refusing:
            socket.close(code=1013, reason="Too many pages are open: close one of them.")
            return
        self._socket = socket
        socket.on_message(lambda text: self.said.append(json.loads(text)))

    def open(self, role: Role = "controller", voices: tuple[dict[str, object], ...] = (LOCAL_VOICE,)) -> None:
        """Load the page and greet it."""
        self.page.add_init_script(f"{{{_EARS.replace('VOICES', json.dumps(voices))}}}")
        self.page.goto(f"http://{HOST}/")
        self.greet(role)

    def reload(self) -> None:
        """Load the page again; nothing has been said to it yet."""
        self._socket = None
        self.page.reload()

    def greet(self, role: Role = "controller", protocol: int = 1) -> None:
        """The server's first message, once the page has connected."""
        self.wait(lambda: self._socket is not None)
        self.send(Hello(protocol=protocol, software="0.1.0", role=role))

    def send(self, message: ServerMessage) -> None:
        """Send a text message."""
        assert self._socket is not None
        self._socket.send(message.model_dump_json())

    def show(self, view: View, machine: Machine = MACHINE) -> None:
        """Send a state, and wait until the page has taken it in."""
        self.send(StateMessage(view=view, machine=machine))
        self.settle()

    def say(self, say: Say) -> None:
        self.send(SayMessage(say=say))
        self.settle()

    def tone(self, tone: Tone, decided_ms: float = 0.0) -> None:
        self.send(ToneMessage(tone=tone, decided_ms=decided_ms))
        self.settle()

    def picture(self, header: PictureHeader, jpeg: bytes) -> None:
        """Send a picture."""
        assert self._socket is not None
        encoded = header.model_dump_json().encode()
        self._socket.send(struct.pack("<I", len(encoded)) + encoded + jpeg)

    def hang_up(self) -> None:
        """Break the connection, and refuse new ones."""
        assert self._socket is not None
        self.refusing = True
        self._socket.close(code=1001, reason="Repose was ended.")
        self._socket = None

    def settle(self) -> None:
        """Until what was sent has arrived and has been painted."""
        self.page.evaluate("() => new Promise((r) => setTimeout(() => requestAnimationFrame(() => r()), 30))")

    def wait(self, come_true: Any) -> None:
        """Until a condition on this side holds."""
        for _ in range(400):
            if come_true():
                return
            self.page.wait_for_timeout(25)
        raise AssertionError("what was waited for did not come")

    def sent(self, kind: str) -> list[dict[str, Any]]:
        """Messages of this type from the page."""
        return [message for message in self.said if message["type"] == kind]

    def text(self, selector: str) -> str:
        return self.page.inner_text(selector).strip()

    def shown(self, selector: str) -> bool:
        return self.page.is_visible(selector)


def live_page() -> str:
    """The page as the server makes it."""
    return render(
        "live.html.j2",
        exercises=exercise_infos(),
        most_reps=MOST_REPS,
        intended_use=INTENDED_USE,
        version="0.1.0",
    )

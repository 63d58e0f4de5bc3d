"""The live page in a browser, with what it said and played, and what went wrong in it."""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page

_RECORDER: Final = Path(__file__).with_name("recorder.js").read_text(encoding="utf-8")

VOICE: Final = {"name": "Stub", "lang": "en-GB", "localService": True, "default": True, "voiceURI": "stub"}

TONES: Final = {
    "659 988": "rep",
    "208": "partial",
    "1319": "tick",
    "784 1047 1568": "hold_reached",
    "523 523 1047": "begin",
    "784 659 784 1047": "set_done",
    "523 659 784 1047 784 1047 1319": "session_done",
    "233 185": "trouble",
}
"""Tones by their pitches in Hz: each can be told from the others."""

ALLOWED: Final = ("stage", "count", "ring", "speech", "tone", "hushed")
"""Kinds of events that may happen."""

NO_GESTURE: Final = "AudioContext was not allowed to start"
"""What Chromium says of a page that tries to be heard before anybody has touched it."""

SCREENS: Final = {"laptop": (1366, 768), "phone": (390, 844)}
"""(width, height) in pixels."""

OUT: Final = Path(__file__).parents[2] / "out" / "screens"

PATIENCE_S: Final = 60.0


@dataclass(frozen=True)
class Event:
    """Something that the page showed, said or played.

    Attributes:
        kind: "stage", "count", "ring", "speech", "tone", "hushed", or what must not happen.
        text: the words, or the name of the tone.
        at_s: seconds since the page was loaded.
    """

    kind: str
    text: str
    at_s: float


def missing(wanted: Sequence[str], events: Sequence[Event]) -> list[str]:
    """The wanted things that do not come in this order: names of tones, or beginnings of utterances."""
    coming = iter(events)
    return [one for one in wanted if not any(event.text.startswith(one) for event in coming)]


class LivePage:
    """One page; `check` tells what went wrong in it."""

    def __init__(self, browser: Browser, *, voices: tuple[dict[str, Any], ...] = (VOICE,)) -> None:
        width, height = SCREENS["laptop"]
        self._context = browser.new_context(viewport={"width": width, "height": height})
        self._context.add_init_script(f"({_RECORDER})({json.dumps({'voices': voices})})")
        self.wrong: list[str] = []
        self.page: Page = self._context.new_page()
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.wrong.append(f"error: {error}"))
        self.page.on("request", lambda request: self._see(request.url))

    def _hear(self, message: Any) -> None:
        if message.type in ("error", "warning") and NO_GESTURE not in message.text:
            self.wrong.append(f"console: {message.text}")

    def _see(self, url: str) -> None:
        place = urlsplit(url)
        if place.scheme not in ("data", "blob") and place.hostname != "127.0.0.1":
            self.wrong.append(f"goes elsewhere: {url}")

    def open(self, url: str) -> "LivePage":
        """Go to the page, and wait until it knows what there is to show."""
        self.page.goto(url)
        # Not by `wait_for_function`: it evaluates strings, which the page's policy forbids.
        self.until("the page", lambda: self.page.evaluate("document.body.dataset.screen") is not None)
        return self

    def choose(self, exercise: str, **dose: float | str) -> None:
        """This exercise only, with this dose: sets, reps, hold_s, rest_s, sides."""
        self.page.locator("[name=choice][value=single]").check()
        for card in self.page.locator(".exercise").all():
            card.locator("[name=include]").set_checked(card.get_attribute("data-exercise") == exercise)
        card = self.page.locator(f".exercise[data-exercise={exercise}]")
        if not card.locator("[name=reps]").is_visible():
            card.locator("summary").click()
        for name, value in dose.items():
            field = card.locator(f"[name={name}]")
            if isinstance(value, str):
                field.select_option(value)
            else:
                field.fill(f"{value:g}")

    def press_start(self) -> None:
        """Start the session."""
        self.page.locator("#start").click()

    def until(self, what: str, true: Callable[[], object], patience_s: float = PATIENCE_S) -> None:
        """Wait until something is so."""
        end = time.monotonic() + patience_s
        while not true():
            assert time.monotonic() < end, f"waited in vain for {what}; the page shows: {self.shown()}"
            self.page.wait_for_timeout(50)

    def until_stage(self, *stages: str) -> None:
        """Wait until the session is in one of these stages."""
        self.until(" or ".join(stages), lambda: self.stage in stages)

    @property
    def stage(self) -> str:
        """Where in the session the page is: "idle" before, "done" after."""
        screen = self.page.evaluate("document.body.dataset.screen")
        if screen == "session":
            return str(self.page.evaluate("document.getElementById('session').dataset.stage"))
        return "idle" if screen == "setup" else "done"

    def text(self, id_: str) -> str:
        """What stands in an element."""
        return (self.page.locator(f"#{id_}").text_content() or "").strip()

    def data(self, id_: str, name: str) -> str:
        """A data attribute of an element; "" without one."""
        return self.page.locator(f"#{id_}").get_attribute(f"data-{name}") or ""

    def shown(self) -> str:
        """What can be read on the page, for failures."""
        return " | ".join(self.page.locator("body").inner_text().split("\n"))[:600]

    @property
    def recorded(self) -> list[Event]:
        """What the page showed, said and played since it was loaded."""
        return [
            Event(
                one["kind"],
                TONES.get(one["text"], one["text"]) if one["kind"] == "tone" else one["text"],
                one["at_ms"] / 1000,
            )
            for one in self.page.evaluate("window.__recorded")
        ]

    def kept(self, kind: str) -> list[str]:
        """The texts of one kind."""
        return [event.text for event in self.recorded if event.kind == kind]

    @property
    def spoken(self) -> list[str]:
        """The utterances."""
        return self.kept("speech")

    @property
    def tones(self) -> list[str]:
        """The names of the tones."""
        return self.kept("tone")

    def picture(self, name: str) -> None:
        """Screenshots in both sizes, to be looked at."""
        OUT.mkdir(parents=True, exist_ok=True)
        for screen, (width, height) in SCREENS.items():
            self.page.set_viewport_size({"width": width, "height": height})
            self.page.wait_for_timeout(300)
            self.page.screenshot(path=OUT / f"{name}-{screen}.png")
        width, height = SCREENS["laptop"]
        self.page.set_viewport_size({"width": width, "height": height})

    def check(self) -> None:
        """Nothing went wrong, and the page never talked over itself."""
        wrong = [event for event in self.recorded if event.kind not in ALLOWED]
        assert not wrong, wrong
        assert not self.wrong, self.wrong

    def close(self) -> None:
        """Close the page and forget what it remembers."""
        self._context.close()

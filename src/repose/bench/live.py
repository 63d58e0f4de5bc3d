"""Measuring the live coach: camera to screen, rep to tone, and what the machine needs for it.

The server runs as a user starts it, a video stands in for the camera, and a browser without a window shows
the page. The page reports what it painted and played, as it does for everybody; here it is overheard.
"""

import json
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from repose.bench.browser import Page, headless_page
from repose.bench.clip import FRAME_RATE, repeat, with_lead
from repose.bench.figures import LiveFigures, Moment, Reps
from repose.bench.process import LiveProcess
from repose.coaching.messages import Stage
from repose.coaching.programme import Item, Programme
from repose.counting.result import CountResult, Rep, Side
from repose.errors import ReposeError
from repose.pipeline import count_source

SAMPLE_EVERY_S: Final = 1.0
READY_S: Final = 60.0
"""Longest wait for the page, and for the exercise to begin."""

MOST_REPS_A_SET: Final = 100
MOST_SETS: Final = 20
"""What an exercise of a programme can be asked for."""

_OVERHEAR: Final = """
(() => {
  const bench = { socket: null, state: null, role: null, problem: null, shown: [], heard: [], done: [] };
  window.__bench = bench;
  window.__overheard = () => {
    const { state, role, problem, shown, heard, done } = bench;
    bench.shown = []; bench.heard = []; bench.done = [];
    return { open: bench.socket?.readyState === 1, state, role, problem, shown, heard, done };
  };
  window.WebSocket = class extends window.WebSocket {
    constructor(...where) {
      super(...where);
      bench.socket = this;
      this.addEventListener("message", ({ data }) => {
        if (typeof data !== "string") return;
        const message = JSON.parse(data);
        if (message.type === "state") bench.state = message;
        if (message.type === "done") bench.done.push(message.done.rep);
        if (message.type === "problem") bench.problem = message.text;
        if (message.role) bench.role = message.role;
      });
    }
    send(data) {
      const message = JSON.parse(data);
      if (message.type === "shown") bench.shown.push(message.latency_ms);
      if (message.type === "heard") bench.heard.push(message.delay_ms);
      super.send(data);
    }
  };
})();
"""
"""Keeps what goes through the page's WebSocket, pictures and past states excepted."""

OnProgress = Callable[[str, float, float], None]
"""Told what is done now, and how many seconds of how many of it are over."""


def measure_live(
    clip: Path, exercise: str, *, minutes: float, model: str, on_progress: OnProgress
) -> LiveFigures:
    """Play a clip to the live coach again and again, and measure while a browser shows the page.

    Args:
        clip: a video that begins and ends in the start position of one exercise.
        exercise: slug of that exercise.
        minutes: how long to play, rounded up to whole rounds of the clip.
        model: pose model of the server.
        on_progress: told of the progress.

    Raises:
        ReposeError: there is no browser, the server does not start, or the coach finds no start position.
    """
    with tempfile.TemporaryDirectory() as folder:
        once, video = Path(folder) / "once.mp4", Path(folder) / clip.name
        on_progress("making the video", 0.0, 1.0)
        once_s = with_lead(clip, once)
        rounds = max(1, int(np.ceil(minutes * 60 / once_s)))
        repeat(once, video, rounds, once_s)
        on_progress("counting the clip", 0.0, 1.0)
        counted = count_source(str(once), exercise, model=model, keep_landmarks=False)[0]
        with LiveProcess(str(video), "--model", model) as server, headless_page() as page:
            session = _Session(server, page, on_progress)
            session.start(programme_for(counted, rounds))
            figures = session.follow(rounds * once_s)
    return replace(figures, clip=clip.name, counted=in_order(counted.reps + counted.partials) * rounds)


def programme_for(counted: CountResult, rounds: int) -> Programme:
    """Sets of the one exercise that end where a round does, and more of them than the video has reps for.

    Raises:
        ReposeError: as `sets_for`.
    """
    return sets_for(counted.exercise, [rep.side for rep in counted.reps], rounds)


def sets_for(exercise: str, sides: Sequence[Side], rounds: int) -> Programme:
    """The same for complete reps of these sides in each round.

    Raises:
        ReposeError: the clip has no rep of one side or too many, or there are more rounds than a programme
            has sets for.
    """
    which = sorted(set(sides))
    if len(which) != 1:
        raise ReposeError(
            f"the clip must show complete reps of one side; it shows {' and '.join(which) or 'none'}"
        )
    rounds_a_set = MOST_REPS_A_SET // len(sides)
    if rounds_a_set == 0:
        raise ReposeError(f"the clip shows {len(sides)} reps; take a shorter one")
    sets = rounds // rounds_a_set + 1
    if sets > MOST_SETS:
        raise ReposeError("so long a session has more reps than a programme can hold; measure for less time")
    item = Item(
        exercise=exercise,
        sets=sets,
        reps=rounds_a_set * len(sides),
        sides=(which[0],),
        rest_s=0,
    )
    return Programme(items=(item,))


def in_order(reps: Sequence[Rep]) -> Reps:
    """Side and completeness of reps and partials, in the order of their time."""
    return tuple((rep.side, rep.reason is None) for rep in sorted(reps, key=lambda rep: rep.end_s))


class _Session:
    """One session of the server, seen through the page."""

    def __init__(self, server: LiveProcess, page: Page, on_progress: OnProgress) -> None:
        self._server, self._page, self._on_progress = server, page, on_progress
        page.before_scripts(_OVERHEAR)
        page.open(server.url)

    def start(self, programme: Programme) -> None:
        """Start the programme over the page's own connection, and wait for the exercise to begin."""
        self._until("waiting for the page", lambda said: said["open"] and said["role"] == "controller")
        start = json.dumps({"type": "start", "programme": programme.model_dump(mode="json")})
        self._page.evaluate(f"__bench.socket.send({json.dumps(start)})")
        self._until(
            "getting into position",
            lambda said: bool(said["state"]) and said["state"]["view"]["stage"] == Stage.WORKING,
        )

    def _until(self, title: str, ready: Callable[[dict[str, Any]], bool]) -> None:
        begun = time.monotonic()
        while not ready(said := self._overheard()):
            waited_s = time.monotonic() - begun
            if waited_s > READY_S or said["problem"]:
                view = (said["state"] or {}).get("view", {})
                why = said["problem"] or view.get("advice") or view.get("cue") or "the page shows nothing"
                raise ReposeError(f"{title} took too long: {why}")
            self._on_progress(title, waited_s, READY_S)
            time.sleep(0.1)

    def follow(self, expected_s: float) -> LiveFigures:
        """Measure until the video ends."""
        shown: list[float | None] = []
        heard: list[float] = []
        done: list[dict[str, Any]] = []
        moments: list[Moment] = []
        machine: dict[str, Any] = {}
        begun = time.monotonic()
        while True:
            said = self._overheard()
            at_s = time.monotonic() - begun
            view, machine = said["state"]["view"], said["state"]["machine"]
            done += said["done"]
            if view["stage"] == Stage.DONE:
                break
            if moments:  # what was shown before the first moment is not of this measurement
                shown += said["shown"]
                heard += said["heard"]
            used = self._server.usage()
            cpu_s, memory_mb = (used.cpu_s, used.memory_mb) if used else (None, None)
            moments.append(Moment(at_s, cpu_s, memory_mb, machine["analysed_fps"], machine["dropped"]))
            self._on_progress("measuring", at_s, expected_s)
            if at_s > 1.5 * expected_s + READY_S:
                raise ReposeError(f"the video does not end: {view['cue']}")
            time.sleep(SAMPLE_EVERY_S)
        done.sort(key=lambda rep: float(rep["end_s"]))
        return LiveFigures(
            clip="",
            model=machine["model"],
            size=tuple(machine["size"]),
            frame_rate=FRAME_RATE,
            latencies_ms=tuple(each for each in shown if each is not None),
            tones_ms=tuple(heard),
            moments=tuple(moments),
            live=tuple((rep["side"], rep["reason"] is None) for rep in done),
            counted=(),
            notes=tuple(machine["notes"]),
        )

    def _overheard(self) -> dict[str, Any]:
        if not self._server.running:
            raise ReposeError(f"the live coach has ended by itself: {self._server.last_line()}")
        said: dict[str, Any] = self._page.evaluate("__overheard()")
        return said

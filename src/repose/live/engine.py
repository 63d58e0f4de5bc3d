"""The live coach at work: the newest picture to landmarks to session to whoever listens.

One thread does everything that counts, in order: commands, pictures, troubles. The camera has a thread of
its own (`repose.capture.live`), and so have the things that would only hold up the landmarker: compressing
pictures, loading another pose model, looking for a second person.
"""

import logging
import queue
import statistics
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from repose.accounts.acting import Acting, Doing, acting, acting_now
from repose.calibration.capture import Proposal, Refusal
from repose.calibration.profiles import Profiles
from repose.capture.clock import now
from repose.capture.frames import Frame
from repose.capture.live import Capture, Captured
from repose.capture.pictures import shrink
from repose.capture.trouble import TroubleKind
from repose.coaching.commands import Calibrate, Command, Continue, Pause, Start, Stop
from repose.coaching.finding import Finding
from repose.coaching.messages import Done, Output, Say, Stage, Tone
from repose.coaching.programme import Programme
from repose.coaching.record import to_do
from repose.coaching.session import Session
from repose.errors import ReposeError
from repose.live.film import Filming
from repose.live.governor import Governor
from repose.live.looker import Looker
from repose.live.pictures import Picture
from repose.live.port import Event, Listener
from repose.live.protocol import (
    DoneMessage,
    Lit,
    Machine,
    PictureHeader,
    Problem,
    SayMessage,
    StateMessage,
    ToneMessage,
)
from repose.live.source import Source
from repose.pose.landmarks import VISIBILITY, Pose, PoseTrack, X, Y, as_track, not_found
from repose.sessions.continuing import interrupted
from repose.sessions.keeper import Beginning, Keeper
from repose.sessions.names import checked_name
from repose.sessions.persons import usual_name
from repose.sessions.store import Store

STATE_EVERY_S: Final = 0.1
"""Time between two states that only differ in numbers that move."""

WAIT_S: Final = 0.1
"""Longest wait for a picture before commands and the passing of time are looked at again."""

FAILURES_APART_S: Final = 10.0
"""Time between two lines in the log about the same failure."""

ALONE_S: Final = 10.0
"""A session that no page controls is paused after this time: nobody would hear it."""

JPEG_SIDE: Final = 720
"""Longest side of the pictures that pages get, in pixels."""

JPEG_QUALITY: Final = 75

_log = logging.getLogger(__name__)


class Engine:
    """Runs one session at a time on one source, for any number of listeners."""

    def __init__(
        self,
        source: Source,
        model: str = "full",
        calibration: Path | None = None,
        clock: Callable[[], float] = now,
        store: Store | None = None,
        profiles: Profiles | None = None,
    ) -> None:
        """Make an engine that stands still until `start`.

        Args:
            source: what to watch, from `find_source`.
            model: the pose model to begin with: "lite", "full", "heavy" or a path.
            calibration: file whose thresholds replace those of the profiles.
            clock: monotonic seconds, for the capture.
            store: where sessions are kept; None keeps nothing.
            profiles: what the clinic and each person has of their own; None for those in the usual folder.

        Raises:
            ReposeError: the pose model cannot be had.
        """
        self._source = source
        self._clock = clock
        self._load = partial((profiles or Profiles()).load, file=calibration)
        self._session = Session()
        self._zero_s = 0.0
        self._store = store
        self._keeper = None if store is None else Keeper(store)
        self._filming = Filming()
        self._capture = Capture(source.open, clock)
        self._looker = Looker(source, model)
        self._governor = Governor(model)
        self._notes: tuple[str, ...] = ()
        self._commands: queue.SimpleQueue[tuple[Command, Acting]] = queue.SimpleQueue()
        self._listeners: tuple[Listener, ...] = ()
        self._pages = 0
        self._alone_since: float | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="coach", daemon=True)
        self._jpegs = ThreadPoolExecutor(1, "jpeg")
        self._analysed: deque[float] = deque(maxlen=60)
        self._latencies_ms: deque[float] = deque(maxlen=60)
        self._tones_ms: deque[float] = deque(maxlen=10)
        self._begun_s = 0.0
        self._size = (0, 0)
        self._failure = ""
        self._failed_at = 0.0
        self._seq = 0
        self._state_at = 0.0
        self._state = StateMessage(view=self._session.view(), machine=Machine(source.name, model=model))

    def start(self) -> None:
        """Open the source and begin to watch."""
        self._capture.start()
        self._thread.start()

    def close(self) -> None:
        """Stop and release everything; closing twice is harmless."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)
        self._capture.close()
        self._looker.close()
        self._jpegs.shutdown(wait=False, cancel_futures=True)
        self._filming.close()
        if self._keeper is not None:
            self._keeper.close()

    def command(self, command: Command) -> None:
        """Do this as soon as the picture at hand is done; it is done for whoever acts now."""
        # What is read for it is read in order to keep a session.
        self._commands.put((command, replace(acting_now(), doing=Doing.EDIT)))

    def state(self) -> StateMessage:
        """What there is to show now."""
        return self._state

    def found(self) -> Proposal | Refusal | None:
        """What came of finding a person's range, in this session or the last one; None without."""
        return self._session.found

    def subscribe(self, listener: Listener) -> None:
        """Tell this listener of everything, from the engine's thread; it must return at once."""
        self._listeners = (*self._listeners, listener)

    def watched(self, pages: int, controlled: bool) -> None:
        """How many pages watch, and whether one of them controls the session."""
        self._pages = pages
        if controlled:
            self._alone_since = None
        elif self._alone_since is None:
            self._alone_since = time.monotonic()

    def note_latency(self, shown_ms: float) -> None:
        """A page painted a picture so many milliseconds after its capture."""
        self._latencies_ms.append(shown_ms)

    def note_tone(self, delay_ms: float) -> None:
        """A page began a tone so many milliseconds after its decision."""
        self._tones_ms.append(delay_ms)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._turn()
            except Exception as error:  # noqa: BLE001 - the session lives on, whatever happens
                self._note_failure(error)
                self._stop.wait(WAIT_S)

    def _used(self, captured: Captured) -> bool:
        """Look at a picture; False if that failed, which costs this picture and nothing else."""
        try:
            self._look(captured)
        except Exception as error:  # noqa: BLE001 - what one picture did must not stop the time
            self._note_failure(error)
            return False
        return True

    def _note_failure(self, error: Exception) -> None:
        """Log what went wrong; what goes wrong with every picture, once in a while."""
        at = time.monotonic()
        if repr(error) != self._failure or at - self._failed_at >= FAILURES_APART_S:
            self._failure, self._failed_at = repr(error), at
            _log.error("something failed; going on with the next picture", exc_info=error)

    def _turn(self) -> None:
        """One round: what was asked for, then the newest picture, or the passing of time."""
        captured = self._capture.newest(WAIT_S)
        while True:
            try:
                command, who = self._commands.get_nowait()
            except queue.Empty:
                break
            try:
                with acting(who):
                    if self._obey(command):
                        captured = None
            except ReposeError as error:
                self._publish(Problem(text=str(error)))
        time_s = self._session_s()
        if self._alone_since is not None and time.monotonic() - self._alone_since > ALONE_S:
            self._alone_since = None
            self._tell(self._session.command(Pause(), time_s))
        self._tell(self._session.trouble(self._capture.trouble, time_s))
        if captured is None or not self._used(captured):
            self._tell(self._session.pass_time(time_s))
        if not self._session.progress().running:
            self._filming.end()
        self._capture.hold(self._session.holds_video)
        self._tell([])

    def _obey(self, command: Command) -> bool:
        """Do what was asked for; whether the picture at hand is of no use any more.

        Raises:
            ReposeError: it cannot be done.
        """
        match command:
            case Start():
                self._begin(command)
            case Calibrate():
                self._calibrate(command)
            case Continue():
                self._go_on(command)
            case _:
                self._tell(self._session.command(command, self._session_s()))
                return False
        return True

    def _begin(self, command: Start) -> None:
        person = checked_name(command.person) if command.person.strip() else ""
        whose = person or self._usual_name()
        records = to_do(command.programme, lambda slug: self._load(slug, whose))
        self._make_way(0.0)
        outputs = self._session.start(records, 0.0)
        if self._keeper is not None:
            self._keeper.begin(self._beginning(person, command.programme, prescribe=command.prescribe))
            self._filming.wanted = command.keep_video and self._source.has_pictures
        self._tell(outputs)

    def _calibrate(self, command: Calibrate) -> None:
        person = checked_name(command.person) if command.person.strip() else ""
        exercise = self._load(command.exercise, person or self._usual_name())
        finding = Finding(exercise, self._load(command.exercise), command.side)
        self._make_way(0.0)
        outputs = self._session.find_range(finding, 0.0)
        if self._keeper is not None:
            self._keeper.begin(self._beginning(person, None))
        self._filming.wanted = False
        self._tell(outputs)

    def _beginning(self, person: str, programme: Programme | None, *, prescribe: bool = False) -> Beginning:
        """What is known of a session that starts now; without a programme it finds a range."""
        return Beginning(
            person=person,
            programme=programme,
            prescribe=prescribe,
            source=self._source.name,
            model=self._looker.model,
            software=self._looker.software,
        )

    def _usual_name(self) -> str:
        """Who exercised last; "" where nobody knows, or the store cannot say just now."""
        with suppress(ReposeError):
            return usual_name(self._store) if self._store is not None else ""
        return ""

    def _go_on(self, command: Continue) -> None:
        if self._store is None or self._keeper is None:
            raise ReposeError("no sessions are kept here; start a new one")
        if self._session.progress().running and command.session == self._keeper.session_id:
            raise ReposeError("that session is under way already")
        found = interrupted(self._store, command.session, self._load)
        self._make_way(found.from_s)
        outputs = self._session.start(found.records, found.from_s)
        self._keeper.go_on(found.kept, found.records)
        self._tell(outputs)

    def _make_way(self, start_s: float) -> None:
        """End the session under way; for the next one it is this time on its clock."""
        if self._session.progress().running:
            self._tell(self._session.command(Stop(), self._session_s()))
        self._filming.end()
        if self._ended:
            self._play_again()
        self._zero_s = self._time_s() - start_s

    @property
    def _ended(self) -> bool:
        trouble = self._capture.trouble
        return trouble is not None and trouble.kind is TroubleKind.ENDED

    def _play_again(self) -> None:
        """A file that has ended begins anew, while the engine's clock goes on."""
        self._begun_s = self._time_s()
        self._capture.close()
        self._capture = Capture(self._source.open, self._clock)
        self._capture.hold(True)
        self._capture.start()

    def _time_s(self) -> float:
        """Now, on the engine's clock, which goes on from session to session."""
        return self._begun_s + self._capture.time_s()

    def _session_s(self, time_s: float | None = None) -> float:
        """A time of the engine's clock, or now, on the session's."""
        return (self._time_s() if time_s is None else time_s) - self._zero_s

    def _look(self, captured: Captured) -> None:
        frame = replace(captured.frame, time_s=self._begun_s + captured.frame.time_s)
        height, width = frame.image.shape[:2]
        self._size = (width, height)
        jpeg = self._jpegs.submit(_jpeg, frame.image) if self._pages and self._source.has_pictures else None
        stage = self._session.view().stage
        pose = None
        if stage not in (Stage.IDLE, Stage.DONE):
            started_s = self._clock()
            pose = _whole(self._looker.look(frame))
            busy_s = self._clock() - started_s
            self._analysed.append(frame.time_s)
            self._keep_up(frame, busy_s)
            people = self._looker.people(frame) if self._session.wants_people else None
            seen = replace(pose, time_s=self._session_s(frame.time_s))
            track = as_track([seen], self._size, self._source.name, self._looker.model, self._looker.software)
            self._tell(self._session.see(track, people), track)
            self._film(seen.time_s, frame.image)
        if self._pages:
            self._publish(
                Picture(
                    self._header(self._session_s(frame.time_s), captured.captured_at, pose),
                    jpeg.result() if jpeg else b"",
                )
            )

    def _film(self, time_s: float, image: NDArray[np.uint8]) -> None:
        """Keep the picture in the session's video, if one was asked for, from the first set on."""
        keeper = self._keeper
        if self._store is not None and keeper is not None and keeper.kept and self._filming.wanted:
            name = self._filming.begin(self._store.videos, str(keeper.session_id))
            if name is not None:
                keeper.keep_video(name)
        if not self._session.progress().paused:
            self._filming.add(time_s, image)

    def _keep_up(self, frame: Frame, busy_s: float) -> None:
        """Do less where the machine does not keep up."""
        step = self._governor.see(frame.time_s, self._capture.fps, busy_s, max(self._size))
        if step is None:
            return
        _log.warning("%s", step.text)
        self._notes = (*self._notes, step.text)
        if step.longest_side is not None:
            self._capture.limit(step.longest_side)
        if step.model is not None:
            self._looker.change(step.model)

    def _header(self, time_s: float, captured_at: float, pose: Pose | None) -> PictureHeader:
        width, height = self._size
        self._seq += 1
        view = self._session.view()
        lit = None
        if view.joint is not None and view.current is not None:
            side = view.working_side or view.sets[view.current].side
            lit = Lit(view.joint, side, view.gauge.angle_deg if view.gauge else None)
        return PictureHeader(
            seq=self._seq,
            time_s=time_s,
            captured_ms=captured_at * 1000,
            width=width,
            height=height,
            landmarks=_landmarks(pose) if pose is not None and pose.found else None,
            lit=lit,
        )

    def _tell(self, outputs: list[Output], track: PoseTrack | None = None) -> None:
        """Publish what the session gave out, and the state if it is time or something happened.

        Before anybody hears of it, it is kept, with the poses that the session was shown.
        """
        if self._keeper is not None:
            self._keeper.keep(self._session.progress(), track)
        for output in outputs:
            match output:
                case Say():
                    self._publish(SayMessage(say=output))
                case Tone():
                    self._publish(ToneMessage(tone=output, decided_ms=time.time() * 1000))
                case Done():
                    self._publish(DoneMessage(done=output))
        at = time.monotonic()
        if outputs or at - self._state_at >= STATE_EVERY_S:
            self._state_at = at
            self._state = StateMessage(view=self._session.view(), machine=self._machine())
            self._publish(self._state)

    def _machine(self) -> Machine:
        span_s = self._analysed[-1] - self._analysed[0] if len(self._analysed) > 1 else 0.0
        fresh = bool(self._analysed) and self._time_s() - self._analysed[-1] < 1.0
        return Machine(
            source=self._source.name,
            size=self._size if self._size != (0, 0) else None,
            camera_fps=round(self._capture.fps, 1),
            analysed_fps=round((len(self._analysed) - 1) / span_s, 1) if fresh and span_s else 0.0,
            dropped=self._capture.dropped,
            model=self._looker.model,
            latency_ms=_median(self._latencies_ms),
            tone_ms=_median(self._tones_ms),
            trouble=self._capture.trouble,
            notes=(*self._notes, *self._looker.notes, *self._filming.notes),
            keeps=self._keeper is not None,
            session=self._keeper.session_id if self._keeper is not None else None,
            unsaved=self._keeper.unsaved if self._keeper is not None else None,
            films=self._filming.running and not self._session.progress().paused,
        )

    def _publish(self, event: Event) -> None:
        for listener in self._listeners:
            listener(event)


def _jpeg(image: NDArray[np.uint8]) -> bytes:
    """A (height, width, 3) BGR picture as JPEG."""
    ok, data = cv2.imencode(".jpg", shrink(image, JPEG_SIDE), [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    return data.tobytes() if ok else b""


def _whole(pose: Pose) -> Pose:
    """The pose; nobody where any of its numbers is none, for no page and no counter could do with it."""
    return pose if np.isfinite(pose.points).all() else not_found(pose.time_s, pose.light)


def _landmarks(pose: Pose) -> list[tuple[float, float, float]]:
    """[x, y, visibility] of each landmark, to a ten-thousandth of the picture."""
    return [
        (round(x, 4), round(y, 4), round(seen, 2))
        for x, y, seen in pose.points[:, [X, Y, VISIBILITY]].tolist()
    ]


def _median(values: deque[float]) -> float | None:
    """The middle one of some milliseconds, to a tenth; None without any."""
    return round(statistics.median(tuple(values)), 1) if values else None

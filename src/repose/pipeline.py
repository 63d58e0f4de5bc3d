"""From a source to its count: the one way through all the rooms, for every command."""

import logging
import platform
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final

from repose.counting.counter import Counter
from repose.counting.machine import Prescribed
from repose.counting.result import CountResult
from repose.errors import ReposeError
from repose.exercises import Exercise, load_exercise
from repose.pose.landmarks import Pose, PoseTrack, as_track, joined
from repose.sessions.recording import is_recording, read_chunks, read_info

if TYPE_CHECKING:
    from repose.capture.frames import Frame, FrameSource
    from repose.pose.estimator import PoseEstimator

# OpenCV, MediaPipe and PyAV are imported where they are used: re-counting a recording needs none of them.
# A file is decoded ahead, in a process of its own, while the landmarker works on earlier frames in this one.

CHUNK: Final = 16
"""Poses that go to the counter at once where nobody watches; the count does not depend on it."""

OnFrame = Callable[[int, int | None, float], None]
"""Called with frames done, frames expected (None if unknown), and the capture time reached in seconds."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Timing:
    """Where the time went.

    Attributes:
        frames: number of frames counted.
        landmarker_s: wall seconds inside the pose estimator; 0 for a recording.
        total_s: wall seconds from the first frame to the result; opening and loading are left out.
    """

    frames: int
    landmarker_s: float
    total_s: float


def count_source(
    source: str,
    exercise: Exercise | str,
    *,
    side: Prescribed = "auto",
    model: str = "full",
    calibration: Path | None = None,
    on_frame: OnFrame | None = None,
    overlay: Path | None = None,
    keep_landmarks: bool = True,
) -> tuple[CountResult, PoseTrack, Timing]:
    """Count one exercise in a video file, a camera, or a recording.

    A camera is counted until Ctrl-C or until it gives no more pictures; the count so far is the result.
    What the user should know but does not stop the count, such as a file that breaks off, is logged as a
    warning, one line each.

    Args:
        source: a path, or "camera:0".
        exercise: with the thresholds in force; or its slug, for the default ones.
        side: the side that is prescribed; "auto" finds it out.
        model: "lite", "full", "heavy", or the path of a bundle; a recording has its landmarks already.
        calibration: with a slug, file whose thresholds override the default ones.
        on_frame: told of the progress.
        overlay: write the video with what was seen to this file.
        keep_landmarks: return the landmarks; without them, an hour of recording needs little memory.

    Returns:
        The count, the landmarks it was made from (their metadata only, if they are not kept), and the time
        it took.

    Raises:
        ReposeError: something the user can mend: the source, the model, the exercise, the calibration.
    """
    if isinstance(exercise, str):
        exercise = load_exercise(exercise, calibration)
    if not is_recording(source):
        return _count_pictures(source, exercise, side, model, on_frame, overlay, keep_landmarks)
    if overlay is not None:
        raise ReposeError(f"{source}: a recording holds no pictures; make the overlay from the video")
    return _count_recording(Path(source), exercise, side, on_frame, keep_landmarks)


def _count_recording(
    path: Path, exercise: Exercise, side: Prescribed, on_frame: OnFrame | None, keep_landmarks: bool
) -> tuple[CountResult, PoseTrack, Timing]:
    info = read_info(path)
    nothing = as_track([], info.frame_size, info.source, info.model, info.software)
    kept = [nothing]
    done = 0
    started = time.perf_counter()
    counter = Counter(exercise, info.frame_size, side)
    for chunk in read_chunks(path):
        counter.push(chunk)
        done += len(chunk.time_s)
        if keep_landmarks:
            kept.append(chunk)
        if on_frame:
            on_frame(done, info.frames, float(chunk.time_s[-1]))
    counter.finish()
    result = counter.result()
    return result, joined(kept), Timing(done, 0.0, time.perf_counter() - started)


def _count_pictures(
    source: str,
    exercise: Exercise,
    side: Prescribed,
    model: str,
    on_frame: OnFrame | None,
    overlay: Path | None,
    keep_landmarks: bool,
) -> tuple[CountResult, PoseTrack, Timing]:
    from repose.capture.open import open_source

    with ExitStack() as stack:
        # The source first: a wrong name is told before a model is fetched for it, and MediaPipe imported.
        frames = stack.enter_context(closing(open_source(source)))
        info = frames.info
        from repose.pose.bundle import ensure_bundle
        from repose.pose.mediapipe_estimator import MediaPipeEstimator

        estimator = stack.enter_context(closing(MediaPipeEstimator(ensure_bundle(model), model)))
        painter = None
        if overlay:
            from repose.overlay.painter import painting

            painter = stack.enter_context(painting(overlay, info.frame_rate, exercise))
        live = source.startswith("camera:")
        pictures = stack.enter_context(_until_stopped(frames)) if live else iter(frames)

        counter = Counter(exercise, info.size, side)
        software = software_of(estimator)

        def track_of(some: list[Pose]) -> PoseTrack:
            return as_track(some, info.size, info.name, estimator.model, software)

        poses: list[Pose] = []
        waiting: list[Pose] = []
        done, landmarker_s = 0, 0.0
        started = time.perf_counter()
        for frame in pictures:
            before = time.perf_counter()
            pose = estimator.estimate(frame)
            landmarker_s += time.perf_counter() - before
            done += 1
            waiting.append(pose)
            if painter or len(waiting) == CHUNK:
                counter.push(track_of(waiting))
                poses += waiting if keep_landmarks else []
                waiting = []
            if painter:
                painter.add(frame, pose, counter.status())
            if on_frame:
                on_frame(done, info.frame_count, frame.time_s)
        counter.push(track_of(waiting))
        poses += waiting if keep_landmarks else []
        last = counter.status()
        counter.finish()
        if painter:
            # Finishing leaves no phase behind, but may complete a rep.
            painter.finish(replace(last, counts=counter.status().counts))
        result = counter.result()
        timing = Timing(done, landmarker_s, time.perf_counter() - started)
        if frames.ended_early:
            _log.warning("%s", frames.ended_early)
        return result, track_of(poses), timing


def software_of(estimator: "PoseEstimator") -> dict[str, str]:
    """Versions and model hash that decide what the landmarks are."""
    return {
        "repose": version("repose"),
        "python": platform.python_version(),
        "mediapipe": version("mediapipe"),
        "opencv": version("opencv-contrib-python"),
        "numpy": version("numpy"),
        "model": estimator.model,
        "model_sha256": estimator.sha256,
    }


@contextmanager
def _until_stopped(frames: "FrameSource") -> Iterator[Iterator["Frame"]]:
    """The frames of a camera until Ctrl-C or until it gives no more, which ends them and is no error.

    A second Ctrl-C stops at once, as usual.
    """
    pressed = threading.Event()

    def note(number: int, stack: object) -> None:
        if pressed.is_set():
            raise KeyboardInterrupt
        pressed.set()

    def until_stopped() -> Iterator["Frame"]:
        any_yet = False
        try:
            for frame in frames:
                if pressed.is_set():
                    return
                yield frame
                any_yet = True
        except ReposeError as error:
            if not any_yet:
                raise
            _log.warning("%s", error)

    if threading.current_thread() is not threading.main_thread():
        yield until_stopped()  # only the main thread may handle signals
        return
    before = signal.signal(signal.SIGINT, note)
    try:
        yield until_stopped()
    finally:
        signal.signal(signal.SIGINT, before)

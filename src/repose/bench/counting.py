"""What Repose costs on top of the bare landmarker, how fast it counts again, and in how much memory."""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from repose.errors import ReposeError
from repose.pipeline import count_source
from repose.pose.landmarks import PoseTrack
from repose.pose.mediapipe_version import check_mediapipe

MODELS: Final = ("lite", "full", "heavy")

OnStep = Callable[[str], None]
"""Told what is being measured next."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Repose's counting of a video beside a loop that only decodes and runs the landmarker.

    Attributes:
        model: name of the pose model.
        frames: frames of the clip.
        bare_s, repose_s: wall seconds of each round, side by side.
    """

    model: str
    frames: int
    bare_s: tuple[float, ...]
    repose_s: tuple[float, ...]

    @property
    def ratios(self) -> tuple[float, ...]:
        """Repose's time over the bare loop's, round by round; 1 is no cost at all."""
        return tuple(ours / bare for ours, bare in zip(self.repose_s, self.bare_s, strict=True))


@dataclass(frozen=True, slots=True)
class Recount:
    """Counting a recording again, in a process of its own.

    Attributes:
        recorded_s: length of the recording in seconds.
        frames: its frames.
        count_s: wall seconds of reading and counting.
        process_s: wall seconds of the whole process, Python's start included.
        peak_mb: most memory the process had at a time, in megabytes (10^6 bytes).
    """

    recorded_s: float
    frames: int
    count_s: float
    process_s: float
    peak_mb: float

    @property
    def times_real_time(self) -> float:
        """How much faster than the recording lasts."""
        return self.recorded_s / self.count_s


def bare_loop(clip: Path, bundle: Path) -> int:
    """Decode a clip, turn each frame to RGB, run MediaPipe's landmarker on it, and nothing else.

    Returns:
        The number of frames.
    """
    import cv2
    from mediapipe import Image, ImageFormat
    from mediapipe.tasks.python import BaseOptions, vision

    options = vision.PoseLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=str(bundle)), running_mode=vision.RunningMode.VIDEO
    )
    capture = cv2.VideoCapture(str(clip))
    period_ms = 1000 / capture.get(cv2.CAP_PROP_FPS)
    frames = 0
    with vision.PoseLandmarker.create_from_options(options) as landmarker:
        while True:
            ok, image = capture.read()
            if not ok:
                break
            picture = Image(image_format=ImageFormat.SRGB, data=cv2.cvtColor(image, cv2.COLOR_BGR2RGB))
            landmarker.detect_for_video(picture, round(frames * period_ms))
            frames += 1
    capture.release()
    return frames


def measure_cost(clip: Path, exercise: str, model: str, rounds: int, on_step: OnStep) -> Cost:
    """Time the bare loop and Repose in turns on the same clip, after a round of each to warm up.

    Raises:
        ReposeError: the model or the clip cannot be had, or MediaPipe is a version that must not run.
    """
    from repose.pose.bundle import ensure_bundle
    from repose.pose.hush import hushed

    check_mediapipe()
    bundle = ensure_bundle(model)
    frames = 0
    bare_s: list[float] = []
    repose_s: list[float] = []
    for round_number in range(rounds + 1):
        name = f"round {round_number} of {rounds}" if round_number else "warming up"
        # In turns which goes first, so that a machine that slows down favours neither.
        for ours in (True, False) if round_number % 2 else (False, True):
            on_step(f"{model}, {name}: {'Repose' if ours else 'the bare landmarker'}")
            started = time.perf_counter()
            if ours:
                count_source(str(clip), exercise, model=model)
            else:
                with hushed():
                    frames = bare_loop(clip, bundle)
            elapsed = time.perf_counter() - started
            if round_number:
                (repose_s if ours else bare_s).append(elapsed)
    return Cost(model, frames, tuple(bare_s), tuple(repose_s))


def measure_recount(track: PoseTrack, exercise: str, length_s: float) -> Recount:
    """Count a recording of a given length again, made by repeating a track at 30 frames a second.

    Raises:
        ReposeError: the recording cannot be written or counted.
    """
    from repose.sessions.recording import save_recording

    with tempfile.TemporaryDirectory() as folder:
        recording = Path(folder) / "long.parquet"
        long = repeated(track, length_s)
        save_recording(long, recording)
        recorded_s, frames = long.duration_s, len(long.time_s)
        del long
        command = [sys.executable, "-m", "repose.bench.counting", str(recording), exercise]
        started = time.perf_counter()
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        process_s = time.perf_counter() - started
    if done.returncode:
        raise ReposeError(f"re-counting failed: {done.stderr.strip().splitlines()[-1]}")
    said = json.loads(done.stdout)
    return Recount(recorded_s, frames, said["count_s"], process_s, said["peak_mb"])


def repeated(track: PoseTrack, length_s: float, frame_rate: float = 30.0) -> PoseTrack:
    """A track played again and again until it is so long, with an even frame rate.

    Each frame is the one of the original that was newest at its time.
    """
    time_s = np.arange(round(length_s * frame_rate)) / frame_rate
    # A hair later, so that rounding does not show the frame before.
    within = track.time_s[0] + (time_s + 1e-9) % track.duration_s
    newest = np.searchsorted(track.time_s, within, side="right") - 1
    return replace(track, time_s=time_s, points=track.points[newest], light=track.light[newest])


def peak_mb() -> float:
    """The most memory this process has had at a time, in megabytes."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        import resource

        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6
    # Not ru_maxrss: on Linux it remembers how large the parent was.
    return int(status.split("VmHWM:")[1].split()[0]) * 1024 / 1e6


def summary(values: Sequence[float]) -> dict[str, float]:
    """Smallest, middle and largest."""
    return {
        "min": round(min(values), 3),
        "median": round(statistics.median(values), 3),
        "max": round(max(values), 3),
    }


def _recount(recording: str, exercise: str) -> None:
    """What the process of its own does: count, and say how long that took and how much memory."""
    started = time.perf_counter()
    count_source(recording, exercise, keep_landmarks=False)
    count_s = time.perf_counter() - started
    sys.stdout.write(json.dumps({"count_s": count_s, "peak_mb": peak_mb()}))


if __name__ == "__main__":
    _recount(*sys.argv[1:])

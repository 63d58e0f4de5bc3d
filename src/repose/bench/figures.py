"""What was measured of the live coach."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

LATENCY_TARGET_MS: Final = 100.0
TONE_TARGET_MS: Final = 150.0

Reps = tuple[tuple[str, bool], ...]
"""Side of each rep or partial in their order, and whether it was complete."""


@dataclass(frozen=True, slots=True)
class Moment:
    """The machine at one moment of the measurement.

    Attributes:
        at_s: wall seconds since its begin.
        cpu_s: CPU seconds of the server since it was started; None where it cannot be told.
        memory_mb: memory of the server, in megabytes (10^6 bytes); None where it cannot be told.
        analysed_fps: pictures a second in which the body is looked for.
        dropped: pictures left out since the server was started.
    """

    at_s: float
    cpu_s: float | None
    memory_mb: float | None
    analysed_fps: float
    dropped: int


@dataclass(frozen=True, slots=True)
class Memory:
    """Memory of the server, in megabytes (10^6 bytes).

    Attributes:
        begin_mb, end_mb: means over the first and the last tenth of the time.
        slope_mb_per_min: of a line through the second half; in the first minutes caches fill.
    """

    begin_mb: float
    end_mb: float
    slope_mb_per_min: float


@dataclass(frozen=True, slots=True)
class LiveFigures:
    """What was measured from the first set's begin to the end of the video.

    Attributes:
        clip: name of the clip that was played again and again.
        model: the pose model at the end.
        size: (width, height) of the analysed pictures.
        frame_rate: pictures a second that the source gave.
        latencies_ms: from capture to paint, of each painted picture.
        tones_ms: from the decision to the tone, of each tone.
        moments: the machine, about once a second.
        live, counted: the reps of the session, and those that `count_source` finds in the same video.
        notes: what the coach changed to keep up.
    """

    clip: str
    model: str
    size: tuple[int, int]
    frame_rate: float
    latencies_ms: tuple[float, ...]
    tones_ms: tuple[float, ...]
    moments: tuple[Moment, ...]
    live: Reps
    counted: Reps
    notes: tuple[str, ...]

    @property
    def duration_s(self) -> float:
        """Length of the measurement in wall seconds."""
        return self.moments[-1].at_s - self.moments[0].at_s

    @property
    def shown_fps(self) -> float:
        """Pictures painted a second."""
        return len(self.latencies_ms) / self.duration_s

    @property
    def analysed_fps(self) -> float:
        """Pictures a second in which the body was looked for, on average."""
        return float(np.mean([moment.analysed_fps for moment in self.moments]))

    @property
    def dropped(self) -> int:
        """Pictures left out meanwhile."""
        return self.moments[-1].dropped - self.moments[0].dropped

    @property
    def cpu_share(self) -> float | None:
        """How much of one core the server used; None where it cannot be told."""
        first, last = self.moments[0].cpu_s, self.moments[-1].cpu_s
        return None if first is None or last is None else (last - first) / self.duration_s

    @property
    def memory_mb(self) -> "Memory | None":
        """Memory of the server; None where it cannot be told, or where too little was measured."""
        known = [(moment.at_s, moment.memory_mb) for moment in self.moments if moment.memory_mb is not None]
        if len(known) < 8:
            return None
        at_s, memory_mb = np.array(known).T
        tenth, half = max(1, len(known) // 10), len(known) // 2
        return Memory(
            begin_mb=float(memory_mb[:tenth].mean()),
            end_mb=float(memory_mb[-tenth:].mean()),
            slope_mb_per_min=float(np.polyfit(at_s[half:], memory_mb[half:], 1)[0]) * 60,
        )

    @property
    def same_reps(self) -> bool:
        """Whether the session counted what `count_source` counts."""
        return self.live == self.counted


def percentile(values: Sequence[float], share: float) -> float | None:
    """The value that so many percent of the values do not exceed, to a tenth; None without any."""
    return round(float(np.percentile(values, share)), 1) if values else None

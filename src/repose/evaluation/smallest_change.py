"""How much two sessions must differ before the difference is more than the error of measurement.

What is the same error in all sessions cancels out of a difference; what differs between them (the camera's
place, the light, clothes) does not. From the mean error of each of many clips with a known truth, the
smallest change that is seen with 95 % certainty is 1.96 · √2 · SD between clips: the repeatability
coefficient (Bland and Altman 1999), also known as the minimal detectable change (Weir 2005).
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from repose.evaluation.metrics import Z_95, ClipScore


@dataclass(frozen=True, slots=True)
class Repeatability:
    """How far the means of clips scatter.

    Attributes:
        clips: number of clips with a mean error.
        bias: mean of the clips' mean errors, counted minus true.
        sd: standard deviation between clips; None of fewer than two.
    """

    clips: int
    bias: float | None
    sd: float | None

    @property
    def smallest_change(self) -> float | None:
        """Difference between two sessions below which it may be error alone; None if unknown."""
        return None if self.sd is None else Z_95 * math.sqrt(2) * self.sd

    @classmethod
    def of(cls, means: Sequence[float]) -> "Repeatability":
        """From the mean error of each clip."""
        if not means:
            return cls(0, None, None)
        sd = float(np.std(means, ddof=1)) if len(means) > 1 else None
        return cls(len(means), float(np.mean(means)), sd)


@dataclass(frozen=True, slots=True)
class Repeatabilities:
    """Those of what a history shows.

    Attributes:
        peak_deg: the working angle at the end position.
        hold_s: the hold.
        tempo_s: the time from leaving rest to being back.
    """

    peak_deg: Repeatability
    hold_s: Repeatability
    tempo_s: Repeatability


def repeatabilities(clips: Sequence[ClipScore]) -> Repeatabilities:
    """From clips of one exercise; those without matched reps of known truth have no part."""
    return Repeatabilities(
        peak_deg=Repeatability.of(_means(clip.peak_errors for clip in clips)),
        hold_s=Repeatability.of(_means(clip.hold_errors for clip in clips)),
        tempo_s=Repeatability.of(_means(_tempo_errors(clip) for clip in clips)),
    )


def _means(errors: Iterable[Sequence[float] | np.ndarray]) -> list[float]:
    return [float(np.mean(each)) for each in errors if len(each)]


def _tempo_errors(clip: ClipScore) -> list[float]:
    return [
        (counted.end_s - counted.start_s) - (true.end_s - true.start_s)
        for true, counted in clip.matching.reps
        if true.start_s is not None and true.end_s is not None
    ]

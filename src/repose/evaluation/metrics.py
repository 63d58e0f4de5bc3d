"""Numbers for how right a count is: for one clip, and for any set of clips."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from repose.counting.result import CountResult
from repose.evaluation.matching import Matching, match
from repose.evaluation.truth import Truth
from repose.exercises.load import signal_of

Z_95: Final = 1.959964
"""Standard normal quantile of a two-sided 95 % interval."""

REFUSED_SHARE: Final = 0.5
"""Share of a clip that must be reported as not measured for "not measured" to be an answer."""

Errors = NDArray[np.float64]


class Outcome(StrEnum):
    """What a clip's count is worth."""

    EXACT = "exact"
    REFUSED = "refused"
    """Rightly not measured: the truth says that this view cannot show the exercise."""
    WRONG = "wrong"
    FAILED = "failed"
    """Counting stopped with an error."""


class Timing(Protocol):
    """Where the time went while one clip was counted."""

    @property
    def frames(self) -> int:
        """Number of frames."""
        ...

    @property
    def landmarker_s(self) -> float:
        """Seconds inside the landmarker; 0 for a recording."""
        ...

    @property
    def total_s(self) -> float:
        """Seconds in all."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class ClipScore:
    """One clip: what truly happened, what was counted, and how the two differ.

    Attributes:
        name: of the truth file, without its suffix.
        source: file name of the video or recording that was counted.
        truth: what truly happened.
        result: what was counted; None if counting failed.
        error: why counting failed.
        outcome: what the count is worth.
        matching: which counted event is which true event.
        hold_errors: (h,) seconds, counted minus true, of matched complete reps with a known hold.
        angle_errors: (a,) degrees, counted minus true working angle, at measured times.
        peak_errors: (p,) degrees, the same at the end positions of matched complete reps.
        range_errors: (r,) degrees, the same of the way from leaving rest to the end position: without what
            is off by a constant.
        timing: where the time went; None if counting failed, or nobody measured it.
    """

    name: str
    source: str
    truth: Truth
    result: CountResult | None
    error: str | None
    outcome: Outcome
    matching: Matching
    hold_errors: Errors
    angle_errors: Errors
    peak_errors: Errors
    range_errors: Errors
    timing: Timing | None

    @property
    def right(self) -> bool:
        """Whether the answer was right: exact, or rightly refused."""
        return self.outcome in (Outcome.EXACT, Outcome.REFUSED)

    @property
    def by_luck(self) -> bool:
        """Whether the count is exact although reps were missed and others were false."""
        return self.outcome is Outcome.EXACT and bool(self.matching.missed or self.matching.false)

    @property
    def counts(self) -> dict[str, int]:
        """Counted complete reps for each side and in total; zeros if counting failed."""
        return self.result.counts if self.result else dict.fromkeys(self.truth.counts, 0)


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many, with the 95 % Wilson score interval (Wilson 1927)."""

    count: int
    of: int

    @property
    def value(self) -> float | None:
        """The share, 0 to 1; None of nothing."""
        return self.count / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Lower and upper end, 0 to 1; None of nothing."""
        if not self.of:
            return None
        share, n, z2 = self.count / self.of, self.of, Z_95**2
        centre = share + z2 / (2 * n)
        margin = Z_95 * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
        low, high = (centre - margin) / (1 + z2 / n), (centre + margin) / (1 + z2 / n)
        # At either end the formula gives 0 or 1 but for rounding.
        return (0.0 if self.count == 0 else low, 1.0 if self.count == self.of else high)


@dataclass(frozen=True, slots=True)
class AbsoluteError:
    """Size of errors without sign: how many, median, 95th percentile; None of nothing."""

    n: int
    median: float | None
    p95: float | None

    @classmethod
    def of(cls, errors: Errors) -> "AbsoluteError":
        """From signed errors."""
        if len(errors) == 0:
            return cls(0, None, None)
        median, p95 = np.percentile(np.abs(errors), [50, 95])
        return cls(len(errors), float(median), float(p95))


@dataclass(frozen=True, slots=True)
class Agreement:
    """How two ways to measure one thing agree (Bland and Altman 1986), in the unit of the errors.

    Attributes:
        n: number of differences.
        mae: mean absolute error.
        bias: mean difference, counted minus true.
        low, high: limits of agreement, bias ± 1.96 standard deviations; None of fewer than two.
    """

    n: int
    mae: float | None
    bias: float | None
    low: float | None
    high: float | None

    @classmethod
    def of(cls, errors: Errors) -> "Agreement":
        """From signed errors."""
        if len(errors) == 0:
            return cls(0, None, None, None, None)
        mae, bias = float(np.mean(np.abs(errors))), float(np.mean(errors))
        if len(errors) == 1:
            return cls(1, mae, bias, None, None)
        spread = Z_95 * float(np.std(errors, ddof=1))
        return cls(len(errors), mae, bias, bias - spread, bias + spread)


@dataclass(frozen=True, slots=True)
class Summary:
    """The numbers of a set of clips. Clips rightly refused have no count, and no part in count errors.

    Attributes:
        clips: number of clips.
        right: clips with a right answer (exact or rightly refused), of all.
        exact: clips counted exactly, in total and for each side, of those not refused.
        by_luck: exact clips in which reps were missed and as many others were false.
        refused: clips rightly refused.
        failed: clips whose counting stopped with an error; they count as wrong, with nothing counted.
        true_reps, counted_reps: complete reps in all.
        mae: mean absolute error of a clip's total count.
        off_by_one: clips whose total count is at most one off (OBO), of those not refused.
        matched, missed, false: rep events, matched one to one.
        precision, recall, f1: of rep events; None where there is nothing to divide by.
        wrong_side: false reps that fit a missed rep in time but not in side.
        partials: true partials that were recognised, of all true partials.
        false_partials: counted partials that are none.
        partials_counted: true partials that were counted as complete reps.
        reps_as_partials: true reps that came out as partials.
        hold: errors of hold times, in seconds.
        angle, peak_angle, angle_range: agreement of the working angle over time, at end positions, and of
            the way between rest and end position, in degrees.
        not_measured_s: time not measured, in all clips.
        duration_s: length of all clips.
        idle_s: length of the clips in which truly nothing was exercised.
        idle_false_reps: reps counted in those.
        frames: frames of all clips.
        landmarker_ms, outside_ms: mean time per frame within the landmarker, and in everything else
            (decoding, counting).
    """

    clips: int
    right: Share
    exact: Share
    by_luck: int
    refused: int
    failed: int
    true_reps: int
    counted_reps: int
    mae: float | None
    off_by_one: Share
    matched: int
    missed: int
    false: int
    precision: float | None
    recall: float | None
    f1: float | None
    wrong_side: int
    partials: Share
    false_partials: int
    partials_counted: int
    reps_as_partials: int
    hold: AbsoluteError
    angle: Agreement
    peak_angle: Agreement
    angle_range: Agreement
    not_measured_s: float
    duration_s: float
    idle_s: float
    idle_false_reps: int
    frames: int
    landmarker_ms: float | None
    outside_ms: float | None

    @property
    def false_reps_in_10_min(self) -> float | None:
        """False reps in ten minutes of clips in which nothing was exercised; None without such clips."""
        return self.idle_false_reps / self.idle_s * 600 if self.idle_s else None


def score(name: str, source: str, truth: Truth, result: CountResult, timing: Timing | None) -> ClipScore:
    """Compare what was counted in one clip with what truly happened."""
    matching = match(truth, result)
    holds = [counted.hold_s - true.hold_s for true, counted in matching.reps if true.hold_s is not None]
    errors = result.trace.angle - truth.working_angle(result.trace.time_s)
    peaks, ranges = _peak_errors(truth, result, matching)
    return ClipScore(
        name=name,
        source=source,
        truth=truth,
        result=result,
        error=None,
        outcome=_outcome(truth, result),
        matching=matching,
        hold_errors=np.array(holds, np.float64),
        angle_errors=errors[np.isfinite(errors)],
        peak_errors=peaks[np.isfinite(peaks)],
        range_errors=ranges[np.isfinite(ranges)],
        timing=timing,
    )


def failed(name: str, source: str, truth: Truth, error: str) -> ClipScore:
    """A clip whose counting stopped with an error: wrong, with every true event missed."""
    none = np.empty(0)
    return ClipScore(
        name=name,
        source=source,
        truth=truth,
        result=None,
        error=error,
        outcome=Outcome.FAILED,
        matching=Matching((), (), truth.complete, (), truth.partials, (), (), (), ()),
        hold_errors=none,
        angle_errors=none,
        peak_errors=none,
        range_errors=none,
        timing=None,
    )


def summarise(clips: Sequence[ClipScore]) -> Summary:
    """The numbers of any set of clips: one, those of an exercise, or all."""
    counted = [clip for clip in clips if clip.outcome is not Outcome.REFUSED]
    totals = [(clip.counts["total"], clip.truth.counts["total"]) for clip in counted]
    off = [abs(machine - true) for machine, true in totals]
    matches = [clip.matching for clip in counted]
    matched = sum(len(each.reps) for each in matches)
    missed = sum(len(each.missed) for each in matches)
    false = sum(len(each.false) for each in matches)
    seen = sum(len(each.partials) for each in matches)
    idle = [clip for clip in counted if not clip.truth.reps and clip.result]
    timings = [clip.timing for clip in clips if clip.timing]
    frames = sum(timing.frames for timing in timings)
    landmarker_s = sum(timing.landmarker_s for timing in timings)
    total_s = sum(timing.total_s for timing in timings)
    return Summary(
        clips=len(clips),
        right=Share(sum(clip.right for clip in clips), len(clips)),
        exact=Share(sum(clip.outcome is Outcome.EXACT for clip in counted), len(counted)),
        by_luck=sum(clip.by_luck for clip in counted),
        refused=len(clips) - len(counted),
        failed=sum(clip.outcome is Outcome.FAILED for clip in clips),
        true_reps=sum(true for _, true in totals),
        counted_reps=sum(machine for machine, _ in totals),
        mae=sum(off) / len(off) if off else None,
        off_by_one=Share(sum(each <= 1 for each in off), len(off)),
        matched=matched,
        missed=missed,
        false=false,
        precision=_ratio(matched, matched + false),
        recall=_ratio(matched, matched + missed),
        f1=_ratio(2 * matched, 2 * matched + missed + false),
        wrong_side=sum(len(each.wrong_side) for each in matches),
        partials=Share(seen, seen + sum(len(each.missed_partials) for each in matches)),
        false_partials=sum(len(each.false_partials) for each in matches),
        partials_counted=sum(len(each.partials_counted) for each in matches),
        reps_as_partials=sum(len(each.reps_as_partials) for each in matches),
        hold=AbsoluteError.of(_together([clip.hold_errors for clip in counted])),
        angle=Agreement.of(_together([clip.angle_errors for clip in counted])),
        peak_angle=Agreement.of(_together([clip.peak_errors for clip in counted])),
        angle_range=Agreement.of(_together([clip.range_errors for clip in counted])),
        not_measured_s=sum(clip.result.not_measured_s for clip in clips if clip.result),
        duration_s=sum(clip.result.duration_s for clip in clips if clip.result),
        idle_s=sum(clip.result.duration_s for clip in idle if clip.result),
        idle_false_reps=sum(clip.counts["total"] for clip in idle),
        frames=frames,
        landmarker_ms=1000 * landmarker_s / frames if frames else None,
        outside_ms=1000 * (total_s - landmarker_s) / frames if frames else None,
    )


def _peak_errors(truth: Truth, result: CountResult, matching: Matching) -> tuple[Errors, Errors]:
    """Errors of the angle at the end positions, and of the way to them; NaN where not known."""
    name = signal_of(truth.exercise)
    known = [(true, counted) for true, counted in matching.reps if name in counted.peak]
    peaks = np.array([counted.peak[name] - truth.peak_angle(true) for true, counted in known], np.float64)
    starts = np.array([np.nan if true.start_s is None else true.start_s for true, _ in known], np.float64)
    true_rest = truth.working_angle(starts)
    trace = result.trace
    if len(trace.time_s) == 0:
        return peaks, np.full(len(peaks), np.nan)
    rest = np.interp([counted.start_s for _, counted in known], trace.time_s, trace.angle)
    return peaks, peaks - (rest - true_rest)


def _outcome(truth: Truth, result: CountResult) -> Outcome:
    if result.counts == truth.counts:
        return Outcome.EXACT
    refused = result.not_measured_s >= REFUSED_SHARE * result.duration_s > 0
    reasons = any(span.reason for span in result.unmeasured)
    if truth.not_measurable and result.counts["total"] == 0 and refused and reasons:
        return Outcome.REFUSED
    return Outcome.WRONG


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _together(errors: list[Errors]) -> Errors:
    return np.concatenate(errors) if errors else np.empty(0)

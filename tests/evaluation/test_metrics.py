"""Numbers computed by hand."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from repose.counting.result import CountResult, Phase, Rep, Side, Trace, Unmeasured
from repose.evaluation.metrics import (
    AbsoluteError,
    Agreement,
    ClipScore,
    Outcome,
    Share,
    failed,
    score,
    summarise,
)
from repose.evaluation.truth import SidedSeries, TrueAngles, TrueRep, Truth


@dataclass(frozen=True)
class Took:
    frames: int = 100
    landmarker_s: float = 2.0
    total_s: float = 2.1


def counted(peak_s: float, side: Side = "left", hold_s: float = 1.0, knee: float = 100.0) -> Rep:
    return Rep(
        side, peak_s - 1, peak_s, peak_s + 1, peak_s, hold_s, {"knee_flexion": knee}, 1, 1, (), peak_s + 1
    )


def counting(*reps: Rep, unmeasured: tuple[Unmeasured, ...] = (), duration_s: float = 20.0) -> CountResult:
    time_s = np.array([0.0, 5.0, 10.0])
    trace = Trace(time_s, np.array([1.0, np.nan, 13.0]), np.zeros(3), (Phase.REST,) * 3)
    return CountResult("heel-slides", reps, (), unmeasured, trace, {}, duration_s)


def true(peak_s: float, side: Side = "left", complete: bool = True, hold_s: float | None = None) -> TrueRep:
    return TrueRep(side=side, peak_s=peak_s, complete=complete, hold_s=hold_s)


def happened(*reps: TrueRep, not_measurable: str | None = None, angles: TrueAngles | None = None) -> Truth:
    return Truth(
        format="repose-truth",
        version=1,
        exercise="heel-slides",
        reps=reps,
        not_measurable=not_measurable,
        angles=angles,
    )


def scored(truth: Truth, result: CountResult) -> ClipScore:
    return score("clip", "clip.mp4", truth, result, Took())


def test_exact_means_total_and_each_side() -> None:
    truth = happened(true(2), true(6, "right"))
    assert scored(truth, counting(counted(2), counted(6, "right"))).outcome is Outcome.EXACT
    assert scored(truth, counting(counted(2), counted(6))).outcome is Outcome.WRONG
    assert scored(truth, counting(counted(2))).outcome is Outcome.WRONG


def test_an_exact_count_of_the_wrong_reps_is_luck() -> None:
    truth = happened(true(2), true(6))
    lucky = scored(truth, counting(counted(2), counted(9)))
    assert lucky.outcome is Outcome.EXACT
    assert lucky.by_luck
    assert not scored(truth, counting(counted(2), counted(6))).by_luck
    assert not scored(truth, counting(counted(2))).by_luck
    assert summarise([lucky]).by_luck == 1


def test_nothing_exercised_and_nothing_counted_is_exact() -> None:
    assert scored(happened(), counting()).outcome is Outcome.EXACT


@pytest.mark.parametrize(
    ("reason", "reps", "span_s", "because", "outcome"),
    [
        ("from the front", [], 10.0, "view", Outcome.REFUSED),
        ("from the front", [], 9.9, "view", Outcome.WRONG),
        ("from the front", [], 10.0, "", Outcome.WRONG),
        ("from the front", [counted(2), counted(6)], 10.0, "view", Outcome.WRONG),
        ("from the front", [counted(2)], 0.0, "view", Outcome.EXACT),
        (None, [], 10.0, "view", Outcome.WRONG),
    ],
)
def test_not_measured_is_right_only_where_it_cannot_be_measured(
    reason: str | None, reps: list[Rep], span_s: float, because: str, outcome: Outcome
) -> None:
    result = counting(*reps, unmeasured=(Unmeasured(0.0, span_s, because),))
    assert scored(happened(true(2), not_measurable=reason), result).outcome is outcome


def test_counts_and_events_of_three_clips() -> None:
    clips = [
        scored(happened(true(2), true(6)), counting(counted(2), counted(6))),
        # One too many, and one of the three elsewhere: 2 matched, 0 missed, 1 false.
        scored(happened(true(2), true(6)), counting(counted(2), counted(6), counted(12))),
        # Two too few: 1 matched, 2 missed.
        scored(happened(true(2), true(6), true(10)), counting(counted(2))),
    ]
    total = summarise(clips)
    assert (total.true_reps, total.counted_reps) == (7, 6)
    assert total.mae == pytest.approx((0 + 1 + 2) / 3)
    assert (total.off_by_one.count, total.off_by_one.of) == (2, 3)
    assert (total.exact.count, total.exact.of) == (1, 3)
    assert (total.matched, total.missed, total.false) == (5, 2, 1)
    assert total.precision == pytest.approx(5 / 6)
    assert total.recall == pytest.approx(5 / 7)
    assert total.f1 == pytest.approx(10 / 13)


def test_a_refused_clip_is_right_but_has_no_count() -> None:
    refused = scored(
        happened(true(2), true(6), not_measurable="dark"),
        counting(unmeasured=(Unmeasured(0.0, 20.0, "too dark"),)),
    )
    exact = scored(happened(true(2)), counting(counted(2)))
    total = summarise([refused, exact])
    assert (total.right.count, total.right.of) == (2, 2)
    assert (total.exact.count, total.exact.of, total.refused) == (1, 1, 1)
    assert (total.missed, total.mae, total.recall) == (0, 0.0, 1.0)
    assert (total.not_measured_s, total.duration_s) == (20.0, 40.0)


def test_a_failed_clip_is_wrong_with_everything_missed() -> None:
    clip = failed("clip", "clip.mp4", happened(true(2), true(4, complete=False)), "no frames")
    total = summarise([clip])
    assert (clip.outcome, clip.right, clip.counts["total"]) == (Outcome.FAILED, False, 0)
    assert (total.failed, total.missed, total.mae, total.frames) == (1, 1, 1.0, 0)
    assert (total.partials.count, total.partials.of) == (0, 1)
    assert total.precision is total.landmarker_ms is None


def test_hold_errors_are_those_of_matched_reps_with_a_known_hold() -> None:
    truth = happened(true(2, hold_s=1.0), true(6, hold_s=2.0), true(10), true(14, hold_s=9.0))
    result = counting(counted(2, hold_s=1.5), counted(6, hold_s=1.9), counted(10, hold_s=7.0))
    clip = scored(truth, result)
    np.testing.assert_allclose(clip.hold_errors, [0.5, -0.1])
    hold = summarise([clip]).hold
    assert hold.n == 2
    assert hold.median == pytest.approx(0.3)
    # 95 % of the way from 0.1 to 0.5.
    assert hold.p95 == pytest.approx(0.48)


def test_angles_are_compared_where_both_are_known() -> None:
    angles = TrueAngles(time_s=(0.0, 10.0), knee_flexion=SidedSeries(left=(0.0, 10.0)))
    clip = scored(happened(true(5), angles=angles), counting(counted(5, knee=8.0)))
    # The trace says 1, nothing, 13 at 0, 5, 10 s.
    np.testing.assert_allclose(clip.angle_errors, [1.0, 3.0])
    np.testing.assert_allclose(clip.peak_errors, [3.0])
    assert summarise([clip]).angle.bias == pytest.approx(2.0)


def test_the_range_leaves_out_what_is_off_by_a_constant() -> None:
    angles = TrueAngles(time_s=(0.0, 10.0), knee_flexion=SidedSeries(left=(0.0, 100.0)))
    truth = happened(TrueRep(side="left", start_s=1.0, peak_s=5.0, end_s=9.0), angles=angles)
    result = counting(counted(5, knee=57.0))
    # True: from 10 to 50. Counted: leaves rest at 4 s, where the trace says 45, and goes on to 57.
    trace = Trace(np.array([0.0, 10.0]), np.array([5.0, 105.0]), np.zeros(2), (Phase.REST,) * 2)
    clip = scored(truth, replace(result, trace=trace))
    np.testing.assert_allclose(clip.peak_errors, [7.0])
    np.testing.assert_allclose(clip.range_errors, [12.0 - 40.0])
    assert summarise([clip]).angle_range.bias == pytest.approx(-28.0)
    # Without the true time of leaving rest there is no true range.
    unknown = scored(happened(true(5), angles=angles), replace(result, trace=trace))
    assert len(unknown.range_errors) == 0


def test_without_true_angles_there_is_no_angle_error() -> None:
    total = summarise([scored(happened(true(5)), counting(counted(5)))])
    assert total.angle == total.peak_angle == Agreement(0, None, None, None, None)


def test_agreement_by_hand() -> None:
    # Mean 2, deviations -3, -1, 1, 3, variance 20/3.
    agreement = Agreement.of(np.array([-1.0, 1.0, 3.0, 5.0]))
    assert agreement.mae == pytest.approx(2.5)
    assert agreement.bias == pytest.approx(2.0)
    assert agreement.low == pytest.approx(2 - 1.959964 * np.sqrt(20 / 3))
    assert agreement.high == pytest.approx(2 + 1.959964 * np.sqrt(20 / 3))
    assert Agreement.of(np.array([-4.0])) == Agreement(1, 4.0, -4.0, None, None)


def test_absolute_error_of_nothing() -> None:
    assert AbsoluteError.of(np.empty(0)) == AbsoluteError(0, None, None)


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [
        # Wilson's interval as published: Newcombe 1998, table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (29, 29, 0.8830, 1.0),
    ],
)
def test_wilson_interval(count: int, of: int, low: float, high: float) -> None:
    interval = Share(count, of).interval
    assert interval is not None
    assert interval == pytest.approx((low, high), abs=5e-5)


def test_a_share_of_nothing_is_unknown() -> None:
    assert Share(0, 0).value is None
    assert Share(0, 0).interval is None


def test_false_reps_when_nothing_is_exercised() -> None:
    clips = [
        scored(happened(), counting(counted(5), duration_s=100.0)),
        scored(happened(), counting(duration_s=200.0)),
        scored(happened(true(5)), counting(counted(5), counted(9), duration_s=900.0)),
    ]
    total = summarise(clips)
    assert (total.idle_s, total.idle_false_reps) == (300.0, 1)
    assert total.false_reps_in_10_min == pytest.approx(2.0)
    assert summarise(clips[2:]).false_reps_in_10_min is None


def test_time_per_frame_weighs_frames_not_clips() -> None:
    clip = scored(happened(), counting())
    long = replace(clip, timing=Took(frames=300, landmarker_s=3.0, total_s=3.9))
    total = summarise([clip, long])
    assert total.frames == 400
    assert total.landmarker_ms == pytest.approx(5 / 400 * 1000)
    assert total.outside_ms == pytest.approx(1 / 400 * 1000)


def test_an_empty_set_has_no_numbers() -> None:
    total = summarise([])
    assert (total.clips, total.mae, total.f1, total.hold.n, total.angle.n) == (0, None, None, 0, 0)


sides: tuple[Literal["left", "right"], ...] = ("left", "right")
events = st.lists(st.tuples(st.integers(1, 30), st.sampled_from(sides)), unique=True, max_size=6)


@given(events, events)
def test_every_event_is_accounted_for_once(
    truly: list[tuple[int, Side]], found: list[tuple[int, Side]]
) -> None:
    clip = scored(
        happened(*(true(peak, side) for peak, side in sorted(truly))),
        counting(*(counted(peak, side) for peak, side in found)),
    )
    total = summarise([clip])
    assert total.matched == len(set(truly) & set(found))
    assert total.matched + total.missed == len(truly)
    assert total.matched + total.false == len(found)
    assert total.wrong_side <= min(total.missed, total.false)
    assert total.right.count == (clip.outcome is Outcome.EXACT)

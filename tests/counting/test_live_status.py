"""What is known while a rep is under way."""

from dataclasses import replace
from functools import cache
from itertools import groupby, pairwise

import numpy as np
import pytest

from repose.counting.counter import Counter, Status, count
from repose.counting.result import Phase
from repose.exercises import load_exercise
from repose.kinematics.clock import LOOKAHEAD_S
from repose.kinematics.quality import Sight
from tests.puppet import Doing, Performance, perform
from tests.puppet.damage import lost, picked
from tests.puppet.programme import SLUGS


def doing(slug: str) -> Performance:
    sided = slug in ("heel-slides", "knee-to-chest")
    return perform(
        Doing(slug, "right" if sided else "both", hold_s=3.0, ghost=0.4 if sided else 0.0, pause_s=1.5)
    )


@cache
def live(slug: str) -> list[Status]:
    """The status after each frame."""
    track = doing(slug).film()
    counter = Counter(load_exercise(slug), track.frame_size)
    seen = []
    for number in range(len(track.time_s)):
        counter.push(picked(track, slice(number, number + 1)))
        seen.append(counter.status())
    return seen


@pytest.mark.parametrize("slug", SLUGS)
def test_the_phases_of_a_set(slug: str) -> None:
    phases = [phase for phase, _ in groupby(count(doing(slug).film(), load_exercise(slug)).trace.phase)]
    start = [phase for phase in phases[:3] if phase is not Phase.SETTLING]
    assert start[0] is Phase.REST
    once = [Phase.GOING, Phase.HOLDING, Phase.RETURNING, Phase.REST]
    if slug == "ankle-pumps":
        # Between the ends a foot is going again.
        once = [Phase.GOING, Phase.HOLDING, Phase.GOING, Phase.RETURNING, Phase.REST]
    assert phases[phases.index(Phase.REST) + 1 :] == once * 3


@pytest.mark.parametrize("slug", SLUGS)
def test_the_count_goes_up_by_one_when_a_rep_is_over(slug: str) -> None:
    performance = doing(slug)
    seen = live(slug)
    totals = [status.counts["total"] for status in seen]
    assert sorted(totals) == totals
    assert set(totals) == {0, 1, 2, 3}
    for number, rep in enumerate(performance.reps, start=1):
        told_s = next(status.time_s for status in seen if status.counts["total"] == number)
        assert rep.end_s - 1.0 <= told_s <= rep.end_s + 1.0


@pytest.mark.parametrize("slug", ["heel-slides", "knee-to-chest", "backwards-stretch"])
def test_the_hold_counts_up_while_it_lasts(slug: str) -> None:
    performance = doing(slug)
    rep = performance.reps[0]
    held = [s for s in live(slug) if rep.hold_start_s + 0.8 < s.time_s < rep.hold_end_s - 0.4]
    assert {status.phase for status in held} == {Phase.HOLDING}
    for status in held:
        assert status.hold_s == pytest.approx(status.time_s - rep.hold_start_s, abs=0.4)
    for one, other in pairwise(held):
        assert other.hold_s >= one.hold_s


@pytest.mark.parametrize("slug", SLUGS)
def test_at_rest_nothing_is_held(slug: str) -> None:
    for status in live(slug):
        if status.phase is Phase.REST:
            assert status.hold_s == 0


@pytest.mark.parametrize("slug", SLUGS)
def test_each_phase_has_its_cue(slug: str) -> None:
    words = load_exercise(slug).definition.words
    for status in live(slug):
        if status.phase in (Phase.NOT_MEASURED, Phase.SETTLING):
            assert status.cue is None
        else:
            assert status.cue == getattr(words, status.phase.value)


@pytest.mark.parametrize("slug", ["heel-slides", "knee-to-chest"])
def test_the_leading_side_is_shown_while_it_moves(slug: str) -> None:
    performance = doing(slug)
    rep = performance.reps[1]
    for status in live(slug):
        if rep.hold_start_s < status.time_s < rep.hold_end_s:
            assert status.side == "right"


@pytest.mark.parametrize("slug", SLUGS)
def test_it_runs_behind_by_what_smoothing_looks_ahead(slug: str) -> None:
    performance = doing(slug)
    times = performance.film().time_s
    for frame_s, status in list(zip(times, live(slug), strict=True))[30:]:
        assert 0 <= frame_s - status.time_s <= LOOKAHEAD_S + 0.11


@pytest.mark.parametrize("slug", SLUGS)
def test_before_the_first_frame_and_after_the_last(slug: str) -> None:
    exercise = load_exercise(slug)
    counter = Counter(exercise, (640, 480))
    before = counter.status()
    assert (before.phase, before.sight, before.angle) == (Phase.NOT_MEASURED, Sight.NO_FRAMES, None)
    assert counter.result().duration_s == 0
    counter.push(doing(slug).film())
    counter.finish()
    assert counter.status().counts == counter.result().counts


def test_the_trace_is_what_was_counted() -> None:
    performance = doing("heel-slides")
    rep = performance.reps[0]
    track = lost(performance.film(), rep.end_s + 0.4, rep.end_s + 1.4)
    trace = count(track, load_exercise("heel-slides")).trace
    assert len(trace.time_s) == len(trace.angle) == len(trace.excursion) == len(trace.phase)
    assert np.allclose(np.diff(trace.time_s), 0.05)
    blind = np.array([phase is Phase.NOT_MEASURED for phase in trace.phase])
    assert blind.any()
    assert np.isnan(trace.angle[blind]).all()
    held = (trace.time_s > rep.peak_s - 0.5) & (trace.time_s < rep.peak_s + 0.5)
    np.testing.assert_allclose(trace.excursion[held], 1, atol=0.02)
    np.testing.assert_allclose(trace.angle[held], rep.end_deg, atol=1)


def test_the_lines_of_the_picture_are_the_thresholds() -> None:
    exercise = load_exercise("heel-slides")
    limits = exercise.thresholds
    drawn = count(doing("heel-slides").film(), exercise).limits
    assert drawn["complete"] == limits.complete_share
    assert drawn["leave"] == limits.leave_share
    assert set(drawn) == {"complete", "leave", "return"}


def test_counting_does_not_touch_what_it_is_given() -> None:
    track = doing("heel-slides").film()
    before = replace(track, points=track.points.copy(), time_s=track.time_s.copy())
    count(track, load_exercise("heel-slides"))
    np.testing.assert_array_equal(track.points, before.points)
    np.testing.assert_array_equal(track.time_s, before.time_s)


def test_without_a_trace_all_else_is_the_same_and_nothing_grows() -> None:
    track = lost(perform(Doing("heel-slides", "left", reps=4)).film(), 6.0, 8.0)
    exercise = load_exercise("heel-slides")
    with_trace = Counter(exercise, track.frame_size)
    without = Counter(exercise, track.frame_size, keep_trace=False)
    for counter in (with_trace, without):
        counter.push(track)
        counter.finish()
    assert without.status() == with_trace.status()
    assert len(without.result().trace.time_s) == 1 < len(with_trace.result().trace.time_s)
    assert without.result().unmeasured == with_trace.result().unmeasured != ()
    assert without.result().reps == with_trace.result().reps

"""Time that cannot be seen is said to be not measured, and nothing is guessed into it."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from repose.counting.counter import Counter, count
from repose.counting.result import CountResult, Phase
from repose.exercises import load_exercise
from repose.kinematics.clock import BRIDGE_S, TICK_S
from repose.kinematics.quality import Sight
from repose.pose.landmarks import VISIBILITY, PoseTrack, X, as_track
from tests.puppet import Doing, Performance, Puppet, Scene, perform
from tests.puppet.damage import joined, lost, picked, shifted
from tests.puppet.expect import FAST, assert_counted, assert_sound, said
from tests.puppet.programme import SLUGS

SLACK_S = 2 * TICK_S + 1e-6


def doing(slug: str, **changes: float) -> Performance:
    sided = slug in ("heel-slides", "knee-to-chest")
    usual = Doing(slug, "right" if sided else "both", ghost=0.4 if sided else 0.0, pause_s=6.0)
    return perform(replace(usual, **changes))  # type: ignore[arg-type]


def reasons(result: CountResult) -> set[str]:
    return {span.reason for span in result.unmeasured}


@pytest.mark.parametrize("slug", SLUGS)
@settings(FAST, max_examples=8)
@given(lost_s=st.floats(0.9, 5), rate=st.sampled_from((10.0, 24.0, 30.0, 60.0)))
def test_seconds_without_a_body_between_reps(slug: str, lost_s: float, rate: float) -> None:
    performance = doing(slug)
    start_s = performance.reps[0].end_s + 0.5
    result = count(lost(performance.film(rate), start_s, start_s + lost_s), load_exercise(slug))
    assert_counted(result, performance, holds=False)
    assert result.not_measured_s == pytest.approx(lost_s, abs=SLACK_S + 1 / rate), said(result)
    assert len(result.unmeasured) == 1
    assert result.unmeasured[0].start_s == pytest.approx(start_s, abs=SLACK_S + 1 / rate)
    assert reasons(result) == {"no_body"}


@pytest.mark.parametrize("slug", SLUGS)
def test_a_gap_that_is_bridged_is_measured(slug: str) -> None:
    performance = doing(slug)
    start_s = performance.reps[0].end_s + 0.5
    track = lost(performance.film(30), start_s, start_s + BRIDGE_S - 2 / 30)
    assert count(track, load_exercise(slug)).not_measured_s == 0


@pytest.mark.parametrize("slug", SLUGS)
def test_a_rep_behind_a_long_gap_is_not_guessed(slug: str) -> None:
    performance = doing(slug)
    rep = performance.reps[1]
    result = count(lost(performance.film(), rep.start_s - 0.5, rep.end_s + 0.5), load_exercise(slug))
    assert len(result.reps) == 2, said(result)
    assert result.partials == (), said(result)


@pytest.mark.parametrize("slug", SLUGS)
def test_a_rep_that_was_lost_for_seconds_is_at_most_a_partial(slug: str) -> None:
    performance = doing(slug, hold_s=8.0)
    rep = performance.reps[1]
    result = count(lost(performance.film(), rep.peak_s - 3, rep.peak_s + 3), load_exercise(slug))
    assert len(result.reps) == 2, said(result)
    assert_sound(result)
    assert "view_lost" in {partial.reason for partial in result.partials}, said(result)
    assert result.not_measured_s == pytest.approx(6, abs=0.2)


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("share", [0.3, 0.5, 0.8])
def test_a_person_who_leaves_halfway(slug: str, share: float) -> None:
    performance = doing(slug)
    away_s = performance.duration_s * share
    track = lost(performance.film(), away_s, np.inf)
    result = count(track, load_exercise(slug))
    finished = [rep for rep in performance.reps if rep.end_s < away_s - 0.5]
    assert len(result.reps) == len(finished), said(result)
    assert result.not_measured_s == pytest.approx(performance.duration_s - away_s, abs=0.1)
    assert all(rep.end_s <= away_s + TICK_S for rep in result.reps + result.partials)


@pytest.mark.parametrize("slug", SLUGS)
def test_nobody_at_all(slug: str) -> None:
    track = lost(doing(slug).film(), -np.inf, np.inf)
    result = count(track, load_exercise(slug))
    assert result.reps == result.partials == ()
    assert result.not_measured_s == pytest.approx(track.duration_s, abs=0.1)
    assert np.isnan(result.trace.angle).all()
    assert set(result.trace.phase) == {Phase.NOT_MEASURED}


def test_darkness_is_named() -> None:
    track = lost(doing("heel-slides").film(), 5.0, 8.0, light=0.05)
    assert reasons(count(track, load_exercise("heel-slides"))) == {"too_dark"}


def test_missing_pictures_are_named() -> None:
    track = doing("heel-slides").film()
    track = picked(track, (track.time_s < 7.5) | (track.time_s > 10.5))
    result = count(track, load_exercise("heel-slides"))
    assert reasons(result) == {"no_frames"}
    assert result.not_measured_s == pytest.approx(3, abs=0.15)


def test_a_body_outside_the_picture_is_named() -> None:
    scene = Scene(centre=(0.1, 0.5))
    result = count(doing("heel-slides").film(scene=scene), load_exercise("heel-slides"))
    assert result.reps == ()
    assert reasons(result) == {"cut_off"}


def test_hidden_legs_are_named() -> None:
    track = doing("heel-slides").film()
    points = track.points.copy()
    points[:, 23:33, VISIBILITY] = 0.2
    result = count(replace(track, points=points), load_exercise("heel-slides"))
    assert result.reps == ()
    assert reasons(result) == {"hidden"}


def from_feet(degrees: float) -> Callable[[Performance], PoseTrack]:
    return lambda performance: performance.film(scene=Scene(towards_deg=degrees), noise_m=0.003)


@pytest.mark.parametrize(
    ("slug", "towards_deg"),
    [
        ("ankle-pumps", 85), ("ankle-pumps", 60), ("ankle-pumps", 40), ("ankle-pumps", -85),
        ("heel-slides", 85), ("heel-slides", -85), ("knee-to-chest", 85), ("knee-to-chest", -85),
        ("backwards-stretch", 85), ("backwards-stretch", -85),
    ],
)  # fmt: skip
def test_a_view_that_cannot_show_the_exercise_is_refused(slug: str, towards_deg: float) -> None:
    track = from_feet(towards_deg)(doing(slug))
    result = count(track, load_exercise(slug))
    assert result.reps == result.partials == (), said(result)
    assert reasons(result) == {"bad_view"}
    assert result.not_measured_s == pytest.approx(track.duration_s, abs=0.1)


@pytest.mark.parametrize(
    ("slug", "towards_deg"),
    [
        ("ankle-pumps", 15), ("ankle-pumps", -40), ("heel-slides", 40), ("heel-slides", -40),
        ("knee-to-chest", 40), ("knee-to-chest", -40), ("backwards-stretch", 45), ("backwards-stretch", -45),
    ],
)  # fmt: skip
def test_a_view_that_shows_the_exercise_is_taken(slug: str, towards_deg: float) -> None:
    performance = doing(slug)
    result = count(from_feet(towards_deg)(performance), load_exercise(slug))
    assert_counted(result, performance, holds=False)
    assert result.not_measured_s == 0


def test_the_live_status_says_why_nothing_is_measured() -> None:
    exercise = load_exercise("ankle-pumps")
    for track, why in (
        (from_feet(60)(doing("ankle-pumps")), Sight.BAD_VIEW),
        (lost(doing("ankle-pumps").film(), 0, np.inf), Sight.NO_BODY),
        (lost(doing("ankle-pumps").film(), 0, np.inf, light=0.02), Sight.TOO_DARK),
    ):
        counter = Counter(exercise, track.frame_size)
        counter.push(track)
        status = counter.status()
        assert status.sight is why
        assert status.phase is Phase.NOT_MEASURED
        assert status.angle is None
        assert status.cue is None


def test_a_jump_to_another_body_ends_the_rep() -> None:
    """Two people: the model leaves one in mid-rep for another one who lies still elsewhere."""
    exercise = load_exercise("heel-slides")
    performance = perform(Doing("heel-slides", "left", reps=1, hold_s=3.0))
    first = performance.film(scene=Scene(px_per_m=100, centre=(0.3, 0.5)))
    first = picked(first, first.time_s < performance.reps[0].peak_s)
    second = Scene(px_per_m=100, centre=(0.7, 0.6)).film(Puppet(), np.arange(0, 10, 1 / 30))
    result = count(joined(first, second), exercise)
    assert result.reps == (), said(result)


@pytest.mark.parametrize("slug", SLUGS)
def test_no_frames_or_one(slug: str) -> None:
    exercise = load_exercise(slug)
    nothing = as_track([], (640, 480), "puppet", "puppet", {})
    result = count(nothing, exercise)
    assert (result.duration_s, result.reps, result.not_measured_s) == (0.0, (), 0)
    one = picked(doing(slug).film(), slice(0, 1))
    assert count(one, exercise).reps == ()


def test_time_before_the_first_frame_is_not_counted_as_not_measured() -> None:
    track = shifted(doing("heel-slides").film(), 50.0)
    result = count(track, load_exercise("heel-slides"))
    assert result.not_measured_s == 0
    assert result.duration_s == pytest.approx(track.duration_s)


def test_a_single_good_frame_in_darkness_measures_nothing() -> None:
    track = doing("heel-slides").film()
    dark = lost(track, -np.inf, np.inf, light=0.05)
    points = dark.points.copy()
    points[100] = track.points[100]
    result = count(replace(dark, points=points), load_exercise("heel-slides"))
    assert result.reps == result.partials == ()
    assert result.not_measured_s == pytest.approx(track.duration_s, abs=0.2)
    assert not np.isnan(points[100, 0, X])

"""A form fault shows within a second of its appearing, and no longer once it is mended."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from repose.counting.counter import Counter
from repose.counting.result import CountResult
from repose.exercises import load_exercise
from repose.pose.landmarks import PoseTrack
from tests.puppet import Curve, Doing, Keyed, Performance, Puppet, Scene, perform, still
from tests.puppet.damage import noisy, picked
from tests.puppet.expect import FAST, said
from tests.puppet.movement import Series, summed
from tests.puppet.programme import SLUGS, heel_on_floor

Change = Callable[[Performance, Curve], Puppet]
FRAME_S = 1 / 15
TOLD_S = 1.0
Shown = dict[str, list[float]]


def doing(slug: str) -> Doing:
    sided = slug in ("heel-slides", "knee-to-chest")
    # A pump without a pause at the ends is its whole movement; the others have something to hold.
    tempo_s, hold_s = (10.0, 0.5) if slug == "ankle-pumps" else (4.0, 5.0)
    return Doing(slug, "left" if sided else "both", reps=1, tempo_s=tempo_s, hold_s=hold_s, pause_s=0.5)


def film(puppet: Puppet, duration_s: float) -> PoseTrack:
    return noisy(Scene().film(puppet, np.arange(0, duration_s, FRAME_S)), 0.002, seed=3)


def live(track: PoseTrack, slug: str) -> tuple[Shown, CountResult]:
    """The times of the frames after which each fault showed, and the result."""
    counter = Counter(load_exercise(slug), track.frame_size)
    names = [fault.name for fault in load_exercise(slug).definition.faults]
    shown: Shown = {}
    for number, frame_s in enumerate(track.time_s.tolist()):
        counter.push(picked(track, slice(number, number + 1)))
        faults = counter.status().faults
        assert sorted(faults, key=names.index) == list(faults)
        for name in faults:
            shown.setdefault(name, []).append(frame_s)
    counter.finish()
    return shown, counter.result()


def left(pair: tuple[Curve, Curve], more: Curve) -> tuple[Curve, Curve]:
    return summed(pair[0], more), pair[1]


def right(pair: tuple[Curve, Curve], more: Curve) -> tuple[Curve, Curve]:
    return pair[0], summed(pair[1], more)


def scaled(curve: Curve, factor: float) -> Curve:
    return lambda time_s: factor * curve(time_s)


def knees_bend_a_little(p: Performance, more: Curve) -> Puppet:
    knee = summed(still(4), scaled(more, 28))
    hip = heel_on_floor(knee)
    return replace(p.puppet, knee=(knee, knee), hip=(hip, hip))


def heel_lifts(p: Performance, more: Curve) -> Puppet:
    return replace(p.puppet, hip=left(p.puppet.hip, scaled(more, 32)))


def head_lifts(p: Performance, more: Curve) -> Puppet:
    return replace(p.puppet, neck=scaled(more, -75))


def other_foot_lifts(p: Performance, more: Curve) -> Puppet:
    return replace(p.puppet, knee=right(p.puppet.knee, scaled(more, -75)))


def hands_let_go(p: Performance, more: Curve) -> Puppet:
    on = p.puppet.hands_on
    return replace(
        p.puppet, hands_on=(lambda t: on[0](t) * (1 - more(t)), lambda t: on[1](t) * (1 - more(t)))
    )


def standing_knees_bend(p: Performance, more: Curve) -> Puppet:
    bend = scaled(more, 35)
    knee = summed(still(2), bend)
    hips = tuple(summed(hip, heel_on_floor(bend)) for hip in p.puppet.hip)
    return replace(p.puppet, knee=(knee, knee), hip=(hips[0], hips[1]))


def hips_slide(p: Performance, more: Curve) -> Puppet:
    slide = scaled(more, -20)
    return replace(p.puppet, hip=(summed(p.puppet.hip[0], slide), summed(p.puppet.hip[1], slide)))


LIMBS = [
    ("ankle-pumps", knees_bend_a_little, "knee_bends"),
    ("heel-slides", heel_lifts, "heel_lifts"),
    ("knee-to-chest", head_lifts, "head_lifts"),
    ("knee-to-chest", other_foot_lifts, "other_foot_lifts"),
    ("knee-to-chest", hands_let_go, "hands_missing"),
    ("backwards-stretch", standing_knees_bend, "knees_bend"),
    ("backwards-stretch", hips_slide, "hips_slide"),
]


@pytest.mark.parametrize(("slug", "change", "fault"), LIMBS)
def test_it_is_told_within_a_second_and_goes_when_mended(slug: str, change: Change, fault: str) -> None:
    performance = perform(doing(slug))
    begin_s = performance.reps[0].hold_start_s + (0.0 if slug == "ankle-pumps" else 1.5)
    more = Keyed(((0.0, 0.0), (begin_s, 0.0), (begin_s + 0.2, 1.0), (begin_s + 2.0, 1.0)))
    shown, result = live(film(change(performance, more.then((0.2, 0.0))), performance.duration_s), slug)
    assert set(shown) == {fault}, said(result)
    times = shown[fault]
    assert begin_s < times[0] <= begin_s + TOLD_S
    assert begin_s + 2.0 < times[-1] <= begin_s + 2.2 + TOLD_S
    assert np.diff(times).max() < 1.5 * FRAME_S, "it flickers"


@pytest.mark.parametrize(("slug", "change", "fault"), LIMBS)
def test_what_the_rep_says_was_told_before(slug: str, change: Change, fault: str) -> None:
    performance = perform(doing(slug))
    rep = performance.reps[0]
    more = Keyed(((rep.start_s, 0.0), (rep.hold_start_s, 1.0), (rep.hold_end_s, 1.0), (rep.end_s, 0.0)))
    shown, result = live(film(change(performance, more), performance.duration_s), slug)
    assert [one.faults for one in result.reps] == [(fault,)], said(result)
    assert set(shown) == {fault}
    assert shown[fault][0] < rep.hold_start_s + TOLD_S


@pytest.mark.parametrize("slug", SLUGS)
@settings(FAST, max_examples=4)
@given(tempo_s=st.floats(2.5, 9), hold_s=st.floats(0, 5), seed=st.integers(0, 2**16))
def test_nothing_is_told_of_a_good_rep(slug: str, tempo_s: float, hold_s: float, seed: int) -> None:
    performance = perform(replace(doing(slug), tempo_s=tempo_s, hold_s=hold_s))
    shown, result = live(performance.film(1 / FRAME_S, noise_m=0.003, seed=seed), slug)
    assert shown == {}, said(result)


def holding_knee(shape: Callable[[Series], Series], hold_s: float = 16.0) -> tuple[Shown, CountResult, float]:
    """A held knee to whose hip angle a shape over seconds is added; when the shape began."""
    performance = perform(replace(doing("knee-to-chest"), hold_s=hold_s))
    begin_s = performance.reps[0].hold_start_s + 4.0
    end_s = performance.reps[0].hold_end_s - 1.0

    def more(time_s: Series) -> Series:
        inside = (time_s > begin_s) & (time_s < end_s)
        return np.where(inside, shape(time_s - begin_s), 0.0)

    puppet = replace(performance.puppet, hip=left(performance.puppet.hip, more))
    return *live(film(puppet, performance.duration_s), "knee-to-chest"), begin_s


@pytest.mark.parametrize("rate", [1.0, 2.0])
def test_a_drift_is_told_once_it_is_too_far(rate: float) -> None:
    """The limit is 10 degrees."""
    shown, result, begin_s = holding_knee(lambda time_s: -rate * time_s, 18.0)
    assert [rep.faults for rep in result.reps] == [("knee_drifts",)], said(result)
    told_s = shown.pop("knee_drifts")[0]
    assert begin_s + 5 / rate < told_s <= begin_s + 10 / rate + TOLD_S
    assert shown == {}


def test_a_drift_that_is_mended_shows_no_longer() -> None:
    def shape(time_s: Series) -> Series:
        return -np.interp(time_s, [0, 5, 5.5], [0, 15, 0])

    shown, _, begin_s = holding_knee(shape)
    times = np.array(shown["knee_drifts"])
    assert begin_s < times[0] <= begin_s + 4.0 + TOLD_S
    assert times[-1] <= begin_s + 5.5 + TOLD_S


@pytest.mark.parametrize(("reach", "period_s"), [(14.0, 1.0), (14.0, 2.0), (10.0, 2.0)])
def test_bouncing_is_told_when_the_knee_has_come_back(reach: float, period_s: float) -> None:
    shown, result, begin_s = holding_knee(lambda time_s: reach * np.sin(2 * np.pi * time_s / period_s))
    assert [rep.faults for rep in result.reps] == [("bouncing",)], said(result)
    # It has gone away and come back after a period.
    assert begin_s + period_s / 2 < shown["bouncing"][0] <= begin_s + period_s + TOLD_S
    assert set(shown) == {"bouncing"}


def test_bouncing_that_stops_shows_no_longer() -> None:
    shown, _, begin_s = holding_knee(lambda t: np.where(t < 4, 14 * np.sin(np.pi * t), 0.0))
    assert begin_s < shown["bouncing"][0] <= begin_s + 2 + TOLD_S
    assert shown["bouncing"][-1] <= begin_s + 4 + 3


def test_a_single_slip_is_no_bouncing() -> None:
    shown, result, _ = holding_knee(lambda t: -np.where(t < 0.3, 25.0, 0.0))
    assert shown == {}, said(result)


def sliding(keys: Keyed) -> tuple[Shown, CountResult]:
    rest = still(5.0)
    puppet = Puppet(knee=(keys, rest), hip=(heel_on_floor(keys), heel_on_floor(rest)))
    return live(film(puppet, keys.end_s), "heel-slides")


def test_a_jerky_leg_is_told_when_it_jerks_again() -> None:
    keys = Keyed(((0.0, 5.0), (2.0, 5.0)))
    keys = keys.then((1, 50), (0.6, 30), (0.8, 75), (0.6, 55), (1, 108), (3, 108), (2, 5), (2, 5))
    shown, result = sliding(keys)
    assert [rep.faults for rep in result.reps] == [("jerky",)], said(result)
    again_s = keys.keys[5][0]
    assert again_s < shown["jerky"][0] <= again_s + TOLD_S
    assert shown["jerky"][-1] <= again_s + 3


def test_one_jerk_is_not_told() -> None:
    keys = Keyed(((0.0, 5.0), (2.0, 5.0)))
    shown, result = sliding(keys.then((1, 50), (0.6, 30), (1.5, 108), (1, 108), (2, 5), (2, 5)))
    assert [rep.faults for rep in result.reps] == [()], said(result)
    assert shown == {}


def leaning(trunk: Keyed, neck: Keyed) -> tuple[Shown, CountResult]:
    puppet = Puppet(posture="standing", trunk=trunk, hip=(scaled(trunk, -1), scaled(trunk, -1)), neck=neck)
    return live(film(puppet, trunk.end_s), "backwards-stretch")


@pytest.mark.parametrize("trunk_deg", [0.0, 10.0])
def test_only_the_neck_bends(trunk_deg: float) -> None:
    start = Keyed(((0.0, 0.0), (3.0, 0.0)))
    trunk = start.then((1.5, trunk_deg), (2.0, trunk_deg), (1.5, 0.0), (2.0, 0.0))
    neck = start.then((1.5, 45.0), (2.0, 45.0), (1.5, 0.0), (2.0, 0.0))
    shown, result = leaning(trunk, neck)
    assert result.reps == ()
    assert [partial.faults for partial in result.partials] == [("only_neck_bends",)] * bool(trunk_deg)
    assert set(shown) == {"only_neck_bends"}
    # It has bent too far, by 30 degrees, before it stops, and the trunk goes no further when it stops.
    assert 3.0 + 0.6 < shown["only_neck_bends"][0] <= 3.0 + 1.5 + TOLD_S
    assert shown["only_neck_bends"][-1] <= 8.0 + TOLD_S


@pytest.mark.parametrize("ahead_s", [0.0, 0.5])
def test_a_neck_that_bends_with_the_back_is_right(ahead_s: float) -> None:
    start = Keyed(((0.0, 0.0), (3.0, 0.0)))
    trunk = start.then((2.0, 26.0), (2.0, 26.0), (2.0, 0.0), (2.0, 0.0))
    neck = Keyed(((0.0, 0.0), (3.0 - ahead_s, 0.0))).then((2.0, 45.0), (2.0, 45.0), (2.0, 0.0))
    shown, result = leaning(trunk, neck)
    assert len(result.reps) == 1, said(result)
    assert shown == {}


def test_speed_pause_and_reach_come_with_the_rep() -> None:
    performance = perform(Doing("backwards-stretch", "both", reps=2, tempo_s=1.3, hold_s=0.0, pause_s=1.5))
    shown, result = live(performance.film(1 / FRAME_S), "backwards-stretch")
    assert {name for rep in result.reps for name in rep.faults} == {"too_fast", "no_pause"}
    assert shown == {}

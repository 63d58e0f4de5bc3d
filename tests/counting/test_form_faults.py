"""Each form fault is named where it happens, and nowhere else."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from repose.counting.counter import count
from repose.counting.result import CountResult, Rep
from repose.exercises import load_exercise
from tests.puppet import Curve, Doing, Keyed, Performance, Puppet, Scene, perform, still
from tests.puppet.expect import said
from tests.puppet.movement import Series, summed
from tests.puppet.other import filmed
from tests.puppet.programme import SLUGS, heel_on_floor

Change = Callable[[Performance], Puppet]


def doing(slug: str) -> Doing:
    sided = slug in ("heel-slides", "knee-to-chest")
    return Doing(slug, "left" if sided else "both", reps=2, tempo_s=4.0, hold_s=2.0)


def along(performance: Performance, reach: float) -> Curve:
    """Rises with each rep, stays, and falls with it."""
    keys = Keyed(((0.0, 0.0),))
    for rep in performance.reps:
        keys = Keyed(
            (
                *keys.keys,
                (rep.start_s, 0.0),
                (rep.hold_start_s, reach),
                (rep.hold_end_s, reach),
                (rep.end_s, 0.0),
            )
        )
    return keys


def left(pair: tuple[Curve, Curve], more: Curve) -> tuple[Curve, Curve]:
    return summed(pair[0], more), pair[1]


def right(pair: tuple[Curve, Curve], more: Curve) -> tuple[Curve, Curve]:
    return pair[0], summed(pair[1], more)


def knees_bend_a_little(p: Performance) -> Puppet:
    knee = summed(still(4), along(p, 28))
    hip = heel_on_floor(knee)
    return replace(p.puppet, knee=(knee, knee), hip=(hip, hip))


def heel_lifts(p: Performance) -> Puppet:
    return replace(p.puppet, hip=left(p.puppet.hip, along(p, 32)))


def other_foot_lifts(p: Performance) -> Puppet:
    return replace(p.puppet, knee=right(p.puppet.knee, along(p, -75)))


def hands_at_the_face(p: Performance) -> Puppet:
    return replace(p.puppet, hands_on=(still(0), still(0)), hands_up=still(1))


def standing_knees_bend(p: Performance) -> Puppet:
    bend = along(p, 35)
    knee = summed(still(2), bend)
    hips = tuple(summed(hip, heel_on_floor(bend)) for hip in p.puppet.hip)
    return replace(p.puppet, knee=(knee, knee), hip=(hips[0], hips[1]))


def hips_slide(p: Performance) -> Puppet:
    slide = along(p, -20)
    return replace(p.puppet, hip=(summed(p.puppet.hip[0], slide), summed(p.puppet.hip[1], slide)))


def count_with(change: Change, how: Doing) -> CountResult:
    performance = perform(how)
    track = Scene().film(change(performance), np.arange(0, performance.duration_s, 1 / 30))
    return count(track, load_exercise(how.slug))


@pytest.mark.parametrize(
    ("slug", "change", "fault"),
    [
        ("ankle-pumps", knees_bend_a_little, "knee_bends"),
        ("heel-slides", heel_lifts, "heel_lifts"),
        ("knee-to-chest", lambda p: replace(p.puppet, neck=along(p, -75)), "head_lifts"),
        ("knee-to-chest", other_foot_lifts, "other_foot_lifts"),
        ("knee-to-chest", hands_at_the_face, "hands_missing"),
        ("backwards-stretch", standing_knees_bend, "knees_bend"),
        ("backwards-stretch", hips_slide, "hips_slide"),
    ],
)  # fmt: skip
def test_a_limb_that_does_what_it_should_not(slug: str, change: Change, fault: str) -> None:
    result = count_with(change, doing(slug))
    assert len(result.reps) == 2, said(result)
    assert [rep.faults for rep in result.reps] == [(fault,)] * 2


def test_arms_left_on_the_floor_are_missing_hands() -> None:
    result = count_with(
        lambda p: replace(p.puppet, hands_on=(still(0), still(0))), replace(doing("knee-to-chest"), hold_s=5)
    )
    assert [rep.faults for rep in result.reps] == [("hands_missing",)] * 2


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("tempo_s", [3.0, 4.0, 8.0])
def test_a_good_rep_has_no_fault(slug: str, tempo_s: float) -> None:
    how = replace(doing(slug), tempo_s=tempo_s)
    result = count_with(lambda p: p.puppet, how)
    assert [rep.faults for rep in result.reps] == [()] * 2


@pytest.mark.parametrize(
    ("slug", "tempo_s", "hold_s", "faults"),
    [
        ("ankle-pumps", 1.0, 0.0, {"too_fast"}),
        ("heel-slides", 1.2, 0.0, {"too_fast"}),
        ("backwards-stretch", 1.3, 0.0, {"too_fast", "no_pause"}),
        ("backwards-stretch", 1.8, 0.0, {"no_pause"}),
    ],
)
def test_too_fast_and_no_pause(slug: str, tempo_s: float, hold_s: float, faults: set[str]) -> None:
    how = replace(doing(slug), tempo_s=tempo_s, hold_s=hold_s, pause_s=1.5)
    result = count_with(lambda p: p.puppet, how)
    assert len(result.reps) == 2, said(result)
    assert [set(rep.faults) for rep in result.reps] == [faults] * 2


def pumping(up: float, down: float) -> list[Rep]:
    keys = Keyed(((0.0, -18.0), (2.0, -18.0)))
    for _ in range(2):
        keys = keys.then((1.2, up), (0.6, up), (1.6, down), (0.4, down), (0.8, -18.0), (1.0, -18.0))
    keys = keys.then((1.0, -18.0))
    result = count(filmed(Puppet(ankle=(keys, keys)), keys.end_s), load_exercise("ankle-pumps"))
    assert len(result.reps) == 2, said(result)
    return list(result.reps)


def test_the_range_is_not_full_one_way() -> None:
    limits = load_exercise("ankle-pumps").thresholds
    up = limits.target_deg - limits.faults["not_pulled_up"] - 1.5
    down = limits.opposite_deg or 0.0
    assert [rep.faults for rep in pumping(up, down)] == [("not_pulled_up",)] * 2


def test_the_range_is_not_full_the_other_way() -> None:
    limits = load_exercise("ankle-pumps").thresholds
    rest, opposite = limits.rest_deg, limits.opposite_deg
    assert opposite is not None
    down = opposite + limits.faults["not_pointed"] + 3
    assert down < rest, "a foot that never points away is not this fault, but another reason"
    assert [rep.faults for rep in pumping(limits.target_deg, down)] == [("not_pointed",)] * 2


def sliding(keys: Keyed) -> CountResult:
    rest = still(5.0)
    puppet = Puppet(knee=(keys, rest), hip=(heel_on_floor(keys), heel_on_floor(rest)))
    track = Scene().film(puppet, np.arange(0, keys.end_s, 1 / 30))
    return count(track, load_exercise("heel-slides"))


def test_a_leg_that_is_not_straightened() -> None:
    keys = Keyed(((0.0, 5.0), (2.0, 5.0))).then((2, 108), (1, 108), (2, 33), (3, 33))
    result = sliding(keys)
    assert [rep.faults for rep in result.reps] == [("not_straightened",)], said(result)


def test_a_jerky_leg() -> None:
    keys = Keyed(((0.0, 5.0), (2.0, 5.0)))
    keys = keys.then((1, 50), (0.6, 30), (0.8, 75), (0.6, 55), (1, 108), (1, 108), (2, 5), (2, 5))
    result = sliding(keys)
    assert [rep.faults for rep in result.reps] == [("jerky",)], said(result)


def holding_knee(shape: Callable[[Series], Series]) -> CountResult:
    """A knee held for 20 s, 2 s into it something happens to the hip angle; the shape takes seconds."""
    performance = perform(replace(doing("knee-to-chest"), reps=1, hold_s=20.0))
    start_s = performance.reps[0].peak_s - 9
    end_s = performance.reps[0].peak_s + 9

    def more(time_s: Series) -> Series:
        inside = (time_s > start_s) & (time_s < end_s)
        return np.where(inside, shape(time_s - start_s), 0.0)

    puppet = replace(performance.puppet, hip=left(performance.puppet.hip, more))
    track = Scene().film(puppet, np.arange(0, performance.duration_s, 1 / 30))
    return count(track, load_exercise("knee-to-chest"))


def test_a_knee_held_still_has_no_fault() -> None:
    result = holding_knee(lambda time_s: 0.8 * np.sin(time_s))
    assert [rep.faults for rep in result.reps] == [()]


@pytest.mark.parametrize("degrees", [15.0, 22.0])
def test_a_knee_that_drifts_away(degrees: float) -> None:
    result = holding_knee(lambda time_s: -degrees * time_s / 18)
    assert [rep.faults for rep in result.reps] == [("knee_drifts",)], said(result)


@pytest.mark.parametrize("period_s", [1.0, 2.0])
@pytest.mark.parametrize("reach", [9.0, 14.0])
def test_bouncing(period_s: float, reach: float) -> None:
    result = holding_knee(lambda time_s: reach * np.sin(2 * np.pi * time_s / period_s))
    assert [rep.faults for rep in result.reps] == [("bouncing",)], said(result)


def test_only_the_neck_bends() -> None:
    how = replace(doing("backwards-stretch"), share=0.4)
    result = count_with(lambda p: replace(p.puppet, neck=along(p, 45)), how)
    assert result.reps == ()
    assert [partial.faults for partial in result.partials] == [("only_neck_bends",)] * 2, said(result)


def test_a_bent_back_with_a_bent_neck_is_right() -> None:
    result = count_with(lambda p: replace(p.puppet, neck=along(p, 45)), doing("backwards-stretch"))
    assert [rep.faults for rep in result.reps] == [()] * 2

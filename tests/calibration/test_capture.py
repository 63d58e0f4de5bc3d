"""A person's own range, found in three tries by the code that counts later."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from repose.calibration.capture import Proposal, Refusal, Why, capture, widened
from repose.calibration.proposal import Ends, propose, with_changes
from repose.counting.counter import count
from repose.counting.result import Side
from repose.exercises import Exercise, load_exercise
from repose.pose.landmarks import PoseTrack
from tests.puppet import Doing, Performance, Scene, perform
from tests.puppet.damage import joined, lost, picked
from tests.puppet.expect import said
from tests.puppet.other import raising_a_straight_leg
from tests.puppet.programme import SLUGS

SIDED = ("heel-slides", "knee-to-chest")

SMALL = {"ankle-pumps": 0.3, "heel-slides": 0.4, "knee-to-chest": 0.4, "backwards-stretch": 0.45}
"""Shares of the usual range that are partials, or nothing, by default."""


def tried(slug: str, share: float | tuple[float, ...] | None = None, **how: object) -> Performance:
    """Three tries, each held for a moment; as far as a stiff person goes if nothing else is said."""
    side = "left" if slug in SIDED else "both"
    doing = Doing(slug, side, reps=3, hold_s=1.2, settle_s=2.5, pause_s=1.0, share=share or SMALL[slug])  # type: ignore[arg-type]
    return perform(replace(doing, **how))  # type: ignore[arg-type]


def proposed(track: PoseTrack, slug: str, side: str = "auto") -> Proposal:
    found = capture(track, load_exercise(slug), side)  # type: ignore[arg-type]
    assert isinstance(found, Proposal), found.text
    return found


def refused(track: PoseTrack, slug: str, side: str = "auto") -> Refusal:
    found = capture(track, load_exercise(slug), side)  # type: ignore[arg-type]
    assert isinstance(found, Refusal), found.changes
    assert found.reason.endswith("."), found.reason
    assert found.advice.endswith("."), found.advice
    return found


def counted(performance: Performance, exercise: Exercise, **how: object) -> tuple[int, int]:
    """Reps and partials in a set of this person."""
    doing = replace(performance.doing, reps=5, hold_s=0.5, pause_s=0.4, **how)  # type: ignore[arg-type]
    result = count(perform(doing).film(noise_m=0.002, seed=3), exercise)
    return len(result.reps), len(result.partials)


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("share", [None, 1.0])
def test_both_ends_are_found(slug: str, share: float | None) -> None:
    performance = tried(slug, share)
    found = proposed(performance.film(), slug)
    assert found.side == performance.doing.side
    assert [one.side for one in found.tries] == [found.side] * 3
    for one, true in zip(found.tries, performance.reps, strict=True):
        assert true.start_s < one.start_s < true.peak_s < one.end_s
        assert one.end_deg == pytest.approx(true.end_deg, abs=1.0)
    limits = load_exercise(slug).thresholds
    way = performance.doing.share
    assert isinstance(way, float)
    assert found.rest_deg == pytest.approx(limits.rest_deg, abs=1.0)
    assert found.end_deg == pytest.approx(
        limits.rest_deg + way * (limits.target_deg - limits.rest_deg), abs=1.5
    )
    if limits.opposite_deg is not None:
        low = limits.rest_deg + way * (limits.opposite_deg - limits.rest_deg)
        assert found.opposite_deg == pytest.approx(low, abs=1.5)
    assert found.noise_deg < 0.5
    assert found.repeatability_share < 0.03


@pytest.mark.parametrize("slug", SLUGS)
def test_who_is_captured_is_counted(slug: str) -> None:
    performance = tried(slug)
    usual = load_exercise(slug)
    found = proposed(performance.film(noise_m=0.002), slug)
    own = with_changes(usual, found.changes)
    assert counted(performance, usual)[0] == 0
    assert counted(performance, own) == (5, 0)


@pytest.mark.parametrize("slug", SLUGS)
def test_half_of_the_own_range_is_a_partial(slug: str) -> None:
    performance = tried(slug)
    own = with_changes(load_exercise(slug), proposed(performance.film(noise_m=0.002), slug).changes)
    whole = SMALL[slug]
    reps, partials = counted(performance, own, share=(whole, whole, 0.5 * whole, whole, whole))
    assert (reps, partials) == (4, 1)


@pytest.mark.parametrize("slug", SIDED)
@pytest.mark.parametrize("ghost", [0.5, 0.8])
def test_a_leg_that_seems_to_go_along_is_no_try(slug: str, ghost: float) -> None:
    found = proposed(tried(slug, side="right", ghost=ghost).film(), slug)
    assert [one.side for one in found.tries] == ["right"] * 3
    assert {key.split(".")[0] for key in found.changes} == {"right"}


@pytest.mark.parametrize("slug", SIDED)
@pytest.mark.parametrize("prescribed", ["auto", "right"])
def test_one_stiff_leg_leaves_the_other_as_it_is(slug: str, prescribed: str) -> None:
    found = proposed(tried(slug).film(), slug)
    own = with_changes(load_exercise(slug), found.changes)
    performance = perform(Doing(slug, "right", reps=3, hold_s=0.5, ghost=0.7))
    result = count(performance.film(), own, prescribed)  # type: ignore[arg-type]
    assert [rep.side for rep in result.reps] == ["right"] * 3, said(result)
    assert result.partials == ()
    assert result.reps[0].excursion == pytest.approx(1.0, abs=0.1)


def test_one_foot_alone_has_thresholds_of_its_own() -> None:
    found = proposed(tried("ankle-pumps", 0.5, side="left").film(), "ankle-pumps", "left")
    assert found.side == "left"
    assert {"left.target_deg", "left.opposite_deg", "left.one_side_share"} <= set(found.changes)
    assert "complete_share" not in found.changes


def test_a_knee_that_cannot_be_straightened() -> None:
    performance = tried("heel-slides", 0.4, rest_deg=45.0)
    usual = load_exercise("heel-slides")
    found = proposed(performance.film(), "heel-slides")
    own = with_changes(usual, found.changes)
    assert found.rest_deg == pytest.approx(45, abs=1)
    assert own.thresholds.of("left").rest_to_deg > 45 > usual.thresholds.rest_to_deg
    assert counted(performance, own) == (5, 0)


def test_more_tries_are_welcome_and_fidgeting_is_none() -> None:
    performance = tried("heel-slides", (0.5, 0.12, 0.52, 0.5, 0.48), reps=5)
    found = proposed(performance.film(), "heel-slides")
    assert len(found.tries) == 4
    assert found.end_deg == pytest.approx(5 + 0.5 * 103, abs=1.5)


@pytest.mark.parametrize("slug", SLUGS)
def test_capturing_again_gives_the_same_whatever_is_in_force(slug: str) -> None:
    track = tried(slug).film(noise_m=0.004)
    usual = load_exercise(slug)
    first = proposed(track, slug)
    again = capture(track, with_changes(usual, first.changes), usual=usual)
    assert isinstance(again, Proposal)
    assert again.end_deg == first.end_deg
    assert with_changes(usual, again.changes | first.changes) == with_changes(usual, first.changes)
    assert all(one.before == one.after for one in again.suggestions)


@pytest.mark.parametrize("slug", SLUGS)
def test_every_suggestion_says_why(slug: str) -> None:
    found = proposed(tried(slug).film(noise_m=0.004), slug)
    limits = load_exercise(slug).on(found.side).thresholds.flat()
    for one in found.suggestions:
        assert one.text.endswith("."), one
        assert one.before == limits[one.key.removeprefix(f"{found.side}.")], one
    target = next(one for one in found.suggestions if one.key.endswith("target_deg"))
    assert f"Target {target.after:g}°: the middle of the three furthest positions" in target.text
    assert "A rep needs" in target.text


def test_noise_makes_a_rep_begin_later_and_a_hold_wider() -> None:
    quiet = proposed(tried("ankle-pumps", 0.4).film(), "ankle-pumps").changes
    loud = proposed(tried("ankle-pumps", 0.4).film(noise_m=0.012, rate=15), "ankle-pumps")
    assert loud.noise_deg > 1.2
    assert "leave_share" not in quiet
    assert loud.changes["leave_share"] > load_exercise("ankle-pumps").thresholds.leave_share
    assert loud.changes["hold_share"] > 0.1


# Refusals.


def test_two_tries_are_too_few() -> None:
    found = refused(tried("heel-slides", reps=2).film(), "heel-slides")
    assert found.why is Why.TOO_FEW
    assert "two tries" in found.reason
    assert len(found.tries) == 2


def test_nobody_moves() -> None:
    track = tried("heel-slides").film()
    found = refused(picked(track, track.time_s < 2.0), "heel-slides")
    assert found.why is Why.TOO_FEW
    assert "no try" in found.reason


def test_tries_that_disagree() -> None:
    found = refused(tried("knee-to-chest", (0.9, 0.45, 0.7)).film(), "knee-to-chest")
    assert found.why is Why.TRIES_DISAGREE
    assert "differ" in found.reason


def test_different_legs() -> None:
    found = refused(tried("heel-slides", 0.5, side="alternate").film(), "heel-slides")
    assert found.why is Why.SIDES_DIFFER


def test_the_other_leg() -> None:
    found = refused(tried("heel-slides", 0.5).film(), "heel-slides", "right")
    assert found.why is Why.SIDES_DIFFER
    assert "right" in found.reason


def test_not_at_rest_before() -> None:
    found = refused(tried("heel-slides", settle_s=0.4).film(), "heel-slides")
    assert found.why is Why.NO_REST


def test_a_range_smaller_than_the_noise() -> None:
    track = tried("backwards-stretch", 0.2).film(noise_m=0.03, rate=15, seed=1)
    found = refused(track, "backwards-stretch")
    assert found.why is Why.TOO_SMALL
    assert "noise" in found.reason


def test_a_movement_that_is_another_exercise() -> None:
    found = refused(raising_a_straight_leg(), "knee-to-chest")
    assert found.why is Why.OTHER_MOVEMENT
    assert "single knee to chest" in found.reason


def test_not_in_position() -> None:
    found = refused(tried("backwards-stretch").film(), "heel-slides")
    assert found.why is Why.NOT_IN_POSITION
    assert "Lie on the back" in found.advice


def test_from_the_feet_the_placement_check_says_what_to_do() -> None:
    track = tried("ankle-pumps").film(scene=Scene(towards_deg=45))
    found = refused(track, "ankle-pumps")
    assert found.why is Why.NOT_SEEN
    assert "too far towards your feet" in found.advice


def test_in_the_dark() -> None:
    track = tried("heel-slides").film()
    found = refused(lost(track, 1.0, 60.0, light=0.05), "heel-slides")
    assert found.why is Why.NOT_SEEN
    assert "dark" in found.reason
    assert "light" in found.advice


def test_nothing_at_all() -> None:
    track = tried("heel-slides").film()
    assert refused(picked(track, slice(0, 0)), "heel-slides").why is Why.NOT_SEEN
    assert refused(lost(track, 0.0, 60.0), "heel-slides").why is Why.NOT_SEEN


def test_looking_away_for_a_moment_costs_nothing() -> None:
    performance = tried("heel-slides", 0.5)
    between_s = performance.reps[0].end_s + 0.2
    found = proposed(lost(performance.film(), between_s, between_s + 0.5), "heel-slides")
    assert len(found.tries) == 3


def test_two_people_one_after_the_other_are_as_many_tries_as_they_made() -> None:
    one = tried("heel-slides", 0.5).film()
    assert len(proposed(joined(one, one), "heel-slides").tries) == 6


# What is proposed can always be saved.

degrees = st.floats(-180, 180)
tiny = st.floats(0, 40)


@st.composite
def ranges(draw: st.DrawFn, two_ends: bool) -> Ends:
    rest = draw(degrees)
    up, down = draw(st.floats(0.1, 150)), draw(st.floats(0.1, 150))
    return Ends(
        rest_deg=rest,
        end_deg=rest + up,
        opposite_deg=rest - down if two_ends else None,
        noise_deg=draw(tiny),
        spread_deg=draw(tiny),
        ends_deg=(rest + up,) * 3,
        opposites_deg=(rest - down,) * 3 if two_ends else (),
    )


@given(data=st.data(), slug=st.sampled_from(SLUGS))
def test_whatever_is_captured_the_proposal_can_be_saved(data: st.DataObject, slug: str) -> None:
    usual = load_exercise(slug)
    two_ends, kind = usual.definition.ends == 2, usual.definition.sides
    now = usual
    allowed: dict[str, list[Side]] = {
        "one": ["left", "right"], "pair": ["left", "right", "both"], "none": ["both"]
    }  # fmt: skip
    sides = st.sampled_from(allowed[kind])
    for _ in range(data.draw(st.integers(1, 3))):
        side = data.draw(sides)
        ends = data.draw(ranges(two_ends))
        suggestions = propose(ends, now, side, usual)
        try:
            now = with_changes(now, {one.key: one.after for one in suggestions})
        except ValidationError as error:
            raise AssertionError([(one.key, one.after) for one in suggestions]) from error
        own = now.thresholds.of(side)
        room = own.target_deg - own.rest_deg
        assert room >= 5
        assert own.leave_share * (own.target_deg - (own.opposite_deg or own.rest_deg)) <= room + 1e-6


@pytest.mark.parametrize("slug", SLUGS)
def test_the_widened_exercise_is_allowed_and_stays_so(slug: str) -> None:
    wide = widened(load_exercise(slug))
    usual = load_exercise(slug).thresholds
    assert Exercise.model_validate(wide.model_dump()) == wide
    assert widened(wide).thresholds.complete_share == wide.thresholds.complete_share
    assert wide.thresholds.complete_share < usual.complete_share
    assert wide.thresholds.target_deg == usual.target_deg


def test_angles_of_the_signal_are_those_of_the_side_that_worked() -> None:
    found = proposed(tried("heel-slides", 0.5, ghost=0.5).film(), "heel-slides")
    seen = found.signal.angle[np.isfinite(found.signal.angle)]
    assert seen.max() == pytest.approx(found.end_deg, abs=1.0)
    assert len(found.signal.time_s) == len(found.signal.angle)

"""What people do around the exercises, and what resembles them: none of it is a rep."""

from collections.abc import Callable
from typing import Final

import numpy as np

from repose.pose.landmarks import PoseTrack
from tests.puppet.body import Puppet, Scene, both
from tests.puppet.damage import joined, noisy
from tests.puppet.movement import Curve, Keyed, still, summed, swing, wander
from tests.puppet.programme import heel_on_floor

RATE: Final = 30.0
NOISE_M: Final = 0.004


def filmed(puppet: Puppet, duration_s: float, scene: Scene | None = None) -> PoseTrack:
    """The puppet at 30 frames a second, with usual noise."""
    track = (scene or Scene()).film(puppet, np.arange(0, duration_s, 1 / RATE))
    return noisy(track, NOISE_M, seed=7)


def to_and_fro(
    low: float, high: float, times: int, *, way_s: float = 1.5, hold_s: float = 1.0, wait_s: float = 2.0
) -> Keyed:
    """There and back several times."""
    keys = Keyed(((0.0, low), (wait_s, low)))
    for _ in range(times):
        keys = keys.then((way_s, high), (hold_s, high), (way_s, low), (wait_s, low))
    return keys


def within(curve: Curve, start_s: float, end_s: float) -> Curve:
    """A curve that is 0 outside a time."""
    return lambda time_s: np.where((time_s >= start_s) & (time_s <= end_s), curve(time_s - start_s), 0.0)


def legs(left: Curve, right: Curve) -> Puppet:
    """Lying, both heels on the floor."""
    return Puppet(knee=(left, right), hip=(heel_on_floor(left), heel_on_floor(right)))


def lying_still() -> PoseTrack:
    """A minute of rest."""
    return filmed(Puppet(), 60)


def fidgeting() -> PoseTrack:
    """Small aimless movements of every joint."""
    knees = summed(still(8), wander(6, 1)), summed(still(8), wander(6, 2))
    return filmed(
        Puppet(
            knee=knees,
            hip=(heel_on_floor(knees[0]), heel_on_floor(knees[1])),
            ankle=(summed(still(-18), wander(5, 3)), summed(still(-18), wander(5, 4))),
            neck=wander(8, 5),
        ),
        60,
    )


def fidgeting_in_crook() -> PoseTrack:
    """The same with the feet flat."""
    knees = summed(still(100), wander(8, 1)), summed(still(100), wander(8, 2))
    return filmed(legs(*knees), 60)


def shifting() -> PoseTrack:
    """Moving over on the mat, several times, the knees bending a little along."""
    knee = to_and_fro(4, 24, 5, way_s=0.8, hold_s=0.5)
    along = Keyed(((0, 0), (2, 0), (4, 0.1), (8, 0.1), (10, -0.1), (16, -0.1), (18, 0.05)))
    return filmed(
        Puppet(knee=(knee, knee), hip=(heel_on_floor(knee), heel_on_floor(knee)), along=along), knee.end_s
    )


def scratching() -> PoseTrack:
    """Hands to the face and to the thighs."""
    up = to_and_fro(0, 1, 4, way_s=0.6)
    on = to_and_fro(0, 1, 3, way_s=0.8, wait_s=3.0)
    return filmed(Puppet(hands_up=up, hands_on=(on, still(0))), 30)


def bending_both_knees() -> PoseTrack:
    """Into the crook position, and back after a while."""
    knee = to_and_fro(5, 100, 3, way_s=2.0, hold_s=4.0, wait_s=4.0)
    return filmed(legs(knee, knee), knee.end_s)


def sitting_up() -> PoseTrack:
    """To sit with straight legs, and to lie down again."""
    lean = to_and_fro(0, -85, 3, way_s=2.0, hold_s=4.0)
    hip = to_and_fro(0, 85, 3, way_s=2.0, hold_s=4.0)
    return filmed(Puppet(trunk=lean, hip=(hip, hip), ankle=both(-15)), lean.end_s)


def getting_up() -> PoseTrack:
    """Lying, sitting, crouching, standing, and staying there."""
    lean = Keyed(((0, 0), (5, 0), (7, -80), (9, -60), (10.5, -95), (12.5, 0)))
    knee = Keyed(((0, 5), (7, 5), (9, 110), (10.5, 130), (12.5, 5)))
    thigh = Keyed(((0, 2.5), (7, 5), (9, 60), (10.5, 10), (12.5, 0)))
    tilt = Keyed(((0, 0), (9, 0), (10.5, 70), (12.5, 90)))
    hip: Curve = lambda time_s: thigh(time_s) - lean(time_s)  # noqa: E731
    up = Keyed(((0, -0.3), (9, -0.3), (10.5, -0.1), (12.5, 0.35)))
    return filmed(
        Puppet(trunk=lean, knee=(knee, knee), hip=(hip, hip), tilt=tilt, up=up, ankle=both(-10)), 20
    )


def bridging() -> PoseTrack:
    """From lying straight into the crook position, five bridges, and back."""
    keys = Keyed(((0, 5), (3, 5), (5, 100), (8, 100)))
    lean, hip = Keyed(((0, 0), (8, 0))), Keyed(((0, 2.5), (3, 2.5), (5, 50), (8, 50)))
    for _ in range(5):
        lean = lean.then((1.5, 22), (2, 22), (1.5, 0), (1.5, 0))
        hip = hip.then((1.5, 5), (2, 5), (1.5, 50), (1.5, 50))
    knee = keys.then((32.5 + 3, 100), (2, 5), (3, 5))
    hip = hip.then((3, 50), (2, 2.5))
    return filmed(Puppet(knee=(knee, knee), hip=(hip, hip), trunk=lean), knee.end_s)


def raising_a_straight_leg() -> PoseTrack:
    """Five raises of the left leg, the other one flat."""
    hip = to_and_fro(0, 75, 5, way_s=2.0, hold_s=2.0)
    return filmed(Puppet(hip=(hip, still(0)), knee=(still(8), still(5)), ankle=both(-5)), hip.end_s)


def raising_a_straight_leg_from_crook() -> PoseTrack:
    """The same with the other foot flat, as it is usually prescribed."""
    hip = to_and_fro(0, 75, 5, way_s=2.0, hold_s=2.0)
    return filmed(
        Puppet(hip=(hip, still(50)), knee=(still(8), still(100)), ankle=(still(-5), still(0))), hip.end_s
    )


def kicking_the_knee_straight() -> PoseTrack:
    """Five times the foot of a leg in crook position comes up until the knee is straight."""
    knee = to_and_fro(100, 15, 5, way_s=1.5, hold_s=1.0)
    return filmed(Puppet(knee=(knee, still(100)), hip=both(50)), knee.end_s)


def letting_the_legs_down() -> PoseTrack:
    """From the crook position to straight legs, one after the other, and lying there."""
    left = Keyed(((0, 100), (4, 100), (6, 5)))
    right = Keyed(((0, 100), (7, 100), (9, 5)))
    return filmed(legs(left, right), 20)


def walking() -> PoseTrack:
    """Through the picture and, from the other side, back again."""
    knees: tuple[Curve, Curve] = (swing(30, 28, 1.1), lambda time_s: swing(30, 28, 1.1)(time_s + 0.55))
    puppet = Puppet(
        posture="standing",
        hip=(swing(0, 25, 1.1), swing(0, -25, 1.1)),
        knee=knees,
        trunk=swing(0, 3, 0.55),
        up=lambda time_s: 0.75 * time_s - 1.5,
    )
    return joined(*(filmed(puppet, 4, Scene(facing=way)) for way in ("right", "left")))


def standing_still() -> PoseTrack:
    """Waiting on both feet, swaying a little, looking up and down."""
    sway = wander(3, 11)
    return filmed(
        Puppet(
            posture="standing",
            trunk=sway,
            hip=(lambda time_s: -sway(time_s), lambda time_s: -sway(time_s)),
            neck=swing(0, 35, 5.0),
        ),
        60,
    )


def bending_forward() -> PoseTrack:
    """Five times to pick something up, with straight legs."""
    lean = to_and_fro(0, -60, 5, hold_s=1.5)
    return filmed(
        Puppet(
            posture="standing", trunk=lean, hip=(lambda time_s: -lean(time_s), lambda time_s: -lean(time_s))
        ),
        lean.end_s,
    )


def squatting() -> PoseTrack:
    """Five knee bends, the trunk leaning forwards."""
    knee = to_and_fro(0, 90, 5)
    lean = to_and_fro(0, -35, 5)
    hip: Curve = lambda time_s: knee(time_s) / 2 - lean(time_s)  # noqa: E731
    return filmed(Puppet(posture="standing", trunk=lean, knee=(knee, knee), hip=(hip, hip)), knee.end_s)


LYING: Final[tuple[Callable[[], PoseTrack], ...]] = (
    lying_still, fidgeting, fidgeting_in_crook, shifting, scratching, bending_both_knees, sitting_up,
    getting_up, bridging, raising_a_straight_leg, raising_a_straight_leg_from_crook,
    kicking_the_knee_straight, letting_the_legs_down,
)  # fmt: skip

STANDING: Final[tuple[Callable[[], PoseTrack], ...]] = (walking, standing_still, bending_forward, squatting)

"""Forward kinematics: joint angles to the 33 landmarks of a person seen by a camera."""

from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from repose.pose.landmarks import (
    COLUMNS,
    LANDMARKS,
    PRESENCE,
    VISIBILITY,
    WORLD_X,
    WORLD_Z,
    PoseTrack,
    X,
    Y,
    Z,
)
from tests.puppet.movement import Curve, Series, still

TRUNK, THIGH, SHIN, FOOT, NECK, UPPER_ARM, FOREARM = 0.5, 0.42, 0.42, 0.22, 0.2, 0.28, 0.25
"""Metres."""

HIP_HALF, SHOULDER_HALF = 0.13, 0.13
"""Metres from the middle; equal, so that angles in space are those in the plane of the body."""

SIDES: Final = ("left", "right")

Pair = tuple[Curve, Curve]
"""Of the left and of the right side."""


def both(value: float) -> Pair:
    """The same angle on both sides, always."""
    return still(value), still(value)


@dataclass(frozen=True)
class Puppet:
    """Joint angles over time, in degrees by the conventions of the README; places in metres.

    Attributes:
        posture: lying on the back, or standing.
        knee, hip, ankle: flexion, flexion, dorsiflexion of the left and right side.
        trunk: lean of the trunk out of its posture, + backwards; the hip angle counts from the leaning trunk.
        neck: lean of the neck against the trunk, + backwards.
        hands_on: how much a hand lies at the thigh of a side (1) rather than beside the hips (0).
        hands_up: how much the hands are at the face.
        tilt: turn of the whole body from lying (0) to standing (90).
        along, up: where the hips are, from where they were: metres towards the head and to the front.
    """

    posture: Literal["supine", "standing"] = "supine"
    knee: Pair = field(default_factory=lambda: both(0.0))
    hip: Pair = field(default_factory=lambda: both(0.0))
    ankle: Pair = field(default_factory=lambda: both(0.0))
    trunk: Curve = field(default_factory=lambda: still(0.0))
    neck: Curve = field(default_factory=lambda: still(0.0))
    hands_on: Pair = field(default_factory=lambda: both(0.0))
    hands_up: Curve = field(default_factory=lambda: still(0.0))
    tilt: Curve = field(default_factory=lambda: still(0.0))
    along: Curve = field(default_factory=lambda: still(0.0))
    up: Curve = field(default_factory=lambda: still(0.0))


@dataclass(frozen=True)
class Scene:
    """Where the camera is and what it makes of the person.

    Attributes:
        facing: where the head lies, or the face of a standing person looks, on the picture.
        towards_deg: how far the camera stands from the side: towards the feet of a lying person (+), the
            head (-), or the front of a standing one.
        roll_deg: roll of the camera.
        px_per_m: size of the person.
        frame_size: (width, height).
        centre: where the hips are, as shares of the picture.
        light: mean luminance.
    """

    facing: Literal["left", "right"] = "left"
    towards_deg: float = 0.0
    roll_deg: float = 0.0
    px_per_m: float = 200.0
    frame_size: tuple[int, int] = (640, 480)
    centre: tuple[float, float] = (0.5, 0.55)
    light: float = 0.5

    def film(self, puppet: Puppet, time_s: Series) -> PoseTrack:
        """What a perfect pose model sees at (n,) seconds."""
        plane, lateral = _stand(puppet, time_s)
        world = self._turned(puppet, plane, lateral)
        return self._projected(world, time_s)

    def _turned(
        self, puppet: Puppet, plane: dict[str, NDArray[np.float64]], lateral: dict[str, float]
    ) -> NDArray[np.float64]:
        """(n, 33, 3) metres in the camera's axes: x right, y down, z away."""
        way = -1.0 if self.facing == "left" else 1.0
        if puppet.posture == "supine":
            head, front = np.array([way, 0.0, 0.0]), np.array([0.0, -1.0, 0.0])
        else:
            head, front = np.array([0.0, -1.0, 0.0]), np.array([way, 0.0, 0.0])
        left = np.cross(head, front)
        points = np.stack(
            [
                plane[name][:, :1] * head + plane[name][:, 1:] * front + lateral[name] * left
                for name in LANDMARKS
            ],
            axis=1,
        )
        # About the vertical: the head of a lying person goes away, the face of a standing one comes nearer.
        turn = np.radians(self.towards_deg) * (way if puppet.posture == "supine" else -way)
        cos, sin = np.cos(turn), np.sin(turn)
        x, z = points[..., 0] * cos - points[..., 2] * sin, points[..., 0] * sin + points[..., 2] * cos
        roll = np.radians(self.roll_deg)
        return np.stack(
            [
                x * np.cos(roll) - points[..., 1] * np.sin(roll),
                x * np.sin(roll) + points[..., 1] * np.cos(roll),
                z,
            ],
            axis=2,
        )

    def _projected(self, world: NDArray[np.float64], time_s: Series) -> PoseTrack:
        width, height = self.frame_size
        points = np.empty((len(time_s), len(LANDMARKS), len(COLUMNS)))
        points[..., X] = self.centre[0] + world[..., 0] * self.px_per_m / width
        points[..., Y] = self.centre[1] + world[..., 1] * self.px_per_m / height
        points[..., Z] = world[..., 2] * self.px_per_m / width
        hips = (world[:, [LANDMARKS.index("left_hip")]] + world[:, [LANDMARKS.index("right_hip")]]) / 2
        points[..., WORLD_X : WORLD_Z + 1] = world - hips
        points[..., PRESENCE] = 0.99
        points[..., VISIBILITY] = 0.95
        for index, name in enumerate(LANDMARKS):
            twin = name.replace("left", "?").replace("right", "left")
            twin = twin.replace("?", "right")
            if twin != name:
                hidden = world[:, index, 2] > world[:, LANDMARKS.index(twin), 2] + 1e-6
                points[hidden, index, VISIBILITY] = 0.75
        return PoseTrack(
            time_s=np.asarray(time_s, np.float64),
            points=points.astype(np.float32),
            light=np.full(len(time_s), self.light, np.float32),
            frame_size=self.frame_size,
            source="puppet",
            model="puppet",
            software={},
        )


def _direction(angle_deg: Series) -> NDArray[np.float64]:
    """(n, 2) along head and front: 0 points to the feet, 90 to the front."""
    angle = np.radians(angle_deg)
    return np.stack([-np.cos(angle), np.sin(angle)], axis=1)


def _stand(puppet: Puppet, time_s: Series) -> tuple[dict[str, NDArray[np.float64]], dict[str, float]]:
    """(n, 2) metres along head and front of each landmark, and its metres to the person's left."""
    place: dict[str, NDArray[np.float64]] = {}
    lateral: dict[str, float] = {}
    lean = puppet.trunk(time_s)
    hips = np.zeros((len(time_s), 2))
    trunk = -_direction(lean)
    shoulders = hips + TRUNK * trunk
    neck_lean = lean + puppet.neck(time_s)
    ears = shoulders + NECK * -_direction(neck_lean)
    nose = ears + 0.1 * _direction(neck_lean + 90.0)
    face = nose - 0.2 * (nose - ears) - 0.03 * _direction(neck_lean)
    up = puppet.hands_up(time_s)[:, None]
    for side, towards, k in (("left", 1.0, 0), ("right", -1.0, 1)):
        thigh_deg = lean + puppet.hip[k](time_s)
        shin_deg = thigh_deg - puppet.knee[k](time_s)
        foot_deg = shin_deg + 90.0 + puppet.ankle[k](time_s)
        thigh, shin, foot = _direction(thigh_deg), _direction(shin_deg), _direction(foot_deg)
        knee = hips + THIGH * thigh
        ankle = knee + SHIN * shin
        heel = ankle + 0.06 * _direction(foot_deg - 90.0) - 0.05 * foot
        place |= {
            f"{side}_shoulder": shoulders,
            f"{side}_hip": hips,
            f"{side}_knee": knee,
            f"{side}_ankle": ankle,
            f"{side}_heel": heel,
            f"{side}_foot_index": heel + FOOT * foot,
            f"{side}_ear": ears,
        }
        for part in ("eye_inner", "eye", "eye_outer"):
            place[f"{side}_{part}"] = face
        place[f"mouth_{side}"] = nose - 0.2 * (nose - ears) + 0.04 * _direction(neck_lean)
        lateral |= {name: towards * HIP_HALF for name in place if name.startswith(side)}
        lateral |= {f"{side}_shoulder": towards * SHOULDER_HALF, f"{side}_ear": towards * 0.07}
        lateral |= {f"{side}_{part}": towards * 0.03 for part in ("eye_inner", "eye", "eye_outer")}
        lateral[f"mouth_{side}"] = towards * 0.02
    middles = [(place[f"{side}_hip"] + place[f"{side}_knee"]) / 2 for side in SIDES]
    on = [puppet.hands_on[k](time_s)[:, None] for k in (0, 1)]
    for side, towards in (("left", 1.0), ("right", -1.0)):
        beside = hips + 0.04 * trunk - 0.05 * _direction(lean + 90.0)
        wrist = beside + on[0] * (middles[0] - beside) + on[1] * (middles[1] - beside)
        wrist = wrist + up * (nose - wrist)
        place |= {f"{side}_elbow": (shoulders + wrist) / 2 - 0.05 * _direction(lean + 90.0)}
        place |= {f"{side}_{part}": wrist for part in ("wrist", "pinky", "index", "thumb")}
        lateral |= {f"{side}_{part}": towards * 0.2 for part in ("elbow", "wrist", "pinky", "index", "thumb")}
    place["nose"] = nose
    lateral["nose"] = 0.0
    tilt = np.radians(puppet.tilt(time_s))
    moved = np.stack([puppet.along(time_s), puppet.up(time_s)], axis=1)
    for name, at in place.items():
        # From lying to standing the head goes to where the front was.
        turned = np.stack(
            [
                at[:, 0] * np.cos(tilt) - at[:, 1] * np.sin(tilt),
                at[:, 0] * np.sin(tilt) + at[:, 1] * np.cos(tilt),
            ],
            axis=1,
        )
        place[name] = turned + moved
    return place, lateral

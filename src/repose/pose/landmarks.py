"""The one data structure between the pose model and everything behind it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

LANDMARKS: Final = (
    "nose", "left_eye_inner", "left_eye", "left_eye_outer", "right_eye_inner", "right_eye",
    "right_eye_outer", "left_ear", "right_ear", "mouth_left", "mouth_right", "left_shoulder",
    "right_shoulder", "left_elbow", "right_elbow", "left_wrist", "right_wrist", "left_pinky",
    "right_pinky", "left_index", "right_index", "left_thumb", "right_thumb", "left_hip", "right_hip",
    "left_knee", "right_knee", "left_ankle", "right_ankle", "left_heel", "right_heel",
    "left_foot_index", "right_foot_index",
)  # fmt: skip
"""BlazePose's landmarks in MediaPipe's order; a landmark's position in this tuple is its index."""

COLUMNS: Final = ("x", "y", "z", "visibility", "presence", "world_x", "world_y", "world_z")
"""The last axis of `points`: image landmark (shares of the picture's width and height, z in widths),
visibility and presence (0 to 1), world landmark (metres, origin between the hips)."""

X, Y, Z, VISIBILITY, PRESENCE, WORLD_X, WORLD_Y, WORLD_Z = range(8)

Points = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Pose:
    """What the pose model saw in one frame.

    Attributes:
        time_s: capture timestamp of the frame, in seconds from the start of the source.
        points: (33, 8) float32, columns as in `COLUMNS`; all NaN when no body was found.
        light: mean luminance of the frame, 0 (black) to 1 (white).
    """

    time_s: float
    points: Points
    light: float

    @property
    def found(self) -> bool:
        """Whether the model found a body."""
        return not bool(np.isnan(self.points[0, X]))


@dataclass(frozen=True, slots=True, eq=False)
class PoseTrack:
    """The poses of a whole source, as arrays: what a recording holds and what is counted.

    Attributes:
        time_s: (n,) float64, strictly increasing capture timestamps in seconds.
        points: (n, 33, 8) float32, columns as in `COLUMNS`; all NaN in frames without a body.
        light: (n,) float32, mean luminance of each frame, 0 to 1.
        frame_size: (width, height) of the upright picture in pixels.
        source: what the user named: a file name or a camera; never a full path.
        model: name of the pose model, such as "full".
        software: versions and model hash in force when the landmarks were made.
    """

    time_s: NDArray[np.float64]
    points: Points
    light: NDArray[np.float32]
    frame_size: tuple[int, int]
    source: str
    model: str
    software: dict[str, str]

    @property
    def duration_s(self) -> float:
        """Time from the first to the last frame, plus one typical frame; 0 without frames."""
        if len(self.time_s) == 0:
            return 0.0
        typical = float(np.median(np.diff(self.time_s))) if len(self.time_s) > 1 else 0.0
        return float(self.time_s[-1] - self.time_s[0]) + typical

    def part(self, which: slice | NDArray[np.bool_]) -> "PoseTrack":
        """Some of its poses: a slice, or a (n,) mask."""
        return replace(self, time_s=self.time_s[which], points=self.points[which], light=self.light[which])


def joined(tracks: Sequence[PoseTrack]) -> PoseTrack:
    """Tracks of one source, at least one, in order, as one; what it says of itself is the first one's."""
    return replace(
        tracks[0],
        time_s=np.concatenate([track.time_s for track in tracks]),
        points=np.concatenate([track.points for track in tracks]),
        light=np.concatenate([track.light for track in tracks]),
    )


def not_found(time_s: float, light: float) -> Pose:
    """A pose of a frame in which no body was found."""
    return Pose(time_s, np.full((len(LANDMARKS), len(COLUMNS)), np.nan, np.float32), light)


def as_track(
    poses: list[Pose], frame_size: tuple[int, int], source: str, model: str, software: dict[str, str]
) -> PoseTrack:
    """Stack single poses into a track; the arrays hold the very same bits."""
    shape = (0, len(LANDMARKS), len(COLUMNS))
    return PoseTrack(
        time_s=np.array([pose.time_s for pose in poses], np.float64),
        points=np.stack([pose.points for pose in poses]) if poses else np.empty(shape, np.float32),
        light=np.array([pose.light for pose in poses], np.float32),
        frame_size=frame_size,
        source=source,
        model=model,
        software=software,
    )

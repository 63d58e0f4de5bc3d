"""What cameras and models do to a perfect track; each function gives a new track."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from repose.pose.landmarks import LANDMARKS, WORLD_X, WORLD_Z, PoseTrack, X, Y

SWAPPED = [
    LANDMARKS.index(name.replace("left", "?").replace("right", "left").replace("?", "right"))
    for name in LANDMARKS
]
"""Index of each landmark's twin on the other side; its own where it has none."""

LEGS = [
    index
    for index, name in enumerate(LANDMARKS)
    if name.endswith(("hip", "knee", "ankle", "heel", "foot_index"))
]


def noisy(track: PoseTrack, metres: float, seed: int, px_per_m: float = 200.0) -> PoseTrack:
    """White noise on every landmark, as a standard deviation in the picture plane and in the world."""
    random = np.random.default_rng(seed)
    points = track.points.astype(np.float64)
    shape = points.shape[:2]
    width, height = track.frame_size
    points[..., X] += random.normal(0, metres * px_per_m / width, shape)
    points[..., Y] += random.normal(0, metres * px_per_m / height, shape)
    points[..., WORLD_X : WORLD_Z + 1] += random.normal(0, metres, (*shape, 3))
    return replace(track, points=points.astype(np.float32))


def picked(track: PoseTrack, frames: NDArray[np.bool_] | NDArray[np.int64] | slice) -> PoseTrack:
    """Some of the frames."""
    return replace(track, time_s=track.time_s[frames], points=track.points[frames], light=track.light[frames])


def dropped(track: PoseTrack, share: float, seed: int) -> PoseTrack:
    """A share of the frames, chosen at random, never arrives."""
    return picked(track, np.random.default_rng(seed).random(len(track.time_s)) >= share)


def jittered(track: PoseTrack, share: float, seed: int) -> PoseTrack:
    """Every timestamp off by up to a share of the usual time between frames."""
    step_s = float(np.median(np.diff(track.time_s)))
    off = np.random.default_rng(seed).uniform(-share, share, len(track.time_s)) * step_s
    return replace(track, time_s=track.time_s + off)


def resampled(track: PoseTrack, rate: float) -> PoseTrack:
    """The frames nearest to an even clock of another, lower or equal, rate, each with its own timestamp."""
    at = np.arange(track.time_s[0], track.time_s[-1], 1 / rate)
    right = np.clip(np.searchsorted(track.time_s, at), 1, len(track.time_s) - 1)
    nearer_left = at - track.time_s[right - 1] < track.time_s[right] - at
    return picked(track, np.unique(right - nearer_left))


def interpolated(track: PoseTrack, rate: float) -> PoseTrack:
    """The track at any other rate, its landmarks interpolated linearly; frames without a body stay so."""
    at = np.arange(track.time_s[0], track.time_s[-1], 1 / rate)
    right = np.clip(np.searchsorted(track.time_s, at), 1, len(track.time_s) - 1)
    left = right - 1
    share = (at - track.time_s[left]) / (track.time_s[right] - track.time_s[left])
    a, b = track.points[left], track.points[right]
    points = (a + (b - a) * share[:, None, None]).astype(np.float32)
    return replace(track, time_s=at, points=points, light=track.light[left])


def lost(track: PoseTrack, start_s: float, end_s: float, light: float | None = None) -> PoseTrack:
    """No body is found from start to end."""
    gone = (track.time_s >= start_s) & (track.time_s < end_s)
    points, lights = track.points.copy(), track.light.copy()
    points[gone] = np.nan
    if light is not None:
        lights[gone] = light
    return replace(track, points=points, light=lights)


def exchanged(track: PoseTrack, frames: Sequence[int] | slice, *, legs_only: bool = False) -> PoseTrack:
    """Left and right are mistaken for each other in some frames."""
    points = track.points.copy()
    rows = np.arange(len(points))[frames if isinstance(frames, slice) else list(frames)]
    names = np.array(LEGS if legs_only else range(len(LANDMARKS)))
    points[rows[:, None], names] = track.points[rows[:, None], np.array(SWAPPED)[names]]
    return replace(track, points=points)


def shifted(track: PoseTrack, by_s: float) -> PoseTrack:
    """The same at another time."""
    return replace(track, time_s=track.time_s + by_s)


def mirrored(track: PoseTrack) -> PoseTrack:
    """The mirror image: a left leg is a right one there."""
    points = track.points[:, SWAPPED].copy()
    points[..., X] = 1 - points[..., X]
    points[..., WORLD_X] *= -1
    return replace(track, points=points)


def joined(*tracks: PoseTrack) -> PoseTrack:
    """One track after the other, 1/30 s between them."""
    parts = [tracks[0]]
    for track in tracks[1:]:
        parts.append(shifted(track, float(parts[-1].time_s[-1] + 1 / 30 - track.time_s[0])))
    return replace(
        tracks[0],
        time_s=np.concatenate([part.time_s for part in parts]),
        points=np.concatenate([part.points for part in parts]),
        light=np.concatenate([part.light for part in parts]),
    )

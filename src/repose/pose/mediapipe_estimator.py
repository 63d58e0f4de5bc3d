"""MediaPipe's pose landmarker behind the port. Import this module late: it loads MediaPipe."""

from contextlib import nullcontext
from functools import cached_property
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from repose.capture.frames import Frame
from repose.capture.pictures import light
from repose.pose.bundle import sha256_of
from repose.pose.exposure import brightened
from repose.pose.hush import hushed
from repose.pose.landmarker import load_landmarker
from repose.pose.landmarks import Pose, not_found
from repose.pose.manifest import read_manifest

_MILLISECONDS: Final = 1000


class MediaPipeEstimator:
    """BlazePose, following one body from frame to frame."""

    def __init__(self, bundle: Path, model_name: str) -> None:
        """Load the model.

        Args:
            bundle: path of the bundle, as from `ensure_bundle`.
            model_name: "full", "lite", "heavy", or the path that the user gave.

        Raises:
            ReposeError: MediaPipe is a version that must not run, or cannot use the bundle.
        """
        self._landmarker, self._as_image = load_landmarker(bundle, following=True, most=1)
        self._model = model_name if model_name in read_manifest().models else Path(model_name).name
        self._bundle = bundle
        self._last_ms = -1
        self._quiet = False
        self._closed = False

    @property
    def model(self) -> str:
        """Name of the model, or the file name of a bundle given by path."""
        return self._model

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of the bundle, in hexadecimal."""
        return sha256_of(self._bundle)

    def estimate(self, frame: Frame) -> Pose:
        """The pose in the frame; one that is not `found` when there is no body."""
        # MediaPipe counts in whole milliseconds and wants each later than the one before.
        self._last_ms = max(round(frame.time_s * _MILLISECONDS), self._last_ms + 1)
        picture = cv2.cvtColor(brightened(frame.image), cv2.COLOR_BGR2RGB)
        image = self._as_image(picture)
        # The last of MediaPipe's routine messages comes with the first body.
        with nullcontext() if self._quiet else hushed():
            result = self._landmarker.detect_for_video(image, self._last_ms)
        brightness = light(frame.image)
        if not result.pose_landmarks:
            return not_found(frame.time_s, brightness)
        self._quiet = True
        # Visibility and presence are the same for both, to the last bit.
        points = [
            (point.x, point.y, point.z, point.visibility, point.presence, world.x, world.y, world.z)
            for point, world in zip(result.pose_landmarks[0], result.pose_world_landmarks[0], strict=True)
        ]
        return Pose(frame.time_s, np.array(points, np.float32), brightness)

    def close(self) -> None:
        """Release the model; closing twice is harmless."""
        if not self._closed:
            self._closed = True
            self._landmarker.close()

"""The port behind which a pose model hides."""

from typing import Protocol

from repose.capture.frames import Frame
from repose.pose.landmarks import Pose


class PoseEstimator(Protocol):
    """A frame in, a pose out. Frames must come in capture order: the model tracks between them."""

    @property
    def model(self) -> str:
        """Name of the model: "lite", "full", "heavy", or the file name of a bundle given by path."""
        ...

    @property
    def sha256(self) -> str:
        """SHA-256 of the model bundle, in hexadecimal."""
        ...

    def estimate(self, frame: Frame) -> Pose:
        """The pose in the frame; one that is not `found` when there is no body."""
        ...

    def close(self) -> None:
        """Release the model; closing twice is harmless."""
        ...

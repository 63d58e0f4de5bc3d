"""Loading MediaPipe's pose landmarker, which takes its time: MediaPipe itself is imported only here."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from repose.errors import ReposeError
from repose.pose.hush import hushed
from repose.pose.mediapipe_version import check_mediapipe


def load_landmarker(bundle: Path, *, following: bool, most: int) -> tuple[Any, Callable[[NDArray[Any]], Any]]:
    """The landmarker, and what makes its pictures out of (height, width, 3) uint8 RGB arrays.

    Args:
        bundle: path of the bundle, as from `ensure_bundle`.
        following: follow bodies from frame to frame; else each picture is looked at for itself.
        most: bodies looked for.

    Raises:
        ReposeError: MediaPipe is a version that must not run, or cannot use the bundle.
    """
    check_mediapipe()
    with hushed():
        try:
            from mediapipe import Image, ImageFormat
            from mediapipe.tasks.python import BaseOptions, vision
        except (ImportError, OSError) as error:
            raise ReposeError(f"MediaPipe does not load ({error}); run: repose doctor") from error
        options = vision.PoseLandmarkerOptions(
            base_options=BaseOptions(model_asset_path=str(bundle)),
            running_mode=vision.RunningMode.VIDEO if following else vision.RunningMode.IMAGE,
            num_poses=most,
        )
        try:
            landmarker = vision.PoseLandmarker.create_from_options(options)
        except (RuntimeError, ValueError, OSError) as error:
            reason = (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
            raise ReposeError(f"{bundle}: MediaPipe cannot use this pose model ({reason})") from error
    # Ctrl-C may come while a picture is made: a half-made one has nothing to free, and need not complain.
    Image._image_ptr = None
    return landmarker, lambda rgb: Image(image_format=ImageFormat.SRGB, data=rgb)

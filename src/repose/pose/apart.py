"""The pose model in a process of its own, for sessions that must outlive it.

MediaPipe is C++ that runs for hours: where it crashes, hangs or is ended for want of memory, only that
process is gone, and whoever asked hears of it. Pictures go there in shared memory, landmarks come back to
the last bit as they were.

Measured beside the same model in this process: see `Patience` for what it may take, and the README.
"""

import struct
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from repose.apart.limits import Limits
from repose.apart.process import Apart, LostError
from repose.capture.frames import Frame
from repose.capture.pictures import LONGEST_SIDE
from repose.errors import ReposeError
from repose.pose.bundle import sha256_of
from repose.pose.landmarks import COLUMNS, LANDMARKS, Pose, not_found
from repose.pose.manifest import read_manifest
from repose.pose.mediapipe_version import check_mediapipe

WORKER: Final = "repose.pose.apart_worker"
"""Module of the other process."""

MEMORY_MB: Final = 1000
"""Memory for a model and its work: the heavy one took 190."""

# What the processes say to each other: a byte that says what it is, and what belongs to it.
ASKED: Final = struct.Struct("<dII")
"""Time in seconds, height and width of the picture at place 0."""

READY, REFUSED, FAILED, POSE, NOBODY, PEOPLE = b"R", b"!", b"F", b"P", b"N", b"C"

LIGHT: Final = struct.Struct("<d")

MOST_WORDS: Final = 300
"""Bytes of an error's text that are passed on."""

_SHAPE: Final = (len(LANDMARKS), len(COLUMNS))


@dataclass(frozen=True, slots=True)
class Patience:
    """Longest waits for the other process, in seconds; one that takes longer hangs, and is ended.

    Attributes:
        load_s: until the model is loaded: 1 to 3 s, on a busy machine and from a slow disk much more.
        first_s: for the first answer, for which MediaPipe makes itself ready.
        look_s: for any other. The heavy model takes 70 ms, counting people 115 ms.
    """

    load_s: float = 60.0
    first_s: float = 10.0
    look_s: float = 3.0


class ApartEstimator:
    """BlazePose in a process of its own, following one body from frame to frame.

    `estimate` raises `repose.apart.process.LostError`, a RuntimeError, when the process is gone or hung and
    was ended; from then on always.
    """

    def __init__(self, bundle: Path, model_name: str, patience: Patience = Patience()) -> None:
        """Load the model.

        Args:
            bundle: path of the bundle, as from `ensure_bundle`.
            model_name: "full", "lite", "heavy", or the path that the user gave.
            patience: how long to wait.

        Raises:
            ReposeError: MediaPipe is a version that must not run, or cannot use the bundle.
        """
        self._model = model_name if model_name in read_manifest().models else Path(model_name).name
        self._bundle = bundle
        self._looks = _Looks("follow", bundle, self._model, patience)

    @property
    def model(self) -> str:
        """Name of the model, or the file name of a bundle given by path."""
        return self._model

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of the bundle, in hexadecimal."""
        return sha256_of(self._bundle)

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._looks.pid

    def estimate(self, frame: Frame) -> Pose:
        """The pose in the frame; one that is not `found` when there is no body.

        Raises:
            RuntimeError: MediaPipe failed; as LostError, the process did.
        """
        said = self._looks.at(frame)
        kind, (light,) = said[:1], LIGHT.unpack_from(said, 1)
        if kind == NOBODY:
            return not_found(frame.time_s, light)
        points = np.frombuffer(said, np.float32, offset=1 + LIGHT.size).reshape(_SHAPE).copy()
        return Pose(frame.time_s, points, light)

    def close(self) -> None:
        """Release the model; closing twice is harmless."""
        self._looks.close()


class ApartPeople:
    """`repose.pose.people.People` in a process of its own."""

    def __init__(self, bundle: Path, patience: Patience = Patience()) -> None:
        """Load the model.

        Raises:
            ReposeError: MediaPipe is a version that must not run, or cannot use the bundle.
        """
        self._looks = _Looks("count", bundle, "", patience)

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._looks.pid

    def count(self, image: NDArray[np.uint8]) -> int:
        """How many people are in a (height, width, 3) uint8 BGR picture.

        Raises:
            RuntimeError: MediaPipe failed; as LostError, the process did.
        """
        return self._looks.at(Frame(0.0, image))[1]

    def close(self) -> None:
        """Release the model; closing twice is harmless."""
        self._looks.close()


class _Looks:
    """Has pictures looked at by a worker, one at a time."""

    def __init__(self, work: str, bundle: Path, model: str, patience: Patience) -> None:
        check_mediapipe()  # the other process imports it at once
        self._patience_s = patience.first_s
        self._later_s = patience.look_s
        self._apart = Apart(
            f"{WORKER}:{work}",
            Limits(MEMORY_MB),
            about={"bundle": str(bundle.absolute()), "model": model},
            places=1,
            place_bytes=3 * LONGEST_SIDE**2,
        )
        try:
            said = self._apart.receive(patience.load_s)
            if said != READY:
                raise ReposeError(said[1:].decode())
        except LostError as lost:
            raise ReposeError(
                f"{bundle}: the process that loads this pose model {lost}; run: repose doctor"
            ) from lost
        except BaseException:
            self.close()
            raise

    @property
    def pid(self) -> int:
        return self._apart.pid

    def at(self, frame: Frame) -> bytes:
        self._apart.pictures.put(0, frame.image)
        self._apart.send(ASKED.pack(frame.time_s, *frame.image.shape[:2]))
        said = self._apart.receive(self._patience_s)
        self._patience_s = self._later_s
        if said[:1] == FAILED:
            raise RuntimeError(said[1:].decode(errors="replace"))
        return said

    def close(self) -> None:
        self._apart.close()

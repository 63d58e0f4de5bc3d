"""The samples, counted and compared with their truth."""

import hashlib
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final

from repose.counting.machine import Prescribed
from repose.counting.result import CountResult
from repose.errors import ReposeError
from repose.pipeline import OnFrame, Timing, count_source
from repose.pose.landmarks import PoseTrack

CHECKOUT: Final = Path(__file__).parents[2]
CACHE: Final = CHECKOUT / "out" / "demo"


def samples() -> Path:
    """The folder of the samples.

    Raises:
        ReposeError: they are not here, for they come with the repository and not with the package.
    """
    folder = CHECKOUT / "samples"
    if not folder.is_dir():
        raise ReposeError("the samples are not part of the installed package; run the demo in the repository")
    return folder


@dataclass
class CachedCounter:
    """Counts clips like `count_source`, but remembers their landmarks from one run to the next.

    Attributes:
        cache: folder for the recordings.
        fresh: do not use what is there already.
        on_frame: told of the progress.
        from_cache: how many clips needed no pose model.
    """

    cache: Path
    fresh: bool = False
    on_frame: OnFrame | None = None
    from_cache: int = 0

    def __call__(
        self, source: str, exercise_slug: str, *, side: Prescribed, model: str, calibration: Path | None
    ) -> tuple[CountResult, PoseTrack, Timing]:
        """Count a clip from its landmarks if they are known, else from its pictures."""
        from repose.sessions.recording import save_recording

        recording = self.cache / f"{Path(source).stem}-{_key(Path(source), model)}.parquet"
        known = recording.is_file() and not self.fresh
        counted = count_source(
            str(recording) if known else source,
            exercise_slug,
            side=side,
            model=model,
            calibration=calibration,
            on_frame=self.on_frame,
        )
        if known:
            self.from_cache += 1
        else:
            self.cache.mkdir(parents=True, exist_ok=True)
            save_recording(counted[1], recording)
        return counted


def _key(clip: Path, model: str) -> str:
    """Changes whenever the landmarks may: with the clip, the model, and the code and libraries in between."""
    from repose.pose.bundle import ensure_bundle

    digest = hashlib.sha256()
    code = [
        path
        for room in ("capture", "pose", "sessions")
        for path in (Path(__file__).parent / room).glob("*.py")
    ]
    for path in (clip, ensure_bundle(model), *sorted(code)):
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    for package in ("mediapipe", "opencv-contrib-python", "numpy", "repose"):
        digest.update(version(package).encode())
    return digest.hexdigest()[:16]

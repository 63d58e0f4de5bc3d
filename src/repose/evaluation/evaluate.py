"""Count every clip of a folder that has a truth file, and score the counts."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Protocol

from repose.counting.machine import Prescribed
from repose.counting.result import CountResult
from repose.errors import ReposeError
from repose.evaluation.metrics import ClipScore, Summary, Timing, failed, score, summarise
from repose.evaluation.truth import SUFFIX, Truth, clip_of, find_truths, read_truth
from repose.pose.landmarks import PoseTrack


class ClipCounter(Protocol):
    """Counts one source; `repose.pipeline.count_source` is one."""

    def __call__(
        self, source: str, exercise_slug: str, *, side: Prescribed, model: str, calibration: Path | None
    ) -> tuple[CountResult, PoseTrack, Timing]:
        """What was counted, from which landmarks, and where the time went.

        Raises:
            ReposeError: the source cannot be counted.
        """
        ...


@dataclass(frozen=True)
class Evaluation:
    """How well the clips of a folder were counted.

    Attributes:
        clips: the scores, by name.
        model: the pose model, or models, that the landmarks came from.
        software: versions and model hash in force when the landmarks were made; where clips differ (old
            recordings), all that occur, with commas between.
    """

    clips: tuple[ClipScore, ...]
    model: str
    software: dict[str, str]

    @cached_property
    def exercises(self) -> dict[str, Summary]:
        """The numbers of each exercise that occurs, by its slug."""
        groups: dict[str, list[ClipScore]] = defaultdict(list)
        for clip in self.clips:
            groups[clip.truth.exercise].append(clip)
        return {slug: summarise(groups[slug]) for slug in sorted(groups)}

    @cached_property
    def total(self) -> Summary:
        """The numbers of all clips."""
        return summarise(self.clips)


def evaluate(
    folder: Path,
    *,
    count_clip: ClipCounter,
    model: str = "full",
    recordings: bool = False,
    on_clip: Callable[[int, int, str], None] | None = None,
) -> Evaluation:
    """Count every clip in a folder that has a truth file, and compare.

    All truth files are read and all clips looked for before the first is counted, so that a mistake in
    the last of them does not cost the time of all the others.

    Args:
        folder: holds NAME.truth.json files and their clips.
        count_clip: how to count one clip: `repose.pipeline.count_source`.
        model: pose model, as `count_clip` understands it; recordings keep theirs.
        recordings: count the recording NAME.parquet where there is one, instead of the video.
        on_clip: told, before each clip: how many are done, how many there are, the name of the next.

    Returns:
        The scores. A clip whose counting raises a `ReposeError` is in it as failed.

    Raises:
        ReposeError: no truth files, one that breaks the format, a missing clip or calibration file.
    """
    todo = [(path, truth, *_files(path, truth, recordings)) for path, truth in _read_all(find_truths(folder))]
    clips: list[ClipScore] = []
    models: set[str] = set()
    software: dict[str, set[str]] = defaultdict(set)
    for done, (path, truth, clip, calibration) in enumerate(todo):
        name = path.name.removesuffix(SUFFIX)
        if on_clip:
            on_clip(done, len(todo), name)
        try:
            result, track, timing = count_clip(
                str(clip), truth.exercise, side=truth.side, model=model, calibration=calibration
            )
        except ReposeError as error:
            clips.append(failed(name, clip.name, truth, str(error)))
        else:
            clips.append(score(name, clip.name, truth, result, timing))
            # The landmarks themselves are let go: a folder of long clips would fill the memory.
            models.add(track.model)
            for key, version in track.software.items():
                software[key].add(version)
    return Evaluation(
        clips=tuple(clips),
        model=", ".join(sorted(models)) or model,
        software={key: ", ".join(sorted(software[key])) for key in sorted(software)},
    )


def _read_all(paths: Sequence[Path]) -> list[tuple[Path, Truth]]:
    return [(path, read_truth(path)) for path in paths]


def _files(path: Path, truth: Truth, recordings: bool) -> tuple[Path, Path | None]:
    """The clip and the calibration file that a truth file asks for."""
    clip = clip_of(path, truth, recordings=recordings)
    if truth.calibration is None:
        return clip, None
    calibration = path.parent / truth.calibration
    if not calibration.is_file():
        raise ReposeError(f"{path.name}: calibration = {truth.calibration!r}: no such file beside it")
    return clip, calibration

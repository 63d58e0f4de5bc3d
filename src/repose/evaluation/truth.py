"""What truly happened in a clip, as someone annotated it: the file format, its checks, its discovery.

The format is documented for annotators in docs/truth-format.md.
"""

import json
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails, PydanticCustomError

from repose.calibration.load import is_plain, one_line, shown
from repose.counting.result import Side
from repose.errors import ReposeError
from repose.exercises.load import known, signal_of
from repose.kinematics.channels import DERIVED
from repose.plain_file import read_start

SUFFIX: Final = ".truth.json"
RECORDING_SUFFIX: Final = ".parquet"
VIDEO_SUFFIXES: Final = (".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi")

LARGEST: Final = 16 * 1024 * 1024
"""Bytes of a truth file; angles of an hour are 5 million."""

MOST_REPS: Final = 2000
"""Reps and partials of one clip: many hours of exercise."""

LATEST_S: Final = 1e6
"""No clip is longer: eleven days."""

_MOST_TOLD: Final = 5
"""Mistakes that are told at once."""


def _known(slug: str) -> str:
    if slug not in (allowed := known()):
        words = ", ".join(f"'{one}'" for one in allowed)
        raise PydanticCustomError("exercise", "should be one of {words}", {"words": words})
    return slug


ExerciseSlug = Annotated[str, AfterValidator(_known)]
"""Any exercise that is known here: of the programme, of one's own, or an example."""


def _plain(text: str) -> str:
    if not is_plain(text):
        raise PydanticCustomError("plain", "must be one line without control characters")
    return text


def _file_name(text: str) -> str:
    """What is beside the truth file, and nowhere else."""
    if text in (".", "..") or "/" in text or "\\" in text:
        raise PydanticCustomError("file_name", "must be the name of a file beside this one, without folders")
    return text


Seconds = Annotated[float, Field(ge=0, le=LATEST_S, allow_inf_nan=False)]
Degrees = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
Series = Annotated[tuple[Degrees | None, ...], Field(fail_fast=True)]
Words = Annotated[str, Field(max_length=200), AfterValidator(_plain)]
FileName = Annotated[
    str, Field(min_length=1, max_length=255), AfterValidator(_plain), AfterValidator(_file_name)
]


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class TrueRep(_Strict):
    """One rep, or one partial, that truly happened.

    Attributes:
        side: the side that worked; "both" for exercises without sides.
        complete: whether it counts as a rep.
        start_s, end_s: when the movement left rest and when it was back, if annotated.
        peak_s: a moment at the end position, for those who do not annotate the span of its pause.
        peak_start_s, peak_end_s: the span of the pause at the end position.
        hold_s: the true hold as DESIGN defines it, if known.
        reason: why a partial did not count.
        faults: names of form faults.
    """

    side: Side
    complete: bool = True
    start_s: Seconds | None = None
    peak_s: Seconds | None = None
    peak_start_s: Seconds | None = None
    peak_end_s: Seconds | None = None
    end_s: Seconds | None = None
    hold_s: Seconds | None = None
    reason: Words | None = None
    faults: Annotated[tuple[Words, ...], Field(max_length=40)] | None = None

    @property
    def peak(self) -> tuple[float, float]:
        """First and last second of the pause at the end position; the same twice for a moment."""
        if self.peak_start_s is not None and self.peak_end_s is not None:
            return self.peak_start_s, self.peak_end_s
        assert self.peak_s is not None  # noqa: S101 - the validator below saw to it
        return self.peak_s, self.peak_s

    @model_validator(mode="after")
    def _check(self) -> Self:
        moment, span = self.peak_s is not None, (self.peak_start_s is not None, self.peak_end_s is not None)
        if moment == any(span) or any(span) != all(span):
            raise _problem("give either peak_s, or both peak_start_s and peak_end_s")
        ordered = [time for time in (self.start_s, *self.peak, self.end_s) if time is not None]
        if ordered != sorted(ordered):
            raise _problem("times must not run backwards: start_s <= peak <= end_s")
        if self.complete and self.reason is not None:
            raise _problem('reason belongs to a partial: with it, set "complete": false')
        return self


class SidedSeries(_Strict):
    """One angle of a left and a right joint over time; either may be missing."""

    left: Series | None = None
    right: Series | None = None


class TrueAngles(_Strict):
    """True joint angles in degrees, at the times `time_s`; null where unknown."""

    time_s: tuple[Seconds, ...] = Field(min_length=2, fail_fast=True)
    knee_flexion: SidedSeries | None = None
    hip_flexion: SidedSeries | None = None
    ankle_dorsiflexion: SidedSeries | None = None
    trunk_extension: Series | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        times = self.time_s
        if any(after <= before for before, after in pairwise(times)):
            raise _problem("time_s must increase strictly")
        for name in ("knee_flexion", "hip_flexion", "ankle_dorsiflexion", "trunk_extension"):
            for side in ("left", "right"):
                series = self._series(name, side)
                if series is not None and len(series) != len(times):
                    raise _problem(f"{name} has {len(series)} values but time_s has {len(times)}")
        return self

    def _series(self, name: str, side: Literal["left", "right"]) -> Series | None:
        found: SidedSeries | Series | None = getattr(self, name)
        if isinstance(found, SidedSeries):
            return found.left if side == "left" else found.right
        return found

    def at(self, time_s: NDArray[np.float64], name: str, side: Side) -> NDArray[np.float64]:
        """The true angle at other times, by linear interpolation.

        Args:
            time_s: (m,) seconds.
            name: name of the angle, such as "knee_flexion", or of a signal that follows from one.
            side: "both" takes the mean of left and right.

        Returns:
            (m,) degrees; NaN before the first and after the last annotated time, beside a null, and
            throughout if the angle was not annotated for the side.
        """
        if (derived := DERIVED.get(name)) is not None:
            of: Side = "both" if derived.both else side
            return derived.sign * self.at(time_s, derived.angle, of)
        if side == "both" and name != "trunk_extension":
            mean: NDArray[np.float64] = (self.at(time_s, name, "left") + self.at(time_s, name, "right")) / 2
            return mean
        series = self._series(name, "left" if side == "both" else side)
        if series is None:
            return np.full(len(time_s), np.nan)
        values = np.array([np.nan if value is None else value for value in series])
        at: NDArray[np.float64] = np.interp(time_s, self.time_s, values, left=np.nan, right=np.nan)
        return at


class Truth(_Strict):
    """What truly happened in one clip.

    Attributes:
        exercise: slug of the exercise.
        clip: file name of the clip, when it is not the truth file's own name; it lies beside the truth file.
        side: what to prescribe when counting.
        calibration: file to count with, beside the truth file.
        not_measurable: why this view cannot show the exercise; "not measured" is then a right answer.
        note: anything the annotator wants to say.
        reps: reps and partials, in order of time.
        angles: true joint angles over time.
    """

    format: Literal["repose-truth"]
    version: Literal[1]
    exercise: ExerciseSlug
    clip: FileName | None = None
    side: Side | Literal["auto"] = "auto"
    calibration: FileName | None = None
    not_measurable: Annotated[Words, Field(min_length=1)] | None = None
    note: Annotated[str, Field(max_length=10_000)] | None = None
    reps: tuple[TrueRep, ...] = Field(max_length=MOST_REPS, fail_fast=True)
    angles: TrueAngles | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        sides = known()[self.exercise].sides
        for number, rep in enumerate(self.reps, 1):
            if sides == "none" and rep.side != "both":
                raise _problem(f'rep {number}: {self.exercise} has no sides, so side must be "both"')
        for side in ("left", "right", "both"):
            peaks = [rep.peak for rep in self.reps if rep.side == side]
            for before, after in pairwise(peaks):
                # Matching relies on it: ends that neither overlap nor nest.
                if after[0] <= before[1]:
                    raise _problem(f"reps of side {side} must be in order, one end position after the other")
        return self

    @property
    def complete(self) -> tuple[TrueRep, ...]:
        """The reps that count."""
        return tuple(rep for rep in self.reps if rep.complete)

    @property
    def partials(self) -> tuple[TrueRep, ...]:
        """The reps that do not count."""
        return tuple(rep for rep in self.reps if not rep.complete)

    @property
    def counts(self) -> dict[str, int]:
        """Complete reps for each side and in total, as in `CountResult.counts`."""
        sides = [rep.side for rep in self.complete]
        return {side: sides.count(side) for side in ("left", "right", "both")} | {"total": len(sides)}

    def working_angle(self, time_s: NDArray[np.float64]) -> NDArray[np.float64]:
        """The true angle of the side that works, at other times.

        Where sides alternate, a time belongs to the side of the rep whose end position is nearest.

        Args:
            time_s: (m,) seconds.

        Returns:
            (m,) degrees; NaN where unknown.
        """
        name = signal_of(self.exercise)
        if self.angles is None or not self.reps:
            return np.full(len(time_s), np.nan)
        nearest, least = np.zeros(len(time_s), np.intp), np.full(len(time_s), np.inf)
        for number, rep in enumerate(self.reps):
            away = _distance(time_s, rep.peak)
            nearest[away < least] = number
            least = np.minimum(least, away)
        angle = np.full(len(time_s), np.nan)
        for side in {rep.side for rep in self.reps}:
            mine = np.array([rep.side == side for rep in self.reps])[nearest]
            angle[mine] = self.angles.at(time_s[mine], name, side)
        return angle

    def peak_angle(self, rep: TrueRep) -> float:
        """The true working angle at the end position of a rep: its median over the pause; NaN if unknown."""
        if self.angles is None:
            return float("nan")
        start, end = rep.peak
        inside = [time for time in self.angles.time_s if start <= time <= end]
        times = np.array(inside or [(start + end) / 2])
        return float(np.median(self.angles.at(times, signal_of(self.exercise), rep.side)))


def read_truth(path: Path) -> Truth:
    """Read and check one truth file.

    Raises:
        ReposeError: it cannot be read, or breaks the format; names the file, the key, its value and what
            is allowed.
    """
    try:
        text = read_start(path, LARGEST + 1)
    except OSError as error:
        raise ReposeError(f"{path.name}: cannot be read ({error.strerror}); check the path") from error
    if len(text) > LARGEST:
        raise ReposeError(f"{path.name}: is larger than {LARGEST // 1024**2} MB; give fewer angles")
    return _checked(text, path.name)


def kept_truth(said: dict[str, Any]) -> Truth:
    """What is kept as an annotation of a set; which files it was once about is of no interest any more.

    Raises:
        ReposeError: it breaks the format, as one may that a very old Repose kept.
    """
    kept = {key: value for key, value in said.items() if key not in ("clip", "calibration")}
    return _checked(json.dumps(kept), "an annotation that is kept cannot be used; annotate its set again")


def _checked(text: str | bytes, name: str) -> Truth:
    """The truth that a text holds; of one that breaks the format it is told what is wrong."""
    try:
        return Truth.model_validate_json(text)
    except ValidationError as error:
        wrong = error.errors(include_url=False)
        more = f"; and {len(wrong) - _MOST_TOLD} more" if len(wrong) > _MOST_TOLD else ""
        raise ReposeError(f"{name}: {'; '.join(map(_in_words, wrong[:_MOST_TOLD]))}{more}") from error


def find_truths(folder: Path) -> list[Path]:
    """The truth files in a folder (not in folders within), by name.

    Raises:
        ReposeError: the folder is missing, or holds no truth file.
    """
    if not folder.is_dir():
        raise ReposeError(f"{folder}: not a folder; name one that holds clips and their {SUFFIX} files")
    found = sorted(path for path in folder.iterdir() if path.name.endswith(SUFFIX))
    if not found:
        raise ReposeError(
            f"{folder}: no truth files; put NAME{SUFFIX} beside NAME.mp4 (see docs/truth-format.md)"
        )
    return found


def clip_of(path: Path, truth: Truth, *, recordings: bool = False) -> Path:
    """The clip that a truth file speaks of.

    Args:
        path: the truth file.
        truth: what it says.
        recordings: prefer the recording NAME.parquet to the video NAME.mp4 if there is one.

    Raises:
        ReposeError: there is no such clip, or more than one.
    """
    name = path.name.removesuffix(SUFFIX)
    named = path.parent / truth.clip if truth.clip is not None else None
    recording = named.with_suffix(RECORDING_SUFFIX) if named else path.with_name(name + RECORDING_SUFFIX)
    videos = [named] if named else [path.with_name(name + suffix) for suffix in VIDEO_SUFFIXES]
    videos = [video for video in videos if video.is_file()]
    if recording.is_file() and (recordings or not videos):
        return recording
    if len(videos) > 1:
        several = ", ".join(video.name for video in videos)
        raise ReposeError(f'{path.name}: several clips fit ({several}); say which in "clip"')
    if not videos:
        wanted = truth.clip or f"{name}.mp4"
        raise ReposeError(f"{path.name}: its clip {wanted} is missing; put it beside the truth file")
    return videos[0]


def _distance(time_s: NDArray[np.float64], peak: tuple[float, float]) -> NDArray[np.float64]:
    """Seconds from each time to an interval; 0 inside."""
    return np.maximum(0.0, np.maximum(peak[0] - time_s, time_s - peak[1]))


def _problem(message: str) -> PydanticCustomError:
    # The message goes in as a value, so that braces in it are left alone.
    return PydanticCustomError("truth", "{message}", {"message": message})


def _in_words(error: ErrorDetails) -> str:
    """One problem in one line: key, value, what is allowed."""
    parts = (f"{part + 1}" if isinstance(part, int) else one_line(part)[:60] for part in error["loc"])
    key = ".".join(parts) or "the file"
    if error["type"] == "json_invalid":
        return f"is not JSON: {error['msg'].removeprefix('Invalid JSON: ')}"
    if error["type"] == "missing":
        return f"{key} is missing"
    if error["type"] == "extra_forbidden":
        return f"{key} is not a key of this format; remove it or check its spelling"
    if error["type"] == "truth":
        return f"{key}: {error['msg']}" if error["loc"] else error["msg"]
    return f"{key} = {shown(error['input'])}: {one_line(error['msg']).lower()}"

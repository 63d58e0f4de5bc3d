"""A folder of clips, counted by a fake."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from repose.counting.machine import Prescribed
from repose.counting.result import CountResult, Phase, Rep, Trace
from repose.errors import ReposeError
from repose.evaluation import Outcome, evaluate
from repose.pose.landmarks import PoseTrack, as_track


@dataclass(frozen=True)
class Took:
    frames: int = 10
    landmarker_s: float = 0.2
    total_s: float = 0.3


@dataclass
class FakeCounter:
    """Counts one left rep at 3 s in everything, and cannot open what is named broken."""

    calls: list[dict[str, Any]] = field(default_factory=list)

    def __call__(
        self, source: str, exercise_slug: str, *, side: Prescribed, model: str, calibration: Path | None
    ) -> tuple[CountResult, PoseTrack, Took]:
        name = Path(source).name
        self.calls.append(
            {
                "name": name,
                "exercise": exercise_slug,
                "side": side,
                "model": model,
                "calibration": calibration,
            }
        )
        if name.startswith("broken"):
            raise ReposeError(f"{name}: not a video")
        rep = Rep("left", 2, 3, 4, 2.5, 1, {}, 1, 1, (), 4)
        zero = np.zeros(1)
        trace = Trace(zero, zero, zero, (Phase.REST,))
        result = CountResult(exercise_slug, (rep,), (), (), trace, {}, 10.0)
        return result, as_track([], (640, 480), name, model, {"mediapipe": "0.10.33", "clip": name}), Took()


def annotate(folder: Path, name: str, *peaks: float, clip: str | None = "mp4", **more: Any) -> None:
    reps = [{"side": "left", "peak_s": peak} for peak in peaks]
    content = {"format": "repose-truth", "version": 1, "exercise": "heel-slides", "reps": reps} | more
    (folder / f"{name}.truth.json").write_text(json.dumps(content))
    if clip:
        (folder / f"{name}.{clip}").touch()


def test_every_clip_is_counted_as_its_truth_asks(tmp_path: Path) -> None:
    annotate(tmp_path, "a", 3)
    annotate(tmp_path, "b", 3, 8, exercise="knee-to-chest", side="left", calibration="stiff.toml")
    (tmp_path / "stiff.toml").touch()
    counter, told = FakeCounter(), []
    evaluation = evaluate(
        tmp_path, count_clip=counter, model="heavy", on_clip=lambda *progress: told.append(progress)
    )
    assert counter.calls == [
        {"name": "a.mp4", "exercise": "heel-slides", "side": "auto", "model": "heavy", "calibration": None},
        {
            "name": "b.mp4",
            "exercise": "knee-to-chest",
            "side": "left",
            "model": "heavy",
            "calibration": tmp_path / "stiff.toml",
        },
    ]
    assert told == [(0, 2, "a"), (1, 2, "b")]
    assert [clip.outcome for clip in evaluation.clips] == [Outcome.EXACT, Outcome.WRONG]
    assert list(evaluation.exercises) == ["heel-slides", "knee-to-chest"]
    assert evaluation.exercises["knee-to-chest"].missed == 1
    assert (evaluation.total.exact.count, evaluation.total.exact.of) == (1, 2)
    assert evaluation.model == "heavy"
    assert evaluation.software == {"clip": "a.mp4, b.mp4", "mediapipe": "0.10.33"}


def test_a_clip_that_cannot_be_counted_does_not_stop_the_others(tmp_path: Path) -> None:
    annotate(tmp_path, "broken", 3)
    annotate(tmp_path, "whole", 3)
    evaluation = evaluate(tmp_path, count_clip=FakeCounter())
    assert [(clip.outcome, clip.error) for clip in evaluation.clips] == [
        (Outcome.FAILED, "broken.mp4: not a video"),
        (Outcome.EXACT, None),
    ]


def test_recordings_are_counted_only_when_asked(tmp_path: Path) -> None:
    annotate(tmp_path, "a", 3)
    (tmp_path / "a.parquet").touch()
    counter = FakeCounter()
    evaluate(tmp_path, count_clip=counter)
    evaluate(tmp_path, count_clip=counter, recordings=True)
    assert [call["name"] for call in counter.calls] == ["a.mp4", "a.parquet"]


@pytest.mark.parametrize(
    ("more", "clip", "words"),
    [
        ({}, None, r"z\.truth\.json: its clip z\.mp4 is missing"),
        ({"calibration": "gone.toml"}, "mp4", r"z\.truth\.json: calibration = 'gone\.toml': no such file"),
        ({"version": 7}, "mp4", r"z\.truth\.json: version = 7"),
    ],
)
def test_a_mistake_in_the_last_file_is_found_before_the_first_is_counted(
    tmp_path: Path, more: dict[str, Any], clip: str | None, words: str
) -> None:
    annotate(tmp_path, "a", 3)
    annotate(tmp_path, "z", 3, clip=clip, **more)
    counter = FakeCounter()
    with pytest.raises(ReposeError, match=words):
        evaluate(tmp_path, count_clip=counter)
    assert counter.calls == []

"""The truth format: what is read, what is refused and in which words, which clip belongs to it."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from repose.errors import ReposeError
from repose.evaluation.truth import Truth, clip_of, find_truths, kept_truth, read_truth

SAMPLES = Path(__file__).parents[2] / "samples"
REP = {"side": "right", "peak_s": 3.5}


def written(folder: Path, name: str = "clip", **changes: Any) -> Path:
    content = {"format": "repose-truth", "version": 1, "exercise": "heel-slides", "reps": [REP]} | changes
    path = folder / f"{name}.truth.json"
    path.write_text(json.dumps({key: value for key, value in content.items() if value is not ...}))
    return path


def read(folder: Path, **changes: Any) -> Truth:
    return read_truth(written(folder, **changes))


def test_a_handwritten_file_needs_little(tmp_path: Path) -> None:
    truth = read(tmp_path)
    assert truth.side == "auto"
    assert truth.counts == {"left": 0, "right": 1, "both": 0, "total": 1}
    assert truth.reps[0].peak == (3.5, 3.5)


def test_a_partial_is_no_rep(tmp_path: Path) -> None:
    half = {"side": "left", "peak_start_s": 7, "peak_end_s": 9, "complete": False, "reason": "too_short"}
    truth = read(tmp_path, reps=[REP, half])
    assert [rep.side for rep in truth.complete] == ["right"]
    assert [rep.peak for rep in truth.partials] == [(7, 9)]
    assert truth.counts["total"] == 1


@pytest.mark.parametrize("name", ["ankle-pumps", "heel-slides", "knee-to-chest", "backwards-stretch"])
def test_every_sample_has_its_truth(name: str) -> None:
    truth = read_truth(SAMPLES / f"{name}.truth.json")
    assert truth.exercise == name
    assert clip_of(SAMPLES / f"{name}.truth.json", truth) == SAMPLES / f"{name}.mp4"
    for rep in truth.reps:
        assert rep.hold_s is not None
        # The hold surrounds the pause, and the angle there is known.
        assert rep.hold_s >= rep.peak[1] - rep.peak[0]
        assert np.isfinite(truth.peak_angle(rep))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"exercise": "squats"}, ["exercise = 'squats'", "'ankle-pumps', 'heel-slides'"]),
        ({"exercise": ...}, ["exercise is missing"]),
        ({"version": 2}, ["version = 2", "1"]),
        ({"format": "other"}, ["format = 'other'", "'repose-truth'"]),
        ({"comment": "hello"}, ["comment is not a key"]),
        ({"reps": [REP, {"side": "up", "peak_s": 9}]}, ["reps.2.side = 'up'", "'left', 'right' or 'both'"]),
        ({"reps": [{"side": "left", "peak_s": "3.5"}]}, ["reps.1.peak_s = '3.5'", "valid number"]),
        ({"reps": [{"side": "left", "peak_s": -1}]}, ["reps.1.peak_s = -1", "greater than or equal to 0"]),
        ({"reps": [REP | {"complete": "no"}]}, ["reps.1.complete = 'no'", "valid boolean"]),
        ({"reps": [{"side": "left"}]}, ["reps.1: give either peak_s, or both"]),
        ({"reps": [{"side": "left", "peak_start_s": 2}]}, ["reps.1: give either peak_s, or both"]),
        ({"reps": [REP | {"peak_start_s": 3, "peak_end_s": 4}]}, ["reps.1: give either peak_s, or both"]),
        ({"reps": [REP | {"start_s": 4}]}, ["reps.1: times must not run backwards"]),
        ({"reps": [REP | {"reason": "too_short"}]}, ["reps.1: reason belongs to a partial"]),
        ({"reps": [REP, REP]}, ["reps of side right must be in order"]),
        ({"exercise": "backwards-stretch"}, ["rep 1", 'side must be "both"']),
        ({"angles": {"time_s": [0, 0]}}, ["angles: time_s must increase"]),
        ({"angles": {"time_s": [0]}}, ["angles.time_s", "at least 2"]),
        (
            {"angles": {"time_s": [0, 1], "knee_flexion": {"left": [1]}}},
            ["angles: knee_flexion has 1 values but time_s has 2"],
        ),
        (
            {"angles": {"time_s": [0, 1], "trunk_extension": [0, 200]}},
            ["angles.trunk_extension.2 = 200", "less than or equal to 180"],
        ),
    ],
)
def test_an_error_names_file_key_value_and_what_is_allowed(
    tmp_path: Path, changes: dict[str, Any], words: list[str]
) -> None:
    with pytest.raises(ReposeError) as error:
        read(tmp_path, **changes)
    message = str(error.value)
    assert message.startswith("clip.truth.json: ")
    assert "\n" not in message
    for word in words:
        assert word in message


def test_what_is_not_json_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "clip.truth.json"
    path.write_text('{"format": ')
    with pytest.raises(ReposeError, match=r"clip\.truth\.json: is not JSON: .*line 1"):
        read_truth(path)
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ReposeError, match=r"clip\.truth\.json: is not JSON"):
        read_truth(path)
    with pytest.raises(ReposeError, match="cannot be read"):
        read_truth(tmp_path / "missing.truth.json")


def test_the_clip_is_the_video_of_the_same_name(tmp_path: Path) -> None:
    path = written(tmp_path)
    truth = read_truth(path)
    with pytest.raises(ReposeError, match=r"its clip clip\.mp4 is missing"):
        clip_of(path, truth)
    recording = tmp_path / "clip.parquet"
    recording.touch()
    assert clip_of(path, truth) == recording
    video = tmp_path / "clip.mov"
    video.touch()
    assert clip_of(path, truth) == video
    assert clip_of(path, truth, recordings=True) == recording
    (tmp_path / "clip.mp4").touch()
    with pytest.raises(ReposeError, match=r"several clips fit \(clip\.mp4, clip\.mov\)"):
        clip_of(path, truth)


def test_one_clip_can_serve_several_truths(tmp_path: Path) -> None:
    (tmp_path / "walk.mp4").touch()
    path = written(tmp_path, "walk-heel", clip="walk.mp4", reps=[])
    assert clip_of(path, read_truth(path)) == tmp_path / "walk.mp4"
    assert clip_of(path, read_truth(path), recordings=True) == tmp_path / "walk.mp4"
    (tmp_path / "walk.parquet").touch()
    assert clip_of(path, read_truth(path), recordings=True) == tmp_path / "walk.parquet"


def test_truths_are_found_by_name(tmp_path: Path) -> None:
    with pytest.raises(ReposeError, match="not a folder"):
        find_truths(tmp_path / "nowhere")
    with pytest.raises(ReposeError, match="no truth files"):
        find_truths(tmp_path)
    paths = [written(tmp_path, name) for name in ("b", "a")]
    (tmp_path / "notes.json").touch()
    assert find_truths(tmp_path) == sorted(paths)


def test_angles_are_interpolated_and_unknown_outside(tmp_path: Path) -> None:
    angles = {"time_s": [1, 2, 3], "knee_flexion": {"left": [0, 10, None], "right": [20, 30, 40]}}
    known = read(tmp_path, angles=angles).angles
    assert known is not None
    times = np.array([0.9, 1.0, 1.5, 2.5, 3.1])
    np.testing.assert_allclose(known.at(times, "knee_flexion", "left"), [np.nan, 0, 5, np.nan, np.nan])
    np.testing.assert_allclose(known.at(times, "knee_flexion", "both"), [np.nan, 10, 15, np.nan, np.nan])
    assert np.isnan(known.at(times, "hip_flexion", "left")).all()


def test_where_sides_alternate_the_working_angle_is_that_of_the_nearest_rep(tmp_path: Path) -> None:
    truth = read(
        tmp_path,
        reps=[{"side": "left", "peak_start_s": 1, "peak_end_s": 3}, {"side": "right", "peak_s": 7}],
        angles={"time_s": [0, 10], "knee_flexion": {"left": [1, 1], "right": [2, 2]}},
    )
    np.testing.assert_array_equal(truth.working_angle(np.array([0.0, 2.0, 4.5, 5.5, 9.0])), [1, 1, 1, 2, 2])
    assert [truth.peak_angle(rep) for rep in truth.reps] == [1, 2]


def test_the_peak_angle_is_the_median_over_the_pause(tmp_path: Path) -> None:
    truth = read(
        tmp_path,
        reps=[{"side": "left", "peak_start_s": 1, "peak_end_s": 3}, {"side": "left", "peak_s": 4.5}],
        angles={"time_s": [0, 1, 2, 3, 4, 5], "knee_flexion": {"left": [0, 50, 90, 60, 10, 20]}},
    )
    assert truth.peak_angle(truth.reps[0]) == 60
    assert truth.peak_angle(truth.reps[1]) == 15


def test_a_kept_annotation_that_breaks_the_format_is_told_in_words() -> None:
    kept = {"version": 1, "exercise": "heel-slides", "clip": "a.mp4", "reps": []}
    assert kept_truth({**kept, "format": "repose-truth"}).exercise == "heel-slides"
    with pytest.raises(ReposeError) as caught:
        kept_truth(kept)
    assert str(caught.value) == (
        "an annotation that is kept cannot be used; annotate its set again: format is missing"
    )

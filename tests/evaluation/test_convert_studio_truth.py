"""The converter of studio files: its holds by hand, its output read back."""

import json
import runpy
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from repose.evaluation.truth import read_truth

SCRIPT = Path(__file__).parents[2] / "scripts" / "convert_studio_truth.py"
convert: dict[str, Any] = runpy.run_path(str(SCRIPT))

# One frame a second: rest 10°, up to 110° in steps of 25°, four frames there, and down again.
KNEE = [10, 10, 35, 60, 85, 110, 110, 110, 110, 85, 60, 35, 10, 10]


def studio(exercise: str = "heel_slide", side: str = "right") -> dict[str, Any]:
    moving, still = [float(each) for each in KNEE], [10.0] * len(KNEE)
    return {
        "exercise": exercise,
        "reps": [
            {
                "side": side,
                "valid": True,
                "start_frame": 1,
                "start_s": 1.0,
                "peak_start_frame": 5,
                "peak_end_frame": 8,
                "end_frame": 12,
                "end_s": 12.0,
            }
        ],
        "frames": [
            {
                "t": float(second),
                "knee_flexion": {"left": still[second], "right": moving[second]},
                "ankle_dorsiflexion": {"left": moving[second], "right": moving[second]},
                "trunk_extension": moving[second],
            }
            for second in range(len(KNEE))
        ],
    }


def test_the_hold_is_the_time_within_five_degrees() -> None:
    # 25° a second: 105° is crossed 0.2 s before and after the four frames, 5 to 8 s.
    truth = convert["convert"](studio())
    assert truth["reps"] == [
        {
            "side": "right",
            "complete": True,
            "start_s": 1.0,
            "peak_start_s": 5.0,
            "peak_end_s": 8.0,
            "end_s": 12.0,
            "hold_s": 3.4,
        }
    ]


def test_a_small_movement_is_held_within_a_tenth_of_its_excursion() -> None:
    small = studio()
    for frame in small["frames"]:
        frame["knee_flexion"]["right"] /= 4
    # Excursion 25°, so 2.5° at 6.25° a second: 0.4 s on either side.
    assert convert["convert"](small)["reps"][0]["hold_s"] == pytest.approx(3.8)


def test_a_hold_at_the_edge_of_the_clip_ends_there() -> None:
    time_s = np.array([0.0, 1.0, 2.0, 3.0])
    angle = np.array([100.0, 100.0, 90.0, 0.0])
    assert convert["time_within"](time_s, angle, (0, 1), 5.0) == pytest.approx(1.5)


def test_only_the_sides_that_work_are_kept() -> None:
    assert list(convert["convert"](studio())["angles"]["knee_flexion"]) == ["right"]
    both = convert["convert"](studio("ankle_pump", "both"))["angles"]["ankle_dorsiflexion"]
    assert sorted(both) == ["left", "right"]
    stretch = convert["convert"](studio("back_stretch", "none"))
    assert stretch["reps"][0]["side"] == "both"
    assert stretch["angles"]["trunk_extension"] == KNEE


def test_what_is_written_can_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, target = tmp_path / "studio.json", tmp_path / "clip.truth.json"
    source.write_text(json.dumps(studio()))
    monkeypatch.setattr(sys, "argv", ["convert", str(source), str(target), "--not-measurable", "too dark"])
    convert["main"]()
    truth = read_truth(target)
    assert truth.not_measurable == "too dark"
    assert truth.angles is not None
    assert truth.peak_angle(truth.reps[0]) == 110
    # Readable by people: one rep a line.
    assert sum('"peak_start_s"' in line for line in target.read_text().splitlines()) == 1

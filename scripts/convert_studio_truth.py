"""Convert the truth that the clip studio writes beside a rendered clip to Repose's truth format.

    python scripts/convert_studio_truth.py STUDIO.json NAME.truth.json [--not-measurable REASON]

The studio knows every joint of every frame. Kept are the reps, their true holds, and the angle that the
exercise is about, of the sides that work.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from repose.evaluation.truth import read_truth
from repose.exercises.load import signal_of
from repose.kinematics.channels import DERIVED, angle_of

SLUGS = {
    "ankle_pump": "ankle-pumps",
    "heel_slide": "heel-slides",
    "knee_to_chest": "knee-to-chest",
    "back_stretch": "backwards-stretch",
    "straight_leg_raise": "straight-leg-raise",
    "bridge": "bridge",
    "seated_knee_extension": "seated-knee-extension",
    "squat": "squat",
}
HOLD_DEGREES = 5.0
HOLD_SHARE_OF_EXCURSION = 0.1

Floats = NDArray[np.float64]


def time_within(time_s: Floats, angle: Floats, pause: tuple[int, int], tolerance: float) -> float:
    """How long an angle stays near its median over a pause, before, during and after it.

    Args:
        time_s: (n,) seconds.
        angle: (n,) degrees.
        pause: first and last frame of the pause.
        tolerance: degrees from the median.

    Returns:
        Seconds; the moments of crossing are interpolated between frames.
    """
    first, last = pause
    excess = np.abs(angle - np.median(angle[first : last + 1])) - tolerance
    # A wobble may cross the line inside the pause: walk outwards from the frame nearest to the median.
    middle = first + int(np.argmin(excess[first : last + 1]))

    def crossing(step: int) -> float:
        inside = middle
        while 0 <= inside + step < len(excess) and excess[inside + step] <= 0:
            inside += step
        outside = inside + step
        if not 0 <= outside < len(excess):
            return float(time_s[inside])
        share = excess[inside] / (excess[inside] - excess[outside])
        return float(time_s[inside] + share * (time_s[outside] - time_s[inside]))

    return crossing(+1) - crossing(-1)


def true_hold(time_s: Floats, angle: Floats, rep: dict[str, Any]) -> float:
    """The hold of one rep as Repose defines it: near the end position, by 5° or a tenth of the excursion."""
    pause = rep["peak_start_frame"], rep["peak_end_frame"]
    excursion = abs(np.median(angle[pause[0] : pause[1] + 1]) - angle[rep["start_frame"]])
    return time_within(time_s, angle, pause, min(HOLD_DEGREES, HOLD_SHARE_OF_EXCURSION * float(excursion)))


def convert(studio: dict[str, Any], not_measurable: str | None = None) -> dict[str, Any]:
    """The content of a truth file from the content of a studio file."""
    exercise = SLUGS[studio["exercise"]]
    name = angle_of(signal_of(exercise))
    derived = DERIVED.get(signal_of(exercise))
    both = derived is not None and derived.both
    frames = studio["frames"]
    time_s = np.array([frame["t"] for frame in frames])

    def series(side: str) -> Floats:
        if name == "trunk_extension":
            return np.array([frame[name] for frame in frames])
        if side == "both":
            return (series("left") + series("right")) / 2
        return np.array([frame[name][side] for frame in frames])

    reps = []
    sides: set[str] = set()
    for rep in studio["reps"]:
        side = "both" if rep["side"] == "none" else rep["side"]
        side = "both" if both else side
        sides |= {"left", "right"} if side == "both" else {side}
        reps.append(
            {
                "side": side,
                "complete": rep["valid"],
                "start_s": round(rep["start_s"], 3),
                "peak_start_s": round(float(time_s[rep["peak_start_frame"]]), 3),
                "peak_end_s": round(float(time_s[rep["peak_end_frame"]]), 3),
                "end_s": round(rep["end_s"], 3),
                "hold_s": round(true_hold(time_s, series(side), rep), 3),
            }
        )

    def rounded(values: Floats) -> list[float]:
        return [round(float(value), 1) for value in values]

    angle: Any = rounded(series("both"))
    if name != "trunk_extension":
        angle = {side: rounded(series(side)) for side in sorted(sides)}
    truth: dict[str, Any] = {"format": "repose-truth", "version": 1, "exercise": exercise}
    if not_measurable:
        truth["not_measurable"] = not_measurable
    return truth | {"reps": reps, "angles": {"time_s": [round(float(t), 3) for t in time_s], name: angle}}


def compact(truth: dict[str, Any]) -> str:
    """JSON with one key, one rep and one series per line: small, and readable in a diff."""

    def lines(value: Any, indent: str) -> str:  # noqa: ANN401 - any JSON
        inner = indent + "  "
        if isinstance(value, dict) and any(isinstance(part, dict | list) for part in value.values()):
            parts = [f"{json.dumps(key)}: {lines(part, inner)}" for key, part in value.items()]
            return "{\n" + ",\n".join(inner + part for part in parts) + f"\n{indent}}}"
        if isinstance(value, list) and value and isinstance(value[0], dict):
            return "[\n" + ",\n".join(inner + json.dumps(part) for part in value) + f"\n{indent}]"
        return json.dumps(value, separators=(",", ":") if isinstance(value, list) else None)

    return lines(truth, "") + "\n"


def main() -> None:
    """Convert one file, and read it back to be sure of it."""
    assert __doc__  # noqa: S101
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("studio", type=Path, help="the JSON that the studio wrote")
    parser.add_argument("truth", type=Path, help="what to write: NAME.truth.json")
    parser.add_argument("--not-measurable", metavar="REASON", help="why this view cannot show the exercise")
    options = parser.parse_args()
    truth = convert(json.loads(options.studio.read_text()), options.not_measurable)
    options.truth.write_text(compact(truth))
    read_truth(options.truth)


if __name__ == "__main__":
    main()

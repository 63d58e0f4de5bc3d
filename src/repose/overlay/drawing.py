"""What Repose sees and thinks, drawn onto a frame: pure functions of picture, pose and status."""

from dataclasses import dataclass
from typing import Final, Self

import cv2
import numpy as np
from numpy.typing import NDArray

from repose.counting.counter import Status
from repose.counting.result import Phase
from repose.exercises import Exercise
from repose.kinematics.quality import ADVICE
from repose.overlay.text import OUTLINE, Colour, text_size, write
from repose.pose.landmarks import LANDMARKS, VISIBILITY, Pose, X, Y

Image = NDArray[np.uint8]
Point = tuple[float, float]

# The colours of Okabe and Ito, which people with any kind of colour vision tell apart; what they say is
# also said in words or by shape.
LEFT: Final[Colour] = (86, 180, 233)
RIGHT: Final[Colour] = (255, 176, 32)
MIDDLE: Final[Colour] = (240, 240, 240)
REACHED: Final[Colour] = (0, 200, 150)
ATTENTION: Final[Colour] = (240, 228, 66)
FAINT: Final[Colour] = (150, 156, 162)

SIDE_COLOURS: Final[dict[str, Colour]] = {"left": LEFT, "right": RIGHT, "both": MIDDLE}

_LIMBS: Final = (
    ("shoulder", "elbow"), ("elbow", "wrist"), ("hip", "knee"), ("knee", "ankle"),
    ("ankle", "heel"), ("heel", "foot_index"), ("ankle", "foot_index"),
)  # fmt: skip
_TRUNK: Final = (
    ("left_shoulder", "right_shoulder"), ("left_hip", "right_hip"),
    ("left_shoulder", "left_hip"), ("right_shoulder", "right_hip"),
)  # fmt: skip
_INDEX: Final = {name: index for index, name in enumerate(LANDMARKS)}

_PHASES: Final[dict[Phase, str]] = {
    Phase.NOT_MEASURED: "not measured",
    Phase.SETTLING: "settling",
    Phase.REST: "rest",
    Phase.GOING: "going",
    Phase.HOLDING: "holding",
    Phase.RETURNING: "returning",
}

_SEEN: Final = 0.5
"""Visibility from which a landmark is drawn in full; below, its lines are faint."""

_GAUGE_TOP: Final = 1.25
"""Excursion at the top of the gauge."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What the drawing has to know of the exercise.

    Attributes:
        joint: the joint whose angle works: "knee", "hip", "ankle", or "trunk".
        sided: whether left and right are counted apart.
        complete: the excursion from which a rep is complete, the lower end of the target zone.
        hold_s: prescribed hold in seconds; 0 if none.
    """

    joint: str
    sided: bool
    complete: float
    hold_s: float

    @classmethod
    def of(cls, exercise: Exercise) -> Self:
        """What an exercise says of itself."""
        definition, thresholds = exercise.definition, exercise.thresholds
        joint = definition.signal.split("_")[0]
        return cls(joint, exercise.sided, thresholds.complete_share, definition.dose.hold_s)


def draw(image: Image, pose: Pose, status: Status, subject: Subject) -> Image:
    """The frame with everything Repose has to say about it.

    Args:
        image: (height, width, 3) uint8, BGR; left as it is.
        pose: what the pose model saw in it.
        status: what the counter thinks at its time.
        subject: what is counted.

    Returns:
        (height, width, 3) uint8, BGR.
    """
    canvas = image.copy()
    unit = min(canvas.shape[:2]) / 360
    measured = status.phase is not Phase.NOT_MEASURED
    if pose.found:
        places = _places(pose, canvas.shape[1], canvas.shape[0])
        _draw_skeleton(canvas, pose, places, status.side if measured else None, unit)
        if measured and status.angle is not None:
            _draw_joint(canvas, places, status, subject, unit)
    if measured and status.excursion is not None:
        _draw_gauge(canvas, status, subject, unit)
    _draw_counts(canvas, status, subject, unit)
    _draw_state(canvas, status, subject, unit)
    return canvas


def _places(pose: Pose, width: int, height: int) -> dict[str, Point]:
    """Where each landmark lies, in pixels."""
    pixels = np.nan_to_num(pose.points[:, [X, Y]] * (width, height)).clip(-2 * width, 3 * width)
    return {name: (float(pixels[index, 0]), float(pixels[index, 1])) for name, index in _INDEX.items()}


def _line(canvas: Image, start: Point, end: Point, colour: Colour, width: float) -> None:
    """A line with a dark edge, placed to an eighth of a pixel."""
    ends = [(round(x * 8), round(y * 8)) for x, y in (start, end)]
    edge = max(1, round(width + max(2.0, width * 0.7)))
    cv2.line(canvas, ends[0], ends[1], OUTLINE[::-1], edge, cv2.LINE_AA, 3)
    cv2.line(canvas, ends[0], ends[1], colour[::-1], max(1, round(width)), cv2.LINE_AA, 3)


def _disc(canvas: Image, centre: Point, radius: float, colour: Colour, thickness: int = -1) -> None:
    cv2.circle(
        canvas,
        (round(centre[0] * 8), round(centre[1] * 8)),
        round(radius * 8),
        colour[::-1],
        thickness,
        cv2.LINE_AA,
        3,
    )


def _wedge(canvas: Image, centre: Point, reach: float, start: float, end: float) -> None:
    """A translucent slice of a disc between two directions in degrees."""
    left, top = (max(0, int(place - reach) - 2) for place in centre)
    there = canvas[top : int(centre[1] + reach) + 3, left : int(centre[0] + reach) + 3]
    if there.size == 0:
        return
    layer = there.copy()
    middle, size = (round(centre[0]) - left, round(centre[1]) - top), (round(reach), round(reach))
    cv2.ellipse(layer, middle, size, 0, start, end, ATTENTION[::-1], -1, cv2.LINE_AA)
    there[:] = cv2.addWeighted(layer, 0.35, there, 0.65, 0)


def _tint(canvas: Image, left: int, top: int, right: int, bottom: int, colour: Colour) -> None:
    """A translucent rectangle."""
    there = canvas[max(0, top) : bottom + 1, max(0, left) : right + 1]
    there[:] = (there * 0.45 + np.array(colour[::-1]) * 0.55).astype(np.uint8)


def _draw_skeleton(
    canvas: Image, pose: Pose, places: dict[str, Point], working: str | None, unit: float
) -> None:
    """Limbs in the colour of their side; the side that does not work is thin, what is hidden is faint."""
    lines = [(start, end, MIDDLE, 2.0) for start, end in _TRUNK]
    # The working side last, so that it lies on top.
    for side in sorted(("left", "right"), key=lambda side: side == working):
        width = 3.5 if working in (side, "both") else 2.0
        lines += [(f"{side}_{a}", f"{side}_{b}", SIDE_COLOURS[side], width) for a, b in _LIMBS]
    for start, end, colour, width in lines:
        seen = min(pose.points[_INDEX[name], VISIBILITY] for name in (start, end)) >= _SEEN
        _line(canvas, places[start], places[end], colour if seen else FAINT, (width if seen else 1.2) * unit)
    neck, head = _middle(places, "shoulder"), _middle(places, "ear")
    _line(canvas, neck, head, MIDDLE, 2.0 * unit)
    _disc(canvas, head, 5 * unit, OUTLINE)
    _disc(canvas, head, 3.5 * unit, MIDDLE)


def _middle(places: dict[str, Point], name: str) -> Point:
    """The point between a left and a right landmark."""
    left, right = places[f"left_{name}"], places[f"right_{name}"]
    return (left[0] + right[0]) / 2, (left[1] + right[1]) / 2


def _joint_places(places: dict[str, Point], joint: str, side: str) -> tuple[Point, Point, Point]:
    """The joint between its two neighbours; the trunk bends between shoulders and knees, at the hips."""

    def place(name: str) -> Point:
        return places[f"{side}_{name}"] if side in ("left", "right") else _middle(places, name)

    names = {
        "knee": ("hip", "knee", "ankle"),
        "hip": ("shoulder", "hip", "knee"),
        "ankle": ("knee", "ankle", "foot_index"),
        "trunk": ("shoulder", "hip", "knee"),
    }[joint]
    return place(names[0]), place(names[1]), place(names[2])


def _draw_joint(
    canvas: Image, places: dict[str, Point], status: Status, subject: Subject, unit: float
) -> None:
    """The working joint lit: its two segments, a wedge between them, and the angle in degrees beside it."""
    side = status.side or "both"
    colour = SIDE_COLOURS[side] if subject.sided else MIDDLE
    before, joint, after = _joint_places(places, subject.joint, side)
    if subject.joint == "trunk":
        _line(canvas, joint, before, ATTENTION, 3.5 * unit)
        _line(canvas, joint, after, MIDDLE, 2.0 * unit)
    arms = np.subtract([before, after], joint)
    reach = float(np.linalg.norm(arms, axis=1).min()) * 0.45
    if reach > 4 * unit:
        first, second = np.degrees(np.arctan2(arms[:, 1], arms[:, 0]))
        turn = (second - first + 180) % 360 - 180
        _wedge(canvas, joint, reach, first, first + turn)
    _disc(canvas, joint, 9 * unit, OUTLINE)
    _disc(canvas, joint, 7.5 * unit, ATTENTION)
    _disc(canvas, joint, 4 * unit, colour)
    # Away from both segments, so that the number does not cover the limb.
    away = -(arms / np.maximum(np.linalg.norm(arms, axis=1, keepdims=True), 1)).sum(axis=0)
    length = float(np.linalg.norm(away))
    away = away / length if length > 0.2 else np.array([0.0, -1.0])
    size_px = round(34 * unit)
    label = f"{status.angle:.0f}°"
    width, height = text_size(label, size_px)
    centre_x, centre_y = joint + away * (0.5 * np.hypot(width * away[0], height * away[1]) + 16 * unit)
    write(canvas, label, (round(centre_x), round(centre_y - height / 2)), size_px, ATTENTION, "centre")


def _draw_gauge(canvas: Image, status: Status, subject: Subject, unit: float) -> None:
    """A bar at the right edge: how far, and from where on it counts."""
    height, width = canvas.shape[:2]
    bar, margin = round(12 * unit), round(14 * unit)
    left, right = width - margin - bar, width - margin
    top, bottom = round(height * 0.22), round(height * 0.80)

    def level(excursion: float) -> int:
        share = min(max(excursion / _GAUGE_TOP, 0.0), 1.0)
        return int(bottom - (bottom - top) * share + 0.5)

    excursion = status.excursion or 0.0
    zone = level(subject.complete)
    pad = round(3 * unit)
    _tint(canvas, left - pad, top - pad, right + pad, bottom + pad, OUTLINE)
    _tint(canvas, left, top, right, zone, REACHED)
    reached = excursion >= subject.complete
    colour = REACHED if reached else SIDE_COLOURS[status.side or "both"]
    cv2.rectangle(canvas, (left, level(excursion)), (right, bottom), colour[::-1], -1)
    # The edge of the target zone stays visible whatever the filling.
    line = max(2, round(2 * unit))
    cv2.line(canvas, (left - 2 * pad, zone), (right + pad, zone), MIDDLE[::-1], line)
    share = round(14 * unit)
    write(canvas, f"{100 * excursion:.0f} %", (right + pad, top - round(22 * unit)), share, MIDDLE, "right")


def _draw_counts(canvas: Image, status: Status, subject: Subject, unit: float) -> None:
    """The count at the top left, large; left and right apart where the exercise has sides."""
    x, y = round(12 * unit), 0
    large, small = round(62 * unit), round(17 * unit)
    counts = status.counts
    shown = [side for side in ("left", "right") if subject.sided and (counts[side] or status.side == side)]
    if counts["both"] or status.side == "both" or not shown:
        shown.append("both")
    for side in shown:
        name = {"left": "left", "right": "right", "both": "both" if len(shown) > 1 else "reps"}[side]
        colour = SIDE_COLOURS[side]
        count = str(counts[side])
        width = max(text_size(count, large)[0], text_size(name, small)[0])
        write(canvas, count, (x + width // 2, y), large, colour, "centre")
        write(canvas, name, (x + width // 2, y + round(70 * unit)), small, colour, "centre")
        x += width + round(14 * unit)


def _draw_state(canvas: Image, status: Status, subject: Subject, unit: float) -> None:
    """Phase at the top right, hold and cue at the bottom."""
    height, width = canvas.shape[:2]
    margin = round(12 * unit)
    phase = round(26 * unit)
    colour = ATTENTION if status.phase is Phase.NOT_MEASURED else MIDDLE
    write(canvas, _PHASES[status.phase], (width - margin, round(8 * unit)), phase, colour, "right")
    bottom = height - round(6 * unit)
    if status.hold_s > 0:
        text, colour = f"hold {status.hold_s:.1f} s", MIDDLE
        if subject.hold_s > 0:
            text = f"hold {status.hold_s:.1f} of {subject.hold_s:.0f} s"
            colour = REACHED if status.hold_s >= subject.hold_s else MIDDLE
        size = _fitting(text, round(40 * unit), width - 2 * margin)
        bottom -= text_size(text, size)[1]
        write(canvas, text, (margin, bottom), size, colour)
    # "what is wrong: what to change" goes onto two lines.
    for line in reversed(_advice(status).split(": ")):
        size = _fitting(line, round(26 * unit), width - 2 * margin)
        bottom -= text_size(line, size)[1]
        write(canvas, line, (width // 2, bottom), size, ATTENTION, "centre")


def _advice(status: Status) -> str:
    """What to tell the person: the cue, or why nothing is measured."""
    return (ADVICE.get(status.sight) if status.phase is Phase.NOT_MEASURED else status.cue) or ""


def _fitting(text: str, size: int, width: int) -> int:
    """The size in which a line is at most so wide: the one given, or a smaller one."""
    return min(size, max(8, size * width // text_size(text, size)[0]))

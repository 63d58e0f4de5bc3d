"""What is drawn around the body: count, phase, hold, advice, and the gauge of the excursion."""

from typing import Final

import cv2
import numpy as np

from repose.counting.counter import Status
from repose.counting.result import Phase
from repose.exercises.subject import Subject
from repose.kinematics.quality import ADVICE
from repose.overlay.figure import Image
from repose.overlay.palette import ATTENTION, MIDDLE, OUTLINE, REACHED, SIDE_COLOURS, Colour
from repose.overlay.text import text_size, write

_BEYOND: Final = 1.1
"""How far the gauge goes on beyond the ends of the range, as a multiple of them."""


def draw_gauge(canvas: Image, status: Status, subject: Subject, unit: float) -> None:
    """A bar at the right edge: how far, and from where on it counts.

    It fills from rest, upwards to the target and, if the exercise has two ends, downwards to the other.
    """
    height, width = canvas.shape[:2]
    bar, margin, pad = round(12 * unit), round(14 * unit), round(3 * unit)
    left, right = width - margin - bar, width - margin
    top, bottom = round(height * 0.22), round(height * 0.80)
    highest, lowest = subject.high * _BEYOND, subject.low * _BEYOND
    target, opposite = subject.high * subject.share, subject.low * subject.share
    two_ends = subject.low < 0

    def level(excursion: float) -> int:
        share = (min(max(excursion, lowest), highest) - lowest) / (highest - lowest)
        return int(bottom - (bottom - top) * share + 0.5)

    _tint(canvas, left - pad, top - pad, right + pad, bottom + pad, OUTLINE)
    _tint(canvas, left, top, right, level(target), REACHED)
    if two_ends:
        _tint(canvas, left, level(opposite), right, bottom, REACHED)
    excursion = status.excursion or 0.0
    reached = excursion >= target or (two_ends and excursion <= opposite)
    colour = REACHED if reached else _side_colour(status, subject)
    cv2.rectangle(canvas, (left, level(excursion)), (right, level(0.0)), colour[::-1], -1)
    # The edge of the target zone stays visible whatever the filling.
    for edge in (target, opposite) if two_ends else (target,):
        line = max(2, round(2 * unit))
        cv2.line(canvas, (left - 2 * pad, level(edge)), (right + pad, level(edge)), MIDDLE[::-1], line)
    share = f"{round(100 * excursion)} %"
    write(canvas, share, (right + pad, top - round(22 * unit)), round(14 * unit), MIDDLE, "right")


def draw_counts(canvas: Image, status: Status, subject: Subject, unit: float) -> None:
    """The count at the top left, large; left and right apart where one leg works at a time."""
    large, small = round(62 * unit), round(17 * unit)
    sides = [side for side in ("left", "right", "both") if status.counts[side]]
    if subject.sides == "one" and status.side and status.side not in sides:
        sides.append(status.side)
    x = round(12 * unit)
    for side in sorted(sides or ["both"], key=["left", "right", "both"].index):
        name = "reps" if sides in ([], ["both"]) else side
        count = str(status.counts[side])
        width = max(text_size(count, large)[0], text_size(name, small)[0])
        write(canvas, count, (x + width // 2, 0), large, SIDE_COLOURS[side], "centre")
        write(canvas, name, (x + width // 2, round(70 * unit)), small, SIDE_COLOURS[side], "centre")
        x += width + round(14 * unit)


def draw_state(canvas: Image, status: Status, subject: Subject, unit: float) -> None:
    """Phase at the top right, hold at the bottom left, advice beside or above it."""
    height, width = canvas.shape[:2]
    margin, gap = round(12 * unit), round(20 * unit)
    colour = ATTENTION if status.phase is Phase.NOT_MEASURED else MIDDLE
    phase = status.phase.replace("_", " ")
    write(canvas, phase, (width - margin, round(8 * unit)), round(26 * unit), colour, "right")
    bottom = height - round(6 * unit)
    free = width - 2 * margin
    if status.hold_s > 0:
        done = status.hold_s >= subject.hold_s
        text = f"hold {status.hold_s:.1f}" + ("" if done else f" of {subject.hold_s:.0f}") + " s"
        size = _fitting(text, round(40 * unit), free)
        wide, high = text_size(text, size)
        write(canvas, text, (margin, bottom - high), size, REACHED if done and subject.hold_s else MIDDLE)
        beside = text_size(advice(status), round(26 * unit))[0]
        if wide + gap + beside <= free:
            write(
                canvas, advice(status), (width - margin, bottom - high), round(26 * unit), ATTENTION, "right"
            )
            return
        bottom -= high
    # "what is wrong: what to change" goes onto two lines.
    for line in reversed(advice(status).split(": ")):
        size = _fitting(line, round(26 * unit), free)
        bottom -= text_size(line, size)[1]
        write(canvas, line, (width // 2, bottom), size, ATTENTION, "centre")


def advice(status: Status) -> str:
    """What to tell the person: the cue, or why nothing is measured."""
    return (ADVICE.get(status.sight) if status.phase is Phase.NOT_MEASURED else status.cue) or ""


def _side_colour(status: Status, subject: Subject) -> Colour:
    return SIDE_COLOURS[status.side or "both"] if subject.sides == "one" else MIDDLE


def _fitting(text: str, size: int, width: int) -> int:
    """The size in which a line is at most so wide: the one given, or a smaller one."""
    return min(size, max(8, size * width // text_size(text, size)[0]))


def _tint(canvas: Image, left: int, top: int, right: int, bottom: int, colour: Colour) -> None:
    """A translucent rectangle."""
    there = canvas[max(0, top) : bottom + 1, max(0, left) : right + 1]
    there[:] = (there * 0.45 + np.array(colour[::-1]) * 0.55).astype(np.uint8)

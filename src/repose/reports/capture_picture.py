"""A picture of a capture: the working angle, the tries in it, and the thresholds that follow.

What it looks like is said in attributes, so that it is the same as a file of its own, in a page, and where no
style sheet is allowed.
"""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from repose.calibration.capture import Proposal, Refusal, Try
from repose.reports.markup import Markup, join, tag
from repose.reports.signal_picture import Scale, clock, line_through, round_step

WIDTH, HEIGHT = 900.0, 320.0
LEFT, RIGHT, TOP, BOTTOM = 52.0, 168.0, 34.0, 34.0

INK: Final = "#14181a"
QUIET: Final = "#55606a"
GRID: Final = "#dfe3e6"
SIGNAL: Final = "#0b5cad"
TRY: Final = "#d7e6f5"
OWN: Final = "#a3450c"

BEFORE_S: Final = 6.0
"""How much of the rest before the first try is shown."""

LINE_APART: Final = 15.0
"""Least distance between two names of lines."""

Floats = NDArray[np.float64]


def capture_picture(found: Proposal | Refusal, name: str) -> Markup:
    """The picture as an SVG document.

    Args:
        found: what a capture gave.
        name: of the exercise, for people.
    """
    lines = _lines(found)
    time_s, angle = _shown(found)
    seconds, degrees = _scales(time_s, angle, [at for _, at, _ in lines])
    said = _title(found, name)
    return tag(
        "svg",
        tag("title", said),
        tag("rect", x=0, y=0, width=WIDTH, height=HEIGHT, fill="#fff"),
        _text(said, LEFT, 20, INK, font_weight=600),
        _grid(degrees),
        *(_try(one, number, seconds) for number, one in enumerate(found.tries, 1)),
        _names(lines, degrees),
        line_through(
            time_s,
            angle,
            seconds,
            degrees,
            fill="none",
            stroke=SIGNAL,
            stroke_width=2,
            stroke_linejoin="round",
        ),
        _axis(seconds),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {WIDTH:g} {HEIGHT:g}",
        width=WIDTH,
        height=HEIGHT,
        role="img",
        font_family="system-ui, sans-serif",
        font_size=13,
    )


def _title(found: Proposal | Refusal, name: str) -> str:
    if isinstance(found, Refusal):
        return f"{name}: {found.reason}"
    side = "" if found.side == "both" else f", {found.side}"
    return f"{name}{side}: {found.range_deg:.0f}° in {len(found.tries)} tries"


def _lines(found: Proposal | Refusal) -> list[tuple[str, float, str]]:
    """Name, angle and dashes of each line."""
    if isinstance(found, Refusal):
        return []
    numbers = {one.key.split(".", 1)[-1]: one.after for one in found.suggestions}
    lines = [("target", numbers["target_deg"], ""), ("rest", numbers["rest_deg"], "")]
    if "opposite_deg" in numbers:
        return [*lines, ("opposite end", numbers["opposite_deg"], "")]
    needed = numbers["rest_deg"] + found.complete_share * (numbers["target_deg"] - numbers["rest_deg"])
    return [*lines, ("a rep", needed, "6 4")]


def _shown(found: Proposal | Refusal) -> tuple[Floats, Floats]:
    """Times and angles from a while before the first try on: who lies down and waits makes no picture."""
    time_s, angle = found.signal.time_s, found.signal.angle
    from_s = found.tries[0].start_s - BEFORE_S if found.tries else -math.inf
    return time_s[time_s >= from_s], angle[time_s >= from_s]


def _scales(time_s: Floats, angle: Floats, lines: list[float]) -> tuple[Scale, Scale]:
    angles = [*angle[np.isfinite(angle)].tolist(), *lines] or [0.0, 10.0]
    step = round_step(max(angles) - min(angles) + 1.0, 6)
    low, high = math.floor(min(angles) / step) * step, math.ceil(max(angles) / step) * step
    from_s, to_s = (time_s[0], time_s[-1]) if len(time_s) else (0.0, 1.0)
    return (
        Scale(float(from_s), max(float(to_s), float(from_s) + 1.0), LEFT, WIDTH - RIGHT),
        Scale(low, max(high, low + step), HEIGHT - BOTTOM, TOP),
    )


def _grid(degrees: Scale) -> Markup:
    step = round_step(degrees.high - degrees.low, 6)
    return join(
        *(
            join(
                tag("line", x1=LEFT, y1=degrees(at), x2=WIDTH - RIGHT, y2=degrees(at), stroke=GRID),
                _text(f"{at:.0f}°", LEFT - 7, degrees(at) + 4, QUIET, text_anchor="end"),
            )
            for at in np.arange(degrees.low, degrees.high + step / 2, step).tolist()
        )
    )


def _try(one: Try, number: int, seconds: Scale) -> Markup:
    left, right = seconds(one.start_s), seconds(one.end_s)
    ends = f"to {one.end_deg:.0f}°"
    if one.opposite_deg is not None:
        ends = f"from {one.opposite_deg:.0f}° {ends}"
    return tag(
        "g",
        tag("title", f"try {number}, {ends}"),
        tag("rect", x=left, y=TOP, width=max(right - left, 2.0), height=HEIGHT - TOP - BOTTOM, fill=TRY),
        _text(str(number), (left + right) / 2, HEIGHT - BOTTOM - 6, QUIET, text_anchor="middle"),
    )


def _names(lines: list[tuple[str, float, str]], degrees: Scale) -> Markup:
    """Lines across, their names on the right, moved apart where the lines are close."""
    parts: list[Markup] = []
    above = math.inf
    for name, at, dashes in sorted(lines, key=lambda line: line[1]):
        y = degrees(at)
        named = min(y + 4, above - LINE_APART)
        above = named
        across = {"x1": LEFT, "y1": y, "x2": WIDTH - RIGHT, "y2": y}
        parts.append(
            tag("line", **across, stroke=OWN, stroke_width=1.5, stroke_dasharray=dashes or None),
        )
        parts.append(_text(f"{name} {at:.0f}°", WIDTH - RIGHT + 8, named, OWN))
    return join(*parts)


def _axis(seconds: Scale) -> Markup:
    step = round_step(seconds.high - seconds.low, 10)
    first = math.ceil(seconds.low / step) * step
    y = HEIGHT - BOTTOM
    return join(
        tag("line", x1=LEFT, y1=y, x2=WIDTH - RIGHT, y2=y, stroke=QUIET),
        *(
            _text(clock(at, seconds.high), seconds(at), y + 18, QUIET, text_anchor="middle")
            for at in np.arange(first, seconds.high + step / 100, step).tolist()
        ),
    )


def _text(text: str, x: float, y: float, fill: str, **attributes: str | float) -> Markup:
    return tag("text", text, x=x, y=y, fill=fill, **attributes)

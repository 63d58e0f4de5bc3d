"""A picture of how a threshold's range scores: where the present and the fitted number stand on it."""

from itertools import pairwise
from typing import Final

from repose.calibration.fitting.fit import ThresholdFit
from repose.calibration.fitting.score import REP_POINTS
from repose.calibration.fitting.words import threshold_words, unit
from repose.reports.markup import Markup, join, tag

WIDTH, HEIGHT = 460.0, 220.0
LEFT, RIGHT, TOP, BOTTOM = 44.0, 16.0, 34.0, 46.0

LABEL: Final = 60.0
"""Least distance of two labels side by side."""

STYLE: Final = Markup("""
:root {
  color-scheme: light dark;
  --page: light-dark(#fff, #15181c); --ink: light-dark(#1b1f24, #e8eaed);
  --quiet: light-dark(#59626d, #a3abb5);
  --line: light-dark(#d4d9df, #3b424b); --accent: light-dark(#00705a, #4fd1ae);
}
.fit-plot { background: var(--page); }
.fit-plot text { font: 12px system-ui, sans-serif; fill: var(--quiet); }
.fit-plot .strong { fill: var(--ink); font-weight: 600; }
.fit-plot .grid { stroke: var(--line); }
.fit-plot .score { fill: none; stroke: var(--ink); stroke-width: 2; }
.fit-plot .plateau { fill: var(--accent); fill-opacity: .2; }
.fit-plot .present { stroke: var(--quiet); stroke-width: 1.5; stroke-dasharray: 5 4; }
.fit-plot .fitted { stroke: var(--accent); stroke-width: 2.5; }
.fit-plot text.fitted { stroke: none; fill: var(--accent); font-weight: 600; }
.fit-plot text.present { stroke: none; }
""")
"""What a page needs that has no such colours and classes of its own; `picture_file` brings it along."""


def threshold_picture(one: ThresholdFit) -> Markup:
    """The picture of one threshold as an SVG element; the classes are those of `STYLE`."""
    return _svg(one, None)


def picture_file(one: ThresholdFit) -> str:
    """The same as a file of its own."""
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + _svg(one, tag("style", STYLE)) + "\n"


def _svg(one: ThresholdFit, style: Markup | None) -> Markup:
    values = one.curve.values
    wrong = [score / REP_POINTS for score in one.curve.scores]
    first, last = values[0], values[-1]
    most = max(*wrong, 1.0)
    floor = HEIGHT - BOTTOM

    def x(value: float) -> float:
        return LEFT + (value - first) / ((last - first) or 1.0) * (WIDTH - LEFT - RIGHT)

    def y(mistakes: float) -> float:
        return floor - mistakes / most * (floor - TOP)

    line = " ".join(f"{x(value):.1f},{y(score):.1f}" for value, score in _stairs(values, wrong))
    plateau = one.plateau
    left, right = x(plateau.low), x(plateau.high)
    said = ". ".join(threshold_words(one))
    parts = [
        tag("rect", x=min(left, WIDTH - RIGHT - 2), y=TOP, width=max(right - left, 2.0), height=floor - TOP,
            class_="plateau"),
        *(_level(y(mark), f"{mark:g}") for mark in (0.0, most)),
        tag("polyline", points=line, class_="score"),
        *_marks(one, x(one.present), x(one.fitted), floor),
        *(
            tag("text", f"{mark:g}".replace("-", "−"), x=x(mark), y=floor + 18, text_anchor=anchor)
            for mark, anchor in ((first, "start"), (last, "end"))
        ),
        tag("text", f"{one.key}, {unit(one.key)}", x=(LEFT + WIDTH - RIGHT) / 2, y=floor + 18,
            text_anchor="middle", class_="strong"),
        tag("text", f"wrong reps; no difference from {plateau.low:g} to {plateau.high:g}", x=LEFT,
            y=HEIGHT - 8),
    ]  # fmt: skip
    return tag(
        "svg",
        tag("title", said),
        style,
        *parts,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {WIDTH:g} {HEIGHT:g}",
        role="img",
        class_="fit-plot",
    )


def _stairs(values: tuple[float, ...], wrong: list[float]) -> list[tuple[float, float]]:
    """Piecewise constant: up or down in the middle between two values."""
    points = [(values[0], wrong[0])]
    for (value, before), (other, after) in pairwise(zip(values, wrong, strict=True)):
        if before != after:
            middle = (value + other) / 2
            points += [(middle, before), (middle, after)]
    return [*points, (values[-1], wrong[-1])]


def _marks(one: ThresholdFit, present: float, fitted: float, floor: float) -> list[Markup]:
    """The lines of both numbers, with labels that do not lie on each other."""
    if one.present == one.fitted:
        return [_mark(fitted, floor, f"now and fitted {one.fitted:g}", "fitted", TOP - 6)]
    apart = abs(present - fitted) >= 2 * LABEL
    return [
        _mark(present, floor, f"now {one.present:g}", "present", TOP - 6),
        _mark(fitted, floor, f"fitted {one.fitted:g}", "fitted", TOP - 6 if apart else TOP - 20),
    ]


def _mark(x: float, floor: float, text: str, name: str, y: float) -> Markup:
    anchor = "start" if x < LEFT + LABEL else "end" if x > WIDTH - RIGHT - LABEL else "middle"
    return join(
        tag("line", x1=x, y1=y + 2, x2=x, y2=floor, class_=name),
        tag("text", text, x=x, y=y, text_anchor=anchor, class_=name),
    )


def _level(y: float, text: str) -> Markup:
    return join(
        tag("line", x1=LEFT, y1=y, x2=WIDTH - RIGHT, y2=y, class_="grid"),
        tag("text", text, x=LEFT - 6, y=y + 4, text_anchor="end"),
    )

"""A picture of one number over time: SVG in terms of the page's classes and colours."""

import math
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from itertools import groupby
from statistics import median
from typing import Final

from repose.history import words
from repose.history.trends import Followed, Measure, Point, Trend
from repose.reports.markup import Markup, join, tag

WIDTH, HEIGHT = 380.0, 210.0
LEFT, RIGHT, TOP, BOTTOM = 46.0, 14.0, 14.0, 26.0
"""Size of the picture and of its margins, in its own units."""

MOST_POINTS: Final = 62
"""Beyond two months of days, the median of each week is drawn instead."""

Place = Callable[[float], float]


def picture(of: Followed, slug: str) -> Markup:
    """The number of each side over time, with the band of what the camera can tell around its begin."""
    lines = [_thinned(one.points) for one in of.trends]
    centres = [_centre(one) for one in of.trends]
    values = [point.value for points in lines for point in points]
    values += [centre + off for centre in centres for off in (-of.band, of.band)]
    values += [of.dose] if of.dose is not None else []
    low, high, step = _range(min(values), max(values), of.measure)
    first, last = min(points[0].day for points in lines), max(points[-1].day for points in lines)

    def y(value: float) -> float:
        return HEIGHT - BOTTOM - (value - low) / (high - low) * (HEIGHT - TOP - BOTTOM)

    def x(day: date) -> float:
        if last == first:
            return LEFT + (WIDTH - LEFT - RIGHT) / 2
        return LEFT + (day - first) / (last - first) * (WIDTH - LEFT - RIGHT)

    weekly = any(len(one.points) > MOST_POINTS for one in of.trends)
    said = f"{words.TITLE[of.measure]}: {words.exercise_name(slug)}. {'Medians of weeks. ' if weekly else ''}"
    return tag(
        "svg",
        tag("title", said + " ".join(words.trend(one, of) for one in of.trends)),
        *(_band(centre, of.band, one.side, y) for centre, one in zip(centres, of.trends, strict=True)),
        _grid(low, high, step, of.measure, y),
        _months(first, last, x),
        *(_break(words.changed(one), x(one.day)) for one in of.breaks if first <= one.day <= last),
        *(_line(points, one.side, x, y, of.measure) for points, one in zip(lines, of.trends, strict=True)),
        _dose(of.dose, y) if of.dose is not None else None,
        viewBox=f"0 0 {WIDTH:g} {HEIGHT:g}",
        class_="trend",
        role="img",
    )


def _centre(one: Trend) -> float:
    """What a change is measured from."""
    return median(point.value for point in one.points) if one.before is None else one.before


def _thinned(points: Sequence[Point]) -> list[Point]:
    if len(points) <= MOST_POINTS:
        return list(points)
    weeks = groupby(points, key=lambda point: point.day - timedelta(days=point.day.weekday()))
    return [
        Point(monday + timedelta(days=3), median(point.value for point in week)) for monday, week in weeks
    ]


def _range(low: float, high: float, measure: Measure) -> tuple[float, float, float]:
    """Ends of the scale at round numbers, and the distance of its lines."""
    if measure is not Measure.ANGLE:
        low = max(0.0, low)
    span = max(high - low, 1.0)
    step = next(step for step in (0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500) if span / step <= 4.5)
    return math.floor(low / step) * step, max(math.ceil(high / step), math.floor(low / step) + 1) * step, step


def _band(centre: float, width: float, side: str, y: Place) -> Markup:
    top, bottom = max(TOP, y(centre + width)), min(HEIGHT - BOTTOM, y(centre - width))
    return tag("rect", x=LEFT, y=top, width=WIDTH - LEFT - RIGHT, height=bottom - top, class_=f"band {side}")


def _grid(low: float, high: float, step: float, measure: Measure, y: Place) -> Markup:
    marks = [low + k * step for k in range(round((high - low) / step) + 1)]
    unit = "°" if measure is Measure.ANGLE else " s"
    return join(
        *(
            join(
                tag("line", x1=LEFT, y1=y(mark), x2=WIDTH - RIGHT, y2=y(mark), class_="grid"),
                tag(
                    "text", f"{mark:g}{unit}".replace("-", "−"), x=LEFT - 6, y=y(mark) + 4, text_anchor="end"
                ),
            )
            for mark in marks
        )
    )


def _months(first: date, last: date, x: Callable[[date], float]) -> Markup:
    """Days at both ends, or the begins of months or years between them."""
    span = (last - first).days
    if span < 75:
        days = (
            [first]
            if span == 0
            else [first, last]
            if span < 14
            else [first, first + (last - first) / 2, last]
        )
        labels = [(day, words.short_day(day)) for day in days]
    else:
        every = next((months for months in (1, 2, 3, 6) if span / 30.4 / months <= 6), 12)
        starts = [
            date(year, month, 1) for year in range(first.year, last.year + 1) for month in range(1, 13, every)
        ]
        labels = [
            (day, f"{day:%b}" if day.month > 1 and every < 12 else str(day.year))
            for day in starts
            if first <= day <= last
        ]
    return join(
        *(tag("text", label, x=x(day), y=HEIGHT - 8, text_anchor=_anchor(x(day))) for day, label in labels)
    )


def _anchor(x: float) -> str:
    if x < LEFT + 20:
        return "start"
    return "end" if x > WIDTH - RIGHT - 20 else "middle"


def _dose(dose: float, y: Place) -> Markup:
    return join(
        tag("line", x1=LEFT, y1=y(dose), x2=WIDTH - RIGHT, y2=y(dose), class_="dose"),
        tag("text", f"prescribed {dose:g} s", x=WIDTH - RIGHT - 4, y=y(dose) - 5, text_anchor="end"),
    )


def _break(text: str, x: float) -> Markup:
    right = x > WIDTH / 2
    return join(
        tag("line", x1=x, y1=TOP, x2=x, y2=HEIGHT - BOTTOM, class_="break"),
        tag("text", text, x=x + (-5 if right else 5), y=TOP + 10, text_anchor="end" if right else "start"),
    )


def _line(
    points: Sequence[Point], side: str, x: Callable[[date], float], y: Place, measure: Measure
) -> Markup:
    who = f"{side}, " if side != "both" else ""
    size = 3.2 if len(points) < 40 else 2.2
    marks, path = [], []
    for point in points:
        left, top = x(point.day), y(point.value)
        path.append(f"{left:.1f} {top:.1f}")
        said = f"{who}{words.short_day(point.day)} {point.day.year}: {words.amount(measure, point.value)}"
        if side == "right":
            square = {"x": left - size, "y": top - size, "width": 2 * size, "height": 2 * size}
            marks.append(tag("rect", tag("title", said), **square))
        else:
            marks.append(tag("circle", tag("title", said), cx=left, cy=top, r=size))
    return tag("g", tag("path", d=f"M{'L'.join(path)}", class_="line"), *marks, class_=f"points {side}")

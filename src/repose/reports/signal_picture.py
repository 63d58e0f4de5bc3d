"""A picture of one clip's signal: what truly happened above it, what was counted below it."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from repose.counting.result import CountResult, Rep
from repose.evaluation.metrics import ClipScore, Outcome
from repose.evaluation.truth import TrueRep
from repose.reports.markup import Attribute, Markup, join, tag

WIDTH, LEFT, RIGHT = 1000.0, 100.0, 92.0
"""Width of the picture, of its margin for names and of its margin for limits, in its own units."""

BAR, LABEL, GAP = 22.0, 13.0, 8.0
SIGNAL_HEIGHT, ANGLE_HEIGHT, AXIS = 150.0, 90.0, 30.0
NARROW = 40.0
"""A bar narrower than this has room for the side only."""

MOST_POINTS = 2000
"""A line has at most so many points: twice the pixels there are."""

Floats = NDArray[np.float64]

SHARED = tag(
    "svg",
    tag(
        "defs",
        *(
            tag(
                "pattern",
                tag("rect", width=6, height=6, class_=f"{name}-ground"),
                tag("line", x1=0, y1=0, x2=0, y2=6, class_=f"{name}-line"),
                id=f"{name}-hatch",
                width=6,
                height=6,
                patternUnits="userSpaceOnUse",
                patternTransform=f"rotate({turn})",
            )
            for name, turn in (("true", 45), ("counted", 45), ("unmeasured", -45))
        ),
    ),
    width=0,
    height=0,
    style="position:absolute",
    aria_hidden="true",
)
"""The hatchings that all pictures of a page use: put it into the page once."""

STYLE = Markup("""
.picture text { font: 12px system-ui, sans-serif; fill: var(--ink); }
.picture .small { font-size: 11px; fill: var(--quiet); }
.picture .frame { fill: none; stroke: var(--line); }
.picture .grid { stroke: var(--line); stroke-width: .7; }
.picture .signal, .picture .counted-angle { fill: none; stroke: var(--counted); stroke-width: 1.8; }
.picture .true-angle { fill: none; stroke: var(--true); stroke-width: 1.6; stroke-dasharray: 5 3; }
.picture .limit { stroke: var(--quiet); stroke-dasharray: 2 3; }
.picture .true { fill: var(--true-soft); stroke: var(--true); }
.picture .counted { fill: var(--counted-soft); stroke: var(--counted); }
.picture .true.partial { fill: url(#true-hatch); stroke-dasharray: 4 2; }
.picture .counted.partial { fill: url(#counted-hatch); stroke-dasharray: 4 2; }
.picture .true-hold { fill: var(--true); } .picture .counted-hold { fill: var(--counted); }
.picture .band { fill: var(--counted); opacity: .13; }
.picture .bad { stroke: var(--bad); stroke-width: 2.5; }
.picture text.bad-text { fill: var(--bad); font-weight: 600; stroke: none; }
.picture .unmeasured { fill: url(#unmeasured-hatch); }
.true-ground { fill: var(--page); } .true-line { stroke: var(--true); stroke-width: 2.5; }
.counted-ground { fill: var(--page); } .counted-line { stroke: var(--counted); stroke-width: 2.5; }
.unmeasured-ground { fill: var(--grey); } .unmeasured-line { stroke: var(--line); stroke-width: 1.5; }
""")
"""Styles of a picture, in terms of the page's colour variables."""


@dataclass(frozen=True, slots=True)
class Scale:
    """A linear map from values to places in the picture."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """The place of a value; one that lies outside goes to the edge."""
        share = (value - self.low) / (self.high - self.low)
        return self.start + min(1.0, max(0.0, share)) * (self.end - self.start)


def signal_picture(clip: ClipScore) -> Markup:
    """The picture of one clip as an SVG element, to be shown on a page with `SHARED` and `STYLE`."""
    seconds = Scale(0.0, _end_s(clip), LEFT, WIDTH - RIGHT)
    parts: list[Markup] = []
    top = 4.0
    parts.append(_true_bars(clip, seconds, top))
    top += BAR + LABEL + GAP
    if clip.result is not None:
        parts.append(_signal(clip.result, seconds, top))
        top += SIGNAL_HEIGHT + GAP
        parts.append(_counted_bars(clip, seconds, top))
        top += BAR + LABEL + GAP
        truly = clip.truth.working_angle(clip.result.trace.time_s)
        if np.isfinite(truly).any() and len(clip.angle_errors):
            parts.append(_angles(clip.result, truly, seconds, top))
            top += ANGLE_HEIGHT + GAP
    parts.append(_time_axis(seconds, top))
    height = top + AXIS
    return tag(
        "svg",
        tag("title", f"{clip.name}: signal, true reps and counted reps"),
        *parts,
        viewBox=f"0 0 {WIDTH:g} {height:g}",
        class_="picture",
        role="img",
    )


def _end_s(clip: ClipScore) -> float:
    ends = [rep.end_s or rep.peak[1] for rep in clip.truth.reps]
    if clip.result is not None:
        ends += [clip.result.duration_s, *(clip.result.trace.time_s[-1:].tolist())]
    return max([1.0, *ends])


def _true_bars(clip: ClipScore, seconds: Scale, top: float) -> Markup:
    # What was rightly not measured was not missed.
    refused = clip.outcome is Outcome.REFUSED
    missed = set() if refused else {*clip.matching.missed, *clip.matching.missed_partials}
    bars = [_true_bar(rep, rep in missed, seconds, top) for rep in clip.truth.reps]
    if not clip.truth.reps:
        bars = [tag("text", "no reps", x=LEFT + 4, y=top + 15, class_="small")]
    return join(_name("truly", top + 15), *bars)


def _true_bar(rep: TrueRep, missed: bool, seconds: Scale, top: float) -> Markup:
    peak_start, peak_end = rep.peak
    start = peak_start if rep.start_s is None else rep.start_s
    end = peak_end if rep.end_s is None else rep.end_s
    kind = "rep" if rep.complete else "partial"
    hold = "" if rep.hold_s is None else f", held {rep.hold_s:.1f} s"
    said = f"true {kind}, {rep.side}, end position {peak_start:.1f}–{peak_end:.1f} s{hold}"
    return _bar(
        ("true", "partial" if not rep.complete else "", "bad" if missed else ""),
        said + (", missed" if missed else ""),
        f"{'✗ missed ' if missed else ''}{_label(rep.side, not rep.complete, rep.hold_s)}",
        (start, end),
        (peak_start, peak_end),
        seconds,
        top,
    )


def _counted_bars(clip: ClipScore, seconds: Scale, top: float) -> Markup:
    assert clip.result is not None  # noqa: S101 - drawn only with a result
    # By identity: a rep and its double must not share a fate.
    false = {id(rep) for rep in (*clip.matching.false, *clip.matching.false_partials)}
    reps = [*clip.result.reps, *clip.result.partials]
    bars = [_counted_bar(rep, id(rep) in false, seconds, top) for rep in reps]
    if not reps:
        bars = [tag("text", "nothing counted", x=LEFT + 4, y=top + 15, class_="small")]
    return join(_name("counted", top + 15), *bars)


def _counted_bar(rep: Rep, false: bool, seconds: Scale, top: float) -> Markup:
    partial = rep.reason is not None
    kind = f"partial ({rep.reason})" if partial else "rep"
    said = f"counted {kind}, {rep.side}, {rep.start_s:.1f}–{rep.end_s:.1f} s, held {rep.hold_s:.2f} s"
    return _bar(
        ("counted", "partial" if partial else "", "bad" if false else ""),
        said + (", false" if false else ""),
        f"{'✗ false ' if false else ''}{_label(rep.side, partial, rep.hold_s)}",
        (rep.start_s, rep.end_s),
        (rep.hold_start_s, rep.hold_start_s + rep.hold_s),
        seconds,
        top,
    )


def _bar(
    classes: tuple[str, ...],
    said: str,
    label: str,
    span: tuple[float, float],
    hold: tuple[float, float],
    seconds: Scale,
    top: float,
) -> Markup:
    """A rep's bar, its end position within, and its label below; `said` shows when pointed at."""
    left, right = seconds(span[0]), seconds(span[1])
    hold_left, hold_right = seconds(hold[0]), seconds(hold[1])
    bad = "bad" in classes
    roomy = bad or right - left >= NARROW
    # A moment is drawn three units wide, or it would not be seen.
    return tag(
        "g",
        tag("title", said),
        tag(
            "rect",
            x=left,
            y=top,
            width=max(3.0, right - left),
            height=BAR,
            rx=3,
            class_=" ".join(each for each in classes if each),
        ),
        tag(
            "rect",
            x=hold_left,
            y=top + 7,
            width=max(3.0, hold_right - hold_left),
            height=BAR - 14,
            class_=f"{classes[0]}-hold",
        ),
        tag(
            "text",
            label if roomy else label[0],
            x=(left + right) / 2,
            y=top + BAR + LABEL - 1,
            text_anchor="middle",
            class_="bad-text" if bad else "small",
        ),
    )


def _label(side: str, partial: bool, hold_s: float | None) -> str:
    held = "" if hold_s is None else f" {hold_s:.1f} s"
    letter = {"left": "L", "right": "R", "both": "B"}[side]
    return f"{letter}{' partial' if partial else ''}{held}"


def _signal(result: CountResult, seconds: Scale, top: float) -> Markup:
    """Excursion over time, with the limits, the holds, and where it was not measured."""
    excursion = result.trace.excursion
    finite = excursion[np.isfinite(excursion)]
    low = min(-0.1, float(finite.min(initial=0.0)) - 0.05)
    high = max(1.15, float(finite.max(initial=0.0)) + 0.05)
    # One wild value must not flatten the rest.
    value = Scale(max(low, -1.0), min(high, 2.5), top + SIGNAL_HEIGHT, top)
    bands = [
        tag(
            "rect",
            x=seconds(rep.hold_start_s),
            y=top,
            width=seconds(rep.hold_start_s + rep.hold_s) - seconds(rep.hold_start_s),
            height=SIGNAL_HEIGHT,
            class_="band",
        )
        for rep in result.reps
    ]
    return join(
        _name("excursion", top + 12),
        tag("text", "0 rest", x=4, y=top + 27, class_="small"),
        tag("text", "1 target", x=4, y=top + 41, class_="small"),
        _unmeasured(result, seconds, top, SIGNAL_HEIGHT),
        *bands,
        *(_gridline(at, value, f"{at:g}") for at in (0.0, 0.5, 1.0)),
        _limits(result.limits, value),
        line_through(result.trace.time_s, excursion, seconds, value, class_="signal"),
        tag("rect", x=LEFT, y=top, width=WIDTH - LEFT - RIGHT, height=SIGNAL_HEIGHT, class_="frame"),
    )


def _angles(result: CountResult, truly: Floats, seconds: Scale, top: float) -> Markup:
    """The working angle as counted, and as it truly was."""
    both = np.concatenate([result.trace.angle, truly])
    both = both[np.isfinite(both)]
    low, high = float(both.min()), float(both.max())
    step = round_step(high - low, 3)
    low, high = math.floor(low / step) * step, math.ceil(high / step) * step
    value = Scale(low, max(high, low + step), top + ANGLE_HEIGHT, top)
    marks = np.arange(low, high + step / 2, step)
    return join(
        _name("angle", top + 12),
        tag("text", "degrees", x=4, y=top + 27, class_="small"),
        _unmeasured(result, seconds, top, ANGLE_HEIGHT),
        *(_gridline(float(mark), value, f"{mark:.0f}°") for mark in marks),
        line_through(result.trace.time_s, truly, seconds, value, class_="true-angle"),
        line_through(result.trace.time_s, result.trace.angle, seconds, value, class_="counted-angle"),
        tag("rect", x=LEFT, y=top, width=WIDTH - LEFT - RIGHT, height=ANGLE_HEIGHT, class_="frame"),
    )


def _unmeasured(result: CountResult, seconds: Scale, top: float, height: float) -> Markup:
    return join(
        *(
            tag(
                "rect",
                tag("title", f"not measured {span.start_s:.1f}–{span.end_s:.1f} s: {span.reason}"),
                x=seconds(span.start_s),
                y=top,
                width=max(1.0, seconds(span.end_s) - seconds(span.start_s)),
                height=height,
                class_="unmeasured",
            )
            for span in result.unmeasured
        )
    )


def _gridline(at: float, value: Scale, text: str) -> Markup:
    y = value(at)
    return join(
        tag("line", x1=LEFT, y1=y, x2=WIDTH - RIGHT, y2=y, class_="grid"),
        tag("text", text, x=LEFT - 5, y=y + 4, text_anchor="end", class_="small"),
    )


def _limits(limits: dict[str, float], value: Scale) -> Markup:
    """Dashed lines, their names on the right, moved apart where the lines are close."""
    parts: list[Markup] = []
    above = math.inf
    # From the bottom up: a name goes at its line, or just above the name below.
    for name, at in sorted(limits.items(), key=lambda limit: limit[1]):
        y = value(at)
        named = min(y + 4, above - 12)
        above = named
        parts.append(tag("line", x1=LEFT, y1=y, x2=WIDTH - RIGHT, y2=y, class_="limit"))
        parts.append(tag("text", f"{name} {at:.2g}", x=WIDTH - RIGHT + 5, y=named, class_="small"))
    return join(*parts)


def _time_axis(seconds: Scale, top: float) -> Markup:
    step = round_step(seconds.high, 12)
    marks = np.arange(0.0, seconds.high + step / 100, step)
    return join(
        *(
            join(
                tag("line", x1=seconds(mark), y1=top - 4, x2=seconds(mark), y2=top + 2, class_="limit"),
                tag(
                    "text",
                    clock(mark, seconds.high),
                    x=seconds(mark),
                    y=top + 16,
                    text_anchor="middle",
                    class_="small",
                ),
            )
            for mark in marks.tolist()
        )
    )


def clock(time_s: float, longest_s: float) -> str:
    """A time on an axis that is so long."""
    if longest_s < 180:
        return f"{time_s:g} s"
    return f"{int(time_s) // 60}:{int(time_s) % 60:02d}"


def round_step(length: float, most: int) -> float:
    """A round step that divides a length into at most so many parts."""
    steps = (power * digit for power in (0.1, 1, 10, 100, 1000, 10000) for digit in (1, 2, 3, 6))
    return next((step for step in steps if length / step <= most), length)


def _name(text: str, y: float) -> Markup:
    return tag("text", text, x=4, y=y)


def line_through(
    time_s: Floats,
    values: Floats,
    x: Callable[[float], float],
    y: Callable[[float], float],
    **attributes: Attribute,
) -> Markup:
    """A line that is interrupted where values are missing.

    Args:
        time_s: (n,) seconds.
        values: (n,) NaN where missing.
        x: gives the place of a time in the picture.
        y: gives the place of a value.
        attributes: of the path.
    """
    time_s, values = _thinned(time_s, values)
    pieces: list[str] = []
    pen = "M"
    for at, height in zip(time_s.tolist(), values.tolist(), strict=True):
        if math.isnan(height):
            pen = "M"
            continue
        pieces.append(f"{pen}{x(at):.1f} {y(height):.1f}")
        pen = "L"
    return tag("path", d="".join(pieces), **attributes)


def _thinned(time_s: Floats, values: Floats) -> tuple[Floats, Floats]:
    """The lowest and the highest value of each stretch, so that no peak is lost from a long line."""
    if len(values) <= MOST_POINTS:
        return time_s, values
    kept: list[int] = []
    for stretch in np.array_split(np.arange(len(values)), MOST_POINTS // 2):
        piece = values[stretch]
        if np.isnan(piece).any():
            # A gap stays a gap.
            kept.append(int(stretch[np.argmax(np.isnan(piece))]))
        if not np.isnan(piece).all():
            kept += sorted({int(stretch[np.nanargmin(piece)]), int(stretch[np.nanargmax(piece)])})
    kept.sort()
    return time_s[kept], values[kept]

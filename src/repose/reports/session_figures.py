"""The small pictures of a report: dose, range against target, trend. They are told apart without colour.

What they look like is said in attributes: WeasyPrint gives a picture within a page no style sheet.
"""

from collections.abc import Sequence
from typing import Final

from repose.reports.markup import Markup, tag
from repose.reports.session_facts import Past, Spread

INK: Final = "#14181a"
GREY: Final = "#9aa3a9"
LIGHT: Final = "#dfe3e6"

DOSE_SIZE: Final = (64, 5)
RANGE_SIZE: Final = (104, 18)
TREND_SIZE: Final = (84, 18)


def dose_bar(done: int, prescribed: int) -> Markup:
    """How much of the dose was done, as a bar."""
    width, height = DOSE_SIZE
    part = width * min(done / prescribed, 1)
    return _picture(
        DOSE_SIZE,
        f"{done} of {prescribed}",
        tag(
            "rect", x=0.5, y=0.5, width=width - 1, height=height - 1, fill="#fff", stroke=GREY, stroke_width=1
        ),
        tag("rect", x=0, y=0, width=part, height=height, fill=INK) if part else None,
    )


def range_strip(angle: Spread, rest_deg: float, target_deg: float) -> Markup:
    """From the least to the greatest angle as a bar, the mean as a stroke in it, the target as a dashed line.

    Args:
        angle: of the reps.
        rest_deg: usual at rest. The picture begins halfway from it to the target, if no angle is less.
        target_deg: of a full rep.
    """
    width, height = RANGE_SIZE
    first = min((rest_deg + target_deg) / 2, angle.low)
    way = (max(target_deg, angle.high) - first) * 1.06

    def at(deg: float) -> float:
        return 2 + (width - 4) * (deg - first) / way

    middle = height / 2 + 1.5
    low, high, mean, target = at(angle.low), at(angle.high), at(angle.mean), at(target_deg)
    return _picture(
        RANGE_SIZE,
        f"mean {angle.mean:.0f}, from {angle.low:.0f} to {angle.high:.0f}, target {target_deg:.0f} degrees",
        tag("line", x1=0, y1=middle, x2=width, y2=middle, stroke=GREY, stroke_width=0.8),
        tag(
            "rect",
            x=low,
            y=middle - 4,
            width=max(high - low, 1.0),
            height=8,
            fill=LIGHT,
            stroke=GREY,
            stroke_width=0.8,
        ),
        tag("rect", x=mean - 1.25, y=middle - 5.5, width=2.5, height=11, fill=INK),
        tag(
            "line",
            x1=target,
            y1=3,
            x2=target,
            y2=height,
            stroke=INK,
            stroke_width=1.2,
            stroke_dasharray="2.5 1.5",
        ),
        tag("path", d=f"M{target - 2.8:.1f} 0h5.6l-2.8 3.6z", fill=INK),
    )


def trend(past: Sequence[Past], smallest_deg: float) -> Markup | None:
    """The mean range of each session as a line, this one as a dot; None of fewer than two.

    Args:
        past: oldest first.
        smallest_deg: a change that is no larger cannot be told: a grey band around the first session.
    """
    if len(past) < 2:
        return None
    width, height = TREND_SIZE
    means = [one.mean_deg for one in past]
    low, high = means[0] - smallest_deg, means[0] + smallest_deg
    least, way = min(*means, low), max(*means, high) - min(*means, low)

    def up(deg: float) -> float:
        return height - 3 - (height - 6) * (deg - least) / way

    step = (width - 8) / (len(means) - 1)
    places = [(3 + k * step, up(mean)) for k, mean in enumerate(means)]
    return _picture(
        TREND_SIZE,
        f"{len(means)} sessions, from {means[0]:.0f} to {means[-1]:.0f} degrees",
        tag("rect", x=0, y=up(high), width=width, height=up(low) - up(high), fill=LIGHT),
        tag(
            "polyline",
            points=" ".join(f"{x:.1f},{y:.1f}" for x, y in places),
            fill="none",
            stroke=INK,
            stroke_width=1.1,
            stroke_linejoin="round",
        ),
        tag("circle", cx=places[-1][0], cy=places[-1][1], r=2.4, fill=INK),
    )


def _picture(size: tuple[int, int], label: str, *children: Markup | None) -> Markup:
    width, height = size
    return tag(
        "svg",
        *children,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {width} {height}",
        width=width,
        height=height,
        role="img",
        aria_label=label,
    )

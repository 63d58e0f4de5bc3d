"""Pictures of the accuracy of kept sessions: exact sets by month, and Bland and Altman's for angles."""

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from repose.evaluation.enough import FEWEST_ANGLES, enough_sets
from repose.evaluation.kept_accuracy import Accuracy, Group
from repose.evaluation.metrics import Agreement, ClipScore
from repose.exercises.load import known, signal_of
from repose.reports.accuracy_words import percent, signed
from repose.reports.markup import Markup, join, tag

WIDTH, HEIGHT = 460.0, 240.0
LEFT, RIGHT, TOP, BOTTOM = 48.0, 62.0, 14.0, 42.0
MOST_MONTHS: Final = 24
"""The latest ones are drawn; the table has them all."""

MOST_DOTS: Final = 1500


def month_picture(months: Sequence[Group]) -> Markup | None:
    """The share of exact sets of each month, with its interval; hollow where there are too few sets."""
    shown = [each for each in months if each.summary.exact.of][-MOST_MONTHS:]
    if len(shown) < 2:
        return None
    step = (WIDTH - LEFT - 16) / len(shown)
    every = math.ceil(len(shown) / 8)

    def y(share: float) -> float:
        return TOP + (1 - share) * (HEIGHT - TOP - BOTTOM)

    parts: list[Markup] = [_level(y(k / 4), f"{25 * k} %", WIDTH - 16) for k in range(5)]
    for k, each in enumerate(shown):
        share = each.summary.exact
        if share.value is None or share.interval is None:
            continue
        low, high = share.interval
        x = LEFT + (k + 0.5) * step
        said = f"{each.name}: {share.count} of {share.of} sets exact"
        if enough_sets(share):
            said += f", {percent(share.value)} % ({percent(low)}–{percent(high)})"
        else:
            said += ", too few to tell"
        parts.append(
            tag(
                "g",
                tag("title", said),
                tag("line", x1=x, y1=y(low), x2=x, y2=y(high), class_="whisker"),
                tag("circle", cx=x, cy=y(share.value), r=4.5),
                class_="month" if enough_sets(share) else "month few",
            )
        )
        if k % every == 0:
            parts.append(tag("text", each.name, x=x, y=HEIGHT - BOTTOM + 18, text_anchor="middle"))
    parts.append(
        tag("text", "hollow: too few sets to tell", x=LEFT, y=HEIGHT - 6, class_="small")
        if not all(enough_sets(each.summary.exact) for each in shown)
        else Markup("")
    )
    return _picture("Sets counted exactly, by month, with 95 % intervals", parts)


def angle_pictures(of: Accuracy) -> tuple[Markup, ...]:
    """Differences against means of the angle at the end position, exercise by exercise, where known."""
    found = []
    for slug, definition in known().items():
        sets = [
            case.score
            for case in of.cases
            if case.score.truth.exercise == slug and len(case.score.peak_errors)
        ]
        if len(sets) >= FEWEST_ANGLES:
            pairs = [pair for one in sets for pair in _pairs(one)]
            found.append(_bland_altman(f"{definition.name}: angle at the end position", pairs))
    return tuple(found)


def _pairs(one: ClipScore) -> list[tuple[float, float]]:
    """Counted and true angles of the matched reps that have both."""
    name = signal_of(one.truth.exercise)
    known = [(rep.peak.get(name, math.nan), one.truth.peak_angle(true)) for true, rep in one.matching.reps]
    return [pair for pair in known if all(map(math.isfinite, pair))]


def _bland_altman(title: str, pairs: Sequence[tuple[float, float]]) -> Markup:
    values = np.array(pairs)
    means, differences = values.mean(axis=1), values[:, 0] - values[:, 1]
    agreement = Agreement.of(differences)
    lines = [
        (value, f"{name} {signed(value)}°")
        for value, name in (
            (agreement.high, "+1.96 SD"),
            (agreement.bias, "mean"),
            (agreement.low, "−1.96 SD"),
        )
        if value is not None
    ]
    tall = [*differences.tolist(), 0.0, *(value for value, _ in lines)]
    low, high = _round(min(tall), -1), _round(max(tall), 1)
    first, last = _round(float(means.min()), -1), _round(float(means.max()), 1)

    def x(value: float) -> float:
        return LEFT + (value - first) / (last - first) * (WIDTH - LEFT - RIGHT)

    def y(value: float) -> float:
        return HEIGHT - BOTTOM - (value - low) / (high - low) * (HEIGHT - TOP - BOTTOM)

    dots = [
        tag("circle", cx=x(mean), cy=y(difference), r=2.4)
        for mean, difference in list(zip(means.tolist(), differences.tolist(), strict=True))[:MOST_DOTS]
    ]
    parts = [
        *(
            _level(y(mark), f"{mark:g}°".replace("-", "−"), WIDTH - RIGHT)
            for mark in sorted({low, 0.0, high})
        ),
        tag("g", *dots, class_="dots"),
        *(
            join(
                tag("line", x1=LEFT, y1=y(value), x2=WIDTH - RIGHT, y2=y(value), class_="limit"),
                tag("text", said.rsplit(" ", 1)[0], x=WIDTH - RIGHT + 4, y=y(value) - 2, class_="small"),
                tag("text", said.rsplit(" ", 1)[1], x=WIDTH - RIGHT + 4, y=y(value) + 11, class_="small"),
            )
            for value, said in lines
        ),
        *(
            tag(
                "text",
                f"{mark:g}°".replace("-", "−"),
                x=x(mark),
                y=HEIGHT - BOTTOM + 18,
                text_anchor="middle",
            )
            for mark in (first, last)
        ),
        tag(
            "text",
            "mean of counted and true angle",
            x=(LEFT + WIDTH - RIGHT) / 2,
            y=HEIGHT - 6,
            text_anchor="middle",
        ),
    ]
    return _picture(f"{title}: counted minus true, {len(pairs)} reps", parts)


def _level(y: float, text: str, right: float) -> Markup:
    return join(
        tag("line", x1=LEFT, y1=y, x2=right, y2=y, class_="grid"),
        tag("text", text, x=LEFT - 6, y=y + 4, text_anchor="end"),
    )


def _round(value: float, direction: int) -> float:
    """The next ten beyond a value."""
    return 10.0 * (math.ceil(value / 10 + 1e-9) if direction > 0 else math.floor(value / 10 - 1e-9))


def _picture(title: str, parts: Sequence[Markup]) -> Markup:
    return tag(
        "figure",
        tag("figcaption", title),
        tag(
            "svg", tag("title", title), *parts, viewBox=f"0 0 {WIDTH:g} {HEIGHT:g}", role="img", class_="plot"
        ),
    )

"""Kept sets under other thresholds, as a table for people at a terminal and as JSON."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final

from rich.console import Console
from rich.markup import escape

from repose.cli.console import table
from repose.review.past import Figures, PastSet
from repose.sessions.find import SHOWN

MOST_TIMES: Final = 4
"""Times of like events that a line of the table tells; JSON has them all."""

COUNTS: Final = ("rep", "partial", "side")
"""Kinds of differences that the table tells; of others, how many."""

_LETTERS: Final = {"left": "L", "right": "R", "both": ""}


def print_recount(console: Console, found: Sequence[PastSet]) -> None:
    """Print a line for each set, and the totals."""
    rows = table()
    for title in ("session", "begun", "person", "exercise"):
        rows.add_column(title, no_wrap=title in ("session", "begun"), overflow="fold")
    for title in ("then", "anew", "reviewer"):
        rows.add_column(title, justify="right", no_wrap=True)
    rows.add_column("differences", overflow="fold")
    for one in found:
        head = one.one.head
        rows.add_row(
            one.session.id[:SHOWN],
            f"{one.session.head.begun_at.astimezone():%Y-%m-%d %H:%M}",
            escape(one.session.person.name),
            f"{head.exercise} {head.number}/{head.of}",
            *map(_numbers, (one.counted, one.anew, one.reviewer)),
            escape(_remarks(one)),
        )
    console.print(rows)
    console.print(_total_words(_total(found)))
    console.print("Nothing that is kept was changed.", style="dim")


def recount_json(found: Sequence[PastSet]) -> dict[str, Any]:
    """Each set, and the totals."""
    return {"sets": [_set(one) for one in found], "total": _total(found)}


def _numbers(figures: Figures | None) -> str:
    """Such as "8L +2 12 s": reps of each side, partials, seconds held."""
    if figures is None:
        return "–"
    total = figures.totals
    reps = " ".join(f"{number}{_LETTERS[side]}" for side, number in figures.sides.items()) or "0"
    partials = f" +{total.partials}" if total.partials else ""
    held = "" if total.hold_s is None or not total.reps else f" {total.hold_s:.0f} s"
    return f"{reps}{partials}{held}"


def _remarks(one: PastSet) -> str:
    if one.new is None:
        return f"not possible: {one.why_not}"
    times: dict[str, list[float]] = defaultdict(list)
    for each in one.differences:
        if each.kind in COUNTS:
            times[each.text].append(each.time_s)
    said = [f"{text}: {_times(at)}" for text, at in times.items()]
    rest = len(one.differences) - sum(map(len, times.values()))
    if rest:
        said.append(f"{rest} in holds or faults")
    return "\n".join(said) or "the same"


def _times(times_s: list[float]) -> str:
    """Such as "3.1, 7.2, 9 s"; the first ones of many."""
    shown = ", ".join(f"{time_s:.1f}" for time_s in times_s[:MOST_TIMES])
    more = len(times_s) - MOST_TIMES
    return f"{shown} s" if more <= 0 else f"{shown} s and {more} more"


def _total_words(total: dict[str, Any]) -> str:
    counted = total["counted"]
    said = (
        f"{total['possible']} sets counted anew: {counted['reps']} reps and {counted['partials']} partials "
        f"then, {total['now']['reps']} and {total['now']['partials']} anew; {total['changed']} sets differ."
    )
    if total["not_possible"]:
        said += f" Not possible: {total['not_possible']}."
    judged = total["judged"]
    if judged["sets"]:
        said += (
            f" Of {judged['sets']} that a reviewer has judged, {judged['exact_counted']} were counted right "
            f"then, {judged['exact_now']} are anew."
        )
    return said


def _total(found: Sequence[PastSet]) -> dict[str, Any]:
    anew = [one for one in found if one.anew is not None]
    judged = [one for one in anew if one.reviewer is not None]
    return {
        "sets": len(found),
        "possible": len(anew),
        "not_possible": len(found) - len(anew),
        "changed": sum(bool(one.differences) for one in anew),
        "counted": _sum([one.counted for one in anew]),
        "now": _sum([one.anew for one in anew if one.anew]),
        "judged": {
            "sets": len(judged),
            "counted": _sum([one.counted for one in judged]),
            "now": _sum([one.anew for one in judged if one.anew]),
            "reviewer": _sum([one.reviewer for one in judged if one.reviewer]),
            "exact_counted": sum(_same(one.counted, one.reviewer) for one in judged),
            "exact_now": sum(_same(one.anew, one.reviewer) for one in judged),
        },
    }


def _same(counted: Figures | None, reviewer: Figures | None) -> bool:
    return counted is not None and reviewer is not None and counted.sides == reviewer.sides


def _sum(figures: Sequence[Figures]) -> dict[str, float | None]:
    """Added up; the time held only where it is known of all."""
    holds = [one.totals.hold_s for one in figures]
    known = [hold_s for hold_s in holds if hold_s is not None]
    return {
        "reps": sum(one.totals.reps for one in figures),
        "partials": sum(one.totals.partials for one in figures),
        "hold_s": round(sum(known), 3) if len(known) == len(holds) else None,
    }


def _set(one: PastSet) -> dict[str, Any]:
    head = one.one.head
    return {
        "session": one.session.id,
        "set": one.one.id,
        "begun_at": one.session.head.begun_at.isoformat(),
        "person": one.session.person.name,
        "exercise": head.exercise,
        "number": head.number,
        "of": head.of,
        "counted": _figures(one.counted),
        "now": _figures(one.anew),
        "reviewer": _figures(one.reviewer),
        "basis": None if one.basis is None else one.basis.value,
        "not_possible": one.why_not or None,
        "differences": [
            {"time_s": round(each.time_s, 3), "kind": each.kind, "text": each.text}
            for each in one.differences
        ],
    }


def _figures(figures: Figures | None) -> dict[str, Any] | None:
    return None if figures is None else _sum([figures]) | {"sides": figures.sides}
